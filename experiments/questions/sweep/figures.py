"""Lines of a sweep with intervals, the phase diagram of two axes, and openings beside settlements."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import BoundaryNorm, LinearSegmentedColormap, ListedColormap, Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from experiments.figures.kit.style import (
    BLUE,
    BLUISH_GREEN,
    INK,
    MUTED,
    OUTCOME_COLOURS,
    PALE,
    SIDE_COLOURS,
    SMALL_SIZE,
    finish_axes,
    headline,
    new_figure,
    picture,
    shortened,
)
from experiments.labels import (
    AGREEMENT,
    SIDE_LABELS,
    axis_label,
    counted,
    number,
    outcome_label,
    percent,
    plain,
    scale_of,
    side,
)
from experiments.questions.sweep.leader import strongest
from experiments.questions.sweep.tables import DEALS
from experiments.statistics.ties import best_places
from sim.issues import SIDES

if TYPE_CHECKING:
    from experiments.questions.sweep.axes import Axis
    from experiments.questions.sweep.leader import Leader
    from experiments.questions.sweep.tables import Sweep

_COLUMNS: Final = 2
_PANEL: Final = 2.7
_MOST_TICKS: Final = 9
_WRITTEN: Final = 150

#: What an open square around a point says.
INPUT: Final = "in more than half of these deals an input fixes the value"


def _places(axis: Axis) -> list[float]:
    """Where an axis's values stand: at their numbers, or one after the other."""
    return list(axis.numbers) if axis.numbers is not None else [float(place) for place in range(len(axis.values))]


def _name_values(axes: Axes, axis: Axis, title: str) -> None:
    axes.set_xlabel(title)
    if axis.numbers is None:
        axes.set_xticks(range(len(axis.values)), [shortened(value, 16) for value in axis.values])


@picture
def sweep_lines(result: Sweep) -> Figure:
    """Draw shares of the outcomes, gains and agreed issues along a sweep of one axis, with 95 % intervals.

    Bands of the issues hold 90 % of the deals.
    """
    axis, points, issues = result.axes[0], result.points, result.agreed
    places = _places(axis)
    figure, panels = _panels(2 + len(issues), 1.6)
    for outcome in result.outcomes:
        _line(panels[0], places, points, f"share.{outcome}", OUTCOME_COLOURS.get(outcome, MUTED),
              outcome_label(outcome), 100.0)  # fmt: skip
    panels[0].set_title("How talks end")
    panels[0].set_ylabel("Share of runs, %")
    panels[0].set_ylim(-3, 103)
    for one in SIDES:
        _line(panels[1], places, points, f"gain.{one}", SIDE_COLOURS[one], SIDE_LABELS[one])
    panels[1].axhline(0, color=MUTED, linewidth=0.8)
    panels[1].set_title("Mean gain over walking away")
    panels[1].set_ylabel("US$ bn a year")
    for panel in panels[:2]:
        panel.legend(fontsize=SMALL_SIZE - 1)
    for panel, issue in zip(panels[2:], issues, strict=True):
        _settlement(panel, places, result, issue)
        panel.set_title(f"{plain(issue)} in deals")
    for panel in panels:
        _name_values(panel, axis, axis.title)
        finish_axes(panel)
    worlds = counted(result.runs, "world")
    note = f"{worlds} at every point, the same. Bands: 95 % intervals; of issues, 90 % of the deals."
    headline(figure, _title(result), " ".join([note, *_of_inputs(result)]))
    return figure


def _panels(count: int, margin: float) -> tuple[Figure, list[Axes]]:
    """Figure of so many panels in columns, with `margin` inches for what stands around them."""
    rows = math.ceil(count / _COLUMNS)
    figure = new_figure(margin + _PANEL * rows)
    panels: list[Axes] = list(figure.subplots(rows, _COLUMNS, squeeze=False).flat)
    for panel in panels[count:]:
        panel.set_axis_off()
    return figure, panels[:count]


