from dataclasses import replace

import pytest
from textual.app import App, ComposeResult
from textual.widget import Widget

from contest.opinion import Opinion, Verdict
from contest.visit import Health
from storage.board import Board, CampTone, Figure
from tests.tui.world import (
    HOSTILE,
    NOW,
    a_board,
    a_breach,
    a_contest,
    an_exchange,
    sources,
    text_of,
    until,
)
from tui.app import HustingsApp
from tui.screens.sources import SourcesPane
from tui.themes import camp_colours
from tui.widgets.breaches import BreachesPane
from tui.widgets.coverage import CoverageStrip, coverage_line
from tui.widgets.exchanges import ExchangesPane
from tui.widgets.header import Banner, Standing, banner_lines
from tui.widgets.sentiment import SentimentPane, tone_makings


class Alone(App[None]):
    """One pane and nothing else."""

    CSS_PATH = HustingsApp.CSS_PATH
    CSS = "Alone Ledger { height: 1fr; max-height: 100%; }"

    def __init__(self, pane: Widget) -> None:
        super().__init__()
        self.pane = pane

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return camp_colours(self.current_theme)

    def compose(self) -> ComposeResult:
        yield self.pane


async def seen(pane, board: Board, size=(110, 20)) -> str:
    pane.board = board
    app = Alone(pane)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        return f"{pane.border_title}\n{text_of(app)}"


async def test_sentiment_shows_a_row_a_camp_with_the_posts_behind_it():
    text = await seen(SentimentPane(a_contest()), a_board(), (80, 7))
    assert "● Ada Little" in text
    assert "+0.31±.42 12" in text
    assert "+0.02±.05 1.9k" in text
    assert "↑ +0.10" in text
    assert "↓ −0.26" in text


async def test_sentiment_says_too_few_below_the_threshold_and_names_the_threshold():
    text = await seen(SentimentPane(a_contest()), a_board(), (80, 7))
    brown = next(line for line in text.splitlines() if "Denzil Brown" in line)
    assert "too few (3)" in brown
    assert "+0.50" not in brown
    assert "too few: under 5 sure or over ±.75" in text


async def test_exactly_the_threshold_is_enough():
    row = CampTone("little", "Ada Little", now=Figure(0.2, 5, 5))
    text = await seen(SentimentPane(a_contest()), Board(at=NOW, sentiment=(row,)), (80, 7))
    assert "+0.20" in text
    assert "5 of 5" in text


async def test_mixed_readers_are_marked():
    text = await seen(SentimentPane(a_contest()), a_board(), (80, 7))
    assert "‡" in next(line for line in text.splitlines() if "Denzil Brown" in line)
    assert "‡" not in next(line for line in text.splitlines() if "Ada Little" in line)


@pytest.mark.parametrize(
    ("size", "figure"),
    [
        ((60, 7), "+0.12±.09 312"),
        ((80, 7), "+0.12±.09 312"),
        ((66, 14), "+0.12±.09"),
        ((80, 14), "+0.12 ±0.09"),
        ((130, 7), "+0.12 ±0.09 (312)"),
    ],
)
async def test_a_figure_has_its_interval_at_every_size(size: tuple[int, int], figure: str):
    text = await seen(SentimentPane(a_contest()), a_board(), size)
    assert figure in text
    assert "+0.11" in text


@pytest.mark.parametrize("size", [(60, 7), (80, 7), (66, 14), (80, 14), (130, 7)])
async def test_an_interval_that_reaches_too_far_is_too_few_to_say(size: tuple[int, int]):
    wide = Figure(0.94, 9, 9, -0.07, 1.0, corrected=True, plus=9)
    row = CampTone("little", "Ada Little", now=wide, day=wide, week=wide)
    text = await seen(SentimentPane(a_contest()), Board(at=NOW, sentiment=(row,)), size)
    assert "0.94" not in text
    assert "too few" in text.split("Ada Little")[1]
    near = replace(wide, low=0.45)
    text = await seen(
        SentimentPane(a_contest()), Board(at=NOW, sentiment=(replace(row, week=near),)), size
    )
    assert "+0.94" in text


