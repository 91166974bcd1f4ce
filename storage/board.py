"""Everything the dashboard shows, read in one go into a frozen Board."""

# ruff: noqa: S608 - put together from our own fragments; outside words go to question marks

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from sqlite_utils import Database

from contest.contest import UNNAMED, Contest
from contest.estimate import FARTHEST, OFFICER, Confusion, Said, estimate
from contest.labels import NOT_ABOUT, Answer
from contest.lens import Lens
from contest.opinion import Opinion
from contest.post import Post
from contest.reading import Reading
from contest.visit import Health
from storage import hours, lenses
from storage.opinions import LAST_SAID, OPINION_COLUMNS, opinion_of, opinions_on
from storage.posts import find_posts
from storage.rows import (
    BREACH_COLUMNS,
    HEALTH_COLUMNS,
    POST_COLUMNS,
    health_of,
    post_of,
    reading_of,
    unpack,
)
from storage.times import HOUR, hour_floor, hour_stamp, moment, moment_or_none, stamp
from storage.transactions import reading


@dataclass(frozen=True, slots=True)
class Figure:
    """The mean tone (-1..1) of the `posts` about a camp; None where nothing can be said.

    `low` and `high` bound it (95 %). It is `corrected` for what is known of the readers' errors
    (`contest.estimate`); where that is not known, it is the mean of the `sure` ones. Of these the
    readers took `plus` for favourable and `minus` for unfavourable. An officer's word counts in
    `by_officers` of them; `set_aside` more count no longer: "not about this camp".
    """

    tone: float | None = None
    sure: int = 0
    posts: int = 0
    low: float | None = None
    high: float | None = None
    corrected: bool = False
    plus: int = 0
    minus: int = 0
    by_officers: int = 0
    set_aside: int = 0

    @property
    def margin(self) -> float:
        """How far the interval reaches from the tone, at most."""
        if self.tone is None or self.low is None or self.high is None:
            return 0.0
        return max(self.tone - self.low, self.high - self.tone)

    def says(self, few: int) -> bool:
        """Whether it is to be shown: of `few` sure posts or more, bounded closely enough."""
        # An interval that ends at +-1 is narrower than what is known: its longer arm tells.
        return self.tone is not None and self.sure >= few and self.margin <= FARTHEST

    @property
    def plain(self) -> float | None:
        """The mean of the sure posts, as they were read; None where there is none."""
        return (self.plus - self.minus) / self.sure if self.sure else None


@dataclass(frozen=True, slots=True)
class CampTone:
    """A row of the sentiment pane.

    `now` covers the last hour, `day` 24 hours, `week` 7 days. `spark` has 24
    values, oldest first: the plain mean of the sure posts of each hour of the last
    24, None where there is none. `readers` are the reader versions behind the
    week's figures: more than one means that the trend has a break.
    """

    camp: str
    name: str
    now: Figure = Figure()
    day: Figure = Figure()
    week: Figure = Figure()
    spark: tuple[float | None, ...] = ()
    readers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CampFigures:
    """How people speak of a camp: the `week` before a moment, and `ever`, in all posts kept."""

    camp: str
    week: Figure = Figure()
    ever: Figure = Figure()


@dataclass(frozen=True, slots=True)
class ExchangeRow:
    """A row of the exchanges pane; `heat` is the hostility, 0..1; `words` caused it.

    An exchange that an edit took back has no row; `gone` marks one whose post is
    no longer there.
    """

    uid: str
    at: datetime
    from_camp: str
    to_camp: str
    author: str
    by: str
    heat: float
    words: str
    text: str
    gone: bool = False


@dataclass(frozen=True, slots=True)
class BreachRow:
    """A row of the breaches pane. `uid` and `rule` together are its key.

    `seen` is when it was captured; `superseded` marks a flag on a revision
    that has been edited since, `gone` one whose post is no longer there. `opinion`
    is what a second reader says of it; severity and lane are the first one's.
    """

    uid: str
    at: datetime
    seen: datetime
    rule: str
    clause: str
    title: str
    version: str
    severity: str
    lane: str
    author: str
    role: str
    phase: str
    words: str
    text: str
    superseded: bool = False
    gone: bool = False
    opinion: Opinion | None = None


