"""On which constraints the issues of deals sit: what was put in beside what came out."""

from __future__ import annotations

from typing import Final

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from experiments.figures.kit.paths import need_columns
from experiments.figures.kit.style import (
    BLUISH_GREEN,
    INK,
    ORANGE,
    PALE,
    REDDISH_PURPLE,
    SKY_BLUE,
    SMALL_SIZE,
    VERMILLION,
    YELLOW,
    finish_axes,
    halo,
    headline,
    legend_below,
    new_figure,
    picture,
    shortened,
    text_width,
    tidy,
)
from experiments.labels import counted, inside, listed, ordered_issues, partner_name, percent, plain

_GREY: Final = "#5A5A5A"

#: Kinds of constraint in the order in which a bar stacks them: colour, name, and whether a config states where it lies.
KINDS: Final[dict[str, tuple[str, str, bool]]] = {
    "red_line": (VERMILLION, "red line", True),
    "release": (ORANGE, "release of a red line", True),
    "linkage": (YELLOW, "condition of a release", True),
    "grid": (REDDISH_PURPLE, "end of the agenda", True),
    "delivery": (SKY_BLUE, "delivery of chips", False),
    "ratification": (_GREY, "ratification", False),
    "interior": (BLUISH_GREEN, "none", False),
    "indifferent": (PALE, "moves no payoff", False),
}

_ROW: Final = 0.62
_HATCH: Final = "//"

#: Inches of the axes that a bar of 100 % is wide, about; a name is written where its part of the bar has room for it.
_BAR: Final = 7.4


@picture
def constraints(counts: pd.DataFrame) -> Figure:
    """Draw for each issue the share of the deals that sit on each constraint, as one stacked bar.

    Parameters
    ----------
    counts : pandas.DataFrame
        Columns ``issue, constraint, count``: deals by the constraint that the issue sits on, such as
        ``release:us_cars`` or ``grid:low``.

    Returns
    -------
    matplotlib.figure.Figure
    """
    need_columns(counts, ("issue", "constraint", "count"), "counts")
    kinds = counts["constraint"].astype(str).str.partition(":")[0]
    unknown = sorted(set(kinds) - set(KINDS))
    if unknown:
        raise ValueError(f"table 'counts': constraint is {unknown[0]}; it must be one of {', '.join(KINDS)}")
    issues = ordered_issues(counts["issue"].astype(str))
    figure = new_figure(2.7 + _ROW * max(1, len(issues)))
    axes = figure.add_subplot()
    put_in: dict[str, float] = {}
    for row, issue in enumerate(issues):
        own = counts[(counts["issue"] == issue).to_numpy()]
        put_in[issue] = _bar(
            axes, row, own.assign(kind=kinds[own.index], share=100.0 * own["count"] / own["count"].sum())
        )
    axes.set_yticks(range(len(issues)), [shortened(plain(issue)) for issue in issues])
    axes.set_ylim(max(1, len(issues)) - 0.4, -0.6)
    axes.set_xlim(0, 100)
    finish_axes(axes, grid="x")
    axes.tick_params(axis="y", length=0)
    axes.set_title("What the agreed value of each issue sits on")
    axes.set_xlabel("Share of the deals with the issue on the table, %")
    legend_below(figure, _NOTE, handles=_handles(counts.assign(kind=kinds)), ncols=2)
    headline(figure, _title(put_in))
    return figure


_NOTE: Final = "Hatched: stated in the config, so a value that sits there was put in. Names are those of red lines."


def _bar(axes: Axes, row: int, own: pd.DataFrame) -> float:
    """Draw the bar of an issue; the share of its deals that sit on an input."""
    left, put_in = 0.0, 0.0
    for kind, (colour, _, is_input) in KINDS.items():
        parts = own[own["kind"] == kind].sort_values(["share", "constraint"], ascending=[False, True])
        for constraint, share in zip(parts["constraint"].astype(str), parts["share"].astype(float), strict=True):
            axes.barh(
                row, share, left=left, height=0.62, color=colour, edgecolor="white", linewidth=0.8,
                hatch=_HATCH if is_input else None,
            )  # fmt: skip
            words = f"{_which(constraint)} {percent(share / 100.0)}".strip()
            if text_width(words) < 0.94 * _BAR * share / 100.0:
                axes.text(
                    left + share / 2, row, words, ha="center", va="center", fontsize=SMALL_SIZE, color=INK,
                    path_effects=halo(), zorder=5,
                )  # fmt: skip
            left += share
            put_in += share if is_input else 0.0
    return put_in


def _which(constraint: str) -> str:
    """Name of the line, or the end, side or reason, that belongs to a constraint."""
    kind, _, which = constraint.partition(":")
    if kind == "ratification":
        return "US" if which == "us" else partner_name()
    return tidy(f"{which} end" if kind == "grid" else which)


def _handles(counts: pd.DataFrame) -> list[Patch]:
    handles = []
    for kind, (colour, name, is_input) in KINDS.items():
        names = sorted({_which(one) for one in counts.loc[counts["kind"] == kind, "constraint"].astype(str)} - {""})
        if not (counts["kind"] == kind).any():
            continue
        label = f"{name}: {listed([shortened(one) for one in names])}" if names else name
        hatch = _HATCH if is_input else None
        handles.append(Patch(facecolor=colour, edgecolor="white", hatch=hatch, label=label))
    return handles


def _title(put_in: dict[str, float]) -> str:
    if not put_in:
        return "No deals"
    fixed = [issue for issue, share in put_in.items() if share > 50.0]
    every = counted(len(put_in), "issue")
    if not fixed:
        return f"In more than half of the deals the config puts in none of {every}"
    most = max(fixed, key=lambda issue: put_in[issue])
    whole = f"all {every}" if len(fixed) == len(put_in) and len(fixed) > 1 else f"{len(fixed)} of {every}"
    return (
        f"In more than half of the deals the config puts in {whole}: most often the {inside(plain(most))} "
        f"({percent(put_in[most] / 100.0)})"
    )
