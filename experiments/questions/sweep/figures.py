"""Lines of a sweep with intervals, maps of the ends over two axes, and openings beside settlements."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LinearSegmentedColormap, Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.patheffects import Normal, Stroke
from numpy.typing import NDArray

from experiments.figures.kit.input_names import input_label, input_words
from experiments.figures.kit.style import (
    BLUE,
    BLUISH_GREEN,
    INK,
    MUTED,
    ORANGE,
    OUTCOME_COLOURS,
    OUTCOME_MARKERS,
    SIDE_COLOURS,
    SIDE_MARKERS,
    SMALL_SIZE,
    finish_axes,
    headline,
    new_figure,
    picture,
    shortened,
    text_width,
)
from experiments.figures.kit.theme import ON_DATA
from experiments.labels import (
    AGREEMENT,
    SIDE_LABELS,
    axis_label,
    capitalised,
    counted,
    inside,
    number,
    outcome_label,
    percent,
    plain,
    scale_of,
    side,
)
from experiments.questions.sweep.answer import meanings_of_axes
from experiments.questions.sweep.leader import strongest
from experiments.questions.sweep.tables import DEALS
from sim.issues import SIDES

if TYPE_CHECKING:
    from experiments.questions.sweep.axes import Axis
    from experiments.questions.sweep.leader import Leader
    from experiments.questions.sweep.tables import Sweep
    from sim.records import Floats

_COLUMNS: Final = 2
#: Height of a panel, inches: with names below its axis, and of one among many.
_PANEL: Final = 2.7
_LOW_PANEL: Final = 1.75
_MOST_TICKS: Final = 7

#: Height of a map that has many rows, inches.
_TALLEST: Final = 4.5

#: Rows and columns up to which each cell of a map has its number, and per cent from which on it is white.
_WRITTEN: Final = (16, 11)
_DARK: Final = 55.0

#: Distance between the least and the largest share of deals up to which they are said to hardly move.
_STILL: Final = 0.05

#: What an open square around a point says.
INPUT: Final = "in more than half of these deals an input fixes the value"


def _places(axis: Axis) -> list[float]:
    """Where an axis's values stand: at their numbers, or one after the other."""
    return list(axis.numbers) if axis.numbers is not None else [float(place) for place in range(len(axis.values))]


def _title_of(result: Sweep, axis: Axis) -> str:
    """What an axis moves, with its unit."""
    return input_label(axis.path, meanings_of_axes(result), axis.unit, lines=3)


def _name_values(axes: Axes, axis: Axis, title: str) -> None:
    axes.set_xlabel(title)
    if axis.numbers is None:
        axes.set_xticks(range(len(axis.values)), [shortened(value, 16) for value in axis.values])


@picture
def sweep_lines(result: Sweep) -> Figure:
    """Draw shares of the outcomes, gains and agreed issues along a sweep of one axis, a panel each, with intervals.

    Bands are 95 % intervals; those of the issues hold 90 % of the deals.
    """
    axis, points, issues = result.axes[0], result.points, result.agreed
    places = _places(axis)
    outcomes = result.outcomes
    figure, panels = _panels(len(outcomes) + 1 + len(issues), 2.2, _LOW_PANEL)
    for panel, outcome in zip(panels, outcomes, strict=False):
        _line(panel, places, points, f"share.{outcome}", _look(OUTCOME_COLOURS, OUTCOME_MARKERS, outcome),
              outcome_label(outcome), 100.0)  # fmt: skip
        panel.set_title(outcome_label(outcome))
        panel.set_ylabel("Share of runs, %")
        panel.set_ylim(-3, 103)
    gains = panels[len(outcomes)]
    for one in SIDES:
        _line(gains, places, points, f"gain.{one}", _look(SIDE_COLOURS, SIDE_MARKERS, one), SIDE_LABELS[one])
    gains.axhline(0, color=MUTED, linewidth=0.8)
    gains.set_title("Mean gain over walking away")
    gains.set_ylabel("US$ bn a year")
    gains.legend(fontsize=SMALL_SIZE - 1)
    for panel, issue in zip(panels[len(outcomes) + 1 :], issues, strict=True):
        _settlement(panel, places, result, issue)
        panel.set_title(f"{plain(issue)} in deals")
    for place, panel in enumerate(panels):
        is_lowest = place + _COLUMNS >= len(panels)
        _name_values(panel, axis, _title_of(result, axis) if is_lowest else "")
        panel.tick_params(labelbottom=is_lowest)
        finish_axes(panel)
    worlds = counted(result.runs, "world")
    note = f"{worlds} at every point, the same. Bands: 95 % intervals; of issues, 90 % of the deals."
    headline(figure, _title(result), " ".join([note, *_of_inputs(result)]))
    return figure