async def test_a_change_is_shown_only_where_it_is_larger_than_its_own_interval():
    week = Figure(0.0, 1000, 1000, -0.05, 0.05, corrected=True)
    for tone, reach, shown in ((0.2, 0.15, "↑ +0.20"), (0.1, 0.15, ""), (-0.2, 0.15, "↓ −0.20")):
        day = Figure(tone, 100, 100, tone - reach, tone + reach, corrected=True)
        row = CampTone("little", "Ada Little", day=day, week=week)
        text = await seen(SentimentPane(a_contest()), Board(at=NOW, sentiment=(row,)), (80, 7))
        assert shown in text
        assert any(arrow in text for arrow in "↑↓→") == bool(shown)


@pytest.mark.parametrize("size", [(80, 7), (66, 14), (80, 14)])
async def test_a_figure_that_is_not_corrected_has_a_sign(size: tuple[int, int]):
    text = await seen(SentimentPane(a_contest()), a_board(), size)
    assert "+0.04°" in text
    assert "+0.12°" not in text
    known = a_board(sentiment=a_board().sentiment[:2])
    assert "uncorrected" not in await seen(SentimentPane(a_contest()), known, (120, 7))
    assert "° uncorrected" in await seen(SentimentPane(a_contest()), a_board(), (120, 7))


async def test_a_camp_that_stands_alone_says_what_its_figure_is_made_of():
    alone = a_board(sentiment=a_board().sentiment[:1])
    text = await seen(SentimentPane(a_contest()), alone, (80, 7))
    assert "7 days: 781 for · 380 neither · 743 against · 507 not sure" in text
    assert "plain mean +0.02" in text
    assert "7 days: 781" not in await seen(SentimentPane(a_contest()), a_board(), (80, 7))


async def test_under_the_mouse_a_camp_says_what_its_figures_are_made_of():
    pane = SentimentPane(a_contest())
    pane.board = a_board()
    app = Alone(pane)
    async with app.run_test(size=(80, 7)) as pilot:
        await pilot.hover(pane, offset=(5, 3))
        assert "24 hours: 160 for · 108 neither · 276 against" in str(pane.tooltip)
        await pilot.hover(pane, offset=(5, 1))
        assert pane.tooltip is None


async def test_what_officers_words_did_to_a_figure_is_told_first_under_the_mouse_and_below():
    row = a_board().sentiment[0]
    week = replace(row.week, by_officers=2, set_aside=1)
    alone = a_board(sentiment=(replace(row, week=week),))
    told = "7 days: 2 by officers, 1 set aside · 781 for · 380 neither · 743 against"
    assert told in await seen(SentimentPane(a_contest()), alone, (80, 7))
    under = str(tone_makings(alone.sentiment[0], 5)).splitlines()
    assert told in under[2]
    assert "officers" not in under[0]
    silent = replace(row, week=Figure(None, 0, 0, set_aside=3))
    assert "7 days: 3 set aside · 0 for" in str(tone_makings(silent, 5))


async def test_another_reader_that_stands_in_is_told_in_the_title_for_as_long_as_it_does():
    pane = SentimentPane(a_contest())
    pane.reader_notice = "word lists in use: card.json: no such [b]file[/]"
    assert "! word lists in use  tone" in await seen(pane, a_board(), (80, 7))
    pane = SentimentPane(a_contest())
    assert "in use" not in await seen(pane, a_board(), (80, 7))


@pytest.mark.parametrize("size", [(66, 14), (100, 14)])
async def test_a_tall_sentiment_pane_shows_sure_and_all_posts(size: tuple[int, int]):
    assert "312 of 401" in await seen(SentimentPane(a_contest()), a_board(), size)


