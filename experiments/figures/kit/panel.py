"""One panel of positions: bands and paths of both sides, marked values, and the strip of runs still at the table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.patheffects import withTickedStroke

from experiments.figures.kit.paths import need_columns
from experiments.figures.kit.style import INK, MUTED, PALE, SIDE_COLOURS, SMALL_SIZE, MarginLabel, wrapped
from experiments.labels import SIDE_LABELS, quantity, scale_of

GUIDE_COLUMNS: Final = ("issue", "kind", "side", "value", "label")

#: Kinds that a side has drawn: a line that it does not cross, and one that it crosses at a price.
_LINES: Final = ("red_line", "priced_line")
_GUIDE_LABELS: Final = {"threat": "Threat", "status_quo": "Status quo", "baseline": "Baseline"}
_GUIDE_LINES: Final[dict[str, dict[str, Any]]] = {
    "threat": {"color": INK, "linestyle": (0, (6, 3)), "linewidth": 1.3},
    "status_quo": {"color": MUTED, "linestyle": "-", "linewidth": 1.3},
    "baseline": {"color": MUTED, "linestyle": (0, (6, 2, 1, 2)), "linewidth": 1.3},
}
_PRICED: Final[dict[str, Any]] = {"linestyle": (0, (1, 1.5)), "linewidth": 1.6}
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def check_guides(guides: pd.DataFrame) -> None:
    """Raise when a column is missing, a kind is unknown or a red line has no side."""
    need_columns(guides, GUIDE_COLUMNS, "guides")
    unknown = sorted(set(guides["kind"]) - {*_LINES, *_GUIDE_LABELS})
    if unknown:
        known = ", ".join([*_LINES, *_GUIDE_LABELS])
        raise ValueError(f"table 'guides': unknown kind {', '.join(map(str, unknown))}; kinds are {known}")
    lines = guides[guides["kind"].isin(_LINES)]
    if not lines["side"].isin(list(SIDE_COLOURS)).all():
        raise ValueError(f"table 'guides': the side of a red line is one of {', '.join(SIDE_COLOURS)}")


def draw_bands(axes: Axes, bands: pd.DataFrame, scale: float, last_round: int) -> None:
    """Draw median, 50 % and 90 % bands of both sides; `bands` has the index ``side, round``.

    After `last_round` too few runs are left for bands, and only a dotted median goes on.
    """
    for side, colour in SIDE_COLOURS.items():
        if side not in bands.index.get_level_values("side"):
            continue
        own = bands.loc[[side]].droplevel("side").sort_index() * scale
        rounds = own.index.to_numpy(dtype=float)
        if len(rounds) == 1:
            own = pd.concat([own, own])
            rounds = rounds[0] + np.array([-0.35, 0.35])
        many = rounds < last_round + 0.5
        full, name = own[many], SIDE_LABELS[side]
        axes.fill_between(rounds[many], full["q05"], full["q95"], color=colour, alpha=0.16, linewidth=0)
        axes.fill_between(rounds[many], full["q25"], full["q75"], color=colour, alpha=0.30, linewidth=0)
        axes.plot(rounds[many], full["q50"], color=colour, linewidth=2.4, label=f"{name}: median", zorder=4)
        if not many.all():
            tail = rounds >= last_round - 0.5
            axes.plot(rounds[tail], own["q50"][tail], ":", color=colour, linewidth=1.6, label=f"{name}: few", zorder=4)


def draw_paths(axes: Axes, standing: pd.DataFrame, scale: float) -> None:
    """Draw the path of each run in `standing` (one issue) thin, with a dot where it leaves the table."""
    for side, colour in SIDE_COLOURS.items():
        for _, path in standing[standing["side"] == side].sort_values("round").groupby("run"):
            rounds, values = path["round"].to_numpy(dtype=float), path["value"].to_numpy() * scale
            axes.plot(rounds, values, color=colour, linewidth=0.7, alpha=0.55, zorder=3)
            axes.plot(rounds[-1:], values[-1:], ".", color=colour, markersize=4, alpha=0.8, zorder=3)


def draw_guides(axes: Axes, guides: pd.DataFrame, scale: float) -> None:
    """Draw the marked values of one issue; the ticks of a red line point at what the side refuses."""
    for guide in guides.itertuples():
        height = float(str(guide.value)) * scale
        if guide.kind == "red_line":
            angle = 60 if _refuses_above(guide) else -60
            stroke = withTickedStroke(spacing=7, length=0.7, angle=angle)
            colour = SIDE_COLOURS[str(guide.side)]
            axes.axhline(height, color=colour, linewidth=1.2, path_effects=[stroke], zorder=5)
        elif guide.kind == "priced_line":
            axes.axhline(height, color=SIDE_COLOURS[str(guide.side)], zorder=5, **_PRICED)
        else:
            axes.axhline(height, zorder=2.5, **_GUIDE_LINES[str(guide.kind)])


def _refuses_above(guide: Any) -> bool:
    """Whether a red line is an upper bound; without a column ``bound`` it is the partner's, who wants issues low."""
    bound = getattr(guide, "bound", None)
    return bound == "at_most" if isinstance(bound, str) else guide.side == "partner"


