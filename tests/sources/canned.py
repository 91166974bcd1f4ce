"""Answers prepared in a test, by path, and the documents made of them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import httpx

from contest.contest import Polling, SourceEntry
from contest.visit import Memory
from sources.net import Document, Web
from sources.source import Answer, Page
from tests.sources.servers import NOW, Clock


@dataclass
class Canned:
    """Plays prepared answers: for each path a list, the last of which is repeated."""

    answers: Mapping[str, Sequence[Any]]
    asked: list[httpx.URL] = field(default_factory=list)
    headers: list[httpx.Headers] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url)
        self.headers.append(request.headers)
        path = request.url.path
        before = sum(url.path == path for url in self.asked[:-1])
        prepared = self.answers.get(path)
        if prepared is None:
            return httpx.Response(404, json={"error": "Not Found"})
        answer = prepared[min(before, len(prepared) - 1)]
        return answer if isinstance(answer, httpx.Response) else httpx.Response(200, json=answer)

    def web(self) -> Web:
        polling = Polling(per_host_per_second=10_000)
        return Web(polling, Clock(), "9.9", transport=httpx.MockTransport(self))

    def count(self, ending: str) -> int:
        return sum(url.path.endswith(ending) for url in self.asked)


def entry(kind: str = "feed", **fields: Any) -> SourceEntry:
    return SourceEntry(
        **{"name": "a source", "kind": kind, "url": "https://ada.example/feed.xml"} | fields
    )


def document(body: Any, name: str = "feed", status: int = 200, **headers: str) -> Document:
    url = headers.pop("url", "https://ada.example/feed.xml")
    named = {key.replace("_", "-"): value for key, value in headers.items()}
    if isinstance(body, str):
        body = body.encode()
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Document(name, url, url, status, named, raw, (), NOW)


def answer(*documents: Document, memory: Memory | None = None) -> Answer:
    return Answer(documents, memory or Memory(), NOW)


def halved(value: Any) -> httpx.Response:
    """An answer in whose every text, but not in its keys, half a surrogate pair hides."""
    return httpx.Response(200, text=json.dumps(_halved(value)))


def _halved(value: Any) -> Any:
    if isinstance(value, str):
        return f"{value[:-1]}\ud800{value[-1:]}"
    if isinstance(value, list):
        return [_halved(part) for part in value]
    return {key: _halved(part) for key, part in value.items()} if isinstance(value, dict) else value


def texts_of(page: Page) -> list[str]:
    """Every text of a page that is kept, wherever it stands."""
    found: list[str] = []
    waiting: list[Any] = [asdict(page)]
    while waiting:
        part = waiting.pop()
        if isinstance(part, str):
            found.append(part)
        elif isinstance(part, dict):
            waiting += [*part, *part.values()]
        elif isinstance(part, list | tuple):
            waiting += part
    return found
