import doctest
from types import ModuleType

import pytest
from textual.content import Content

from tests.tui.world import a_breach, an_alert
from tui import clock, columns, legend, plot
from tui.alerts import headline, loud
from tui.place import Place, keep_place
from tui.themes import DAY, NIGHT, camp_colours


@pytest.mark.parametrize("module", [plot, clock, legend])
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
    def test_only_severities_from_the_threshold_on_ring(self):
        assert loud([an_alert(severity="S1"), an_alert(severity="S2")], "S2") == [
            an_alert(severity="S2")
        ]

    @pytest.mark.parametrize("lane", ["before-rule", "expectation"])
    def test_nothing_rings_before_the_rule_nor_for_an_expectation(self, lane: str):
        assert loud([an_alert(lane=lane, severity="S4")], "S2") == []

    def test_many_alerts_are_one_incident_with_a_count(self):
        title, text = headline([an_alert(number) for number in range(40)], "S2")
        assert title == "40 alerts, the gravest: S3 R05"
        assert "R05 × 40" in text

    def test_one_alert_says_its_words(self):
        title, text = headline([an_alert()], "S2")
        assert title == "S3 R05"
        assert text.startswith("@TomosFrith: Ada Little has never")


@pytest.mark.parametrize("theme", [NIGHT, DAY])
def test_no_two_camps_share_a_colour(theme):
    colours = list(camp_colours(theme).values())
    assert len(set(colours)) == len(colours) == len(legend.SYMBOLS)


def test_lanes_are_told_apart_without_colour():
    lanes = ["case", "needs-context", "before-rule", "expectation"]
    assert len({legend.lane(lane).plain[0] for lane in lanes}) == len(lanes)


def test_severities_are_written_out():
    assert legend.severity(a_breach(1).severity).plain == "S4"
