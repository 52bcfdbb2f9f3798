"""Explorations made up by hand, whose numbers differ in every cell, so that no cell can stand for another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from experiments.config.load import load_config
from experiments.lab.known_inputs import KnownInput
from experiments.questions.discover.prim import Box, Limit
from experiments.questions.discover.result import DiscoverResult
from experiments.questions.sensitivity.result import PlainSample, SensitivityResult
from experiments.questions.sweep.axes import Axis
from experiments.questions.sweep.leader import FOLLOWING, Leader
from experiments.questions.sweep.pairs import BEFORE, CHANGES, FIRST
from experiments.questions.sweep.result import SweepResult
from experiments.questions.sweep.tables import OPENINGS
from experiments.store.manifest import Part, Request, StoredFile, new_manifest
from tests.tree import TINY

NAN = float("nan")

#: What each input is, for the pages.
INPUTS = {
    "a.one": KnownInput("a.one", "first weight", "ratio", "uniform(low=0, high=1)", "a paper", "high"),
    "b.two": KnownInput("b.two", "second weight", "rate", "uniform(low=0, high=2)", "own", "assumption"),
    "c.three": KnownInput("c.three", "", "US$ bn", "uniform(low=3, high=4)", "a letter", "low"),
    "chance": KnownInput("chance", "everything drawn inside", "", "", "", ""),
    "dummy": KnownInput("dummy", "changes nothing", "", "", "", ""),
}

_Cells = Mapping[str, tuple[float, float, float, float]]

_DEAL: dict[tuple[str, str], _Cells] = {
    ("sobol", "total"): {
        "a.one": (1, 0.61, 0.50, 0.74), "b.two": (2, 0.43, 0.33, 0.49), "c.three": (4, 0.05, 0.01, 0.11),
        "chance": (3, 0.22, 0.15, 0.33), "dummy": (NAN, 0.03, 0.02, 0.06),
    },
    ("sobol", "first"): {
        "a.one": (1, 0.51, 0.42, 0.58), "b.two": (2, 0.31, 0.21, 0.35), "c.three": (4, 0.02, -0.03, 0.15),
        "chance": (3, 0.12, 0.07, 0.27), "dummy": (NAN, 0.01, -0.03, 0.05),
    },
    ("pawn", "mean"): {
        "a.one": (2, 0.37, 0.30, 0.46), "b.two": (1, 0.47, 0.41, 0.55), "c.three": (3, 0.13, 0.09, 0.19),
        "dummy": (NAN, 0.10, 0.07, 0.15),
    },
    ("pawn", "maximum"): {
        "a.one": (2, 0.57, NAN, NAN), "b.two": (1, 0.67, NAN, NAN), "c.three": (3, 0.23, NAN, NAN),
        "dummy": (NAN, 0.20, NAN, NAN),
    },
    ("morris", "mu_star"): {
        "a.one": (1, 0.91, 0.81, 1.13), "b.two": (2, 0.72, 0.54, 0.98), "c.three": (4, 0.17, 0.06, 0.24),
        "chance": (3, 0.45, 0.36, 0.64), "dummy": (NAN, 0.0, 0.0, 0.0),
    },
    ("morris", "sigma"): {
        "a.one": (1, 0.39, NAN, NAN), "b.two": (2, 0.29, NAN, NAN), "c.three": (4, 0.16, NAN, NAN),
        "chance": (3, 0.48, NAN, NAN), "dummy": (NAN, 0.0, NAN, NAN),
    },
}  # fmt: skip

_GAIN: dict[tuple[str, str], _Cells] = {
    ("morris", "mu_star"): {
        "a.one": (2, 1.75, 1.25, 2.35), "b.two": (1, 3.65, 3.15, 4.55), "c.three": (3, 0.95, 0.65, 1.85),
        "chance": (4, 0.85, 0.55, 1.95), "dummy": (NAN, 0.0, 0.0, 0.0),
    },
    ("morris", "sigma"): {
        "a.one": (2, 0.77, NAN, NAN), "b.two": (1, 0.78, NAN, NAN), "c.three": (3, 0.79, NAN, NAN),
        "chance": (4, 0.76, NAN, NAN), "dummy": (NAN, 0.0, NAN, NAN),
    },
}  # fmt: skip

_CARS: dict[tuple[str, str], _Cells] = {
    ("pawn", "mean"): {
        "a.one": (3, 0.14, 0.11, 0.18), "b.two": (2, 0.26, 0.16, 0.34), "c.three": (1, 0.38, 0.28, 0.44),
        "dummy": (NAN, 0.08, 0.04, 0.14),
    },
}  # fmt: skip


def _effects(output: str, cells: Mapping[tuple[str, str], _Cells]) -> list[tuple[Any, ...]]:
    return [
        (output, method, name, rank, measure, value, low, high)
        for (method, measure), of_inputs in cells.items()
        for name, (rank, value, low, high) in of_inputs.items()
    ]


def _no_rows() -> PlainSample:
    raise AssertionError("an analysis by hand has no rows behind its tables")


def sensitivity_by_hand() -> SensitivityResult:
    """Three outputs, one for all methods, one for Morris alone and one for PAWN alone; the round never varies."""
    rows = [*_effects("deal", _DEAL), *_effects("gain.us_treasury", _GAIN), *_effects("car_tariff", _CARS)]
    config = load_config(TINY)
    settings = {"vary": [], "tactics": [], "ranges": False, "base": 256, "trajectories": 77}
    manifest = new_manifest(Request("sensitivity", config, 5, settings, libraries=("SALib",)))
    points = StoredFile(file="runs/part-000000.parquet", rows=2_345, sha256="0" * 64)
    return SensitivityResult(
        config=config,
        manifest=manifest.model_copy(update={"parts": (Part(key="000000", files={"runs": points}),)}),
        folder=None,
        inputs=INPUTS,
        sample=_no_rows,
        effects=pd.DataFrame(rows, columns=["output", "method", "input", "rank", "measure", "value", "low", "high"]),
        agreement=pd.DataFrame(
            [
                ("deal", "sobol", "pawn", 0.512, 3),
                ("deal", "sobol", "morris", 0.934, 5),
                ("deal", "pawn", "morris", -0.256, 1),
            ],
            columns=["output", "first", "second", "rank_correlation", "shared_top"],
        ),
        swings=pd.DataFrame(
            [
                ("a.one", "ratio", 0.05, 0.95, 0.21, 0.83, 0.47, "deal"),
                ("b.two", "rate", 0.11, 1.89, 0.62, 0.36, 0.47, "deal"),
                ("dummy", "", 0.06, 0.94, 0.46, 0.48, 0.47, "deal"),
            ],
            columns=["input", "unit", "low_input", "high_input", "at_low", "at_high", "mean", "output"],
        ),
        notes=pd.DataFrame(
            [
                ("round", "all", "constant: always 7; nothing to explain"),
                ("gain.us_treasury", "sobol", "refused here"),
                ("car_tariff", "sobol", "refused here"),
            ],
            columns=["output", "method", "note"],
        ),
        outputs=pd.DataFrame(
            [
                ("deal", "Deal or no deal", "", 256, 0.474, 0.499, False),
                ("gain.us_treasury", "Gain of US", "US$ bn a year", 255, 1.234, 0.7, False),
                ("car_tariff", "Car tariff in a deal", "rate", 121, 0.155, 0.02, False),
                ("round", "Last round", "rounds", 254, 7.0, 0.0, True),
            ],
            columns=["output", "label", "unit", "points", "mean", "sd", "constant"],
        ),
        constraints=pd.DataFrame(
            [("car_tariff", "grid:low", 63, 0.52), ("car_tariff", "interior", 58, 0.48)],
            columns=["issue", "constraint", "count", "share"],
        ),
    )


def discovery_by_hand(density: float | None = None, most: int = 2) -> DiscoverResult:
    """Two boxes among 40 runs, of which the first 16 are cases."""
    number = np.arange(40.0)
    sample = pd.DataFrame(
        {"a.one": number / 100, "b.two": 4.0 - number / 20, "c.three": 50.0 + number, "dummy": number[::-1] / 50}
    )
    first = Box(
        (Limit("b.two", 2.5, np.inf, 3e-15), Limit("a.one", 0.05, 0.23, 0.004)), 0.625, 0.769, 0.325, 13, _way(1),
    )  # fmt: skip
    second = Box((Limit("dummy", -np.inf, 0.56, 0.031),), 0.1875, 0.429, 0.175, 7, _way(2))
    config = load_config(TINY)
    settings = {
        "target": "no_deal", "runs": 40, "boxes": most, "density": density, "vary": [], "tactics": [], "ranges": False,
    }  # fmt: skip
    return DiscoverResult(
        config=config,
        folder=None,
        target="no_deal",
        words="fail",
        sample=sample.assign(case=number < 16),
        boxes=(first, second),
        units={"a.one": "rate", "b.two": "US$ bn", "c.three": "weight"},
        manifest=new_manifest(Request("discover", config, 17, settings, libraries=("ema-workbench",))),
    )


def _way(place: int) -> pd.DataFrame:
    return pd.DataFrame(
        {"coverage": [1.0, 0.8 - place / 10], "density": [0.4, 0.5 + place / 10], "mass": [1.0, 0.6 - place / 10],
         "res_dim": [0.0, float(place)]}
    )  # fmt: skip


_SHARES = {"agreement": (0.85, 0.52, 0.15), "stall": (0.1, 0.355, 0.6), "walkout": (0.05, 0.125, 0.25)}


#: What deals sit on: at the first point cars on a line in 24 of 34 deals; at the second on the agenda in 12 of 21 and
#: elsewhere in 9; the fund on no input in more than half of the deals.
_CONSTRAINTS = pd.DataFrame(
    [
        (0, "car_tariff", "red_line:us_cars", 24, 24 / 34, "the US red line of 15 % (us_cars)"),
        (0, "car_tariff", "interior", 10, 10 / 34, "no constraint"),
        (0, "fund", "grid:high", 17, 0.5, "the high end of the agenda, US$7.00 bn"),
        (0, "fund", "ratification:us", 17, 0.5, "what the US needs to ratify"),
        (1, "car_tariff", "grid:low", 12, 12 / 21, "the low end of the agenda, 2.5 %"),
        (1, "car_tariff", "interior", 9, 9 / 21, "no constraint"),
        (1, "fund", "interior", 21, 1.0, "no constraint"),
        (2, "car_tariff", "interior", 6, 1.0, "no constraint"),
    ],
    columns=["point", "issue", "constraint", "count", "share", "words"],
)


def _changes(count: int, *, is_line: bool) -> pd.DataFrame:
    """Every point beside the first, and beside the one before; the last is not told apart from the first."""
    rows = []
    for base, which in ((0.1, FIRST), (0.5, BEFORE))[: 2 if is_line else 1]:
        for at in range(1, count):
            deals = (base - 0.2 * at, base - 0.2 * at - 0.03, base - 0.2 * at + (0.04 if at < count - 1 else 0.9))
            gains = ((sign * (at + base), sign * (at + base) - 0.05, sign * (at + base) + 0.07) for sign in (1, -1))
            rows.append((at, which, *deals, *(end for gain in gains for end in gain)))
    return pd.DataFrame(rows, columns=list(CHANGES))


def sweep_of(
    axes: tuple[Axis, ...],
    points: pd.DataFrame,
    openings: pd.DataFrame | None = None,
    leader: Leader | None = None,
    following: pd.DataFrame | None = None,
) -> SweepResult:
    """A sweep with these tables; 40 worlds at each point."""
    config = load_config(TINY)
    settings = {"over": {axis.path: list(axis.values) for axis in axes}, "runs": 40}
    return SweepResult(
        config=config,
        folder=None,
        axes=axes,
        points=points,
        openings=pd.DataFrame(columns=list(OPENINGS)) if openings is None else openings,
        changes=_changes(len(points), is_line=len(axes) == 1),
        constraints=_CONSTRAINTS,
        runs=40,
        units={"fund": "US$ bn"},
        leader=leader,
        following=following,
        manifest=new_manifest(Request("sweep", config, 23, settings)),
    )


#: Two axes of a sweep, of numbers and of names.
AXES = (Axis("us_treasury.knob", ("1", "4"), "US$ bn"), Axis("protocol.kind", ("alternating", "free", "both")))


def sweep_by_hand(axes: tuple[Axis, ...] = ()) -> SweepResult:
    """Three points of one axis of numbers, or six of two axes."""
    chosen = axes or (Axis("us_treasury.knob", ("1", "2.5", "4"), "US$ bn"),)
    count = 3 if len(chosen) == 1 else 6
    points: dict[str, Any] = {"point": range(count)}
    for place, axis in enumerate(chosen):
        each = count // len(axis.values) if len(chosen) == 1 or place == 0 else 1
        values: tuple[Any, ...] = axis.numbers or axis.values
        points[axis.path] = [values[at // each % len(values)] for at in range(count)]
    points["runs"] = [40] * count
    for outcome, shares in _SHARES.items():
        of_points = [shares[at % 3] + (0.01 if at >= 3 and outcome == "agreement" else 0.0) for at in range(count)]
        points[f"share.{outcome}"] = of_points
        points[f"share.{outcome}_low"] = [max(share - 0.03, 0.0) for share in of_points]
        points[f"share.{outcome}_high"] = [share + 0.04 for share in of_points]
    for side, start in (("us_treasury", 1.25), ("partner", -2.25)):
        points[f"gain.{side}"] = [start + 1.5 * at for at in range(count)]
        points[f"gain.{side}_low"] = [start + 1.5 * at - 0.15 for at in range(count)]
        points[f"gain.{side}_high"] = [start + 1.5 * at + 0.35 for at in range(count)]
    for issue, start, step in (("car_tariff", 0.15, 0.01), ("fund", 3.25, 1.0)):
        points[f"{issue}.deals"] = [34.0, 21.0, 6.0] * (count // 3)
        for name, shift in (("q05", -0.4), ("q50", 0.0), ("q95", 0.7)):
            points[f"{issue}.{name}"] = [start + step * (at + shift) for at in range(count)]
    points["fund.q05"][-1] = points["fund.q50"][-1] = points["fund.q95"][-1] = NAN
    openings = pd.DataFrame(
        [
            (at, side, issue, value - 0.02, value, value + 0.01)
            for at in range(count)
            for side, issue, value in (
                ("us_treasury", "car_tariff", 0.25 - 0.05 * at), ("partner", "car_tariff", 0.02),
                ("us_treasury", "fund", 9.0 - 2.0 * at), ("partner", "fund", 1.0),
            )
        ],
        columns=list(OPENINGS),
    )  # fmt: skip
    return sweep_of(chosen, pd.DataFrame(points), openings)


def leader_by_hand(issue: str | None = None) -> Leader:
    """The US is moved."""
    return Leader("us_treasury", issue, Axis("us_treasury.knob", ("1", "2.5", "4"), "share"), ())


def followed_by_hand() -> pd.DataFrame:
    """How far the settlement follows on three issues; on the last, nothing moved."""
    return pd.DataFrame(
        [
            ("car_tariff", "rate", 0.25, 0.15, 0.16, 0.13, 3, 0.31),
            ("fund", "US$ bn", 9.25, 5.5, 4.75, 3.0, 2, -0.63),
            ("lng", "", 1.5, 1.6, 1.7, 1.8, 3, NAN),
        ],
        columns=list(FOLLOWING),
    )
