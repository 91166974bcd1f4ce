"""Metrics are what the field means by them, and their intervals what a resample of the file gives."""

import numpy as np
import pytest

from analysis.scoring import (
    CampTone,
    CodeRead,
    Figure,
    Scores,
    ThreadRead,
    camps,
    code,
    exchanges,
    hostility,
    sentiment,
    stance,
)

AGAINST, NONE, FAVOR = range(3)


def value(scores: Scores, *name: str) -> float | None:
    return scores[name].value


def test_sentiment_by_hand() -> None:
    scores = sentiment([0, 0, 1, 1, 2, 2], [0, 1, 1, 1, 2, 0])
    assert value(scores, "macro_recall") == pytest.approx((1 / 2 + 1 + 1 / 2) / 3)
    assert value(scores, "macro_f1") == pytest.approx((1 / 2 + 4 / 5 + 2 / 3) / 3)
    assert value(scores, "accuracy") == pytest.approx(4 / 6)


def test_a_class_that_is_neither_labelled_nor_read_is_left_out_of_a_mean() -> None:
    scores = sentiment([0, 0, 2, 2], [0, 0, 2, 0])
    assert value(scores, "macro_recall") == pytest.approx((1 + 1 / 2) / 2)
    assert value(scores, "macro_f1") == pytest.approx((4 / 5 + 2 / 3) / 2)


def test_a_class_that_is_read_where_none_is_labelled_counts_as_missed() -> None:
    assert value(sentiment([0, 2], [0, 1]), "macro_f1") == pytest.approx(1 / 3)


def test_of_stance_none_counts_only_by_what_is_mistaken_for_it() -> None:
    labelled = [FAVOR, FAVOR, AGAINST, NONE, NONE, NONE]
    right = stance(labelled, labelled, ["Ada"] * 6)
    wrong = stance(labelled, [FAVOR, NONE, AGAINST, FAVOR, NONE, NONE], ["Ada"] * 6)
    assert value(right, "f_avg") == 1
    assert value(wrong, "f_avg") == pytest.approx((2 / 4 + 1) / 2)
    assert value(wrong, "by_target", "Ada", "f_avg") == value(wrong, "f_avg_mean") == 3 / 4
    assert value(wrong, "macro_f1") == pytest.approx((2 / 4 + 1 + 4 / 6) / 3)


def test_the_mean_over_targets_weighs_each_target_alike() -> None:
    labelled = [FAVOR, AGAINST, FAVOR, AGAINST, FAVOR, AGAINST]
    read = [FAVOR, AGAINST, FAVOR, AGAINST, AGAINST, FAVOR]
    scores = stance(labelled, read, ["Ada"] * 4 + ["Siân"] * 2)
    assert value(scores, "by_target", "Ada", "f_avg") == 1
    assert value(scores, "by_target", "Siân", "f_avg") == 0
    assert value(scores, "f_avg_mean") == pytest.approx(1 / 2)
    assert value(scores, "f_avg") == pytest.approx(2 / 3)


def test_hostility_by_hand() -> None:
    scores = hostility([True, True, True, False, False], [0.9, 0.85, 0.2, 0.82, 0.1], alert=0.8)
    assert value(scores, "precision") == pytest.approx(2 / 3)
    assert value(scores, "recall") == pytest.approx(2 / 3)
    assert value(scores, "macro_f1") == pytest.approx((4 / 6 + 2 / 4) / 2)
    assert value(scores, "auc") == pytest.approx(5 / 6)


def test_what_lies_at_a_threshold_has_reached_it() -> None:
    scores = hostility([True, False], [0.8, 0.5], alert=0.8)
    assert value(scores, "recall") == 1
    assert value(scores, "macro_f1") == pytest.approx((2 / 3 + 0) / 2)


def test_odds_that_tie_count_half() -> None:
    assert value(hostility([True, False, True], [0.4, 0.4, 0.7], alert=0.8), "auc") == 3 / 4


def test_where_there_is_nothing_to_measure_there_is_no_figure() -> None:
    scores = hostility([False, False], [0.1, 0.2], alert=0.8)
    assert scores["precision",] == scores["recall",] == scores["auc",] == Figure(None)


