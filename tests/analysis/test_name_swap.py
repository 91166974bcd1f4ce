"""Practice posts with the candidates exchanged: every score follows its camp, whoever it is."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from analysis.acts import WithActs
from analysis.folding import fold
from analysis.lexicon import Lexicon
from analysis.reader import load_reader
from analysis.trained import Trained
from contest.config import load_contest
from contest.contest import bare
from contest.post import Author, Context, Post
from hustings.reading import open_acts, open_model

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


def moved(exchange, reading):
    """All that a reading says, with every camp's name moved to the next camp's."""
    there = {camp: other.id for camp, other in exchange.next.items()}
    return said(reading, lambda camp: there.get(camp, camp))


def said(reading, camp=str):
    tones = {(camp(t.camp), t.tone, t.score, t.sure, t.leans, t.certainty) for t in reading.tones}
    hostility = (reading.hostility.score, sorted(map(camp, reading.hostility.towards)))
    exchange = reading.exchange
    pair = exchange and (camp(exchange.from_camp), camp(exchange.to_camp), exchange.by)
    breaches = sorted((b.rule, b.clause, b.severity, b.lane, b.score) for b in reading.breaches)
    return tones, hostility, pair, breaches


def pairs(contest, exchange, said_by):
    """Practice posts that can be exchanged, each with its counterpart."""
    for post in practice_posts(contest):
        text = exchange.text(post)
        parent, whole = exchange.parent(post.parent)
        if text is not None and whole:
            before, after = said_by(post)
            yield (
                a_post(post.text, before, post.kind, post.parent),
                a_post(text, after, post.kind, parent),
            )


READERS = {
    "full": lambda: WithActs(Trained(open_model("full")), open_acts()),
    "fast": lambda: Trained(open_model("fast")),
    "word lists": Lexicon,
}


@needs_practice
@pytest.mark.parametrize("which", READERS)
def test_every_score_follows_the_camp_whoever_it_is(which):
    contest = load_contest(ROOT / "config.toml")
    exchange, reader = Exchange(contest), load_reader(contest, READERS[which]())

    def by_a_candidate(post):
        named = {m.target.id for m in exchange.reader._finder.passage(post).mentions}
        camp = next((c for c in contest.camps if c.id not in named), None)
        return (camp.handle, exchange.next[camp.id].handle) if camp else ("@a_member",) * 2

    both = [
        *pairs(contest, exchange, lambda post: ("@a_member", "@a_member")),
        *pairs(contest, exchange, by_a_candidate),
    ]
    assert len(both) > 240
    before = reader.read_all([one for one, _ in both])
    after = reader.read_all([two for _, two in both])
    assert any(reading.exchange for reading in before)
    differing = [
        (one.text, two.text)
        for (one, two), first, second in zip(both, before, after, strict=True)
        if moved(exchange, first) != said(second)
    ]
    assert differing == []
