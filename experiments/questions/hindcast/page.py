"""The page of a hindcast: what leaks, what was asked, what came out beside baselines, what not to conclude."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from experiments.labels import counted
from experiments.questions.hindcast.answer import answer
from experiments.questions.hindcast.figures import calibration, fan, learnt, scores
from experiments.questions.hindcast.text import (
    READ,
    ablation_tables,
    contains_table,
    leak_table,
    left_out,
    overview,
    path_overview,
    path_table,
    stamp,
    target_tables,
)
from experiments.report.blocks import Block, Listing, Page, PageSection, PageTheme, Words, picture, table
from experiments.report.limits import limits_section
from experiments.report.repeat import repeat_section, repeated
from experiments.report.scenario import scenario_section

if TYPE_CHECKING:
    from experiments.questions.hindcast.result import HindcastResult

_WARNINGS: Final = (
    "These are scores of one case. Whoever wrote the model and its ranges knew how it ended, so that a good score is "
    "no evidence for the model; a bad one is evidence against it. That holds for the flows above all, whose "
    "block of the model was once compared with these very numbers.",
    "A share of runs is the probability that the model gives once its uncertain numbers are drawn from the ranges of "
    "the config. Other ranges give other shares.",
    "A Monte Carlo error says how far a score could be off because the number of runs is limited, and nothing else.",
    "Baselines marked * were chosen by someone who knew the outcome.",
)

_FAN: Final = "Bands: 50 and 90 % of the runs that have a position. Marks: what was said, with its range."
_SCORED: Final = "CRPS on each date, the lower the better. Open marks: chosen after the fact."
_CALIBRATED: Final = "Where what happened lies in the forecast: 0.5 is its median, near 0 or 1 it surprises."
_LEARNT: Final = "What the model says from date to date, beside what happened."


def page(result: HindcastResult, theme: PageTheme) -> Page:
    """Page of a finished hindcast."""
    config = result.config
    kind = "INFORMED hindcast, no forecast" if result.informed else "Hindcast"
    sections = (
        *([_leaks(result)] if result.informed else []),
        _came_out(result, theme),
        PageSection(
            "without",
            "What carries it",
            "The same forecast without the fund, the chips, each red line and each rule, on the same draws.",
            tuple(ablation_tables(result, every=True)),
        ),
        _scenario(result),
        limits_section(config, _WARNINGS),
        repeat_section(result.manifest, config, options=_options(result)),
    )
    return Page(
        title=f"{kind}: {config.title}",
        subtitle=f"{counted(len(result.dates), 'forecast')} of the talks with {result.case}, each from what was known "
        f"on its date{', and from what was learnt later' if result.informed else ''}",
        answer=answer(result).shown(picture(learnt(result), _LEARNT, theme)),
        sections=sections,
    )


def _leaks(result: HindcastResult) -> PageSection:
    lead = "What these forecasts were told that nobody knew on their dates."
    return PageSection("leaks", "What leaks", lead, (stamp(result), leak_table(result)))


def _scenario(result: HindcastResult) -> PageSection:
    rows = [
        (one.words, _observed(one.kind, one.observed), str(one.known_by), one.source) for one in result.targets.values()
    ]
    asked = table("What is forecast", ("Target", "in fact", "known by", "Source"), rows, texts=4)
    lines = (
        f"{counted(result.runs, 'run')} a forecast, seed {result.seed}; rates are read on {result.day}.",
        "Each forecast rests on entries that were known by its date and starts at the first round after it.",
    )
    lead = "What would the model have said, had it been asked then? The scenario, in words, is below."
    return scenario_section(result.config, lead, Listing("The hindcast", lines), asked, left_out(result))


def _observed(kind: str, value: float) -> str:
    if kind == "event":
        return "yes" if value else "no"
    return f"{100 * value:.1f} %"


def _came_out(result: HindcastResult, theme: PageTheme) -> PageSection:
    tables = [found for one in result.targets.values() for found in target_tables(result, one, every=True)]
    blocks: list[Block] = [
        overview(result),
        Words((READ,)),
        picture(scores(result), _SCORED, theme),
        *tables,
        contains_table(result),
        picture(calibration(result), _CALIBRATED, theme),
        picture(fan(result), _FAN, theme),
        path_overview(result),
        *(path_table(result, str(one)) for one in result.dates),
    ]
    lead = "What the model said on each date, how good that was, and who did better."
    return PageSection("came-out", "What came out", lead, tuple(blocks))


def _options(result: HindcastResult) -> tuple[str, ...]:
    """Options with which the same rows come out again."""
    told = ("--informed",) if result.informed else ()
    days = repeated("--as-of", result.dates)
    return (*days, "--day", str(result.day), "--runs", str(result.runs), "--seed", str(result.seed), *told)
