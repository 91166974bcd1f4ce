"""`hustings rejudge --dry-run` shows what other rules would flag, and names nobody it may not."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from analysis.lexicon import Lexicon
from analysis.reader import load_reader
from contest.post import Author, Post
from contest.visit import Health, Memory
from hustings.__main__ import main
from hustings.opening import open_contest
from hustings.reading import Opened
from storage.archive import Archive
from storage.lease import take_lease
from storage.visits import keep_visit
from tests.quay import SMALL

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
PEOPLE = """
[[account]]
handle = "@pip"
name = "Pip Poole"
role = "member"

[[account]]
handle = "@tess"
name = "Tess Tarn"
role = "team"
camp = "north"
"""
RULE = """
[[rule]]
id = "{id}"
clause = "7"
title = "No {word}s"
text = "Call nobody a {word}."
version = "1.0"
binds = {binds}
expects = {expects}
severity = "{severity}"
looks_for = [{{ block = "words", words = ["{word}"] }}]
"""
SAID = (
    ("@nia", "What a turnip he is"), ("@tess", "A turnip, I say"), ("@pip", "That turnip again"),
    ("@nia", "He is a parsnip"), ("@pip", "A parsnip and a half"), ("@stranger", "One more turnip"),
)  # fmt: skip


def a_rule(word: str = "turnip", rule: str = "Q7", severity: str = "S2", binds: str = "candidate team", expects: str = "") -> str:  # fmt: skip
    roles = [json.dumps(names.split()) for names in (binds, expects)]
    return RULE.format(id=rule, word=word, severity=severity, binds=roles[0], expects=roles[1])


@dataclass
class Place:
    """An archive that was filled under one rule, and drafts of others."""

    folder: Path

    @property
    def config(self) -> Path:
        return self.folder / "config.toml"

    @property
    def db(self) -> Path:
        return self.folder / "quay.db"

    def fill(self) -> None:
        contest = open_contest(self.config)
        posts = [
            Post(f"post/{n}", "", Author(who, who), text, NOON + timedelta(minutes=n), "1")
            for n, (who, text) in enumerate(SAID)
        ]
        read = list(zip(posts, load_reader(contest, Lexicon()).read_all(posts), strict=True))
        with Archive(self.db) as archive:
            health = Health("quay", "feed", "answering", visited=NOON)
            archive.run_sync(keep_visit, contest, health, Memory(), read, captured=NOON)

    def draft(self, *rules: str) -> str:
        path = self.folder / "draft.toml"
        path.write_text(SMALL + PEOPLE + "".join(rules), encoding="utf-8")
        return str(path)

    def run(self, *command: str, config: str = "") -> int:
        return main(["rejudge", *command, "--config", config or str(self.config), "--db", str(self.db)])  # fmt: skip


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setattr("hustings.reading.open_meaning", lambda _: Opened(Lexicon()))
    found = Place(tmp_path)
    found.config.write_text(SMALL + PEOPLE + a_rule(), encoding="utf-8")
    found.fill()
    return found


@pytest.fixture
def previewed(place: Place, capsys: pytest.CaptureFixture[str]) -> Callable[..., dict[str, Any]]:
    """What a dry run says of a draft, as JSON."""

    def preview(*rules: str) -> dict[str, Any]:
        assert place.run("--dry-run", "--json", config=place.draft(*rules)) == 0
        told: dict[str, Any] = json.loads(capsys.readouterr().out)["flags"]
        return told

    return preview


def fates(told: dict[str, Any]) -> list[tuple[str, str, str]]:
    return sorted((c["rule"], c["fate"], c.get("uid", "")) for c in told["changes"])


Preview = Callable[..., dict[str, Any]]


def test_a_new_rule_is_shown_by_what_it_would_have_flagged(previewed: Preview) -> None:
    told = previewed(a_rule(), a_rule("parsnip", "Q8"))
    assert told["rules"] == {
        "Q8": {"new": 1, "gone": 0, "changed": 0, "as_before": 0},
        "Q7": {"new": 0, "gone": 0, "changed": 0, "as_before": 2},
    }
    (change,) = told["changes"]
    assert (change["uid"], change["who"], change["at"]) == (
        "post/3",
        "@nia",
        "2026-11-01T12:03:00Z",
    )
    assert change["before"] is None
    after = change["after"]
    assert (after["severity"], after["lane"], after["words"]) == ("S2", "case", "parsnip")


def test_a_rule_that_goes_and_one_that_weighs_more_are_told_apart(previewed: Preview) -> None:
    assert fates(previewed(a_rule("parsnip", "Q8"))) == [
        ("Q7", "gone", "post/0"), ("Q7", "gone", "post/1"), ("Q8", "new", "post/3")
    ]  # fmt: skip
    told = previewed(a_rule(severity="S4"))
    assert fates(told) == [("Q7", "changed", "post/0"), ("Q7", "changed", "post/1")]
    sides = [(c["before"]["severity"], c["after"]["severity"]) for c in told["changes"]]
    assert sides == [("S2", "S4")] * 2


def test_a_member_who_is_bound_is_flagged_and_not_named(previewed: Preview) -> None:
    told = previewed(a_rule(binds="candidate team member outsider"))
    who = {change["uid"]: change["who"] for change in told["changes"]}
    assert who["post/2"] == "a member"
    assert "pip" not in json.dumps(told).casefold()


def test_what_is_only_expected_is_counted_without_author_post_or_words(previewed: Preview) -> None:
    told = previewed(a_rule(binds="candidate", expects="team member"))
    assert told["expectations"] == {"Q7": 2}
    (change,) = told["changes"]
    assert change == {
        "rule": "Q7",
        "fate": "changed",
        "before": change["before"],
        "after": change["after"],
    }
    assert change["before"]["lane"] == "case"
    assert change["after"]["lane"] == "expectation"
    assert [change[side][name] for side in ("before", "after") for name in ("words", "reason")] == [
        ""
    ] * 4
    written = json.dumps(told).casefold()
    for word in ("tess", "pip", "i say", "again", "post/1", "post/2"):
        assert word not in written


def test_lines_hold_so_many_examples_and_say_how_many_more(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    draft = place.draft(a_rule(severity="S3"))
    assert place.run("--dry-run", "--examples", "1", config=draft) == 0
    out = capsys.readouterr().out
    assert "Q7: 2 changed" in out
    assert "changed  2026-11-01 12:01  @tess  S2 case > S3 case" in out
    assert "“turnip”" in out
    assert "@nia" not in out
    assert "1 more (--examples, --json)" in out
    assert out.endswith("nothing was kept (--dry-run)\n")


def test_just_another_code_file_can_be_tried(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    code = place.folder / "code.toml"
    code.write_text(a_rule("parsnip", "Q8"), encoding="utf-8")
    assert place.run("--dry-run", "--json", "--code", str(code)) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["kept"], told["posts"]) == (False, 6)
    assert set(told["flags"]["rules"]) == {"Q7", "Q8"}
    assert place.run("--code", str(code)) == 2
    assert "--dry-run" in capsys.readouterr().err


def test_a_preview_runs_beside_a_process_that_polls_and_changes_nothing(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    with Archive(place.db) as archive:
        archive.run_sync(take_lease, "other-pc:1:x", datetime.now(UTC), timedelta(hours=1))
        before = archive.run_sync(lambda db: list(db.conn.iterdump()))
        assert place.run("--dry-run", config=place.draft(a_rule("parsnip", "Q8"))) == 0
        assert archive.run_sync(lambda db: list(db.conn.iterdump())) == before


def test_a_wrong_draft_is_refused_with_its_line(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    draft = place.draft(a_rule(severity="S9"))
    assert place.run("--dry-run", config=draft) == 2
    err = capsys.readouterr().err
    assert f"{draft}, line " in err
    assert "severity" in err
