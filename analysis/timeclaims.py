"""What a text says of when voting opens or closes, told by its form. Judges nobody."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from analysis import timetalk as talk
from analysis.folding import Folded, fold
from analysis.moments import (
    BEGINNING,
    ENDLESS,
    Moment,
    Stretch,
    moments,
    on_day_of,
    stretches,
)
from analysis.zones import clock_before
from contest.reading import Span

Edge = Literal["opens", "closes", "join", "replacement", "nominations", "declared"]
"""Which edge of the timetable words speak of: "join" is the freeze, "nominations" their close,
"replacement" the last moment to ask for a new ballot, "declared" the result."""

Verdict = Literal["true", "early", "late", "elsewhere"]
"""How words stand to an edge. "early": they put it before where it lies, so that voters only come
early; "late": after it, so that voters miss it; "elsewhere": either, by how they are read."""


@dataclass(frozen=True, slots=True)
class TimeClaim:
    """That an edge of the timetable lies in `[earliest, latest)`, UTC.

    Where words may be read in several ways, `others` are the further readings, and the claim is
    true if any holds. `any_day` is the zone of an hour said of whichever day ("it shuts at noon").
    `span` is in characters of the text; `zone` is the zone named, "" if the party's was assumed.
    A claim of one side only ("still open") ends at `ENDLESS`, or begins at `BEGINNING`.
    """

    edge: Edge
    earliest: datetime
    latest: datetime
    span: Span
    zone: str = ""
    others: tuple[Stretch, ...] = ()
    any_day: ZoneInfo | None = None


def verdict(claim: TimeClaim, edge: datetime) -> Verdict:
    """Whether the words are true of an `edge` (aware), and if not, on which side they err."""
    readings = (Stretch(claim.earliest, claim.latest), *claim.others)
    zone = claim.any_day
    if zone is not None:
        readings = tuple(moved for each in readings for moved in _moved(each, edge, zone))
    if any(each.earliest <= edge < each.latest for each in readings):
        return "true"
    sides = {_side(each, edge) for each in readings[:1] if zone is not None} or {
        _side(each, edge) for each in readings if each.likely
    }
    return sides.pop() if len(sides) == 1 else "elsewhere"


def _side(stretch: Stretch, edge: datetime) -> Verdict:
    return "late" if edge < stretch.earliest else "early"


def _moved(stretch: Stretch, edge: datetime, zone: ZoneInfo) -> tuple[Stretch, ...]:
    """An hour of whichever day, on the day of the edge; an open end stays open."""
    if stretch.latest == ENDLESS:
        closed = stretch._replace(latest=stretch.earliest + timedelta(minutes=1))
        return (on_day_of(closed, edge, zone)[0]._replace(latest=ENDLESS),)
    return on_day_of(stretch, edge, zone)


# --- What each sentence says ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Scene:
    """What does not change while one text is read."""

    folded: Folded
    said: datetime
    party: ZoneInfo
    author: ZoneInfo | None
    found: Sequence[Moment]

    @property
    def lower(self) -> str:
        return self.folded.lower


@dataclass(frozen=True, slots=True)
class _Carried:
    """What the talk is of before a sentence: the last noun's kind, and the edge asked about."""

    topic: str = ""
    asked: Edge | None = None


@dataclass(frozen=True, slots=True)
class _Place:
    """A moment in its sentence: the clause and the sentence before and after it, and its relation.

    `link` is "until", "by", "since", "after", "" or "between" (the first of "Monday to Friday").
    """

    moment: Moment
    before: str
    after: str
    sooner: str
    later: str
    link: str
    owning: bool


def time_claims(
    text: str,
    said: datetime,
    zone: ZoneInfo,
    *,
    author_zone: ZoneInfo | None = None,
    answered: str = "",
) -> list[TimeClaim]:
    """What `text` claims of when voting opens, closes and so on, in the text's order; pure.

    `said` (aware) is when it was published, `zone` the party's, `author_zone` the author's where
    it is known, `answered` the text that it replies to. Where the words cannot be pinned to a
    time and an edge, nothing is claimed. Linear in the text's length. ValueError for a naive
    `said`.
    """
    if said.tzinfo is None:
        raise ValueError("when a text was published must be known with its time zone")
    folded = fold(text)
    lower = folded.lower
    if not 1980 <= said.year <= 8900:
        return []
    found = moments(lower) if answered or talk.is_timely(lower) else []
    if not (found or talk.is_stated(lower)) or talk.UNSURE_ALL.search(lower):
        return []
    scene = _Scene(folded, said.astimezone(UTC), zone, author_zone, found)
    return list(_claims(scene, _talk_of(answered)))