def guide_labels(guides: pd.DataFrame, unit: str) -> list[MarginLabel]:
    """Labels of the marked values of one issue; equal values share one label."""
    labels = []
    for value, group in guides.groupby(guides["value"].astype(float), sort=True):
        height = float(str(value))
        marks = list(group.itertuples())
        names = list(dict.fromkeys(wrapped(_guide_name(mark), 20) for mark in marks))
        colours = {_guide_colour(mark) for mark in marks}
        text = ",\n".join(names) + "\n" + quantity(height, unit)
        labels.append(MarginLabel(height * scale_of(unit), text, colours.pop() if len(colours) == 1 else INK))
    return labels


def _guide_name(guide: Any) -> str:
    if isinstance(guide.label, str) and guide.label:
        return guide.label
    if guide.kind in _LINES:
        at_a_price = ", at a price" if guide.kind == "priced_line" else ""
        return f"{SIDE_LABELS[guide.side]} red line{at_a_price}"
    return _GUIDE_LABELS[guide.kind]


def _guide_colour(guide: Any) -> str:
    return SIDE_COLOURS[guide.side] if guide.kind in _LINES else str(_GUIDE_LINES[guide.kind]["color"])


def value_limits(bands: pd.DataFrame, paths: pd.DataFrame, guides: pd.DataFrame, scale: float) -> tuple[float, float]:
    """Limits of the value axis that hold everything drawn on one issue, with room for the ticks of red lines."""
    parts = (bands.to_numpy(float).ravel(), paths["value"].to_numpy(float), guides["value"].to_numpy(float))
    values = np.concatenate(parts)
    values = values[np.isfinite(values)] * scale
    if values.size == 0:
        return 0.0, 1.0
    low, high = float(values.min()), float(values.max())
    room = 0.08 * (high - low) if high > low else max(0.08 * abs(high), 0.5)
    return low - room, high + room


def draw_survivors(axes: Axes, at_table: pd.Series) -> None:
    """Draw the number of runs still at the table in each round as steps."""
    rounds = at_table.index.to_numpy(dtype=float)
    counts = at_table.to_numpy()
    if len(rounds):
        edges = np.append(rounds - 0.5, rounds[-1] + 0.5)
        axes.stairs(counts, edges, fill=True, color=PALE)
        axes.stairs(counts, edges, color=MUTED, linewidth=1, baseline=None)
    top = int(counts.max()) if len(counts) else 1
    axes.set_ylim(0, 1.12 * top)
    axes.set_yticks([0, top], ["0", f"{top:,}"])
    axes.set_ylabel("Runs")
    axes.set_title("Runs still at the table", fontsize=SMALL_SIZE, fontweight="normal", pad=3)


def round_axis(axes: Axes, rounds: tuple[int, int], dates: Mapping[int, date], ticks: int = 7) -> None:
    """Set limits and labels of the axis of rounds, with the date of a round below its number where known."""
    first, last = rounds
    axes.set_xlim(first - 0.5, last + 0.5)
    step = next(size for size in (1, 2, 5, 10, 20, 50, 10**9) if (last - first) / size <= ticks - 1)
    places = [first, *[place for place in range(step, last + 1, step) if place > first + 0.4 * step]]
    axes.set_xticks(places, [_round_label(place, dates.get(place)) for place in places])
    axes.set_xlabel("Round and its date" if dates else "Round")


def _round_label(place: int, day: date | None) -> str:
    return str(place) if day is None else f"{place}\n{day.day} {_MONTHS[day.month - 1]}"


def legend_handles(
    guides: pd.DataFrame, positions: Iterable[pd.DataFrame], *, paths: bool, few: bool, sides: bool = True
) -> list[Artist]:
    """Return handles for what panels of `positions` show: medians, bands, single paths, few runs, marked values.

    Without `sides`, which then have their names beside their lines, one line stands for the medians of both.
    """
    shown = list(positions)
    there = {side for table in shown for side in table["side"].unique()}
    several = any(table["run"].min() < table["run"].max() for table in shown)
    line = "median" if several else "position"
    lines = [(f"{SIDE_LABELS[side]}: {line}", colour) for side, colour in SIDE_COLOURS.items() if side in there]
    if not sides:
        lines = [(f"{line} of a side", INK)] if there else []
    handles: list[Artist] = [Line2D([], [], color=colour, linewidth=2.4, label=label) for label, colour in lines]
    if several:
        handles.append(Patch(facecolor=MUTED, alpha=0.46, label="50 % of runs"))
        handles.append(Patch(facecolor=MUTED, alpha=0.20, label="90 % of runs"))
    if paths:
        handles.append(Line2D([], [], color=MUTED, linewidth=0.8, marker=".", markevery=[1], label="single run"))
    if few:
        handles.append(Line2D([], [], color=MUTED, linewidth=1.6, linestyle=":", label="median of the last 10 %"))
    kinds = set(guides["kind"])
    if "red_line" in kinds:
        ticks = [withTickedStroke(spacing=5, length=0.7, angle=60)]
        handles.append(Line2D([], [], color=INK, linewidth=1.2, path_effects=ticks, label="red line (ticks: refused)"))
    if "priced_line" in kinds:
        handles.append(Line2D([], [], color=INK, label="red line that can be crossed at a price", **_PRICED))
    for kind, label in _GUIDE_LABELS.items():
        if kind in kinds:
            handles.append(Line2D([], [], label=label.lower(), **_GUIDE_LINES[kind]))
    return handles
