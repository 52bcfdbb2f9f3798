"""What a calibration says in words and tables: the terminal prints them, and the page shows them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from experiments.config.meanings import meaning_of
from experiments.config.weights import WEIGHTS
from experiments.labels import counted, fixed, inside, issue_label, listed, number, percent, plain
from experiments.labels import side as side_label
from experiments.questions.calibrate.findings import ERRORS, IDENTIFIED, LEAST_EFFECTIVE, SAYS_SOMETHING
from experiments.report.blocks import Answer, Block, KeyNumber, Table, Words, table
from experiments.report.key_numbers import around, key_number
from experiments.story.text import day

if TYPE_CHECKING:
    from experiments.questions.calibrate.findings import Calibrated

#: Correlations that are shown at least this large, and how many at most.
_CLEAR: Final = 0.2
_MOST: Final = 10

#: Parameters that are key numbers, and standard errors of a 95 % interval.
_KEY: Final = 3
_INTERVAL: Final = 1.96

_CERTAIN: Final = "95 %: 1.96 errors of the draws either way, which say nothing of a wrong model or prior."

_ENDED: Final = {
    "tolerance": "the tolerance that was aimed at was reached",
    "acceptance": "fewer than 1.5 % of the moves were accepted",
    "copies": "at a smaller tolerance too few particles were no copies of others",
    "steps": "the steps that were allowed were used up",
}


def blocks(result: Calibrated) -> Iterator[Block]:
    """Say what the record identifies, then show parameters, correlations, rows and steps."""
    yield answer(result)
    yield parameters(result)
    yield from correlations(result)
    yield predictions(result, fitted=True)
    if len(result.held_rows):
        yield predictions(result, fitted=False)
    yield from steps(result)
    yield Words((how_to_use(result),))


def answer(result: Calibrated) -> Answer:
    """Say which parameters the record identifies, how surely, what was fitted, and whether it helps to predict."""
    first, *others = identified(result)
    more = (_fitted(result), " ".join(others), gain(result), caveats(result))
    left = listed([meaning_of(result.config, path) or path for path in result.untouched], cut=False)
    assumed = (
        f"Put in: the priors. The record leaves {left} as assumed, so that what comes of it is no finding."
        if left
        else "Put in: the priors, from which the record takes no more than the shares that stand here."
    )
    return Answer(first, tuple(_numbers(result)), _CERTAIN, assumed, tuple(part for part in more if part))


def _numbers(result: Calibrated) -> Iterator[KeyNumber]:
    """How much of the prior variance the record takes away, how many draws count, and whether it helps to predict."""
    ranked = result.parameters.sort_values("contraction", ascending=False, kind="stable").head(_KEY)
    for row in ranked.to_dict("records"):
        low, high = around(float(row["contraction"]), _INTERVAL * float(row["error"]))
        label = f"Prior variance taken away: {meaning_of(result.config, str(row['path'])) or row['path']}"
        yield key_number(label, float(row["contraction"]), "share", (low, min(1.0, high)))
    effective = f"{result.weights.effective:,.0f}"
    yield KeyNumber("Draws that count in effect", effective, note=f"of {counted(result.draws, 'draw')}")
    held, better, worse = result.counts()
    if held:
        note = f"{worse} worse, of {counted(held, 'row')} held out"
        yield KeyNumber("Rows predicted better than by the prior", f"{better:,}", note=note)


def _fitted(result: Calibrated) -> str:
    fitted_to, effective = result.weights.fitted, result.weights.effective
    how = {
        "weights": "weighted by their distance from it",
        "regression": "weighted by their distance from it and moved by regression",
        "smc": "brought to it by sequential Monte Carlo",
    }[result.method]
    return (
        f"Fitted to {counted(len(result.fitted_rows), 'row')} of the record of {listed(fitted_to.cases)} through "
        f"{day(fitted_to.fitted_through)}: {counted(result.draws, 'draw')} from the prior, {how}, of which "
        f"{effective:,.0f} count in effect at a tolerance of {number(fitted_to.tolerance)} widths of a row."
    )


def identified(result: Calibrated) -> tuple[str, ...]:
    """Which parameters the record identifies, in plain words, the verdict first."""
    if not result.has_enough:
        effective = round(result.weights.effective)
        few = f"{effective:,} {'draw counts' if effective == 1 else 'draws count'}"
        return (
            f"{few} in effect, too few to say which parameters the record identifies.",
            f"At least {LEAST_EFFECTIVE} must count in effect. Raise --draws, or use --method smc.",
        )
    parts = []
    if result.identified:
        parts.append(f"The record identifies {_named(result, result.identified)}: it takes away more than half of "
                     "their prior variance.")  # fmt: skip
    else:
        parts.append(
            f"The record identifies none of {counted(len(result.parameters), 'parameter')}: of none it takes away half "
            "of the prior variance."
        )
    if result.hinted:
        parts.append(f"It says something of {_named(result, result.hinted)}.")
    if result.untouched:
        left = _named(result, result.untouched)
        parts.append(
            f"It leaves {left} as the prior has {'it' if len(result.untouched) == 1 else 'them'}, within the error of "
            "the draws: what this model says of the world through "
            f"{'it' if len(result.untouched) == 1 else 'them'} is assumption."
        )
    return tuple(parts)


def _named(result: Calibrated, paths: tuple[str, ...]) -> str:
    by_path = result.parameters.set_index("path")["contraction"]
    named = {path: meaning_of(result.config, path) for path in paths}
    words = [f"{named[path]} ({path})" if named[path] else path for path in paths]
    shares = (percent(float(by_path[path])) for path in paths)
    return listed([f"{one}, {share}" for one, share in zip(words, shares, strict=True)], cut=False)


def gain(result: Calibrated) -> str:
    """Whether the fitted draws predict what was held out better than the prior."""
    held, better, worse = result.counts()
    if not held:
        return ""
    verdict = "fitting helps to predict more than it harms" if better > worse else "fitting does not help to predict"
    return (
        f"Of {counted(held, 'row')} that {'was' if held == 1 else 'were'} held out, {better} "
        f"{'is' if better == 1 else 'are'} predicted better than by the prior and {worse} worse, the others alike "
        f"within two Monte Carlo errors: {verdict}."
    )


def caveats(result: Calibrated) -> str:
    """What was not compared, and what no draw can say."""
    parts = []
    if result.too_early:
        parts.append(f"{_rows_that(result.too_early, 'lies', 'lie')} before the first day of the talks.")
    if result.not_on_table:
        parts.append(f"{_rows_that(result.not_on_table, 'is', 'are')} about issues that are not on the table.")
    missed = missed_rows(result)
    if missed:
        parts.append(
            f"{_rows_that(len(missed), 'lies', 'lie')} outside what 90 % of the fitted draws say, though "
            f"{'it was' if len(missed) == 1 else 'they were'} fitted: {listed(missed)}. No draw of this model meets "
            f"{'it' if len(missed) == 1 else 'them'} together with the rest."
        )
    return " ".join(parts)


def _rows_that(count: int, one: str, many: str) -> str:
    return f"{counted(count, 'row')} of the record {one if count == 1 else many}"


def missed_rows(result: Calibrated) -> list[str]:
    """Fitted rows whose range lies outside the central 90 % of the fitted draws."""
    rows = result.fitted_rows
    high = rows["high"].where(~rows["open"].astype(bool), float("inf"))
    outside = (high < rows["posterior_q05"] - _SAME) | (rows["low"] > rows["posterior_q95"] + _SAME)
    return [row_name(row) for row in rows[outside].to_dict("records")]


_SAME: Final = 1e-9


def row_name(row: Any) -> str:
    """Case, day and what a row is about."""
    return f"{row['case']} {row['date']}, {row_words(str(row['name']))}"


def row_words(name: str) -> str:
    """What a row is about, inside a sentence."""
    side, _, issue = name.rpartition(".")
    what = "day of the deal" if issue == "deal_day" else inside(plain(issue))
    if issue == "deal_day":
        return what
    return f"{what} of {side_label(side)}" if side else f"{what} in force or agreed"


def parameters(result: Calibrated) -> Table:
    """Prior and posterior of each parameter."""
    rows, strong, faint = [], [], []
    for place, row in enumerate(result.parameters.to_dict("records")):
        path = str(row["path"])
        rows.append(
            (
                path,
                f"{number(row['prior_mean'])} ± {number(row['prior_sd'])}",
                f"{number(row['posterior_mean'])} ± {number(row['posterior_sd'])}",
                f"{fixed(row['contraction'], 2)} ± {fixed(row['error'], 2)}",
                _adjusted(row),
            )
        )
        if path in result.identified:
            strong.append(place)
        if path in result.untouched:
            faint.append(place)
    return table(
        "Parameters before and after, mean ± standard deviation",
        ("Parameter", "Prior", "Posterior", "Contraction ± error", "by regression"),
        rows,
        note="Units as winset list parameters has them. Contraction: 1 less the ratio of posterior to prior variance, "
        f"with its Monte Carlo error. Bold: identified ({percent(IDENTIFIED)} and more). Pale: below "
        f"{percent(SAYS_SOMETHING)}, or within {ERRORS:.0f} errors. By regression: after the adjustment of Beaumont, "
        "Zhang and Balding; - where draws are too few.",
        strong=strong,
        faint=faint,
    )


def _adjusted(row: Any) -> str:
    return "-" if np.isnan(row["adjusted_contraction"]) else fixed(row["adjusted_contraction"], 2)


def correlations(result: Calibrated) -> Iterator[Block]:
    """Largest posterior correlations: parameters that the record ties to each other."""
    found = result.correlations.dropna()
    size = found["correlation"].abs()
    shown = found[size >= _CLEAR].iloc[np.argsort(-size[size >= _CLEAR].to_numpy(), kind="stable")].head(_MOST)
    if shown.empty:
        yield Words((f"No two parameters are tied by a posterior correlation of {number(_CLEAR)} or more.",))
        return
    rows = [(row["first"], row["second"], fixed(row["correlation"], 2, sign=True)) for row in shown.to_dict("records")]
    note = "Under the prior they are independent. What is tied is identified together and not apart."
    yield table("Largest posterior correlations", ("Parameter", "and", "Correlation"), rows, texts=2, note=note)


def predictions(result: Calibrated, *, fitted: bool) -> Table:
    """What prior and posterior say at each row of the record."""
    rows = []
    for row in (result.fitted_rows if fitted else result.held_rows).to_dict("records"):
        unit = str(row["unit"])
        rows.append(
            (
                row_name(row),
                recorded(row),
                *(
                    f"{_value(row[f'{when}_q50'], unit)} ({_value(row[f'{when}_q05'], unit)} to "
                    f"{_value(row[f'{when}_q95'], unit)})"
                    for when in ("prior", "posterior")
                ),
                *(f"{_score(row, when, unit)}" for when in ("prior", "posterior")),
            )
        )
    caption = "Fitted rows of the record" if fitted else "Rows that were held out"
    return table(
        caption,
        ("Row", "Record", "Prior, median (90 %)", "Posterior", "CRPS prior ± error", "posterior"),
        rows,
        note="Rates in %, purchases in US$ bn a year, days after the talks began. CRPS of what lies outside the range "
        "of the row, in its unit (rates: points), with its Monte Carlo error; lower is better. A deal that never comes "
        "counts as one on the last day that is told apart.",
        folded=fitted,
    )


def recorded(row: Any) -> str:
    """What the record says in a row: its value, with the range where there is one."""
    unit = str(row["unit"])
    value = _value(row["value"], unit)
    if bool(row["open"]):
        return f"{value} or more"
    if row["high"] > row["low"]:
        return f"{value} ({_value(row['low'], unit)} to {_value(row['high'], unit)})"
    return value


def _value(value: float, unit: str) -> str:
    return fixed(100.0 * value, 1).removesuffix(".0") if unit == "rate" else number(value)


def _score(row: Any, when: str, unit: str) -> str:
    scale = 100.0 if unit == "rate" else 1.0
    return f"{fixed(scale * row[f'{when}_crps'], 2)} ± {fixed(scale * row[f'{when}_error'], 2)}"


def steps(result: Calibrated) -> Iterator[Block]:
    """Steps of sequential Monte Carlo, where there were any."""
    if result.method != "smc":
        return
    rows = [
        (
            str(int(row["step"])),
            fixed(row["tolerance"], 3),
            fixed(row["effective"], 0),
            "yes" if row["resampled"] else "no",
            str(int(row["moves"])),
            percent(row["accepted"]),
            fixed(row["distinct"], 0),
        )
        for row in result.steps.to_dict("records")
    ]
    yield table(
        f"Steps: {_ENDED[result.ended]}",
        ("Step", "Tolerance", "Effective", "Resampled", "Moves", "Accepted", "Distinct"),
        rows,
        note="The tolerance falls until the effective draws are 0.9 of what they were; below half of all they are "
        "resampled (Del Moral, Doucet and Jasra 2012). Distinct: effective draws after the moves, copies counted as "
        "one.",
        folded=True,
    )


def how_to_use(result: Calibrated) -> str:
    """How to play any config under the posterior."""
    return (
        f"Play any config that has these numbers under this posterior: winset run {result.config.name} --weights "
        f"DIR/{WEIGHTS}, where DIR is the directory of this answer."
    )


def axis_words(name: str, unit: str) -> str:
    """Label of a row's axis: its issue, with the unit that it is shown in."""
    issue = name.rpartition(".")[2]
    return "Day of the deal, days" if issue == "deal_day" else issue_label(issue, unit)
