"""`hustings init` asks in order, says at once what is wrong, and writes what `check` finds sound."""

import io
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from contest.config import load_contest
from contest.contest import Contest
from contest.templates import templates
from contest.worked_codes import worked_codes
from hustings.__main__ import main
from hustings.answering import AnswerProblem
from hustings.drafting import code_text, config_text
from hustings.interview import OWN, Draft, Question, reached, taken
from hustings.opening import VOCABULARY

ROOT = Path(__file__).parents[2]

FULL = {
    "What is the election called": "Harbour Guild warden 2027",
    "Which party": "Harbour Guild",
    "By whose clock": "Pacific/Auckland",
    "Candidate 1: name": "Mere Tāwhai",
    "Mere Tāwhai: he, she": "she",
    "Mere Tāwhai: where": "mere.example.org, https://mere.example/feed.xml",
    "Candidate 2: name": "Joss Lyle",
    "Joss Lyle: where": "@joss@guild.example",
    "Who is the returning officer": "Petra Vane",
    "Petra Vane: where": "@petra@guild.example",
    "Rival parties": "Reef Party",
    "When does the contest begin": "2027-03-01 09:00",
    "When do nominations open": "2027-03-08 09:00",
    "When do nominations close": "2027-03-15 17:00",
    "When does voting open": "2027-03-29 09:00",
    "When does voting close": "2027-04-12 12:00",
    "When does a quiet period": "2027-04-11 12:00",
    "When is the result declared": "2027-04-14 18:00",
    "Until when may one object": "2027-04-20 17:00",
    "Until when may one join": "2027-03-10T23:59-08:00",
    "Other places": "https://guild.example/news.atom",
    "How can the keeper": "https://guild.example/monitoring",
}
LEAST = {"What is": "Quay chair", "Which party": "Quay Society", "Candidate 1: name": "Nia North"}


def conversation(said: dict[str, str]) -> Iterator[tuple[Question, str]]:
    """Every question in turn, and what is answered to it: Enter where nothing is said."""
    answers: list[str] = []
    while isinstance(question := reached(answers), Question):
        answer = next((a for words, a in said.items() if question.words.startswith(words)), "")
        yield question, answer
        answers.append(answer)


def answered(said: dict[str, str]) -> list[str]:
    return [answer for _, answer in conversation(said)]


def drafted(said: dict[str, str]) -> Draft:
    draft = reached(answered(said))
    assert isinstance(draft, Draft)
    return draft


def founded(draft: Draft, folder: Path) -> Contest:
    (folder / "code.toml").write_text(code_text(draft), encoding="utf-8")
    (folder / "config.toml").write_text(config_text(draft), encoding="utf-8")
    return load_contest(folder / "config.toml", VOCABULARY)


def test_what_is_answered_is_what_the_contest_is(tmp_path: Path) -> None:
    contest = founded(drafted(FULL), tmp_path)
    assert contest.zone.key == "Pacific/Auckland"
    assert [(c.id, c.handle, c.pronoun, c.aliases) for c in contest.camps] == [
        ("tawhai", "@meretawhai", "she", ("Mere", "Tāwhai")),
        ("lyle", "@josslyle", "they", ("Joss", "Lyle")),
    ]
    assert [account.terms[0].role for account in contest.accounts] == [
        "candidate", "candidate", "returning_officer",
    ]  # fmt: skip
    assert [(s.kind, s.follows, s.speaker) for s in contest.sources] == [
        ("bluesky", "mere.example.org", "@meretawhai"),
        ("feed", "", "@meretawhai"),
        ("mastodon", "@joss", "@josslyle"),
        ("mastodon", "@petra", "@petravane"),
        ("feed", "", ""),
    ]
    assert [phase.kind for phase in contest.phases] == [
        "vacancy", "nominations", "campaign", "voting", "quiet", "count", "declared",
    ]  # fmt: skip
    assert contest.phases[3].start == datetime(2027, 3, 28, 20, tzinfo=UTC)
    assert contest.milestones[0].at == datetime(2027, 3, 11, 7, 59, tzinfo=UTC)
    assert contest.polling.contact == "https://guild.example/monitoring"


def test_a_contest_of_three_answers_is_sound(tmp_path: Path) -> None:
    contest = founded(drafted(LEAST), tmp_path)
    assert [camp.name for camp in contest.camps] == ["Nia North"]
    assert contest.phases == ()
    assert contest.rules


