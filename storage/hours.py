"""Counts per hour, camp and reader: adjusted with every post, so that nothing is ever recounted.

At any moment `hours` is the sum of the rows of `tones` that are `counted`: those of
the current reading of every post that is still there, less those of which an officer says that
the post is not about the camp. Where an officer gave the tone, that one is counted, as by OFFICER.
"""

# ruff: noqa: S608 - put together from our own fragments; outside words go to question marks

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlite_utils import Database

from contest.estimate import OFFICER, Said
from storage.lenses import Condition
from storage.rows import to_json
from storage.times import hour_ceiling, hour_floor, hour_of, stamp

HOUR_OF_TONE = "substr(t.published, 1, 13) || ':00:00Z'"

READER = f"case when t.officer is null then t.reader else '{OFFICER}' end"
"""By whom a tone t is counted."""
_SURE = "(t.sure or t.officer is not null)"
_TONE = "coalesce(t.officer, t.tone)"
COUNTS = f"""count(*) as posts, sum({_SURE}) as sure,
  sum({_SURE} and {_TONE} > 0) as plus, sum({_SURE} and {_TONE} < 0) as minus"""
"""What `said_of` takes, of tones t."""

_SUMS = f"""
select {HOUR_OF_TONE} as hour, t.camp, {READER} as reader, {COUNTS},
  sum({_TONE} * {_SURE}) as tone_sum, sum(t.hostile) as hostile
from tones t
"""

_ADJUST = """
insert into hours (hour, camp, reader, posts, sure, plus, minus, tone_sum, hostile)
{rows}
on conflict (hour, camp, reader) do update set
  posts = posts {sign} excluded.posts,
  sure = sure {sign} excluded.sure,
  tone_sum = tone_sum {sign} excluded.tone_sum,
  hostile = hostile {sign} excluded.hostile,
  plus = plus {sign} excluded.plus,
  minus = minus {sign} excluded.minus
"""

_THESE = "t.reading in (select value from json_each(?))"


def count_from(database: Database, first_reading: int) -> None:
    """Count the tones of all readings from that id on, which have just been kept."""
    rows = f"{_SUMS} where t.reading >= ? and +t.counted group by 1, 2, 3"
    database.conn.execute(_ADJUST.format(rows=rows, sign="+"), [first_reading])


def count(database: Database, readings: Sequence[int]) -> None:
    """Count the tones of these readings, which were not counted: their posts are back."""
    these = to_json(readings)
    rows = f"{_SUMS} where {_THESE} and not +t.counted and t.about group by 1, 2, 3"
    database.conn.execute(_ADJUST.format(rows=rows, sign="+"), [these])
    database.conn.execute(f"update tones as t set counted = about where {_THESE}", [these])


def discount(database: Database, readings: Sequence[int]) -> None:
    """Count the tones of these readings no longer: their posts were edited, or are gone."""
    these = to_json(readings)
    rows = f"{_SUMS} where {_THESE} and +t.counted group by 1, 2, 3"
    database.conn.execute(_ADJUST.format(rows=rows, sign="-"), [these])
    database.conn.execute(f"update tones as t set counted = 0 where {_THESE}", [these])
    database.conn.execute("delete from hours where posts = 0")


# The last label of a version and a camp that is not withdrawn is in force.
_LABELLED = """
select r.id as reading, l.camp, l.tone, l.about from labels l
join readings r on r.revision = l.revision
where l.withdrawn is null and {where} and not exists (select 1 from labels e
  where e.revision = l.revision and e.camp = l.camp and e.withdrawn is null and e.id > l.id)
"""
_HEED = f"""
update tones set about = l.about, counted = tones.counted and l.about,
  officer = case when l.about then l.tone end
from ({_LABELLED}) as l where l.reading = tones.reading and l.camp = tones.camp
"""


def heed_officers_from(database: Database, first_reading: int) -> None:
    """Put officers' words beside the tones of all readings from that id on; not counted yet."""
    database.conn.execute(_HEED.format(where="r.id >= ?"), [first_reading])


def heed_officers_of(database: Database, revision: int, camp: str) -> None:
    """Put the label in force (or none) beside a version's tones towards a camp, and count anew."""
    this = "t.camp = ? and t.reading in (select id from readings where revision = ?)"
    given = [camp, revision]
    rows = f"{_SUMS} where {this} and +t.counted group by 1, 2, 3"
    database.conn.execute(_ADJUST.format(rows=rows, sign="-"), given)
    # Of a version only the reading that holds is counted, and only while its post is there.
    database.conn.execute(
        "update tones as t set officer = null, about = 1, counted = exists (select 1 from posts p"
        f" where p.id = t.post and p.reading = t.reading and p.gone_at is null) where {this}",
        given,
    )
    database.conn.execute(_HEED.format(where="l.camp = ? and l.revision = ?"), given)
    database.conn.execute(_ADJUST.format(rows=rows, sign="+"), given)
    database.conn.execute("delete from hours where posts = 0")


