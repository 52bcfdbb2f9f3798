"""The command ``forecast``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from experiments.commands.options import RecordOption
from experiments.commands.question import Common, conduct_about, question
from experiments.errors import date_given

if TYPE_CHECKING:
    from experiments.commands.question import How
    from experiments.config.model import Config
    from experiments.questions.forecast.result import ForecastResult

CaseArgument = Annotated[
    Path, typer.Argument(metavar="CASE", help="A country of the record, such as Korea.", show_default=False)
]


@question("forecast", subject=CaseArgument)
def forecast(
    common: Common,
    draws: Annotated[int, typer.Option(metavar="N", help="Runs of each variant, all of equal weight.")] = 1_000,
    weights: Annotated[
        list[str] | None,
        typer.Option(
            metavar="[NAME=]FILE",
            help="A further variant under a table that winset calibrate has left; may be repeated.",
            show_default=False,
        ),
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of",
            metavar="YYYY-MM-DD",
            help="Day whose knowledge counts. (Default: that of cases.csv.)",
            show_default=False,
        ),
    ] = None,
    record: RecordOption = None,
) -> None:
    """Forecast whether a country has a deal by two dates, and which rates hold then, with baselines beside it.

    Example: winset forecast Korea --draws 200
    """
    from experiments.cases.cases import case_config
    from experiments.questions.forecast.forecast import forecast as play
    from experiments.questions.forecast.variants import parse_weights
    from experiments.record.record import record_of

    day, tables = None if as_of is None else date_given("--as-of", as_of), parse_weights(weights or ())
    case, sets, whole = str(common.config), common.changes, record_of(record)

    def answer(_: Config, how: How) -> ForecastResult:
        return play(case, draws, weights=tables, as_of=day, record=whole, sets=sets, **how)

    conduct_about(case_config(case, as_of=day, record=whole, sets=sets), answer, common)
