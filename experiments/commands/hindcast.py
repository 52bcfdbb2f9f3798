"""The command ``hindcast``."""

from __future__ import annotations

from typing import Annotated

import typer

from experiments.commands.question import Common, conduct, question
from experiments.errors import date_given


@question("hindcast")
def hindcast(
    common: Common,
    as_of: Annotated[
        list[str] | None,
        typer.Option(
            "--as-of",
            metavar="DATE",
            help="Date of a forecast; may be repeated. (Default: 28 May, 13 and 28 June, 11 and 21 July 2025.)",
        ),
    ] = None,
    runs: Annotated[
        int | None, typer.Option(metavar="N", help="Negotiations of each forecast. (Default: from the config.)")
    ] = None,
    day: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="Day on which deals and rates are read. (Default: 2025-08-01.)"),
    ] = None,
    informed: Annotated[
        bool, typer.Option("--informed", help="Let in what was learnt after the dates; every page then says so.")
    ] = False,
) -> None:
    """Forecast talks whose end is known, each from what was known on its date, and score that beside nine baselines.

    Example: winset hindcast japan_hindcast --as-of 2025-05-28 --runs 200
    """
    from experiments.questions.hindcast.hindcast import hindcast as play
    from experiments.questions.hindcast.targets import DATES, TARGET_DAY

    dates = [date_given("--as-of", one) for one in as_of] if as_of else DATES
    read_on = date_given("--day", day) if day is not None else TARGET_DAY
    conduct(lambda loaded, how: play(loaded, dates, runs, day=read_on, informed=informed, **how), common)
