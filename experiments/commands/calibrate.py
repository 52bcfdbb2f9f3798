"""The command ``calibrate``."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from experiments.commands.options import RecordOption
from experiments.commands.question import Common, conduct, question


@question("calibrate")
def calibrate(
    common: Common,
    cases: Annotated[
        list[str] | None,
        typer.Option(
            "--case",
            metavar="NAME",
            help="A further case of the record, such as Korea, that is fitted with the same parameters; may be "
            "repeated. Its config is made of the record.",
        ),
    ] = None,
    parameters: Annotated[
        list[str] | None,
        typer.Option(
            "--parameter",
            metavar="PATH",
            help="A number that is calibrated; may be repeated. (Default: threat and courts, losses against earlier "
            "deals, belief in the fund and its headline, both tactics, the partner's margin and audience cost.)",
        ),
    ] = None,
    through: Annotated[
        str | None,
        typer.Option(
            metavar="YYYY-MM-DD",
            help="Last day of the record that is fitted; later rows are only predicted. (Default: everything.)",
            show_default=False,
        ),
    ] = None,
    hold_out: Annotated[
        list[str] | None,
        typer.Option(
            "--hold-out",
            metavar="NAME",
            help="Rows that are only predicted: an issue, a side's issue (partner.car_tariff), deal_day, or a case; "
            "may be repeated.",
        ),
    ] = None,
    record: RecordOption = None,
    method: Annotated[
        Literal["weights", "regression", "smc"],
        typer.Option(
            help="Weigh draws from the prior; move them by regression as well; or go on to smaller tolerances by "
            "sequential Monte Carlo."
        ),
    ] = "weights",
    draws: Annotated[int, typer.Option(metavar="N", help="Draws of the parameters.")] = 4000,
    repeats: Annotated[
        int, typer.Option(metavar="N", help="How often each draw is played in each case, all else drawn anew.")
    ] = 1,
    tolerance: Annotated[
        float | None,
        typer.Option(
            metavar="T",
            help="Standard deviation of the record around the model, in widths of its rows. (Default: 0.5, raised "
            "until enough draws count.)",
        ),
    ] = None,
    kept: Annotated[
        float, typer.Option(metavar="SHARE", help="Share of the draws that must count in effect for that.")
    ] = 0.05,
    most_steps: Annotated[int, typer.Option(metavar="N", help="Steps of sequential Monte Carlo at most.")] = 200,
) -> None:
    """Weigh draws by how near they come to the record: which parameters it identifies, and what that predicts.

    Example: winset calibrate japan_us_2025 --through 2025-06-28
    """
    from experiments.questions.calibrate.calibrate import calibrate as play

    conduct(
        lambda loaded, how: play(
            loaded,
            cases or (),
            parameters=parameters or (),
            through=through,
            hold_out=hold_out or (),
            record=record,
            method=method,
            draws=draws,
            repeats=repeats,
            tolerance=tolerance,
            kept=kept,
            most_steps=most_steps,
            **how,
        ),
        common,
    )