def _talk_of(answered: str) -> _Carried:
    """What a reply may leave unsaid: what it answers speaks of, and the edge that it asks for."""
    if not answered:
        return _Carried()
    lower = fold(answered[:1000]).lower
    return _Carried(_last_topic(lower), _edge_asked(lower))


def _claims(scene: _Scene, carried: _Carried) -> Iterator[TimeClaim]:
    for start, end, asks in _sentences(scene):
        sentence = scene.lower[start : min(end, start + 600)]
        if asks:
            carried = _Carried(_last_topic(sentence) or carried.topic, _edge_asked(sentence))
            continue
        inside = [m for m in scene.found if start <= m.start < end]
        told = [claim for m in inside for claim in _claimed(scene, m, (start, end), carried)]
        yield from told or _of_state(scene, start, sentence, carried)
        carried = _Carried(_last_topic(sentence) or carried.topic, None)


def _sentences(scene: _Scene) -> Iterator[tuple[int, int, bool]]:
    """Each sentence and whether it asks; a full stop inside a moment ("5 p.m.") ends none."""
    inside = {place for m in scene.found for place in range(m.start, m.end - 1)}
    start = 0
    for stop in talk.SENTENCE_END.finditer(scene.lower):
        if stop.start() in inside:
            continue
        yield start, stop.end(), "?" in stop[0]
        start = stop.end()
    if start < len(scene.lower):
        yield start, len(scene.lower), False


def _last_topic(sentence: str) -> str:
    """The kind of the last noun of a sentence; a nearer subject than the vote's goes before it."""
    kinds = [match.lastgroup or "" for match in _nouns(sentence)]
    if "elsewhere" in kinds:
        return "elsewhere"
    special = [kind for kind in kinds if kind in ("replacement", "nominations", "declared", "join")]
    return (special or kinds or [""])[-1]


def _edge_asked(sentence: str) -> Edge | None:
    """The edge that a question asks for, or that a plain statement speaks of; None if unclear."""
    if not talk.ASKS.search(sentence) and not talk.ACTION.search(sentence):
        return None
    topic = _last_topic(sentence)
    acts = {match.lastgroup for match in talk.ACTION.finditer(sentence)}
    if topic in ("replacement", "nominations", "declared", "join"):
        return _EDGES_OF[topic]
    spoken = topic or "closes" in acts or re.search(r"\b(?:it|this|they)\b", sentence)
    if topic in ("elsewhere", "event", "office") or not spoken:
        return None
    if acts == {"opens"} and not re.search("open until|open till|still open", sentence):
        return "opens"
    if acts == {"closes"} or re.search(
        r"how long|until when|till when|still|too late|how late|deadline|how much time", sentence
    ):
        return "closes"
    return None


_EDGES_OF: dict[str, Edge] = {
    "replacement": "replacement",
    "nominations": "nominations",
    "declared": "declared",
    "join": "join",
    "vote": "closes",
}


def _claimed(
    scene: _Scene, moment: Moment, sentence: Span, carried: _Carried
) -> Iterator[TimeClaim]:
    place = _placed(scene, moment, sentence)
    if moment.every or _is_daily(scene, place) or not _is_told(place):
        return
    told = _edge(place, carried)
    if told is None:
        return
    edge, side = told
    claim = _claim(scene, place, edge, side)
    if claim is not None:
        yield claim


def _is_daily(scene: _Scene, place: _Place) -> bool:
    """Whether a moment is one end of opening hours: "ten till four"."""
    at = scene.found.index(place.moment)
    if not place.moment.any_day:
        return False
    if talk.FROM_HOUR.search(place.sooner):
        return True
    beside = [*scene.found[max(at - 1, 0) : at], *scene.found[at + 1 : at + 2]]
    gaps = [
        (min(m.end, place.moment.end), max(m.start, place.moment.start))
        for m in beside
        if m.any_day
    ]
    return any(talk.RANGE.fullmatch(scene.lower[first:last]) for first, last in gaps)


