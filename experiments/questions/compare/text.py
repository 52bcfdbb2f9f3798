"""What a comparison says in words and tables: the terminal prints them, and the page shows them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from experiments.labels import (
    AGREEMENT,
    aligned,
    counted,
    fixed,
    outcome_label,
    percent,
    plain,
    scale_of,
)
from experiments.questions.compare.answer import quantity_label, shown_unit
from experiments.questions.compare.comparison import is_clear, of_kind, of_run
from experiments.questions.compare.effects import OF_DEALS
from experiments.questions.compare.first_screen import answer
from experiments.report.blocks import Block, Listing, Table, table
from experiments.story.constraints import READ, is_input

if TYPE_CHECKING:
    from experiments.questions.compare.comparison import RunComparison

_INTERVAL: Final = "95 % interval"
_FAINT: Final = (
    "Pale rows are not told apart from chance. Of twenty differences that are none, one lies outside its interval by "
    "chance."
)
_DAY_ZERO: Final = date(1970, 1, 1)

#: Constraints that hold in a smaller share of the deals of both runs are left out of the table.
_RARE: Final = 0.005


def blocks(comparison: RunComparison) -> Iterator[Block]:
    """Say what was changed and what differs, then show it run by run."""
    yield answer(comparison)
    yield runs_listing(comparison)
    for label in comparison.others:
        yield from change_tables(comparison, label)
        yield endings(comparison, label)
        yield from pair_table(comparison, label)
        yield from value_tables(comparison, label)
        yield from constraint_table(comparison, label)
    yield deal_times(comparison)


def runs_listing(comparison: RunComparison) -> Listing:
    """Name the runs, and say how the draws of each stand to those of the base."""
    lines = []
    for member in comparison.members:
        row = comparison.draws(member.label)
        role = ", the base" if member.label == comparison.base else ""
        asked = f"{counted(int(row['runs']), 'run')} from seed {row['seed']}"
        lines.append(f"{member.label}{role}: {row['title']}; {asked}, in {member.folder}. {row['draws']}".rstrip())
    return Listing("The runs", tuple(lines))


def change_tables(comparison: RunComparison, label: str) -> Iterator[Table]:
    """What the config of a run has otherwise than that of the base."""
    rows = []
    for row in of_run(comparison.changes, label).to_dict("records"):
        unit = shown_unit(str(row["unit"]))
        remark = f" (it {row['remark']})" if row["remark"] else ""
        what = f"{row['meaning']}{f', {unit}' if unit else ''}{remark}"
        rows.append((what, str(row["before"]), str(row["after"]), str(row["path"])))
    if rows:
        yield table(
            f"What {label} has otherwise than {comparison.base}",
            ("Setting", comparison.base, label, "Path in the config"),
            rows,
            texts=4,
            note="Names, sources and whatever else bears on no result are left out.",
        )


def endings(comparison: RunComparison, label: str) -> Table:
    """Share of each ending in both, with the difference."""
    rows, faint, strong = [], [], []
    for place, row in enumerate(of_run(comparison.outcomes, label).to_dict("records")):
        low, high = (fixed(100.0 * row[end], 1, sign=True) for end in ("low", "high"))
        interval = "-" if math.isnan(row["low"]) else f"{low} to {high}"
        rows.append(
            (
                outcome_label(str(row["outcome"])),
                percent(row["base_share"]),
                percent(row["share"]),
                fixed(100.0 * row["difference"], 1, sign=True),
                interval,
            )
        )
        if row["outcome"] == AGREEMENT:
            strong.append(place)
        elif not is_clear(row):
            faint.append(place)
    pairs = comparison.pairs(label)
    how = (
        "Interval of paired shares (Bonett and Price 2012)."
        if pairs
        else "Interval of independent shares (Newcombe 1998)."
    )
    note = f"{how} {_FAINT}" if comparison.draws(label)["has_intervals"] else str(comparison.draws(label)["draws"])
    columns = ("Ending", comparison.base, label, "Difference, points", _INTERVAL)
    caption = f"How talks end in {label} beside {comparison.base}, {_over(comparison, label)}"
    return table(caption, columns, rows, note=note, faint=faint, strong=strong)


def _over(comparison: RunComparison, label: str) -> str:
    outcomes = of_run(comparison.outcomes, label)
    if pairs := comparison.pairs(label):
        return counted(pairs, "pair") + " of runs"
    base, other = (counted(int(outcomes[name].iloc[0]), "run") for name in ("base_runs", "runs"))
    return f"{base} and {other}"


def pair_table(comparison: RunComparison, label: str) -> Iterator[Table]:
    """How pairs of runs end: the base in rows, the other run in columns."""
    moves = of_run(comparison.moves, label)
    if moves.empty:
        return
    outcomes = of_run(comparison.outcomes, label)
    before = [name for name in outcomes["outcome"] if (moves["base_outcome"] == name).any()]
    after = [name for name in outcomes["outcome"] if (moves["outcome"] == name).any()]
    counts = {(row["base_outcome"], row["outcome"]): int(row["count"]) for row in moves.to_dict("records")}
    rows = [(outcome_label(one), *(f"{counts.get((one, other), 0):,}" for other in after)) for one in before]
    columns = (f"In {comparison.base}", *(outcome_label(name) for name in after))
    yield table(f"The same runs in {label}, by how they end in {comparison.base}", columns, rows)


def value_tables(comparison: RunComparison, label: str) -> Iterator[Table]:
    """Agreed values, gains and payoffs in both, with the differences of the means."""
    values = of_run(comparison.values, label)
    for kinds, caption, note in (
        (("issue", "timing"), "What is agreed, and when", input_note(comparison, (comparison.base, label))),
        (("gain",), "Gain over walking away", _zero(comparison, label)),
        (("payoff",), "Payoff, with or without a deal", _PAYOFF),
        (("walk_away",), "What walking away is worth", ""),
    ):
        rows = of_kind(values, *kinds).to_dict("records")
        if any(row["base_count"] or row["count"] for row in rows):
            yield _value_table(comparison, label, rows, caption, note)


_PAYOFF: Final = (
    "Relative to a world with MFN tariffs only, each side by its own weights. Where the weights of a side were "
    "changed, its payoffs are in another measure, and their difference says little."
)


def _zero(comparison: RunComparison, label: str) -> str:
    rows = of_kind(of_run(comparison.values, label), "walk_away")
    moved = bool((rows["difference"].fillna(0.0) != 0.0).any())
    return (
        "Walking away is worth something else in both, so that gains are measured from another zero." if moved else ""
    )


def _value_table(comparison: RunComparison, label: str, found: Sequence[Any], caption: str, note: str) -> Table:
    paired = bool(comparison.pairs(label))
    counts = [_counts(row, paired=paired) for row in found]
    of_deals = found[0]["kind"] in OF_DEALS
    what = "run" if paired or not of_deals else "deal"
    over = ""
    if len({*counts}) == 1:
        both = " with a deal in both" if paired and of_deals else ""
        over = f", over {counts[0]} {what}{'' if counts[0] == '1' else 's'}{both}"
    rows = [
        (_name(row), *([] if over else [count]), *_value_cells(row)) for row, count in zip(found, counts, strict=True)
    ]
    means = f"Mean: {comparison.base}", f"Mean: {label}", "Difference", _INTERVAL
    columns = ("", *([] if over else [f"{what.capitalize()}s"]), *means, "Medians")
    said = [note]
    if comparison.draws(label)["has_intervals"]:
        said.append("Student's interval of paired means." if paired else "Welch's interval of independent means.")
    if any(scale_of(str(row["unit"])) != 1.0 for row in found):
        said.append("Differences of rates and shares are in percentage points.")
    faint = [place for place, row in enumerate(found) if not is_clear(row)]
    title = f"{caption} in {label} beside {comparison.base}{over}"
    return table(title, columns, rows, note=" ".join(filter(None, said)), faint=faint)


def _counts(row: Any, *, paired: bool) -> str:
    base, count = int(row["base_count"]), int(row["count"])
    return f"{count:,}" if paired and base == count else f"{base:,} and {count:,}"


def _name(row: Any) -> str:
    unit = str(row["unit"])
    if row["kind"] == "timing":
        return f"{quantity_label(row)}{', differences in days' if row['quantity'] == 'date' else ''}"
    return f"{quantity_label(row)}, {'%' if scale_of(unit) != 1.0 else unit}".removesuffix(", ")


def _value_cells(row: Any) -> tuple[str, ...]:
    """Both means, their difference, its interval and both medians."""
    scale = scale_of(str(row["unit"]))
    shown = aligned([scale * row[one] for one in ("difference", "low", "high")], sign=True)
    values = [row[one] for one in ("base_mean", "mean", "base_median", "median")]
    is_date = row["kind"] == "timing" and row["quantity"] == "date"
    written = [_day(one) for one in values] if is_date else aligned([scale * one for one in values])
    same = row["difference"] == row["low"] == row["high"] == 0.0
    interval = "the same" if same else "-" if shown[1] == "-" else f"{shown[1]} to {shown[2]}"
    return *written[:2], shown[0], interval, ", ".join(written[2:])


def _day(days: float) -> str:
    return "-" if math.isnan(days) else str(_DAY_ZERO + timedelta(days=round(days)))


def input_note(comparison: RunComparison, labels: Sequence[str]) -> str:
    """Say run by run which agreed values are put in."""
    said = ((label, " ".join(comparison.inputs(label).values())) for label in labels)
    return " ".join(f"{label}: {sentences}" for label, sentences in said if sentences)


def constraint_table(comparison: RunComparison, label: str) -> Iterator[Table]:
    """Which constraint each issue of the deals sits on in both."""
    names = (comparison.base, label)
    shares: dict[tuple[str, str], dict[str, float]] = {}
    kinds: dict[tuple[str, str], str] = {}
    for name in names:
        for row in of_run(comparison.constraints, name).to_dict("records"):
            key = str(row["issue"]), str(row["words"])
            shares.setdefault(key, {})[name] = float(row["share"])
            kinds[key] = "input" if is_input(str(row["constraint"])) else "result"
    issues = dict.fromkeys(issue for issue, _ in shares)
    rows = []
    for issue in issues:
        own = [key for key in shares if key[0] == issue and max(shares[key].values()) >= _RARE]
        for first, key in enumerate(sorted(own, key=lambda one: -max(shares[one].values()))):
            parts = (percent(shares[key].get(name, 0.0)) for name in names)
            words = f"{key[1][:1].upper()}{key[1][1:]}"
            rows.append((plain(issue) if not first else "", words, kinds[key], *parts))
    if rows:
        caption = f"What the agreed values sit on: share of the deals of {comparison.base} and of {label}"
        note = f"{READ} Constraints of fewer than {percent(_RARE)} of the deals of both are left out."
        yield table(caption, ("Issue", "Sits on", "Which is", *names), rows, texts=3, note=note)


def deal_times(comparison: RunComparison) -> Table:
    """When deals are made in each run."""
    rows = []
    timing = of_kind(comparison.spreads, "timing")
    for member in comparison.members:
        own = {row["quantity"]: row for row in of_run(timing, member.label).to_dict("records")}
        if "round" not in own:
            rows.append((member.label, "0", *["-"] * 6))
            continue
        ends = ("q05", "q50", "q95")
        rounds = (f"{own['round'][end]:.0f}" for end in ends)
        days = (_day(own["date"][end]) for end in ends) if "date" in own else ["-"] * 3
        rows.append((member.label, f"{int(own['round']['count']):,}", *rounds, *days))
    columns = ("Run", "Deals", "Round: 5 %", "Median", "95 %", "Date: 5 %", "Median", "95 %")
    return table("When deals are made, over all deals of each run", columns, rows)