async def test_exchanges_show_who_towards_whom_how_hot_when_and_the_words():
    text = await seen(ExchangesPane(a_contest()), a_board(), (120, 8))
    row = next(line for line in text.splitlines() if "13:59" in line)
    for words in (
        "▲ Rowan Green",
        "→ ● Ada Little",
        "97",
        "reply",
        "@TomosFrith",
        "“never finished",
    ):
        assert words in row


async def test_a_gone_exchange_says_so():
    board = a_board(exchanges=(replace(an_exchange(0), gone=True),))
    assert "gone ✗" in await seen(ExchangesPane(a_contest()), board)


async def test_breaches_show_severity_rule_clause_author_role_phase_lane_and_the_words():
    text = await seen(BreachesPane(a_contest()), a_board(), (160, 12))
    row = next(line for line in text.splitlines() if "12:53" in line)
    for words in (
        "S4",
        "R21",
        "9",
        "! case",
        "@bexnoor",
        "councillor",
        "Voting",
        "“not bright enough",
    ):
        assert words in row


async def test_lanes_edits_and_deletions_are_written_out():
    text = await seen(BreachesPane(a_contest()), a_board(), (160, 20))
    for words in ("? needs context", "‹ before the rule", "edited ✎", "gone ✗"):
        assert words in text


@pytest.mark.parametrize(
    ("verdict", "mark"),
    [("stands", "2nd: S2"), ("milder", "2nd: S1"), ("needs-context", "2nd: ? needs context")],
)
@pytest.mark.parametrize("size", [(160, 12), (80, 12)])
async def test_what_a_second_reader_would_make_of_a_flag_stands_beside_what_it_is(
    size: tuple[int, int], verdict: Verdict, mark: str
):
    said = Opinion("R01", "1.1", "S2", "case", verdict, "because", "boo", "crow", "p@1", NOW)
    row = replace(a_board().breaches[0], severity="S2", lane="case", opinion=said)
    text = await seen(BreachesPane(a_contest()), a_board(breaches=(row,), breaches_total=1), size)
    assert mark in text
    assert "! case" in text
    assert text.count("2nd") == 1


async def test_expectations_are_counted():
    text = await seen(BreachesPane(a_contest()), a_board(), (80, 9))
    assert "expectations: R01 3, R24 11 (counted, never named)" in text


async def test_what_is_out_of_sight_has_a_sign():
    text = await seen(BreachesPane(a_contest()), a_board(breaches_total=1312), (160, 12))
    assert "1,312" in text
    assert "↓ 1,303 more" in text


@pytest.mark.parametrize("pane", [SentimentPane, ExchangesPane, BreachesPane, SourcesPane])
async def test_an_empty_board_is_shown_at_any_size(pane):
    alone = pane(a_contest())
    app = Alone(alone)
    async with app.run_test(size=(1, 1)) as pilot:
        for size in ((20, 5), (80, 24), (2, 2)):
            await pilot.resize_terminal(*size)
        assert str(alone.border_title)


async def test_an_empty_list_says_so():
    assert "no possible breach" in await seen(BreachesPane(a_contest()), Board(at=NOW))


async def test_a_contest_without_rules_says_that_nothing_is_looked_for():
    for rules in ((), (replace(a_contest().rules[0], looks_for=()),)):
        text = await seen(BreachesPane(a_contest(rules=rules)), Board(at=NOW))
        assert "no rules in config.toml: nothing is looked for" in text


async def test_a_contest_of_one_camp_says_that_no_exchange_is_possible():
    contest = a_contest(camps=a_contest().camps[:1])
    text = await seen(ExchangesPane(contest), Board(at=NOW))
    assert "one camp: no exchange between camps is possible" in text


@pytest.mark.parametrize("pane", [SentimentPane, ExchangesPane, BreachesPane])
async def test_a_filter_that_finds_nothing_says_so(pane):
    filtered = pane(a_contest())
    filtered.filtered = True
    assert "nothing matches the filter" in await seen(filtered, Board(at=NOW))