def _placed(scene: _Scene, moment: Moment, sentence: Span) -> _Place:
    lower = scene.lower
    sooner = lower[max(sentence[0], moment.start - talk.WIDEST) : moment.start]
    later = lower[moment.end : min(sentence[1], moment.end + talk.WIDEST)]
    index = scene.found.index(moment)
    follows = scene.found[index + 1] if index + 1 < len(scene.found) else None
    leads = scene.found[index - 1] if index else None
    link = _link(sooner)
    if (
        follows
        and follows.start < sentence[1]
        and talk.RANGE.fullmatch(lower[moment.end : follows.start])
    ):
        link = "between"
    elif (
        leads
        and leads.start >= sentence[0]
        and talk.RANGE.fullmatch(lower[leads.end : moment.start])
    ):
        link = "until"
    begins = max((match.end() for match in talk.CLAUSE.finditer(sooner)), default=0)
    ends = talk.CLAUSE.search(later)
    after = later[: ends.start()] if ends else later
    owning = lower[moment.start : moment.end].endswith("'s")
    return _Place(moment, sooner[begins:], after, sooner, later, link, owning)


def _link(sooner: str) -> str:
    until = talk.UNTIL.search(sooner)
    if until is not None:
        soft = re.match(
            r"(?:right |in )?(?:by|before|no later|not later|latest|erbyn|avant)", until[0]
        )
        return "by" if soft else "until"
    if talk.AFTER.search(sooner):
        return "after"
    return "since" if talk.SINCE.search(sooner) else ""


def _is_told(place: _Place) -> bool:
    """Whether the words are told as true: not doubted, denied, passed on or made a condition."""
    clause = f"{place.before} | {place.after}"
    if place.sooner.count('"') % 2 or talk.NOW_IS.search(place.sooner):
        return False
    if talk.NOT_THIS.search(place.sooner) and not re.search(
        r"(?:until|till|til|before) \S{0,3}$|(?:until|till|til|before)(?: the)? $", place.sooner
    ):
        return False
    if talk.DOUBT.search(clause) or talk.DISOWNED.search(clause) or talk.FALSE.search(clause):
        return False
    if talk.CONDITION.search(place.before) or re.search(
        r"\bif (?!you|u |ya |in doubt)", place.after
    ):
        return False
    around = f"{place.sooner} | {place.later}"
    return not (talk.DOUBT_ALL.search(around) or talk.DENIED_AFTER.match(place.later))


# --- Of which edge -------------------------------------------------------------------------------

_Side = Literal["at", "from", "to", "still", "landing"]
"""Whether the edge is said to lie at the moment, or no sooner ("from") or later ("to") than it;
"still": it is to come, and no sooner; "landing": ballots arrive then, a few days after it."""


_Told = tuple[Edge, _Side] | None


@dataclass(frozen=True, slots=True)
class _Act:
    """The verb that governs a moment: what it does, the words themselves, what stands before it."""

    kind: str
    words: str
    before: str
    here: bool
    side: str
    of_another: bool = False
    """Whether it is said of what: "deadline for leaflets"."""


_NO_ACT = _Act("", "", "", False, "")


def _act(place: _Place) -> _Act:
    """The nearest verb of opening or closing: in the clause, else elsewhere in the sentence."""
    for text, last, here, side in (
        (place.before, True, True, "before"),
        (place.after, False, True, "after"),
        (place.sooner, True, False, "before"),
        (place.later, False, False, "after"),
    ):
        acts = [match for match in talk.ACTION.finditer(text) if _is_act(match, text)]
        if acts:
            match = acts[-1] if last else acts[0]
            other = talk.OF_WHAT.match(text, match.end()) is not None
            before = text[: match.start()]
            return _Act(match.lastgroup or "", match[0], before, here, side, other)
    return _NO_ACT


def _is_act(match: re.Match[str], text: str) -> bool:
    if talk.NO_VERB.match(text, match.start()):
        return False
    before = text[: match.start()]
    verb = talk.CLOSE_ADJECTIVE.search(before) or talk.SEVERAL.search(before)
    return match[0] != "close" or verb is not None


