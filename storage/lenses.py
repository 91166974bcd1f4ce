"""A lens as conditions in SQL, with everything the user typed as parameters."""
# ruff: noqa: S608 - put together from our own fragments; outside words go to question marks

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlite_utils import Database

from contest.lens import Lens
from contest.text import plain
from storage.times import stamp


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition in SQL and what is given to its question marks."""

    sql: str
    given: tuple[object, ...] = ()


def joined(conditions: Sequence[Condition]) -> Condition:
    """All of them at once; true where there are none."""
    sql = " and ".join(condition.sql for condition in conditions) or "true"
    return Condition(sql, tuple(value for condition in conditions for value in condition.given))


def of_posts(lens: Lens) -> Condition:
    """Which posts p: by the camp's accounts or about the camp, flagged under the rule."""
    conditions = _between(lens, "p.published") + _flagged_or_found(lens, "p.id")
    if lens.camp:
        about = "exists (select 1 from tones t where t.reading = p.reading and t.camp = ?)"
        conditions.append(Condition(f"(p.camp = ? or {about})", (lens.camp, lens.camp)))
    return joined(conditions)


def of_exchanges(lens: Lens) -> Condition:
    """Which current exchanges x: from the camp or to it."""
    conditions = _between(lens, "x.published") + _flagged_or_found(lens, "x.post")
    if lens.camp:
        conditions.append(Condition("? in (x.from_camp, x.to_camp)", (lens.camp,)))
    return joined([Condition("x.current"), *conditions])


def of_breaches(lens: Lens) -> Condition:
    """Which breaches b, one a post and rule: by the camp's accounts, under the rule."""
    conditions = _between(lens, "b.published") + _found(lens, "b.post")
    if lens.camp:
        conditions.append(Condition("b.camp = ?", (lens.camp,)))
    if lens.rule:
        conditions.append(Condition("b.rule = ?", (lens.rule,)))
    return joined([Condition("b.standing <> 'repeated'"), *conditions])


def of_tones(lens: Lens) -> Condition | None:
    """Which tones t, by the words and the rule alone; None if by neither."""
    conditions = _flagged_or_found(lens, "t.post")
    return joined(conditions) if conditions else None


def of_tones_in_time(lens: Lens) -> Condition | None:
    """Which tones t, by the words, the rule and the times; None if by none of these."""
    conditions = _between(lens, "t.published") + _flagged_or_found(lens, "t.post")
    return joined(conditions) if conditions else None


def _between(lens: Lens, column: str) -> list[Condition]:
    conditions = []
    if lens.since:
        conditions.append(Condition(f"{column} >= ?", (stamp(lens.since),)))
    if lens.until:
        conditions.append(Condition(f"{column} < ?", (stamp(lens.until),)))
    return conditions


def _flagged_or_found(lens: Lens, column: str) -> list[Condition]:
    conditions = _found(lens, column)
    if lens.rule:
        flagged = f"{column} in (select post from breaches where rule = ?)"
        conditions.append(Condition(flagged, (lens.rule,)))
    return conditions


def _found(lens: Lens, column: str) -> list[Condition]:
    return [Condition(f"{column} in (select post from temp.found)")] if lens.words else []


# -- words --------------------------------------------------------------------------------


def look_up(database: Database, lens: Lens) -> None:
    """Put the posts in which all words of the lens occur into the temporary table `found`.

    Looked up once, because a board asks for them nine times. The table vanishes
    with the transaction it is made in.
    """
    if not lens.words:
        return
    where = joined([Condition("true"), *_occurring(lens.words)])
    database.conn.execute("create temp table found (post integer primary key)")
    database.conn.execute(
        f"insert into temp.found select f.rowid from posts_fts f where {where.sql}", where.given
    )


def _occurring(words: Sequence[str]) -> list[Condition]:
    """Letters and digits by the index, which knows no others; anything else to the letter."""
    spoken = [word for word in words if any(char.isalnum() for char in word)]
    signs = [word for word in words if word.strip() and word not in spoken]
    conditions = [Condition("instr(f.text, ?)", (sign,)) for sign in signs]
    if spoken:
        conditions.append(Condition("posts_fts match ?", (quoted(spoken),)))
    return conditions


def quoted(words: Sequence[str]) -> str:
    """Words as a search that SQLite's FTS5 takes literally; each may be the start of a longer one.

    >>> quoted(["ferry times", 'a"b OR'])
    '"ferry times"* AND "a""b OR"*'
    """
    return " AND ".join('"' + plain(word).replace('"', '""') + '"*' for word in words)
