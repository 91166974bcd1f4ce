"""From which score on what words may do is taken to be done. Set by hand and on measured posts."""

from __future__ import annotations

from collections.abc import Mapping

LIKELY = 0.55
"""Where nothing else is said."""

LEVELS: Mapping[str, float] = {
    "disparagement": 0.4,
    "attack on officials": 0.75,
    "taking sides": 0.4,
    "party's means": 0.75,
    "inducement": 0.65,
    "ballots": 0.85,
    "bulk messages": 0.45,
    "private data": 0.85,
    "call to pile on": 0.75,
    "record stated": 0.85,
    "holds": 0.35,
}
"""By act (`analysis.heads.ACTS`), and "holds": that a post contradicts a fact.

Set by one pass of coordinate ascent for the reader `acts@1`, on the contests held back from it
and on the practice posts (right flags less false ones, look-alikes weighed once more); two were
set higher after a look at the fictional contest, where they flagged everyday posts.
"""


def level(act: str) -> float:
    """From which score on an act is taken to be done."""
    return LEVELS.get(act, LIKELY)
