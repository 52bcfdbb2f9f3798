"""From the options of a command to its answer: the one way that every question goes."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import nullcontext
from typing import TYPE_CHECKING

from experiments.commands.options import console, kept_in
from experiments.labels import counted, partner_called
from experiments.terminal.letters import print_json_text

if TYPE_CHECKING:
    from experiments.progress import Progress
    from experiments.report.result import Result
    from experiments.store.place import Folder


def conduct(
    play: Callable[[Progress], Result],
    folder: Folder | None,
    *,
    as_json: bool = False,
    figures: bool = True,
) -> Result:
    """Put a question, keep its pictures, and print the answer.

    Parameters
    ----------
    play : callable
        Plays what is missing in the directory and returns the answer; told what to do with progress.
    folder : str or pathlib.Path, optional
        Directory of the answer.
    as_json : bool
        Whether JSON is printed in place of text.
    figures : bool
        Whether pictures are drawn into the directory.
    """
    from experiments.progress import COMPILING, progress_for
    from experiments.store.place import KEPT
    from sim.compiled import is_cold

    progress = progress_for(console(errors=True))
    if is_cold():
        progress.say(COMPILING)
    start = time.perf_counter()
    with nullcontext() if folder is None else kept_in(folder):
        result = play(progress)
        seconds = time.perf_counter() - start
        pictures = result.save_figures(advice=KEPT) if figures and folder is not None else []
    if as_json:
        print_json_text(console(), result.json())
    else:
        _print(result, seconds, pictures)
    return result


def _print(result: Result, seconds: float, pictures: list[str]) -> None:
    from experiments.report.terminal import print_blocks

    where = console()
    with partner_called(result.config.partner.names):
        print_blocks(result.blocks(), where)
    where.out("")
    where.out(f"{counted(result.negotiations, 'negotiation')}, {seconds:.1f} s", highlight=False)
    for picture in pictures:
        where.out(f"Picture: {picture}", highlight=False)
    if result.folder is not None:
        where.out(f"Kept in {result.folder}; as a page to read: winset report {result.folder}", highlight=False)
