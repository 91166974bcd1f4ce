"""What another reading of the configuration changes at once, and what waits for a restart."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import timedelta
from pathlib import Path

from contest.changes import _TAKES, _WAITS, taken_up
from contest.code import Example, Rule
from contest.config import load_contest, read_contest
from contest.contest import Camp, Contest, Polling, SourceEntry, Term, Thresholds
from contest.fingerprint import fingerprint

LANTERN = load_contest(Path(__file__).parents[2] / "config.toml")


def with_rules(*rules: Rule) -> Contest:
    return replace(LANTERN, rules=rules)


def test_every_part_of_a_contest_is_taken_up_or_waits() -> None:
    known = {*_TAKES, *_WAITS, "rules", "accounts"}
    assert known == {field.name for field in fields(Contest)}


def test_nothing_changes_where_only_lines_moved() -> None:
    text = (Path(__file__).parents[2] / "config.toml").read_text(encoding="utf-8")
    moved = read_contest("# a line more\n" + text)
    change = taken_up(LANTERN, replace(moved, storage_path=LANTERN.storage_path))
    assert (change.takes, change.waits) == ((), ())
    assert fingerprint(change.contest) == fingerprint(LANTERN)


def test_rules_are_told_by_id_and_version() -> None:
    first, second, third = LANTERN.rules[:3]
    graver = replace(second, severity="S4")
    change = taken_up(with_rules(first, second), with_rules(graver, third))
    names = [f"{rule.id} {rule.version}" for rule in (second, third, first)]
    assert change.takes == (
        f"1 rule changed: {names[0]}", f"1 rule new: {names[1]}", f"1 rule gone: {names[2]}"
    )  # fmt: skip
    assert change.contest.rules == (graver, third)


def test_of_many_rules_the_first_are_named() -> None:
    (words,) = taken_up(with_rules(), with_rules(*LANTERN.rules[:9])).takes
    assert words.startswith("9 rules new: ")
    assert words.endswith(" and 3 more")


def test_other_examples_are_told_and_decide_nothing() -> None:
    rule = LANTERN.rules[0]
    tried = replace(rule, breach=(*rule.breach, Example("You are a turnip.")))
    change = taken_up(with_rules(rule), with_rules(tried))
    assert change.takes == (f"the examples of {rule.id} {rule.version}",)
    assert fingerprint(change.contest) == fingerprint(with_rules(rule))


def test_what_is_polled_and_kept_waits_for_a_restart() -> None:
    read = replace(
        LANTERN,
        sources=(SourceEntry("x", "feed", "https://x.example"),),
        polling=Polling(deadline_s=1),
        storage_path=Path("other.db"),
        thresholds=Thresholds(alert=0.9),
    )
    change = taken_up(LANTERN, read)
    assert change.waits == ("sources", "[polling]", "[storage]")
    assert change.takes == ("[thresholds]",)
    assert change.contest == replace(LANTERN, thresholds=Thresholds(alert=0.9))


def test_a_role_is_taken_up_and_a_home_is_not() -> None:
    account = LANTERN.accounts[0]
    moved = replace(account, terms=(Term("member"),), homes={"mastodon": "@elsewhere"})
    change = taken_up(LANTERN, replace(LANTERN, accounts=(moved, *LANTERN.accounts[1:])))
    assert change.contest.accounts[0] == replace(moved, homes=account.homes)
    assert change.takes == ("roles and names on the roster",)
    assert change.waits == (f"homes of {account.handle}",)


def test_whatever_names_a_camp_waits_with_the_camps() -> None:
    camp = Camp("gold", "Gil Gold", "@gilgold")
    account = replace(LANTERN.accounts[-1], terms=(Term("candidate", "gold"),))
    read = replace(
        LANTERN, camps=(*LANTERN.camps, camp), accounts=(*LANTERN.accounts[:-1], account)
    )
    change = taken_up(LANTERN, read)
    assert change.contest == LANTERN
    assert change.takes == ()
    assert change.waits == ("camps", "accounts (they name camps)")


def test_the_fingerprint_tells_apart_whatever_judges() -> None:
    others = [
        replace(LANTERN, facts=LANTERN.facts[:-1]),
        replace(LANTERN, endorsements=()),
        replace(LANTERN, imprint=("printed by",)),
        replace(LANTERN, milestones=LANTERN.milestones[:-1]),
        with_rules(replace(LANTERN.rules[0], corrected_within=timedelta(hours=3))),
    ]
    known = {fingerprint(contest) for contest in (LANTERN, *others)}
    assert len(known) == 1 + len(others) - (not LANTERN.endorsements)


CODE = """
[[rule]]
id = "Q7"
clause = "7"
title = "No turnips"
text = "Call nobody a turnip."
version = "2"
binds = ["candidate"]
severity = "S2"
looks_for = [{ block = "words", words = ["turnip"] }]
"""


def test_another_code_file_stands_in_for_the_rules_and_for_the_file_named(tmp_path: Path) -> None:
    config, draft = tmp_path / "config.toml", tmp_path / "draft.toml"
    text = (Path(__file__).parents[2] / "config.toml").read_text(encoding="utf-8")
    config.write_text(text, encoding="utf-8")
    draft.write_text(CODE)
    rules = load_contest(config, code=draft).rules
    assert [(rule.id, rule.version) for rule in rules] == [("Q7", "2")]
    (tmp_path / "code.toml").write_text(CODE.replace("Q7", "Q8"))
    named = text.replace("[contest]\n", '[contest]\ncode = "code.toml"\n', 1)
    assert named != text
    config.write_text(named, encoding="utf-8")
    ids = [rule.id for rule in load_contest(config, code=draft).rules]
    assert "Q7" in ids
    assert "Q8" not in ids
    assert len(ids) == 1 + len(LANTERN.rules)
