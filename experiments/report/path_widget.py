"""Paths of single negotiations on a page: pick one, and an issue, and see what both sides tabled."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from experiments.figures.kit.style import SIDE_COLOURS
from experiments.labels import SIDE_LABELS, plain
from experiments.report.embedding import choice

_SHOW_RUN: Final = """
const all = JSON.parse(paths);
const picked = all[run.value];
const lines = picked.issues[issue.value] || {};
for (const [side, source] of Object.entries({us_treasury: us, partner: partner})) {
    const line = lines[side] || {round: [], value: []};
    source.data = {round: line.round, value: line.value};
}
value_axis.axis_label = all.units[issue.value];
const place = document.getElementById("picked");
if (place) { place.textContent = picked.text; }
"""


def path_parts(
    data: dict[str, Any], issues: list[str], title: str = "Run", names: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Two choices and the plot of the path that they choose: parts ``select`` and ``path``, and the choice ``run``.

    Parameters
    ----------
    data : dict
        By what can be chosen, ``text`` and ``issues``; below an issue and a side lists of ``round`` and ``value``. The
        entry ``units`` holds the label of the axis of each issue.
    issues : list of str
        Issues of which a path can be shown.
    title : str
        What is chosen.
    names : mapping, optional
        What to call what can be chosen; the beginning of its text unless given.
    """
    from bokeh.layouts import column
    from bokeh.models import ColumnDataSource, CustomJS
    from bokeh.plotting import figure

    runs = [name for name in data if name != "units"]
    first = data[runs[0]]
    sources = {
        side: ColumnDataSource(first["issues"].get(issues[0], {}).get(side, {"round": [], "value": []}))
        for side in SIDE_COLOURS
    }
    plot = figure(
        height=320, sizing_mode="stretch_width", x_axis_label="Round", y_axis_label=data["units"][issues[0]], tools="",
        toolbar_location=None,
    )  # fmt: skip
    for (side, colour), marker in zip(SIDE_COLOURS.items(), ("circle", "square"), strict=True):
        look: dict[str, Any] = {"source": sources[side], "color": colour, "legend_label": f"{SIDE_LABELS[side]} offers"}
        plot.step("round", "value", mode="after", line_width=2.5, **look)
        plot.scatter("round", "value", marker=marker, size=8, **look)
    plot.legend.orientation = "horizontal"
    plot.add_layout(plot.legend[0], "above")
    of_runs = [(name, names[name] if names else data[name]["text"].partition(".")[0]) for name in runs]
    of_issues = [(name, plain(name)) for name in issues]
    pick = choice(title, of_runs, runs[0], name="run")
    of = choice("Issue", of_issues, issues[0], name="issue")
    show = CustomJS(
        args={
            "run": pick, "issue": of, "paths": json.dumps(data), "us": sources["us_treasury"],
            "partner": sources["partner"], "value_axis": plot.yaxis[0],
        },
        code=_SHOW_RUN,
    )  # fmt: skip
    pick.js_on_change("value", show)
    of.js_on_change("value", show)
    return {"select": column(pick, of, sizing_mode="stretch_width"), "path": plot, "run": pick}
