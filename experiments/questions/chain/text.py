"""What a chain says in words and tables: the terminal prints them, and the page shows them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from experiments.labels import between, counted, fixed, listed, percent
from experiments.questions.chain.tables import ALONE, IN_CHAIN, SETTINGS, STRONGEST, WEAKEST
from experiments.report.blocks import Answer, Block, KeyNumber, Table, table
from experiments.report.key_numbers import around, key_number
from experiments.story.constraints import inputs_in_short

if TYPE_CHECKING:
    from experiments.questions.chain.tables import Chained

#: A change is beyond chance where it is more than so many standard errors.
CLEAR: Final = 1.96
#: Share of differences that are none and yet lie within it.
LEVEL: Final = 0.95

_OF_CASES: Final = (
    "Country rate that holds on the day: of a deal by then, else in force; ± is the Monte Carlo error. In fact: what "
    "the record says of the day, and - where it does not. Alone a case sees the deals of countries outside the chain, "
    "and no others."
)
_OF_SEEN: Final = (
    "Deals: median rates of those by the day. Seen: means of the reference rate, the weight of the most similar deal, "
    "imports still open, and the chance that a threat is carried out."
)
_OF_REMOVED: Final = (
    "With the earlier case less without it, in the same runs; points. Country rate: that which holds on the day, and "
    "that of deals in the runs that agree both ways. The change is the sum of two parts: from such runs, and "
    "from the others, where a deal is made or lost and the rate in force counts. Pale: within chance, each alone."
)
_OF_ORDERS: Final = "From the lowest to the highest mean over the orders that were tried."


_CERTAIN: Final = "95 %: 1.96 Monte Carlo errors either way, because the runs of a case are limited."


def blocks(result: Chained) -> Iterator[Block]:
    """Say what the chain changes, then show each case, what each earlier one does, and what the order does."""
    yield answer(result)
    yield cases(result)
    yield seen(result)
    if len(result.removed):
        yield removed(result)
    if len(result.orders):
        yield orders(result)
        yield by_size(result)


def answer(result: Chained) -> Answer:
    """Say whose talks change most in the chain, which earlier deal does most, and what the order does."""
    names = listed(result.members, cut=False)
    first = f"Chain of {names}, {counted(result.runs, 'run')} of each; deals count by {result.horizon}."
    moved, *basis = _moved(result)
    inputs = [f"{case}: {sentence}" for case in result.members for sentence in _of_rates(result.inputs(case))]
    parts = (" ".join(filter(None, (first, *basis, _strongest(result)))), _of_orders(result), " ".join(inputs))
    case = _most_moved(result)
    found = result.constraints[(result.constraints["case"] == case).to_numpy()]
    short = inputs_in_short(found)
    put_in = f"{case}: {short}" if short else f"{case} makes no deal, so that no agreed value was put in."
    return Answer(moved, tuple(_numbers(result, case)), _CERTAIN, put_in, tuple(part for part in parts if part))


def _most_moved(result: Chained) -> str:
    """Case whose mean rate the chain moves most; the only one where there is one."""
    later = result.members[1:] or result.members

    def change(case: str) -> float:
        alone, chained = (float(result.row(case, setting)["rec"]) for setting in SETTINGS)
        return abs(chained - alone)

    return max(later, key=change)


def _numbers(result: Chained, case: str) -> Iterator[KeyNumber]:
    """Deals and country rate of the most moved case in the chain and alone, and what the order does."""
    alone, chained = (result.row(case, setting) for setting in SETTINGS)
    for name, label in (("agreed", "deals"), ("rec", "country rate")):
        for row, where in ((chained, "in the chain"), (alone, "alone")):
            low, high = around(float(row[name]), CLEAR * float(row[f"{name}_error"]))
            ends = max(0.0, low), min(1.0, high) if name == "agreed" else high
            yield key_number(f"{case}: {label} {where}", float(row[name]), "share", ends)
    if len(result.orders):
        reached = between(float(result.orders["rec"].min()), float(result.orders["rec"].max()), "rate")
        tried = counted(len(result.orders), "order")
        yield KeyNumber("Mean country rate over the orders", reached, note=f"lowest to highest of {tried}")


def _of_rates(sentences: dict[str, str]) -> list[str]:
    return [sentence for issue, sentence in sentences.items() if issue.endswith("_tariff")]


def _moved(result: Chained) -> tuple[str, ...]:
    """Say of the case whose mean rate the chain moves most how far, and what counts there."""
    if len(result.members) == 1:
        return (f"{result.members[0]} is the only case of the chain: nothing comes before it.",)
    case = _most_moved(result)
    alone, chained = (result.row(case, setting) for setting in SETTINGS)
    rates = f"from {percent(float(alone['rec']))} to {percent(float(chained['rec']))} on average"
    deals = f"deals from {percent(float(alone['agreed']))} to {percent(float(chained['agreed']))}"
    later = counted(len(result.members) - 1, "later case")
    return (
        f"Of {later} the chain moves {case} most: the country rate goes {rates}, {deals}.",
        "Runs without a deal count with the rate that is in force.",
    )


def _strongest(result: Chained) -> str:
    """Earlier case that moves a later one most, of those beyond chance."""
    rows = [row for row in result.removed.to_dict("records") if _is_clear(row, "rec")]
    if not rows:
        return "No single earlier case moves a later rate beyond chance." if len(result.removed) else ""
    row = max(rows, key=lambda one: abs(float(one["rec_change"])))
    of_deals, elsewhere = (fixed(100 * float(row[name]), 1, sign=True) for name in ("rec_of_deals", "rec_elsewhere"))
    count = len(result.removed)
    chance = fixed((1 - LEVEL) * count, 1)
    return (
        f"Of single cases, {row['without']} moves {row['case']} most: {_points(row, 'rec')} points, {of_deals} from "
        f"runs that agree with and without it and {elsewhere} from deals made or lost and rates in force. It is the "
        f"largest of {counted(count, 'difference')}, of which {len(rows):,} {'is' if len(rows) == 1 else 'are'} beyond "
        f"chance; {chance} would be on average if none were real."
    )


def _of_orders(result: Chained) -> str:
    if not len(result.orders):
        return ""
    low, high = (percent(float(value)) for value in (result.orders["rec"].min(), result.orders["rec"].max()))
    return f"Over {counted(len(result.orders), 'order')} the mean country rate of all cases is {low} to {high}."


def _is_clear(row: Any, name: str) -> bool:
    return bool(abs(float(row[f"{name}_change"])) > CLEAR * float(row[f"{name}_error"]))


def _points(row: Any, name: str) -> str:
    change = fixed(100 * float(row[f"{name}_change"]), 1, sign=True)
    return change if change == "-" else f"{change} ±{fixed(100 * float(row[f'{name}_error']), 1)}"


def cases(result: Chained) -> Table:
    """Each case alone and in the chain."""
    rows = []
    for row in result.cases.to_dict("records"):
        deals = f"{fixed(100 * float(row['agreed']), 1)} ±{fixed(100 * float(row['agreed_error']), 1)}"
        rec = f"{fixed(100 * float(row['rec']), 1)} ±{fixed(100 * float(row['rec_error']), 1)}"
        low, middle, high = (fixed(100 * float(row[f"rec_{name}"]), 1) for name in ("q05", "q50", "q95"))
        fact = fixed(100 * float(row["fact_rec"]), 1)
        rows.append((str(row["case"]), str(row["setting"]), deals, _ended(row), rec, low, middle, high, fact))
    columns = ("Case", "", "Deal, %", "in fact", "Country rate, %", "5 %", "median", "95 %", "in fact")
    return table(f"Alone and in the chain, by {result.horizon}", columns, rows, texts=2, note=_OF_CASES)


def _ended(row: Any) -> str:
    """Whether there was a deal by the day, as the record says."""
    fact = float(row["fact_agreed"])
    return "-" if math.isnan(fact) else ("yes" if fact else "no")


def seen(result: Chained) -> Table:
    """Rates of deals, and what each case sees of those before it."""
    rows = []
    for row in result.cases.to_dict("records"):
        cells = (fixed(100 * float(row[name]), 1) for name in ("deal_rec_q50", "deal_car_q50", "reference"))
        shares = (fixed(float(row[name]), 2) for name in ("weight", "open", "execution"))
        rows.append((str(row["case"]), str(row["setting"]), *cells, *shares))
    columns = ("Case", "", "Deals: rate, %", "cars, %", "Seen: rate, %", "weight", "open", "executed")
    return table("Rates of deals, and what each case sees", columns, rows, texts=2, note=_OF_SEEN)


def removed(result: Chained) -> Table:
    """What each earlier case does to each later one."""
    rows, faint = [], []
    for place, row in enumerate(result.removed.to_dict("records")):
        changes = (_points(row, name) for name in ("agreed", "rec", "deal_rec"))
        parts = (fixed(100 * float(row[name]), 1, sign=True) for name in ("rec_of_deals", "rec_elsewhere"))
        deals, rec, of_deals = changes
        about = (str(row["case"]), str(row["without"]))
        rows.append((*about, deals, rec, *parts, of_deals, f"{int(row['deals']):,}"))
        faint += [] if any(_is_clear(row, name) for name in ("agreed", "rec", "deal_rec")) else [place]
    columns = (
        "Case", "Earlier case", "Deals", "Country rate", "from such deals", "from the rest", "Of deals both ways",
        "Such deals",
    )  # fmt: skip
    return table("What an earlier case changes", columns, rows, texts=2, note=_OF_REMOVED, faint=faint)


def orders(result: Chained) -> Table:
    """How far the order moves each case."""
    rows = []
    for case in result.members:
        own = result.places[(result.places["case"] == case).to_numpy()]
        ends = (f"{fixed(100 * float(own[name].min()), 1)} to {fixed(100 * float(own[name].max()), 1)}"
                for name in ("agreed", "rec"))  # fmt: skip
        alone = (fixed(100 * float(result.row(case, ALONE)[name]), 1) for name in ("agreed", "rec"))
        chained = (fixed(100 * float(result.row(case, IN_CHAIN)[name]), 1) for name in ("agreed", "rec"))
        deals, rates = zip(alone, chained, ends, strict=True)
        rows.append((case, *deals, *rates))
    columns = (
        "Case", "Deal, %: alone", "in the chain", "over orders", "Rate, %: alone", "in the chain", "over orders",
    )  # fmt: skip
    caption = f"Order stress: {counted(len(result.orders), 'order')}"
    return table(caption, columns, rows, note=_OF_ORDERS)


def by_size(result: Chained) -> Table:
    """Largest first beside smallest first."""
    named = result.orders[result.orders["name"] != "tried"]
    rows = [
        (str(row["name"]), str(row["cases"]), *(fixed(100 * float(row[name]), 1) for name in ("agreed", "rec")))
        for row in named.to_dict("records")
    ]
    columns = ("Order", "Cases", "Deals, %", "Country rate, %")
    note = f"Means over all cases. {STRONGEST.capitalize()} and {WEAKEST}: by GDP."
    return table("The chain's own order, and by size", columns, rows, texts=2, note=note)
