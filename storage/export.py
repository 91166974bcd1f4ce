"""What an export holds: columns that a panel knows, rows read one by one. Writes nothing."""
# ruff: noqa: S608 - put together from our own fragments; outside words go to question marks

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from sqlite_utils import Database

from contest.contest import UNNAMED, Contest
from contest.estimate import Confusion, Said, estimate
from contest.lens import Lens
from contest.opinion import Opinion, lowered
from contest.visit import Health
from storage import lenses
from storage.board import EVERYTHING, UNKNOWN, read_sources
from storage.hours import COUNTS, HOUR_OF_TONE, READER, said_of
from storage.lenses import Condition
from storage.opinions import LAST_SAID, OPINION_COLUMNS, opinion_of
from storage.rows import DROPPED, Row
from storage.times import hour_ceiling, hour_stamp, moment, stamp
from storage.transactions import reading

EXCERPT: Final = 280
"""Characters of a parent's text that go into a row."""

CAPTURE: Final = (
    "contest_id", "platform", "post_id", "post_url", "action_type", "published_at_utc",
    "published_at_party_tz", "captured_at_utc", "provenance_grade", "revision_no",
    "edited_at_utc", "availability", "last_seen_live_utc", "first_seen_missing_utc",
    "missing_reason", "raw_sha256", "date_note", "language", "title_verbatim", "text_verbatim",
)  # fmt: skip
CONTEXT: Final = (
    "parent_post_id", "parent_author_id", "parent_text_excerpt", "parent_captured",
    "quoted_post_id", "link_domains", "hashtags", "mentions",
)  # fmt: skip
AUTHOR: Final = (
    "account_id_stable", "handle_at_capture", "display_name_at_capture", "roster_account",
    "camp_at_publication", "role_at_publication", "phase_at_publication",
)  # fmt: skip
OBSERVATION: Final = CAPTURE + CONTEXT + AUTHOR

COLUMNS: Final = {
    "posts": OBSERVATION,
    "sentiment": (
        "hour_utc", "camp", "posts", "sure", "favourable", "unfavourable", "mean_tone",
        "corrected_tone", "low", "high", "hostile", "model_version",
    ),
    "exchanges": (
        *OBSERVATION, "from_camp", "target_entity", "exchange_type", "score", "match_span",
        "match_words", "model_version",
    ),
    "breaches": (
        *OBSERVATION, "rule_id", "rule_title", "clause_ref", "rule_version", "rule_in_force_from",
        "rule_in_force_to", "lane", "suggested_severity", "standing", "match_span", "match_words",
        "match_reason", "unless", "rule_text", "detect_class", "stance", "score", "role_source",
        "seconds_to_nearest_edge", "nearest_edge", "via_rule", "retroactive_authority",
        "correction", "model_version", "second_verdict", "second_severity",
        "second_lane", "second_because", "second_quoting", "second_reader", "second_asked_utc",
    ),
    "matches": ("cluster_id", "match_kind", "post_id", "first_post_id", "span_minutes"),
    "accounts": (
        "platform", "account_id_stable", "handle_last_seen", "display_name_last_seen",
        "roster_account", "first_captured_utc", "posts", "first_published_utc",
        "last_published_utc",
    ),
    "sources": (
        "source", "kind", "url", "follows", "state", "reason", "since_utc", "visited_utc",
        "answered_utc", "brought_utc", "next_visit_utc", "failures", "posts",
    ),
    "decisions": (
        "case_id", "post_id", "rule_id", "rule_version", "decision_body", "decided_at_utc",
        "outcome", "sanction", "reasons_ref",
    ),
}  # fmt: skip
"""What can be exported, and the columns of each; named as in the parties' evidence snapshots."""


