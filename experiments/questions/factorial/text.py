"""What a factorial says in words and tables: the terminal prints them, and the page shows them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from experiments.labels import AGREEMENT, counted, fixed, inside, percent, plain
from experiments.questions.factorial.combinations import JOINT, REASON
from experiments.questions.factorial.switches import THREATENED
from experiments.report.blocks import Answer, Block, KeyNumber, Table, table
from experiments.report.key_numbers import key_number
from experiments.statistics.ties import TIE, best_places, together

if TYPE_CHECKING:
    from experiments.questions.factorial.combinations import Combinations


#: Effects of single rules that are key numbers.
_NAMED: Final = 3

_PUT_IN: Final = (
    "Put in: which rules are tried and how each is turned off. The effects hold for this config, with its red lines "
    "and tactics; the settings of the other rules count alike, likely or not."
)


#: What it means that the threat is off, which can be meant in two ways.
_NO_THREAT: Final = (
    "Without the threat, tariffs after a failure are those in force, and the deadline ends talks as before. To keep "
    "the threat and never execute it, so that talks go on, is another rule off: "
    "--switch threat=walk_away.execution_probability=0."
)


def blocks(result: Combinations) -> Iterator[Block]:
    """Say which rules stand in the way of a deal, then show each alone, every cell, and the effects."""
    yield answer(result)
    yield alone(result)
    yield cells(result)
    yield effects(result)
    yield turned_off(result)


def answer(result: Combinations) -> Answer:
    """Say which rule changes the share of agreements most, and how often talks agree with every rule and with none."""
    everything, nothing = (percent(result.cell(on)["share"]) for on in (result.switches, ()))
    every, none = ("every rule", "none of them") if len(result.switches) > 1 else ("the rule", "it off")
    shares = (
        f"Factorial of {result.config.name}: {counted(len(result.cells), 'cell')} of the same "
        f"{counted(result.runs, 'run')}. Agreements: {everything} with {every}, {nothing} with {none}."
    )
    certain = f"{percent(result.level)}: over the runs, of which every cell has the same draws."
    return Answer(_largest(result), tuple(_numbers(result)), certain, _PUT_IN, (shares,))


def _numbers(result: Combinations) -> Iterator[KeyNumber]:
    """Agreements with every rule and with none, and the largest effects of single rules."""
    level = percent(result.level)
    for label, on in (("Agreements with every rule", result.switches), ("Agreements with none of them", ())):
        cell = result.cell(on)
        interval = float(cell["low"]), float(cell["high"])
        yield key_number(label, float(cell["share"]), "share", interval, kind=level)
    main = [row for row in result.effects.to_dict("records") if row["order"] == 1]
    for row in sorted(main, key=lambda one: -abs(float(one["effect"])))[:_NAMED]:
        effect, ends = _points(row)
        yield KeyNumber(f"Effect of {inside(plain(str(row['term'])))}", f"{effect} points", f"{level}: {ends}")


def _largest(result: Combinations) -> str:
    """Rules whose effect is largest, mean over the settings of the others; or what the only rule does."""
    main = [row for row in result.effects.to_dict("records") if row["order"] == 1 and _is_clear(row)]
    if len(result.switches) == 1:
        return _only(result, main)
    if not main:
        return "On average over the other rules, none changes the share of agreements beyond chance."
    largest = [main[place] for place in best_places([abs(float(row["effect"])) for row in main])]
    names = together([inside(plain(str(row["term"]))) for row in largest])
    which = f"are those of {names}; of the first" if len(largest) > 1 else f"is that of {names}"
    effect, interval = _points(largest[0])
    return (
        f"On average over the other rules, the largest effect{'s' * (len(largest) > 1)} on agreements {which}: "
        f"{effect} points "
        f"({percent(result.level)} interval: {interval})."
    )


def _only(result: Combinations, main: list[Any]) -> str:
    if not main:
        return "The rule does not change the share of agreements beyond chance."
    effect, interval = _points(main[0])
    name = inside(plain(result.switches[0]))
    return f"The effect of {name} on agreements is {effect} points ({percent(result.level)} interval: {interval})."


def _points(row: Any) -> tuple[str, str]:
    effect, low, high = (fixed(100.0 * row[name], 1, sign=True) for name in ("effect", "low", "high"))
    return effect, f"{low} to {high}"


def _is_clear(row: Any) -> bool:
    """Whether the interval of an effect does not hold 0."""
    return bool(row["low"] > TIE or row["high"] < -TIE)


def alone(result: Combinations) -> Table:
    """Share of agreements without one rule only, and with one rule only."""
    rows = []
    for name in result.switches:
        without = result.cell([other for other in result.switches if other != name])["share"]
        rows.append((plain(name), percent(without), percent(result.cell([name])["share"])))
    return table("Agreements by rule", ("Rule", "only this one off", "only this one on"), rows)


def cells(result: Combinations) -> Table:
    """Share of agreements with every combination of rules, and what most often stood in the way."""
    rows = []
    for number, row in enumerate(result.cells.to_dict("records")):
        marks = ("on" if row[name] else "-" for name in result.switches)
        ends = f"{100 * row['low']:.1f} to {100 * row['high']:.1f} %"
        rows.append((str(number), *marks, percent(row["share"]), ends, obstacle(row)))
    names = [plain(name) for name in result.switches]
    columns = ("Cell", *names, "share", f"{percent(result.level)} interval", "most frequent obstacle")
    found = table("Agreements with every combination of rules", columns, rows, texts=1 + len(names))
    return replace(found, numeric=found.numeric - {len(columns) - 1})


def obstacle(row: Any) -> str:
    """Most frequent reason for no deal, however the talks ended, with its share of the runs."""
    shares: Counter[str] = Counter()
    for name, share in row.items():
        outcome, _, reason = str(name).removeprefix(REASON).partition(".")
        if str(name).startswith(REASON) and outcome != AGREEMENT and share > 0.0:
            shares[reason] += share
    if not shares:
        return "-"
    reasons = list(shares)
    best = [reasons[place] for place in best_places(list(shares.values()))]
    return f"{together([inside(plain(reason)) for reason in best])}, {percent(shares[best[0]])}"


def effects(result: Combinations) -> Table:
    """Main effects and interactions, those that may be chance standing back."""
    rows, unclear = [], []
    for place, row in enumerate(result.effects.to_dict("records")):
        term = JOINT.join(plain(name) for name in str(row["term"]).split(JOINT))
        rows.append((term, *_points(row)))
        unclear += [] if _is_clear(row) else [place]
    return table(
        "Effect of having a rule on the share of agreements, points",
        ("Rule, or rules together", "effect", f"{percent(result.level)} interval"),
        rows,
        note="Same draws in every cell. Pale: the interval holds 0.",
        faint=unclear,
    )


def turned_off(result: Combinations) -> Table:
    """Changes to the config that take each rule away."""
    rows = [(plain(name), change) for name, changes in result.off.items() for change in changes]
    to_status_quo = {f"{path}=${{{rate}}}" for path, rate in THREATENED.items()}
    note = _NO_THREAT if to_status_quo & {change for _, change in rows} else ""
    return table("How each rule is turned off", ("Rule", "Change to the config"), rows, texts=2, note=note)
