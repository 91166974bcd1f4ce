"""The clock that words name: its zones, and what is no clock."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, available_timezones

import pytest

from analysis.zones import clock_after, clock_before, every_zone, is_american, zones_meant

LONDON = ZoneInfo("Europe/London")
AUTUMN = datetime(2026, 11, 9, 18, tzinfo=UTC)


def after_noon(words):
    found = clock_after(f"noon{words}", 4)
    return found.zones[0] if found else ""


def test_every_zone_of_the_table_is_known_to_the_tz_data():
    assert every_zone() <= available_timezones()


def test_the_table_is_as_wide_as_a_party_abroad():
    assert len(every_zone()) > 150


@pytest.mark.parametrize(
    ("words", "zone"),
    [
        (" uk time", "Europe/London"),
        (", london time,", "Europe/London"),
        (" (suva)", "Pacific/Fiji"),
        (" gmt on friday", "Etc/GMT"),
        (" nzdt", "Pacific/Auckland"),
        (" for us in toronto", "America/Toronto"),
        (" here in cape town", "Africa/Johannesburg"),
        (" in aotearoa", "Pacific/Auckland"),
        (" eastern, sharp", "America/New_York"),
        (" pacific time", "America/Los_Angeles"),
        (" central time", "America/Chicago"),
        (" by the dublin clock", "Europe/Dublin"),
    ],
)
def test_a_clock_is_named_in_many_ways(words, zone):
    assert after_noon(words) == zone


@pytest.mark.parametrize(
    "words", [" and lunch", " at the hall", " central to it", " in bath", " london bus"]
)
def test_other_words_name_no_clock(words):
    assert after_noon(words) == ""


def test_a_place_alone_follows_figures_only():
    assert clock_after("12:00 nairobi, 9:00", 5).zones == ("Africa/Nairobi",)
    assert clock_after("noon nairobi", 4) is None


def test_a_place_before_may_be_meant_and_a_named_time_is():
    text = "in suva it shuts at midnight"
    assert not clock_before(text, 0, len(text) - 8).sure
    text = "wellington time it shuts at midnight"
    assert clock_before(text, 0, len(text) - 8).sure


def test_an_abbreviation_of_many_places_means_the_party_s_own():
    irish = zones_meant(
        ("Asia/Kolkata", "Europe/Dublin", "Asia/Jerusalem"), ZoneInfo("Europe/Dublin"), AUTUMN
    )
    assert [zone.key for zone in irish] == ["Europe/Dublin"]
    assert len(zones_meant(("Europe/London", "Etc/GMT-1"), LONDON, AUTUMN)) == 2


def test_months_come_first_in_the_united_states_alone():
    assert is_american("America/Chicago")
    assert not is_american("America/Toronto")
    assert not is_american("Europe/London")
