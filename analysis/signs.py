"""The signs of a possible breach, one detector a name. Knows no rule, no binding, no severity."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from analysis import forms
from analysis.meaning import Cue, Passage, Sense, Target
from contest.contest import Account, Contest, Term
from contest.post import Post
from contest.reading import Span

OUTSIDER = "outsider"
LIKELY = 0.5
"""From this score on a cue other than an attack is shown; attacks go by the contest's threshold."""
IRONY = "whether it is meant in irony"
NO_PARENT = "the post that it answers, which was not captured"


@dataclass(frozen=True, slots=True)
class Sign:
    """What a detector saw: the words, and `what` they may be, as the start of a sentence.

    `at_least` is a severity below which it does not go. `instead` is a severity
    that stands in for the rule's own, `steps` are added to it. `doubt` says
    what has to be known first.
    """

    spans: tuple[Span, ...]
    what: str
    at_least: str = "S0"
    instead: str = ""
    steps: int = 0
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Scene:
    """A post, its author as the roster knows them at that moment, and what its words mean."""

    contest: Contest
    post: Post
    account: Account | None
    term: Term | None
    passage: Passage
    sense: Sense

    @property
    def role(self) -> str:
        """The author's role when the words were published; "outsider" off the roster."""
        return self.term.role if self.term else OUTSIDER

    @property
    def camp(self) -> str:
        """The author's camp then, or ""."""
        return (self.term.camp or "") if self.term else ""

    @property
    def lacks_parent(self) -> bool:
        """Whether this answers something that nobody captured."""
        parent = self.post.parent
        return self.post.kind in ("reply", "quote") and not (parent and parent.text)

    @property
    def passes_on(self) -> bool:
        """Whether the speaker condemns or reports the words rather than says them."""
        return self.sense.stance in ("condemns", "reports")

    def spans(self, cue: Cue) -> tuple[Span, ...]:
        """The cue's words; where none are pointed out, the whole text."""
        return cue.spans or ((0, len(self.post.text)),)


Detector = Callable[[Scene], Iterator[Sign]]


def attack_on_candidate(scene: Scene) -> Iterator[Sign]:
    """An attack on another camp's candidate as a person; never on the author's own."""
    if scene.passes_on:
        return
    for toward in scene.sense.toward:
        target = toward.target
        if target.kind != "camp" or target.id == scene.camp:
            continue
        if toward.attack.score < scene.contest.thresholds.hostile or not _is_person(scene, target):
            continue
        denied = ", by denying that one says it" if scene.sense.stance == "insinuates" else ""
        what = f"words against {scene.contest.camp(target.id).name} as a person{denied}"
        yield Sign(scene.spans(toward.attack), what, doubt=_doubt(scene))


def attack_on_official(scene: Scene) -> Iterator[Sign]:
    """An attack on party staff or those who run the election; a named one weighs more."""
    for toward in scene.sense.toward:
        if toward.target.kind != "official" or scene.passes_on:
            continue
        if toward.attack.score < scene.contest.thresholds.hostile:
            continue
        name = toward.target.id
        yield Sign(
            scene.spans(toward.attack),
            f"words against {name or 'party officials'}",
            at_least="S4" if scene.sense.threat.score >= LIKELY else "S3" if name else "S0",
            doubt=_doubt(scene),
        )


def discrimination(scene: Scene) -> Iterator[Sign]:
    """Words against people for a protected characteristic."""
    if scene.sense.slur.score >= LIKELY and not scene.passes_on:
        at_least = "S4" if scene.sense.threat.score >= LIKELY else "S0"
        what = "words against people for what they are"
        yield Sign(scene.spans(scene.sense.slur), what, at_least, doubt=_doubt(scene))


def ballot_secrecy(scene: Scene) -> Iterator[Sign]:
    """A voting code shown, or other people's ballots asked for, filled in or watched."""
    if codes := forms.voting_codes(scene.passage.words):
        yield Sign(tuple(codes), "a voting code that can be read", at_least="S4")
    elif ballots := forms.votes_of_others(scene.passage.words):
        yield Sign(tuple(ballots), "words about voting for others or seeing their ballots")


def vote_ask(scene: Scene) -> Iterator[Sign]:
    """A vote asked for somebody."""
    if scene.sense.vote_ask.score >= LIKELY:
        yield Sign(scene.spans(scene.sense.vote_ask), "a vote asked for")


def result_figures(scene: Scene) -> Iterator[Sign]:
    """Figures of the count."""
    named = any(m.target.kind == "camp" for m in scene.passage.mentions)
    if figures := forms.result_figures(scene.passage.words, somebody=named):
        yield Sign(tuple(figures), "figures of the count")


def threat(scene: Scene) -> Iterator[Sign]:
    """A threat to a person."""
    if scene.sense.threat.score >= LIKELY and not scene.passes_on:
        yield Sign(scene.spans(scene.sense.threat), "words that may threaten a person")


def private_data(scene: Scene) -> Iterator[Sign]:
    """Somebody else's phone number, home or number plate."""
    own = Target("camp", scene.camp) if scene.role in ("candidate", "campaign_account") else None
    others = [m for m in scene.passage.mentions if m.target != own and m.target.kind != "party"]
    names = [(m.start, m.end) for m in scene.passage.mentions if m.target.kind == "camp"]
    if details := forms.private_details(scene.passage.words, names, somebody=bool(others)):
        yield Sign(tuple(details), "a private person's details")


def process_criticism(scene: Scene) -> Iterator[Sign]:
    """A complaint about the contest, or one's own complaint, aired in public."""
    if scene.sense.process.score >= LIKELY and not scene.passes_on:
        yield Sign(
            scene.spans(scene.sense.process), "a complaint about the contest, aired in public"
        )


def rival_party(scene: Scene) -> Iterator[Sign]:
    """Support for a rival party, shown or asked."""
    for toward in scene.sense.toward:
        if toward.target.kind == "party" and toward.endorsement.score >= LIKELY:
            yield Sign(scene.spans(toward.endorsement), f"support for the {toward.target.id}")


def pile_on(scene: Scene) -> Iterator[Sign]:
    """A call to set upon somebody who is quoted, answered or named."""
    handles = any(mention.via == "handle" for mention in scene.passage.mentions)
    answering = scene.post.kind in ("reply", "quote")
    if scene.sense.pile_on.score >= LIKELY and (handles or answering):
        yield Sign(scene.spans(scene.sense.pile_on), "a call to others to set upon somebody")


DETECTORS: Mapping[str, Detector] = {
    "attack-on-candidate": attack_on_candidate,
    "attack-on-official": attack_on_official,
    "discrimination": discrimination,
    "ballot-secrecy": ballot_secrecy,
    "vote-ask": vote_ask,
    "result-figures": result_figures,
    "threat": threat,
    "private-data": private_data,
    "process-criticism": process_criticism,
    "rival-party": rival_party,
    "pile-on": pile_on,
}
"""The detectors that need only the post itself."""


def _is_person(scene: Scene, target: Target) -> bool:
    """Whether the candidate, not only the team, is spoken of."""
    mentions = [mention for mention in scene.passage.mentions if mention.target == target]
    return any(m.person for m in mentions) if mentions else scene.passage.about_person


def _doubt(scene: Scene) -> str:
    if scene.sense.stance == "jokes":
        return IRONY
    return NO_PARENT if scene.lacks_parent else ""
