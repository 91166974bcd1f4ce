from __future__ import annotations

import asyncio
import gzip
import socket
import ssl
import threading
import zlib
from collections.abc import Callable

import httpx
import pytest

from contest.contest import Polling
from contest.visit import Validators
from sources.errors import SourceError
from sources.net import Document, Web, learnt
from tests.sources.servers import NOW, Clock, Request, loopback

BRISK = Polling(per_host_per_second=1000, deadline_s=5, contact="https://lantern.example/watch")


def mocked(answering: Callable[[httpx.Request], httpx.Response], polling: Polling = BRISK) -> Web:
    return Web(polling, Clock(), "9.9", transport=httpx.MockTransport(answering))


class Passing:
    """The event loop's own time runs ahead by `seconds`, which a test moves by hand."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.seconds = 0.0
        loop = asyncio.get_running_loop()
        real = loop.time
        monkeypatch.setattr(loop, "time", lambda: real() + self.seconds)


async def complaint(web: Web, url: str) -> SourceError:
    with pytest.raises(SourceError) as caught:
        async with web:
            await web.get(url)
    return caught.value


async def test_says_honestly_who_asks_and_takes_only_what_it_can_bound():
    async with loopback(Request.answer) as server, Web(BRISK, Clock(), "9.9") as web:
        await web.get(server.url, accept="text/x-ferry")
    headers = server.asked[0].headers
    assert headers["user-agent"] == "hustings/9.9 (+https://lantern.example/watch)"
    assert headers["accept-encoding"] == "gzip, deflate"
    assert headers["accept"] == "text/x-ferry"


async def test_certificates_are_not_read_on_the_event_loop(monkeypatch):
    readers = []
    read = ssl.create_default_context

    def watched(*arguments, **keywords):
        readers.append(threading.current_thread())
        return read(*arguments, **keywords)

    monkeypatch.setattr(ssl, "create_default_context", watched)
    async with Web(BRISK, Clock(), "9.9"):
        pass
    assert readers
    assert threading.current_thread() not in readers


async def test_a_connection_is_kept_for_the_next_question():
    async with loopback(Request.answer) as server, Web(BRISK, Clock(), "9.9") as web:
        for _ in range(3):
            await web.get(server.url)
    assert {request.connection for request in server.asked} == {1}


async def test_validators_go_back_verbatim_to_the_final_url_and_nowhere_else():
    async def answering(request: Request) -> None:
        if request.path == "/old":
            await request.answer(status=302, location="/new")
        elif "if-none-match" in request.headers:
            await request.answer(status=304)
        else:
            await request.answer(b"news", etag='W/"odd--gzip"', last_modified="yesterday, I think")

    async with loopback(answering) as server, Web(BRISK, Clock(), "9.9") as web:
        first = await web.get(f"{server.url}/old")
        known = learnt({}, first)
        second = await web.get(f"{server.url}/old", validators=known)
    assert (first.body, second.body, second.status) == (b"news", b"", 304)
    assert known == {f"{server.url}/new": Validators('W/"odd--gzip"', "yesterday, I think")}
    assert learnt(known, second) == known
    old, new = server.asked[2:]
    assert "if-none-match" not in old.headers
    assert new.headers["if-none-match"] == 'W/"odd--gzip"'
    assert new.headers["if-modified-since"] == "yesterday, I think"


async def test_redirects_are_followed_and_recorded():
    async def answering(request: Request) -> None:
        step = int(request.path[1:])
        await request.answer(
            b"" if step < 3 else b"here", 301 if step < 3 else 200, location=f"/{step + 1}"
        )

    async with loopback(answering) as server, Web(BRISK, Clock(), "9.9") as web:
        document = await web.get(f"{server.url}/0", name="feed")
    assert document.url == f"{server.url}/0"
    assert document.final_url == f"{server.url}/3"
    assert document.redirects == tuple(f"{server.url}/{step}" for step in (1, 2, 3))
    assert (document.name, document.body, document.fetched) == ("feed", b"here", NOW)
    assert "moved for good" in document.notes[0]


async def test_a_circle_of_redirects_ends():
    def answering(request: httpx.Request) -> httpx.Response:
        return httpx.Response(302, headers={"location": str(request.url)})

    assert "5th redirect in a row" in str(await complaint(mocked(answering), "https://9.9.9.9/a"))


@pytest.mark.parametrize(
    ("location", "words"),
    [
        ("file:///etc/passwd", "no web address"),
        ("ftp://ada.example/x", "no web address"),
        ("http://127.0.0.1:8080/admin", "inside this machine"),
        ("http://localhost/admin", "inside this machine"),
        ("http://2130706433/", "inside this machine"),
        ("http://[::1]/", "inside this machine"),
        ("http://10.1.2.3/router", "inside this machine"),
        ("http://169.254.169.254/latest/meta-data", "inside this machine"),
        ("", "does not say where"),
        ("http://[", "is none"),
        ("http://127.0.0.1:99999/", "no web address"),
        ("http://ada.example:-1/", "no web address"),
        ("http://xn--/", "no web address"),
        ("javascript:alert(1)", "no web address"),
    ],
)
async def test_a_public_server_cannot_lead_the_program_astray(location: str, words: str):
    asked = []

    def answering(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return httpx.Response(302, headers={"location": location} if location else {})

    assert words in str(await complaint(mocked(answering), "https://9.9.9.9/feed"))
    assert asked == ["https://9.9.9.9/feed"]


async def test_giving_up_https_on_the_way_is_noted():
    def answering(request: httpx.Request) -> httpx.Response:
        if request.url.scheme == "https":
            return httpx.Response(302, headers={"location": "http://9.9.9.9/plain"})
        return httpx.Response(200)

    async with mocked(answering) as web:
        document = await web.get("https://9.9.9.9/")
    assert "led from https" in document.notes[0]


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "120"}, 120),
        ({"retry-after": "Fri, 20 Nov 2026 12:02:00 GMT"}, 120),
        ({"ratelimit-reset": "120"}, 120),
        ({"ratelimit-reset": str(int(NOW.timestamp()) + 120)}, 120),
        ({"x-ratelimit-reset": "2026-11-20T12:02:00.000000Z"}, 120),
        ({"x-ratelimit-reset": str(int(NOW.timestamp()) + 120)}, 120),
        ({}, 60),
        ({"retry-after": "soon"}, 60),
        ({"retry-after": "-5"}, 60),
        ({"retry-after": "nan"}, 60),
        ({"retry-after": "1e300"}, 60),
        ({"retry-after": "999999999"}, 86400),
        ({"retry-after": "9999-12-31T23:59:59-12:00"}, 60),
        ({"x-ratelimit-reset": "0001-01-01T00:00:00+12:00"}, 60),
    ],
)
async def test_a_server_that_asks_to_wait_is_left_alone_until_then(
    headers: dict[str, str], seconds: int
):
    asked = []

    def answering(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        return httpx.Response(429, headers=headers) if len(asked) == 1 else httpx.Response(200)

    clock = Clock()
    async with Web(BRISK, clock, "9.9", transport=httpx.MockTransport(answering)) as web:
        errors = []
        for path in ("/a", "/b"):
            with pytest.raises(SourceError, match="asks us to wait until") as caught:
                await web.get(f"https://busy.example{path}")
            errors.append(caught.value)
        assert [str(error) for error in errors] == [str(errors[0])] * 2
        assert errors[1].retry_at is not None
        assert (errors[1].retry_at - NOW).total_seconds() == seconds
        await web.get("https://other.example/")
        clock.pass_by(seconds)
        await web.get("https://busy.example/b")
    assert asked == ["/a", "/", "/b"]


async def test_a_clock_put_back_keeps_no_host_waiting_for_longer(monkeypatch):
    asked = []

    def answering(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        busy = httpx.Response(429, headers={"retry-after": "60"})
        return busy if len(asked) == 1 else httpx.Response(200)

    clock, passing = Clock(), Passing(monkeypatch)
    async with Web(BRISK, clock, "9.9", transport=httpx.MockTransport(answering)) as web:
        with pytest.raises(SourceError):
            await web.get("https://busy.example/")
        clock.pass_by(-400 * 86400)
        with pytest.raises(SourceError, match="asks us to wait until 12:01:00 UTC") as caught:
            await web.get("https://busy.example/")
        assert caught.value.retry_at is not None
        assert 0 < (caught.value.retry_at - clock()).total_seconds() <= 60
        passing.seconds += 60
        await web.get("https://busy.example/")
    assert len(asked) == 2


async def test_a_503_without_a_time_is_just_a_fault():
    error = await complaint(mocked(lambda _: httpx.Response(503)), "https://ada.example/")
    assert "fault of its own (503)" in str(error)
    assert error.retry_at is None


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (401, "wants a login"),
        (403, "wants a login"),
        (404, "check the address"),
        (410, "gone for good"),
        (418, "refuses the question (418)"),
        (500, "fault of its own"),
        (304, "not modified"),
    ],
)
async def test_each_refusal_is_told_apart_in_words(status: int, words: str):
    error = await complaint(
        mocked(lambda _: httpx.Response(status)), "https://u:pw@ada.example/x?token=s3cret"
    )
    assert words in str(error)
    assert "https://ada.example/x?… " in str(error)
    assert "s3cret" not in str(error)


async def test_a_status_that_the_asker_understands_is_no_error():
    async with mocked(lambda _: httpx.Response(404, text="no such")) as web:
        document = await web.get("https://ada.example/", ok=frozenset({404}))
    assert (document.status, document.body) == (404, b"no such")


async def test_an_endless_drip_is_named_as_such():
    async def drip(request: Request) -> None:
        await request.send(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            await request.send(b"<")
            await asyncio.sleep(0.01)

    async with loopback(drip) as server:
        error = await complaint(Web(Polling(deadline_s=0.2), Clock(), "9.9"), server.url)
    assert "had not finished its answer after 0.2 s" in str(error)


async def test_waiting_for_a_turn_does_not_count_as_the_servers_slowness(monkeypatch):
    passing = Passing(monkeypatch)

    async def slowly(request: Request) -> None:
        passing.seconds += 8
        await request.answer(b"here")

    polling = Polling(deadline_s=15, per_host=1, per_host_per_second=1000)
    async with loopback(slowly) as server, Web(polling, Clock(), "9.9") as web:
        documents = await asyncio.gather(*(web.get(f"{server.url}/{n}") for n in range(5)))
    assert [document.body for document in documents] == [b"here"] * 5


async def test_a_gzip_bomb_is_refused_before_it_is_unpacked():
    bomb = gzip.compress(bytes(30_000_000))

    async def answering(request: Request) -> None:
        await request.answer(bomb, content_encoding="gzip")

    async with loopback(answering) as server:
        error = await complaint(Web(BRISK, Clock(), "9.9"), server.url)
    assert "more than 20,000,000 bytes unpacked" in str(error)
    assert "raise max_unpacked_megabytes under [polling]" in str(error)


async def test_a_huge_body_is_refused_whether_or_not_it_says_so():
    sent = 0

    async def announced(request: Request) -> None:
        await request.answer(content_length="999999999")

    async def silent(request: Request) -> None:
        nonlocal sent
        await request.send(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            await request.send(b"x" * 65536)
            sent += 65536

    polling = Polling(max_bytes=1_000_000)
    for answering in (announced, silent):
        async with loopback(answering) as server:
            error = await complaint(Web(polling, Clock(), "9.9"), server.url)
        assert "more than 1,000,000 bytes sent" in str(error)
    assert sent < 10_000_000


@pytest.mark.parametrize(
    ("packing", "body"),
    [
        ("gzip", gzip.compress(b"lanterns " * 999)),
        ("x-gzip", gzip.compress(b"lanterns " * 500) + gzip.compress(b"lanterns " * 499)),
        ("gzip", gzip.compress(b"lanterns " * 999) + b"\0\0\0"),
        ("deflate", zlib.compress(b"lanterns " * 999)),
        ("deflate", zlib.compress(b"lanterns " * 999)[2:-4]),
        ("identity", b"lanterns " * 999),
    ],
    ids=["gzip", "two gzips in a row", "gzip and padding", "zlib", "bare deflate", "none"],
)
async def test_packed_bodies_are_unpacked(packing: str, body: bytes):
    async def answering(request: Request) -> None:
        await request.answer(body, content_encoding=packing)

    async with loopback(answering) as server, Web(BRISK, Clock(), "9.9") as web:
        assert (await web.get(server.url)).body == b"lanterns " * 999


@pytest.mark.parametrize(
    ("packing", "body", "words"),
    [
        ("gzip", gzip.compress(b"lanterns " * 999)[:-20], "breaks off"),
        ("gzip", b"not packed at all", "damaged"),
        ("br", b"?", "only gzip and deflate were asked for"),
    ],
    ids=["half", "not packed", "another packing"],
)
async def test_damaged_packing_is_said(packing: str, body: bytes, words: str):
    async def answering(request: Request) -> None:
        await request.answer(body, content_encoding=packing)

    async with loopback(answering) as server:
        assert words in str(await complaint(Web(BRISK, Clock(), "9.9"), server.url))


async def test_a_stale_kept_connection_is_tried_once_more():
    async def forgetful(request: Request) -> None:
        if len(server.asked) == 2:
            request.hang_up()
        else:
            await request.answer(b"here")

    async with loopback(forgetful) as server, Web(BRISK, Clock(), "9.9") as web:
        assert [(await web.get(server.url)).body for _ in range(2)] == [b"here", b"here"]
    assert len(server.asked) == 3


async def test_a_server_that_always_hangs_up_is_asked_just_twice():
    async def rude(request: Request) -> None:
        request.hang_up()

    async with loopback(rude) as server:
        error = await complaint(Web(BRISK, Clock(), "9.9"), server.url)
    assert "broke off, and again" in str(error)
    assert len(server.asked) == 2


async def test_nothing_listening_is_said_plainly():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    error = await complaint(Web(BRISK, Clock(), "9.9"), f"http://127.0.0.1:{port}/")
    assert "nothing listens there" in str(error)


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        (socket.gaierror(-2, "Name or service not known"), "not known to the name service"),
        (
            ssl.SSLCertVerificationError(1, "certificate has expired"),
            "certificate that does not hold",
        ),
        (ssl.SSLError(1, "wrong version"), "no secure connection"),
        (OSError(101, "Network is unreachable"), "could not be asked"),
    ],
)
async def test_what_keeps_a_connection_from_being_made_is_told_apart(cause: OSError, words: str):
    def failing(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError(str(cause)) from cause

    assert words in str(await complaint(mocked(failing), "https://ada.example/"))


@pytest.mark.parametrize("kind", [httpx.ConnectTimeout, httpx.ReadTimeout])
async def test_silence_is_said(kind: type[httpx.TimeoutException]):
    def silent(request: httpx.Request) -> httpx.Response:
        raise kind("")

    error = str(await complaint(mocked(silent), "https://ada.example/"))
    assert "could not be reached within" in error or "said nothing for" in error


@pytest.mark.parametrize(
    "url",
    [
        "/etc/passwd",
        "file:///etc/passwd",
        "ada.example/feed",
        "http://",
        "",
        "http://[",
        "http://127.0.0.1:99999/",
        "http://ada.example:x/",
        "http://xn--/",
    ],
)
async def test_only_web_addresses_are_asked(url: str):
    assert "no web address" in str(await complaint(mocked(lambda _: httpx.Response(200)), url))


@pytest.mark.parametrize("host", ["a..b", "a" * 300])
async def test_an_impossible_host_is_said(host: str):
    error = str(await complaint(Web(BRISK, Clock(), "9.9"), f"http://{host}/"))
    assert "the address is wrong" in error or "not known to the name service" in error


async def test_no_host_is_asked_more_at_once_than_agreed():
    at_once, most = 0, 0

    async def counting(request: Request) -> None:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        await asyncio.sleep(0.005)
        at_once -= 1
        await request.answer()

    polling = Polling(per_host=2, per_host_per_second=1000)
    async with loopback(counting) as server, Web(polling, Clock(), "9.9") as web:
        await asyncio.gather(*(web.get(server.url) for _ in range(12)))
    assert most == 2


async def test_cookies_are_not_kept():
    async def baking(request: Request) -> None:
        await request.answer(set_cookie="reader=ada; Path=/")

    async with loopback(baking) as server, Web(BRISK, Clock(), "9.9") as web:
        await web.get(server.url)
        await web.get(server.url)
    assert "cookie" not in server.asked[1].headers


async def test_validators_that_are_gone_are_forgotten():
    document = Document("", "u", "u", 200, {}, b"", (), NOW)
    assert learnt({"u": Validators("old")}, document) == {}


async def test_what_is_posted_is_sent_once_and_on_no_connection_that_is_kept() -> None:
    async def breaking_off(request: Request) -> None:
        request.hang_up()

    async with loopback(breaking_off) as server, Web(BRISK, Clock(), "9.9") as web:
        with pytest.raises(SourceError, match=r"broke off \("):
            await web.post(server.url, b"{}", seconds=5, here_only=True)
    (request,) = server.asked
    assert request.headers["connection"] == "close"
    assert request.headers["content-type"] == "application/json"


async def test_what_is_posted_follows_no_redirect() -> None:
    async def elsewhere(request: Request) -> None:
        await request.answer(status=307, location="/other")

    async with loopback(elsewhere) as server, Web(BRISK, Clock(), "9.9") as web:
        with pytest.raises(SourceError, match="is sent nowhere else"):
            await web.post(server.url, b"{}", seconds=5, here_only=True)
    assert len(server.asked) == 1


@pytest.mark.parametrize("host", ["10.1.2.3", "[2001:db8::1]", "[::]"])
async def test_what_may_not_leave_this_machine_is_not_sent_to_another(host: str) -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise AssertionError(request.url)

    async with mocked(refuse) as web:
        with pytest.raises(SourceError, match="not this machine; nothing was sent"):
            await web.post(f"http://{host}:8000/v1", b"{}", seconds=5, here_only=True)


async def test_the_deadline_of_a_post_is_its_own() -> None:
    async def never(_: Request) -> None:
        await asyncio.Event().wait()

    async with loopback(never) as server, Web(BRISK, Clock(), "9.9") as web:
        with pytest.raises(SourceError, match=r"after 0\.02 s"):
            await web.post(server.url, b"{}", seconds=0.02, here_only=True)
