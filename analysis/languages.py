"""Tell whether a text is in English, so that words of another language are not guessed at."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

from analysis.english import everyday
from analysis.phrases import word_set
from analysis.words import Words

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

UNKNOWN = "und"
"""BCP 47 for a language that was not made out."""
_FEW = 4
"""Words (or letters of another script) from which on a text can tell its language."""
_ENOUGH = 0.5
"""Share of everyday English words from which on a text is taken to be English."""
_PLAIN = 0.75
"""The same, where something speaks against it: the platform, or no word that only English has."""
_SCARCE = 0.3
"""Share below which a longer text is in another language, though nobody knows in which."""
_LONGER = 6
_PART = 1 / 3
"""Share of the words from which on plainly English sentences stand for a text of several."""
_LIKELY = 0.7
"""Probability from which on the library's word that it is not English is taken."""
_SURE = 0.9
"""The same, against everyday English words; and from which on the language is named."""
_LONGEST = 2000
_SUBTAG = re.compile(r"[-_]")
_ENGLISH = frozenset(("en", "eng", "sco", "pcm"))
_UNSAID = frozenset(("", "und", "mul", "mis", "zxx"))  # undetermined, several, none
_MARKS = word_set("sets", "english")
_NAMED = frozenset((
    "en", "pcm", "af", "am", "ar", "be", "bg", "bn", "br", "bs", "ca", "cs", "cy", "da", "de", "el",
    "es", "et", "eu", "fa", "fi", "fo", "fr", "fy", "ga", "gd", "gl", "gu", "ha", "he", "hi", "hr",
    "hu", "hy", "id", "ig", "is", "it", "ja", "ka", "ko", "lb", "lt", "lv", "mk", "ml", "mr", "ms",
    "mt", "ne", "nl", "nn", "no", "pa", "pl", "ps", "pt", "ro", "ru", "si", "sk", "sl", "so", "sq",
    "sr", "sv", "sw", "ta", "te", "th", "tl", "tr", "uk", "ur", "vi", "xh", "yo", "zh", "zu",
))  # fmt: skip


def unread(words: Words, declared: str = "") -> str:
    """The language of a text that is not read, as BCP 47; "" where it is read.

    `declared` is what the platform says, "" where it does not: believed when it says English,
    and where the text itself cannot tell. A text is read that is mainly English, with words
    of another language, a dialect's spelling, slang or Pidgin in it; and so is one without a
    word (a name, a number, a picture). `UNKNOWN` for a language that was not made out.
    """
    primary = _SUBTAG.split(declared.strip().casefold(), maxsplit=1)[0]
    if _has_marks(words):
        return ""
    if _in_other_letters(words.folded.plain):
        return declared if primary not in _UNSAID | _ENGLISH else _by_script(words)
    if primary in _ENGLISH:
        return ""
    known, counted = _share(words)
    if primary not in _UNSAID:
        plain = counted >= _FEW and known >= _PLAIN * counted
        return "" if plain or not counted else declared
    if known >= _PLAIN * counted:
        return ""
    return _weighed(words, known / counted, counted)


def _of_few(words: Words, share: float, counted: int) -> str:
    """The language of two or three words, none of them English; "" where it is in doubt."""
    if share or counted < 2:
        return ""
    language, probability = _told(words)
    return language if probability >= _SURE and language not in _ENGLISH else ""


def _weighed(words: Words, share: float, counted: int) -> str:
    """The language of a text that is not plainly English; "" where it is read all the same."""
    if counted < _FEW:
        return _of_few(words, share, counted)
    if share >= _ENOUGH and not _MARKS.isdisjoint(words.words):
        return ""
    language, probability = _told(words)
    if language in _ENGLISH:
        return ""
    foreign = probability >= (_SURE if share >= _ENOUGH else _LIKELY)
    if (foreign or (share < _SCARCE and counted >= _LONGER)) and not _has_english_part(words):
        return language if probability >= _SURE else UNKNOWN
    return ""


def _has_english_part(words: Words) -> bool:
    """Whether of several sentences the plainly English ones hold a third of the words.

    An insult may stand in them. With fewer, most of what would be judged is in another language.
    """
    if len(words.sentences) < 2:
        return False
    parts = [_share(words, first, last) for first, last in words.sentences]
    english = sum(
        counted for known, counted in parts if counted >= _FEW and known >= _PLAIN * counted
    )
    return bool(english) and english >= _PART * sum(counted for _, counted in parts)


def _has_marks(words: Words) -> bool:
    """Whether words that only English has tell that it is English: cheap, and true of most posts.

    A quarter of the words is enough; a twelfth, where no sentence of several stands for the rest.
    """
    marks = sum(map(_MARKS.__contains__, words.words))
    if marks < 2 or marks * 12 < len(words.words):
        return False
    if marks * 4 >= len(words.words) or len(words.sentences) < 2:
        return True
    known, counted = _share(words)
    short = counted * _PART <= _FEW  # a sentence that tells its language is a third of it
    return short or known >= _ENOUGH * counted or _has_english_part(words)


def _in_other_letters(plain: str) -> bool:
    """Whether most letters are not Latin; look-alikes are folded before."""
    if plain.isascii():
        return False
    letters = [char for char in plain[:_LONGEST] if char.isalpha()]
    return len(letters) >= _FEW and sum(map(_is_latin, letters)) * 2 < len(letters)


@cache
def _is_latin(char: str) -> bool:
    return char.isascii() or unicodedata.name(char, "").startswith(("LATIN", "MODIFIER"))


def _share(words: Words, first: int = 0, last: int = 200) -> tuple[int, int]:
    """How many of its words are everyday English, and how many were looked at; names are not."""
    original = words.folded.original
    english = everyday()
    known = counted = 0
    opening = True
    these = zip(words.words[first:last], words.spans[first:last], strict=True)
    for word, (start, _) in these:
        if word[0].isalpha() and not word.startswith(("http", "www.")):
            named = original[start].isupper() and not (opening or words.is_shouted)
            if not named or word in english:
                counted += 1
                known += word in english or word.partition("'")[0] in english
        opening = word[0] in '.!?;\n…"'
    return known, counted


def _by_script(words: Words) -> str:
    language, probability = _told(words)
    return language if probability >= _LIKELY else UNKNOWN


def _told(words: Words) -> tuple[str, float]:
    """The likeliest language of a text, and how likely it is."""
    ranked = _identifier().rank(words.folded.original[:_LONGEST])
    named = [(float(odds), str(language)) for language, odds in ranked if language in _NAMED]
    likeliest, language = max(named)
    return language, likeliest / (sum(odds for odds, _ in named) or 1.0)


def prepare() -> None:
    """Load what the first doubtful text would have to wait for."""
    _identifier()


@cache
def _identifier() -> LanguageIdentifier:
    """The library's model; loaded for the first text that asks for it (half a second).

    Of all its languages: restricted to some it would keep a second table beside the first.
    """
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
