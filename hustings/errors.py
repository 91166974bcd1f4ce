"""How a command may end other than well."""

from __future__ import annotations


class UsageProblem(Exception):
    """Wrong usage or configuration; the message is for the user. Exit code 2."""


class Shortfall(Exception):
    """Done, but something in what was read fell short; it has been said. Exit code 1."""
