"""Tables of a forecast: what each variant and baseline says by each horizon, and scores where the case has ended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from experiments.baselines.events import event_baseline_scores, event_baselines, of_a_deal
from experiments.cases.known import CARS, RECIPROCAL
from experiments.cases.situations import baselines_of
from experiments.report.origin import Origin
from experiments.statistics.bins import RATE_BINS
from experiments.statistics.forecasts import Laplace, WeightedDraws, centre_of, event_scores, number_scores
from experiments.statistics.scores import skill
from experiments.story.constraints import CONSTRAINT_COLUMNS, input_sentences

if TYPE_CHECKING:
    import pandas as pd

    from experiments.baselines.baselines import BaselineForecast
    from experiments.cases.known import KnownCase
    from experiments.record.record import DatedRecord
    from experiments.record.rows import RecordedOutcome
    from experiments.statistics.score_errors import Score

QUANTILES: Final = (0.05, 0.25, 0.5, 0.75, 0.95)
#: Rates of a forecast: column of the draws, and the issue that it is a value of.
RATES: Final = {"rec": RECIPROCAL, "car": CARS}

SUMMARY_COLUMNS: Final = (
    "variant", "fitted_through", "fitted_to", "effective", "horizon", "draws", "agreed", "agreed_error",
    "fund", "fund_error", "fund_median",
)  # fmt: skip
SUMMARY_TEXTS: Final = ("variant", "fitted_through", "fitted_to", "horizon")
RATE_COLUMNS: Final = (
    "variant",
    "horizon",
    "rate",
    "among",
    "draws",
    *(f"q{round(100 * one):02d}" for one in QUANTILES),
)
RATE_TEXTS: Final = ("variant", "horizon", "rate", "among")
BIN_COLUMNS: Final = ("variant", "horizon", "rate", "low", "high", "share")
BIN_TEXTS: Final = ("variant", "horizon", "rate")
BASELINE_COLUMNS: Final = ("rate", "code", "name", "mark", "agrees", "value", "scale", "undefined")
BASELINE_TEXTS: Final = ("rate", "code", "name", "mark", "undefined")
SCORE_COLUMNS: Final = (
    "horizon", "target", "forecaster", "mark", "fact", "said", "score", "value", "error", "skill", "unit",
)  # fmt: skip
SCORE_TEXTS: Final = ("horizon", "target", "forecaster", "mark", "score", "unit")
CONSTRAINTS: Final = ("variant", *CONSTRAINT_COLUMNS)

#: Whether rates are those that hold on the day of the horizon, or those of deals by then.
HOLD: Final = "all draws"
DEALS: Final = "deals"

#: Target of the event that there is a deal by a horizon.
DEAL: Final = "agreed"

#: Mark of the scores of a variant whose numbers were fitted to how the very case ended.
FITTED: Final = "fitted to it: no forecast"


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Forecasts(Origin):
    """What a forecast says of a case.

    Attributes
    ----------
    case : str
        The country.
    as_of : datetime.date
        Day whose knowledge counts.
    draws : pandas.DataFrame
        ``case, variant, as_of, horizon, draw, agreed, rec, car, fund``: draws of equal weight; what is not on
        the table on the day is missing.
    summary : pandas.DataFrame
        One row a variant and horizon, :data:`SUMMARY_COLUMNS`: shares of a deal and of a fund with their Monte Carlo
        errors, and the median fund where there is one, US$ bn.
    rates : pandas.DataFrame
        :data:`RATE_COLUMNS`: quantiles of each rate, a fraction, over all draws and among deals by the horizon.
    bins : pandas.DataFrame
        :data:`BIN_COLUMNS`: share of all draws in each bin of rates; ends are fractions, missing where there is none.
    baselines : pandas.DataFrame
        :data:`BASELINE_COLUMNS`: what each baseline says of each rate, a fraction; several values of one have a row
        each, and `scale` is that of its Laplace error.
    scores : pandas.DataFrame
        :data:`SCORE_COLUMNS`, without a row where the record does not say how the case ended. ``skill`` is, of a
        baseline, that of the first variant, to which nothing is fitted, against it.
    constraints : pandas.DataFrame
        What the deals of each variant sit on, see :func:`experiments.story.constraints.count_constraints`.
    """

    case: str
    as_of: date
    draws: pd.DataFrame
    summary: pd.DataFrame
    rates: pd.DataFrame
    bins: pd.DataFrame
    baselines: pd.DataFrame
    scores: pd.DataFrame
    constraints: pd.DataFrame

    @property
    def variants(self) -> tuple[str, ...]:
        """Names of the variants."""
        return tuple(dict.fromkeys(map(str, self.summary["variant"])))

    @property
    def horizons(self) -> tuple[str, ...]:
        """Days by which a deal counts."""
        return tuple(dict.fromkeys(map(str, self.summary["horizon"])))

    @property
    def has_cars(self) -> bool:
        """Whether cars are on the table."""
        return "car" in set(self.rates["rate"])

    def row(self, variant: str, horizon: str) -> dict[str, Any]:
        """Row of the summary."""
        chosen = (self.summary["variant"] == variant) & (self.summary["horizon"] == horizon)
        return dict(self.summary[chosen].iloc[0])

    def inputs(self, variant: str) -> dict[str, str]:
        """Sentence of every issue whose value an input fixes in more than half of the deals of a variant, by issue."""
        return input_sentences(self.constraints[(self.constraints["variant"] == variant).to_numpy()])

    def inputs_of_all(self) -> list[tuple[str, str]]:
        """Issue and sentence of :meth:`inputs` of every variant; all but the first one are named in it."""
        first = self.variants[0]
        return [
            (issue, sentence if variant == first else f"{variant}: {sentence}")
            for variant in self.variants
            for issue, sentence in self.inputs(variant).items()
        ]


def summary_table(draws: pd.DataFrame, fitted: Mapping[str, tuple[str, str, float | None]]) -> pd.DataFrame:
    """Shares of deals and of funds.

    Parameters
    ----------
    draws : pandas.DataFrame
        Draws of all variants.
    fitted : mapping
        For each variant by name the day through which it is fitted, the cases that it is fitted to, both empty where
        nothing is, and the effective number of draws that this leaves.
    """
    import pandas as pd

    rows = []
    for variant, horizon, part in _parts(draws):
        agreed, fund = part["agreed"].to_numpy(float), part["fund"].to_numpy(float)
        # Of all draws, those without a fund on the table included.
        there = ~np.isnan(fund) & (fund > 0.0)
        through, cases, effective = fitted[variant]
        middle = float(np.median(fund[there])) if there.any() else np.nan
        rows.append(
            (
                variant,
                through,
                cases,
                effective,
                horizon,
                len(part),
                *_share(agreed),
                *_share(there.astype(float)),
                middle,
            )
        )
    return pd.DataFrame(rows, columns=list(SUMMARY_COLUMNS))


def _share(happened: np.ndarray) -> tuple[float, float]:
    """Share of draws, and its standard error."""
    share = float(happened.mean())
    return share, float(np.sqrt(share * (1.0 - share) / len(happened)))


def _parts(draws: pd.DataFrame) -> Iterator[tuple[str, str, pd.DataFrame]]:
    for (variant, horizon), part in draws.groupby(["variant", "horizon"], sort=False):
        yield str(variant), str(horizon), part


def rates_table(draws: pd.DataFrame) -> pd.DataFrame:
    """Quantiles of the rates that hold on each horizon, and of those of deals by then."""
    import pandas as pd

    rows = []
    for variant, horizon, part in _parts(draws):
        for rate in _rates(part):
            for among, chosen in ((HOLD, part), (DEALS, part[part["agreed"] == 1])):
                values = chosen[rate].to_numpy(float)
                found = np.quantile(values, QUANTILES) if len(values) else np.full(len(QUANTILES), np.nan)
                rows.append((variant, horizon, rate, among, len(values), *found))
    return pd.DataFrame(rows, columns=list(RATE_COLUMNS))


def _rates(part: pd.DataFrame) -> list[str]:
    """Rates that are on the table."""
    return [rate for rate in RATES if not part[rate].isna().any()]


def bins_table(draws: pd.DataFrame) -> pd.DataFrame:
    """Share of the draws in each bin of rates."""
    import pandas as pd

    ends = (np.nan, *RATE_BINS.edges, np.nan)
    rows = [
        (variant, horizon, rate, ends[place], ends[place + 1], share)
        for variant, horizon, part in _parts(draws)
        for rate in _rates(part)
        for place, share in enumerate(RATE_BINS.shares(part[rate].to_numpy(float)))
    ]
    return pd.DataFrame(rows, columns=list(BIN_COLUMNS))


def baseline_forecasts_of(
    record: DatedRecord, known: KnownCase, *, has_cars: bool
) -> dict[str, tuple[BaselineForecast, ...]]:
    """What the baselines say, by rate."""
    return {rate: baselines_of(record, known, issue) for rate, issue in RATES.items() if rate == "rec" or has_cars}


def baselines_table(found: Mapping[str, Sequence[BaselineForecast]]) -> pd.DataFrame:
    """What each baseline says of each rate."""
    import pandas as pd

    rows = []
    for rate, forecasts in found.items():
        for one in forecasts:
            about = (rate, one.baseline.code, one.baseline.name, one.baseline.mark, int(one.baseline.agrees))
            rows += [(*about, value, scale, one.undefined) for value, scale in _values(one)]
    return pd.DataFrame(rows, columns=list(BASELINE_COLUMNS))


def _values(one: BaselineForecast) -> list[tuple[float, float]]:
    if one.forecast is None:
        return [(np.nan, np.nan)]
    if isinstance(one.forecast, Laplace):
        return [(one.forecast.centre, one.forecast.scale)]
    if isinstance(one.forecast, WeightedDraws):
        return [(float(value), np.nan) for value in one.forecast.values]
    raise TypeError(f"a baseline is draws or a Laplace distribution, got {one.forecast}")


def scores_table(
    draws: pd.DataFrame, baselines: Mapping[str, Sequence[BaselineForecast]], outcome: RecordedOutcome | None
) -> pd.DataFrame:
    """Scores of every variant and baseline, where the case has ended by the horizon.

    A horizon by which there was no deal is left out: which rate held then is no part of how the case ended.
    """
    import pandas as pd

    rows: list[tuple[Any, ...]] = []
    days = list(dict.fromkeys(map(str, draws["horizon"])))
    for horizon in days:
        if outcome is None:
            break
        rows += _of_horizon(draws[(draws["horizon"] == horizon).to_numpy()], horizon, baselines, outcome)
    order = {name: place for place, name in enumerate((DEAL, *RATES))}
    rows.sort(key=lambda row: (days.index(row[0]), order[row[1]]))
    return pd.DataFrame(rows, columns=list(SCORE_COLUMNS))


def _of_horizon(
    draws: pd.DataFrame, horizon: str, baselines: Mapping[str, Sequence[BaselineForecast]], outcome: RecordedOutcome
) -> Iterator[tuple[Any, ...]]:
    """Scores by one horizon: every variant, then the baselines with the skill of the first variant against them."""
    happened, parts = _happened(outcome, horizon), list(_parts(draws))
    events = [event_scores(part["agreed"].to_numpy(float), happened=happened) for _, _, part in parts]
    for (variant, _, _), own in zip(parts, events, strict=True):
        about = (horizon, DEAL, variant, "", float(happened), own.probability)
        for name, unit in _EVENT_SCORES.items():
            score = own.brier if name == "brier" else own.log
            yield (*about, name, score.value, score.error, np.nan, unit)
    said = list(event_baselines(baselines["rec"], of_a_deal))
    for name, unit in _EVENT_SCORES.items():
        for one, value, gained in event_baseline_scores(events[0], said, name, happened=happened):
            if one.probability is not None:
                yield (horizon, DEAL, one.code, one.mark, float(happened), one.probability, name, value, 0.0, gained,
                       unit)  # fmt: skip
    for rate, fact in _facts(outcome, horizon).items():
        drawn = {
            variant: WeightedDraws(part[rate].to_numpy(float)) for variant, _, part in parts if rate in _rates(part)
        }
        yield from _of_rate(horizon, rate, fact, drawn, baselines.get(rate, ()))


def _of_rate(
    horizon: str, rate: str, fact: float, own: Mapping[str, WeightedDraws], baselines: Sequence[BaselineForecast]
) -> Iterator[tuple[Any, ...]]:
    first: dict[str, float] = {}
    for variant, drawn in own.items():
        scores = number_scores(drawn, fact)
        for score, unit in _NUMBER_SCORES.items():
            found: Score = getattr(scores, score)
            first.setdefault(score, found.value)
            yield horizon, rate, variant, "", fact, centre_of(drawn), score, found.value, found.error, np.nan, unit
    for one in baselines:
        if one.forecast is None:
            continue
        about = (horizon, rate, one.baseline.code, one.baseline.mark, fact, centre_of(one.forecast))
        scores = number_scores(one.forecast, fact)
        for score, unit in _NUMBER_SCORES.items():
            found = getattr(scores, score)
            yield (*about, score, found.value, found.error, skill(first.get(score, np.nan), found.value), unit)


#: Scores of an event and of a number, and their units.
_EVENT_SCORES: Final = {"brier": "", "log": "nats"}
_NUMBER_SCORES: Final = {"crps": "fraction", "log": "nats", "ranked": ""}


def _happened(outcome: RecordedOutcome, horizon: str) -> bool:
    return outcome.deal_date <= date.fromisoformat(horizon)


def _facts(outcome: RecordedOutcome, horizon: str) -> dict[str, float]:
    """Rates of a deal that came by a horizon."""
    if not _happened(outcome, horizon):
        return {}
    return {"rec": outcome.rec} | ({} if outcome.car is None else {"car": outcome.car})
