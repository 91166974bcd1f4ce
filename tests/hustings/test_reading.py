"""Which reader reads: the one asked for, or one that says what it stands in for, and why."""

from __future__ import annotations

import hashlib
import json
import logging
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy
import pytest

from analysis.card import ModelProblem
from analysis.lexicon import Lexicon
from analysis.reader import load_reader
from contest.contest import Contest, ReaderChoice, Thresholds
from contest.estimate import Confusion
from hustings import reading
from hustings.__main__ import main
from hustings.opening import open_contest
from hustings.reading import LateMeaning, known_confusions, open_meaning, open_model

ROOT = Path(__file__).parents[2]
CONFIG = ROOT / "config.toml"
TABLE = [[60, 4, 1, 35], [4, 56, 4, 36], [2, 10, 28, 60]]


@pytest.fixture(scope="module")
def contest() -> Contest:
    return open_contest(CONFIG)


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of models, empty until a test puts something there."""
    monkeypatch.setattr(reading, "MODELS", tmp_path)
    return tmp_path


def put_encoder(models: Path, **entries: object) -> Path:
    """Files that stand where a model stands, with a card to them; no engine could run them."""
    folder = models / "encoder"
    folder.mkdir()
    files = {"encoder.onnx": b"no network", "tokenizer.json": b"{}"}
    for name, octets in files.items():
        (folder / name).write_bytes(octets)
    digests = {name: hashlib.sha256(octets).hexdigest() for name, octets in files.items()}
    card = {"version": "encoder@7", "files": digests, "calibration": {}} | entries
    (folder / "card.json").write_text(json.dumps(card))
    return folder


def reads(opened: reading.Opened, contest: Contest) -> bool:
    """Whether the reader that was opened can read."""
    return bool(load_reader(contest, opened.meaning).versions["sentiment"])


def test_without_its_file_another_reader_reads_and_one_line_says_why(
    models: Path, contest: Contest
) -> None:
    opened = open_meaning(contest)
    assert reads(opened, contest)
    assert str(models / "encoder" / "card.json") in opened.notice
    assert opened.notice.endswith("install hustings again to bring it back")
    assert " in use: " in opened.notice
    assert "\n" not in opened.notice


def test_a_damaged_file_is_told_and_never_run(models: Path, contest: Contest) -> None:
    (put_encoder(models) / "encoder.onnx").write_bytes(b"cut sh")
    opened = open_meaning(contest)
    assert reads(opened, contest)
    assert "encoder.onnx: damaged" in opened.notice


def test_a_file_that_no_engine_opens_is_told(models: Path, contest: Contest) -> None:
    pytest.importorskip("onnxruntime")
    put_encoder(models)
    assert "cannot be opened" in open_meaning(contest).notice


def test_without_the_engine_another_reader_reads(
    models: Path, contest: Contest, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_encoder(models)
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    opened = open_meaning(contest)
    assert reads(opened, contest)
    assert "onnxruntime" in opened.notice


@pytest.mark.parametrize(
    "card", ["", "[]", "{}", '{"version": 1, "files": [], "calibration": {}}', "[" * 99_999]
)
def test_a_card_that_is_none_is_told(models: Path, contest: Contest, card: str) -> None:
    (put_encoder(models) / "card.json").write_text(card)
    assert "card.json: " in open_meaning(contest).notice


def test_where_nothing_can_be_opened_the_word_lists_read(models: Path, contest: Contest) -> None:
    fast = replace(contest, reading=ReaderChoice("fast"))
    opened = open_meaning(fast)
    assert isinstance(opened.meaning, Lexicon)
    assert opened.notice.startswith("word lists in use: ")


@pytest.mark.parametrize("which", ["full", "fast"])
def test_a_model_that_is_not_there_is_a_problem_with_a_remedy(models: Path, which: str) -> None:
    with pytest.raises(ModelProblem, match="install hustings again"):
        open_model(which)  # type: ignore[arg-type]


@pytest.mark.skipif(
    not (reading.MODELS / "encoder" / "card.json").exists(), reason="the model is not in this tree"
)
def test_the_packaged_reader_is_in_use(contest: Contest) -> None:
    opened = open_meaning(contest)
    assert opened.notice == ""
    assert open_model("full").version in opened.meaning.versions["sentiment"]


# -- late ---------------------------------------------------------------------------------------


@pytest.fixture
def openings(monkeypatch: pytest.MonkeyPatch) -> list[Contest]:
    """Every time that a reader was opened; each is the word lists, with a notice."""
    opened: list[Contest] = []

    def note(contest: Contest) -> reading.Opened:
        opened.append(contest)
        return reading.Opened(Lexicon(), "word lists in use: the engine is on strike")

    monkeypatch.setattr(reading, "open_meaning", note)
    return opened


def test_a_reader_is_opened_by_the_first_posts_and_once(
    models: Path, contest: Contest, openings: list[Contest]
) -> None:
    put_encoder(models)
    late = LateMeaning(contest)
    reader = load_reader(contest, late)
    assert (late.notice, openings) == ("", [])
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(late.senses, [[]] * 8)) == [[]] * 8
    assert len(openings) == 1
    assert late.notice == "word lists in use: the engine is on strike"
    assert reader.versions["sentiment"] == Lexicon().versions["sentiment"]


@pytest.mark.usefixtures("openings")
def test_a_missing_file_is_foreseen_before_anything_is_read(models: Path, contest: Contest) -> None:
    late = LateMeaning(contest)
    assert str(models) in late.notice
    fast = LateMeaning(replace(contest, reading=ReaderChoice("fast")))
    assert fast.notice.startswith(f"word lists in use: {models / 'grams.npz'}")


@pytest.mark.usefixtures("openings")
def test_what_stands_in_is_in_the_log(contest: Contest, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        LateMeaning(contest).senses([])
    assert "the engine is on strike" in caplog.text


NOTHING_LOADED = """
import sys
from pathlib import Path
from hustings.commandline import hustings
assert not {"numpy", "onnxruntime", "tokenizers", "textual"} & set(sys.modules)
import hustings.dashboard
from hustings.opening import new_monitor, open_archive, open_contest
from hustings.reading import LateMeaning, known_confusions
from monitor.clock import WallClock
contest = open_contest(Path(sys.argv[1]))
with open_archive(None) as archive:
    meaning = LateMeaning(contest)
    hustings.dashboard.OpenDesk(contest, archive, None, WallClock(), meaning).reader_notice()
    new_monitor(contest, archive, WallClock(), meaning).close()
