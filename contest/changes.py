"""What another reading of the configuration changes: what counts at once, what a restart brings.

Compares two contests, and says it in words. Reads no file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from contest.code import Example, Rule
from contest.contest import Account, Contest

Key = tuple[str, str]
"""A rule's id and version."""


@dataclass(frozen=True, slots=True)
class Change:
    """The contest that counts from now on, and in words what it `takes` and what `waits`.

    What `waits` for a restart is in `contest` as it was before.
    """

    contest: Contest
    takes: tuple[str, ...] = ()
    waits: tuple[str, ...] = ()


def taken_up(now: Contest, read: Contest) -> Change:
    """What a running program can take up of the contest that was `read`, while `now` is in use.

    Everything that decides how a post is judged; not what is polled, where it is kept, the camps,
    the accounts' homes, and which reader reads. Where the camps are others, whatever names them
    stays with them.
    """
    kept = {name: getattr(now, name) for name in _WAITS}
    if _camp_ids(now) != _camp_ids(read):
        kept |= {name: getattr(now, name) for name in _NAME_CAMPS}
    else:
        kept["accounts"] = _at_home(read.accounts, now)
    taken = replace(read, **kept)
    return Change(taken, tuple(_taken(now, taken)), tuple(_waiting(now, read)))


_WAITS = {
    "id": "the contest's id",
    "zone": "the time zone",
    "camps": "camps",
    "sources": "sources",
    "polling": "[polling]",
    "storage_path": "[storage]",
    "reading": "[reading]",
    "second_reader": "[second_reader]",
}
"""What only a restart brings: a field of Contest, and what it is called."""

_NAME_CAMPS = ("accounts", "facts", "endorsements")
"""What speaks of camps by their ids."""

_TAKES = {
    "name": "the contest's name",
    "party": "the party's name",
    "rulebook": "the rulebook's name",
    "phases": "the timetable's phases",
    "milestones": "the timetable's moments",
    "officials": "officials",
    "rival_parties": "rival parties",
    "facts": "the register of facts",
    "endorsements": "the register of endorsements",
    "domains": "[domains]",
    "imprint": "the imprint",
    "thresholds": "[thresholds]",
}
"""What is taken up at once, besides the rules and the roster."""


def _camp_ids(contest: Contest) -> set[str]:
    return {camp.id for camp in contest.camps}


def _at_home(accounts: Iterable[Account], now: Contest) -> tuple[Account, ...]:
    """Accounts with the homes by which they are known until a restart."""
    homes = {account.handle: account.homes for account in now.accounts}
    return tuple(replace(one, homes=homes.get(one.handle, {})) for one in accounts)


def _taken(now: Contest, taken: Contest) -> Iterator[str]:
    yield from _rules(now.rules, taken.rules)
    if now.accounts != taken.accounts:
        yield "roles and names on the roster"
    for name, words in _TAKES.items():
        if getattr(now, name) != getattr(taken, name):
            yield words


def _waiting(now: Contest, read: Contest) -> Iterator[str]:
    for name, words in _WAITS.items():
        if getattr(now, name) != getattr(read, name):
            yield words
    if _camp_ids(now) != _camp_ids(read):
        names = [name for name in _NAME_CAMPS if getattr(now, name) != getattr(read, name)]
        yield from (f"{name} (they name camps)" for name in names)
    elif homes := _moved(now, read):
        yield f"homes of {_listed(homes)}"


def _moved(now: Contest, read: Contest) -> list[str]:
    """Whose homes are others than they were; those of people who left the roster left with them."""
    homes = {account.handle: account.homes for account in now.accounts}
    return [one.handle for one in read.accounts if one.homes != homes.get(one.handle, {})]


def _rules(now: Iterable[Rule], taken: Iterable[Rule]) -> Iterator[str]:
    before, after = _by_key(now), _by_key(taken)
    shared = [key for key in after if key in before]
    changed = [key for key in shared if _judges(before[key]) != _judges(after[key])]
    tried = [key for key in shared if key not in changed and _shows(before[key], after[key])]
    for keys, fate in (
        (changed, "changed"),
        ([key for key in after if key not in before], "new"),
        ([key for key in before if key not in after], "gone"),
    ):
        if keys:
            yield f"{_counted(len(keys), 'rule')} {fate}: {_listed(map(' '.join, keys))}"
    if tried:
        yield f"the examples of {_listed(map(' '.join, tried))}"


def _by_key(rules: Iterable[Rule]) -> dict[Key, Rule]:
    return {(rule.id, rule.version): rule for rule in rules}


def _judges(rule: Rule) -> Rule:
    """The rule as far as it decides anything."""
    return replace(rule, breach=(), fine=())


def _shows(before: Rule, after: Rule) -> bool:
    """Whether its examples are others; where they stand does not matter."""
    return [_said(before.breach), _said(before.fine)] != [_said(after.breach), _said(after.fine)]


def _said(examples: Iterable[Example]) -> list[Example]:
    return [replace(example, line=0) for example in examples]


_SHOWN = 6


def _listed(names: Iterable[str]) -> str:
    """The first few by name, the others by number.

    >>> _listed(["R01 1.0", "R02 1.0"])
    'R01 1.0, R02 1.0'
    """
    every = list(names)
    more = len(every) - _SHOWN
    return ", ".join(every[:_SHOWN]) + (f" and {more:,} more" if more > 0 else "")


def _counted(many: int, what: str) -> str:
    return f"{many:,} {what}{'' if many == 1 else 's'}"
