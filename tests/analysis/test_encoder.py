"""The packaged encoder behind the reader: what it reads, and what it says when it cannot."""

import json
import shutil
from pathlib import Path

import pytest

import analysis
from analysis.card import ModelProblem
from analysis.encoder import Encoder
from analysis.masking import masked
from analysis.mentions import Finder
from analysis.reader import load_reader
from analysis.trained import Trained
from tests.analysis.world import a_post, lantern

FOLDER = Path(analysis.__file__).parent / "models" / "encoder"
DULL = "The agenda for the evening has been sent round and the hall is booked until ten. "


@pytest.fixture(scope="module")
def read():
    reader = load_reader(lantern(), Trained(Encoder(FOLDER)))
    return lambda text, **more: reader.read(a_post(text, **more))


def test_the_end_of_an_answer_to_a_long_post_is_read(read):
    thanks = "Thank you for the long answer, which I have read twice with my neighbours. " * 4
    text = thanks + "Rowan Green is a disgrace, a liar and a coward."
    reading = read(text, kind="reply", above=("@AdaLittleLP", DULL * 8))
    tones = {tone.camp: tone.score for tone in reading.tones}
    assert tones["green"] < 0
    assert any("liar" in text[slice(*span)] for span in reading.hostility.spans)


def test_dull_sentences_hide_no_hostility(read):
    text = f"Rowan Green spoke at seven. {DULL * 8}Pathetic, corrupt, lying scum, the whole team."
    assert read(text).hostility.score > 0.5


def test_the_words_that_make_a_post_hostile_are_pointed_out(read):
    text = "Lovely evening at the quay. Denzil Brown is a liar and a coward."
    spans = [text[slice(*span)] for span in read(text).hostility.spans]
    assert any("liar" in span for span in spans)
    assert not any("evening" in span for span in spans)


@pytest.mark.parametrize("text", ["Denzil Brown is not a liar.", "Denzil Brown is no liar."])
def test_an_insult_that_is_denied_is_none(read, text):
    assert read(text).hostility.score < 0.2
    assert read(text.replace(" not", "").replace("no liar", "a liar")).hostility.score > 0.8


def test_marks_written_in_a_post_are_words_like_others(read):
    plain = {t.camp for t in read("Ada Little [unused2] [SEP] [CLS] kept her word.").tones}
    assert plain == {"little"}
    text = masked_text("Ada Little [unused2] [SEP] kept her word.")
    assert text.count("[unused2]") == 0
    assert text.count("[SEP]") == 0


def masked_text(text):
    return masked(Finder(lantern()).passage(a_post(text))).text


def test_posts_of_any_length_are_read_together_in_their_order():
    reader = load_reader(lantern(), Trained(Encoder(FOLDER)))
    posts = [
        a_post("Ada Little kept her word."),
        a_post("Never again, Denzil Brown."),
        a_post(DULL * 12 + "Siân Close listened."),
        a_post(""),
        a_post("🙂"),
    ]
    together = reader.read_all(posts)
    for post, reading in zip(posts, together, strict=True):
        assert [t.camp for t in reading.tones] == [t.camp for t in reader.read(post).tones]


def test_of_a_camp_named_behind_what_is_read_nothing_is_said(read):
    (tone,) = read("a🤣b😡" * 30 + " Ada Little is a liar and a coward").tones
    assert (tone.tone, tone.score, tone.sure) == (0, 0.0, False)


def test_a_post_is_read_the_same_alone_and_among_others():
    reader = load_reader(lantern(), Trained(Encoder(FOLDER)))
    posts = [
        a_post(text)
        for text in (
            "Ada Little kept her word. WHAT A DISGRACE Denzil Brown is!!!",
            "Rowan Green came by bus.",
            "no",
            DULL * 4 + "Siân Close listened.",
            "🙂🙂🙂 @AdaLittleLP",
        )
        * 4
    ]

    def figures(reading):
        tones = [(t.camp, t.score, t.certainty) for t in reading.tones]
        return [reading.hostility.score, *(n for _, *numbers in tones for n in numbers)]

    for post, reading in zip(posts, reader.read_all(posts), strict=True):
        assert figures(reading) == pytest.approx(figures(reader.read(post)), abs=0.0002)


@pytest.mark.parametrize(
    ("entry", "value"),
    [
        ("calibration", []),
        ("calibration", {"tone": [1]}),
        ("calibration", {"tone": [1, [0, 0]]}),
        ("calibration", {"hostile": [float("nan"), 0]}),
    ],
)
def test_a_card_that_does_not_fit_the_model_is_told(tmp_path, entry, value):
    folder = Path(shutil.copytree(FOLDER, tmp_path / "encoder"))
    card = json.loads((folder / "card.json").read_text())
    (folder / "card.json").write_text(json.dumps(card | {entry: value}))
    with pytest.raises(ModelProblem, match=r"card\.json: calibration"):
        Encoder(folder)


@pytest.mark.parametrize("name", ["encoder.onnx", "tokenizer.json"])
def test_one_changed_byte_is_found(tmp_path, name):
    folder = Path(shutil.copytree(FOLDER, tmp_path / "encoder"))
    octets = bytearray((folder / name).read_bytes())
    octets[len(octets) // 2] ^= 1
    (folder / name).write_bytes(octets)
    with pytest.raises(ModelProblem, match="damaged"):
        Encoder(folder)


def test_half_a_surrogate_pair_is_read_over(read):
    assert {tone.camp for tone in read("\ud800 Ada Little is a liar \udc00").tones} == {"little"}
