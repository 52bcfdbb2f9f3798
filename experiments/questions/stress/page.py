"""The page of a stress test: the worst that was found of each kind, how it happens, and what was searched."""

from __future__ import annotations

import shlex
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from experiments.labels import counted, readable, side
from experiments.questions.stress.case_blocks import case_blocks, case_widget, cases_of
from experiments.questions.stress.failure_map import failure_map
from experiments.questions.stress.page_tables import aims_table, baseline_table, failure_tables
from experiments.questions.stress.read import Stressed, read_stressed
from experiments.questions.stress.words import HURTS, answer, score
from experiments.report.asked import asked_section
from experiments.report.blocks import Block, Commands, Listing, Page, PageSection, Words, picture
from experiments.report.limits import limits_section
from experiments.report.repeat import repeat_section

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from experiments.figures.kit.theme import Theme
    from experiments.questions.stress.case_blocks import ReplayedCase
    from experiments.report.blocks import Widget
    from experiments.store.place import Place

_MAP: Final = (
    "A row is an opponent and how the talks end, a column when they end. The darker a cell, the worse the worst "
    "setting that was found there; an empty place says that nothing found there counts as a failure."
)
_SEARCHED: Final = {
    "opponent": "the other side's tactic: every family that the compiled engine plays, with its knobs in their limits",
    "world": "the numbers that the config draws, each inside the central 99.9 % of its range",
    "both": "the other side's tactic with its knobs, and the numbers that the config draws, at the same time",
}


def stress_page(place: Place, theme: Theme) -> Page:
    """Page of a finished stress test.

    Parameters
    ----------
    place : Place
        Its directory.
    theme : str
        ``light`` or ``dark``.
    """
    found = read_stressed(place)
    cases = cases_of(found)
    widget, scripts = case_widget(cases)
    config = found.search.config
    sections = (
        _asked(found),
        _came_out(found, theme),
        _how(found, cases, widget, theme),
        _against(found),
        limits_section(config, _warnings(found)),
        repeat_section(found.search.manifest, "stress", config, options=_options(found)),
    )
    return Page(
        title=f"Where {readable(found.tactic)} breaks as {side(found.side)}",
        subtitle=f"Stress test on the config {config.name}: {config.title}",
        answer=answer(found),
        sections=sections,
        scripts=scripts,
    )


def _asked(found: Stressed) -> PageSection:
    search = found.search
    bars = "; ".join(f"{HURTS[aim]} from {score(aim, found.threshold(aim))}" for aim in found.aims)
    lines = (
        f"Under test: {readable(found.tactic)} in the seat of {side(found.side)}.",
        f"What may change: {_SEARCHED[search.option('against')]}. All else stays as the config has it, drawn anew "
        "where it draws.",
        f"What counts as a failure, as a mean over the draws: {bars}.",
        f"{_budget(found)}; every setting meets the same {counted(int(search.option('draws')), 'draw')} of chance. "
        f"Seed {search.manifest.get('seed')}.",
        _how_searched(found),
        f"A failure is reported only if it holds on {counted(int(search.option('fresh')), 'fresh draw')} by more than "
        f"2.3 standard errors: {int(found.result['negotiations']) - int(found.result['negotiations_of_search']):,} "
        "negotiations more.",
    )
    section = asked_section(search.config)
    lead = "What is the worst that can happen to this tactic? The scenario, in words, is below."
    return replace(section, lead=lead, blocks=(Listing("The stress test", lines), *section.blocks))


def _budget(found: Stressed) -> str:
    budget, used = int(found.search.option("budget")), int(found.result["negotiations_of_search"])
    asked = f"Budget: {counted(budget, 'negotiation')} for the search"
    if used > budget:
        return f"{asked}, which takes whole generations of 48 or more settings for each kind of failure: {used:,}"
    return f"{asked}, of which {used:,} were used"


