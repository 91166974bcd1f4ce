"""What the monitor tells whoever listens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from contest.contest import Contest
from contest.labels import Changes, head_name
from contest.post import Post
from contest.reading import Breach, Exchange
from contest.visit import Health


@dataclass(frozen=True, slots=True)
class Alert:
    """A post that a person should look at now."""

    post: Post
    breaches: tuple[Breach, ...] = ()
    exchange: Exchange | None = None


@dataclass(frozen=True, slots=True)
class Visited:
    """A source answered. `new`, `revised` and `gone` count posts; `health` says how it stands."""

    health: Health
    new: int = 0
    revised: int = 0
    gone: int = 0
    entries: int = 0
    alerts: tuple[Alert, ...] = ()
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Failed:
    """A source could not be read; it will be tried again at `health.next_visit`."""

    health: Health


@dataclass(frozen=True, slots=True)
class Leading:
    """Whether this process polls (True) or follows another one that does."""

    leads: bool
    holder: str = ""


@dataclass(frozen=True, slots=True)
class Changed:
    """Another process wrote to the archive; `alerts` are what it flagged since the last time."""

    alerts: tuple[Alert, ...] = ()


@dataclass(frozen=True, slots=True)
class Announced:
    """Something a person should be told once, such as that the demo's story is over."""

    words: str


@dataclass(frozen=True, slots=True)
class Learning:
    """What is being done about labels, in words; "" once it is done."""

    words: str = ""


@dataclass(frozen=True, slots=True)
class Learnt:
    """A new head is in force: its number, and how it agrees with the labels, in a line."""

    number: int
    words: str

    @property
    def head(self) -> str:
        """Its version."""
        return head_name(self.number)


@dataclass(frozen=True, slots=True)
class Reread:
    """How far stored posts were read again with the head in force: what changed, of how many.

    Where another process did it (`elsewhere`) what changed is known there.
    """

    done: Changes
    total: int
    over: bool = False
    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class Advised:
    """A second reader said something of a flag, which is kept."""

    uid: str


@dataclass(frozen=True, slots=True)
class RulebookRead:
    """The configuration was read again and is sound: new posts are judged by `contest` from now on.

    `words` say what changed, `waits` what only a restart brings; `behind` stored posts were not
    judged by these rules.
    """

    contest: Contest
    words: str
    waits: tuple[str, ...] = ()
    behind: int = 0


@dataclass(frozen=True, slots=True)
class ExamplesFell:
    """Examples of the rules that were just taken up do not hold, each in words; the rules count."""

    words: tuple[str, ...]

    @property
    def line(self) -> str:
        """How many, and where they are named."""
        many = len(self.words)
        which = (
            "1 of the rules' examples does" if many == 1 else f"{many:,} of the rules' examples do"
        )
        return f"{which} not hold: `hustings check` names them"


@dataclass(frozen=True, slots=True)
class RulebookWrong:
    """The configuration cannot be used; the last good one stays in force.

    `problems` name file and line; `since` is when it was first found so (the contest's time).
    """

    problems: tuple[str, ...]
    since: datetime


Event = (
    Visited | Failed | Leading | Changed | Announced | Learning | Learnt | Reread | Advised
    | RulebookRead | RulebookWrong | ExamplesFell
)  # fmt: skip
