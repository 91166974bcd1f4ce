"""The fallback reader: any text gets every answer, whoever it is about and whatever stands beside."""

from __future__ import annotations

import io
import json
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import hashing
from analysis.card import ModelProblem
from analysis.grams import Grams
from analysis.hashing import cut_all, pair_grams, standings, word_grams
from analysis.heads import POST_HEADS, SLOT_HEADS
from analysis.masking import MARKS, masked
from analysis.meaning import Answered, Mention, Passage, Target
from analysis.trained import Trained
from analysis.words import cut

MODEL = Path(hashing.__file__).parent / "models" / "grams.npz"
MEGABYTE = 1_000_000
A, B = Target("camp", "a"), Target("camp", "b")
NOBODY = (
    "Lovely evening, thank you all for coming.",
    "",
    "👏",
    "Ταχύς ουρανός",
    "\ud800 lone",
    "a\u200bb\u0000c",
    "!!!!",
    "[unused3] is not a mark here",
)
ABOUT = (
    "Oda Fenn is a disgrace and a liar.",
    "Brilliant speech by Oda Fenn, we are so proud of her.",
    "Oda Fenn was honest. Wim Tarn was rude, lazy and dishonest.",
    "Oda Fenn speaks at seven in the town hall.",
    "Whatever they say of Oda Fenn, I can't stand Wim Tarn.",
)


@pytest.fixture(scope="module")
def grams() -> Grams:
    return Grams(MODEL)


def about(text, first=A, second=B, above=""):
    """A text with Oda Fenn and Wim Tarn found in it, who are these camps' candidates."""
    words = cut(text)
    found = [
        Mention(target, text.index(name), text.index(name) + len(name), "name")
        for name, target in (("Oda Fenn", first), ("Wim Tarn", second))
        if name in text
    ]
    found.sort(key=lambda mention: mention.start)
    answered = Answered(cut(above), speaker=second) if above else None
    return masked(Passage(words, tuple(found), answered=answered))


def numbers(answer):
    """All probabilities of an answer, in one row."""
    return np.concatenate([*answer.post.values(), *(v for s in answer.slots for v in s.values())])


def stood(text, target):
    """How each word of a body stands to one of its targets."""
    cut_up = cut_all([text])
    stand = standings(cut_up)
    first = int(stand.counts[:target].sum())
    row = slice(first, first + int(stand.counts[target]))
    words = [cut_up.words[number] for number in cut_up.ids[stand.token[row]]]
    body = int(cut_up.counts[0, :2].sum())
    return dict(zip(words[body:], stand.standing[row].tolist()[body:], strict=True))


# -- every text gets every answer ---------------------------------------------------------------


@pytest.mark.parametrize("text", [*NOBODY, *ABOUT], ids=repr)
def test_every_head_answers_with_probabilities(grams, text):
    shown = about(text)
    (answer,) = grams.read([shown])
    assert len(answer.slots) == len(shown.slots)
    assert answer.features.shape == (len(shown.slots), 0)
    for heads, said in ((POST_HEADS, answer.post), *((SLOT_HEADS, slot) for slot in answer.slots)):
        assert list(said) == [head.name for head in heads]
        for head in heads:
            odds = said[head.name]
            assert odds.shape == (head.size,)
            assert ((odds >= 0) & (odds <= 1)).all()
            if head.kind == "choice":
                assert odds.sum() == pytest.approx(1, abs=1e-5)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300), st.text(max_size=60))
def test_no_text_stops_it(grams, text, above):
    passage = Passage(cut(text), about=A, answered=Answered(cut(above), speaker=B))
    (answer,) = grams.read([masked(passage)])
    assert np.isfinite(numbers(answer)).all()
    assert all(0 <= start < end <= len(text) for start, end in answer.words)


def test_nothing_is_read_as_nothing(grams):
    assert grams.read([]) == []


def test_a_text_of_any_length_costs_no_more_than_a_long_one(grams):
    def steps(shown):
        count = 0

        def step(frame, event, argument):
            nonlocal count
            count += 1
            return step

        before = sys.gettrace()
        sys.settrace(step)
        try:
            grams.read([shown])
        finally:
            sys.settrace(before)
        return count

    for words in ("liar ", "x", "! "):
        assert steps(about(words * 100_000)) <= steps(about(words * 2_000)) * 1.1


# -- what stands beside a text, or who it is about, changes nothing ------------------------------


