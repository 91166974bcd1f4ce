"""Tone is towards a camp, not of a post; where the words do not say, the reader does not guess."""

import pytest


def tones(read, text, **more):
    return {tone.camp: tone.tone for tone in read(text, **more).tones}


@pytest.mark.parametrize(
    ("text", "tone"),
    [
        ("Ada Little was brilliant tonight.", 1),
        ("Ada Little was not good tonight.", -1),
        ("I do trust Ada on the piers.", 1),
        ("I will never trust Ada with a pier.", -1),
        ("Ada was dreadful.", -1),
        ("Ada is a liar.", -1),
        ("Ada. What a shambles of a speech that was.", -1),
        ("Ada was slow at first, but the finish was superb.", 1),
        ("Ada spoke at nine in the old hall.", 0),
        ("Is Ada any good?", 0),
        ("The paper says 'Ada is wonderful', page two.", 0),
    ],
)
def test_the_tone_towards_one_camp(read, text, tone):
    assert tones(read, text) == {"little": tone}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Rowan was excellent and Denzil was dreadful.", {"green": 1, "brown": -1}),
        ("Denzil was dreadful but Rowan was excellent.", {"green": 1, "brown": -1}),
        ("Rowan and Denzil were both superb.", {"green": 1, "brown": 1}),
        ("Rowan is better than Denzil.", {"green": 1, "brown": -1}),
        ("Rowan outclassed Denzil.", {"green": 1, "brown": -1}),
        ("Rowan listens. Denzil is useless.", {"green": 1, "brown": -1}),
    ],
)
def test_two_camps_in_one_post_have_each_their_own_tone(read, text, expected):
    assert tones(read, text) == expected


def test_an_unsure_tone_is_nought_and_says_so(read):
    (tone,) = read("Ada was late to the pier.").tones
    assert (tone.tone, tone.sure) == (0, False)
    assert tone.score < 0


def test_the_threshold_of_the_contest_decides_what_is_sure(read):
    (tone,) = read("Ada was excellent.").tones
    assert tone.sure
    assert tone.score >= 0.3


def test_an_answer_that_names_nobody_is_about_whom_it_answers(read):
    above = ("@kez_lantern", "Siân Close is on now.")
    assert tones(read, "Absolutely brilliant.", kind="reply", above=above) == {"close": 1}


def test_a_name_in_another_dress_reads_the_same(read):
    plain = read("Siân Close is a wonderful speaker.").tones[0]
    dressed = read("S\u200bIA\u0302N Clоse is a wonderful speaker.").tones[0]
    assert (plain.tone, plain.score) == (dressed.tone, dressed.score)


def test_a_hashtag_against_somebody_is_negative_and_a_campaigns_own_leans(read):
    assert tones(read, "Nine o'clock. #NeverBrown") == {"brown": -1}
    (lean,) = read("Nine o'clock. #BackBrown").tones
    assert not lean.sure
    assert lean.score > 0
