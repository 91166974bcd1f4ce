"""Who is who, and when: the vocabulary answers from the roster and the timetable alone."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contest.config import load_contest, read_contest
from contest.lens import Lens, LensError, read_lens
from contest.post import Author
from contest.text import cell, plain, shown
from contest.toml_lines import lines_of

CONTEST = load_contest(Path(__file__).parents[2] / "config.toml")
NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)


def test_an_account_is_known_by_its_home_on_the_platform_only() -> None:
    ada = CONTEST.account("@AdaLittleLP")
    assert CONTEST.account_of(Author("did:1", "adalittlelp.lantern.example"), "bluesky") is ada
    assert CONTEST.account_of(Author("did:1", "adalittlelp.lantern.example"), "mastodon") is None
    assert CONTEST.account_of(Author("x", "@adalittlelp")) is ada


def test_a_namesake_on_another_server_is_nobody() -> None:
    assert CONTEST.account_of(Author("u", "@gwentarrantmp@evil.example"), "mastodon") is None


def test_what_the_source_vouches_for_comes_first() -> None:
    author = Author("did:new", "renamed.example", account="@SianClose")
    account = CONTEST.account_of(author, "bluesky")
    assert account is not None
    assert account.handle == "@SianClose"


def test_a_phase_begins_with_its_first_second_and_ends_before_its_last() -> None:
    quiet = datetime(2026, 11, 9, 12, tzinfo=UTC)
    second = timedelta(seconds=1)

    def phase(when: datetime) -> str:
        found = CONTEST.phase_at(when)
        return found.id if found else ""

    assert phase(quiet - second) == "P4"
    assert phase(quiet) == "P4q"
    assert phase(quiet + timedelta(days=1) - second) == "P4q"
    assert phase(quiet + timedelta(days=1)) == "P5"


def test_the_next_edge_is_the_nearest_change_of_the_timetable() -> None:
    edge = CONTEST.next_edge(datetime(2026, 11, 9, 11, 59, 59, tzinfo=UTC))
    assert edge is not None
    assert edge.name == "quiet period begins"
    assert CONTEST.next_edge(datetime(2027, 1, 1, tzinfo=UTC)) is None


def test_a_role_that_has_ended_no_longer_counts() -> None:
    contest = read_contest(
        """
        camp = [{ id = "n", name = "N", handle = "@a" }]
        account = [{ handle = "@a", name = "A", terms = [
            { role = "councillor", to = 2026-10-20T12:00:00Z },
            { role = "candidate", camp = "n", from = 2026-10-20T12:00:00Z } ] }]
        [contest]
        id = "c"
        name = "C"
        party = "P"
        zone = "UTC"
        """
    )
    account = contest.accounts[0]
    edge = datetime(2026, 10, 20, 12, tzinfo=UTC)
    before, after = account.term_at(edge - timedelta(seconds=1)), account.term_at(edge)
    assert before is not None
    assert before.role == "councillor"
    assert after is not None
    assert (after.role, after.camp) == ("candidate", "n")


def test_a_filter_line_is_read_into_its_parts() -> None:
    lens = read_lens('camp:green rule:r01 since:2d "ferry times" late', NOON)
    assert lens == Lens("green", "R01", NOON - timedelta(days=2), None, ("ferry times", "late"))


@pytest.mark.parametrize("line", ['"open', "since:yesterday", "until:13/2", "since:99999999999d"])
def test_a_filter_that_cannot_be_read_says_so(line: str) -> None:
    with pytest.raises(LensError):
        read_lens(line, NOON)


def test_lines_are_found_in_every_form_of_toml() -> None:
    text = '[a]\nb = [1,\n {c = "}"}]\n[[x]]\nn = """\n]\n"""\nd.e = 1\n[[x]]\n[x.sub]\nk = 2\n'
    lines = lines_of(text)
    assert lines["a", "b", 1, "c"] == 3
    assert lines["x", 0, "d", "e"] == 8
    assert lines["x", 1, "sub", "k"] == 11


@given(st.text())
def test_no_text_can_reach_the_terminal_as_a_command(text: str) -> None:
    for made in (plain(text), shown(text)):
        assert not any(ord(char) < 32 and char not in "\n\t" for char in made)
        assert not any(0x7F <= ord(char) <= 0x9F for char in made)
        made.encode("utf-8")
    assert "\n" not in shown(text)


@given(st.text())
def test_no_cell_begins_like_a_formula(text: str) -> None:
    assert not cell(text).lstrip().startswith(("=", "+", "-", "@", "|"))


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("\x1b]0;title\x07text", "text"),
        ("\x1b]8;;http://evil.example\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("a\x9b31mb", "ab"),
        ("\x1bPq#0\x1b\\x", "x"),
        ("tab\there", "tab\there"),
        ("half \ud83d pair", "half ? pair"),
    ],
)
def test_escape_sequences_go_whole(raw: str, kept: str) -> None:
    assert plain(raw) == kept


def test_a_megabyte_on_one_line_is_cut_where_it_is_shown() -> None:
    assert len(shown("x" * 1_000_000, 80)) == 80


def test_blanks_without_end_are_shown_in_linear_time() -> None:
    assert len(shown(" " * 90_000 + "x" + "\n" * 1_000)) == 90_002
