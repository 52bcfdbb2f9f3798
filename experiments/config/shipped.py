"""Configs that come with winset, and the file that a bare name stands for."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from experiments.config.yaml import fail
from experiments.errors import Position, suggestion
from experiments.files import NO_FILE, installed
from experiments.progress import notice

CONFIGS: Final = installed("configs")

#: Config that ``winset bench`` measures unless another is named.
BENCH_CONFIG: Final = "bench_five_issues.yaml"


def config_file(named: str | Path) -> Path:
    """File of a config: as it is named, or for a bare name that of the working folder, or else the shipped one.

    Which of both a bare name stands for is told, see :func:`experiments.progress.notice`.

    Raises
    ------
    experiments.errors.ConfigError
        When a bare name is that of no file and of no shipped config.
    """
    return _file(named, CONFIGS, ".yaml", "config")


def positions_file(named: str | Path) -> Path:
    """File of a table of positions, found as :func:`config_file` finds a config.

    Raises
    ------
    experiments.errors.ConfigError
        When a bare name is that of no file and of no shipped table.
    """
    return _file(named, CONFIGS / "positions", ".csv", "table of positions")


def _file(named: str | Path, folder: Path, suffix: str, what: str) -> Path:
    path = Path(named)
    if path.exists() or path.suffix or len(path.parts) != 1:
        return path
    beside = path.with_suffix(suffix)
    if beside.exists():
        notice(f"{path} is {beside} of this folder.")
        return beside
    shipped = folder / beside.name
    if not shipped.exists():
        known = sorted(file.stem for file in folder.glob(f"*{suffix}"))
        fail(
            Position(str(path)),
            "",
            f"{NO_FILE}, and no {what} of that name comes with winset{suggestion(str(path), known)}",
        )
    notice(f"{path} is the {what} of that name that comes with winset.")
    return shipped
