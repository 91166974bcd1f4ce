"""The one way to the network, and the only module that knows httpx. Never reads what it fetched."""

from __future__ import annotations

import asyncio
import contextlib
import math
import socket
import ssl
from collections.abc import AsyncIterable, Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.cookiejar import CookieJar, DefaultCookiePolicy
from types import TracebackType
from typing import Final, NamedTuple, cast
from urllib.parse import urljoin, urlsplit

import httpx
from aiolimiter import AsyncLimiter

from contest.contest import Polling
from contest.text import shown
from contest.visit import Validators
from sources.errors import SourceError
from sources.places import host_name, host_of, is_inside, is_loopback, spoken
from sources.unpacking import BrokenError, Intake, TooLargeError
from sources.waiting import asked_to_wait

MOST_REDIRECTS: Final = 5
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_MOVED_FOR_GOOD: Final = frozenset({301, 308})
_PACKINGS: Final = frozenset({"", "identity", "gzip", "x-gzip", "deflate"})
_WAIT_IF_UNSAID: Final = timedelta(seconds=60)
_CONNECT_S: Final = 10.0
_READ_S: Final = 20.0
_KEEP_ALIVE_S: Final = 30.0
_LOCATION: Final = "hustings.location"
_LOOPBACK: Final = ("all://localhost", "all://127.0.0.1", "all://[::1]")


@dataclass(frozen=True, slots=True)
class Document:
    """What a server answered, as it came.

    `name` is what the document is for the module that asked ("feed", "profile");
    `headers` have lower-case names; `body` is unpacked, b"" on a 304; `notes` say
    what a person should know of the way here (moved for good, https given up).
    """

    name: str
    url: str
    final_url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    redirects: tuple[str, ...]
    fetched: datetime
    notes: tuple[str, ...] = ()


def learnt(known: Mapping[str, Validators], document: Document) -> dict[str, Validators]:
    """The validators to remember after `document`: those of its final URL, as they came."""
    etag = document.headers.get("etag", "")
    modified = document.headers.get("last-modified", "")
    if document.status == 304 and not (etag or modified):
        return {document.final_url: known.get(document.final_url, Validators())}
    return {document.final_url: Validators(etag, modified)} if etag or modified else {}


