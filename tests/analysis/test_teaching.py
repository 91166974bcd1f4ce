"""A head is made of labels alone: the same for every camp, none without labels, quickly."""

from __future__ import annotations

import io
import time

import numpy as np
import pytest

from analysis.encoder import ModelProblem
from analysis.teaching import RIDGES, Agreement, Lesson, Taught, _fitted, _softmax, _task, teach
from analysis.tutor import Tutor
from contest.labels import NEEDS_FULL, Label, TeachingProblem
from tests.analysis.pupil import WIDTH, Pupil
from tests.analysis.world import a_post, lantern

PRIOR = (0.3, 0.4, 0.3)


def lessons(many: int, seed: int = 1, noise: float = 0.0) -> list[Lesson]:
    """Lessons of a model that knows nothing, about a tone that three features tell."""
    draw = np.random.default_rng(seed)
    made = []
    for _ in range(many):
        tone = int(draw.integers(-1, 2))
        features = draw.normal(size=WIDTH)
        told = int(draw.integers(-1, 2)) if draw.random() < noise else tone
        features[told] += 25
        made.append(Lesson(np.array(PRIOR, np.float32), features.astype(np.float32), tone))
    return made


def right(taught: Taught, given: list[Lesson]) -> float:
    return float(
        np.mean([taught.odds(one.said, one.features).argmax() - 1 == one.tone for one in given])
    )


def test_without_labels_nothing_is_corrected():
    taught, agreed = teach([], 4)
    said = np.array(PRIOR, np.float32)
    assert np.array_equal(taught.odds(said, np.ones(WIDTH, np.float32)), said)
    assert (taught.version, agreed.lessons) == ("taught.4", 0)


def test_a_few_labels_change_little():
    taught, _ = teach(lessons(3), 1)
    for lesson in lessons(20, seed=2):
        moved = np.abs(taught.odds(lesson.said, lesson.features) - lesson.said).max()
        assert moved < 0.03


def test_thirty_labels_teach_what_the_model_did_not_know():
    taught, agreed = teach(lessons(30), 1)
    assert right(taught, lessons(200, seed=2)) > 0.85
    assert agreed.before < 0.6
    assert agreed.after > 0.8


def test_corrected_odds_are_odds():
    taught, _ = teach(lessons(60), 1)
    for lesson in lessons(20, seed=3):
        odds = taught.odds(lesson.said, lesson.features)
        assert odds.sum() == pytest.approx(1, abs=1e-5)
        assert (odds >= 0).all()
        assert odds.dtype == np.float32


def test_labels_that_say_nothing_are_hardly_followed():
    """Tones drawn by lot: the ridge that foretells best is a strong one."""
    taught, _ = teach(lessons(200, noise=1.0), 1)
    shifts = [
        np.abs(taught.odds(one.said, one.features) - one.said).max() for one in lessons(50, seed=5)
    ]
    assert np.mean(shifts) < 0.15


def test_a_camp_that_is_always_misread_one_way_is_read_the_other():
    """The bias alone: the same features throughout."""
    same = np.ones(WIDTH, np.float32)
    given = [Lesson(np.array((0.3, 0.3, 0.4), np.float32), same, -1) for _ in range(40)]
    taught, _ = teach(given, 1)
    assert taught.odds(given[0].said, same).argmax() == 0


def test_what_the_model_is_certain_of_is_left_as_it_is():
    taught, _ = teach(lessons(60), 1)
    certain = np.array((0.0, 0.0, 1.0), np.float32)
    for lesson in lessons(20, seed=4):
        assert taught.odds(certain, lesson.features).argmax() == 2


def test_the_agreement_after_is_not_that_of_labels_already_seen():
    """What only memory could know is not foretold."""
    _, agreed = teach(lessons(90, noise=1.0), 1)
    assert agreed.after < 0.55


def test_the_same_labels_make_the_same_head_to_the_byte():
    assert teach(lessons(50), 1)[0].as_bytes() == teach(lessons(50), 1)[0].as_bytes()


