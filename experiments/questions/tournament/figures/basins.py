"""Where the replicator dynamics of a tournament lead, by the share of starting points."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from experiments.figures.kit.style import (
    BLUISH_GREEN,
    INK,
    PALE,
    SIDE_COLOURS,
    SIDE_MARKERS,
    SMALL_SIZE,
    finish_axes,
    headline,
    new_figure,
    picture,
    shortened,
)
from experiments.labels import SIDE_LABELS, counted, partner_name, percent
from experiments.questions.tournament.figures.left_out import left_out_note
from experiments.statistics.intervals import wilson_interval

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Ends that have a row of their own.
_ROWS: Final = 8

#: Columns for which there is room at least, as the name of the side needs it.
_FEWEST: Final = 4

#: Width of a column of tactics and of the bars, inches.
_COLUMN: Final = 0.42
_BARS: Final = 3.4


@picture
def tournament_basins(equilibria: Mapping[str, Any], *, left_out: Collection[str] = ()) -> Figure:
    """Draw a row for every end of the dynamics: from how many starts it is reached, and who is left on either side.

    Parameters
    ----------
    equilibria : mapping
        Content of ``equilibria.json`` of a tournament.
    left_out : collection of str
        Players that are not ranked.
    """
    replicator = equilibria["replicator"]
    basins, starts = list(replicator["basins"]), int(replicator["starts"])
    shown, rest = basins[:_ROWS], basins[_ROWS:]
    columns = {seat: _tactics(shown, basins, seat) for seat in SIDE_LABELS}
    widths = [_BARS, *(_COLUMN * max(len(own), _FEWEST) for own in columns.values())]
    figure = new_figure(0.36 * (len(shown) + bool(rest)) + 4.0, max(sum(widths) + 1.6, 8.0))
    panels: Any = figure.subplots(1, 3, sharey=True, width_ratios=widths)
    _draw_shares(panels[0], shown, rest, starts)
    for axes, (seat, tactics) in zip(panels[1:], columns.items(), strict=True):
        _draw_left(axes, shown, seat, tactics)
    panels[0].set_ylim(len(shown) + bool(rest) - 0.4, -0.6)
    headline(
        figure,
        _title(basins, starts),
        f"Replicator dynamics of two populations from {counted(starts, 'starting point')}, even over all mixtures; "
        "lines: 95 % intervals. A mark: the tactic holds at least 1 % at that end; per cent beside a name: starts "
        "from which it is left. Green: settled, no tactic would do better than the average; grey: still moving or "
        "going round."
        f"{left_out_note(left_out)}",
    )
    return figure


def _tactics(shown: Sequence[Any], basins: Sequence[Any], seat: str) -> dict[str, float]:
    """Tactics that are left at an end that is shown, with the share of all starts from which they are."""
    there = dict.fromkeys(str(name) for basin in shown for name in basin[seat])
    shares = {name: sum(float(basin["share"]) for basin in basins if name in basin[seat]) for name in there}
    return dict(sorted(shares.items(), key=lambda item: -item[1]))


def _draw_shares(axes: Axes, shown: Sequence[Any], rest: Sequence[Any], starts: int) -> None:
    shares = [float(basin["share"]) for basin in shown]
    settled = [bool(basin["settled"]) for basin in shown]
    names = [f"End {place}" for place in range(1, len(shown) + 1)]
    if rest:
        shares.append(sum(float(basin["share"]) for basin in rest))
        settled.append(all(basin["settled"] for basin in rest))
        names.append(counted(len(rest), "other end"))
    places = np.arange(len(names))
    ends = np.array([wilson_interval(round(share * starts), starts) for share in shares])
    axes.barh(places, shares, height=0.6, color=[BLUISH_GREEN if still else PALE for still in settled])
    axes.hlines(places, ends[:, 0], ends[:, 1], color=INK, linewidth=1.4)
    for place, (share, high) in enumerate(zip(shares, ends[:, 1], strict=True)):
        axes.text(max(share, high) + 0.02, place, percent(share), va="center", fontsize=SMALL_SIZE, color=INK)
    axes.set_yticks(places, names)
    axes.set_xlim(0.0, 1.3)
    axes.set_xticks([0.0, 0.5, 1.0], ["0 %", "50 %", "100 %"])
    axes.set_xlabel("Share of starting points")
    axes.set_ylabel("Ends")
    axes.set_title("Where starts end")
    finish_axes(axes, grid="x")


def _draw_left(axes: Axes, shown: Sequence[Any], seat: str, tactics: Mapping[str, float]) -> None:
    """Mark who is left at which end."""
    names = list(tactics)
    cells = [(names.index(str(name)), row) for row, basin in enumerate(shown) for name in basin[seat]]
    across, down = zip(*cells, strict=True) if cells else ((), ())
    axes.scatter(across, down, s=70, marker=SIDE_MARKERS[seat], color=SIDE_COLOURS[seat], zorder=3)
    axes.set_xlim(-0.7, max(len(names), _FEWEST) - 0.3)
    axes.set_xticks(range(len(names)), [f"{shortened(name, 26)} {percent(share)}" for name, share in tactics.items()],
                    rotation=50, ha="right", rotation_mode="anchor")  # fmt: skip
    axes.set_xlabel("Tactics left")
    axes.set_title(SIDE_LABELS[seat])
    finish_axes(axes, grid="both")


def _title(basins: list[Any], starts: int) -> str:
    most = max(float(basin["share"]) for basin in basins)
    first, *ties = [basin for basin in basins if float(basin["share"]) == most]
    us, partner = (" and ".join(map(str, first[side][:2])) if len(first[side]) <= 2 else f"{len(first[side])} tactics"
                 for side in SIDE_LABELS)  # fmt: skip
    if ties:
        return f"{len(ties) + 1} ends attract the most starts, {percent(most)} each"
    low, high = (percent(end).removesuffix(" %") for end in wilson_interval(round(most * starts), starts))
    return f"From {percent(most)} of the starts ({low} to {high} %) the US ends at {us}, {partner_name()} at {partner}"
