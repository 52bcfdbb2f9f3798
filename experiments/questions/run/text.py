"""The summary of many runs as tables in the terminal."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import TYPE_CHECKING, Final

from rich.text import Text

from experiments.labels import (
    SIDE_LABELS,
    agent_label,
    aligned,
    counted,
    fixed,
    inside,
    number,
    outcome_label,
    percent,
    plain,
    scale_of,
    unit_of,
)
from experiments.questions.run.summary import QUANTILE_COLUMNS, Summary
from experiments.story.ending import NO_GAP, why_ended
from experiments.terminal.table import LINE_WIDTH, TerminalTable

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

_MOST_DIFFERENCES: Final = 8
_MOST_REASONS: Final = 5
_QUANTILE_TITLES: Final = ("5 %", "25 %", "median", "75 %", "95 %")

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


def render(summary: Summary, console: Console, *, units: Mapping[str, str] | None = None) -> None:
    """Print `summary`, at most 100 columns wide.

    Parameters
    ----------
    summary : Summary
        What :func:`experiments.questions.run.summary.summarise` returns.
    console : rich.console.Console
        Where to print.
    units : mapping, optional
        Units of further issues by name.
    """
    if summary.runs == 0:
        console.print(Text("No runs."))
        return
    parts: list[TerminalTable | Text | None] = [_outcomes(summary), _rounds(summary)]
    if summary.agreements:
        parts += [_package(summary, units), _gains(summary)]
    if summary.agreements < summary.runs:
        parts.append(_gaps(summary, units))
    parts.append(_differences(summary))
    width = min(LINE_WIDTH, console.width)
    for part in parts:
        if part is not None:
            console.print(part, width=width)
            console.print()


def _table(title: str, first: str, columns: tuple[str, ...]) -> TerminalTable:
    table = TerminalTable(title)
    table.add_column(first, "words", is_key=True)
    for column in columns:
        table.add_column(column)
    return table


def _outcomes(summary: Summary) -> TerminalTable:
    level = percent(summary.level)
    table = _table(f"Outcomes of {counted(summary.runs, 'run')}", "", ("runs", "share", f"{level} interval"))
    for row in summary.outcomes.to_dict("records"):
        _share_row(table, outcome_label(row["outcome"]), row, style="bold")
        reasons = summary.reasons[summary.reasons["outcome"] == row["outcome"]]
        for reason in reasons.head(_MOST_REASONS).to_dict("records"):
            _share_row(table, "  " + (inside(plain(reason["reason"])) or "no reason given"), reason)
        if len(reasons) > _MOST_REASONS:
            rest = reasons.iloc[_MOST_REASONS:]
            table.add_row(f"  {counted(len(rest), 'other reason')}", f"{int(rest['count'].sum()):,}", "", "")
    return table


def _share_row(table: TerminalTable, name: str, row: Mapping[Hashable, object], style: str = "") -> None:
    share, low, high = (100.0 * float(str(row[key])) for key in ("share", "low", "high"))
    cells = (name, f"{row['count']:,}", f"{share:.1f} %", f"{low:.1f} to {high:.1f} %")
    table.add_row(*cells, style=style)


def _quantile_table(
    title: str,
    frame: pd.DataFrame,
    name: Callable[[str], str],
    unit: Callable[[str], str],
    *,
    sign: bool = False,
    in_per_cent: str = "%",
) -> TerminalTable | None:
    if frame.empty:
        return None
    table = _table(title, "", _QUANTILE_TITLES)
    table.add_column("unit", "words", is_key=True)
    for row in frame.to_dict("records"):
        key = str(row[frame.columns[0]])
        scale = scale_of(unit(key))
        shown = in_per_cent if scale != 1.0 else unit(key)
        values = aligned([scale * float(row[column]) for column in QUANTILE_COLUMNS], sign=sign)
        table.add_row(name(key), *values, shown)
    return table


def _rounds(summary: Summary) -> TerminalTable | None:
    def name(outcome: str) -> str:
        return "All runs" if outcome == "all" else outcome_label(outcome)

    frame = summary.rounds if len(summary.rounds) != 2 else summary.rounds.iloc[:1]
    table = _table("When talks end: round and its date", "", _QUANTILE_TITLES)
    dates = summary.dates.set_index("outcome").to_dict("index")
    for row in frame.to_dict("records"):
        table.add_row(name(str(row["outcome"])), *(f"{row[column]:.0f}" for column in QUANTILE_COLUMNS))
        if on := dates.get(row["outcome"]):
            table.add_row("  on", *(str(on[column]) for column in QUANTILE_COLUMNS))
    return table


def _package(summary: Summary, units: Mapping[str, str] | None) -> TerminalTable | None:
    """Agreed packages, and below them the pledge that they rest on."""
    import pandas as pd

    pledge = summary.pledge.rename(columns={"quantity": "issue"})
    frame = pd.concat([part for part in (summary.package, pledge) if len(part)]) if len(summary.package) else pledge
    title = f"Agreed package, quantiles of {counted(summary.agreements, 'agreement')}"
    return _quantile_table(
        title,
        frame,
        lambda key: PLEDGE_NAMES[key][0] if key in PLEDGE_NAMES else plain(key),
        lambda key: PLEDGE_NAMES[key][1] if key in PLEDGE_NAMES else unit_of(key, units),
    )


def _gains(summary: Summary) -> TerminalTable | None:
    title = f"Gain over walking away, quantiles of {counted(summary.agreements, 'agreement')}"
    return _quantile_table(title, summary.gains, agent_label, lambda _: "US$ bn a year", sign=True)


def _gaps(summary: Summary, units: Mapping[str, str] | None) -> TerminalTable | None:
    us, partner = SIDE_LABELS.values()
    without = summary.runs - summary.agreements
    title = f"Gap that is left in {counted(without, 'run')} without a deal, {us} less {partner}"
    table = _quantile_table(title, summary.gaps, plain, lambda key: unit_of(key, units), in_per_cent="points")
    if table is not None:
        table.caption = gap_note(summary)
    return table


def gap_note(summary: Summary) -> str:
    """What a gap is, and why there can be none in talks that end without a deal."""
    if summary.met.empty:
        return GAPS
    without = counted(summary.runs - summary.agreements, "run")
    reasons = "; ".join(f"{why_ended(row['reason'])} ({row['count']:,})" for row in summary.met.to_dict("records"))
    return f"{GAPS} In {int(summary.met['count'].sum()):,} of {without} both table one and the same package: {reasons}."


def _differences(summary: Summary) -> TerminalTable | Text:
    title = "What sets deals apart from runs without one"
    if summary.differences_note:
        text = Text(f"{title}\n", style="bold")
        return text.append(f"Not compared: {summary.differences_note}.", style="not bold")
    interval = f"{percent(summary.level)} interval"
    table = _table(title, "Parameter", ("median: deal", "no deal", "effect", interval, "p"))
    shown = summary.differences.head(_MOST_DIFFERENCES)
    for row in shown.to_dict("records"):
        clear = row["p_value"] < 1 - summary.level
        effect, low, high = (fixed(float(row[key]), 2, sign=True) for key in ("effect", "low", "high"))
        table.add_row(
            str(row["parameter"]),
            number(row["deal_median"]),
            number(row["other_median"]),
            effect,
            f"{low} to {high}",
            "<0.001" if row["p_value"] < 0.001 else f"{row['p_value']:.3f}",
            style="" if clear else "dim",
        )
    clear_count = int((summary.differences["p_value"] < 1 - summary.level).sum())
    table.caption = (
        "effect: chance that the value is higher with a deal less chance that it is lower; p: for all parameters "
        f"together (Holm); {clear_count} of {len(summary.differences)} differ at the {percent(1 - summary.level)} level"
    )
    return table