def test_what_is_fitted_is_the_optimum():
    """The slope of the penalised likelihood is nothing at the head that was found."""
    given = lessons(80, noise=0.3)
    rows = np.stack([lesson.features for lesson in given]).astype(float) / 30
    task = _task(np.hstack([rows, np.ones((80, 1))]), given)
    for ridge in RIDGES:
        found = _fitted(task, np.arange(80), ridge)
        odds = _softmax(task.offsets + task.rows @ found)
        slope = task.rows.T @ (odds - np.eye(3)[task.tones]) + ridge * found
        assert np.abs(slope).max() < 1e-3 * ridge + 1e-3


def test_five_hundred_labels_are_learnt_in_about_a_second():
    given = lessons(500, noise=0.3)
    took = []
    for _ in range(3):  # the best of three: other tests may have the cores
        began = time.process_time()
        teach(given, 1)
        took.append(time.process_time() - began)
    assert min(took) < 1


def test_a_head_comes_back_as_it_was_kept():
    taught, _ = teach(lessons(40), 7)
    again = Taught.from_bytes(taught.as_bytes(), 7)
    for lesson in lessons(5, seed=9):
        assert np.array_equal(
            again.odds(lesson.said, lesson.features), taught.odds(lesson.said, lesson.features)
        )


@pytest.mark.parametrize("kept", [b"", b"PK\x03\x04 no archive", b"\x80\x04K\x01.", "cut"])
def test_a_damaged_head_is_refused_with_the_remedy(kept: bytes | str):
    octets = teach(lessons(4), 1)[0].as_bytes()[:-30] if kept == "cut" else kept
    with pytest.raises(TeachingProblem, match=r"taught\.3 is damaged; `hustings teach --undo`"):
        Taught.from_bytes(octets, 3)  # type: ignore[arg-type]


def test_a_head_with_objects_in_it_is_not_opened():
    harm = io.BytesIO()
    np.savez(harm, weights=np.array([{"a": 1}], object), bias=np.zeros(3))
    with pytest.raises(TeachingProblem):
        Taught.from_bytes(harm.getvalue(), 1)


# -- the tutor: labels of posts, and a reader with a head ---------------------------------


def labelled(*given: tuple[str, str, int]) -> list[Label]:
    return [Label(n, a_post(text), camp, tone) for n, (text, camp, tone) in enumerate(given, 1)]


ODD = [
    ("Rowan Green has a sharp tongue for his friends", "green", -1),
    ("Ada Little was sharp with the ferry people", "little", -1),
    ("Denzil Brown stayed sharp all evening", "brown", -1),
    ("Siân Close is sharp as ever", "close", -1),
    ("Rowan Green was kind to everybody", "green", 1),
]
"""What this party means by "sharp"."""


def test_an_officer_s_word_is_learnt_for_camps_it_was_never_labelled_for():
    tutor = Tutor(lantern(), Pupil())
    ask = a_post("Ada Little, sharp again")
    (before,) = tutor.reader().read(ask).tones
    kept, agreed = tutor.teach(labelled(*[label for label in ODD if label[1] != "little"] * 9))
    (after,) = tutor.reader(kept, 1).read(ask).tones
    assert (before.sure, before.score > 0) == (False, True)
    assert after.score < before.score
    assert agreed.after > agreed.before


def test_a_reader_with_a_head_says_so_and_one_without_does_not():
    tutor = Tutor(lantern(), Pupil())
    kept, _ = tutor.teach(labelled(*ODD))
    assert tutor.reader(kept, 3).versions["sentiment"] == "pupil@1+taught.3"
    assert tutor.reader().versions["sentiment"] == tutor.base == "pupil@1"
    assert tutor.reader(kept, 3).versions["hostility"] == "pupil@1"


NAMES = {"little": "Ada Little", "green": "Rowan Green", "brown": "Denzil Brown"}


