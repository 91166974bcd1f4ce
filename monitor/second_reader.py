"""Ask a language model of the party's own about flags, in the background. Decides nothing.

One question at a time, so many an hour and a day, and only where the configuration names a
model. Whatever comes back or does not, the flag stays as the first reader made it; no visit and
no flag ever waits for an answer.
"""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from contest.code import Rule
from contest.contest import Contest, SecondReader
from contest.post import Author, Post
from contest.reading import Breach
from contest.text import shown
from monitor.events import Advised, Announced, Event
from monitor.rereading import Think
from sources.errors import SourceError
from sources.net import Document, Web
from storage import flags, opinions
from storage.archive import Archive, ArchiveError
from storage.opinions import Asking, Flag, Told

if TYPE_CHECKING:  # what it needs is loaded when the first flag is asked about
    from analysis.opinion import Asker, Question, Reply

log = logging.getLogger(__name__)

Tell = Callable[[Event], object]

LOOKS_EVERY_S: Final = 5.0
"""Seconds between two looks for a flag that nobody has asked about."""
LOOKS_ANYWAY_S: Final = 600.0
"""After so many it is looked even if nothing was read since: flags may be tried again."""
FIRST_PAUSE_S: Final = 30.0
LONGEST_PAUSE_S: Final = 900.0
"""Between these, doubling, it is left alone after it has failed."""

_ANY: Final = frozenset(range(400, 600)) - {429, 503}
"""Statuses of which this module itself says what they mean; the others ask for patience."""


class SecondReaderError(Exception):
    """The second reader cannot be asked, or gives no answer; the message is for the user."""

    def __init__(self, words: str, retry_at: datetime | None = None) -> None:
        super().__init__(words)
        self.retry_at = retry_at


@dataclass(frozen=True, slots=True)
class _Got:
    """What came of one question; `retry_at` is when the server wants to be asked again."""

    told: Told
    retry_at: datetime | None = None


