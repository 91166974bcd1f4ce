"""A small invented contest at a fixed moment, a literal board of it, and a desk that hands them out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from textual.app import App
from textual.pilot import Pilot

from contest.code import Look, Rule
from contest.contest import Account, Camp, Contest, Milestone, Phase, SourceEntry, Term
from contest.labels import Answer
from contest.lens import Lens
from contest.post import Author, Context, Post
from contest.reading import Breach, Exchange, Hostility, Reading, Tone
from contest.visit import Health
from monitor.events import Alert, Event, Visited
from storage.board import (
    Board,
    BreachRow,
    CampFigures,
    CampTone,
    Card,
    ExchangeRow,
    Figure,
    Version,
)
from storage.teaching import Question, Slate
from tui.app import HustingsApp

NOW = datetime(2026, 11, 7, 14, 3, 22, tzinfo=UTC)
HOSTILE = "[red]boo[/red] [/] \x1b[31mred\x1b[0m \u202egnp.exe [@click=app.quit]x[/]"


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


def a_contest(**changes: object) -> Contest:
    voting = datetime(2026, 10, 26, 9, tzinfo=UTC)
    closes = datetime(2026, 11, 10, 12, tzinfo=UTC)
    contest = Contest(
        id="lantern",
        name="Lantern Party leadership 2026",
        party="Lantern Party",
        zone=ZoneInfo("Europe/London"),
        camps=(
            Camp("little", "Ada Little", "@AdaLittleLP", "she"),
            Camp("green", "Rowan Green", "@RowanGreen", "he"),
            Camp("brown", "Denzil Brown", "@DenzilBrown", "he"),
            Camp("close", "Siân Close", "@SianClose", "she"),
        ),
        accounts=(
            Account("@TomosFrith", "Tomos Frith", (Term("team", "green"),)),
            Account("@bexnoor", "Bex Noor", (Term("councillor", "brown"),)),
        ),
        phases=(
            Phase("P3", "Nominations closed", datetime(2026, 10, 13, 16, tzinfo=UTC), voting),
            Phase("P4", "Voting", voting, closes),
            Phase("P4q", "Quiet period", datetime(2026, 11, 9, 12, tzinfo=UTC), closes),
        ),
        milestones=(Milestone("Complaints close", datetime(2026, 11, 11, 12, tzinfo=UTC)),),
        rules=(
            a_rule("R01", "4.2", "Personal attack on another candidate", "S2"),
            a_rule("R05", "6.1", "Misleading statement on procedure", "S3"),
            a_rule("R21", "9", "Threats and harassment", "S4"),
        ),
        sources=tuple(SourceEntry(row.source, row.kind, "https://x.example") for row in sources()),
    )
    return replace(contest, **changes)


def a_rule(rule: str, clause: str, title: str, severity: str) -> Rule:
    words = "No candidate, and nobody on a registered team, shall disparage another person."
    binds = frozenset({"candidate", "team"})
    return Rule(rule, clause, title, words, "1.1", binds, severity, looks_for=(Look("threat"),))


def sources() -> tuple[Health, ...]:
    answering = [
        Health(
            name, kind, "answering", since=ago(hours=9), visited=ago(minutes=2),
            answered=ago(minutes=2), brought=ago(minutes=9), next_visit=NOW + timedelta(minutes=3), posts=posts,
        )
        for name, kind, posts in (
            ("Little for Leader", "feed", 212), ("@RowanGreen", "bluesky", 340), ("@DenzilBrown", "mastodon", 198),
            ("@SianClose", "bluesky", 155), ("#LouderLantern", "mastodon", 1204), ("Lantern Post", "feed", 431),
            ("The Ferryman", "feed", 88), ("@TomosFrith", "bluesky", 61), ("@bexnoor", "mastodon", 17),
        )
    ]  # fmt: skip
    quiet = [
        Health(
            name,
            "feed",
            "nothing new",
            since=ago(hours=2),
            answered=ago(minutes=4),
            next_visit=NOW + timedelta(minutes=5),
            posts=12,
        )
        for name in ("Harbour News", "Lamp Weekly", "Council Diary")
    ]
    stale = Health(
        "Team Close blog",
        "feed",
        "stale",
        "nothing for 3 days; expected daily",
        ago(days=2),
        posts=9,
    )
    gull = Health(
        "The Gull", "feed", "failing", "503", ago(hours=2.5), ago(minutes=6), ago(hours=3),
        ago(hours=5), datetime(2026, 11, 7, 14, 9, tzinfo=UTC), 4, 77,
    )  # fmt: skip
    return (*answering, *quiet, stale, gull)


def spark(*tones: float | None) -> tuple[float | None, ...]:
    return (tones * 24)[:24]


def a_figure(tone: float, sure: int, posts: int, reach: float, corrected: bool = True) -> Figure:
    """A tone with its interval; a fifth of the sure posts are neither for nor against."""
    plus = round(sure * (0.4 + tone / 2))
    minus = sure - sure // 5 - plus
    return Figure(tone, sure, posts, tone - reach, tone + reach, corrected, plus, minus)


def sentiment() -> tuple[CampTone, ...]:
    trained = ("tone@3",)
    return (
        CampTone("little", "Ada Little",
                 a_figure(0.31, 12, 15, 0.42), a_figure(0.12, 312, 401, 0.09), a_figure(0.02, 1904, 2411, 0.05),
                 spark(0.1, 0.3, None, None, -0.2, 0.4, 0.6, 0.9, 0.2), trained),
        CampTone("green", "Rowan Green",
                 a_figure(-0.44, 31, 38, 0.28), a_figure(-0.21, 544, 690, 0.08), a_figure(0.05, 2230, 2817, 0.05),
                 spark(0.2, 0.1, -0.1, -0.4, -0.7, -0.9, -0.3), trained),
        CampTone("brown", "Denzil Brown",
                 a_figure(0.5, 3, 4, 0.7), a_figure(0.04, 88, 120, 0.15, corrected=False),
                 a_figure(0.03, 611, 800, 0.07, corrected=False),
                 spark(None, 0.0, 0.1, None, -0.1), ("tone@2", "tone@3")),
        CampTone("close", "Siân Close",
                 Figure(None, 0, 2), a_figure(-0.6, 2, 9, 0.9), a_figure(0.11, 41, 66, 0.24),
                 spark(None, None, None, 0.4, None, -0.4, None), trained),
    )  # fmt: skip


WORDS = (
    (
        "never finished anything she started",
        "Ada Little has never finished anything she started and everybody at the harbour knows it.",
    ),
    (
        "a weathervane in a good coat",
        "Let us be honest: Rowan Green is a weathervane in a good coat. Vote for somebody who stands still.",
    ),
    (
        "not bright enough for this job",
        "I am sorry but she is simply not bright enough for this job.",
    ),
    (
        "sold the ferries and lied about it",
        "He sold the ferries and lied about it, twice, on the same evening, to the same room.",
    ),
)
PAIRS = (
    ("green", "little"),
    ("little", "green"),
    ("brown", "close"),
    ("close", "brown"),
    ("green", "brown"),
)
AUTHORS = (
    ("@TomosFrith", "team"),
    ("@bexnoor", "councillor"),
    ("@SianClose", "candidate"),
    ("@little_hq", "campaign_account"),
)


def an_exchange(number: int) -> ExchangeRow:
    words, text = WORDS[number % 4]
    source, target = PAIRS[number % 5]
    return ExchangeRow(
        f"at://post/x{number}", ago(minutes=4 + 47 * number), source, target, AUTHORS[number % 4][0],
        ("reply", "quote", "mention")[number % 3], max(0.97 - 0.023 * number, 0.5), words, text,
    )  # fmt: skip


def a_breach(number: int) -> BreachRow:
    words, text = WORDS[(number + 1) % 4]
    author, role = AUTHORS[number % 4]
    rule, clause, title, severity = (
        ("R01", "4.2", "Personal attack", "S2"), ("R21", "9", "Threats", "S4"),
        ("R05", "6.1", "Misleading", "S3"), ("R24", "12(b)", "Criticism of the process", "S1"),
    )[number % 4]  # fmt: skip
    lane = ("case", "case", "needs-context", "before-rule", "case")[number % 5]
    at = ago(minutes=9 + 61 * number)
    return BreachRow(
        f"at://post/b{number}", at, at, rule, clause, title, "1.1", severity, lane, author, role,
        "P4", words, text, superseded=number % 7 == 2, gone=number % 11 == 4,
    )  # fmt: skip


def a_board(**changes: object) -> Board:
    board = Board(
        at=NOW,
        sentiment=sentiment(),
        exchanges=tuple(an_exchange(number) for number in range(37)),
        breaches=tuple(a_breach(number) for number in range(41)),
        sources=sources(),
        expectations=(("R01", 3), ("R24", 11)),
        posts_total=4210,
        exchanges_total=37,
        breaches_total=41,
    )
    return replace(board, **changes)


TEXT = "Ada Little has never finished anything she started and she lies about all of it."


def a_post(text: str = TEXT, **changes: object) -> Post:
    post = Post(
        uid="at://post/b0", platform="bluesky", author=Author("did:x:1", "@TomosFrith", "Tomos Frith"),
        text=text, published=ago(minutes=9), version="2", kind="reply", url="https://social.example/b0",
        reply_to=Context("at://post/p", Author("did:x:2", "@AdaLittleLP"), "Housing is the test of this party."),
    )  # fmt: skip
    return replace(post, **changes)


def a_reading() -> Reading:
    attack = Breach(
        "R01", "4.2", "1.1", "S2", "case", ((11, 46), (55, 79)),
        "A member of a registered team says a candidate lies and never finishes anything.",
        "it is about a policy or a record, or quotes somebody else in order to object",
    )  # fmt: skip
    return Reading(
        account="@TomosFrith", camp="green", role="team", phase="P4",
        tones=(Tone("little", -1, -0.82, True), Tone("green", 0, 0.12, False)),
        hostility=Hostility(0.86, ("little",), ((11, 46),)),
        exchange=Exchange("green", "little", "reply"), breaches=(attack,),
        readers={"sentiment": "tone@3", "hostility": "heat@2", "code": "LP-26@1.1"},
    )  # fmt: skip


def a_card(**changes: object) -> Card:
    first = Version(
        1,
        a_post("Ada Little never finishes what she starts.", version="1"),
        ago(minutes=8),
        "ab" * 32,
        Reading(role="team", camp="green"),
    )
    second = Version(2, a_post(edited=ago(minutes=5)), ago(minutes=4), "cd" * 32, a_reading())
    card = Card("at://post/b0", (first, second), ("@TomosFrith", "#LouderLantern"), ago(minutes=1))
    return replace(card, **changes)


def an_alert(number: int = 0, severity: str = "S3", lane: str = "case", rule: str = "R05") -> Alert:
    breach = Breach(rule, "6.1", "1.1", severity, lane, ((0, 3),), "why", "unless")
    return Alert(a_post(uid=f"at://post/a{number}"), (breach,))


def visited(*alerts: Alert, **counts: int) -> Visited:
    return Visited(sources()[0], alerts=alerts, **counts)


def a_question(number: int, camp: str, text: str = TEXT, certainty: float = 0.41) -> Question:
    read = Tone(camp, 0, -0.18, False, ((0, 10),), certainty)
    post = a_post(text, uid=f"at://post/q{number}", version="1")
    return Question(number, camp, post, read, "@TomosFrith", "green", "team")


def a_slate(**changes: object) -> Slate:
    camps = ("little", "green", "brown", "close")
    questions = tuple(
        a_question(
            n, camps[n % 4], f"Whoever stands still at number {n} has my attention.", 0.4 + n / 40
        )
        for n in range(8)
    )
    return replace(Slate(questions, {"little": 16, "green": 3}, "taught.2"), **changes)


def some_figures(moved: float = 0.0) -> tuple[CampFigures, ...]:
    """Of every camp, all of them moved so far."""
    rows = sentiment()
    moves = (moved, moved, moved, 0.0)
    return tuple(
        CampFigures(row.camp, nudged(row.week, by), nudged(row.week, by / 2))
        for row, by in zip(rows, moves, strict=True)
    )


def nudged(figure: Figure, by: float) -> Figure:
    tone, low, high = figure.tone, figure.low, figure.high
    assert tone is not None
    assert low is not None
    assert high is not None
    return replace(figure, tone=tone + by, low=low + by, high=high + by)


@dataclass
class StillDesk:
    """A desk at one moment: hands out what it was given, and notes what it was asked."""

    shown: Board = field(default_factory=a_board)
    opened: Card | None = field(default_factory=a_card)
    moment: datetime = NOW
    lenses: list[Lens] = field(default_factory=list)
    exported: list[tuple[str, Lens, Path]] = field(default_factory=list)
    visits: int = 0
    rereadings: int = 0
    tell: Callable[[Event], object] | None = None
    notice: str = ""
    offered: Slate = field(default_factory=a_slate)
    asked: list[str] = field(default_factory=list)
    labels: dict[int, tuple[str, str, Answer]] = field(default_factory=dict)
    figured: list[tuple[CampFigures, ...]] = field(default_factory=lambda: [some_figures()])
    """What the figures are, one after the other; the last one stays."""
    withdrawn: list[int] = field(default_factory=list)
    unkept: Exception | None = None
    learnt: int = 0
    undone: str = ""
    undoings: list[int | None] = field(default_factory=list)
    stops_with: Exception | None = None
    unreadable: Exception | None = None

    def now(self) -> datetime:
        return self.moment

    def reader_notice(self) -> str:
        return self.notice

    async def watch(self, tell: Callable[[Event], object]) -> None:
        self.tell = tell
        if self.stops_with:
            raise self.stops_with
        await asyncio.Event().wait()

    async def board(self, lens: Lens) -> Board:
        self.lenses.append(lens)
        if self.unreadable:
            error, self.unreadable = self.unreadable, None
            raise error
        return self.shown

    async def card(self, uid: str) -> Card | None:
        return self.opened and replace(self.opened, uid=uid)

    async def export(self, what: str, lens: Lens, path: Path) -> int:
        path.write_text("uid\n", encoding="utf-8")  # noqa: ASYNC240
        self.exported.append((what, lens, path))
        return 41

    async def slate(self, camp: str) -> Slate:
        self.asked.append(camp)
        return replace(self.offered, questions=tuple(
            question for question in self.offered.questions if camp in ("", question.camp)
        ))  # fmt: skip

    async def label(self, question: Question, said: Answer) -> int:
        if self.unkept:
            raise self.unkept
        self.labels[len(self.labels) + 1] = (question.post.uid, question.camp, said)
        return len(self.labels)

    async def figures(self, at: datetime) -> tuple[CampFigures, ...]:
        return self.figured.pop(0) if len(self.figured) > 1 else self.figured[0]

    async def withdraw(self, label: int) -> None:
        self.withdrawn.append(label)

    def learn(self) -> None:
        self.learnt += 1

    async def undo_teaching(self, number: int | None = None) -> str:
        self.undoings.append(number)
        await asyncio.sleep(0)
        if self.unkept:
            raise self.unkept
        return self.undone if number is None or self.undone == f"taught.{number}" else ""

    def read_again(self) -> None:
        self.rereadings += 1

    def visit_now(self) -> None:
        self.visits += 1


async def until(pilot: Pilot[None], holds: Callable[[], object]) -> None:
    """Wait for a condition, not for a time; give up after a few seconds."""
    deadline = asyncio.get_running_loop().time() + 5
    while not holds():
        assert asyncio.get_running_loop().time() < deadline, "waited in vain"
        await pilot.pause(0.01)


async def ready(pilot: Pilot[None]) -> HustingsApp:
    """The app, once the first board is on screen."""
    app = pilot.app
    assert isinstance(app, HustingsApp)
    await until(pilot, lambda: app.board.at is not None)
    await pilot.pause()
    return app


def text_of(app: App[None]) -> str:
    """What is on screen, line by line."""
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip) for strip in strips)
