"""The rulebook changes while it is watched: the screen says so, and what is wrong, until it is mended."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.events import ExamplesFell, RulebookRead, RulebookWrong
from tests.tui.world import NOW, StillDesk, a_contest, a_rule, ready, text_of, until
from tui.app import HustingsApp
from tui.widgets.filter import FilterLine, why_not

WORDS = "rulebook LP-26 read again: 1 rule new: R30 1.0"


def read(**more: object) -> RulebookRead:
    return RulebookRead(a_contest(), WORDS, **more)  # type: ignore[arg-type]


def wrong(*problems: str) -> RulebookWrong:
    return RulebookWrong(problems or ('config.toml, line 41: unknown key "sevrity"',), NOW)


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_a_wrong_file_is_named_until_it_is_mended(
    app: HustingsApp, desk: StillDesk, size: tuple[int, int]
) -> None:
    async with app.run_test(size=size) as pilot:
        await ready(pilot)
        desk.tell(wrong())
        await until(pilot, lambda: "config.toml, line 41" in text_of(app))
        assert "The last good rulebook stays in force, since 14:03:" in text_of(app)
        assert "rulebook as last read" in text_of(app)
        desk.tell(read())
        await until(pilot, lambda: "read again: 1 rule new: R30 1.0" in text_of(app))
        assert "line 41" not in text_of(app)
        assert "rulebook as last read" not in text_of(app)


async def test_of_many_mistakes_the_first_is_shown_and_the_others_counted(
    app: HustingsApp, desk: StillDesk
) -> None:
    async with app.run_test(size=(200, 60)) as pilot:
        await ready(pilot)
        desk.tell(wrong("config.toml, line 1: one", "line 2: two", "line 3: three"))
        await until(pilot, lambda: "(and 2 more: `hustings check` names all)" in text_of(app))


async def test_a_message_from_a_hostile_file_shows_as_text(
    app: HustingsApp, desk: StillDesk
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot)
        desk.tell(wrong("config.toml, line 1: [red]boo[/red] [@click=app.quit]x[/]\x1b[31m"))
        await until(pilot, lambda: "[red]boo[/red] [@click=app.quit]x[/]" in text_of(app))


async def test_reading_again_is_offered_and_never_done_by_itself(
    app: HustingsApp, desk: StillDesk
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot)
        desk.tell(read(behind=412))
        offer = "412 posts were judged by the old one: press R to read them again"
        await until(pilot, lambda: offer in text_of(app))
        assert desk.rereadings == 0
        await pilot.press("R")
        await until(pilot, lambda: desk.rereadings == 1)
        await until(pilot, lambda: "412 posts" not in text_of(app))
        assert WORDS in text_of(app)


async def test_what_is_said_of_the_rulebook_last_stands_in_place_of_what_was_said_before(
    app: HustingsApp, desk: StillDesk
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot)
        desk.tell(read(behind=412))
        desk.tell(ExamplesFell(("line 7: rule R30 1.0: “x” should be fine", "line 9: another")))
        await until(pilot, lambda: "2 of the rules' examples do not hold: `hust" in text_of(app))
        desk.tell(replace(read(), words="rulebook LP-26 read again: 1 rule gone: R30 1.0"))
        await until(pilot, lambda: "1 rule gone" in text_of(app))
        for words in ("412 posts", "examples", "1 rule new"):
            assert words not in text_of(app)


async def test_the_panes_and_the_filter_go_by_the_new_rulebook(
    app: HustingsApp, desk: StillDesk
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot)
        added = a_contest(
            name="Lantern leadership, second ballot",
            rules=(*a_contest().rules, a_rule("R30", "30", "Matching posts", "S1")),
        )
        desk.tell(replace(read(), contest=added))
        await until(pilot, lambda: "second ballot" in text_of(app))
        known = app.screen.query_one(FilterLine)._contest
        assert why_not("rule:R30", known, NOW) == ""
        assert why_not("rule:R30", a_contest(), NOW) != ""
