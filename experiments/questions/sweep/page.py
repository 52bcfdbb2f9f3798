"""The page of a sweep: what moving one or two entries of a config does to the talks, and where the outcome turns."""

from __future__ import annotations

import shlex
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from experiments.config.explain import further_units
from experiments.lab.finished import read_finished
from experiments.lab.known_inputs import KnownInput, inputs_table, known_path, listed, support_blocks
from experiments.labels import (
    SIDE_LABELS,
    axis_label,
    counted,
    inside,
    number,
    outcome_label,
    percent,
    plain,
    quantity,
    scale_of,
    unit_of,
)
from experiments.questions.sweep.figures import leader_lines, phase_diagram, sweep_lines
from experiments.questions.sweep.result import read_sweep
from experiments.questions.sweep.text import axis_title
from experiments.questions.sweep.widget import sweep_widget
from experiments.questions.sweep.words import shown_value, sweep_answer, usual_ends
from experiments.report.asked import asked_section
from experiments.report.blocks import Block, Listing, Page, PageSection, Table, Words, picture, table
from experiments.report.limits import OF_SHARES, limits_section
from experiments.report.repeat import repeat_section
from sim.issues import SIDES

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from experiments.figures.kit.theme import Theme
    from experiments.lab.finished import Finished
    from experiments.questions.sweep.axes import Axis
    from experiments.questions.sweep.leader import Leader
    from experiments.questions.sweep.sweep import Sweep
    from experiments.report.blocks import Widget
    from experiments.store.place import Place

_READ: Final = (
    "The same worlds are played at every point: the same draws of every other number and of chance. So two points "
    "differ by what was moved and by nothing else, and a difference between them is surer than their intervals, taken "
    "by themselves, suggest.",
    "An interval is a 95 % one: of a share Wilson's, of a mean gain the normal one.",
    "What deals say at a point is about the worlds that agree there. Where other worlds agree, it is about others.",
)

_LINES: Final = "Along the sweep: how talks end, what both sides gain, and what deals say, with 95 % intervals."
_PHASES: Final = "Left: the share of deals at each pair of values. Right: the most frequent end there."
_FOLLOWS: Final = "Dashed: where the leader opens. Green: where talks settle. Does the second move with the first?"


def sweep_page(place: Place, theme: Theme) -> Page:
    """Page of a finished sweep.

    Parameters
    ----------
    place : Place
        Its directory.
    theme : str
        ``light`` or ``dark``.
    """
    from experiments.store.manifest import read_any_manifest

    found = read_finished(place, read_any_manifest(place))
    result, leader, followed = read_sweep(found)
    moved = [known_path(found.config, axis.path, axis.unit, _values(axis)) for axis in result.axes]
    units = further_units(found.config)
    widget, scripts = sweep_widget(result, units)
    limits = limits_section(found.config, OF_SHARES)
    sections = (
        _asked(found, result, moved, leader),
        _came_out(result, leader, followed, widget, units, theme),
        PageSection("sure", "How sure this is", "How to read the points.", (Listing("Points and intervals", _READ),)),
        replace(limits, blocks=(*support_blocks([one.path for one in moved], {one.path: one for one in moved}),
                                *limits.blocks)),
        repeat_section(found.manifest, "sweep", found.config, options=_options(found, result, leader)),
    )  # fmt: skip
    paths = " and ".join(axis.path for axis in result.axes)
    return Page(
        title=found.config.title,
        subtitle=f"What {paths} changes: {counted(found.negotiations, 'simulated negotiation')} of {found.config.name}",
        answer=sweep_answer(result, moved, leader, followed),
        sections=sections,
        scripts=scripts,
    )


def _values(axis: Axis) -> str:
    if axis.numbers is None:
        return ", ".join(axis.values)
    ends = (shown_value(value, axis.unit) for value in (axis.numbers[0], axis.numbers[-1]))
    return f"{' to '.join(ends)}, {counted(len(axis.values), 'value')}"


def _options(found: Finished, result: Sweep, leader: Leader | None) -> tuple[str, ...]:
    played = ("--runs", str(result.runs), "--seed", str(found.seed))
    if leader is not None:
        issue = [] if leader.issue is None else ["--issue", shlex.quote(leader.issue)]
        return ("--leader", leader.side, *issue, "--points", str(len(leader.axis.values)), *played)
    over = [part for axis in result.axes for part in ("--over", shlex.quote(f"{axis.path}={','.join(axis.values)}"))]
    return (*over, *played)


def _asked(found: Finished, result: Sweep, moved: list[KnownInput], leader: Leader | None) -> PageSection:
    what = " and ".join(f"the {one.words} ({one.values})" if not one.meaning else f"the {one.meaning}" for one in moved)
    lead = f"What happens to the talks as {what} {'moves' if len(moved) == 1 else 'move'}, and nothing else?"
    played = [
        f"{counted(len(result.points), 'point')}, the same {counted(result.runs, 'world')} at each: "
        f"{counted(found.negotiations, 'negotiation')}; seed {found.seed}. Looked at are how talks end, both sides' "
        "mean gains over walking away, and what deals say on each issue."
    ]
    if leader is not None:
        played.insert(0, f"Moved is the opening of {SIDE_LABELS[leader.side]}. {leader.words}.")
    rows = inputs_table({one.path: one for one in moved}, folded=False)
    rows = replace(rows, caption="What was moved", note="Source and confidence are those of the config's own value.")
    columns = ("Input", "Moved over", "Unit", "Source", "Confidence")
    section = asked_section(found.config)
    return replace(section, lead=lead, blocks=(Words(tuple(played)), replace(rows, columns=columns), *section.blocks))


