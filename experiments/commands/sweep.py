"""The command ``sweep``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from experiments.commands.options import Side
from experiments.commands.question import Common, How, conduct, question
from experiments.errors import RunError

if TYPE_CHECKING:
    from experiments.config.model import Config
    from experiments.questions.sweep.result import SweepResult


@question()
def sweep(
    common: Common,
    over: Annotated[
        list[str] | None,
        typer.Option(
            "--over",
            metavar="PATH=VALUES",
            help="Entry of the config and its values, PATH=low:high:n or PATH=v1,v2; once for lines, twice for a map.",
        ),
    ] = None,
    leader: Annotated[
        Side | None,
        typer.Option(help="In place of --over: move this side's first offer from end to end of what it can offer."),
    ] = None,
    issue: Annotated[
        str | None,
        typer.Option(metavar="ISSUE", help="With --leader: move its declared red line on this issue instead."),
    ] = None,
    points: Annotated[
        int | None, typer.Option(metavar="N", help="With --leader: number of steps, from 2 to 201. (Default: 11.)")
    ] = None,
    runs: Annotated[
        int,
        typer.Option(
            metavar="N", help="Number of worlds (draws of the uncertain numbers), the same ones at every value."
        ),
    ] = 200,
) -> None:
    """Play the same worlds at every value of one or two entries of the config.

    Example: winset sweep tiny --over us_treasury.consumer_weight=0.5:1:3 --runs 50
    """
    from experiments.questions.sweep.leader import POINTS
    from experiments.questions.sweep.sweep import leader_sweep, sweep

    _check_choice(over, leader, issue, points)

    def play(_: Config, how: How) -> SweepResult:
        if leader is None:
            return sweep(common.config, over or (), runs, sets=common.changes, **how)
        moved = POINTS if points is None else points
        return leader_sweep(common.config, leader, issue, moved, runs, sets=common.changes, **how)

    conduct(play, common)


def _check_choice(over: Sequence[str] | None, leader: str | None, issue: str | None, points: int | None) -> None:
    for option, value in (("--issue", issue), ("--points", points)):
        if leader is None and value is not None:
            raise RunError(f"{option} goes with --leader; give a side: --leader us_treasury or partner.")
    if bool(over) == (leader is not None):
        raise RunError(
            "give what is swept: either --over PATH=VALUES (once or twice) or --leader SIDE, for example "
            "--over partner.subsidy_budget=0.5:6:12."
        )