class _Reply(NamedTuple):
    """What came back from one address; `seconds` is how long its server took."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float = 0.0


class _Gate:
    """How one host[:port] is treated: so many at a time, so many a second, not before `until`.

    `free_at` is the same moment by the event loop's clock: a clock on the wall that is put
    back cannot keep a host from being asked for a year.
    """

    __slots__ = ("free_at", "pace", "slots", "until", "words")

    def __init__(self, polling: Polling) -> None:
        burst = max(1.0, polling.per_host_per_second)
        self.slots = asyncio.Semaphore(polling.per_host)
        self.pace = AsyncLimiter(burst, burst / polling.per_host_per_second)
        self.until: datetime | None = None
        self.free_at = 0.0
        self.words = ""

    def close(self, now: datetime, until: datetime, words: str) -> SourceError:
        """Let nobody through before `until`; the error that says so."""
        self.until, self.words = until, words
        self.free_at = asyncio.get_running_loop().time() + (until - now).total_seconds()
        return SourceError(words, until)

    def check(self, now: datetime) -> None:
        """Raise what the host said last, while it wants to be left alone."""
        seconds_left = self.free_at - asyncio.get_running_loop().time()
        if self.until and now < self.until and seconds_left > 0:
            retry_at = min(self.until, now + timedelta(seconds=math.ceil(seconds_left)))
            raise SourceError(self.words, retry_at)
        self.until = None


class Web:
    """Asks servers, politely and within bounds; an async context manager.

    `now` tells the contest's time, `version` names the program to servers.
    `transport` replaces the network in tests.
    """

    def __init__(
        self,
        polling: Polling,
        now: Callable[[], datetime],
        version: str,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._polling, self._now = polling, now
        contact = polling.contact.encode("ascii", "replace").decode()
        self._agent = f"hustings/{version}" + (f" (+{contact})" if contact else "")
        self._transport = transport
        self._gates: dict[str, _Gate] = {}
        self._connections = asyncio.Semaphore(polling.connections)
        self._client: httpx.AsyncClient | None = None

    async def __aenter__(self) -> Web:
        # Reading the certificates takes 30 ms, which the event loop need not stand still for.
        self._client = await asyncio.to_thread(self._open)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._client:
            await self._client.aclose()
        self._client = None

    async def get(
        self,
        url: str,
        *,
        name: str = "",
        params: Mapping[str, str | int | list[str]] | None = None,
        accept: str = "*/*",
        validators: Mapping[str, Validators] | None = None,
        headers: Mapping[str, str] | None = None,
        ok: frozenset[int] = frozenset(),
    ) -> Document:
        """GET a document, following at most five redirects.

        `validators` are sent verbatim to the final URL they belong to. Statuses of
        400 and above are errors unless they are in `ok`. The deadline
        (`polling.deadline_s`) counts from when the connection may be used: waiting
        for one's own turn is not the server's fault. Raises SourceError.
        """
        asked = here = _address(url, params)
        sent = {"accept": accept, **(headers or {})}
        passed: list[str] = []
        statuses: list[int] = []
        seconds_left = self._polling.deadline_s
        while True:
            known = (validators or {}).get(here)
            reply = await self._ask(here, sent | _conditions(known), seconds_left)
            seconds_left -= reply.seconds
            if reply.status not in _REDIRECTS:
                break
            following = _following(here, reply.headers, len(passed))
            await _refuse_inside(asked, following)
            passed.append(here := following)
            statuses.append(reply.status)
        self._complain(here, reply, ok, known is not None)
        return Document(
            name,
            asked,
            here,
            reply.status,
            reply.headers,
            reply.body,
            tuple(passed),
            self._now(),
            tuple(_notes(asked, here, statuses)),
        )

    async def post(
        self,
        url: str,
        body: bytes,
        *,
        seconds: float,
        here_only: bool,
        name: str = "",
        headers: Mapping[str, str] | None = None,
        ok: frozenset[int] = frozenset(),
    ) -> Document:
        """POST a JSON document, once: never asked again, never sent on to where a redirect leads.

        The whole answer may take `seconds`. With `here_only` nothing is sent unless every address
        that the host's name stands for is this machine's own. Statuses as in `get`. Raises
        SourceError.
        """
        here = _address(url, None)
        if here_only:
            await _refuse_outside(here)
        # On a kept connection that was closed meanwhile the question would have to be put again.
        own = {"accept": "application/json", "content-type": "application/json"}
        sent = {**own, "connection": "close", **(headers or {})}
        reply = await self._ask(here, sent, seconds, body)
        if reply.status in _REDIRECTS:
            raise SourceError(f"{spoken(here)} redirects; what is sent to it is sent nowhere else")
        self._complain(here, reply, ok, conditional=False)
        return Document(name, here, here, reply.status, reply.headers, reply.body, (), self._now())

    def _open(self) -> httpx.AsyncClient:
        most = self._polling.connections
        limits = httpx.Limits(
            max_connections=most, max_keepalive_connections=most, keepalive_expiry=_KEEP_ALIVE_S
        )
        return httpx.AsyncClient(
            headers={"user-agent": self._agent, "accept-encoding": "gzip, deflate"},
            limits=limits,
            timeout=httpx.Timeout(_READ_S, connect=_CONNECT_S, pool=None),
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            transport=self._transport,
            event_hooks={"response": [_set_location_aside]},
            # A proxy named in the environment is for the world, not for this machine.
            mounts=None if self._transport else dict.fromkeys(_LOOPBACK),
        )

    async def _ask(
        self, url: str, headers: Mapping[str, str], seconds: float, body: bytes | None = None
    ) -> _Reply:
        """One question to one address, when it is its turn; with a `body`, a POST."""
        host = host_of(url)
        gate = self._gates.get(host) or self._gates.setdefault(host, _Gate(self._polling))
        gate.check(self._now())
        async with gate.slots:
            await gate.pace.acquire()
            async with self._connections:
                gate.check(self._now())
                clock = asyncio.get_running_loop().time
                started = clock()
                try:
                    async with asyncio.timeout(max(seconds, 0)):
                        reply = await (
                            self._ask_twice(url, headers)
                            if body is None
                            else self._ask_once(url, headers, body)
                        )
                    return reply._replace(seconds=clock() - started)
                except TimeoutError:
                    most = self._polling.deadline_s if body is None else seconds
                    raise SourceError(_endless(url, most)) from None

    async def _ask_twice(self, url: str, headers: Mapping[str, str]) -> _Reply:
        """Ask; once more if a kept connection turned out to be closed."""
        with _in_words(url):
            try:
                return await self._exchange(url, headers)
            except (httpx.ReadError, httpx.RemoteProtocolError):
                return await self._exchange(url, headers)

    async def _ask_once(self, url: str, headers: Mapping[str, str], body: bytes) -> _Reply:
        with _in_words(url, once=True):
            return await self._exchange(url, headers, body)

    async def _exchange(
        self, url: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> _Reply:
        if self._client is None:
            raise RuntimeError("Web is used outside its `async with`")
        if body is None:
            request = self._client.build_request("GET", url, headers=headers)
        else:
            # Silence is an answer in the making here: the caller's deadline is the only one.
            patience = httpx.Timeout(None, connect=_CONNECT_S)
            request = self._client.build_request(
                "POST", url, headers=headers, content=body, timeout=patience
            )
        response = await self._client.send(request, stream=True, follow_redirects=False)
        try:
            body = await self._body(response)
            headers = dict(response.headers) | response.extensions.get(_LOCATION, {})
            return _Reply(response.status_code, headers, body)
        finally:
            await response.aclose()

    async def _body(self, response: httpx.Response) -> bytes:
        packing = response.headers.get("content-encoding", "").strip().lower()
        if packing not in _PACKINGS:
            raise SourceError(
                f"{spoken(str(response.url))} answered in the packing"
                f' "{shown(packing, 40)}", although only gzip and deflate were asked for'
            )
        most = self._polling.max_bytes
        announced = response.headers.get("content-length", "")[:18]
        if announced.isdecimal() and int(announced) > most:
            raise TooLargeError(most, "sent")
        intake = Intake(packing, most, self._polling.max_decoded_bytes)
        # Not aiter_bytes(): that unpacks whole chunks, whatever their size.
        async for chunk in cast("AsyncIterable[bytes]", response.stream):
            intake.take(chunk)
        return intake.body()

    def _complain(self, url: str, reply: _Reply, ok: frozenset[int], conditional: bool) -> None:
        """Raise for a status that is no answer; remember what a busy server asks for."""
        if reply.status in (429, 503):
            self._wait(url, reply.status, reply.headers)
        if reply.status == 304 and not conditional:
            raise SourceError(f'{spoken(url)} answered "not modified" to a first question')
        if reply.status >= 400 and reply.status not in ok:
            raise SourceError(_complaint(spoken(url), reply.status))

    def _wait(self, url: str, status: int, headers: Mapping[str, str]) -> None:
        now = self._now()
        until = asked_to_wait(headers, now)
        if until is None and status == 503:
            return
        until = until or now + _WAIT_IF_UNSAID
        why = "too many questions" if status == 429 else "out of service"
        words = f"{host_of(url)} asks us to wait until {until:%H:%M:%S} UTC ({status}: {why})"
        raise self._gates[host_of(url)].close(now, until, words)


async def _set_location_aside(response: httpx.Response) -> None:
    """Keep httpx from reading an address that nobody has looked at, even if it is not followed."""
    if "location" in response.headers:
        response.extensions[_LOCATION] = {"location": response.headers.pop("location")}


def _following(here: str, headers: Mapping[str, str], followed: int) -> str:
    """The address that a redirect names, if it may be followed."""
    location = headers.get("location", "").strip()
    if not location:
        raise SourceError(f"{spoken(here)} redirects, but does not say where to")
    if followed == MOST_REDIRECTS:
        raise SourceError(
            f"{spoken(here)} is the {MOST_REDIRECTS}th redirect in a row and leads on:"
            " put the address that a browser ends at into config.toml"
        )
    try:
        return _address(urljoin(here, location), None)
    except ValueError:
        raise SourceError(f"{spoken(here)} redirects to an address that is none") from None
    except SourceError:
        raise SourceError(
            f'{spoken(here)} redirects to "{shown(location, 80)}", which is no web address;'
            " it was not followed"
        ) from None


def _address(url: str, params: Mapping[str, str | int | list[str]] | None) -> str:
    """The absolute http(s) address to ask; SourceError if it is none."""
    try:
        address = httpx.URL(url)
        has_host = bool(address.host)
        _ = urlsplit(url).port  # stricter than httpx with brackets, and with the port's range
    except (httpx.InvalidURL, ValueError) as error:
        raise SourceError(f'"{shown(url, 80)}" is no web address ({error})') from None
    if address.scheme not in ("http", "https") or not has_host:
        raise SourceError(f'"{shown(url, 80)}" is no web address: it must begin with https://')
    if params:
        address = address.copy_merge_params(params)
    return str(address.copy_with(fragment=None) if address.fragment else address)


def _conditions(known: Validators | None) -> dict[str, str]:
    if known is None:
        return {}
    sent = {"if-none-match": known.etag, "if-modified-since": known.last_modified}
    # Headers are ASCII (RFC 9110, 8.8.3); what is not cannot be sent back as it came.
    return {header: value for header, value in sent.items() if value and value.isascii()}


async def _refuse_inside(asked: str, following: str) -> None:
    """Refuse to be led from the open net to this machine or its network (SSRF)."""
    if host_name(asked) == host_name(following):
        return
    if await _inside(host_name(following)) and not await _inside(host_name(asked)):
        raise SourceError(
            f"{spoken(asked)} redirects to {spoken(following)}, an address inside this machine"
            " or its network; it was not followed"
        )


async def _refuse_outside(url: str) -> None:
    """Refuse to send anything to a host whose name stands for another machine."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(
            host_name(url), None, type=socket.SOCK_STREAM
        )
    except (OSError, UnicodeError):
        return  # asking it will fail as well, and say why
    if others := [str(address[0]) for *_, address in found if not is_loopback(str(address[0]))]:
        raise SourceError(
            f"{host_of(url)} is {others[0]}, which is not this machine; nothing was sent"
        )