@dataclass(frozen=True, slots=True)
class Board:
    """A still picture of the archive; safe to hand between threads.

    Lists hold the newest first and at most `LIMIT` rows; the `..._total`
    fields say how many there are, so that nothing is cut without a sign;
    `posts_total` counts the whole archive, whatever the lens.
    `expectations` counts possible breaches by people to whom the rule is only
    an expectation, by rule id: counted, never named.
    """

    at: datetime | None = None
    sentiment: tuple[CampTone, ...] = ()
    exchanges: tuple[ExchangeRow, ...] = ()
    breaches: tuple[BreachRow, ...] = ()
    sources: tuple[Health, ...] = ()
    expectations: tuple[tuple[str, int], ...] = ()
    posts_total: int = 0
    exchanges_total: int = 0
    breaches_total: int = 0


LIMIT = 200
"""Rows a list on the board holds at most."""

EVERYTHING = Lens()
"""The lens that leaves nothing out."""

UNKNOWN: Mapping[str, Confusion] = MappingProxyType({})
"""Of no reader is it known how it errs."""

LONGEST = 500
"""Characters of a text on the board; a longer one is cut and ends in "…". A Card has all of it."""


@dataclass(frozen=True, slots=True)
class Word:
    """What an officer (`who`) said of a version of a post and a camp, and when."""

    camp: str
    said: Answer
    who: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a post as it was kept: the post, when it was captured, and its reading.

    `words` are the officers' labels in force, which count in the reader's place; `opinions`
    what a second reader says of its flags.
    """

    number: int
    post: Post
    captured: datetime
    sha256: str
    reading: Reading
    words: tuple[Word, ...] = ()
    opinions: tuple[Opinion, ...] = ()


@dataclass(frozen=True, slots=True)
class Card:
    """A post opened: its versions (oldest first), its parent as far as known, where it came from.

    `gone` is when it was first found missing, `gone_why` the reason given.
    """

    uid: str
    versions: tuple[Version, ...]
    sources: tuple[str, ...] = ()
    last_seen: datetime | None = None
    gone: datetime | None = None
    gone_why: str = ""
    parent: Post | None = field(default=None)


# -- reading the board ------------------------------------------------------------------


def read_board(
    database: Database,
    contest: Contest,
    now: datetime,
    lens: Lens = EVERYTHING,
    confusions: Mapping[str, Confusion] = UNKNOWN,
) -> Board:
    """Everything the panes show at `now` (aware UTC), under a lens, as of one moment.

    `confusions` tell how readers err, by version; figures are corrected by them.

    The lens' camp keeps the sentiment towards it, exchanges from or to it, and
    flags on its accounts; its rule keeps posts flagged under it. What is only
    counted (`expectations`) belongs to no camp and no words, and is left out
    under a lens with either.
    """
    with reading(database):
        lenses.look_up(database, lens)
        return Board(
            at=now,
            sentiment=tuple(_sentiment(database, contest, now, lens, confusions)),
            exchanges=tuple(_exchanges(database, lens)),
            breaches=tuple(_breaches(database, contest, lens)),
            sources=read_sources(database, contest),
            expectations=_expectations(database, lens),
            posts_total=_total(database, "posts", EVERYTHING),
            exchanges_total=_total(database, "exchanges", lens),
            breaches_total=_total(database, "breaches", lens),
        )


def read_figures(
    database: Database,
    contest: Contest,
    now: datetime,
    confusions: Mapping[str, Confusion] = UNKNOWN,
) -> tuple[CampFigures, ...]:
    """The figures of every camp at `now` (aware UTC), as of one moment."""
    with reading(database):
        span = _window(now, timedelta(days=7), EVERYTHING)
        week, week_aside = hours.counts(database, *span), hours.set_aside(database, *span)
        ever, ever_aside = hours.all_counts(database), hours.set_aside(database)
    return tuple(
        CampFigures(
            camp.id,
            _figure(week.get(camp.id, {}), confusions, week_aside.get(camp.id, 0)),
            _figure(ever.get(camp.id, {}), confusions, ever_aside.get(camp.id, 0)),
        )
        for camp in contest.camps
    )


def read_sources(database: Database, contest: Contest) -> tuple[Health, ...]:
    """How every source of the contest stands, in the order of config.toml."""
    rows = database.conn.execute(f"select {HEALTH_COLUMNS} from sources")
    kept = {health.source: health for health in map(health_of, rows)}
    return tuple(kept.get(entry.name, Health(entry.name, entry.kind)) for entry in contest.sources)


def _sentiment(
    database: Database,
    contest: Contest,
    now: datetime,
    lens: Lens,
    confusions: Mapping[str, Confusion],
) -> Iterator[CampTone]:
    only = lenses.of_tones(lens)
    spans = [_window(now, timedelta(hours=span), lens) for span in (1, 24, 7 * 24)]
    said = [hours.counts(database, *span, only) for span in spans]
    aside = [hours.set_aside(database, *span, only) for span in spans]
    sparks = _sparks(database, contest, now, lens)
    for camp in contest.camps:
        if lens.camp in ("", camp.id):
            hour, day, week = (
                _figure(of.get(camp.id, {}), confusions, apart.get(camp.id, 0))
                for of, apart in zip(said, aside, strict=True)
            )
            readers = tuple(sorted(said[-1].get(camp.id, {}).keys() - {OFFICER}))
            yield CampTone(camp.id, camp.name, hour, day, week, sparks[camp.id], readers)


def _window(now: datetime, span: timedelta, lens: Lens) -> tuple[datetime, datetime]:
    """The `span` before `now`, as far as the lens lets it be seen.

    It reaches to the end of the present hour: a post from a clock that runs a
    little fast is not left out.
    """
    end = hour_floor(now) + HOUR
    start = max(now - span, lens.since) if lens.since else now - span
    return start, max(start, min(end, lens.until) if lens.until else end)


def _figure(
    said: Mapping[str, Said], confusions: Mapping[str, Confusion], set_aside: int = 0
) -> Figure:
    """A figure of what each reader said, and officers, who have `set_aside` so many more."""
    both = sum(said.values(), hours.NOTHING)
    found = estimate(said, confusions)
    if found is None:
        return Figure(None, both.sure, both.posts, set_aside=set_aside)
    return Figure(
        found.tone, both.sure, both.posts, found.low, found.high, found.corrected,
        both.favour, both.against, said.get(OFFICER, hours.NOTHING).posts, set_aside,
    )  # fmt: skip


def _sparks(
    database: Database, contest: Contest, now: datetime, lens: Lens
) -> dict[str, tuple[float | None, ...]]:
    """The mean tone of each of the 24 clock hours up to the present one, by camp."""
    this_hour = hour_floor(now)
    first = this_hour - 23 * HOUR
    found = hours.by_hour(database, first, this_hour + HOUR, lenses.of_tones_in_time(lens))
    marks = [hour_stamp(first + n * HOUR) for n in range(24)]
    return {
        camp.id: tuple(found.get((camp.id, mark), hours.NOTHING).tone for mark in marks)
        for camp in contest.camps
    }


_ROW_COLUMNS = f"""
  p.uid, r.account, v.handle, v.name, substr(v.text, 1, {LONGEST + 1}), p.gone_at is not null
