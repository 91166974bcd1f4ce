"""Where an officer labels the posts that the reader is least sure of. Keeps and learns nothing."""

from __future__ import annotations

from dataclasses import replace
from math import inf
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Footer, Static

from contest.contest import Contest
from contest.labels import Answer
from contest.text import shown
from storage.teaching import Question, Slate
from tui.keymap import ANSWERS, FIRST, ON_TEACHING, bindings
from tui.questions import Sitting, asking_line, progress_line, question_sections, tally_line
from tui.screens.live import LiveScreen
from tui.screens.post import paragraph

OPENING = "Looking for the posts that the reader is least sure of …"
ANSWER_KEYS = frozenset(key for deed in ANSWERS for key in deed.keys.split(","))
NOTHING = "Nothing is left to label here. Esc goes back, and the reader learns."


class TeachingScreen(LiveScreen):
    """A slate, one question at a time. The app keeps the labels and says what became of them."""

    DEEDS = ON_TEACHING
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings((*FIRST, *DEEDS)),
        Binding("j", "scroll(1)", show=False),
        Binding("k", "scroll(-1)", show=False),
    ]
    AUTO_FOCUS = "#sheet"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012  as Textual has it

    GLANCE: ClassVar[float] = 0.2
    """Seconds in which nobody reads a post: what is pressed then was meant for the one before."""

    slate: reactive[Slate | None] = reactive[Slate | None](None, init=False)
    sitting: reactive[Sitting] = reactive(Sitting(), init=False, always_update=True)

    def __init__(self, contest: Contest) -> None:
        super().__init__()
        self._contest = contest
        self._seen_from = inf
        """When the card was on screen, by the clock of Textual's messages."""

    def compose(self) -> ComposeResult:
        """How far one is, what is asked, the post."""
        yield Static(markup=False, id="progress")
        yield Static(markup=False, id="tally")
        yield Static(markup=False, id="asked")
        yield VerticalScroll(Static(OPENING, markup=False, id="waiting"), id="sheet")
        yield Footer(compact=True)

    @property
    def question(self) -> Question | None:
        """What is asked now; None if nothing is."""
        questions = self.slate.questions if self.slate else ()
        return questions[self.sitting.place] if self.sitting.place < len(questions) else None

    @property
    def can_learn(self) -> bool:
        """Whether the reader in use can be taught."""
        return self.slate is not None and not self.slate.obstacle

    def begin(self, slate: Slate, camp: str) -> None:
        """Ask the questions of a slate, of a camp or (for "") of all."""
        self.set_reactive(TeachingScreen.slate, slate)
        self.sitting = Sitting(camp, 0, slate.labelled, self.sitting.given, slate.apart)

    def sees(self, key: str, at: float) -> bool:
        """Whether a key is meant for the card on screen: an answer pressed before it was is not.

        `at` is when it was pressed, by the clock of Textual's messages.
        """
        return key not in ANSWER_KEYS or at >= self._seen_from

    def answered(self, said: Answer, label: int) -> None:
        """Go on to the next question: the label of this one is kept."""
        if self.question:
            counted = self.sitting.counting(self.question.camp, said, 1)
            given = (*self.sitting.given, (self.question, said, label))
            self.sitting = replace(counted, place=self.sitting.place + 1, given=given)

    def skipped(self) -> None:
        """Go on to the next question without a label."""
        if self.question:
            self.sitting = replace(self.sitting, place=self.sitting.place + 1)

    @property
    def last_label(self) -> int | None:
        """The last label of this sitting, which can be taken back."""
        return self.sitting.given[-1][2] if self.sitting.given else None

    def taken_back(self) -> None:
        """Ask the question again whose label was taken back, if it is on this slate."""
        if self.slate and self.sitting.given:
            *rest, (question, said, _) = self.sitting.given
            asked = self.slate.questions
            place = asked.index(question) if question in asked else self.sitting.place
            counted = self.sitting.counting(question.camp, said, -1)
            self.sitting = replace(counted, place=place, given=tuple(rest))

    def next_camp(self) -> str:
        """The camp to ask about after this one; "" for all."""
        camps = ["", *(camp.id for camp in self._contest.camps)]
        return camps[(camps.index(self.sitting.camp) + 1) % len(camps)]

    async def watch_sitting(self) -> None:
        """Show the question; what is pressed before it can be seen does not answer it."""
        self._seen_from = inf
        question, slate = self.question, self.slate or Slate()
        camp = question.camp if question else self.sitting.camp
        head = progress_line(self.sitting, camp, self._contest, slate.head)
        self.query_one("#progress", Static).update(head)
        self.query_one("#tally", Static).update(tally_line(self.sitting, self._contest))
        asked = asking_line(question, self._contest) if question else Content("")
        self.query_one("#asked", Static).update(asked)
        await self._show(question, slate)
        self.call_after_refresh(self._note_sight, self.sitting)

    def _note_sight(self, sitting: Sitting) -> None:
        """The card of a sitting is on screen now."""
        if sitting is self.sitting:
            self._seen_from = Message().time + self.GLANCE

    async def _show(self, question: Question | None, slate: Slate) -> None:
        sheet = self.query_one("#sheet")
        await sheet.remove_children()
        if question:
            sections = question_sections(question, self._contest)
            await sheet.mount(*map(paragraph, sections))
        else:
            why = f"{shown(slate.obstacle, 300)}. Esc goes back." if slate.obstacle else NOTHING
            await sheet.mount(Static(why, markup=False, id="waiting"))
        sheet.scroll_home(animate=False)

    def action_scroll(self, lines: int) -> None:
        """Scroll so many lines."""
        self.query_one("#sheet").scroll_relative(y=lines, animate=False)
