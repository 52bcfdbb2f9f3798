"""What a comparison comes to, in a paragraph for each run beside the base."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from experiments.labels import (
    AGREEMENT,
    agent_label,
    aligned,
    counted,
    fixed,
    inside,
    listed,
    outcome_label,
    percent,
    plain,
    scale_of,
    signed_quantity,
)
from experiments.labels import side as named
from experiments.questions.compare.comparison import ENOUGH, is_clear, of_kind, of_run
from sim.issues import SIDES

if TYPE_CHECKING:
    from experiments.questions.compare.comparison import RunComparison

#: What stands in place of a path where the code of winset is another.
CODE: Final = "winset"

#: A difference in US$ bn a year that is none where money is told with two digits.
_NOTHING: Final = 0.005

#: Changes that the paragraph tells one by one.
_TOLD: Final = 2


def paragraphs(comparison: RunComparison) -> Iterator[str]:
    """Say of each run what was changed and what differs from the base."""
    for label in comparison.others:
        yield f"{label} beside {comparison.base}: {what_changed(comparison, label)}"
        yield " ".join([deals(comparison, label), *_moves(comparison, label), *_endings(comparison, label)])
        yield terms(comparison, label)


def terms(comparison: RunComparison, label: str) -> str:
    """Say how agreed values and gains differ, and which of them are put in."""
    said = [*_agreed(comparison, label), *_gains(comparison, label), *_walking_away(comparison, label)]
    return " ".join(filter(None, [*said, put_in(comparison, (comparison.base, label))]))


def what_changed(comparison: RunComparison, label: str) -> str:
    """Say in a sentence what was changed."""
    found = of_run(comparison.changes, label)
    code = found["path"].isin([CODE]).to_numpy()
    rows = found[~code].to_dict("records")
    if not rows:
        other = comparison.draws(label)["seed"] != comparison.draws(comparison.base)["seed"]
        said = f"both configs say the same{', and the seeds differ' if other else ''}."
    elif len(rows) > _TOLD:
        said = f"{counted(len(rows), 'setting')} are changed, listed below."
    else:
        said = f"changed {'is' if len(rows) == 1 else 'are'} {listed(map(change_in_words, rows))}."
    if code.any():
        said += " The runs were played by different code of winset, which may change results too: play both anew."
    return said


def change_in_words(row: Mapping[Any, Any]) -> str:
    """A change inside a sentence, with its path and its unit."""
    unit = shown_unit(str(row["unit"]))
    values = f"from “{row['before']}” to “{row['after']}”{f' {unit}' if unit else ''}"
    remark = f" (it {row['remark']})" if row["remark"] else ""
    return f"“{inside(str(row['meaning']))}” ({row['path']}) {values}{remark}"


def shown_unit(unit: str) -> str:
    """Unit as it stands beside a value; one that the value says itself is empty."""
    return "" if scale_of(unit) != 1.0 or unit in ("flag", "ratio", "weight", "elasticity", "exponent") else unit


def deals(comparison: RunComparison, label: str) -> str:
    """Say how often there is a deal in both, and whether that is more than chance."""
    outcomes = of_run(comparison.outcomes, label)
    (row,) = outcomes[(outcomes["outcome"] == AGREEMENT).to_numpy()].to_dict("records")
    shares = f"{percent(row['share'])} in place of {percent(row['base_share'])}"
    how = f"{counted(int(row['runs']), 'run')}, paired" if comparison.pairs(label) else "independent runs"
    if row["difference"] == 0.0 and row["share"] in (0.0, 1.0):
        return f"Deals: {percent(row['share'])} in both ({how})."
    return f"Deals: {shares}, a difference of {in_points(row, f'; {how}{_doubt(row)}')}."


def in_points(row: Mapping[Any, Any], further: str = "") -> str:
    """Difference of two shares with its interval and what else is to be said of it, in percentage points."""
    text = f"{fixed(100.0 * row['difference'], 1, sign=True)} points"
    low, high = (fixed(100.0 * row[end], 1, sign=True) for end in ("low", "high"))
    inner = f"{'' if math.isnan(row['low']) else f'95 % interval {low} to {high}'}{further}".removeprefix("; ")
    return f"{text} ({inner})" if inner else text


def _doubt(row: Mapping[Any, Any]) -> str:
    if math.isnan(row["low"]):
        return "; no interval, see below"
    return "" if is_clear(row) else "; not told apart from chance"


def _moves(comparison: RunComparison, label: str) -> Iterator[str]:
    """Say how many pairs go from no deal to a deal, and how many back."""
    if not comparison.pairs(label):
        return
    moves = of_run(comparison.moves, label)
    before, after = ((moves[name] == AGREEMENT).to_numpy() for name in ("base_outcome", "outcome"))
    won, lost, kept = (
        int(moves["count"][chosen].sum()) for chosen in (~before & after, before & ~after, before & after)
    )
    if not won and not lost:
        yield f"No run gains or loses its deal; {kept:,} have one in both."
        return
    yield (
        f"{counted(won, 'run')} without a deal in {comparison.base} {'has' if won == 1 else 'have'} one in {label}, "
        f"{lost:,} lose theirs, and {kept:,} have one in both."
    )


def _endings(comparison: RunComparison, label: str) -> Iterator[str]:
    """Name the other endings that differ."""
    rows = [
        row
        for row in of_run(comparison.outcomes, label).to_dict("records")
        if row["outcome"] != AGREEMENT and is_clear(row)
    ]
    rows.sort(key=lambda row: -abs(row["difference"]))
    if rows:
        parts = (f"{inside(outcome_label(str(row['outcome'])))} {in_points(row)}" for row in rows)
        yield f"Other endings that differ: {listed(parts, cut=False)}."


def _agreed(comparison: RunComparison, label: str) -> Iterator[str]:
    """Name the issues whose agreed value differs on average, and those whose does not."""
    rows = of_kind(of_run(comparison.values, label), "issue").to_dict("records")
    both = [row for row in rows if row["base_count"] and row["count"]]
    if not both:
        yield "No agreed value can be compared: no issue is settled in deals of both."
        return
    yield from _means(comparison, label, both, "Agreed on average", lambda row: inside(plain(str(row["quantity"]))))


def _gains(comparison: RunComparison, label: str) -> Iterator[str]:
    rows = of_kind(of_run(comparison.values, label), "gain").to_dict("records")
    own = [row for row in rows if row["quantity"] in SIDES and row["base_count"] and row["count"]]
    if own:
        yield from _means(comparison, label, own, "Gain over walking away", lambda row: named(str(row["quantity"])))


def _walking_away(comparison: RunComparison, label: str) -> Iterator[str]:
    """Say whether walking away is worth something else, for then gains have another zero."""
    values = of_run(comparison.values, label)
    walk_away = [
        row
        for row in of_kind(values, "walk_away").to_dict("records")
        if abs(row["difference"]) >= _NOTHING and (is_clear(row) or math.isnan(row["low"]))
    ]
    if walk_away:
        parts = (f"{named(str(row['quantity']))} {difference(row)}" for row in walk_away)
        yield (
            f"Walking away is worth something else now ({listed(parts)}), so that gains are measured from another "
            "zero; payoffs over all runs are below."
        )


def _means(comparison: RunComparison, label: str, rows: list[dict[Any, Any]], what: str, name: Any) -> Iterator[str]:
    """Differences of means that chance does not explain, and the names of the others."""
    where = (
        f"in {counted(int(rows[0]['count']), 'run')} with a deal in both" if comparison.pairs(label) else "over deals"
    )
    clear = [row for row in rows if is_clear(row)]
    other = [row for row in rows if not is_clear(row)]
    said = [f"{what}, {where}:"]
    if not any(math.isfinite(row["low"]) for row in rows):
        few = "no interval" if rows[0]["count"] > 1 else "too few to tell chance from effect"
        yield f"{said[0]} {', '.join(f'{name(row)} {difference(row)}' for row in rows)} ({few})."
        return
    same = [row for row in other if row["difference"] == row["low"] == row["high"] == 0.0]
    unclear = [row for row in other if row not in same]
    small = min(min(row["base_count"], row["count"]) for row in rows) < ENOUGH
    why = f"fewer than {ENOUGH} deals to tell" if small else "not told apart from chance"
    parts = [", ".join(f"{name(row)} {difference(row)}" for row in clear)] if clear else []
    parts += [f"{why}: {', '.join(map(name, unclear))}"] if unclear else []
    parts += [f"the same in every pair: {', '.join(map(name, same))}"] if same else []
    said.append(f"{'; '.join(parts)}.")
    yield " ".join(said)


def difference(row: Mapping[Any, Any]) -> str:
    """Difference of two means with its interval and unit; of rates in points.

    Two digits of half the interval are written, for what follows says nothing.
    """
    unit = str(row["unit"])
    scale = scale_of(unit)
    change, low, high = (scale * row[name] for name in ("difference", "low", "high"))
    half = (high - low) / 2.0
    decimals = max(0, 1 - math.floor(math.log10(half))) if half > 0.0 else None
    shown = (
        aligned([change, low, high], sign=True)
        if decimals is None
        else [fixed(value, decimals, sign=True) for value in (change, low, high)]
    )
    text = signed_quantity(shown[0], "points" if scale != 1.0 else unit.partition(" since ")[0])
    return text if math.isnan(low) else f"{text} ({shown[1]} to {shown[2]})"


def put_in(comparison: RunComparison, labels: Sequence[str]) -> str:
    """Name the issues whose value an input fixes in more than half of the deals of a run; empty without one."""
    fixed_in = {name: comparison.inputs(name) for name in labels}
    issues = dict.fromkeys(issue for found in fixed_in.values() for issue in found)
    if not issues:
        return ""
    runs = {issue: listed([name for name, found in fixed_in.items() if issue in found], cut=False) for issue in issues}
    same = len({*runs.values()}) == 1
    parts = [f"{inside(plain(issue))}{'' if same else f' ({runs[issue]})'}" for issue in issues]
    where = f", in {next(iter(runs.values()))}" if same else ""
    return f"Put in by a red line, linkage or end of the agenda in most deals{where}: {listed(parts, cut=False)}."


def quantity_label(row: Mapping[Any, Any]) -> str:
    """What a row of the table of values is about."""
    name = str(row["quantity"])
    return (
        {"round": "Round of the deal", "date": "Date of the deal"}.get(name, name)
        if row["kind"] == "timing"
        else (plain(name) if row["kind"] == "issue" else agent_label(name))
    )