def _look(colours: Mapping[str, str], markers: Mapping[str, str], name: str) -> tuple[str, str]:
    return colours.get(name, MUTED), markers.get(name, "o")


def _panels(count: int, margin: float, height: float) -> tuple[Figure, list[Axes]]:
    """Figure of so many panels of a height in columns, with `margin` inches for what stands around them."""
    rows = math.ceil(count / _COLUMNS)
    figure = new_figure(margin + height * rows)
    grid: Any = figure.subplots(rows, _COLUMNS, squeeze=False, sharex=True)
    panels: list[Axes] = list(grid.flat)
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
    panel.margins(y=0.12)
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
    axes: Axes,
    places: Sequence[float],
    points: pd.DataFrame,
    name: str,
    look: tuple[str, str],
    label: str,
    scale: float = 1.0,
) -> None:
    colour, marker = look
    low, middle, high = (points[f"{name}{end}"].to_numpy(float) * scale for end in ("_low", "", "_high"))
    axes.fill_between(places, low, high, color=colour, alpha=0.35, linewidth=0)
    # The thin dark edge keeps a pale line in sight on white.
    axes.plot(places, middle, color=colour, marker=marker, markersize=5, linewidth=2.0, label=label, markeredgewidth=0,
              path_effects=[Stroke(linewidth=2.7, foreground=INK), Normal()])  # fmt: skip


def _title(result: Sweep) -> str:
    points = result.points
    shares = points[DEALS].to_numpy(float)
    least, most = int(np.argmin(shares)), int(np.argmax(shares))
    ends = f"{percent(float(shares[least]))} to {percent(float(shares[most]))}"
    # Two names would fill three lines, and stand on the axes.
    named = [input_words(axis.path, meanings_of_axes(result)) for axis in result.axes]
    moved = capitalised(named[0]) if len(named) == 1 else "Over both inputs"
    if float(np.ptp(shares)) < _STILL:
        return f"{moved}: deals hardly move ({ends})"
    if points[f"{DEALS}_low"].to_numpy(float)[most] <= points[f"{DEALS}_high"].to_numpy(float)[least]:
        return f"{moved}: deals range from {ends}, within noise"
    return f"{moved}: deals range from {ends}"