def _settlement(panel: Axes, places: Sequence[float], result: Sweep, issue: str, label: str | None = None) -> None:
    """What deals say on an issue at each point: the median, and a band that holds 90 % of them."""
    scale = scale_of(result.unit(issue))
    low, middle, high = (result.points[f"{issue}.{name}"].to_numpy(float) * scale for name in ("q05", "q50", "q95"))
    panel.fill_between(places, low, high, color=BLUISH_GREEN, alpha=0.25, linewidth=0)
    panel.plot(places, middle, color=BLUISH_GREEN, marker="o", markersize=4, label=label)
    _mark_inputs(panel, result, issue, places, middle)
    panel.set_ylabel(axis_label(result.unit(issue)))


def _mark_inputs(axes: Axes, result: Sweep, issue: str, places: Sequence[float], middle: np.ndarray) -> None:
    """Put an open square around the points at which an input fixes the value in more than half of the deals."""
    put_in = [place for place, point in enumerate(result.points["point"]) if issue in result.inputs_at(int(point))]
    if put_in:
        axes.plot(
            [places[place] for place in put_in], middle[put_in], color=INK, marker="s", markersize=9,
            markerfacecolor="none", linestyle="", label=INPUT,
        )  # fmt: skip


def _of_inputs(result: Sweep) -> list[str]:
    sentences = [result.inputs[issue] for issue in result.agreed if issue in result.inputs]
    return [f"Square: {INPUT}.", *sentences] if sentences else []


def _line(
    axes: Axes, places: Sequence[float], points: pd.DataFrame, name: str, colour: str, label: str, scale: float = 1.0
) -> None:
    low, middle, high = (points[f"{name}{end}"].to_numpy(float) * scale for end in ("_low", "", "_high"))
    axes.fill_between(places, low, high, color=colour, alpha=0.2, linewidth=0)
    axes.plot(places, middle, color=colour, marker="o", markersize=4, label=label)


def _title(result: Sweep) -> str:
    shares = result.points[DEALS]
    ends = f"{percent(float(shares.min()))} to {percent(float(shares.max()))}"
    paths = " and ".join(axis.path for axis in result.axes)
    if float(np.ptp(shares)) < 0.05:
        return f"{paths}: deals hardly move ({ends})"
    return f"{paths}: deals range from {ends}"


@picture
def phase_diagram(result: Sweep) -> Figure:
    """Draw the share of deals, and the most frequent end, over two axes of a sweep.

    Cells are equally wide whatever the distance of the values.
    """
    wide = result.deal_map()
    figure = new_figure(6.0, 12.0)
    left, right = figure.subplots(1, 2, sharey=True)
    ramp = LinearSegmentedColormap.from_list("deals", ["#F7F7F7", BLUE])
    shares = wide.to_numpy(float) * 100.0
    left.pcolormesh(shares, cmap=ramp, vmin=0, vmax=100)
    if shares.size <= _WRITTEN:
        _write(left, shares)
    crosses = min(shares.shape) > 1 and bool(np.nanmin(shares) < 50 < np.nanmax(shares))
    if crosses:
        across, down = np.meshgrid(np.arange(shares.shape[1]) + 0.5, np.arange(shares.shape[0]) + 0.5)
        left.contour(across, down, shares, levels=[50], colors=[INK], linewidths=1.6)
    bar = figure.colorbar(ScalarMappable(Normalize(0, 100), ramp), ax=left, pad=0.02)
    bar.set_label("Share of deals, %")
    left.set_title("Deals (line: one half)" if crosses else "Deals")
    _ends(right, result, wide)
    for axes in (left, right):
        _ticks(axes, result)
        axes.set_xlabel(result.axes[0].title)
        finish_axes(axes, grid=None)
    left.set_ylabel(result.axes[1].title)
    headline(figure, _title(result), f"{counted(result.runs, 'world')} at every point, the same.")
    return figure


def _write(axes: Axes, shares: np.ndarray) -> None:
    for row, column in np.ndindex(shares.shape):
        value = shares[row, column]
        colour = "white" if value > 60 else INK
        axes.text(column + 0.5, row + 0.5, f"{value:.0f}", ha="center", va="center", fontsize=9, color=colour)