"""

_EXCHANGES = f"""
select {_ROW_COLUMNS}, x.published, x.from_camp, x.to_camp, x.way, x.heat, x.words,
  r.role
from exchanges x
join posts p on p.id = x.post
join readings r on r.id = x.reading
join revisions v on v.id = r.revision
where {{where}}
order by x.published desc, x.post desc limit {LIMIT}
"""

_BREACHES = f"""
select {_ROW_COLUMNS}, b.published, b.captured, b.rule, b.clause, b.version, b.severity, b.lane,
  r.role, r.phase, b.words, b.standing = 'superseded', {OPINION_COLUMNS}
from breaches b
join posts p on p.id = b.post
join readings r on r.id = b.reading
join revisions v on v.id = r.revision
{LAST_SAID}
where {{where}}
order by b.published desc, b.post desc, b.id desc limit {LIMIT}
"""


def _exchanges(database: Database, lens: Lens) -> Iterator[ExchangeRow]:
    where = lenses.of_exchanges(lens)
    for row in database.conn.execute(_EXCHANGES.format(where=where.sql), where.given):
        uid, author, text, gone = _common(row)
        published, from_camp, to_camp, way, heat, words, role = row[6:]
        author = "a member" if role in UNNAMED else author
        yield ExchangeRow(
            uid, moment(published), from_camp, to_camp, author, way, heat, _cut(words), text, gone
        )


def _breaches(database: Database, contest: Contest, lens: Lens) -> Iterator[BreachRow]:
    where = lenses.of_breaches(lens)
    titles = {(rule.id, rule.version): rule.title for rule in contest.rules}
    for row in database.conn.execute(_BREACHES.format(where=where.sql), where.given):
        uid, author, text, gone = _common(row)
        published, captured, rule, clause, version, severity, lane = row[6:13]
        role, phase, words, superseded = row[13:17]
        yield BreachRow(
            uid, moment(published), moment(captured), rule, clause,
            titles.get((rule, version), ""), version, severity, lane, author, role, phase,
            _cut(words), text, bool(superseded), gone, opinion_of(row[17:]),
        )  # fmt: skip


def _common(row: tuple[Any, ...]) -> tuple[str, str, str, bool]:
    """(uid, author, text, gone) of a row of _ROW_COLUMNS."""
    uid, account, handle, name, text, gone = row[:6]
    return uid, account or handle or name, _cut(text), bool(gone)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"


def _expectations(database: Database, lens: Lens) -> tuple[tuple[str, int], ...]:
    if lens.camp or lens.words:
        return ()
    rows = database.conn.execute(
        "select rule, sum(n) from expectations"
        " where (? = '' or rule = ?) and hour >= ? and hour < ? group by rule order by rule",
        [
            lens.rule,
            lens.rule,
            hour_stamp(lens.since) if lens.since else "",
            stamp(lens.until) if lens.until else "~",
        ],
    )
    return tuple(rows.fetchall())


_COUNTED = {
    "exchanges": ("exchanges x", lenses.of_exchanges),
    "breaches": ("breaches b", lenses.of_breaches),
}


def _total(database: Database, what: str, lens: Lens) -> int:
    """How many there are under the lens; without one, the count that is kept."""
    if lens == EVERYTHING:
        row = database.conn.execute("select n from totals where what = ?", [what])
    else:
        table, condition = _COUNTED[what]
        where = condition(lens)
        row = database.conn.execute(f"select count(*) from {table} where {where.sql}", where.given)
    return int(row.fetchone()[0])


# -- reading a card ---------------------------------------------------------------------


def read_card(database: Database, uid: str) -> Card | None:
    """All that is kept of one post; None if it is not kept."""
    with reading(database):
        found = database.conn.execute(
            "select id, gone_at, gone_why, parent_uid, quoted_uid from posts where uid = ?", [uid]
        ).fetchone()
        if found is None:
            return None
        post_id, gone, gone_why, *parents = found
        sources, last_seen = _places(database, post_id)
        parent = next((parent for parent in parents if parent), None)
        return Card(
            uid=uid,
            versions=tuple(_versions(database, post_id)),
            sources=sources,
            last_seen=last_seen,
            gone=moment_or_none(gone),
            gone_why=gone_why,
            parent=find_posts(database, [parent]).get(parent) if parent else None,
        )


def _places(database: Database, post_id: int) -> tuple[tuple[str, ...], datetime | None]:
    """The names of the sources that showed a post, and when one last did."""
    rows = database.conn.execute(
        "select o.name, s.last_seen from sightings s join sources o on o.id = s.source"
        " where s.post = ? order by s.first_seen, o.name",
        [post_id],
    ).fetchall()
    last = max((seen for _, seen in rows), default=None)
    return tuple(name for name, _ in rows), moment_or_none(last)


_VERSIONS = f"""
select {POST_COLUMNS}, y.zlib, v.number, v.captured, coalesce(v.sha256, ''),
  (select max(r.id) from readings r where r.revision = v.id), v.id
