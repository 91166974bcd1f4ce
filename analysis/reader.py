"""Read posts: mentions, meaning, exchanges, the code. No clock, no network, no SQL."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from types import MappingProxyType

from analysis.code import breaches
from analysis.exchanges import exchange
from analysis.lexicon import Lexicon
from analysis.meaning import Meaning, Passage, Sense
from analysis.mentions import Finder
from analysis.signs import Scene
from contest.contest import Contest
from contest.post import Post
from contest.reading import Hostility, Reading, Tone
from contest.text import shown

_EXCHANGE = "roster@1"
_CODE = "patterns@1"

_LONGEST_LANG = 20
_SUBTAG = re.compile(r"[-_]")
_ENGLISH = frozenset(("en", "eng"))
_UNSAID = frozenset(("", "und", "mul", "mis", "zxx"))  # BCP 47: undetermined, several, none


class Reader:
    """Reads the posts of one contest. Holds nothing that changes, so threads may share it.

    A plain repost carries the tone and the hostility of the words it reposts,
    though they are not the reposter's own; it opens no exchange.
    """

    def __init__(self, contest: Contest, meaning: Meaning) -> None:
        self._contest = contest
        self._meaning = meaning
        self._finder = Finder(contest)
        self.versions: Mapping[str, str] = MappingProxyType(
            {**meaning.versions, "exchange": _EXCHANGE, "code": _CODE}
        )

    def read(self, post: Post) -> Reading:
        """Everything that is said of this version of the post; pure.

        Camp, role and phase are those of the moment `post.said`. Spans are in
        characters of `post.text`. Of a language that is not read, only forms are
        told (phone numbers, codes, figures), and `readers` says so.
        """
        return self.read_all([post])[0]

    def read_all(self, posts: Sequence[Post]) -> list[Reading]:
        """`read` for many posts, in order: a trained reader is quicker at many than at each."""
        return [self._reading(scene) for scene in self._scenes(posts)]

    def _scenes(self, posts: Sequence[Post]) -> Iterator[Scene]:
        passages = [self._finder.passage(post) for post in posts]
        # Words of another language are not guessed at; its phone numbers and figures still are.
        read = [p for p, post in zip(passages, posts, strict=True) if _is_english(post.lang)]
        senses = iter(self._meaning.senses(read))
        for post, passage in zip(posts, passages, strict=True):
            account = self._contest.account_of(post.author, post.platform)
            term = account.term_at(post.said) if account else None
            sense = next(senses) if _is_english(post.lang) else Sense()
            yield Scene(self._contest, post, account, term, passage, sense)

    def _reading(self, scene: Scene) -> Reading:
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
            readers=self.versions if _is_english(post.lang) else self._unread(post.lang),
        )

    def _unread(self, lang: str) -> Mapping[str, str]:
        """The readers of a post whose words were not read."""
        return {**self.versions, "language": f"not read: {shown(lang, _LONGEST_LANG)}"}

    def _echo(self, scene: Scene, text: str) -> Scene:
        """The scene in which the same author says `text`, at the same moment, as a post."""
        spoken = replace(scene.post, text=text, kind="post", reply_to=None, quotes=None)
        return next(self._scenes([spoken]))


def load_reader(contest: Contest, meaning: Meaning | None = None) -> Reader:
    """The reader of this contest; by the packaged word lists unless a `meaning` is handed in."""
    return Reader(contest, meaning or Lexicon())


@lru_cache(maxsize=256)
def _is_english(lang: str) -> bool:
    """Whether a post is, or may be, in the language of the word lists; many do not say."""
    primary = _SUBTAG.split(lang.strip().casefold(), maxsplit=1)[0]
    return primary in _ENGLISH or primary in _UNSAID


def _tones(passage: Passage, sense: Sense, sure: float) -> Iterator[Tone]:
    """A tone a camp spoken of. A camp only implied is kept where the tone is sure."""
    mentions = (*passage.mentions, *passage.possible)
    for toward in sense.toward:
        if toward.target.kind != "camp":
            continue
        score = toward.tone.score
        certain = max(toward.odds) >= sure
        if certain or toward.meant:
            spans = tuple((m.start, m.end) for m in mentions if m.target == toward.target)
            tone = toward.odds.index(max(toward.odds)) - 1 if certain else 0
            yield Tone(toward.target.id, tone, score, certain, spans)


def _hostility(sense: Sense) -> Hostility:
    """The hostility of the whole, and the camps most attacked (those at half the worst or more)."""
    attacks = {t.target.id: t.attack.score for t in sense.toward if t.target.kind == "camp"}
    worst = max(attacks.values(), default=0.0)
    camps = tuple(camp for camp, score in attacks.items() if score and score >= worst / 2)
    found = sense.hostility
    return Hostility(found.score, camps if found.score else (), found.spans)
