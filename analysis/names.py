"""What everybody in a contest is called, in every spelling. Looks at no text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from analysis.english import everyday, known
from analysis.folding import fold
from analysis.meaning import Target
from analysis.phrases import word_set
from contest.contest import Account, Camp, Contest, bare

OFFICIAL_ROLES = frozenset(("staff", "returning_officer"))
_OFFICIALS = Target("official", "")
_OFFICIALS_AS_A_BODY = (
    "returning officer", "deputy returning officer", "the ro", "ro's office", "hq", "head office",
    "election officials", "party officials", "party staff", "scrutineers", "count staff", "tellers",
)  # fmt: skip
_TWO = Target("camp", "?")
_TITLES = re.compile(r"^(?:cllr|dr|mr|mrs|ms|sir)\s+", re.IGNORECASE)
_LETTERS_AFTER = re.compile(r"\s+(?:mp|msp|ms|td)$|\s*\(.*\)$", re.IGNORECASE)
_WRITTEN_OUT = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "æ": "ae", "œ": "oe", "ß": "ss",
     "þ": "th", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "Å": "Aa", "Ø": "Oe", "Æ": "Ae", "Þ": "Th"}
)  # fmt: skip
_UNCROSSED = str.maketrans("øØłŁđĐħıðÐ", "oOlLdDhidD")
"""Letters that lose no accent by folding, as people without the key type them."""
_MAC = re.compile(r"\b(?:Mac|Mc|M')(?=[A-Z])")
_MACS = ("Mac", "Mc", "Mac ", "Mc ")
_PARTICLES = frozenset(
    ("ni", "nic", "o", "ui", "de", "da", "di", "du", "mac", "mc", "van", "von", "la", "le", "ap")
)
_ALONE = {"dr": ("doctor", "doc"), "cllr": ("councillor",), "rev": ("reverend",)}
"""Titles that are said in full where no name follows."""
_ARTICLE = "the "
_MANY = re.compile(r"\w{3,}(?:ers|ites|ies|istas)")
_MANY_WITH_ARTICLE = re.compile(r"\w{3,}[^s]s")


@dataclass(frozen=True, slots=True)
class Name:
    """What a name stands for.

    A `common` one is also an everyday word and needs a second cue; a `hint` (a title, half
    a name) counts only beside a better name. A name of somebody on the roster (`account`)
    stands for the camp that they speak for at the moment, not for `target`.
    """

    target: Target
    person: bool = True
    common: bool = False
    hint: bool = False
    account: Account | None = None


def names_of(contest: Contest) -> dict[str, Name]:
    """Every name by which somebody is called, folded. One that means two camps means neither."""
    names: dict[str, Name] = {}
    for camp in contest.camps:
        for spelling in sorted({camp.name, *camp.aliases}):
            _add(names, spelling, Target("camp", camp.id), person=not _is_team(spelling, camp))
    _add_others(names, contest)
    derived: dict[str, Name] = {}
    elsewhere = _words_of_others(contest)
    for camp in contest.camps:
        for key, name in _derived(camp, elsewhere):
            _put(derived, key, name)
    _add_officials(derived, contest)
    for key, name in derived.items():
        names.setdefault(key, name)
    return {key: name for key, name in names.items() if key and name.target != _TWO}


def key_of(spelling: str) -> str:
    """A name as it is looked up: folded, single blanks."""
    return " ".join(fold(spelling).lower.split())


def spellings(name: str) -> set[str]:
    """The keys of a name: accents written out or dropped, apostrophes and hyphens too.

    >>> sorted(spellings("Zoë O'Shea"))
    ['zoe o shea', "zoe o'shea", 'zoe oshea']
    """
    written = {name, name.translate(_WRITTEN_OUT), name.translate(_UNCROSSED)}
    written |= {_MAC.sub(prefix, one) for one in tuple(written) for prefix in _MACS}
    keys = {key_of(one) for one in written}
    for key in tuple(keys):
        keys |= {re.sub("['-]", between, key) for between in ("", " ")}
        first, _, rest = key.partition(" ")
        keys |= {first + rest} if first in _PARTICLES else set()
        keys |= {re.sub(rf"(?<= )({'|'.join(_PARTICLES)}) (?=\w)", r"\1", key)}
    return keys


def _add(names: dict[str, Name], spelling: str, target: Target, *, person: bool) -> None:
    for key in spellings(spelling):
        _put(names, key, Name(target, person, common=_is_everyday(key)))


def _put(names: dict[str, Name], key: str, name: Name) -> None:
    if key in names and names[key].target != name.target:
        names[key] = replace(name, target=_TWO)
    elif key not in names or names[key].hint:
        names[key] = name


def _is_everyday(key: str) -> bool:
    word = key.removeprefix(_ARTICLE)
    return word in everyday() or word in word_set("common", "words")


def _is_team(spelling: str, camp: Camp) -> bool:
    """Whether it is what a camp's people are called, not its candidate."""
    words = key_of(spelling).split()
    return not word_set("common", "teams").isdisjoint(words) or bool(_one_of(spelling, camp))


