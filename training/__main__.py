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
@_SCRATCH
@_SEED
def acts(scratch: Path, seed: int) -> None:
    """Train the reader of acts from `make`'s weights; leave it in analysis/models/acts."""
    from training.making import make_acts  # noqa: PLC0415

    make_acts(MODELS / "acts", scratch, seed)


@training.command()
@_DATA
@_SEED
def grams(data: Path, seed: int) -> None:
    """Train the n-grams, with the encoder as their teacher; leave analysis/models/grams.npz."""
    from analysis.encoder import Encoder  # noqa: PLC0415
    from training.grams import make_grams  # noqa: PLC0415

    teacher = Encoder(MODELS / "encoder")
    make_grams(data, MODELS / "grams.npz", seed, teacher, told=click.echo)


@training.command()
@_SCRATCH
@_SEED
def curve(scratch: Path, seed: int) -> None:
    """Print how held-out scores grow with the corpus; after `make`'s first course."""
    from training.curve import curve as points  # noqa: PLC0415

    first = scratch / f"seed-{seed}" / "first" / "weights.pt"
    if not first.exists():
        raise click.UsageError(f"{first} is not there; run `make` with this --scratch first")
    for point in points(first, scratch, seed):
        scores = ", ".join(
            f"{name} {f1:.3f} ({low:.3f}-{high:.3f})"
            for name, (f1, low, high) in point.scores.items()
        )
        click.echo(f"{point.contests} contests, {point.posts} posts: {scores}; {point.minutes} min")


@training.command()
def count() -> None:
    """Print what the corpus holds and how far its two readers agree."""
    for line in counting.table():
        click.echo(line)
    for question, (value, low, high, n) in counting.agreement().items():
        click.echo(f"{question}: kappa {value:.2f} ({low:.2f}-{high:.2f}), n = {n}")


if __name__ == "__main__":
    training()