def _ends(axes: Axes, result: Sweep, wide: pd.DataFrame) -> None:
    outcomes = result.outcomes
    shares = result.points[[f"share.{outcome}" for outcome in outcomes]].to_numpy(float)
    ends = [best_places(own) for own in shares]
    first, second = (axis.path for axis in result.axes)
    points = result.points.assign(code=[float(equal[0]) for equal in ends])
    codes = points.pivot_table(index=second, columns=first, values="code", sort=False)
    codes = codes.reindex(index=wide.index, columns=wide.columns)
    colours = [OUTCOME_COLOURS.get(outcome, PALE) for outcome in outcomes]
    norm = BoundaryNorm(np.arange(len(outcomes) + 1) - 0.5, len(outcomes))
    axes.pcolormesh(codes.to_numpy(float), cmap=ListedColormap(colours), norm=norm)
    across, up = list(wide.columns), list(wide.index)
    for one, two, equal in zip(result.points[first], result.points[second], ends, strict=True):
        for place, code in enumerate(equal[1:], 1):
            corner = (across.index(one) + place / len(equal), up.index(two))
            axes.add_patch(Rectangle(corner, 1 / len(equal), 1, facecolor=colours[code], linewidth=0))
    seen = sorted({code for equal in ends for code in equal})
    patches = [Patch(facecolor=colours[code], label=outcome_label(outcomes[code])) for code in seen]
    axes.legend(handles=patches, loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=3)
    is_split = any(len(equal) > 1 for equal in ends)
    axes.set_title("Most frequent end (split: equally frequent)" if is_split else "Most frequent end")


def _ticks(axes: Axes, result: Sweep) -> None:
    first, second = result.axes
    for values, setter in ((first.values, axes.set_xticks), (second.values, axes.set_yticks)):
        step = max(1, math.ceil(len(values) / _MOST_TICKS))
        chosen = range(0, len(values), step)
        setter([place + 0.5 for place in chosen], [_short(values[place]) for place in chosen])


def _short(value: str) -> str:
    try:
        return f"{float(value):.3g}"
    except ValueError:
        return shortened(value, 14)


@picture
def leader_lines(result: Sweep) -> Figure:
    """Draw the leader's opening and the settlement of each issue along a leader sweep, with the share of deals."""
    leader, followed = result.leader, result.following
    if leader is None or followed is None:
        raise ValueError("nobody was moved in this sweep")
    axis, points, issues = result.axes[0], result.points, result.agreed
    places = _places(axis)
    figure, panels = _panels(1 + len(issues), 1.9)
    _line(panels[0], places, points, DEALS, OUTCOME_COLOURS[AGREEMENT], "deals", 100.0)
    panels[0].set_ylim(-3, 103)
    panels[0].set_title("Deals")
    panels[0].set_ylabel("Share of runs, %")
    openings = result.openings[result.openings["side"] == leader.side]
    slopes = followed.set_index("issue")["follows"]
    for panel, issue in zip(panels[1:], issues, strict=True):
        opened = openings[openings["issue"] == issue].sort_values("point")["q50"].to_numpy(float)
        shown = opened * scale_of(result.unit(issue))
        panel.plot(places, shown, color=SIDE_COLOURS[leader.side], linestyle="--", marker="s", markersize=4,
                   label=f"opening of {side(leader.side)}")  # fmt: skip
        _settlement(panel, places, result, issue, "settlement")
        slope = float(slopes.get(issue, np.nan))
        panel.set_title(f"{plain(issue)} (follows: {number(slope)})")
    if issues:
        panels[1].legend(fontsize=SMALL_SIZE - 1)
    for panel in panels:
        _name_values(panel, axis, "Share conceded in the first offer" if leader.issue is None else axis.title)
        finish_axes(panel)
    note = (
        "Medians; bands hold 90 % of the deals (first panel: 95 % interval). Follows: step of the settlement for one "
        "of the opening."
    )
    headline(figure, _leader_title(leader, followed), " ".join([note, *_of_inputs(result)]))
    return figure


def _leader_title(leader: Leader, followed: pd.DataFrame) -> str:
    who = side(leader.side)
    moved = followed.dropna(subset=["follows"])
    if moved.empty:
        return f"The opening of {who} moves, and nothing can follow"
    issues, slope = strongest(moved)
    return f"As the opening of {who} moves, the settlement follows most on {issues}: {number(slope)} of each step"


#: Figures of a sweep, each a function of its tables.
FIGURES: Final[dict[str, Callable[..., Figure]]] = {
    "sweep": sweep_lines,
    "phase_diagram": phase_diagram,
    "leader": leader_lines,
}