def _one_of(spelling: str, camp: Camp) -> str:
    """One of the supporters, where a name means all of them ("the Frosties", "Frostites")."""
    key = key_of(spelling)
    word = key.removeprefix(_ARTICLE)
    if word in key_of(camp.name).split():
        return ""
    many = _MANY if key == word else _MANY_WITH_ARTICLE
    return word[:-1] if many.fullmatch(word) else ""


def _derived(camp: Camp, elsewhere: frozenset[str]) -> Iterator[tuple[str, Name]]:
    """What people make of a camp's names: words of them, titles alone, one of the supporters."""
    target = Target("camp", camp.id)
    for spelling in sorted({camp.name, *camp.aliases}):
        plain, title = _untitled(spelling)
        team = _is_team(spelling, camp)
        for key, hint in (*_pieces(plain, title, camp), *_titles_alone(title, plain)):
            if key not in elsewhere:
                yield key, Name(target, not team, _is_everyday(key), hint)
        if one := _one_of(spelling, camp):
            yield one, Name(target, person=False, common=_is_everyday(one))
    yield from _badges(camp)


def _untitled(spelling: str) -> tuple[str, str]:
    """A name without the title before it and the letters after it, and the title."""
    plain = _LETTERS_AFTER.sub("", spelling)
    first, _, rest = plain.partition(" ")
    title = key_of(first.rstrip("."))
    if rest and title in word_set("common", "honorifics"):
        further, second = _untitled(rest)
        return further, second or title
    return plain, ""


def _pieces(plain: str, title: str, camp: Camp) -> Iterator[tuple[str, bool]]:
    """Shorter forms of a name; and whether each is only a hint."""
    words = plain.split()
    if words and key_of(words[0]) == "the":
        yield key_of(" ".join(words[1:])), not _one_of(plain, camp)
    elif title:
        yield from ((key, False) for key in spellings(plain) if len(key) > 2)
    if plain == _untitled(camp.name)[0] and len(words) > 1:
        yield from _given_and_surname(words)


def _given_and_surname(words: list[str]) -> Iterator[tuple[str, bool]]:
    for word in words:
        if len(word) > 2 and key_of(word) not in _PARTICLES:
            yield from ((key, False) for key in spellings(word))
        yield from ((half, True) for half in key_of(word).split("-")[:4] if len(half) > 3)
    for ending in ("ite", "ites", "ista", "istas"):
        yield key_of(words[-1]) + ending, True
    if len(words) > 2:
        yield from ((key, False) for key in spellings(" ".join(words[1:])))
    given, initial = key_of(words[0]), key_of(words[-1])[:1]
    if initial.isalpha():
        yield f"{given} {initial}.", False
    if initial not in "aiou":  # "Hope I ..." is no initial
        yield f"{given} {initial}", False


def _titles_alone(title: str, plain: str) -> Iterator[tuple[str, bool]]:
    if title and title not in word_set("common", "epithets"):
        yield from ((said, True) for said in _ALONE.get(title, (title,)))


def _badges(camp: Camp) -> Iterator[tuple[str, Name]]:
    """The campaign's own hashtags without their "#"."""
    for tag in camp.hashtags:
        key = key_of(tag.removeprefix("#"))
        if len(key) > 5 and key not in known():
            yield key, Name(Target("camp", camp.id), person=False)


