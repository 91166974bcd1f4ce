"""Hostility is towards people. Hard words about a plan are none, nor is naming abuse to condemn it."""

import pytest


def hot(read, text, **more):
    return read(text, **more).hostility


@pytest.mark.parametrize(
    "text",
    [
        "Denzil Brown is a liar.",
        "Denzil Brown lied to every one of us.",
        "Brown bottled it again, the coward.",
        "That Denzil is a disgrace.",
        "Denzil, you clown.",
        "Denzil Brown is in the brewers' pocket.",
    ],
)
def test_insult_contempt_and_bad_faith_are_hostile(read, text):
    found = hot(read, text)
    assert found.score >= 0.5
    assert found.towards == ("brown",)


@pytest.mark.parametrize(
    "text",
    [
        "Denzil Brown's pier plan is a disgrace.",
        "The Brown plan is a shambles from start to finish.",
        "I disagree with Denzil Brown on piers.",
        "Denzil Brown is not a liar.",
        "Somebody called Denzil Brown a crook, and it is not on.",
        "Denzil lost his notes, poor soul.",
        "I was an idiot to miss Denzil's speech.",
        "This weather is a disgrace.",
    ],
)
def test_policy_denial_condemnation_and_self_mockery_are_not(read, text):
    assert hot(read, text).score < 0.5


def test_the_words_that_caused_it_are_marked(read):
    text = "Well. Rowan Green is a spineless coward."
    assert [text[start:end] for start, end in hot(read, text).spans] == ["spineless", "coward"]


def test_a_bare_insult_in_a_reply_is_at_whom_it_answers(read):
    above = ("@RowanGreen", "I will speak at nine.")
    assert hot(read, "Coward.", kind="reply", above=above).towards == ("green",)


def test_a_sentence_after_several_names_is_not_pinned_on_the_last(read):
    found = hot(read, "Ada met Rowan at the pier. Disgraceful.")
    assert found.score < 0.5


def test_menace_is_hostile(read):
    assert hot(read, "Somebody will put a bullet in Denzil Brown.").score > 0.9
