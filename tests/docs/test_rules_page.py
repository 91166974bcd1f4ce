"""The page on rules holds what the program holds, and every piece of TOML on it can be used."""

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

from analysis.meaning import Meaning
from contest import schema
from contest.config import read_contest
from contest.contest import PHASE_KINDS, Contest
from contest.values import GROUPS
from hustings.checking import tried_out
from hustings.opening import VOCABULARY
from hustings.reading import open_meaning

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/rules.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"(?ms)^```toml\n(.*?)^```", PAGE)
QUAY = """
[contest]
id = "quay"
name = "Quay Society chair 2027"
party = "Quay Society"
zone = "Europe/London"
officials = ["Petra Vane"]
rival_parties = ["Reef Party"]
[[phase]]
id = "voting"
name = "voting"
from = 2027-03-29T09:00:00
to = 2027-04-12T12:00:00
[[phase]]
id = "count"
name = "count"
from = 2027-04-14T12:00:00
to = 2027-04-16T12:00:00
[[camp]]
id = "north"
name = "Nia North"
handle = "@nia"
[[camp]]
id = "south"
name = "Sol South"
handle = "@sol"
[[account]]
handle = "@nia"
name = "Nia North"
role = "candidate"
camp = "north"
[[account]]
handle = "@sol"
name = "Sol South"
role = "candidate"
camp = "south"
"""
"""What the page's pieces of TOML are put into."""


@pytest.fixture(scope="module")
def tables() -> ModuleType:
    spec = importlib.util.spec_from_file_location("rules_tables", ROOT / "docs/rules_tables.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def contest_with(piece: str) -> Contest:
    return read_contest(QUAY + piece, vocabulary=VOCABULARY)


def test_the_tables_are_those_of_the_program(tables: ModuleType) -> None:
    stale = "docs/rules.md is stale: run `just tables`"
    assert tables.with_tables(PAGE) == PAGE, stale


def test_every_block_says_what_it_rests_on(tables: ModuleType) -> None:
    rows = [row.split(" | ") for row in list(tables.block_rows())[2:]]
    assert len(rows) == len(VOCABULARY.blocks or ())
    assert not [row for row in rows if not row[1] or not row[2].strip()]


def test_a_block_that_asks_no_reader_is_not_said_to_rest_on_meaning(tables: ModuleType) -> None:
    rests = {
        row.split(" | ")[0].strip("| `"): row.split(" | ")[2]
        for row in list(tables.block_rows())[2:]
    }
    assert rests["voting-code"] == "form"
    assert rests["office-account"] == "register"
    assert rests["inducement"] == "meaning"
    assert rests["private-data"] == "form, meaning"
    assert rests["false-record"] == "register, meaning"


@pytest.mark.parametrize("piece", BLOCKS, ids=lambda piece: piece.partition("\n")[2][:20])
def test_every_piece_of_toml_on_the_page_loads(piece: str) -> None:
    assert contest_with(piece).camps


@pytest.fixture(scope="module")
def meaning() -> Meaning:
    return open_meaning(contest_with("")).meaning


@pytest.mark.parametrize("name", ["NO-STALLS", "LUNCHES", "COUNCIL-LAPTOPS", "COUNT-PICTURES"])
def test_the_examples_of_the_pages_own_rules_hold(name: str, meaning: Meaning) -> None:
    piece = next(piece for piece in BLOCKS if f'id = "{name}"' in piece)
    tried = tried_out(contest_with(piece), meaning)
    assert tried
    assert not [trial.words for trial in tried if not trial.holds]


def test_the_first_rule_complains_as_the_page_says_when_its_example_is_changed(
    meaning: Meaning,
) -> None:
    piece = BLOCKS[0].replace("{own}'s stall in the hall", "{own}'s stand in the foyer")
    tried = tried_out(contest_with(piece), meaning)
    assert [trial.holds for trial in tried] == [False, True]
    known = piece.replace('words = ["', 'words = ["stand in the foyer", "')
    assert all(trial.holds for trial in tried_out(contest_with(known), meaning))


def keys_of(table: type[schema._Table]) -> set[str]:
    return {field.alias or name for name, field in table.model_fields.items()}


@pytest.mark.parametrize(
    "table",
    [schema.RuleTable, schema.LookTable, schema.ExampleTable, schema.FactTable,
     schema.EndorsementTable, schema.DomainsTable],
)  # fmt: skip
def test_every_key_is_explained(table: type[schema._Table]) -> None:
    explained = set(re.findall(r"`(\w+)`", PAGE))
    assert keys_of(table) - explained <= {"block"}


def test_every_group_and_every_kind_of_phase_and_mark_is_named() -> None:
    named = set(re.findall(r"`([\w-]+)`", PAGE))
    assert named >= {*GROUPS, *PHASE_KINDS, *(VOCABULARY.marks or ())}
    for group, roles in GROUPS.items():
        row = next(line for line in PAGE.splitlines() if line.startswith(f"| `{group}` |"))
        assert roles[-1] in row


def test_the_contents_lead_to_headings_that_are_there() -> None:
    heads = re.findall(r"(?m)^##+ (.+)$", PAGE)
    anchors = {re.sub(r"[^\w\s-]", "", head.casefold()).replace(" ", "-") for head in heads}
    assert set(re.findall(r"\]\(#([^)]+)\)", PAGE)) <= anchors
