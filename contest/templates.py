"""The recurring rules of candidates' codes as templates that a party's own rules build on."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from copy import deepcopy
from functools import cache
from importlib.resources import files
from typing import Any

from contest.problems import Findings


@cache
def templates() -> Mapping[str, Mapping[str, Any]]:
    """Each template by its id, R01 to R34, as a table of TOML."""
    text = files("contest").joinpath("templates.toml").read_text(encoding="utf-8")
    return {rule["id"]: rule for rule in tomllib.loads(text)["rule"]}


def fill_in(table: dict[str, Any], findings: Findings) -> None:
    """Give each rule of a configuration's table what it leaves out and its template says.

    A rule's template is the one that it is `like`; else the one of its id, if the rule does not
    say itself what it looks for.
    """
    rules = table.get("rule")
    for i, rule in enumerate(rules if isinstance(rules, list) else ()):
        if isinstance(rule, dict):
            template = _template_of(rule, i, findings)
            for key, value in template.items():
                rule.setdefault(key, deepcopy(value))
            if template:
                rule["like"] = template["id"]


def _template_of(rule: Mapping[str, Any], i: int, findings: Findings) -> Mapping[str, Any]:
    like = rule.get("like")
    if isinstance(like, str):
        if like not in templates():
            findings.unknown(("rule", i, "like"), "template", like, templates())
        return templates().get(like, {})
    own_id = rule.get("id")
    if like is None and isinstance(own_id, str) and "looks_for" not in rule:
        return templates().get(own_id, {})
    return {}