print({"numpy", "onnxruntime", "tokenizers"} & set(sys.modules))
"""


def test_neither_help_nor_the_first_paint_loads_the_engine() -> None:
    done = subprocess.run(
        [sys.executable, "-c", NOTHING_LOADED, str(CONFIG)],
        capture_output=True, text=True, cwd=ROOT, check=False,
    )  # fmt: skip
    assert done.stdout == "set()\n", done.stderr


# -- how readers err ----------------------------------------------------------------------------


def test_how_the_packaged_reader_errs_is_on_its_card(models: Path, contest: Contest) -> None:
    assert known_confusions(contest) == {}
    put_encoder(models, confusion=TABLE)
    assert known_confusions(contest) == {"encoder@7": Confusion.of(TABLE)}


@pytest.mark.parametrize("table", [None, [[1, 2], [3, 4]], "x"])
def test_a_card_without_a_usable_table_leaves_figures_uncorrected(
    models: Path, contest: Contest, table: object, caplog: pytest.LogCaptureFixture
) -> None:
    put_encoder(models, confusion=table)
    assert known_confusions(contest) == {}
    assert str(models / "encoder") in caplog.text


def test_how_the_fast_reader_errs_is_on_the_card_in_its_file(
    models: Path, contest: Contest
) -> None:
    card = json.dumps({"version": "grams@3", "confusion": TABLE}).encode()
    numpy.savez(models / "grams.npz", card=numpy.frombuffer(card, numpy.uint8))
    assert known_confusions(contest) == {"grams@3": Confusion.of(TABLE)}


@pytest.mark.parametrize("octets", [b"", b"PK\x03\x04 no zip", b"\x00" * 300])
def test_a_damaged_file_of_the_fast_reader_leaves_figures_uncorrected(
    models: Path, contest: Contest, octets: bytes
) -> None:
    (models / "grams.npz").write_bytes(octets)
    assert known_confusions(contest) == {}


def test_counts_made_at_another_threshold_are_not_used(models: Path, contest: Contest) -> None:
    put_encoder(models, confusion=TABLE, sure=0.6)
    assert known_confusions(replace(contest, thresholds=Thresholds(sure=0.6)))
    assert known_confusions(replace(contest, thresholds=Thresholds(sure=0.9))) == {}


# -- where it is told ---------------------------------------------------------------------------


def test_judge_says_on_stderr_what_stands_in_and_in_every_reading_what_read(
    models: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    line = b'{"id": 1, "author": "@a", "at": "2026-11-02T10:00:00Z", "text": "x"}\n'
    monkeypatch.setattr("sys.stdin", _Lines([line]))
    assert main(["judge", "--config", str(CONFIG)]) == 0
    said = capsys.readouterr()
    assert said.err.count(str(models)) == 1
    assert json.loads(said.out)["readers"]["sentiment"]


class _Lines:
    def __init__(self, lines: list[bytes]) -> None:
        self.buffer = lines


def test_check_says_which_reader_reads_and_what_it_stands_in_for(
    models: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By the one that stands in, the code's examples of meaning do not all hold: it says so."""
    assert main(["check", "--config", str(CONFIG)]) == 1
    out = capsys.readouterr().out
    assert "  reader" in out
    assert f"note: {open_meaning(open_contest(CONFIG)).notice}" in out
    assert main(["check", "--config", str(CONFIG), "--json"]) == 1
    said = json.loads(capsys.readouterr().out)
    assert said["reader"]
    assert str(models) in said["notice"]


def test_watch_says_on_stderr_what_stands_in(
    models: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "config.toml"
    text = CONFIG.read_text(encoding="utf-8")
    config.write_text(text[: text.index("[[source]]")] + text[text.index("[domains]") :])
    assert main(["watch", "--once", "--config", str(config)]) == 0
    assert str(models) in capsys.readouterr().err
