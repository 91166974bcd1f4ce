"""The corpus's posts about rules as examples: what the words do, and how they stand to facts."""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from analysis.acts import beside
from analysis.heads import ACTS, DOES, HOLDS
from analysis.masking import Masked, masked
from analysis.meaning import Passage, Target
from analysis.mentions import Finder
from contest.config import load_contest
from training.contests import CORPUS, post_of, spans_in
from training.examples import UNLABELLED, Example, records

_PRIVATE_LIFE = len(ACTS) - 1
_AMONG = ({"R06", "R07", "R12", "R16a"}, {"R16f", "R27"})
"""Kinds that may stand in one post: where one is named, silence on the others tells nothing."""
_BACKING = frozenset(("R07", "R08", "R12", "R14", "R15", "R16", "R17", "R19", "R31"))
"""Kinds whose posts mostly favour a camp, without saying so in their label."""
_HEADS = {"slur": "R04", "threat": "R21", "process": "R24", "pile_on": "R28", "rival": "R26"}
_HEATED = frozenset(("R01", "R02", "R04", "R21", "R28", "R29"))
_UNRELATED = 3
"""Facts of the same contest that are put beside a claim which is not about them."""
_SAYS = re.compile(r"(R\d\d[adf]?)(?::(\w+)([+-]?))?")


def contests_with_rules() -> list[str]:
    """The ids of the contests for which posts about rules were written."""
    return sorted(path.parent.name for path in CORPUS.glob("*/rules.jsonl"))


def examples_of(contest: str, *, seed: int = 0) -> Iterator[Example]:
    """Every post about rules as an example, then each claim beside facts of the contest."""
    finder = Finder(load_contest(CORPUS / contest / "contest.toml"))
    facts = facts_of(contest, finder)
    draw = random.Random(f"{contest}{seed}")  # noqa: S311
    for record in records(CORPUS / contest / "rules.jsonl"):
        passage = finder.passage(post_of(record))
        yield example_of(record, passage)
        yield from pairs_of(record, passage, facts, draw)
    yield from written_pairs(contest, finder)


def written_pairs(contest: str, finder: Finder) -> Iterator[Example]:
    """Facts and posts that were written to be held beside them."""
    path = CORPUS / contest / "pairs.jsonl"
    for pair in records(path) if path.exists() else ():
        fact, text = (finder.passage(post_of(_as_record(pair[key]))) for key in ("fact", "text"))
        yield Example(masked(beside(text, fact)), {"holds": HOLDS.index(pair["holds"])})


def facts_of(contest: str, finder: Finder) -> dict[str, Passage]:
    """The facts of a contest, as passages."""
    written = tomllib.loads((CORPUS / contest / "facts.toml").read_text(encoding="utf-8"))
    return {
        fact["id"]: finder.passage(post_of(_as_record(fact["says"])))
        for fact in written.get("fact", ())
    }


def _as_record(text: str) -> dict[str, Any]:
    return {"id": "", "author": "", "text": text, "at": "2026-01-01T00:00:00Z"}


def pairs_of(
    record: Mapping[str, Any],
    passage: Passage,
    facts: Mapping[str, Passage],
    draw: random.Random,
) -> Iterator[Example]:
    """The post beside the facts that it bears on, and beside some that it does not."""
    claims = dict(record["claims"])
    if not claims and not {"R05", "R33"} & set(record["near"]):
        return
    held = {name: HOLDS.index("agrees" if said == "true" else "contradicts")
            for name, said in claims.items() if name in facts}  # fmt: skip
    others = [name for name in facts if name not in held]
    if "time" not in claims and "backing" not in claims:
        held |= dict.fromkeys(draw.sample(others, min(_UNRELATED, len(others))), 0)
    for name, label in held.items():
        yield Example(masked(beside(passage, facts[name])), {"holds": label})


def example_of(record: Mapping[str, Any], passage: Passage) -> Example:
    """One post: what its words do, whoever says them; of the rest, what follows from that."""
    said = {match[1]: (match[2], match[3]) for match in map(_SAYS.match, record["says"]) if match}
    shown = masked(passage)
    return Example(
        shown,
        _post_labels(record, said),
        _slot_labels(record, said, shown),
        spans_in(record, shown),
    )


Said = Mapping[str, tuple[str | None, str | None]]


def _post_labels(record: Mapping[str, Any], said: Said) -> dict[str, Any]:
    labels: dict[str, Any] = {"acts": _acts(record, said), "does": DOES.index(record["does"])}
    labels |= {head: int(rule in said) for head, rule in _HEADS.items()}
    if "R16a" in said or not said:
        labels["ask"] = int("R16a" in said)
    if record["hostile"]:
        labels["hostile"] = 1
    elif not _HEATED & said.keys():
        labels["hostile"] = 0
    return labels


def _acts(record: Mapping[str, Any], said: Said) -> list[int]:
    near = {name[:3] for name in record["near"]}
    labels = [_act(f"R{n:02}", said, near) for n in range(1, _PRIVATE_LIFE + 1)]
    return [*labels, _act("R22f", said, near)]


def _act(rule: str, said: Said, near: set[str]) -> int:
    names = {"R22": "R22d", "R16": "R16f"}
    name = names.get(rule, rule)
    if name in said or (name == "R07" and "R06" in said):
        return 1
    if rule[:3] in near and not any(other[:3] == rule[:3] for other in said):
        return 0
    if any(name in group and group & said.keys() for group in _AMONG):
        return UNLABELLED
    return UNLABELLED if name in ("R06", "R07", "R12") and _BACKING & said.keys() else 0


def _slot_labels(
    record: Mapping[str, Any], said: Said, shown: Masked
) -> tuple[dict[str, int], ...]:
    attacked = {hostile["towards"] for hostile in record["hostile"]}
    attacked |= {camp for camp, _ in [said.get("R01", (None, None))] if camp}
    return tuple(_labels_of(target, record, said, attacked) for target in shown.slots)


def _labels_of(
    target: Target, record: Mapping[str, Any], said: Said, attacked: set[str]
) -> dict[str, int]:
    if target.kind == "official":
        return {"attack": int("official" in attacked or "R02" in said)}
    if target.kind != "camp":
        return {}
    labels = {"attack": int(target.id in attacked)}
    camp, side = said.get("R06", (None, None))
    if camp == target.id:
        labels |= {"endorse": int(side == "+"), "tone": 2 if side == "+" else 0, "meant": 1}
    elif "R06" in said or "R06" in record["near"] or not said:
        labels["endorse"] = 0
    if target.id in attacked:
        labels |= {"tone": 0, "meant": 1}
    return labels


def all_examples(ids: Sequence[str]) -> list[Example]:
    """The posts about rules of several contests."""
    return [example for name in ids for example in examples_of(name)]
