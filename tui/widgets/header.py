"""The top of the screen: which contest, what time it is, what comes next. Switches nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from textual.content import Content
from textual.reactive import var
from textual.widgets import Static

from contest.contest import Contest
from contest.text import shown
from tui import clock
from tui.columns import joined, pad


@dataclass(frozen=True, slots=True)
class Standing:
    """What the reader has switched, and who polls."""

    muted: bool = False
    paused: datetime | None = None
    holder: str = ""
    """The process that polls while this one follows; "" where this one polls."""
    news: str = ""
    """What has just come in, where there is no room for a notification."""
    old_rulebook: bool = False
    """Whether the files of the rulebook cannot be used, so that an earlier state is in force."""
    busy: str = ""
    """What the reader is doing besides reading what comes in."""


class Banner(Static):
    """Two lines: contest and clock, phase and countdown."""

    now: var[datetime | None] = var[datetime | None](None)
    standing: var[Standing] = var(Standing())

    def __init__(self, contest: Contest) -> None:
        super().__init__(markup=False)
        self._contest = contest

    def judge_by(self, contest: Contest) -> None:
        """Go by another timetable."""
        self._contest = contest
        self._redraw()

    def watch_now(self) -> None:
        """Move the clock on."""
        self._redraw()

    def watch_standing(self) -> None:
        """Show what was switched."""
        self._redraw()

    def on_resize(self) -> None:
        """Use the room there is."""
        self._redraw()

    def _redraw(self) -> None:
        width = self.content_size.width
        if self.now is not None and width:
            self.update(banner_lines(self._contest, self.now, self.standing, width))


def banner_lines(contest: Contest, now: datetime, standing: Standing, width: int) -> Content:
    """Both lines of the banner, for `width` cells."""
    name = Content.styled(shown(contest.name, 80), "bold $accent")
    first = _spread(joined([name, *signs(standing, contest)]), _clocks(contest, now, width), width)
    if standing.news:
        news = Content.styled(f"! {shown(standing.news, 300)}", "bold $text-warning")
        return first + "\n" + pad(news, width)
    doing = [_doing(contest, now)] if contest.phases else []
    doing += [Content.styled(shown(standing.busy, 80), "bold $text-accent")] * bool(standing.busy)
    return first + "\n" + _spread(joined(doing), countdown(contest, now), width)


def _doing(contest: Contest, now: datetime) -> Content:
    """The phase; nothing where there are none."""
    phase = contest.phase_at(now)
    outside = "outside the timetable" if contest.phases else ""
    return Content.styled(shown(phase.name, 60) if phase else outside, "bold")


def signs(standing: Standing, contest: Contest) -> list[tuple[str, str]]:
    """What is not as usual, in words."""
    found = []
    if standing.muted:
        found.append(("bell muted", "bold $text-warning"))
    if standing.paused:
        since = clock.short(standing.paused, contest.zone, standing.paused)
        found.append((f"paused at {since}", "bold $text-warning"))
    if standing.old_rulebook:
        found.append(("rulebook as last read", "bold $text-warning"))
    if standing.holder:
        found.append((f"following {shown(standing.holder, 40)}", "$text-secondary"))
    return found


def countdown(contest: Contest, now: datetime) -> Content:
    """The next edge of the timetable and the time left until it."""
    edge = contest.next_edge(now)
    if edge is None:
        never = "" if contest.edges else "no timetable in config.toml"
        over = "the timetable is over" if contest.phases else never
        return Content.styled(over, "$foreground-muted")
    left = edge.at - now
    style = "bold $text-warning" if left < timedelta(hours=1) else "bold"
    return Content.assemble(f"{shown(edge.name, 60)} in ", (clock.until(left), style))


def _clocks(contest: Contest, now: datetime, width: int) -> Content:
    here = Content.styled(clock.full(now, contest.zone), "bold")
    utc = Content.styled(f"  {now.astimezone(UTC):%H:%M} UTC", "$foreground-muted")
    return here + utc if width >= 110 else here


def _spread(left: Content, right: Content, width: int) -> Content:
    """`left` and `right` at the two ends of a line; `left` gives way."""
    room = width - right.cell_length - 2
    if room < 8:
        return pad(right, width)
    return pad(left, room) + "  " + right
