from pathlib import Path

import pytest
from textual.widgets import Input

from contest.contest import Camp
from storage.board import Board
from tests.tui.world import NOW, StillDesk, a_contest, a_post, ready, text_of, until
from tui.app import HustingsApp
from tui.keymap import EVERYWHERE, ON_DASHBOARD, ON_POST
from tui.screens.export import ExportScreen, why_not_there
from tui.screens.keys import KeysScreen
from tui.screens.post import PostScreen
from tui.screens.sources import SourcesScreen
from tui.widgets.breaches import BreachesPane
from tui.widgets.coverage import CoverageStrip
from tui.widgets.exchanges import ExchangesPane
from tui.widgets.filter import example, why_not
from tui.widgets.sentiment import SentimentPane


async def filter_by(pilot, line: str) -> None:
    await pilot.press("slash")
    pilot.app.screen.query_one(Input).value = line
    await pilot.press("enter")


async def test_a_number_focuses_its_pane(app: HustingsApp):
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot)
        for key, pane in (("1", SentimentPane), ("2", ExchangesPane), ("3", BreachesPane)):
            await pilot.press(key)
            assert isinstance(app.focused, pane)


async def test_a_number_brings_its_pane_forward_in_a_low_window(app: HustingsApp):
    async with app.run_test(size=(60, 8)) as pilot:
        await ready(pilot)
        assert "Possible breaches" in text_of(app)
        await pilot.press("2")
        await until(pilot, lambda: "Exchanges" in text_of(app))


async def test_tab_goes_round_the_panes(app: HustingsApp):
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot)
        await pilot.press("1", "tab")
        await until(pilot, lambda: isinstance(app.focused, ExchangesPane))


async def test_j_k_g_and_capital_g_move_the_cursor(app: HustingsApp):
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot)
        pane = app.screen.query_one(BreachesPane)
        for key, row in (("j", 1), ("j", 2), ("k", 1), ("G", 40), ("j", 40), ("g", 0), ("k", 0)):
            await pilot.press(key)
            assert pane.cursor == row
        await pilot.press("pagedown")
        assert pane.cursor > 10


async def test_the_last_row_can_be_seen(app: HustingsApp):
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        await pilot.press("G")
        pane = app.screen.query_one(BreachesPane)
        await until(pilot, lambda: pane.out_of_sight()[1] == 0)
        assert f"↑ {pane.out_of_sight()[0]}" in text_of(app)


async def test_enter_opens_the_post_and_escape_goes_back(app: HustingsApp):
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot)
        for key, uid in (("2", "at://post/x1"), ("3", "at://post/b1")):
            await pilot.press(key, "j", "enter")
            await until(pilot, lambda: isinstance(app.screen, PostScreen))
            assert app.screen.uid == uid
            await until(pilot, lambda: "Not a breach if" in text_of(app))
            await pilot.press("escape")
            assert not isinstance(app.screen, PostScreen)


async def test_a_post_that_is_no_longer_kept_says_so(app: HustingsApp, desk: StillDesk):
    desk.opened = None
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await ready(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: "no longer kept" in text_of(app))


async def test_a_second_click_on_a_row_opens_it(app: HustingsApp):
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot)
        await pilot.click(BreachesPane, offset=(30, 4))
        await pilot.pause()
        assert not isinstance(app.screen, PostScreen)
        assert app.screen.query_one(BreachesPane).cursor == 2
        await pilot.click(BreachesPane, offset=(30, 4))
        await until(pilot, lambda: isinstance(app.screen, PostScreen))
        assert app.screen.uid == "at://post/b2"


async def test_enter_on_a_camp_shows_only_that_camp(app: HustingsApp, desk: StillDesk):
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot)
        await pilot.press("1", "j", "enter")
        await until(pilot, lambda: desk.lenses[-1].camp == "green")
        assert "filter /camp:green" in text_of(app)


