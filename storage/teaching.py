"""What officers have labelled, and the heads made of it. Reads no post and makes no head itself.

A label is of one version of a post and one camp; of several the last that is not withdrawn is
in force. A head is in force if it is the last that is not undone and fits the reader in use.
What an officer says of a post stands in the counts in the place of what the reader said.
"""
# ruff: noqa: S608 - put together from our own fragments; outside words go to question marks

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlite_utils import Database

from contest.labels import NOT_ABOUT, Answer, Label, head_name
from contest.post import Post
from contest.reading import Tone
from storage import hours
from storage.rows import POST_COLUMNS, Row, post_of, spans_of, to_json
from storage.times import moment, stamp
from storage.transactions import reading, writing


@dataclass(frozen=True, slots=True)
class Question:
    """A post to be labelled towards `camp`, and what the reader makes of it.

    `revision` is the version's row; `account`, `side` and `role` are the author's, as in a Reading.
    """

    revision: int
    camp: str
    post: Post
    tone: Tone
    account: str = ""
    side: str = ""
    role: str = ""


@dataclass(frozen=True, slots=True)
class Slate:
    """What is to be labelled, least sure first, the camps taking turns, and what has been.

    `labelled` counts the labels in force by camp, `apart` those that say "not about this camp";
    `head` is the version in force, "" for none; `obstacle` says why nothing can be taught, "" if
    it can.
    """

    questions: tuple[Question, ...] = ()
    labelled: Mapping[str, int] = field(default_factory=dict)
    head: str = ""
    obstacle: str = ""
    apart: int = 0


@dataclass(frozen=True, slots=True)
class Head:
    """A head as it is kept: made for the reader `base` from `labels` (row ids) by `made_by`.

    `agreed_before` and `agreed_after` are the shares of `lessons` that the reader agreed with.
    """

    number: int
    made: datetime
    made_by: str
    labels: tuple[int, ...]
    base: str
    head: bytes = field(repr=False)
    lessons: int = 0
    agreed_before: float = 0.0
    agreed_after: float = 0.0
    undone: bool = False
    held_back: bool = False
    """Made and tried, and never put into force."""

    @property
    def version(self) -> str:
        """What is added to the reader's version."""
        return head_name(self.number)


# -- labels -------------------------------------------------------------------------------

_IN_FORCE = "select max(id) from labels where withdrawn is null group by revision, camp"

_LEAST_SURE = f"""
with ranked as (
  select t.reading, t.camp, t.certainty, row_number() over (
    partition by t.camp order by t.sure, t.certainty, t.published desc, t.post) as place
  from tones t
  join posts p on p.reading = t.reading
  join readings r on r.id = t.reading
  where t.counted and json_extract(r.readers, '$.language') is null
    and p.dropped is null and p.id not in (select post from to_drop)
    and t.camp in (select value from json_each(?)) and p.kind <> 'repost'
    and not exists (select 1 from labels l where l.revision = p.revision and l.camp = t.camp
      and l.withdrawn is null)
)
select {POST_COLUMNS}, v.id, t.camp, t.tone, t.score, t.sure, t.mentions, t.certainty,
  r.account, r.camp, r.role
from ranked k
join tones t on t.reading = k.reading and t.camp = k.camp
join readings r on r.id = k.reading
join revisions v on v.id = r.revision
join posts p on p.id = v.post
join accounts a on a.id = p.author
where k.place <= ? order by k.place, k.certainty, k.camp
"""


def least_sure(database: Database, camps: Sequence[str], most: int) -> tuple[Question, ...]:
    """The posts whose tone the reader is least sure of and nobody has labelled.

    At most about `most` a camp, the camps taking turns. Words that were said twice
    are asked about once; a plain repost says nothing of its own. Of a post in a language that is
    not read the reader says nothing. Words that are to be dropped, or were, are not asked about.
    """
    with reading(database):
        seen = _labelled_words(database)
        rows = database.conn.execute(_LEAST_SURE, [to_json(list(camps)), most])
        return tuple(_once(map(_question, rows), seen))


def _question(row: Row) -> Question:
    revision, camp, tone, score, sure, mentions, certainty, *author = row[16:]
    read = Tone(camp, tone, score, bool(sure), spans_of(mentions), certainty)
    return Question(revision, camp, post_of(row), read, *author)


