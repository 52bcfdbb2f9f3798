"""Best replies and advice made up by hand, whose numbers differ in every cell."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from experiments.config.load import load_config
from experiments.config.model import Config
from experiments.questions.advise.levers import AS_IT_IS, Setting
from experiments.questions.advise.result import AdviseResult
from experiments.questions.advise.tables import term_names
from experiments.questions.advise.trials import Trials
from experiments.questions.exploit.replies import REPLY_COLUMNS
from experiments.questions.exploit.result import ExploitResult
from experiments.store.manifest import Manifest, Request, new_manifest
from sim.issues import SIDES
from tests.tree import TINY

SEED = 21


@cache
def config() -> Config:
    """The scenario of all of them."""
    return load_config(TINY)


def _manifest(command: str, **settings: Any) -> Manifest:
    return new_manifest(Request(command, config(), SEED, settings))


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
    tactics, budget = ("linear", "zeuthen"), 200_000
    return ExploitResult(
        config(), _manifest("exploit", tactics=list(tactics), budget=budget), None, tactics=tactics, budget=budget,
        worlds=250, fresh=500, played=123_456, replies=pd.DataFrame(rows, columns=list(REPLY_COLUMNS)),
    )  # fmt: skip


def trials_by_hand() -> Trials:
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
    return Trials(
        0, settings, ("as in the config", "linear"), own, other, terms, np.array([0.25, 0.5, 0.75, 1.0]), 2.25,
        {name: np.array(share) for name, share in shares.items()}, means,
    )  # fmt: skip


def advice_of(trials: Trials) -> AdviseResult:
    """Advice that trials give."""
    side, worlds = SIDES[trials.side], trials.own.shape[2]
    levers, reactions = ["knob=0.5,2", "budget=6"], list(trials.reactions[1:])
    manifest = _manifest(
        "advise", side=side, levers=levers, reactions=reactions, worlds=worlds, floor=trials.floor
    )  # fmt: skip
    return AdviseResult(
        config(), manifest, None, side=side, floor=trials.floor, worlds=worlds, played=trials.own.size,
        settings=trials.settings_table(), regret=trials.regret_table(),
    )  # fmt: skip


def advice_by_hand() -> AdviseResult:
    """Advice of the trials by hand."""
    return advice_of(trials_by_hand())
