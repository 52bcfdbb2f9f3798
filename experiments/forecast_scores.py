"""Scores of published forecasts: case by case beside every baseline, and over cases against each baseline.

``python -m experiments.forecast_scores FOLDER`` scores what ``python -m experiments.forecast_files FOLDER`` has written
against the cases that ``outcomes.csv`` of the record knows. Whoever knows how further cases ended scores them with a
record of their own, ``--record RECORD``, and names those without a deal, ``--no-deal CASE``.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from experiments.cases.known import KnownCase
from experiments.errors import Position, RunError, ended, suggestion
from experiments.forecast_files import complaints, read_digests, read_draws
from experiments.labels import fixed, inside, listed, plain
from experiments.questions.forecast.tables import DEAL, FITTED, RATES, baseline_forecasts_of, scores_table
from experiments.questions.forecast.text import scores as scores_of
from experiments.record.record import RECORD, read_record
from experiments.record.rows import RecordedOutcome
from experiments.refusals import BAD_INPUT, REFUSALS, refusal
from experiments.report.blocks import Block, Table, Words, table
from experiments.report.result import finite, records
from experiments.report.terminal import text_of
from experiments.statistics.score_errors import PairedComparison, compare_pairs
from experiments.terminal.letters import spell_what_streams_cannot_show

if TYPE_CHECKING:
    import pandas as pd

    from experiments.record.record import DatedRecord

#: Scores that are compared over cases, by target, each with its headings.
COMPARED: Final = {(DEAL, "brier"): ("Deal", "Brier"), (DEAL, "log"): ("Deal", "log, nats")} | {
    (rate, score): (plain(issue), heading)
    for rate, issue in RATES.items()
    for score, heading in (("crps", "CRPS, points"), ("log", "log, nats"))
}

_OF_COMPARISONS: Final = (
    "Difference: mean over cases of the score of the variant less that of the baseline; below 0 the variant is better. "
    "p: of the exact sign test with two sides, ties left out. The range is that of the mean with one case left out, "
    "with the case that is left out at either end. *: chosen after the fact."
)


@dataclass(frozen=True, slots=True, eq=False)
class CaseScores:
    """Scores of a case.

    Attributes
    ----------
    case : str
        The country.
    as_of : datetime.date
        Day whose knowledge counted.
    scores : pandas.DataFrame
        :data:`experiments.questions.forecast.tables.SCORE_COLUMNS`, of variants and baselines; those of a variant that
        was fitted to the case are marked.
    silent : dict
        By rate, why each baseline that says nothing of it does not, by its code.
    """

    case: str
    as_of: date
    scores: pd.DataFrame
    silent: dict[str, dict[str, str]]


@dataclass(frozen=True, slots=True)
class Comparison:
    """A variant against a baseline over cases.

    Attributes
    ----------
    variant, horizon : str
        Which forecast, and the day.
    target, score : str
        What is forecast, and how that is scored.
    baseline, mark : str
        Code of the baseline, and what a table has to say of it.
    unit : str
        Of the score: ``fraction``, ``nats``, or empty.
    found : PairedComparison
        Differences, variant less baseline.
    """

    variant: str
    horizon: str
    target: str
    score: str
    baseline: str
    mark: str
    unit: str
    found: PairedComparison

    def plain(self) -> dict[str, Any]:
        """All of it as one row."""
        row = asdict(self)
        pair: dict[str, Any] = row.pop("found")
        return row | pair


@dataclass(frozen=True, slots=True, eq=False)
class PublishedScores:
    """Scores of a folder of forecasts.

    Attributes
    ----------
    folder, digest : str
        Which, and the digest of its files.
    cases : tuple of CaseScores
        Cases that have ended, in the order of the files.
    unscored : tuple of str
        Cases of which the record does not say how they ended.
    fitted_to : dict
        Cases that each variant was fitted to.
    comparisons : tuple of Comparison
        Every variant against every baseline, without cases to which the variant was fitted.
    """

    folder: str
    digest: str
    cases: tuple[CaseScores, ...]
    unscored: tuple[str, ...]
    fitted_to: dict[str, tuple[str, ...]]
    comparisons: tuple[Comparison, ...]

    def plain(self) -> dict[str, Any]:
        """Everything that is printed, as plain data; an infinite score is null."""
        rows = [one.scores.assign(case=one.case, as_of=one.as_of.isoformat()) for one in self.cases]
        return {
            "folder": self.folder,
            "digest": self.digest,
            "unscored": list(self.unscored),
            "fitted_to": finite(self.fitted_to),
            "silent": {one.case: one.silent for one in self.cases},
            "scores": [row for part in rows for row in records({"": part})[""]],
            "comparisons": [finite(one.plain()) for one in self.comparisons],
        }


def score_forecasts(
    folder: Path, record: DatedRecord | None = None, without_deal: Sequence[str] = ()
) -> PublishedScores:
    """Score published forecasts.

    Parameters
    ----------
    folder : pathlib.Path
        Where they lie.
    record : DatedRecord, optional
        What says how cases ended and what baselines knew; by default the one that comes with winset.
    without_deal : sequence of str
        Cases that have had no deal by the last horizon.

    Raises
    ------
    experiments.errors.RunError
        When a file is not as it was published, or is no table of draws, or no case has ended.
    """
    about = read_digests(folder)
    if wrong := complaints(folder):
        raise RunError(f"{folder}: {listed(wrong, cut=False)}; only forecasts as they were published are scored.")
    whole = read_record() if record is None else record
    fitted_to = {name: tuple(one["fitted_to"]) for name, one in about["variants"].items()}
    draws = [read_draws(folder / name, tuple(fitted_to)) for name in about["files"]]
    outcomes = _outcomes(whole, [str(one["case"].iloc[0]) for one in draws], without_deal)
    cases, unscored = [], []
    for one in draws:
        case = str(one["case"].iloc[0])
        if case in outcomes:
            cases.append(_score_case(one, whole, outcomes[case], fitted_to))
        else:
            unscored.append(case)
    if not cases:
        raise RunError(f"{folder}: the record does not say how {listed(unscored, last='or')} ended: nothing to score.")
    found = tuple(_compare(cases, tuple(fitted_to)))
    return PublishedScores(str(folder), about["digest"], tuple(cases), tuple(unscored), fitted_to, found)


def _outcomes(record: DatedRecord, cases: Sequence[str], without_deal: Sequence[str]) -> dict[str, RecordedOutcome]:
    found = {one.case: one for one in record.outcomes}
    for case in without_deal:
        if case not in cases:
            raise RunError(ended(f"--no-deal {case}: there is no forecast of it{suggestion(case, cases, most=20)}"))
        if case in found:
            raise RunError(f"--no-deal {case}: the record has a deal of {found[case].deal_date}.")
    return found | {case: _never(case) for case in without_deal}


def _never(case: str) -> RecordedOutcome:
    """Outcome of a case without a deal: one on the last day that there is, of which no rate is read."""
    return RecordedOutcome(
        case=case, source="", known_by=date.max, confidence="low", place=Position("--no-deal"), deal_date=date.max,
        rec=math.nan, includes_mfn=False, car=None, fund=None, purchases=None, terms=None,
    )  # fmt: skip


def _score_case(
    draws: pd.DataFrame, record: DatedRecord, outcome: RecordedOutcome, fitted_to: Mapping[str, Sequence[str]]
) -> CaseScores:
    as_of = date.fromisoformat(str(draws["as_of"].iloc[0]))
    known = KnownCase.on(record, outcome.case, as_of)
    baselines = baseline_forecasts_of(record, known, has_cars=bool(draws["car"].notna().all()))
    found = scores_table(draws, baselines, outcome)
    is_fitted = found["forecaster"].isin([name for name, cases in fitted_to.items() if outcome.case in cases])
    found["mark"] = found["mark"].mask(is_fitted, FITTED)
    silent = {
        rate: {one.baseline.code: one.undefined for one in forecasts if one.undefined}
        for rate, forecasts in baselines.items()
    }
    return CaseScores(outcome.case, as_of, found, silent)


def _compare(cases: Sequence[CaseScores], variants: Sequence[str]) -> Iterator[Comparison]:
    """Every variant against every baseline: of each score that is compared, on the cases of which both have one."""
    import pandas as pd

    rows = pd.concat([one.scores.assign(case=one.case) for one in cases], ignore_index=True)
    rows = rows[(rows["mark"] != FITTED) & rows["value"].notna()]
    keys = ["forecaster", "horizon", "target", "score"]
    found = {key: dict(zip(part["case"], part["value"], strict=True)) for key, part in rows.groupby(keys, sort=False)}
    others = rows[~rows["forecaster"].isin(variants)].drop_duplicates("forecaster")
    marks = dict(sorted(zip(others["forecaster"], others["mark"], strict=True)))
    units = {(row["target"], row["score"]): str(row["unit"]) for row in rows.to_dict("records")}
    for variant in variants:
        for horizon in sorted(set(rows["horizon"])):
            for target, score in COMPARED:
                own = found.get((variant, horizon, target, score), {})
                for code, mark in marks.items():
                    theirs = found.get((code, horizon, target, score), {})
                    if own.keys() & theirs.keys():
                        pair = compare_pairs(own, theirs)
                        yield Comparison(variant, horizon, target, score, code, mark, units[target, score], pair)


def blocks(result: PublishedScores) -> Iterator[Block]:
    """Say what is scored, then show each case, and each variant against the baselines."""
    yield Words(tuple(_answer(result)))
    for one in result.cases:
        for horizon in dict.fromkeys(map(str, one.scores["horizon"])):
            yield scores_of(one, horizon)
        if silent := _silence(one):
            yield Words((silent,))
    for variant, horizon in dict.fromkeys((one.variant, one.horizon) for one in result.comparisons):
        yield _comparisons(result, variant, horizon)


def _answer(result: PublishedScores) -> Iterator[str]:
    names = [one.case for one in result.cases]
    yield f"{result.folder}, digest {result.digest}: as published. Scored: {listed(names, cut=False)}."
    if result.unscored:
        yield f"Not scored, for the record does not say how they ended: {listed(result.unscored, cut=False)}."
    for variant, fitted in result.fitted_to.items():
        left_out = [name for name in names if name in fitted]
        if left_out:
            what = "none is left to compare" if len(left_out) == len(names) else "left out of the comparisons"
            yield f"{variant} was fitted to {listed(left_out, cut=False)}: no forecast there, {what}."


def _silence(one: CaseScores) -> str:
    """Which baselines say nothing of a case, and why."""
    parts = []
    for rate, reasons in one.silent.items():
        for reason in dict.fromkeys(reasons.values()):
            codes = [code for code, why in reasons.items() if why == reason]
            says = "says" if len(codes) == 1 else "say"
            parts.append(f"{listed(codes, cut=False)} {says} nothing of the {inside(plain(RATES[rate]))} ({reason})")
    return f"{one.case}: {'; '.join(parts)}." if parts else ""


def _comparisons(result: PublishedScores, variant: str, horizon: str) -> Table:
    rows = []
    for one in result.comparisons:
        if (one.variant, one.horizon) == (variant, horizon):
            pair, scale = one.found, 100.0 if one.unit == "fraction" else 1.0
            name = f"{one.baseline}{'*' if one.mark else ''}"
            sides = f"{pair.better}, {pair.worse}, {pair.ties}"
            counts = (f"{len(pair.differences)}", sides, fixed(pair.p_value, 3))
            rows.append(
                (*COMPARED[one.target, one.score], name, *counts, _signed(scale * pair.mean), _range(pair, scale))
            )
    columns = ("Of", "Score", "Against", "Cases", "Better, worse, tied", "p", "Difference", "With one case left out")
    return table(f"{variant} against each baseline by {horizon}", columns, rows, texts=3, note=_OF_COMPARISONS)


def _signed(value: float) -> str:
    if math.isinf(value):
        return "infinite" if value > 0 else "-infinite"
    return fixed(value, 2, sign=True)


def _range(pair: PairedComparison, scale: float) -> str:
    """Range of the mean with one case left out; a single case has none."""
    if not pair.low_without:
        return "-"
    if pair.low == pair.high:
        return _signed(scale * pair.low)
    low, high = _signed(scale * pair.low), _signed(scale * pair.high)
    return f"{low} ({pair.low_without}) to {high} ({pair.high_without})"


def main(arguments: Sequence[str]) -> int:
    """Score the files that the command line names, and print the scores."""
    parser = argparse.ArgumentParser(prog="python -m experiments.forecast_scores", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--record", type=Path, default=RECORD, metavar="RECORD")
    parser.add_argument("--no-deal", action="append", default=[], metavar="CASE")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    spell_what_streams_cannot_show()
    try:
        found = score_forecasts(given.folder, read_record(given.record), given.no_deal)
    except REFUSALS as error:
        sys.stderr.write(f"error: {refusal(error)}\n")
        return BAD_INPUT
    sys.stdout.write(
        f"{json.dumps(found.plain(), indent=1, ensure_ascii=False)}\n" if given.json else text_of(blocks(found))
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
