"""What a hindcast says in sentences and tables: the terminal prints them, and the page shows them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from experiments.labels import SIDE_LABELS, capitalised, fixed, issue_label, percent, scale_of, unit_of
from experiments.questions.hindcast.ablation import MEASURES
from experiments.questions.hindcast.answer import answer
from experiments.questions.hindcast.forecast import LEAK, LEFT_OUT, MODEL
from experiments.questions.hindcast.variants import WHOLE
from experiments.report.blocks import Block, Table, Words, table

if TYPE_CHECKING:
    import pandas as pd

    from experiments.questions.hindcast.forecast import Hindcast
    from experiments.questions.hindcast.targets import Target

AFTER: Final = "*"
AFTER_NOTE: Final = "* Chosen after the fact, by someone who knew the outcome."

_SCORES: Final = {
    "brier": "Brier score",
    "crps": "CRPS, points",
    "log": "log score, nats",
    "rps": "ranked probability score",
}
_NONE: Final = "-"

#: What the scores mean, below the first table of them.
READ: Final = (
    "Every score is the better the lower. Brier score: squared error of a probability, 0 to 1. CRPS: error of a whole "
    "forecast of a number, in points of it; of a single number it is how far off that is. Log score: -ln of the "
    "probability of what happened. Ranked probability score: squared error of the cumulated probabilities of the bins "
    "<7.5, 7.5-12.5, 12.5-17.5, 17.5-22.5, 22.5-27.5 and above. In brackets the Monte Carlo error, a standard error. "
    "Skill: 1 - score of the model / score of the baseline; below 0 the baseline is better."
)


def blocks(result: Hindcast) -> Iterator[Block]:
    """Say what leaks, then what came out on each date beside the baselines."""
    if result.informed:
        yield stamp(result)
        yield leak_table(result)
    yield answer(result)
    yield overview(result)
    for target in result.targets.values():
        yield from target_tables(result, target)
    yield path_overview(result)
    yield contains_table(result)
    yield from ablation_tables(result)
    if not result.informed:
        yield left_out(result)


def stamp(result: Hindcast) -> Words:
    """Say of an informed hindcast that it is none of the strict ones."""
    leaks = result.leaking
    count = len(leaks.drop_duplicates("path"))
    found = "one entry" if count == 1 else f"{count:,} entries"
    return Words(
        (
            f"INFORMED: these are no forecasts. They rest on {found} that nobody knew on the dates they are given; the "
            "table has them. What is read below says how the model ends once it is told.",
        )
    )


def leak_table(result: Hindcast) -> Table:
    """Every entry that was learnt later, with the dates of the forecasts that it leaks into."""
    rows = [
        (
            str(path),
            str(own["value"].iloc[0]),
            str(own["known_by"].iloc[0]),
            str(own["source"].iloc[0]),
            _dates([*own["as_of"]]),
        )
        for path, own in result.leaking.groupby("path", sort=False)
    ]
    columns = ("Entry", "Value", "Known by", "Source", "Leaks into")
    return table(f"Learnt later, and told ({len(rows)})", columns, rows, texts=5)


def left_out(result: Hindcast) -> Table:
    """What each forecast left out, and which entries have no date."""
    rows = []
    for as_of, own in result.leaks.groupby("as_of", sort=False):
        late = [str(one) for one in own.loc[own["kind"] == LEFT_OUT, "path"]]
        undated = int((~own["kind"].isin([LEAK, LEFT_OUT])).sum())
        rows.append((_short(as_of), ", ".join(name.removeprefix("events.") for name in late) or _NONE, f"{undated:,}"))
    return table(
        "What each forecast did not know",
        ("Forecast of", "events left out", "entries without a date"),
        rows,
        texts=2,
        note="An entry without a date is taken as known; knobs of tactics are such.",
    )


def overview(result: Hindcast) -> Table:
    """What the model says on each date beside what happened."""
    rows = []
    for target in result.targets.values():
        said = []
        for as_of in result.dates:
            own = result.score(as_of, target.name, _first_score(target))
            model = own[own["forecaster"] == MODEL]
            said.append(_says(target, float(model["says"].iloc[0])) if len(model) else "known")
        rows.append((target.words, _says(target, target.observed, is_fact=True), *said))
    columns = ("Target", "in fact", *(_short(one) for one in result.dates))
    return table(
        "What the model says, forecast by forecast",
        columns,
        rows,
        note="Events: share of the runs. Rates and changes: median; a run without a deal has the rate in force then.",
    )


def _first_score(target: Target) -> str:
    return "brier" if target.kind == "event" else "crps"


def _says(target: Target, value: float, *, is_fact: bool = False) -> str:
    if target.kind == "event" and is_fact:
        return "yes" if value else "no"
    return percent(value)


def target_tables(result: Hindcast, target: Target, *, every: bool = False) -> Iterator[Table]:
    """Scores of everyone on one target: a row for each forecaster, a column for each date on which it was open.

    The Brier score of an event and the CRPS of a number alone, or with `every` a table of each score.
    """
    own = result.scores[(result.scores["target"] == target.name) & (result.scores["score"] != "")]
    names = [name for name in _SCORES if (own["score"] == name).any()]
    for name in names if every else names[:1]:
        yield _target_table(result, target, name, own[own["score"] == name], is_first=name == names[0])


def _target_table(result: Hindcast, target: Target, score: str, own: pd.DataFrame, *, is_first: bool) -> Table:
    dates = [one for one in result.dates if str(one) in set(own["as_of"])]
    rows: list[tuple[str, ...]] = []
    strong: list[int] = []
    marked = False
    for forecaster, part in own.groupby("forecaster", sort=False):
        by = part.set_index("as_of")
        if by["value"].isna().all():
            continue
        if forecaster == MODEL:
            strong.append(len(rows))
        marked = marked or bool(part["after_the_fact"].iloc[0])
        cells = (_cell(by.loc[str(one)], score) if str(one) in by.index else _NONE for one in dates)
        rows.append((_label(part.iloc[0]), *cells))
    notes = [AFTER_NOTE] if marked else []
    return table(
        f"{capitalised(target.words)} (in fact {_says(target, target.observed, is_fact=True)}): {_SCORES[score]}",
        ("Forecaster", *(_short(one) for one in dates)),
        rows,
        note=" ".join([_CELLS, *notes, *(_reasons(own) if is_first else ())]),
        strong=strong,
        folded=not is_first,
    )


#: What stands in the cells of the tables of scores.
_CELLS: Final = "In brackets the Monte Carlo error; after a slash the skill of the model against the baseline."


def _label(row: Any) -> str:
    forecaster, words = str(row["forecaster"]), str(row["words"])
    name = f"{forecaster} {words}" if forecaster.startswith("B") else words
    return f"{name}{AFTER if row['after_the_fact'] else ''}"


def _cell(row: Any, score: str) -> str:
    if math.isnan(row["value"]):
        return _NONE
    value = _scored(row["value"], score)
    if row["error"] > 0:
        return f"{value} ({_scored(row['error'], score)})"
    return value if math.isnan(row["skill"]) else f"{value} / {_skill(row['skill'])}"


def _scored(value: float, score: str) -> str:
    """A score or its error: of rates and changes in points."""
    if math.isinf(value):
        return "infinite"
    return fixed(100.0 * value, 2) if score == "crps" else fixed(value, 3)


def _skill(value: float) -> str:
    return "-inf" if math.isinf(value) else fixed(value, 2, sign=True)


def _reasons(own: pd.DataFrame) -> Iterator[str]:
    """Why forecasters have no score, with the dates on which they have none."""
    missing = own[own["reason"] != ""]
    for reason, rows in missing.groupby("reason", sort=False):
        names = dict.fromkeys(map(str, rows["forecaster"]))
        days = ", ".join(_short(one) for one in dict.fromkeys(rows["as_of"]))
        yield f"{', '.join(names)} of {days}: {reason}."


def path_overview(result: Hindcast) -> Table:
    """How far positions on rates lie from those on record: the model, and who goes by what was last known."""
    own = result.scores[result.scores["target"] == "rates_path"]
    rows = []
    for (as_of, _), part in own.groupby(["as_of", "forecaster"], sort=False):
        by = part.set_index("score")
        cells = (_cell(by.loc[score], "crps") if score in by.index else _NONE for score in _OF_PATHS)
        rows.append((_short(as_of), str(part["words"].iloc[0]), *cells))
    missing = own[own["reason"] != ""].drop_duplicates(["as_of", "reason"])
    return table(
        "Course of the talks: how far positions on both rates lie from those on record, points",
        ("Forecast of", "Forecaster", *_OF_PATHS.values()),
        rows,
        texts=2,
        note=" ".join([_COURSE, _CELLS, *(f"{_short(one.as_of)}: {one.reason}." for one in missing.itertuples())]),
    )


_OF_PATHS: Final = {"crps": "mean CRPS", "energy": "energy score"}
_COURSE: Final = (
    "Of the positions that each side stated after the forecast; one inside the range on record scores 0. Energy score: "
    "distance of all of them together, on days on which every run has a position; it grows with their number."
)


def path_table(result: Hindcast, as_of: str) -> Table:
    """Every position on record after a date, beside the runs."""
    own = result.paths[result.paths["as_of"] == as_of]
    rows = []
    for row in own.to_dict("records"):
        unit = unit_of(str(row["issue"]))
        scale = scale_of(unit)
        said = " to ".join(dict.fromkeys(_number(scale * row[name]) for name in ("low", "value", "high")))
        runs = (
            _NONE
            if math.isnan(row["q50"])
            else " / ".join(_number(scale * row[name]) for name in ("q10", "q50", "q90"))
        )
        off = [_NONE if math.isnan(row[name]) else fixed(row[name], 2) for name in ("model", "last")]
        rows.append(
            (f"{row['date']} ({row['round']})", SIDE_LABELS[row["side"]], issue_label(row["issue"], unit), said, runs,
             percent(row["present"]), *off)
        )  # fmt: skip
    return table(
        f"Positions on record after {_short(as_of)}, and the runs",
        ("Day (round)", "Side", "Issue", "on record", "runs: 10, 50, 90 %", "runs with one", "CRPS", "last known"),
        rows,
        texts=5,
        folded=True,
        note="CRPS in points of a rate, US$ bn of purchases, and US$ 100 bn of a fund.",
    )


def _number(value: float) -> str:
    return "open" if math.isnan(value) or math.isinf(value) else fixed(value, 1).removesuffix(".0")


def contains_table(result: Hindcast) -> Table:
    """For each target, whether the config contains the answer."""
    rows = []
    for row in result.contains.to_dict("records"):
        target = result.targets[str(row["target"])]
        shares = [_NONE if math.isnan(row[name]) else percent(row[name]) for name in ("on_inputs", "at_answer")]
        words = "; ".join(part for part in (str(row["inputs"]), str(row["stated"])) if part) or _NONE
        rows.append((_short(row["as_of"]), target.words, str(row["contained"]), *shares, words))
    found = table(
        "Does the config contain the answer?",
        ("Forecast of", "Target", "contained", "on an input", "there, in the bin of the answer", "which input"),
        rows,
        texts=3,
        note="Rates: of the deals by the day, those that sit on a red line, a linkage or an end of the agenda. Events: "
        "of the runs without a deal, those in which red lines leave no package. partly: a number of the config may be "
        "the answer. not examined: it comes out of the trade block, and of no single number.",
        folded=len(rows) > 24,
    )
    return replace(found, numeric=frozenset({3, 4}))


def ablation_tables(result: Hindcast, *, every: bool = False) -> Iterator[Table]:
    """For each date, what the forecast is without each part, with paired differences; all measures with `every`."""
    chosen = MEASURES if every else _MAIN
    for as_of in result.dates:
        own = result.ablation[result.ablation["as_of"] == str(as_of)]
        measures = [name for name in chosen if name in set(own["measure"])]
        rows, faint = [], []
        for place, (variant, part) in enumerate(own.groupby("variant", sort=False)):
            by = part.set_index("measure")
            rows.append(
                (_without(str(variant), str(part["words"].iloc[0])), *(_change(by.loc[name]) for name in measures))
            )
            if variant != WHOLE and not any(_is_clear(by.loc[name]) for name in measures):
                faint.append(place)
        yield table(
            f"Without a part of it: forecast of {_short(as_of)}",
            ("Without", *(_MEASURES[name] for name in measures)),
            rows,
            note="Same draws in every row. In brackets: change from the forecast itself, and its Monte Carlo error. "
            "Pale: no change of twice its error.",
            faint=faint,
            folded=as_of != result.dates[0],
        )


def _is_clear(row: Any) -> bool:
    """Whether a change is larger than twice its error."""
    return bool(abs(row["change"]) > 2 * row["error"])


_MAIN: Final = ("deals", "car_tariff.crps", "reciprocal_tariff.crps")
_MEASURES: Final = {
    "deals": "deals, %",
    "car_tariff.mean": "car, mean %",
    "reciprocal_tariff.mean": "reciprocal, mean %",
    "car_tariff.bin": "car in its bin, %",
    "reciprocal_tariff.bin": "reciprocal in its bin, %",
    "car_tariff.crps": "car, CRPS",
    "reciprocal_tariff.crps": "reciprocal, CRPS",
}


def _without(variant: str, words: str) -> str:
    return "nothing: the forecast itself" if variant == WHOLE else words


def _change(row: Any) -> str:
    value = fixed(100.0 * row["value"], 2)
    if row["change"] == 0 and row["error"] == 0:
        return value
    error = "" if math.isnan(row["error"]) else f" +- {fixed(100.0 * row['error'], 2)}"
    return f"{value} ({fixed(100.0 * row['change'], 2, sign=True)}{error})"


def _dates(days: Sequence[Any]) -> str:
    return ", ".join(_short(one) for one in dict.fromkeys(map(str, days)))


def _short(day: Any) -> str:
    """``28 May`` of a date."""
    found = day if isinstance(day, date) else date.fromisoformat(str(day))
    return f"{found.day} {found:%B}"
