"""The table of weights: kept and read back to the last bit, refused when edited, and any config played under it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

import winset
from experiments.config.amounts import SHARE_OF, amount_of
from experiments.config.load import config_from, load_config
from experiments.config.numbers import provenance_of
from experiments.config.weights import FittedTo, WeightTable, read_weights, under_posterior
from experiments.design.sampling import design_table
from experiments.errors import ConfigError, RunError
from experiments.questions.run.text import posterior_words
from tests.command_line import refused
from tests.tree import CONFIGS, TINY

PATHS = ("walk_away.court_survival", "partner.ratification_margin", "us_treasury.fund_equity_belief")
FITTED = FittedTo(
    "tiny", ("Japan", "Korea"), date(2025, 6, 28), date(2025, 7, 3), ("Japan 2025-06-06 partner.car_tariff",),
    "weights", 0.77, 11, ("walk_away.court_survival",),
)  # fmt: skip


def _table(count: int = 7, paths: tuple[str, ...] = PATHS) -> WeightTable:
    values = np.random.default_rng(1).random((count, len(paths))) / 50
    weights = np.arange(count, dtype=np.float64)
    return WeightTable(paths, np.arange(count) + 40, weights / weights.sum(), values, FITTED)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A table of weights on the disk."""
    path = tmp_path / "weights.csv"
    path.write_bytes(_table().as_bytes())
    return path


def test_it_is_read_back_to_the_last_bit(file: Path) -> None:
    found, made = read_weights(file), _table()
    assert (found.paths, found.fitted, found.digest) == (made.paths, made.fitted, made.digest)
    for name in ("draws", "weights", "values"):
        np.testing.assert_array_equal(getattr(found, name), getattr(made, name))
    assert found.as_bytes() == file.read_bytes()


def test_its_first_line_says_what_it_was_fitted_to(file: Path) -> None:
    comment, header, first, *_ = file.read_text().splitlines()
    assert json.loads(comment.removeprefix("#")) == {
        "config": "tiny", "cases": ["Japan", "Korea"], "fitted_through": "2025-06-28",
        "known_by": "2025-07-03", "rows": ["Japan 2025-06-06 partner.car_tariff"], "method": "weights",
        "tolerance": 0.77, "seed": 11, "identified": ["walk_away.court_survival"], "digest": _table().digest,
    }  # fmt: skip
    assert header == f"draw,weight,{','.join(PATHS)}"
    assert first.startswith("40,0.0,")


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("2025-06-28", "2025-07-28", 1, "has been edited since it was written"),
        ("\n41,", "\n42,", 1, "has been edited since it was written"),
        ('"seed": 11, ', "", 1, "is no table of weights"),
        ("# {", "{", 1, "is no table of weights"),
        ("draw,weight", "draw,share", 2, "must have the columns draw, weight and one for each parameter"),
        ("\n41,", "\nx,", 4, "must have numbers alone"),
        ("\n41,", "\n41,-", 4, "weight: must be a finite number of 0 or more (got -0.047"),
        ("\n41,", "\nnan,", 4, "draw: must be a whole number from 0 to 9,007,199,254,740,991 (got nan)"),
        ("\n42,0.0", "\n42,inf,0.0", 5, "has 6 values for 5 columns"),
        ("\n42,", "\n42,inf#", 5, "must have numbers alone"),
    ],
)
def test_what_is_none_is_refused_with_its_place(file: Path, old: str, new: str, line: int, said: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))
    with pytest.raises(ConfigError) as told:
        read_weights(file)
    assert f"{file}:{line}:1" in str(told.value)
    assert said in str(told.value)


