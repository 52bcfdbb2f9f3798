"""What a forecast says in words and tables: the terminal prints them, and the page shows them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final, Protocol

from experiments.baselines.events import EVEN
from experiments.labels import counted, fixed, inside, percent, plain, quantity
from experiments.questions.forecast.tables import DEAL, DEALS, FITTED, HOLD, RATES
from experiments.report.blocks import Answer, Block, KeyNumber, Table, table
from experiments.report.key_numbers import around, key_number
from experiments.story.constraints import inputs_in_short

if TYPE_CHECKING:
    import pandas as pd

    from experiments.questions.forecast.tables import Forecasts


class Scored(Protocol):
    """What has scores of a case."""

    @property
    def case(self) -> str:
        """The country."""

    @property
    def scores(self) -> pd.DataFrame:
        """Table of :data:`experiments.questions.forecast.tables.SCORE_COLUMNS`."""


#: What the columns of a forecast mean.
READ: Final = (
    "Rates of all draws are those that hold on the day: agreed by then, else in force, an executed threat included. "
    "Shares have their Monte Carlo error behind ±."
)
_OF_BASELINES: Final = (
    "Forecasts without a model, from what was known on the same day. *: chosen after the fact, by people who knew how "
    "cases had ended. The error is the mean one of the Laplace distribution around a single rate."
)
_OF_SCORES: Final = (
    "The lower the better; ± is the Monte Carlo error, and after a slash stands the skill of the first variant against "
    "a baseline: 1 - its score / that of the baseline, below 0 the baseline is better. Brier and ranked scores have no "
    "unit. Said is the share of deals, or the median rate. *: chosen after the fact."
)
#: Scores by their heading.
_SCORES: Final = {"brier": "Brier", "crps": "CRPS, points", "log": "log, nats", "ranked": "ranked"}


def blocks(result: Forecasts) -> Iterator[Block]:
    """Say how likely a deal is, then show what each variant and each baseline says, and scores if it is over."""
    yield answer(result)
    yield chances(result)
    yield rates(result)
    yield bins(result)
    yield baselines(result)
    yield from all_scores(result)


def all_scores(result: Forecasts) -> Iterator[Table]:
    """Scores by each horizon that the record tells of, the first one in full."""
    for place, horizon in enumerate(dict.fromkeys(map(str, result.scores["horizon"]))):
        yield scores(result, horizon, folded=place > 0)


#: Horizons of which an answer gives numbers, and standard errors of a 95 % interval.
_HORIZONS: Final = 2
_INTERVAL: Final = 1.96

_CERTAIN: Final = (
    "95 %: Monte Carlo error of a share, because the draws are limited. Nine in ten draws: how far the forecast "
    "reaches."
)


def answer(result: Forecasts) -> Answer:
    """Say what the first variant says, what of it was put in, and what the others are fitted to."""
    first = result.variants[0]
    rows = [result.row(first, horizon) for horizon in result.horizons]
    shares = " and ".join(f"{percent(row['agreed'])} by {row['horizon']}" for row in rows)
    funds = " and ".join(f"{percent(row['fund'])} by {row['horizon']}" for row in rows)
    draws = counted(int(rows[0]["draws"]), "draw")
    sentence = f"{result.case} from {result.as_of}, {draws} with nothing fitted: a deal in {shares}, a fund in {funds}."
    rates = [_of_rate(result, first, rate) for rate in RATES if rate == "rec" or result.has_cars]
    inputs = [said for _, said in result.inputs_of_all()]
    fitted = [_fitted(result, variant) for variant in result.variants[1:]]
    warning = [one] if (one := warning_of_sample(result)) else []
    found = result.constraints[(result.constraints["variant"] == first).to_numpy()]
    put_in = inputs_in_short(found) or "No draw ends in a deal, so that no agreed value was put in."
    more = tuple(" ".join(part) for part in (rates, warning, inputs, fitted) if part)
    return Answer(sentence, tuple(_numbers(result, first)), _CERTAIN, put_in, more)


def _numbers(result: Forecasts, variant: str) -> Iterator[KeyNumber]:
    """Chance of a deal by each horizon, and of a fund and the rates by the last one."""
    for horizon in result.horizons[:_HORIZONS]:
        yield _chance(result.row(variant, horizon), "agreed", f"Deal by {horizon}")
    last = result.horizons[-1]
    yield _chance(result.row(variant, last), "fund", f"Fund by {last}")
    for rate in RATES:
        if rate == "rec" or result.has_cars:
            low, middle, high = _quantiles(result, variant, last, rate, HOLD)[::2]
            label = f"{plain(RATES[rate])} on {last}, median"
            yield key_number(label, middle, "rate", (low, high), kind="nine in ten draws")


def _chance(row: dict[str, Any], name: str, label: str) -> KeyNumber:
    value, error = float(row[name]), float(row[f"{name}_error"])
    low, high = around(value, _INTERVAL * error)
    return key_number(label, value, "share", (max(0.0, low), min(1.0, high)))


def _of_rate(result: Forecasts, variant: str, rate: str) -> str:
    low, middle, high = (percent(value) for value in _quantiles(result, variant, result.horizons[-1], rate, HOLD)[::2])
    return f"{plain(RATES[rate])} on {result.horizons[-1]}: {middle} ({low} to {high} in nine of ten draws)."


def _quantiles(result: Forecasts, variant: str, horizon: str, rate: str, among: str) -> tuple[float, ...]:
    """Quantiles of a rate, a fraction."""
    table_ = result.rates
    chosen = (table_["variant"] == variant) & (table_["horizon"] == horizon)
    chosen &= (table_["rate"] == rate) & (table_["among"] == among)
    row = table_[chosen].iloc[0]
    return tuple(float(row[name]) for name in table_.columns if name.startswith("q"))


def _fitted(result: Forecasts, variant: str) -> str:
    row = result.row(variant, result.horizons[-1])
    shares = " and ".join(f"{percent(result.row(variant, one)['agreed'])} by {one}" for one in result.horizons)
    cases = f"{row['fitted_to']} through {row['fitted_through']}"
    return f"{variant}, fitted to {cases} ({fixed(float(row['effective']), 0)} effective draws): a deal in {shares}."


def _stamp(row: dict[str, Any]) -> str:
    """What a variant is fitted to."""
    return f"{row['fitted_to']}, {row['fitted_through']}" if row["fitted_through"] else "nothing"


def chances(result: Forecasts) -> Table:
    """Shares of a deal and of a fund by variant and horizon."""
    rows = []
    for variant in result.variants:
        for horizon in result.horizons:
            row = result.row(variant, horizon)
            fund = quantity(float(row["fund_median"]), "US$ bn")
            rows.append((variant, horizon, _stamp(row), *(_share(row, name) for name in ("agreed", "fund")), fund))
    columns = ("Variant", "By", "Fitted to", "Deal, %", "Fund, %", "Fund if any, median")
    return table(f"Forecast of {result.case} from {result.as_of}", columns, rows, texts=3, note=READ)


def _share(row: dict[str, Any], name: str) -> str:
    return f"{fixed(100 * float(row[name]), 1)} ±{fixed(100 * float(row[f'{name}_error']), 1)}"


def rates(result: Forecasts) -> Table:
    """Quantiles of the rates, in per cent."""
    rows = []
    for row in result.rates.to_dict("records"):
        quantiles = (fixed(100 * float(value), 1) for name, value in row.items() if str(name).startswith("q"))
        about = (plain(RATES[str(row["rate"])]), str(row["variant"]), str(row["horizon"]), str(row["among"]))
        rows.append((*about, f"{row['draws']:,}", *quantiles))
    columns = ("Rate, %", "Variant", "By", "Among", "Draws", "5 %", "25 %", "Median", "75 %", "95 %")
    note = f"Columns are quantiles. {DEALS.capitalize()} are those made by the day."
    return table("Rates", columns, rows, texts=4, note=note)


def bins(result: Forecasts) -> Table:
    """Shares of the draws in each bin of rates, in per cent."""
    edges = result.bins.drop_duplicates(["low", "high"])[["low", "high"]].itertuples(index=False)
    columns = ("Rate", "Variant", "By", *(_bin(low, high) for low, high in edges))
    rows = []
    for (rate, variant, horizon), part in result.bins.groupby(["rate", "variant", "horizon"], sort=False):
        shares = (fixed(100 * float(share), 1) for share in part["share"])
        rows.append((plain(RATES[str(rate)]), str(variant), str(horizon), *shares))
    caption = "Share of draws in each bin of the rate that holds on the day, %"
    return table(caption, columns, rows, texts=3, note="The lower end of a bin belongs to it.", folded=True)


def _bin(low: float, high: float) -> str:
    least, most = fixed(100 * low, 1), fixed(100 * high, 1)
    if math.isnan(low):
        return f"below {most}"
    return f"{least} or more" if math.isnan(high) else f"{least} to {most}"


def baselines(result: Forecasts) -> Table:
    """What each baseline says of each rate."""
    rows = []
    for (rate, code), part in result.baselines.groupby(["rate", "code"], sort=False):
        first = part.iloc[0]
        values = ", ".join(fixed(100 * float(value), 1) for value in part["value"].dropna())
        says = "deal" if first["agrees"] else "no deal"
        name = f"{code}{_star(first)} {first['name']}"
        scale = fixed(100 * float(first["scale"]), 1)
        rows.append((plain(RATES[str(rate)]), name, says, str(first["undefined"]), values or "-", scale))
    columns = ("Rate", "Baseline", "Says", "Undefined, for", "Rate, %", "Error, points")
    return table("Baselines", columns, rows, texts=4, note=_OF_BASELINES)


def _star(row: Any) -> str:
    mark = str(row["mark"])
    return "**" if mark == FITTED else "*" if mark else ""


def scores(result: Scored, horizon: str, *, folded: bool = False) -> Table:
    """Scores of the variants and the baselines by a horizon, against how the case ended."""
    chosen = result.scores[(result.scores["horizon"] == horizon).to_numpy()]
    rows = []
    for (target, name), part in chosen.groupby(["target", "forecaster"], sort=False):
        first = part.iloc[0]
        is_event = target == DEAL
        fact = ("yes" if first["fact"] else "no") if is_event else f"{fixed(100 * float(first['fact']), 1)} %"
        of = "Deal" if is_event else plain(RATES[str(target)])
        said = fixed(100 * float(first["said"]), 1)
        found = {str(row["score"]): _score(row) for row in part.to_dict("records")}
        values = (found.get(score, "-") for score in _SCORES)
        rows.append((of, f"{'even chance' if name == EVEN else name}{_star(first)}", fact, said, *values))
    caption = f"How {result.case} ended by {horizon}, and scores"
    note = f"{_OF_SCORES} **: {FITTED}." if (chosen["mark"] == FITTED).any() else _OF_SCORES
    return table(caption, ("Of", "Forecaster", "Fact", "Said, %", *_SCORES.values()), rows, texts=2, note=note,
                 folded=folded)  # fmt: skip


def _score(row: Any) -> str:
    scale = 100.0 if row["unit"] == "fraction" else 1.0
    value, gained = _finite(scale * float(row["value"])), float(row["skill"])
    if math.isnan(gained):
        return f"{value} ±{_finite(scale * float(row['error']))}"
    return f"{value} / {_finite(gained, sign=True)}"


def _finite(value: float, *, sign: bool = False) -> str:
    """Two decimals; who was sure of what did not happen has an infinite log score."""
    if math.isinf(value):
        return "infinite" if value > 0 else "-inf"
    return fixed(value, 2, sign=sign)


def in_sample(result: Forecasts) -> tuple[str, ...]:
    """Variants whose numbers were fitted to how this very case ended."""
    rows = [result.row(variant, result.horizons[-1]) for variant in result.variants]
    return tuple(str(row["variant"]) for row in rows if result.case in str(row["fitted_to"]).split(", "))


def warning_of_sample(result: Forecasts) -> str:
    """Say which variants were fitted to the case that they are about; empty if none was."""
    found = in_sample(result)
    if not found:
        return ""
    names = " and ".join(map(inside, found))
    were = "was" if len(found) == 1 else "were"
    return f"{names[:1].upper()}{names[1:]} {were} fitted to {result.case} itself: no forecast."
