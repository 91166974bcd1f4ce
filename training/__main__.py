"""`python -m training`: make the readers' models, draw the curve, count the corpus."""

from __future__ import annotations

from pathlib import Path

import click

from training import counting

MODELS = Path(__file__).parent.parent / "analysis" / "models"
_DATA = click.option(
    "--data",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder of public labelled tweets.",
)
_SCRATCH = click.option(
    "--scratch",
    default=Path("training-scratch"),
    type=click.Path(file_okay=False, path_type=Path),
    help="Where weights and logs are kept on the way.",
)
_SEED = click.option("--seed", default=7, show_default=True)


@click.group()
def training() -> None:
    """How the readers' models are made and measured."""


@training.command()
@_DATA
@_SCRATCH
@_SEED
def make(data: Path, scratch: Path, seed: int) -> None:
    """Train the encoder and leave it, calibrated and with its card, in analysis/models/encoder."""
    from training.making import make as made  # noqa: PLC0415

    made(data, MODELS / "encoder", scratch, seed)


@training.command()
def count() -> None:
    """Print what the corpus holds and how far its two readers agree."""
    for line in counting.table():
        click.echo(line)
    for question, (value, low, high, n) in counting.agreement().items():
        click.echo(f"{question}: kappa {value:.2f} ({low:.2f}-{high:.2f}), n = {n}")


if __name__ == "__main__":
    training()
