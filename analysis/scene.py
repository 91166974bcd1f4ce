"""A post as the building blocks of rules see it, and the signs that they leave. Knows no rule."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Literal

from analysis.lookalikes import Lookalikes
from analysis.meaning import Cue, Passage, Sense, Standing, Target
from analysis.timeclaims import TimeClaim, time_claims
from contest.contest import Account, Contest, Term
from contest.post import Post
from contest.reading import Span, Stance
from contest.registers import Fact

OUTSIDER = "outsider"
"""The role of whoever is not on the roster."""
IRONY = "whether it is meant in irony"
NO_PARENT = "the post that it answers, which was not captured"
WHOSE_WORDS = "whether these are the author's own words"
PERSON_OR_DEED = "whether it is the person or what they did"
NO_REGISTER = "what is on record: the register that the clause needs is empty"

_SURELY = 0.6
"""From this probability on the words are taken not to be the speaker's own."""

Basis = Literal["form", "register", "meaning"]
"""What a sign rests on: how something is written, a register or the clock, a reader's judgement."""


@dataclass(frozen=True, slots=True)
class Sign:
    """What a block saw: the words, and `what` they may be, as the start of a sentence.

    `marks` are what a rule may be raised or lowered by. `doubt` says what has to be known first.
    `instead` is a severity that stands in for the rule's own, `steps` are added to it. `via` is the
    rule that a repost inherits from, `mend` what may be published to put a wrong claim right.
    """

    spans: tuple[Span, ...]
    what: str
    score: float = 1.0
    basis: Basis = "meaning"
    marks: frozenset[str] = frozenset()
    doubt: str = ""
    instead: str = ""
    steps: int = 0
    via: str = ""
    mend: str = ""


@dataclass(frozen=True, slots=True)
class Beside:
    """A fact of the contest, and how the post stands to it."""

    fact: Fact
    standing: Standing


@dataclass(frozen=True)
class Scene:
    """A post, its author as the roster knows them at that moment, and what its words mean."""

    contest: Contest
    post: Post
    account: Account | None
    term: Term | None
    passage: Passage
    sense: Sense
    lookalikes: Lookalikes
    facts: tuple[Beside, ...] = field(default=())

    @cached_property
    def role(self) -> str:
        """The author's role when the words were published; "outsider" off the roster."""
        return self.term.role if self.term else OUTSIDER

    @property
    def camp(self) -> str:
        """The author's camp then, or ""."""
        return (self.term.camp or "") if self.term else ""

    @cached_property
    def when(self) -> datetime:
        """When the words were published."""
        return self.post.said

    @cached_property
    def lower(self) -> str:
        """The text as it is matched: folded, in lower case."""
        return self.passage.words.folded.lower

    @property
    def whole(self) -> tuple[Span, ...]:
        """The whole text as a span; nothing where there is none."""
        return ((0, len(self.post.text)),) if self.post.text else ()

    @property
    def lacks_parent(self) -> bool:
        """Whether this answers something that nobody captured."""
        parent = self.post.parent
        return self.post.kind in ("reply", "quote") and not (parent and parent.text)

    @property
    def stance(self) -> Stance:
        """How the speaker stands to the words."""
        return self.sense.speaker or self.sense.stance

    @property
    def passes_on(self) -> bool:
        """Whether the speaker condemns or reports the words rather than says them."""
        return self.stance in ("condemns", "reports") and self.sense.does >= _SURELY

    @property
    def denies(self) -> bool:
        """Whether the speaker sincerely denies what the words say of somebody."""
        return self.stance == "denies" and self.sense.does >= _SURELY

    @property
    def doubt(self) -> str:
        """What of the speaker's stance has to be known first, or ""."""
        if self.stance == "jokes":
            return IRONY
        if self.stance in ("condemns", "reports", "denies"):
            return WHOSE_WORDS
        return NO_PARENT if self.lacks_parent else ""

    @cached_property
    def camps(self) -> frozenset[str]:
        """The camps that the post names."""
        named = (m.target for m in self.passage.mentions if m.target.kind == "camp")
        return frozenset(target.id for target in named)

    @cached_property
    def times(self) -> tuple[TimeClaim, ...]:
        """What the post says of the timetable's hours."""
        parent = self.post.parent
        answered = parent.text if parent and self.post.kind in ("reply", "quote") else ""
        return tuple(time_claims(self.post.text, self.when, self.contest.zone, answered=answered))

    def act(self, name: str) -> float:
        """How likely the words do that (`analysis.heads.ACTS`); 0 where nobody looked for it."""
        return self.sense.acts.get(name, 0.0)

    def likely(self, name: str, cue: Cue) -> float:
        """How likely the words do that: by the reader of acts, or by another reader's cue."""
        return max(self.act(name), cue.score)

    def spans(self, cue: Cue) -> tuple[Span, ...]:
        """The cue's words; where none are pointed out, the whole text."""
        return cue.spans or self.whole

    def folded_span(self, start: int, end: int) -> Span:
        """Where `[start, end)` of the folded text stands in the post's."""
        return self.passage.words.folded.span(start, end)

    def is_person(self, target: Target) -> bool:
        """Whether the candidate, not only the team, is spoken of."""
        mentions = [mention for mention in self.passage.mentions if mention.target == target]
        return any(m.person for m in mentions) if mentions else self.passage.about_person


Block = Callable[[Scene], Iterator[Sign]]
"""A building block: the signs of one kind of thing that it sees in a scene."""

Blocks = Mapping[str, Block]
