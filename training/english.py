"""Make the list of English words that analysis ships, from SCOWL; reads nothing but its word lists.

    python -m training.english SMALL... --larger LARGER... --notice COPYRIGHT

SMALL are SCOWL's lists of size 35, LARGER of size 50, as Debian's `wbritish-small`,
`wamerican-small` and `wbritish` carry them (version 2020.12.07, /usr/share/dict), COPYRIGHT the
terms that stand beside them.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path

from analysis.folding import fold

LIST = Path(__file__).parent.parent / "analysis" / "english.txt"
NOTICE = LIST.with_name("english-notice.txt")
_HEADING = """\
# English words from SCOWL 2020.12.07, http://wordlist.aspell.net, Copyright 2000-2011 by Kevin
# Atkinson and others: see english-notice.txt. Changed: folded, without possessives. First the
# everyday words (size 35), then a blank line, then rarer words and well-known names (size 50).
"""


def _spellings(lists: Iterable[Path]) -> set[str]:
    lines = {line for path in lists for line in path.read_text("utf-8").splitlines()}
    return {line for line in lines if line and not line.endswith("'s")}


def listed(small: Iterable[Path], larger: Iterable[Path]) -> str:
    """The shipped list, as text."""
    small = list(small)
    everyday = {fold(word).lower for word in _spellings(small) if word == word.lower()}
    rarer = {fold(word).lower for word in _spellings((*small, *larger))} - everyday
    return _HEADING + "\n".join(sorted(everyday)) + "\n\n" + "\n".join(sorted(rarer)) + "\n"


def main() -> None:
    """Write the list and the terms it comes under."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("small", nargs="+", type=Path)
    parser.add_argument("--larger", nargs="+", type=Path, required=True)
    parser.add_argument("--notice", type=Path, required=True)
    chosen = parser.parse_args()
    LIST.write_text(listed(chosen.small, chosen.larger), "utf-8")
    NOTICE.write_text(chosen.notice.read_text("utf-8"), "utf-8")


if __name__ == "__main__":
    main()
