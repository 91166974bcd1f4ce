"""The tables, and how they came to be: append a migration, never edit one that was released."""

from __future__ import annotations

from typing import Final

from sqlite_utils import Database, Migrations

APPLICATION_ID: Final = 0x48555354
"""Marks the file as ours ("HUST"), so that no other program's database is written into."""

migrations = Migrations("hustings")

_POSTS = """
create table accounts (
  id integer primary key,
  platform text not null,
  platform_id text not null,
  handle text not null,
  name text not null,
  roster_handle text not null,
  first_seen text not null,
  unique (platform, platform_id)
);
create table posts (
  id integer primary key,
  uid text not null unique,
  platform text not null,
  kind text not null,
  author integer not null references accounts (id),
  account text not null,
  camp text not null,
  role text not null,
  phase text not null,
  published text not null,
  captured text not null,
  url text not null,
  parent_uid text,
  quoted_uid text,
  version text not null,
  revision integer references revisions (id),
  reading integer references readings (id),
  gone_at text,
  gone_why text not null default ''
);
create table payloads (
  sha256 text primary key,
  zlib blob not null
);
create table revisions (
  id integer primary key,
  post integer not null references posts (id),
  number integer not null,
  version text not null,
  title text not null,
  text text not null,
  lang text not null,
  handle text not null,
  name text not null,
  published text not null,
  edited text,
  captured text not null,
  claimed text not null,
  date_note text not null,
  sha256 text references payloads (sha256),
  details text not null,
  unique (post, number)
);
"""

_READINGS = """
create table readings (
  id integer primary key,
  revision integer not null references revisions (id),
  readers text not null,
  account text not null,
  camp text not null,
  role text not null,
  phase text not null,
  hostility real not null,
  towards text not null,
  spans text not null
);
create table tones (
  reading integer not null references readings (id),
  post integer not null references posts (id),
  camp text not null,
  tone integer not null,
  score real not null,
  sure integer not null,
  hostile integer not null,
  reader text not null,
  published text not null,
  mentions text not null,
  counted integer not null,
  primary key (reading, camp)
) without rowid;
create table exchanges (
  reading integer primary key references readings (id),
  post integer not null references posts (id),
  published text not null,
  from_camp text not null,
  to_camp text not null,
  way text not null,
  heat real not null,
  words text not null,
  current integer not null
);
create table breaches (
  id integer primary key,
  reading integer not null references readings (id),
  post integer not null references posts (id),
  published text not null,
  captured text not null,
  camp text not null,
  rule text not null,
  clause text not null,
  version text not null,
  severity text not null,
  lane text not null check (lane <> 'expectation'),
  spans text not null,
  words text not null,
  reason text not null,
  unless text not null,
  standing text not null check (standing in ('current', 'superseded', 'repeated'))
);
"""

_COUNTS = """
create table hours (
  hour text not null,
  camp text not null,
  reader text not null,
  posts integer not null,
  sure integer not null,
  tone_sum integer not null,
  hostile integer not null,
  primary key (hour, camp, reader)
) without rowid;
create table expectations (
  hour text not null,
  rule text not null,
  n integer not null,
  primary key (hour, rule)
) without rowid;
create table totals (
  what text primary key,
  n integer not null
) without rowid;
insert into totals values ('posts', 0), ('exchanges', 0), ('breaches', 0);
"""

_SOURCES = """
create table sources (
  id integer primary key,
  name text not null unique,
  kind text not null,
  url text,
  follows text,
  memory text not null default '{}',
  state text not null default 'waiting',
  reason text not null default '',
  since text,
  visited text,
  answered text,
  brought text,
  next_visit text,
  failures integer not null default 0,
  posts integer not null default 0
);
create table visits (
  id integer primary key,
  source integer not null references sources (id),
  at text not null,
  took_ms integer not null,
  outcome text not null,
  new integer not null,
  revised integer not null,
  gone integer not null,
  entries integer not null,
  bytes integer not null,
  reason text not null
);
create table sightings (
  source integer not null references sources (id),
  post integer not null references posts (id),
  first_seen text not null,
  last_seen text not null,
  checked text,
  primary key (source, post)
) without rowid;
create table leases (
  name text primary key,
  holder text not null,
  host text not null,
  pid integer not null,
  taken text not null,
  renewed text not null,
  lasts_s real not null
) without rowid;
"""