def test_an_answer_is_the_same_alone_and_among_others(grams):
    shown = [about(text) for text in (*ABOUT, *NOBODY)] * 60
    together = grams.read(shown)
    for text, answer in list(zip(shown, together, strict=True))[-13:]:
        (alone,) = grams.read([text])
        assert numbers(alone) == pytest.approx(numbers(answer), abs=1e-5)
        assert alone.words == answer.words


def test_whoever_the_names_belong_to_is_read_alike(grams):
    for text in ABOUT:
        as_it_is, swapped = grams.read([about(text), about(text, B, A)])
        assert (numbers(as_it_is) == numbers(swapped)).all()


def test_what_is_said_of_one_rival_is_not_said_of_the_other(grams):
    rude = "{} was kind and honest. {} was rude, lazy and dishonest."
    one, other = grams.read(
        [about(rude.format("Oda Fenn", "Wim Tarn")), about(rude.format("Wim Tarn", "Oda Fenn"))]
    )
    for answer in (one, other):
        praised, blamed = (float(slot["tone"][2] - slot["tone"][0]) for slot in answer.slots)
        assert praised > blamed


def test_threads_may_share_it(grams):
    shown = [about(text) for text in ABOUT]
    alone = [numbers(answer) for answer in grams.read(shown)]
    with ThreadPoolExecutor(4) as pool:
        for answers in pool.map(lambda _: grams.read(shown), range(20)):
            for answer, expected in zip(answers, alone, strict=True):
                assert (numbers(answer) == expected).all()


# -- it has learnt what plain words mean ---------------------------------------------------------


def test_plain_praise_and_plain_blame_are_told_apart(grams):
    liked, hated = grams.read(
        [about("What a wonderful day, I love it!"), about("Awful. I hate this, the worst day.")]
    )
    assert liked.post["sentiment"].argmax() == 2
    assert hated.post["sentiment"].argmax() == 0
    praise, blame = grams.read([about(ABOUT[1]), about(ABOUT[0])])
    assert praise.slots[0]["tone"].argmax() == 2
    assert blame.slots[0]["tone"].argmax() == 0


def test_an_insult_is_more_hostile_than_a_notice_and_its_words_are_shown(grams):
    insult, notice = "Oda Fenn is a disgusting, corrupt liar, you pathetic idiots.", ABOUT[3]
    rude, civil = grams.read([about(insult), about(notice)])
    assert rude.post["hostile"][0] > 0.5 > civil.post["hostile"][0]
    assert civil.words == ()
    shown = {insult[start:end] for start, end in rude.words}
    assert any(word in " ".join(shown) for word in ("corrupt", "liar", "pathetic", "idiots"))
    assert "Oda Fenn" not in shown


def test_trained_reads_with_it(grams):
    trained = Trained(grams)
    sense = trained.sense(Passage(cut(ABOUT[0]), (Mention(A, 0, 8, "name"),)))
    assert [toward.target for toward in sense.toward] == [A]
    assert sense.toward[0].tone.score < 0
    assert trained.versions["sentiment"] == grams.version


# -- how texts are put in numbers ----------------------------------------------------------------


def test_a_word_stands_before_or_after_the_nearest_mark_of_its_target():
    shown = about("Honest Oda Fenn beat rude Wim Tarn. Nobody laughed.")
    hers, his = stood(shown, 0), stood(shown, 1)
    assert hers[MARKS[0]] == his[MARKS[1]] == hashing.AT
    assert hers["Honest"] != hers["beat"]
    assert hers["beat"] == hashing.NEAR + 2
    assert his["rude"] == hers["Honest"] == hashing.NEAR
    assert his["Honest"] not in (hashing.NEAR, his["rude"])
    assert hers["Nobody"] != hers["laughed"] or hers["Nobody"] >= hashing.NEAR + 4 * 5


def test_a_target_that_is_not_named_knows_whether_others_are():
    alone = masked(Passage(cut("Rubbish."), about=A))
    assert stood(alone, 0)["Rubbish"] == hashing.ALONE
    beside = replace(about("Wim Tarn is rubbish."), slots=(B, A))
    assert stood(beside, 1)["rubbish"] == hashing.OTHERS


def test_what_is_answered_is_told_by_who_said_it():
    shown = about("No.", above="Rates will rise.")
    stand = standings(cut_all([shown]))
    assert hashing.SAID_BY in stand.standing
    assert hashing.SAID not in stand.standing


