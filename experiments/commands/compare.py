"""The command ``compare``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from experiments.commands.options import TacticsOption, errors_as_messages
from experiments.commands.question import How, Wanted, conduct_about, question

if TYPE_CHECKING:
    from experiments.questions.compare.compared import RunsCompared
    from experiments.questions.compare.result import CompareResult


@question("compare", of_talks=False, about="runs", draws=False)
def compare(
    common: Wanted,
    folders: Annotated[
        list[str],
        typer.Argument(metavar="DIR", help="Directories of 2 to 6 finished runs, the base first.", show_default=False),
    ],
    tactics: TacticsOption = None,
) -> None:
    """Set finished runs side by side: what was changed, and what differs beyond chance.

    Example: winset compare out/july out/cars --out out/compare
    """
    with errors_as_messages(tactics):
        from experiments.questions.compare.compare import compare_runs
        from experiments.questions.compare.compared import runs_compared

        def put(asked: RunsCompared, how: How) -> CompareResult:
            return compare_runs(
                asked, out=how["out"], resume=how["resume"], overwrite=how["overwrite"], progress=how["progress"]
            )

        conduct_about(runs_compared(folders), put, common)
