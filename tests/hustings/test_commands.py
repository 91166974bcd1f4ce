"""The command line: stdout is data, stderr is talk, and the exit code says how it ended."""

import csv
import io
import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from hustings.__main__ import main
from hustings.commandline import EXPORTS
from storage.export import COLUMNS
from tests.quay import SMALL

ROOT = Path(__file__).parents[2]
CONFIG = str(ROOT / "config.toml")

SOURCE = """
[[source]]
name = "{name}"
kind = "feed"
url = "{url}"
speaker = "@nia"
"""

FEED = """<rss version="2.0"><channel><title>Nia</title>
<item><guid>1</guid><description>=HYPERLINK("http://evil.example") Nia North was good</description>
<pubDate>Sun, 01 Nov 2026 10:00:00 GMT</pubDate></item>
<item><guid>2</guid><description>Rain [red]all[/red] day</description>
<pubDate>Sun, 01 Nov 2026 11:00:00 GMT</pubDate></item></channel></rss>"""


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def feeds(tmp_path: Path) -> Iterator[str]:
    """A plain file server on loopback that holds nia.rss; its base URL."""
    folder = tmp_path / "www"
    folder.mkdir()
    (folder / "nia.rss").write_text(FEED, encoding="utf-8")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def written(folder: Path, *sources: tuple[str, str]) -> str:
    path = folder / "config.toml"
    path.write_text(SMALL + "".join(SOURCE.format(name=n, url=u) for n, u in sources))
    return str(path)