@pytest.mark.parametrize(
    ("key", "value", "right", "got"),
    [
        ("config", 3, "the name of a config", "3"),
        ("config", "", "the name of a config", "''"),
        ("cases", 3, "a list of the names of cases", "3"),
        ("cases", "Japan", "a list of the names of cases", "Japan"),
        ("cases", [], "a list of the names of cases", "[]"),
        ("cases", ["Japan", None], "a list of the names of cases", "[Japan, null]"),
        ("fitted_through", "28 June", "a date in quotes such as 2025-06-28", "28 June"),
        ("fitted_through", "20250628", "a date in quotes such as 2025-06-28", "20250628"),
        ("fitted_through", 20250628, "a date in quotes such as 2025-06-28", "20250628"),
        ("rows", {"Japan": 1}, "a list of rows of the record, each in quotes", "{Japan: 1}"),
        ("method", None, "the name of a method", "null"),
        ("tolerance", None, "a number of 0 or more", "null"),
        ("tolerance", -0.5, "a number of 0 or more", "-0.5"),
        ("tolerance", float("nan"), "a number of 0 or more", "nan"),
        ("tolerance", 10**400, "a number of 0 or more", "1000"),
        ("tolerance", True, "a number of 0 or more", "true"),
        ("seed", "a", "a whole number from 0 to 9223372036854775807", "a"),
        ("seed", 11.5, "a whole number from 0 to 9223372036854775807", "11.5"),
        ("seed", -1, "a whole number from 0 to 9223372036854775807", "-1"),
        ("identified", "walk_away.court_survival", "a list of parameters, each in quotes, which may be empty",
         "walk_away.court_survival"),
        ("identified", [3], "a list of parameters, each in quotes, which may be empty", "[3]"),
        ("digest", 7, "the digest that the table was written with", "7"),
    ],
)  # fmt: skip
def test_a_value_of_its_first_line_that_cannot_be_is_refused_by_its_key(
    file: Path, key: str, value: object, right: str, got: str
) -> None:
    comment, rest = file.read_text().split("\n", 1)
    head = {**json.loads(comment.removeprefix("#")), key: value}
    file.write_text(f"# {json.dumps(head)}\n{rest}")
    with pytest.raises(ConfigError) as told:
        read_weights(file)
    assert str(told.value).startswith(f"{file}:1:1: {key}: must be {right} (got {got}")


def test_all_that_is_wrong_with_its_first_line_is_said_at_once_and_by_the_command(file: Path) -> None:
    comment, rest = file.read_text().split("\n", 1)
    head = {**json.loads(comment.removeprefix("#")), "fitted_through": "28 June", "cases": 3}
    file.write_text(f"# {json.dumps(head)}\n{rest}")
    said = refused("run", TINY, "--weights", file)
    assert f"--weights {file}:1:1: cases: must be a list of the names of cases (got 3)" in said
    assert f"--weights {file}:1:1: fitted_through: must be a date in quotes such as 2025-06-28 (got 28 June)" in said


@pytest.mark.parametrize("head", ["[" * 100_000, "1" * 10_000])
def test_a_first_line_that_no_reader_gets_through_is_no_table_of_weights(file: Path, head: str) -> None:
    file.write_text(f"# {head}\n{file.read_text().partition(chr(10))[2]}")
    with pytest.raises(ConfigError, match="is no table of weights"):
        read_weights(file)


def test_rows_that_are_all_too_long_are_not_read_as_more_rows(file: Path) -> None:
    head, columns, *rows = file.read_text().splitlines()
    file.write_text("\n".join([head, columns, *(f"{row},{row}" for row in rows)]))
    with pytest.raises(ConfigError, match=":3:1: has 10 values for 5 columns"):
        read_weights(file)


@pytest.mark.parametrize("draw", ["41.5", "-41", "1e300"])
def test_draws_are_whole_numbers(file: Path, draw: str) -> None:
    file.write_text(file.read_text().replace("\n41,", f"\n{draw},", 1))
    with pytest.raises(ConfigError, match=rf":4:1: draw: must be a whole number from 0 to .* \(got {draw}\)"):
        read_weights(file)


@pytest.mark.parametrize(
    ("column", "value", "right"),
    [(1, "-0.2", "weight: must be a finite number of 0 or more"), (1, "nan", "weight: must be a finite number of 0"),
     (1, "1e999", "weight: must be a finite number of 0"), (3, "inf", "partner.ratification_margin: must be a finite")],
)  # fmt: skip
def test_the_first_bad_value_of_a_row_is_named_with_its_line(file: Path, column: int, value: str, right: str) -> None:
    lines = file.read_text().splitlines()
    for at in (5, 7):
        cells = lines[at].split(",")
        cells[column] = value
        lines[at] = ",".join(cells)
    file.write_text("\n".join(lines))
    with pytest.raises(ConfigError) as told:
        read_weights(file)
    assert f"{file}:6:1: {right}" in str(told.value)
    assert str(told.value).endswith(f"(got {value})")


