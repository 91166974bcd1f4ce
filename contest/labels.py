"""What an officer says the tone of a post is, and what reading posts again has changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from contest.post import Post
from contest.reading import Breach, Reading, Tone

NOT_ABOUT: Final = "not about"
"""What an officer says of a post that does not speak of the camp at all."""

Answer = Literal[-1, 0, 1, "not about"]
"""What an officer says of a post and a camp: a tone, or NOT_ABOUT."""

WANTED = 30
"""Labels a camp that make a head worth having; more than 50 add little."""

LEAST = 12
"""Labels with a tone from which on a head may go into force."""
BY_CHANCE = 0.05
"""A head that helps no more than lot would go into force at most so often."""

NEEDS_FULL = "teaching needs the full reader; the one in use cannot be taught"

SAID = {-1: "against", 0: "neither", 1: "for"}
"""Tones in words."""
UNSURE = "not sure"
UNSAID = "not read"
"""What stands for a tone that the reader is not sure of, and for one that it does not give."""


def labels_of(many: int) -> str:
    """So many labels, in words.

    >>> labels_of(1), labels_of(1200)
    ('1 label', '1,200 labels')
    """
    return f"{many:,} label{'' if many == 1 else 's'}"


def head_name(number: int) -> str:
    """What a head is called, and what it adds to the version of the reader that carries it.

    >>> head_name(3)
    'taught.3'
    """
    return f"taught.{number}"


class TeachingProblem(Exception):
    """A head cannot be made or used; the message says why, with the remedy."""


@dataclass(frozen=True, slots=True)
class Label:
    """A label in force: the `tone` (-1, 0, 1) of a version of a post towards a camp.

    Where the post is not `about` the camp the tone is 0. `id` is the row it is kept in.
    """

    id: int
    post: Post
    camp: str
    tone: int
    who: str = ""
    about: bool = True


def guess(tone: Tone) -> str:
    """What a reader makes of a post, and how sure it is, in words.

    >>> guess(Tone("green", 0, -0.2, False, certainty=0.41))
    'not sure, leaning against (41% sure)'
    """
    leaning = SAID[(tone.score > 0) - (tone.score < 0)]
    said = SAID[tone.tone] if tone.sure else f"{UNSURE}, leaning {leaning}"
    return f"{said} ({tone.certainty:.0%} sure)"


@dataclass(frozen=True, slots=True)
class Changes:
    """What reading posts again has changed, or would change.

    `posts` were read; their readings hold `tones` pairs of post and camp. `moved` counts
    those that are shown otherwise now, by (camp, from, to), in the words of SAID.
    """

    posts: int = 0
    tones: int = 0
    moved: Mapping[tuple[str, str, str], int] = field(default_factory=dict)
    exchanges_gone: int = 0
    exchanges_new: int = 0
    breaches_gone: int = 0
    breaches_new: int = 0

    @property
    def changed(self) -> int:
        """How many tones are shown otherwise now."""
        return sum(self.moved.values())

    def changed_of(self, camp: str) -> int:
        """How many of them are towards a camp."""
        return sum(n for (of, _, _), n in self.moved.items() if of == camp)

    def __add__(self, more: Changes) -> Changes:
        """Both together."""
        return Changes(
            self.posts + more.posts,
            self.tones + more.tones,
            dict(Counter(self.moved) + Counter(more.moved)),
            self.exchanges_gone + more.exchanges_gone,
            self.exchanges_new + more.exchanges_new,
            self.breaches_gone + more.breaches_gone,
            self.breaches_new + more.breaches_new,
        )


def changes(before: Reading, after: Reading) -> Changes:
    """What changes for one post where `after` takes the place of `before`.

    Possible breaches are told apart by rule; what is only counted is left out.
    """
    camps = {tone.camp for tone in (*_tones(before), *_tones(after))}
    pair_before, pair_after = _pair(before), _pair(after)
    flags_before, flags_after = _rules(before.breaches), _rules(after.breaches)
    return Changes(
        posts=1,
        tones=len(camps),
        moved=dict(Counter(_moves(before, after))),
        exchanges_gone=int(pair_before is not None and pair_before != pair_after),
        exchanges_new=int(pair_after is not None and pair_before != pair_after),
        breaches_gone=len(flags_before - flags_after),
        breaches_new=len(flags_after - flags_before),
    )


def _moves(before: Reading, after: Reading) -> Iterator[tuple[str, str, str]]:
    old, new = ({tone.camp: _shown(tone) for tone in _tones(read)} for read in (before, after))
    for camp in sorted(old.keys() | new.keys()):
        was, now = old.get(camp, UNSAID), new.get(camp, UNSAID)
        if was != now:
            yield camp, was, now


def _tones(reading: Reading) -> tuple[Tone, ...]:
    """The tones that are kept and counted: of a language that is not read, none."""
    return () if "language" in reading.readers else reading.tones


def _shown(tone: Tone) -> str:
    return SAID[tone.tone] if tone.sure else UNSURE


def _pair(reading: Reading) -> tuple[str, str] | None:
    exchange = reading.exchange
    return (exchange.from_camp, exchange.to_camp) if exchange else None


def _rules(breaches: tuple[Breach, ...]) -> set[str]:
    return {breach.rule for breach in breaches if breach.lane != "expectation"}