def test_judge_says_one_line_a_post_in_order(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    posts = [
        {"id": "a", "author": "@RowanGreen", "at": "2026-11-02T10:00:00Z", "text": "Siân is a liar"},
        {"id": 7, "author": "@nobody", "at": "2026-11-02T10:00:00+01:00", "text": "", "kind": "reply",
         "parent": {"author": "@AdaLittleLP", "text": "Good evening"}},
        {"id": "c", "author": "@AdaLittleLP", "at": "2026-11-02T10:00:00", "text": "x", "parent": None},
    ]  # fmt: skip
    code, said = judged(posts, capsys, monkeypatch)
    assert code == 0
    assert [line["id"] for line in said] == ["a", 7, "c"]
    first = said[0]
    assert list(first) == [
        "id", "author", "camp", "role", "phase", "sentiment", "hostility", "exchange", "breaches",
        "readers",
    ]  # fmt: skip
    assert (first["camp"], first["role"], first["phase"]) == ("green", "candidate", "P4")
    assert first["exchange"] == {"from": "green", "to": "close"}
    breach = first["breaches"][0]
    assert (breach["rule"], breach["severity"], breach["lane"]) == ("R01", "S3", "case")
    start, end = breach["spans"][0]
    assert "liar" in posts[0]["text"][start:end]  # type: ignore[index]


def test_a_line_that_is_no_post_is_answered_where_it_stood(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    good = {"id": "z", "author": "@a", "at": "2026-11-02T10:00:00Z", "text": "x"}
    bad = [7, {"id": "k"}, good | {"at": "noon"}, good | {"kind": "like"}, good | {"parent": 3}]
    code, said = judged([*bad, good], capsys, monkeypatch)
    assert code == 1
    assert ["error" in line for line in said] == [True] * 5 + [False]
    assert said[1]["id"] == "k"


def judged(
    posts: list[object], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> tuple[int, list[dict[str, object]]]:
    octets = "\n".join(json.dumps(post) for post in posts).encode()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(octets)))
    code = main(["judge", "--config", CONFIG])
    return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.mark.parametrize("name", ["code", "tone", "exchanges"])
def test_judge_reads_the_practice_files(
    name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = ROOT / f"../shared/exam/practice/{name}.jsonl"
    if not path.exists():
        pytest.skip("the practice files are not beside this checkout")
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    posts = [post for record in records for post in record.get("posts", [record])]
    code, said = judged(posts, capsys, monkeypatch)
    assert code == 0
    assert len(said) == len(posts)


def test_check_says_what_a_configuration_holds(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--config", CONFIG]) == 0
    out = capsys.readouterr().out
    assert "Lantern Party leadership 2026: sound" in out
    assert main(["--config", CONFIG, "check", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["accounts"] == 81


class Model(BaseHTTPRequestHandler):
    """A language model that has one answer."""

    def do_POST(self) -> None:  # noqa: N802 - as http.server has it
        self.rfile.read(int(self.headers["content-length"]))
        words = {"verdict": "stands", "because": "It is careless talk.", "quoting": "is careless"}
        choice = {"message": {"content": json.dumps(words)}, "finish_reason": "stop"}
        body = json.dumps({"model": "crow:3b-q4", "choices": [choice]}).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def model() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Model)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/v1"
    server.shutdown()
    thread.join()
    server.server_close()


def test_check_asks_the_second_reader_something_and_says_what_answered(
    model: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "config.toml"
    path.write_text(f'{SMALL}\n[second_reader]\nurl = "{model}"\nmodel = "crow"\n')
    assert main(["check", "--online", "--config", str(path)]) == 0
    out = capsys.readouterr().out
    assert 'answering     second reader: crow:3b-q4 says "stands", in a schema, ' in out
    path.write_text(path.read_text().replace(model, "http://127.0.0.1:9/v1"))
    assert main(["check", "--online", "--json", "--config", str(path)]) == 1
    *_, last = capsys.readouterr().out.splitlines()
    said = json.loads(last)
    assert (said["source"], said["state"]) == ("second reader", "failing")
    assert "nothing listens there" in said["reason"]


def test_a_wrong_configuration_ends_with_2_and_its_lines(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "config.toml"
    path.write_text(SMALL.replace("[[camp]]", "[[cmp]]"))
    assert main(["check", "--config", str(path)]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert f'{path}, line 8: unknown key "cmp"; did you mean "camp"?' in said.err


def test_wrong_usage_ends_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "secrets", "--to", "-"]) == 2
    assert main(["demo", "--seconds", "3"]) == 2
    assert main(["wacht"]) == 2


def test_one_sweep_prints_a_line_a_source_and_ends_with_1_if_one_failed(
    feeds: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = written(tmp_path, ("Nia", f"{feeds}/nia.rss"), ("Lost", f"{feeds}/lost.rss"))
    assert main(["watch", "--once", "--config", config]) == 1
    lines = sorted(capsys.readouterr().out.splitlines())
    assert lines[0].startswith("answering     Nia: 2 new, 2 entries")
    assert lines[1].startswith("failing       Lost: ")
    assert "404" in lines[1]


def test_a_second_sweep_finds_nothing_new_and_ends_with_0(
    feeds: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = written(tmp_path, ("Nia", f"{feeds}/nia.rss"))
    assert main(["watch", "--once", "--config", config]) == 0
    capsys.readouterr()
    assert main(["watch", "--once", "--json", "--config", config]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["source"], said["state"], said["new"]) == ("Nia", "nothing new", 0)


def test_what_was_kept_is_exported_so_that_no_spreadsheet_runs_it(
    feeds: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = written(tmp_path, ("Nia", f"{feeds}/nia.rss"))
    assert main(["watch", "--once", "--config", config]) == 0
    capsys.readouterr()
    target = tmp_path / "posts.csv"
    assert main(["export", "posts", "--to", str(target), "--config", config]) == 0
    rows = list(csv.DictReader(io.StringIO(target.read_text(encoding="utf-8"), newline="")))
    assert len(rows) == 2
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())


def test_an_export_without_an_archive_says_how_to_get_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = written(tmp_path)
    assert main(["export", "posts", "--to", "-", "--config", config]) == 2
    assert "watch --once" in capsys.readouterr().err


def test_the_archive_is_its_owners_alone(feeds: str, tmp_path: Path) -> None:
    config = written(tmp_path, ("Nia", f"{feeds}/nia.rss"))
    db = tmp_path / "kept" / "a.db"
    db.parent.mkdir()
    assert main(["watch", "--once", "--config", config, "--db", str(db)]) == 0
    assert db.stat().st_mode & 0o077 == 0


def test_a_reader_that_has_seen_enough_ends_us_quietly() -> None:
    line = b'{"id": 1, "author": "@a", "at": "2026-11-02T10:00:00Z", "text": "x"}\n'
    with subprocess.Popen(
        [sys.executable, "-m", "hustings", "judge", "--config", CONFIG],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        process.stdout.close()
        _, errors = process.communicate(line * 3000, timeout=30)
    assert b"Traceback" not in errors


def test_an_export_to_stdout_is_a_file_for_a_spreadsheet(feeds: str, tmp_path: Path) -> None:
    config = written(tmp_path, ("Nia", f"{feeds}/nia.rss"))
    assert main(["watch", "--once", "--config", config]) == 0
    command = [sys.executable, "-m", "hustings", "export", "posts", "--to", "-", "--config", config]
    done = subprocess.run(command, capture_output=True, check=True, timeout=30)
    assert done.stdout.count(b"\r\n") == 3
    assert done.stderr == b"2 rows\n"


def test_check_says_what_a_sound_configuration_leaves_empty(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "--config", written(tmp_path)]) == 0
    out = capsys.readouterr().out
    assert "no [[rule]] looks for anything" in out
    assert "one camp" in out


def test_an_export_of_what_there_is_not_is_refused(
    feeds: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = written(tmp_path, ("Nia", f"{feeds}/nia.rss"))
    wrong = (["--rule", "R77"], ["--camp", "nort"], ["--since", "2d", "--until", "3d"])
    for options in wrong:
        assert main(["export", "posts", "--to", "-", "--config", config, *options]) == 2
    said = capsys.readouterr().err
    assert 'there is no rule "R77"; there is no rule in the configuration' in said
    assert 'did you mean "north"?' in said
    assert "--until 3d is not after --since 2d" in said


def test_a_plain_kill_ends_a_watch_as_ctrl_c_does(feeds: str, tmp_path: Path) -> None:
    config = written(tmp_path, ("Nia", f"{feeds}/nia.rss"))
    command = [sys.executable, "-m", "hustings", "watch", "--config", config]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert b"2 new" in process.stdout.readline()
        process.terminate()
        _, errors = process.communicate(timeout=30)
    assert process.returncode == 130
    assert b"Traceback" not in errors


def test_judge_reads_the_posts_of_a_thread_with_their_parents(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    at = "2026-11-02T10:00:00Z"
    thread = {"id": "t", "posts": [
        {"uri": "t/1", "author": "@SianClose", "at": at, "text": "Good evening."},
        {"uri": "t/2", "author": "@RowanGreen", "at": at, "text": "You are a liar.", "kind": "reply",
         "parent_uri": "t/1"},
    ]}  # fmt: skip
    code, said = judged([thread], capsys, monkeypatch)
    assert code == 0
    assert [line["id"] for line in said] == ["t/1", "t/2"]
    assert said[1]["exchange"] == {"from": "green", "to": "close"}


def test_spans_are_in_the_characters_of_the_text_as_it_came(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "Hi\r\n\r\n\x1b[31mAda Little is a liar."
    post = {"id": 1, "author": "@RowanGreen", "at": "2026-11-02T10:00:00Z", "text": text}
    _, said = judged([post], capsys, monkeypatch)
    spans = said[0]["breaches"][0]["spans"]  # type: ignore[index]
    assert any(text[start:end].endswith("liar") for start, end in spans)


@pytest.mark.parametrize(
    "line",
    [
        '{"id": "\\ud800", "author": "\\ud800", "at": "2026-11-02T10:00:00Z", "text": "x"}',
        '{"id": 1, "author": "a", "at": "0001-01-01T00:00:00+14:00", "text": "x"}',
        '{"id": NaN, "author": "a", "at": "2026-11-02T10:00:00Z", "text": "x"}',
        '{"id": 1, "author": "a", "at": "2026-11-02T10:00:00Z", "text": "x", "kind": []}',
        "[" * 100_000,
    ],
    ids=["half a character", "before the calendar", "no number", "no kind", "deep"],
)
def test_one_odd_line_never_ends_the_reading_of_the_rest(
    line: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    good = '{"id": "z", "author": "@a", "at": "2026-11-02T10:00:00Z", "text": "x"}'
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(f"{line}\n{good}\n".encode())))
    assert main(["judge", "--config", CONFIG]) in {0, 1}
    said = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(said) == 2
    assert said[1]["id"] == "z"


def test_a_sweep_that_nobody_reads_still_keeps_everything(feeds: str, tmp_path: Path) -> None:
    config = written(tmp_path, ("Nia", f"{feeds}/nia.rss"), ("Lost", f"{feeds}/lost.rss"))
    command = [sys.executable, "-m", "hustings", "watch", "--once", "--config", config]
    with (
        Path("/dev/full").open("wb") as full,
        subprocess.Popen(command, stdout=full, stderr=subprocess.PIPE) as process,
    ):
        _, errors = process.communicate(timeout=30)
    assert process.returncode == 1
    assert b"Traceback" not in errors
    assert b"could not be written" in errors
    assert main(["export", "posts", "--to", str(tmp_path / "p.csv"), "--config", config]) == 0
    assert len((tmp_path / "p.csv").read_bytes().splitlines()) == 3


def test_a_second_watch_follows_and_says_so(feeds: str, tmp_path: Path) -> None:
    config = written(tmp_path, ("Nia", f"{feeds}/nia.rss"))
    command = [sys.executable, "-m", "hustings", "watch", "--config", config]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, **pipes) as first:  # type: ignore[call-overload]
        assert b"2 new" in first.stdout.readline()
        with subprocess.Popen(command, **pipes) as second:  # type: ignore[call-overload]
            assert any(b"watching 1 sources" in line for line in second.stderr)
            assert any(b"already; following it" in line for line in second.stderr)
            second.terminate()
            assert second.wait(30) == 130
        first.terminate()
        assert first.wait(30) == 130


@pytest.mark.parametrize("key", ["uri", "parent_uri"])
def test_a_thread_with_an_odd_name_is_read_all_the_same(
    key: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    post = {"author": "@a", "at": "2026-11-02T10:00:00Z", "text": "x", key: []}
    code, said = judged([{"posts": [post, 7]}, post], capsys, monkeypatch)
    assert code == 1
    assert ["error" in line for line in said] == [False, True, False]


def test_a_watch_started_in_the_background_of_a_script_can_be_ended(
    feeds: str, tmp_path: Path
) -> None:
    config = written(tmp_path, ("Nia", f"{feeds}/nia.rss"))
    command = [sys.executable, "-m", "hustings", "watch", "--config", config]
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # as `&` in a script does
    try:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    finally:
        signal.signal(signal.SIGINT, before)
    with process:
        assert process.stdout is not None
        assert b"2 new" in process.stdout.readline()
        process.terminate()
        assert process.wait(30) == 130


def test_the_command_line_offers_every_export_there_is() -> None:
    assert tuple(COLUMNS) == EXPORTS
