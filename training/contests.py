"""The corpus's contests as examples: read through the program's own finder, so names are masked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from analysis.heads import ACTS, DOES, RULES
from analysis.masking import Masked, masked
from analysis.meaning import Passage, Target
from analysis.mentions import Finder
from contest.config import load_contest
from contest.contest import Contest, bare
from contest.post import Author, Context, Post
from training.examples import UNLABELLED, Example, records

CORPUS = Path(__file__).parent / "corpus"
_MEANS = {"slur": "slur", "threat": "threat", "ask": "ask", "process": "process",
          "pileon": "pile_on", "rival": "rival"}  # fmt: skip
_OUTSIDE = frozenset(("official", "party", "member", "press", "other"))


def contests() -> list[str]:
    """The ids of the corpus's contests."""
    return sorted(path.parent.name for path in CORPUS.glob("*/contest.toml"))


def posts_of(contest: str) -> Iterator[dict[str, Any]]:
    """The labelled posts of a contest, those of its threads among them, each with its parent."""
    yield from records(CORPUS / contest / "posts.jsonl")
    for thread in records(CORPUS / contest / "threads.jsonl"):
        by_uri = {post["uri"]: post for post in thread["posts"]}
        for post in thread["posts"]:
            parent = by_uri.get(post["parent_uri"])
            yield post | {"id": post["uri"], "parent": parent}


def post_of(record: Mapping[str, Any]) -> Post:
    """A record as the program would have captured it."""
    parent = record.get("parent")
    kind = record.get("kind") or "post"
    above = None
    if parent:
        above = Context("above", Author(bare(parent["author"]), parent["author"]), parent["text"])
    return Post(
        uid=str(record["id"]),
        platform="",
        author=Author(bare(record["author"]), record["author"]),
        text=record["text"],
        published=_moment(record["at"]),
        version="1",
        kind=kind,
        reply_to=above if kind in ("post", "reply") else None,
        quotes=above if kind in ("quote", "repost") else None,
    )


def _moment(written: str) -> datetime:
    return datetime.fromisoformat(written).astimezone(UTC)


def examples_of(contest: str) -> Iterator[Example]:
    """Every labelled post of a contest as an example."""
    finder = Finder(load_contest(CORPUS / contest / "contest.toml"))
    for record in posts_of(contest):
        yield example_of(record, finder.passage(post_of(record)))


def examples_of_rules(contest: str) -> Iterator[Example]:
    """Those of a contest's posts that break a rule or come near one."""
    finder = Finder(load_contest(CORPUS / contest / "contest.toml"))
    for record in posts_of(contest):
        if record["breaks"] or set(record["near"]) - {"off"}:
            yield example_of(record, finder.passage(post_of(record)))


def example_of(record: Mapping[str, Any], passage: Passage) -> Example:
    """One labelled post. What is said of a camp that nothing in it points to is not taught."""
    shown = masked(passage)
    return Example(
        shown, _post_labels(record), _slot_labels(record, shown), spans_in(record, shown)
    )


def _post_labels(record: Mapping[str, Any]) -> dict[str, Any]:
    means = {word.partition(":")[0] for word in record["means"]}
    labels: dict[str, Any] = {head: int(word in means) for word, head in _MEANS.items()}
    labels["hostile"] = int(bool(record["hostile"]))
    labels["does"] = DOES.index(record["does"])
    broken = set(record["breaks"])
    labels["rules"] = [int(rule in broken) for rule in RULES]
    labels["acts"] = _acts(record)
    return labels


def _acts(record: Mapping[str, Any]) -> list[int]:
    """What the words do, as far as the rules tell that they would break.

    Whether they *state* something on procedure, backing or a record is not known of those that
    come near breaking the rule, since they may well be true statements.
    """
    broken, near = set(record["breaks"]), set(record["near"])
    means = {word.partition(":")[0] for word in record["means"]}
    unknown = near & _STATED | _FAVOURS if means & {"ask", "endorse"} else near & _STATED
    unknown = unknown | (broken & _SEVERAL)
    labels = [
        UNLABELLED if rule in unknown else int(rule in broken)
        for rule in (f"R{number:02}" for number in range(1, len(ACTS)))
    ]
    return [*labels, UNLABELLED if "R22" in broken else 0]


_STATED = frozenset(("R05", "R19", "R33"))
_FAVOURS = frozenset(("R06", "R07", "R12", "R16"))
_SEVERAL = frozenset(("R16", "R22"))
"""Rules that two acts may break: which of them it was, the label does not say."""


def _slot_labels(record: Mapping[str, Any], shown: Masked) -> tuple[dict[str, int], ...]:
    attacked = {hostile["towards"] for hostile in record["hostile"]}
    endorsed = {word.partition(":")[2] for word in record["means"] if word.startswith("endorse:")}
    return tuple(_labels_of(target, record["tone"], attacked, endorsed) for target in shown.slots)


def _labels_of(
    target: Target, tone: Mapping[str, int], attacked: set[str], endorsed: set[str]
) -> dict[str, int]:
    if target.kind == "camp":
        labels = {
            "meant": int(target.id in tone),
            "attack": int(target.id in attacked),
            "endorse": int(target.id in endorsed),
        }
        return labels | ({"tone": tone[target.id] + 1} if target.id in tone else {})
    if target.kind == "official":
        return {"attack": int("official" in attacked)}
    return {}


def spans_in(record: Mapping[str, Any], shown: Masked) -> tuple[tuple[int, int], ...] | None:
    """Where the hostile words stand in the masked text, piece by piece."""
    text = record["text"].lower()
    found = []
    for hostile in record["hostile"]:
        start = text.find(hostile["words"].lower())
        if hostile["words"] and start >= 0:
            found.append((start, start + len(hostile["words"])))
    if record["hostile"] and not found:
        return None
    pieces = [
        (piece.start, piece.start + (piece.span[1] - piece.span[0] if piece.copied else 12), piece)
        for piece in shown.pieces
    ]
    spans = []
    for first, last in found:
        for begin, end, piece in pieces:
            here, there = piece.span
            if here < last and first < there:
                shift = begin - here
                spans.append(
                    (max(begin, first + shift), min(end, last + shift))
                    if piece.copied
                    else (begin, end)
                )
    return tuple(spans)


def contest_of(name: str) -> Contest:
    """The configuration of a corpus contest."""
    return load_contest(CORPUS / name / "contest.toml")