def _topic(place: _Place, carried: _Carried) -> tuple[str, bool]:
    """The kind of what a moment is said of, and whether its own sentence names it."""
    if any(m.lastgroup == "elsewhere" for m in _nouns(f"{place.sooner} | {place.later}")):
        return "elsewhere", True
    if talk.TO_JOIN.search(place.sooner):
        return "join", True
    for text, last in (
        (place.before, True),
        (place.after, False),
        (place.sooner, True),
        (place.later, False),
    ):
        kinds = [m.lastgroup or "" for m in _nouns(text) if _names(m, text)]
        if text is place.later:
            kinds = [kind for kind in kinds if kind not in ("event", "office")]
        if not kinds:
            continue
        if last and kinds[-1] == "vote":
            for special in ("replacement", "nominations", "declared"):
                if special in kinds:
                    return special, True
        return kinds[-1] if last else kinds[0], True
    return carried.topic, False


def _nouns(text: str) -> Iterator[re.Match[str]]:
    return talk.NOUNS.finditer(text)


def _names(match: re.Match[str], text: str) -> bool:
    """Whether a noun is what the words are about; a place that papers go to is not."""
    return match.lastgroup != "office" or talk.AT_A_PLACE.search(text[: match.start()]) is None


def _edge(place: _Place, carried: _Carried) -> _Told:
    joined = talk.JOINED.search(place.sooner)
    topic, own = _topic(place, carried)
    if topic == "elsewhere":
        return None
    if joined is not None and place.moment.lasting is None:
        told = _edge_of_joining(place, joined["how"])
        if told is not None:
            return told
    return None if topic in ("event", "office") else _edge_of(place, topic, carried, own=own)


def _edge_of(place: _Place, topic: str, carried: _Carried, *, own: bool) -> _Told:
    act = _act(place)
    if place.moment.lasting is not None:
        return _edge_of_length(place, topic, act)
    if not own and not act.kind and (answer := _answer(place, carried)):
        return answer
    if topic in ("join", "replacement", "nominations", "declared"):
        return _edge_of_special(place, topic, act, own=own)
    return _edge_of_vote(place, topic, act, carried, own=own)


def _edge_of_joining(place: _Place, how: str) -> _Told:
    """Who may vote by when they joined: "if you joined after Friday you have no vote"."""
    around = f"{place.sooner} | {place.later}"
    if not talk.ABOUT_VOTES.search(around) or talk.MINE.search(place.before):
        return None
    barred = talk.NO_VOTE.search(place.later) or talk.NOBODY_WHO.search(place.sooner)
    if barred:
        return ("join", "to") if how in ("after", "since", "from", "as of") else None
    if how in ("since", "from", "as of"):
        return None
    exact = how != "after" and talk.ONLY.search(place.sooner)
    return ("join", "at") if exact else ("join", "from")


def _edge_of_length(place: _Place, topic: str, act: _Act) -> _Told:
    """Of what a length of time tells: "two hours left to vote", "it closed ten minutes ago"."""
    if "exten" in act.words or (act.here and talk.NEGATED.search(act.before)):
        return None
    left = place.moment.left
    if left in ("in", "ago"):
        return _edge_of_distance(topic, act)
    to_vote = talk.HOW_LONG.match(place.later) is not None
    if talk.MINE.search(place.before) and not to_vote:
        return None
    if left == "to go":
        return _of(_EDGES_OF.get(topic), act) if act.kind and place.after else None
    return _edge_of_rest(place, topic, act, to_vote=to_vote)


def _edge_of_distance(topic: str, act: _Act) -> _Told:
    """A verb says of what: "it closes in an hour", "voting opened two days ago"."""
    if not act.here or (act.kind == "opens" and topic != "vote"):
        return None
    return _of(_EDGES_OF.get(topic) or ("closes" if talk.BARE.match(act.before) else None), act)


def _edge_of_rest(place: _Place, topic: str, act: _Act, *, to_vote: bool) -> _Told:
    """What is left: of the time to vote where that is said, or nothing else is."""
    edge = _EDGES_OF.get(topic)
    left = place.moment.left
    if left in ("have", "last"):
        voting = to_vote and edge in ("closes", None) and "vot" in place.later
        return ("closes", "at") if voting else None
    if left == "more":
        still = to_vote or talk.IS_OPEN.search(place.before)
        return ("closes", "at") if edge == "closes" and still else None
    if act.kind == "opens" or edge == "declared":
        return None
    alone = not (topic or act.kind or place.sooner.strip()) and talk.LEFT_ALONE.match(place.after)
    return (edge, "at") if edge else (("closes", "at") if alone else None)


