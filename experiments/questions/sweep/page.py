"""The page of a sweep: what moving one or two entries of a config does to the talks, and where the outcome turns."""

from __future__ import annotations

import shlex
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from experiments.lab.known_inputs import KnownInput, inputs_table, support_blocks
from experiments.labels import counted
from experiments.questions.sweep.answer import answer, moved_inputs
from experiments.questions.sweep.figures import leader_lines, phase_diagram, sweep_lines
from experiments.questions.sweep.text import changes_table, following_table, maps, played, points_table
from experiments.questions.sweep.widget import sweep_widget
from experiments.report.blocks import Block, Listing, Page, PageSection, PageTheme, picture
from experiments.report.limits import OF_SHARES, limits_section
from experiments.report.repeat import repeat_section, repeated
from experiments.report.scenario import scenario_section

if TYPE_CHECKING:
    from collections.abc import Sequence

    from experiments.questions.sweep.result import SweepResult
    from experiments.report.blocks import Table, Widget

_READ: Final = (
    "The same worlds are played at every point: the same draws of every other number and of chance. So two points "
    "differ by what was moved and by nothing else, and a difference between them is surer than their intervals, taken "
    "by themselves, suggest. The table of changes has that difference with its own interval.",
    "An interval is a 95 % one: of a share Wilson's, of a mean gain the normal one.",
    "What deals say at a point is about the worlds that agree there. Where other worlds agree, it is about others.",
)

_LINES: Final = "Along the sweep: how talks end, what both sides gain, and what deals say, with 95 % intervals."
_PHASES: Final = "How often talks end in each way at each pair of values. Framed: the most frequent end there."
_FOLLOWS: Final = "Dashed: where the leader opens. Green: where talks settle. Does the second move with the first?"


def page(result: SweepResult, theme: PageTheme) -> Page:
    """Page of a finished sweep."""
    config, moved = result.config, moved_inputs(result)
    widget, scripts = sweep_widget(result)
    support = support_blocks([one.path for one in moved], {one.path: one for one in moved})
    two = len(result.axes) == 2
    seen = picture(phase_diagram(result), _PHASES, theme) if two else picture(sweep_lines(result), _LINES, theme)
    sections = (
        _came_out(result, widget, theme),
        PageSection("sure", "How sure this is", "How to read the points.", (Listing("Points and intervals", _READ),)),
        _scenario(result, moved),
        limits_section(config, OF_SHARES, *support),
        repeat_section(result.manifest, config, options=_options(result)),
    )
    paths = " and ".join(axis.path for axis in result.axes)
    return Page(
        title=config.title,
        subtitle=f"What {paths} changes: {counted(result.negotiations, 'simulated negotiation')} of {config.name}",
        answer=answer(result, moved).shown(seen),
        sections=sections,
        scripts=scripts,
    )


def _options(result: SweepResult) -> tuple[str, ...]:
    """Options with which the same rows come out again."""
    size = ("--runs", str(result.runs), "--seed", str(result.seed))
    if (leader := result.leader) is not None:
        issue = [] if leader.issue is None else ["--issue", shlex.quote(leader.issue)]
        return ("--leader", leader.side, *issue, "--points", str(len(leader.axis.values)), *size)
    over = (f"{axis.path}={','.join(axis.values)}" for axis in result.axes)
    return (*repeated("--over", over), *size)


def _scenario(result: SweepResult, moved: Sequence[KnownInput]) -> PageSection:
    what = " and ".join(one.the for one in moved)
    lead = f"What happens to the talks as {what} {'moves' if len(moved) == 1 else 'move'}, and nothing else?"
    return scenario_section(result.config, lead, played(result), _moved_table(moved))


def _moved_table(moved: Sequence[KnownInput]) -> Table:
    return replace(
        inputs_table({one.path: one for one in moved}, folded=False),
        caption="What was moved",
        columns=("Input", "Moved over", "Unit", "Source", "Confidence"),
        note="Source and confidence are those of the config's own value.",
    )


def _came_out(result: SweepResult, widget: Widget, theme: PageTheme) -> PageSection:
    blocks: list[Block] = []
    if len(result.axes) == 2:
        blocks += [widget, *maps(result), points_table(result), changes_table(result)]
    else:
        blocks += [points_table(result), changes_table(result), widget]
    if result.leader is not None and result.following is not None:
        blocks += [
            following_table(result.leader, result.following, result.inputs),
            picture(leader_lines(result), _FOLLOWS, theme),
        ]
    return PageSection("came-out", "What came out", "How talks end, who gains, and what deals say.", tuple(blocks))
