"""The table of effects: what each method gives each input, and which inputs stand above the noise of a method."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import numpy as np
import pandas as pd

from experiments.lab.inputs import DUMMY
from experiments.lab.outputs import DEAL, GAP

SOBOL: Final = "sobol"
PAWN: Final = "pawn"
MORRIS: Final = "morris"
METHODS: Final = (SOBOL, PAWN, MORRIS)

#: The number by which a method ranks the inputs.
MAIN: Final[dict[str, str]] = {SOBOL: "total", PAWN: "mean", MORRIS: "mu_star"}

#: What that number is called in tables.
METHOD_LABELS: Final[dict[str, str]] = {SOBOL: "Sobol total", PAWN: "PAWN mean", MORRIS: "Morris mu*"}

#: Names of the methods in sentences.
METHOD_NAMES: Final[dict[str, str]] = {SOBOL: "Sobol", PAWN: "PAWN", MORRIS: "Morris"}

#: Inputs that are compared: so many of the strongest.
TOP: Final = 5

#: Columns of the table.
EFFECTS: Final = ("output", "method", "input", "rank", "measure", "value", "low", "high")

#: Columns of the table of agreement.
AGREEMENT_COLUMNS: Final = ("output", "first", "second", "rank_correlation", "shared_top")


def main_key(method: str) -> str:
    """Column of :func:`wide` by which a method ranks the inputs."""
    return f"{method}.{MAIN[method]}"


def methods_of(effects: pd.DataFrame, output: str) -> list[str]:
    """Methods that explain an output; the word of the first counts."""
    there = set(effects.loc[effects["output"] == output, "method"])
    return [method for method in METHODS if method in there]


def main_method(effects: pd.DataFrame, output: str) -> str:
    """Method whose word counts for an output: Sobol, where it is refused PAWN, else Morris; empty without any."""
    return next(iter(methods_of(effects, output)), "")


def top(effects: pd.DataFrame, output: str, method: str, count: int = TOP) -> list[str]:
    """Inputs that matter most for an output by a method, strongest first."""
    chosen = _measured(effects, output, method, MAIN[method]).dropna(subset=["rank"])
    return list(chosen.sort_values("rank")["input"].head(count))


def noise(effects: pd.DataFrame, output: str, method: str) -> float:
    """How far from 0 the dummy may be by a method; for Sobol by the first effect, as the total has no noise."""
    of_all = _measured(effects, output, method, "first" if method == SOBOL else MAIN[method])
    found = of_all[of_all["input"] == DUMMY]
    half = (found["high"] - found["low"]) / 2
    return float((found["value"].abs() + half).iloc[0]) if len(found) else np.nan


def above_noise(effects: pd.DataFrame, output: str, method: str) -> list[str]:
    """Inputs of the first five whose interval lies above that of the dummy."""
    low = wide(effects, output)[f"{main_key(method)}_low"]
    reach = noise(effects, output, method)
    return [name for name in top(effects, output, method) if low[name] > reach]


def wide(effects: pd.DataFrame, output: str) -> pd.DataFrame:
    """Effects of one output with a row an input and columns ``<method>.<measure>``, also ``_low`` and ``_high``."""
    chosen = effects[effects["output"] == output]
    columns = {}
    for (method, measure), part in chosen.groupby(["method", "measure"], sort=False):
        indexed = part.set_index("input")
        columns[f"{method}.{measure}"] = indexed["value"]
        columns[f"{method}.{measure}_low"] = indexed["low"]
        columns[f"{method}.{measure}_high"] = indexed["high"]
    return pd.DataFrame(columns)


def _measured(effects: pd.DataFrame, output: str, method: str, measure: str) -> pd.DataFrame:
    is_chosen = (effects["output"] == output) & (effects["method"] == method) & (effects["measure"] == measure)
    return effects[is_chosen]


def target_of(outputs: Iterable[str], explained: set[str]) -> str:
    """Output of the conclusion: deal or no deal if it varies, else the gap that is left, else the first that varies."""
    names = [output for output in outputs if output in explained]
    return next((name for name in (DEAL, GAP) if name in names), names[0] if names else "")


def agreement_of(effects: pd.DataFrame) -> pd.DataFrame:
    """Rank correlation and shared top five of every two methods, by output."""
    rows: list[dict[str, Any]] = []
    for output, table in effects.groupby("output", sort=False):
        main = table[table["measure"] == table["method"].map(MAIN)].dropna(subset=["rank"])
        ranks = {str(method): part.set_index("input")["rank"] for method, part in main.groupby("method", sort=False)}
        methods = [method for method in METHODS if method in ranks]
        for place, first in enumerate(methods):
            for second in methods[place + 1 :]:
                common = ranks[first].index.intersection(ranks[second].index, sort=False)
                one, other = (ranks[method][common].rank() for method in (first, second))
                shared = int(((one <= TOP) & (other <= TOP)).sum())
                rows.append(
                    {
                        "output": output,
                        "first": first,
                        "second": second,
                        "rank_correlation": float(one.corr(other)),
                        "shared_top": shared,
                    }
                )
    return pd.DataFrame(rows, columns=list(AGREEMENT_COLUMNS))


def verdict_of(shared: int) -> str:
    """Whether two methods agree that share so many of their first five inputs."""
    return "agree" if shared >= TOP - 1 else "agree in part" if shared >= TOP // 2 else "differ"
