from dataclasses import replace

import pytest
from textual.widgets import Static
from textual.widgets._toast import Toast

from monitor.events import Announced, Changed, Failed, Leading
from storage.board import Board
from tests.tui.world import (
    HOSTILE,
    StillDesk,
    a_board,
    a_breach,
    a_card,
    a_contest,
    a_post,
    an_alert,
    ready,
    sources,
    text_of,
    until,
    visited,
)
from tui.app import HustingsApp
from tui.screens.keys import KeysScreen
from tui.screens.post import PostScreen


class Ringing(HustingsApp):
    """Counts its bells, and does not wait long between them."""

    GATHER = 0.01
    QUIET = 0.05
    AGAIN = 0.01
    rung = 0

    def bell(self) -> None:
        self.rung += 1


@pytest.fixture
def app(desk: StillDesk) -> Ringing:
    return Ringing(a_contest(), desk)


def toasts(app: HustingsApp) -> list[str]:
    return [f"{note.title}: {note.message}" for note in app._notifications]


async def test_news_brings_a_new_board(app: Ringing, desk: StillDesk):
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot)
        newest = replace(a_breach(0), uid="at://post/new", words="hot off the press")
        desk.shown = a_board(breaches=(newest, *desk.shown.breaches))
        desk.tell(visited(new=1))
        await until(pilot, lambda: "hot off the press" in text_of(app))


async def test_forty_alerts_are_one_bell_and_one_notification(app: Ringing, desk: StillDesk):
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await ready(pilot)
        for number in range(40):
            desk.tell(visited(an_alert(number)))
        await until(pilot, lambda: app.rung)
        assert len(toasts(app)) == 1
        assert "40 alerts: R05 × 40: the gravest: S3 R05" in toasts(app)[0]
        await until(pilot, lambda: not app._gathering)
        assert app.rung == 1


async def test_a_later_batch_rings_again(app: Ringing, desk: StillDesk):
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot)
        desk.tell(visited(an_alert(1)))
        await until(pilot, lambda: app.rung == 1)
        desk.tell(visited(an_alert(2)))
        await until(pilot, lambda: app.rung == 2)


async def test_a_notification_has_two_lines_at_most_and_replaces_the_one_before(
    app: Ringing, desk: StillDesk
):
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await ready(pilot)
        for number in (1, 2):
            long = replace(an_alert(number), post=a_post(f"number {number} " * 40))
            desk.tell(visited(long))
            await until(pilot, lambda n=number: app.rung == n)
        await until(pilot, lambda: "number 2" in text_of(app))
        (toast,) = app.screen.query(Toast)
        assert toast.size.height <= 2
        assert toast._notification.timeout <= 4


@pytest.mark.parametrize("size", [(80, 40), (120, 29)])
async def test_in_a_small_window_news_stand_in_the_banner_for_a_moment(
    app: Ringing, desk: StillDesk, size: tuple[int, int]
):
    app.BRIEFLY = 0.05
    async with app.run_test(size=size, notifications=True) as pilot:
        await ready(pilot)
        desk.tell(visited(an_alert()))
        await until(pilot, lambda: "! S3 R05 · @TomosFrith" in text_of(app).splitlines()[1])
        assert not toasts(app)
        await until(pilot, lambda: "Voting" in text_of(app).splitlines()[1])


async def test_in_a_small_window_an_open_post_is_covered_by_one_line_at_most(
    app: Ringing, desk: StillDesk
):
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await ready(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, PostScreen))
        desk.tell(visited(an_alert()))
        await until(pilot, lambda: "S3 R05 · @TomosFrith" in text_of(app))
        assert app.screen.query_one(Toast).size.height == 1


async def test_what_is_announced_stays_until_it_is_put_away(app: Ringing, desk: StillDesk):
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        desk.tell(Announced("The story is over [/]."))
        desk.tell(Announced("Nothing new comes in."))
        await until(
            pilot,
            lambda: "is over [/]." in text_of(app) and "Nothing new comes in." in text_of(app),
        )
        await pilot.press("escape")
        await until(pilot, lambda: "is over" not in text_of(app))


async def test_a_click_puts_away_what_is_announced(app: Ringing, desk: StillDesk):
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        desk.tell(Announced("The story is over."))
        await until(pilot, lambda: "is over" in text_of(app))
        await pilot.click("#notices")
        await until(pilot, lambda: "is over" not in text_of(app))


NOTICE = "fast reader in use: card.json: No such file or directory [/]; install hustings again"


async def test_a_reader_that_stands_in_is_told_once_in_full_and_stays_in_sight(
    app: Ringing, desk: StillDesk
):
    desk.notice = NOTICE
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        await until(pilot, lambda: "directory [/]; install" in text_of(app))
        await pilot.press("escape")
        await until(pilot, lambda: "install" not in text_of(app))
        app._tick()
        await pilot.pause()
        assert "install" not in text_of(app)
        assert "1 Sentiment  ! fast reader in use" in text_of(app)
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(app.screen, KeysScreen))
        assert NOTICE in str(app.screen.query_one("#signs", Static).content)


