"""Which parameters the record identifies: draws of a config weighted by how near they come to dated rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, get_args

import numpy as np

from experiments.cases.cases import case_config
from experiments.cases.pooled import shared_probabilities, with_priors_of
from experiments.config.load import AnyConfig, config_of
from experiments.config.numbers import provenance_of
from experiments.config.run_settings import seed_of
from experiments.config.weights import WEIGHTS, FittedTo, WeightTable
from experiments.errors import RunError, check_choice, check_number, date_given, given_with
from experiments.lab.evaluate import Evaluation, chunks_of, evaluate
from experiments.lab.seats import refuse_uncompiled
from experiments.labels import call_partner, listed
from experiments.progress import Progress, listener
from experiments.questions.calibrate.findings import identified_in
from experiments.questions.calibrate.fitting import KEPT, TOLERANCE, WIDEST, Fitted, Method, tempered, weighted
from experiments.questions.calibrate.parameters import chosen_paths, shares_of, values_at, with_priors
from experiments.questions.calibrate.result import CalibrateResult, read
from experiments.questions.calibrate.simulation import CaseTalks, simulated
from experiments.questions.calibrate.tables import correlation_table, parameter_table, row_table, step_table
from experiments.questions.calibrate.targets import check_held_out, targets_of
from experiments.record.record import DatedRecord, record_of
from experiments.report.result import figures_in
from experiments.statistics.tempering import MOST_STEPS
from experiments.statistics.weighted import distinct_number
from experiments.store.directory import Directory
from experiments.store.manifest import Request
from experiments.store.plan import Chunk
from experiments.store.tables import RUNS, table_file
from sim.draws import uniforms

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from experiments.config.model import Config
    from experiments.store.place import Folder
    from sim.records import Floats

DRAWS: Final = 4_000
_DRAWS: Final = (100, 1_000_000)
_REPEATS: Final = (1, 100)
_STEPS: Final = (1, 1_000)


@dataclass(frozen=True, slots=True)
class _CalibrationPlay:
    """Plays draws of all cases, chunk by chunk, and keeps what they say."""

    cases: tuple[CaseTalks, ...]
    paths: tuple[str, ...]
    seed: int
    repeats: int
    directory: Directory
    progress: Progress

    def draws(self, probabilities: Floats, first: int) -> list[Floats]:
        """What draws say at the rows of each case, each of shape ``[draw, repeat, row]``.

        Parameters
        ----------
        probabilities : numpy.ndarray
            Cumulative probabilities of the parameters, shape ``[draw, parameter]``.
        first : int
            Number of the first draw, a multiple of the number of draws.
        """
        count = len(probabilities)
        pieces = chunks_of(count)
        before = first // count * len(pieces)
        chunks = [Chunk(before + one.index, one.first, one.count) for one in pieces]
        # Chunks are numbered through all steps, so that one that goes on finds its own.
        rows = evaluate(Evaluation(chunks, partial(self._chunk, probabilities, first)), self.directory, self.progress)
        said = []
        for place, case in enumerate(self.cases):
            columns = [
                [rows.column(_column(place, repeat, row)).to_numpy() for row in range(len(case.rows))]
                for repeat in range(self.repeats)
            ]
            said.append(np.array(columns, dtype=np.float64).transpose(2, 0, 1))
        return said

    def _chunk(self, probabilities: Floats, first: int, chunk: Chunk) -> pa.Table:
        import pyarrow as pa

        own = probabilities[chunk.first : chunk.first + chunk.count]
        shared = {path: own[:, place] for place, path in enumerate(self.paths)}
        columns = {}
        for place, case in enumerate(self.cases):
            for repeat in range(self.repeats):
                said = simulated(case, shared, self.seed, repeat, first + chunk.first, chunk.count)
                for row in range(len(case.rows)):
                    columns[_column(place, repeat, row)] = pa.array(np.ascontiguousarray(said[:, row]))
        return pa.table(columns)


def _column(case: int, repeat: int, row: int) -> str:
    return f"{case}.{repeat}.{row}"


def calibrate(
    config: AnyConfig,
    cases: Sequence[str] = (),
    *,
    parameters: Sequence[str] = (),
    through: date | str | None = None,
    hold_out: Sequence[str] = (),
    method: Method = "weights",
    draws: int = DRAWS,
    repeats: int = 1,
    tolerance: float | None = None,
    kept: float = KEPT,
    most_steps: int = MOST_STEPS,
    seed: int | None = None,
    record: DatedRecord | str | Path | None = None,
    sets: Sequence[str] = (),
    out: Folder | None = None,
    resume: bool = False,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> CalibrateResult:
    """Weigh draws of a config by how near they come to the record, and say which parameters that identifies.

    Parameters
    ----------
    config : Config, mapping, str or pathlib.Path
        Talks with a country of the record; its distributions are the priors.
    cases : sequence of str
        Further cases whose records are fitted together with that of the config, with the same parameters: each with
        the config that the record gives it.
    parameters : sequence of str
        Paths that are calibrated; by default those of
        :data:`experiments.questions.calibrate.parameters.DEFAULT` that the config has.
    through : datetime.date or str, optional
        Last day of the record that is fitted; later rows are only predicted. By default everything is fitted.
    hold_out : sequence of str
        What is only predicted on any day: ``partner.car_tariff``, ``car_tariff``, ``deal_day`` or the name of a case.
    method : str
        ``weights``: draws from the prior, weighted; ``regression``: the same, moved by regression; ``smc``: sequential
        Monte Carlo, which goes on to smaller tolerances.
    draws, repeats : int
        Draws of the parameters, and how often each is played in each case.
    tolerance : float, optional
        Standard deviation of the record around the model, in widths of its rows. By default
        :data:`experiments.questions.calibrate.fitting.TOLERANCE`, raised until enough draws count.
    kept : float
        Share of the draws that must count in effect for that.
    most_steps : int
        Steps of sequential Monte Carlo at most.
    seed : int, optional
        Seed of every draw; by default that of the config.
    record : DatedRecord, str or pathlib.Path, optional
        A record, or the folder of one; by default the one that comes with winset.
    sets, out, resume, overwrite, progress
        As every question takes them, see :mod:`winset`: changes to the config, and where the answer is kept.

    Raises
    ------
    experiments.errors.RunError, experiments.errors.ConfigError
        When the config, a case, a parameter or a number is wrong, or the record has nothing to fit.
    """
    loaded, progress = config_of(config, sets), listener(progress)
    last = None if through is None else date_given("--through", through)
    check_choice("--method", method, get_args(Method))
    check_number("--draws", draws, *_DRAWS)
    check_number("--repeats", repeats, *_REPEATS)
    check_number("--most-steps", most_steps, *_STEPS)
    _check_up_to("--kept", kept, 1.0)
    if tolerance is not None:
        _check_up_to("--tolerance", tolerance, WIDEST)
    whole = record_of(record)
    paths = chosen_paths(loaded, parameters)
    base = with_priors(loaded, paths)
    refuse_uncompiled(base)
    found, too_early, not_on_table = _cases(base, cases, paths, whole, last, hold_out)
    call_partner(loaded.partner.names)
    settings = {
        "cases": [case.name for case in found[1:]],
        "parameters": list(paths),
        "through": None if last is None else last.isoformat(),
        "hold_out": list(hold_out),
        "method": method,
        "draws": draws,
        "repeats": repeats,
        "tolerance": TOLERANCE if tolerance is None else float(tolerance),
        "widen": tolerance is None,
        "kept": float(kept),
        "most_steps": most_steps,
        "record": whole.digest,
    }
    chosen = seed_of(loaded, seed)
    request = Request("calibrate", loaded, chosen, settings, pictures=partial(figures_in, "calibrate"))
    with Directory.open(out, request, resume=resume, overwrite=overwrite, say=progress.say) as directory:
        play = _CalibrationPlay(found, paths, chosen, repeats, directory, progress)
        before, fitted = _fit(play, base, method, draws, tolerance, kept, most_steps)
        numbers_found = parameter_table(base, paths, fitted)
        latest = _latest_known([loaded, *(case.config for case in found)])
        table = _weights(base, found, numbers_found, fitted, method, chosen, last, latest)
        directory.keep(table_file("parameters"), numbers_found)
        directory.keep(table_file("correlations"), correlation_table(base, paths, fitted))
        directory.keep(table_file("rows"), row_table(found, before, fitted))
        directory.keep(table_file("steps"), step_table(fitted.steps))
        directory.keep(WEIGHTS, table.as_bytes())
        directory.finish(
            without=RUNS,
            too_early=too_early,
            not_on_table=not_on_table,
            ended=fitted.ended,
            negotiations=draws * repeats * len(found) * fitted.played,
        )
        return read(directory.finished())


def _check_up_to(option: str, value: float, most: float) -> None:
    if not 0.0 < value <= most:
        raise RunError(f"{option} is {value:g}; it must be above 0 and at most {most:g}.")


def _cases(
    base: Config,
    named: Sequence[str],
    paths: Sequence[str],
    record: DatedRecord,
    through: date | None,
    hold_out: Sequence[str],
) -> tuple[tuple[CaseTalks, ...], int, int]:
    """The case of the config and those that are pooled with it; rows before the talks, and off the table."""
    own = record.case(base.partner.name).case
    names = [own]
    for name in named:
        with given_with("--case", name):
            case = record.case(name).case
        if case in names:
            raise RunError(f"--case {name}: it is fitted already; the case of the config is {own}.")
        names.append(case)
    configs = [base, *(with_priors_of(base, case_config(name, record=record), paths) for name in names[1:])]
    found = []
    too_early = not_on_table = 0
    for name, config in zip(names, configs, strict=True):
        refuse_uncompiled(config)
        targets = targets_of(name, config, record, through, hold_out)
        too_early, not_on_table = too_early + targets.too_early, not_on_table + targets.not_on_table
        found.append(CaseTalks(name, config, targets.rows))
    rows = [row for case in found for row in case.rows]
    check_held_out(hold_out, rows)
    if empty := [case.name for case in found if not any(row.fitted for row in case.rows)]:
        upto = "" if through is None else f" through {through}"
        raise RunError(
            f"the record has no row of {listed(empty)}{upto} that could be fitted to talks from "
            f"{found[names.index(empty[0])].config.calendar.start} on; choose a later --through, hold out less, or let "
            "the talks begin earlier with --set calendar.start."
        )
    return tuple(found), too_early, not_on_table


def _fit(
    play: _CalibrationPlay,
    base: Config,
    method: Method,
    draws: int,
    tolerance: float | None,
    kept: float,
    most_steps: int,
) -> tuple[list[Floats], Fitted]:
    """What draws from the prior say, and the weighted draws."""
    from scipy.special import ndtr, ndtri

    least = TOLERANCE if tolerance is None else tolerance

    probabilities = shared_probabilities(base, play.paths, play.seed, 0, draws)
    before = play.draws(probabilities, 0)
    scores = ndtri(probabilities)
    if method != "smc":
        return before, weighted(play.cases, scores, before, least, kept, widen=tolerance is None)

    def again(proposed: Floats, first: int) -> list[Floats]:
        return play.draws(np.clip(ndtr(proposed), 2.0**-53, 1 - 2.0**-53), first)

    def drawn(name: str, rows: int, width: int) -> Floats:
        return uniforms(play.seed, f"calibrate.{name}", 0, rows, width)

    return before, tempered(play.cases, scores, before, least, again, drawn, most_steps)


def _latest_known(configs: Sequence[Config]) -> date:
    """Latest day by which an entry of configs was known, whether it is calibrated or not."""
    days = (entry.known_by for config in configs for entry in provenance_of(config))
    return max((day for day in days if day is not None), default=date.min)


def _weights(
    base: Config,
    cases: Sequence[CaseTalks],
    parameters: pd.DataFrame,
    fitted: Fitted,
    method: Method,
    seed: int,
    through: date | None,
    latest: date,
) -> WeightTable:
    """Table of weights, with what it was fitted to; with `regression` of the draws as they were moved."""
    from scipy.special import ndtr

    rows = [row for case in cases for row in case.rows if row.fitted]
    if method == "regression" and fitted.moved is None:
        raise RunError(
            f"--method regression: {fitted.effective:.0f} effective draws are too few to fit a line to "
            f"{len(rows)} rows; raise --draws, or use --method weights or smc."
        )
    scores = fitted.moved if method == "regression" and fitted.moved is not None else fitted.scores
    paths = tuple(parameters["path"])
    last = max(row.known_by for row in rows) if through is None else through
    fitted_to = FittedTo(
        config=base.name,
        cases=tuple(case.name for case in cases),
        fitted_through=last,
        known_by=max(last, latest),
        rows=tuple(row.label for row in rows),
        method=method,
        tolerance=fitted.tolerance,
        seed=int(seed),
        identified=identified_in(parameters, distinct_number(fitted.numbers, fitted.weights)),
    )
    values = shares_of(base, paths, values_at(base, paths, ndtr(scores)))
    return WeightTable(paths, fitted.numbers, fitted.weights, values, fitted_to)
