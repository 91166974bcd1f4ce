"""What is asked to set up a contest, question by question, as a pure function of the answers."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo

from contest.contest import bare
from contest.templates import templates
from contest.worked_codes import BEGINS, WorkedCode, worked_codes
from hustings import answering
from hustings.answering import Moment, Place

BACK: Final = "<"
"""The answer that goes back to the question before."""
NOTHING: Final = "-"
"""The answer that is none, where Enter would be one."""
OWN: Final = "templates"
"""In place of a worked code: rules from the templates alone."""
STANDING: Final = ("R04", "R09", "R10", "R14", "R15", "R21", "R22")
"""Templates that hold always, code or not."""
_USUAL: Final = "R01, R02, R04, R05, R06, R07, R14, R15, R16, R19, R21, R22, R24, R28, R29"
_BY_ZONE: Final = (
    (("Pacific/Auckland", "Pacific/Chatham", "NZ"), "nz-late-code"),
    (("Australia/",), "au-advert-ban"),
    (
        (
            "Canada/", "America/Toronto", "America/Vancouver", "America/Winnipeg",
            "America/Halifax", "America/Edmonton", "America/Regina", "America/St_Johns",
            "America/Montreal", "America/Moncton",
        ),
        "ca-compliance",
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Question:
    """A question: what is shown, how an answer is read, what Enter means.

    `lines` stand above it; `more` is what "?" tells.
    """

    words: str
    read: Callable[[str], Any]
    default: str = ""
    lines: tuple[str, ...] = ()
    more: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on the roster. `camp` and `pronoun` are a candidate's, "" for an official."""

    name: str
    handle: str
    places: tuple[Place, ...]
    camp: str = ""
    pronoun: str = ""
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """All that was answered. `moments` maps a name of MOMENTS to when; `code` is None for none."""

    name: str
    party: str
    zone: ZoneInfo
    candidates: tuple[Person, ...]
    officials: tuple[Person, ...]
    rivals: tuple[str, ...]
    moments: Mapping[str, Moment]
    feeds: tuple[Place, ...]
    code: WorkedCode | None
    templates: tuple[str, ...]
    begins: Moment | None
    contact: str


Asking = Generator[Question, Any, Draft]


def reached(answers: Sequence[str], zone: str = "UTC") -> Question | Draft:
    """The question that follows these answers, or all that was answered.

    `zone` is what is offered as the party's zone. Raises AnswerProblem for an answer that its
    question does not take.
    """
    asking = interview(zone)
    question = next(asking)
    try:
        for answer in answers:
            question = asking.send(question.read(taken(question, answer)))
    except StopIteration as end:
        draft: Draft = end.value
        return draft
    return question


def taken(question: Question, answer: str) -> str:
    """The answer, or what Enter means; "-" is nothing, whatever Enter means."""
    answer = answer.strip()
    return "" if answer == NOTHING else answer or question.default


def interview(zone: str) -> Asking:
    """The questions in their order; each is sent what its answer was read as."""
    name = yield Question(
        "What is the election called?",
        answering.needed("a name"),
        more="As people call it, with its year: Quay Society chair 2027.",
    )
    party = yield Question("Which party or body holds it?", answering.needed("a name"))
    there: ZoneInfo = yield Question(
        "By whose clock?",
        answering.zone,
        default=zone,
        more="The time zone of the party's deadlines, such as Europe/London or Pacific/Auckland.",
    )
    candidates = yield from _candidates()
    officials = yield from _officials(candidates)
    rivals = yield Question(
        "Rival parties, with commas (Enter: none)",
        answering.several,
        more="Their names as people write them, for the rule on support for another party.",
    )
    moments = yield from _timetable(there)
    code, added = yield from _code(there.key)
    begins = yield from _beginning(there, code, added, moments)
    feeds = yield Question(
        "Other places to watch: news, the party, branches; with commas (Enter: none)",
        answering.places(
            [place for person in (*candidates, *officials) for place in person.places]
        ),
        more=_PLACES,
    )
    contact = yield Question(
        "How can the keeper of a server reach you? (a page or an address; Enter: not at all)",
        _contact,
        more="It is told to every server that is asked. Some refuse programs that give none.",
    )
    return Draft(
        name, party, there, candidates, officials, rivals, moments, feeds, code, added, begins,
        contact,
    )  # fmt: skip


