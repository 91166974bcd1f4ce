"""What the second reader was asked and what it said: every asking has a row. Changes no flag.

An opinion is of a version of a post and of a flag as the first reader made it (rule, version,
severity, lane), not of a reading: what is read again and comes out the same keeps it.
"""
# ruff: noqa: S608 - put together from our own fragments; outside words go to question marks

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from sqlite_utils import Database

from contest.code import SEVERITIES
from contest.opinion import Opinion
from contest.post import Context, Post
from contest.reading import Breach
from storage.posts import find_posts
from storage.rows import POST_COLUMNS, post_of, spans_of, to_json
from storage.times import moment, stamp
from storage.transactions import reading, writing

Outcome = Literal["asked", "answered", "refused", "unreadable", "failed"]
"""How an asking stands: under way (or broken off), answered in the form that was asked for,
that form refused, answered in another, or not answered."""

TRIES: Final = 3
"""How often a flag is asked about in vain within a day."""

LONGEST_RAW: Final = 10_000
"""Characters of a raw answer that are kept."""

HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Flag:
    """A flag to be asked about: the post as it is kept, its parent as far as known, the flag."""

    post: Post
    breach: Breach
    post_id: int
    revision: int


@dataclass(frozen=True, slots=True)
class Asking:
    """What is asked, before it is: about which flag, in which words, of whom."""

    flag: Flag
    sha256: str
    prompt: str
    model: str
    form: Literal["json_schema", "plain"]
    at: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """What came of an asking. `opinion` is there if, and only if, `outcome` is "answered"."""

    outcome: Outcome
    failure: str = ""
    raw: str = ""
    took_ms: int = 0
    model: str = ""
    fingerprint: str = ""
    tokens_in: int | None = None
    tokens_out: int | None = None
    opinion: Opinion | None = None


# -- whom to ask about ----------------------------------------------------------------------

_NEXT = f"""
select {POST_COLUMNS}, p.id, v.id, b.rule, b.clause, b.version, b.severity, b.lane, b.spans,
  b.reason, b.unless,
  (select count(*) from opinions o where {{same}} and o.outcome <> 'refused' and o.asked > ?)
    as tries
from breaches b
join posts p on p.id = b.post
join readings r on r.id = b.reading
join revisions v on v.id = r.revision
join accounts a on a.id = p.author
where b.standing = 'current' and b.lane in ('case', 'needs-context')
  and b.severity in (select value from json_each(?))
  and exists (select 1 from json_each(?) j where json_extract(j.value, '$[0]') = b.rule
    and json_extract(j.value, '$[1]') = b.version)
  and p.gone_at is null
  and not exists (select 1 from opinions o where {{same}} and o.outcome = 'answered')
  and tries < {TRIES}
order by tries, b.severity desc, b.published desc, b.id desc limit 1
"""

_SAME = """o.revision = v.id and o.rule = b.rule and o.version = b.version
  and o.severity = b.severity and o.lane = b.lane"""


def next_flag(
    database: Database, rules: Iterable[tuple[str, str]], now: datetime, least: str = "S1"
) -> Flag | None:
    """The flag to ask about next: the gravest, of these the newest; None if there is none.

    Only of the `rules` (id and version) given, from severity `least` on, a case or one that needs
    context, on words that stand as they are. One that was asked about in vain comes last, and
    after TRIES in the 24 hours before `now` not at all. What is only expected is in no row here.
    """
    graver = SEVERITIES[SEVERITIES.index(least) :]
    with reading(database):
        row = database.conn.execute(
            _NEXT.format(same=_SAME),
            [stamp(now - DAY), to_json(graver), to_json([list(rule) for rule in rules])],
        ).fetchone()
        if row is None:
            return None
        post_id, revision, rule, clause, version, severity, lane, spans, reason, unless = row[16:26]
        marked = spans_of(spans)
        breach = Breach(rule, clause, version, severity, lane, marked, reason, unless)
        return Flag(_with_parent(database, post_of(row)), breach, post_id, revision)


