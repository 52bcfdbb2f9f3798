"""Who concedes on which issue when: a heat map for each side."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from experiments.figures.kit.marks import marks_height, note_of, placed_marks, write_marks
from experiments.figures.kit.paths import contested_issues, last_full_round, runs_at_table, standing_positions
from experiments.figures.kit.style import INK, SIDE_COLOURS, SMALL_SIZE, headline, new_figure, picture, shortened
from experiments.figures.kit.theme import ON_DATA
from experiments.labels import SIDE_LABELS, fixed, inside, partner_name, plain
from experiments.statistics.ties import best_places, together

#: Widest map whose cells still hold a number.
_MOST_NUMBERS: Final = 16

#: Smaller steps are not written: a cell without a number is a round of next to no movement.
_SMALLEST: Final = 0.5

#: Taking back more than this, per cent of the way, is worth a word in the title.
_MUCH: Final = 25.0

Floats = NDArray[np.float64]


def concession_steps(trajectories: pd.DataFrame) -> pd.DataFrame:
    """What each side gave in each round on each issue, as a share of the distance between both openings.

    ``step = sign (value[t-1] - value[t]) / |US opening - the partner's opening|``, signed so that moving towards the
    other side's opening counts as positive and taking back as negative. An opening is a side's first offer on that
    issue, also where the issue comes to the table late. Issues on which both sides open alike in a run have no distance
    and are left out of that run.

    Parameters
    ----------
    trajectories : pandas.DataFrame
        Columns ``run, round, side, issue, value``.

    Returns
    -------
    pandas.DataFrame
        Columns ``run, round, side, issue, step``; no row for an opening itself.
    """
    standing = standing_positions(trajectories).sort_values("round")
    first = standing.groupby(["run", "issue", "side"], sort=False)["value"].first().unstack("side")
    columns = ["run", "round", "side", "issue", "step"]
    if not set(SIDE_COLOURS) <= set(first.columns):
        return pd.DataFrame(columns=columns)
    way = (first["us_treasury"] - first["partner"]).rename("way").dropna()
    way = way[way != 0.0]
    own = standing.assign(change=standing.groupby(["run", "issue", "side"])["value"].diff()).dropna(subset=["change"])
    joined = own.join(way, on=["run", "issue"], how="inner")
    # The US comes down from its opening, the partner goes up from its own, measured along the way between both.
    toward = np.where(joined["side"] == "us_treasury", -1.0, 1.0)
    return joined.assign(step=toward * joined["change"] / joined["way"])[columns]


@picture
def concessions(trajectories: pd.DataFrame, marks: pd.DataFrame | None = None) -> Figure:
    """Draw a map for each side: issues by rounds, coloured by how much of the way the side gave in that round.

    A cell is the mean over the runs still at the table of what :func:`concession_steps` defines, in per cent of the
    distance between both openings; below zero a side took back. Rounds that less than a tenth of the runs reached are
    left out, and so are issues on which the sides open apart in few runs
    (:func:`experiments.figures.kit.paths.contested_issues`).

    Parameters
    ----------
    trajectories : pandas.DataFrame
        Columns ``run, round, side, issue, value``.
    marks : pandas.DataFrame, optional
        What happened when, see :func:`experiments.figures.kit.event_marks.event_marks`: ``round, name, detail``. A
        dashed line stands before the round in which it takes effect.

    Returns
    -------
    matplotlib.figure.Figure
    """
    steps = concession_steps(trajectories)
    last = max(last_full_round(runs_at_table(trajectories)), 2)
    steps = steps[steps["round"] <= last]
    issues = contested_issues(steps)
    rounds = np.arange(2, last + 1)
    maps = {side: _mean_steps(steps[steps["side"] == side], issues, rounds) for side in SIDE_COLOURS}
    shown = placed_marks(marks, last)
    panel_height, strip = 0.75 + 0.36 * max(1, len(issues)), marks_height(shown)
    figure = new_figure(1.9 + 2 * panel_height + (strip if shown else 0.0))
    ratios = [*([strip] if shown else []), panel_height, panel_height]
    everything = figure.subplots(len(ratios), 1, sharex=True, squeeze=False, height_ratios=ratios)[:, 0]
    panels = everything[-2:]
    extremes = [float(np.nanmax(np.abs(cells))) for cells in maps.values() if np.isfinite(cells).any()]
    largest = min(100.0, max([1.0, *extremes]))
    image = None
    for axes, (side, cells) in zip(panels, maps.items(), strict=True):
        image = axes.imshow(
            cells, cmap="PuOr_r", vmin=-largest, vmax=largest, aspect="auto", interpolation="nearest",
            extent=(1.5, max(last, 2) + 0.5, len(issues) - 0.5, -0.5) if issues else (1.5, 2.5, 0.5, -0.5),
        )  # fmt: skip
        _write_cells(axes, cells, rounds, largest)
        axes.set_yticks(range(len(issues)), [shortened(plain(name)) for name in issues])
        axes.tick_params(labelsize=SMALL_SIZE, labelcolor=INK, length=0)
        axes.xaxis.set_major_locator(MaxNLocator(nbins=12, integer=True, min_n_ticks=1))
        axes.set_title(f"{SIDE_LABELS[side]} gives", color=SIDE_COLOURS[side])
        axes.spines[:].set_visible(False)
    panels[-1].set_xlabel("Round")
    if shown:
        write_marks(everything[0], panels, shown)
    if image is not None:
        bar = figure.colorbar(
            image,
            ax=list(panels),
            pad=0.015,
            aspect=30,
            extend="both" if max(extremes, default=0.0) > largest else "neither",
        )
        bar.set_label("Given, % of the way", fontsize=SMALL_SIZE)
        bar.ax.tick_params(labelsize=SMALL_SIZE, labelcolor=INK)
    cut = f" Colours end at {largest:.0f} %." if max(extremes, default=0.0) > largest else ""
    headline(figure, _title(maps, issues, rounds), f"{note_of(marks, last)}{cut}".strip())
    return figure


def _mean_steps(steps: pd.DataFrame, issues: list[str], rounds: NDArray[np.int64]) -> Floats:
    """Per cent given, shape ``[issue, round]``; not a number where no run had a step."""
    if steps.empty:
        return np.full((max(1, len(issues)), len(rounds)), np.nan)
    means = 100.0 * steps.groupby(["issue", "round"])["step"].mean().unstack("round")
    cells: Floats = means.reindex(index=issues, columns=list(rounds)).to_numpy(dtype=float)
    return cells


def _write_cells(axes: Axes, cells: Floats, rounds: NDArray[np.int64], largest: float) -> None:
    if len(rounds) > _MOST_NUMBERS:
        return
    for row, values in enumerate(cells):
        for place, value in zip(rounds, values, strict=True):
            if np.isfinite(value) and abs(value) >= _SMALLEST:
                text = fixed(value, 0).replace("-", "\N{MINUS SIGN}")
                colour = "white" if abs(value) > 0.6 * largest else "#222222"
                axes.text(place, row, text, ha="center", va="center", fontsize=9.5, color=colour, gid=ON_DATA)


def _title(maps: dict[str, Floats], issues: list[str], rounds: NDArray[np.int64]) -> str:
    """Say for each side on which issue it gives most, less what it takes back, and in which round above all."""
    parts = []
    for side, cells in maps.items():
        name = "The US" if side == "us_treasury" else partner_name()
        if not issues or not np.isfinite(cells).any() or np.nanmax(cells) < _SMALLEST:
            parts.append(f"{name} gives next to nothing")
            continue
        given = np.nan_to_num(cells)
        most = best_places(given.sum(axis=1))
        when = best_places(given[most].sum(axis=0))
        names = [f"the {inside(plain(issue))}" for issue in issues]
        part = f"{name} gives most on {together([names[row] for row in most])}, above all in {_rounds(rounds[when])}"
        if given.min() < -_MUCH:
            backs = [divmod(place, len(rounds)) for place in best_places(given.ravel(), more=False)]
            taken = [f"{names[row]} in round {rounds[column]}" for row, column in backs]
            part += f", and takes back on {together(taken)}"
        parts.append(part)
    return "; ".join(parts)


def _rounds(rounds: NDArray[np.int64]) -> str:
    return f"round{'s' if len(rounds) > 1 else ''} {together([str(one) for one in rounds])}"
