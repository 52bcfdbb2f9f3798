"""What answers to a click on the page of a stress test: pick a failure, and see its path."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from experiments.config.explain import further_units
from experiments.labels import (
    SIDE_LABELS,
    aligned,
    axis_label,
    inside,
    ordered_issues,
    outcome_label,
    partner_name,
    plain,
    scale_of,
    unit_of,
)
from experiments.questions.stress.answer import TITLES
from experiments.questions.stress.case_blocks import last_round
from experiments.report.blocks import Widget
from experiments.report.embedding import picker, widget
from experiments.report.path_widget import path_parts
from experiments.story.ending import why_ended

if TYPE_CHECKING:
    from collections.abc import Sequence

    from experiments.questions.stress.case_blocks import ReplayedCase
    from experiments.story.narrative import Story

_FALLBACK: Final = "With JavaScript, this place lets you pick a failure and see its path. The stories below need none."

_MARKUP: Final = picker("Pick a failure", "picked", "path")


def case_widget(cases: Sequence[ReplayedCase]) -> tuple[Widget | None, str]:
    """Pick a failure and see its path, and the scripts that this needs; None where there is none."""
    if not cases:
        return None, ""
    units = further_units(cases[0].config)
    issues = ordered_issues(
        issue for case in cases for part in case.story.rounds for turn in part.turns for issue in turn.offer
    )
    data: dict[str, Any] = {"units": {issue: axis_label(unit_of(issue, units)) for issue in issues}}
    for case in cases:
        data[case.name] = {"text": _summary(case), "issues": _path(case.story, units)}
    names = {case.name: f"{case.name}: {TITLES[case.failure.aim]}" for case in cases}
    parts = path_parts(data, issues, "Failure", names)
    del parts["run"]  # stands inside the part named select
    return widget(_MARKUP, parts, _FALLBACK, text=_summary(cases[0]))


def _summary(case: ReplayedCase) -> str:
    """What is said of a failure when it is picked."""
    ending = case.story.ending
    us, partner = (plain(name) for name in case.story.tactics)
    gains = aligned([ending.settlement.gain(seat) for seat in SIDE_LABELS], sign=True)
    return (
        f"{case.name}, US {inside(us)}, {partner_name()} {inside(partner)}: "
        f"{inside(outcome_label(ending.outcome))} in round "
        f"{last_round(case.story)}, {why_ended(ending.reason)}. Gains over walking away, US$ bn a year: "
        f"US {gains[0]}, {partner_name()} {gains[1]}."
    )


def _path(story: Story, units: dict[str, str]) -> dict[str, dict[str, dict[str, list[float]]]]:
    """Offers of both sides by issue: round and value as it is shown."""
    found: dict[str, dict[str, dict[str, list[float]]]] = {}
    for part in story.rounds:
        for turn in part.turns:
            for issue, value in turn.offer.items():
                line = found.setdefault(issue, {}).setdefault(turn.side, {"round": [], "value": []})
                line["round"].append(part.number)
                line["value"].append(round(scale_of(unit_of(issue, units)) * value, 4))
    return found
