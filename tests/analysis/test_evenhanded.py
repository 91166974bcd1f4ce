"""Swap the candidates' names, and everything stays the same."""

import pytest

NAMES = {
    "little": ("Ada", "Little", "@AdaLittleLP", "#TeamLittle"),
    "green": ("Rowan", "Green", "@RowanGreen", "#TeamGreen"),
    "brown": ("Denzil", "Brown", "@DenzilBrown", "#TeamBrown"),
    "close": ("Siân", "Close", "@SianClose", "#TeamClose"),
}
SENTENCES = (
    "{0} {1} has never finished anything and lies about it.",
    "{1} was brilliant on piers. {0} has my vote.",
    "Honestly, {0} was good but the plan is weak.",
    "{1} said the pier is safe. He is a liar.",
    "{1} said the pier is safe. She is a liar.",
    "{2} is a coward {3}",
    "i think {1} is useless",
    "{1} energy, {1} light, a {1} bird",
    "I know where {0} lives.",
    "Vote {1} on Monday, {0} listens.",
)


@pytest.mark.parametrize("sentence", SENTENCES)
def test_one_name_reads_like_another(read, sentence):
    readings = [read(sentence.format(*names), by="@GwenTarrantMP") for names in NAMES.values()]
    assert len({(r.hostility.score, len(r.hostility.towards)) for r in readings}) == 1
    assert len({tuple((t.tone, t.score, t.sure) for t in r.tones) for r in readings}) == 1
    assert len({tuple((b.rule, b.severity, b.lane) for b in r.breaches) for r in readings}) == 1
    for camp, reading in zip(NAMES, readings, strict=True):
        assert {tone.camp for tone in reading.tones} <= {camp}


@pytest.mark.parametrize("camp", NAMES)
def test_two_camps_exchange_places_with_their_tones(read, camp):
    for other in NAMES.keys() - {camp}:
        first, second = NAMES[camp][0], NAMES[other][0]
        text = f"{first} was excellent while {second} was dreadful."
        tones = {tone.camp: (tone.tone, tone.score) for tone in read(text).tones}
        assert tones[camp][0] == 1
        assert tones[other][0] == -1
        mirrored = f"{second} was excellent while {first} was dreadful."
        back = {tone.camp: (tone.tone, tone.score) for tone in read(mirrored).tones}
        assert (back[camp], back[other]) == (tones[other], tones[camp])
