"""`hustings` and `python -m hustings`: runs the command line, turns its end into an exit code."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. 0 done, 1 something fell short, 2 usage or configuration, 130 stopped."""
    from hustings.commandline import run  # noqa: PLC0415 - keeps `python -m` start-up lean

    return run(sys.argv[1:] if arguments is None else list(arguments))


if __name__ == "__main__":
    sys.exit(main())