async def test_a_reader_that_gives_way_later_is_told_then(app: Ringing, desk: StillDesk):
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        assert "in use" not in text_of(app)
        desk.notice = NOTICE
        app._tick()
        await until(pilot, lambda: text_of(app).count("fast reader in use") == 2)


async def test_a_muted_bell_is_silent_but_the_notification_comes(app: Ringing, desk: StillDesk):
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await ready(pilot)
        await pilot.press("m")
        desk.tell(visited(an_alert()))
        await until(pilot, lambda: toasts(app))
        assert app.rung == 0


async def test_a_hostile_alert_is_shown_literally(app: Ringing, desk: StillDesk):
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await ready(pilot)
        alert = an_alert()
        desk.tell(visited(replace(alert, post=a_post(HOSTILE))))
        await until(pilot, lambda: "[red]boo[/red]" in text_of(app))


async def test_a_failed_source_marks_the_strip_without_a_notification(
    app: Ringing, desk: StillDesk
):
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await ready(pilot)
        down = replace(sources()[0], state="failing", reason="timed out")
        desk.shown = a_board(sources=(down, *sources()[1:-1]))
        desk.tell(Failed(down))
        await until(pilot, lambda: "Little for Leader: timed out" in text_of(app))
        assert not toasts(app)


async def test_a_process_that_follows_says_whom(app: Ringing, desk: StillDesk):
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot)
        desk.tell(Leading(leads=False, holder="desk-2:4711"))
        await until(pilot, lambda: "following desk-2:4711" in text_of(app))
        desk.tell(Leading(leads=True))
        await until(pilot, lambda: "following" not in text_of(app))


async def test_a_paused_board_stands_still_and_says_so(app: Ringing, desk: StillDesk):
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot)
        await pilot.press("p")
        await until(pilot, lambda: "paused at 14:03" in text_of(app))
        await pilot.pause(2 * app.BREATH)
        desk.shown = Board(at=desk.moment)
        desk.tell(visited(new=1))
        await pilot.pause()
        assert app.board.breaches
        await pilot.press("p")
        await until(pilot, lambda: not app.board.breaches)


async def test_a_monitor_that_dies_is_told_and_the_screen_stays(app: Ringing, desk: StillDesk):
    desk.stops_with = OSError("disk full [/]")
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot)
        await until(pilot, lambda: "The monitor stopped (OSError: disk full [/])" in text_of(app))
        assert "never finished" in text_of(app)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, PostScreen))


async def test_an_unreadable_archive_is_told_and_tried_again(app: Ringing, desk: StillDesk):
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot)
        said: list[str] = []

        def hear(trouble: str) -> None:
            said.append(trouble)

        app.watch(app._dashboard, "trouble", hear, init=False)
        desk.unreadable = OSError("database is locked")
        desk.tell(visited(new=1))
        await until(pilot, lambda: any("database is locked" in words for words in said))
        desk.shown = a_board(breaches=())
        await until(pilot, lambda: not app.board.breaches and not app._dashboard.trouble)


async def test_an_open_post_follows_its_edits(app: Ringing, desk: StillDesk):
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, PostScreen))
        latest = a_card().versions[-1]
        edited = replace(latest, number=3, post=a_post("I take it back."))
        desk.opened = a_card(versions=(*a_card().versions, edited))
        desk.tell(visited(revised=1))
        await until(pilot, lambda: "I take it back." in text_of(app))
        assert len(app.screen_stack) == 2


async def test_a_hostile_post_is_shown_literally(app: Ringing, desk: StillDesk):
    latest = a_card().versions[-1]
    desk.opened = a_card(
        versions=(replace(latest, post=a_post(HOSTILE, title="[b]", url="[i]")),),
        sources=("[u]",),
        gone=desk.moment,
        gone_why=HOSTILE,
    )
    async with app.run_test(size=(120, 60)) as pilot:
        await ready(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: "[red]boo[/red]" in text_of(app))
        await until(pilot, lambda: all(words in text_of(app) for words in ("[b]", "[i]", "[u]")))


@pytest.mark.parametrize("board", [a_board(), Board()], ids=["full", "empty"])
async def test_no_size_of_terminal_breaks_it(board: Board):
    app = HustingsApp(a_contest(), StillDesk(board))
    async with app.run_test(size=(20, 5)) as pilot:
        await pilot.press(
            "2", "G", "slash", "x", "escape", "question_mark", "escape", "s", "escape"
        )
        for other in ((1, 1), (100, 30), (300, 90), (30, 8)):
            await pilot.resize_terminal(*other)
        await pilot.pause()
        assert app.is_running


async def test_any_theme_works():
    app = HustingsApp(a_contest(), StillDesk())
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        for theme in ("hustings-day", "ansi-dark", "solarized-light"):
            app.theme = theme
            await pilot.press("j")
            assert "Ada Little" in text_of(app)


async def test_what_another_process_flags_rings_here_too(app: Ringing, desk: StillDesk):
    async with app.run_test() as pilot:
        await ready(pilot)
        desk.tell(Changed((an_alert(),)))
        await until(pilot, lambda: app.rung == 1)
