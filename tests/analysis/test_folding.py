"""Folding finds names however they are dressed, and every span still points at the original."""

from hypothesis import given
from hypothesis import strategies as st

from analysis.folding import fold
from analysis.words import cut


def test_accents_and_case_are_dropped_but_places_are_kept():
    folded = fold("Vive SIÂN!")
    start = folded.lower.index("sian")
    assert folded.span(start, start + 4) == (5, 9)


def test_hidden_and_lookalike_letters_are_seen_through():
    text = "De\u200bn\u00adzil \u0412rown"  # zero-width, soft hyphen, Cyrillic В
    folded = fold(text)
    assert folded.lower == "denzil brown"
    assert folded.span(0, len(folded.lower)) == (0, len(text))


def test_a_quotation_keeps_its_apostrophes_inside():
    words = cut("He said 'it isn't Ada's fault' and left")
    assert [text_of(words, span) for span in words.quoted] == ["'it isn't Ada's fault'"]


def test_a_title_or_an_initial_does_not_end_a_sentence():
    assert len(cut("Cllr. R. Green came. He spoke.").sentences) == 2


@given(st.text(max_size=200))
def test_every_span_lies_in_the_text_in_order(text):
    words = cut(text)
    assert all(0 <= start < end <= len(text) for start, end in words.spans)
    assert list(words.spans) == sorted(words.spans)
    assert sum(end - start for start, end in words.sentences) == len(words.words)


def text_of(words, span):
    return words.folded.original[span[0] : span[1]]
