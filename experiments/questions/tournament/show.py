"""The end of the command: pictures into the directory, and the summary or JSON to the terminal."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from experiments.questions.tournament.job import save_figures
from experiments.questions.tournament.text import render, summary
from experiments.store.place import KEPT
from experiments.terminal.letters import print_json

if TYPE_CHECKING:
    from rich.console import Console

    from experiments.questions.tournament.job import Tournament
    from experiments.store.place import Folder


def show(tournament: Tournament, folder: Folder, console: Console, *, figures: bool, as_json: bool) -> None:
    """Draw the pictures if asked, and print the summary, or all of it as JSON."""
    pictures = save_figures(tournament, folder, advice=KEPT) if figures else []
    if as_json:
        content = _finite(summary(tournament)) | {"folder": str(folder), "figures": pictures}
        print_json(console, content)
        return
    render(tournament, console)
    for picture in pictures:
        console.out(f"Picture: {picture}", highlight=False)
    console.out(f"Tables: {folder}", highlight=False)
    console.out(f"As a page to read: winset report {folder}", highlight=False)


def _finite(value: Any) -> Any:
    """Plain data with null for what is no finite number, which JSON has not."""
    import pandas as pd

    if isinstance(value, dict):
        return {key: _finite(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_finite(part) for part in value]
    missing = value is pd.NA or (isinstance(value, float) and not math.isfinite(value))
    return None if missing else value
