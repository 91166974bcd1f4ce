"""A post to be labelled, as titled paragraphs and lines. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from textual.content import Content

from contest.contest import Contest
from contest.labels import NOT_ABOUT, WANTED, Answer, guess
from contest.reading import Reading, Span
from contest.text import shown, shown_lines
from storage.board import Card, Version
from storage.teaching import Question
from tui.columns import joined
from tui.legend import Legend
from tui.sheet import LONGEST, Section, above, by_line


@dataclass(frozen=True, slots=True)
class Sitting:
    """How far a sitting at the slate has come.

    `camp` is the one asked about, "" for all; `place` counts the questions passed; `labelled`
    counts labels by camp, `apart` those that say "not about this camp"; `given` are the labels of
    this sitting: the question, what was said, the label.
    """

    camp: str = ""
    place: int = 0
    labelled: Mapping[str, int] = field(default_factory=dict)
    given: tuple[tuple[Question, Answer, int], ...] = ()
    apart: int = 0

    def counting(self, camp: str, said: Answer, more: int) -> Sitting:
        """With one label more or less."""
        if said == NOT_ABOUT:
            return replace(self, apart=self.apart + more)
        return replace(self, labelled={**self.labelled, camp: self.labelled.get(camp, 0) + more})


def progress_line(sitting: Sitting, camp: str, contest: Contest, head: str) -> Content:
    """How many labels the camp in question has, what is asked about, what is in use."""
    name = shown(contest.camp(camp).name, 30) if camp else ""
    count = f"{sitting.labelled.get(camp, 0)} of {WANTED} for {name}"
    asked = "one camp" if sitting.camp else "all camps in turn"
    parts = [(count, "bold $accent")] if camp else []
    parts += [(asked, "$foreground-muted")]
    parts += [(f"{sitting.apart:,} not about a camp", "$foreground-muted")] * bool(sitting.apart)
    parts += [(f"{shown(head, 20)} in use", "$text-secondary")] if head else []
    return joined(parts)


def tally_line(sitting: Sitting, contest: Contest) -> Content:
    """How many labels every camp has."""
    legend = Legend(contest)
    return joined(
        [
            legend.camp(camp.id).label() + f" {sitting.labelled.get(camp.id, 0)}"
            for camp in contest.camps
        ],
        "  ",
    )


def asking_line(question: Question, contest: Contest) -> Content:
    """What the reader makes of the post, and what is asked."""
    sign = Legend(contest).camp(question.camp)
    return Content.assemble(
        ("The reader: ", "$foreground-muted"),
        guess(question.tone),
        (". What is it towards ", "$foreground-muted"),
        (f"{sign.symbol} {sign.name}", f"bold {sign.style}"),
        ("?", "$foreground-muted"),
    )


def question_sections(question: Question, contest: Contest) -> list[Section]:
    """The post with the places marked that speak of the camp, and above it what it answers."""
    who = Reading(account=question.account, camp=question.side, role=question.role)
    version = Version(1, question.post, question.post.published, "", who)
    sections = [above(Card(question.post.uid, (version,)), contest)]
    title = question.post.title
    titled = [Content.styled(shown(title, 300), "bold")] if title else []
    body = Content("\n").join(
        [by_line(version, contest), Content(""), *titled, _marked(question, contest)],
    )
    kind = {"post": "The post"}.get(question.post.kind, f"The {question.post.kind}")
    return [*filter(None, sections), Section(kind, body, "-post")]


def _marked(question: Question, contest: Contest) -> Content:
    text = question.post.text[:LONGEST]
    style = f"bold underline {Legend(contest).camp(question.camp).style}"
    parts = [
        Content.styled(shown_lines(text[start:end]), style if named else "")
        for start, end, named in _pieces(len(text), question.tone.mentions)
    ]
    return Content.assemble(*parts)


def _pieces(length: int, mentions: Sequence[Span]) -> list[tuple[int, int, bool]]:
    """[start, end) of the whole text, and whether each piece is a mention."""
    pieces, at = [], 0
    for start, end in sorted(mentions):
        if at <= start < end <= length:
            pieces += [(at, start, False), (start, end, True)]
            at = end
    return [*pieces, (at, length, False)]