@pytest.mark.parametrize("code", [*worked_codes(), OWN])
def test_each_kind_of_contest_with_all_its_templates_is_sound(code: str, tmp_path: Path) -> None:
    said = FULL | {"Which comes closest": code, "Templates to add": "all"}
    contest = founded(drafted(said), tmp_path)
    assert {rule.like for rule in contest.rules} >= templates().keys()
    assert {rule.start for rule in contest.rules} == {None, datetime(2027, 3, 15, 4, tzinfo=UTC)}


def test_the_code_that_is_offered_first_is_that_of_the_country() -> None:
    def offered(zone: str) -> str:
        said = LEAST | {"By whose clock": zone}
        asked = [question for question, _ in conversation(said)]
        question = next(q for q in asked if q.words.startswith("Which comes closest"))
        return str(question.read(question.default))

    assert offered("Pacific/Auckland") == "nz-late-code"
    assert offered("America/Vancouver") == "ca-compliance"
    assert offered("Australia/Perth") == "au-advert-ban"
    assert offered("Europe/London") == "uk-party"


@pytest.mark.parametrize(
    ("asked", "answer", "reason"),
    [
        ("What is the election", "", "a name is needed"),
        ("What is the election", "x" * 301, "longer than 300"),
        ("By whose clock", "Europe/Londn", 'did you mean "Europe/London"?'),
        ("By whose clock", "../../etc/passwd", "no time zone"),
        ("Candidate 1: name", "", "at least one candidate is needed"),
        ("Mere Tāwhai: handle", "two words", "in one word"),
        ("Mere Tāwhai: he, she", "it", 'there is no pronoun "it"'),
        ("Mere Tāwhai: where", "nowhere", "is none of nia.bsky.social"),
        ("Mere Tāwhai: where", "https://me:secret@mere.example", "user name or password"),
        ("Mere Tāwhai: where", "a.example, b.example", "one account on Bluesky"),
        ("Candidate 2: name", "mere tāwhai", "stands already"),
        ("Joss Lyle: handle", "@MereTawhai", "somebody else's handle"),
        ("Joss Lyle: where", "mere.example.org", "was named before"),
        ("When do nominations open", "8 March", "say the day and the hour"),
        ("When do nominations open", "2027-03-08", "say the day and the hour"),
        ("When do nominations open", "2027-02-30 09:00", "day is out of range"),
        ("When do nominations open", "2027-02-08 09:00", "not after the beginning on 2027-03-01"),
        ("When does voting close", "2027-04-04 02:30", "occurs twice in Pacific/Auckland"),
        ("When does a quiet period", "2027-04-12 12:00", "not before the close of voting"),
        ("When does a quiet period", "2027-03-29 09:00", "not after the opening of voting"),
        ("Which comes closest", "99", 'there is no code "99"'),
        ("Templates to add", "R99", 'there is no template "R99"'),
        ("How can the keeper", "büro", "plain letters"),
    ],
)
def test_an_answer_that_cannot_be_is_refused_with_its_reason(
    asked: str, answer: str, reason: str
) -> None:
    question = next(q for q, _ in conversation(FULL) if q.words.startswith(asked))
    with pytest.raises(AnswerProblem, match=".") as caught:
        question.read(answer)
    assert reason in str(caught.value)


def test_every_question_explains_itself() -> None:
    assert not [q.words for q, _ in conversation(FULL) if not q.more and "party" not in q.words]


@pytest.mark.parametrize(
    "name", ['Nia "N" North', "Nia \\u0041 North", "Nia ]] North", "ニア ノース"]
)
def test_names_stand_in_the_file_as_they_were_typed(name: str, tmp_path: Path) -> None:
    contest = founded(drafted(LEAST | {"Candidate 1: name": name}), tmp_path)
    assert contest.camps[0].name == name


def test_terminal_escapes_in_an_answer_are_not_written(tmp_path: Path) -> None:
    contest = founded(drafted(LEAST | {"Candidate 1: name": "Nia\x1b[31m North\x07"}), tmp_path)
    assert contest.camps[0].name == "Nia North"


def test_a_dash_is_nothing_where_enter_would_be_something() -> None:
    draft = drafted(LEAST | {"Nia North: other names": "-"})
    assert draft.candidates[0].aliases == ()
    assert drafted(LEAST).candidates[0].aliases == ("Nia", "North")


