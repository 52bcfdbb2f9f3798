"""Positions of both sides over the rounds, one panel per issue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.figures.kit import panel
from experiments.figures.kit.paths import (
    last_full_round,
    open_gaps,
    position_bands,
    round_dates,
    runs_at_table,
    sample_runs,
    standing_positions,
)
from experiments.figures.kit.style import (
    INK,
    SIDE_COLOURS,
    SMALL_SIZE,
    finish_axes,
    halo,
    headline,
    legend_below,
    margin_labels,
    new_figure,
    picture,
    tidy,
    wrapped,
)
from experiments.labels import (
    AGREEMENT,
    SIDE_LABELS,
    axis_label,
    counted,
    distance,
    every,
    inside,
    ordered_issues,
    plain,
    scale_of,
    share_of,
    unit_of,
)
from experiments.statistics.ties import best_places

_WIDTH = 8.4
_PANEL_HEIGHT = 2.1
_STRIP_HEIGHT = 0.7

#: Height of the axes of a panel, without its title, inches.
_AXES_HEIGHT = 1.6

#: Share of a panel's height by which medians must be apart for their names to stand between them.
_BETWEEN = 0.3

#: Share of a panel's height from its edge within which a name stands on the inner side of its line.
_EDGE = 0.15


@picture
def positions(
    trajectories: pd.DataFrame,
    guides: pd.DataFrame,
    runs: pd.DataFrame | None = None,
    *,
    units: Mapping[str, str] | None = None,
    note: str = "",
    single_paths: int = 0,
) -> Figure:
    """Draw what both sides table on each issue, round by round, each side named beside its line.

    Median, 50 % and 90 % bands are over the runs that are still at the table; the strip below shows how many these
    are.

    Parameters
    ----------
    trajectories : pandas.DataFrame
        Standing offers: columns ``run, round, side, issue, value`` and, if known, ``date``.
    guides : pandas.DataFrame
        Values to mark: columns ``issue, kind, side, value, label``; ``kind`` is ``red_line``, ``priced_line`` (one that
        can be crossed), ``threat``, ``status_quo`` or ``baseline``, ``side`` is needed for red lines only. An optional
        column ``bound`` (``at_least`` or ``at_most``) says which end a red line bounds; without it the US's is a lower,
        the partner's an upper bound.
    runs : pandas.DataFrame, optional
        Columns ``run, outcome, round``; puts the share of deals into the title.
    units : mapping, optional
        Units of further issues by name.
    note : str
        What is said of the agreed values, written below.
    single_paths : int
        Most single runs that are drawn beside the bands.

    Returns
    -------
    matplotlib.figure.Figure
    """
    panel.check_guides(guides)
    standing = standing_positions(trajectories)
    issues = ordered_issues(standing["issue"])
    columns = min(2, max(1, len(issues)))
    rows = max(1, -(-len(issues) // columns))
    figure = new_figure(rows * _PANEL_HEIGHT + _STRIP_HEIGHT + 2.4, _WIDTH)
    grid = figure.add_gridspec(rows + 1, columns, height_ratios=[_PANEL_HEIGHT] * rows + [_STRIP_HEIGHT])
    bands, at_table = position_bands(standing), runs_at_table(trajectories)
    chosen = standing[standing["run"].isin(sample_runs(trajectories, single_paths))]
    span = (int(at_table.index.min()), int(at_table.index.max())) if len(at_table) else (1, 1)
    strips = [figure.add_subplot(grid[rows, column]) for column in range(columns)]
    full = last_full_round(at_table)
    for place, issue in enumerate(issues):
        axes = figure.add_subplot(grid[place // columns, place % columns], sharex=strips[place % columns])
        own = bands.loc[[issue]].droplevel("issue"), chosen[chosen["issue"] == issue], guides[guides["issue"] == issue]
        _issue_panel(axes, issue, *own, unit_of(issue, units), full)
    for strip in strips:
        _survivor_strip(strip, at_table, span, trajectories)
    handles = panel.legend_handles(
        guides[guides["issue"].isin(issues)],
        [standing],
        paths=len(chosen) > 0,
        few=len(at_table) > 0 and full < span[1],
        sides=False,
    )
    if len(issues) % columns:
        empty = figure.add_subplot(grid[rows - 1, columns - 1])
        empty.axis("off")
        empty.legend(handles=handles, loc="center", ncols=1)
    else:
        legend_below(figure, note, handles=handles, ncols=3)
    headline(figure, _title(trajectories, standing, runs, units), note if len(issues) % columns else "")
    return figure


def _issue_panel(
    axes: Axes, issue: str, bands: pd.DataFrame, paths: pd.DataFrame, guides: pd.DataFrame, unit: str, full: int
) -> None:
    scale = scale_of(unit)
    axes.set_ylim(panel.value_limits(bands, paths, guides, scale))
    panel.draw_bands(axes, bands, scale, full)
    panel.draw_paths(axes, paths, scale)
    panel.draw_guides(axes, guides, scale)
    _name_sides(axes, bands["q50"] * scale)
    finish_axes(axes)
    axes.tick_params(labelbottom=False)
    axes.set_title(wrapped(plain(issue), 40))
    axes.set_ylabel(tidy(axis_label(unit)))
    margin_labels(axes, panel.guide_labels(guides, unit), _AXES_HEIGHT)


def _name_sides(axes: Axes, medians: pd.Series) -> None:
    """Write the name of each side at its median, where both are furthest apart: between them where there is room."""
    paths = medians.unstack("side").reindex(columns=list(SIDE_COLOURS)).dropna(how="all")
    if paths.empty:
        return
    apart = paths["us_treasury"] - paths["partner"]
    row = int(np.nanargmax(apart.abs())) if apart.notna().any() else 0
    place = float(paths.index[row])
    low, high = axes.get_ylim()
    here = paths.iloc[row].dropna()
    if len(here) > 1 and here.max() == here.min():
        _name_line(axes, " and ".join(SIDE_LABELS[str(side)] for side in here.index), INK, place, float(here.iloc[0]))
        return
    has_room = len(here) > 1 and abs(float(apart.iloc[row])) > _BETWEEN * (high - low)
    for side, value in here.astype(float).items():
        is_above = bool(value == here.max())
        _name_line(axes, SIDE_LABELS[str(side)], SIDE_COLOURS[str(side)], place, value, above=is_above != has_room)


def _name_line(axes: Axes, name: str, colour: str, place: Any, value: float, *, above: bool = True) -> None:
    """Write a name at a point of a line, on the wanted side of it unless that lies outside the panel."""
    low, high = axes.get_ylim()
    if not low + _EDGE * (high - low) < value < high - _EDGE * (high - low):
        above = value < (low + high) / 2
    axes.annotate(
        name, (place, value), (3, 3 if above else -3), textcoords="offset points", va="bottom" if above else "top",
        zorder=6, fontsize=SMALL_SIZE, fontweight="bold", color=colour, path_effects=halo(), annotation_clip=False,
    ).set_in_layout(False)  # fmt: skip


def _survivor_strip(strip: Axes, at_table: pd.Series, span: tuple[int, int], trajectories: pd.DataFrame) -> None:
    panel.draw_survivors(strip, at_table)
    panel.round_axis(strip, span, round_dates(trajectories), ticks=6)
    finish_axes(strip, grid=None)


def _title(
    trajectories: pd.DataFrame, standing: pd.DataFrame, runs: pd.DataFrame | None, units: Mapping[str, str] | None
) -> str:
    """Say how many runs end in a deal, and how far apart the sides are where they do not."""
    if runs is None:
        gap = _widest_gap(standing, units)
        return f"{counted(int(trajectories['run'].nunique()), 'run')}: {gap or 'nothing was tabled'}"
    if runs.empty:
        return "No runs"
    deals = runs[runs["outcome"] == AGREEMENT]
    if len(deals) == len(runs):
        half = int(deals["round"].quantile(0.5, interpolation="higher"))
        return f"A deal in {every(len(runs), 'run')}, {'' if len(runs) == 1 else 'in half of them '}by round {half}"
    apart = standing if deals.empty else standing[~standing["run"].isin(deals["run"])]
    gap = _widest_gap(apart, units) or "nothing was tabled"
    if deals.empty:
        return f"No deal in {counted(len(runs), 'run')}: {gap}"
    return f"A deal in {share_of(len(deals), len(runs))} of {counted(len(runs), 'run')}; in the others {gap}"


def _widest_gap(standing: pd.DataFrame, units: Mapping[str, str] | None) -> str:
    """Name the issue on which the sides end furthest apart, measured by the span of all that was tabled on it."""
    gaps = open_gaps(standing)
    if gaps.empty:
        return ""
    spans = standing.groupby("issue")["value"].agg(lambda values: values.max() - values.min())
    medians = gaps.median().reindex(ordered_issues(gaps.columns))
    relative = (medians / spans.where(spans > 0).reindex(medians.index)).fillna(0.0)
    if relative.max() <= 0.0:
        return "offers meet or cross on every issue (median), and a side needs more or may not sign"
    issue, *others = (str(relative.index[place]) for place in best_places(relative.to_numpy(float)))
    gap = distance(float(medians[issue]), unit_of(issue, units))
    also = f", and as far of what was tabled on {_as_far(others)}" if others else ""
    return f"the sides stay {gap} apart on the {inside(plain(issue))}{also} (median)"


def _as_far(issues: Sequence[str]) -> str:
    return f"the {inside(plain(issues[0]))}" if len(issues) == 1 else f"{len(issues)} other issues"
