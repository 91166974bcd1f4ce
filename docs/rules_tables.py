"""Write the two tables of docs/rules.md, and the list of worked codes, from what the program has.

    python docs/rules_tables.py      # or: just tables

A test says when they are stale. Nothing else of the page is touched.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FunctionType
from typing import Any

from analysis.blocks import BLOCKS, ENDORSED_REPOST
from analysis.blocks.words import WORDS, words
from contest.templates import templates
from contest.worked_codes import worked_codes

PAGE = Path(__file__).with_name("rules.md")
_BESIDE = {
    "the roster": r"lookalikes|scene\.account|scene\.role|scene\.camp\b",
    "the timetable": r"scene\.times|\.stretch\(|\.moment\(",
    "`[[fact]]`": r"scene\.facts",
    "`[[endorsement]]`": r"contest\.endorsements",
    "`[domains]`": r"contest\.domains",
    "`[contest] imprint`": r"contest\.imprint",
    "`[contest] officials`": r'"official"',
    "`[contest] rival_parties`": r'== "party"',
}
"""What a block holds a post beside, by the words in which its source says so."""
_RESTS_ON = {
    "form": r'basis="form"|contest\.imprint|scene\.times',
    "register": r'basis="register"|, "register"',
    "meaning": r"scene\.act\(|scene\.sense",
}


def block_rows() -> Iterator[str]:
    """A row a building block: what it sees, what that rests on, what the post is held beside."""
    yield "| block | sees | rests on | beside |"
    yield "|---|---|---|---|"
    for name, block in BLOCKS.items():
        yield _row(name, _says(block), *_grounds(_source(block)))
    yield _row(WORDS, _says(words), *_grounds(_source(words)))
    sees = "A repost, or plain agreement, that takes over what would breach another rule."
    yield _row(ENDORSED_REPOST, sees, "as that rule", "the post above")


def _row(name: str, *cells: str) -> str:
    return f"| `{name}` | {' | '.join(cells)} |"


def _says(block: Callable[..., Any]) -> str:
    """The first sentence of its docstring."""
    return (inspect.getdoc(block) or "").partition("\n")[0].replace("|", "\\|")


def _grounds(source: str) -> tuple[str, str]:
    """What it rests on, and what it needs beside the post."""
    rests = [name for name, words in _RESTS_ON.items() if re.search(words, source)]
    beside = [name for name, words in _BESIDE.items() if re.search(words, source)]
    return ", ".join(rests), ", ".join(beside)


def _source(block: Callable[..., Any]) -> str:
    """The source of a block, and of the functions of its module that it calls."""
    seen: dict[str, str] = {}
    waiting: list[Any] = [block]
    while waiting:
        function = waiting.pop()
        seen[function.__qualname__] = inspect.getsource(function)
        for name in re.findall(r"\b\w+(?=\()", seen[function.__qualname__]):
            called = function.__globals__.get(name)
            if isinstance(called, FunctionType) and called.__module__ == function.__module__:
                waiting += [called] if called.__qualname__ not in seen else []
    return "\n".join(seen.values())


def template_rows() -> Iterator[str]:
    """A row a template: what it is of, how it can be told, how grave, what it looks for."""
    yield "| template | title | class | severity | looks for |"
    yield "|---|---|---|---|---|"
    for name, rule in templates().items():
        blocks = [look if isinstance(look, str) else look["block"] for look in rule["looks_for"]]
        looks = ", ".join(f"`{block}`" for block in dict.fromkeys(blocks)) or "only people raise it"
        yield _row(name, rule["title"], rule["class"], _severity(rule), looks)


def _severity(rule: Any) -> str:
    """The severity, and what else it may be."""
    others = {
        *rule.get("raised_for", {}).values(),
        *rule.get("raised_when", {}).values(),
        *rule.get("lowered_when", {}).values(),
        *(look["severity"] for look in rule["looks_for"] if "severity" in look),
    } - {rule["severity"]}
    return f"{rule['severity']} ({', '.join(sorted(others))})" if others else rule["severity"]


def code_rows() -> Iterator[str]:
    """A row a worked code."""
    yield "| file | tradition | clauses | templates |"
    yield "|---|---|---|---|"
    for code in worked_codes().values():
        clauses = str(code.text.count("\n[[rule]]"))
        yield _row(code.id, code.title, clauses, ", ".join(sorted(code.like)))


TABLES = {"blocks": block_rows, "templates": template_rows, "codes": code_rows}


def with_tables(page: str) -> str:
    """The page with its tables as they should be: between `<!-- NAME -->` and `<!-- end -->`."""
    for name, rows in TABLES.items():
        table = "\n".join(rows()).replace("\\", "\\\\")
        page = re.sub(rf"(?s)(<!-- {name} -->\n).*?(\n<!-- end -->)", rf"\g<1>{table}\g<2>", page)
    return page


if __name__ == "__main__":
    PAGE.write_text(with_tables(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