def test_answers_from_a_file_are_written_and_checked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answers, target = tmp_path / "answers.txt", tmp_path / "config.toml"
    answers.write_text("\n".join(answered(FULL)) + "\n", encoding="utf-8")
    assert main(["init", "--config", str(target), "--from", str(answers)]) != 2
    out, err = capsys.readouterr()
    assert "Harbour Guild warden 2027: sound" in out
    assert "What comes next" in err
    assert load_contest(target, VOCABULARY).name == "Harbour Guild warden 2027"


def test_what_is_there_is_never_written_over_without_asking(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answers, code = tmp_path / "answers.txt", tmp_path / "code.toml"
    answers.write_text("\n".join(answered(FULL)), encoding="utf-8")
    code.write_text("# mine", encoding="utf-8")
    target = ["--config", str(tmp_path / "config.toml")]
    assert main(["init", *target, "--from", str(answers)]) == 2
    assert f"already there: {code}; move it away" in capsys.readouterr().err
    assert code.read_text(encoding="utf-8") == "# mine"
    assert not (tmp_path / "config.toml").exists()


def test_a_wrong_answer_in_a_file_is_named_with_its_line_and_question(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answers, target = tmp_path / "answers.txt", str(tmp_path / "config.toml")
    answers.write_text("Quay chair\nQuay Society\nEurope/Londn\n", encoding="utf-8")
    assert main(["init", "--config", target, "--from", str(answers)]) == 2
    assert "line 3: By whose clock?: there is no time zone" in capsys.readouterr().err
    answers.write_text("Quay chair\nQuay Society\n", encoding="utf-8")
    assert main(["init", "--config", target, "--from", str(answers)]) == 2
    assert "it ends before the question: By whose clock?" in capsys.readouterr().err


def test_without_a_terminal_it_says_how_to_answer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    assert main(["init", "--config", str(tmp_path / "config.toml")]) == 2
    assert "no terminal to ask on; give the answers with --from FILE" in capsys.readouterr().err


class Terminal:
    """`hustings init` on a terminal of its own: waits for words, then types."""

    def __init__(self, folder: Path) -> None:
        pty = pytest.importorskip("pty", reason="no pseudo-terminals on this system")
        self.side, other = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "hustings", "init"],
            cwd=folder, stdin=other, stderr=other, stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(ROOT), "TERM": "dumb", "TZ": "Europe/London"},
        )  # fmt: skip
        os.close(other)
        self.heard = ""

    def hears(self, words: str) -> None:
        """Wait until the words have been said since the last time."""
        while words not in self.heard:
            self.heard += os.read(self.side, 4096).decode("utf-8", "replace").replace("\r\n", "\n")
        self.heard = self.heard.partition(words)[2]

    def answers(self, question: str, text: str) -> None:
        self.hears(question)
        os.write(self.side, f"{text}\n".encode())

    def ends(self) -> int:
        """The exit code; what is still said is read, so that nothing is held up."""
        try:
            while os.read(self.side, 4096):
                pass
        except OSError:  # the other side has hung up
            pass
        self.process.communicate()
        os.close(self.side)
        return self.process.returncode


def test_on_a_terminal_one_can_ask_go_back_and_be_told_why(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    terminal.answers("What is the election called?", "Wrong name")
    terminal.answers("Which party or body holds it?", "<")
    terminal.answers("What is the election called?", "Quay chair")
    terminal.answers("Which party or body holds it?", "Quay Society")
    terminal.answers("By whose clock? [Europe/London]", "?")
    terminal.hears("The time zone of the party's deadlines")
    terminal.answers("By whose clock?", "Europe/Londn")
    terminal.hears('did you mean "Europe/London"?')
    terminal.answers("By whose clock?", "")
    terminal.answers("Candidate 1: name", "Nia North")
    rest = answered(LEAST)[4:]
    questions = [question for question, _ in conversation(LEAST)][4:]
    for question, text in zip(questions, rest, strict=True):
        terminal.answers(question.words[:40], text)
    assert terminal.ends() != 2
    assert load_contest(tmp_path / "config.toml", VOCABULARY).name == "Quay chair"


def test_leaving_half_way_writes_nothing(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    terminal.answers("What is the election called?", "Quay chair")
    terminal.hears("Which party or body holds it?")
    os.write(terminal.side, b"\x04")  # a signal may come before the program waits for one
    assert terminal.ends() == 130
    assert list(tmp_path.iterdir()) == []


def test_taking_enter_for_an_answer_is_the_questions_default() -> None:
    question = Question("By whose clock?", str, default="UTC")
    assert [taken(question, text) for text in ("", "  ", "-", "Europe/Rome")] == [
        "UTC", "UTC", "", "Europe/Rome",
    ]  # fmt: skip