from revisions v
join posts p on p.id = v.post
join accounts a on a.id = p.author
left join payloads y on y.sha256 = v.sha256
where v.post = ? order by v.number
"""


def _versions(database: Database, post_id: int) -> Iterator[Version]:
    for row in database.conn.execute(_VERSIONS, [post_id]).fetchall():
        packed, number, captured, sha256, reading_id, revision = row[16:]
        yield Version(
            number,
            post_of(row, unpack(packed)),
            moment(captured),
            sha256,
            find_reading(database, reading_id),
            tuple(_words(database, revision)),
            tuple(opinions_on(database, revision)),
        )


_WORDS = """
select camp, tone, about, who, at from labels
where id in (select max(id) from labels where revision = ? and withdrawn is null group by camp)
order by id
"""


def _words(database: Database, revision: int) -> Iterator[Word]:
    """The labels in force of a version."""
    for camp, tone, about, who, at in database.conn.execute(_WORDS, [revision]).fetchall():
        yield Word(camp, tone if about else NOT_ABOUT, who, moment(at))


def find_reading(database: Database, reading_id: int) -> Reading:
    """A reading as it was kept (its row id); what is only counted is not in it."""
    fetch = database.conn.execute
    row = fetch(
        "select readers, account, camp, role, phase, hostility, towards, spans"
        " from readings where id = ?",
        [reading_id],
    ).fetchone()
    tones = fetch(
        "select camp, tone, score, sure, mentions, certainty from tones where reading = ?",
        [reading_id],
    ).fetchall()
    exchange = fetch(
        "select from_camp, to_camp, way from exchanges where reading = ?", [reading_id]
    ).fetchone()
    breaches = fetch(
        f"select {BREACH_COLUMNS} from breaches where reading = ? order by id",
        [reading_id],
    ).fetchall()
    return reading_of(row, tones, exchange, breaches)
