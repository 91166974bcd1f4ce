"""What bears on the vote itself: asks, figures of the count, ballots, inducements."""

from __future__ import annotations

from collections.abc import Iterator

from analysis import forms
from analysis.blocks.levels import LIKELY, level
from analysis.scene import Scene, Sign


def vote_ask(scene: Scene) -> Iterator[Sign]:
    """A vote asked for somebody."""
    if scene.sense.vote_ask.score >= LIKELY:
        words = scene.spans(scene.sense.vote_ask)
        yield Sign(words, "a vote asked for", scene.sense.vote_ask.score)


def result_figures(scene: Scene) -> Iterator[Sign]:
    """Figures or the standing of the count."""
    if figures := forms.result_figures(scene.passage.words, somebody=bool(scene.camps)):
        yield Sign(tuple(figures), "figures of the count", basis="form")
    elif (score := scene.act("result figures")) >= level("result figures"):
        yield Sign(scene.whole, "how the count stands", score)


def voting_code(scene: Scene) -> Iterator[Sign]:
    """A voting code that can be read."""
    if codes := forms.voting_codes(scene.passage.words):
        yield Sign(tuple(codes), "a voting code that can be read", basis="form")


def ballot_secrecy(scene: Scene) -> Iterator[Sign]:
    """Other people's ballots or codes asked for, filled in or watched; a vote cast twice."""
    ballots = tuple(forms.votes_of_others(scene.passage.words))
    score = scene.sense.acts.get("ballots", 1.0 if ballots else 0.0)
    if score >= (level("ballots") / 2 if ballots else level("ballots")) and not scene.passes_on:
        what = "words about voting for others or seeing their ballots"
        yield Sign(ballots or scene.whole, what, score)


def inducement(scene: Scene) -> Iterator[Sign]:
    """Something of worth offered for a vote, a nomination or for joining."""
    score = scene.act("inducement")
    if score >= level("inducement") and not scene.passes_on:
        yield Sign(scene.whole, "something offered for a vote or for joining", score)