def test_weights_that_are_all_0_and_a_table_without_rows_are_refused(file: Path) -> None:
    comment, header, *rows = file.read_text().splitlines()
    nothing = [",".join((row.split(",")[0], "0.0", *row.split(",")[2:])) for row in rows]
    file.write_text("\n".join((comment, header, *nothing)))
    with pytest.raises(ConfigError, match=r":3:1: must have a weight above 0"):
        read_weights(file)
    file.write_text(f"{comment}\n{header}\n")
    with pytest.raises(ConfigError, match=r":2:1: must have a row for each draw"):
        read_weights(file)


def test_copies_of_a_draw_count_as_one() -> None:
    table = _table()
    doubled = replace(table, draws=np.zeros(7, dtype=np.int64))
    assert doubled.effective == pytest.approx(1.0)
    assert table.effective == pytest.approx(21**2 / sum(k * k for k in range(7)))


def test_rows_stand_as_often_as_their_weight_says() -> None:
    table = _table()
    rows = table.rows()
    assert len(rows) == 1_000
    for place in range(7):
        times = (rows == table.values[place]).all(axis=1).sum()
        assert abs(times - 1_000 * table.weights[place]) <= 1
    np.testing.assert_array_equal(rows, _table().rows())
    # A config holds a limited number of values.
    assert len(_table(7, tuple(f"a.n{k}" for k in range(24))).rows()) == 500


def test_numbers_of_a_run_stand_in_one_row_and_all_others_stay() -> None:
    config, table = load_config("july_2025"), _table(60)
    found = under_posterior(config, table)
    design, before = design_table(found, 400, 3), design_table(config, 400, 3)
    amounts = np.array([amount_of(config, SHARE_OF[path]) if path in SHARE_OF else 1.0 for path in PATHS])
    assert amounts[1] > 50
    drawn = design[list(PATHS)].to_numpy() / amounts
    rows = {tuple(row) for row in np.round(table.values, 12)}
    assert {tuple(row) for row in np.round(drawn, 12)} <= rows
    others = [name for name in before.columns if name not in PATHS]
    assert [name for name in design.columns if name not in PATHS] == others
    np.testing.assert_array_equal(design[others], before[others])
    # 400 of the rows: their mean strays by four standard errors in one of some ten thousand seeds.
    error = np.sqrt(np.cov(table.values.T, aweights=table.weights, bias=True).diagonal() / 400)
    assert (np.abs(drawn.mean(axis=0) - table.weights @ table.values) < 4 * error).all()


def test_rows_do_not_depend_on_when_the_table_could_be_known() -> None:
    later = replace(_table(), fitted=replace(FITTED, known_by=date(2025, 8, 1)))
    assert later.digest != _table().digest
    np.testing.assert_array_equal(later.rows(), _table().rows())


def test_it_is_part_of_the_config_and_known_from_the_day_of_which_the_table_says_so() -> None:
    found = under_posterior(load_config(TINY), _table())
    assert config_from(found.resolved()) == found
    assert found.posterior is not None
    assert (found.posterior.paths, found.posterior.cases) == (PATHS, FITTED.cases)
    assert (found.posterior.fitted_through, found.posterior.digest) == (FITTED.fitted_through, _table().digest)
    known = {one.path: one.known_by for one in provenance_of(found)}
    assert [known[path] for path in PATHS] == [date(2025, 7, 3)] * 3


def test_a_config_without_one_of_the_numbers_is_refused_or_does_without() -> None:
    table = _table(5, ("walk_away.court_survival", "tactics.partner.stubbornness"))
    with pytest.raises(RunError, match=r"--weights: tiny has no number tactics\.partner\.stubbornness"):
        under_posterior(load_config(TINY), table)
    found = under_posterior(load_config(TINY), table, partly=True)
    assert found.posterior is not None
    assert found.posterior.paths == ("walk_away.court_survival",)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("posterior.paths=[walk_away.nothing]", "names no number of this config"),
        ("posterior.paths=[walk_away.court_survival, walk_away.court_survival]", "is named twice"),
        ("walk_away.court_survival=0.5", "must be drawn from values"),
        ("walk_away.court_survival={dist: choice, values: [0.1, 0.2]}", "must be a choice among as many values"),
        (
            "correlations=[{between: [walk_away.court_survival, us_treasury.precedent_probability], rho: 0.5}]",
            "cannot be correlated besides",
        ),
    ],
)
def test_a_posterior_whose_numbers_cannot_be_drawn_together_is_refused(change: str, said: str) -> None:
    paths = ("us_treasury.fund_equity_belief", "walk_away.court_survival")
    found = under_posterior(load_config(TINY), _table(5, paths)).resolved()
    with pytest.raises(ConfigError, match=said):
        config_from(found, "edited", [change])


