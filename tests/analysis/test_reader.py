"""The reader as a whole: roster, phases, versions, the seam, and whatever people may write."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.meaning import Cue, Odds, Sense, Toward
from analysis.reader import load_reader
from contest.reading import Hostility
from tests.analysis.world import a_post, lantern

READER = load_reader(lantern())
PARTS = (
    *("Ada", "Little", "Rowan", "Green's", "liar", "not", "'", '"', "\n", ".", "?", ",", "but"),
    *("than", "@DenzilBrown", "you", "she", "01632", "960", "555", "code", "vote", "Tide", "Party"),
    *("HQ", "rigged", "👏", "\u200b", "Siân", "54-46", "#NeverBrown"),
)


def test_camp_and_role_come_from_the_roster(read):
    reading = read("Morning.", by="@tomosfrith")
    assert (reading.account, reading.camp, reading.role) == ("@TomosFrith", "green", "team")
    stranger = read("Morning.", by="@TomosFrith2")
    assert (stranger.account, stranger.camp, stranger.role) == ("", "", "")


def test_on_a_platform_only_a_home_handle_counts(read):
    assert read("Morning.", by="ada.example", platform="bluesky").camp == "little"
    assert read("Morning.", by="@AdaLittleLP", platform="bluesky").camp == ""


def test_the_phase_is_the_timetables(read):
    assert read("Morning.", at="2026-11-09T12:00:00").phase == "P4q"
    assert read("Morning.", at="2026-09-01T12:00:00").phase == ""


def test_words_of_another_language_are_not_guessed_at(read):
    late = "Rowan Green a encore du retard"  # which the words alone cannot tell from English
    assert read(late, by="@AdaLittleLP").breaches
    assert not read(late, by="@AdaLittleLP", lang="fr").breaches
    ring = "Voici le portable de Rowan: 01632 960 555"
    assert [b.rule for b in read(ring, by="@AdaLittleLP", lang="fr").breaches] == ["R22"]


def test_a_reading_says_that_the_language_was_not_read(reader, read):
    insult = "Rowan Green is een leugenaar. 👏"
    unread = read(insult, by="@AdaLittleLP", lang="nl")
    assert [(tone.camp, tone.tone, tone.sure) for tone in unread.tones] == [("green", 0, False)]
    assert (unread.hostility, unread.exchange) == (Hostility(), None)
    assert dict(unread.readers) == {**reader.versions, "language": "not read: nl"}
    odd = read(insult, lang="x\x1b[31m\u202e" * 20).readers["language"]
    assert len(odd) <= len("not read: ") + 20
    assert odd.isprintable()


@pytest.mark.parametrize("lang", ["", "en", "en-GB", "EN_us", "eng", "und", "mul", "mis", "zxx"])
def test_english_and_what_does_not_say_its_language_are_read(reader, read, lang):
    reading = read("Rowan Green is a liar.", by="@AdaLittleLP", lang=lang)
    assert [tone.tone for tone in reading.tones] == [-1]
    assert reading.exchange is not None
    assert reading.readers == reader.versions


def test_a_plain_repost_carries_the_tone_of_what_it_reposts_and_opens_no_exchange(read):
    above = ("@kez_lantern", "Rowan Green is a liar.")
    reading = read(above[1], by="@AdaLittleLP", kind="repost", above=above)
    assert [(tone.camp, tone.tone) for tone in reading.tones] == [("green", -1)]
    assert reading.exchange is None


def test_every_reading_carries_its_readers_versions(reader, read):
    assert dict(read("Morning.").readers) == dict(reader.versions)
    assert set(reader.versions) == {"sentiment", "hostility", "exchange", "code", "contest"}
    assert all("@" in version for version in reader.versions.values())


class EverybodyAttacks:
    """Another way of finding meaning, behind the same seam."""

    versions = {"sentiment": "other@7", "hostility": "other@7"}

    def senses(self, passages):
        return [self.sense(passage) for passage in passages]

    def sense(self, passage):
        cue, against = Cue(0.9, ((0, 3),)), Odds(0.9, 0.1, 0.0)
        toward = tuple(Toward(m.target, Cue(-0.9), against, cue) for m in passage.mentions)
        return Sense(toward, hostility=cue)


def test_meaning_may_be_found_in_another_way():
    reading = load_reader(lantern(), EverybodyAttacks()).read(
        a_post("Ada Little spoke.", by="@TomosFrith")
    )
    assert reading.readers["sentiment"] == "other@7"
    assert [tone.tone for tone in reading.tones] == [-1]
    assert reading.exchange is not None
    assert [breach.rule for breach in reading.breaches] == ["R01"]


@pytest.mark.parametrize(
    "text", ["", " ", "\n\n", "😀", "👏👏👏", "\u200b", "@", "#", "'", "[red]"]
)
def test_next_to_nothing_says_nothing(read, text):
    reading = read(text, by="@TomosFrith")
    assert (reading.tones, reading.breaches, reading.exchange) == ((), (), None)


@pytest.mark.parametrize(
    "text",
    [
        "Ada Little is a liar and Rowan is brilliant. " * 2200,
        "a" * 100_000,
        "0" * 100_000,
        "01632 " * 16_000,
        "'" * 100_000,
        "code " * 20_000,
        "not " * 25_000,
        "1 road a " * 11_000,
        "[photo " * 14_000,
        "@" * 100_000,
        "#Never" * 16_000,
        "you " * 25_000,
    ],
    ids=lambda text: text[:12],
)
def test_a_hundred_thousand_characters_are_read(text):
    above = ("@AdaLittleLP", text)
    started = time.process_time()
    READER.read(a_post(text[:100_000], by="@TomosFrith", kind="reply", above=above))
    assert time.process_time() - started < 5  # quadratic would be minutes


def test_threads_may_share_a_reader():
    posts = [a_post(f"Ada Little is a liar, number {n}.", by="@TomosFrith") for n in range(40)]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(READER.read, posts)) == [READER.read(post) for post in posts]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(PARTS) | st.text(max_size=6),
        max_size=25,
    ),
    st.sampled_from(["post", "reply", "quote", "repost"]),
)
def test_all_spans_lie_in_the_text(parts, kind):
    text = " ".join(parts)
    reading = READER.read(a_post(text, by="@TomosFrith", kind=kind, above=("@SianClose", text)))
    spans = [*reading.hostility.spans]
    spans += [span for tone in reading.tones for span in tone.mentions]
    spans += [span for breach in reading.breaches for span in breach.spans]
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(-1 <= tone.score <= 1 for tone in reading.tones)
    assert 0 <= reading.hostility.score <= 1
