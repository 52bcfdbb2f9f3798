"""What the page of a tournament can show of each pair, as plain data for its script."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from experiments.labels import SIDE_LABELS, aligned, counted, inside, number, outcome_label, percent
from experiments.tournament.verdict import NOT_SURE, too_few

if TYPE_CHECKING:
    import pandas as pd

    from experiments.report.tournament_held import Held
    from sim.records import Floats

#: Worlds of all pairs together that are shown as dots, and most of one pair.
_DOTS: Final = 60_000
_DOTS_OF_PAIR: Final = 150

#: Digits of a number on the page: two more than any text shows, however small it is.
_DIGITS: Final = 5


def pair_data(held: Held) -> dict[str, Any]:
    """Plain data of every pair, in the order of the table of pairs.

    Returns
    -------
    dict
        ``told`` (one text a pair), ``dots`` (gains of some worlds: US and Japan, with a deal and without one) and
        ``ends`` (by outcome, rounds and counts).
    """
    whole, worlds = held.cells["worlds"].to_numpy() > 0, int(held.settings["worlds"])
    pairs = int(whole.sum())
    shown = max(1, min(_DOTS_OF_PAIR, _DOTS // max(1, pairs), worlds))
    table = held.worlds
    deal = (table["outcome"] == "agreement").to_numpy(dtype=bool).reshape(pairs, worlds)
    gains = [table[f"gain.{seat}"].to_numpy(dtype=float).reshape(pairs, worlds) for seat in SIDE_LABELS]
    outcome = table["outcome"].to_numpy().reshape(pairs, worlds)
    last = table["round"].to_numpy(dtype=int).reshape(pairs, worlds)
    reasons = {(one.us, one.japan): one.message for one in held.failures}
    data: dict[str, Any] = {"told": [], "dots": [], "ends": [], "shown": shown}
    # Pairs that failed have no rows.
    places = iter(range(pairs))
    for row, is_whole in zip(held.cells.to_dict("records"), whole, strict=True):
        if not is_whole:
            why = reasons[str(row["us"]), str(row["japan"])]
            data["dots"].append([[], [], [], []])
            data["ends"].append({})
            data["told"].append(f"US “{row['us']}”, Japan “{row['japan']}”: not played to the end. {why}")
            continue
        place = next(places)
        ends = _ends(outcome[place], last[place])
        some = deal[place, :shown]
        us, japan = (values[place, :shown] for values in gains)
        data["dots"].append([_short(us[some]), _short(japan[some]), _short(us[~some]), _short(japan[~some])])
        data["ends"].append(ends)
        data["told"].append(_told(row, ends, held))
    return data


def _ends(outcome: np.ndarray, last: np.ndarray) -> dict[str, list[list[int]]]:
    found = {}
    for name in dict.fromkeys(outcome.tolist()):
        rounds, counts = np.unique(last[outcome == name], return_counts=True)
        found[str(name)] = [rounds.tolist(), counts.tolist()]
    return found


def _told(row: dict[Any, Any], ends: dict[str, list[list[int]]], held: Held) -> str:
    deals, worlds = int(row["deals"]), int(row["worlds"])
    share = f"{percent(float(row['deal_low']))} to {percent(float(row['deal_high']))}"
    text = (
        f"US “{row['us']}”, Japan “{row['japan']}”: {counted(deals, 'deal')} in {counted(worlds, 'world')} "
        f"({percent(float(row['deal_share']))}, {percent(held.settings['level'])} interval {share})"
    )
    if deals:
        text += f", on average in round {number(float(row['rounds']))}, after {number(float(row['days']))} days"
    others = [f"{inside(outcome_label(name))} {sum(counts)}" for name, (_, counts) in ends.items()
              if name != "agreement"]  # fmt: skip
    text += f"; the others: {', '.join(others)}." if others else "."
    alpha = percent(held.settings["alpha"])
    for what, kind in (("Gain over walking away", "gain"), ("Payoff", "payoff")):
        values = aligned([float(row[f"{kind}.{seat}"]) for seat in SIDE_LABELS], sign=True)
        text += f" {what}, US$ bn a year: US {values[0]}, Japan {values[1]}"
        if kind == "gain":
            worst = aligned([float(row[f"gain_cvar.{seat}"]) for seat in SIDE_LABELS], sign=True)
            text += f" (in the worst {alpha} of the worlds {worst[0]} and {worst[1]})"
        text += "."
    return text + _leaving(row, worlds, held.equilibria["tolerance"])


def _leaving(row: dict[Any, Any], worlds: int, tolerance: Mapping[str, float]) -> str:
    """What either side would have by another tactic; nothing is what the search for equilibria takes for nothing."""
    if math.isnan(float(row["equilibrium_share"])):
        return " A player of this pair is left out of ranks and equilibria."
    more = [float(row[f"deviation.{seat}"]) for seat in SIDE_LABELS]
    if all(value <= float(tolerance[seat]) for value, seat in zip(more, SIDE_LABELS, strict=True)):
        share = percent(float(row["equilibrium_share"]))
        doubt = f" {NOT_SURE}" if too_few(worlds) else ""
        return f" Neither side gains by another tactic: a Nash equilibrium; so in {share} of the resampled ones.{doubt}"
    us, japan = (number(value) for value in more)
    return f" By changing its tactic alone the US could have {us} more, Japan {japan}."


def measures(cells: pd.DataFrame) -> dict[str, list[float]]:
    """Values that the matrix can be coloured by, by the name that the reader picks; NaN for a pair that failed."""
    named = {
        "Gain of the US": "gain.us_treasury",
        "Gain of Japan": "gain.japan_government",
        "Share of deals": "deal_share",
    }
    return {name: _short(cells[column].to_numpy(dtype=float, na_value=np.nan)) for name, column in named.items()}


def _short(values: Floats) -> list[float]:
    return [float(f"{value:.{_DIGITS}g}") for value in values]
