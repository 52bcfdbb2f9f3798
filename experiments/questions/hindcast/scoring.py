"""Scores of a forecast and of the baselines, target by target."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any, Final, final

import numpy as np

from experiments.baselines.baselines import Baseline, BaselineForecast, baseline_forecasts
from experiments.baselines.events import EventBaseline, event_baseline_scores, event_baselines, of_a_deal
from experiments.questions.hindcast.draws import FollowedPosition
from experiments.questions.hindcast.forecast import DEALS, LAST, MODEL, PATHS
from experiments.questions.hindcast.targets import HELD_RATE
from experiments.record.situations import earlier_deals, shared_situations, situation_of
from experiments.statistics.forecasts import (
    WeightedDraws,
    centre_of,
    event_scores,
    number_scores,
    probability_transform,
)
from experiments.statistics.scores import skill
from experiments.statistics.trajectories import trajectory_energy, trajectory_score

if TYPE_CHECKING:
    import pandas as pd

    from experiments.questions.hindcast.targets import Target
    from experiments.record.record import DatedRecord
    from experiments.record.rows import StatedPosition
    from sim.records import Floats

#: What counts as 1 in the score of a position: a point of a rate, US$ bn a year, US$ 100 bn of a fund.
UNITS: Final = {"investment_fund": 100.0, "chip_purchases": 1.0, "other_purchases": 1.0}
_POINT: Final = 0.01

Row = dict[str, Any]


@final
@dataclass(frozen=True, slots=True, eq=False)
class Forecasted:
    """A forecast that was played.

    Attributes
    ----------
    as_of : datetime.date
        Its date.
    draws : pandas.DataFrame
        See :func:`experiments.questions.hindcast.draws.draws_of`.
    seed : int
        Seed of the draws, for the random part of the probability transform.
    """

    as_of: date
    draws: pd.DataFrame
    seed: int

    def values(self, column: str) -> Floats:
        """Column of the draws."""
        return self.draws[column].to_numpy(np.float64)

    @property
    def dealt(self) -> Any:
        """Runs with a deal by the day."""
        return self.values("deal_by") != 0


def score_rows(forecast: Forecasted, targets: Sequence[Target], record: DatedRecord, case: str) -> Iterator[Row]:
    """Scores of every target that was open on the date: of the model, of its runs with a deal, and of each baseline.

    Parameters
    ----------
    forecast : Forecasted
        The forecast.
    targets : sequence of Target
        What happened.
    record : DatedRecord
        The record, from which baselines take what was known on the date.
    case : str
        Country that talks with the US.
    """
    said = {
        issue: baseline_forecasts(
            situation_of(record, case, issue, forecast.as_of),
            earlier_deals(record, issue),
            shared_situations(record, issue),
        )
        for issue in ("car_tariff", "reciprocal_tariff")
    }
    for target in targets:
        if not target.is_open(forecast.as_of):
            reason = f"known since {target.known_by}"
            yield _row(forecast, target, "", MODEL, "the model", reason=reason)
        elif target.kind == "event":
            still = _unmoved(target.name, record.known_by(forecast.as_of).positions, case)
            yield from _event_rows(forecast, target, said["reciprocal_tariff"], still)
        elif target.kind == "rate":
            yield from _rate_rows(forecast, target, said[target.name])
        else:
            yield from _flow_rows(forecast, target)


def _row(forecast: Forecasted, target: Target | str, score: str, forecaster: str, words: str, **values: Any) -> Row:
    return {
        "as_of": str(forecast.as_of),
        "target": target if isinstance(target, str) else target.name,
        "score": score,
        "forecaster": forecaster,
        "words": words,
        "after_the_fact": 0,
        "says": math.nan,
        "value": math.nan,
        "error": math.nan,
        "skill": math.nan,
        "reason": "",
    } | values


def _event_rows(
    forecast: Forecasted, target: Target, said: Sequence[BaselineForecast], still: Sequence[EventBaseline]
) -> Iterator[Row]:
    happened = bool(target.observed)
    own = event_scores(forecast.values(target.name), happened=happened)
    baselines = [*event_baselines(said, partial(_says_of, target.name)), *still]
    for score, ours in (("brier", own.brier), ("log", own.log)):
        yield _row(
            forecast, target, score, MODEL, "the model", says=own.probability, value=ours.value, error=ours.error
        )
        for one, theirs, gained in event_baseline_scores(own, baselines, score, happened=happened):
            found = {"reason": one.undefined} if one.probability is None else {
                "says": one.probability, "value": theirs, "error": 0.0, "skill": gained,
            }  # fmt: skip
            yield _row(forecast, target, score, one.code, one.name, after_the_fact=int(bool(one.mark)), **found)


def _unmoved(event: str, positions: Sequence[StatedPosition], case: str) -> list[EventBaseline]:
    """What follows for an event of the course of talks if each side stays where it was last known to be."""
    if event == "partner_first":
        return [EventBaseline(LAST, _UNMOVED, "", 0.0)]
    if event != "us_holds":
        return []
    last = _last_known(positions, case, "us_treasury", "reciprocal_tariff")
    if last is None:
        return [EventBaseline(LAST, _UNMOVED, "", None, "no position was stated by the date")]
    return [EventBaseline(LAST, _UNMOVED, "", float(last >= HELD_RATE))]


_UNMOVED: Final = "positions as last known"


def _says_of(event: str, baseline: Baseline) -> float | str:
    """Probability that a baseline gives an event, or why it gives none."""
    if event == "deal_by":
        return of_a_deal(baseline)
    if event != "no_deal_before":
        return f"says nothing of it: {_SAYS}"
    return "names no day of the deal" if baseline.agrees else 1.0


_SAYS: Final = "it gives a rate on a day and no course of talks"


def _rate_rows(forecast: Forecasted, target: Target, said: Sequence[BaselineForecast]) -> Iterator[Row]:
    values = forecast.values(target.name)
    own = number_scores(WeightedDraws(values), target.observed)
    rows = {name: getattr(own, field) for name, field in _NUMBER_SCORES.items()}
    deals = values[forecast.dealt]
    among = number_scores(WeightedDraws(deals), target.observed) if deals.size else None
    for score, field in _NUMBER_SCORES.items():
        ours = rows[score]
        yield _row(
            forecast,
            target,
            score,
            MODEL,
            "the model",
            says=float(np.median(values)),
            value=ours.value,
            error=ours.error,
        )
        if among is None:
            yield _row(forecast, target, score, DEALS, "the model, deals alone", reason="no run has a deal by the day")
        else:
            part = getattr(among, field)
            yield _row(
                forecast, target, score, DEALS, "the model, deals alone", says=float(np.median(deals)),
                value=part.value, error=part.error,
            )  # fmt: skip
        for one in said:
            code, words, after = one.baseline.code, one.baseline.name, int(one.baseline.chosen_after_the_fact)
            if one.forecast is None:
                yield _row(forecast, target, score, code, words, after_the_fact=after, reason=one.undefined)
                continue
            theirs = getattr(number_scores(one.forecast, target.observed), field)
            yield _row(
                forecast, target, score, code, words, after_the_fact=after, says=centre_of(one.forecast),
                value=theirs.value, error=theirs.error, skill=skill(ours.value, theirs.value),
            )  # fmt: skip


_NUMBER_SCORES: Final = {"crps": "crps", "log": "log", "rps": "ranked"}


def _flow_rows(forecast: Forecasted, target: Target) -> Iterator[Row]:
    values = forecast.values(target.name)
    ours = number_scores(WeightedDraws(values), target.observed).crps
    yield _row(
        forecast, target, "crps", MODEL, "the model", says=float(np.median(values)), value=ours.value, error=ours.error
    )
    theirs = abs(target.observed)
    yield _row(
        forecast, target, "crps", LAST, "no change", says=0.0, value=theirs, error=0.0, skill=skill(ours.value, theirs)
    )


def pit_rows(forecast: Forecasted, targets: Sequence[Target]) -> Iterator[Row]:
    """Probability integral transform of every rate and change that was open."""
    for target in targets:
        if target.kind == "event" or not target.is_open(forecast.as_of):
            continue
        drawn = WeightedDraws(forecast.values(target.name))
        low, high = drawn.below_and_upto(target.observed)
        stream = f"hindcast.{forecast.as_of}.{target.name}"
        pit = probability_transform(drawn, target.observed, forecast.seed, stream)
        yield {"as_of": str(forecast.as_of), "target": target.name, "low": low, "high": high, "pit": pit}


def stated_after(record: DatedRecord, case: str, as_of: date, day: date) -> list[StatedPosition]:
    """Positions that were stated after a date and by a day; of one side's on one day the last one.

    What was threatened or signed is none, see :attr:`experiments.record.rows.StatedPosition.is_stated`.
    """
    found = {
        (one.date, one.side, one.issue): one
        for one in record.positions
        if one.case == case and one.is_stated and as_of < one.date <= day
    }
    return [*found.values()]


def path_rows(forecast: Forecasted, record: DatedRecord, case: str, day: date) -> Iterator[Row]:
    """Positions on record after the date, with where the runs stand on that day and how far off they are.

    ``last`` is the score of the position that was the last one known on the date.
    """
    known = record.known_by(forecast.as_of)
    for one in stated_after(record, case, forecast.as_of, day):
        column = FollowedPosition(one.side, one.issue, one.date).column
        values = forecast.values(column)
        unit = UNITS.get(one.issue, _POINT)
        low, high = np.array([one.low]), np.array([math.inf if one.high is None else one.high])
        present = ~np.isnan(values)
        quantiles = np.quantile(values[present], (0.1, 0.5, 0.9)) if present.any() else np.full(3, np.nan)
        own = trajectory_score(values[:, np.newaxis], low, high, unit)
        last = _last_known(known.positions, case, one.side, one.issue)
        yield {
            "as_of": str(forecast.as_of), "date": str(one.date), "round": one.round, "side": one.side,
            "issue": one.issue, "status": one.status, "low": one.low, "value": one.value, "high": one.high,
            "unit": unit, "present": float(present.mean()), "q10": quantiles[0], "q50": quantiles[1],
            "q90": quantiles[2], "model": float(own.rows[0]),
            "last": math.nan if last is None else abs(last - float(np.clip(last, low[0], high[0]))) / unit,
        }  # fmt: skip


def _last_known(positions: Sequence[StatedPosition], case: str, side: str, issue: str) -> float | None:
    rows = [one for one in positions if (one.case, one.side, one.issue) == (case, side, issue) and one.is_stated]
    return sorted(rows, key=lambda one: one.date)[-1].value if rows else None


def path_scores(forecast: Forecasted, paths: Sequence[Row]) -> Iterator[Row]:
    """Mean CRPS over the rates' positions and energy score of all of them, of the model and of the last known ones.

    Of the mean the rows are those on which some run has a position, of the energy score those on which every run has
    one. Both are fractions, as the scores of rates are.
    """
    for name, issues in PATHS.items():
        rows = [one for one in paths if one["issue"] in issues]
        for score, reach, lacking in _OF_PATHS:
            chosen = [one for one in rows if reach(one["present"])]
            reason = "" if chosen else lacking if rows else "no position was stated after the date"
            if reason:
                yield _row(forecast, name, score, MODEL, "the model", reason=reason)
                continue
            last = np.array([one["last"] for one in chosen])
            if score == "crps":
                own, theirs = trajectory_score(*_course(forecast, chosen)).mean, float(last.mean())
            else:
                own, theirs = trajectory_energy(*_course(forecast, chosen)), float(np.linalg.norm(last))
            ours, error, other = own.value * _POINT, own.error * _POINT, theirs * _POINT
            yield _row(forecast, name, score, MODEL, "the model", value=ours, error=error)
            yield _row(forecast, name, score, LAST, _UNMOVED, value=other, error=0.0, skill=skill(ours, other))


#: Scores of courses: the rows they are of, by the share of the runs that have a position there, and why there is none.
_OF_PATHS: Final[tuple[tuple[str, Callable[[float], bool], str], ...]] = (
    ("crps", lambda present: present > 0, "no run has a position on a day of the record"),
    ("energy", lambda present: present == 1, "on no day of the record every run has a position"),
)


def _course(forecast: Forecasted, rows: Sequence[Row]) -> tuple[Floats, Floats, Floats, Floats]:
    """Positions of the runs in some rows, shape ``[run, row]``, lower and upper ends of the rows, and their units."""
    columns = [FollowedPosition(one["side"], one["issue"], date.fromisoformat(one["date"])).column for one in rows]
    ends = (np.array([one[key] for one in rows], dtype=np.float64) for key in ("low", "high"))
    low, high = (np.where(np.isnan(end), fill, end) for end, fill in zip(ends, (-np.inf, np.inf), strict=True))
    values = np.column_stack([forecast.values(column) for column in columns])
    return values, low, high, np.array([one["unit"] for one in rows])
