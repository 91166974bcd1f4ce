"""One visit to one source: ask, read, keep. Knows nothing of when the next one is due."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from analysis.reader import Reader
from contest.contest import Contest, SourceEntry
from contest.post import STRANGER, Author, Context, Post
from contest.reading import Reading
from contest.visit import Health, Memory
from monitor.alerts import alert_of
from monitor.clock import Clock
from monitor.corrections import corrected, replaced_by
from monitor.events import Alert, Event, Failed, Visited
from monitor.timetable import after_answer, after_failure, pause_after
from sources.errors import SourceError
from sources.net import Web
from sources.registry import RECHECKED
from sources.source import Answer, Page, Source
from storage import flags, posts, visits
from storage.archive import Archive, ArchiveError
from storage.rows import Payload, pack

log = logging.getLogger(__name__)

T = TypeVar("T")
ReadPost = tuple[Post, Reading]

ANSWERS_A_VISIT = 4
"""So many deadlines to a visit: it may ask several times, and wait its turn at a busy host."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a visit went: what to tell, what to remember, how long (real time) until the next."""

    event: Event
    health: Health
    memory: Memory
    pause: timedelta


class Visitor:
    """Visits sources, one at a time each, any number of them side by side."""

    def __init__(
        self,
        contest: Contest,
        archive: Archive,
        sources: Mapping[str, Source],
        reader: Reader,
        clock: Clock,
    ) -> None:
        self._contest = contest
        self._archive = archive
        self._sources = sources
        self._reader = reader
        self._clock = clock
        # One thread: parsing and reading hold the GIL, so a second would only
        # make the terminal stutter.
        self._analyst = ThreadPoolExecutor(max_workers=1, thread_name_prefix="analyst")
        self._most_s = ANSWERS_A_VISIT * contest.polling.deadline_s
        self._ids: dict[tuple[str, str], str] = {}
        """Stable id of each roster account on a platform, as a source of its own vouched for it."""
        self._at_once = asyncio.Semaphore(contest.polling.connections)

    def read_by(self, reader: Reader) -> None:
        """Have posts read by another reader from now on."""
        self._reader = reader

    @property
    def reader(self) -> Reader:
        """What posts are read by now."""
        return self._reader

    def judge_by(self, contest: Contest) -> None:
        """Have alerts, and who is on the roster, told by another rulebook from now on."""
        self._contest = contest

    def close(self) -> None:
        """Let the analyst finish what it is reading, and take nothing more on."""
        self._analyst.shutdown(wait=True, cancel_futures=True)

    async def visit(self, web: Web, entry: SourceEntry, health: Health, memory: Memory) -> Outcome:
        """Visit a source. Never raises for what the source, or a full disk, did."""
        async with self._at_once:
            try:
                return await self._visit(web, entry, health, memory)
            except SourceError as error:
                wait_s = _seconds_until(error.retry_at)
                return await self._failed(entry, health, memory, str(error), wait_s)
            except TimeoutError:
                words = f"not done within {self._most_s:g} s; it will be asked again"
                return await self._failed(entry, health, memory, words)
            except ArchiveError as error:
                words = f"answered, but could not be kept: {error}"
                return await self._failed(entry, health, memory, words)
            except Exception as error:  # one broken source must not silence the rest
                log.exception("while visiting %s", entry.name)
                words = f"unexpected {type(error).__name__}; the log has the details"
                return await self._failed(entry, health, memory, words)

    async def _visit(self, web: Web, entry: SourceEntry, health: Health, memory: Memory) -> Outcome:
        started = time.monotonic()
        source = self._sources[entry.kind]
        checked = await self._to_check(entry)
        async with asyncio.timeout(self._most_s):
            answer = await source.fetch(web, entry, replace(memory, recheck=checked))
        answer = replace(answer, fetched=self._clock.now())
        page = await self._page(source, answer, entry)
        read, packed = await self._read(page.posts)
        now = self._clock.now()
        lighter = await self._corrected(read, now)
        health = after_answer(health, entry, now, len(read), page.notices)
        health, pause = self._due(health, entry, _peace(page.memory))
        kept = await self._archive.run(
            visits.keep_visit,
            self._contest,
            health,
            page.memory,
            read,
            gone=page.gone,
            seen=[post.uid for post in page.posts],
            checked=checked,
            packed=packed,
            corrected=lighter,
            captured=now,
            took_ms=int((time.monotonic() - started) * 1000),
            size=sum(len(document.body) for document in answer.documents),
        )
        event = Visited(
            health,
            new=len(kept.new),
            revised=len(kept.revised),
            gone=len(kept.gone),
            entries=len(page.posts),
            alerts=self._alerts(read, {*kept.new, *kept.revised}, now),
            notices=page.notices,
        )
        return Outcome(event, health, page.memory, pause)

    def _alerts(
        self, read: Sequence[ReadPost], changed: Set[str], now: datetime
    ) -> tuple[Alert, ...]:
        """What rings of what was read: only posts (uids) that were new or revised when kept."""
        alerts = (
            alert_of(self._contest, post, reading, now)
            for post, reading in read
            if post.uid in changed
        )
        return tuple(alert for alert in alerts if alert)

    async def _to_check(self, entry: SourceEntry) -> tuple[str, ...]:
        """Posts to look at again for edits and deletions, where the platform can be asked."""
        if entry.kind not in RECHECKED:
            return ()
        return await self._archive.run(posts.recheck_candidates, entry.name, self._clock.now())

    async def _page(self, source: Source, answer: Answer, entry: SourceEntry) -> Page:
        """What the answer says; nothing is read where nothing changed."""
        if all(document.status == 304 for document in answer.documents):
            notices = tuple(note for document in answer.documents for note in document.notes)
            return Page((), answer.memory, notices=notices)
        return await self.think(lambda: source.parse(answer, entry))

    async def _read(
        self, found: Sequence[Post]
    ) -> tuple[list[ReadPost], dict[str, Payload | None]]:
        """The posts (or versions of them) that the archive does not hold, each with its reading.

        And their raw payloads, packed: the archive's thread would wait for the
        interpreter after each of them.
        """
        if not found:
            return [], {}
        versions = [(post.uid, post.version) for post in found]
        unknown = await self._archive.run(posts.unknown, versions)
        fresh = [post for post, version in zip(found, versions, strict=True) if version in unknown]
        wanted = {uid for post in fresh for uid in _unknown_contexts(post)}
        known = {post.uid: post for post in found if post.uid in wanted}
        if missing := wanted - known.keys():
            known |= await self._archive.run(posts.find_posts, sorted(missing))
        return await self.think(
            lambda: (
                self._judged([self._complete(post, known) for post in fresh]),
                {post.uid: pack(post.raw) for post in fresh},
            )
        )

    def _judged(self, fresh: Sequence[Post]) -> list[ReadPost]:
        return list(zip(fresh, self._reader.read_all(fresh), strict=True))

    async def _corrected(self, read: Sequence[ReadPost], now: datetime) -> list[ReadPost]:
        """Flagged versions that these take the place of, read again as words that were replaced."""
        if not read:
            return []
        newer = {post.uid: (post, reading) for post, reading in read}
        flagged = await self._archive.run(flags.find_flagged, list(newer))
        return await self.think(lambda: list(self._lightened(flagged, newer, now)))

    def _lightened(
        self, flagged: Mapping[str, ReadPost], newer: Mapping[str, ReadPost], now: datetime
    ) -> Iterator[ReadPost]:
        for uid, (older, before) in flagged.items():
            post, reading = newer[uid]
            replaced = replace(older, replaced=replaced_by(older, post, now))
            further = corrected(before, self._reader.read(replaced), reading)
            if further:
                yield older, further

    def _complete(self, post: Post, known: Mapping[str, Post]) -> Post:
        """The post with its author recognised and its parents as far as they are known."""
        return replace(
            post,
            author=self._recognised(post),
            reply_to=_completed(post.reply_to, known),
            quotes=_completed(post.quotes, known),
        )

    def _recognised(self, post: Post) -> Author:
        """The author; a stranger, if another DID than the account's own now goes by its handle.

        Only a DID is the same wherever it is met; servers write a Mastodon account's
        address in more than one way.
        """
        author = post.author
        if not author.id.startswith("did:"):
            return author
        account = self._contest.account_of(author, post.platform)
        if account is None:
            return author
        place = (post.platform, account.handle)
        if author.account:
            self._ids[place] = author.id
        elif self._ids.get(place, author.id) != author.id:
            return replace(author, account=STRANGER)
        return author

    async def think(self, work: Callable[[], T]) -> T:
        """Do what takes long on the analyst's thread."""
        return await asyncio.get_running_loop().run_in_executor(self._analyst, work)

    async def _failed(
        self, entry: SourceEntry, health: Health, memory: Memory, words: str, wait_s: float = 0.0
    ) -> Outcome:
        health = after_failure(health, self._clock.now(), words)
        health, pause = self._due(health, entry, wait_s)
        try:
            await self._archive.run(visits.keep_failure, health)
        except ArchiveError as error:
            log.warning("%s: %s; this could not be kept either: %s", entry.name, words, error)
        return Outcome(Failed(health), health, memory, pause)

    def _due(self, health: Health, entry: SourceEntry, wait_s: float) -> tuple[Health, timedelta]:
        """With the moment of the next visit, and the pause until then in real time."""
        spread = random.uniform(-1, 1)  # noqa: S311 - spreads visits, keeps no secret
        pause = pause_after(health, entry.interval, spread, timedelta(seconds=wait_s))
        due = self._clock.now() + pause * self._clock.speed
        return replace(health, next_visit=due), pause


def _unknown_contexts(post: Post) -> list[str]:
    """The uids of posts this one speaks of, whose words did not come with it."""
    return [
        context.uid
        for context in (post.reply_to, post.quotes)
        if context and context.uid and not context.text
    ]


def _completed(context: Context | None, known: Mapping[str, Post]) -> Context | None:
    if context is None or context.text or context.uid not in known:
        return context
    post = known[context.uid]
    return replace(context, author=post.author, text=post.text)


def _seconds_until(retry_at: datetime | None) -> float:
    """Real seconds until a server wants to be asked again."""
    return max(0.0, (retry_at - datetime.now(UTC)).total_seconds()) if retry_at else 0.0


def _peace(memory: Memory) -> float:
    """Seconds for which the server said its answer stays good."""
    said = memory.notes.get("not_before_s", 0)
    return float(said) if isinstance(said, int | float) else 0.0