def _once(questions: Iterator[Question], seen: set[tuple[str, str]]) -> Iterator[Question]:
    for question in questions:
        words = (question.camp, _bare(question.post.text))
        if words not in seen:
            seen.add(words)
            yield question


def _labelled_words(database: Database) -> set[tuple[str, str]]:
    rows = database.conn.execute(
        f"select l.camp, v.text from labels l join revisions v on v.id = l.revision"
        f" where l.id in ({_IN_FORCE})"
    )
    return {(camp, _bare(text)) for camp, text in rows}


def _bare(text: str) -> str:
    return " ".join(text.split()).casefold()


def keep_label(
    database: Database, revision: int, camp: str, said: Answer, who: str, at: datetime
) -> int:
    """Keep a label of a version (row id) of a post; the label's own row id.

    It is safe, and counted in the reader's place, as soon as this returns.
    """
    about = said != NOT_ABOUT
    with writing(database):
        (label,) = database.conn.execute(
            "insert into labels (post, revision, camp, tone, about, who, at)"
            " select post, id, ?, ?, ?, ?, ? from revisions where id = ? returning id",
            [camp, said if about else 0, about, who, stamp(at), revision],
        ).fetchone()
        hours.heed_officers_of(database, revision, camp)
    return int(label)


def withdraw_label(database: Database, label: int, at: datetime) -> None:
    """Mark a label as withdrawn; the one before it on the same words is in force again."""
    with writing(database):
        found = database.conn.execute(
            "update labels set withdrawn = ? where id = ? and withdrawn is null"
            " returning revision, camp",
            [stamp(at), label],
        ).fetchall()
        for revision, camp in found:
            hours.heed_officers_of(database, revision, camp)


def withdraw_labels_of(database: Database, revision: int, camp: str, at: datetime) -> int:
    """Mark all labels of a post towards a camp as withdrawn; how many.

    `revision` is one version of it; the labels of all its versions are meant.
    """
    with writing(database):
        done = database.conn.execute(
            "update labels set withdrawn = ? where camp = ? and withdrawn is null"
            " and post = (select post from revisions where id = ?) returning revision",
            [stamp(at), camp, revision],
        ).fetchall()
        for (version,) in set(done):
            hours.heed_officers_of(database, version, camp)
    return len(done)


def labels(database: Database) -> list[Label]:
    """The labels in force, in the order in which they were given.

    Those of posts whose words were dropped stay in the counts, and teach nothing any more.
    """
    rows = database.conn.execute(
        f"select {POST_COLUMNS}, l.id, l.camp, l.tone, l.who, l.about from labels l"
        " join revisions v on v.id = l.revision join posts p on p.id = l.post"
        " join accounts a on a.id = p.author"
        f" where p.dropped is null and l.id in ({_IN_FORCE}) order by l.id"
    )
    return [
        Label(label, post_of(row), camp, tone, who, bool(about))
        for row, (label, camp, tone, who, about) in ((row, row[16:]) for row in rows)
    ]


def count_labels(database: Database, *, about: bool = True) -> dict[str, int]:
    """How many labels in force give a tone (or else say "not about this camp"), by camp."""
    rows = database.conn.execute(
        f"select camp, count(*) from labels where about = ? and id in ({_IN_FORCE}) group by camp",
        [about],
    )
    return dict(rows.fetchall())


def find_answer(database: Database, revision: int, camp: str) -> Answer | None:
    """The label in force of a version (row id) of a post towards a camp; None without one."""
    row = database.conn.execute(
        "select case when about then tone else ? end from labels"
        " where revision = ? and camp = ? and withdrawn is null order by id desc limit 1",
        [NOT_ABOUT, revision, camp],
    ).fetchone()
    return row[0] if row else None


def find_revision(database: Database, uid: str) -> int | None:
    """The row id of a post's current version; None if the post is not kept."""
    row = database.conn.execute("select revision from posts where uid = ?", [uid]).fetchone()
    return int(row[0]) if row else None


def find_words(database: Database, revision: int) -> tuple[str, str]:
    """Title and text of a version (row id) of a post."""
    row = database.conn.execute("select title, text from revisions where id = ?", [revision])
    title, text = row.fetchone()
    return title, text


# -- heads --------------------------------------------------------------------------------

