"""A loopback server whose every byte a test decides, and a clock that stands still."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@dataclass
class Clock:
    """The contest's time; a test moves it by hand."""

    moment: datetime = NOW

    def __call__(self) -> datetime:
        return self.moment

    def pass_by(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


@dataclass
class Request:
    """One question as it came over the wire."""

    path: str
    headers: Mapping[str, str]
    connection: int
    writer: asyncio.StreamWriter

    async def answer(self, body: bytes = b"", status: int = 200, **headers: str) -> None:
        """A whole, well-formed answer; header names are given with "_" for "-"."""
        named = {"content_length": str(len(body)), **headers}
        lines = [f"HTTP/1.1 {status} X", *(f"{k.replace('_', '-')}: {v}" for k, v in named.items())]
        await self.send("\r\n".join(lines).encode() + b"\r\n\r\n" + body)

    async def send(self, raw: bytes) -> None:
        self.writer.write(raw)
        await self.writer.drain()

    def hang_up(self) -> None:
        self.writer.close()


@dataclass
class Loopback:
    """A server in this process: `url` is its base, `asked` what it was asked."""

    url: str = ""
    asked: list[Request] = field(default_factory=list)


@asynccontextmanager
async def loopback(answering: Callable[[Request], Awaitable[None]]) -> AsyncIterator[Loopback]:
    """Serve until the block ends; `answering` is called for each request, in its connection."""
    here, tasks = Loopback(), set[asyncio.Task[None]]()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        tasks.add(task)
        try:
            while not writer.is_closing():
                head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
                pairs = (line.partition(": ") for line in head[1:] if line)
                headers = {name.lower(): value for name, _, value in pairs}
                request = Request(head[0].split(" ")[1], headers, len(tasks), writer)
                here.asked.append(request)
                await answering(request)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        except asyncio.CancelledError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    here.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield here
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
