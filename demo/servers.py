"""The stage's servers: every host of the story on one loopback port. Never reaches the network.

They run in a process of their own (`python -m demo.servers`), so that they do
not fight the program for its interpreter lock, and end when their standard
input closes: a parent that dies, however it dies, leaves nothing behind.

The standard library's http.server is enough here: it speaks HTTP/1.1 with
keep-alive, a few dozen connections are a few dozen threads, and it is only
ever asked by this machine. It costs no dependency.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import signal
import socketserver
import sys
import threading
from base64 import b64encode
from bisect import bisect_right
from collections.abc import Callable
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from contest.contest import Contest, SourceEntry
from demo import bluesky, feeds, mastodon
from demo.cast import SOCIAL, bluesky_cast, mastodon_cast
from demo.reply import Query, Reply
from demo.stage import Outage, StageClock, lantern, noticeable, outage
from demo.story import STORY, Scene, Story, read_story, visible

APPVIEW = "appview.lantern.example"
_NOWHERE = Reply(404, "text/plain; charset=utf-8", b"There is nothing here.\n")
_DOWN = Reply(
    503,
    "text/html; charset=utf-8",
    b"<html><body><h1>503 Service Unavailable</h1></body></html>\n",
    # Real seconds. None at all, as a wait is the whole server's wish, and on stage all servers
    # are one: asking for more would silence every other source as well.
    (("Retry-After", "0"),),
)


class House:
    """Everything that is on stage; `now` tells the contest's time."""

    def __init__(
        self,
        story: Story,
        contest: Contest,
        now: Callable[[], datetime],
        trouble: Outage,
    ) -> None:
        """Play `story` by `now`; while `trouble` lasts, its source answers 503."""
        self.now = now
        self._story, self._contest, self._trouble = story, contest, trouble
        self._shown = (-1, visible(story, story.start))
        self._on_bluesky = bluesky_cast(contest, story)
        self._on_mastodon = mastodon_cast(contest, story)
        self._feeds = {
            urlsplit(source.url)[1:3]: source for source in contest.sources if source.kind == "feed"
        }

    def answer(self, path: str, query: Query, base_url: str) -> Reply:
        """What `/<host>/<path>` answers now; `base_url` is where the stage is reached."""
        host, _, rest = path.removeprefix("/").partition("/")
        path = f"/{rest}"
        if host == APPVIEW:
            return bluesky.reply(self.scene(), self._on_bluesky, path, query)
        if host == SOCIAL:
            base = f"{base_url}/{SOCIAL}"
            return mastodon.reply(self.scene(), self._on_mastodon, path, query, base)
        source = self._feeds.get((host, path))
        return self._feed(source) if source else _NOWHERE

    def scene(self) -> Scene:
        """What can be seen now. Between two cues nothing changes, so it is made once for each."""
        now = self.now()
        passed = bisect_right(self._story.cues, now)
        shown = self._shown
        if shown[0] != passed:
            self._shown = shown = (passed, visible(self._story, now))
        return shown[1]

    def _feed(self, source: SourceEntry) -> Reply:
        if source.name == self._trouble.source and self._trouble.covers(self.now()):
            return _DOWN
        return feeds.reply(self.scene(), self._contest, source)


class Server(ThreadingHTTPServer):
    """Serves a house on a free port of 127.0.0.1; `base_url` says where."""

    daemon_threads = True

    def __init__(self, house: House) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.house = house

    @property
    def base_url(self) -> str:
        """Where the stage is reached, without a slash at the end."""
        return f"http://127.0.0.1:{self.server_port}"

    def server_bind(self) -> None:
        """Bind without asking a name server for this machine's name, as HTTPServer would."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = "127.0.0.1", self.server_address[1]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of callers who hang up; anything else is a bug and is printed."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    """One connection; answers GET."""

    server: Server
    protocol_version = "HTTP/1.1"
    server_version = "lantern-stage"
    # Headers and body are two writes: without this, the second waits for an acknowledgement.
    disable_nagle_algorithm = True
    timeout = 60

    def do_GET(self) -> None:
        """Answer one request: 304 if the caller has it already, packed if they can unpack."""
        address = urlsplit(self.path)
        query = parse_qs(address.query, keep_blank_values=True)
        reply = self.server.house.answer(unquote(address.path), query, self.server.base_url)
        tag = entity_tag(reply.body)
        if reply.status == 200 and self._has(tag, reply.changed):
            self._send(Reply(304, "", b"", changed=reply.changed), tag)
        else:
            self._send(reply, tag)

    def _has(self, tag: str, changed: datetime | None) -> bool:
        """Whether the caller's copy is still good (RFC 9110, 13.2.2: the tag goes first)."""
        if tags := self.headers.get("If-None-Match"):
            return tag in (known.strip() for known in tags.split(","))
        since = self.headers.get("If-Modified-Since")
        return since is not None and changed is not None and _not_after(changed, since)

    def _send(self, reply: Reply, tag: str) -> None:
        body, packing = packed(reply.body, self.headers.get("Accept-Encoding", ""))
        self.send_response(reply.status)
        if reply.status < 400:
            self.send_header("ETag", tag)
        if reply.changed:
            self.send_header("Last-Modified", format_datetime(reply.changed, usegmt=True))
        for name, value in (*reply.headers, *packing):
            self.send_header(name, value)
        self.send_header("Vary", "Accept-Encoding")
        if reply.status != 304:
            self.send_header("Content-Type", reply.media_type)
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def date_time_string(self, timestamp: float | None = None) -> str:
        """`Date` in the contest's time, like every other date that is told here."""
        return format_datetime(self.server.house.now().replace(microsecond=0), usegmt=True)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name upstream
        """Keep no log: the terminal belongs to the dashboard."""


def entity_tag(body: bytes) -> str:
    """A weak tag, as packing changes the bytes but not what they say."""
    digest = b64encode(hashlib.sha256(body).digest()[:15]).decode()
    return f'W/"{len(body):x}-{digest}"'


def packed(body: bytes, accepted: str) -> tuple[bytes, tuple[tuple[str, str], ...]]:
    """The body as it travels, and the header that says how it is packed."""
    if "gzip" not in accepted.lower() or len(body) < 860:
        return body, ()
    return gzip.compress(body, compresslevel=5, mtime=0), (("Content-Encoding", "gzip"),)


def _not_after(changed: datetime, since: str) -> bool:
    try:
        return changed <= parsedate_to_datetime(since)
    except (ValueError, TypeError):
        return False


def main() -> None:
    """Serve until standard input closes. The first line printed is the port."""
    # Ctrl-C in a terminal is told to the whole family; this child waits for its parent instead.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    asked = _arguments().parse_args()
    story = noticeable(read_story(asked.story), asked.speed)
    clock = StageClock(asked.start, asked.speed, story.end, asked.begun)
    server = Server(House(story, lantern(), clock.now, outage(asked.speed)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdout.write(f"{server.server_port}\n")
    sys.stdout.flush()
    sys.stdin.buffer.read()


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="demo.servers", description=__doc__)
    parser.add_argument("--speed", type=float, required=True, help="contest seconds a second")
    parser.add_argument("--start", type=datetime.fromisoformat, required=True)
    parser.add_argument("--begun", type=float, required=True, help="time.monotonic() at --start")
    parser.add_argument("--story", type=Path, default=STORY)
    return parser


if __name__ == "__main__":
    main()