class Adviser:
    """Has a second reader look at the flags of one contest.

    `web` opens the network, `think` runs what takes long; the key is looked up in `environment`.
    """

    def __init__(
        self,
        contest: Contest,
        reader: SecondReader,
        archive: Archive,
        web: Callable[[], AbstractAsyncContextManager[Web]],
        think: Think,
        environment: Mapping[str, str] = os.environ,
    ) -> None:
        self._contest = contest
        self._reader = reader
        self._archive = archive
        self._web = web
        self._think = think
        self._key = environment.get(reader.key_from, "") if reader.key_from else ""
        self._rules = [(rule.id, rule.version) for rule in contest.rules]
        self._asker: Asker | None = None
        self._takes_schema = True
        """Whether it has not refused to be given the form of its answer."""
        self._pause_s = 0.0
        self._said = ""
        self._looked: tuple[int, float] | None = None
        """The newest reading when nothing was left to ask about, and when that was."""

    def judge_by(self, contest: Contest) -> None:
        """Ask about the flags of another rulebook from now on."""
        self._contest = contest
        self._rules = [(rule.id, rule.version) for rule in contest.rules]
        self._asker = self._looked = None

    # -- in the background --------------------------------------------------------------

    async def attend(self, tell: Tell, leads: Callable[[], bool]) -> None:
        """Ask about flags while this process leads, until cancelled."""
        if words := self._obstacle():
            self._speak(tell, f"The second reader is not asked: {words}")
            return
        async with self._web() as web:
            while True:
                pause_s = await self._step(web, tell) if leads() else LOOKS_EVERY_S
                await asyncio.sleep(pause_s)

    async def _step(self, web: Web, tell: Tell) -> float:
        """Ask about one flag, if there is any; seconds until the next step."""
        try:
            flag = await self._next()
            return LOOKS_EVERY_S if flag is None else await self._attend_to(web, flag, tell)
        except ArchiveError as error:
            log.warning("the second reader waits: %s", error)
            return LOOKS_EVERY_S

    async def _next(self) -> Flag | None:
        """The next flag; where nothing was read since none was left, it is not looked up again."""
        newest = await self._archive.run(flags.newest_reading)
        now_s = time.monotonic()
        if self._looked and self._looked[0] == newest and now_s - self._looked[1] < LOOKS_ANYWAY_S:
            return None
        flag = await self._archive.run(opinions.next_flag, self._rules, datetime.now(UTC))
        self._looked = None if flag else (newest, now_s)
        return flag

    async def _attend_to(self, web: Web, flag: Flag, tell: Tell) -> float:
        question = await self._think(lambda: self._question(flag.post, flag.breach))
        asking = self._asking(flag, question)
        most = (self._reader.an_hour, self._reader.a_day)
        number = await self._archive.run(opinions.begin, asking, *most)
        if number is None:
            return await self._until_free(tell)
        got = await self._ask(web, question, flag.breach, asking.at)
        await self._archive.run(opinions.finish, number, got.told)
        if got.told.opinion:
            tell(Advised(flag.post.uid))
        return self._heed(got, tell)

    def _asking(self, flag: Flag, question: Question) -> Asking:
        from analysis.opinion import PROMPT  # noqa: PLC0415

        return Asking(
            flag,
            question.sha256,
            PROMPT,
            self._reader.model,
            "json_schema" if self._takes_schema else "plain",
            datetime.now(UTC),
        )

    async def _until_free(self, tell: Tell) -> float:
        """Seconds until another question may be asked, of which it is told once."""
        now = datetime.now(UTC)
        most = (self._reader.an_hour, self._reader.a_day)
        free = await self._archive.run(opinions.free_at, now, *most) or now
        words = f"{most[0]:,} questions an hour and {most[1]:,} a day are asked at most"
        log.info("the second reader rests until %s: %s", free.isoformat(), words)
        self._speak(tell, f"The second reader rests, flags stay as they are: {words}.")
        return max((free - now).total_seconds(), LOOKS_EVERY_S)

    def _heed(self, got: _Got, tell: Tell) -> float:
        """How long to leave it alone after that, in seconds."""
        told = got.told
        if told.outcome == "answered":
            if self._pause_s:
                log.info("the second reader answers again")
            self._pause_s, self._said = 0.0, ""
            return 0.0
        log.warning("the second reader: %s", told.failure)
        if told.outcome == "refused":  # it is asked again at once, in another form
            return 0.0
        self._speak(
            tell, f"The second reader does not help, flags stay as they are: {told.failure}"
        )
        self._pause_s = min(max(self._pause_s * 2, FIRST_PAUSE_S), LONGEST_PAUSE_S)
        asked_for = (got.retry_at - datetime.now(UTC)).total_seconds() if got.retry_at else 0.0
        return max(self._pause_s, asked_for)

    def _speak(self, tell: Tell, words: str) -> None:
        """Tell a person, but not the same thing twice in a row."""
        if words != self._said:
            self._said = words
            tell(Announced(words))

    # -- one question -------------------------------------------------------------------

    async def try_out(self) -> str:
        """Put an invented case to it, keep nothing; what answered, in a line.

        Raises SecondReaderError.
        """
        if words := self._obstacle():
            raise SecondReaderError(words)
        question, breach = await self._think(self._invented)
        async with self._web() as web:
            got = await self._ask(web, question, breach, datetime.now(UTC))
            if got.told.outcome == "refused":
                got = await self._ask(web, question, breach, datetime.now(UTC))
        told = got.told
        if told.opinion is None:
            raise SecondReaderError(told.failure, got.retry_at)
        known = f" ({told.fingerprint})" if told.fingerprint else ""
        form = "a schema" if self._takes_schema else "plain JSON"
        verdict = told.opinion.verdict
        return f'{told.opinion.model}{known} says "{verdict}", in {form}, {told.took_ms:,} ms'

    async def _ask(self, web: Web, question: Question, breach: Breach, at: datetime) -> _Got:
        """Put one question, once; whatever comes of it is told and not raised."""
        started = time.monotonic()
        try:
            document = await self._post(web, question)
        except SourceError as error:
            took_ms = _ms_since(started)
            return _Got(Told("failed", self._masked(str(error)), took_ms=took_ms), error.retry_at)
        told = Told("failed", raw=self._raw(document), took_ms=_ms_since(started))
        if document.status >= 400:
            return _Got(self._refused(document, told))
        return _Got(await self._think(lambda: self._read(document, told, question, breach, at)))

    async def _post(self, web: Web, question: Question) -> Document:
        return await web.post(
            f"{self._reader.url}/chat/completions",
            question.body(self._reader, with_schema=self._takes_schema),
            seconds=self._reader.timeout_s,
            here_only=not self._reader.may_leave,
            headers={"authorization": f"Bearer {self._key}"} if self._key else {},
            ok=_ANY,
        )

    def _refused(self, document: Document, told: Told) -> Told:
        """What an error of the server's means; the first 400 is taken as "no schemas here"."""
        if document.status == 400 and self._takes_schema:
            self._takes_schema = False
            words = "it does not take a schema (400) and is asked for plain JSON"
            return replace(told, outcome="refused", failure=words)
        self._takes_schema = self._takes_schema or document.status == 400
        why = _STATUSES.get(document.status, "it has a fault, or refuses the question")
        said = shown(told.raw, 160)
        return replace(told, failure=f"{why} ({document.status}: {said or 'no words'})")

    def _read(
        self, document: Document, told: Told, question: Question, breach: Breach, at: datetime
    ) -> Told:
        """What its answer says, or why that is none."""
        from analysis.opinion import Unreadable, read_opinion, read_reply  # noqa: PLC0415

        try:
            reply = read_reply(document.body)
            told = _with_names(told, reply)
            opinion = read_opinion(reply, question, breach, self._reader, at)
        except Unreadable as error:
            return replace(told, outcome="unreadable", failure=str(error))
        return replace(told, outcome="answered", opinion=opinion)

    def _question(self, post: Post, breach: Breach) -> Question:
        if self._asker is None:
            from analysis.opinion import Asker  # noqa: PLC0415 - word lists, at first need

            self._asker = Asker(self._contest)
        return self._asker.question(post, breach)

    def _invented(self) -> tuple[Question, Breach]:
        """A case that was made up, under a rule that was: nobody's words are needed for a trial."""
        from analysis.opinion import Asker  # noqa: PLC0415

        post = Post("invented", "check", Author("nobody"), _WORDS, datetime.now(UTC), "1")
        return Asker(replace(self._contest, rules=(_RULE,))).question(post, _FLAG), _FLAG

    # -- the key --------------------------------------------------------------------------

    def _obstacle(self) -> str:
        """Why nothing can be asked; "" if it can."""
        if self._reader.key_from and not self._key:  # it may be the key itself: it is not named
            return "the variable that key_from names is not set, or empty, where hustings runs"
        if not (self._key.isascii() and self._key.isprintable()):
            return "the key that key_from names holds characters that no key has: copy it again"
        return ""

    def _masked(self, text: str) -> str:
        """A text without the key, which a server may repeat."""
        return text.replace(self._key, "[key]") if self._key else text

    def _raw(self, document: Document) -> str:
        return self._masked(document.body.decode("utf-8", "replace"))[: opinions.LONGEST_RAW]


_STATUSES: Final = {
    400: "it refuses the question",
    401: "it wants a key: name the variable that holds it (key_from)",
    403: "it does not accept the key, or this machine",
    404: "there is no such model or address: check url and model under [second_reader]",
}

_RULE: Final = Rule(
    "check", "0.0", "Respect", "Candidates shall not insult one another.", "1", frozenset(), "S1",
    unless="the words are about a policy",
)  # fmt: skip
_WORDS: Final = "The budget my opponent presented is careless, and she should withdraw it."
_FLAG: Final = Breach("check", "0.0", "1", "S1", "case", ((0, 10),), "", _RULE.unless)


def _ms_since(started: float) -> int:
    return int((time.monotonic() - started) * 1000)


def _with_names(told: Told, reply: Reply) -> Told:
    """With what the service says of itself."""
    return replace(
        told,
        model=reply.model,
        fingerprint=reply.fingerprint,
        tokens_in=reply.tokens_in,
        tokens_out=reply.tokens_out,
    )
