"""The bargaining problem as a picture: frontier, solutions and deal in the plane of gains, and what both need."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import cycle
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from matplotlib.figure import Figure

from experiments.figures.kit.paths import need_columns
from experiments.figures.kit.style import (
    BLUISH_GREEN,
    INK,
    MUTED,
    ORANGE,
    REDDISH_PURPLE,
    SIDE_COLOURS,
    SKY_BLUE,
    YELLOW,
    finish_axes,
    halo,
    headline,
    legend_below,
    new_figure,
    picture,
)
from experiments.labels import SIDE_LABELS, counted, partner_name, partner_possessive, quantity
from experiments.questions.solve.text import name_of

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from sim.records import Floats

_HEIGHT: Final = 7.6
_GAINS: Final = tuple(f"gain.{side}" for side in SIDE_COLOURS)

#: Marker, size and colour of each solution; a larger one is drawn below a smaller one.
_LOOKS: Final[dict[str, tuple[str, int, str]]] = {
    "talks": ("*", 420, BLUISH_GREEN),
    "nash": ("D", 130, REDDISH_PURPLE),
    "nash_ratified": ("D", 130, REDDISH_PURPLE),
    "kalai_smorodinsky": ("^", 110, ORANGE),
    "egalitarian": ("s", 90, YELLOW),
    "utilitarian": ("P", 120, SKY_BLUE),
    "best_us": (">", 100, SIDE_COLOURS["us_treasury"]),
    "best_partner": ("v", 100, SIDE_COLOURS["partner"]),
}
#: Markers of the asymmetric Nash solutions, one after the other.
_POWER_MARKERS: Final = ("o", "X", "p", "h", "8")

#: Gains nearer to each other than this, US$ bn a year, are one point.
_SAME: Final = 1e-9


@picture
def bargaining_problem(frontier: pd.DataFrame, points: pd.DataFrame, needs: Mapping[str, float]) -> Figure:
    """Draw what both sides could gain in one negotiation: the frontier, the solutions on it, and the deal.

    Parameters
    ----------
    frontier : pandas.DataFrame
        Pareto frontier inside both sides' red lines: columns ``gain.us_treasury, gain.partner``, over walking away,
        US$ bn a year.
    points : pandas.DataFrame
        Columns ``solution, gain.us_treasury, gain.partner``: the deal (``talks``) if there is one, and the solutions.
        Those that fall on one point are drawn once and named together.
    needs : mapping
        Gain that each side needs to ratify, by its name, US$ bn a year.

    Returns
    -------
    matplotlib.figure.Figure
    """
    need_columns(frontier, _GAINS, "frontier")
    need_columns(points, ("solution", *_GAINS), "points")
    line = frontier[[*_GAINS]].astype(float).sort_values(_GAINS[0]).to_numpy()
    figure = new_figure(_HEIGHT)
    axes = figure.add_subplot()
    _limits(axes, line, points, needs)
    axes.plot(line[:, 0], line[:, 1], ".-", color=INK, linewidth=1.6, markersize=4, label="Pareto frontier", zorder=4)
    for side, draw in zip(SIDE_COLOURS, (axes.axvline, axes.axhline), strict=True):
        label = f"{SIDE_LABELS[side]}: gain needed to ratify"
        draw(needs[side], color=SIDE_COLOURS[side], linewidth=1.4, linestyle=(0, (4, 2)), label=label, zorder=3)
    _draw_points(axes, points)
    axes.axvline(0.0, color=MUTED, linewidth=0.8, zorder=2)
    axes.axhline(0.0, color=MUTED, linewidth=0.8, zorder=2)
    axes.annotate("Walking away", (0, 0), (8, -8), textcoords="offset points", va="top", path_effects=halo(), zorder=9)
    finish_axes(axes, grid="both")
    axes.set_xlabel("US gain over walking away, US$ bn a year")
    axes.set_ylabel(f"{partner_possessive()} gain over walking away, US$ bn a year")
    legend_below(figure, ncols=2)
    headline(figure, _title(line, points, needs))
    return figure


def _limits(axes: Axes, line: Floats, points: pd.DataFrame, needs: Mapping[str, float]) -> None:
    """Hold the origin, what both need, the frontier where both gain (all of it, if they never do) and every point."""
    inside = line[(line >= 0.0).all(axis=1)]
    corners = np.array([[0.0, 0.0], [needs[side] for side in SIDE_COLOURS]])
    shown = np.vstack([corners, inside if len(inside) else line, points[[*_GAINS]].to_numpy(float)])
    low, high = shown.min(axis=0), shown.max(axis=0)
    size = np.where(high > low, high - low, 1.0)
    axes.set_xlim(low[0] - 0.08 * size[0], high[0] + 0.08 * size[0])
    axes.set_ylim(low[1] - 0.12 * size[1], high[1] + 0.08 * size[1])


def _draw_points(axes: Axes, points: pd.DataFrame) -> None:
    """Draw each place once, with the look of the first solution there and the names of all."""
    places: list[tuple[Floats, list[str]]] = []
    for name, *gains in points[["solution", *_GAINS]].itertuples(index=False):
        at = np.array(gains, dtype=float)
        same = next((names for place, names in places if np.abs(place - at).max() <= _SAME), None)
        if same is None:
            places.append((at, [str(name)]))
        else:
            same.append(str(name))
    markers = cycle(_POWER_MARKERS)
    for at, names in places:
        marker, size, colour = _LOOKS.get(names[0]) or (next(markers), 70, REDDISH_PURPLE)
        look: dict[str, Any] = {"marker": marker, "s": size, "color": colour, "edgecolor": INK}
        label = "\n".join(name_of(name) for name in names)
        axes.scatter(at[0], at[1], label=label, zorder=10 - size / 100, clip_on=False, **look)


def _title(line: Floats, points: pd.DataFrame, needs: Mapping[str, float]) -> str:
    gains = {str(name): np.array(both, float) for name, *both in points[["solution", *_GAINS]].itertuples(index=False)}
    if "talks" in gains:
        us, partner = _amounts(gains["talks"])
        worth = f"worth {us} a year to the US and {partner} to {partner_name()} over walking away"
        if "nash" not in gains:
            return f"The deal is {worth}"
        if np.abs(gains["talks"] - gains["nash"]).max() <= _SAME:
            return f"The deal is the Nash solution, {worth}"
        return f"The deal is {worth}; Nash would give {' and '.join(_amounts(gains['nash']))}"
    both = int((line >= [needs[side] for side in SIDE_COLOURS]).all(axis=1).sum())
    if both:
        return f"No deal, though {counted(both, 'point')} of the frontier would have brought both what they need"
    if (line >= 0.0).all(axis=1).any():
        return "No deal: both could gain over walking away, but not both as much as they need to ratify"
    return "No deal: nothing that both may sign is worth walking away to both"


def _amounts(gains: Floats) -> list[str]:
    return [quantity(float(gain), "US$ bn") for gain in gains]


#: Figures of a solved problem, each a function of tables.
FIGURES: Final[dict[str, Callable[..., Figure]]] = {"bargaining_problem": bargaining_problem}
