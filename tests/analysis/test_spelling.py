"""A name spelt wrong by one letter is that name, unless it is a word of its own."""

import pytest

from analysis.meaning import Target
from analysis.names import Name
from analysis.spelling import Spelling
from analysis.words import cut

CAMPS = {
    name: Name(Target("camp", name))
    for name in ("thirlwell", "considan", "harrow", "crake", "moor", "lagard", "marlow", "barlow")
}
SPELLING = Spelling(CAMPS, ("Ruth", "Thirlwall", "thirlwall"))


def slips(text):
    return [(place, name) for place, name in SPELLING.slips(cut(text))]


@pytest.mark.parametrize(
    "word",
    ["thirlwel", "thirwell", "thirlwelll", "thrilwell", "thirlwekl", "Thirlwel's", "THIRLWEL"],
)
def test_one_wrong_letter_is_forgiven(word):
    assert slips(f"so {word} spoke") == [(1, "thirlwell")]


@pytest.mark.parametrize(
    ("word", "why"),
    [
        ("thirwel", "two letters are wrong"),
        ("thirlwall", "it is the name of another on the roster"),
        ("barrow", "it is an English word"),
        ("harrowd", "it is the name with an ending"),
        ("narrow", "it begins otherwise"),
        ("mour", "the name is short"),
        ("karlow", "it might be of two people"),
        ("robyn", "it is a well-known name"),
        ("considan", "it is spelt right"),
    ],
)
def test_a_word_of_its_own_is_no_slip(word, why):
    assert slips(f"so {word} spoke") == [], why


def test_every_slip_in_a_text_is_told():
    assert slips("Considn, lagrad and considn.") == [
        (0, "considan"),
        (2, "lagard"),
        (4, "considan"),
    ]


def test_an_accent_is_no_letter():
    assert slips("Làgád") == [(0, "lagard")]
    assert slips("Làgád") == slips("Lagad")


def test_contests_without_names_know_no_slips():
    assert list(Spelling({}, ()).slips(cut("Considn spoke."))) == []