def _came_out(
    result: Sweep, leader: Leader | None, followed: pd.DataFrame, widget: Widget, units: Mapping[str, str], theme: Theme
) -> PageSection:
    blocks: list[Block] = []
    if len(result.axes) == 2:
        blocks += [picture(phase_diagram(result), _PHASES, theme), widget]
        blocks += [_deals_map(result), points_table(result, units)]
    else:
        blocks += [points_table(result, units), picture(sweep_lines(result), _LINES, theme), widget]
    if leader is not None:
        blocks += [_following(leader, followed), picture(leader_lines(result, leader, followed), _FOLLOWS, theme)]
    return PageSection("came-out", "What came out", "How talks end, who gains, and what deals say.", tuple(blocks))


def points_table(result: Sweep, units: Mapping[str, str]) -> Table:
    """Every point with the share of deals, the other ends, mean gains and median deal, with intervals."""
    issues = [issue for issue in result.issues if result.points[f"{issue}.q50"].notna().any()]
    others = [outcome for outcome in result.outcomes if outcome != "agreement"]
    rows = [_row(result, row, others, issues, units) for row in result.points.to_dict("records")]
    columns = (
        *(axis_title(result, place) for place in range(len(result.axes))),
        "Deals, 95 % interval",
        *(outcome_label(outcome) for outcome in others),
        *(f"Gain {SIDE_LABELS[side]}" for side in SIDES),
        *(f"{plain(issue)}, {axis_label(unit_of(issue, units))}" for issue in issues),
    )
    note = (
        "Gains: means over all runs with 95 % intervals, US$ bn a year over walking away. Issues: medians over the "
        "deals, in brackets what holds 90 % of them."
    )
    return table("Every point", columns, rows, texts=len(result.axes), note=note, folded=len(result.axes) == 2)


def _row(
    result: Sweep, row: Mapping[Any, Any], others: list[str], issues: list[str], units: Mapping[str, str]
) -> tuple[str, ...]:
    ends = [f"{100 * row[f'share.agreement_{end}']:.1f}" for end in ("low", "high")]
    gains = [
        f"{number(row[f'gain.{side}'])} ({number(row[f'gain.{side}_low'])} to {number(row[f'gain.{side}_high'])})"
        for side in SIDES
    ]
    deals = []
    for issue in issues:
        scale = scale_of(unit_of(issue, units))
        low, middle, high = (number(scale * float(row[f"{issue}.{name}"])) for name in ("q05", "q50", "q95"))
        deals.append("-" if middle == "-" else f"{middle} ({low} to {high})")
    return (
        *(shown_value(row[axis.path]) for axis in result.axes),
        f"{percent(row['share.agreement'])} ({' to '.join(ends)} %)",
        *(percent(row[f"share.{outcome}"]) for outcome in others),
        *gains,
        *deals,
    )


def _deals_map(result: Sweep) -> Table:
    """Share of deals with its interval and the most frequent end, the second axis down and the first across."""
    first, second = result.axes
    cells = {}
    for row, ends in zip(result.points.to_dict("records"), usual_ends(result), strict=True):
        low, high = (f"{100 * row[f'share.agreement_{name}']:.0f}" for name in ("low", "high"))
        share, usual = percent(row["share.agreement"]), listed(inside(outcome_label(end)) for end in ends)
        cells[shown_value(row[first.path]), shown_value(row[second.path])] = f"{share} ({low} to {high} %), {usual}"
    across, down = (list(dict.fromkeys(shown_value(v) for v in result.points[axis.path])) for axis in (first, second))
    rows = [(two, *(cells[one, two] for one in across)) for two in down]
    columns = (f"{axis_title(result, 1)} (down), {axis_title(result)} (across)", *across)
    note = "Share of deals with its 95 % interval, and the most frequent end."
    return table("Deals over both", columns, rows, note=note)


def _following(leader: Leader, followed: pd.DataFrame) -> Table:
    rows = []
    for row in followed.to_dict("records"):
        ends = [quantity(float(row[f"{part}_{end}"]), str(row["unit"])) for part in ("opening", "settled")
                for end in ("first", "last")]  # fmt: skip
        rows.append((plain(str(row["issue"])), *ends, number(float(row["follows"]))))
    columns = ("Issue", "Opening from", "to", "Settlement from", "to", "Follows")
    note = (
        "Medians. Follows: step of the settlement for one step of the opening; 1 goes all the way, 0 stays; nothing "
        "where the opening moves by less than a tenth of the issue's range."
    )
    return table(f"Does the settlement follow the opening of {SIDE_LABELS[leader.side]}?", columns, rows, note=note)
