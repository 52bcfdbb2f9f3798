"""Every cell that a calibration prints stands in its place, and its words follow from the tables."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from experiments.config.meanings import meaning_of
from experiments.questions.calibrate.page import options, page
from experiments.questions.calibrate.result import CalibrateResult
from experiments.questions.calibrate.text import (
    answer,
    blocks,
    caveats,
    correlations,
    gain,
    identified,
    missed_rows,
    parameters,
    predictions,
    steps,
)
from experiments.report.blocks import Commands, Table, Words
from tests.calibration_by_hand import PATHS, calibration_by_hand, rows, weights
from tests.calibration_by_hand import parameters as parameter_table


def test_parameters_before_and_after() -> None:
    found = parameters(calibration_by_hand())
    assert found.columns == ("Parameter", "Prior", "Posterior", "Contraction ± error", "by regression")
    assert found.rows == (
        ("walk_away.court_survival", "0.51 ± 0.29", "0.72 ± 0.14", "0.77 ± 0.03", "0.85"),
        ("partner.audience_cost", "0.31 ± 0.17", "0.25 ± 0.15", "0.23 ± 0.04", "0.27"),
        ("us_treasury.reference_loss", "0.75 ± 0.43", "0.77 ± 0.44", "-0.04 ± 0.05", "-"),
    )
    assert [*map(sorted, (found.strong, found.faint, found.numeric))] == [[0], [2], [1, 2, 3, 4]]


def test_correlations_are_the_largest_first_and_small_ones_left_out() -> None:
    (found,) = correlations(calibration_by_hand())
    assert isinstance(found, Table)
    assert found.columns == ("Parameter", "and", "Correlation")
    assert found.numeric == {2}
    assert found.rows == (
        ("partner.audience_cost", "us_treasury.reference_loss", "-0.43"),
        ("walk_away.court_survival", "partner.audience_cost", "+0.31"),
    )
    none = calibration_by_hand()
    (words,) = correlations(replace(none, correlations=none.correlations.assign(correlation=0.1)))
    assert words == Words(("No two parameters are tied by a posterior correlation of 0.20 or more.",))


def test_fitted_rows() -> None:
    found = predictions(calibration_by_hand(), fitted=True)
    assert found.rows == (
        ("Japan 2025-06-06, car tariff of Japan", "10 (2.5 to 15)", "5.3 (2.6 to 8.9)", "9.8 (7.6 to 11.8)",
         "0.12 ± 0.02", "0.07 ± 0.01"),
        ("Japan 2025-06-28, other purchases of Japan", "4.00 or more", "2.20 (1.20 to 3.30)", "2.80 (2.30 to 3.10)",
         "1.11 ± 0.05", "0.83 ± 0.04"),
    )  # fmt: skip
    assert (found.caption, found.folded) == ("Fitted rows of the record", True)


def test_rows_that_were_held_out() -> None:
    found = predictions(calibration_by_hand(), fitted=False)
    assert found.columns == (
        "Row", "Record", "Prior, median (90 %)", "Posterior", "CRPS prior ± error", "posterior",
    )  # fmt: skip
    assert found.rows == (
        ("Japan 2025-07-22, reciprocal tariff of the US", "15", "11.2 (10.1 to 13.7)", "14.4 (12.4 to 16.5)",
         "3.21 ± 0.11", "0.43 ± 0.13"),
        ("Japan 2025-07-22, day of the deal", "53.0", "60.0 (47.0 to 79.0)", "72.0 (57.0 to 84.0)", "6.40 ± 0.30",
         "11.60 ± 0.60"),
        ("Korea 2025-07-30, car tariff in force or agreed", "15", "19.1 (15.1 to 24.3)", "18.7 (14.8 to 24.1)",
         "2.85 ± 0.31", "2.79 ± 0.35"),
    )  # fmt: skip


def test_steps_of_sequential_monte_carlo() -> None:
    (found,) = steps(calibration_by_hand(method="smc", ended="copies"))
    assert isinstance(found, Table)
    assert found.caption == "Steps: at a smaller tolerance too few particles were no copies of others"
    assert found.columns == ("Step", "Tolerance", "Effective", "Resampled", "Moves", "Accepted", "Distinct")
    assert found.rows == (
        ("1", "2.345", "361", "no", "1", "51.2 %", "287"),
        ("2", "1.678", "188", "yes", "4", "29.7 %", "143"),
    )
    assert list(steps(calibration_by_hand())) == []


def test_what_is_identified_is_said_in_words() -> None:
    found = calibration_by_hand()
    assert (found.identified, found.hinted, found.untouched) == (
        ("walk_away.court_survival",), ("partner.audience_cost",), ("us_treasury.reference_loss",)
    )  # fmt: skip
    names = {path: meaning_of(found.config, path) for path in found.parameters["path"]}
    court, cost, loss = (
        f"{names[path]} ({path})"
        for path in ("walk_away.court_survival", "partner.audience_cost", "us_treasury.reference_loss")
    )
    assert " ".join(identified(found)) == (
        f"The record identifies {court}, 76.6 %: it takes away more than half of their prior variance. It says "
        f"something of {cost}, 22.9 %. It leaves {loss}, -3.7 % as the prior has it, within the error of the "
        f"draws: what this model says of the world through it is "
        "assumption."
    )
    unsure = replace(found, parameters=parameter_table().assign(error=0.3))
    assert (unsure.identified, unsure.hinted, len(unsure.untouched)) == ((), (), 3)
    assert "identifies none of 3 parameters" in identified(unsure)[0]


def test_too_few_draws_identify_nothing() -> None:
    few = calibration_by_hand(weights=weights(90))
    assert (few.identified, few.hinted, few.untouched) == ((), (), ())
    assert identified(few) == (
        "89 draws count in effect, too few to say which parameters the record identifies.",
        "At least 100 must count in effect. Raise --draws, or use --method smc.",
    )


def test_what_was_fitted_and_how_it_predicts() -> None:
    found = calibration_by_hand()
    assert answer(found).more[0] == (
        "Fitted to 2 rows of the record of Japan and Korea through 28 June 2025: 400 draws from the prior, weighted by "
        "their distance from it, of which 399 count in effect at a tolerance of 0.77 widths of a row."
    )
    assert gain(found) == (
        "Of 3 rows that were held out, 1 is predicted better than by the prior and 1 worse, the others alike within "
        "two Monte Carlo errors: fitting does not help to predict."
    )
    assert gain(replace(found, rows=rows().iloc[:2])) == ""
    helped = gain(replace(found, rows=rows().iloc[[0, 2]]))
    assert helped.endswith("fitting helps to predict more than it harms.")


def test_what_was_not_compared_and_what_is_missed() -> None:
    found = calibration_by_hand()
    assert missed_rows(found) == ["Japan 2025-06-28, other purchases of Japan"]
    assert caveats(found) == (
        "18 rows of the record lie before the first day of the talks. 5 rows of the record are about issues that are "
        "not on the table. 1 row of the record lies outside what 90 % of the fitted draws say, though it was fitted: "
        "Japan 2025-06-28, other purchases of Japan. No draw of this model meets it together with the rest."
    )


@pytest.mark.parametrize("method", ["weights", "regression", "smc"])
def test_all_of_it_is_printed_in_order(method: str) -> None:
    found = [one for one in blocks(calibration_by_hand(method=method, ended="tolerance")) if isinstance(one, Table)]
    captions = [one.caption for one in found]
    assert captions == [
        "Parameters before and after, mean ± standard deviation", "Largest posterior correlations",
        "Fitted rows of the record", "Rows that were held out",
        *(["Steps: the tolerance that was aimed at was reached"] if method == "smc" else []),
    ]  # fmt: skip


def test_the_page_names_every_option_with_its_own_value() -> None:
    found = page(calibration_by_hand(), "light")
    assert [one.name for one in found.sections] == ["came-out", "predictions", "scenario", "limits", "again"]
    (command,) = (one for one in found.sections[-1].blocks if isinstance(one, Commands))
    parameters_ = " ".join(f"--parameter {path}" for path in PATHS)
    assert command.lines == (
        f"winset calibrate tiny.yaml --case Korea {parameters_} --hold-out deal_day --through 2025-06-28 "
        "--method weights --draws 400 --repeats 3 --kept 0.05 --most-steps 200 --seed 11",
    )
    assert found.answer.picture is found.pictures[0]
    assert [(one.title, one.caption.partition(".")[0]) for one in found.pictures] == [
        ("tiny: the record says most of the chance that the reciprocal tariff survives the courts",
         "How much of the prior variance of each parameter the record takes away"),
        ("tiny: the record identifies the chance that the reciprocal tariff survives the courts",
         "Grey: what was assumed"),
        ("Japan: 4 dated rows of the record, 2 outside what 90 % of the fitted draws say",
         "What draws say at each dated row, before and after fitting, against the record"),
        ("Korea: 1 dated row of the record, 0 outside what 90 % of the fitted draws say",
         "What draws say at each dated row, before and after fitting, against the record"),
        ("tiny: of 3 held-out rows 1 predicted better once fitted, 1 worse",
         "Rows that were not fitted: whether the fitted draws come nearer to them than the prior"),
    ]  # fmt: skip
    exact = calibration_by_hand()
    settings = {**exact.manifest.settings, "widen": False, "through": None}
    given = options(replace(exact, manifest=exact.manifest.model_copy(update={"settings": settings})))
    assert given[given.index("--tolerance") + 1] == "0.5"
    assert "--through" not in given
    predicted = [one.caption for one in found.sections[1].blocks if isinstance(one, Table)]
    assert predicted == ["Fitted rows of the record", "Rows that were held out"]


def test_the_answer_as_data_has_every_table_but_the_draws() -> None:
    found: CalibrateResult = calibration_by_hand()
    plain = found.plain()
    assert {"parameters", "correlations", "rows", "steps"} <= plain.keys()
    assert "weights" not in plain
    assert (plain["fitted_through"], plain["digest"]) == ("2025-06-28", weights().digest)
    assert plain["rows"][1]["posterior_q50"] == 2.8
    assert plain["parameters"][2]["adjusted_mean"] is None
    assert found.headline() == "3 parameters of tiny, 1 identified by the record"
    table = found.tables["weights"]
    assert list(table.columns) == ["draw", "weight", *weights().paths]
    np.testing.assert_array_equal(table["partner.audience_cost"], weights().values[:, 1])
