"""`hustings` and `python -m hustings`: runs the command line, turns its end into an exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. 0 done, 1 something fell short, 2 usage or configuration, 130 stopped."""
    # Read when numpy is first imported. On a busy machine its threads wait for each other
    # longer than they calculate: a head was learnt in 38 s with two of them, in 0.1 s with one.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from hustings.commandline import run  # noqa: PLC0415 - keeps `python -m` start-up lean

    return run(sys.argv[1:] if arguments is None else list(arguments))


if __name__ == "__main__":
    sys.exit(main())
