"""Possible breaches of the code: who is bound, by which version, when. Points; never finds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from analysis.blocks import BLOCKS, ENDORSED_REPOST
from analysis.blocks.levels import level
from analysis.blocks.words import WORDS, words
from analysis.reasons import describe
from analysis.scene import IRONY, NO_PARENT, PERSON_OR_DEED, Scene, Sign
from contest.code import SEVERITIES, Lane, Look, Rule
from contest.contest import Contest
from contest.reading import Breach

_ON_A_REPOST = frozenset(
    ("private-data", "voting-code", "impersonation", "internal-address", "unlabelled-ai")
)
"""What a repost does itself, whoever wrote it: the number is out again."""
_SURE = 0.9
"""From this score on a flag stands beside a likelier one on the same post."""
_LIKELY = 0.7
"""From this score on what may be a danger is shown, whatever else the words may be."""
_ASKED = frozenset(("case", "needs-context"))
"""The lanes that ask somebody to look."""
_AT_MOST_IN_DOUBT = 2
_AT_MOST = 1
"""Steps that irony, a hint, or a clause published only later never rises above."""

Echo = Callable[[Scene, str], Scene]
"""Gives a scene in which this author says that text as their own."""


def breaches(scene: Scene, book: Rulebook, echo: Echo) -> tuple[Breach, ...]:
    """The possible breaches of one post, at most one a rule, in the rulebook's order.

    A rule counts in the version in force when the words were published (of an edited post, when
    it was edited), for the role its author had then. `echo` reads the parent's words as this
    author's own, for reposts and plain agreement.
    """
    found = {flag.rule: flag for flag in _leading(_flags(scene, book))}
    if book.reposts and (flag := _repost(scene, echo, book, found.keys())):
        # Of plain agreement the words are the parent's: they are taken over, not said.
        found.pop(flag.via, None)
        found[flag.rule] = flag
    return tuple(sorted(found.values(), key=lambda flag: book.order[flag.rule]))


# -- the rulebook --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rulebook:
    """A contest's rules by id, in their `order`; what they look for, by block (`asked`).

    `reposts` are the versions of those that look at reposts.
    """

    versions: Mapping[str, tuple[Rule, ...]]
    order: Mapping[str, int]
    reposts: tuple[Rule, ...]
    asked: Mapping[str, tuple[tuple[Rule, Look], ...]]


def rulebook(contest: Contest) -> Rulebook:
    """The contest's rulebook."""
    versions: dict[str, tuple[Rule, ...]] = {}
    for rule in contest.rules:
        versions[rule.id] = (*versions.get(rule.id, ()), rule)
    order = {rule_id: place for place, rule_id in enumerate(versions)}
    reposts = tuple(
        rule
        for rule in contest.rules
        if any(look.block == ENDORSED_REPOST for look in rule.looks_for)
    )
    asked: dict[str, list[tuple[Rule, Look]]] = {}
    for rule in contest.rules:
        for look in rule.looks_for:
            asked.setdefault(look.block, []).append((rule, look))
    by_block = {block: tuple(looks) for block, looks in asked.items()}
    return Rulebook(versions, order, reposts, by_block)


@dataclass(frozen=True, slots=True)
class Bearing:
    """A version of a rule and how it bears on an author: bound, expected, or not yet."""

    rule: Rule
    lane: Lane
    authority: str = ""


# -- what is seen --------------------------------------------------------------------------------


class Seen(dict[str, tuple[Sign, ...]]):
    """What each block sees in a scene; a block looks when it is first asked."""

    def __init__(self, scene: Scene) -> None:
        super().__init__()
        self._scene = scene

    def __missing__(self, name: str) -> tuple[Sign, ...]:
        allowed = self._scene.post.kind != "repost" or name in _ON_A_REPOST
        block = BLOCKS.get(name) if allowed else None
        found = self[name] = tuple(block(self._scene)) if block else ()
        return found

    def by(self, look: Look) -> tuple[Sign, ...]:
        """What a rule's look sees, whoever the author."""
        found = tuple(words(self._scene, look)) if look.block == WORDS else self[look.block]
        if not found or not all(self[name] for name in look.together):
            return ()
        return () if any(self[name] for name in look.without) else found


