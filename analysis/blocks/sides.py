"""Whose side is taken, in whose name, by what means: support, imprints, resources."""

from __future__ import annotations

import re
from collections.abc import Iterator

from analysis.blocks.levels import LIKELY, level
from analysis.folding import fold
from analysis.scene import NO_REGISTER, Scene, Sign

_IN_OFFICE = re.compile(
    r"\b(?:as|from|for|by) (?:the |your |our |its |this |a |\w+'s )?(?:\w+ ){0,2}"
    r"(?:chair\w*|co-?chair|secretary|treasurer|president|convenor|convener|organiser|officer"
    r"|delegate|steward|committee|executive|branch|association|region)\b"
    r"|\b(?:chair|secretary|treasurer|president|convenor)(?:'s|s') "
    r"(?:note|message|report|view|letter)\b"
    r"|\bon behalf of\b"
)
_FOR_ONESELF = re.compile(
    r"\b(?:speaking (?:only |just |purely )?for myself|in a personal capacity"
    r"|personal(?:ly)? (?:view|capacity|speaking)|my own (?:view|vote|opinion)"
    r"|my vote(?:'s| is)|not (?:as|for) the (?:branch|committee)|just me)\b"
)
_NO_WORD = re.compile(r"[^\w]+")
_PICTURE = re.compile(r"\[(?:photo|image|alt|video|pic|graphic)[^\]]{0,600}\]")


def takes_sides(scene: Scene) -> Iterator[Sign]:
    """Support for one candidate, or words against one, by somebody who may have to stay neutral."""
    if scene.passes_on:
        return
    act = max(scene.act("taking sides"), scene.act("taking sides in office"))
    taken = act >= level("taking sides")
    everybody = len(scene.camps) > 1 and len(scene.camps) == len(scene.contest.camps)
    for toward in scene.sense.toward:
        if toward.target.kind != "camp" or (everybody and not taken):
            continue
        name = scene.contest.camp(toward.target.id).name
        backed = toward.endorsement
        if backed.score >= LIKELY or (
            act >= level("taking sides") and toward.odds.favour >= LIKELY
        ):
            yield Sign(scene.spans(backed), f"support for {name}", max(backed.score, act))
        elif taken:
            yield Sign(scene.whole, f"words that take sides about {name}", act)
    if taken and not scene.camps:
        yield Sign(scene.whole, "words that favour one candidate", act)


def rival_party(scene: Scene) -> Iterator[Sign]:
    """Support for a rival party, shown or asked."""
    if scene.passes_on:
        return
    act = scene.act("rival party")
    for toward in scene.sense.toward:
        if toward.target.kind == "party":
            score = max(toward.endorsement.score, act)
            if score >= level("rival party"):
                yield Sign(
                    scene.spans(toward.endorsement), f"support for the {toward.target.id}", score
                )


def claimed_endorsement(scene: Scene) -> Iterator[Sign]:
    """Somebody's backing claimed that is not on the register of endorsements at that time."""
    score = scene.act("backing claimed")
    if score < level("backing claimed") or scene.passes_on:
        return
    register, when = scene.contest.endorsements, scene.when
    said = f" {_NO_WORD.sub(' ', scene.lower)} "
    named = [entry for entry in register if _names(said, (entry.who, *entry.aliases))]
    if any(entry.camp and entry.camp in scene.camps and entry.holds(when) for entry in named):
        return
    who = named[0].who if named else "somebody"
    doubt = "" if register else NO_REGISTER
    what = f"backing by {who} claimed, which is not on the register"
    yield Sign(scene.whole, what, score, basis="register", doubt=doubt)


def _names(said: str, names: tuple[str, ...]) -> bool:
    return any(f" {_NO_WORD.sub(' ', fold(name).lower).strip()} " in said for name in names)


def party_means(scene: Scene) -> Iterator[Sign]:
    """The party's name, rooms, lists or channels used for one camp, or the look of its own word."""
    score = scene.act("party's means")
    if score >= level("party's means") and not scene.passes_on:
        yield Sign(scene.whole, "the party's means or its look used for one camp", score)


def public_means(scene: Scene) -> Iterator[Sign]:
    """Offices, staff, paper, lists or hours of a public body used for one camp."""
    score = scene.act("public means")
    # The party's own rooms and lists are another matter, and read much alike.
    theirs = score > scene.act("party's means")
    if score >= level("public means") and theirs and not scene.passes_on:
        yield Sign(scene.whole, "public means used for one camp", score)


def campaign_material(scene: Scene) -> Iterator[Sign]:
    """A post that asks for votes or argues for a candidate."""
    backed = max((t.endorsement.score for t in scene.sense.toward), default=0.0)
    score = max(backed, scene.sense.vote_ask.score, scene.act("campaign material"))
    if score >= level("campaign material"):
        yield Sign(scene.whole, "a post that argues for a candidate", score)


def missing_imprint(scene: Scene) -> Iterator[Sign]:
    """A post that argues for a candidate and does not say who promotes it."""
    if not any(line in scene.lower for line in scene.contest.imprint):
        for sign in campaign_material(scene):
            yield Sign(sign.spans, "campaign material without a promoter line", sign.score)


def has_imprint(scene: Scene) -> Iterator[Sign]:
    """A line that says who promotes the post."""
    for line in scene.contest.imprint:
        if (at := scene.lower.find(line)) >= 0:
            span = scene.folded_span(at, at + len(line))
            yield Sign((span,), "a promoter line", basis="form")
            return


def picture(scene: Scene) -> Iterator[Sign]:
    """A picture, film or graphic that the text describes."""
    if found := _PICTURE.search(scene.lower):
        yield Sign((scene.folded_span(*found.span()),), "a picture", basis="form")


def in_office(scene: Scene) -> Iterator[Sign]:
    """Words spoken as the holder of an office ("as your secretary")."""
    if found := _IN_OFFICE.search(scene.lower):
        yield Sign(
            (scene.folded_span(*found.span()),), "words in the name of an office", basis="form"
        )


def for_oneself(scene: Scene) -> Iterator[Sign]:
    """Words spoken plainly for oneself ("speaking only for myself")."""
    if found := _FOR_ONESELF.search(scene.lower):
        yield Sign((scene.folded_span(*found.span()),), "words for oneself", basis="form")


def office_account(scene: Scene) -> Iterator[Sign]:
    """An account that a council, a ministry or the like provides (`office` on the roster)."""
    if scene.account and scene.account.office:
        yield Sign(scene.whole, "an account that an office provides", basis="register")