@pytest.mark.parametrize("size", [(60, 7), (80, 7), (100, 7), (66, 14), (99, 14), (180, 14)])
async def test_the_figure_of_7_days_is_seen_at_every_size(size: tuple[int, int]):
    text = await seen(SentimentPane(a_contest()), a_board(), size)
    assert "7 days" in text
    assert "+0.11" in text  # Siân Close, of whom too few spoke today


@pytest.mark.parametrize("size", [(80, 7), (100, 7), (66, 14), (99, 14)])
async def test_the_difference_to_7_days_has_an_arrow_where_both_have_enough(size: tuple[int, int]):
    text = await seen(SentimentPane(a_contest()), a_board(), size)
    assert [text.count(arrow) for arrow in ("↑ +0.10", "↓ −0.26", "→")] == [1, 1, 0]


async def test_camps_stand_close_in_a_tall_wide_pane():
    text = await seen(SentimentPane(a_contest()), a_board(), (99, 16))
    lines = text.splitlines()
    first, second = (
        next(n for n, line in enumerate(lines) if name in line) for name in ("Ada", "Rowan")
    )
    assert second - first == 2


async def test_sources_are_listed_with_the_troubled_ones_first():
    text = await seen(SourcesPane(a_contest()), a_board(), (140, 24))
    lines = [line for line in text.splitlines() if "feed" in line or "bluesky" in line]
    assert "The Gull" in lines[0]
    assert "503 (4 times running)" in lines[0]
    assert "✗ failing" in lines[0]
    assert "? stale" in lines[1]


HOSTILE_ROWS = {
    ExchangesPane: a_board(
        exchanges=(replace(an_exchange(0), words=HOSTILE, text=HOSTILE, author="[b]x"),)
    ),
    BreachesPane: a_board(
        breaches=(
            replace(
                a_breach(0), words=HOSTILE, text=HOSTILE, author="[b]x", clause="[/]", role="[i]"
            ),
        ),
        expectations=(("[red]", 3),),
    ),
    SourcesPane: a_board(sources=(Health("[b]x", "[i]", "failing", HOSTILE),)),
    CoverageStrip: a_board(sources=(Health("[b]x", "[i]", "failing", HOSTILE),)),
}


@pytest.mark.parametrize("pane", HOSTILE_ROWS)
@pytest.mark.parametrize("width", [70, 170])
async def test_hostile_text_is_shown_literally(pane, width: int):
    text = await seen(pane(a_contest()), HOSTILE_ROWS[pane], (width, 12))
    assert "[red]boo[/red]" in text
    assert "[b]x" in text
    assert "\x1b" not in text
    assert "\u202e" not in text


async def test_a_line_of_a_million_characters_does_not_hold_up_the_screen():
    long = replace(a_breach(0), words="", text="w" * 1_000_000)
    text = await seen(BreachesPane(a_contest()), a_board(breaches=(long,)), (160, 8))
    assert "wwww…" in text


async def test_the_row_under_the_cursor_stays_when_others_come_in():
    pane = BreachesPane(a_contest())
    pane.board = a_board()
    app = Alone(pane)
    async with app.run_test(size=(160, 12)) as pilot:
        pane.focus()
        await pilot.press("j", "j", "j", "j", "j", "j", "j")
        row, top = pane.shown[pane.cursor], pane.cursor - pane.scroll_offset.y
        newer = tuple(a_breach(number) for number in (1001, 1002, 1003, 1004, 1005))
        pane.board = a_board(breaches=newer + a_board().breaches, breaches_total=46)
        await until(pilot, lambda: pane.shown[0] == newer[0])
        await pilot.pause()
        assert pane.shown[pane.cursor] == row
        assert pane.cursor - pane.scroll_offset.y == top
        assert "↑" in str(pane.border_title)


