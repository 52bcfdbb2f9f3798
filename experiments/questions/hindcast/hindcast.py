"""Forecasts of talks whose end is known, each from what was known on its date, scored beside nine baselines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final, final

import numpy as np

from experiments.config.knowledge import Knowledge, known_on
from experiments.config.load import AnyConfig, config_of
from experiments.config.run_settings import seed_of
from experiments.errors import MAX_RUNS, RunError, check_number
from experiments.lab.evaluate import Evaluation, chunks_of, evaluate
from experiments.lab.seats import refuse_uncompiled
from experiments.progress import Progress, listener
from experiments.questions.hindcast.ablation import ablation_rows
from experiments.questions.hindcast.contains import contains_rows
from experiments.questions.hindcast.draws import BIND_COLUMNS, POSITION, FollowedPosition, draws_of
from experiments.questions.hindcast.forecast import CONSTRAINTS, FAN_COLUMNS, LEAK, LEAK_COLUMNS, LEFT_OUT, UNDATED
from experiments.questions.hindcast.result import (
    COLUMNS,
    DRAWS_FILE,
    FILES,
    HindcastResult,
    draw_columns,
    picture_names,
    read,
)
from experiments.questions.hindcast.scoring import (
    Forecasted,
    path_rows,
    path_scores,
    pit_rows,
    score_rows,
    stated_after,
)
from experiments.questions.hindcast.targets import DATES, TARGET_DAY, Target, targets_of
from experiments.questions.hindcast.variants import WHOLE, variants_of
from experiments.record.record import read_record
from experiments.store.columns import BINDS
from experiments.store.directory import Directory
from experiments.store.manifest import Request
from experiments.store.plan import Chunk
from experiments.story.constraints import count_constraints, worded
from sim.issues import SIDES

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from experiments.config.model import Config
    from experiments.record.record import DatedRecord
    from experiments.store.place import Folder

#: Fewest runs of which every score has an error.
FEWEST_RUNS: Final = 40

#: Runs of one forecast that are kept together.
_CHUNK: Final = 2_000

#: Issues whose positions are followed.
ISSUES: Final = ("car_tariff", "reciprocal_tariff", "other_purchases", "chip_purchases", "investment_fund")

_QUANTILES: Final = (0.05, 0.25, 0.5, 0.75, 0.95)

#: Said below what a strict forecast refuses.
ADVICE: Final = "give it a value or a range that was known then, or ask with --informed, which says so on every page"

Row = dict[str, Any]


def hindcast(
    config: AnyConfig,
    dates: Sequence[date] = DATES,
    runs: int | None = None,
    seed: int | None = None,
    *,
    day: date = TARGET_DAY,
    informed: bool = False,
    sets: Sequence[str] = (),
    out: Folder | None = None,
    resume: bool = False,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> HindcastResult:
    """Forecast talks from what was known on each date, and score the forecasts beside baselines.

    Parameters
    ----------
    config : Config, mapping, str or pathlib.Path
        The scenario, with dated entries and events. The partner must be a case of the record whose outcome is known.
    dates : sequence of datetime.date
        Dates of the forecasts. A forecast rests on entries that were known by its date and starts at the first round
        after it; events that were learnt later are left out.
    runs, seed : int, optional
        Runs of each forecast, and the seed of every draw; by default those of the config.
    day : datetime.date
        Day on which a deal is there or not, and on which rates are read.
    informed : bool
        Let in what was learnt after the dates. The answer says so and lists it first.
    sets, out, resume, overwrite, progress
        As every question takes them, see :mod:`winset`: changes to the config, and where the answer is kept.

    Raises
    ------
    experiments.errors.ConfigError
        When the config rests on something that was learnt after a date, naming each such entry; or a change is wrong.
    experiments.errors.RunError
        When the record has no outcome of the partner, or a number or date cannot be.
    """
    loaded = config_of(config, sets)
    runs, progress = loaded.experiment.runs if runs is None else runs, listener(progress)
    check_number("--runs", runs, FEWEST_RUNS, MAX_RUNS)
    record = read_record()
    ordered = tuple(sorted(dict.fromkeys(dates)))
    targets = targets_of(record, loaded.partner.name, day)
    _check_dates(ordered, day, targets, loaded.partner.name)
    forecasts = [_Forecast(loaded, as_of, day, record, informed=informed) for as_of in ordered]
    settings = {
        "runs": runs, "dates": [str(one) for one in ordered], "day": str(day), "informed": informed,
    }  # fmt: skip
    request = Request("hindcast", loaded, seed_of(loaded, seed), settings, pictures=picture_names)
    with Directory.open(out, request, resume=resume, overwrite=overwrite, say=progress.say) as directory:
        playing = _Playing(forecasts, runs, request.seed, day)
        played = evaluate(Evaluation(playing.chunks, playing.rows), directory, progress)
        whole, parts = _parted(played)
        tables = _tables(forecasts, targets, record, whole, parts, request.seed, day)
        for name, table in tables.items():
            directory.keep(FILES[name], table)
        directory.keep(DRAWS_FILE, whole[[*draw_columns()]])
        directory.finish()
        return read(directory.finished())


def _check_dates(dates: Sequence[date], day: date, targets: Sequence[Target], case: str) -> None:
    """Refuse days on which there is nothing left to forecast."""
    if not dates:
        raise RunError("--as-of names no date; a hindcast needs one to forecast from.")
    late = [one for one in dates if one >= day]
    if late:
        raise RunError(f"--as-of {late[0]}: the forecast must be made before {day}, the day on which rates are read.")
    known = max(one.known_by for one in targets)
    over = [one for one in dates if one >= known]
    if over:
        raise RunError(
            f"--as-of {over[0]}: everything that a hindcast of {case} is scored on has been known since {known}; "
            "choose an earlier day."
        )


@final
class _Forecast:
    """A forecast: the config as it was known, what it leaves out, its variants, and whose positions are followed."""

    def __init__(self, config: Config, as_of: date, day: date, record: DatedRecord, *, informed: bool) -> None:
        self.as_of = as_of
        self.knowledge: Knowledge = known_on(config, as_of, informed=informed)
        if not informed:
            self.knowledge.refuse_leaks(config, ADVICE)
        self.variants = tuple(variants_of(self.knowledge.config))
        for one in self.variants:
            refuse_uncompiled(one.config)
        self.fan = tuple(_rounds(self.knowledge.config, day))
        stated = [
            FollowedPosition(one.side, one.issue, one.date)
            for one in stated_after(record, config.partner.name, as_of, day)
        ]
        weekly = [FollowedPosition(side, issue, one) for one in self.fan for side in SIDES for issue in ISSUES]
        self.followed = tuple(dict.fromkeys([*stated, *weekly]))


def _rounds(config: Config, day: date) -> Iterator[date]:
    """Days of the rounds up to a day, and that day."""
    number, last = 1, None
    while (held := config.calendar.date_of(number)) <= day and number <= config.calendar.round_limit:
        yield held
        number, last = number + 1, held
    if last != day:
        yield day


@final
@dataclass(frozen=True, slots=True)
class _Play:
    """Which runs of which variant of which forecast a chunk is."""

    forecast: int
    variant: int


@final
class _Playing:
    """Plays chunk after chunk: the forecasts themselves, and then what is left without each part."""

    def __init__(self, forecasts: Sequence[_Forecast], runs: int, seed: int, day: date) -> None:
        self._forecasts, self._runs, self._seed, self._day = forecasts, runs, seed, day
        # The forecasts themselves come first.
        plays = sorted(
            (_Play(place, one) for place, forecast in enumerate(forecasts) for one in range(len(forecast.variants))),
            key=lambda play: play.variant > 0,
        )
        pieces = [(play, chunk) for play in plays for chunk in chunks_of(runs, _CHUNK)]
        self._plays = [play for play, _ in pieces]
        self.chunks = [Chunk(index, chunk.first, chunk.count) for index, (_, chunk) in enumerate(pieces)]

    def rows(self, chunk: Chunk) -> pa.Table:
        """Draws of a chunk, with the date of the forecast and the variant."""
        import pyarrow as pa

        play = self._plays[chunk.index]
        forecast = self._forecasts[play.forecast]
        variant = forecast.variants[play.variant]
        followed = forecast.followed if play.variant == 0 else None
        table = draws_of(variant.config, chunk.first, chunk.count, self._seed, self._runs, self._day, followed)
        marks = {"as_of": str(forecast.as_of), "variant": variant.name}
        for place, (name, value) in enumerate(marks.items()):
            table = table.add_column(place, name, pa.array([value] * chunk.count))
        return table


def _parted(played: pa.Table) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draws of the forecasts themselves, and those of what is left without each part, whose positions nobody reads."""
    import pyarrow.compute as pc

    is_whole = pc.equal(played["variant"], WHOLE)
    columns = [name for name in played.column_names if not name.startswith(POSITION)]
    return played.filter(is_whole).to_pandas(), played.select(columns).filter(pc.invert(is_whole)).to_pandas()