_HEAD = """
  number, made, made_by, labels, base, head, lessons, agreed_before, agreed_after,
  standing = 'undone' and not held_back, held_back
"""


def keep_taught(database: Database, head: Head) -> int:
    """Keep a head under a number of its own (`head.number` is not), in force unless held back.

    No number is ever given twice, also where two processes teach at once.
    """
    with writing(database):
        (number,) = database.conn.execute(
            "insert into taught (number, made, made_by, labels, base, head, lessons,"
            " agreed_before, agreed_after, held_back, standing)"
            " select coalesce(max(number), 0) + 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? from taught"
            " returning number",
            [
                stamp(head.made), head.made_by, to_json(head.labels), head.base, head.head,
                head.lessons, head.agreed_before, head.agreed_after,
                head.held_back, "undone" if head.held_back else "current",
            ],
        ).fetchone()  # fmt: skip
    return int(number)


def current_taught(database: Database, base: str) -> Head | None:
    """The head in force for the reader `base`; None if there is none."""
    row = database.conn.execute(
        f"select {_HEAD} from taught where standing = 'current' and base = ?"
        " order by number desc limit 1",
        [base],
    ).fetchone()
    return _head(row) if row else None


def undo_taught(
    database: Database, base: str | None = None, number: int | None = None
) -> Head | None:
    """Take the head in force (for a reader, or for any) out of force; None if there is none.

    With a `number` only if that is the one in force. The one before it is in force again; its
    labels stay as they are.
    """
    with writing(database):
        row = database.conn.execute(
            "update taught set standing = 'undone' where number = (select max(number)"
            "  from taught where standing = 'current' and base = ifnull(?, base))"
            f" and number = ifnull(?, number) returning {_HEAD}",
            [base, number],
        ).fetchone()
    return _head(row) if row else None


def withdraw_taught(database: Database, numbers: Sequence[int]) -> None:
    """Take these heads out of force, whichever of them is; marked as undone, and kept."""
    with writing(database):
        database.conn.execute(
            "update taught set standing = 'undone'"
            " where number in (select value from json_each(?))",
            [to_json(list(numbers))],
        )


def standing_heads(database: Database, base: str) -> list[Head]:
    """The head in force for the reader `base` and those before it, newest first.

    Less, among what they were made of, the labels of posts whose words were dropped: nobody took
    those back.
    """
    wordless = _wordless(database)
    rows = database.conn.execute(
        f"select {_HEAD} from taught where standing = 'current' and base = ? order by number desc",
        [base],
    )
    return [
        replace(head, labels=tuple(label for label in head.labels if label not in wordless))
        for head in map(_head, rows)
    ]


def _wordless(database: Database) -> set[int]:
    """The labels (row ids) of posts whose words were dropped."""
    rows = database.conn.execute(
        "select l.id from labels l join posts p on p.id = l.post where p.dropped is not null"
    )
    return {label for (label,) in rows}


def is_taught(database: Database) -> bool:
    """Whether a head was ever put into force."""
    (found,) = database.conn.execute(
        "select exists (select 1 from taught where not held_back)"
    ).fetchone()
    return bool(found)


def heads(database: Database) -> list[Head]:
    """Every head that was ever made, oldest first."""
    return [_head(row) for row in database.conn.execute(f"select {_HEAD} from taught")]


def untaught(database: Database, base: str) -> bool:
    """Whether the labels in force are others than those the last head of a reader was made of.

    Only those that give a tone, on words that are there. An undone head counts, and one that was
    held back: it is no wish to have the same head made again.
    """
    row = database.conn.execute(
        "select labels from taught where base = ? order by number desc limit 1", [base]
    ).fetchone()
    given = database.conn.execute(
        f"select id from labels where about and id in ({_IN_FORCE}) order by id"
    ).fetchall()
    made_of = json.loads(row[0]) if row else []
    wordless = _wordless(database)
    return [label for (label,) in given if label not in wordless] != [
        label for label in made_of if label not in wordless
    ]


def _head(row: Row) -> Head:
    number, made, made_by, given, base, head, lessons, before, after, undone, held_back = row
    return Head(
        number, moment(made), made_by, tuple(json.loads(given)), base, head,
        lessons, before, after, bool(undone), bool(held_back),
    )  # fmt: skip