def count_expectations(database: Database, found: Iterable[tuple[str, str]]) -> None:
    """Count (rule, stamp) of possible breaches by people whose names are not kept beside them."""
    counts = Counter((hour_of(published), rule) for rule, published in found)
    database.conn.executemany(
        "insert into expectations (hour, rule, n) values (?, ?, ?)"
        " on conflict (hour, rule) do update set n = n + excluded.n",
        [(hour, rule, n) for (hour, rule), n in counts.items()],
    )


def add_to_totals(database: Database, changes: Mapping[str, int]) -> None:
    """Adjust the totals of "posts", "exchanges" and "breaches"."""
    database.conn.executemany(
        "update totals set n = n + ? where what = ?",
        [(change, what) for what, change in changes.items() if change],
    )


# -- reading them -------------------------------------------------------------------------


NOTHING = Said()


def counts(
    database: Database, start: datetime, end: datetime, only: Condition | None = None
) -> dict[str, dict[str, Said]]:
    """What was said of each camp over [start, end), exactly, by the reader that said it.

    Full hours come from `hours`, the minutes at either end from the posts
    themselves; under a condition on the tones (`only`) all comes from the posts.
    """
    found: dict[str, dict[str, Said]] = {}
    for sql, given in _parts(start, end, only):
        for camp, reader, *numbers in database.conn.execute(sql, given):
            readers = found.setdefault(camp, {})
            readers[reader] = readers.get(reader, NOTHING) + said_of(*numbers)
    return found


def all_counts(database: Database) -> dict[str, dict[str, Said]]:
    """What was said of each camp in all posts that are kept, by the reader that said it."""
    found: dict[str, dict[str, Said]] = {}
    for camp, reader, *numbers in database.conn.execute(
        "select camp, reader, sum(posts), sum(sure), sum(plus), sum(minus) from hours group by 1, 2"
    ):
        found.setdefault(camp, {})[reader] = said_of(*numbers)
    return found


_SET_ASIDE = """
select t.camp, count(*) from (
  select distinct p.reading, l.camp from labels l join posts p on p.id = l.post
  where not l.about and l.withdrawn is null and p.gone_at is null
) s cross join tones t on t.reading = s.reading and t.camp = s.camp
where not t.about and t.published >= ? and t.published < ?{extra} group by 1
"""
"""From the few labels to the tones; among all tones they would have to be looked for."""


def set_aside(
    database: Database,
    start: datetime | None = None,
    end: datetime | None = None,
    only: Condition | None = None,
) -> dict[str, int]:
    """How many posts over [start, end) officers set aside, by camp: "not about this camp"."""
    extra, given = (f" and {only.sql}", only.given) if only else ("", ())
    times = [stamp(start) if start else "", stamp(end) if end else "~"]
    sql = _SET_ASIDE.format(extra=extra)
    return dict(database.conn.execute(sql, [*times, *given]).fetchall())


def said_of(posts: int, sure: int, plus: int, minus: int) -> Said:
    """What was said, from the numbers that are kept."""
    return Said(minus, sure - plus - minus, plus, posts - sure)


def _parts(
    start: datetime, end: datetime, only: Condition | None
) -> Iterable[tuple[str, list[object]]]:
    first, last = hour_ceiling(start), hour_floor(end)
    if only or first > last:
        yield _from_posts(start, end, only)
        return
    yield (
        "select camp, reader, sum(posts), sum(sure), sum(plus), sum(minus) from hours"
        " where hour >= ? and hour < ? group by 1, 2",
        [hour_of(stamp(first)), hour_of(stamp(last))],
    )
    if start < first:
        yield _from_posts(start, first, None)
    if last < end:
        yield _from_posts(last, end, None)


def _from_posts(start: datetime, end: datetime, only: Condition | None) -> tuple[str, list[object]]:
    extra, given = (f" and {only.sql}", only.given) if only else ("", ())
    return (
        f"select t.camp, {READER}, {COUNTS} from tones t"
        f" where t.counted and t.published >= ? and t.published < ?{extra} group by 1, 2",
        [stamp(start), stamp(end), *given],
    )


def by_hour(
    database: Database, start: datetime, end: datetime, only: Condition | None = None
) -> dict[tuple[str, str], Said]:
    """What was said by (camp, hour) over the hours that begin in [start, end); full hours given."""
    if only:
        sql = (
            f"select t.camp, {HOUR_OF_TONE}, {COUNTS}"
            " from tones t where t.counted and t.published >= ? and t.published < ?"
            f" and {only.sql} group by 1, 2"
        )
        given: list[object] = [stamp(start), stamp(end), *only.given]
    else:
        sql = (
            "select camp, hour, sum(posts), sum(sure), sum(plus), sum(minus) from hours"
            " where hour >= ? and hour < ? group by 1, 2"
        )
        given = [hour_of(stamp(start)), hour_of(stamp(end))]
    return {
        (camp, hour): said_of(*numbers)
        for camp, hour, *numbers in database.conn.execute(sql, given)
    }
