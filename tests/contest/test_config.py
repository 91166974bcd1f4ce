"""A configuration is read whole, or everything that is wrong with it is said at once."""

import json
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from contest.config import ANY, ConfigError, Vocabulary, load_contest, read_contest
from contest.contest import Thresholds
from tests.quay import SMALL

ROOT = Path(__file__).parents[2]
LANTERN = (ROOT / "config.toml").read_text(encoding="utf-8")


def problems(text: str, vocabulary: Vocabulary = ANY) -> list[tuple[int, str]]:
    with pytest.raises(ConfigError) as caught:
        read_contest(text, vocabulary=vocabulary)
    return [(problem.line, problem.words) for problem in caught.value.problems]


def line_of(text: str, needle: str) -> int:
    return text[: text.index(needle)].count("\n") + 1


def test_the_lantern_contest_is_sound() -> None:
    contest = load_contest(ROOT / "config.toml")
    assert [camp.id for camp in contest.camps] == ["little", "green", "brown", "close"]
    assert len({rule.id for rule in contest.rules}) == 34
    assert contest.storage_path == ROOT / "hustings.db"


def test_the_lantern_roster_and_timetable_are_those_of_the_research() -> None:
    path = ROOT / "../shared/domain/lantern_roster.json"
    if not path.exists():
        pytest.skip("the domain research is not beside this checkout")
    roster = json.loads(path.read_text(encoding="utf-8"))
    contest = load_contest(ROOT / "config.toml")
    assert {(a.handle, a.terms[0].role, a.terms[0].camp) for a in contest.accounts} == {
        (a["handle"], a["role"], a["camp"]) for a in roster["accounts"]
    }
    assert {(p.id, p.start, p.end) for p in contest.phases} == {
        (p["id"], datetime.fromisoformat(p["start"]), datetime.fromisoformat(p["end"]))
        for p in roster["phases"]
    }


def test_every_mistake_is_named_at_once_with_its_line_and_what_was_meant() -> None:
    text = (
        LANTERN.replace('camp = "green", homes', 'camp = "gren", homes', 1)
        .replace('zone = "Europe/London"', 'zone = "Europe/Londn"')
        .replace("pronoun", "pronun", 1)
        .replace('interval = "2m"', 'interval = "2 min"', 1)
        .replace('speaker = "@LanternVotes"', 'speaker = "@LanternVote"')
    )
    found = problems(text)
    assert [line for line, _ in found] == sorted(
        line_of(text, needle)
        for needle in ('"gren", homes', "Londn", "pronun", '"2 min"', '"@LanternVote"')
    )
    words = " | ".join(words for _, words in found)
    assert 'camp "gren" is not defined; did you mean "green"?' in words
    assert 'did you mean "Europe/London"?' in words
    assert 'unknown key "pronun"; did you mean "pronoun"?' in words
    assert 'did you mean "@LanternVotes"?' in words


def test_the_message_begins_with_the_file_and_the_line() -> None:
    with pytest.raises(ConfigError, match=r"^party\.toml, line 7: unknown key \"wings\""):
        read_contest(SMALL.replace('"Europe/London"', '"Europe/London"\nwings = 2'), "party.toml")


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        ('[[camp]]\nid="north"\nname="N"\nhandle="@nia"', 'camp id "north" stands at line 8'),
        ('[[account]]\nhandle="@NIA"\nname="N"\nrole="member"', 'handle "nia" stands at line 13'),
        ('[[account]]\nhandle="@a"\nname="A"\nrole="candidat"', 'did you mean "candidate"?'),
        ('[[account]]\nhandle="@a"\nname="A"', '"role" is missing'),
        (
            '[[phase]]\nid="P"\nname="p"\nfrom=2026-10-02T00:00:00\nto=2026-10-01T00:00:00',
            '"to" is not after "from"',
        ),
        ('[[source]]\nname="s"\nkind="fed"\nurl="https://a.example/f"', 'did you mean "feed"?'),
        ('[[source]]\nname="s"\nkind="feed"\nurl="ftp://a.example/f"', "is not an address"),
        ('[[source]]\nname="s"\nkind="feed"\nurl="http://[::1/f"', "is not an address"),
        ('[[source]]\nname="s"\nkind="feed"\nurl="https://u:p@a.example/"', "a user name or"),
        ('[[source]]\nname="s"\nkind="bluesky"\nurl="https://a.example"', '"follows" is missing'),
        (
            '[[rule]]\nid="R"\nclause="1"\ntitle="t"\ntext="x"\nversion="1"\nseverity="S9"',
            "'S9', but must be 'S0', 'S1', 'S2', 'S3' or 'S4'",
        ),
        (
            '[[rule]]\nid="R"\nclause="1"\ntitle="t"\ntext="x"\nversion="1"\nseverity="S1"\n'
            'looks_for=["thret"]',
            'building block "thret" is not defined; did you mean "threat"?',
        ),
        (
            '[[milestone]]\nname="m"\nat=2026-10-25T01:30:00',
            "occurs twice in Europe/London",
        ),
        (
            '[[milestone]]\nname="m"\nat=2026-03-29T01:30:00',
            "does not occur in Europe/London",
        ),
    ],
)
def test_what_does_not_fit_together_is_said(extra: str, said: str) -> None:
    vocabulary = Vocabulary(kinds=frozenset({"feed", "bluesky"}), blocks=frozenset({"threat"}))
    found = problems(f"{SMALL}\n{extra}\n", vocabulary)
    assert len(found) == 1
    assert said in found[0][1]
    assert found[0][0] > SMALL.count("\n")


