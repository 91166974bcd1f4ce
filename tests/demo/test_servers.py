"""The servers on real loopback sockets, in this process and in one of their own."""

from __future__ import annotations

import gzip
import http.client
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from contest.contest import Contest
from demo import play
from demo.play import StageError, stage
from demo.servers import House, Server
from demo.stage import StageClock, outage
from demo.story import Story

GULL = "/gull.example/politics.rdf"


class Moment:
    """The contest's time, set by hand."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment


@pytest.fixture
def clock(after: datetime) -> Moment:
    return Moment(after)


@pytest.fixture
def caller(story: Story, contest: Contest, clock: Moment) -> Iterator[http.client.HTTPConnection]:
    server = Server(House(story, contest, clock.now, outage(1.0)))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
    yield connection
    connection.close()
    server.shutdown()
    thread.join()
    server.server_close()


def get(
    caller: http.client.HTTPConnection, path: str, **headers: str
) -> tuple[int, dict[str, str], bytes]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    caller.request("GET", path, headers=named)
    response = caller.getresponse()
    return response.status, {k.lower(): v for k, v in response.getheaders()}, response.read()


@pytest.mark.parametrize(
    "path",
    [
        GULL,
        "/appview.lantern.example/xrpc/app.bsky.feed.getAuthorFeed?actor=rowangreen.lantern.example",
        "/lantern.social.example/api/v1/timelines/tag/lanternleader",
    ],
)
def test_what_has_not_changed_is_not_sent_again(caller: http.client.HTTPConnection, path: str):
    status, headers, body = get(caller, path)
    assert (status, bool(body)) == (200, True)
    status, again, body = get(caller, path, If_None_Match=headers["etag"])
    assert (status, body, again["etag"]) == (304, b"", headers["etag"])


def test_a_feed_answers_by_its_date_of_change_as_well(
    caller: http.client.HTTPConnection, clock: Moment, before: datetime
):
    clock.moment = before
    _, headers, _ = get(caller, GULL)
    since = headers["last-modified"]
    assert since == "Thu, 01 Oct 2026 11:00:00 GMT"
    assert get(caller, GULL, If_Modified_Since=since)[0] == 304
    clock.moment = datetime(2026, 10, 2, 11, tzinfo=UTC)
    assert get(caller, GULL, If_Modified_Since=since)[0] == 200


def test_an_edit_makes_the_tag_stale(
    caller: http.client.HTTPConnection, clock: Moment, before: datetime, after: datetime
):
    clock.moment = before
    _, headers, old = get(caller, GULL)
    clock.moment = after
    status, _, new = get(caller, GULL, If_None_Match=headers["etag"])
    assert status == 200
    assert old != new


def test_bodies_are_packed_for_those_who_can_unpack(caller: http.client.HTTPConnection):
    _, plain, body = get(caller, GULL)
    _, headers, packed = get(caller, GULL, Accept_Encoding="gzip, deflate")
    assert headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed) == body
    assert headers["etag"] == plain["etag"]


def test_the_gull_fails_for_a_while_and_returns(caller: http.client.HTTPConnection, clock: Moment):
    trouble = outage(1.0)
    clock.moment = trouble.start - timedelta(seconds=1)
    assert get(caller, GULL)[0] == 200
    clock.moment = trouble.start
    status, headers, _ = get(caller, GULL)
    assert (status, headers["retry-after"]) == (503, "0")
    assert get(caller, "/gull.example/osei.atom")[0] == 200
    clock.moment = trouble.end
    assert get(caller, GULL)[0] == 200


def test_one_connection_serves_many_requests(caller: http.client.HTTPConnection):
    get(caller, GULL)
    kept = caller.sock
    get(caller, "/nowhere.example/")
    get(caller, GULL)
    assert kept is not None
    assert caller.sock is kept


def test_an_unknown_address_is_not_found(caller: http.client.HTTPConnection):
    for path in ("/", "/gull.example/", "/elsewhere.example/feed", "/lantern.social.example/x"):
        assert get(caller, path)[0] == 404


def test_the_date_of_an_answer_is_the_contests(caller: http.client.HTTPConnection):
    assert get(caller, GULL)[1]["date"] == "Sat, 03 Oct 2026 00:00:00 GMT"


def test_the_stage_plays_in_a_process_of_its_own(story_file: Path, after: datetime):
    with stage(1.0, after, story_file) as played:
        gull = next(source for source in played.contest.sources if source.name == "The Gull")
        assert gull.url.startswith(f"{played.base_url}/gull.example/")
        port = int(played.base_url.rpartition(":")[2])
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        status, headers, body = get(connection, GULL)
        connection.close()
    assert status == 200
    assert b"off." in body
    told = datetime.strptime(headers["date"], "%a, %d %b %Y %H:%M:%S %Z").replace(tzinfo=UTC)
    assert abs(told - played.clock.now()) < timedelta(seconds=30)
    with pytest.raises(ConnectionRefusedError):
        get(http.client.HTTPConnection("127.0.0.1", port, timeout=10), GULL)


def test_the_servers_end_when_their_parent_closes_the_pipe(story_file: Path, story: Story):
    clock = StageClock(story.start, 1.0, story.end)
    with (story_file.parent / "complaints").open("w+b") as complaints:
        servers = play._started(clock, story_file, complaints)
        assert play._port(servers, complaints) > 0
        assert servers.poll() is None
        assert servers.stdin
        assert servers.stdout
        servers.stdin.close()
        assert servers.wait(20) == 0
        servers.stdout.close()


@pytest.mark.parametrize("speed", [0.0, -1.0, float("nan"), float("inf")])
def test_a_speed_without_sense_is_refused_in_words(speed: float):
    with pytest.raises(StageError, match="must be a number above 0"), stage(speed):
        pass


def test_servers_that_cannot_start_say_why(tmp_path: Path, story: Story):
    clock = StageClock(story.start, 1.0, story.end)
    with (tmp_path / "complaints").open("w+b") as complaints:
        servers = play._started(clock, tmp_path / "missing.jsonl", complaints)
        with pytest.raises(StageError, match=r"did not start: FileNotFoundError.*missing\.jsonl"):
            play._port(servers, complaints)
        play._end(servers)
