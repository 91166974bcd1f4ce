"""The packaged reader of acts: what words do, whoever says them, and how they stand to facts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from analysis.acts import ActReader, WithActs
from analysis.encoder import open_acts
from analysis.heads import ACTS
from analysis.lexicon import Lexicon
from analysis.meaning import Passage, Standing
from analysis.mentions import Finder
from hustings.reading import MODELS
from tests.analysis.world import a_post, lantern

FINDER = Finder(lantern())


@pytest.fixture(scope="module")
def acts() -> ActReader:
    return ActReader(open_acts(MODELS / "acts"))


def passage(text: str, **more: object) -> Passage:
    return FINDER.passage(a_post(text, **more))


def likeliest(acts: ActReader, text: str) -> str:
    (done,) = acts.done([passage(text)])
    return max(done.acts, key=done.acts.__getitem__)


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("A pint for everybody who shows me that they voted for Ada Little.", "inducement"),
        ("Give me your ballot and I will fill it in for you.", "ballots"),
        ("Our bot has sent the same text to two thousand members since noon.", "bulk messages"),
        ("On Thursday I am voting for the Tide Party, and so should you.", "rival party"),
    ],
)
def test_what_words_do_is_told_by_name(acts: ActReader, text: str, act: str) -> None:
    assert likeliest(acts, text) == act


def test_calm_words_do_nothing(acts: ActReader) -> None:
    (done,) = acts.done([passage("The hall was cold and the tea was hot.")])
    assert max(done.acts.values()) < 0.5
    assert set(done.acts) == set(ACTS)


def test_every_candidates_name_is_the_same_to_it(acts: ActReader) -> None:
    names = ("Ada Little", "Rowan Green", "Denzil Brown", "Siân Close")
    texts = [f"{name} is a liar, and lazy with it." for name in names]
    done = acts.done([passage(text) for text in texts])
    assert all(one.acts == done[0].acts and one.does == done[0].does for one in done)
    assert len({tuple(one.attacks.values()) for one in done}) == 1


def test_a_post_reads_the_same_alone_and_among_others(acts: ActReader) -> None:
    texts = ["Vote for Ada.", "Send me your code " * 9, "x", "", "😀"]
    together = acts.done([passage(text) for text in texts])
    assert together == [acts.done([passage(text)])[0] for text in texts]


def test_a_fact_is_held_beside_a_post(acts: ActReader) -> None:
    fact = passage("No photo ID is needed to vote.")
    said = acts.standings([
        (passage("Bring your passport or they will turn your vote away."), fact),
        (passage("The soup at the hall was excellent."), fact),
    ])  # fmt: skip
    assert said[0].contradicts > said[1].contradicts
    assert all(sum(one) == pytest.approx(1.0, abs=1e-3) for one in said)


class Counting:
    """A reader of acts that notes what it is asked about."""

    version = "counting@1"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def done(self, passages: list[Passage]) -> Iterator[object]:
        self.asked += [one.words.folded.original for one in passages]
        return iter(())

    def standings(self, pairs: list[tuple[Passage, Passage]]) -> list[Standing]:
        return []


def test_the_calm_words_of_strangers_are_not_looked_at_twice() -> None:
    counting = Counting()
    meaning = WithActs(Lexicon(), counting)  # type: ignore[arg-type]
    calm, heated = "Fine weather.", "Ada Little is a liar and a crook."
    strangers = [passage(text, by="@nobody_at_all") for text in (calm, heated)]
    with pytest.raises(ValueError, match="shorter"):
        meaning.senses([*strangers, passage(calm, by="@TomosFrith")])
    assert counting.asked == [heated, calm]
