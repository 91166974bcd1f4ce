"""The research's acceptance scenarios, run by the shipped reader on the Lantern code, word for word.

Their texts are read from where the research lies, which is no part of the project: without it
these tests skip. `pytest -v tests/acceptance` prints a verdict for each.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from analysis.reader import Reader, load_reader
from contest.contest import Contest
from contest.post import Post
from contest.reading import Breach
from hustings.judging import read_post
from hustings.opening import open_contest
from hustings.reading import open_meaning

ROOT = Path(__file__).parents[2]
SCENARIOS = ROOT.parent / "shared" / "domain" / "scenarios.jsonl"
pytestmark = pytest.mark.skipif(not SCENARIOS.exists(), reason="the research is not at hand")

VOTING = "2026-11-02T12:00:00Z"
MEMBER = "@teaandturnips"


@pytest.fixture(scope="module")
def contest() -> Contest:
    return open_contest(ROOT / "config.toml")


@pytest.fixture(scope="module")
def reader(contest: Contest) -> Reader:
    return load_reader(contest, open_meaning(contest).meaning)


@pytest.fixture(scope="module")
def said() -> dict[str, list[str]]:
    """What stands in quotation marks in each scenario."""
    scenarios = map(json.loads, SCENARIOS.read_text(encoding="utf-8").splitlines())
    return {one["id"]: re.findall(r'"([^"]*)"', one["given"]) for one in scenarios}


def post(text: str, by: str, at: str = VOTING, kind: str = "post", above: str = "") -> Post:
    parent = {"author": MEMBER, "text": above} if above else None
    record = {"author": by, "at": at, "text": text, "kind": kind, "parent": parent}
    return read_post({**record, "id": f"{by} {at} {text}"})


def flags(reader: Reader, one: Post, *lanes: str) -> dict[str, Breach]:
    found = reader.read(one).breaches
    return {b.rule: b for b in found if b.lane in (lanes or ("case", "needs-context"))}


def test_a02_a_candidate_insults_a_rival(reader, said):
    flag = flags(reader, post(said["A02"][0], "@DenzilBrown"))["R01"]
    assert (flag.severity, flag.lane) == ("S3", "case")


def test_a04_an_insult_by_denying_it(reader, said):
    flag = flags(reader, post(said["A04"][0], "@TomosFrith"))["R01"]
    assert flag.severity == "S2"
    assert flag.stance == "insinuates"
    assert "denying" in flag.reason


def test_a06_sarcasm_never_rises_above_s1(reader, said):
    found = flags(reader, post(f"{said['A06'][0]} 👏", "@colmdevery"))
    assert set(found) == {"R01"}
    assert (found["R01"].severity, found["R01"].lane) == ("S1", "needs-context")


def test_a08_a_repost_weighs_one_step_less_and_a_protest_nothing(reader, said):
    insult, protest = said["A08"]
    repost = flags(reader, post(insult, "@RowanGreen", kind="repost", above=insult))
    assert (repost["R29"].severity, repost["R29"].via) == ("S2", "R01")
    assert not flags(reader, post(protest, "@RowanGreen", kind="quote", above=insult))


@pytest.mark.xfail(reason="the later words are read as an attack of doubtful aim, S1", strict=True)
def test_a10_words_that_were_soon_replaced_weigh_one_step_less(reader, said):
    first, second = said["A10"]
    early = post(first, "@DenzilBrown", "2026-11-02T10:00:00Z")
    early = replace(early, replaced=datetime.fromisoformat("2026-11-02T10:04:00+00:00"))
    assert flags(reader, early)["R01"].severity == "S2"
    assert not flags(reader, post(second, "@DenzilBrown", "2026-11-02T10:04:00Z"))


def test_a14_a_deadline_said_rightly_from_another_zone(reader, said):
    assert not flags(reader, post(said["A14"][0], "@hemi_auckland", "2026-11-10T11:30:00Z"))


def test_a16_a_wrong_deadline_on_the_last_day(reader, said):
    flag = flags(reader, post(said["A16"][0], "@PriyaVant", "2026-11-09T18:00:00Z"))["R05"]
    assert flag.severity == "S4"
    assert "12:00" in flag.mend


def test_a18_the_same_picture_before_and_after_the_label_was_demanded(reader):
    words = "Our islands in ten years. [image: a harbour full of sails, made with AI]"
    early = post(words, "@GreenForLantern", "2026-10-20T12:00:00Z")
    assert "R23" not in flags(reader, early)
    assert "R23" in flags(reader, early, "before-rule")
    late = flags(reader, post(words, "@GreenForLantern", "2026-10-23T12:00:00Z"))
    assert late["R23"].severity == "S2"


def test_a20_a_member_before_the_code_is_an_expectation_only(reader, said):
    one = post(said["A20"][0], "@benw", "2026-10-02T12:00:00Z")
    assert not flags(reader, one)
    assert "R01" in flags(reader, one, "expectation")


def test_a22_staff_take_sides_or_serve_all(reader, said):
    assert flags(reader, post(said["A22"][0], "@jomerrick"))["R06"].severity == "S3"
    assert not flags(reader, post(said["A22"][1], "@jomerrick"))


def test_a24_a_branch_reports_its_nomination(reader, said):
    assert not flags(reader, post(said["A24"][0], "@LanternNorth", "2026-10-08T20:00:00Z"))


def test_a26_a_name_that_is_a_word(reader, said):
    clip = "Denzil Brown at last night's hustings."
    found = flags(reader, post(said["A26"][0], "@TomosFrith", kind="reply", above=clip))
    assert found["R01"].severity == "S2"
    assert not flags(reader, post(said["A26"][1], "@TomosFrith", kind="reply", above=clip))


def test_a28_another_language_is_no_threat(reader, said):
    assert not flags(reader, post(said["A28"][0], "@hemi_auckland"))


def test_a30_a_code_that_can_be_read(reader, said):
    photo = f"{said['A30'][0]} [photo: ballot paper, security code legible]"
    assert flags(reader, post(photo, "@teaandturnips"))["R15"].severity == "S4"
    assert not flags(reader, post(said["A30"][1], "@kez_lantern"))


def test_a34_members_data_before_its_release(reader, said):
    volunteers = post(said["A34"][0], "@PriyaVant", "2026-10-08T12:00:00Z")
    assert flags(reader, volunteers)["R09"].severity == "S4"
    assert not flags(reader, post(said["A34"][1], "@LanternVotes"))


def test_a36_a_private_number_and_an_office(reader, said):
    assert flags(reader, post(said["A36"][0], "@benw"))["R22"].severity == "S4"
    assert not flags(reader, post(said["A36"][1], "@RowanGreen"))


def test_a38_followers_set_on_a_member(reader, said):
    above = "The ferry answer was thin, I thought."
    found = flags(reader, post(said["A38"][0], "@DenzilBrown", kind="quote", above=above))
    assert found["R28"].severity == "S3"
    assert not flags(reader, post(said["A38"][1], "@DenzilBrown", kind="quote", above=above))


def test_a40_the_same_words_about_each_candidate_weigh_the_same(reader, contest, said):
    said_of = {}
    for camp in contest.camps:
        by = "@TomosFrith" if camp.id != "green" else "@lenahale"
        flag = flags(reader, post(said["A40"][0].replace("X", camp.name), by))["R01"]
        said_of[camp.id] = (flag.severity, flag.lane, flag.score)
    assert len(set(said_of.values())) == 1
