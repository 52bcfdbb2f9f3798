"""The command ``positions``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from experiments.commands.options import errors_as_messages
from experiments.commands.question import Common, conduct, question

if TYPE_CHECKING:
    from collections.abc import Sequence


@question(of_talks=False)
def positions(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="Table of positions (CSV), or the name of one that comes with winset."),
    ],
    common: Common,
    rounds: Annotated[int, typer.Option(metavar="N", help="Rounds of the expected-utility model at most.")] = 10,
    draws: Annotated[int, typer.Option(metavar="N", help="Draws of the error of salience at each of its sizes.")] = 500,
    compromise: Annotated[
        Literal["least_movement", "lowest"],
        typer.Option(help="Which compromise an actor of that model takes; lowest is for replications only."),
    ] = "least_movement",
    range_: Annotated[
        list[str] | None,
        typer.Option(
            "--range",
            metavar="[ISSUE=]LOW:HIGH",
            help="Range of positions, of one issue or all; may be repeated. (Default: as the file says, or 0 to 100.)",
        ),
    ] = None,
    salience_scale: Annotated[
        float | None,
        typer.Option(metavar="1|100", help="What full salience is. (Default: 1 if no value is larger, else 100.)"),
    ] = None,
) -> None:
    """Put position-based forecasters to a table of actors, issues, positions, salience and power.

    Example: winset positions emission_standards --out out/emission
    """
    with errors_as_messages():
        from experiments.config.shipped import positions_file
        from experiments.positions.files import read_positions
        from experiments.questions.positions.positions import positions as play

        table = read_positions(positions_file(file), ranges_of(range_ or ()), salience_scale)
        conduct(
            lambda how: play(table, rounds=rounds, draws=draws, compromise=compromise, **how), common, of_talks=False
        )


def ranges_of(options: Sequence[str]) -> dict[str, tuple[float, float]]:
    """Ranges by issue, that of all issues under the empty name.

    Raises
    ------
    experiments.errors.RunError
        When one is not written as two numbers.
    """
    from experiments.errors import RunError

    found: dict[str, tuple[float, float]] = {}
    for option in options:
        issue, _, ends = option.rpartition("=")
        low, _, high = ends.partition(":")
        try:
            found[issue.strip()] = float(low), float(high)
        except ValueError:
            raise RunError(f"--range {option}: write LOW:HIGH or ISSUE=LOW:HIGH, for example delay=4:10.") from None
    return found
