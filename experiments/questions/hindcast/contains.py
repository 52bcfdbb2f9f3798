"""Whether a config contains the answer to what it is asked to forecast."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from experiments.config.distributions import Fixed, ListedValues
from experiments.config.numbers import numbers
from experiments.config.talks import RedLine
from experiments.statistics.bins import RATE_BINS
from experiments.statistics.ties import SAME_VALUE
from experiments.store.columns import BINDS
from experiments.story.constraints import count_constraints, is_input, worded

if TYPE_CHECKING:
    import pandas as pd

    from experiments.config.distributions import Quantity
    from experiments.config.model import Config
    from experiments.questions.hindcast.scoring import Forecasted
    from experiments.questions.hindcast.targets import Target

YES: Final = "yes"
PARTLY: Final = "partly"
NO: Final = "no"
NOT_EXAMINED: Final = "not examined"

#: Why nobody can say of a flow that the config does not contain it: no number of the config is one.
_COMPARED: Final = "none; the trade block was once compared with this very number"

#: Share of the deals, or of the runs without one, from which on an input is said to decide.
_MOST: Final = 0.5

#: Why talks fail for want of any package that both sides' red lines allow.
_DISJOINT: Final = "disjoint_red_lines"

#: Parameters that are rates on an issue.
_RATES: Final = {
    "car_tariff": ("reference.car_rate", "partner.public_car_tariff", "us_treasury.public_car_tariff"),
    "reciprocal_tariff": ("reference.reciprocal_rate",),
}

_BOUNDS: Final = ("at_least", "at_most")


def contains_rows(forecast: Forecasted, config: Config, targets: Sequence[Target]) -> Iterator[dict[str, Any]]:
    """Say of every target that was open how far the config contains its answer.

    Parameters
    ----------
    forecast : Forecasted
        The runs, whose columns ``binds.<issue>`` say what a deal sits on.
    config : Config
        The config as it was known on the date.
    targets : sequence of Target
        What happened.
    """
    for target in targets:
        if not target.is_open(forecast.as_of):
            continue
        about = {"as_of": str(forecast.as_of), "target": target.name, "deals": int(forecast.dealt.sum())}
        yield about | _found(forecast, config, target)


def _found(forecast: Forecasted, config: Config, target: Target) -> dict[str, Any]:
    if target.kind == "rate":
        return _of_rate(forecast, config, target)
    if target.kind == "event":
        return _of_event(forecast, config, target)
    nothing = {"on_inputs": math.nan, "at_answer": math.nan, "inputs": "", "stated": _COMPARED}
    return nothing | {"contained": NOT_EXAMINED}


def _of_rate(forecast: Forecasted, config: Config, target: Target) -> dict[str, Any]:
    deals: pd.DataFrame = forecast.draws[forecast.dealt]
    held = deals[f"{BINDS}{target.name}"].astype("string").fillna("")
    put_in = held.map(is_input).to_numpy(bool)
    same_bin = RATE_BINS.place(target.observed)
    at_answer = put_in & np.array([RATE_BINS.place(rate) == same_bin for rate in deals[target.name]], dtype=bool)
    stated = {
        path: kind for path, number in _numbers_on(config, target.name) if (kind := _says(number, target.observed))
    }
    shares = (float(put_in.mean()), float(at_answer.mean())) if len(deals) else (math.nan, math.nan)
    is_sure = YES in stated.values() or (len(deals) > 0 and shares[1] > _MOST)
    return {
        "on_inputs": shares[0],
        "at_answer": shares[1],
        "inputs": _most_frequent(deals, config, target.name),
        "stated": ", ".join(stated),
        "contained": YES if is_sure else PARTLY if stated else NO,
    }


def _most_frequent(deals: pd.DataFrame, config: Config, issue: str) -> str:
    """Words for the input on which most of the deals sit; empty where none does."""
    counts = worded(count_constraints([(issue, deals[f"{BINDS}{issue}"])]), config)
    inputs = counts[[is_input(one) for one in counts["constraint"]]]
    return "" if inputs.empty else str(inputs["words"].iloc[0])


def _numbers_on(config: Config, issue: str) -> Iterator[tuple[str, Quantity]]:
    """Numbers of a config that are rates on an issue: bounds of red lines, releases, references, positions."""
    for entry in numbers(config):
        line = entry.owner if isinstance(entry.owner, RedLine) else None
        bare = entry.path.partition(".set.")[2] or entry.path
        is_bound = (
            line is not None and line.issue == issue and entry.path.endswith(_BOUNDS) and ".when." not in entry.path
        )
        if is_bound or bare in _RATES[issue]:
            yield entry.path, entry.number


def _says(number: Quantity, answer: float) -> str:
    """Whether a number is the answer, or may be; empty if it is drawn from a range or is another one."""
    if isinstance(number, Fixed):
        return YES if abs(number.value - answer) <= SAME_VALUE else ""
    if isinstance(number, ListedValues) and any(abs(value - answer) <= SAME_VALUE for value in number.values):
        return YES if len(set(number.values)) == 1 else PARTLY
    return ""


def _of_event(forecast: Forecasted, config: Config, target: Target) -> dict[str, Any]:
    stated, share = [], math.nan
    if target.name in ("no_deal_before", "deal_by"):
        failed = forecast.draws[~forecast.dealt]
        share = float((failed["reason"] == _DISJOINT).mean()) if len(failed) else math.nan
        stated = [f"events.{event.name}.date" for event in config.events if event.date == target.known_by]
    elif target.name == "partner_first":
        stated = _lines(config, "car_tariff", 0.275)
    elif target.name == "us_holds":
        stated = _lines(config, "reciprocal_tariff", 0.20)
    is_sure = target.name == "no_deal_before" and share > _MOST
    return {
        "on_inputs": share,
        "at_answer": math.nan,
        "inputs": "red lines that leave no package" if share > 0 else "",
        "stated": ", ".join(stated),
        "contained": YES if is_sure else PARTLY if stated else NO,
    }


def _lines(config: Config, issue: str, least: float) -> list[str]:
    """Red lines of the US that hold an issue at or above a rate."""
    return [
        f"red_lines.{line.name}"
        for line in config.red_lines
        if line.side == "us_treasury"
        and line.issue == issue
        and line.at_least is not None
        and line.at_least.support()[0] >= least - SAME_VALUE
    ]