_PLACES = (
    "A name on Bluesky (nia.bsky.social), on Mastodon (@nia@server.example), or the address of a"
    " feed: RSS, Atom, JSON Feed (https://nia.example/feed)."
)


def _contact(answer: str) -> str:
    if not answer.isascii():
        raise answering.AnswerProblem(
            "plain letters only, such as https://party.example/monitoring"
        )
    return answering.line(answer)


# -- people --------------------------------------------------------------------------------------


def _candidates() -> Generator[Question, Any, tuple[Person, ...]]:
    people: list[Person] = []
    while True:
        name = yield Question(
            f"Candidate {len(people) + 1}: name" + (" (Enter: no more)" if people else ""),
            _new_name(people) if people else answering.needed("at least one candidate"),
            more="First name and last name, as it stands on the ballot.",
        )
        if not name:
            return tuple(people)
        people.append((yield from _candidate(name, people)))


def _new_name(people: Sequence[Person]) -> answering.Reads[str]:
    def read(answer: str) -> str:
        name = answering.line(answer)
        if name.casefold() in {person.name.casefold() for person in people}:
            raise answering.AnswerProblem(f"{name} stands already")
        return name

    return read


def _candidate(name: str, people: Sequence[Person]) -> Generator[Question, Any, Person]:
    camp = answering.slug(name.rsplit(maxsplit=1)[-1], {person.camp for person in people})
    handle = yield Question(
        f"{name}: handle",
        answering.handle({bare(person.handle) for person in people}),
        default=_free_handle(name, people),
        more="The name by which the roster knows them, and by which posts mention them.",
    )
    pronoun = yield Question(
        f"{name}: he, she or they?",
        answering.one_of("pronoun", ("he", "she", "they")),
        default="they",
        more='So that "she said" is understood. "they" fits everybody.',
    )
    aliases = yield Question(
        f"{name}: other names in use, with commas",
        answering.several,
        default=_short_names(name),
        more="First name, last name, nickname. A name that is also a common word is taken for the"
        " candidate only where something else points to them.",
    )
    places = yield Question(
        f"{name}: where do they post? with commas (Enter: nowhere)",
        answering.places([place for person in people for place in person.places]),
        more=_PLACES,
    )
    return Person(name, handle, places, camp, pronoun, aliases)


def _short_names(name: str) -> str:
    first, *rest = name.split()
    return ", ".join(dict.fromkeys((first, rest[-1]))) if rest else ""


def _free_handle(name: str, people: Sequence[Person]) -> str:
    return "@" + answering.slug(
        answering.slug(name).replace("-", ""), {bare(person.handle) for person in people}
    )


def _officials(candidates: tuple[Person, ...]) -> Generator[Question, Any, tuple[Person, ...]]:
    people: list[Person] = []
    while True:
        words = "Somebody else who runs it" if people else "Who is the returning officer?"
        name = yield Question(
            f"{words} (Enter: {'no more' if people else 'not known yet'})",
            _new_name([*candidates, *people]),
            more="People who run the contest: attacks on them are a matter of their own, and they"
            " are to stay neutral.",
        )
        if not name:
            return tuple(people)
        known = (*candidates, *people)
        places = yield Question(
            f"{name}: where do they post? with commas (Enter: nowhere)",
            answering.places([place for person in known for place in person.places]),
            more=_PLACES,
        )
        people.append(Person(name, _free_handle(name, known), places))


# -- the timetable -------------------------------------------------------------------------------

MOMENTS: Final[Mapping[str, tuple[str, str]]] = {
    "begins": ("When does the contest begin? (notice, vacancy)", "the beginning"),
    "nominations-open": ("When do nominations open?", "the opening of nominations"),
    "nominations-close": ("When do nominations close?", "the close of nominations"),
    "voting-opens": ("When does voting open?", "the opening of voting"),
    "voting-closes": ("When does voting close?", "the close of voting"),
    "declared": ("When is the result declared?", "the declaration"),
    "ends": ("Until when may one object?", "the end of objections"),
}
"""The timetable's moments in their order, each after those before it: the question, the words."""
ASIDE: Final[Mapping[str, str]] = {
    "join-by": "Until when may one join and still vote?",
    "replacement-by": "Until when may one ask for another ballot?",
    "complain-by": "Until when are complaints taken?",
}
"""Single moments, in no order with the others; by kind of milestone."""
_TIMETABLE = ("The timetable: a stretch begins with its first second and ends before its last.",)
_HOW = (
    "Day and hour on the party's clock, such as 2027-03-01 09:00; an hour in another zone with its"
    " offset, 2027-03-01 09:00-08:00. Enter if it is not settled yet: it can be added to the file."
)


