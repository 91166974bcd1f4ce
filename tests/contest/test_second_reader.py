"""`[second_reader]`: off unless named, this machine unless the file says otherwise word for word."""

from __future__ import annotations

import pytest

from contest.config import ConfigError, read_contest
from contest.contest import SecondReader
from tests.quay import SMALL

HERE = 'url = "http://127.0.0.1:11434/v1/"\nmodel = "crow:3b"\n'
LEAVES = 'leaves_this_machine = "posts may leave this machine"\n'


def named(table: str) -> SecondReader | None:
    return read_contest(f"{SMALL}\n[second_reader]\n{table}").second_reader


def test_without_the_table_nobody_is_asked() -> None:
    assert read_contest(SMALL).second_reader is None


def test_on_this_machine_a_url_and_a_model_are_enough() -> None:
    assert named(HERE) == SecondReader("http://127.0.0.1:11434/v1", "crow:3b")


@pytest.mark.parametrize("host", ["localhost:8080", "LOCALHOST", "127.0.0.1", "[::1]:9"])
def test_this_machine_is_known_by_its_literal_names_alone(host: str) -> None:
    reader = named(f'url = "http://{host}/v1"\nmodel = "m"')
    assert reader is not None
    assert not reader.may_leave


@pytest.mark.parametrize(
    "host",
    ["models.party.example", "10.0.0.5:8000", "localhost.party.example", "127.0.0.2", "0.0.0.0",
     "localhost.", "127.1", "2130706433", "[::ffff:127.0.0.1]"],
)  # fmt: skip
def test_any_other_host_needs_the_sentence(host: str) -> None:
    table = f'url = "https://{host}/v1"\nmodel = "m"\n'
    with pytest.raises(ConfigError, match=r'line 20: .*leaves_this_machine = "posts may leave'):
        named(table)
    reader = named(table + LEAVES)
    assert reader is not None
    assert reader.may_leave


@pytest.mark.parametrize("said", ['"yes"', "true", '"Posts may leave this machine"', '""'])
def test_only_the_very_sentence_counts(said: str) -> None:
    table = f'url = "https://models.party.example/v1"\nmodel = "m"\nleaves_this_machine = {said}'
    with pytest.raises(ConfigError, match="posts may leave this machine"):
        named(table)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ('model = "m"', '"url" is missing'),
        (f"{HERE}an_hour = 0", "an_hour"),
        (f"{HERE}a_day = 1000000", "a_day"),
        (f'{HERE}timeout = "2d"', "too long"),
        (f'{HERE}key = "sk-1234"', 'unknown key "key"'),
        ('url = "http://u:p@127.0.0.1/v1"\nmodel = "m"', "a user name or password"),
        ('url = "ftp://127.0.0.1/v1"\nmodel = "m"', "is not an address"),
    ],
)
def test_what_is_wrong_is_said(table: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        named(table)
    assert said in str(caught.value)


def test_a_key_in_the_file_is_refused_and_not_repeated() -> None:
    with pytest.raises(ConfigError, match="must be the name of an environment variable") as caught:
        named(f'{HERE}key_from = "sk-1234"')
    assert "sk-1234" not in str(caught.value)
