"""The page of a finished run: asked, found, how, why, against what, what not to conclude, how to repeat it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from experiments.config.explain import further_units
from experiments.config.own_tactics import DEFAULT_ENGINE
from experiments.labels import as_called, counted, number, percent
from experiments.questions.run.answer import answer
from experiments.questions.run.figures import DRAWN, Material, typical_run
from experiments.questions.run.text import (
    constraint_blocks,
    deal_tables,
    differences,
    outcome_table,
    round_table,
    solution_table,
)
from experiments.questions.run.widget import run_widget
from experiments.questions.run.worlds import KEPT_AS
from experiments.report.blocks import (
    Block,
    Download,
    Listing,
    Page,
    PageSection,
    PageTheme,
    Picture,
    Widget,
    Words,
    picture,
)
from experiments.report.limits import limits_section
from experiments.report.repeat import Asked, asked_of_config, repeat_section
from experiments.report.scenario import scenario_section
from experiments.store.plan import SOLUTIONS_UP_TO, scope_of
from experiments.story.constraints import inputs_in_short

if TYPE_CHECKING:
    from experiments.config.model import Config
    from experiments.questions.run.result import RunResult
    from experiments.questions.run.summary import Summary
    from experiments.store.manifest import Manifest

#: How to read each figure.
CAPTIONS: Final[dict[str, str]] = {
    "positions": "What both sides table, round by round: the line is the median of the runs still at the table, the "
    "dark band holds half of them and the pale one nine in ten. Where bands of both sides meet, deals are made.",
    "concessions": "How much of the way between both openings a side gives in a round, on average. Dark orange: a "
    "large step towards the other side; violet: taken back, as when a new issue changes what the others are worth. "
    "A dashed line stands before the round in which something happens: an event, or a deadline.",
    "exercised_power": "Where each issue is settled between both openings. Blue is what {partner} gave, so what the US "
    "pulled; orange is what the US gave. Power is read off the outcome here and is no input of the model, and it does "
    "not say who gains more.",
    "outcomes_by_round": "Share of all runs that have ended in each way by each round.",
    "constraints": "Which constraint each issue of the deals sits on. Hatched is what the config states: a red line, "
    "what releases it and when, or an end of the agenda. A value that sits there was put in; it is no result.",
    "gains_plane": "Each dot is a deal: what it brings the US (to the right) and {partner} (upwards) over walking "
    "away. The dashed line is what could at best be had in one case, the central one, with every uncertain number at "
    "its median; dots of other draws may lie beyond it. Below stands how the talks of that case end. Where no run "
    "agrees, bars tell how the runs ended and why.",
    "utility_plane": "Every offer of one negotiation as both sides value it. The side that tables an offer wants it "
    "near its own ideal; a deal needs a point beyond both dashed lines. Payoffs are relative to a world with MFN "
    "tariffs only.",
    "deliverable_purchases": "What the firms would buy at each subsidy rate, and where budget and supply end it.",
    "commitments": "What each firm would sign for at the subsidy of the median pledge (without deals: of {partners} "
    "median last offer), one after the other, against what the government pledges.",
    "payoff_waterfall": "From the status quo to the median deal (without deals: to each side's own median last "
    "position), term by term. The longest bars are what the talks are about; beside each stands whether it is money, "
    "money that a political weight multiplies, politics, or a belief. Medians are taken issue by issue, so that "
    "nobody need have signed just this package. Walking away weighs the status quo and the threat: the changes here "
    "are not the gains above.",
}

#: Figures that are drawn from the paths that were kept.
_OF_PATHS: Final = ("positions", "concessions", "exercised_power")

#: A table of worlds that the page holds, and the most numbers of one that it does.
_DESIGN: Final = "design.csv"
_MOST_VALUES: Final = 100_000

#: An end that is rarer than this gets no picture of its own.
_RARE: Final = 0.02


def page(result: RunResult, theme: PageTheme) -> Page:
    """Page of a finished run."""
    config, summary, manifest = result.config, result.summary(), result.manifest
    material = replace(result.material(), which=None)
    asked, design = _asked(result), _design_options(result)
    widget, scripts = _widget(material)
    found = answer(
        summary, further_units(config), material.inputs, inputs_in_short(material.constraints), result.notes()
    )
    sections = (
        _came_out(summary, material, result.row_tables(), theme),
        _how(material, widget, theme),
        _why(summary, material, theme),
        _against(result, material, theme),
        scenario_section(config),
        limits_section(config),
        repeat_section(manifest, config, result.digest, (*_options(manifest, config), *design), asked=asked),
    )
    return Page(
        title=config.title,
        subtitle=f"{counted(result.negotiations, 'simulated negotiation')} of the config {config.name}",
        answer=found.shown(next(_drawn(material, theme, "outcomes_by_round"))),
        sections=sections,
        scripts=scripts,
    )


def _options(manifest: Manifest, config: Config) -> tuple[str, ...]:
    """Options with which the same rows come out again."""
    settings = manifest.settings
    options = ["--runs", str(settings["runs"]), "--seed", str(manifest.seed)]
    if settings["engine"] != DEFAULT_ENGINE:
        options += ["--engine", settings["engine"]]
    if settings["trajectories"] != scope_of(config.experiment.trajectories):
        options.append("--trajectories" if settings["trajectories"] == "all" else "--no-trajectories")
    if settings["solutions"] != (settings["runs"] <= SOLUTIONS_UP_TO):
        options.append("--solutions" if settings["solutions"] else "--no-solutions")
    return tuple(options)


def _asked(result: RunResult) -> Asked:
    """What the run is put to: its config, and its table of worlds where it has one."""
    asked, given = asked_of_config(result.config), result.given
    if given is None:
        return asked
    if given.values.size > _MOST_VALUES:
        kept = "design.parquet in the directory of the run"
        return replace(asked, needs=(f"It needs the table of worlds {given.digest}, which is {kept}.",))
    table = Download(_DESIGN, f"Save {_DESIGN}", given.frame().to_csv(index=False, lineterminator="\n").encode())
    save = f"Save the config and the table of worlds as {asked.subject} and {_DESIGN}, and run them:"
    return replace(asked, files=(*asked.files, table), save=save)


def _design_options(result: RunResult) -> tuple[str, ...]:
    given = result.given
    if given is None:
        return ()
    return ("--design", KEPT_AS if given.values.size > _MOST_VALUES else _DESIGN)


def _drawn(material: Material, theme: PageTheme, *names: str) -> Iterator[Picture]:
    for name in names:
        figure = DRAWN[name](material)
        if figure is not None:
            yield picture(figure, f"{as_called(CAPTIONS[name])}{_sample(material) if name in _OF_PATHS else ''}", theme)


def _sample(material: Material) -> str:
    """Of how many runs the paths are, where that is not all."""
    if material.trajectories is None:
        return ""
    kept, runs = int(material.trajectories["run"].nunique()), len(material.runs)
    return f" Paths are those of the first {kept:,} of {runs:,} runs." if kept < runs else ""


def _widget(material: Material) -> tuple[Widget | None, str]:
    trajectories = material.trajectories
    if trajectories is None or trajectories.empty:
        return None, ""
    issues = [name for name in map(str, trajectories["issue"].unique()) if name in material.runs.names]
    gains = ("gain.us_treasury", "gain.partner")
    frame = material.runs.frame(["run", "outcome", "reason", "round", "date", *gains, *issues])
    return run_widget(frame, trajectories, further_units(material.config), material.inputs)


def _came_out(summary: Summary, material: Material, of_rows: Sequence[Block], theme: PageTheme) -> PageSection:
    blocks: list[Block] = [outcome_table(summary), *of_rows, round_table(summary)]
    blocks += deal_tables(summary, further_units(material.config), material.inputs)
    blocks += [*_drawn(material, theme, "constraints"), *constraint_blocks(summary.agreements, material.constraints)]
    blocks += _drawn(material, theme, "gains_plane")
    lead = "How the talks ended, what was agreed, and what it brought to whom."
    return PageSection("came-out", "What came out", lead, tuple(blocks))


def _how(material: Material, widget: Widget | None, theme: PageTheme) -> PageSection:
    blocks: list[Block] = list(_drawn(material, theme, "positions", "concessions", "exercised_power"))
    if widget is not None:
        blocks.append(widget)
    else:
        blocks.append(Words(("This run kept no trajectories.",)))
    lead = "Who asked for what in which round, who gave way, and how far."
    return PageSection("how", "How it got there", lead, tuple(blocks))


def _why(summary: Summary, material: Material, theme: PageTheme) -> PageSection:
    blocks: list[Block] = list(_drawn(material, theme, "payoff_waterfall"))
    blocks.append(differences(summary, material.config))
    blocks += _drawn(material, theme, "deliverable_purchases", "commitments")
    lead = "What each side gains and pays, what sets deals apart, and whether the firms deliver what is pledged."
    return PageSection("why", "Why", lead, tuple(blocks))


def _against(result: RunResult, material: Material, theme: PageTheme) -> PageSection:
    summary = result.summary()
    blocks: list[Block] = [solution_table(_points(summary, material)), *_distances(material)]
    for outcome in _frequent(summary):
        which = result.which(typical_run(material.runs, outcome))
        blocks += _drawn(replace(material, which=which), theme, "utility_plane")
    lead = (
        "What the deals bring beside walking away and beside what theories of bargaining would pick on the same "
        "frontier: Nash takes the largest product of gains, Kalai-Smorodinsky gains in proportion to the largest ones "
        "possible, the egalitarian point equal gains, the utilitarian point the largest sum."
    )
    return PageSection("against", "Against what", lead, tuple(blocks))


def _frequent(summary: Summary) -> list[str]:
    """Outcomes that get a picture: the most frequent one, and the next if it is not rare."""
    ends = summary.outcomes[summary.outcomes["share"] >= _RARE].sort_values("count", ascending=False)
    return [str(name) for name in ends["outcome"].head(2)]


def _points(summary: Summary, material: Material) -> dict[str, tuple[float, float] | None]:
    """Gains of both sides in the median deal and at the solutions of the central case."""
    from sim.solutions.points import egalitarian, kalai_smorodinsky, nash, utilitarian

    line = np.ascontiguousarray(material.central.gains_frontier()[["us", "partner"]].to_numpy(dtype=float))
    points: dict[str, tuple[float, float] | None] = {"Walking away": (0.0, 0.0)}
    gains = summary.gains.set_index("agent")["q50"] if len(summary.gains) else None
    deal = None if gains is None else (float(gains["us_treasury"]), float(gains["partner"]))
    points["Deals, median of each side"] = deal
    for name, solution in (
        ("Nash, central case", nash),
        ("Kalai-Smorodinsky, central case", kalai_smorodinsky),
        ("Egalitarian, central case", egalitarian),
        ("Utilitarian, central case", utilitarian),
    ):
        place = int(solution(line, np.zeros(2))) if len(line) else -1
        points[name] = None if place < 0 else (float(line[place, 0]), float(line[place, 1]))
    return points


def _distances(material: Material) -> Iterator[Block]:
    """How far the deals lie from their own Nash point and frontier, where the run has worked that out."""
    names = ("nash_distance", "pareto_gap")
    if not set(names) <= set(material.runs.names):
        return
    ((distance, gap),) = material.runs.numbers([names])
    distance, gap = distance[~np.isnan(distance)], gap[~np.isnan(gap)]
    if len(distance) and len(gap):
        yield Listing(
            "Each deal beside its own frontier",
            (
                f"Distance from its own Nash point, median: US${number(float(np.median(distance)))} bn a year.",
                f"What both sides could still gain at once, median: US${number(float(np.median(gap)))} bn a year; "
                f"nothing in {percent(float((gap <= 1e-9).mean()))} of {counted(len(gap), 'deal')}.",
            ),
        )
