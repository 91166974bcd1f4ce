"""How a campaign is run: bulk messages, complaints in public, sham accounts, and bare hints."""

from __future__ import annotations

import re
from collections.abc import Iterator

from analysis.blocks.levels import level
from analysis.scene import Block, Scene, Sign

_MADE = re.compile(
    r"\[(?:photo|image|alt|video|pic|graphic|clip|audio)[^\]]{0,600}?"
    r"\b(?:ai|a\.i\.|deepfake|synthetic|generated|cloned|face-?swap\w*)\b[^\]]{0,600}\]"
)
_LABEL = re.compile(
    r"\b(?:ai[ -](?:generated|made|assisted|image|picture|illustration)|made (?:with|by) ai|#ai\w*"
    r"|digitally (?:altered|made)|artist's impression|#?satire|#?parody)\b"
)
_LABELS = r"[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){0,6}?"
_DOMAIN = re.compile(
    rf"(?<=//)[a-z0-9-]{{1,63}}(?:\.[a-z0-9-]{{1,63}}){{1,8}}|(?<![\w.@/-]){_LABELS}\."
    r"(?:com|org|net|info|biz|app|link|site|online|vote|party|example|(?:co|org|ac|gov|com|net)\.[a-z]{2})"
    r"(?:\.[a-z]{2,3})?(?![\w-])"
)
_TO_VOTE = re.compile(
    r"\b(?:vote (?:here|now at|online at|again|at|via|through|by logging in)"
    r"|cast (?:your|a) (?:vote|ballot)"
    r"|re-?validate|(?:confirm|verify|check|enter|register) your (?:vote|ballot|code|voting code)"
    r"|voting (?:site|page|link|portal|address)|log ?in (?:here |at |to |and )*(?:to )?vote)\b"
)
_PARODY = re.compile(r"(?<!no )(?<!not )\b(?:parody|spoof|satire)\b")


def process_criticism(scene: Scene) -> Iterator[Sign]:
    """A complaint about the contest, or one's own complaint, aired in public."""
    score = scene.likely("criticism of the process", scene.sense.process)
    if score >= level("criticism of the process") and not scene.passes_on:
        words = scene.spans(scene.sense.process)
        yield Sign(words, "a complaint about the contest, aired in public", score)


def impersonation(scene: Scene) -> Iterator[Sign]:
    """A handle that looks like a candidate's, a campaign's or an official's, unlabelled."""
    author, account = scene.post.author, scene.account
    if author.account or scene.role != "outsider":
        return
    name = f"{author.name} {account.name if account else ''}"
    if copied := scene.lookalikes.of(author.handle, name, rostered=account is not None):
        marks = frozenset(("voting-information",)) if _about_voting(scene) else frozenset()
        what = f"a handle that looks like {copied.handle}"
        yield Sign(scene.whole, what, basis="form", marks=marks)


def _about_voting(scene: Scene) -> bool:
    return bool(scene.times) or scene.act("procedure stated") >= level("procedure stated")


def internal_address(scene: Scene) -> Iterator[Sign]:
    """The address of one of the party's own systems (`[domains] internal`)."""
    internal = scene.contest.domains.internal
    if not internal or "." not in scene.lower:
        return
    for found in _DOMAIN.finditer(scene.lower):
        if any(found[0] == domain or found[0].endswith(f".{domain}") for domain in internal):
            yield Sign(
                (scene.folded_span(*found.span()),),
                "the address of an internal system",
                basis="form",
            )


def unofficial_voting_address(scene: Scene) -> Iterator[Sign]:
    """An address at which to vote that is not the party's (`[domains] official`)."""
    official = scene.contest.domains.official
    if not official or "." not in scene.lower or not _TO_VOTE.search(scene.lower):
        return
    for found in _DOMAIN.finditer(scene.lower):
        if not any(found[0] == domain or found[0].endswith(f".{domain}") for domain in official):
            span = scene.folded_span(*found.span())
            yield Sign((span,), "an address to vote at that is not the party's", basis="register")


def unlabelled_ai(scene: Scene) -> Iterator[Sign]:
    """A picture, film or sound that by its description a machine made, without a label."""
    made = _MADE.search(scene.lower)
    if made and not _LABEL.search(scene.lower[: made.start()] + scene.lower[made.end() :]):
        span = scene.folded_span(*made.span())
        yield Sign((span,), "machine-made media without a label", basis="form")


def parody(scene: Scene) -> Iterator[Sign]:
    """An account that says it is a parody, in its name or on the roster."""
    account = scene.account
    known = f"{account.name} {account.note}" if account else ""
    if _PARODY.search(f"{scene.post.author.name} {known}".casefold()):
        yield Sign(scene.whole, "a labelled parody", basis="form")


def doing(act: str, what: str) -> Block:
    """A block that goes by what the words do and nothing else."""

    def seen(scene: Scene) -> Iterator[Sign]:
        score = scene.act(act)
        if score >= level(act) and not scene.passes_on:
            yield Sign(scene.whole, what, score, doubt=scene.doubt)

    seen.__doc__ = f"{what[0].upper()}{what[1:]}."
    return seen
