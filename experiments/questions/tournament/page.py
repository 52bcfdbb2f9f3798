"""The page of a tournament: who is best in which seat, how sure that is, and what every pair does to each other."""

from __future__ import annotations

import shlex
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from experiments.labels import SIDE_LABELS, as_called, counted, partner_name, percent
from experiments.questions.tournament.failures import told
from experiments.questions.tournament.figures.basins import tournament_basins
from experiments.questions.tournament.figures.gains import tournament_gains
from experiments.questions.tournament.figures.ranks import tournament_ranks
from experiments.questions.tournament.figures.times import tournament_times
from experiments.questions.tournament.read import Held, read_held
from experiments.questions.tournament.tables import (
    equilibria_table,
    failures_table,
    pairs_table,
    players_table,
    rank_table,
    self_table,
    yardstick_table,
)
from experiments.questions.tournament.text import NOBODY
from experiments.questions.tournament.verdict import NO_INTERVAL, NOT_SURE, too_few
from experiments.questions.tournament.widget import pair_widget
from experiments.questions.tournament.words import answer, dominated, least_regret, meeting, seat_rows
from experiments.report.asked import asked_section
from experiments.report.blocks import Block, Listing, Page, PageSection, Words, picture
from experiments.report.limits import limits_section
from experiments.report.repeat import repeat_section

if TYPE_CHECKING:
    from experiments.figures.kit.theme import Theme
    from experiments.report.blocks import Table, Widget
    from experiments.store.place import Place

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
    "A dot is a tactic: how long its deals take and what it gains. Small dots make few deals, so that a large gain "
    "from a small dot comes from few negotiations."
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


def tournament_page(place: Place, theme: Theme) -> Page:
    """Page of a finished tournament.

    Parameters
    ----------
    place : Place
        Its directory.
    theme : str
        ``light`` or ``dark``.
    """
    held = read_held(place)
    widget, scripts = (None, "") if held.worlds.empty else pair_widget(held, _first_pair(held))
    sections = (
        _asked(held),
        _came_out(held, theme),
        _how(held, widget, theme),
        _if_both_choose(held, theme),
        _against(held),
        limits_section(held.config, _WARNINGS),
        repeat_section(held.manifest, "tournament", held.config, options=_options(held)),
    )
    return Page(
        title=held.config.title,
        subtitle=f"Tournament of {counted(len(held.labels), 'tactic')} on the config {held.config.name}",
        answer=answer(held),
        sections=sections,
        scripts=scripts,
    )


def _first_pair(held: Held) -> tuple[str, str]:
    """Pair that is shown to begin with: the best of each seat, where anybody is ranked."""
    best = [next(iter(seat_rows(held.players, seat)["player"]), held.labels[0]) for seat in SIDE_LABELS]
    return str(best[0]), str(best[1])


def _asked(held: Held) -> PageSection:
    settings, size = held.settings, len(held.labels)
    what = "payoff" if settings["utility"] == "payoff" else "gain over walking away"
    lines: tuple[str, ...] = (
        f"Every tactic meets every tactic, itself included, once as the US and once as {partner_name()}: "
        f"{size * size:,} pairs.",
        f"Every pair plays the same {counted(settings['worlds'], 'world')}: draws of all uncertain numbers, events and "
        f"coins, from seed {settings['seed']}. So what the worlds share cancels when tactics are compared.",
        f"Tactics are ranked by their mean {what}, US$ bn a year, over all opponents.",
        f"How sure that is: the worlds are drawn anew, with replacement, {settings['draws']:,} times, and the "
        f"tournament is worked out again each time (bootstrap); intervals hold at {percent(settings['level'])}.",
    )
    section = asked_section(held.config)
    if too_few(int(settings["worlds"])):
        lines = (*lines, f"These worlds are few: {NO_INTERVAL}. {NOT_SURE}")
    blocks = (Listing("The tournament", lines), players_table(held), *section.blocks)
    lead = "Which tactic should each side send to these talks? The scenario, in words, is below."
    return replace(section, lead=lead, blocks=blocks)


def _came_out(held: Held, theme: Theme) -> PageSection:
    blocks: list[Block] = []
    if held.failures:
        blocks += [Words(tuple(told(held.failures, len(held.cells)))), failures_table(held)]
    if held.players.empty:
        blocks.append(Words((NOBODY,)))
    else:
        figure = tournament_ranks(
            held.players, float(held.settings["level"]), worlds=int(held.settings["worlds"]), left_out=held.left_out
        )
        blocks.append(picture(figure, _RANKS_OF_FEW if too_few(int(held.settings["worlds"])) else _RANKS, theme))
        blocks += [rank_table(held, seat) for seat in SIDE_LABELS]
    if held.players["deal_share"].any():
        blocks.append(Words((least_regret(held.players),)))
    return PageSection("came-out", "What came out", "Which tactic does best in which seat, and how sure that is.",
                   tuple(blocks))  # fmt: skip


def _how(held: Held, widget: Widget | None, theme: Theme) -> PageSection:
    blocks: list[Block] = [
        picture(tournament_gains(held.cells, worlds=int(held.settings["worlds"])), as_called(_GAINS), theme)
    ]
    blocks += [] if widget is None else [widget]
    if held.players["deal_share"].any():
        blocks.append(picture(tournament_times(held.players, left_out=held.left_out), _TIMES, theme))
    elif not held.players.empty:
        blocks.append(Words(("No pair reaches a deal in any world: tactics only decide when the talks end.",)))
    blocks.append(pairs_table(held))
    return PageSection("how", "How it got there", "Who gains what against whom, how often they agree, and when.",
                   tuple(blocks))  # fmt: skip


def _if_both_choose(held: Held, theme: Theme) -> PageSection:
    if held.players.empty:
        return PageSection("both", "If both sides choose", NOBODY, ())
    found: Table | None = equilibria_table(held)
    blocks: list[Block] = [Words((meeting(held.equilibria, int(held.settings["worlds"])), *dominated(held.equilibria)))]
    blocks += [] if found is None else [found]
    blocks.append(picture(tournament_basins(held.equilibria, left_out=held.left_out), _BASINS, theme))
    lead = (
        "A tactic that is best against everyone need not be best against the one that a wise opponent sends. In a Nash "
        "equilibrium each side's tactic is the best reply to the other's."
    )
    return PageSection("both", "If both sides choose", lead, tuple(blocks))


def _against(held: Held) -> PageSection:
    lead = "What the best pairs bring beside walking away, beside all pairs, and beside what could be had together."
    return PageSection("against", "Against what", lead, (yardstick_table(held), self_table(held.cells)))


def _options(held: Held) -> tuple[str, ...]:
    """Options with which the same tournament is held again."""
    settings = held.settings
    tactics: list[str] = []
    guests: list[str] = []
    for label, facts in settings["players"].items():
        (tactics if "tactic" in facts else guests).append(str(label))
    found = ["--worlds", str(settings["worlds"]), "--seed", str(settings["seed"])]
    for option, names in (("--players", tactics), ("--guests", guests)):
        found += [option, shlex.quote(",".join(names))] if names else []
    for name, usual in (("utility", "payoff"), ("alpha", 0.1), ("level", 0.95), ("draws", 1_000), ("starts", 500)):
        if settings.get(name, usual) != usual:
            found += [f"--{name}", str(settings[name])]
    return tuple(found if settings.get("solutions", True) else [*found, "--no-solutions"])
