"""Handles that look like those of people whom the contest knows. Unmasks nobody."""

from __future__ import annotations

import re
from functools import lru_cache

from rapidfuzz.distance import OSA

from analysis.folding import fold
from contest.contest import Account, Contest, bare

_COPIED = frozenset(
    ("candidate", "campaign_account", "returning_officer", "staff", "team", "branch")
)
"""Roles in whose name somebody may pose."""
_SHORTEST = 6
"""Letters below which one letter of difference makes another name."""
_LABELLED = re.compile(r"parody|spoof|satire|fan ?(?:account|page|club)|unofficial|not the ")
_DIGITS = str.maketrans("01345789|!$i", "oleastbglls" + "l")
_JOINED = (("rn", "m"), ("vv", "w"), ("cl", "d"), ("_", ""), (".", ""), ("-", ""))


class Lookalikes:
    """The handles of one contest that may be imitated. Compiled once, then only read."""

    def __init__(self, contest: Contest) -> None:
        self._known = frozenset(
            bare(name) for account in contest.accounts for name in _names(account)
        )
        self._copied = {
            bare(name): account
            for account in contest.accounts
            if any(term.role in _COPIED for term in account.terms)
            for name in _names(account)
        }
        self._shapes = {shape(handle): account for handle, account in self._copied.items()}
        self.of = lru_cache(maxsize=10_000)(self._of)

    def _of(self, handle: str, name: str, *, rostered: bool) -> Account | None:
        """The account whose handle this one imitates, if it does and does not say so.

        `rostered`: the roster has this handle as that of somebody without a part in the contest.
        """
        said = bare(handle)
        local = said.split("@")[0]
        if not local or (said in self._known and not rostered):
            return None
        if _LABELLED.search(f"{fold(name).lower} {local}"):
            return None
        return self._shapes.get(shape(local)) or self._one_letter_off(local)

    def _one_letter_off(self, local: str) -> Account | None:
        if len(local) < _SHORTEST:
            return None
        return next(
            (
                account
                for handle, account in self._copied.items()
                if len(handle) >= _SHORTEST
                and handle != local
                and OSA.distance(handle, local, score_cutoff=1) == 1
            ),
            None,
        )


def _names(account: Account) -> tuple[str, ...]:
    homes = (home.removeprefix("@").split("@")[0] for home in account.homes.values())
    return (account.handle, *homes)


def shape(handle: str) -> str:
    """A handle as the eye takes it in: look-alike letters and digits are one.

    >>> shape("DenzilBr0wn") == shape("denzil_brown")
    True
    """
    told = fold(handle).lower.translate(_DIGITS)
    for seen, meant in _JOINED:
        told = told.replace(seen, meant)
    return told
