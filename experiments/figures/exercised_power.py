"""Exercised power: who pulled the outcome of each issue how far away from the other's opening."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from typing import Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from numpy.typing import NDArray

from experiments.figures.kit.paths import contested_issues, standing_positions
from experiments.figures.kit.style import (
    BLUISH_GREEN,
    INK,
    MUTED,
    PALE,
    SIDE_COLOURS,
    SMALL_SIZE,
    finish_axes,
    headline,
    legend_below,
    minus,
    new_figure,
    picture,
    shortened,
)
from experiments.labels import AGREEMENT, counted, listed, number, partner_name, partner_possessive, plain

#: Widest view, per cent of the way: a side that takes back more than it had opened with leaves it.
_VIEW: Final = (-60.0, 160.0)

_WIDTH: Final = 8.5

#: Ends of the thin and of the thick line, and the median between them.
_LEVELS: Final = (0.05, 0.25, 0.5, 0.75, 0.95)

Floats = NDArray[np.float64]

_COLUMNS: Final = ("run", "issue", "us", "partner", "settled")


def pulls(trajectories: pd.DataFrame, runs: pd.DataFrame) -> pd.DataFrame:
    """How far each side moved on each issue of each run, and where the issue was settled, on one common scale.

    A place is measured from the partner's opening (0) to the US opening (1): ``(value - the partner's opening) / (US
    opening - The partner's opening)``. At the settlement the place is the **exercised power of the US**, and one less
    it is the partner's: 1 means that the US held its opening and the partner came all the way, 0 the reverse. This
    reads power off the outcome. It is not the weight (capability times salience) that spatial models of politics, such
    as those of KTAB, put in before the talks. Issues on which both sides open alike have no scale and are left out.

    Parameters
    ----------
    trajectories : pandas.DataFrame
        Columns ``run, round, side, issue, value``.
    runs : pandas.DataFrame
        Columns ``run, outcome`` and one column per issue with the value agreed.

    Returns
    -------
    pandas.DataFrame
        Columns ``run, issue, us, partner, settled``: last places of the sides and the place agreed, without unit; no
        number in ``settled`` without a deal.
    """
    standing = standing_positions(trajectories).sort_values("round")
    grouped = standing.groupby(["run", "issue", "side"], sort=False)["value"]
    first, last = grouped.first().unstack("side"), grouped.last().unstack("side")
    if not set(SIDE_COLOURS) <= set(first.columns):
        return pd.DataFrame(columns=list(_COLUMNS))
    zero, way = first["partner"], first["us_treasury"] - first["partner"]
    table = pd.DataFrame({"us": (last["us_treasury"] - zero) / way, "partner": (last["partner"] - zero) / way}).loc[
        way.notna() & (way != 0.0)
    ]
    issues = [name for name in table.index.unique("issue") if name in runs.columns]
    recorded = runs["run"].isin(standing["run"].unique()).to_numpy()
    deals = recorded & (runs["outcome"] == AGREEMENT).to_numpy(dtype=bool)
    agreed = runs.loc[deals, ["run", *issues]].melt("run", var_name="issue")
    settled = agreed.set_index(["run", "issue"])["value"].astype(float).reindex(table.index)
    table["settled"] = (settled - zero.loc[table.index]) / way.loc[table.index]
    return table.reset_index()[list(_COLUMNS)]


@picture
def exercised_power(
    pulled: pd.DataFrame,
    note: str = "",
    *,
    gains: Mapping[str, float] | None = None,
    put_in: Collection[str] = (),
) -> Figure:
    """Draw for each issue how much of the way between both openings each side made the other go.

    The bar runs from the partner's opening (left) to the US opening (right). What lies left of the settlement was given
    by the partner and is the power that the US exercised; what lies right of it was given by the US. Where no run
    agrees, the part between both sides' last offers stays open. An issue on which the sides open apart in few runs is
    left out (:func:`experiments.figures.kit.paths.contested_issues`).

    The title counts issues and names no winner: issues differ in worth, and openings in how far they reach.

    Parameters
    ----------
    pulled : pandas.DataFrame
        What :func:`pulls` returns: columns ``run, issue, us, partner, settled``.
    note : str
        What is said of the median deal, written below.
    gains : mapping, optional
        Median gain of each side in the same deals, US$ bn a year: said below, for it need not go with the places.
    put_in : collection of str
        Issues whose value an input fixes in more than half of the deals; the title does not count them.

    Returns
    -------
    matplotlib.figure.Figure
    """
    issues = contested_issues(pulled)
    figure = new_figure(2.8 + 0.56 * max(1, len(issues)), _WIDTH)
    axes = figure.add_subplot()
    agreed = pulled.dropna(subset=["settled"])
    deals = agreed["run"].nunique()
    places: dict[str, Floats] = {}
    for row, issue in enumerate(issues):
        own, all_runs = agreed[agreed["issue"] == issue], pulled[pulled["issue"] == issue]
        if len(own):
            places[issue] = np.quantile(100.0 * own["settled"].to_numpy(dtype=float), _LEVELS)
            _draw_settled(axes, row, places[issue])
        else:
            _draw_open(axes, row, 100.0 * float(all_runs["partner"].median()), 100.0 * float(all_runs["us"].median()))
    inputs = [issue for issue in issues if issue in put_in and issue in places]
    axes.set_yticks(
        range(len(issues)), [f"{shortened(plain(name))}{' (input)' if name in inputs else ''}" for name in issues]
    )
    axes.set_ylim(max(1, len(issues)) - 0.4, -0.6)
    low, high = axes.get_xlim()
    axes.set_xlim(max(min(low, -3.0), _VIEW[0]), min(max(high, 103.0), _VIEW[1]))
    finish_axes(axes, grid="x")
    axes.tick_params(axis="y", length=0)
    axes.set_title("Where each issue was settled between both openings")
    axes.set_xlabel(f"Place between {partner_possessive()} opening (0) and the US opening (100), %")
    told = " ".join(filter(None, [_how_counted(places, gains), note]))
    legend_below(figure, told, handles=_handles(issues, places, deals > 1), ncols=2, fontsize=SMALL_SIZE)
    headline(figure, _title(pulled, {name: own for name, own in places.items() if name not in inputs}, len(inputs)))
    return figure


def _draw_settled(axes: Axes, row: int, places: Floats) -> None:
    low, quarter, middle, three, high = map(float, places)
    us, partner = SIDE_COLOURS["us_treasury"], SIDE_COLOURS["partner"]
    inside_bar = float(np.clip(middle, 0.0, 100.0))
    axes.barh(row, inside_bar, left=0.0, height=0.5, color=us, alpha=0.55, linewidth=0)
    axes.barh(row, 100.0 - inside_bar, left=inside_bar, height=0.5, color=partner, alpha=0.55, linewidth=0)
    axes.plot([low, high], [row, row], color=INK, linewidth=1.2, zorder=4)
    axes.plot([quarter, three], [row, row], color=INK, linewidth=4.5, solid_capstyle="butt", zorder=4)
    for end, edge, marker in ((low, _VIEW[0], "<"), (high, _VIEW[1], ">")):
        if (end < edge) == (edge < 0.0) and end != edge:  # the line goes on outside the picture
            axes.plot(edge, row, marker=marker, color=INK, markersize=9, linestyle="", clip_on=False, zorder=4)
    axes.plot(
        np.clip(middle, *_VIEW),
        row,
        marker="D",
        color=BLUISH_GREEN,
        markeredgecolor=INK,
        markersize=10,
        zorder=5,
        linestyle="",
    )
    beside = axes.get_yaxis_transform()
    axes.text(1.01, row, minus(f"{middle:.0f} %"), transform=beside, va="center", fontsize=SMALL_SIZE)


def _draw_open(axes: Axes, row: int, partner: float, us: float) -> None:
    axes.barh(row, partner, left=0.0, height=0.5, color=SIDE_COLOURS["us_treasury"], alpha=0.55, linewidth=0)
    axes.barh(row, us - partner, left=partner, height=0.5, color=PALE, edgecolor=MUTED, linewidth=0.5, hatch="///")
    axes.barh(row, 100.0 - us, left=us, height=0.5, color=SIDE_COLOURS["partner"], alpha=0.55, linewidth=0)


def _handles(issues: list[str], places: dict[str, Floats], several: bool) -> list[Patch | Line2D]:
    us, partner = SIDE_COLOURS["us_treasury"], SIDE_COLOURS["partner"]
    handles: list[Patch | Line2D] = [
        Patch(facecolor=us, alpha=0.55, label=f"given by {partner_name()}: power of the US"),
        Patch(facecolor=partner, alpha=0.55, label=f"given by the US: power of {partner_name()}"),
    ]
    if places:
        diamond = Line2D([], [], marker="D", color=BLUISH_GREEN, markeredgecolor=INK, markersize=8.0, linestyle="")
        diamond.set_label("settled, median of deals (number on the right)")
        handles.append(diamond)
    if several:
        handles.append(Line2D([], [], color=INK, linewidth=4.5, label="50 % of deals (thin: 90 %)"))
    if len(places) < len(issues):
        handles.append(Patch(facecolor=PALE, edgecolor=MUTED, hatch="///", label="still open, median without a deal"))
    return handles


def _how_counted(places: dict[str, Floats], gains: Mapping[str, float] | None) -> str:
    """What the title counts, and that it does not say who gains."""
    if not places:
        return ""
    counted_so = "Nearer an opening: the middle half of the deals lies on that side of half-way."
    if gains is None:
        return counted_so
    us, partner = (
        f"{'gains' if gains[side] >= 0 else 'loses'} US${number(abs(gains[side]))} bn" for side in SIDE_COLOURS
    )
    return (
        f"{counted_so} It does not say who gains: over walking away, in the same deals the US {us} a year, "
        f"{partner_name()} {partner} (medians)."
    )


def _nearer(places: Floats) -> str:
    """Side nearer whose opening the middle half of the deals settles; empty where it reaches over half-way."""
    _, quarter, middle, three, _ = places
    return "us_treasury" if quarter >= 50.0 < middle else "partner" if three <= 50.0 > middle else ""


def _title(pulled: pd.DataFrame, places: dict[str, Floats], inputs: int) -> str:
    """Count the issues by whose opening they settle near; those that an input fixes are no finding."""
    runs = pulled["run"].nunique()
    if not places:
        if inputs:
            return "An input fixes the value of each issue in more than half of the deals"
        return f"No deal in {counted(runs, 'run')}: how far each side came from its opening"
    near = Counter(_nearer(own) for own in places.values())
    subject = (
        f"Of {counted(len(places), 'issue')} that no input fixes," if inputs else f"Of {counted(len(places), 'issue')},"
    )
    parts = [
        f"{near['partner'] or 'none'} {'settles' if near['partner'] == 1 else 'settle'} nearer "
        f"{partner_possessive()} opening",
        f"{near['us_treasury'] or 'none'} nearer the US opening",
    ]
    if near[""]:
        parts.append(f"{near['']} half-way or on either side")
    return f"{subject} {listed(parts)}"
