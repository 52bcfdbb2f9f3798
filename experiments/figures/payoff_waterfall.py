"""What moves each side's payoff from one state to another, term by term."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from experiments.figures.kit.paths import need_columns
from experiments.figures.kit.style import (
    BLUISH_GREEN,
    INK,
    MUTED,
    ORANGE,
    SIDE_COLOURS,
    SMALL_SIZE,
    finish_axes,
    halo,
    headline,
    legend_below,
    minus,
    new_figure,
    picture,
    shortened,
    tidy,
)
from experiments.labels import AGENT_LABELS, SIDE_LABELS, inside, number, plain
from experiments.payoff_terms import term_of

_SMALL = 0.01
_NOTHING = 1e-9
#: Letters of a name that are shown.
_LONGEST = 42
_ROW_HEIGHT = 0.31


@picture
def payoff_waterfall(ledger: pd.DataFrame, note: str = "") -> Figure:
    """Draw, for each side, the payoff in a first state, the change of each term, and the payoff in a second state.

    Beside each change stands what it is: money, money that a political weight multiplies, politics, or a belief; see
    :mod:`experiments.payoff_terms`. Terms that change by less than 1 % of the span of the axis are drawn together as
    other terms.

    Parameters
    ----------
    ledger : pandas.DataFrame
        Columns ``side, state, term, value``; ``state`` has two values, the first one first; ``value`` is in
        US$ bn a year relative to a world with MFN tariffs only. A term that a state does not name is zero there.
    note : str
        What the states stand for, written below.

    Returns
    -------
    matplotlib.figure.Figure
    """
    need_columns(ledger, ("side", "state", "term", "value"), "ledger")
    states = list(dict.fromkeys(ledger["state"].astype(object)))
    if len(states) != 2:
        raise ValueError(f"table 'ledger': state needs two values, in order; it has {len(states)}: {states}")
    sides = list(dict.fromkeys(ledger["side"].astype(object)))
    changes = {side: _changes(ledger[ledger["side"] == side], states, side) for side in sides}
    rows = [len(change) + 2 for _, _, change in changes.values()]
    figure = new_figure(sum(rows) * _ROW_HEIGHT + 1.1 * len(rows) + 1.2)
    grid = figure.add_gridspec(len(rows), 1, height_ratios=rows)
    for index, (side, (start, end, change)) in enumerate(changes.items()):
        axes = figure.add_subplot(grid[index, 0])
        _panel(
            axes, start, end, change, [plain(shortened(state, 30)) for state in states], SIDE_COLOURS.get(side, MUTED)
        )
        axes.set_title(tidy(AGENT_LABELS.get(side, plain(side))))
        axes.set_xlabel("Payoff, US$ bn a year, relative to a world with MFN tariffs only")
    moves = np.concatenate([change["value"].to_numpy(dtype=float) for _, _, change in changes.values()])
    handles = [
        Patch(color=colour, label=f"{verb} the payoff")
        for colour, verb, there in ((BLUISH_GREEN, "raises", moves > 0), (ORANGE, "lowers", moves < 0))
        if there.any()
    ]
    if handles:
        legend_below(figure, note, handles=handles, ncols=2)
    headline(figure, _title(states, changes), "" if figure.legends else note)
    return figure


Change = tuple[float, float, pd.DataFrame]


def _changes(own: pd.DataFrame, states: list[str], side: str) -> Change:
    """Payoff in both states and the change of each term with its name and kind, largest first, small ones merged."""
    terms = own.assign(term=own["term"].astype(object), state=own["state"].astype(object))
    table = terms.pivot_table(index="term", columns="state", values="value", aggfunc="sum", sort=False)
    table = table.reindex(columns=states).fillna(0.0)
    start, end = float(table[states[0]].sum()), float(table[states[1]].sum())
    change = (table[states[1]] - table[states[0]]).sort_values(key=lambda values: -values.abs(), kind="stable")
    running = np.concatenate([[start], start + change.cumsum().to_numpy(), [end]])
    span = float(max(running.max(), 0.0) - min(running.min(), 0.0))
    moved = change.abs() > _NOTHING
    small = moved & (change.abs() < _SMALL * span)
    if small.sum() == 1:
        small[:] = False
    kept = change[moved & ~small]
    shown = [(*_named(side, str(term)), float(value)) for term, value in kept.items()]
    if small.any():
        tags = {_named(side, str(term))[1] for term in change[small].index}
        rest = f"{int(small.sum())} other terms", tags.pop() if len(tags) == 1 else ""
        shown.append((*rest, float(change[small].sum())))
    return start, end, pd.DataFrame(shown, columns=["name", "tag", "value"])


def _named(side: str, term: str) -> tuple[str, str]:
    """What a term is called, and what it is counted in."""
    found = term_of(side, term)
    return (plain(term), "") if found is None else (found.words, found.tag)


def _panel(axes: Axes, start: float, end: float, change: pd.DataFrame, states: list[str], colour: str) -> None:
    values = change["value"].to_numpy(dtype=float)
    before = start + np.concatenate([[0.0], np.cumsum(values)[:-1]]) if len(values) else np.empty(0)
    rows = np.arange(1, len(values) + 1)
    axes.barh([0], [start], color=colour, height=0.66)
    axes.barh([len(values) + 1], [end], color=colour, height=0.66)
    axes.barh(rows, values, left=before, color=np.where(values >= 0, BLUISH_GREEN, ORANGE).tolist(), height=0.66)
    edges = [start, *(before + values)]
    for row, edge in enumerate(edges):
        axes.plot([edge, edge], [row - 0.33, row + 1.33], color=INK, linewidth=0.8, zorder=3)
    axes.axvline(0, color=MUTED, linewidth=0.8)
    _value_labels(axes, start, end, values, before)
    for row, tag in enumerate(change["tag"], 1):
        axes.annotate(
            tag, (1.01, row), xycoords=("axes fraction", "data"), va="center", fontsize=SMALL_SIZE, color=MUTED,
            annotation_clip=False,
        )  # fmt: skip
    names = [states[0], *(shortened(str(name), _LONGEST) for name in change["name"]), states[1]]
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(values) + 1.6, -0.6)
    finish_axes(axes, grid="x")


def _value_labels(axes: Axes, start: float, end: float, values: np.ndarray, before: np.ndarray) -> None:
    """Write each number beside its bar, on the side to which the bar points."""
    points = np.concatenate([[0.0, start, end], before, before + values])
    low, high = float(points.min()), float(points.max())
    room = 0.13 * (high - low) if high > low else 1.0
    axes.set_xlim(low - room, high + room)
    tips = [(0, start, start), *((row + 1, before[row] + value, value) for row, value in enumerate(values))]
    for row, tip, value in [*tips, (len(values) + 1, end, end)]:
        total = row in (0, len(values) + 1)
        axes.annotate(
            minus(number(float(value), sign=not total)), (tip, row), (4 if value >= 0 else -4, 0),
            textcoords="offset points", va="center", ha="left" if value >= 0 else "right", fontsize=10.5,
            fontweight="bold" if total else "normal", path_effects=halo(), zorder=6,
        )  # fmt: skip


def _title(states: list[str], changes: dict[str, Change]) -> str:
    parts = []
    for side, (start, end, _) in changes.items():
        name = {"us_treasury": "the US"}.get(side, SIDE_LABELS.get(side, plain(side)))
        if abs(end - start) < _NOTHING:
            parts.append(f"{name} neither gains nor loses")
        else:
            verb = "gains" if end > start else "loses"
            parts.append(f"{name} {verb} US${number(abs(end - start))} bn a year")
    first, second = (inside(shortened(str(state), 30)) for state in states)
    return f"From {first} to {second}: {', '.join(parts)} (over the {first}, not over walking away)"
