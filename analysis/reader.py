"""Read posts: mentions, meaning, exchanges, the code. No clock, no network, no SQL."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from types import MappingProxyType

from analysis.blocks.levels import level
from analysis.code import breaches, rulebook
from analysis.exchanges import exchange
from analysis.imprints import without_imprint
from analysis.languages import unread
from analysis.lexicon import Lexicon
from analysis.lookalikes import Lookalikes
from analysis.meaning import Meaning, Passage, Sense, Toward
from analysis.mentions import Finder
from analysis.scene import Beside, Scene
from analysis.tongues import Tongues
from contest.contest import Contest
from contest.fingerprint import fingerprint
from contest.post import Author, Post
from contest.reading import Hostility, Reading, Tone
from contest.registers import Fact
from contest.text import shown

_EXCHANGE = "roster@1"
_CODE = "blocks@1"

_LONGEST_LANG = 20


class Reader:
    """Reads the posts of one contest. Holds nothing that changes, so threads may share it.

    A plain repost carries the tone and the hostility of the words it reposts,
    though they are not the reposter's own; it opens no exchange.
    """

    def __init__(self, contest: Contest, meaning: Meaning) -> None:
        self._contest = contest
        self._meaning = meaning
        self._finder = Finder(contest)
        self._book = rulebook(contest)
        self._lookalikes = Lookalikes(contest)
        self._tongues = Tongues(contest.rival_parties)
        self._facts = tuple((fact, self._finder.passage(_as_post(fact))) for fact in contest.facts)
        self._own = {
            "exchange": _EXCHANGE,
            "code": _CODE,
            "contest": f"{contest.id}@{fingerprint(contest)}",
        }

    @property
    def versions(self) -> Mapping[str, str]:
        """Task to "name@version". Asked anew: a meaning may be opened, or give way, after us."""
        return MappingProxyType({**self._meaning.versions, **self._own})

    def read(self, post: Post) -> Reading:
        """Everything that is said of this version of the post; pure.

        Camp, role and phase are those of the moment `post.said`. Spans are in
        characters of `post.text`. Of another language, only what short lists hold is told; of one
        without lists, only forms (phone numbers, codes, figures). `readers` says which.
        """
        return self.read_all([post])[0]

    def read_all(self, posts: Sequence[Post]) -> list[Reading]:
        """`read` for many posts, in order: a trained reader is quicker at many than at each."""
        return [self._reading(scene, language) for scene, language in self._scenes(posts)]

    def _scenes(self, posts: Sequence[Post]) -> Iterator[tuple[Scene, str]]:
        """The scene of each post, and how its language is read where it is not English, or ""."""
        passages = [self._passage(post) for post in posts]
        others = [self._other(p, post.lang) for p, post in zip(passages, posts, strict=True)]
        read = [p for p, other in zip(passages, others, strict=True) if other is None]
        known = self._meaning.senses(read)
        senses = iter(zip(known, self._beside(read, known), strict=True))
        for post, passage, other in zip(posts, passages, others, strict=True):
            account = self._contest.account_of(post.author, post.platform)
            term = account.term_at(post.said) if account else None
            sense, facts = (other[0], ()) if other else next(senses)
            scene = Scene(
                self._contest, post, account, term, passage, sense, self._lookalikes, facts
            )
            yield scene, other[1] if other else ""

    def _other(self, passage: Passage, declared: str) -> tuple[Sense, str] | None:
        """What a passage that is not English means, and how it was read; None where it is."""
        language = unread(passage.words, declared)
        if language:
            tongue = self._tongues.of(passage, language)
            if tongue is None:
                return _unread_sense(passage), f"not read: {shown(language, _LONGEST_LANG)}"
            return self._tongues.sense(passage, tongue), f"{tongue.name}, by a word list"
        found = self._tongues.unnoticed(passage) if not declared else None
        return (found[1], f"{found[0].name}, by a word list") if found else None

    def _passage(self, post: Post) -> Passage:
        """The post as it is put to a reader of meaning."""
        passage = self._finder.passage(post)
        spoken = without_imprint(post.text, self._contest.imprint)
        if spoken == post.text or not spoken:
            return passage
        return replace(passage, spoken=self._finder.passage(replace(post, text=spoken)))

    def _beside(
        self, passages: Sequence[Passage], senses: Sequence[Sense]
    ) -> list[tuple[Beside, ...]]:
        """The facts that each passage may speak of, with how it stands to them; one run for all."""
        asked = [
            [fact for fact in self._facts if _may_concern(fact[0], passage, sense)]
            for passage, sense in zip(passages, senses, strict=True)
        ]
        pairs = [(p, fact) for p, facts in zip(passages, asked, strict=True) for _, fact in facts]
        said = iter(self._meaning.standings(pairs) if pairs else ())
        return [tuple(Beside(fact, next(said)) for fact, _ in facts) for facts in asked]

    def _reading(self, scene: Scene, language: str) -> Reading:
        post, camp = scene.post, scene.camp
        phase = self._contest.phase_at(post.said)
        thresholds = self._contest.thresholds
        return Reading(
            account=scene.account.handle if scene.account else "",
            camp=camp,
            role=scene.term.role if scene.term else "",
            phase=phase.id if phase else "",
            tones=tuple(_tones(scene.passage, scene.sense, thresholds.sure)),
            hostility=_hostility(scene.sense),
            exchange=exchange(camp, scene.passage, scene.sense, thresholds.hostile),
            breaches=breaches(scene, self._book, self._echo),
            readers={**self.versions, "language": language} if language else self.versions,
        )

    def _echo(self, scene: Scene, text: str) -> Scene:
        """The scene in which the same author says `text`, at the same moment, as a post."""
        spoken = replace(scene.post, text=text, kind="post", reply_to=None, quotes=None)
        return next(self._scenes([spoken]))[0]


def load_reader(contest: Contest, meaning: Meaning | None = None) -> Reader:
    """The reader of this contest; by the packaged word lists unless a `meaning` is handed in."""
    return Reader(contest, meaning or Lexicon())


def _as_post(fact: Fact) -> Post:
    """A fact's sentence as the finder takes it."""
    return Post(fact.id, "", Author(""), fact.says, fact.start or _ANY_TIME, "1")


_ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)


def _may_concern(fact: Fact, passage: Passage, sense: Sense) -> bool:
    """Whether a post states anything of the fact's kind; of a record, of the camp it is about."""
    act = "procedure stated" if fact.kind == "procedure" else "record stated"
    if sense.acts.get(act, 0.0) < level(act):
        return False
    return not fact.camp or any(toward.target.id == fact.camp for toward in sense.toward)


def _unread_sense(passage: Passage) -> Sense:
    """What is known of words that were not read: whom they name, and nothing else."""
    named = dict.fromkeys(mention.target for mention in passage.mentions if mention.certain)
    return Sense(tuple(Toward(target) for target in named))


def _tones(passage: Passage, sense: Sense, sure: float) -> Iterator[Tone]:
    """A tone a camp spoken of. A camp only implied is kept where the tone is sure."""
    mentions = (*passage.mentions, *passage.possible)
    for toward in sense.toward:
        if toward.target.kind != "camp":
            continue
        score = toward.tone.score
        certainty = max(toward.odds)
        certain = certainty >= sure
        if certain or toward.meant:
            spans = tuple((m.start, m.end) for m in mentions if m.target == toward.target)
            leans = toward.odds.index(certainty) - 1
            tone = leans if certain else 0
            yield Tone(toward.target.id, tone, score, certain, spans, certainty, leans)


def _hostility(sense: Sense) -> Hostility:
    """The hostility of the whole, and the camps most attacked (those at half the worst or more)."""
    attacks = {t.target.id: t.attack.score for t in sense.toward if t.target.kind == "camp"}
    worst = max(attacks.values(), default=0.0)
    camps = tuple(camp for camp, score in attacks.items() if score and score >= worst / 2)
    found = sense.hostility
    return Hostility(found.score, camps if found.score else (), found.spans)