def _flags(scene: Scene, book: Rulebook) -> Iterator[Breach]:
    """The gravest flag of each rule, with the words of all.

    Block by block: most see nothing in most posts, and of these no rule is asked.
    """
    seen = Seen(scene)
    bearing: dict[str, tuple[Rule, ...]] = {}
    flags: dict[str, list[Breach]] = {}
    for block, asked in book.asked.items():
        for rule, look in asked if block == WORDS or seen[block] else ():
            if rule.id not in bearing:
                bearing[rule.id] = tuple(_bearing_versions(book.versions[rule.id], scene))
            if rule in bearing[rule.id]:
                flags.setdefault(rule.id, []).extend(_flags_of(scene, rule, look, seen))
    yield from (_worst(some) for some in flags.values() if some)


def _flags_of(scene: Scene, rule: Rule, look: Look, seen: Seen) -> Iterator[Breach]:
    bearing = _bearing(rule, look, scene)
    if bearing and _counts(look, rule, scene):
        for sign in seen.by(look):
            yield _breach(scene, bearing, replace(sign, instead=look.severity))


def _with_doubt(scene: Scene, sign: Sign) -> Sign:
    """The sign, with the reader's own doubt where it rests on that reader's word."""
    doubted = sign.basis == "meaning" and not sign.doubt and scene.sense.doubt
    return replace(sign, doubt=scene.sense.doubt) if doubted else sign


def _bearing_versions(versions: tuple[Rule, ...], scene: Scene) -> Iterator[Rule]:
    """Those in force; else the one that reaches back, or comes next."""
    when = scene.when
    now = [rule for rule in versions if rule.in_force(when)]
    if now:
        yield from now
    back = [rule for rule in versions if rule.reaches(when)]
    yield from back
    if back:
        return
    later = [rule for rule in versions if rule.start is not None and rule.start > when]
    if later and not any(_bears_on(rule, scene) for rule in now):
        yield min(later, key=lambda rule: rule.start or when)


def _bears_on(rule: Rule, scene: Scene) -> bool:
    return scene.role in rule.binds or scene.role in rule.expects


def _bearing(rule: Rule, look: Look, scene: Scene) -> Bearing | None:
    """How this look of the rule bears on this author at this moment, if at all."""
    when, role = scene.when, scene.role
    bound = role in (look.roles or rule.binds)
    if rule.in_force(when):
        if bound:
            return Bearing(rule, "case")
        return Bearing(rule, "expectation") if role in rule.expects and not look.roles else None
    if not bound:
        return None
    if rule.reaches(when):
        return Bearing(rule, "case", rule.authority)
    return Bearing(rule, "before-rule")


def _counts(look: Look, rule: Rule, scene: Scene) -> bool:
    """Whether post and moment are of those that the look is for."""
    when = scene.when
    if look.kinds and scene.post.kind not in look.kinds:
        return False
    if (look.start and when < look.start) or (look.end and look.end <= when):
        return False
    wanted = look.phases or rule.phases
    if not wanted:
        return True
    inside = scene.contest.phases_at(when)
    return any(phase.id in wanted or phase.kind in wanted for phase in inside)


def _leading(flags: Iterable[Breach]) -> Iterator[Breach]:
    """Of several readings of the same words the likeliest, and those that are all but certain.

    What has a form or stands in a register is no reading: it stays and hides nothing. Nor does a
    milder reading hide one of S4 that is likely by itself.
    """
    found = list(flags)
    read = [flag for flag in found if flag.by_meaning and flag.lane in _ASKED]
    # A hint never stands in the way of what the post itself shows.
    weighty = [flag for flag in read if flag.detectability != "C"] or read
    least = min(max((flag.score for flag in weighty), default=0.0), _SURE)
    yield from (flag for flag in found if flag not in read or _stands(flag, least))


def _stands(flag: Breach, least: float) -> bool:
    return flag.score >= least or (flag.severity == SEVERITIES[-1] and flag.score >= _LIKELY)


# -- reposts and agreement -----------------------------------------------------------------------


def _repost(scene: Scene, echo: Echo, book: Rulebook, direct: Iterable[str]) -> Breach | None:
    """What the author makes their own by a repost, or by plainly agreeing with the parent."""
    if not _takes_over(scene):
        return None
    text = _taken_text(scene)
    if text:
        agrees = scene.post.kind != "repost"
        taken = _taken_over(scene, echo(scene, text), book)
        signs = [sign for sign in taken if agrees or sign.via not in direct]
    else:
        signs = [_unseen(scene)]
    flags = [
        _breach(scene, bearing, sign)
        for rule in _bearing_versions(book.reposts, scene)
        for look in rule.looks_for
        if look.block == ENDORSED_REPOST
        if (bearing := _bearing(rule, look, scene))
        for sign in signs
        if text or bearing.lane == "case"
    ]
    return _worst(flags) if flags else None