def _words_of_others(contest: Contest) -> frozenset[str]:
    """Every word of the names of people who do not stand, titles among them."""
    others = [a.name for a in contest.accounts if not _stands(contest, a)]
    return frozenset(
        word.strip(".,") for name in (*others, *contest.officials) for word in key_of(name).split()
    )


def _add_others(names: dict[str, Name], contest: Contest) -> None:
    for account in contest.accounts:
        _add_account(names, contest, account)
    for official in contest.officials:
        name = _plain(official)
        keys = spellings(name) | spellings(_untitled(official)[0])
        _let(names, keys, Name(Target("official", name)))
    _let(names, _OFFICIALS_AS_A_BODY, Name(_OFFICIALS))
    for party in contest.rival_parties:
        _let(names, _party(party), Name(Target("party", party)))
        first = key_of(party).removeprefix(_ARTICLE).split()[0]
        _let(names, [first], Name(Target("party", party), common=True))


def _add_officials(names: dict[str, Name], contest: Contest) -> None:
    """Officials by each of their names, where nobody else on the roster has it."""
    shared = _shared_words(contest)
    for official in contest.officials:
        _add_words(names, official, Name(Target("official", _plain(official))), shared)
    for account in contest.accounts:
        if _is_official(account) and not _is_body(account.name):
            theirs = Name(Target("official", account.name), account=account)
            _let(names, spellings(_untitled(account.name)[0]), theirs)
            _add_words(names, account.name, theirs, shared)


def _add_words(names: dict[str, Name], full: str, theirs: Name, shared: frozenset[str]) -> None:
    for word in key_of(_untitled(full)[0]).split():
        if len(word) > 2 and word not in shared:
            _put(names, word, replace(theirs, common=_is_everyday(word)))


def _shared_words(contest: Contest) -> frozenset[str]:
    """Words that stand in the names of more than one person."""
    people = {_plain(a.name) for a in contest.accounts} | {c.name for c in contest.camps}
    people |= {_plain(official) for official in contest.officials}
    found = Counter(word for name in people for word in set(key_of(name).split()))
    return frozenset(word for word, times in found.items() if times > 1)


def _is_official(account: Account) -> bool:
    return any(term.role in OFFICIAL_ROLES and not term.camp for term in account.terms)


def _is_body(name: str) -> bool:
    """Whether it names an office or a party, not a person."""
    return any(_is_everyday(word) for word in key_of(name).split()) or " " not in name.strip()


def _plain(official: str) -> str:
    return _TITLES.sub("", _LETTERS_AFTER.sub("", official))


def _add_account(names: dict[str, Name], contest: Contest, account: Account) -> None:
    """Somebody who speaks for a camp: by their full name, and their handle without its "@"."""
    if not any(term.camp for term in account.terms):
        return
    theirs = Name(Target("account", bare(account.handle)), account=account)
    name = _untitled(account.name)[0]
    if " " in name and not _stands(contest, account):
        _let(names, spellings(name), theirs)
    handle = key_of(bare(account.handle))
    if len(handle) > 5 and handle.isidentifier() and handle not in known():
        _let(names, [handle], theirs)


def _party(party: str) -> set[str]:
    """A party's name, and its initials where there are three."""
    words = [word for word in key_of(party).split() if word not in ("the", "of", "and", "for")]
    initials = "".join(word[0] for word in words)
    short = {initials} if len(initials) > 2 and initials not in known() else set()
    return spellings(party) | short


def _let(names: dict[str, Name], keys: Iterable[str], name: Name) -> None:
    for key in keys:
        names.setdefault(key, name)


def _stands(contest: Contest, account: Account) -> bool:
    """Whether the account is a candidate's own."""
    return any(bare(camp.handle) == bare(account.handle) for camp in contest.camps)


def handles_of(contest: Contest) -> dict[str, Account]:
    """Handles, bare, at home anywhere, and whose they are."""
    handles = {bare(account.handle): account for account in contest.accounts}
    for account in contest.accounts:
        for home in account.homes.values():
            handles.setdefault(bare(home), account)
    return handles