def test_a_run_under_weights_says_so_and_is_the_same_in_any_chunks(file: Path, tmp_path: Path) -> None:
    config = CONFIGS / "cars_on_the_table.yaml"
    one = winset.run(config, 60, weights=file, chunk_size=7, out=tmp_path / "one")
    other = winset.run(config, 60, weights=str(file), workers=2, chunk_size=30, out=tmp_path / "other")
    assert one.digest == other.digest
    text = " ".join(one.text().split())
    assert "3 numbers drawn together from what was fitted to the record of Japan and Korea through 28 June 2025" in text
    assert _table().digest in text
    court = "chance that the reciprocal tariff survives the courts (walk_away.court_survival)"
    assert f"The record identifies {court}; whatever else the table holds is about as wide as" in text
    plain = winset.run(config, 60)
    assert "drawn together" not in plain.text()
    assert one.digest != plain.digest
    drawn = {f"param.{path}" for path in PATHS}
    assert {*one.runs.columns} == {*plain.runs.columns} | drawn


@pytest.mark.parametrize(
    "change",
    [
        "walk_away.court_survival=0.5",
        "walk_away.court_survival.low=0.5",
        "walk_away={court_survival: 0.5}",
        "walk_away={execution_probability: 0.2, court_survival: {dist: uniform, low: 0.1, high: 0.2}}",
    ],
)
def test_a_change_that_the_table_would_undo_is_refused(file: Path, change: str) -> None:
    said = refused("run", CONFIGS / "july_2025.yaml", "--weights", file, "--set", change)
    assert f"--set {change}: --weights {file}" in " ".join(said.split())
    assert "draws walk_away.court_survival too and would undo it" in " ".join(said.split())


def test_a_change_of_something_else_holds_under_a_table(file: Path) -> None:
    found = winset.run(TINY, 5, weights=file, sets=["walk_away={execution_probability: 0.2}"])
    assert found.config.resolved()["walk_away"]["execution_probability"] == 0.2


def test_numbers_that_the_config_fixes_are_told_with_their_values() -> None:
    fixed = load_config(
        TINY,
        [
            "us_treasury.fund_equity_belief=0.31",
            "partner.ratification_margin=1.25",
            "walk_away.court_survival={dist: uniform, low: 0.2, high: 0.9}",
        ],
    )
    drawn = under_posterior(fixed, _table())
    assert drawn.posterior is not None
    assert drawn.posterior.fixed_before == (
        "partner.ratification_margin at 1.25", "us_treasury.fund_equity_belief at 0.31",
    )  # fmt: skip
    fitted, identified, before = posterior_words(drawn)
    assert (
        "through 28 June 2025: no forecast of anything before 3 July 2025, for what was fitted knows as much." in fitted
    )
    early = under_posterior(fixed, replace(_table(), fitted=replace(FITTED, known_by=FITTED.fitted_through)))
    assert "through 28 June 2025: no forecast of anything before that day. Table" in next(posterior_words(early))
    assert identified.startswith("The record identifies walk_away.court_survival;")
    assert "has partner.ratification_margin at 1.25 and us_treasury.fund_equity_belief at 0.31." in before
    nothing = under_posterior(fixed, replace(_table(), fitted=replace(FITTED, identified=())))
    assert "The record identifies none of them;" in " ".join(posterior_words(nothing))
    assert not [*posterior_words(fixed)]


def test_methods_that_vary_inputs_one_by_one_refuse_a_posterior() -> None:
    with pytest.raises(RunError, match="draws numbers together from a posterior"):
        winset.sensitivity(under_posterior(load_config(TINY), _table()), base=16, trajectories=4)