async def _inside(host: str) -> bool:
    if is_inside(host) or host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return False  # asking it will fail as well, and say why
    return any(is_inside(str(address[0])) for *_, address in found)


def _notes(asked: str, here: str, statuses: list[int]) -> Iterator[str]:
    if statuses and _MOVED_FOR_GOOD.issuperset(statuses):
        yield f"moved for good to {spoken(here)}: put that into config.toml"
    if asked.startswith("https:") and here.startswith("http:"):
        yield f"led from https to {spoken(here)}: it could be altered on its way"


@contextlib.contextmanager
def _in_words(url: str, *, once: bool = False) -> Iterator[None]:
    """Turn what goes wrong on the wire into a SourceError; `once`: it is not asked again."""
    try:
        yield
    except TooLargeError as error:
        remedy = "max_megabytes" if error.how == "sent" else "max_unpacked_megabytes"
        raise SourceError(
            f"{spoken(url)} answers with {error}; if that is right,"
            f" raise {remedy} under [polling] in config.toml"
        ) from None
    except BrokenError as error:
        raise SourceError(f"{spoken(url)}: {error}") from None
    except (httpx.InvalidURL, UnicodeError, OverflowError) as error:
        raise SourceError(
            f"{spoken(url)} cannot be asked: the address is wrong ({shown(str(error), 80)})"
        ) from None
    except httpx.HTTPError as error:
        raise SourceError(_trouble(host_of(url), error, once=once)) from error


