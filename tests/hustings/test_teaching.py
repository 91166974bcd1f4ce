"""`hustings teach` and `hustings rejudge`, from the command line to the archive and back."""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from select import select
from typing import Any

import click
import pytest
from textual.message import Message

from analysis.lexicon import Lexicon
from analysis.meaning import Meaning
from analysis.reader import load_reader
from analysis.trained import Trained
from contest.contest import Contest
from contest.post import Author, Post
from contest.visit import Health, Memory
from hustings import rejudging, teaching
from hustings.__main__ import main
from hustings.asking import forget_keys
from hustings.dashboard import OpenDesk
from hustings.opening import new_monitor, open_contest
from hustings.reading import LateMeaning, Opened
from storage.archive import Archive
from storage.board import read_board
from storage.lease import release, take_lease
from storage.teaching import heads, labels
from storage.visits import keep_visit
from tests.analysis import pupil
from tests.analysis.pupil import Pupil
from tests.monitor.conftest import StoppedClock, until
from tests.quay import SMALL
from tests.tui.world import text_of
from tui.app import HustingsApp
from tui.screens.outcome import OutcomeScreen

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
WORDS = ("was sharp", "stays sharp", "is sharp again", "was kind")

Run = Callable[..., int]


@pytest.fixture
def meaning(monkeypatch: pytest.MonkeyPatch) -> list[Meaning]:
    """The reader that the commands open; a test may put another one there."""
    use: list[Meaning] = [Trained(Pupil())]
    for command in (teaching, rejudging):
        monkeypatch.setattr(command, "open_aloud", lambda _: use[0])
    return use


class Place:
    """A folder with a configuration and a filled archive."""

    def __init__(self, folder: Path, meaning: Meaning) -> None:
        self.config = folder / "config.toml"
        self.db = folder / "quay.db"
        self.config.write_text(SMALL)
        self.fill(meaning)

    @property
    def contest(self) -> Contest:
        return open_contest(self.config)

    def fill(self, meaning: Meaning, posts: int = 40) -> None:
        found = [self.post(n) for n in range(posts)]
        readings = load_reader(self.contest, meaning).read_all(found)
        health = Health("quay", "feed", "answering", visited=NOON)
        read = list(zip(found, readings, strict=True))
        with Archive(self.db) as archive:
            archive.run_sync(keep_visit, self.contest, health, Memory(), read, captured=NOON)

    def post(self, n: int) -> Post:
        text = f"Nia North {WORDS[n % 4]}, number {n}"
        at = NOON - timedelta(minutes=n)
        return Post(f"post/{n}", "feed", Author("x", "@pip", "Pip"), text, at, "1")

    def run(self, *command: str) -> int:
        return main([*command, "--config", str(self.config), "--db", str(self.db)])

    def board(self) -> object:
        with Archive.open_reading(self.db) as archive:
            return archive.run_sync(read_board, self.contest, NOON)

    def ask(self, function: Callable[..., Any]) -> Any:
        with Archive.open_reading(self.db) as archive:
            return archive.run_sync(function)

    def readers(self) -> list[str]:
        sql = "select distinct json_extract(r.readers, '$.sentiment') from posts p join readings r on r.id = p.reading"
        return self.ask(lambda db: [row[0] for row in db.conn.execute(sql)])  # type: ignore[no-any-return]


@pytest.fixture
def place(tmp_path: Path, meaning: list[Meaning]) -> Place:
    return Place(tmp_path, meaning[0])


def label_file(folder: Path, *lines: object) -> Path:
    path = folder / "labels.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in lines) + "\n")
    return path


def given(many: int = 30, tone: int = -1) -> list[dict[str, object]]:
    """Labels of the posts that say "sharp"."""
    return [{"uid": f"post/{n}", "camp": "north", "tone": tone} for n in range(40) if n % 4 < 3][
        :many
    ]


def said(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out)


# -- teach --------------------------------------------------------------------------------


