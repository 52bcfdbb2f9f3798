"""Records: what a config and its design table become, by run and regime."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from experiments.config.load import load_config
from experiments.design.draws import talk_draws
from experiments.design.records import Batch, build_records
from experiments.design.sampling import design_table
from sim.bargaining.position import BELIEF, NO_CAP, OWN_PAYOFF
from sim.issues import CHIP_PURCHASES, INVESTMENT_FUND, OTHER_PURCHASES, RECIPROCAL_TARIFF
from sim.parameters.parameter import SECTORS
from sim.parameters.table import TABLE
from sim.records import KNOBS, RECORD
from tests.small_records import RUNS, built, event, line, small_config
from tests.tree import FULL


@pytest.fixture(scope="module")
def full() -> Batch:
    return built(load_config(FULL))


def test_shapes_and_names(full: Batch) -> None:
    assert full.parameters.shape == (RUNS, 4)
    assert full.parameters.dtype == RECORD
    assert full.beliefs.shape == (RUNS, 4, 2)
    assert full.firms.shape == (RUNS, 2)
    assert full.makers.shape == (RUNS, 1)
    assert full.firm_names == ("SoftBank", "Sakura Internet")
    assert full.tactics == ("boulware", "linear")
    assert full.issues[7:] == ("lng_contract",)
    assert full.agenda == ("car_tariff", "chip_purchases", "investment_fund", "lng_contract")
    assert full.regime_dates == (date(2025, 5, 30), date(2025, 7, 7), date(2025, 7, 20), date(2025, 7, 22))
    assert full.regime_days.tolist() == [0, 38, 51, 53]
    assert full.regime_events == ((), ("letter",), ("election",), ())
    assert full.regime_count == 4


def test_every_parameter_is_in_its_field() -> None:
    batch = built(small_config())
    for row in TABLE:
        if row.group == "scalar":
            assert (batch.parameters[row.field] == row.default).all(), row.path
        elif row.group == "sector":
            sector = SECTORS.index(row.section.removeprefix("sectors."))
            assert (batch.parameters[row.field][..., sector] == row.default).all(), row.path


def test_sampled_numbers_come_from_the_design_table(full: Batch) -> None:
    design = design_table(load_config(FULL), RUNS, 3)
    consumer = design["us_treasury.consumer_weight"].to_numpy()
    assert (full.parameters["us_consumer_weight"] == consumer[:, np.newaxis]).all()
    assert (full.firms["capex"][:, 1] == design["firms.Sakura Internet.capex"]).all()
    assert (full.firms["capex"][:, 0] == 0.52).all()
    assert (full.makers["allocation"] == 4.5).all()
    assert (full.parameters["knobs"][:, 0, 0, 0] == design["tactics.us_treasury.beta"]).all()


def test_calendar_and_protocol_are_in_their_fields() -> None:
    calendar = {
        "start": "2025-05-30", "deadline": "2025-07-09", "days_between_rounds": 5, "slip_days": 20, "max_slips": 2,
        "round_limit": 12,
    }  # fmt: skip
    protocol = {
        "kind": "simultaneous", "first_mover": "partner", "stall_rounds": 3, "walkout_rounds": 2,
        "stall_tolerance": 0.02, "agreement_tolerance": 0.03,
    }  # fmt: skip
    record = built(small_config(calendar=calendar, protocol=protocol), 1).parameters[0, 0]
    expected = {
        "deadline_day": 40, "round_interval": 5, "slip_days": 20, "max_slips": 2, "round_limit": 12, "simultaneous": 1,
        "first_mover": 1, "stall_rounds": 3, "walkout_rounds": 2, "stall_tolerance": 0.02, "agreement_tolerance": 0.03,
    }  # fmt: skip
    assert {name: record[name] for name in expected} == expected


@pytest.mark.parametrize(("cap", "code"), [("belief", BELIEF), ("own_payoff", OWN_PAYOFF), ("none", NO_CAP)])
def test_caps_have_their_codes(cap: str, code: int) -> None:
    assert (built(small_config(protocol={"cap": cap}), 1).parameters["cap"] == code).all()


@pytest.mark.parametrize(("mover", "code"), [("us_treasury", 0), ("partner", 1), ("coin", 2)])
def test_first_movers_have_their_codes(mover: str, code: int) -> None:
    record = built(small_config(protocol={"first_mover": mover}), 1).parameters[0, 0]
    assert (record["first_mover"], record["simultaneous"]) == (code, 0)


def test_knobs_stand_in_the_order_of_the_registry() -> None:
    tactics = {"us_treasury": {"name": "linear", "initial": 0.3}, "partner": {"name": "hardliner"}}
    knobs = built(small_config(tactics=tactics), 1).parameters["knobs"][0, 0]
    assert knobs[0, :3].tolist() == [1.0, 0.3, 0.0]
    assert knobs[1].tolist() == [0.0] * KNOBS


def test_an_event_changes_records_from_its_day_on_where_it_happens() -> None:
    changes = {
        "walk_away.threat_car_tariff": 0.3,
        "sectors.parts.import_value": 5,
        "calendar.deadline": "2025-08-01",
        "walk_away.status_quo_reciprocal_tariff": 0.15,
    }
    batch = built(small_config(events=[event("2025-06-10", probability=0.4, set=changes)]))
    happens = batch.happened["e"]
    # Four standard errors of a share.
    assert happens.mean() == pytest.approx(0.4, abs=4 * np.sqrt(0.4 * 0.6 / RUNS))
    before, after = batch.parameters[:, 0], batch.parameters[:, 1]
    assert (before["walk_away_threat_car_tariff"] == 0.275).all()
    assert (after["walk_away_threat_car_tariff"] == np.where(happens, 0.3, 0.275)).all()
    assert (after["sector_import_value"][:, 1] == np.where(happens, 5, before["sector_import_value"][:, 1])).all()
    assert (after["deadline_day"] == np.where(happens, 63, 40)).all()
    assert (after["issue_off_value"][:, RECIPROCAL_TARIFF] == np.where(happens, 0.15, 0.10)).all()


def test_an_event_that_does_not_happen_leaves_the_record_unchanged(full: Batch) -> None:
    quiet = ~full.happened["letter"]
    assert 0 < quiet.sum() < RUNS
    before, after = full.parameters[quiet, 0].copy(), full.parameters[quiet, 1].copy()
    for records in (before, after):
        for bookkeeping in ("regime_start_day", "event_ahead", "regime_is_new", "tables_are_new"):
            records[bookkeeping] = 0
    assert before.tobytes() == after.tobytes()


def test_a_regime_is_new_where_something_changes() -> None:
    events = [
        event("2025-06-10", probability=0.5, set={"economy.adjustment_speed": 0.4}),
        event("2025-06-20", "again", set={"economy.adjustment_speed": 0.4}),
    ]
    batch = built(small_config(events=events))
    new = batch.parameters["regime_is_new"]
    assert (new[:, 0] == 1).all()
    assert (new[:, 1] == batch.happened["e"]).all()
    assert (new[:, 2] == ~batch.happened["e"]).all()


@pytest.mark.parametrize(
    ("path", "precedent", "is_new"),
    [
        ("walk_away.threat_reciprocal_tariff", 0.0, 0),
        ("walk_away.threat_reciprocal_tariff", 0.3, 1),
        ("walk_away.threat_car_tariff", 0.3, 0),
        ("reference.reciprocal_rate", 0.0, 1),
        ("walk_away.deal_court_exposure", 0.0, 1),
    ],
)
def test_payoff_tables_are_new_where_a_package_is_worth_something_else(
    path: str, precedent: float, is_new: int
) -> None:
    """The threat counts in what a package is worth only where a lower rate is a precedent."""
    events = [event("2025-06-10", set={path: 0.3})]
    batch = built(small_config(events=events, us_treasury={"forward_precedent": precedent}), 1)
    assert batch.parameters["regime_is_new"][0].tolist() == [1, 1]
    assert batch.parameters["tables_are_new"][0].tolist() == [1, is_new]


@pytest.mark.parametrize(("way", "goes_on"), [("end", 0), ("continue", 1)])
def test_whether_talks_go_on_after_an_execution_is_in_every_regime(way: str, goes_on: int) -> None:
    calendar = {**small_config().resolved()["calendar"], "after_execution": way}
    events = [event("2025-06-10", set={"economy.adjustment_speed": 0.4})]
    batch = built(small_config(calendar=calendar, events=events), 1)
    assert batch.parameters["goes_on"][0].tolist() == [goes_on, goes_on]


def test_an_event_on_the_first_day_applies_at_once() -> None:
    batch = built(small_config(events=[event("2025-05-30", set={"economy.adjustment_speed": 0.4})]))
    assert batch.regime_count == 1
    assert batch.regime_events == (("e",),)
    assert (batch.parameters["economy_adjustment_speed"] == 0.4).all()


def test_later_events_win_and_last() -> None:
    events = [
        event("2025-06-20", "late", set={"economy.adjustment_speed": 0.45}),
        event("2025-06-10", "early", set={"economy.adjustment_speed": 0.4}),
    ]
    batch = built(small_config(events=events), 1)
    assert batch.regime_events == ((), ("early",), ("late",))
    assert batch.parameters["economy_adjustment_speed"][0].tolist() == [0.35, 0.4, 0.45]


def test_a_sampled_change_comes_from_its_own_column() -> None:
    change = {"dist": "uniform", "low": 0.3, "high": 0.5}
    config = small_config(events=[event("2025-06-10", set={"economy.adjustment_speed": change})])
    design = design_table(config, RUNS, 3)
    batch = build_records(config, design, 3)
    assert (batch.parameters["economy_adjustment_speed"][:, 1] == design["events.e.set.economy.adjustment_speed"]).all()


def test_an_issue_off_the_table_has_only_its_value_without_a_deal() -> None:
    record = built(small_config(agenda={"other_purchases": {"low": 1, "high": 5, "levels": 9}}), 1).parameters[0, 0]
    assert record["issue_tabled"].tolist() == [0, 0, 0, 1, 0, 0, 0, 0, 0, 0]
    assert record["issue_levels"].tolist() == [1, 1, 1, 9, 1, 1, 1, 1, 1, 1]
    assert record["issue_off_value"].tolist() == [0.275, 0.10, 0, 0, 0, 0, 0, 0, 0, 0]
    untabled = record["issue_tabled"] == 0
    for end in ("issue_low", "issue_high"):
        assert (record[end][untabled] == record["issue_off_value"][untabled]).all()
    assert (record["issue_low"][OTHER_PURCHASES], record["issue_high"][OTHER_PURCHASES]) == (1, 5)


def test_events_bring_issues_and_take_them_away() -> None:
    events = [
        event("2025-06-10", "add", add_issues={"investment_fund": {"high": 600}}, drop_issues=["chip_purchases"]),
        event("2025-06-20", "drop", drop_issues=["investment_fund"], probability=0.5),
    ]
    batch = built(small_config(events=events))
    tabled = batch.parameters["issue_tabled"]
    assert (tabled[0, :, CHIP_PURCHASES] == [1, 0, 0]).all()
    assert (tabled[:, :2, INVESTMENT_FUND] == [0, 1]).all()
    assert (tabled[:, 2, INVESTMENT_FUND] == ~batch.happened["drop"]).all()
    assert batch.parameters["issue_high"][0, 1, INVESTMENT_FUND] == 600
    assert batch.parameters["issue_levels"][0, 1].tolist()[:5] == [21, 1, 1, 1, 29]
    assert batch.tabled[:, INVESTMENT_FUND].tolist() == [False, True, True]


def test_further_issues_take_the_last_slots_with_their_worth() -> None:
    further = {
        "unit": "x",
        "low": 0,
        "high": 4,
        "levels": 5,
        "wants_high": "us_treasury",
        "us_value": 2,
        "partner_value": -1,
    }
    other = {**further, "wants_high": "partner", "us_value": -3, "partner_value": 4}
    batch = built(
        small_config(agenda={"a": further, "car_tariff": {}}, events=[event("2025-06-10", add_issues={"b": other})]), 2
    )
    assert batch.issues[7:] == ("a", "b")
    assert batch.agenda == ("car_tariff", "a", "b")
    assert batch.wants_high[7:9].tolist() == [0, 1]
    assert batch.parameters["further_us_value"][0].tolist() == [[2, 0, 0], [2, -3, 0]]
    assert batch.parameters["further_partner_value"][1].tolist() == [[-1, 0, 0], [-1, 4, 0]]


def test_exact_beliefs_are_the_truth() -> None:
    """They need no records of their own."""
    batch = built(small_config(events=[event("2025-06-10", set={"economy.adjustment_speed": 0.3})]))
    assert batch.noisy == (False, False)
    assert batch.beliefs.shape == (0, 2, 2)


def _misjudged(batch: Batch, side: int) -> set[str]:
    return {
        str(name)
        for name in batch.parameters.dtype.names or ()
        if not np.array_equal(batch.beliefs[name][:, :, side], batch.parameters[name])
    }


def test_noisy_beliefs_err_about_the_other_side_and_shared_weights_only() -> None:
    batch = built(small_config(beliefs={"us_treasury": {"kind": "noisy", "noise": 0.2}}))
    shared = ("partner", "walk_away", "chips", "purchases", "fund")
    rows = {row.field for row in TABLE if row.is_weight and row.section in shared and row.default > 0}
    assert _misjudged(batch, 0) == rows
    assert _misjudged(batch, 1) == set()


def test_errors_of_belief_are_lognormal_the_same_in_every_regime_and_inside_the_limits() -> None:
    events = [event("2025-06-10", set={"partner.car_rent_weight": 3})]
    batch = built(small_config(beliefs={"us_treasury": {"kind": "noisy", "noise": 0.5}}, events=events))
    error = np.log(batch.beliefs["partner_car_rent_weight"][:, :, 0] / batch.parameters["partner_car_rent_weight"])
    np.testing.assert_allclose(error[:, 0], error[:, 1], atol=1e-12)
    # Four standard errors of a mean and of a standard deviation.
    assert error[:, 0].mean() == pytest.approx(0, abs=4 * 0.5 / np.sqrt(RUNS))
    assert error[:, 0].std() == pytest.approx(0.5, abs=4 * 0.5 / np.sqrt(2 * RUNS))
    believed = batch.beliefs["purchases_additional_share"][:, :, 0]
    assert believed.max() == 1.0
    assert (believed <= 1.0).all()


def test_a_chunk_equals_the_same_rows_of_the_whole() -> None:
    config = load_config(FULL)
    whole, chunk = built(config), built(config, 50, first=120)
    rows = slice(120, 170)
    assert chunk.runs.tolist() == list(range(120, 170))
    for name in ("parameters", "beliefs", "firms", "makers"):
        assert getattr(chunk, name).tobytes() == getattr(whole, name)[rows].tobytes()
    assert all((chunk.happened[event] == whole.happened[event][rows]).all() for event in whole.happened)


def test_single_runs_can_be_picked_from_a_design_table() -> None:
    config = load_config(FULL)
    picked = [391, 3, 77]
    batch = build_records(config, design_table(config, RUNS, 3).loc[picked], 3)
    assert batch.parameters.tobytes() == built(config).parameters[picked].tobytes()


def test_an_empty_design_table_gives_an_empty_batch() -> None:
    assert built(load_config(FULL), 0).parameters.shape == (0, 4)


def test_a_column_may_take_the_place_of_a_fixed_parameter() -> None:
    design = pd.DataFrame({"economy.adjustment_speed": [0.2, 0.4]}, index=pd.RangeIndex(2, name="run"))
    assert build_records(small_config(), design, 1).parameters["economy_adjustment_speed"][:, 0].tolist() == [0.2, 0.4]


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("economy.adjustment_sped", 0.3, "names economy.adjustment_sped, which is no number of small"),
        ("economy.adjustment_speed", -1.0, "values of economy.adjustment_speed that are not between 0.001 and 10"),
        ("economy.adjustment_speed", np.nan, "values of economy.adjustment_speed that are not between 0.001 and 10"),
        ("red_lines.line.at_most", 0.21, "values of red_lines.line.at_most that are not between 0.2 and 0.2"),
    ],
)
def test_a_design_table_that_does_not_fit_is_refused(column: str, value: float, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        build_records(small_config(red_lines=[line()]), pd.DataFrame({column: [value]}), 1)


def test_a_missing_column_or_a_wrong_index_is_refused() -> None:
    config = load_config(FULL)
    design = design_table(config, 2, 1)
    with pytest.raises(ValueError, match="lacks the sampled numbers"):
        build_records(config, design.drop(columns="us_treasury.consumer_weight"), 1)
    with pytest.raises(ValueError, match="must be indexed by run"):
        build_records(config, design.set_axis([1, -1]), 1)


def test_rows_of_the_same_run_meet_the_same_chances() -> None:
    config = load_config(FULL)
    design = design_table(config, 5, 1)
    repeated = build_records(config, design.iloc[[0, 0, 4, 2]].set_axis([3, 3, 0, 2]), 1)
    own = build_records(config, design.iloc[[0, 1, 2, 0]].set_axis([0, 1, 2, 3]), 1)
    for name, happened in repeated.happened.items():
        np.testing.assert_array_equal(happened[:2], own.happened[name][[3, 3]])
    draws, expected = talk_draws(config, repeated, 1), talk_draws(config, own, 1)
    np.testing.assert_array_equal(draws.movers, expected.movers[[3, 3, 0, 2]])
    np.testing.assert_array_equal(draws.executions, expected.executions[[3, 3, 0, 2]])
