"""Which camps a hashtag names. Looks at no other text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from analysis.meaning import Target, Via
from analysis.names import Name, key_of
from analysis.patterns import either
from analysis.phrases import word_set
from analysis.words import IN_TAGS
from contest.contest import Contest
from contest.reading import Span

_LONGEST = 100
_AFFIXES = word_set("sets", "fond_tags") | word_set("sets", "hostile_tags")
_PLAIN_AFFIXES = _AFFIXES | {""}
_CAMPAIGN = _AFFIXES | frozenset(
    ("vs", "v", "versus", "and", "or", "not", "for", "my", "our", "always", "over", "now")
)


class Tags:
    """The hashtags of one contest. Compiled once, then only read."""

    def __init__(self, contest: Contest, names: Mapping[str, Name]) -> None:
        own = {
            key_of(tag): Target("camp", camp.id) for camp in contest.camps for tag in camp.hashtags
        }
        self._own = own
        self._names = {
            "".join(key.split()): name
            for key, name in names.items()
            if name.target.kind == "camp" and not name.hint
        }
        affix = either(_AFFIXES)
        self._campaign = re.compile(rf"#(?:{affix})*?(?P<name>{either(self._names)})s?(?:{affix})*")
        self._found = lru_cache(maxsize=4096)(self._read)

    def targets(self, written: str) -> tuple[tuple[Target, Span, Via], ...]:
        """Whom a hashtag (folded, with its "#" and its capitals) names, where in it, and how."""
        return self._found(written[:_LONGEST])

    def _read(self, written: str) -> tuple[tuple[Target, Span, Via], ...]:
        whole = written.lower()
        if target := self._own.get(whole):
            return ((target, (0, len(written)), "slogan"),)
        if match := self._campaign.fullmatch(whole):
            start, end = match.span("name")
            plain = whole[1:start] in _PLAIN_AFFIXES and whole[end:] in _PLAIN_AFFIXES
            span = (0, len(written)) if plain else (start, end)
            return ((self._names[match["name"]].target, span, "hashtag"),)
        return tuple(self._inside(written))

    def _inside(self, written: str) -> Iterator[tuple[Target, Span, Via]]:
        """Names among the words of "#SoItsFrostThen".

        There an everyday word tells nothing, but where the rest is names and campaign words.
        """
        parts = [part.span() for part in IN_TAGS.finditer(written)]
        found = list(self._named(written, parts))
        rest = len(parts) - sum(count for _, _, count in found)
        campaign = sum(written[slice(*part)].lower() in _CAMPAIGN for part in parts) == rest
        for name, span, _ in found:
            if campaign or not name.common:
                yield name.target, span, "hashtag"

    def _named(self, written: str, parts: list[Span]) -> Iterator[tuple[Name, Span, int]]:
        """The names, each with its place and how many of the tag's words it takes."""
        at = 0
        while at < len(parts):
            for last in range(min(at + 3, len(parts)), at, -1):
                start, end = parts[at][0], parts[last - 1][1]
                name = self._names.get(written[start:end].lower())
                if name is not None and end - start > 2:
                    yield name, (start, end), last - at
                    at = last - 1
                    break
            at += 1