def test_tones_by_hand() -> None:
    scores = camps(
        [
            [CampTone(1, 1, sure=True), CampTone(-1, 1, sure=True)],
            [CampTone(0, 0, sure=False), CampTone(-1, None)],
            [CampTone(None, -1, sure=True), CampTone(-1, -1, sure=True)],
        ]
    )
    f1 = {1: 2 / 3, 0: 1, -1: 2 / 4}
    assert value(scores, "macro_f1") == pytest.approx(sum(f1.values()) / 3)
    assert value(scores, "wrong_sign") == pytest.approx(1 / 3)
    assert value(scores, "coverage") == pytest.approx(3 / 5)
    assert value(scores, "mention_precision") == pytest.approx(4 / 5)
    assert value(scores, "mention_recall") == pytest.approx(4 / 5)


def test_a_sure_tone_where_the_label_says_neither_is_wrong_but_has_no_wrong_sign() -> None:
    scores = camps([[CampTone(0, 1, sure=True)], [CampTone(-1, 0, sure=True)]])
    assert value(scores, "wrong_sign") == 0
    assert value(scores, "macro_f1") == 0
    assert value(scores, "coverage") == 1


def test_threads_by_hand() -> None:
    green, brown = ("green", "little"), ("brown", "little")
    scores = exchanges(
        [
            ThreadRead(True, {green}, True, {green}),
            ThreadRead(True, {green, brown}, True, {green}),
            ThreadRead(True, {brown}, False, set()),
            ThreadRead(True, set(), True, set()),
            ThreadRead(False, set(), True, {brown}),
            ThreadRead(False, set(), False, set()),
        ]
    )
    assert value(scores, "precision") == pytest.approx(3 / 4)
    assert value(scores, "recall") == pytest.approx(3 / 4)
    assert value(scores, "f1") == pytest.approx(3 / 4)
    assert value(scores, "pair_accuracy") == pytest.approx(1 / 3)


def test_flags_by_hand() -> None:
    scores = code(
        [
            CodeRead({"R01": {"S2"}, "R21": {"S4"}}, {"R01": "S3"}, kind="A"),
            CodeRead({"R05": {"S3"}}, {"R05": "S1", "R08": "S2"}, also_ok={"R08"}, kind="B"),
            CodeRead({}, {"R01": "S2"}, lookalike=True, kind="A"),
            CodeRead({}, {"R02": "S1"}, lookalike=True, kind="A"),
            CodeRead({}, {"R02": "S4"}, also_ok={"R02"}, lookalike=True, kind="B"),
            CodeRead({}, {}, lookalike=True),
        ]
    )
    assert value(scores, "precision") == pytest.approx(2 / 4)
    assert value(scores, "recall") == pytest.approx(2 / 3)
    assert value(scores, "f1") == pytest.approx(4 / 7)
    assert value(scores, "severity_within_one") == pytest.approx(1 / 2)
    assert value(scores, "lookalikes_flagged") == pytest.approx(1 / 4)
    assert value(scores, "by_rule", "R01", "precision") == pytest.approx(1 / 2)
    assert value(scores, "by_rule", "R21", "recall") == 0
    assert value(scores, "by_class", "B", "f1") == 1
    assert {path[1] for path in scores if path[0] == "by_class"} == {"A", "B"}


def test_a_severity_is_near_any_that_is_accepted() -> None:
    read = [CodeRead({"R05": {"S1", "S3"}}, {"R05": severity}) for severity in ("S0", "S4")]
    assert value(code(read), "severity_within_one") == 1
    assert value(code([CodeRead({"R05": {"S1"}}, {"R05": "S3"})]), "severity_within_one") == 0


def test_a_file_without_any_rule_has_no_figures_of_rules() -> None:
    scores = code([CodeRead({}, {}, lookalike=True)])
    assert scores["f1",] == Figure(None)
    assert value(scores, "lookalikes_flagged") == 0


def test_an_interval_is_as_wide_as_theory_says() -> None:
    labelled = [0] * 400
    read = [0] * 200 + [1] * 200
    accuracy = sentiment(labelled, read)["accuracy",]
    assert accuracy.low == pytest.approx(0.5 - 1.96 * 0.025, abs=0.006)
    assert accuracy.high == pytest.approx(0.5 + 1.96 * 0.025, abs=0.006)


