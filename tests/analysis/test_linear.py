"""One post cannot stop the reading: four times the text takes about four times the steps."""

import sys

import pytest

from analysis.phrases import lists, split
from analysis.reader import load_reader
from tests.analysis.world import a_post, lantern

READER = load_reader(lantern())
SHORT = 1_000
LINEAR = 6.0
"""Four is exactly linear, sixteen is quadratic."""
STAND_INS = {"@": "Ada", "@s": "Ada's", "*": "so"}

AROUND = (
    *("liar ", "he liar ", "“liar ", "“liar” ", "'liar' ", "said liar ", "liar. ", "good but "),
    *(
        "i'm not saying liar ",
        "plan joke ",
        "Ada liar ",
        "Ada beat Rowan ",
        "Ada better than Rowan ",
    ),
    *("vote Tide. ", "genius Ada bad ", "you know where Ada lives ", "GREEN ", "green ", "Close. "),
    *("her 01632 960 555 ", "14 Harbour Close home ", "his car AB12 CDE ", "53-47 count Ada "),
    *("code 7KX-22B ", "codes codes ", "[photo code ", "i'll do it "),
)


def _phrases():
    """Some phrases of every category of the lists, as somebody might write them."""
    for category, weights in lists().items():
        if category in ("sets", "common"):
            continue
        written = (phrase for phrases in weights.values() for phrase in split(phrases))
        for phrase in _some(list(written)):
            words = (STAND_INS.get(word, word.split("|")[0]) for word in phrase.split())
            yield pytest.param(" ".join(words) + " ", id=f"{category}: {phrase[:20]}")


def _some(written):
    """The first of the list and the one in its middle."""
    return dict.fromkeys((written[0], written[len(written) // 2]))


def _handles(count):
    return "".join(f"@a{number}, " for number in range(count))


def steps(text):
    """How many lines of Python run to read `text` as an answer to itself: a measure of no clock."""
    count = 0

    def step(frame, event, argument):
        nonlocal count
        count += 1
        return step

    post = a_post(text, by="@TomosFrith", kind="reply", above=("@AdaLittleLP", text))
    before = sys.gettrace()
    sys.settrace(step)
    try:
        READER.read(post)
    finally:
        sys.settrace(before)
    return count


def _is_linear(short, long):
    READER.read(a_post(short))
    return steps(long) < LINEAR * steps(short)


@pytest.mark.parametrize("phrase", [*_phrases(), *AROUND])
def test_a_repeated_phrase_is_read_in_linear_time(phrase):
    times = SHORT // len(phrase) + 1
    assert _is_linear(phrase * times, phrase * times * 4)


@pytest.mark.parametrize("phrase", ["liar ", "good ", "beat "])
def test_any_number_of_handles_is_read_in_linear_time(phrase):
    assert _is_linear(_handles(150) + phrase * 150, _handles(600) + phrase * 600)
