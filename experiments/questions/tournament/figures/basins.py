"""Where the replicator dynamics of a tournament lead, by the share of starting points."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from experiments.figures.kit.style import (
    BLUISH_GREEN,
    INK,
    PALE,
    SMALL_SIZE,
    finish_axes,
    headline,
    new_figure,
    picture,
    shortened,
    wrapped,
)
from experiments.labels import SIDE_LABELS, counted, partner_name, percent
from experiments.questions.tournament.figures.left_out import left_out_note

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from matplotlib.figure import Figure

#: Ends that have a bar of their own.
_BARS: Final = 8


@picture
def tournament_basins(equilibria: Mapping[str, Any], *, left_out: Collection[str] = ()) -> Figure:
    """Draw a bar for every end of the dynamics: which tactics are left on either side, and from how many starts.

    Parameters
    ----------
    equilibria : mapping
        Content of ``equilibria.json`` of a tournament.
    left_out : collection of str
        Players that are not ranked.
    """
    replicator = equilibria["replicator"]
    basins = list(replicator["basins"])
    shown, rest = basins[:_BARS], basins[_BARS:]
    names = [_name(basin) for basin in shown]
    shares = [float(basin["share"]) for basin in shown]
    settled = [bool(basin["settled"]) for basin in shown]
    if rest:
        names.append(f"{counted(len(rest), 'other end')}")
        shares.append(sum(float(basin["share"]) for basin in rest))
        settled.append(all(basin["settled"] for basin in rest))
    lines = sum(name.count("\n") + 1.8 for name in names)
    figure = new_figure(0.22 * lines + 2.4)
    axes = figure.subplots()
    places = range(len(names))
    axes.barh(places, shares, height=0.6, color=[BLUISH_GREEN if still else PALE for still in settled])
    for place, share in zip(places, shares, strict=True):
        axes.text(share + 0.01, place, percent(share), va="center", fontsize=SMALL_SIZE, color=INK)
    axes.set_yticks(places, names)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.set_xlim(0.0, 1.1)
    axes.set_xticks([0.0, 0.25, 0.5, 0.75, 1.0], ["0 %", "25 %", "50 %", "75 %", "100 %"])
    axes.set_xlabel("Share of starting points")
    axes.set_title("Tactics that are left on either side")
    finish_axes(axes, grid="x")
    headline(
        figure,
        _title(basins),
        f"Replicator dynamics of two populations from {counted(int(replicator['starts']), 'starting point')}, even "
        "over all mixtures; tactics with at least 1 % at the end. Green: settled, no tactic would do better than the "
        "average; grey: still moving or going round."
        f"{left_out_note(left_out)}",
    )
    return figure


def _name(basin: Mapping[str, Any]) -> str:
    return "\n".join(
        wrapped(f"{label}: {', '.join(shortened(str(name), 30) for name in basin[side])}", 48)
        for side, label in SIDE_LABELS.items()
    )


def _title(basins: list[Any]) -> str:
    most = max(float(basin["share"]) for basin in basins)
    first, *ties = [basin for basin in basins if float(basin["share"]) == most]
    us, partner = (" and ".join(map(str, first[side][:2])) if len(first[side]) <= 2 else f"{len(first[side])} tactics"
                 for side in SIDE_LABELS)  # fmt: skip
    if ties:
        return f"{len(ties) + 1} ends attract the most starts, {percent(most)} each"
    return f"From {percent(most)} of the starts the US ends at {us}, {partner_name()} at {partner}"