async def test_the_filter_applies_to_the_board_and_stays_visible(app: HustingsApp, desk: StillDesk):
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot)
        await filter_by(pilot, "rule:r01 ferry")
        await until(
            pilot, lambda: desk.lenses[-1].rule == "R01" and desk.lenses[-1].words == ("ferry",)
        )
        assert "filter /rule:r01 ferry" in text_of(app)
        assert isinstance(app.focused, BreachesPane)
        await pilot.press("escape")
        await until(pilot, lambda: desk.lenses[-1].rule == "" and "filter /" not in text_of(app))


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("camp:gren", 'no camp "gren": little, green, brown, close'),
        ("rule:R99", 'no rule "R99": R01, R05, R21'),
        ("since:yesterday", '"yesterday" is neither a span'),
        ("since:99999999999d", "is neither a span"),
        ("'ferry", "close the quotation mark"),
        ("camp:green rule:r01 since:2d ferry", ""),
    ],
)
def test_a_wrong_filter_says_what_is_wrong(line: str, complaint: str):
    said = why_not(line, a_contest(), NOW)
    assert complaint in said
    assert bool(complaint) == bool(said)


async def test_a_wrong_filter_does_not_apply(app: HustingsApp, desk: StillDesk):
    async with app.run_test(size=(160, 40)) as pilot:
        await ready(pilot)
        await filter_by(pilot, "camp:[/]")
        await until(pilot, lambda: 'no camp "[/]": little' in text_of(app))
        assert isinstance(app.focused, Input)
        assert all(lens.camp == "" for lens in desk.lenses)


async def test_no_part_of_a_refused_filter_is_in_force(app: HustingsApp, desk: StillDesk):
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        await filter_by(pilot, "camp:green")
        await until(pilot, lambda: desk.lenses[-1].camp == "green")
        await filter_by(pilot, "camp:green color:red")
        await until(pilot, lambda: desk.lenses[-1].camp == "")
        text = text_of(app)
        assert 'nothing is filtered: "color:" is no filter' in text
        assert 'write "color: red" for words' in text
        assert "in force" not in text


async def test_the_empty_filter_line_is_not_said_to_be_in_force(app: HustingsApp):
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot)
        await filter_by(pilot, "ferry")
        await until(pilot, lambda: "in force" in text_of(app))
        await pilot.press("escape", "slash")
        await until(pilot, lambda: 'camp:little rule:R01 since:2d "two words"' in text_of(app))
        assert "in force" not in text_of(app)


async def test_a_filter_that_finds_nothing_is_said_in_every_pane(app: HustingsApp, desk: StillDesk):
    desk.shown = Board(at=NOW)
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot)
        assert "nothing matches" not in text_of(app)
        await filter_by(pilot, "zebra")
        await until(pilot, lambda: text_of(app).count("nothing matches the filter") == 3)


def test_the_examples_of_the_filter_are_of_this_contest():
    contest = a_contest(camps=(Camp("north", "North", "@north"),), rules=())
    assert example(contest) == 'camp:north since:2d "two words"'
    assert why_not("camp:", contest, NOW).endswith("such as camp:north")


async def test_escape_in_the_filter_line_clears_it_and_goes_back_to_the_pane(
    app: HustingsApp, desk: StillDesk
):
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot)
        await pilot.press("2", "slash")
        app.screen.query_one(Input).value = "camp:close"
        await until(pilot, lambda: desk.lenses[-1].camp == "close")
        await pilot.press("escape")
        await until(
            pilot, lambda: desk.lenses[-1].camp == "" and isinstance(app.focused, ExchangesPane)
        )


async def test_e_exports_what_the_focused_pane_shows_under_the_filter(
    app: HustingsApp, desk: StillDesk, tmp_path: Path
):
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await ready(pilot)
        await filter_by(pilot, "camp:green")
        for key, what in (("1", "sentiment"), ("2", "exchanges"), ("3", "breaches")):
            await pilot.press(key, "e")
            await until(pilot, lambda: isinstance(app.screen, ExportScreen))
            field = app.screen.query_one(Input)
            assert field.value.endswith(f"hustings-{what}-20261107-1403.csv")
            field.value = str(tmp_path / f"{what}.csv")
            await pilot.press("enter")
            await until(pilot, lambda told=f"41 rows of {what}": told in text_of(app))
            assert desk.exported[-1][0] == what
            assert desk.exported[-1][1].camp == "green"


async def test_an_export_does_not_replace_a_file_unasked(
    app: HustingsApp, desk: StillDesk, tmp_path: Path
):
    there = tmp_path / "there.csv"
    there.write_text("precious")
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot)
        await pilot.press("e")
        await until(pilot, lambda: isinstance(app.screen, ExportScreen))
        app.screen.query_one(Input).value = str(there)
        await pilot.press("enter")
        await until(pilot, lambda: "that file exists" in text_of(app))
        assert there.read_text() == "precious"
        await pilot.press("enter")
        await until(pilot, lambda: desk.exported)


