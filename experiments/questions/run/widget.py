"""Pick a run and see its path; brush the plane of outcomes and read what the chosen deals have in common.

Drawn with Bokeh, whose script becomes part of the page.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from experiments.figures.kit.style import BLUISH_GREEN
from experiments.labels import (
    AGREEMENT,
    SIDE_LABELS,
    axis_label,
    fixed,
    inside,
    ordered_issues,
    outcome_label,
    partner_name,
    partner_possessive,
    plain,
    scale_of,
    unit_of,
)
from experiments.report.blocks import Widget
from experiments.report.embedding import picker, widget
from experiments.report.path_widget import path_parts
from experiments.story.ending import why_ended
from experiments.story.text import day

if TYPE_CHECKING:
    import pandas as pd

#: Runs whose path can be picked, and deals that can be brushed: more would make the page heavy and show no more.
MOST_PATHS: Final = 150
MOST_DOTS: Final = 2_000

_FALLBACK: Final = "With JavaScript, this place lets you pick a run and brush the deals. The pictures need none."

_MARKUP: Final = picker("Pick a run", "picked", "path")

_BRUSH: Final = """
<h3>Brush the deals</h3>
<p class="note">{shown}</p>
<p class="selected" id="brushed" role="status" aria-live="polite">Draw a box around deals in either plane.</p>
<div class="planes"><div class="bokeh-part">{gains}</div><div class="bokeh-part">{packages}</div></div>
"""


_SHOW_BRUSHED: Final = """
const chosen = source.selected.indices;
const place = document.getElementById("brushed");
if (chosen.length === 1 && Object.hasOwn(JSON.parse(paths), String(source.data.run[chosen[0]]))) {
    run.value = String(source.data.run[chosen[0]]);
}
const median = (name) => {
    const values = Array.from(chosen, (k) => source.data[name][k]).filter(Number.isFinite).sort((a, b) => a - b);
    const half = values.length >> 1;
    return values.length === 0 ? NaN : values.length % 2 ? values[half] : (values[half - 1] + values[half]) / 2;
};
const parts = JSON.parse(named).map(([name, label, unit]) => `${label} ${median(name).toPrecision(3)} ${unit}`);
place.textContent = chosen.length === 0 ? "Draw a box around deals in either plane."
    : `${chosen.length} of ${source.get_length()} deals; medians: ${parts.join(", ")}.`;
