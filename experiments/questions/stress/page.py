"""The page of a stress test: the worst that was found of each kind, how it happens, and what was searched."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from experiments.labels import counted, readable, side
from experiments.questions.stress.answer import answer
from experiments.questions.stress.baseline import baseline_table
from experiments.questions.stress.case_blocks import ReplayedCase, case_blocks, replayed_cases
from experiments.questions.stress.text import aims_table, candidates, case_commands, failure_tables, searched
from experiments.questions.stress.widget import case_widget
from experiments.report.blocks import Block, Page, PageSection, PageTheme, Widget, Words, picture
from experiments.report.limits import limits_section
from experiments.report.repeat import repeat_section, repeated
from experiments.report.scenario import scenario_section

if TYPE_CHECKING:
    from experiments.questions.stress.result import StressResult

_MAP: Final = (
    "A row is an opponent and how the talks end, a column when they end. The darker a cell, the worse the worst "
    "setting that was found there; an empty place says that nothing found there counts as a failure."
)


def page(result: StressResult, theme: PageTheme) -> Page:
    """Page of a finished stress test."""
    config, cases = result.config, replayed_cases(result)
    widget, scripts = case_widget(cases)
    figures = {} if result.map.empty else result.draw()
    drawn = (picture(figure, _MAP, theme) for figure in figures.values())
    sections = (
        _came_out(result),
        _how(result, cases, widget, theme),
        _against(result),
        _scenario(result),
        limits_section(config, _warnings(result)),
        repeat_section(result.manifest, config, options=_options(result)),
    )
    return Page(
        title=f"Where {readable(result.tactic)} breaks as {side(result.side)}",
        subtitle=f"Stress test on the config {config.name}: {config.title}",
        answer=answer(result).shown(next(drawn, None)),
        sections=sections,
        scripts=scripts,
    )


def _scenario(result: StressResult) -> PageSection:
    lead = "What is the worst that can happen to this tactic? The scenario, in words, is below."
    return scenario_section(result.config, lead, searched(result))


def _came_out(result: StressResult) -> PageSection:
    blocks: list[Block] = [aims_table(result), candidates(result)]
    if result.map.empty:
        blocks.append(Words(("No setting of the search reached a bar, so that there is no map of failures.",)))
    blocks += failure_tables(result)
    lead = "The worst of each kind, and every other way to fail that was found."
    return PageSection("came-out", "What came out", lead, tuple(blocks))


def _how(result: StressResult, cases: Sequence[ReplayedCase], widget: Widget | None, theme: PageTheme) -> PageSection:
    blocks: list[Block] = [] if widget is None else [widget]
    seen: set[str] = set()
    for case in cases:
        blocks += case_blocks(case, result, theme, pictured=case.failure.aim not in seen)
        seen.add(case.failure.aim)
    if not cases:
        unwritten = "No failure was written as a config (--cases 0), so that none is played again here."
        none = unwritten if result.failures else "No failure was found, so that there is none to play again."
        blocks.append(Words((none,)))
    blocks += case_commands(result)
    lead = "The worst cases, played again: who offered what, what the other made of it, and why it ended so."
    return PageSection("how", "How it happens", lead, tuple(blocks))


def _against(result: StressResult) -> PageSection:
    usual = baseline_table(result)
    none = "A tactic of the config does not compile, so that there is no usual case beside it."
    lead = "What the tactic does where nobody attacks it, beside the bar and beside the worst."
    return PageSection("against", "Against what", lead, (Words((none,)) if usual is None else usual,))


def _warnings(result: StressResult) -> tuple[str, ...]:
    return (
        "The search looked for the worst. It says what can happen to the tactic and not how often it does: the "
        "opponents and worlds of the findings were sought out and are no sample.",
        "“Nothing found” says what was searched and no more. A weak spot that takes up a share s of what may change "
        "escapes n evenly spread settings with chance (1 - s)^n, and only the first settings are evenly spread.",
        f"Each failure holds beyond chance by itself (one-sided, 99 %). Of {counted(len(result.map), 'candidate')} one "
        "in a hundred may have held by luck.",
        "From where on something counts as a failure is for the user to say; the usual bars are the developers' own.",
    )


def _options(result: StressResult) -> tuple[str, ...]:
    """Options with which the same test is made again."""
    options = ["--side", result.side, "--seed", str(result.manifest.seed)]
    if result.options.tactic:
        options += ["--tactic", shlex.quote(result.options.tactic)]
    for name in ("against", "budget", "draws", "fresh", "cases"):
        options += [f"--{name}", str(getattr(result.options, name))]
    options += [*repeated("--aim", result.options.aims), *repeated("--threshold", result.options.thresholds)]
    return tuple(options if result.options.map else [*options, "--no-map"])