def _tables(
    forecasts: Sequence[_Forecast],
    targets: Sequence[Target],
    record: DatedRecord,
    whole: pd.DataFrame,
    parts: pd.DataFrame,
    seed: int,
    day: date,
) -> dict[str, pd.DataFrame]:
    import pandas as pd

    found: dict[str, list[Row]] = {name: [] for name in COLUMNS}
    named = {one.name: one for one in targets if one.kind == "rate"}
    for forecast in forecasts:
        case, at = forecast.knowledge.config.partner.name, str(forecast.as_of)
        drawn = whole[whole["as_of"] == at].reset_index(drop=True)
        said = Forecasted(forecast.as_of, drawn, seed)
        paths = [*path_rows(said, record, case, day)]
        found["paths"] += paths
        found["scores"] += [*score_rows(said, targets, record, case), *path_scores(said, paths)]
        found["pit"] += pit_rows(said, targets)
        found["fan"] += _fan_rows(said, forecast.fan)
        found["contains"] += contains_rows(said, forecast.knowledge.config, targets)
        found["constraints"] += _constraint_rows(said, forecast.knowledge.config)
        found["leaks"] += _leak_rows(forecast.knowledge)
        others = {
            str(name): rows.reset_index(drop=True) for name, rows in parts[parts["as_of"] == at].groupby("variant")
        }
        opened = {name: one for name, one in named.items() if one.is_open(forecast.as_of)}
        found["ablation"] += ablation_rows(at, forecast.variants, {WHOLE: drawn, **others}, opened)
    return {name: pd.DataFrame(found[name], columns=[*columns]) for name, (columns, _) in COLUMNS.items()}


