"""What a comparison of grids says in words and in its table: the terminal prints them, and the page shows them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from experiments.labels import (
    AGREEMENT,
    SIDE_LABELS,
    aligned,
    counted,
    fixed,
    number,
    outcome_label,
    partner_name,
    percent,
    plain,
    quantity,
    scale_of,
)
from experiments.labels import side as called
from experiments.questions.grid.comparison import GAIN, GRIDS
from experiments.report.blocks import Answer, Block, KeyNumber, Table, table
from experiments.report.key_numbers import key_number
from experiments.statistics.intervals import wilson_interval
from experiments.story.constraints import inputs_in_short

if TYPE_CHECKING:
    from experiments.questions.grid.comparison import GridComparison

_CERTAIN: Final = "95 %: Wilson. Both grids meet the same draws, so that a difference is the grid's doing."

Row = tuple[str, str, str, str, str]


def blocks(result: GridComparison) -> Iterator[Block]:
    """Say what halving the grid changes, then show both grids side by side."""
    yield answer(result)
    yield comparison(result)


def answer(result: GridComparison) -> Answer:
    """Say how many outcomes change, how far gains move, and what becomes of the share of deals."""
    count = f"{result.changed:,} of {counted(result.runs, 'run')}"
    seen = f"Halving every step changes the outcome of {count} ({percent(result.changed_share)})"
    own, finer = (percent(share) for share in _shares(result).get(AGREEMENT, (0.0, 0.0)))
    deals = f"The share of deals {f'stays at {own}' if own == finer else f'goes from {own} to {finer}'}."
    found = result.constraints[(result.constraints["grid"] == GRIDS[0]).to_numpy()]
    put_in = inputs_in_short(found) or "No run agrees on both grids, so that no agreed value is compared."
    if not result.agreed:
        moved = "no run agrees on both grids"
    else:
        us, partner = aligned(result.gains["mean"].tolist())
        moved = f"gains of deals move by {us} (US) and {partner} ({partner_name()}) US$ bn a year"
    return Answer(f"{seen}; {moved}.", tuple(_numbers(result)), _CERTAIN, put_in, (deals,))


def _numbers(result: GridComparison) -> Iterator[KeyNumber]:
    """How many outcomes change, shares of deals on both grids, and how far gains move run by run."""
    yield key_number("Runs that end in another way", result.changed_share, "share", result.changed_interval())
    for label, share in zip(("own grid", "halved grid"), _shares(result).get(AGREEMENT, (0.0, 0.0)), strict=True):
        ends = wilson_interval(round(share * result.runs), result.runs)
        yield key_number(f"Talks that end in a deal, {label}", share, "share", ends)
    if result.agreed:
        for row in result.gains.to_dict("records"):
            side = called(str(row["quantity"]).removeprefix(GAIN))
            most = f"95 % of the runs: up to {quantity(float(row['percentile_95']), str(row['unit']))}"
            yield key_number(f"Gain of {side} moves by", float(row["mean"]), str(row["unit"]), note=most)


def comparison(result: GridComparison) -> Table:
    """Levels, outcomes, packages and gains on both grids."""
    title = (
        f"Grid of {result.config.name} and every step halved: the same {counted(result.runs, 'run')} from seed "
        f"{result.manifest.seed}"
    )
    rows = [("Levels of the issues", *_levels(result), "", ""), *_endings(result), *_deals(result)]
    note = (
        "Differences run by run, without their sign, over the runs that agree on both grids; of outcomes: halved less "
        "own."
    )
    names = {"own": "Own grid", "halved": "Halved"}
    note = " ".join(
        [note, *(f"{names[grid]}: {sentence}" for grid in GRIDS for sentence in result.inputs(grid).values())]
    )
    return table(title, ("", "own grid", "halved", "mean difference", "95th percentile"), rows, note=note)


def _levels(result: GridComparison) -> tuple[str, str]:
    """Fewest and most levels of an issue on both grids: ``11 to 29``, ``21 to 57``."""
    own, finer = (sorted(set(result.levels[grid])) for grid in GRIDS)
    return " to ".join(map(str, own[:1] + own[1:][-1:])), " to ".join(map(str, finer[:1] + finer[1:][-1:]))


def _shares(result: GridComparison) -> dict[str, tuple[float, float]]:
    return {
        str(row["outcome"]): (row["own"] / result.runs, row["halved"] / result.runs)
        for row in result.outcomes.to_dict("records")
    }


def _endings(result: GridComparison) -> Iterator[Row]:
    for name, (own, finer) in _shares(result).items():
        change = fixed(100.0 * (finer - own), 1, sign=True)
        yield outcome_label(name), percent(own), percent(finer), f"{change} points", ""
    low, high = result.changed_interval()
    ends = f"{100 * low:.1f} to {100 * high:.1f} %"
    yield "Outcome differs (95 % interval)", "", "", percent(result.changed_share), ends


def _deals(result: GridComparison) -> Iterator[Row]:
    yield "Agreement on both grids", "", "", percent(result.agreed / result.runs), ""
    for row in result.issues.to_dict("records"):
        yield _difference(plain(row["quantity"]), row)
    for row in result.gains.to_dict("records"):
        yield _difference(f"Gain of {SIDE_LABELS[str(row['quantity']).removeprefix(GAIN)]}", row)


def _difference(label: str, row: Any) -> Row:
    scale = scale_of(row["unit"])
    unit = row["unit"] if scale == 1.0 else "%"
    own, finer, mean, percentile = (number(scale * row[name]) for name in (*GRIDS, "mean", "percentile_95"))
    return f"{label}, {unit}", own, finer, mean, percentile
