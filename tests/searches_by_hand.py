"""A stress test made up by hand, whose numbers differ in every cell."""

from __future__ import annotations

from functools import cache

import numpy as np

from experiments.config.load import load_config
from experiments.config.model import Config
from experiments.lab.measures import AimName
from experiments.lab.space import Space
from experiments.questions.stress.failures import MAP, map_table
from experiments.questions.stress.findings import Finding
from experiments.questions.stress.result import StressResult, read
from experiments.store.directory import Directory
from experiments.store.manifest import Request
from tests.tree import ROOT

#: Opponents among which a point chooses by its first gene; the next genes are their knobs, as shares of their limits.
OPPONENTS = ("hardliner", "boulware", "tit_for_tat")


@cache
def config() -> Config:
    """Its scenario."""
    return load_config(ROOT / "configs" / "tiny.yaml")


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


@cache
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
    cases = [
        {"failure": 0, **found[0].at_run, "file": "cases/regret_1.yaml", "seed": 11, "run": 0},
        {"failure": 2, **found[3].at_run, "file": "cases/missed_1.yaml", "seed": 12, "run": 5},
    ]
    settings = {
        "side": "partner", "tactic": "boulware,beta=0.2", "against": "opponent",
        "aims": ["regret", "missed", "exploited"], "thresholds": ["missed=0.6"], "budget": 10_000, "draws": 8,
        "fresh": 64, "cases": 1, "map": True,
    }  # fmt: skip
    with Directory.open(None, Request("stress", config(), 21, settings)) as directory:
        directory.keep(MAP, map_table(space, found))
        for case in cases:
            directory.keep(str(case["file"]), f"name: {case['file']}\n".encode())
        directory.finish(
            points={"regret": 48, "missed": 1_480, "exploited": 1_520}, negotiations_of_search=9_000,
            negotiations=11_500, thresholds={"regret": 0.5, "missed": 0.6, "exploited": 0.95}, cases=cases,
        )  # fmt: skip
        return read(directory.finished())