_INDEXES = """
create index posts_by_time on posts (published);
create index posts_by_camp on posts (camp, published) where camp <> '';
create index posts_by_author on posts (author, published);
create index readings_by_revision on readings (revision);
create index tones_counted on tones (published, camp, reader, tone, sure, hostile, post)
  where counted;
create index exchanges_by_time on exchanges (published) where current;
create index exchanges_by_post on exchanges (post);
create index breaches_by_time on breaches (published) where standing <> 'repeated';
create index breaches_by_rule on breaches (rule, published);
create index breaches_by_post on breaches (post);
create index breaches_by_reading on breaches (reading);
create index sightings_by_post on sightings (post);
create index visits_by_source on visits (source);
"""

# Its content is the view of current versions, so that no text is kept twice and the
# row ids are those of posts. Put there in bulk by storage.posts: a trigger a row is slower.
_SEARCH = """
create virtual table posts_fts using fts5 (
  title, text, content='v_posts', content_rowid='id',
  tokenize='unicode61 remove_diacritics 2'
);
"""

_VIEWS = """
create view v_posts as
select p.id, p.published, p.kind, p.platform, p.account, p.camp, p.role, p.phase,
  v.handle as author_handle, v.name as author_name, v.title, v.text, v.number as version_number,
  r.hostility, p.url, p.uid, p.parent_uid, p.captured,
  (select max(last_seen) from sightings s where s.post = p.id) as last_seen,
  p.gone_at, p.gone_why
from posts p
join revisions v on v.id = p.revision
join readings r on r.id = p.reading;

create view v_breaches as
select b.id, b.published, b.captured, b.rule, b.clause, b.version as rule_version, b.severity,
  b.lane, r.account, r.camp, r.role, r.phase, b.words, b.reason, b.unless, v.text,
  b.standing, p.gone_at, p.url, p.uid
from breaches b
join readings r on r.id = b.reading
join revisions v on v.id = r.revision
join posts p on p.id = b.post;

create view v_exchanges as
select x.reading as id, x.published, x.from_camp, x.to_camp, x.way, x.heat, r.account,
  x.words, v.text, x.current, p.gone_at, p.url, p.uid
from exchanges x
join readings r on r.id = x.reading
join revisions v on v.id = r.revision
join posts p on p.id = x.post;

create view v_camp_hours as
select hour, camp, posts, sure,
  case when sure > 0 then round(1.0 * tone_sum / sure, 3) end as mean_tone,
  hostile, reader
from hours;

create view v_sources as
select name, kind, state, reason, since, visited, answered, brought, next_visit, failures, posts,
  url, follows
from sources;
"""

# Nothing here is ever deleted: another label of the same words comes after the one before,
# a withdrawn label and an undone head are marked.
_TEACHING = """
alter table tones add column certainty real not null default 1.0;
create table labels (
  id integer primary key,
  post integer not null references posts (id),
  revision integer not null references revisions (id),
  camp text not null,
  tone integer not null check (tone in (-1, 0, 1)),
  who text not null,
  at text not null,
  withdrawn text
);
create index labels_by_revision on labels (revision, camp);
create table taught (
  number integer primary key,
  made text not null,
  made_by text not null,
  labels text not null,
  base text not null,
  head blob not null,
  lessons integer not null,
  agreed_before real not null,
  agreed_after real not null,
  standing text not null check (standing in ('current', 'undone'))
);
"""

_SIGNS = """
alter table hours add column plus integer not null default 0;
alter table hours add column minus integer not null default 0;
update hours set plus = found.plus, minus = found.minus
from (
  select substr(published, 1, 13) || ':00:00Z' as hour, camp, reader,
    sum(sure and tone > 0) as plus, sum(sure and tone < 0) as minus
  from tones where counted group by 1, 2, 3
) as found
where (found.hour, found.camp, found.reader) = (hours.hour, hours.camp, hours.reader);
"""

# What an officer said wins over the reader in the counts; both are kept. A head that was not
# put into force counts as undone for a program that does not know of it.
_OFFICERS = """
alter table labels add column about integer not null default 1 check (about in (0, 1));
alter table taught add column held_back integer not null default 0;
alter table tones add column officer integer;
alter table tones add column about integer not null default 1;
update tones set officer = l.tone
from labels l join readings r on r.revision = l.revision
where l.id in (select max(id) from labels where withdrawn is null group by revision, camp)
  and tones.reading = r.id and tones.camp = l.camp;
drop index tones_counted;
create index tones_counted
  on tones (published, camp, reader, tone, sure, hostile, post, officer) where counted;
delete from hours where exists (select 1 from labels);
insert into hours (hour, camp, reader, posts, sure, tone_sum, hostile, plus, minus)
select substr(published, 1, 13) || ':00:00Z', camp,
  case when officer is null then reader else 'officer' end, count(*),
  sum(sure or officer is not null),
  sum(coalesce(officer, tone) * (sure or officer is not null)), sum(hostile),
  sum((sure or officer is not null) and coalesce(officer, tone) > 0),
  sum((sure or officer is not null) and coalesce(officer, tone) < 0)
from tones where counted and exists (select 1 from labels) group by 1, 2, 3;
"""