def test_any_mark_is_the_same_word():
    one, other = (cut_all([about(f"Oda Fenn and {name} met")]) for name in ("I", "Wim Tarn"))
    grams = word_grams(other.words)
    assert grams.hashes[0] == grams.whole[0] == grams.whole[1]
    assert (grams.whole[:12] == word_grams(one.words).whole[:12]).all()


def test_n_grams_stay_inside_their_word():
    def found(*words):
        grams = word_grams([*MARKS, *words])
        return [
            set(part.tolist())
            for part in np.split(grams.hashes, np.cumsum(grams.counts)[:-1])[len(MARKS) :]
        ]

    liar, liars, other = found("liar", "liars", "xyz")
    assert found("xyz", "liar") == [other, liar]
    assert liar & liars
    assert not liar & other


def test_pairs_of_words_do_not_reach_from_one_text_into_the_next():
    cut_up = cut_all([about("so good"), about("so bad"), about(""), about("good")])
    pairs, joined = pair_grams(cut_up, word_grams(cut_up.words).whole)
    assert joined.tolist() == [False, True, False, True, False]
    assert pairs[1] != pairs[3]


# -- the file ------------------------------------------------------------------------------------


def test_the_model_is_small_and_says_what_it_is(grams):
    assert MODEL.stat().st_size < MEGABYTE
    assert grams.version.startswith("grams@")
    assert {"calibration", "seed", "minutes"} <= grams.card.keys()


def test_a_missing_file_is_told_with_the_remedy(tmp_path):
    with pytest.raises(ModelProblem, match=r"grams\.npz: No such file.*install hustings again"):
        Grams(tmp_path / "grams.npz")


@pytest.mark.parametrize("place", [0.0, 0.1, 0.5, 0.9, 0.999])
def test_a_damaged_file_is_told_and_not_read(tmp_path, place):
    path = tmp_path / "grams.npz"
    octets = bytearray(MODEL.read_bytes())
    at = int(len(octets) * place)
    octets[at : at + 8] = bytes(octet ^ 0xFF for octet in octets[at : at + 8])
    path.write_bytes(octets)
    with pytest.raises(ModelProblem, match="install hustings again"):
        Grams(path)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.99])
def test_a_file_cut_short_is_told(tmp_path, share):
    path = tmp_path / "grams.npz"
    octets = MODEL.read_bytes()
    path.write_bytes(octets[: int(len(octets) * share)])
    with pytest.raises(ModelProblem, match="install hustings again"):
        Grams(path)


def rewritten(path, card=None, **arrays):
    """The packaged model with another card, or with other arrays."""
    with np.load(MODEL) as packed:
        whole = {name: packed[name] for name in packed.files}
    whole |= arrays
    if card is not None:
        text = json.dumps(card) if not isinstance(card, bytes) else card.decode()
        whole["card"] = np.frombuffer(text.encode(), np.uint8)
    np.savez(path, **{name: rows for name, rows in whole.items() if rows is not None})
    return path


def packaged_card():
    with np.load(MODEL) as packed:
        return json.loads(packed["card"].tobytes())


@pytest.mark.parametrize(
    ("card", "words"),
    [
        (b"no card", "damaged"),
        ([], "card"),
        ({}, "card"),
        (lambda card: card | {"form": 99}, "form 99"),
        (lambda card: card | {"sha256": "0" * 64}, "SHA-256"),
    ],
)
def test_a_card_that_is_none_is_told(tmp_path, card, words):
    path = rewritten(tmp_path / "g.npz", card(packaged_card()) if callable(card) else card)
    with pytest.raises(ModelProblem, match=words):
        Grams(path)


def test_other_weights_than_the_cards_are_not_read(tmp_path):
    with np.load(MODEL) as packed:
        gates = packed["gates"] + 1
    with pytest.raises(ModelProblem, match="SHA-256"):
        Grams(rewritten(tmp_path / "g.npz", gates=gates))
    with pytest.raises(ModelProblem, match="damaged"):
        Grams(rewritten(tmp_path / "g.npz", gates=None))


class Trap:
    """Something that would run if a file of weights were unpickled."""

    sprung = False

    def __reduce__(self):
        return (setattr, (Trap, "sprung", True))


def test_nothing_in_a_file_is_run(tmp_path):
    path = rewritten(tmp_path / "g.npz", gates=np.array([Trap()], dtype=object))
    with pytest.raises(ModelProblem):
        Grams(path)
    assert not Trap.sprung
    single = io.BytesIO()
    np.save(single, np.zeros(3))
    path.write_bytes(single.getvalue())
    with pytest.raises(ModelProblem):
        Grams(path)
