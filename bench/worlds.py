"""Loopback worlds to poll: made-up feeds, or a folder as a plain web server shows it.

A world is served from a process of its own, so that it competes for a core but never for the
interpreter of the program that is measured. It ends when its standard input closes, that is,
at the latest with whoever started it.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote
from urllib.request import urlopen
from xml.sax.saxutils import escape

NEWEST = datetime(2026, 11, 16, 12, tzinfo=UTC)
"""The newest item's date: inside the life of the fictional contest's rules."""

SPREAD = timedelta(days=30)
TITLE_WORDS, BODY_WORDS = 9, 90

NAMES = ("Ada Little", "Rowan Green", "Denzil Brown", "Siân Close", "#LanternLeader")
OPINIONS = ("excellent", "hopeless", "honest", "dreadful", "brave", "muddled", "clear", "shameful")


@dataclass(frozen=True, slots=True)
class Page:
    """What is served at one path."""

    body: bytes
    kind: str
    etag: str


@dataclass(frozen=True, slots=True)
class World:
    """A running world: the addresses of its documents, and of those that never answer."""

    base: str
    urls: tuple[str, ...]
    hung: tuple[str, ...]

    def tally(self) -> dict[str, int]:
        """How many answers of each status were given since this was last asked."""
        with urlopen(f"{self.base}/tally", timeout=10) as answer:
            found: dict[str, int] = json.load(answer)
        return found


@contextlib.contextmanager
def feeds(
    count: int, items: int, *, seed: int = 1, latency_ms: float = 0, hung: int = 0
) -> Iterator[World]:
    """Serve `count` RSS 2.0 feeds of `items` items each, and `hung` feeds that never answer."""
    numbers = {"feeds": count, "items": items, "seed": seed, "latency-ms": latency_ms, "hung": hung}
    with _serving([f"--{name}={number}" for name, number in numbers.items()]) as world:
        yield world


@contextlib.contextmanager
def folder(path: Path) -> Iterator[World]:
    """Serve the files of a folder, typed by their extensions as nginx would."""
    with _serving([f"--folder={path}"]) as world:
        yield world


@contextlib.contextmanager
def _serving(arguments: list[str]) -> Iterator[World]:
    with subprocess.Popen(
        [sys.executable, __file__, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as server:
        try:
            if server.stdout is None or not (line := server.stdout.readline()):
                raise RuntimeError("the loopback world did not start")
            said = json.loads(line)
            yield World(said["base"], tuple(said["urls"]), tuple(said["hung"]))
        finally:
            if server.stdin:
                server.stdin.close()


# -- words ----------------------------------------------------------------------------------


def vocabulary(chance: random.Random, size: int = 3000) -> list[str]:
    """Made-up words of one to three syllables."""
    starts = ["b", "br", "c", "d", "f", "g", "h", "l", "m", "n", "p", "r", "s", "st", "t", "th", ""]
    middles = ["a", "e", "i", "o", "u", "ai", "ea", "ou"]
    ends = ["", "n", "r", "s", "t", "l", "nd", "st", "ng", "ck"]

    def syllable() -> str:
        return chance.choice(starts) + chance.choice(middles) + chance.choice(ends)

    words = {
        "".join(syllable() for _ in range(chance.choice((1, 1, 1, 2, 2, 3)))) for _ in range(size)
    }
    return sorted(words)


class Writer:
    """Writes sentences of made-up words, common ones more often, as in a language."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self._words = vocabulary(self.chance)
        self.chance.shuffle(self._words)
        self._weights = list(_running(1 / (rank + 3) for rank in range(len(self._words))))

    def words(self, count: int) -> list[str]:
        """So many words."""
        return self.chance.choices(self._words, cum_weights=self._weights, k=count)

    def body(self, count: int) -> str:
        """A text of so many words; every third one names somebody, with an opinion."""
        found = self.words(count)
        if self.chance.random() < 1 / 3:
            at = self.chance.randrange(count - 3)
            name, opinion = self.chance.choice(NAMES), self.chance.choice(OPINIONS)
            found[at : at + 3] = [name, "is", opinion]
        for at in range(11, count, 12):
            found[at] += "."
        return " ".join(found)


def _running(shares: Iterator[float]) -> Iterator[float]:
    total = 0.0
    for share in shares:
        total += share
        yield total


# -- documents ------------------------------------------------------------------------------