def test_two_versions_of_a_rule_may_not_be_in_force_at_once() -> None:
    rule = '[[rule]]\nid="R"\nclause="1"\ntitle="t"\ntext="x"\nversion="{}"\nseverity="S1"\n'
    first = rule.format("1") + "from = 2026-10-01T00:00:00\nto = 2026-10-05T00:00:00\n"
    overlapping = rule.format("2") + "from = 2026-10-04T23:59:59\n"
    assert "versions 1 and 2 overlap" in problems(SMALL + first + overlapping)[0][1]
    following = rule.format("2") + "from = 2026-10-05T00:00:00\n"
    assert len(read_contest(SMALL + first + following).rules) == 2


def test_a_time_without_an_offset_is_the_partys_wall_clock() -> None:
    contest = load_contest(ROOT / "config.toml")
    voting = next(phase for phase in contest.phases if phase.id == "P4")
    nominations = next(phase for phase in contest.phases if phase.id == "P2")
    assert voting.start == datetime(2026, 10, 26, 9, tzinfo=UTC)
    assert nominations.start == datetime(2026, 10, 5, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("octets", "said"),
    [
        (b"[contest\n", "line 1: not valid TOML"),
        (b"a = 1\nb = \xff\n", "line 2: not UTF-8"),
        (b"", '"camp" is missing'),
    ],
)
def test_a_file_that_is_no_configuration_is_refused_in_words(
    octets: bytes, said: str, tmp_path: Path
) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(octets)
    with pytest.raises(ConfigError, match=said):
        load_contest(path)


def test_a_file_that_is_not_there_is_told_with_a_way_out(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="hustings demo"):
        load_contest(tmp_path / "none.toml")


def test_a_wrong_value_hides_no_other_mistake() -> None:
    text = SMALL.replace('handle = "@nia"\nname = "Nia North"\nrole', 'name = "Nia North"\nrole')
    text += "\n[thresholds]\nsure = 7\n" + '[[source]]\nname="s"\nkind="feed"\nurl="x:/y"\n'
    words = [words for _, words in problems(text)]
    assert len(words) == 4
    assert words[0] == 'account "@nia" is not defined'
    assert words[1] == '"handle" is missing'
    assert words[2].startswith('"sure": ')
    assert "is not an address" in words[3]


def test_thresholds_that_are_not_written_are_the_usual_ones() -> None:
    assert "[thresholds]" not in SMALL
    assert read_contest(SMALL).thresholds == Thresholds()


def test_the_reader_is_chosen_by_name() -> None:
    assert read_contest(SMALL).reading.reader == "full"
    assert read_contest(SMALL + '\n[reading]\nreader = "fast"\n').reading.reader == "fast"
    ((_, words),) = problems(SMALL + '\n[reading]\nreader = "quick"\n')
    assert words == "\"reader\" is 'quick', but must be 'full' or 'fast'"


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("x = 2026-01-01T00:00:00", 'unknown key "x"'),
        ("rule = 2026-01-01T00:00:00", '"rule" must be a list of tables'),
        ("groups = [1]", '"groups" must be a table'),
    ],
)
def test_a_code_file_of_another_shape_is_refused_with_its_line(
    code: str, said: str, tmp_path: Path
) -> None:
    (tmp_path / "code.toml").write_text(f"# a code\n{code}\n", encoding="utf-8")
    config = SMALL.replace("[contest]", '[contest]\ncode = "code.toml"', 1)
    with pytest.raises(ConfigError) as caught:
        read_contest(config, folder=tmp_path)
    assert f"code.toml, line 2: {said}" in str(caught.value)


def test_a_name_that_no_file_can_have_is_refused(tmp_path: Path) -> None:
    config = SMALL.replace("[contest]", '[contest]\ncode = "co\\u0000de.toml"', 1)
    with pytest.raises(ConfigError, match="no file can have that name"):
        read_contest(config, folder=tmp_path)


def test_a_wrong_element_is_named_by_its_list() -> None:
    rule = '[[rule]]\nid="R"\nclause="1"\ntitle="t"\ntext="x"\nversion="1"\nseverity="S1"\n'
    words = problems(SMALL + rule + 'looks_for = ["personal attack"]')[0][1]
    assert words.startswith("\"block\" is 'personal attack', but may hold only letters")


@pytest.mark.parametrize("value", ["7", "true", '"x"', "[]", "{}", "1.5", "[[1]]", "0000-01-01"])
def test_no_value_at_any_key_breaks_the_reading(value: str) -> None:
    """Every line `key = value` of the fictional contest gets another value in turn."""
    lines = LANTERN.splitlines()
    keys: dict[str, int] = {}
    for number, line in enumerate(lines):
        if " = " in line and not line.startswith((" ", "#")):
            keys.setdefault(line.split(" = ")[0], number)
    for key, number in keys.items():
        changed = [*lines[:number], f"{key} = {value}", *lines[number + 1 :]]
        with suppress(ConfigError):
            read_contest("\n".join(changed))
