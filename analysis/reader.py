"""Read posts: mentions, meaning, exchanges, the code. No clock, no network, no SQL."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from analysis.code import breaches
from analysis.exchanges import exchange
from analysis.languages import unread
from analysis.lexicon import Lexicon
from analysis.meaning import Meaning, Passage, Sense, Toward
from analysis.mentions import Finder
from analysis.signs import Scene
from contest.contest import Contest
from contest.fingerprint import fingerprint
from contest.post import Post
from contest.reading import Hostility, Reading, Tone
from contest.text import shown

_EXCHANGE = "roster@1"
_CODE = "patterns@1"

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
        characters of `post.text`. Of a language that is not read, only forms are
        told (phone numbers, codes, figures), and `readers` says so.
        """
        return self.read_all([post])[0]

    def read_all(self, posts: Sequence[Post]) -> list[Reading]:
        """`read` for many posts, in order: a trained reader is quicker at many than at each."""
        return [self._reading(scene, language) for scene, language in self._scenes(posts)]

    def _scenes(self, posts: Sequence[Post]) -> Iterator[tuple[Scene, str]]:
        """The scene of each post, and the language in which it is not read, or ""."""
        passages = [self._finder.passage(post) for post in posts]
        languages = [unread(p.words, post.lang) for p, post in zip(passages, posts, strict=True)]
        # Words of another language are not guessed at; its phone numbers and figures still are.
        read = [p for p, language in zip(passages, languages, strict=True) if not language]
        senses = iter(self._meaning.senses(read))
        for post, passage, language in zip(posts, passages, languages, strict=True):
            account = self._contest.account_of(post.author, post.platform)
            term = account.term_at(post.said) if account else None
            sense = _unread_sense(passage) if language else next(senses)
            yield Scene(self._contest, post, account, term, passage, sense), language

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
            breaches=breaches(scene, self._echo),
            readers=self._unread(language) if language else self.versions,
        )

    def _unread(self, lang: str) -> Mapping[str, str]:
        """The readers of a post whose words were not read."""
        return {**self.versions, "language": f"not read: {shown(lang, _LONGEST_LANG)}"}

    def _echo(self, scene: Scene, text: str) -> Scene:
        """The scene in which the same author says `text`, at the same moment, as a post."""
        spoken = replace(scene.post, text=text, kind="post", reply_to=None, quotes=None)
        return next(self._scenes([spoken]))[0]


def load_reader(contest: Contest, meaning: Meaning | None = None) -> Reader:
    """The reader of this contest; by the packaged word lists unless a `meaning` is handed in."""
    return Reader(contest, meaning or Lexicon())


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
