"""`hustings judge`: posts in, what is said of each out, as JSON lines. Touches no database."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import click

from analysis.reader import Reader, load_reader
from contest.contest import bare
from contest.post import Author, Context, Kind, Post
from contest.reading import Breach, Reading, Tone
from contest.text import LONGEST, plain, shown
from hustings.errors import Shortfall
from hustings.opening import open_contest
from hustings.reading import open_aloud
from hustings.saying import say

KINDS: tuple[Kind, ...] = get_args(Kind)


class PostProblem(ValueError):
    """A line does not hold a post; the message says what is wrong with it."""


def judge_lines(config: Path | None, lines: Iterable[bytes]) -> None:
    """Print one JSON object a line of `lines`, in order.

    A line that holds no post gives an object with "error", and a Shortfall at
    the end; empty lines are passed over.
    """
    contest = open_contest(config)
    reader = load_reader(contest, open_aloud(contest))
    fell_short = False
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        for record in _records(line):
            said = _judged(reader, record, number)
            if "error" in said:
                click.echo(f"line {number}: {said['error']}", err=True)
                fell_short = True
            # ASCII: half surrogates and control characters stay harmless, whoever reads.
            say(json.dumps(said))
    if fell_short:
        raise Shortfall


def _records(line: bytes) -> Iterator[Any]:
    """The posts of a line: one, or those of a thread that holds them as "posts".

    What is no JSON comes as the PostProblem that says so.
    """
    try:
        record = json.loads(line, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        yield PostProblem(f"not JSON in UTF-8: {shown(str(error), 100)}")
        return
    posts = record.get("posts") if isinstance(record, dict) else None
    if not isinstance(posts, list):
        yield record
        return
    yield from thread_posts(posts)


def thread_posts(posts: Sequence[Any]) -> Iterator[Any]:
    """The posts of a thread, each as `read_post` takes it: its parent is found by "parent_uri"."""
    by_uri = {str(post.get("uri")): post for post in posts if isinstance(post, dict)}
    for post in posts:
        if isinstance(post, dict):
            parent = by_uri.get(str(post["parent_uri"])) if post.get("parent_uri") else None
            yield {"id": post.get("uri"), "parent": parent} | post
        else:
            yield post


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no number in JSON")


def _judged(reader: Reader, record: Any, number: int) -> dict[str, Any]:
    try:
        post = read_post(record, number)
        return {"id": record.get("id", number), "author": post.author.handle} | as_json(
            reader.read(post)
        )
    except PostProblem as problem:
        return {"id": record.get("id") if isinstance(record, dict) else None, "error": str(problem)}


def read_post(record: Any, number: int = 0) -> Post:
    """The post that a JSON object of `judge`'s form holds. Raises PostProblem.

    "author", "at" and "text" are needed; without "platform" the author is known
    by the roster handle. "replaced_at" is when the author put other words in their place.
    """
    if isinstance(record, PostProblem):
        raise record
    if not isinstance(record, Mapping):
        raise PostProblem("not a JSON object")
    text = _text(record, "text")
    kind = _kind(record)
    parent = _parent(record)
    uid = str(record.get("uri") or record.get("id") or number)
    handle = _text(record, "author")
    platform = str(record.get("platform") or "")
    return Post(
        uid=uid,
        platform=platform,
        author=Author(id=bare(handle), handle=handle),
        text=text[:LONGEST],  # as it came: spans are in its characters
        published=_moment(record.get("at")),
        version="1",
        kind=kind,
        url=str(record.get("url") or ""),
        lang=str(record.get("lang") or ""),
        reply_to=parent if kind in ("post", "reply") else None,
        quotes=parent if kind in ("quote", "repost") else None,
        replaced=_moment(record["replaced_at"]) if record.get("replaced_at") else None,
    )


def _kind(record: Mapping[str, Any]) -> Kind:
    said = record.get("kind")
    said = "post" if said is None else said
    for kind in KINDS:
        if said == kind:
            return kind
    raise PostProblem(f'"kind" is {shown(repr(said), 60)}, but must be one of {", ".join(KINDS)}')


def _text(record: Mapping[str, Any], key: str) -> str:
    value = record.get(key)
    if not isinstance(value, str):
        raise PostProblem(f'"{key}" is missing or not a text')
    return value


def _moment(value: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(str(value))
        moment = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        said = shown(repr(value), 60)
        raise PostProblem(
            f'"at" is {said}, but must be a time such as 2026-10-28T19:04:00Z'
        ) from None
    return moment


def _parent(record: Mapping[str, Any]) -> Context | None:
    parent = record.get("parent")
    uid = str(record.get("parent_uri") or "")
    if isinstance(parent, Mapping):
        handle = str(parent.get("author") or "")
        author = Author(id=bare(handle), handle=handle)
        return Context(uid, author, plain(str(parent.get("text") or "")))
    if parent is not None:
        raise PostProblem('"parent" must be null or an object with "author" and "text"')
    return Context(uid, missing="not captured") if uid else None


def as_json(reading: Reading) -> dict[str, Any]:
    """A reading in the form that `judge` prints."""
    exchange = reading.exchange
    return {
        "camp": reading.camp or None,
        "role": reading.role or None,
        "phase": reading.phase or None,
        "sentiment": {tone.camp: _tone(tone) for tone in reading.tones},
        "hostility": {
            "score": round(reading.hostility.score, 4),
            "towards": list(reading.hostility.towards),
            "spans": [list(span) for span in reading.hostility.spans],
        },
        "exchange": {"from": exchange.from_camp, "to": exchange.to_camp} if exchange else None,
        "breaches": list(_breaches(reading.breaches)),
        "readers": dict(reading.readers),
    }


def _tone(tone: Tone) -> dict[str, Any]:
    said: dict[str, Any] = {"tone": tone.tone, "score": round(tone.score, 4)}
    return said if tone.sure else said | {"sure": False}


def _breaches(breaches: Iterable[Breach]) -> Iterator[dict[str, Any]]:
    for breach in breaches:
        yield {
            "rule": breach.rule,
            "clause": breach.clause,
            "version": breach.version,
            "severity": breach.severity,
            "lane": breach.lane,
            "spans": [list(span) for span in breach.spans],
            "reason": breach.reason,
            "unless": breach.unless,
            "text": breach.text,
            "class": breach.detectability,
            "stance": breach.stance,
            "score": breach.score,
            "role_source": breach.role_source,
            "phase": breach.phase,
            "edge": {"name": breach.edge, "seconds": breach.edge_s} if breach.edge else None,
            **{key: value for key, value in _where_there_is(breach) if value},
        }


def _where_there_is(breach: Breach) -> tuple[tuple[str, str], ...]:
    """What only some flags have."""
    return ("via", breach.via), ("authority", breach.authority), ("mend", breach.mend)
