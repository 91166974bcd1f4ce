"""Practice posts with the candidates exchanged: every score follows its camp, whoever it is."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from analysis.folding import fold
from analysis.lexicon import Lexicon
from analysis.reader import load_reader
from analysis.trained import Trained
from contest.config import load_contest
from contest.contest import bare
from contest.post import Author, Context, Post
from hustings.reading import open_model

ROOT = Path(__file__).parents[2]
PRACTICE = ROOT.parent / "shared" / "exam" / "practice" / "tone.jsonl"
needs_practice = pytest.mark.skipif(
    not PRACTICE.exists(), reason="the practice posts are not beside the checkout"
)


def spellings(camp):
    """How a camp is written, in an order that is the same for all."""
    first, *_, last = camp.name.split()
    usual = (camp.name, first, last, f"Team {last}", camp.handle, *camp.hashtags[:1])
    return [fold(word).lower for word in usual], list(usual)


class Exchange:
    """Moves every camp's names to the next camp's."""

    def __init__(self, contest):
        camps = contest.camps
        self.next = {a.id: b for a, b in zip(camps, (*camps[1:], camps[0]), strict=True)}
        self.camps = {camp.id: camp for camp in camps}
        self.reader = load_reader(contest, Lexicon())

    def text(self, post):
        """The post's text with each mention written as the next camp's; None where that has no
        counterpart (a nickname that one camp alone has)."""
        passage = self.reader._finder.passage(post)
        text, at = [], 0
        for mention in sorted((*passage.mentions, *passage.possible), key=lambda m: m.start):
            if mention.via in ("reply", "pronoun") or mention.target.kind != "camp":
                continue
            written = post.text[mention.start : mention.end]
            stem, tail = (
                (written[:-2], written[-2:]) if written.endswith(("'s", "’s")) else (written, "")
            )
            known, _ = spellings(self.camps[mention.target.id])
            _, counterparts = spellings(self.next[mention.target.id])
            if fold(stem).lower not in known[: len(counterparts)]:
                return None
            other = counterparts[known.index(fold(stem).lower)]
            text += [
                post.text[at : mention.start],
                other.lower() if stem.islower() else other,
                tail,
            ]
            at = mention.end
        return "".join((*text, post.text[at:]))

    def parent(self, context):
        if context is None:
            return None, True
        above = a_post(context.text, "@somebody")
        text = self.text(above)
        camp = next((c for c in self.camps.values() if bare(c.handle) == context.author.id), None)
        handle = self.next[camp.id].handle if camp else context.author.handle
        whole = text is not None
        return replace(context, author=Author(bare(handle), handle), text=text or ""), whole


def a_post(text, author, kind="post", parent=None):
    when = datetime(2026, 10, 28, 12, tzinfo=UTC)
    return Post(
        uid="one", platform="", author=Author(bare(author), author), text=text, published=when,
        version="1", kind=kind,
        reply_to=parent if kind in ("post", "reply") else None,
        quotes=parent if kind in ("quote", "repost") else None,
    )  # fmt: skip


def practice_posts(contest):
    staff = {bare(a.handle) for a in contest.accounts} - {bare(c.handle) for c in contest.camps}
    for line in PRACTICE.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        parent = record["parent"] and Context(
            "above",
            Author(bare(record["parent"]["author"]), record["parent"]["author"]),
            record["parent"]["text"],
        )
        # Somebody of a team has no counterpart in the next team.
        if not parent or parent.author.id not in staff:
            yield a_post(record["text"], "@a_member", record["kind"], parent)


@needs_practice
@pytest.mark.parametrize("which", ["full"])
def test_every_score_follows_the_camp_whoever_it_is(which):
    contest = load_contest(ROOT / "config.toml")
    exchange, reader = Exchange(contest), load_reader(contest, Trained(open_model(which)))
    before, after = [], []
    for post in practice_posts(contest):
        text = exchange.text(post)
        parent, whole = exchange.parent(post.parent)
        if text is not None and whole:
            before.append(post)
            after.append(a_post(text, "@a_member", post.kind, parent))
    assert len(before) > 120
    differing = [
        (post.text, other.text)
        for post, other, one, two in zip(
            before, after, reader.read_all(before), reader.read_all(after), strict=True
        )
        if {exchange.next[t.camp].id: (t.tone, t.score, t.sure) for t in one.tones}
        != {t.camp: (t.tone, t.score, t.sure) for t in two.tones}
        or one.hostility.score != two.hostility.score
    ]
    assert differing == []