def _constraint_rows(forecast: Forecasted, config: Config) -> Iterator[Row]:
    """What the rates of the deals by the day sit on."""
    deals = forecast.draws[forecast.dealt]
    found = worded(count_constraints((name.removeprefix(BINDS), deals[name]) for name in BIND_COLUMNS), config)
    for row in found.itertuples(index=False, name=None):
        yield dict(zip(CONSTRAINTS, (str(forecast.as_of), *row), strict=True))


def _fan_rows(forecast: Forecasted, days: Sequence[date]) -> Iterator[Row]:
    for day in days:
        for side in SIDES:
            for issue in ISSUES:
                values = forecast.values(FollowedPosition(side, issue, day).column)
                there = ~np.isnan(values)
                if there.any():
                    quantiles = np.quantile(values[there], _QUANTILES)
                    about = (str(forecast.as_of), str(day), side, issue, float(there.mean()))
                    yield dict(zip(FAN_COLUMNS, (*about, *quantiles.tolist()), strict=True))


def _leak_rows(knowledge: Knowledge) -> Iterator[Row]:
    at = str(knowledge.day)
    for one in knowledge.leaks:
        yield dict(zip(LEAK_COLUMNS, (at, LEAK, one.path, one.value, str(one.known_by), one.source), strict=True))
    for event in knowledge.left_out:
        about = (at, LEFT_OUT, f"events.{event.name}", str(event.date), str(event.known_by), event.source or "")
        yield dict(zip(LEAK_COLUMNS, about, strict=True))
    for one in knowledge.undated:
        yield dict(zip(LEAK_COLUMNS, (at, UNDATED, one.path, one.value, "", one.source), strict=True))