def _takes_over(scene: Scene) -> bool:
    """Whether the author makes the parent's words their own."""
    if scene.post.kind == "repost" or scene.stance == "agrees":
        return True
    answers = scene.post.kind in ("reply", "quote") and not scene.passes_on
    return answers and scene.act("adoption") >= level("adoption")


def _taken_text(scene: Scene) -> str:
    """The parent's words, "" where nobody captured them."""
    parent = scene.post.parent
    if parent and parent.text:
        return parent.text
    return scene.post.text if scene.post.kind == "repost" else ""


def _taken_over(scene: Scene, echoed: Scene, book: Rulebook) -> Iterator[Sign]:
    plain = scene.post.kind == "repost"
    same = echoed.post.text == scene.post.text
    for flag in _flags(echoed, book):
        if flag.lane != "expectation":
            yield Sign(
                flag.spans if same else scene.whole,
                f"a {scene.post.kind} that takes over what may breach {flag.rule}",
                flag.score,
                doubt=(echoed.sense.doubt or IRONY) if flag.lane == "needs-context" else "",
                instead=flag.severity,
                steps=-1 if plain else 0,
                via=flag.rule,
            )


def _unseen(scene: Scene) -> Sign:
    """The sign of taking over a parent that may say anything: a query at most."""
    if scene.post.kind == "repost":
        what, doubt = "a repost", "the post that it passes on, which was not captured"
    else:
        what, doubt = f"a {scene.post.kind} that plainly agrees with its parent", NO_PARENT
    return Sign(scene.whole, what, instead="S1", doubt=doubt)


# -- one flag ------------------------------------------------------------------------------------


def _breach(scene: Scene, bearing: Bearing, sign: Sign) -> Breach:
    rule = bearing.rule
    sign = _with_doubt(scene, sign)
    lane = bearing.lane
    hint = rule.detectability == "C" and sign.basis == "meaning"
    if lane == "case" and (sign.doubt or rule.detectability == "C"):
        lane = "needs-context"
    said = describe(scene, rule, bearing.lane, sign)
    return Breach(
        rule=rule.id,
        clause=rule.clause,
        version=rule.version,
        severity=_severity(scene, rule, sign, hint=hint),
        lane=lane,
        spans=sign.spans,
        reason=said.reason,
        unless=rule.unless,
        text=rule.text,
        detectability=rule.detectability,
        stance=scene.stance,
        score=round(sign.score, 4),
        role_source=said.role_source,
        phase=said.phase,
        edge=said.edge,
        edge_s=said.edge_s,
        via=sign.via,
        authority=bearing.authority,
        mend=sign.mend,
        by_meaning=sign.basis == "meaning",
    )


def _severity(scene: Scene, rule: Rule, sign: Sign, *, hint: bool) -> str:
    """The rule's, raised and lowered as it says; capped where something is in doubt."""
    levels = [sign.instead or rule.raised_for.get(scene.role, rule.severity)]
    levels += (rule.raised_when[mark] for mark in sign.marks if mark in rule.raised_when)
    step = max(map(SEVERITIES.index, levels)) + sign.steps
    for mark in sign.marks & rule.lowered_when.keys():
        step = min(step, SEVERITIES.index(rule.lowered_when[mark]))
    step -= _was_corrected(scene, rule)
    unpublished = rule.published is not None and rule.published > scene.when
    if sign.doubt in (IRONY, PERSON_OR_DEED) or unpublished or hint:
        step = min(step, _AT_MOST)
    elif sign.doubt:
        step = min(step, _AT_MOST_IN_DOUBT)
    return SEVERITIES[min(max(step, 0), len(SEVERITIES) - 1)]


def _was_corrected(scene: Scene, rule: Rule) -> bool:
    """Whether the author put other words in their place soon enough."""
    replaced = scene.post.replaced
    return replaced is not None and replaced - scene.when <= rule.corrected_within


_LANES: Mapping[str, int] = {"case": 3, "needs-context": 2, "expectation": 1, "before-rule": 0}


def _worst(flags: Iterable[Breach]) -> Breach:
    """One breach for several signs of it: the gravest, with the words of all."""
    ranked = sorted(flags, key=lambda flag: (_LANES[flag.lane], flag.severity), reverse=True)
    spans = {span for flag in ranked for span in flag.spans}
    return replace(ranked[0], spans=tuple(sorted(spans)))
