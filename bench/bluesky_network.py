"""A real Bluesky network on loopback, watched: posts, replies, quotes, an edit and deletions.

    python bench/bluesky_network.py KIT [--base 25800] [--count 20] [--json FILE]

KIT is a folder with `setup` (run it once), `start` and `seed.py` that start the protocol's own
servers and fill them with a fictional contest. The network is started, seeded and, at the end
whatever happens, stopped again; nothing but loopback is talked to.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlencode
from urllib.request import urlopen

from lantern import GENEROUS, ROOT, write_config
from measuring import middle, table
from terminal import Session

HOMES = {
    "@AdaLittleLP": "ada-little.test",
    "@RowanGreen": "rowan-green.test",
    "@DenzilBrown": "denzil-brown.test",
    "@SianClose": "sian-close.test",
    "@AdaLittleCymru": "team-ada.test",
    "@GreenForLantern": "green-press.test",
    "@BrownBackers": "denzil-hq.test",
    "@CloseTheGapHQ": "close-campaign.test",
    "@GullNewsdesk": "wick-gazette.test",
}
"""Whom of our roster the network's accounts play."""

OFF_ROSTER = ("jo-in-wick.test", "li-lei.test")
LATE_DELETE_S = 20
OURS = {**os.environ, "PYTHONPATH": str(ROOT)}
"""The surroundings of our program: the checkout itself is run."""


@dataclass
class Heard:
    """Lines of a program as they came: (epoch seconds, the JSON object)."""

    lines: list[tuple[float, dict[str, Any]]] = field(default_factory=list)

    def listen(self, stream: IO[str]) -> threading.Thread:
        """Note every line of the stream until it ends."""

        def note() -> None:
            for line in stream:
                self.lines.append((time.time(), json.loads(line)))

        thread = threading.Thread(target=note, daemon=True)
        thread.start()
        return thread


