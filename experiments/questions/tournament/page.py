"""The page of a tournament: who is best in which seat, how sure that is, and what every pair does to each other."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from experiments.labels import SIDE_LABELS, as_called, counted, partner_name, percent
from experiments.questions.tournament.answer import NOBODY, answer, meeting
from experiments.questions.tournament.standings import seat_rows
from experiments.questions.tournament.terms import (
    DEFAULT_ALPHA,
    DEFAULT_DRAWS,
    DEFAULT_LEVEL,
    DEFAULT_STARTS,
)
from experiments.questions.tournament.text import (
    choices,
    failed_pairs,
    pairs_table,
    players_table,
    rankings,
    yardsticks,
)
from experiments.questions.tournament.verdict import NO_INTERVAL, NOT_SURE, too_few
from experiments.questions.tournament.widget import pair_widget
from experiments.report.blocks import Block, Listing, Page, PageSection, PageTheme, Picture, Widget, picture
from experiments.report.limits import limits_section
from experiments.report.repeat import repeat_section
from experiments.report.scenario import scenario_section

if TYPE_CHECKING:
    from experiments.questions.tournament.result import TournamentResult

_RANKS: Final = (
    "Rank of every tactic in each seat (dot) with the interval in which it lies (bar). Where bars of two tactics "
    "share a rank, the worlds that were drawn do not tell which is better."
)
_RANKS_OF_FEW: Final = f"Rank of every tactic in each seat; {NO_INTERVAL}, so that no rank here is sure."
_GAINS: Final = (
    "Each cell is a pair: the US plays its row, {partner} its column. Orange: more than by walking away; "
    "violet: less. A dot is the best reply of that panel's side; where both sides reply best, a square marks a "
    "pair that neither would leave."
)
_TIMES: Final = (
    "A row is a tactic: what it gains in either seat, how often it has a deal, and how long that takes. Where deals "
    "are rare, a large gain comes from few negotiations."
)
_BASINS: Final = (
    "If tactics that do better than the average spread and others die out, these are left in the end. It is an image "
    "of what learning or imitation could lead to, from many starting mixtures, and no forecast."
)
_WARNINGS: Final = (
    "A tactic is best here against this field, in this config. Every opponent counts alike, and a field with other "
    "tactics, or with other knobs, can give another ranking; the equilibria do without that weighing.",
    "The zero of a payoff has no meaning, only differences have. A gain is measured on the day on which the talks end. "
    "Tactics decide when that is: one that lowers its own walk-away gains more and is not paid more.",
    "The intervals say how far ranks could be off because the number of worlds is limited. They say nothing about "
    "wrong assumptions or about what is left out, and real negotiators change tactics as they go.",
)


def page(result: TournamentResult, theme: PageTheme) -> Page:
    """Page of a finished tournament."""
    widget, scripts = (None, "") if result.ends.empty else pair_widget(result, _first_pair(result))
    ranks = _RANKS_OF_FEW if too_few(result.world_count) else _RANKS
    sections = (
        _came_out(result),
        _how(result, widget, theme),
        _if_both_choose(result, theme),
        _against(result),
        _scenario(result),
        limits_section(result.config, _WARNINGS),
        repeat_section(result.manifest, result.config, options=_options(result)),
    )
    return Page(
        title=result.config.title,
        subtitle=f"Tournament of {counted(len(result.labels), 'tactic')} on the config {result.config.name}",
        answer=answer(result).shown(next(_drawn(result, "tournament_ranks", ranks, theme), None)),
        sections=sections,
        scripts=scripts,
    )


def _first_pair(result: TournamentResult) -> tuple[str, str]:
    """Pair that is shown to begin with: the best of each seat, where anybody is ranked."""
    best = [next(iter(seat_rows(result.players, seat)["player"]), result.labels[0]) for seat in SIDE_LABELS]
    return str(best[0]), str(best[1])


def _drawn(result: TournamentResult, name: str, caption: str, theme: PageTheme) -> Iterator[Picture]:
    """Picture, where there is one."""
    drawings = result.drawings()
    if name in drawings:
        yield picture(drawings[name](), caption, theme)


def _scenario(result: TournamentResult) -> PageSection:
    settings, size = result.settings, len(result.labels)
    what = "payoff" if settings["utility"] == "payoff" else "gain over walking away"
    lines: tuple[str, ...] = (
        f"Every tactic meets every tactic, itself included, once as the US and once as {partner_name()}: "
        f"{size * size:,} pairs.",
        f"Every pair plays the same {counted(result.world_count, 'world')}: draws of all uncertain numbers, events and "
        f"coins, from seed {settings['seed']}. So what the worlds share cancels when tactics are compared.",
        f"Tactics are ranked by their mean {what}, US$ bn a year, over all opponents.",
        f"How sure that is: the worlds are drawn anew, with replacement, {settings['draws']:,} times, and the "
        f"tournament is worked out again each time (bootstrap); intervals hold at {percent(settings['level'])}.",
    )
    if too_few(result.world_count):
        lines = (*lines, f"These worlds are few: {NO_INTERVAL}. {NOT_SURE}")
    lead = "Which tactic should each side send to these talks? The scenario, in words, is below."
    return scenario_section(result.config, lead, Listing("The tournament", lines), players_table(result))


def _came_out(result: TournamentResult) -> PageSection:
    blocks = (*failed_pairs(result), *(() if result.players.empty else rankings(result)))
    lead = NOBODY if result.players.empty else "Which tactic does best in which seat, and how sure that is."
    return PageSection("came-out", "What came out", lead, blocks)


def _how(result: TournamentResult, widget: Widget | None, theme: PageTheme) -> PageSection:
    blocks = (
        *_drawn(result, "tournament_gains", as_called(_GAINS), theme),
        *(() if widget is None else (widget,)),
        *_drawn(result, "tournament_times", _TIMES, theme),
        pairs_table(result),
    )
    return PageSection("how", "How it got there", "Who gains what against whom, how often they agree, and when.",
                       blocks)  # fmt: skip


def _if_both_choose(result: TournamentResult, theme: PageTheme) -> PageSection:
    lead, blocks = NOBODY, tuple[Block, ...]()
    if not result.players.empty:
        lead = (
            "A tactic that is best against everyone need not be best against the one that a wise opponent sends. In a "
            "Nash equilibrium each side's tactic is the best reply to the other's. "
            f"{meeting(result.equilibria, result.world_count)}"
        )
        blocks = (*choices(result), *_drawn(result, "tournament_basins", _BASINS, theme))
    return PageSection("both", "If both sides choose", lead, blocks)


def _against(result: TournamentResult) -> PageSection:
    lead = "What the best pairs bring beside walking away, beside all pairs, and beside what could be had together."
    return PageSection("against", "Against what", lead, tuple(yardsticks(result)))


def _options(result: TournamentResult) -> tuple[str, ...]:
    """Options with which the same tournament is played again."""
    settings = result.settings
    tactics: list[str] = []
    guests: list[str] = []
    for label in result.labels:
        (tactics if "tactic" in settings["players"][label] else guests).append(label)
    found = ["--worlds", str(settings["worlds"]), "--seed", str(settings["seed"])]
    for option, names in (("--players", tactics), ("--guests", guests)):
        found += [option, shlex.quote(",".join(names))] if names else []
    usual = {"utility": "payoff", "alpha": DEFAULT_ALPHA, "level": DEFAULT_LEVEL, "draws": DEFAULT_DRAWS,
             "starts": DEFAULT_STARTS}  # fmt: skip
    for name, value in usual.items():
        found += [f"--{name}", str(settings[name])] if settings[name] != value else []
    return tuple(found if settings["solutions"] else [*found, "--no-solutions"])