def _trouble(host: str, error: httpx.HTTPError, *, once: bool) -> str:
    """What went wrong on the wire, by its innermost known cause."""
    for cause in _causes(error):
        if words := _cause_in_words(cause):
            return f"{host} {words}"
    said = shown(str(error) or type(error).__name__, 100)
    if isinstance(error, httpx.ConnectTimeout):
        return f"{host} could not be reached within {_CONNECT_S:.0f} s"
    if isinstance(error, httpx.TimeoutException):
        return f"{host} said nothing for {_READ_S:.0f} s"
    if isinstance(error, (httpx.ReadError, httpx.RemoteProtocolError)):
        again = "" if once else ", and again when asked once more"
        return f"{host} broke off{again} ({said})"
    return f"{host} could not be asked ({said})"


def _cause_in_words(cause: BaseException) -> str:
    if isinstance(cause, socket.gaierror):
        return "is not known to the name service (DNS): check the address, or the connection"
    if isinstance(cause, ssl.SSLCertVerificationError):
        why = getattr(cause, "verify_message", "") or str(cause)
        return f"has a certificate that does not hold ({shown(why, 100)})"
    if isinstance(cause, ssl.SSLError):
        return f"gives no secure connection ({shown(str(cause), 80)})"
    if isinstance(cause, ConnectionRefusedError):
        return "refuses connections: nothing listens there now"
    return ""


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """An error and all that it came from, groups opened."""
    while error is not None:
        yield error
        if isinstance(error, BaseExceptionGroup):
            for inner in error.exceptions:
                yield from _causes(inner)
        error = error.__cause__ or error.__context__


def _endless(url: str, seconds: float) -> str:
    return (
        f"{spoken(url)} had not finished its answer after {seconds:g} s:"
        " it is very slow, or drips without end"
    )


def _complaint(where: str, status: int) -> str:
    """A status in words, with the remedy where there is one."""
    if status in (401, 403):
        return f"{where} wants a login ({status}): it is not open to the public"
    if status == 404:
        return f"{where} is not there (404): check the address in config.toml"
    if status == 410:
        return f"{where} is gone for good (410): take it out of config.toml"
    if status >= 500:
        return f"{where} has a fault of its own ({status})"
    return f"{where} refuses the question ({status})"