"""


def run_widget(
    runs: pd.DataFrame, trajectories: pd.DataFrame, units: Mapping[str, str], inputs: Mapping[str, str]
) -> tuple[Widget, str]:
    """Make the widget and the scripts that it needs.

    Parameters
    ----------
    runs : pandas.DataFrame
        Columns ``run, outcome, reason, round, date``, the gains of both sides and one column per issue.
    trajectories : pandas.DataFrame
        Columns ``run, round, side, issue, value``; not empty.
    units : mapping
        Units of further issues by name.
    inputs : mapping
        What is said of each issue whose value is put in, beside the medians of the deals that are brushed.
    """
    issues = ordered_issues(map(str, trajectories["issue"].unique()))
    data = _paths(runs, trajectories, issues, units)
    parts = path_parts(data, issues)
    every = runs[(runs["outcome"] == AGREEMENT).to_numpy(dtype=bool)]
    deals = every.head(MOST_DOTS)
    if len(deals) > 1:
        parts |= _planes(deals, issues, units, parts["run"], data)
    del parts["run"]  # stands inside the part named select
    which = "Every deal is a dot." if len(every) == len(deals) else f"The first {len(deals):,} of {len(every):,} deals."
    markup = _MARKUP + (_BRUSH if "gains" in parts else "")
    first = next(name for name in data if name != "units")
    shown = " ".join([which, *inputs.values()])
    return widget(markup, parts, _FALLBACK, text=data[first]["text"], shown=shown)


def _paths(
    runs: pd.DataFrame, trajectories: pd.DataFrame, issues: list[str], units: Mapping[str, str]
) -> dict[str, Any]:
    """Path of each run that can be picked, by run, issue and side, and what is said of it."""
    chosen = sorted(trajectories["run"].unique())[:MOST_PATHS]
    data: dict[str, Any] = {"units": {issue: axis_label(unit_of(issue, units)) for issue in issues}}
    ends = runs.set_index("run")
    own = trajectories[trajectories["run"].isin(chosen)].sort_values("round")
    for run in chosen:
        data[str(run)] = {"issues": {}, "text": _summary(int(run), ends.loc[run])}
    for (run, issue, side), rows in own.groupby(["run", "issue", "side"], observed=True):
        scale = scale_of(unit_of(str(issue), units))
        line = {"round": rows["round"].tolist(), "value": [round(scale * v, 4) for v in rows["value"].tolist()]}
        data[str(run)]["issues"].setdefault(str(issue), {})[str(side)] = line
    return data


def _summary(run: int, end: pd.Series) -> str:
    ended = inside(outcome_label(str(end["outcome"])))
    text = f"Run {run}: {ended} in round {end['round']}, {day(end['date'])}"
    reason = end["reason"]
    text += f": {why_ended(reason)}." if isinstance(reason, str) else "."
    if end["outcome"] == AGREEMENT:
        us, partner = (fixed(float(end[f"gain.{side}"]), 2, sign=True) for side in SIDE_LABELS)
        text += f" Gains over walking away, US$ bn a year: US {us}, {partner_name()} {partner}."
    return text


def _planes(
    deals: pd.DataFrame, issues: list[str], units: Mapping[str, str], run: Any, data: dict[str, Any]
) -> dict[str, Any]:
    """Two planes of the same deals, so that what is chosen in one is seen in the other."""
    from bokeh.models import ColumnDataSource, CustomJS
    from bokeh.plotting import figure

    agreed = {name: deals[name].astype(float) * scale_of(unit_of(name, units)) for name in issues if name in deals}
    columns: dict[str, Any] = {"run": deals["run"].tolist(), "us": deals["gain.us_treasury"].tolist()}
    columns["partner"] = deals["gain.partner"].tolist()
    columns |= {f"issue_{place}": agreed[name].round(4).tolist() for place, name in enumerate(agreed)}
    source = ColumnDataSource(columns)
    names = {name: f"issue_{place}" for place, name in enumerate(agreed)}
    wide = sorted(agreed, key=lambda name: -_relative_width(agreed[name]))[:2]
    across, up = (wide * 2)[:2]
    named = [("us", "US gain", "bn"), ("partner", f"{partner_possessive()} gain", "bn")]
    named += [(column, inside(plain(name)), _short_unit(name, units)) for name, column in names.items()]
    common: dict[str, Any] = {
        "height": 340, "sizing_mode": "stretch_width", "tools": "box_select,lasso_select,tap,reset",
        "active_drag": "box_select",
    }  # fmt: skip
    labels = {name: f"{plain(name)}, {axis_label(unit_of(name, units))}" for name in (across, up)}
    gains = figure(
        x_axis_label="US gain over walking away, US$ bn a year",
        y_axis_label=f"{partner_possessive()} gain over walking away, US$ bn a year",
        **common,
    )
    packages = figure(x_axis_label=labels[across], y_axis_label=labels[up], **common)
    for plot, x, y in ((gains, "us", "partner"), (packages, names[across], names[up])):
        plot.toolbar.logo = None
        plot.scatter(
            x, y, source=source, size=7, color=BLUISH_GREEN, alpha=0.6, nonselection_alpha=0.12, line_color=None
        )
    code = CustomJS(
        args={"source": source, "run": run, "named": json.dumps(named), "paths": json.dumps(dict.fromkeys(data, 1))},
        code=_SHOW_BRUSHED,
    )
    source.selected.js_on_change("indices", code)
    return {"gains": gains, "packages": packages}


def _short_unit(issue: str, units: Mapping[str, str]) -> str:
    unit = unit_of(issue, units)
    return "%" if scale_of(unit) != 1.0 else unit


def _relative_width(values: pd.Series) -> float:
    size = float(values.abs().max())
    return float(values.std()) / size if size > 0 else 0.0
