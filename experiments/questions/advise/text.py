"""What an advice says: its answer, what was tried, what is recommended, and what levers and settings bring and cost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from experiments.labels import (
    capitalised,
    counted,
    inside,
    lever_label,
    listed,
    number,
    percent,
    plain,
    quantity,
    quoted,
    side,
)
from experiments.questions.advise.robust import CRITERIA, SURE, TAIL, WORDS, floor_note
from experiments.questions.advise.tables import levers_of, share_of_wins, term_columns, title_of, winners
from experiments.report.blocks import Answer, Block, KeyNumber, Listing, Table, Words, table
from experiments.report.key_numbers import key_number
from experiments.statistics.ties import best_places
from sim.issues import SIDES

if TYPE_CHECKING:
    import pandas as pd

    from experiments.questions.advise.tables import Advice

_YEARLY: Final = "US$ bn a year"

#: Settings that are shown, those whose price is set out term by term, and levers whose best value is.
_MOST: Final = 12
_PRICED: Final = 4
_LEVERS: Final = 3

#: Settings that are key numbers.
_KEY: Final = 3

_CERTAIN: Final = "95 %: over resampled sets of the same worlds, against the config as it is."
_PUT_IN: Final = (
    "Put in: the levers and values that were tried, and that the other side replies as is best for it on average. What "
    "{side} did not try is not known to be worse."
)

#: Terms of a deal that a line names, the most changed ones.
_TERMS: Final = 4

#: A change of a term below this is not shown, US$ bn a year.
_SMALLEST: Final = 0.005


def blocks(result: Advice) -> Iterator[Block]:
    """Say which setting gains most, what was tried, what is robust, and what levers and settings bring and cost."""
    settings, seat = result.settings, result.side
    yield answer(settings, seat)
    yield trials(result)
    yield from what_came_out(result)
    yield costs(settings, seat)
    yield price_table(settings, seat)


def what_came_out(result: Advice) -> Iterator[Block]:
    """Best settings by every criterion, the levers, and the settings."""
    yield Words(tuple(recommendation(result.settings, result.side, criterion) for criterion in CRITERIA))
    yield levers_table(result.settings, result.side)
    yield settings_table(result.settings, result.side, result.floor)


def headline(result: Advice) -> str:
    """Say in one line which setting gains most."""
    settings, seat = result.settings, result.side
    places = winners(settings, "mean")
    best = settings.iloc[places[0]]
    tried = f"{counted(len(settings) - 1, 'setting')} of {side(seat)} in {result.config.name}"
    if places[0] == 0:
        return f"{tried}, none of which gains more than the config as it is"
    more = quantity(float(best["effect"]), _YEARLY)
    return (
        f"{tried}, of which {_titles(settings, places, seat, 'and')} gain{'s' * (len(places) == 1)} most: {more} more"
    )


def answer(settings: pd.DataFrame, seat: str) -> Answer:
    """Say which setting gains most and how surely, and what the side gains as it is."""
    places = winners(settings, "mean")
    base, best = settings.iloc[0], settings.iloc[places[0]]
    usual = (
        f"As it is, {side(seat)} gains {quantity(float(base['mean']), _YEARLY)} over walking away when "
        f"the other side replies as well as it can ({base['reaction']})."
    )
    tried = counted(len(settings) - 1, "setting")
    numbers, put_in = tuple(_numbers(settings, seat)), _PUT_IN.format(side=side(seat))
    if places[0] == 0:
        only = len(settings) == 2
        none = "The only setting that was tried gains no" if only else f"None of the {tried} that were tried gains"
        return Answer(f"{none} more on average.", numbers, _CERTAIN, put_in, (usual,))
    more = f"{quantity(float(best['effect']), _YEARLY)} more"
    if len(places) > 1:
        equal = _titles(settings, places, seat, "and")
        said = f"Of {tried} that were tried, {equal} gain most, and equally: {more}."
        return Answer(said, numbers, _CERTAIN, put_in, (usual,))
    low, high = (number(float(best[name]), sign=True) for name in ("effect_low", "effect_high"))
    share = float(best["wins.mean"])
    sure = "is clear" if share >= SURE else "is not clear"
    return Answer(
        f"Of {tried} that were tried, “{_title(best, seat)}” gains {side(seat)} most: {more} (95 % interval: {low} to "
        f"{high}).",
        numbers,
        _CERTAIN,
        put_in,
        (f"{usual} The best is best in {percent(share)} of the resampled sets of worlds, so that this {sure}.",),
    )


def _numbers(settings: pd.DataFrame, seat: str) -> Iterator[KeyNumber]:
    """The best settings with the interval of their effect, what is gained as it is, and deals with the best."""
    base = settings.iloc[0]
    ranked = settings.iloc[1:].sort_values("mean", ascending=False, kind="stable").head(_KEY)
    for _, row in ranked.iterrows():
        ends = float(row["effect_low"]), float(row["effect_high"])
        note = f"best in {percent(float(row['wins.mean']))} of the resampled sets of worlds"
        label = f"Gained more by {_title(row, seat)}"
        yield key_number(label, float(row["effect"]), _YEARLY, ends, note=note)
    yield key_number(f"Gain of {side(seat)} as it is", float(base["mean"]), _YEARLY, note="against the best reply")
    if len(ranked):
        now = f"{percent(float(base['deal_share']))} as it is"
        yield key_number("Worlds with a deal, best setting", float(ranked.iloc[0]["deal_share"]), "share", note=now)


def trials(result: Advice) -> Listing:
    """Who was advised, what was tried against what and in how many worlds, and what counts as satisfactory."""
    settings = result.settings
    levers = settings["lever"].nunique() - 1
    return Listing(
        "The advice",
        (
            f"Advised: {side(result.side)}, with {counted(levers, 'lever')} and "
            f"{counted(len(settings) - 1, 'setting')} of {'it' if levers == 1 else 'them'} beside the config as it is.",
            f"Every setting meets {counted(result.regret['reaction'].nunique(), 'tactic')} of the other side in the "
            f"same {counted(result.worlds, 'world')}: {counted(result.negotiations, 'negotiation')}. It is judged by "
            "the tactic that is best for the other side on average.",
            f"A world counts as satisfactory from a gain of {quantity(result.floor, _YEARLY)}. "
            f"Seed {result.manifest.seed}.",
        ),
    )


def recommendation(settings: pd.DataFrame, seat: str, criterion: str) -> str:
    """One sentence for a criterion, with how often resampled worlds agree; settings that tie are all named."""
    places, share = winners(settings, criterion), share_of_wins(settings, criterion)
    sure = "; they do equally well" if len(places) > 1 else "" if share >= SURE else "; not sure, see the table"
    title = f"{capitalised(WORDS[criterion])}: {_titles(settings, places, seat, 'or')}"
    return f"{title} (best in {percent(share)} of the resampled sets of worlds{sure})."


def levers_table(settings: pd.DataFrame, seat: str) -> Table:
    """Levers by how far their values move the mean gain."""
    levers = levers_of(settings)
    rows = [
        (
            lever_label(row["lever"], seat), number(row["span"]), str(row["best"]),
            number(row["best_effect"], sign=True), str(row["worst"]), number(row["worst_effect"], sign=True),
            row["lever"] if "." in row["lever"] else "-",
        )
        for row in levers.head(_MOST).to_dict("records")
    ]  # fmt: skip
    note = (
        f"{_YEARLY}. Moves: from the worst to the best mean gain over the values of the lever, the config as it is "
        "included."
    )
    columns = ("Lever", "Moves", "Best value", "Effect", "Worst value", "Effect", "What it is")
    found = table("How far each lever moves the gain", columns, rows, note=_joined(note, _shown(len(levers))))
    return replace(found, numeric=frozenset({1, 3, 5}))


def settings_table(settings: pd.DataFrame, seat: str, floor: float) -> Table:
    """Config as it is and the best settings by their mean gain, with every criterion."""
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
        f"of the worlds (CVaR). Largest regret: what hindsight would have brought more in the worst world."
    )
    columns = (
        "Setting", "Reply", "Gain", "Effect", f"Worst {100 * TAIL:.0f} %", "Satisfied", "Largest regret", "Deals",
    )  # fmt: skip
    return table("The best settings", columns, rows, texts=2, note=_joined(note, met, _shown(len(settings))))


def costs(settings: pd.DataFrame, seat: str) -> Listing:
    """What the best values of the strongest levers change in a deal and in the share of worlds with one."""
    terms, base = term_columns(SIDES.index(seat)), settings.iloc[0]
    lines = []
    for lever in levers_of(settings)["lever"].head(_LEVERS):
        of_lever = settings[settings["lever"] == lever]
        best = of_lever.iloc[best_places(of_lever["mean"].to_numpy(np.float64))[0]]
        deals = (
            f"deals in {percent(float(best['deal_share']))} of worlds, {percent(float(base['deal_share']))} as it is"
        )
        moves = {term.removeprefix("term."): float(best[term] - base[term]) for term in terms}
        title = capitalised(inside(_title(best, seat)))
        if np.isnan(list(moves.values())).all():
            # Without a deal on one of the two sides there are no terms to set beside each other.
            lines.append(f"{title}: no terms to compare ({deals}).")
            continue
        largest = sorted(moves.items(), key=lambda pair: -abs(pair[1]))[:_TERMS]
        text = ", ".join(
            f"{inside(plain(name))} {number(move, sign=True)}" for name, move in largest if abs(move) >= _SMALLEST
        )
        lines.append(f"{title} changes a deal's terms by: {text or 'nothing'} ({deals}).")
    return Listing(f"What the best values of the strongest levers change, {_YEARLY}", tuple(lines))


def price_table(settings: pd.DataFrame, seat: str) -> Table:
    """What the best settings change in a deal, term by term."""
    ranked = settings.sort_values("mean", ascending=False, kind="stable")
    best = [row for _, row in ranked.head(_PRICED + 1).iterrows() if row["lever"]][:_PRICED]
    base = settings.iloc[0]
    rows = []
    for term in term_columns(SIDES.index(seat)):
        moves = [float(row[term] - base[term]) for row in best]
        if any(abs(move) >= _SMALLEST for move in moves):
            rows.append((plain(term.removeprefix("term.")), *(number(move, sign=True) for move in moves)))
    rows.append(("Share of worlds with a deal", *(percent(float(row["deal_share"])) for row in best)))
    note = (
        f"{_YEARLY}: change of each term's mean over the worlds with a deal, under the other side's best reply. "
        f"Terms that do not move by {_SMALLEST} are left out. As it is, {percent(float(base['deal_share']))} of the "
        "worlds end in a deal."
    )
    columns = ("Term of the payoff", *(_title(row, seat) for row in best))
    return table("What the best settings change in a deal", columns, rows, note=note)


def _titles(settings: pd.DataFrame, places: Sequence[int], seat: str, last: str) -> str:
    return listed(quoted(_title(settings.iloc[place], seat) for place in places), last)


def _title(row: pd.Series, seat: str) -> str:
    return lever_label(title_of(row), seat)


def _joined(*sentences: str) -> str:
    """Sentences as one text; one that is empty leaves no blank."""
    return " ".join(filter(None, sentences))


def _shown(count: int) -> str:
    return f"The first {_MOST} of {count:,}." if count > _MOST else ""
