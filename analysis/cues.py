"""Tell whether an everyday word is here somebody's name, by its neighbours. Knows no camp."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum

from analysis.phrases import word_set
from analysis.words import Words

_TITLES = word_set("common", "titles")
_HONORIFICS = (word_set("common", "honorifics") - word_set("common", "epithets")) | {
    "mr", "mrs", "ms", "mx",
}  # fmt: skip
_BEFORE = word_set("common", "before")
_AFTER = word_set("common", "after")
_IDIOMS = word_set("common", "idioms")
_THEIRS = word_set("common", "theirs")
_LEADING = word_set("common", "leading")
_BESIDE = word_set("common", "beside")
_FOLLOWED = word_set("common", "followed")
_ARTICLES = word_set("common", "articles")
_PARTICLES = word_set("common", "particles")
_OWNABLE = word_set("common", "ownable")
_DAYS = word_set("common", "days")
_DATE_BEFORE = word_set("common", "date_before")
_DATE_AFTER = word_set("common", "date_after")
_COUNTS = word_set("common", "counts")
_TEAMS = word_set("common", "teams")
_LISTING = frozenset((",", "and", "or", "&", ":", "vs", "v", "/", ">"))
_OPENING = frozenset(('"', ":"))
_AFTER_MANY = frozenset(("are", "were", "have", "and", "or", ",", ".", "!", "?", "\n", ""))
_DAY = re.compile(r"[0-3]?\d(?:st|nd|rd|th)?")
_PAST = re.compile(r"\w{2,}[^e]ed")


class Verdict(Enum):
    """Whether a word is somebody's name here."""

    SURE = "sure"
    PERHAPS = "perhaps"
    NO = "no"


@dataclass(slots=True)
class Setting:
    """A word that may be a name, where it stands: words `first` to `last`.

    `capital`: with one. `owning`: with 's or the like. `acting`: with 'll or 'd, as only
    somebody has it. `known`: whom it would mean is named elsewhere. `others`: how many other
    camps the text may name, and how many of them it surely does. `before` and `after` are
    its neighbours in the sentence, or "". `telling`: the capital has no other reason.
    `casual`: who wrote this leaves capitals out, so that their lack tells nothing.
    """

    words: Words
    key: str
    first: int
    last: int
    capital: bool
    owning: bool = False
    acting: bool = False
    known: bool = False
    others: tuple[int, int] = (0, 0)
    before: str = field(init=False)
    after: str = field(init=False)
    telling: bool = field(init=False)
    casual: bool = field(init=False)

    def __post_init__(self) -> None:
        """Look round."""
        cut = self.words
        start, end = cut.sentence_at(self.first)
        self.before = cut.words[self.first - 1] if self.first > start else ""
        self.after = cut.words[self.last + 1] if self.last + 1 < end else ""
        inside = self.first > start and self.before not in _OPENING
        self.telling = self.capital and inside and not cut.is_shouted
        beginning = self.first if self.before == ":" else start
        small = cut.folded.original[cut.starts[beginning]].islower()
        self.casual = not self.capital and (small or cut.is_lower)

    def is_thing(self) -> bool:
        """Whether a neighbour makes it "green energy", "a little", "on Sunday 8"."""
        if self.capital and self.after in _THEIRS:
            return False
        if self.before in _BEFORE or (self.after in _AFTER and not self.owning):
            return True
        return self._two_after() in _IDIOMS or self._is_date()

    def _two_after(self) -> str:
        return " ".join(self.words.words[self.last + 1 : self.last + 3])

    def _is_date(self) -> bool:
        if self.key not in _DAYS or self.owning or self.acting:
            return False
        if self.before in _DATE_BEFORE or self.after in _DATE_AFTER:
            return True
        return bool(_DAY.fullmatch(self.before) or _DAY.fullmatch(self.after))

    def has_cue(self) -> bool:
        """Whether somebody acts, owns, is chosen, compared or listed here."""
        if self.acting or self.owning or self.before in _LEADING:
            return True
        return self.is_followed() or self._in_list()

    def is_followed(self) -> bool:
        """Whether what comes after is what people do or have."""
        after = self.after
        if after in _BESIDE or (self.capital and after in _THEIRS) or _PAST.fullmatch(after):
            return True
        return self._two_after() in _FOLLOWED

    def _in_list(self) -> bool:
        """Whether it stands in a row of names, or of names and figures."""
        if not self.others[0]:
            return False
        return self.after in _LISTING or self.before in _LISTING or self.after[:1].isdigit()

    def leads_a_name(self) -> bool:
        """Whether another word with a capital follows: "Councillor Duarte"."""
        if not self.after or self.owning or self.after.split("'")[0] == "i":
            return False
        return self.words.folded.original[self.words.starts[self.last + 1]].isupper()


def of_everyday_word(setting: Setting) -> Verdict:
    """Whether an everyday word is the person of that name.

    A title or "vote" before it settles it, "energy" after it or "a" before it
    speaks against it. Otherwise a capital inside a sentence is cue enough; at its
    start, or without a capital, other cues are needed.
    """
    if setting.capital and setting.before in _TITLES:
        return Verdict.SURE
    likely = setting.capital or setting.casual or setting.key.startswith("the ")
    if setting.is_thing():
        return Verdict.PERHAPS if likely else Verdict.NO
    if setting.telling:
        return Verdict.SURE
    if not likely:
        return _small(setting)
    return Verdict.SURE if _is_meant(setting) else Verdict.PERHAPS


def _is_meant(setting: Setting) -> bool:
    """At the start of a sentence, or where nobody's names have capitals."""
    if setting.after in _PARTICLES or setting.before in _ARTICLES:
        return False
    if setting.after in _OWNABLE and not setting.owning:
        return False
    if setting.capital:
        return setting.known or setting.has_cue()
    if setting.known or setting.others[1] > 1:
        return setting.has_cue()
    if setting.before in _HONORIFICS:
        return True
    return setting.before in _LEADING and (setting.is_followed() or setting.acting)


def _small(setting: Setting) -> Verdict:
    """A small letter among capitals: an everyday word, unless the camp is named or acts."""
    if setting.before in _TITLES:
        return Verdict.PERHAPS
    if setting.before in _ARTICLES or not setting.known:
        return Verdict.NO
    if setting.owning:
        return Verdict.SURE
    return Verdict.PERHAPS if setting.has_cue() else Verdict.NO


def of_hint(setting: Setting) -> Verdict:
    """A title alone, half a name: it is theirs where they are named, if no other name follows."""
    if not setting.capital or setting.words.is_shouted or setting.leads_a_name():
        return Verdict.NO
    return Verdict.SURE if setting.known and setting.telling else Verdict.PERHAPS


def of_plural(setting: Setting, *, ordinary: bool) -> Verdict:
    """A name with an s: the supporters ("five Wandas"), or "frosts lot" for "Frost's lot".

    `ordinary`: with its s, too, it is an English word.
    """
    likely = setting.capital or setting.casual
    if setting.telling and setting.before in _COUNTS:
        return Verdict.SURE
    if not ordinary:
        return Verdict.SURE if likely else Verdict.NO
    if setting.known and likely and setting.after in _TEAMS:
        return Verdict.SURE
    owned = setting.casual and setting.after not in _AFTER_MANY
    return Verdict.PERHAPS if setting.telling or setting.known or owned else Verdict.NO
