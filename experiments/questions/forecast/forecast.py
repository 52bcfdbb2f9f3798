"""Forecast of a case: one config made of the record, played under each variant, with baselines beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from experiments.config.changes import Changes, changes_of
from experiments.config.run_settings import seed_of
from experiments.config.weights import WeightTable
from experiments.errors import MAX_RUNS, ConfigError, Position, Problem, RunError, check_number
from experiments.lab.evaluate import Evaluation, chunks_of, evaluate
from experiments.lab.seats import refuse_uncompiled
from experiments.progress import Progress, listener
from experiments.questions.forecast.draws import binding, draws_table, play_runs
from experiments.questions.forecast.result import (
    BASELINES,
    BINS,
    CASE,
    CONSTRAINTS_FILE,
    DRAWS,
    RATES_FILE,
    SCORES,
    SUMMARY,
    ForecastResult,
    read,
    weights_file,
)
from experiments.questions.forecast.tables import (
    baseline_forecasts_of,
    baselines_table,
    bins_table,
    rates_table,
    scores_table,
    summary_table,
)
from experiments.questions.forecast.variants import Variant, known_of, variants_of
from experiments.record.record import DatedRecord, record_of
from experiments.report.result import figures_in
from experiments.store.directory import Directory
from experiments.store.manifest import Request
from experiments.store.plan import Chunk
from experiments.store.tables import RUNS
from experiments.story.constraints import count_constraints, together, worded

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from experiments.cases.known import KnownCase
    from experiments.store.place import Folder

#: Draws of each variant and horizon, all of equal weight.
FORECAST_DRAWS: Final = 1_000


def forecast(
    case: str,
    draws: int = FORECAST_DRAWS,
    seed: int | None = None,
    *,
    weights: Mapping[str, str | Path | WeightTable] | None = None,
    as_of: date | None = None,
    record: DatedRecord | str | Path | None = None,
    sets: Changes = (),
    out: Folder | None = None,
    resume: bool = False,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> ForecastResult:
    """Forecast how the talks of a country stand on its two horizons.

    Parameters
    ----------
    case : str
        A case of the record.
    draws : int
        Runs of each variant.
    seed : int, optional
        Seed of every draw; that of the template unless given.
    weights : mapping, optional
        Further variants by name, each a table of weights that a calibration has left, or its file.
    as_of : datetime.date, optional
        Day whose knowledge counts; by default that of ``cases.csv``.
    record : DatedRecord, str or pathlib.Path, optional
        A record, or the folder of one; by default the one that comes with winset.
    sets, out, resume, overwrite, progress
        As every question takes them, see :mod:`winset`: changes to the config, and where the answer is kept.

    Raises
    ------
    experiments.errors.ConfigError
        When there is no such case, its row lacks what a forecast needs, or a change is wrong.
    experiments.errors.RunError
        When a table of weights does not fit, or the case's own deal is known on the day of the forecast.
    """
    whole, progress = record_of(record), listener(progress)
    check_number("--draws", draws, 1, MAX_RUNS)
    known = known_of(case, whole, as_of)
    horizons = horizons_of(known, as_of)
    variants = variants_of(known.name, whole, weights or {}, as_of=as_of, sets=sets)
    for variant in variants:
        refuse_uncompiled(variant.config)
    settings = {
        "case": known.name,
        "as_of": known.day.isoformat(),
        "horizons": [one.isoformat() for one in horizons],
        "draws": draws,
        "variants": [_settings(variant) for variant in variants],
        "sets": [change.text for change in changes_of(sets)],
        "record": whole.digest,
    }
    config = variants[0].config
    request = Request("forecast", config, seed_of(config, seed), settings, pictures=partial(figures_in, "forecast"))
    chunks = [_moved(chunk, place, draws) for place, _ in enumerate(variants) for chunk in chunks_of(draws)]
    chunks = [Chunk(index, chunk.first, chunk.count) for index, chunk in enumerate(chunks)]

    def rows_of(chunk: Chunk) -> pa.Table:
        place, first = divmod(chunk.first, draws)
        return play_runs(variants[place].config, known.name, horizons, request.seed, first, chunk.count)

    with Directory.open(out, request, resume=resume, overwrite=overwrite, say=progress.say) as directory:
        table = evaluate(Evaluation(chunks, rows_of), directory, progress)
        parts = [(one.name, table.slice(place * draws, draws)) for place, one in enumerate(variants)]
        _keep(directory, parts, variants, whole, known, horizons)
        directory.finish(without=RUNS)
        return read(directory.finished())


def horizons_of(known: KnownCase, as_of: date | None = None) -> tuple[date, ...]:
    """Days by which a deal counts.

    Parameters
    ----------
    known : KnownCase
        The case on the day of its forecast.
    as_of : datetime.date, optional
        The day, where it is not that of the record.

    Raises
    ------
    experiments.errors.ConfigError, experiments.errors.RunError
        When the record gives none after the day of the forecast.
    """
    facts = known.facts
    found = tuple(one for one in (facts.first_horizon, facts.last_horizon) if one is not None and one > known.day)
    if not found:
        last = max((one for one in (facts.first_horizon, facts.last_horizon) if one is not None), default=None)
        if as_of is not None and last is not None:
            raise RunError(
                f"--as-of {as_of}: the last day by which a forecast of {known.name} says whether there is a deal is "
                f"{last}; choose an earlier day."
            )
        message = f"a forecast of {known.day} needs a horizon after that day"
        raise ConfigError([Problem(facts.place or Position(known.name), "last_horizon", message)])
    return found


def _settings(variant: Variant) -> dict[str, object]:
    through = variant.fitted_through
    return {
        "name": variant.name,
        "fitted_through": "" if through is None else through.isoformat(),
        "fitted_to": list(variant.fitted_to),
        "weights": variant.digest,
        "config": variant.config.digest(),
    }


def _moved(chunk: Chunk, place: int, draws: int) -> Chunk:
    """Chunk of the variant at a place: its first run counts those of the variants before it."""
    return Chunk(chunk.index, place * draws + chunk.first, chunk.count)


def _keep(
    directory: Directory,
    parts: Sequence[tuple[str, pa.Table]],
    variants: Sequence[Variant],
    record: DatedRecord,
    known: KnownCase,
    horizons: Sequence[date],
) -> None:
    config = variants[0].config
    draws = draws_table(parts, known.name, known.day, horizons)
    fitted = {
        one.name: (
            "" if one.fitted_through is None else one.fitted_through.isoformat(),
            ", ".join(one.fitted_to),
            one.effective,
        )
        for one in variants
    }
    baselines = baseline_forecasts_of(record, known, has_cars="car_tariff" in config.agenda)
    outcome = next((one for one in record.outcomes if one.case == known.name), None)
    found: dict[str, pd.DataFrame] = {
        DRAWS: draws,
        SUMMARY: summary_table(draws, fitted),
        RATES_FILE: rates_table(draws),
        BINS: bins_table(draws),
        BASELINES: baselines_table(baselines),
        SCORES: scores_table(draws, baselines, outcome),
        CONSTRAINTS_FILE: together(
            ((name, worded(count_constraints(binding(table)), config)) for name, table in parts), "variant"
        ),
    }
    for name, table in found.items():
        directory.keep(name, table)
    directory.keep_data(CASE, config.resolved())
    for variant in variants:
        if variant.table is not None:
            directory.keep(weights_file(variant.name), variant.table.as_bytes())
