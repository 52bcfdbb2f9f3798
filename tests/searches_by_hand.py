"""Searches of the stress lab made up by hand, whose numbers differ in every cell."""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pandas as pd

from experiments.config.load import load_config
from experiments.config.model import Config
from experiments.lab.measures import AimName
from experiments.lab.space import Space
from experiments.questions.advise.advise import Advice, term_names
from experiments.questions.advise.levers import AS_IT_IS, Setting
from experiments.questions.exploit.exploit import ExploitResult
from experiments.questions.stress.findings import Finding
from experiments.questions.stress.read import Stressed
from experiments.questions.stress.result import StressResult
from experiments.questions.stress.tables import map_table, plain_result
from tests.tree import ROOT

#: Opponents among which a point chooses by its first gene; the next genes are their knobs, as shares of their limits.
OPPONENTS = ("hardliner", "boulware", "tit_for_tat")


@cache
def config() -> Config:
    """The scenario of all of them."""
    return load_config(ROOT / "configs" / "tiny.yaml")


def replies_by_hand() -> ExploitResult:
    """Two families reply to two tactics from both seats."""
    rows = [
        ("linear", "us_treasury", "boulware", "initial=0.1, beta=0.5", 3.15, 4.25, 1.05, 2.1, 0.25, 2.2),
        ("linear", "us_treasury", "hardliner", "", 1.15, 0.45, 1.06, 0.09, 0.35, 0.1),
        ("linear", "partner", "boulware", "initial=0.2, beta=0.7", 5.75, 6.85, 5.95, -0.2, 0.15, -0.1),
        ("linear", "partner", "hardliner", "", 2.65, 0.55, 5.96, -3.31, 0.45, -3.0),
        ("zeuthen", "us_treasury", "boulware", "initial=0.3, beta=0.9", 8.35, 9.45, 7.75, 0.6, 0.55, 0.7),
        ("zeuthen", "us_treasury", "hardliner", "", 8.36, 9.46, 7.76, 0.6, 0.65, 0.7),
        ("zeuthen", "partner", "boulware", "initial=0.4, beta=1.1", 1.85, 2.95, 1.65, 0.2, 0.75, 0.1),
        ("zeuthen", "partner", "hardliner", "", 2.55, 2.96, 1.66, 0.89, 0.85, 0.8),
    ]
    columns = ["tactic", "seat", "family", "knobs", "gain", "gain_tactic", "self_play", "exploitability", "error",
               "picking"]  # fmt: skip
    return ExploitResult(pd.DataFrame(rows, columns=columns), 250, 500, 123_456, 12.0)


def advice_by_hand() -> Advice:
    """Four settings of two levers, two reactions, four worlds; only the second reaction answers the last setting."""
    own = np.array([
        [[1.0, 2, 3, 4], [9.0, 9, 9, 9]], [[2.0, 3, 5, 8], [9.0, 9, 9, 9]], [[0.5, 1, 1.5, 4], [9.0, 9, 9, 9]],
        [[9.0, 9, 9, 9], [2.25, 2.5, 2.75, 3.5]],
    ])  # fmt: skip
    other = np.array([
        [[1.25] * 4, [1.0] * 4], [[2.25] * 4, [1.0] * 4], [[3.25] * 4, [1.0] * 4], [[1.0] * 4, [4.25] * 4],
    ])  # fmt: skip
    names = term_names(0)
    terms = np.zeros((4, len(names)))
    terms[:, 0], terms[:, 1] = [1.0, 1.75, 1.001, 0.75], [5.0, 4.5, 5.125, 5.375]
    shares = {
        "mean": [0.05, 0.92, 0.01, 0.02], "cvar": [0.06, 0.03, 0.04, 0.87], "satisficing": [0.11, 0.13, 0.15, 0.61],
        "max_regret": [0.07, 0.08, 0.09, 0.76],
    }  # fmt: skip
    settings = (AS_IT_IS, Setting("knob", "0.5", ()), Setting("knob", "2", ()), Setting("budget", "6", ()))
    means = np.array([[2.5, 4.6, 1.5, 2.71], [2.5, 4.7, 1.9, 2.95]])
    return Advice(
        0, settings, ("as in the config", "linear"), own, other, terms, np.array([0.25, 0.5, 0.75, 1.0]), 2.25,
        {name: np.array(share) for name, share in shares.items()}, means, 32, 3.0,
    )  # fmt: skip


def _finding(
    aim: AimName, genes: tuple[float, ...], score: float, error: float, failing: float, end: tuple[str, str],
    last: float, own: float, other: float, *, column: int = 0, confirmed: bool = True,
) -> Finding:  # fmt: skip
    opponent = OPPONENTS[min(int(genes[0] * len(OPPONENTS)), 2)]
    return Finding(
        aim=aim, genes=np.array(genes), searched=score + 0.03, score=score, error=error, failing=failing,
        opponent=opponent, outcome=end[0], reason=end[1], round=last, cell=(0, column), confirmed=confirmed, own=own,
        other=other, reply=-1, run=column + 3, at_run={"run": column + 3, "outcome": end[0], "reason": end[1],
        "round": int(last), "gain": own, "gain_other": other, "score": score},
    )  # fmt: skip


def stress_by_hand() -> StressResult:
    """Three failures, one candidate that did not hold, and an aim of which nothing was found."""
    width = 1 + max(2, 2)
    space = Space(config(), 1, None, OPPONENTS, ())
    genes = [(0.4, 0.25, 0.75), (0.1,) + (0.5,) * (width - 1), (0.9, 0.5, 0.5), (0.1,) + (0.6,) * (width - 1)]
    found = (
        _finding("regret", genes[0], 1.875, 0.125, 0.734, ("stall", "tactics_hold"), 5.25, 0.375, 2.625, column=2),
        _finding("regret", genes[1], 0.625, 0.0625, 0.546, ("walkout", "no_zone"), 2.75, -0.125, 1.375, column=1),
        _finding("regret", genes[3], 0.515, 0.25, 0.328, ("stall", "no_zone"), 7.5, 0.25, 3.125, confirmed=False),
        _finding("missed", genes[2], 0.812, 0.048, 0.812, ("stall", "tactics_hold"), 6.5, 0.875, 4.375, column=3),
    )
    failures = (found[0], found[1], found[3])
    cases = {
        0: {**found[0].at_run, "file": "cases/regret_1.yaml", "seed": 11, "run": 0},
        2: {**found[3].at_run, "file": "cases/missed_1.yaml", "seed": 12, "run": 5},
    }
    return StressResult(
        space, {"regret": 0.5, "missed": 0.6, "exploited": 0.95}, {"regret": 48, "missed": 1_480, "exploited": 1_520},
        9_000, 11_500, found, failures, cases, map_table(space, found), 7.0, True,
    )  # fmt: skip


def stressed_by_hand() -> Stressed:
    """The same as it is read back."""
    options: dict[str, Any] = {
        "side": "partner", "tactic": "boulware,beta=0.2", "against": "opponent", "map": True,
        "aims": ["regret", "missed", "exploited"], "thresholds": ["missed=0.6"], "budget": 10_000, "draws": 8,
        "fresh": 64, "cases": 1,
    }  # fmt: skip
    search = SimpleNamespace(manifest={"seed": 21}, config=config(), option=options.__getitem__)
    result = stress_by_hand()
    return Stressed(cast(Any, search), plain_result(result), result.map)
