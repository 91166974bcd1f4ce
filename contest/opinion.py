"""What a second reader says of a flag, and what becomes of the flag. It never makes one graver."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal, get_args

from contest.code import SEVERITIES, Lane
from contest.reading import Breach

Verdict = Literal["stands", "milder", "needs-context"]
"""All that a second reader may say: the flag is as it should be, one step too grave, or cannot be
told from what is shown."""

VERDICTS: Final[tuple[Verdict, ...]] = get_args(Verdict)


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a second reader said of one flag on one version of a post.

    The flag is known by its `rule`, the rule's `version`, and the `severity` and `lane` that the
    first reader gave it: of a flag that is read otherwise since, nothing was said. `because` is
    one sentence, `quoting` the words of the post it rests on. `model` is the model's name as
    the server gave it, `prompt` the version of the question; `at` is when it was said (aware).
    """

    rule: str
    version: str
    severity: str
    lane: Lane
    verdict: Verdict
    because: str
    quoting: str
    model: str
    prompt: str
    at: datetime

    def is_about(self, breach: Breach) -> bool:
        """Whether that is the flag, as it was when this was said."""
        asked = (self.rule, self.version, self.severity, self.lane)
        return asked == (breach.rule, breach.version, breach.severity, breach.lane)


def applied(breach: Breach, opinion: Opinion) -> Breach:
    """The flag as the second reader sees it; unchanged if the opinion is of another flag.

    At most one step milder, or a case that needs context: never graver, never gone.
    """
    if not opinion.is_about(breach):
        return breach
    severity, lane = lowered(breach.severity, breach.lane, opinion.verdict)
    return replace(breach, severity=severity, lane=lane)


def lowered(severity: str, lane: Lane, verdict: Verdict) -> tuple[str, Lane]:
    """Severity and lane under a verdict.

    >>> lowered("S3", "case", "milder")
    ('S2', 'case')
    >>> lowered("S0", "needs-context", "milder")
    ('S0', 'needs-context')
    >>> lowered("S3", "before-rule", "needs-context")
    ('S3', 'before-rule')
    """
    if verdict == "milder":
        return SEVERITIES[max(SEVERITIES.index(severity) - 1, 0)], lane
    if verdict == "needs-context" and lane == "case":
        return severity, "needs-context"
    return severity, lane
