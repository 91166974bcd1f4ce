"""A code's own examples, read as posts of its contest: what does not hold is told. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import product

from analysis.reader import Reader
from contest.code import Example, Rule
from contest.contest import ROLES, Account, Camp, Contest, Phase, Term
from contest.post import Author, Context, Post
from contest.reading import Breach

_FLAGGED = ("case", "needs-context", "expectation")
_SIDES = frozenset(("candidate", "team", "campaign_account", "mp", "councillor"))
"""Roles in which an example's author belongs to a camp."""
_PARENT = Author("example-parent", "@example_parent")
_MEMBER = "@example_member"
_ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)
_PREFERRED = ("voting", "campaign", "nominations")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one example with one set of names: whether it held, and what was seen."""

    rule: Rule
    example: Example
    is_breach: bool
    text: str
    flag: Breach | None

    @property
    def holds(self) -> bool:
        """Whether a breach was flagged, or a fine post was not."""
        return (self.flag is not None) is self.is_breach


def staged(contest: Contest) -> Contest:
    """The contest with an author of each role for each camp, so that every example has one."""
    cast = [
        Account(_handle(role, camp), f"{role} {camp}", (Term(role, camp or None),))
        for role in (*ROLES, *_further_roles(contest))
        for camp in ("", *(camp.id for camp in contest.camps))
    ]
    return replace(contest, accounts=(*contest.accounts, *cast))


def run(reader: Reader, contest: Contest) -> list[Outcome]:
    """Every example of every rule, for each candidate in turn; `reader` reads `staged(contest)`."""
    cases = [
        (rule, example, is_breach, post)
        for rule in contest.rules
        for is_breach, examples in ((True, rule.breach), (False, rule.fine))
        for example in examples
        for post in _posts(rule, example, contest)
    ]
    readings = reader.read_all([post for *_, post in cases])
    return [
        Outcome(rule, example, is_breach, post.text, _flag(rule, reading.breaches))
        for (rule, example, is_breach, post), reading in zip(cases, readings, strict=True)
    ]


def unequal(outcomes: list[Outcome]) -> Iterator[tuple[Rule, Example]]:
    """Examples that came out differently for one candidate than for another: there may be none."""
    seen: dict[tuple[str, str, Example], tuple[str, float] | None] = {}
    for outcome in outcomes:
        key = (outcome.rule.id, outcome.rule.version, outcome.example)
        flag = outcome.flag
        said = (flag.severity, flag.score) if flag else None
        if seen.setdefault(key, said) != said:
            yield outcome.rule, outcome.example


def _flag(rule: Rule, breaches: tuple[Breach, ...]) -> Breach | None:
    return next((b for b in breaches if b.rule == rule.id and b.lane in _FLAGGED), None)


def _posts(rule: Rule, example: Example, contest: Contest) -> Iterator[Post]:
    """The example as posts: with each rival in turn, by an author of another camp.

    None where it needs what the contest does not have: its phase, a second candidate.
    """
    if not example.at and not _phases(rule, example, contest) and _wanted(rule, example):
        return
    when = example.at or moment_of(rule, example, contest)
    role = example.role or _role_of(rule)
    written = example.text + example.parent
    rivals: tuple[Camp | None, ...] = contest.camps if "{rival" in written else (None,)
    owns: tuple[Camp | None, ...] = contest.camps if "{own" in written else (None,)
    for rival, own in product(rivals, owns):
        side = own or _other(contest, rival)
        if rival is not None and rival == side:
            continue
        names = _names(contest, rival, side) | _closing(contest, when)
        if any(f"{{{name}" in written for name, value in names.items() if not value):
            continue
        text, parent = _filled(example.text, names), _filled(example.parent, names)
        handle = example.author or _handle(role, side.id if role in _SIDES and side else "")
        yield _post(example, text, parent, handle, when)


def _post(example: Example, text: str, parent: str, handle: str, when: datetime) -> Post:
    above = Context("example-parent", _PARENT, parent) if parent else None
    answers = example.kind in ("post", "reply")
    return Post(
        uid="example",
        platform="",
        author=Author("", handle),
        text=text,
        published=when,
        version="1",
        kind=example.kind,
        reply_to=above if answers else None,
        quotes=None if answers else above,
    )


def _names(contest: Contest, rival: Camp | None, own: Camp | None) -> dict[str, str]:
    return {
        "rival.first": rival.name.split()[0] if rival else "",
        "rival": rival.name if rival else "",
        "own": own.name if own else "",
        "official": contest.officials[0] if contest.officials else "",
        "party": contest.party,
        "rival_party": contest.rival_parties[0] if contest.rival_parties else "",
        "member": _MEMBER,
    }


def _closing(contest: Contest, when: datetime) -> dict[str, str]:
    """When voting closes by the timetable as it stood at `when`, and a day later; "" if unknown."""
    stretch = contest.stretch("voting", when)
    if stretch is None:
        return {"closes": "", "closes.late": ""}
    right = stretch[1].astimezone(contest.zone)
    late = (right.replace(tzinfo=None) + timedelta(days=1)).replace(tzinfo=contest.zone)
    return {"closes": _in_full(right), "closes.late": _in_full(late)}


def _in_full(moment: datetime) -> str:
    return f"{moment:%H:%M} on {moment:%A} {moment.day} {moment:%B %Y}"


def _filled(text: str, names: Mapping[str, str]) -> str:
    for name, value in names.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def _handle(role: str, camp: str) -> str:
    return f"@example_{role}_{camp}".rstrip("_")


def _other(contest: Contest, rival: Camp | None) -> Camp | None:
    return next((camp for camp in contest.camps if camp != rival), None)


def _further_roles(contest: Contest) -> list[str]:
    known = {role for rule in contest.rules for role in rule.binds | rule.expects}
    return sorted(known - set(ROLES))


def _role_of(rule: Rule) -> str:
    """Whom an example is put in the mouth of: of those bound the first, by the usual order."""
    bound = rule.binds or rule.expects
    ordered = sorted(bound, key=lambda role: (role not in ROLES, role))
    usual = [role for role in ("team", *ROLES) if role in bound]
    return next(iter((*usual, *ordered)), "outsider")


def moment_of(rule: Rule, example: Example, contest: Contest) -> datetime:
    """When the example is posted: in the middle of its phase, within the rule's time."""
    for phase in _phases(rule, example, contest):
        start = max(phase.start, rule.start or phase.start)
        end = min(phase.end, rule.end or phase.end)
        if start < end:
            return start + (end - start) / 2
    if rule.start:
        return rule.start
    if rule.end:
        return rule.end - timedelta(seconds=1)
    return contest.edges[0].at if contest.edges else _ANY_TIME


def _wanted(rule: Rule, example: Example) -> Collection[str]:
    """The ids or kinds of phases that the example is of; none: of any."""
    return (example.phase,) if example.phase else rule.phases


def _phases(rule: Rule, example: Example, contest: Contest) -> list[Phase]:
    """The contest's phases that the example may stand in, the likeliest first."""
    wanted = _wanted(rule, example)
    phases = [p for p in contest.phases if not wanted or p.id in wanted or p.kind in wanted]
    return sorted(phases, key=_rank)


def _rank(phase: Phase) -> int:
    return _PREFERRED.index(phase.kind) if phase.kind in _PREFERRED else len(_PREFERRED)