def _timetable(zone: ZoneInfo) -> Generator[Question, Any, Mapping[str, Moment]]:
    known: dict[str, Moment] = {}
    quiet: Moment | None = None
    last, last_words = None, ""
    for name, (asked, words) in MOMENTS.items():
        said: Moment | None = yield Question(
            f"{asked} (Enter: not known yet)",
            answering.moment(zone, last, last_words),
            lines=_TIMETABLE if name == "begins" else (),
            more=_HOW,
        )
        if said:
            known[name] = last = said
            last_words = words
        if said and name == "voting-closes":
            quiet = yield from _quiet(zone, said, known.get("voting-opens"))
    known |= yield from _aside(zone)
    return known | ({"quiet": quiet} if quiet else {})


def _aside(zone: ZoneInfo) -> Generator[Question, Any, dict[str, Moment]]:
    known: dict[str, Moment] = {}
    for name, words in ASIDE.items():
        said: Moment | None = yield Question(
            f"{words} (Enter: no such day)", answering.moment(zone), more=_HOW
        )
        if said:
            known[name] = said
    return known


def _quiet(
    zone: ZoneInfo, closes: Moment, opens: Moment | None
) -> Generator[Question, Any, Moment | None]:
    """When the quiet period before the close begins."""
    inside = answering.moment(zone, opens, MOMENTS["voting-opens"][1])

    def read(answer: str) -> Moment | None:
        said = inside(answer)
        if said and said.at >= closes.at:
            raise answering.AnswerProblem(f"that is not before {MOMENTS['voting-closes'][1]}")
        return said

    said: Moment | None = yield Question(
        "When does a quiet period before the close begin? (Enter: there is none)",
        read,
        more="From then to the close campaigns may ask for no votes, if your code says so.",
    )
    return said


# -- the code ------------------------------------------------------------------------------------


def _code(zone: str) -> Generator[Question, Any, tuple[WorkedCode | None, tuple[str, ...]]]:
    codes = worked_codes()
    names = (*codes, OWN)
    usual = next((name for keys, name in _BY_ZONE if zone.startswith(keys)), "uk-party")
    titles = [code.title for code in codes.values()] + ["None of these: only templates, below"]
    chosen = yield Question(
        "Which comes closest to your code?",
        answering.one_of("code", names),
        default=str(names.index(usual) + 1),
        lines=(
            "Worked codes to start from; every clause of them can be changed.",
            *(f"{n:>3}  {title}" for n, title in enumerate(titles, 1)),
        ),
        more="A file with clauses, what each looks for, and examples; it becomes your code.toml.",
    )
    code = codes.get(chosen)
    left = [name for name in templates() if code is None or name not in code.like]
    added = yield Question(
        "Templates to add, with commas, or all" + (" (Enter: none)" if code else ""),
        answering.some_of("template", left),
        default="" if code else _USUAL,
        lines=(
            "The recurring rules that it does not have:",
            *(f"  {name}  {templates()[name]['title']}" for name in left),
        ),
        more="Each becomes a clause of its own in code.toml; give it your number and your words.",
    )
    return code, added


def _beginning(
    zone: ZoneInfo,
    code: WorkedCode | None,
    added: tuple[str, ...],
    moments: Mapping[str, Moment],
) -> Generator[Question, Any, Moment | None]:
    """From when on the candidates' clauses hold, if there are any."""
    opened = code is not None and BEGINS in code.text.splitlines()
    if not opened and not set(added) - set(STANDING):
        return None
    usual = moments.get("nominations-close")
    said: Moment | None = yield Question(
        "From when is the candidates' code in force?" + ("" if usual else " (Enter: say later)"),
        answering.moment(zone),
        default=usual.written if usual else "",
        more="What was posted before it is shown as before the rule, and is no breach of it. "
        + _HOW,
    )
    return said
