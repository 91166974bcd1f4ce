"""The seam between what a text says and how that was found out. Holds no judgement itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Literal, NamedTuple, Protocol

from analysis.words import Words
from contest.post import Kind
from contest.reading import Span, Stance

Via = Literal["name", "handle", "hashtag", "slogan", "reply", "pronoun"]
"""How a target is meant; a slogan is a hashtag of the campaign's own, whatever words it has."""


@dataclass(frozen=True, slots=True)
class Target:
    """Whom or what words may be about.

    `id` is a camp's id, an official's name ("" for officials as a body), a
    party's name, or a bare handle.
    """

    kind: Literal["camp", "official", "party", "account"]
    id: str


_ACCOUNTS = 8


def weighed_targets(targets: Iterable[Target]) -> tuple[Target, ...]:
    """Each target once, in order; of accounts off the contest the first eight.

    A contest has few camps, officials and parties, but a text may hold
    thousands of handles, and nothing is told of them.
    """
    kept = tuple(dict.fromkeys(targets))
    if len(kept) <= _ACCOUNTS:
        return kept
    accounts = islice((target for target in kept if target.kind == "account"), _ACCOUNTS)
    few = frozenset(accounts)
    return tuple(target for target in kept if target.kind != "account" or target in few)


@dataclass(frozen=True, slots=True)
class Mention:
    """A place that speaks of `target`: `[start, end)` in characters of the text.

    `person`: the candidate (or official) as a person, not their team.
    `owning`: a possessive, so that what follows is theirs, not them.
    `certain`: not so for an everyday word that may be a name here, nor for "you" among the
    camps' own people; a reader that can tell from the rest of the text decides.
    """

    target: Target
    start: int
    end: int
    via: Via
    person: bool = True
    owning: bool = False
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Answered:
    """The text that a passage answers or quotes, and who said it, where that is known.

    `is_fact`: nobody said it; it is a fact beside which the passage is held.
    """

    words: Words
    mentions: tuple[Mention, ...] = ()
    speaker: Target | None = None
    is_fact: bool = False


@dataclass(frozen=True, slots=True)
class Passage:
    """A text as it is put to a reader of meaning.

    `mentions` are in the text's order and do not overlap; `possible` are everyday words that
    may be names here, which are not among them. `about` is whom the
    text is about where it names nobody: the parent's subject, else its author;
    `about_person`, whether that is the candidate and not somebody of the team.
    `addressed` is whom "you" means; `answered`, what a reply or a quote is about; `rostered`,
    whether its author is on the roster; `spoken`, the same without a promoter line.
    """

    words: Words
    mentions: tuple[Mention, ...] = ()
    possible: tuple[Mention, ...] = ()
    kind: Kind = "post"
    about: Target | None = None
    about_person: bool = False
    addressed: Target | None = None
    answered: Answered | None = None
    rostered: bool = True
    spoken: Passage | None = None


@dataclass(frozen=True, slots=True)
class Cue:
    """How strongly something is said, and the words that say it. 0..1 (a tone: -1..1)."""

    score: float = 0.0
    spans: tuple[Span, ...] = ()


class Odds(NamedTuple):
    """How likely each tone is: together 1."""

    against: float
    neither: float
    favour: float


UNSURE = Odds(0.25, 0.5, 0.25)
"""The odds of a tone of which nothing is known."""


@dataclass(frozen=True, slots=True)
class Toward:
    """What a passage says of one target: tone, attack on the person, support asked or shown.

    `odds` are the tone's probabilities. `meant` is False for a target that nothing in the
    text points to.
    """

    target: Target
    tone: Cue = Cue()
    odds: Odds = UNSURE
    attack: Cue = Cue()
    endorsement: Cue = Cue()
    meant: bool = True


class Standing(NamedTuple):
    """How likely a passage is to pass a fact by, to agree with it, to contradict it: together 1."""

    unrelated: float
    agrees: float
    contradicts: float


UNKNOWN = Standing(1.0, 0.0, 0.0)
"""How a passage stands to a fact that no reader held beside it."""


@dataclass(frozen=True, slots=True)
class Sense:
    """What a passage means, as far as it could be made out.

    `acts` maps what words may do ("inducement", see `analysis.heads.ACTS`) to how likely they do
    it; what is not there, no reader looked for. `attacks` is how likely the reader of acts holds
    each target to be attacked, `speaker` the stance as it sees it. `does` is how sure the stance
    is, 0..1. `doubt` says what has to be known before any of it is relied on, or is "".
    """

    toward: tuple[Toward, ...] = ()
    hostility: Cue = Cue()
    threat: Cue = Cue()
    slur: Cue = Cue()
    vote_ask: Cue = Cue()
    process: Cue = Cue()
    pile_on: Cue = Cue()
    stance: Stance = "asserts"
    does: float = 1.0
    acts: Mapping[str, float] = field(default_factory=dict)
    attacks: Mapping[Target, float] = field(default_factory=dict)
    speaker: Stance | None = None
    doubt: str = ""


class Meaning(Protocol):
    """Something that makes out what a passage means: a word list, or a trained model.

    Implementations keep no state between passages and may be shared by threads.
    """

    @property
    def versions(self) -> Mapping[str, str]:
        """Task ("sentiment", "hostility") to "name@version"."""
        ...

    def senses(self, passages: Sequence[Passage]) -> list[Sense]:
        """What each passage means, in order; pure."""
        ...

    def standings(self, pairs: Sequence[tuple[Passage, Passage]]) -> list[Standing]:
        """How each passage stands to the fact beside it, in order; pure."""
        ...
