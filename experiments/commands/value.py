"""The command that values a package: ``value``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from experiments.commands.question import Common, conduct_about, question

if TYPE_CHECKING:
    from experiments.commands.question import How
    from experiments.config.model import Config
    from experiments.questions.value.result import ValueResult

SubjectArgument = Annotated[
    Path,
    typer.Argument(
        metavar="CONFIG",
        help="Config: a YAML file, or the name of one that comes with winset. Or the directory of a finished run, of "
        "which --run names a negotiation.",
        show_default=False,
    ),
]


@question(subject=SubjectArgument)
def value(
    common: Common,
    package: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ISSUE=VALUE,...",
            help="Package: levels of issues on the table, such as car_tariff=0.15; may be repeated. An issue left out "
            "is at the status quo: tariffs at the rate in force, all else at nothing.",
            show_default=False,
        ),
    ] = None,
    run: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            help="Draw of the config in whose world the package is valued, counted from 0. (Default: every uncertain "
            "number at its median.)",
            show_default=False,
        ),
    ] = None,
    at: Annotated[
        Literal["deal", "us", "partner"] | None,
        typer.Option(
            help="Take the package from negotiation --run: what was signed, or what a side offered last.",
            show_default=False,
        ),
    ] = None,
    on: Annotated[
        str | None,
        typer.Option(
            metavar="YYYY-MM-DD",
            help="Day on which the package is valued. (Default: the first round with the most issues on the table.)",
            show_default=False,
        ),
    ] = None,
    between: Annotated[
        str | None,
        typer.Option(
            metavar="A,B",
            help="Issues of the picture; all is told in terms of B. (Default: chip_purchases,car_tariff.)",
            show_default=False,
        ),
    ] = None,
    amount: Annotated[
        str | None,
        typer.Option(
            metavar="ISSUE=AMOUNT",
            help="What moves of each other issue are to make up for, in the unit of the issue, below 0 for less of it. "
            "(Default: half the range of A.)",
            show_default=False,
        ),
    ] = None,
    draws: Annotated[
        int, typer.Option(metavar="N", help="Draws of the config over which that is worked out again; 0 for none.")
    ] = 300,
) -> None:
    """Value a package: every payoff term by term, and what one issue is worth in terms of another.

    Example: winset value july_2025 --package car_tariff=0.15,investment_fund=550
    """
    from experiments.questions.value.origins import subject_of
    from experiments.questions.value.value import value as play

    def answer(_: Config, how: How) -> ValueResult:
        return play(
            common.config,
            package,
            run=run,
            at=at,
            on=on,
            between=between,
            amount=amount,
            draws=draws,
            sets=common.changes,
            **how,
        )

    conduct_about(subject_of(common.config, common.seed, common.changes).config, answer, common)