def export(
    database: Database,
    contest: Contest,
    what: str,
    lens: Lens = EVERYTHING,
    confusions: Mapping[str, Confusion] = UNKNOWN,
) -> tuple[tuple[str, ...], Generator[Row, None, None]]:
    """The columns of an export (a key of COLUMNS) and its rows, oldest first.

    Rows are read as they are taken, all as of one moment; take and close them on
    the archive's thread. "posts" has a row a version, "exchanges" and "breaches" a
    row for each that the panes show, "sentiment" one an hour, camp and reader,
    "accounts" one an account seen and (without a lens) one for each on the roster
    that was not; a lens does not filter "sources". "matches" and "decisions"
    are not made yet: they have their columns and no rows. People to whom a rule is an
    expectation only are in no row of "breaches"; in "posts", once their words were dropped, their
    post's availability is "dropped", and it has neither words nor author. By `confusions`,
    which tell how readers err, "sentiment" is corrected: `low` and `high` bound
    `corrected_tone`, or `mean_tone` where it is not known how its reader errs.
    """
    if what == "sentiment":
        rows = _sentiment(database, lens, confusions)
    else:
        rows = _ROWS[what](database, contest, lens)
    return COLUMNS[what], _within(database, lens, rows)


def _within(database: Database, lens: Lens, rows: Iterator[Row]) -> Generator[Row, None, None]:
    with reading(database):
        lenses.look_up(database, lens)
        yield from rows


# -- observations -------------------------------------------------------------------------

_OBSERVED: Final = f"""
  p.platform, p.uid, p.url, p.kind, v.published, v.captured, v.sha256, v.number, v.edited,
  p.revision = v.id, p.gone_at, iif(p.dropped is null, p.gone_why, '{DROPPED}'),
  (select max(s.last_seen) from sightings s where s.post = p.id),
  v.date_note, v.lang, v.title, v.text, v.details, p.parent_uid, p.quoted_uid,
  exists (select 1 from posts q where q.uid = coalesce(p.parent_uid, p.quoted_uid)),
  a.platform_id, v.handle, v.name, r.account, r.camp, r.role, r.phase, r.readers
"""
_WHY: Final = 11
_AUTHOR: Final = 21
_ROLE: Final = 26
"""Where among them stand why a post is not there, the author's id, handle, name and account, and
the role."""
_WIDTH: Final = 29
"""How many values _OBSERVED names."""
_FLAGGED: Final = 20
"""How many values of a flag come after them."""


def _observation(row: Sequence[Any], contest: Contest) -> Row:
    """The values of OBSERVATION from a row of _OBSERVED."""
    platform, uid, url, kind, published, captured, sha256, number, edited = row[:9]
    current, gone_at, gone_why, last_seen, date_note, lang, title, text = row[9:17]
    return (
        contest.id, platform, uid, url, kind, plain_time(published),
        moment(published).astimezone(contest.zone).isoformat(timespec="seconds"),
        plain_time(captured), "G1" if sha256 else "", number, plain_time(edited),
        _availability(current, gone_at, gone_why), plain_time(last_seen), plain_time(gone_at),
        gone_why, sha256, date_note, lang, title, text,
        *_context(row[17], *row[18:21]), *row[21:28],
    )  # fmt: skip


def _availability(current: int, gone_at: str | None, gone_why: str) -> str:
    if gone_why == DROPPED:
        return "dropped"
    if gone_at:
        return {"deleted": "deleted", "hidden": "restricted"}.get(gone_why, "missing")
    return "live" if current else "edited"


def _context(details: str, parent_uid: str | None, quoted_uid: str | None, captured: int) -> Row:
    """The values of CONTEXT; of a quote, the parent is what is quoted."""
    known = json.loads(details)
    parent = known.get("reply_to") or known.get("quotes") or {}
    domains = dict.fromkeys(_domain(link) for link in known.get("links", ()))
    return (
        parent_uid or quoted_uid,
        parent.get("author", {}).get("id"),
        parent.get("text", "")[:EXCERPT],
        ("y" if captured else "n") if parent else "",
        quoted_uid,
        " ".join(filter(None, domains)),
        " ".join(known.get("hashtags", ())),
        " ".join(known.get("mentions", ())),
    )


def _domain(link: str) -> str:
    try:
        return urlsplit(link).hostname or ""
    except ValueError:
        return ""


