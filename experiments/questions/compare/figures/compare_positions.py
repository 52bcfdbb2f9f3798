"""What both sides table, round by round, in two runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from experiments.config.explain import further_units
from experiments.figures.kit.paths import need_columns
from experiments.figures.kit.style import (
    MUTED,
    NARROW,
    SIDE_COLOURS,
    SMALL_SIZE,
    WIDTH,
    finish_axes,
    headline,
    legend_below,
    new_figure,
    picture,
    shortened,
    tidy,
    wrapped,
)
from experiments.labels import (
    SIDE_LABELS,
    axis_label,
    distance,
    inside,
    ordered_issues,
    plain,
    possessive,
    scale_of,
    unit_of,
)
from experiments.questions.compare.comparison import POSITION_COLUMNS, of_run
from sim.issues import SIDES

if TYPE_CHECKING:
    from experiments.questions.compare.comparison import RunComparison

_COLUMNS: Final = 3

#: Share of the kept runs that a round must be reached by to be drawn, and to be spoken of: whose talks go on for long
#: are not like the others.
_FEW, _MANY = 0.1, 0.5


@picture
def compare_positions(
    positions: pd.DataFrame, base: str, label: str, *, units: Mapping[str, str] | None = None, narrow: bool = False
) -> Figure:
    """Draw the median positions of both sides on every issue, round by round, in two runs.

    Rounds are drawn that a tenth of the kept runs of either reach.

    Parameters
    ----------
    positions : pandas.DataFrame
        ``run, issue, side, round, runs, q25, q50, q75``, see
        :class:`experiments.questions.compare.comparison.RunComparison`.
    base, label : str
        Names of the two runs.
    units : mapping, optional
        Units of further issues by name.
    narrow : bool
        Whether it is drawn for a phone, with one issue below the other.
    """
    need_columns(positions, POSITION_COLUMNS, "positions")
    shown = pd.concat([_full(of_run(positions, name), _FEW) for name in (base, label)], ignore_index=True)
    issues = ordered_issues(map(str, shown["issue"]))
    columns = 1 if narrow else min(_COLUMNS, max(1, len(issues)))
    rows = max(1, -(-len(issues) // columns))
    figure = new_figure(2.3 * rows + 2.0, NARROW if narrow else WIDTH)
    grid = figure.add_gridspec(rows, columns)
    last = int(shown["round"].max()) if len(shown) else 1
    for place, issue in enumerate(issues):
        axes = figure.add_subplot(grid[divmod(place, columns)])
        unit = unit_of(issue, units)
        _lines(axes, shown[(shown["issue"] == issue).to_numpy()], base, label, scale_of(unit))
        axes.set_title(wrapped(plain(issue), 26), fontsize=SMALL_SIZE + 0.5)
        axes.set_ylabel(tidy(axis_label(unit)), fontsize=SMALL_SIZE)
        axes.set_xlim(0.5, last + 0.5)
        axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))
        axes.set_xlabel("Round", fontsize=SMALL_SIZE)
        finish_axes(axes)
    handles = _line_legend(base, label, shown)
    if len(issues) % columns:
        empty = figure.add_subplot(grid[rows - 1, columns - 1])
        empty.axis("off")
        empty.legend(handles=handles, loc="center", ncols=1)
    else:
        legend_below(figure, handles=handles, ncols=1 if narrow else 3)
    if not narrow:
        headline(figure, _shift(shown, base, label, units))
    return figure


def _full(own: pd.DataFrame, share: float) -> pd.DataFrame:
    """Rows of the rounds that such a share of the runs reach."""
    reached = own.groupby("round")["runs"].max()
    return own[own["round"].map(reached).to_numpy(float) >= share * (reached.max() if len(reached) else 0)]


def _lines(axes: Axes, own: pd.DataFrame, base: str, label: str, scale: float) -> None:
    for side, colour in SIDE_COLOURS.items():
        for name in (base, label):
            line = own[((own["side"] == side) & (own["run"] == name)).to_numpy()].sort_values("round")
            rounds = line["round"].to_numpy(dtype=float)
            if name == label:
                low, high = (scale * line[end].to_numpy(float) for end in ("q25", "q75"))
                axes.fill_between(rounds, low, high, color=colour, alpha=0.13, linewidth=0, zorder=1)
            style: dict[str, Any] = _STYLES[name == label]
            axes.plot(rounds, scale * line["q50"].to_numpy(), color=colour, zorder=3, **style)


#: Lines of the base and of the other run.
_STYLES: Final[dict[bool, dict[str, Any]]] = {
    False: {"linestyle": (0, (4, 2)), "linewidth": 1.6, "marker": "o", "markersize": 4, "markerfacecolor": "white"},
    True: {"linestyle": "-", "linewidth": 2.4, "marker": "o", "markersize": 4},
}


def _line_legend(base: str, label: str, shown: pd.DataFrame) -> list[Any]:
    sides = [side for side in SIDES if (shown["side"] == side).any()]
    return [
        *(
            Line2D(
                [],
                [],
                color=SIDE_COLOURS[side],
                label=f"{SIDE_LABELS[side]}, {shortened(name)}: median",
                **_STYLES[name == label],
            )
            for side in sides
            for name in (base, label)
        ),
        Patch(facecolor=MUTED, alpha=0.35, label=f"{shortened(label)}: 50 % of the runs"),
    ]


def _shift(shown: pd.DataFrame, base: str, label: str, units: Mapping[str, str] | None) -> str:
    """Name the largest shift of a median position, measured by the span of all medians of its issue."""
    keys = ["issue", "side", "round"]
    many = [_full(of_run(shown, name), _MANY) for name in (base, label)]
    both = many[0].merge(many[1], on=keys, suffixes=("_base", ""))
    names = f"{shortened(label, 30)} beside {shortened(base, 30)}"
    if both.empty:
        return f"{names}: no issue is tabled in the same round of both"
    spans = shown.groupby("issue")["q50"].agg(lambda found: found.max() - found.min())
    moved = (both["q50"] - both["q50_base"]).to_numpy()
    relative = np.abs(moved) / np.maximum(both["issue"].map(spans).to_numpy(float), 1e-12)
    if not (relative > 1e-9).any():
        return f"{names}: both sides table the same in the median of every round"
    place = int(np.argmax(relative))
    row = both.iloc[place]
    issue = str(row["issue"])
    by = distance(abs(float(moved[place])), unit_of(issue, units))
    who = "the US" if row["side"] == SIDES[0] else possessive(SIDE_LABELS[str(row["side"])])
    way = "higher" if moved[place] > 0 else "lower"
    return f"{names}: {who} median on {inside(plain(issue))} is {by} {way} in round {int(row['round'])}"


def drawn_positions(found: RunComparison, label: str, *, narrow: bool = False) -> Figure | None:
    """Positions of a run beside those of the base; None where neither kept a path."""
    if found.positions.empty:
        return None
    units = {name: unit for config in found.configs for name, unit in further_units(config).items()}
    return compare_positions(found.positions, found.base, label, units=units, narrow=narrow)
