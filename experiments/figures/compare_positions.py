"""Two or more configs side by side: how talks end and where both sides stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from experiments.figures.kit import panel
from experiments.figures.kit.paths import (
    last_full_round,
    position_bands,
    round_dates,
    runs_at_table,
    standing_positions,
)
from experiments.figures.kit.style import (
    INK,
    MUTED,
    OUTCOME_COLOURS,
    finish_axes,
    headline,
    legend_below,
    new_figure,
    picture,
    tidy,
    wrapped,
)
from experiments.labels import (
    AGREEMENT,
    axis_label,
    counted,
    every,
    ordered_issues,
    ordered_outcomes,
    outcome_label,
    plain,
    scale_of,
    share_of,
    unit_of,
)

_DEFAULT_ISSUES = 3
_BAR_HEIGHT, _PANEL_HEIGHT, _STRIP_HEIGHT = 0.55, 2.3, 0.7

Tables = tuple[pd.DataFrame, pd.DataFrame]


@picture
def compare_positions(
    tables: Mapping[str, Tables],
    issues: Sequence[str] | None = None,
    *,
    guides: Mapping[str, pd.DataFrame] | None = None,
    units: Mapping[str, str] | None = None,
    inputs: Mapping[str, Mapping[str, str]] | None = None,
) -> Figure:
    """Draw one column per config: outcomes on top, below them the positions of both sides on the same issues.

    Parameters
    ----------
    tables : mapping
        Title of a config to its tables ``(runs, trajectories)``.
    issues : sequence of str, optional
        Issues to show; by default the first three that are on any table.
    guides : mapping, optional
        Title of a config to the values to mark, as for :func:`experiments.figures.positions.positions`.
    units : mapping, optional
        Units of further issues by name.
    inputs : mapping, optional
        Title of a config to what is said of each issue whose agreed value is put in; written below for those shown.

    Returns
    -------
    matplotlib.figure.Figure
    """
    if not tables:
        raise ValueError("compare_positions needs the tables of at least one config")
    standing = {title: standing_positions(trajectories) for title, (_, trajectories) in tables.items()}
    tabled = ordered_issues(name for positions in standing.values() for name in positions["issue"].unique())
    shown = list(issues) if issues is not None else tabled[:_DEFAULT_ISSUES]
    marks = {title: _marks(guides, title, shown) for title in tables}
    full = {title: last_full_round(runs_at_table(trajectories)) for title, (_, trajectories) in tables.items()}
    span = _span(trajectories for _, trajectories in tables.values())
    heights = [_BAR_HEIGHT] + [_PANEL_HEIGHT] * len(shown) + [_STRIP_HEIGHT]
    figure = new_figure(sum(heights) + 2.9, width=max(10.0, 1.2 + 4.4 * len(tables)))
    grid = figure.add_gridspec(len(heights), len(tables), height_ratios=heights)
    for column, (title, (runs, trajectories)) in enumerate(tables.items()):
        bar = figure.add_subplot(grid[0, column])
        bar.set_title(wrapped(title, 42))
        _outcome_bar(bar, runs)
        strip = figure.add_subplot(grid[len(heights) - 1, column])
        _strip(strip, trajectories, span)
        for row, issue in enumerate(shown):
            axes = figure.add_subplot(grid[row + 1, column], sharex=strip)
            unit = unit_of(issue, units)
            axes.set_ylim(_shared_limits(issue, standing, marks, scale_of(unit)))
            _issue_panel(axes, issue, standing[title], marks[title], scale_of(unit), full[title])
            axes.tick_params(labelbottom=False, labelleft=column == 0)
            if column == 0:
                axes.set_ylabel(f"{wrapped(plain(issue), 24)}\n{tidy(axis_label(unit))}")
    figure.align_ylabels()
    few = any(last < span[1] for last in full.values())
    handles = _handles(tables, marks, standing, few)
    legend_below(figure, _note(inputs or {}, shown), handles=handles, ncols=4)
    headline(figure, _title(tables))
    return figure


def _span(trajectories: Iterable[pd.DataFrame]) -> tuple[int, int]:
    """First and last round of any config, so that all columns share one axis."""
    rounds = [table["round"] for table in trajectories if len(table)]
    return (int(min(part.min() for part in rounds)), int(max(part.max() for part in rounds))) if rounds else (1, 1)


def _marks(guides: Mapping[str, pd.DataFrame] | None, title: str, issues: list[str]) -> pd.DataFrame:
    if guides is None or title not in guides:
        return pd.DataFrame({name: pd.Series(dtype=object) for name in panel.GUIDE_COLUMNS})
    panel.check_guides(guides[title])
    return guides[title][guides[title]["issue"].isin(issues)]


def _shared_limits(
    issue: str, standing: Mapping[str, pd.DataFrame], marks: Mapping[str, pd.DataFrame], scale: float
) -> tuple[float, float]:
    """Limits that hold the bands and marks of one issue in every config."""
    lows, highs = [], []
    for title, positions in standing.items():
        own = positions[positions["issue"] == issue]
        guides = marks[title][marks[title]["issue"] == issue]
        if len(own) or len(guides):
            low, high = panel.value_limits(position_bands(own), own.iloc[:0], guides, scale)
            lows.append(low)
            highs.append(high)
    return (min(lows), max(highs)) if lows else (0.0, 1.0)


def _outcome_bar(axes: Axes, runs: pd.DataFrame) -> None:
    """Draw the shares of the outcomes as one bar, each share named in it where it is wide enough."""
    left = 0.0
    for outcome in ordered_outcomes(runs["outcome"].astype(object)):
        count = int((runs["outcome"] == outcome).sum())
        width, colour = 100.0 * count / len(runs), OUTCOME_COLOURS.get(outcome, MUTED)
        axes.barh([0], [width], left=left, color=colour, edgecolor="white", height=1.0)
        text = f"{outcome_label(outcome)} {share_of(count, len(runs))}"
        if width > 2.4 * len(text):
            dark = sum(weight * part for weight, part in zip((0.3, 0.6, 0.1), to_rgb(colour), strict=True)) < 0.45
            axes.text(left + width / 2, 0, text, ha="center", va="center", color="white" if dark else INK)
        left += width
    axes.set_xlim(0, 100)
    axes.set_ylim(-0.5, 0.5)
    axes.set_axis_off()


def _issue_panel(axes: Axes, issue: str, standing: pd.DataFrame, guides: pd.DataFrame, scale: float, full: int) -> None:
    own = standing[standing["issue"] == issue]
    if own.empty:
        axes.text(0.5, 0.5, "not on the table", transform=axes.transAxes, ha="center", va="center", color=MUTED)
    else:
        panel.draw_bands(axes, position_bands(own).droplevel("issue"), scale, full)
        panel.draw_guides(axes, guides[guides["issue"] == issue], scale)
    finish_axes(axes)


def _strip(strip: Axes, trajectories: pd.DataFrame, span: tuple[int, int]) -> None:
    at_table = runs_at_table(trajectories)
    panel.draw_survivors(strip, at_table)
    panel.round_axis(strip, span, round_dates(trajectories), ticks=6)
    finish_axes(strip, grid=None)


def _handles(
    tables: Mapping[str, Tables], marks: Mapping[str, pd.DataFrame], standing: Mapping[str, pd.DataFrame], few: bool
) -> list[Artist]:
    outcomes = ordered_outcomes(name for runs, _ in tables.values() for name in runs["outcome"].astype(object).unique())
    handles: list[Artist] = [
        Patch(color=OUTCOME_COLOURS.get(outcome, MUTED), label=outcome_label(outcome)) for outcome in outcomes
    ]
    # A mark of an issue that is not on a config's table is not drawn there.
    drawn = [part[part["issue"].isin(standing[title]["issue"])] for title, part in marks.items()]
    return panel.legend_handles(pd.concat(drawn), standing.values(), paths=False, few=few) + handles


def _note(inputs: Mapping[str, Mapping[str, str]], shown: Sequence[str]) -> str:
    found = {title: [said[issue] for issue in shown if issue in said] for title, said in inputs.items()}
    return " ".join(f"{title}: {' '.join(sentences)}" for title, sentences in found.items() if sentences)


def _title(tables: Mapping[str, Tables]) -> str:
    parts = []
    for title, (runs, _) in tables.items():
        deals, total = int((runs["outcome"] == AGREEMENT).sum()), counted(len(runs), "run")
        if deals == 0:
            seen = f"no deal in {total}"
        elif deals == len(runs):
            seen = f"a deal in {every(len(runs), 'run')}"
        else:
            seen = f"a deal in {share_of(deals, len(runs))} of {total}"
        parts.append(f"{tidy(title)}: {seen}")
    return "; ".join(parts)
