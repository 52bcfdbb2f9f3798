"""The command ``chain``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from experiments.commands.options import RecordOption
from experiments.commands.question import Common, conduct_about, question

if TYPE_CHECKING:
    from experiments.commands.question import How
    from experiments.questions.chain.result import ChainResult
    from experiments.questions.chain.spec import ChainSpec

ChainArgument = Annotated[
    Path,
    typer.Argument(
        metavar="CONFIG",
        help="Config of a chain: a YAML file with a list of cases, or the name of one that comes with winset, five or "
        "thirteen.",
        show_default=False,
    ),
]


@question("chain", subject=ChainArgument)
def chain(
    common: Common,
    runs: Annotated[int, typer.Option(metavar="N", help="Runs of each case and order.")] = 200,
    bandwidth: Annotated[
        float | None,
        typer.Option(
            metavar="H",
            help="How far from a partner deals of others still count. (Default: from the chain.)",
            show_default=False,
        ),
    ] = None,
    orders: Annotated[
        int, typer.Option(metavar="N", help="Orders drawn for the chain itself, where a case has no date.")
    ] = 10,
    stress: Annotated[
        int, typer.Option(metavar="N", help="Random orders tried of more than six cases; of fewer all are. 0: none.")
    ] = 200,
    record: RecordOption = None,
) -> None:
    """Play cases one after the other: what each deal does to those still to come, and what the order decides.

    Example: winset chain five --runs 50 --stress 0
    """
    from experiments.questions.chain.chain import chain as play
    from experiments.questions.chain.chain import spec_of

    def load() -> ChainSpec:
        return spec_of(common.config, bandwidth)

    def answer(spec: ChainSpec, how: How) -> ChainResult:
        return play(spec, runs, orders=orders, stress=stress, record=record, sets=common.changes, **how)

    conduct_about(load(), answer, common)