def rss(number: int, items: int, seed: int) -> bytes:
    """An RSS 2.0 document: nine-word titles, ninety-word bodies, newest first."""
    writer = Writer(seed * 100_003 + number)
    step = SPREAD / items
    entries = "".join(
        _item(writer, f"urn:bench:{seed}:{number}:{n}", NEWEST - n * step) for n in range(items)
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel>'
        f"<title>Feed {number}</title><link>http://feed-{number}.example/</link>"
        f"<description>Made-up feed {number}</description>{entries}</channel></rss>\n"
    ).encode()


def _item(writer: Writer, guid: str, when: datetime) -> str:
    title = escape(" ".join(writer.words(TITLE_WORDS)).capitalize())
    return (
        f"<item><title>{title}</title><link>http://feed.example/{quote(guid)}</link>"
        f'<guid isPermaLink="false">{guid}</guid><pubDate>{format_datetime(when)}</pubDate>'
        f"<description>{escape(writer.body(BODY_WORDS))}</description></item>"
    )


KINDS = {
    ".atom": "application/atom+xml",
    ".html": "text/html",
    ".json": "application/json",
    ".rss": "application/rss+xml",
    ".xml": "text/xml",
}
"""As nginx types them; anything else is application/octet-stream."""


def _page(body: bytes, kind: str) -> Page:
    return Page(body, kind, f'"{hashlib.sha256(body).hexdigest()[:20]}"')


def _made_up(count: int, items: int, seed: int) -> dict[str, Page]:
    return {
        f"/feed-{n}.xml": _page(rss(n, items, seed), "application/rss+xml") for n in range(count)
    }


def _of_folder(path: Path) -> dict[str, Page]:
    return {
        f"/{file.name}": _page(
            file.read_bytes(), KINDS.get(file.suffix.lower(), "application/octet-stream")
        )
        for file in sorted(path.iterdir())
        if file.is_file()
    }


# -- serving --------------------------------------------------------------------------------


class _Handler(BaseHTTPRequestHandler):
    """HTTP/1.1 with keep-alive; ETag and If-None-Match."""

    protocol_version = "HTTP/1.1"
    # One write an answer, at once: else Nagle and delayed acknowledgements would be measured.
    wbufsize = 1 << 20
    disable_nagle_algorithm = True
    server: _Server

    def do_GET(self) -> None:
        path = unquote(self.path)
        if path == "/tally":
            return self._send(200, _page(json.dumps(self.server.take_tally()).encode(), "json"))
        if path.startswith("/hung-"):
            self.server.over.wait()
            self.close_connection = True
            return None
        if self.server.latency_s:
            time.sleep(self.server.latency_s)
        page = self.server.pages.get(path)
        if page is None:
            return self._answer(404, _page(b"not here\n", "text/plain"))
        if self.headers.get("if-none-match") == page.etag:
            return self._answer(304, Page(b"", page.kind, page.etag))
        return self._answer(200, page)

    def _answer(self, status: int, page: Page) -> None:
        self.server.count(status)
        self._send(status, page)

    def _send(self, status: int, page: Page) -> None:
        self.send_response(status)
        self.send_header("etag", page.etag)
        if status != 304:
            self.send_header("content-type", page.kind)
            self.send_header("content-length", str(len(page.body)))
        self.end_headers()
        self.wfile.write(page.body)

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def __init__(self, pages: Mapping[str, Page], latency_s: float = 0.0) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.pages, self.latency_s = pages, latency_s
        self.over = threading.Event()
        self._lock = threading.Lock()
        self._tally: Counter[int] = Counter()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def count(self, status: int) -> None:
        with self._lock:
            self._tally[status] += 1

    def take_tally(self) -> dict[int, int]:
        with self._lock:
            taken, self._tally = dict(self._tally), Counter()
        return taken

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that hangs up is no error of ours."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--feeds", type=int, default=0)
    parser.add_argument("--items", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--latency-ms", type=float, default=0)
    parser.add_argument("--hung", type=int, default=0)
    wanted = parser.parse_args()
    if wanted.folder:
        pages = _of_folder(wanted.folder)
    else:
        pages = _made_up(wanted.feeds, wanted.items, wanted.seed)
    server = _Server(pages, wanted.latency_ms / 1000)
    silent = _Server({})  # another port, so another host to whoever is polite by host
    urls = [server.base + quote(path) for path in pages]
    hung = [f"{silent.base}/hung-{n}.xml" for n in range(wanted.hung)]
    print(json.dumps({"base": server.base, "urls": urls, "hung": hung}), flush=True)
    sys.stdin.read()
    silent.over.set()


if __name__ == "__main__":
    main()
