"""A language model's service on loopback, which answers what a test says."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

ANSWER = {"verdict": "milder", "because": "It is about the plan.", "quoting": "a fraud"}


@dataclass(frozen=True)
class Asked:
    """One question as it came over the wire."""

    path: str
    headers: Mapping[str, str]
    body: dict[str, Any]

    @property
    def takes_schema(self) -> bool:
        return "response_format" in self.body


def completion(content: object, **more: object) -> bytes:
    """An answer as OpenAI-compatible services write it."""
    words = content if isinstance(content, str) else json.dumps(content)
    said = {
        "model": "crow:3b-q4",
        "system_fingerprint": "fp_ollama",
        "choices": [{"message": {"role": "assistant", "content": words}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 321, "completion_tokens": 45},
    }
    return json.dumps(said | more).encode()


def http(body: bytes = b"", status: int = 200, **headers: str) -> bytes:
    named = {
        "content-length": str(len(body)),
        **{k.replace("_", "-"): v for k, v in headers.items()},
    }
    lines = [f"HTTP/1.1 {status} X", *(f"{name}: {value}" for name, value in named.items())]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


Answering = Callable[[Asked], bytes | Awaitable[bytes]]


@dataclass
class ModelServer:
    """`url` is its base; `answering` may be changed at any time."""

    answering: Answering = lambda _: http(completion(ANSWER))
    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._tasks.add(task)
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            pairs = (line.partition(": ") for line in head[1:] if line)
            headers = {name.lower(): value for name, _, value in pairs}
            body = await reader.readexactly(int(headers["content-length"]))
            asked = Asked(head[0].split(" ")[1], headers, json.loads(body))
            self.asked.append(asked)
            answer = self.answering(asked)
            writer.write(answer if isinstance(answer, bytes) else await answer)
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


@asynccontextmanager
async def model_server(answering: Answering | None = None) -> AsyncIterator[ModelServer]:
    """Serve until the block ends."""
    here = ModelServer(answering) if answering else ModelServer()
    server = await asyncio.start_server(here.serve, "127.0.0.1", 0)
    here.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    try:
        yield here
    finally:
        server.close()
        await here.stop()