def _of(edge: Edge | None, act: _Act) -> _Told:
    if edge == "closes" and act.kind == "opens":
        return "opens", "at"
    if edge in ("join", "replacement", "nominations") and act.kind == "opens":
        return None
    return (edge, "at") if edge else None


def _edge_of_special(place: _Place, topic: str, act: _Act, *, own: bool) -> _Told:
    """Of joining, a new ballot, nominations or the result, each of which has its own deadline."""
    if topic == "declared":
        return _edge_of_result(place, act, own=own)
    closes = act.kind == "closes" and (act.here or talk.TO_JOIN.search(place.sooner) is not None)
    until = place.link in ("until", "by")
    if not until and act.here and (act.kind == "opens" or talk.NEGATED.search(act.before)):
        return None
    if closes:
        return _EDGES_OF[topic], "at"
    if talk.MINE.search(place.before):
        return None
    if topic == "join" and own and not place.link:
        return _edge_of_late_joining(place)
    have = talk.YOU_HAVE.search(place.sooner) is not None
    due = (own and _is_due(place, topic, have=have)) or (have and place.link == "until")
    return (_EDGES_OF[topic], "at") if due else None


def _is_due(place: _Place, topic: str, *, have: bool) -> bool:
    """Whether "by" or "until" sets a limit: "must join by", "can be asked for until"."""
    if place.link == "until":
        can = talk.MAY.search(place.before) or talk.NOUN_UNTIL.search(place.sooner)
        return have or can is not None
    if place.link != "by":
        return False
    aim = talk.AIM.search(f"{place.sooner} {place.later}") or talk.AIM_LATER.match(place.later)
    must = talk.DUTY.search(place.before) is not None
    return have or must or (topic == "join" and aim is not None)


def _edge_of_result(place: _Place, act: _Act, *, own: bool) -> _Told:
    known = talk.KNOWN.search(place.before) or not place.before.strip(" :-")
    named = talk.RESULT.search(place.sooner) or talk.RESULT_AFTER.match(place.later)
    closes = act.kind == "closes" and act.here
    told = own and known and named and not closes and place.link != "since"
    return ("declared", "at") if told else None


def _edge_of_late_joining(place: _Place) -> _Told:
    """That whoever joins at the moment still has a vote: "join tonight, vote next week"."""
    joins = talk.STILL_JOIN.search(place.before)
    return ("join", "still") if joins and talk.AIM_LATER.search(place.later) else None


def _edge_of_vote(place: _Place, topic: str, act: _Act, carried: _Carried, *, own: bool) -> _Told:
    own = own and topic == "vote"
    if place.link in ("until", "by"):
        return _edge_until(place, topic, act, carried, own=own)
    if place.link == "after":
        return ("closes", "at") if own and talk.TOO_LATE.search(place.later) else None
    if place.link in ("since", "between"):
        return _edge_from(place, act, own=own)
    return _edge_at(place, topic, act, own=own) if act.kind else _answer(place, carried)


def _edge_from(place: _Place, act: _Act, *, own: bool) -> _Told:
    """Of "voting from Monday": not what lies open from Monday, nor "from Monday's meeting"."""
    near = place.before if place.before.strip() else place.sooner
    opens = act.kind == "opens" or talk.VOTING_FROM.search(near)
    if not own or not opens or act.kind == "closes" or talk.MINE.search(place.before):
        return None
    return None if place.owning else ("opens", "at")


def _edge_at(place: _Place, topic: str, act: _Act, *, own: bool) -> _Told:
    """A verb, its subject and a moment: "the ballot closes at noon"."""
    apart = not act.here and _busy(place)
    doing = talk.OWN_DOING.match(act.words) and talk.WHO_DOES.search(act.before)
    if talk.NEGATED.search(act.before) or apart or doing:
        return None
    bare = talk.BARE.match(act.before) is not None
    if own and not bare:
        own = any(m.lastgroup == "vote" for m in _nouns(f"{place.sooner} | {act.before}"))
    if act.kind == "closes":
        of_it = bare and (act.here or _alone(place)) and not act.of_another
        return ("closes", "at") if own or of_it else None
    if talk.MAILED.match(act.words) or not (own or (bare and topic == "vote")):
        return None
    return "opens", "landing" if talk.LANDS.match(act.words) else "at"


def _alone(place: _Place) -> bool:
    """Whether the moment makes a clause by itself, at the beginning of its sentence."""
    return not re.search(r"\w", f"{place.sooner} {place.after}")