class Watched:
    """The archive that `hustings watch` fills: when each post was first there, or gone, or edited."""

    def __init__(self, db: Path) -> None:
        self._db = db
        self.arrived: dict[str, float] = {}
        self.gone: dict[str, float] = {}
        self.edited: dict[str, float] = {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Watched:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """What the archive says."""
        with contextlib.closing(sqlite3.connect(f"file:{self._db}?mode=ro", uri=True)) as database:
            return database.execute(sql).fetchall()

    def _look(self) -> None:
        while not self._over.wait(0.02):
            with contextlib.suppress(sqlite3.OperationalError):
                now = time.time()
                for uid, number, gone in self.rows(
                    "select p.uid, v.number, p.gone_at from posts p join revisions v"
                    " on v.id = p.revision"
                ):
                    self.arrived.setdefault(uid, now)
                    if number > 1:
                        self.edited.setdefault(uid, now)
                    if gone:
                        self.gone.setdefault(uid, now)


# -- programs that end with us ---------------------------------------------------------------


@contextlib.contextmanager
def running(
    command: list[str | Path], stop: signal.Signals = signal.SIGTERM, **options: Any
) -> Iterator[subprocess.Popen[str]]:
    """A program that is stopped at the end, whatever happens."""
    process = subprocess.Popen(
        [str(part) for part in command], text=True, start_new_session=True, **options
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(stop)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextlib.contextmanager
def network(kit: Path, base: int) -> Iterator[None]:
    """The network, from ready until stopped."""
    with running([kit / "start", "--base", str(base)], stdout=subprocess.PIPE) as start:
        for line in start.stdout or ():
            print(f"  {line.rstrip()}", file=sys.stderr)
            if line.startswith("ready"):
                break
        else:
            raise SystemExit(f"the network did not start; has {kit / 'setup'} been run?")
        yield


def wait_until(true: Callable[[], object], seconds: float, what: str) -> bool:
    """Wait for a condition; False, and said so, if it does not come about."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            print(f"  gave up after {seconds:g} s: {what}", file=sys.stderr)
            return False
        time.sleep(0.05)
    return True


def seed_module(kit: Path) -> Any:
    """The kit's own seeder, whose client edits and deletes for us."""
    spec = importlib.util.spec_from_file_location("seed", kit / "seed.py")
    if spec is None or spec.loader is None:
        raise SystemExit(f"there is no seed.py in {kit}")
    module = importlib.util.module_from_spec(spec)
    sys.dont_write_bytecode = True
    spec.loader.exec_module(module)
    return module


# -- the story -------------------------------------------------------------------------------


def measure(kit: Path, base: int, count: int, drip_s: float) -> dict[str, Any]:
    """Play it through."""
    pds, view = f"http://127.0.0.1:{base + 3}", f"http://127.0.0.1:{base + 4}"
    with tempfile.TemporaryDirectory(prefix="hustings-bench-") as place:
        folder = Path(place)
        with network(kit, base):
            return _watch(kit, folder, pds, view, count, drip_s)


def _watch(
    kit: Path, folder: Path, pds: str, view: str, count: int, drip_s: float
) -> dict[str, Any]:
    """Seed, watch while things happen, then show the same archive on the dashboard."""
    seeder = [sys.executable, "-B", kit / "seed.py", "--pds", pds]
    summary = folder / "seeded.json"
    config, db = write_config(folder, _sources(view), GENEROUS, HOMES), folder / "network.db"
    heard = Heard()
    with _seeding([*seeder, f"--late-delete={LATE_DELETE_S}", "--out", summary]) as seeding:
        deleted_at = time.time() + LATE_DELETE_S
        with (folder / "watch.log").open("w+") as talk:
            with _watching(config, db, talk) as watch, Watched(db) as watched:
                heard.listen(watch.stdout)  # type: ignore[arg-type]
                seeding.wait()
                seeded = json.loads(summary.read_text())
                found = _happenings(kit, pds, seeder, seeded, watched, count, drip_s)
            talk.seek(0)
            found |= {"talk": talk.read(), "exit": watch.returncode}
    found["deleted_s"] = watched.gone.get(seeded["deleted"][0], float("nan")) - deleted_at
    found |= _latencies(view, found.pop("dripped"), watched, heard)
    found |= _archive_says(kit, watched, seeded) | _heard_says(heard)
    return found | {"screen_s": _on_screen(kit, pds, config, db)}


@contextlib.contextmanager
def _seeding(command: list[Any]) -> Iterator[subprocess.Popen[str]]:
    """The seeder, from when all but the late deletion is done."""
    with running(command, stderr=subprocess.PIPE) as seeding:
        for line in seeding.stderr or ():
            print(f"  {line.rstrip()}", file=sys.stderr)
            if "is deleted" in line:
                break
        yield seeding


def _watching(
    config: Path, db: Path, talk: IO[str]
) -> contextlib.AbstractContextManager[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "hustings", "watch", "--json"]
    return running(
        [*command, "--config", config, "--db", db], signal.SIGINT,
        stdout=subprocess.PIPE, stderr=talk, env=OURS,
    )  # fmt: skip


def _heard_says(heard: Heard) -> dict[str, Any]:
    alerts = sum(len(line.get("alerts", ())) for _, line in heard.lines)
    reasons = {line["reason"] for _, line in heard.lines if line["state"] == "failing"}
    return {"events": len(heard.lines), "alerts": alerts, "failures": sorted(reasons)}


def _archive_says(kit: Path, watched: Watched, seeded: dict[str, Any]) -> dict[str, Any]:
    """What is kept after everything that happened."""
    posts = watched.rows(
        "select p.uid, p.kind, p.camp, p.parent_uid, p.quoted_uid, p.gone_at, p.gone_why, v.text,"
        " a.handle from posts p join revisions v on v.id = p.revision"
        " join accounts a on a.id = p.author"
    )
    texts = {uid: text for uid, *_, text, _ in posts}
    visits = [ms for (ms,) in watched.rows("select took_ms from visits")]
    return {
        "kinds": _kinds(kit, seeded, posts),
        "reposts": _reposts(kit, seeded, posts),
        "seeded_edit": texts.get(seeded["edited"]["uri"]) == seed_module(kit).EDIT[1],
        "gone": [[uid, why] for uid, _, _, _, _, gone, why, *_ in posts if gone],
        "camps": dict(Counter(camp or "none" for _, _, camp, *_ in posts)),
        "posts": len(posts),
        "visit_ms": [len(visits), middle(visits), max(visits)],
        "sources": watched.rows("select name, state, reason, posts from sources order by name"),
    }


def _on_screen(kit: Path, pds: str, config: Path, db: Path, times: int = 8) -> list[float]:
    """Seconds from the creation of a hostile post until a person can see it on the dashboard."""
    client = seed_module(kit).Pds(pds)
    client.account("rowan-team")
    command = [sys.executable, "-m", "hustings", "--config", str(config), "--db", str(db)]
    session = Session(command, OURS, (200, 60))
    found = []
    try:
        session.wait_until(lambda lines: "answering" in "".join(lines))
        for number in range(times):
            session.settle(1.3)
            word = f"Kestrel{number}"
            text = f"{word}: Ada Little is a disgrace to the lamp"
            made = time.perf_counter()
            record = {"text": text, "createdAt": seed_module(kit).stamp(), "langs": ["en"]}
            client.create("rowan-team", "app.bsky.feed.post", record)
            shown_s = session.wait_until(lambda lines, word=word: word in "".join(lines))
            found.append(session.started + shown_s - made)
    finally:
        session.leave()
    return found


def _sources(view: str) -> list[dict[str, str]]:
    handles = [*HOMES.values(), *OFF_ROSTER]
    return [
        {"name": handle, "kind": "bluesky", "url": view, "follows": handle, "interval": "2s"}
        for handle in handles
    ]


def _happenings(
    kit: Path, pds: str, seeder: list[Any], seeded: dict[str, Any], watched: Watched,
    count: int, drip_s: float,
) -> dict[str, Any]:  # fmt: skip
    """Wait for what was seeded; drip; edit one post, delete another; how long each took."""
    uris = seeded["posts"]
    found: dict[str, Any] = {}
    everything = wait_until(lambda: uris.keys() and set(uris.values()) <= watched.arrived.keys(),
                            30, "every seeded post in the archive")  # fmt: skip
    found["missing"] = [key for key, uri in uris.items() if uri not in watched.arrived]
    found["all_arrived"] = everything
    wait_until(lambda: seeded["deleted"][0] in watched.gone, 30, "the seeded deletion")
    dripped = Heard()
    with running(
        [*seeder, "--drip", str(drip_s), "--count", str(count)], stdout=subprocess.PIPE
    ) as drip:
        listening = dripped.listen(drip.stdout)  # type: ignore[arg-type]
        found |= _edit_and_delete(kit, pds, uris, watched)
        drip.wait()
        listening.join()
    wait_until(lambda: {line["uri"] for _, line in dripped.lines} <= watched.arrived.keys(),
               20, "every dripped post in the archive")  # fmt: skip
    return found | {"dripped": dripped}


def _edit_and_delete(
    kit: Path, pds: str, uris: dict[str, str], watched: Watched
) -> dict[str, float]:
    seed = seed_module(kit)
    client = seed.Pds(pds)
    for alias in ("ada", "denzil-team"):
        client.account(alias)
    key, uri = "ada-debate", uris["ada-debate"]
    record = client.must("com.atproto.repo.getRecord", repo=client.did["ada"],
                         collection="app.bsky.feed.post", rkey=uri.rsplit("/", 1)[1])  # fmt: skip
    text = {"text": "Ready, and early. #LanternDebate", "facets": []}
    edited_at = time.time()
    client.put("ada", "app.bsky.feed.post", uri.rsplit("/", 1)[1], record["value"] | text)
    lost = uris["denzil-team-figure"]
    lost_at = time.time()
    client.delete("denzil-team", lost)
    wait_until(lambda: uri in watched.edited, 30, f"the edit of {key}")
    wait_until(lambda: lost in watched.gone, 30, "the deletion")
    return {
        "own_edit_s": watched.edited.get(uri, float("nan")) - edited_at,
        "own_deletion_s": watched.gone.get(lost, float("nan")) - lost_at,
    }


def _kinds(kit: Path, seeded: dict[str, Any], posts: list[tuple[Any, ...]]) -> dict[str, Any]:
    """Of the seeded posts of each kind: how many are kept as such, under the right parent."""
    kept = {uid: (kind, parent, quoted) for uid, kind, _, parent, quoted, *_ in posts}
    uris = seeded["posts"]
    right: Counter[str] = Counter()
    wrong: list[str] = []
    for key, _, _, options in seed_module(kit).POSTS:
        parent, quoted = uris.get(options.get("re")), uris.get(options.get("quote"))
        kind = "reply" if parent else "quote" if quoted else "post"
        if kept.get(uris[key]) == (kind, parent, quoted):
            right[kind] += 1
        else:
            wrong.append(f"{key}: {kind} {parent} {quoted}, kept as {kept.get(uris[key])}")
    return {"right": dict(right), "wrong": wrong}


def _reposts(kit: Path, seeded: dict[str, Any], posts: list[tuple[Any, ...]]) -> dict[str, int]:
    """How many reposts were made, and how many are kept under who made them of which post."""
    seed = seed_module(kit)
    made = {(seed.PEOPLE[alias][0], seeded["posts"][key]) for alias, key in seed.REPOSTS}
    kept = {
        (handle, quoted) for _, kind, _, _, quoted, _, _, _, handle in posts if kind == "repost"
    }
    return {"made": len(made), "right": len(made & kept), "kept": len(kept)}


def _latencies(view: str, dripped: Heard, watched: Watched, heard: Heard) -> dict[str, Any]:
    """Seconds from a post's creation until it was kept, and until it was told."""
    uris = [line["uri"] for _, line in dripped.lines]
    made = {}
    for at in range(0, len(uris), 25):
        query = urlencode({"uris": uris[at : at + 25]}, doseq=True)
        with urlopen(f"{view}/xrpc/app.bsky.feed.getPosts?{query}", timeout=10) as answer:
            for post in json.load(answer)["posts"]:
                made[post["uri"]] = datetime.fromisoformat(post["record"]["createdAt"]).timestamp()
    kept = [watched.arrived[uri] - made[uri] for uri in uris if uri in watched.arrived]
    told = [_told(heard, watched.arrived[uri]) - made[uri]
            for uri in uris if uri in watched.arrived]  # fmt: skip
    return {
        "dripped": len(uris),
        "dripped_arrived": len(kept),
        "kept_s": kept,
        "told_s": told,
    }


def _told(heard: Heard, kept: float) -> float:
    """When the first event with something new was told at or (by the looks' pace) just before `kept`."""
    times = [when for when, line in heard.lines if line.get("new") and when >= kept - 0.03]
    return min(times, default=float("nan"))


def shown(found: dict[str, Any]) -> str:
    """What came, and how fast."""
    rows: list[list[object]] = [["seconds from a post's creation to", "least", "median", "most"]]
    for name, key in (
        ("our archive", "kept_s"),
        ("our event", "told_s"),
        ("the dashboard's screen", "screen_s"),
    ):
        if values := found[key]:
            rows.append([name, min(values), middle(values), max(values)])
    lines = [
        f"seeded: {sum(found['kinds']['right'].values())} as they were made {found['kinds']['right']},"
        f" reposts {found['reposts']}; wrong: {found['kinds']['wrong'] or 'none'};"
        f" missing: {found['missing'] or 'none'}",
        f"dripped: {found['dripped_arrived']} of {found['dripped']} arrived",
        f"edit: a revision after {found['own_edit_s']:.1f} s; deletion: gone after"
        f" {found['own_deletion_s']:.1f} s; the seeded deletion after {found['deleted_s']:.1f} s",
        f"the seeded edit came as its new text: {found['seeded_edit']}",
        f"visits: {found['visit_ms'][0]}, median {found['visit_ms'][1]:.0f} ms,"
        f" most {found['visit_ms'][2]} ms",
        f"gone: {found['gone']}",
        f"camps: {found['camps']}; events {found['events']}, alerts {found['alerts']},"
        f" failures {found['failures'] or 'none'}",
        f"sources: {found['sources']}",
        f"watch ended with {found['exit']}; stderr: {found['talk'].strip()}",
    ]
    return table(rows) + "\n\n" + "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("kit", type=Path)
    parser.add_argument("--base", type=int, default=25800, help="the network's ports begin here")
    parser.add_argument("--count", type=int, default=20, help="posts that are dripped")
    parser.add_argument("--drip", type=float, default=2.0, help="seconds between them")
    parser.add_argument("--json", type=Path, help="write everything here too")
    wanted = parser.parse_args()
    found = measure(wanted.kit.resolve(), wanted.base, wanted.count, wanted.drip)
    print(shown(found))
    if wanted.json:
        wanted.json.write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