def test_an_interval_of_auc_is_as_wide_as_theory_says() -> None:
    """Hanley and McNeil 1982, formula 1, with the exact Q1 and Q2 of uniform odds."""
    random = np.random.default_rng(5)
    false, true = random.random(300), np.sqrt(random.random(300))
    auc = hostility([False] * 300 + [True] * 300, [*false, *true], alert=0.8)["auc",]
    spread = np.sqrt((2 / 9 + 299 * (1 / 2 - 4 / 9) + 299 * (8 / 15 - 4 / 9)) / 300**2)
    assert auc.value == pytest.approx(2 / 3, abs=3 * spread)
    assert auc.low is not None
    assert auc.high is not None
    assert auc.high - auc.low == pytest.approx(2 * 1.96 * spread, rel=0.15)


def test_pairs_of_one_post_are_drawn_together() -> None:
    right, wrong = CampTone(1, 1, sure=True), CampTone(1, 1, sure=False)
    alone = camps([[right]] * 200 + [[wrong]] * 200)["coverage",]
    together = camps([[right] * 4] * 50 + [[wrong] * 4] * 50)["coverage",]
    assert width(together) == pytest.approx(2 * width(alone), rel=0.15)


def width(figure: Figure) -> float:
    assert figure.low is not None
    assert figure.high is not None
    return figure.high - figure.low


def test_the_same_file_has_the_same_intervals() -> None:
    labelled, read = [0, 1, 2, 0, 1, 2], [0, 1, 1, 0, 2, 2]
    assert sentiment(labelled, read) == sentiment(labelled, read)


@pytest.mark.parametrize(
    ("labelled", "read"),
    [
        ([FAVOR, *[AGAINST] * 4], [AGAINST] * 5),
        ([*[FAVOR] * 3, *[AGAINST] * 3], [AGAINST, FAVOR, AGAINST, AGAINST, FAVOR, AGAINST]),
    ],
)
def test_an_interval_holds_its_figure_even_where_resamples_are_biased(
    labelled: list[int], read: list[int]
) -> None:
    """Of many targets with a handful of rows each, a resample may lose a class altogether."""
    many = 300
    targets = [f"target {number}" for number in range(many) for _ in labelled]
    mean = stance(labelled * many, read * many, targets)["f_avg_mean",]
    assert mean.value is not None
    assert mean.low is not None
    assert mean.high is not None
    assert mean.low <= mean.value <= mean.high


def test_the_figures_are_those_of_scikit_learn() -> None:
    metrics = pytest.importorskip("sklearn.metrics", reason="scikit-learn is not installed")
    random = np.random.default_rng(3)
    labelled = random.integers(0, 3, 500)
    read = np.where(random.random(500) < 0.6, labelled, random.integers(0, 3, 500))
    said = sentiment(labelled.tolist(), read.tolist())
    assert value(said, "macro_recall") == pytest.approx(
        metrics.recall_score(labelled, read, average="macro")
    )
    assert value(said, "macro_f1") == pytest.approx(
        metrics.f1_score(labelled, read, average="macro")
    )
    sides = stance(labelled.tolist(), read.tolist(), ["Ada"] * 500)
    assert value(sides, "f_avg") == pytest.approx(
        metrics.f1_score(labelled, read, labels=[AGAINST, FAVOR], average="macro")
    )
    off = labelled > 0
    odds = np.round(random.random(500) * 0.7 + off * 0.3, 2)
    heat = hostility(off.tolist(), odds.tolist(), alert=0.8)
    assert value(heat, "auc") == pytest.approx(metrics.roc_auc_score(off, odds))
    assert value(heat, "macro_f1") == pytest.approx(
        metrics.f1_score(off, odds >= 0.5, average="macro")
    )
    assert value(heat, "precision") == pytest.approx(metrics.precision_score(off, odds >= 0.8))
    assert value(heat, "recall") == pytest.approx(metrics.recall_score(off, odds >= 0.8))
