"""The page of an advice: which lever moves a side most once the other side reacts, at what cost, and what is robust."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from experiments.lab.searched import Search, read_search
from experiments.labels import counted, lever_label, listed, number, percent, plain, quantity, quoted, side
from experiments.questions.advise.advise import (
    REGRET_COLUMNS,
    REGRET_TABLE,
    SETTING_COLUMNS,
    SETTINGS_TABLE,
    levers_of,
    term_names,
)
from experiments.questions.advise.levers import Setting
from experiments.questions.advise.regret_heat_map import regret_heat_map
from experiments.questions.advise.robust import CRITERIA, SURE, TAIL, WORDS, floor_note
from experiments.report.asked import asked_section
from experiments.report.blocks import Listing, Page, PageSection, Table, Words, picture, table
from experiments.report.limits import limits_section
from experiments.report.repeat import repeat_section
from experiments.statistics.ties import best_places
from sim.issues import SIDES

if TYPE_CHECKING:
    import pandas as pd

    from experiments.figures.kit.theme import Theme
    from experiments.store.place import Place

#: Settings that are shown, and those whose price is told term by term.
_MOST: Final = 12
_PRICED: Final = 4

#: A change of a term below this is not shown, US$ bn a year.
_SMALLEST: Final = 0.005

_REGRET: Final = (
    "A row is something that the side could do, a column a tactic of the other side. The darker a cell, the further "
    "the row falls short of the best row in the same worlds; the frame is the tactic with which the other side does "
    "best against the row, and by which the row is judged."
)
_WARNINGS: Final = (
    "The other side is taken to pick the tactic that is best for it on average. One that errs, or cannot commit "
    "itself, gives another order of the levers; the map of regrets shows how much another.",
    "A lever changes one thing and leaves all else as it is. Two together may do more or less than the sum.",
    "What a lever costs outside the model, such as a broken promise at home, is in no number here.",
)


def advise_page(place: Place, theme: Theme) -> Page:
    """Page of a finished advice.

    Parameters
    ----------
    place : Place
        Its directory.
    theme : str
        ``light`` or ``dark``.
    """
    search = read_search(place)
    seat = str(search.option("side"))
    terms = [f"term.{name}" for name in term_names(SIDES.index(seat))]
    settings = search.files.frame(SETTINGS_TABLE, (*SETTING_COLUMNS, *terms))
    cells = search.files.frame(REGRET_TABLE, REGRET_COLUMNS)
    config = search.config
    came_out = (
        Words(tuple(_recommended(settings, seat, criterion) for criterion in CRITERIA)),
        _levers(settings, seat),
        _settings(settings, seat, float(search.option("floor"))),
        picture(regret_heat_map(cells, seat, config.name), _REGRET, theme),
    )
    return Page(
        title=f"What {side(seat)} could change, once the other side reacts",
        subtitle=f"Advice on the config {config.name}: {config.title}",
        answer=_answer(settings, seat),
        sections=(
            _asked(search, settings, cells),
            PageSection("came-out", "What came out", "Which lever moves most, and which choice is robust.", came_out),
            PageSection("why", "At what cost", "What the best settings change in a deal, term by term.",
                    (_price(settings, terms, seat),)),
            limits_section(config, _WARNINGS),
            repeat_section(search.manifest, "advise", config, options=_options(search)),
        ),
    )  # fmt: skip


def _answer(settings: pd.DataFrame, seat: str) -> str:
    places = _winners(settings, "mean")
    base, best = settings.iloc[0], settings.iloc[places[0]]
    text = (
        f"As it is, {side(seat)} gains {quantity(float(base['mean']), 'US$ bn a year')} over walking away when "
        f"the other side replies as well as it can ({base['reaction']}). "
    )
    tried = counted(len(settings) - 1, "setting")
    if best.name == base.name:
        only = len(settings) == 2
        none = "The only setting that was tried gains no" if only else f"None of the {tried} that were tried gains"
        return f"{text}{none} more on average."
    more = f"{quantity(float(best['effect']), 'US$ bn a year')} more"
    if len(places) > 1:
        equal = _titles(settings, places, seat, "and")
        return f"{text}Of {tried} that were tried, {equal} gain most, and equally: {more}."
    low, high = (number(float(best[name]), sign=True) for name in ("effect_low", "effect_high"))
    share = float(best["wins.mean"])
    sure = "is clear" if share >= SURE else "is not clear"
    return (
        f"{text}Of {tried} that were tried, “{_title(best, seat)}” gains most: {more} ({low} to {high}). It is best in "
        f"{percent(share)} of the resampled sets of worlds, so that this {sure}."
    )


def _asked(search: Search, settings: pd.DataFrame, cells: pd.DataFrame) -> PageSection:
    lines = (
        f"Advised: {side(str(search.option('side')))}, with {counted(settings['lever'].nunique() - 1, 'lever')} and "
        f"{counted(len(settings) - 1, 'setting')} of them beside the config as it is.",
        f"Every setting meets {counted(cells['reaction'].nunique(), 'tactic')} of the other side in the same "
        f"{counted(int(search.option('worlds')), 'world')}: {int(search.manifest.get('negotiations', 0)):,} "
        "negotiations. It is judged by the tactic that is best for the other side on average.",
        f"A world counts as satisfactory from a gain of US${number(float(search.option('floor')))} bn a year. "
        f"Seed {search.manifest.get('seed')}.",
    )
    section = asked_section(search.config)
    lead = "Which of the things in its hands should a side change? The scenario, in words, is below."
    return replace(section, lead=lead, blocks=(Listing("The advice", lines), *section.blocks))


def _recommended(settings: pd.DataFrame, seat: str, criterion: str) -> str:
    places, words = _winners(settings, criterion), WORDS[criterion]
    share = float(settings[f"wins.{criterion}"].iloc[places].sum())
    sure = "; they do equally well" if len(places) > 1 else "" if share >= SURE else "; not sure, see the table"
    title = f"{words[:1].upper()}{words[1:]}: {_titles(settings, places, seat, 'or')}"
    return f"{title} (best in {percent(share)} of the resampled sets of worlds{sure})."


def _winners(settings: pd.DataFrame, criterion: str) -> list[int]:
    return best_places(settings[criterion].to_numpy(np.float64), more=CRITERIA[criterion])


def _titles(settings: pd.DataFrame, places: list[int], seat: str, last: str) -> str:
    return listed(quoted(_title(settings.iloc[place], seat) for place in places), last)


def _title(row: pd.Series, seat: str) -> str:
    return lever_label(Setting(str(row["lever"]), str(row["value"]), ()).title, seat)


def _levers(settings: pd.DataFrame, seat: str) -> Table:
    levers = levers_of(settings)
    rows = [
        (
            lever_label(row["lever"], seat), number(row["span"]), str(row["best"]),
            number(row["best_effect"], sign=True), str(row["worst"]), number(row["worst_effect"], sign=True),
        )
        for row in levers.head(_MOST).to_dict("records")
    ]  # fmt: skip
    note = (
        "US$ bn a year. Moves: from the worst to the best mean gain over the values of the lever, the config as it is "
        "included."
    )
    columns = ("Lever", "Moves", "Best value", "Effect", "Worst value", "Effect")
    return table("How far each lever moves the gain", columns, rows, note=_joined(note, _shown(len(levers))))


def _settings(settings: pd.DataFrame, seat: str, floor: float) -> Table:
    met = floor_note(floor, settings["satisficing"].tolist())
    ranked = settings.sort_values("mean", ascending=False, kind="stable")
    chosen = [settings.iloc[0], *(row for _, row in ranked.head(_MOST).iterrows() if row["lever"])]
    rows = [
        (
            _title(row, seat), str(row["reaction"]), number(float(row["mean"]), sign=True),
            f"{number(float(row['effect_low']), sign=True)} to {number(float(row['effect_high']), sign=True)}",
            number(float(row["cvar"]), sign=True), percent(float(row["satisficing"])),
            number(float(row["max_regret"])), percent(float(row["deal_share"])),
        )
        for row in chosen
    ]  # fmt: skip
    note = (
        "Money in US$ bn a year. Reply: the tactic that is best for the other side. Effect: change of the gain against "
        f"the config as it is, 95 % interval over resampled worlds. Worst {100 * TAIL:.0f} %: mean gain in that share "
        f"of the worlds (CVaR). Largest regret: what hindsight would have brought in the worst world."
    )
    columns = (
        "Setting",
        "Reply",
        "Gain",
        "Effect",
        f"Worst {100 * TAIL:.0f} %",
        "Satisfied",
        "Largest regret",
        "Deals",
    )
    return table("The best settings", columns, rows, texts=2, note=_joined(note, met, _shown(len(settings))))


def _joined(*sentences: str) -> str:
    """Sentences as one text; one that is empty leaves no blank."""
    return " ".join(filter(None, sentences))


def _shown(count: int) -> str:
    return f"The first {_MOST} of {count:,}." if count > _MOST else ""


def _price(settings: pd.DataFrame, terms: Sequence[str], seat: str) -> Table:
    ranked = settings.sort_values("mean", ascending=False, kind="stable")
    best = [row for _, row in ranked.head(_PRICED + 1).iterrows() if row["lever"]][:_PRICED]
    base = settings.iloc[0]
    rows = []
    for term in terms:
        moves = [float(row[term] - base[term]) for row in best]
        if any(abs(move) >= _SMALLEST for move in moves):
            rows.append((plain(term.removeprefix("term.")), *(number(move, sign=True) for move in moves)))
    rows.append(("Share of worlds with a deal", *(percent(float(row["deal_share"])) for row in best)))
    note = (
        "US$ bn a year: change of each term's mean over the worlds with a deal, under the other side's best reply. "
        f"Terms that do not move by {_SMALLEST} are left out. As it is, {percent(float(base['deal_share']))} of the "
        "worlds end in a deal."
    )
    columns = ("Term of the payoff", *(_title(row, seat) for row in best))
    return table("What the best settings change in a deal", columns, rows, note=note)


def _options(search: Search) -> tuple[str, ...]:
    """Options with which the same advice is given again."""
    options = ["--side", str(search.option("side"))]
    for name in ("lever", "reaction"):
        options += [part for text in search.option(f"{name}s") for part in (f"--{name}", shlex.quote(str(text)))]
    options += ["--worlds", str(search.option("worlds")), "--floor", str(search.option("floor"))]
    return (*options, "--seed", str(search.manifest.get("seed")))
