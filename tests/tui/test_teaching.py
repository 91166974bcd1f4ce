"""An officer labels, a key a post; every label is kept before the next question is asked."""

from __future__ import annotations

import pytest
from textual.events import Key
from textual.message import Message
from textual.pilot import Pilot

from contest.labels import Changes
from monitor.events import Announced, Learning, Learnt, Reread
from storage.teaching import Slate
from tests.tui.world import (
    HOSTILE,
    StillDesk,
    a_question,
    a_slate,
    ready,
    some_figures,
    text_of,
    until,
)
from tui.app import HustingsApp
from tui.keymap import ON_TEACHING
from tui.screens.dashboard import Dashboard
from tui.screens.keys import KeysScreen
from tui.screens.outcome import OutcomeScreen
from tui.screens.teaching import OPENING, TeachingScreen

SIZES = pytest.mark.parametrize("size", [(80, 24), (200, 60)], ids=["80x24", "200x60"])


@pytest.fixture(autouse=True)
def quick_officers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who answers a card as soon as it is on screen."""
    monkeypatch.setattr(TeachingScreen, "GLANCE", 0.0)


def seen(screen: TeachingScreen) -> bool:
    """Whether the card is on screen, so that a key answers it."""
    return screen.sees("plus", Message().time)


async def answer(pilot: Pilot[None], screen: TeachingScreen, *keys: str) -> None:
    """Press keys, each once the card is on screen."""
    for key in keys:
        await until(pilot, lambda: seen(screen))
        await pilot.press(key)
    await until(pilot, lambda: seen(screen))


async def begin(pilot: Pilot[None]) -> TeachingScreen:
    await ready(pilot)
    await pilot.press("t")
    await until(pilot, lambda: isinstance(pilot.app.screen, TeachingScreen))
    screen = pilot.app.screen
    assert isinstance(screen, TeachingScreen)
    await until(pilot, lambda: screen.slate is not None and OPENING not in text_of(pilot.app))
    await until(pilot, lambda: seen(screen))
    return screen


@SIZES
async def test_a_question_shows_the_post_what_it_answers_and_what_the_reader_thinks(
    app: HustingsApp, size: tuple[int, int]
):
    async with app.run_test(size=size) as pilot:
        await begin(pilot)
        text = text_of(app)
        for words in (
            "16 of 30 for Ada Little", "all camps in turn", "taught.2 in use",
            "▲ Rowan Green 3", "Housing is the test of this party.", "@TomosFrith",
            "Whoever stands still at number 0 has my attention.",
            "The reader: not sure, leaning against (40% sure).", "What is it towards ● Ada",
        ):  # fmt: skip
            assert words in text
        foot = text.splitlines()[-1]
        for deed in ON_TEACHING:
            assert f"{deed.label} {deed.brief}" in foot


@SIZES
async def test_labels_are_kept_with_their_camp_and_tone_and_counted(
    app: HustingsApp, desk: StillDesk, size: tuple[int, int]
):
    async with app.run_test(size=size) as pilot:
        screen = await begin(pilot)
        await answer(pilot, screen, "plus", "minus", "0", "s", "equals_sign")
        await until(pilot, lambda: "18 of 30" not in text_of(app) and len(desk.labels) == 4)
        assert list(desk.labels.values()) == [
            ("at://post/q0", "little", 1),
            ("at://post/q1", "green", -1),
            ("at://post/q2", "brown", 0),
            ("at://post/q4", "little", 1),
        ]
        await until(pilot, lambda: "4 of 30 for Rowan Green" in text_of(app))
        assert "● Ada Little 18" in text_of(app)


async def test_undo_takes_labels_back_one_by_one_and_asks_again(app: HustingsApp, desk: StillDesk):
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await begin(pilot)
        await answer(pilot, screen, "plus", "s", "minus")
        await pilot.press("u")
        await until(pilot, lambda: desk.withdrawn == [2])
        assert screen.question
        assert screen.question.post.uid == "at://post/q2"
        await pilot.press("ctrl+z")
        await until(pilot, lambda: desk.withdrawn == [2, 1])
        await until(pilot, lambda: "16 of 30 for Ada Little" in text_of(app))
        await pilot.press("u")
        assert desk.withdrawn == [2, 1]


async def test_c_asks_about_one_camp_after_the_other_and_undo_still_works(
    app: HustingsApp, desk: StillDesk
):
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await begin(pilot)
        await answer(pilot, screen, "plus", "c")
        await until(pilot, lambda: screen.sitting.camp == "little")
        assert "one camp" in text_of(app)
        assert {one.camp for one in screen.slate.questions} == {"little"}  # type: ignore[union-attr]
        for camp in ("green", "brown", "close", ""):
            await pilot.press("c")
            await until(pilot, lambda camp=camp: screen.sitting.camp == camp)
        assert desk.asked == ["", "little", "green", "brown", "close", ""]
        await pilot.press("u")
        await until(pilot, lambda: desk.withdrawn == [1])


async def test_keys_pressed_before_a_card_is_on_screen_answer_nothing(
    app: HustingsApp, desk: StillDesk
):
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await begin(pilot)
        for _ in range(4):  # at once, as a held or a bouncing key sends them
            app.post_message(Key("minus", "-"))
        await until(pilot, lambda: screen.sitting.place == 1 and seen(screen))
        await answer(pilot, screen, "plus")
        assert list(desk.labels.values()) == [
            ("at://post/q0", "little", -1),
            ("at://post/q1", "green", 1),
        ]


async def test_a_key_from_before_the_first_card_labels_and_skips_nothing(
    app: HustingsApp, desk: StillDesk
):
    async with app.run_test(size=(80, 24)) as pilot:
        early = [Key(key, None) for key in ("plus", "n", "s", "0", "j")]
        screen = await begin(pilot)
        for key in early:
            app.post_message(key)
        await answer(pilot, screen, "minus")
        assert desk.labels == {1: ("at://post/q0", "little", -1)}
        assert screen.sitting.place == 1


async def test_nobody_reads_a_post_in_no_time(
    app: HustingsApp, desk: StillDesk, monkeypatch: pytest.MonkeyPatch
):
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await begin(pilot)
        monkeypatch.setattr(TeachingScreen, "GLANCE", 3600.0)
        await pilot.press("plus")
        await until(pilot, lambda: "Whoever stands still at number 1" in text_of(app))
        await pilot.press("minus", "0", "s")
        await pilot.press("u")
        await until(pilot, lambda: desk.withdrawn == [1])
        assert len(desk.labels) == 1
        assert screen.sitting.place == 0


@SIZES
async def test_n_says_that_a_post_is_not_about_the_camp_and_counts_it_apart(
    app: HustingsApp, desk: StillDesk, size: tuple[int, int]
):
    async with app.run_test(size=size) as pilot:
        screen = await begin(pilot)
        await answer(pilot, screen, "n", "plus")
        assert list(desk.labels.values()) == [
            ("at://post/q0", "little", "not about"),
            ("at://post/q1", "green", 1),
        ]
        await until(pilot, lambda: "1 not about a camp" in text_of(app))
        assert "● Ada Little 16" in text_of(app)
        await answer(pilot, screen, "u", "u")
        await until(pilot, lambda: desk.withdrawn == [2, 1])
        await until(pilot, lambda: "not about a camp" not in text_of(app))
        assert "● Ada Little 16" in text_of(app)


async def test_leaving_has_the_labels_learnt_from(app: HustingsApp, desk: StillDesk):
    async with app.run_test(size=(80, 24)) as pilot:
        await answer(pilot, await begin(pilot), "plus")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, Dashboard))
        assert desk.learnt == 1


@SIZES
async def test_how_the_learning_goes_is_said_on_the_dashboard(
    app: HustingsApp, desk: StillDesk, size: tuple[int, int]
):
    async with app.run_test(size=size) as pilot:
        await ready(pilot)
        assert desk.tell
        boards = len(desk.lenses)
        desk.tell(Learning("reading again: 400 of 812 posts"))
        await until(pilot, lambda: "reading again: 400 of 812 posts" in text_of(app))
        await until(pilot, lambda: len(desk.lenses) > boards)
        desk.tell(Learning())
        desk.tell(Announced("taught.3: 41 of 812 tones changed; undo in the palette."))
        await until(pilot, lambda: "reading again" not in text_of(app))
        assert "taught.3: 41 of 812 tones changed; undo in the palette." in text_of(app)
        await pilot.press("escape")
        await until(pilot, lambda: "taught.3" not in text_of(app))


async def test_the_palette_undoes_what_was_taught(app: HustingsApp, desk: StillDesk):
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await ready(pilot)
        for undone, words in (("", "Nothing was taught"), ("taught.3", "taught.3 is undone.")):
            desk.undone = undone
            await pilot.press("ctrl+p", *"Undo what")
            await until(pilot, lambda: "Undo what was taught last" in text_of(app))
            await pilot.press("enter")
            await until(pilot, lambda words=words: words in text_of(app))


async def test_a_reader_that_stands_in_cannot_be_taught_and_the_screen_says_so(
    app: HustingsApp, desk: StillDesk
):
    desk.offered = Slate(obstacle="teaching needs the full reader; the one in use cannot be taught")
    async with app.run_test(size=(80, 24)) as pilot:
        await begin(pilot)
        assert "teaching needs the full reader" in text_of(app)
        await pilot.press("plus", "u", "s", "escape")
        await until(pilot, lambda: isinstance(app.screen, Dashboard))
        assert (desk.labels, desk.learnt) == ({}, 0)


async def test_a_label_that_could_not_be_kept_is_asked_for_again(app: HustingsApp, desk: StillDesk):
    desk.unkept = OSError("the disk is full")
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        screen = await begin(pilot)
        await pilot.press("plus")
        await until(pilot, lambda: "the disk is full" in text_of(app))
        assert screen.sitting.place == 0
        desk.unkept = None
        await answer(pilot, screen, "plus")
        await until(pilot, lambda: len(desk.labels) == 1)


async def test_when_nothing_is_left_the_screen_says_so(app: HustingsApp, desk: StillDesk):
    desk.offered = a_slate(questions=())
    async with app.run_test(size=(80, 24)) as pilot:
        await begin(pilot)
        assert "Nothing is left to label here" in text_of(app)
        await pilot.press("plus", "minus", "s", "u")
        assert desk.labels == {}


async def test_what_a_post_says_is_never_markup_or_an_escape(app: HustingsApp, desk: StillDesk):
    desk.offered = a_slate(questions=(a_question(0, "little", HOSTILE),))
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot)
        text = text_of(app)
        assert "[red]boo[/red] [/]" in text
        assert "\x1b" not in text
        assert "\u202e" not in text


async def test_a_long_post_can_be_scrolled(app: HustingsApp, desk: StillDesk):
    desk.offered = a_slate(questions=(a_question(0, "little", "A line.\n" * 60),))
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await begin(pilot)
        await pilot.press("j", "j")
        await until(pilot, lambda: screen.query_one("#sheet").scroll_offset.y == 2)


async def test_the_keys_of_teaching_are_on_the_page_of_keys_and_in_the_palette(app: HustingsApp):
    async with app.run_test(size=(120, 70)) as pilot:
        await begin(pilot)
        titles = [command.title for command in app.get_system_commands(app.screen)]
        assert {deed.does for deed in ON_TEACHING} <= set(titles)
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(app.screen, KeysScreen))
        await pilot.pause()
        for deed in ON_TEACHING:
            assert f"{deed.label}  {deed.does}" in text_of(app)


# -- what a new head does ------------------------------------------------------------------

WORDS = "taught.3 agrees with 27 of 34 labels when each is left out, the reader alone with 16"
MOVED = {("little", "not sure", "against"): 31, ("green", "for", "not sure"): 1204}


async def teach(pilot: Pilot[None], desk: StillDesk) -> OutcomeScreen:
    """Label, leave, and wait for the table."""
    desk.figured = [some_figures(), some_figures(0.21)]
    await answer(pilot, await begin(pilot), "plus")
    await pilot.press("escape")
    assert desk.tell
    desk.tell(Learnt(3, WORDS))
    await until(pilot, lambda: isinstance(pilot.app.screen, OutcomeScreen))
    screen = pilot.app.screen
    assert isinstance(screen, OutcomeScreen)
    await until(pilot, lambda: "all posts" in text_of(pilot.app))
    return screen


@SIZES
async def test_a_new_head_opens_a_table_of_the_figures_that_fills_as_posts_are_read_again(
    app: HustingsApp, desk: StillDesk, size: tuple[int, int]
):
    async with app.run_test(size=size) as pilot:
        await teach(pilot, desk)
        assert WORDS[:76] in text_of(app)
        assert "reading the stored posts again" in text_of(app)
        assert desk.tell
        desk.tell(Reread(Changes(400, 600, MOVED), 812))
        await until(pilot, lambda: "reading again: 400 of 812 posts" in text_of(app))
        await until(pilot, lambda: "+0.23±.05" in text_of(app))
        little = next(row for row in text_of(app).splitlines() if "Ada Little" in row)
        assert little.split()[-5:] == ["+0.02±.05", "+0.23±.05", "+0.02±.05", "+0.12±.05", "31"]
        assert "1,204" in text_of(app)
        desk.tell(Reread(Changes(812, 1500, MOVED), 812, over=True))
        await until(pilot, lambda: "812 posts read again: 1,235 of 1,500" in text_of(app))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, Dashboard))


async def test_from_the_table_the_head_can_be_undone_and_only_that_one(
    app: HustingsApp, desk: StillDesk
):
    desk.undone = "taught.3"
    async with app.run_test(size=(80, 24)) as pilot:
        await teach(pilot, desk)
        await pilot.press("u")
        await until(pilot, lambda: "taught.3 is undone; its labels are kept" in text_of(app))
        desk.undone = "taught.2"
        await pilot.press("u", "u")
        await pilot.pause()
        assert "taught.3 is undone" in text_of(app)
        assert desk.undoings == [3]
        assert desk.tell
        desk.figured = [some_figures()]
        desk.tell(Reread(Changes(812, 1500, MOVED), 812, over=True))
        await until(pilot, lambda: "+0.23" not in text_of(app))


async def test_keys_pressed_at_once_undo_one_head(app: HustingsApp, desk: StillDesk):
    desk.undone = "taught.3"
    async with app.run_test(size=(80, 24)) as pilot:
        await teach(pilot, desk)
        for _ in range(3):
            app.post_message(Key("u", "u"))
        await until(pilot, lambda: "taught.3 is undone; its labels are kept" in text_of(app))
        await pilot.pause()
        assert desk.undoings == [3]


async def test_a_head_that_is_not_in_force_any_more_is_not_undone_and_no_other_either(
    app: HustingsApp, desk: StillDesk
):
    desk.undone = "taught.2"
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await teach(pilot, desk)
        await pilot.press("u")
        await until(pilot, lambda: "taught.3 is not in force any more." in text_of(app))
        assert "is undone" not in text_of(app)


async def test_an_undoing_that_failed_can_be_tried_again(app: HustingsApp, desk: StillDesk):
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await teach(pilot, desk)
        desk.undone, desk.unkept = "taught.3", OSError("the disk is full")
        await pilot.press("u")
        await until(pilot, lambda: "the disk is full" in text_of(app))
        desk.unkept = None
        await pilot.press("u")
        await until(pilot, lambda: "taught.3 is undone; its labels are kept" in text_of(app))


@SIZES
async def test_a_table_waits_until_the_keys_are_closed_and_is_as_far_as_the_reading_is(
    app: HustingsApp, desk: StillDesk, size: tuple[int, int]
):
    desk.figured = [some_figures(), some_figures(0.21)]
    async with app.run_test(size=size) as pilot:
        await answer(pilot, await begin(pilot), "plus")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, Dashboard))
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(app.screen, KeysScreen))
        assert desk.tell
        desk.tell(Learnt(3, WORDS))
        desk.tell(Reread(Changes(812, 1500, MOVED), 812, over=True))
        await until(pilot, lambda: app._reread is not None)
        assert isinstance(app.screen, KeysScreen)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, OutcomeScreen))
        await until(pilot, lambda: "812 posts read again: 1,235 of 1,500" in text_of(app))
        await until(pilot, lambda: "+0.23±.05" in text_of(app))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, Dashboard))
        await pilot.press("question_mark", "escape")
        await pilot.pause()
        assert isinstance(app.screen, Dashboard), "it is shown once"


async def test_the_table_ends_where_another_process_has_read_the_posts(
    app: HustingsApp, desk: StillDesk
):
    async with app.run_test(size=(80, 24)) as pilot:
        await teach(pilot, desk)
        assert desk.tell
        desk.tell(Reread(Changes(), 0, over=True, elsewhere=True))
        words = "the process that polls has read the stored posts again"
        await until(pilot, lambda: words in text_of(app))
        little = next(row for row in text_of(app).splitlines() if "Ada Little" in row)
        assert little.split()[-1] == "-", "how many changed is known there"


async def test_a_table_does_not_come_up_over_what_else_is_being_looked_at(
    app: HustingsApp, desk: StillDesk
):
    async with app.run_test(size=(80, 24)) as pilot:
        await answer(pilot, await begin(pilot), "plus")
        await pilot.press("escape")
        await pilot.press("t")
        assert desk.tell
        desk.tell(Learnt(3, WORDS))
        desk.tell(Reread(Changes(1, 1), 1, over=True))
        await pilot.pause()
        assert isinstance(app.screen, TeachingScreen)


@SIZES
def test_the_table_looks_as_it_did(
    app: HustingsApp, desk: StillDesk, snap_compare, size: tuple[int, int]
):
    async def fill(pilot: Pilot[None]) -> None:
        await teach(pilot, desk)
        assert desk.tell
        desk.tell(Reread(Changes(400, 600, MOVED), 812))
        await until(pilot, lambda: "+0.23±.05" in text_of(pilot.app))

    assert snap_compare(app, terminal_size=size, run_before=fill)


@SIZES
def test_teaching_looks_as_it_did(app: HustingsApp, snap_compare, size: tuple[int, int]):
    assert snap_compare(app, terminal_size=size, run_before=begin)
