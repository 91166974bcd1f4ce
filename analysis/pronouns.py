"""Say for whom "you", "he" and "she" stand in a text. Finds no names itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analysis.meaning import Mention, Via
from analysis.phrases import word_set
from analysis.words import Words

_YOU = word_set("sets", "you")
_THEY = word_set("sets", "third_persons")
_PRONOUNS = _YOU | _THEY
_OWNERS = frozenset(("your", "yer", "his", "hers"))


def with_pronouns(
    words: Words, named: Sequence[Mention], you: Mention | None, topic: Mention | None
) -> Iterator[Mention]:
    """The named mentions, and the pronouns that stand for somebody.

    "You" in an answer is its author. "He" and "she" are whoever was named last,
    whatever their pronoun: a text with its names swapped must read the same.
    """
    if (not named and you is None and topic is None) or _PRONOUNS.isdisjoint(words.words):
        yield from named
        return
    last, waiting, behind = topic, list(reversed(named)), -1
    for place in [place for place, word in enumerate(words.words) if word in _PRONOUNS]:
        word = words.words[place]
        start, end = words.spans[place]
        while waiting and waiting[-1].start <= start:
            mention = waiting.pop()
            behind = mention.end
            last = mention if mention.target.kind in ("camp", "official") else last
            yield mention
        meant = _meant_by(word, you, last)
        if meant is None or start < behind or words.is_quoted(place):
            continue
        via: Via = "reply" if word in _YOU else "pronoun"
        owning = word in _OWNERS
        yield Mention(meant.target, start, end, via, meant.person, owning, meant.certain)
    yield from reversed(waiting)


def _meant_by(word: str, you: Mention | None, last: Mention | None) -> Mention | None:
    if word in _YOU:
        return you
    return last if word in _THEY else None
