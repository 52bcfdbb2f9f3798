"""Sobol, PAWN, Morris and PRIM find what is known of functions with known answers, through the pipeline of winset."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from SALib.analyze import pawn as salib_pawn

from experiments.lab.designs import generator, morris, salib_problem
from experiments.lab.inputs import DUMMY, Input
from experiments.lab.models import Model
from experiments.lab.outputs import Output
from experiments.questions.discover.prim import find_boxes
from experiments.questions.sensitivity.analysis import analyse
from experiments.questions.sensitivity.effects import top
from experiments.questions.sensitivity.pawn import pawn_effects
from sim.records import Floats

#: Tables of an analysis by name.
Tables = dict[str, pd.DataFrame]


def _same(uniform: Floats) -> Floats:
    return uniform


def _unit(*names: str) -> tuple[Input, ...]:
    return (*(Input(name, "", _same) for name in names), Input(DUMMY, "", _same, "dummy"))


@dataclass(frozen=True)
class Ishigami(Model):
    """sin x1 + 7 sin^2 x2 + 0.1 x3^4 sin x1 on (-pi, pi)^3 [Ishigami and Homma 1990], with a dummy."""

    @property
    def inputs(self) -> tuple[Input, ...]:
        def angle(uniform: Floats) -> Floats:
            return np.pi * (2 * uniform - 1)

        return (*(Input(name, "", angle) for name in ("x1", "x2", "x3")), Input(DUMMY, "", _same, "dummy"))

    def evaluate(self, points: Floats) -> pa.Table:
        x1, x2, x3, _ = self.values(points).values()
        return pa.table({"y": np.sin(x1) + 7 * np.sin(x2) ** 2 + 0.1 * x3**4 * np.sin(x1)})

    def outputs(self, table: pa.Table) -> tuple[Output, ...]:
        return (Output("deal", "y", "", np.asarray(table.column("y"))),)


@dataclass(frozen=True)
class Vote(Model):
    """Deal or no deal: a deal where ``a`` is low enough, less often where ``b`` is high; a coin decides the rest."""

    @property
    def inputs(self) -> tuple[Input, ...]:
        return (*_unit("a", "b", "c")[:3], Input("coin", "", _same), Input(DUMMY, "", _same, "dummy"))

    def evaluate(self, points: Floats) -> pa.Table:
        a, b, c, coin, _ = self.values(points).values()
        deal = 0.55 * a + 0.35 * b + 0.1 * c < 0.2 + 0.6 * coin
        return pa.table({"deal": deal.astype(float), "issue": np.where(deal, 3 * a, np.nan)})

    def outputs(self, table: pa.Table) -> tuple[Output, ...]:
        deal, issue = (np.asarray(table.column(name), dtype=np.float64) for name in ("deal", "issue"))
        never, always = np.full(len(deal), np.nan), np.full(len(deal), 2.0)
        return (
            Output("deal", "Deal", "", deal),
            Output("issue", "Issue", "", issue, "with a deal"),
            Output("never", "Never", "", never, "never"),
            Output("always", "Always", "", always),
        )


@dataclass(frozen=True)
class Draw(Model):
    """``a`` plus a chance without order, as that of the talks is: a scrambled number."""

    @property
    def inputs(self) -> tuple[Input, ...]:
        return (*_unit("a")[:1], Input("chance", "", _same, "chance"), Input(DUMMY, "", _same, "dummy"))

    def evaluate(self, points: Floats) -> pa.Table:
        a, chance, _ = self.values(points).values()
        return pa.table({"y": a + 2 * ((chance * 1e6) % 1.0)})

    def outputs(self, table: pa.Table) -> tuple[Output, ...]:
        return (Output("y", "y", "", np.asarray(table.column("y"))),)


@dataclass(frozen=True)
class Line(Model):
    """3 a - 2 b + 0 c, and 4 a b: an elementary effect of the first is a slope, of the second four times the other."""

    @property
    def inputs(self) -> tuple[Input, ...]:
        return _unit("a", "b", "c")

    def evaluate(self, points: Floats) -> pa.Table:
        a, b, _, _ = self.values(points).values()
        return pa.table({"y": 3 * a - 2 * b, "z": 4 * a * b})

    def outputs(self, table: pa.Table) -> tuple[Output, ...]:
        return tuple(Output(name, name, "", np.asarray(table.column(name))) for name in ("y", "z"))


def _values(result: Tables, method: str, measure: str, output: str = "deal") -> pd.Series:
    table = result["effects"]
    chosen = (table["method"] == method) & (table["measure"] == measure) & (table["output"] == output)
    return table[chosen].set_index("input")["value"]


@pytest.fixture(scope="module")
def vote() -> Tables:
    return analyse(Vote(), 3, base=512, trajectories=40)


def test_sobol_effects_of_ishigami() -> None:
    result = analyse(Ishigami(), 1, base=2048, trajectories=4)
    first, total = (_values(result, "sobol", measure) for measure in ("first", "total"))
    # The estimator's error at 2,048 base rows is about 0.01 to 0.02.
    np.testing.assert_allclose(first[["x1", "x2", "x3"]], [0.3139, 0.4424, 0.0], atol=0.03)
    np.testing.assert_allclose(total[["x1", "x2", "x3"]], [0.5576, 0.4424, 0.2437], atol=0.03)
    assert total[DUMMY] == 0.0
    assert abs(first[DUMMY]) < 0.06  # the correlation of two independent samples of 2,048: 2.7 standard errors


def test_intervals_of_sobol_effects_hold_the_truth() -> None:
    effects = analyse(Ishigami(), 5, base=1024, trajectories=4)["effects"]
    first = effects[(effects["method"] == "sobol") & (effects["measure"] == "first")].set_index("input")
    for name, truth in {"x1": 0.3139, "x2": 0.4424, "x3": 0.0}.items():
        assert first["low"][name] <= truth <= first["high"][name]


def test_every_method_puts_the_dummy_last_on_deal_or_no_deal(vote: Tables) -> None:
    for method, measure in (("pawn", "mean"), ("morris", "mu_star"), ("sobol", "total")):
        values = _values(vote, method, measure)
        assert values.idxmin() == DUMMY, method
    assert top(vote["effects"], "deal", "pawn", 3) == ["coin", "a", "b"]
    assert top(vote["effects"], "deal", "sobol", 3) == ["coin", "a", "b"]


def test_pawn_is_that_of_salib() -> None:
    draws = generator(1, "test")
    points = draws.random((2000, 3))
    values = points[:, 0] + 0.3 * points[:, 1] ** 2 + 0.01 * draws.random(2000)
    inputs = _unit("a", "b")
    found = pawn_effects(inputs, points, values, 1)
    theirs = salib_pawn.analyze(salib_problem(inputs), points, values, S=10)
    # SALib leaves the largest row out of the last slice.
    np.testing.assert_allclose(found["mean"], theirs["mean"], atol=0.003)
    np.testing.assert_allclose(found["maximum"], theirs["maximum"], atol=0.006)


def test_an_issue_without_a_deal_is_left_to_pawn(vote: Tables) -> None:
    assert set(vote["effects"].loc[vote["effects"]["output"] == "issue", "method"]) == {"pawn"}
    assert top(vote["effects"], "issue", "pawn", 1) == ["a"]
    notes = vote["notes"][vote["notes"]["output"] == "issue"].set_index("method")["note"]
    assert notes["sobol"].startswith("refused: defined at")
    assert "with a deal" in notes["pawn"]


def test_an_output_that_never_varies_is_reported_and_has_no_effect(vote: Tables) -> None:
    assert not set(vote["effects"]["output"]) & {"never", "always"}
    notes = vote["notes"].set_index("output")["note"]
    assert notes["always"] == "constant: always 2; nothing to explain"
    assert notes["never"].startswith("constant: never defined")
    assert vote["effects"][["value", "low", "high"]].notna().any(axis=None)
    assert vote["effects"]["value"].notna().all()


def test_elementary_effects_of_a_line_are_its_slopes() -> None:
    result = analyse(Line(), 1, base=16, trajectories=10)
    np.testing.assert_allclose(_values(result, "morris", "mu", "y"), [3.0, -2.0, 0.0, 0.0], atol=1e-9)
    np.testing.assert_allclose(_values(result, "morris", "mu_star", "y"), [3.0, 2.0, 0.0, 0.0], atol=1e-9)
    np.testing.assert_allclose(_values(result, "morris", "sigma", "y"), 0.0, atol=1e-9)


def test_elementary_effects_of_a_product_are_those_worked_out_from_the_points() -> None:
    model, trajectories = Line(), 12
    result = analyse(model, 3, base=16, trajectories=trajectories)
    points = morris(model.inputs, trajectories, 3).points.reshape(trajectories, 5, 4)
    values = 4 * points[..., 0] * points[..., 1]
    for place, name in enumerate("ab"):
        # Along each trajectory one step moves this input alone, by half of its probability.
        moved = np.diff(points[..., place], axis=1)
        assert set(np.abs(moved).round(9).ravel()) == {0.0, 0.5}
        effects = (np.diff(values, axis=1) / np.where(moved == 0, np.nan, moved))[moved != 0]
        assert len(effects) == trajectories
        assert _values(result, "morris", "mu_star", "z")[name] == pytest.approx(np.abs(effects).mean())
        assert _values(result, "morris", "mu", "z")[name] == pytest.approx(effects.mean())
        assert _values(result, "morris", "sigma", "z")[name] == pytest.approx(effects.std(ddof=1))
    found = result["effects"][(result["effects"]["method"] == "morris") & (result["effects"]["output"] == "z")]
    found = found[found["measure"] == "mu_star"].set_index("input")
    # A bootstrapped interval is about 1.96 standard errors of the mean to both sides; mu* here has no sign to lose.
    for name in "ab":
        half = (found["high"] - found["low"])[name] / 2
        error = _values(result, "morris", "sigma", "z")[name] / np.sqrt(trajectories)
        assert half == pytest.approx(1.96 * error, rel=0.25)


def test_chance_is_an_input_of_sobol_and_morris_and_none_of_pawn() -> None:
    result = analyse(Draw(), 2, base=1024, trajectories=100)
    # Variances 1/12 and 4/12: chance explains four fifths; the estimator's error at 1,024 base rows is about 0.05.
    total = _values(result, "sobol", "total", "y")
    assert total["chance"] == pytest.approx(0.8, abs=0.08)
    assert total["a"] == pytest.approx(0.2, abs=0.05)
    assert top(result["effects"], "y", "morris", 1) == ["chance"]
    assert "chance" not in _values(result, "pawn", "mean", "y").index
    assert (result["agreement"]["rank_correlation"].dropna() > 0.9).all()


def test_prim_recovers_a_planted_box() -> None:
    draws = generator(7, "planted")
    sample = pd.DataFrame(draws.random((3000, 5)), columns=["a", "b", "c", "d", DUMMY])
    inside = (sample["a"] < 0.4) & (sample["b"] > 0.5)
    cases = np.where(inside, draws.random(3000) < 0.95, draws.random(3000) < 0.05)
    (box, *_) = find_boxes(sample, cases, most=1, density=0.85)
    assert {limit.input for limit in box.limits} == {"a", "b"}
    limits = {limit.input: limit for limit in box.limits}
    # A peel takes a twentieth of what is left: ends are known to about that.
    assert limits["a"].high == pytest.approx(0.4, abs=0.05)
    assert limits["a"].low == -np.inf
    assert limits["b"].low == pytest.approx(0.5, abs=0.05)
    assert limits["b"].high == np.inf
    assert box.density > 0.85
    assert box.coverage > 0.75
    assert all(limit.quasi_p < 1e-6 for limit in box.limits)


def test_prim_finds_nothing_in_noise() -> None:
    draws = generator(8, "noise")
    sample = pd.DataFrame(draws.random((1000, 4)), columns=["a", "b", "c", DUMMY])
    boxes = find_boxes(sample, draws.random(1000) < 0.3, most=2)
    assert all(box.density < 0.5 for box in boxes)