def _posts(database: Database, contest: Contest, lens: Lens) -> Iterator[Row]:
    where = lenses.of_posts(lens)
    sql = f"""
    select {_OBSERVED} from posts p
    cross join revisions v on v.post = p.id
    join accounts a on a.id = p.author
    join readings r on r.id = (select max(id) from readings where revision = v.id)
    where {where.sql} order by p.published, p.id, v.number
    """
    for row in database.conn.execute(sql, where.given):
        yield _observation(_nameless(row) if row[_WHY] == DROPPED else row, contest)


_ABOUT: Final = """
join readings r on r.id = {of}.reading
join revisions v on v.id = r.revision
join posts p on p.id = {of}.post
join accounts a on a.id = p.author
"""


def _exchanges(database: Database, contest: Contest, lens: Lens) -> Iterator[Row]:
    where = lenses.of_exchanges(lens)
    sql = f"""
    select {_OBSERVED}, x.from_camp, x.to_camp, x.way, x.heat, r.spans, x.words
    from exchanges x {_ABOUT.format(of="x")}
    where {where.sql} order by x.published, x.post
    """
    for row in database.conn.execute(sql, where.given):
        yield (*_observation(_unnamed(row), contest), *row[_WIDTH:], row[_WIDTH - 1])


def _unnamed(row: Row) -> Row:
    """A row of _OBSERVED without its author, if that is a private person."""
    return _nameless(row) if row[_ROLE] in UNNAMED else row


def _nameless(row: Row) -> Row:
    return (*row[:_AUTHOR], "", "", "", "", *row[_AUTHOR + 4 :])


def _breaches(database: Database, contest: Contest, lens: Lens) -> Iterator[Row]:
    where = lenses.of_breaches(lens)
    sql = f"""
    select {_OBSERVED}, b.rule, b.clause, b.version, b.lane, b.severity, b.standing, b.spans,
      b.words, b.reason, b.unless, b.clause_text, b.detectability, b.stance, b.score,
      b.role_source, b.edge_s, b.edge, b.via, b.authority, b.mend, {OPINION_COLUMNS}
    from breaches b {_ABOUT.format(of="b")} {LAST_SAID}
    where {where.sql} order by b.published, b.post, b.id
    """
    rules = {(rule.id, rule.version): rule for rule in contest.rules}
    for row in database.conn.execute(sql, where.given):
        rule_id, clause, version, *flagged = row[_WIDTH : _WIDTH + _FLAGGED]
        rule = rules.get((rule_id, version))
        yield (
            *_observation(row, contest), rule_id, rule.title if rule else "", clause, version,
            _time(rule.start if rule else None), _time(rule.end if rule else None),
            *flagged, row[_WIDTH - 1], *_second(opinion_of(row[_WIDTH + _FLAGGED :])),
        )  # fmt: skip


def _second(said: Opinion | None) -> Row:
    """What a second reader said of a flag: the verdict, and the flag as it would be under it."""
    if said is None:
        return ("",) * 7
    severity, lane = lowered(said.severity, said.lane, said.verdict)
    reader = f"{said.model} {said.prompt}"
    return (said.verdict, severity, lane, said.because, said.quoting, reader, _time(said.at))


# -- counts, accounts, sources --------------------------------------------------------------


def _sentiment(
    database: Database, lens: Lens, confusions: Mapping[str, Confusion]
) -> Iterator[Row]:
    sql, given = _hours(lens) if _is_whole(lens) else _parts_of_hours(lens)
    camp = Condition("camp = ?", (lens.camp,)) if lens.camp else Condition("true")
    for hour, of_camp, posts, sure, plus, minus, hostile, reader in database.conn.execute(
        f"select hour, camp, posts, sure, plus, minus, hostile, reader from ({sql})"
        f" where {camp.sql} order by hour, camp, reader",
        (*given, *camp.given),
    ):
        tones = _tones(said_of(posts, sure, plus, minus), reader, confusions)
        yield (hour, of_camp, posts, sure, plus, minus, *tones, hostile, reader)


