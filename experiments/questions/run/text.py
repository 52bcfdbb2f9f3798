"""What a run says in tables: the terminal prints them, and the page shows them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from experiments.config.explain import further_units
from experiments.config.numbers import numbers, provenance_of
from experiments.labels import (
    SIDE_LABELS,
    agent_label,
    aligned,
    counted,
    fixed,
    listed,
    number,
    outcome_label,
    partner_name,
    percent,
    plain,
    scale_of,
    share_of,
    unit_of,
)
from experiments.questions.run.answer import answer
from experiments.questions.run.summary import QUANTILE_COLUMNS, Summary
from experiments.report.blocks import Block, Table, Words, table
from experiments.story.constraints import MISSING, READ, input_sentences, inputs_in_short, is_input, worded
from experiments.story.ending import NO_GAP, why_ended
from experiments.story.text import day

if TYPE_CHECKING:
    import pandas as pd

    from experiments.config.model import Config

_QUANTILES: Final = ("5 %", "25 %", "Median", "75 %", "95 %")
_MOST_DIFFERENCES: Final = 12

#: How to read the gaps between last offers.
GAPS: Final = f"Last offers of both sides. Below zero, offers have crossed. {NO_GAP}"

#: What the columns of a pledge are called, and their units.
PLEDGE_NAMES: Final[dict[str, tuple[str, str]]] = {
    "subsidy_rate": ("Subsidy rate", "rate"),
    "subsidy_cost": ("Subsidy cost", "US$ bn a year"),
    "chip_headline": ("Chips: headline", "US$ bn"),
    "chip_additional": ("Chips: additional", "US$ bn a year"),
    "chip_booked": ("Chips: booked as US export", "US$ bn a year"),
    "chip_price": ("Chip price over list price", "ratio"),
}


def blocks(summary: Summary, config: Config, notes: Iterable[str] = ()) -> Iterator[Block]:
    """Say how the talks ended, when, what was agreed and what it brought, and what sets deals apart.

    `notes` are said behind the answer, see :func:`experiments.questions.run.notes.notes`.
    """
    units = further_units(config)
    found = worded(summary.constraints, config)
    inputs = input_sentences(found)
    yield answer(summary, units, inputs, inputs_in_short(found), notes)
    if summary.runs:
        yield outcome_table(summary)
        yield round_table(summary)
        yield from deal_tables(summary, units, inputs)
        yield from constraint_blocks(summary.agreements, found)
        yield differences(summary, config)


def posterior_words(config: Config) -> Iterator[str]:
    """Say what numbers that are drawn from a posterior were fitted to; nothing where there are none."""
    if (posterior := config.posterior) is not None:
        through, cases = day(posterior.fitted_through), listed(posterior.cases)
        known = [one.known_by for one in provenance_of(config) if one.path in posterior.paths and one.known_by]
        later = day(max(known)) if known and max(known) > posterior.fitted_through else ""
        yield (
            f"{counted(len(posterior.paths), 'number')} drawn together from what was fitted to the record of {cases} "
            f"through {through}: no forecast of anything before {later or 'that day'}"
            f"{', for what was fitted knows as much' if later else ''}. Table of weights {posterior.digest}."
        )
        found = listed(posterior.identified, cut=False) if posterior.identified else "none of them"
        yield f"The record identifies {found}; whatever else the table holds is about as wide as before the fit."
        if posterior.fixed_before:
            yield (
                f"Without the table this config has {listed(posterior.fixed_before, cut=False)}. What comes of drawing "
                "these is no finding of the record unless it identifies them; a rule that is off at 0 is on here."
            )


def outcome_table(summary: Summary) -> Table:
    """Outcomes and their reasons, with intervals."""
    rows: list[tuple[str, ...]] = []
    ends = []
    for row in summary.outcomes.to_dict("records"):
        ends.append(len(rows))
        rows.append((outcome_label(row["outcome"]), "", *_share(row)))
        reasons = summary.reasons[summary.reasons["outcome"] == row["outcome"]]
        rows += [("", why_ended(str(reason["reason"])), *_share(reason)) for reason in reasons.to_dict("records")]
    columns = ("Outcome", "Reason", "Runs", "Share", f"{percent(summary.level)} interval")
    note = "The interval says how far the share could be off because the number of runs is limited, and nothing else."
    return table(f"How {counted(summary.runs, 'negotiation')} ended", columns, rows, texts=2, note=note, strong=ends)


def _share(row: Mapping[object, object]) -> tuple[str, str, str]:
    share, low, high = (100.0 * float(str(row[key])) for key in ("share", "low", "high"))
    return f"{row['count']:,}", f"{share:.1f} %", f"{low:.1f} to {high:.1f} %"


def round_table(summary: Summary) -> Table:
    """Quantiles of the round in which talks ended, and of its date, of all runs and by outcome."""
    frame = summary.rounds if len(summary.rounds) != 2 else summary.rounds.iloc[:1]
    dates = summary.dates.set_index("outcome").to_dict("index")
    rows = []
    for row in frame.to_dict("records"):
        name = "All runs" if row["outcome"] == "all" else outcome_label(str(row["outcome"]))
        rows.append((name, "round", *(f"{row[column]:.0f}" for column in QUANTILE_COLUMNS)))
        if on := dates.get(row["outcome"]):
            rows.append(("", "date", *(str(on[column]) for column in QUANTILE_COLUMNS)))
    return table("When talks end", ("Outcome", "", *_QUANTILES), rows, texts=2)


def deal_tables(summary: Summary, units: Mapping[str, str], inputs: Mapping[str, str]) -> Iterator[Table]:
    """Package, pledge and gains over the deals, and the gaps of the other runs; a table without rows is left out."""
    deals = counted(summary.agreements, "deal")
    without = counted(summary.runs - summary.agreements, "run")
    tables = (
        _quantiles(
            f"The agreed package, over {deals}", "Issue", summary.package, plain, lambda n: unit_of(n, units),
            note=" ".join(inputs.values()),
        ),
        _quantiles(
            f"The chip pledge behind it, over {deals}", "Quantity", summary.pledge,
            lambda name: PLEDGE_NAMES[name][0], lambda name: PLEDGE_NAMES[name][1],
            note=inputs.get("chip_purchases", ""),
        ),
        _quantiles(
            f"Gain over walking away, over {deals}", "Who", summary.gains, agent_label, lambda _: "US$ bn a year",
            sign=True,
        ),
        _quantiles(
            f"Gap left in {without} without a deal, US less {partner_name()}", "Issue", summary.gaps, plain,
            lambda name: unit_of(name, units), per_cent="points", note=gap_note(summary),
        ),
    )  # fmt: skip
    yield from (one for one in tables if one.rows)


def constraint_blocks(agreements: int, found: pd.DataFrame) -> Iterator[Block]:
    """How many deals sit on which constraint, issue by issue; nothing without deals."""
    if not agreements:
        return
    if found.empty:
        yield Words((MISSING,))
        return
    rows: list[tuple[str, ...]] = []
    of_issue = found.groupby("issue")["count"].transform("sum")
    is_first = ~found["issue"].duplicated()
    for row, total, first in zip(found.to_dict("records"), of_issue, is_first, strict=True):
        words = str(row["words"])
        kind = "input" if is_input(str(row["constraint"])) else "result"
        count = int(row["count"])
        name = plain(str(row["issue"])) if first else ""
        rows.append((name, f"{words[:1].upper()}{words[1:]}", kind, f"{count:,}", share_of(count, int(total))))
    caption = f"What the agreed value of each issue sits on, over {counted(agreements, 'deal')}"
    yield table(caption, ("Issue", "Sits on", "Which is", "Deals", "Share"), rows, texts=3, note=READ)


def gap_note(summary: Summary) -> str:
    """What a gap is, and why there can be none in talks that end without a deal."""
    if summary.met.empty:
        return GAPS
    without = counted(summary.runs - summary.agreements, "run")
    reasons = "; ".join(f"{why_ended(row['reason'])} ({row['count']:,})" for row in summary.met.to_dict("records"))
    return f"{GAPS} In {int(summary.met['count'].sum()):,} of {without} both table one and the same package: {reasons}."


def _quantiles(
    caption: str, first: str, frame: pd.DataFrame, name: Callable[[str], str], unit: Callable[[str], str], *,
    sign: bool = False, per_cent: str = "%", note: str = "",
) -> Table:  # fmt: skip
    rows = []
    for row in frame.to_dict("records"):
        key = str(row[frame.columns[0]])
        scale = scale_of(unit(key))
        values = aligned([scale * float(row[column]) for column in QUANTILE_COLUMNS], sign=sign)
        rows.append((name(key), *values, per_cent if scale != 1.0 else unit(key)))
    found = table(caption, (first, *_QUANTILES, "Unit"), rows, note=note)
    return replace(found, numeric=found.numeric - {len(_QUANTILES) + 1})


def differences(summary: Summary, config: Config) -> Block:
    """What sets deals apart from the other runs, largest effect first, or why it was not compared."""
    if summary.differences_note:
        return Words((f"Deals and other runs were not compared ({summary.differences_note}).",))
    from experiments.config.meanings import units_of

    units = units_of(config, numbers(config))
    shown = summary.differences.head(_MOST_DIFFERENCES)
    rows = []
    for row in shown.to_dict("records"):
        p_value = "<0.001" if row["p_value"] < 0.001 else f"{row['p_value']:.3f}"
        effect, low, high = (fixed(float(row[key]), 2, sign=True) for key in ("effect", "low", "high"))
        medians = number(row["deal_median"]), number(row["other_median"])
        path = str(row["parameter"])
        rows.append((path, units.get(path) or "-", *medians, effect, f"{low} to {high}", p_value))
    columns = ("Number drawn", "Unit", "Median: deal", "No deal", "Effect", f"{percent(summary.level)} interval", "p")
    threshold = 1 - summary.level
    unclear = [place for place, p_value in enumerate(shown["p_value"]) if p_value >= threshold]
    clear = int((summary.differences["p_value"] < threshold).sum())
    note = (
        "Effect: chance that the number is higher in a deal than in another run, less the chance that it is lower. "
        f"p holds for all {len(summary.differences)} numbers together (Holm); {clear} differ clearly."
    )
    return table("What sets deals apart from runs without one", columns, rows, texts=2, note=note, faint=unclear)


def solution_table(gains: Mapping[str, tuple[float, float] | None]) -> Table:
    """Gains of both sides at points to compare with; None where there is no such point."""
    rows = [
        (name, *(("-", "-") if point is None else aligned(point, sign=True)), "US$ bn a year")
        for name, point in gains.items()
    ]
    found = table("Gains over walking away", ("Point", *SIDE_LABELS.values(), "Unit"), rows)
    return Table(found.caption, found.columns, found.rows, frozenset({1, 2}))