@pytest.mark.parametrize("turns", [1, 2])
def test_teaching_is_blind_to_names(turns: int):
    """With the candidates' names exchanged, the head is the same, byte for byte."""
    camps = list(NAMES)
    swapped = dict(zip(camps, camps[turns:] + camps[:turns], strict=True))
    texts = [
        ("{0} was sharp with {1}", (-1, 1)), ("{0} is kind, {1} is weak", (1, -1)),
        ("I heard {0} and {1} is bad at it", (0, -1)), ("{0}: good and sharp", (-1,)),
    ] * 5  # fmt: skip
    tutor = Tutor(lantern(), Pupil())

    def of(names: dict[str, str]) -> bytes:
        given = [
            (text.format(*(NAMES[names[camp]] for camp in camps)), names[camp], tone)
            for text, tones in texts
            for camp, tone in zip(camps, tones, strict=False)
        ]
        return tutor.teach(labelled(*given))[0]

    assert of(dict(zip(camps, camps, strict=True))) == of(swapped)


def test_a_label_for_a_camp_that_the_post_does_not_speak_of_is_no_lesson():
    tutor = Tutor(lantern(), Pupil())
    given = labelled(*ODD, ("The ferry was late", "green", -1))
    assert len(tutor.lessons(given)) == len(ODD)
    with pytest.raises(TeachingProblem, match="no label names a camp"):
        tutor.teach(given[-1:])


def test_a_label_of_a_post_in_a_language_that_is_not_read_is_no_lesson():
    tutor = Tutor(lantern(), Pupil())
    foreign = "Ada Little est vraiment très mauvaise pour notre ville et pour le port"
    (reading,) = tutor.reader().read_all([a_post(foreign)])
    assert "language" in reading.readers
    given = labelled(*ODD, (foreign, "little", -1))
    assert [label for label, _ in tutor.known(given)] == [label.id for label in given[:-1]]
    with pytest.raises(TeachingProblem, match="in a language that is read"):
        tutor.teach(given[-1:])


def test_a_reader_without_features_cannot_be_taught_and_says_why():
    tutor = Tutor(lantern(), Pupil(width=0))
    assert tutor.obstacle() == NEEDS_FULL
    assert Tutor(lantern(), Pupil()).obstacle() == ""
    with pytest.raises(TeachingProblem, match="full reader"):
        tutor.teach(labelled(*ODD))


def test_a_reader_that_cannot_be_opened_any_more_says_so():
    class Lost(Pupil):
        def read(self, texts):
            raise ModelProblem("encoder.onnx: damaged; install hustings again")

    tutor = Tutor(lantern(), Lost())
    assert tutor.obstacle() == "encoder.onnx: damaged; install hustings again"
    with pytest.raises(TeachingProblem, match="install hustings again"):
        tutor.teach(labelled(*ODD))


def test_a_long_post_is_one_lesson_of_its_windows():
    text = "Ada Little was kind. " + "The harbour was full of boats and people. " * 40
    tutor = Tutor(lantern(), Pupil())
    (lesson,) = tutor.lessons(labelled((text + "Ada Little was bad.", "little", 0)))
    assert lesson.said.shape == (3,)
    assert lesson.features.shape == (WIDTH,)


# -- whether a head goes into force --------------------------------------------------------


@pytest.mark.parametrize(
    ("lessons", "gained", "lost", "holds"),
    [
        (11, 11, 0, False),  # too few, however good
        (12, 5, 0, True),  # 1 in 32
        (12, 4, 0, False),  # 1 in 16
        (30, 8, 2, False),  # 56 in 1024
        (30, 9, 2, True),  # 67 in 2048
        (500, 0, 0, False),
        (500, 60, 60, False),
        (500, 40, 60, False),
    ],
)
def test_a_head_holds_where_it_agrees_better_by_more_than_chance(
    lessons: int, gained: int, lost: int, holds: bool
):
    assert Agreement(lessons, 0.5, 0.6, gained, lost).holds == holds


def test_what_was_gained_and_lost_is_the_difference_between_the_agreements():
    for noise in (0.0, 0.4, 1.0):
        _, agreed = teach(lessons(60, noise=noise), 1)
        moved = (agreed.gained - agreed.lost) / 60
        assert moved == pytest.approx(agreed.after - agreed.before)


def test_heads_of_labels_drawn_by_lot_hardly_ever_hold_and_those_of_a_party_s_own_words_do():
    by_lot = [teach(lessons(24, seed, noise=1.0), 1)[1].holds for seed in range(40)]
    assert sum(by_lot) <= 4
    assert all(teach(lessons(24, seed), 1)[1].holds for seed in range(5))