def _tones(said: Said, reader: str, confusions: Mapping[str, Confusion]) -> Row:
    """(mean, corrected, low, high) of what a reader said; None for what cannot be told."""
    found = estimate({reader: said}, confusions)
    if found is None:
        return (None,) * 4
    corrected = found.tone if found.corrected else None
    return tuple(map(_rounded, (said.tone, corrected, found.low, found.high)))


def _rounded(tone: float | None) -> float | None:
    return None if tone is None else round(tone, 4)


def _is_whole(lens: Lens) -> bool:
    """Whether the hours' counts, as they are kept, say what the lens asks for."""
    edges = [edge for edge in (lens.since, lens.until) if edge]
    return not (lens.words or lens.rule) and all(edge == hour_ceiling(edge) for edge in edges)


def _hours(lens: Lens) -> tuple[str, Row]:
    since = hour_stamp(lens.since) if lens.since else ""
    until = hour_stamp(lens.until) if lens.until else "~"
    return "select * from hours where hour >= ? and hour < ?", (since, until)


def _parts_of_hours(lens: Lens) -> tuple[str, Row]:
    only = lenses.of_tones(lens) or Condition("true")
    sql = f"""
    select {HOUR_OF_TONE} as hour, t.camp, {READER} as reader, {COUNTS}, sum(t.hostile) as hostile
    from tones t
    where t.counted and t.published >= ? and t.published < ? and {only.sql} group by 1, 2, 3
    """
    since = stamp(lens.since) if lens.since else ""
    until = stamp(lens.until) if lens.until else "~"
    return sql, (since, until, *only.given)


def _accounts(database: Database, contest: Contest, lens: Lens) -> Iterator[Row]:
    where = lenses.of_posts(lens)
    sql = f"""
    select a.platform, a.platform_id, a.handle, a.name, a.roster_handle, a.first_seen,
      count(*), min(p.published), max(p.published)
    from posts p join accounts a on a.id = p.author
    where {where.sql} group by p.author order by p.author
    """
    seen = set()
    for *who, roster_handle, first_seen, posts, first, last in database.conn.execute(
        sql, where.given
    ):
        seen.add(roster_handle)
        times = map(plain_time, (first, last))
        yield (*who, roster_handle, plain_time(first_seen), posts, *times)
    if lens == EVERYTHING:
        yield from _unseen(contest, seen)


def _unseen(contest: Contest, seen: set[str]) -> Iterator[Row]:
    """Accounts of the roster from which nothing has been captured."""
    for account in contest.accounts:
        if account.handle not in seen:
            for platform, home in account.homes.items() or [("", "")]:
                yield (platform, home, "", account.name, account.handle, "", 0, "", "")


def _sources(database: Database, contest: Contest, _: Lens) -> Iterator[Row]:
    for entry, health in zip(contest.sources, read_sources(database, contest), strict=True):
        yield (
            entry.name, entry.kind, entry.url, entry.follows, health.state, health.reason,
            *_times_of(health), health.failures, health.posts,
        )  # fmt: skip


def _times_of(health: Health) -> Iterator[str]:
    times = (health.since, health.visited, health.answered, health.brought, health.next_visit)
    return map(_time, times)


def _nothing_yet(_: Database, __: Contest, ___: Lens) -> Iterator[Row]:
    return iter(())


_ROWS: Final[dict[str, Callable[[Database, Contest, Lens], Iterator[Row]]]] = {
    "posts": _posts,
    "exchanges": _exchanges,
    "breaches": _breaches,
    "matches": _nothing_yet,
    "accounts": _accounts,
    "sources": _sources,
    "decisions": _nothing_yet,
}


def _time(when: datetime | None) -> str:
    return plain_time(stamp(when)) if when else ""


def plain_time(text: str | None) -> str:
    """A stamp as it is exported: without a fraction where it has none; "" for None.

    >>> plain_time("2026-10-28T19:04:00.000000Z")
    '2026-10-28T19:04:00Z'
    """
    return text.replace(".000000Z", "Z") if text else ""