def _how_searched(found: Stressed) -> str:
    if found.search.option("map"):
        return (
            "Half of it went to the single worst setting (differential evolution), half to a map of distinct failures, "
            "opponent and ending by time (quality diversity)."
        )
    return "All of it went to the single worst setting (differential evolution); no map of distinct failures was made."


def map_of(found: Stressed) -> Figure:
    """Draw the map of failures of a finished stress test."""
    return failure_map(found.map, readable(found.tactic), str(found.search.manifest.get("verdict", "")))


def _came_out(found: Stressed, theme: Theme) -> PageSection:
    blocks: list[Block] = [aims_table(found)]
    if found.map.empty:
        blocks.append(Words(("No setting of the search reached a bar, so that there is no map of failures.",)))
    else:
        blocks.append(picture(map_of(found), _MAP, theme))
    blocks += failure_tables(found)
    lead = "The worst of each kind, and every other way to fail that was found."
    return PageSection("came-out", "What came out", lead, tuple(blocks))


def _how(found: Stressed, cases: list[ReplayedCase], widget: Widget | None, theme: Theme) -> PageSection:
    blocks: list[Block] = [] if widget is None else [widget]
    seen: set[str] = set()
    for case in cases:
        aim = str(case.failure["aim"])
        blocks += case_blocks(case, found, theme, pictured=aim not in seen)
        seen.add(aim)
    if not cases:
        unwritten = "No failure was written as a config (--cases 0), so that none can be told."
        none = unwritten if found.result["failures"] else "No failure was found, so that there is none to tell."
        blocks.append(Words((none,)))
    else:
        blocks += _replayed(found)
    lead = "The worst cases, played again: who offered what, what the other made of it, and why it ended so."
    return PageSection("how", "How it happens", lead, tuple(blocks))


def _replayed(found: Stressed) -> list[Block]:
    """Commands for every case, those included that are not told."""
    written = [one["case"] for one in found.result["failures"] if one["case"]]
    files = [shlex.quote(str(case["file"])) for case in written]
    lines = [f"winset play {file}{_run(int(case['run']))}" for file, case in zip(files, written, strict=True)]
    heading = Words((f"All {counted(len(lines), 'case')}, from inside the directory of this test:",))
    return [heading, Commands(tuple(lines))]


def _run(run: int) -> str:
    return f" --run {run}" if run else ""


def _against(found: Stressed) -> PageSection:
    usual = baseline_table(found)
    blocks: list[Block] = [] if usual is None else [usual]
    if usual is None:
        blocks.append(Words(("A tactic of the config does not compile, so that there is no usual case beside it.",)))
    lead = "What the tactic does where nobody attacks it, beside the bar and beside the worst."
    return PageSection("against", "Against what", lead, tuple(blocks))


def _warnings(found: Stressed) -> tuple[str, ...]:
    candidates = int(found.result["candidates"])
    return (
        "The search looked for the worst. It says what can happen to the tactic and not how often it does: the "
        "opponents and worlds of the findings were sought out and are no sample.",
        "“Nothing found” says what was searched and no more. A weak spot that takes up a share s of what may change "
        "escapes n evenly spread settings with chance (1 - s)^n, and only the first settings are evenly spread.",
        f"Each failure holds beyond chance by itself (one-sided, 99 %). Of {counted(candidates, 'candidate')} one in a "
        "hundred may have held by luck.",
        "From where on something counts as a failure is for the user to say; the usual bars are the developers' own.",
    )


def _options(found: Stressed) -> tuple[str, ...]:
    """Options with which the same test is made again."""
    search = found.search
    options = ["--side", found.side, "--seed", str(search.manifest.get("seed"))]
    if search.option("tactic"):
        options += ["--tactic", shlex.quote(str(search.option("tactic")))]
    for name in ("against", "budget", "draws", "fresh", "cases"):
        options += [f"--{name}", str(search.option(name))]
    for aim in search.option("aims"):
        options += ["--aim", str(aim)]
    for text in search.option("thresholds"):
        options += ["--threshold", shlex.quote(str(text))]
    return tuple(options if search.option("map") else [*options, "--no-map"])
