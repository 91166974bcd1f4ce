"""Which posts ring a bell."""

from dataclasses import replace
from datetime import timedelta

from contest.post import Author, Post
from contest.reading import Breach, Exchange, Hostility, Reading
from monitor.alerts import RINGS_FOR, alert_of
from tests.monitor.conftest import LANTERN, NOON

POST = Post("1", "bluesky", Author("did:1"), "words", NOON, "1")
BREACH = Breach("R01", "4.1", "1.0", "S2", "case", ((0, 5),), "why", "unless")
LOUD = Hostility(LANTERN.thresholds.alert, ("green",))
QUARREL = Reading(role="mp", exchange=Exchange("little", "green", "reply"), hostility=LOUD)


def rings(reading: Reading, post: Post = POST, after: timedelta = timedelta(0)) -> bool:
    return alert_of(LANTERN, post, reading, NOON + after) is not None


def test_a_grave_breach_rings_and_a_light_one_does_not() -> None:
    assert rings(Reading(breaches=(BREACH,)))
    assert not rings(Reading(breaches=(replace(BREACH, severity="S1"),)))


def test_what_needs_context_rings_and_what_is_only_expected_does_not() -> None:
    assert rings(Reading(breaches=(replace(BREACH, lane="needs-context"),)))
    assert not rings(Reading(breaches=(replace(BREACH, lane="expectation"),)))
    assert not rings(Reading(breaches=(replace(BREACH, lane="before-rule"),)))


def test_a_quarrel_rings_unless_it_is_a_private_persons() -> None:
    assert rings(QUARREL)
    assert not rings(replace(QUARREL, role="member"))


def test_a_quarrel_rings_from_the_alert_threshold_on_and_a_breach_whatever_its_hostility() -> None:
    milder = Hostility(LANTERN.thresholds.alert - 0.01, ("green",))
    assert rings(QUARREL)
    assert not rings(replace(QUARREL, hostility=milder))
    assert rings(replace(QUARREL, hostility=milder, breaches=(BREACH,)))
    alert = alert_of(LANTERN, POST, replace(QUARREL, hostility=milder, breaches=(BREACH,)), NOON)
    assert alert is not None
    assert alert.exchange is None


def test_history_rings_no_bell_but_a_late_edit_does() -> None:
    late = RINGS_FOR + timedelta(seconds=1)
    assert not rings(QUARREL, after=late)
    assert rings(QUARREL, replace(POST, edited=NOON + late), late)
