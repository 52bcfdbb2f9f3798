"""The command ``positions``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

import typer

from experiments.commands.question import Wanted, conduct_about, question
from experiments.errors import RunError, shown


@question(of_talks=False)
def positions(
    common: Wanted,
    file: Annotated[
        Path | None,
        typer.Argument(metavar="[FILE]", help="Table of positions (CSV), or the name of one that comes with winset."),
    ] = None,
    case: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="In place of FILE: the US and this country, as the record of winset has their positions.",
        ),
    ] = None,
    on: Annotated[
        str | None,
        typer.Option(metavar="YYYY-MM-DD", help="With --case: the positions of this day, as they were known then."),
    ] = None,
    ranges: Annotated[
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
    rounds: Annotated[int, typer.Option(metavar="N", help="Most rounds of the expected-utility model.")] = 10,
    draws: Annotated[
        int, typer.Option(metavar="N", help="Number of draws of the error of salience, at each of its two sizes.")
    ] = 500,
    compromise: Annotated[
        Literal["least_movement", "lowest"],
        typer.Option(help="Which compromise an actor of that model takes; lowest is for replications only."),
    ] = "least_movement",
) -> None:
    """Put forecasters that read only positions, salience and power to a table of them, side by side.

    Example: winset positions emission_standards --out out/emission
    """
    from experiments.questions.positions.positions import positions as play
    from experiments.questions.positions.positions import positions_asked

    conduct_about(
        positions_asked(file, ranges_of(ranges or ()), salience_scale, case, on),
        lambda table, how: play(table, rounds=rounds, draws=draws, compromise=compromise, **how),
        common,
    )


def ranges_of(options: Sequence[str]) -> dict[str, tuple[float, float]]:
    """Ranges by issue, that of all issues under the empty name.

    Raises
    ------
    experiments.errors.RunError
        When one is not written as two numbers, or an issue has two.
    """
    found: dict[str, tuple[float, float]] = {}
    for option in options:
        name, _, ends = option.rpartition("=")
        low, _, high = ends.partition(":")
        issue = name.strip()
        if issue in found:
            raise RunError(f"--range {shown(option)}: {issue or 'every issue'} has a range by another --range already.")
        try:
            found[issue] = float(low), float(high)
        except ValueError:
            raise RunError(
                f"--range {shown(option)}: write LOW:HIGH or ISSUE=LOW:HIGH, for example delay=4:10."
            ) from None
    return found