def test_labels_from_a_file_are_learnt_and_the_stored_posts_read_again(
    place: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = label_file(tmp_path, *given())
    assert place.run("teach", "--import", str(path), "--json") == 0
    told = said(capsys)
    assert (told["head"]["head"], told["head"]["lessons"]) == ("taught.1", 30)
    assert told["head"]["agreement"]["after"] > told["head"]["agreement"]["before"]
    assert (told["changes"]["posts"], told["changes"]["tones"]) == (40, 40)
    assert told["changes"]["by_camp"]["north"]["not sure > against"] >= 30
    assert place.readers() == ["pupil@1+taught.1"]


def test_undo_brings_back_the_figures_as_they_were(
    place: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = place.board()
    assert place.run("teach", "--import", str(label_file(tmp_path, *given(18)))) == 0
    assert "taught.1 agrees with" in capsys.readouterr().out
    taught = place.board()
    assert taught != before
    assert place.run("teach", "--undo") == 0
    out = capsys.readouterr().out
    assert out.startswith("taught.1 is undone; its labels are kept\n40 posts read again: ")
    assert place.board() not in (before, taught), "what was labelled still counts as it was said"
    withdrawn = [{**one, "tone": None} for one in given(18)]
    assert place.run("teach", "--import", str(label_file(tmp_path, *withdrawn))) == 0
    assert place.board() == before
    capsys.readouterr()
    assert place.run("teach", "--undo") == 2
    assert "there is no head to undo" in capsys.readouterr().err


def test_the_figures_by_camp_are_told_before_and_after(
    place: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = label_file(tmp_path, *given(18))
    assert place.run("teach", "--import", str(path)) == 0
    *_, spans, heading, row = capsys.readouterr().out.splitlines()
    assert spans.split() == ["7", "days", "all", "posts", "tones"]
    assert heading.split() == ["before", "after", "before", "after", "changed"]
    assert row.startswith("Nia North  ")
    figures = re.findall(r"([+-]\d\.\d\d)°? ±\d\.\d\d|(too few)", row)
    ever = [float(tone) for tone, _ in figures[2:]]
    assert len(figures) == 4
    assert ever[1] < ever[0]
    assert row.endswith(" 40")
    assert place.run("teach", "--undo", "--json") == 0
    told = said(capsys)["figures"]["north"]["all_posts"]
    assert told["after"]["sure"] == 28, "10 that the reader is sure of, and 18 labelled"
    assert told["before"]["sure"] == 30, "12 that the head is sure of, and 18 labelled"


def test_a_head_that_helps_nobody_is_not_put_into_force(
    place: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = label_file(tmp_path, *given(24, tone=0))
    assert place.run("teach", "--import", str(path)) == 0
    out = capsys.readouterr().out
    assert out.startswith(
        "24 labels: the head agrees with 24 of them when each is left out,"
        " the reader alone with 24; not put into force\n0 posts read again"
    )
    assert place.readers() == ["pupil@1"]
    assert place.run("teach", "--list") == 0
    assert ", not put into force\n" in capsys.readouterr().out
    assert place.run("teach", "--undo") == 2


def test_withdrawing_labels_takes_the_head_made_of_them_out_of_force(
    place: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = place.board()
    assert place.run("teach", "--import", str(label_file(tmp_path, *given(18)))) == 0
    withdrawn = label_file(tmp_path, *({**one, "tone": None} for one in given(18)))
    capsys.readouterr()
    assert place.run("teach", "--import", str(withdrawn)) == 0
    assert "taught.1 is out of force: of the 18 labels it was made of" in capsys.readouterr().out
    assert place.board() == before
    assert place.readers() == ["pupil@1"]
    assert place.run("teach", "--import", str(withdrawn), "--json") == 0
    assert said(capsys)["out_of_force"] == {}


def test_what_is_not_about_a_camp_can_be_imported_and_exported(
    place: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [{"uid": "post/1", "camp": "north", "about": False}, *given(1)]
    assert place.run("teach", "--import", str(label_file(tmp_path, *lines))) == 0
    capsys.readouterr()
    place.run("teach", "--list")
    assert '   1 label for Nia North, 1 "not about this camp"' in capsys.readouterr().out
    place.run("teach", "--list", "--json")
    told = said(capsys)["labels"]
    assert [(one["tone"], one["about"]) for one in told] == [(0, False), (-1, True)]
    assert place.run("teach", "--import", str(label_file(tmp_path, *told))) == 0
    assert "0 of 2 labels are new" in capsys.readouterr().err
    told[0]["tone"] = None
    assert place.run("teach", "--import", str(label_file(tmp_path, *told))) == 0
    assert len(place.ask(labels)) == 1


def test_keys_typed_before_a_question_is_there_answer_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pty = pytest.importorskip("pty", reason="no such terminals here")
    ours, theirs = pty.openpty()
    with open(ours, "wb", buffering=0) as keyboard, open(theirs, "rb", buffering=0) as terminal:  # noqa: PTH123  both are descriptors
        monkeypatch.setattr("sys.stdin", terminal)
        keyboard.write(b"----\n")
        assert select([terminal], [], [], 5)[0]
        forget_keys()
        assert not select([terminal], [], [], 0)[0]


def test_what_was_taught_is_listed(
    place: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place.run("teach", "--import", str(label_file(tmp_path, *given())))
    place.run("teach", "--undo")
    capsys.readouterr()
    assert place.run("teach", "--list") == 0
    out = capsys.readouterr().out
    assert "  30 labels for Nia North" in out
    assert "taught.1, made 20" in out
    assert ", undone\n" in out
    assert place.run("teach", "--list", "--json") == 0
    told = said(capsys)
    assert [head["undone"] for head in told["heads"]] == [True]
    assert len(told["labels"]) == 30
    assert {"uid", "camp", "tone"} <= told["labels"][0].keys()


def exported(
    place: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> list[dict[str, Any]]:
    """Three labels, as the list gives them after they were imported."""
    place.run("teach", "--import", str(label_file(tmp_path, *given(3))))
    capsys.readouterr()
    place.run("teach", "--list", "--json")
    return said(capsys)["labels"]


def test_a_list_that_was_exported_can_be_imported_and_null_withdraws(
    place: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = exported(place, tmp_path, capsys)
    kept[0]["tone"] = None
    kept[1]["tone"] = 0
    assert place.run("teach", "--import", str(label_file(tmp_path, *kept))) == 0
    assert "2 of 3 labels are new" in capsys.readouterr().err
    assert [one.tone for one in place.ask(labels)] == [-1, 0]


def edit(place: Place, n: int) -> None:
    """Have a post say something else from now on."""
    new = replace(place.post(n), text=f"Nia North was kind after all, number {n}", version="2")
    (reading,) = load_reader(place.contest, Trained(Pupil())).read_all([new])
    health = Health("quay", "feed", "answering", visited=NOON)
    with Archive(place.db) as archive:
        archive.run_sync(
            keep_visit, place.contest, health, Memory(), [(new, reading)], captured=NOON
        )


def test_a_label_of_words_that_were_edited_since_is_left_out_and_told_of(
    place: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = exported(place, tmp_path, capsys)
    edit(place, 0)
    path = label_file(tmp_path, *({**one, "tone": 1} for one in kept))
    assert place.run("teach", "--import", str(path)) == 0
    err = capsys.readouterr().err
    assert f'{path}, line 1: left out: post "post/0" has other words now; label it anew' in err
    assert "2 of 2 labels are new" in err
    now = [(one.post.uid, one.post.version, one.tone) for one in place.ask(labels)]
    assert now == [("post/0", "1", -1), ("post/1", "1", 1), ("post/2", "1", 1)]
    bare = {name: kept[0][name] for name in ("uid", "camp", "tone")}
    assert place.run("teach", "--import", str(label_file(tmp_path, bare))) == 0
    assert ("post/0", "2") in [(one.post.uid, one.post.version) for one in place.ask(labels)]


def test_null_withdraws_the_labels_of_earlier_versions_too(
    place: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place.run("teach", "--import", str(label_file(tmp_path, *given(2))))
    place.run("teach", "--list", "--json")
    edit(place, 0)
    withdrawn = label_file(tmp_path, {**given(1)[0], "tone": None, "words": "0" * 16})
    assert place.run("teach", "--import", str(withdrawn)) == 0
    assert "1 of 1 label is new" in capsys.readouterr().err
    assert [one.post.uid for one in place.ask(labels)] == ["post/1"]


def test_without_a_terminal_labels_come_from_stdin(
    place: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    octets = "\n".join(json.dumps(one) for one in given(4)).encode()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(octets)))
    assert place.run("teach", "--json") == 0
    told = said(capsys)["head"]
    assert (told["labels"], told["held_back"]) == (4, True)


def test_where_no_label_gives_a_tone_that_is_said(
    place: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = label_file(tmp_path, {"uid": "post/1", "camp": "north", "about": False})
    assert place.run("teach", "--import", str(path)) == 0
    assert "nothing new to learn: no label gives a tone\n" in capsys.readouterr().err
    assert place.ask(heads) == []


def test_labels_that_cannot_be_learnt_from_are_counted_as_kept(
    place: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place.config.write_text(SMALL + SECOND.replace('"number"', '"nobody"'))
    elsewhere = {"uid": "post/3", "camp": "south", "tone": 1}
    for lines, words in (
        (given(1), "1 label is kept; from 12 on a head is made of them"),
        ([elsewhere], "2 labels are kept, of which 1 can be learnt from; from 12 on a head"),
    ):
        assert place.run("teach", "--import", str(label_file(tmp_path, *lines))) == 0
        assert capsys.readouterr().out.startswith(words)


def test_labels_that_say_nothing_new_make_no_head(
    place: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = label_file(tmp_path, *given(4))
    assert place.run("teach", "--import", str(path)) == 0
    assert place.run("teach", "--import", str(path), "--json") == 0
    captured = capsys.readouterr()
    assert "nothing new to learn: the last head was made of these labels" in captured.err
    assert len(place.ask(heads)) == 1


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("[", "not a label"),
        ('{"uid": "post/1", "camp": "north"}', "not a label"),
        ('{"uid": "post/1", "camp": "nrth", "tone": 1}', 'no camp "nrth"; did you mean "north"?'),
        ('{"uid": "post/1", "camp": "north", "tone": 2}', '"tone" must be -1, 0, 1, or null'),
        ('{"uid": "post/1", "camp": "north", "tone": true}', '"tone" must be'),
        ('{"uid": 7, "camp": "north", "tone": 1}', "must be texts"),
        ('{"uid": "post/1", "camp": "north", "tone": 1, "about": 0}', '"about" must be true'),
        ('{"uid": "post/1", "camp": "north", "tone": 1, "about": false}', "leave one of them out"),
        ('{"uid": "\\ud800", "camp": "north", "tone": 1}', '"uid" holds half a character'),
        ('{"uid": "post/1", "camp": "no\\udfff", "tone": 1}', '"camp" holds half a character'),
        (
            '[{"uid": "post/1", "camp": "north", "tone": 1}]',
            "a list; each line is a label, such as",
        ),
        ('"post/1"', "no JSON object; each line is a label, such as"),
        ('{"labels": [["post/1"]]}', "not a label"),
        ('{"uid": "post/1", "camp": "north", "tone": 1, "words": 7}', "must be texts"),
        ('{"uid": "elsewhere", "camp": "north", "tone": 1}', 'no post "elsewhere" is kept'),
    ],
)
def test_a_line_that_is_no_label_is_named_and_none_is_kept(
    line: str, complaint: str, place: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "labels.jsonl"
    path.write_text(json.dumps(given(1)[0]) + "\n\n" + line + "\n")
    assert place.run("teach", "--import", str(path)) == 2
    err = capsys.readouterr().err
    assert f"{path}, line 3: " in err
    assert complaint in err
    assert place.ask(labels) == []


def test_a_reader_that_stands_in_is_not_taught(
    place: Place, tmp_path: Path, meaning: list[Meaning], capsys: pytest.CaptureFixture[str]
) -> None:
    path = str(label_file(tmp_path, *given(2)))
    for other in (Lexicon(), Trained(Pupil(width=0))):
        meaning[0] = other
        assert place.run("teach", "--import", path) == 2
        assert "teaching needs the full reader" in capsys.readouterr().err


class Officer:
    """Presses keys, one a question."""

    def __init__(self, keys: str) -> None:
        self._keys = iter(keys)

    def __call__(self) -> str:
        return next(self._keys)


@pytest.fixture
def at_a_terminal(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    def press(keys: str) -> None:
        monkeypatch.setattr("sys.stdin", Terminal())
        monkeypatch.setattr(click, "getchar", Officer(keys))

    return press


def test_at_a_terminal_one_post_is_asked_about_at_a_time(
    place: Place, at_a_terminal: Callable[[str], None], capsys: pytest.CaptureFixture[str]
) -> None:
    at_a_terminal("-?s0u+nq")
    assert place.run("teach") == 0
    kept = place.ask(labels)
    captured = capsys.readouterr()
    assert [(one.tone, one.about) for one in kept] == [(-1, True), (1, True), (0, False)]
    assert "The reader: not sure, leaning for (45% sure). What is it towards" in captured.err
    assert captured.err.count("1 of 30 for Nia North") == 4  # after -, after ?, s, and u
    assert "- against  n not about this camp  s skip  u undo last  q done" in captured.err
    assert "retraining …" in captured.err
    assert captured.out.startswith(
        "2 labels are kept; from 12 on a head is made of them;"
        ' 1 more say "not about this camp"\n0 posts read again'
    )


def test_a_hostile_post_cannot_drive_the_terminal_that_asks(
    place: Place, at_a_terminal: Callable[[str], None], capsys: pytest.CaptureFixture[str]
) -> None:
    evil = Post("post/x", "feed", Author("x", "\x1b]0;pwned\x07@pip"), "Nia North \x1b[2J\x07sharp",
                NOON, "1")  # fmt: skip
    read = load_reader(place.contest, Trained(Pupil())).read_all([evil])
    with Archive(place.db) as archive:
        archive.run_sync(
            keep_visit, place.contest, Health("quay", "feed"), Memory(), [(evil, read[0])],
            captured=NOON,
        )  # fmt: skip
    at_a_terminal("s" * 60)
    place.run("teach")
    err = capsys.readouterr().err
    assert "sharp" in err
    assert "\x1b[2J" not in err
    assert "\x07" not in err


def test_a_camp_that_is_not_there_is_refused(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    assert place.run("teach", "--camp", "nort") == 2
    assert 'there is no camp "nort"; did you mean "north"?' in capsys.readouterr().err
    assert place.run("teach", "--undo", "--list") == 2


def test_beside_a_process_that_polls_the_head_is_kept_and_the_rest_left_to_it(
    place: Place,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(teaching, "PATIENCE_S", 0.02)
    monkeypatch.setattr(teaching, "LOOKS_EVERY_S", 0.01)
    with Archive(place.db) as archive:
        archive.run_sync(take_lease, "quay-pc:1:dashboard", datetime.now(UTC), timedelta(hours=1))
        assert place.run("teach", "--import", str(label_file(tmp_path, *given(20)))) == 1
        err = capsys.readouterr().err
        assert "quay-pc:1:dashboard polls this archive, and reads the stored posts again" in err
        assert "40 posts are not read again yet" in err
        assert place.readers() == ["pupil@1"]
        assert len(place.ask(heads)) == 1
        archive.run_sync(release, "quay-pc:1:dashboard")


# -- rejudge ------------------------------------------------------------------------------

SECOND = """
[[camp]]
id = "south"
name = "Sol South"
handle = "@sol"
aliases = ["number"]

[[account]]
handle = "@sol"
name = "Sol South"
role = "candidate"
camp = "south"
"""


def test_rejudging_reads_by_the_rules_of_today_once(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    assert place.run("rejudge", "--json") == 0
    assert said(capsys)["posts"] == 0
    place.config.write_text(SMALL + SECOND)
    assert place.run("rejudge", "--json") == 0
    told = said(capsys)
    assert (told["posts"], told["kept"]) == (40, True)
    assert told["by_camp"]["north"] == {}
    assert set(told["exchanges"]) == set(told["breaches"]) == {"gone", "new"}
    assert told["readers"]["contest"].startswith("quay@")
    assert place.run("rejudge", "--json") == 0
    assert said(capsys)["posts"] == 0


@pytest.fixture
def another_reader(place: Place, meaning: list[Meaning], monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on, what was kind is bad."""
    monkeypatch.setitem(pupil.LEANS, "kind", -2.0)
    meaning[0] = Trained(Pupil("pupil@2"))


@pytest.mark.usefixtures("another_reader")
def test_another_reader_is_told_of_tone_by_tone_and_both_readings_are_kept(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    assert place.run("rejudge") == 0
    assert capsys.readouterr().out.splitlines() == [
        "40 posts read again: 10 of 40 tones changed",
        "  Nia North      10  for > against",
        "hostile exchanges: 0 gone, 0 new",
        "possible breaches: 0 gone, 0 new",
    ]
    count = "select count(*) from readings"
    assert place.ask(lambda db: db.conn.execute(count).fetchone()[0]) == 80


@pytest.mark.usefixtures("another_reader")
def test_a_dry_run_shows_the_same_and_keeps_nothing(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    before = place.board()
    assert place.run("rejudge", "--dry-run") == 0
    dry = capsys.readouterr().out.splitlines()
    assert dry[-1] == "nothing was kept (--dry-run)"
    assert place.board() == before
    assert place.run("rejudge") == 0
    assert capsys.readouterr().out.splitlines() == dry[:-1]


def test_a_process_that_polls_is_not_written_beside(
    place: Place, meaning: list[Meaning], capsys: pytest.CaptureFixture[str]
) -> None:
    meaning[0] = Lexicon()
    with Archive(place.db) as archive:
        archive.run_sync(take_lease, "quay-pc:1:dashboard", datetime.now(UTC), timedelta(hours=1))
        assert place.run("rejudge") == 1
        assert "quay-pc:1:dashboard polls this archive; close it first" in capsys.readouterr().err
        assert place.run("rejudge", "--dry-run") == 0
        archive.run_sync(release, "quay-pc:1:dashboard")
    assert place.run("rejudge") == 0
    assert place.ask(lambda db: db.conn.execute("select * from leases").fetchall()) == []


def test_what_is_done_when_it_is_stopped_stays_done(
    place: Place, meaning: list[Meaning], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.rereading.BATCH", 15)
    meaning[0] = Lexicon()

    class Stopped(Lexicon):
        batches = 0

        def senses(self, passages: Any) -> Any:
            self.batches += 1
            if self.batches > 2:
                raise KeyboardInterrupt
            return super().senses(passages)

    meaning[0] = Stopped()
    assert place.run("rejudge") == 130
    assert sorted(place.readers()) == ["lexicon@1", "pupil@1"]
    meaning[0] = Lexicon()
    assert place.run("rejudge") == 0
    assert place.readers() == ["lexicon@1"]


def test_without_an_archive_there_is_nothing_to_read_again(
    tmp_path: Path, meaning: list[Meaning], capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "config.toml").write_text(SMALL)
    for command in (["rejudge"], ["rejudge", "--dry-run"], ["teach"]):
        assert main([*command, "--config", str(tmp_path / "config.toml")]) == 2
        assert "there is no archive yet" in capsys.readouterr().err


# -- on screen ----------------------------------------------------------------------------


@pytest.fixture
def unhurried() -> Iterator[None]:
    """A monitor sets how threads take turns, for the whole process; put back at the end."""
    before = sys.getswitchinterval()
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("unhurried")
async def test_an_officer_teaches_on_the_screen_and_the_figures_move_and_come_back(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hustings.reading.open_meaning", lambda _: Opened(Trained(Pupil())))
    monkeypatch.setattr("monitor.teaching.LOOKS_EVERY_S", 0.02)
    contest, clock = place.contest, StoppedClock(NOON)
    with Archive(place.db) as archive:
        meaning = LateMeaning(contest)
        monitor = new_monitor(contest, archive, clock, meaning)
        app = HustingsApp(contest, OpenDesk(contest, archive, monitor, clock, meaning))
        async with app.run_test(size=(80, 24)) as pilot:
            await until(lambda: app.board.at is not None)
            before = app.board.sentiment
            await pilot.press("t")
            await until(lambda: getattr(app.screen, "question", None) is not None)
            screen = app.screen
            for number in range(1, 17):
                await until(lambda: screen.sees("minus", Message().time))
                await pilot.press("minus")
                await until(lambda n=number: len(archive.run_sync(labels)) == n)
            labelled = archive.run_sync(read_board, contest, NOON).sentiment
            await pilot.press("escape")
            await until(lambda: isinstance(app.screen, OutcomeScreen))
            await until(lambda: "tones changed" in text_of(app))
            await until(lambda: told(app, "taught.1: "))
            await until(lambda: app.board.sentiment[0].readers == ("pupil@1+taught.1",))
            (then,), (now,) = before, app.board.sentiment
            assert now.day.sure > then.day.sure
            assert now.day.tone < then.day.tone
            await pilot.press("u")
            await until(lambda: told(app, "the reader as it came: "))
            await until(lambda: app.board.sentiment[0].week == labelled[0].week)
            assert app.board.sentiment != before, "what was labelled still counts as it was said"
        monitor.close()


def told(app: HustingsApp, words: str) -> bool:
    return any(notice.startswith(words) for notice in app._dashboard.notices)