def _busy(place: _Place) -> bool:
    """Whether the moment's clause has a verb or a person of its own, which the moment goes with."""
    return len(re.findall(r"\w+", f"{place.before} {place.after}")) > 1


def _answer(place: _Place, carried: _Carried) -> _Told:
    """The edge that was asked about, where the answer is hardly more than the moment."""
    clause = f"{place.before} {place.after}"
    whole = re.findall(r"\w+", f"{place.sooner} {place.later}")
    short = len(re.findall(r"\w+", clause)) <= talk.FRAGMENT and len(whole) <= 2 * talk.FRAGMENT
    if carried.asked is None or not short or talk.MINE.search(clause):
        return None
    return carried.asked, "at"


def _edge_until(place: _Place, topic: str, act: _Act, carried: _Carried, *, own: bool) -> _Told:
    """Of "you have until noon", "open till Friday", "papers in by Monday"."""
    have = talk.YOU_HAVE.search(place.sooner) is not None
    if talk.NOT_UNTIL.search(place.before):
        return _edge_denied(place, act, own=own or topic == "vote", have=have)
    elsewhere = talk.FOR_WHAT.match(place.after) and not own
    if elsewhere or (act.here and talk.NOT_TILL.match(act.words)):
        return None
    if have and topic in ("", "vote"):
        return "closes", "at"
    if not own and not act.here:
        return None if talk.MINE.search(place.before) else _answer(place, carried)
    if not _speaks_of_voting(place, topic, act, own=own):
        return None
    return _edge_due(place, act)


def _edge_due(place: _Place, act: _Act) -> _Told:
    """A limit, or only advice: "vote by Friday" is true of whatever closes on Friday or later."""
    duty = talk.DUTY.search(f"{place.before} {place.after}")
    if place.link == "until" or act.kind == "closes" or duty:
        return "closes", "at"
    if talk.ADVICE.search(place.before):
        return "closes", "from"
    return ("closes", "at") if talk.RETURNED.search(place.before) else None


def _speaks_of_voting(place: _Place, topic: str, act: _Act, *, own: bool) -> bool:
    """Whether what goes on until then is the voting, and not something said beside it."""
    near = place.before if place.before.strip() else place.sooner
    voting = talk.IS_VOTE.search(near[-60:]) or talk.FOR_VOTING.match(place.later)
    if (place.link == "until" and not act.here and not voting) or talk.WAS.search(place.before):
        return False
    if talk.MINE.search(place.before) and not act.kind:
        return False
    if act.side != "before" and not _says_vote(place):
        return False
    bare = talk.BARE.match(act.before) is not None
    return own or not act.here or (bare and (topic == "vote" or act.kind == "closes"))


def _says_vote(place: _Place) -> bool:
    """Whether the vote is named before the moment, or as what the time is for ("to vote")."""
    named = any(m.lastgroup == "vote" for m in _nouns(place.sooner))
    return named or talk.FOR_VOTING.match(place.later) is not None


def _edge_denied(place: _Place, act: _Act, *, own: bool, have: bool) -> _Told:
    """Of "it doesn't open until Monday", "it doesn't close until Friday", "no papers till nine"."""
    if not own or have or talk.DO_NOT.match(place.before):
        return None
    return ("closes", "at") if act.here and act.kind == "closes" else ("opens", "at")


# --- The claim itself ----------------------------------------------------------------------------


def _zone_of(scene: _Scene, moment: Moment) -> ZoneInfo | None:
    """The party's zone, or the author's where "our time" is said; None if that is not known."""
    ours = talk.OUR_TIME.search(scene.lower, moment.start, moment.end + 12)
    if moment.clock is not None or ours is None:
        return scene.party
    return None if ours[1] == "your" else scene.author