@picture
def phase_diagram(result: Sweep) -> Figure:
    """Draw the share of each end over two axes of a sweep, a panel each, and frame the end that is the most frequent.

    Cells are equally wide whatever the distance of the values.
    """
    wide, outcomes = result.deal_map(), result.outcomes
    columns = min(len(outcomes), _COLUMNS)
    rows = math.ceil(len(outcomes) / columns)
    across, up = (_title_of(result, axis) for axis in result.axes)
    # Each row of maps is as tall as the name beside it is long.
    named = max(text_width(line) for line in up.split("\n")) + 0.1
    tall = max(named, min(0.34 * len(wide.index), _TALLEST))
    figure = new_figure(rows * (tall + 0.6) + 2.4, 9.0)
    grid: Any = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
    panels: list[Axes] = list(grid.flat)
    ramp = LinearSegmentedColormap.from_list("shares", ["#FFFFFF", "#9CC9E3", BLUE, "#00304D"])
    tables = {outcome: _map_of(result, f"share.{outcome}", wide) for outcome in outcomes}
    most = np.nanmax(np.stack(list(tables.values())), axis=0)
    for panel, (outcome, shares) in zip(panels, tables.items(), strict=False):
        panel.pcolormesh(shares, cmap=ramp, vmin=0, vmax=100)
        if shares.shape[0] <= _WRITTEN[0] and shares.shape[1] <= _WRITTEN[1]:
            _write(panel, shares)
        _frame(panel, np.isclose(shares, most, rtol=0.0, atol=1e-9))
        panel.set_title(outcome_label(outcome))
        _ticks(panel, result)
        finish_axes(panel, grid=None)
    for place, panel in enumerate(panels):
        if place >= len(outcomes):
            panel.set_axis_off()
            continue
        if place + columns >= len(outcomes):
            panel.set_xlabel(across, fontsize=SMALL_SIZE)
            panel.tick_params(labelbottom=True)
        if place % columns == 0:
            panel.set_ylabel(up, fontsize=SMALL_SIZE)
    bar = figure.colorbar(ScalarMappable(Normalize(0, 100), ramp), ax=panels, pad=0.02, aspect=30)
    bar.set_label("Share of runs, %")
    note = (
        f"{counted(result.runs, 'world')} at every point, the same. Framed: the most frequent end of a point; several "
        "where they are equally frequent."
    )
    headline(figure, f"{_title(result)}{_usual(tables, most)}", note)
    return figure


def _map_of(result: Sweep, column: str, wide: pd.DataFrame) -> Floats:
    """Per cent of a column of points, the first axis across and the second up, as in the map of deals."""
    first, second = (axis.path for axis in result.axes)
    table = result.points.pivot_table(index=second, columns=first, values=column, sort=False)
    return 100.0 * table.reindex(index=wide.index, columns=wide.columns).to_numpy(np.float64)


def _usual(tables: Mapping[str, Floats], most: Floats) -> str:
    """Say which end is the most frequent at most points."""
    counts = {name: int(np.isclose(own, most, rtol=0.0, atol=1e-9).sum()) for name, own in tables.items()}
    name = max(counts, key=lambda end: counts[end])
    return f"; most often {inside(outcome_label(name))}, at {counts[name]} of {most.size} points"


def _frame(axes: Axes, chosen: NDArray[np.bool_]) -> None:
    for row, column in zip(*np.nonzero(chosen), strict=True):
        axes.add_patch(Rectangle((column + 0.05, row + 0.05), 0.9, 0.9, fill=False, edgecolor=ORANGE, linewidth=2.0,
                                 gid=ON_DATA))  # fmt: skip


def _write(axes: Axes, shares: Floats) -> None:
    for row, column in np.ndindex(shares.shape):
        value = shares[row, column]
        axes.text(column + 0.5, row + 0.5, f"{value:.0f}", ha="center", va="center", fontsize=SMALL_SIZE - 1,
                  color="white" if value > _DARK else INK, gid=ON_DATA)  # fmt: skip


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
    figure, panels = _panels(1 + len(issues), 1.9, _PANEL)
    look = _look(OUTCOME_COLOURS, OUTCOME_MARKERS, AGREEMENT)
    _line(panels[0], places, points, DEALS, look, "deals", 100.0)
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
        _name_values(panel, axis, _title_of(result, axis))
        panel.tick_params(labelbottom=True)
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
    if number(abs(slope)) == number(0.0):
        return f"As the opening of {who} moves, the settlement follows on no issue"
    return f"As the opening of {who} moves, the settlement follows most on {issues}: {number(slope)} of each step"


#: Figures of a sweep, each a function of its tables.
FIGURES: Final[dict[str, Callable[..., Figure]]] = {
    "sweep": sweep_lines,
    "phase_diagram": phase_diagram,
    "leader": leader_lines,
}