def _with_parent(database: Database, post: Post) -> Post:
    """The post with the words it answers, where they were captured only later."""
    lacking = {c.uid for c in (post.reply_to, post.quotes) if c and c.uid and not c.text}
    if not lacking:
        return post
    known = find_posts(database, lacking)
    return replace(
        post,
        reply_to=_completed(post.reply_to, known.get(post.reply_to.uid) if post.reply_to else None),
        quotes=_completed(post.quotes, known.get(post.quotes.uid) if post.quotes else None),
    )


def _completed(context: Context | None, kept: Post | None) -> Context | None:
    if context is None or kept is None or context.text:
        return context
    return replace(context, author=kept.author, text=kept.text)


# -- how often ------------------------------------------------------------------------------


def free_at(database: Database, now: datetime, an_hour: int, a_day: int) -> datetime | None:
    """From when on another question may be asked; None: now.

    Counted are all that were asked, whatever came of them, by this program or an earlier run.
    """
    waits = [
        end
        for span, most in ((HOUR, an_hour), (DAY, a_day))
        if (end := _full_until(database, now, span, most))
    ]
    return max(waits, default=None)


def _full_until(database: Database, now: datetime, span: timedelta, most: int) -> datetime | None:
    row = database.conn.execute(
        "select asked from opinions where asked > ? order by asked desc limit 1 offset ?",
        [stamp(now - span), most - 1],
    ).fetchone()
    # A clock that was put back must not keep the reader silent for longer than the span.
    return min(moment(row[0]), now) + span if row else None


def begin(database: Database, asking: Asking, an_hour: int, a_day: int) -> int | None:
    """Note that a question is about to be asked; its number, or None where that is too often.

    Counted before it is sent: a program that is stopped meanwhile has asked all the same.
    """
    flag, breach = asking.flag, asking.flag.breach
    with writing(database):
        if free_at(database, asking.at, an_hour, a_day):
            return None
        return database.conn.execute(
            "insert into opinions (post, revision, rule, version, severity, lane, sha256, prompt,"
            " model, form, asked) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                flag.post_id, flag.revision, breach.rule, breach.version, breach.severity,
                breach.lane, asking.sha256, asking.prompt, asking.model, asking.form,
                stamp(asking.at),
            ],
        ).lastrowid  # fmt: skip


def finish(database: Database, number: int, told: Told) -> None:
    """Keep what came of a question."""
    said = told.opinion
    with writing(database):
        database.conn.execute(
            "update opinions set outcome = ?, failure = ?, raw = ?, took_ms = ?, answered_by = ?,"
            " fingerprint = ?, tokens_in = ?, tokens_out = ?, verdict = ?, because = ?,"
            " quoting = ? where id = ?",
            [
                told.outcome, told.failure, told.raw[:LONGEST_RAW], told.took_ms, told.model,
                told.fingerprint, told.tokens_in, told.tokens_out,
                said.verdict if said else None, said.because if said else "",
                said.quoting if said else "", number,
            ],
        )  # fmt: skip


# -- what was said --------------------------------------------------------------------------

OPINION_COLUMNS: Final = """
  o.rule, o.version, o.severity, o.lane, o.verdict, o.because, o.quoting,
  coalesce(nullif(o.answered_by, ''), o.model), o.prompt, o.asked
"""
"""What `opinion_of` reads, from opinions o."""

LAST_SAID: Final = f"""
left join opinions o on o.id =
  (select max(o.id) from opinions o where {_SAME} and o.outcome = 'answered')
"""
"""Joins to breaches b and revisions v what was said last of each flag."""


def opinion_of(row: Sequence[Any]) -> Opinion | None:
    """The opinion that a row of OPINION_COLUMNS tells of; None where nothing was said."""
    rule, version, severity, lane, verdict, because, quoting, model, prompt, asked = row
    if verdict is None:
        return None
    at = moment(asked)
    return Opinion(rule, version, severity, lane, verdict, because, quoting, model, prompt, at)


def opinions_on(database: Database, revision: int) -> Iterator[Opinion]:
    """What was said of the flags on a version of a post (its row id), the last of each flag."""
    rows = database.conn.execute(
        f"select {OPINION_COLUMNS} from opinions o where o.id in"
        " (select max(id) from opinions where revision = ? and outcome = 'answered'"
        " group by rule, version, severity, lane) order by o.id",
        [revision],
    ).fetchall()
    yield from filter(None, map(opinion_of, rows))
