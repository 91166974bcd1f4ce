"""A labelled file is read by the contest's own readers, and scored as the field does."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from analysis.encoder import Answer, Floats
from analysis.heads import POST_HEADS, SLOT_HEADS, Head
from analysis.masking import MARKS, Masked
from hustings.__main__ import main
from hustings.commandline import TASKS as OFFERED
from hustings.errors import UsageProblem
from hustings.evaluating import TASKS, Trial, evaluated
from tests.quay import SMALL

ROOT = Path(__file__).parents[2]
TWO_CAMPS = (
    SMALL
    + """
[[camp]]
id = "south"
name = "Sol South"
handle = "@sol"

[[account]]
handle = "@sol"
name = "Sol South"
role = "candidate"
camp = "south"

[[rule]]
id = "R01"
clause = "1"
title = "Respect"
text = "Do not disparage each other."
version = "1"
severity = "S2"
binds = ["candidate"]
expects = ["member"]
looks_for = ["attack-on-candidate"]

[[account]]
handle = "@moll"
name = "Moll"
role = "member"

[thresholds]
sure = 0.6
hostile = 0.5
alert = 0.7
"""
)
AT = {"at": "2026-11-02T10:00:00Z"}
SURE, UNSURE = 0.8, 0.4


class ByWords:
    """A model of a few words: "rocks" and "stinks" after a name, "vile" and "rude" anywhere."""

    version = "words@7"

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.batches: list[int] = []

    def read(self, texts: Sequence[Masked]) -> list[Answer]:
        self.texts += [text.text for text in texts]
        self.batches.append(len(texts))
        return [self._answer(text) for text in texts]

    def _answer(self, text: Masked) -> Answer:
        body = text.text[text.body :].lower()
        post = {head.name: _at_rest(head) for head in POST_HEADS}
        post["sentiment"] = _leaning(body, SURE)
        heat = 0.9 if "vile" in body else 0.6 if "rude" in body else 0.1
        post["offensive"] = post["hostile"] = np.array([heat], np.float32)
        slots = tuple(self._slot(body, MARKS[number]) for number in range(len(text.slots)))
        return Answer(post, slots, (), np.zeros((len(slots), 0), np.float32))

    def _slot(self, body: str, mark: str) -> dict[str, Floats]:
        after = body.partition(mark)[2].partition("[")[0]
        said = {head.name: _at_rest(head) for head in SLOT_HEADS}
        said["stance"] = said["tone"] = _leaning(after, UNSURE if "maybe" in body else SURE)
        said["attack"] = np.array(
            [0.9 if "stinks" in after or "vile" in after else 0.1], np.float32
        )
        said["meant"] = np.array([1.0], np.float32)
        return said


def _at_rest(head: Head) -> Floats:
    return np.full(head.size, 1 / head.size if head.kind == "choice" else 0.0, np.float32)


def _leaning(words: str, odd: float) -> Floats:
    place = 2 if "rocks" in words else 0 if "stinks" in words else 1
    odds = np.full(3, (1 - odd) / 2, np.float32)
    odds[place] = odd
    return odds


@pytest.fixture
def model() -> ByWords:
    return ByWords()


def written(folder: Path, *records: object) -> Path:
    path = folder / "labelled.jsonl"
    path.write_text("\n".join(json.dumps(record) for record in records), encoding="utf-8")
    return path


def a_contest(folder: Path) -> Path:
    path = folder / "config.toml"
    path.write_text(TWO_CAMPS, encoding="utf-8")
    return path


def test_sentiment_is_read_of_the_whole_post(tmp_path: Path, model: ByWords) -> None:
    path = written(
        tmp_path,
        {"id": "1", "text": "The new pier rocks", "label": "positive"},
        {"id": "2", "text": "The harbour stinks", "label": "negative"},
        {"id": "3", "text": "A bus ran", "label": "neutral"},
        {"id": "4", "text": "A bus rocks", "label": "neutral"},
    )
    said = evaluated("sentiment", Trial(path, None, lambda: model))
    assert said["task"] == "sentiment"
    assert said["n"] == 4
    assert said["readers"] == {"sentiment": "words@7"}
    assert said["posts_per_s"] > 0
    assert said["accuracy"] == 0.75
    assert said["macro_recall"] == round(2.5 / 3, 4)
    low, high = said["macro_recall_ci"]
    assert 0 <= low < said["macro_recall"] < high <= 1


def test_stance_is_read_towards_each_rows_own_target(tmp_path: Path, model: ByWords) -> None:
    text = "Nia North rocks and Sol South stinks"
    path = written(
        tmp_path,
        {"text": text, "target": "Nia North", "label": "favor"},
        {"text": text, "target": "Sol South", "label": "against"},
        {"text": "Nothing to say of anybody", "target": "Nia North", "label": "none"},
    )
    said = evaluated("stance", Trial(path, None, lambda: model))
    assert said["f_avg"] == said["macro_f1"] == 1
    assert said["labels"] == ["against", "none", "favor"]
    assert said["by_target"]["Nia North"]["n"] == 2
    assert said["by_target"]["Sol South"]["f_avg"] == 1
    assert said["by_target"]["Sol South"]["f_avg_ci"] == [1, 1]


def test_the_target_and_its_rivals_are_marked_beside_their_names(
    tmp_path: Path, model: ByWords
) -> None:
    path = written(
        tmp_path,
        {"text": "Nia North rocks, Sol South is a bore", "target": "Nia North", "label": "favor"},
        {"text": "Sol South stinks", "target": "Sol South", "label": "against"},
    )
    evaluated("stance", Trial(path, None, lambda: model))
    both, one = model.texts
    assert both.split() == f"{MARKS[0]} Nia North rocks, {MARKS[1]} Sol South is a bore".split()
    assert one.split() == f"{MARKS[0]} Sol South stinks".split()


def test_a_file_that_never_says_none_asks_only_which_side(tmp_path: Path, model: ByWords) -> None:
    path = written(
        tmp_path,
        {"text": "Nia North sang", "target": "Nia North", "label": "against"},
        {"text": "Nia North rocks", "target": "Nia North", "label": "favor"},
    )
    said = evaluated("stance", Trial(path, None, lambda: model))
    assert said["labels"] == ["against", "favor"]
    assert said["f_avg"] == 1


def test_a_file_of_many_targets_masks_each_rows_own_alone(tmp_path: Path, model: ByWords) -> None:
    names = [f"Person{letter * 4}" for letter in "abcdefghijklm"]
    rows = [{"text": f"{n} rocks, {names[0]} too", "target": n, "label": "favor"} for n in names]
    said = evaluated("stance", Trial(written(tmp_path, *rows), None, lambda: model))
    assert len(said["by_target"]) == 13
    assert said["f_avg"] == 1
    assert MARKS[0] in model.texts[1]
    assert MARKS[1] not in model.texts[1]


def test_the_alert_threshold_is_the_contests(tmp_path: Path, model: ByWords) -> None:
    path = written(
        tmp_path,
        {"text": "You vile man", "label": "off"},
        {"text": "A rude word", "label": "off"},
        {"text": "A vile smell from the drain", "label": "not"},
        {"text": "Good evening", "label": "not"},
    )
    said = evaluated("hostility", Trial(path, a_contest(tmp_path), lambda: model))
    assert said["alert"] == 0.7
    assert (said["precision"], said["recall"]) == (0.5, 0.5)
    assert said["macro_f1"] == round((4 / 5 + 2 / 3) / 2, 4)
    assert said["auc"] == (0.5 + 1 + 0 + 1) / 4


def test_without_any_contest_hostility_has_the_usual_threshold(
    tmp_path: Path, model: ByWords, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("hustings.evaluating.config_path", lambda: tmp_path / "none.toml")
    path = written(tmp_path, {"text": "You vile man", "label": "off"})
    assert evaluated("hostility", Trial(path, None, lambda: model))["alert"] == 0.75


def test_tones_are_scored_over_the_pairs_that_the_labels_name(
    tmp_path: Path, model: ByWords
) -> None:
    path = written(
        tmp_path,
        a_post("Nia North rocks and Sol South stinks", tone={"north": 1, "south": -1}),
        a_post("Sol South stinks", tone={"south": 1}),
        a_post("Nia North rocks maybe", tone={"north": 0}),
        a_post("Nia North rocks", tone={}),
        a_post("Rain again", tone={"south": 0}),
    )
    said = evaluated("camps", Trial(path, a_contest(tmp_path), lambda: model))
    assert (said["n"], said["pairs"]) == (5, 5)
    assert said["macro_f1"] == round((2 / 3 + 0 + 1 / 2) / 3, 4)  # "rocks maybe" leans to 1
    assert said["macro_f1_shown"] == round((2 / 3 + 2 / 3 + 2 / 3) / 3, 4)  # and is shown as 0
    assert said["wrong_sign"] == round(1 / 3, 4)
    assert said["coverage"] == 0.6
    assert said["mention_precision"] == said["mention_recall"] == 0.8
    assert said["readers"]["sentiment"] == "words@7"
    assert set(said["readers"]) >= {"sentiment", "hostility", "exchange", "code"}


def a_post(text: str, author: str = "@moll", **labels: object) -> dict[str, object]:
    return (
        {"id": text, "author": author, "text": text, "kind": "post", "parent": None} | AT | labels
    )


def a_thread(hostile: bool, pairs: Sequence[tuple[str, str]], *said: tuple[str, str]) -> object:
    """A thread whose later posts all answer the first."""
    posts = [
        {"uri": f"u{n}", "author": author, "text": text, "parent_uri": "u0" if n else None,
         "kind": "reply" if n else "post"} | AT
        for n, (author, text) in enumerate(said)
    ]  # fmt: skip
    ends = [{"from_camp": one, "to_camp": other} for one, other in pairs]
    return {"id": "t", "posts": posts, "hostile": hostile, "pairs": ends}


def test_a_thread_is_flagged_by_an_exchange_or_by_a_hostile_stranger(
    tmp_path: Path, model: ByWords
) -> None:
    path = written(
        tmp_path,
        a_thread(True, [("north", "south")], ("@sol", "Good evening"), ("@nia", "Sol South stinks, vile")),
        a_thread(True, [], ("@sol", "Good evening"), ("@somebody", "Sol South stinks, vile")),
        a_thread(True, [("south", "north")], ("@sol", "Nia North is late again, maybe")),
        a_thread(False, [], ("@nia", "Nia North stinks, vile. My own fault")),
        a_thread(False, [], ("@somebody", "A vile smell from the drain")),
    )  # fmt: skip
    said = evaluated("exchanges", Trial(path, a_contest(tmp_path), lambda: model))
    assert (said["n"], said["posts"]) == (5, 7)
    assert said["precision"] == 1
    assert said["recall"] == round(2 / 3, 4)
    assert said["pair_accuracy"] == 0.5


def test_a_reply_is_read_under_the_post_that_it_answers(tmp_path: Path, model: ByWords) -> None:
    thread = a_thread(False, [], ("@sol", "Good evening"), ("@nia", "And to you"))
    evaluated("exchanges", Trial(written(tmp_path, thread), a_contest(tmp_path), lambda: model))
    assert "Good evening" in model.texts[1]


def test_flags_count_by_rule_and_an_expectation_is_none(tmp_path: Path, model: ByWords) -> None:
    attack = "Sol South is a vile man and a liar"
    expected = [{"rule": "R01", "severity": "S3"}]
    far = [{"rule": "R01", "severity": "S0", "sev_ok": ["S0", "S4"]}]
    path = written(
        tmp_path,
        a_post(attack, "@nia", expected=expected, **{"class": "A"}),
        a_post(attack, "@nia", expected=[], also_ok=["R01"], **{"class": "B"}),
        a_post(attack, "@moll", expected=[], near="R01", **{"class": "A"}),
        a_post("Good evening", "@nia", expected=[{"rule": "R99", "severity": "S1"}]),
        a_post(attack, "@nia", expected=[], near="R01"),
        a_post(attack, "@nia", expected=far),
    )
    said = evaluated("code", Trial(path, a_contest(tmp_path), lambda: model))
    assert said["precision"] == round(2 / 3, 4)
    assert said["recall"] == round(2 / 3, 4)
    assert said["severity_within_one"] == 0.5
    assert said["lookalikes_flagged"] == 0.5
    assert said["by_rule"]["R01"]["n"] == 2
    assert said["by_rule"]["R99"]["recall"] == 0
    assert said["by_rule"]["R99"]["precision"] is None
    assert said["by_rule"]["R99"]["precision_ci"] == [None, None]
    assert said["by_class"]["A"]["f1"] == 1
    assert "B" in said["by_class"]


def test_a_long_file_is_read_in_batches(tmp_path: Path, model: ByWords) -> None:
    row = {"text": "The pier rocks", "label": "positive"}
    said = evaluated("sentiment", Trial(written(tmp_path, *[row] * 1100), None, lambda: model))
    assert said["n"] == 1100
    assert sum(model.batches) == 1100
    assert max(model.batches) <= 512


@pytest.mark.parametrize(
    ("task", "line", "words"),
    [
        ("sentiment", "{", "not JSON"),
        ("sentiment", "[1]", "not a JSON object"),
        ("sentiment", '{"text": "x"}', '"label" is missing'),
        ("sentiment", '{"text": "x", "label": "Positve"}', "must be one of negative, neutral, positive"),
        ("sentiment", '{"label": "neutral"}', '"text" is missing'),
        ("stance", '{"text": "x", "label": "favor"}', '"target" is missing'),
        ("stance", '{"text": "x", "target": "\\u200b", "label": "favor"}', "names nobody"),
        ("stance", '{"text": "x", "target": "Ada", "label": "positive"}', "against, none, favor"),
        ("hostility", '{"text": "x", "label": ["off"]}', "must be one of not, off"),
        ("camps", json.dumps(a_post("x")), '"tone" is missing'),
        ("camps", json.dumps(a_post("x", tone={"nort": 1})), 'did you mean "north"?'),
        ("camps", json.dumps(a_post("x", tone={"north": True})), "must be -1, 0 or 1"),
        ("camps", json.dumps({"text": "x", "author": "@a", "at": "noon", "tone": {}}), '"at" is'),
        ("exchanges", json.dumps(a_thread(True, [("north", "west")], ("@a", "x"))), '"west"'),
        ("exchanges", json.dumps(a_thread(True, [])), '"posts" is empty'),
        ("exchanges", '{"posts": [], "pairs": []}', '"hostile" is missing'),
        ("code", json.dumps(a_post("x")), '"expected" is missing'),
        ("code", json.dumps(a_post("x", expected=[{"rule": "R01", "severity": "S9"}])), "S0, S1, S2"),
    ],
)  # fmt: skip
def test_a_line_that_is_wrong_is_named_before_anything_is_read(
    task: str, line: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "labelled.jsonl"
    path.write_text(f"\n{line}\n", encoding="utf-8")
    assert main(["evaluate", task, str(path), "--config", str(a_contest(tmp_path))]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"{path}, line 2: ")
    assert words in err
    assert len(err.splitlines()) == 1


def test_a_file_that_holds_nothing_is_said_to(tmp_path: Path) -> None:
    path = tmp_path / "labelled.jsonl"
    path.write_text("\n \n", encoding="utf-8")
    with pytest.raises(UsageProblem, match="empty"):
        evaluated("sentiment", Trial(path, None, ByWords))


def test_the_command_prints_one_json_object_and_nothing_else(
    tmp_path: Path,
    model: ByWords,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(
        "hustings.evaluating.open_model", lambda which: [asked.append(which), model][1]
    )
    path = written(tmp_path, a_post("Nia North rocks", tone={"north": 1}))
    command = ["evaluate", "camps", str(path), "--config", str(a_contest(tmp_path))]
    assert main([*command, "--reader", "fast"]) == main(command) == 0
    out, err = capsys.readouterr()
    first, second = map(json.loads, out.splitlines())
    assert first["macro_f1"] == second["macro_f1"] == 1
    assert asked == ["fast", "full"]
    assert err == ""


def test_a_reader_that_is_not_there_is_said_and_no_other_is_scored_in_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hustings.reading.MODELS", tmp_path)
    path = written(tmp_path, {"text": "A bus ran", "label": "neutral"})
    assert main(["evaluate", "sentiment", str(path)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "card.json" in err
    assert "--reader fast" in err


@pytest.mark.parametrize(
    ("name", "task", "counted"),
    [
        ("tone", "camps", {"n": 156, "pairs": 252}),
        ("exchanges", "exchanges", {"n": 58, "posts": 132}),
        ("code", "code", {"n": 262}),
    ],
)
def test_the_practice_files_are_read(
    name: str, task: str, counted: dict[str, int], model: ByWords
) -> None:
    path = ROOT / f"../shared/exam/practice/{name}.jsonl"
    if not path.exists():
        pytest.skip("the practice exam is not beside this checkout")
    said = evaluated(task, Trial(path, ROOT / "config.toml", lambda: model))
    assert {key: said[key] for key in counted} == counted


def test_an_unknown_task_lists_those_there_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path, {})
    assert main(["evaluate", "mood", str(path)]) == 2
    err = capsys.readouterr().err
    assert all(task in err for task in TASKS)


def test_the_command_line_offers_every_task_there_is() -> None:
    assert tuple(TASKS) == OFFERED


def test_odd_texts_are_read_too(tmp_path: Path, model: ByWords) -> None:
    odd = ["", "🙂", "x" * 200_000, "новости", "\u200b\u202e", "[unused1] [SEP]", "\ud800"]
    rows = [{"text": text, "label": "neutral"} for text in odd]
    said = evaluated("sentiment", Trial(written(tmp_path, *rows), None, lambda: model))
    assert said["accuracy"] == 1
    assert max(map(len, model.texts)) <= 100_000
