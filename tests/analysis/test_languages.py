"""What is mainly English is read; what is plainly in another language says so."""

import time

import pytest

from analysis.languages import UNKNOWN, unread
from analysis.reader import load_reader
from analysis.words import cut
from contest.reading import Hostility
from tests.analysis.world import a_post, lantern


def language(text, declared=""):
    return unread(cut(text), declared)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Le débat de ce soir était franchement décevant.", "fr"),
        ("Elle ne répond jamais aux questions, c'est fatigant", "fr"),
        ("Mae Ada Little yn siarad heno yn y neuadd", "cy"),
        ("Pleidleisiwch dros Siân ddydd Llun os gwelwch yn dda", "cy"),
        ("Mañana votamos todos en el muelle", "es"),
        ("No me creo ni una palabra de lo que dice Rowan", "es"),
        ("Das ist doch nicht zu glauben, schon wieder ein Skandal", "de"),
        ("Die Partei hat keine Ahnung von Booten", "de"),
        ("Nie wiem, co o tym myśleć, naprawdę", "pl"),
        ("To jest wstyd dla całej partii", "pl"),
        ("Níl aon fhios agam cad a dúirt sí aréir", "ga"),
        ("Go raibh míle maith agaibh go léir as an tacaíocht", "ga"),
        ("Ik geloof er helemaal niets van, wat een onzin", "nl"),
        ("Asanteni sana kwa kuja kwenye mkutano wa jana usiku", "sw"),
        ("Mo ti dibo fun obinrin naa ni owuro yi", "yo"),
        ("مرحبا بالجميع غدا نصوت في القاعة", "ar"),
        ("Καλημέρα σε όλους, αύριο ψηφίζουμε στην προβλήτα", "el"),
        ("明日はみんなで投票に行きましょう", "ja"),
        ("Tēnā koutou i haere mai ki te hui inapō", UNKNOWN),
        ("Diolch yn fawr", "cy"),
        ("aaj raat ki behas bahut boring thi yaar", UNKNOWN),
    ],
)
def test_another_language_is_not_read_and_named_where_it_is_known(text, expected):
    assert language(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Kia ora e hoa, the hall is full already",
        "Da iawn Ada! Spoke for ten minutes",
        "Bore da pawb! Polls open at eight, tea is on.",
        "Tá súil agam she wins, she's earned it",
        "Elle m'a donné une tarte. I never forgot it. Merci.",
        "C'est la vie.",
        "You absolute fraud, you know it. Va te faire voir chez les Grecs, et bon vent à toi.",
        "lmao bruh",
        "Scunnered",
        "abeg make una vote wisely o",
        "Wetin dey happen for this party sef",
        "dat man cyaan run nutten",
        "ma neebor's weans pented gulls on the bins",
        "Naebody's telt me whit",
        "thon wee wumman's pure gallus so she is",
        "howay man gan canny",
        "ur da sells avon",
        "deffo gonna vote 4 her innit bruv",
        "gr8 m8 i r8 8/8",
        "Siân Close, Denzil Brown, Rowan Green",
        "Denzil 41, Rowan 30, Ada 12, Siân 10",
        "Ada",
        "wheesht",
        "👏",
        "👏👏👏 Ada",
        "@AdaLittleLP @RowanGreen",
        "#TeamLittle",
        "https://example.org/votes",
        "54-46",
        "",
        " ",
        "\u200b\u200d",
        "Ѕiân was оn the eаrly bоat",
        "S\u200bi\u200bân was l\u200bate to the hall",
        "\u202eAda was late to the hall\u202c",
        "𝓐𝓭𝓪 𝔀𝓪𝓼 𝓵𝓪𝓽𝓮 𝓽𝓸 𝓽𝓱𝓮 𝓱𝓪𝓵𝓵",
    ],
)
def test_english_of_any_kind_is_read(text):
    assert language(text) == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Das ist eine Schande für die ganze Partei. That is what he said. Er ist ein Betrüger"
            " und ein Lügner, und niemand glaubt ihm noch ein Wort.",
            "de",
        ),
        (
            "Mae hyn yn warth ar y blaid gyfan. That is what he said. Mae o'n gelwyddgi ac yn"
            " dwyllwr, a does neb yn ei gredu o bellach.",
            "cy",
        ),
        (
            "C'est une honte pour tout le parti. This is what she said yesterday. Elle ment comme"
            " elle respire, et personne ne la croit plus depuis longtemps.",
            "fr",
        ),
    ],
)
@pytest.mark.parametrize("declared", ["", "same"])
def test_one_english_sentence_does_not_make_a_foreign_post_read(text, expected, declared):
    assert language(text, declared and expected) == expected


@pytest.mark.parametrize(
    "text",
    [
        "That is what he said, and I was there to hear it. Er ist ein Betrüger und ein Lügner, und"
        " niemand glaubt ihm noch ein Wort.",
        "Bore da pawb! Mae'r gorsafoedd pleidleisio ar agor tan ddeg heno. Polls are open till ten"
        " tonight, don't forget to vote for Siân!",
        "She answered mémère en français. She's from Portugal",
    ],
)
def test_a_post_is_read_of_which_english_sentences_are_a_third(text):
    assert language(text) == ""


@pytest.mark.parametrize("declared", ["en", "en-GB", "EN_us", "eng"])
def test_a_platform_that_says_english_is_believed(declared):
    assert language("Le débat de ce soir était franchement décevant.", declared) == ""


def test_a_text_without_one_latin_letter_is_not_english_whatever_is_said():
    assert language("مرحبا بالجميع غدا نصوت في القاعة", "en") == "ar"


@pytest.mark.parametrize(
    "text", ["Bravo Ada, sublime", "Quel menteur ce Rowan Green", "Ada la star"]
)
def test_a_platform_is_believed_where_the_text_cannot_tell(text):
    assert language(text, "fr-CA") == "fr-CA"


@pytest.mark.parametrize("text", ["", "👏", "@AdaLittleLP", "54-46"])
def test_a_text_without_a_word_is_in_no_language(text):
    assert language(text, "fr") == ""


@pytest.mark.parametrize("declared", ["fr", "cy", "ja", "", "und", "mul", "x\x1b[31m"])
def test_plain_english_is_read_whatever_the_platform_says(declared):
    assert language("I was in the hall and nobody counted the boats.", declared) == ""
    assert language("Rowan is a liar and a coward", declared) == ""


@pytest.mark.parametrize(
    "part",
    [
        "Elle ne répond jamais. ",
        "The you. Va te faire voir chez eux. ",
        "привет ",
        "a",
        "é",
        "the ",
        "x'",
        "\n",
    ],
)
def test_a_hundred_thousand_characters_are_told_in_a_moment(part):
    words = cut((part * 100_000)[:100_000])
    language("Le débat de ce soir était franchement décevant.")  # the library is loaded
    started = time.process_time()
    unread(words)
    assert time.process_time() - started < 2


def test_what_is_not_read_is_not_guessed_at_and_says_so():
    reader = load_reader(lantern())
    reading = reader.read(
        a_post("Rowan Green antwoordt nooit, wat een leugenaar en een lafaard.", by="@AdaLittleLP")
    )
    assert [(t.camp, t.tone, t.score, t.sure) for t in reading.tones] == [("green", 0, 0.0, False)]
    assert (reading.hostility, reading.exchange) == (Hostility(), None)
    assert reading.readers["language"] == "not read: nl"