def _claim(scene: _Scene, place: _Place, edge: Edge, side: _Side) -> TimeClaim | None:
    moment = place.moment
    if moment.clock is None and moment.hours:
        clock = clock_before(scene.lower, moment.start - len(place.sooner), moment.start)
        moment = replace(moment, clock=clock) if clock else moment
    zone = _zone_of(scene, moment)
    if zone is None:
        return None
    past = _is_past(place)
    found = stretches(moment, scene.said, zone, past=past or False, author=scene.author)
    if past is None:
        backward = stretches(moment, scene.said, zone, past=True)
        found += tuple(each._replace(likely=False) for each in backward)
    if side == "from" and place.link == "after":
        found = tuple(each._replace(earliest=each.latest) for each in found)
    found = tuple(dict.fromkeys(_sided(_hedged(each, place), side, scene.said) for each in found))
    if not found:
        return None
    first, *others = found
    own = (ZoneInfo(moment.clock.zones[0]) if moment.clock else zone) if moment.any_day else None
    span = scene.folded.span(moment.start, moment.end)
    name = moment.clock.name if moment.clock else ""
    return TimeClaim(edge, first.earliest, first.latest, span, name, tuple(others), own)


def _is_past(place: _Place) -> bool | None:
    """Whether the verb tells of what has been; None for "shut", which may do either."""
    act = _act(place)
    if act.words == "shut":
        return True if talk.HAS.search(act.before) else None
    if act.words.startswith("extend") or not re.search(r"ed$|began|went", act.words):
        return False
    return talk.WILL.search(act.before) is None


def _hedged(stretch: Stretch, place: _Place) -> Stretch:
    """A wider stretch where the words are loose: "about", "just before", "just after"."""
    half = timedelta(minutes=30)
    if talk.ABOUT.search(place.sooner) or re.match(
        r"-?\s?ish\b|\sor (?:so|thereabouts)\b", place.later
    ):
        return stretch._replace(earliest=stretch.earliest - half, latest=stretch.latest + half)
    if talk.JUST_BEFORE.search(place.sooner):
        return stretch._replace(earliest=stretch.earliest - half)
    if talk.JUST_AFTER.search(place.sooner):
        return stretch._replace(latest=stretch.latest + half)
    return stretch


def _sided(stretch: Stretch, side: _Side, said: datetime) -> Stretch:
    if side == "still":
        return stretch._replace(earliest=max(stretch.earliest, said), latest=ENDLESS)
    if side == "from":
        return stretch._replace(latest=ENDLESS)
    if side == "to":
        return stretch._replace(earliest=BEGINNING)
    if side == "landing":
        return stretch._replace(earliest=stretch.earliest - timedelta(days=4))
    return stretch


# --- Told without a time: "it's shut", "still open" ----------------------------------------------


_TODAY = moments("today")[0]


def _of_state(scene: _Scene, start: int, sentence: str, carried: _Carried) -> Iterator[TimeClaim]:
    """What a sentence without a time says of now: that it is over, still open, or not yet."""
    if not any(word in sentence for word in talk.STATES):
        return
    last = talk.LAST_DAY.search(sentence)
    if last is not None and _is_plain(sentence):
        today = stretches(_TODAY, scene.said, scene.party, author=scene.author)
        span = scene.folded.span(start + last.start(), start + last.end())
        yield TimeClaim("closes", *today[0][:2], span, "", today[1:])
        return
    told = _state(sentence)
    if told is None or not _is_plain(sentence):
        return
    match, edge, earliest, latest = told
    span = scene.folded.span(start + match.start(), start + match.end())
    begin = BEGINNING if earliest is None else scene.said + earliest
    end = ENDLESS if latest is None else scene.said + latest
    yield TimeClaim(edge, begin, end, span)


_State = tuple[re.Match[str], Edge, timedelta | None, timedelta | None]


def _state(sentence: str) -> _State | None:
    match = talk.UNOPENED.search(sentence)
    if match is not None:
        return match, "opens", -talk.GAP, None
    match = talk.OPEN.search(sentence)
    if match is not None:
        still = match["still"] or match["can"]
        if match["what"] == "nominations":
            return (match, "nominations", -talk.GAP, None) if still else None
        return (match, "closes", -talk.GAP, None) if still else (match, "opens", None, talk.GAP)
    match = talk.CLOSED.search(sentence)
    if match is None:
        return None
    edge: Edge = "nominations" if match["what"] == "nominations" else "closes"
    lately = -timedelta(hours=2) if "just" in (match["just"] or "") else None
    return match, edge, lately, talk.GAP


def _is_plain(sentence: str) -> bool:
    if any(m.lastgroup == "elsewhere" for m in _nouns(sentence)):
        return False
    doubts = (talk.DOUBT, talk.DOUBT_ALL, talk.DISOWNED, talk.FALSE, talk.HYPOTHETICAL)
    return not any(doubt.search(sentence) for doubt in doubts)