@pytest.mark.parametrize(
    ("path", "complaint"),
    [
        (".", "that is a folder"),
        ("/no/such/folder/x.csv", "there is no folder"),
        ("x" * 400, "no file can"),
    ],
    ids=["folder", "no folder", "endless"],
)
def test_a_path_that_cannot_be_written_says_why(path: str, complaint: str):
    assert complaint in why_not_there(Path(path), warned=False)


async def test_an_export_can_be_called_off(app: HustingsApp, desk: StillDesk):
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot)
        await pilot.press("e")
        await until(pilot, lambda: isinstance(app.screen, ExportScreen))
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(app.screen, ExportScreen))
        assert not desk.exported


async def test_m_mutes_with_a_visible_sign(app: HustingsApp):
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot)
        await pilot.press("m")
        await until(pilot, lambda: "bell muted" in text_of(app))
        await pilot.press("m")
        await until(pilot, lambda: "bell muted" not in text_of(app))


async def test_r_has_all_sources_visited(app: HustingsApp, desk: StillDesk):
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot)
        await pilot.press("r")
        await until(pilot, lambda: desk.visits == 1)


async def test_s_lists_the_sources_and_e_exports_them(
    app: HustingsApp, desk: StillDesk, tmp_path: Path
):
    async with app.run_test(size=(140, 40)) as pilot:
        await ready(pilot)
        await pilot.press("s")
        await until(
            pilot, lambda: isinstance(app.screen, SourcesScreen) and "503 (4 times" in text_of(app)
        )
        await pilot.press("e")
        await until(pilot, lambda: isinstance(app.screen, ExportScreen))
        app.screen.query_one(Input).value = str(tmp_path / "sources.csv")
        await pilot.press("enter")
        await until(pilot, lambda: desk.exported and desk.exported[0][0] == "sources")
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(app.screen, SourcesScreen))


async def test_a_click_on_the_coverage_strip_lists_the_sources(app: HustingsApp):
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot)
        await pilot.click(CoverageStrip)
        await until(pilot, lambda: isinstance(app.screen, SourcesScreen))


async def test_a_question_mark_lists_every_key(app: HustingsApp):
    async with app.run_test(size=(120, 80)) as pilot:
        await ready(pilot)
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(app.screen, KeysScreen))
        await pilot.pause()
        text = text_of(app)
        for deed in (*EVERYWHERE, *ON_DASHBOARD, *ON_POST):
            assert f"{deed.label}  {deed.does}" in text
        for words in (
            "how soon to look, not guilt",
            "S2  same day",
            "! case: a rule that binds",
            "~ expectation: asked of members",
            "12 of 15: of 15 posts the reader was",
            "heat 0 to 100",
            "✎  edited",
            "✗  gone",
        ):
            assert words in text
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(app.screen, KeysScreen))


async def test_the_palette_has_everything_a_key_does(app: HustingsApp):
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot)
        titles = [command.title for command in app.get_system_commands(app.screen)]
        assert {deed.does for deed in (*EVERYWHERE, *ON_DASHBOARD)} <= set(titles)
        assert "Theme" in titles
        assert titles.count("Quit") == 1


@pytest.mark.parametrize("width", [40, 79])
async def test_the_footer_says_how_to_quit_and_where_the_keys_are_however_narrow(
    app: HustingsApp, width: int
):
    async with app.run_test(size=(width, 24)) as pilot:
        await ready(pilot)
        await until(pilot, lambda: "? keys q quit" in text_of(app).splitlines()[-1])
        await pilot.press("s")
        await until(pilot, lambda: isinstance(app.screen, SourcesScreen))
        await until(pilot, lambda: "? keys q quit" in text_of(app).splitlines()[-1])


async def test_the_palette_does_what_it_says(app: HustingsApp):
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot)
        await pilot.press("ctrl+p", *"Mute or")
        await until(pilot, lambda: "Mute or unmute" in text_of(app) and "Visit" not in text_of(app))
        await pilot.press("enter")
        await until(pilot, lambda: "bell muted" in text_of(app))


async def test_y_copies_the_url(app: HustingsApp):
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, PostScreen))
        await pilot.press("y")
        await until(pilot, lambda: app.clipboard == a_post().url)


async def test_q_quits(app: HustingsApp):
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot)
        await pilot.press("q")
        await until(pilot, lambda: app._exit)