async def test_a_list_in_which_nobody_stands_shows_the_newest_and_g_goes_back_to_that():
    pane = BreachesPane(a_contest())
    pane.board = a_board()
    app = Alone(pane)
    async with app.run_test(size=(160, 12)) as pilot:
        pane.focus()
        for keys, follows in (((), True), (("j",), False), (("g",), True)):
            await pilot.press(*keys)
            newest = replace(a_breach(0), uid=f"at://post/newest{keys}")
            pane.board = replace(pane.board, breaches=(newest, *pane.board.breaches))
            await until(pilot, lambda row=newest: pane.shown[0] == row)
            assert (pane.shown[pane.cursor] == newest) is follows


FAULT = "http://127.0.0.1:3/gull.example/politics.rdf has a fault of its own (503)"


def troubled(failing: int) -> tuple[Health, ...]:
    """The sources, so many of them failing for a reason that begins with an address."""
    down = [replace(health, state="failing", reason=FAULT) for health in sources()[:failing]]
    return (*down, *sources()[failing:-2])


def test_coverage_counts_what_is_well_and_names_what_is_not():
    line = coverage_line(sources(), a_contest().zone, NOW, 200).plain
    assert line == (
        "✓ 9 answering · = 3 nothing new · ✗ The Gull: 503, next try 14:09"
        " · ? Team Close blog: nothing for 3 days; expected daily"
    )


def test_the_cause_of_a_failure_is_seen_at_80_columns_without_the_address():
    line = coverage_line(troubled(1), a_contest().zone, NOW, 78).plain
    assert line.startswith("✓ 8 · = 3 · ✗ Little for Leader: has a fault of its own (503)")


@pytest.mark.parametrize("failing", [1, 2, 5])
def test_coverage_names_one_at_every_width_and_counts_only_what_it_does_not_name(failing: int):
    for width in range(20, 240):
        line = coverage_line(troubled(failing), a_contest().zone, NOW, width).plain
        assert len(line) <= width
        assert "✗ Little for" in line
        named = sum(health.source[:10] in line for health in troubled(failing)[:failing])
        if width > 40:
            assert (f"✗ {failing - named} more" in line) is (named < failing)


def test_free_columns_name_a_second_source_before_it_is_counted():
    line = coverage_line(sources(), a_contest().zone, NOW, 78).plain
    assert "✗ The Gull: 503" in line
    assert "? Team Close blog: nothing for 3 days" in line
    assert "more" not in line


def test_where_all_is_well_the_counts_are_cut_with_a_sign():
    assert coverage_line(sources()[:12], a_contest().zone, NOW, 8).plain == "✓ 9 · =…"


def test_a_contest_without_a_timetable_does_not_say_that_it_is_over():
    text = banner_lines(a_contest(phases=(), milestones=()), NOW, Standing(), 100).plain
    assert "no timetable in config.toml" in text
    assert "over" not in text
    assert "outside" not in text


def test_the_banner_counts_down_to_the_next_edge_in_the_partys_zone():
    text = banner_lines(a_contest(), NOW, Standing(), 120).plain
    assert "Sat 7 Nov 14:03:22 GMT  14:03 UTC" in text
    assert "Quiet period begins in 1 d 21:56:38" in text
    assert "Voting" in text


def test_the_banner_shows_what_is_switched():
    text = banner_lines(a_contest(), NOW, Standing(True, NOW, "host:71"), 160).plain
    assert "bell muted · paused at 14:03 · following host:71" in text


def test_a_contest_name_never_pushes_the_clock_off():
    contest = a_contest(name="A very long name of a contest " * 4)
    first = banner_lines(contest, NOW, Standing(), 60).plain.splitlines()[0]
    assert first.endswith("Sat 7 Nov 14:03:22 GMT")
    assert len(first) == 60


async def test_the_banner_can_stand_alone():
    banner = Banner(a_contest())
    banner.now = NOW
    app = Alone(banner)
    async with app.run_test(size=(100, 4)) as pilot:
        await until(pilot, lambda: "Lantern Party leadership 2026" in text_of(app))