# Nothing here is ever deleted: a row an asking, whatever came of it.
_OPINIONS = """
create table opinions (
  id integer primary key,
  post integer not null references posts (id),
  revision integer not null references revisions (id),
  rule text not null,
  version text not null,
  severity text not null,
  lane text not null check (lane <> 'expectation'),
  sha256 text not null,
  prompt text not null,
  model text not null,
  form text not null check (form in ('json_schema', 'plain')),
  asked text not null,
  outcome text not null default 'asked'
    check (outcome in ('asked', 'answered', 'refused', 'unreadable', 'failed')),
  failure text not null default '',
  raw text not null default '',
  took_ms integer not null default 0,
  answered_by text not null default '',
  fingerprint text not null default '',
  tokens_in integer,
  tokens_out integer,
  verdict text check (verdict in ('stands', 'milder', 'needs-context')),
  because text not null default '',
  quoting text not null default '',
  check ((outcome = 'answered') = (verdict is not null))
);
create index opinions_by_flag on opinions (revision, rule);
create index opinions_by_time on opinions (asked);
"""


# Of flags from before this the clause's text and the nearest edge are not known.
_WHY = """
alter table breaches add column clause_text text not null default '';
alter table breaches add column detectability text not null default 'A';
alter table breaches add column stance text not null default 'asserts';
alter table breaches add column score real not null default 1.0;
alter table breaches add column role_source text not null default '';
alter table breaches add column phase text not null default '';
alter table breaches add column edge text not null default '';
alter table breaches add column edge_s integer;
alter table breaches add column via text not null default '';
alter table breaches add column authority text not null default '';
alter table breaches add column mend text not null default '';
"""


# A note says neither rule nor name, and goes once nothing of the words is left in the file.
_DROPPING = """
create table to_drop (
  post integer primary key references posts (id),
  due text not null
);
create index to_drop_by_time on to_drop (due);
alter table posts add column dropped text;
create index posts_dropped on posts (reading) where dropped is not null;
create index posts_by_parent on posts (parent_uid) where parent_uid is not null;
create index posts_by_quoted on posts (quoted_uid) where quoted_uid is not null;
create index revisions_by_payload on revisions (sha256) where sha256 is not null;
"""


@migrations()
def create_archive(database: Database) -> None:
    """Posts with their versions and readings, the counts kept of them, and where they came from."""
    for script in (_POSTS, _READINGS, _COUNTS, _SOURCES, _INDEXES, _VIEWS, _SEARCH):
        database.executescript(script)


@migrations()
def teach_the_reader(database: Database) -> None:
    """Officers' labels, the heads made of them, and how certain the reader was of a tone."""
    database.executescript(_TEACHING)


@migrations()
def count_each_sign(database: Database) -> None:
    """How many of an hour's sure posts are for a camp and how many against it."""
    database.executescript(_SIGNS)


@migrations()
def let_officers_words_count(database: Database) -> None:
    """Officers' own words take the reader's place in the counts; heads may be held back."""
    database.executescript(_OFFICERS)


@migrations()
def keep_second_opinions(database: Database) -> None:
    """What a second reader was asked about flags, and what it said."""
    database.executescript(_OPINIONS)


@migrations()
def keep_why_it_was_flagged(database: Database) -> None:
    """The clause as in force, the role's source, the nearest edge and more of a flag's reasons."""
    database.executescript(_WHY)


@migrations()
def drop_what_is_only_expected(database: Database) -> None:
    """Which posts lose their words, and when; which have lost them."""
    database.executescript(_DROPPING)


def unknown_migrations(database: Database) -> list[str]:
    """Names of the migrations applied to the file that this program does not know."""
    with Database(memory=True) as untouched:
        known = {migration.name for migration in migrations.pending(untouched)}
    return [done.name for done in migrations.applied(database) if done.name not in known]
