"""How the shipped configs end: ``python -m tests.config_shares`` plays them anew and prints its page's numbers.

It takes some minutes. Every config is played 20,000 times at each of five seeds, so that a share's standard error is at
most 0.16 points.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import Final

from experiments.config.load import load_config
from experiments.engine.simulate import simulate
from tests.tree import ROOT

#: Page that has the table.
PAGE: Final = "docs/howto/configs.md"

SEEDS: Final = range(1, 6)
RUNS: Final = 20_000
CHUNK: Final = 2_000

#: Columns of the table, each with the ends that it counts.
ENDS: Final[dict[str, tuple[str, ...]]] = {
    "agreement": ("agreement",),
    "stall, threat executed or deadline lapsed": (
        "stall",
        "cycle",
        "threat_executed",
        "deadline_lapsed",
        "round_limit",
    ),
    "walk-out": ("walkout",),
}


def outcomes(config: str, seed: int, runs: int) -> Counter[str]:
    """How often the first runs of a shipped config end in each way."""
    loaded = load_config(ROOT / "configs" / f"{config}.yaml")
    found: Counter[str] = Counter()
    for first in range(0, runs, CHUNK):
        count = min(CHUNK, runs - first)
        tables = simulate(loaded, first, count, seed, runs, trajectories=False, solutions=False, engine="compiled")
        found.update(tables.runs["outcome"].to_pylist())
    return found


def shares(found: Counter[str]) -> dict[str, float]:
    """Share of each column of the table, in percent."""
    return {column: 100.0 * sum(found[end] for end in ends) / found.total() for column, ends in ENDS.items()}


def printed() -> dict[str, dict[str, float]]:
    """Shares that the page prints, in percent, by config and column."""
    text = (ROOT / PAGE).read_text(encoding="utf-8")
    heading = next(line for line in text.splitlines() if line.startswith("| config | agreement |"))
    columns = _cells(heading)
    rows = re.findall(r"^\| `\w+` \| [\d.]+ %.*$", text, flags=re.MULTILINE)
    return {
        name.strip("`"): {
            column: float(cell.removesuffix(" %"))
            for column, cell in zip(columns[1:], cells, strict=True)
            if column in ENDS
        }
        for name, *cells in map(_cells, rows)
    }


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]


def _lines(configs: Iterable[str]) -> Iterable[str]:
    for config in configs:
        found: Counter[str] = Counter()
        for seed in SEEDS:
            found += outcomes(config, seed, RUNS)
        cells = ", ".join(f"{column} {share:.2f} %" for column, share in shares(found).items())
        yield f"{config}: {cells} ({found.total():,} runs)"


if __name__ == "__main__":
    for line in _lines(printed()):
        print(line, flush=True)
