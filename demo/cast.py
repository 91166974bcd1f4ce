"""Who speaks on stage, and under which name on each platform. The same people in every run."""

from __future__ import annotations

import hashlib
import re
from base64 import b32encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from contest.contest import Contest, bare
from demo.story import Story

SOCIAL = "lantern.social.example"
"""The Mastodon server of the story."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on one platform: roster handle, display name, and what the platform calls them.

    `home` is a domain on Bluesky and a bare user name on Mastodon; `id` a DID,
    or a number.
    """

    roster: str
    name: str
    home: str
    id: str


@dataclass(frozen=True)
class Cast:
    """Everybody on one platform."""

    people: tuple[Person, ...]

    def person(self, roster: str) -> Person | None:
        """Who has that roster handle ("@" and case do not matter)."""
        return self._by_roster.get(bare(roster))

    def called(self, name: str) -> Person | None:
        """Who has that name or id on the platform."""
        return self._by_name.get(bare(name))

    @cached_property
    def _by_roster(self) -> Mapping[str, Person]:
        return {bare(person.roster): person for person in self.people}

    @cached_property
    def _by_name(self) -> Mapping[str, Person]:
        return {bare(name): person for person in self.people for name in (person.home, person.id)}


def bluesky_cast(contest: Contest, story: Story) -> Cast:
    """Everybody with a home on Bluesky, and whoever else speaks there in the story."""
    return Cast(
        tuple(
            Person(handle, name, home, _did(home))
            for handle, name, home in _homes(contest, story, "bluesky")
        )
    )


def mastodon_cast(contest: Contest, story: Story) -> Cast:
    """Everybody with a home on the Mastodon server, and whoever else speaks there."""
    return Cast(
        tuple(
            Person(handle, name, user, _number(user))
            for handle, name, home in _homes(contest, story, "mastodon")
            for user in [home.removeprefix("@").partition("@")[0]]
        )
    )


def fingerprint(name: str, bits: int) -> int:
    """A number of so many bits that is always the same for the same name.

    >>> fingerprint("s001", 10) == fingerprint("s001", 10) < 1024
    True
    """
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big") >> (64 - bits)


def _homes(contest: Contest, story: Story, platform: str) -> Iterable[tuple[str, str, str]]:
    """Roster handle, display name and home of each; homes that nobody names are derived."""
    people = {bare(account.handle): account for account in contest.accounts}
    for account in contest.accounts:
        if home := account.homes.get(platform):
            yield account.handle, account.name, home
    speakers = {bare(told.author): told.author for told in story.posts if told.on == platform}
    for key in sorted(speakers):
        listed = people.get(key)
        if listed is None or platform not in listed.homes:
            name = listed.name if listed else speakers[key].removeprefix("@")
            yield speakers[key], name, _derived_home(key, platform)


def _derived_home(name: str, platform: str) -> str:
    if platform == "bluesky":
        return re.sub(r"[^a-z0-9]+", "-", name).strip("-") + ".lantern.example"
    return re.sub(r"\W+", "_", name)


def _did(handle: str) -> str:
    """A DID as the PLC directory makes them: 24 characters of a base 32 hash."""
    digest = hashlib.sha256(handle.encode()).digest()
    return "did:plc:" + b32encode(digest).decode().lower()[:24]


def _number(user: str) -> str:
    return str(10**17 + fingerprint(user, 53))
