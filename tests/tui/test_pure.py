import doctest
from dataclasses import replace
from types import ModuleType

import pytest
from textual.content import Content

from contest.contest import Account
from contest.post import Author
from tests.tui.world import a_breach, a_contest, a_post, an_alert
from tui import clock, columns, legend, plot
from tui.alerts import headline
from tui.place import Place, keep_place
from tui.themes import DAY, NIGHT, camp_colours
from tui.widgets import coverage, sentiment


@pytest.mark.parametrize("module", [plot, clock, legend, coverage, sentiment])
def test_the_examples_in_the_docstrings_hold(module: ModuleType):
    failed, tried = doctest.testmod(module)
    assert tried
    assert not failed


def test_a_gap_in_a_plot_is_not_drawn_as_zero():
    assert plot.spark([0.0, None]) == "▅·"


def test_a_bar_never_leaves_its_room():
    assert [len(plot.bar(share, 5)) for share in (-1, 0, 0.33, 1, 7)] == [5] * 5


def test_a_cell_holds_wide_characters_to_the_width_it_has():
    assert columns.fit("選挙選挙選挙", 5).cell_length == 5


def test_a_cut_cell_ends_in_a_sign():
    assert columns.fit("a long name", 6).plain == "a lon…"


def test_a_line_of_cells_is_as_long_as_its_parts():
    cells = [(Content("one"), 4), (Content("two"), 6)]
    assert columns.line(*cells).plain == "one  two   "


def test_outside_text_in_a_cell_is_never_markup():
    assert columns.fit("[red]x[/]", 12).plain.rstrip() == "[red]x[/]"


class TestKeepPlace:
    keys = ("e", "d", "c", "b", "a")

    def test_the_row_under_the_cursor_stays_where_it_was_on_screen(self):
        place = keep_place(self.keys, ("g", "f", *self.keys), Place(3, 2), 1, 3, live=False)
        assert place == Place(5, 4)

    def test_a_reader_at_the_top_sees_new_rows_while_their_own_is_in_sight(self):
        place = keep_place(self.keys, ("f", *self.keys), Place(0, 0), 1, 5, live=False)
        assert place == Place(1, 0)

    def test_a_row_about_to_leave_sight_is_held(self):
        place = keep_place(self.keys, ("f", *self.keys), Place(2, 0), 1, 3, live=False)
        assert place == Place(3, 1)

    def test_rows_of_two_lines_are_counted_in_lines(self):
        place = keep_place(self.keys, ("f", *self.keys), Place(2, 3), 2, 4, live=False)
        assert place == Place(3, 5)

    def test_nobody_in_the_list_means_the_newest_row(self):
        assert keep_place(self.keys, ("f", *self.keys), Place(0, 0), 1, 3, live=True) == Place()

    def test_a_row_that_is_gone_leaves_the_cursor_on_the_next_older(self):
        place = keep_place(self.keys, ("e", "d", "b", "a"), Place(2, 0), 1, 5, live=False)
        assert place.cursor == 2

    def test_a_list_that_shares_nothing_starts_at_the_top(self):
        assert keep_place(self.keys, ("z",), Place(4, 2), 1, 3, live=False).cursor == 0


class TestAlerts:
    def test_many_alerts_are_one_incident_with_a_count(self):
        title, text = headline([an_alert(number) for number in range(40)], a_contest())
        assert title == "40 alerts: R05 × 40"
        assert text.startswith("the gravest: S3 R05 @TomosFrith: Ada")
        assert "\n" not in title + text

    def test_one_alert_says_its_words(self):
        title, text = headline([an_alert()], a_contest())
        assert title == "S3 R05"
        assert text.startswith("@TomosFrith: Ada Little has never")

    def test_an_alert_names_its_author_as_the_panes_do(self):
        contest = a_contest(
            accounts=(Account("@TomosFrith", "Tomos Frith", (), {"bluesky": "did:x:1"}),)
        )
        post = a_post(author=Author("did:x:1", "tomosfrith.lantern.example"))
        _, text = headline([replace(an_alert(), post=post)], contest)
        assert text.startswith("@TomosFrith: ")


@pytest.mark.parametrize("theme", [NIGHT, DAY])
def test_no_two_camps_share_a_colour(theme):
    colours = list(camp_colours(theme).values())
    assert len(set(colours)) == len(colours) == len(legend.SYMBOLS)


def test_lanes_are_told_apart_without_colour():
    lanes = ["case", "needs-context", "before-rule", "expectation"]
    assert len({legend.lane(lane).plain[0] for lane in lanes}) == len(lanes)


def test_severities_are_written_out():
    assert legend.severity(a_breach(1).severity).plain == "S4"
