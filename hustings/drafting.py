"""From what was answered to the text of config.toml and code.toml. Writes no file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import count
from typing import Final
from urllib.parse import urlsplit

from contest.templates import templates
from contest.worked_codes import BEGINS, beginning
from hustings.answering import Moment, Place, slug
from hustings.interview import ASIDE, STANDING, Draft, Person

CODE: Final = "code.toml"
"""The file that config.toml names as the code, in the same folder."""
_PHASES: Final = (
    ("vacancy", "vacancy", "begins", "nominations-open"),
    ("nominations", "nominations open", "nominations-open", "nominations-close"),
    ("campaign", "nominations closed", "nominations-close", "voting-opens"),
    ("voting", "voting", "voting-opens", "voting-closes"),
    ("quiet", "quiet period", "quiet", "voting-closes"),
    ("count", "count", "voting-closes", "declared"),
    ("declared", "declared, objections", "declared", "ends"),
)
"""(kind and id, name, first moment, last moment)."""
_MILESTONES: Final = {
    "join-by": "membership freeze",
    "replacement-by": "last day for another ballot",
    "complain-by": "complaints close",
}
_RULE: Final = "# " + "-" * 93


def quoted(text: str) -> str:
    r"""A text as TOML writes it.

    >>> print(quoted('Nia "the Quay" \\ North'))
    "Nia \"the Quay\" \\ North"
    """
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def config_text(draft: Draft) -> str:
    """The whole of config.toml, with comments."""
    parts = (_head(draft), _timetable(draft), _camps(draft), _roster(draft), _sources(draft))
    return "\n".join(line for part in parts for line in (*part, ""))


def code_text(draft: Draft) -> str:
    """The whole of code.toml: the worked code, then a clause for each template."""
    moment = datetime.fromisoformat(draft.begins.written) if draft.begins else None
    text = draft.code.text if draft.code else _OWN_HEAD
    clauses = "\n".join(line for name in draft.templates for line in _clause(name))
    return beginning(f"{text.rstrip()}\n\n{clauses}".rstrip() + "\n", moment)


_OWN_HEAD = """\
# The code: a [[rule]] for each clause. docs/rules.md explains every key.
#
# Each clause is like a template and takes from it what it leaves out. Give it your own number and
# your own words: title, text, body (who decides), sanctions, breach and fine (examples).
# A clause with the line "# from =" begins with the candidates' code: take away the "#" and write
# the moment at which it comes into force, such as  from = 2027-03-01T12:00:00 .
"""


def _clause(name: str) -> Iterator[str]:
    template = templates()[name]
    yield "[[rule]]"
    yield f"like = {quoted(name)}"
    yield f"clause = {quoted(name)}               # your own number"
    yield 'version = "1.0"'
    yield f"title = {quoted(template['title'])}"
    yield f"text = {quoted(template['text'])}"
    if name not in STANDING:
        yield BEGINS
    yield ""


def _head(draft: Draft) -> Iterator[str]:
    contest = draft.name
    yield f"# {contest}"
    yield "#"
    yield "# Times without an offset are the party's own clock (`zone`). Stretches run from `from`"
    yield "# (inclusive) to `to` (exclusive). `hustings check` reads this file and names every"
    yield "# mistake with its line."
    yield ""
    yield "[contest]"
    yield f"id = {quoted(slug(contest))}"
    yield f"name = {quoted(contest)}"
    yield f"party = {quoted(draft.party)}"
    yield f"zone = {quoted(draft.zone.key)}"
    yield f"code = {quoted(CODE)}    # the candidates' code, beside this file"
    yield f"officials = {_list(person.name for person in draft.officials)}"
    yield f"rival_parties = {_list(draft.rivals)}"
    yield ""
    yield "[polling]"
    yield "# Told to every server that is asked, so that its keeper can reach you."
    yield f"contact = {quoted(draft.contact)}"


def _timetable(draft: Draft) -> Iterator[str]:
    yield _RULE
    yield "# The timetable. If it is changed, add the new stretch with the same id and `announced`,"
    yield "# the moment at which that was said: posts are held to what was known when they were"
    yield "# written."
    for kind, name, first, last in _PHASES:
        start, end = draft.moments.get(first), draft.moments.get(last)
        if first == "quiet" and not start:
            continue
        yield ""
        hidden = "" if start and end else "# "
        yield f"{hidden}[[phase]]" + ("" if not hidden else "    # not settled yet")
        yield f"{hidden}id = {quoted(kind)}"
        yield f"{hidden}name = {quoted(name)}"
        yield f"{hidden}kind = {quoted(kind)}"
        yield f"{hidden}from ={_written(start)}"
        yield f"{hidden}to ={_written(end)}"
    for kind in ASIDE:
        if at := draft.moments.get(kind):
            yield from ("", "[[milestone]]", f"name = {quoted(_MILESTONES[kind])}")
            yield from (f"kind = {quoted(kind)}", f"at ={_written(at)}")


def _written(moment: Moment | None) -> str:
    return f" {moment.written}" if moment else ""


def _camps(draft: Draft) -> Iterator[str]:
    yield _RULE
    yield "# The camps: the candidates, and the words by which people mean them. A name that is"
    yield "# also a common word needs a second cue before a post is taken to mean the candidate."
    for person in draft.candidates:
        yield from ("", "[[camp]]", f"id = {quoted(person.camp)}", f"name = {quoted(person.name)}")
        yield f"handle = {quoted(person.handle)}"
        yield f"pronoun = {quoted(person.pronoun)}"
        yield f"aliases = {_list(person.aliases)}"
        yield "hashtags = []"


def _roster(draft: Draft) -> Iterator[str]:
    yield _RULE
    yield "# The roster: the only place from which a camp or a role may come. Add the people who"
    yield "# campaign for each candidate, and whoever your code binds:"
    yield '#   role = "candidate" "team" "campaign_account" "mp" "councillor" "staff"'
    yield '#          "returning_officer" "branch" "officer" "member" "journalist" "outsider"'
    for person in draft.candidates:
        yield from _account(person, "candidate")
    for n, person in enumerate(draft.officials):
        if person.places:
            yield from _account(person, "staff" if n else "returning_officer")


def _account(person: Person, role: str) -> Iterator[str]:
    yield from ("", "[[account]]", f"handle = {quoted(person.handle)}")
    yield f"name = {quoted(person.name)}"
    yield f"role = {quoted(role)}"
    if person.camp:
        yield f"camp = {quoted(person.camp)}"
    homes = ", ".join(f"{p.kind} = {quoted(p.home)}" for p in person.places if p.home)
    if homes:
        yield f"homes = {{ {homes} }}"


def _sources(draft: Draft) -> Iterator[str]:
    yield _RULE
    yield "# Where posts come from. `expect` may say after how long without anything new a source"
    yield '# is called stale ("4d"), `interval` how often it is visited ("2m").'
    names: set[str] = set()
    for person in (*draft.candidates, *draft.officials):
        for place in person.places:
            yield from _source(f"{person.name}{_ON[place.kind]}", place, names, person.handle)
    for place in draft.feeds:
        yield from _source(place.home or urlsplit(place.url).hostname or "feed", place, names)


_ON: Final[Mapping[str, str]] = {
    "bluesky": " on Bluesky", "mastodon": " on Mastodon", "feed": ", feed",
}  # fmt: skip


def _source(name: str, place: Place, names: set[str], speaker: str = "") -> Iterator[str]:
    """A source under a name that is not in `names` yet; it is added to them."""
    free = next(one for one in _numbered(name) if one not in names)
    names.add(free)
    yield from ("", "[[source]]", f"name = {quoted(free)}", f"kind = {quoted(place.kind)}")
    yield f"url = {quoted(place.url)}"
    if place.follows:
        yield f"follows = {quoted(place.follows)}"
    if speaker:
        yield f"speaker = {quoted(speaker)}"


def _numbered(name: str) -> Iterator[str]:
    """A name, then the same with 2, 3 and so on."""
    yield name
    yield from (f"{name} {n}" for n in count(2))


def _list(words: Iterator[str] | tuple[str, ...]) -> str:
    return f"[{', '.join(quoted(word) for word in words)}]"
