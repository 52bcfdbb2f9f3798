"""A table of worlds of the user's own: what it gives the runs, that nothing else moves, what is said of a wrong one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.config.load import config_from, load_config
from experiments.config.model import Config
from experiments.design.given import GivenDesign, under_design
from experiments.design.records import build_records
from experiments.design.sampling import design_table
from experiments.design.worlds_file import read_worlds
from experiments.engine.simulate import simulate
from experiments.errors import ConfigError, RunError
from experiments.store.tables import table_in
from tests.sizes import sized
from tests.support_engines import assert_same_bits
from tests.tree import CONFIGS, TINY

JULY = CONFIGS / "july_2025.yaml"

#: A number that tiny fixes, one that it draws, one of a firm and a knob.
FIXED, DRAWN, OF_FIRM, KNOB = (
    "us_treasury.consumer_weight", "us_treasury.precedent_probability", "firms.Big.capex", "tactics.partner.beta",
)  # fmt: skip


def _under(frame: pd.DataFrame, config: Config | None = None, sets: tuple[str, ...] = ()) -> tuple[Config, GivenDesign]:
    return under_design(config or load_config(TINY, sets), read_worlds(frame, table_in), sets)


def _file(tmp_path: Path, text: str, name: str = "points.csv") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def _problems(path: Path | pd.DataFrame, config: Config | None = None) -> list[str]:
    with pytest.raises(ConfigError) as raised:
        under_design(config or load_config(TINY), read_worlds(path, table_in))
    return str(raised.value).replace(f"--design {path}", "points").splitlines()


def test_a_row_is_a_world_and_the_rows_begin_again() -> None:
    frame = pd.DataFrame({KNOB: [0.5, 1.0, 2.0], FIXED: [0.3, 0.2, 0.1]})
    config, design = _under(frame)
    assert design.paths == (FIXED, KNOB)
    drawn = design_table(config, 5, 1, first=2, given=design)
    assert drawn.index.tolist() == [2, 3, 4, 5, 6]
    assert drawn[FIXED].tolist() == [0.1, 0.3, 0.2, 0.1, 0.3]
    assert drawn[KNOB].tolist() == [2.0, 0.5, 1.0, 2.0, 0.5]


@settings(max_examples=sized(25, 200), deadline=None)
@given(
    rows=st.lists(st.floats(0, 1), min_size=1, max_size=9),
    first=st.integers(0, 40),
    count=st.integers(1, 25),
    sampling=st.sampled_from(["monte_carlo", "sobol", "latin_hypercube"]),
)
def test_the_table_moves_nothing_that_it_does_not_name(
    rows: list[float], first: int, count: int, sampling: str
) -> None:
    plain = load_config(JULY, (f"experiment.sampling={sampling}",))
    config, design = under_design(plain, read_worlds(pd.DataFrame({FIXED: rows}), table_in))
    before, now = design_table(plain, count, 3, first, 70), design_table(config, count, 3, first, 70, design)
    assert now[FIXED].tolist() == [rows[run % len(rows)] for run in range(first, first + count)]
    others = [path for path in before.columns if path != FIXED]
    assert len(others) > 3
    pd.testing.assert_frame_equal(now[others], before[others])
    part = design.cut(first, count)
    pd.testing.assert_frame_equal(design_table(config, count, 3, first, 70, part), now)


@pytest.mark.parametrize("engine", ["compiled", "mesa"])
def test_a_row_plays_as_the_config_with_these_values(engine: Any) -> None:
    """Run i of the table is run i of the config whose numbers are set to row i, in every column."""
    frame = pd.DataFrame({FIXED: [0.4, 1.0, 0.7], OF_FIRM: [1.3, 0.4, 1.0], KNOB: [0.5, 2.0, 1.0]})
    config, design = _under(frame)
    how: dict[str, Any] = {"trajectories": True, "solutions": False, "engine": engine}
    found = simulate(config, 0, 6, 1, 6, given=design, **how)
    for run in range(6):
        row = frame.iloc[run % 3]
        by_hand = load_config(TINY, [f"{path}={value}" for path, value in row.items()])
        alone = simulate(by_hand, run, 1, 1, 6, **how)
        shared = [name for name in alone.runs.column_names if name in found.runs.column_names]
        assert {name for name in found.runs.column_names if name not in shared} == {f"param.{path}" for path in frame}
        assert_same_bits(found.runs.select(shared).slice(run, 1).combine_chunks(), alone.runs.select(shared))
    for path in frame:
        assert found.runs[f"param.{path}"].to_pylist() == [frame[path][run % 3] for run in range(6)]


def test_both_engines_play_a_table_alike() -> None:
    """With all kinds of columns: a parameter, a red line's bound, an event's chance, and what happens or not."""
    plain = load_config(JULY, ("events.letter.probability=0.5", "red_lines.us_cars.firmness=0.5"))
    frame = pd.DataFrame(
        {
            FIXED: np.linspace(0.2, 1.0, 12),
            "red_lines.us_cars.at_least": np.linspace(0.15, 0.2, 12),
            "red_lines.us_cars.is_real": [1, 1, 0] * 4,
            "events.letter.happens": [0, 1] * 6,
            "events.letter.set.walk_away.threat_reciprocal_tariff": np.linspace(0.2, 0.4, 12),
        }
    )
    config, design = under_design(plain, read_worlds(frame, table_in))
    tables = [
        simulate(config, 0, 24, 1, 24, trajectories=True, solutions=True, engine=engine, given=design)
        for engine in ("compiled", "mesa")
    ]
    assert_same_bits(tables[0].runs, tables[1].runs)
    assert tables[0].runs["param.events.letter.happens"].to_pylist() == [0.0, 1.0] * 12
    batch = build_records(config, design_table(config, 24, 1, given=design), 1)
    assert batch.happened["letter"].tolist() == [False, True] * 12
    last = batch.parameters["walk_away_threat_reciprocal_tariff"][:12, -1]
    np.testing.assert_array_equal(last[1::2], frame.iloc[1::2, -1])
    assert set(last[::2].tolist()) == {plain.walk_away.number("threat_reciprocal_tariff").ppf(np.array([0.5]))[0]}


def test_the_config_describes_the_table() -> None:
    """So that ranges and the central case are about the worlds that are played."""
    config, design = _under(pd.DataFrame({FIXED: [0.9, 0.1, 0.4]}))
    number = config.us_treasury.number("consumer_weight")
    assert number.support() == (0.1, 0.9)
    assert number.ppf(np.array([0.5])).tolist() == [0.4]
    assert design.digest in str(number.source)
    long, _ = _under(pd.DataFrame({FIXED: np.linspace(0.0, 1.0, 5_001)}))
    number = long.us_treasury.number("consumer_weight")
    assert number.support() == (0.0, 1.0)
    assert number.ppf(np.array([0.5]))[0] == pytest.approx(0.5, abs=0.002)


def test_a_table_of_its_own_config_is_the_same_again() -> None:
    frame = pd.DataFrame({FIXED: [0.9, 0.1, 0.4], DRAWN: [0.1, 0.0, 0.2]})
    config, design = _under(frame)
    again, other = under_design(config_from(config.resolved()), read_worlds(frame, table_in))
    assert again.digest() == config.digest()
    assert other.digest == design.digest


def test_the_digest_is_of_names_and_values_and_not_of_their_order_in_the_file() -> None:
    one = _under(pd.DataFrame({FIXED: [0.9, 0.1], DRAWN: [0.1, 0.0]}))[1]
    swapped = _under(pd.DataFrame({DRAWN: [0.1, 0.0], FIXED: [0.9, 0.1]}))[1]
    changed = _under(pd.DataFrame({FIXED: [0.9, 0.1], DRAWN: [0.1, 0.05]}))[1]
    rows = _under(pd.DataFrame({FIXED: [0.1, 0.9], DRAWN: [0.0, 0.1]}))[1]
    assert one.digest == swapped.digest
    assert len({one.digest, changed.digest, rows.digest}) == 3


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_a_file_is_read_to_the_last_bit(tmp_path: Path, suffix: str) -> None:
    values = np.random.default_rng(3).random((40, 2))
    frame = pd.DataFrame(values, columns=[FIXED, DRAWN])
    path = tmp_path / f"points.{suffix}"
    frame.to_csv(path, index=False) if suffix == "csv" else frame.to_parquet(path, index=False)
    found = read_worlds(path, table_in)
    assert found.columns == (FIXED, DRAWN)
    np.testing.assert_array_equal(found.values, values)


def test_a_csv_file_may_be_written_as_spreadsheets_do(tmp_path: Path) -> None:
    path = tmp_path / "points.csv"
    path.write_bytes(b'\xef\xbb\xbf"us_treasury.consumer_weight", firms.Big.capex\r\n 0.5 ,"1e0"\r\n1, 2\r\n\r\n')
    found = read_worlds(path, table_in)
    assert found.columns == (FIXED, OF_FIRM)
    assert found.values.tolist() == [[0.5, 1.0], [1.0, 2.0]]


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        (f"{FIXED},{DRAWN}\n0.5,0.1\nmany,0.1\n0.5,\n",
         [f"points:3:1: {FIXED}: must be a finite number (got many)",
          f"points:4:5: {DRAWN}: must be a finite number (the cell is empty)"]),
        (f"{FIXED}\nnan\n1_0\ninf\n",
         [f"points:2:1: {FIXED}: must be a finite number (got nan)",
          f"points:3:1: {FIXED}: must be a finite number (got 1_0)",
          f"points:4:1: {FIXED}: must be a finite number (got inf)"]),
        (f"{FIXED},{DRAWN}\n0.5,0.1\n0.5\n",
         ["points:3:1: has 1 values for 2 columns; one with a comma in it is put in quotes"]),
        (f"{FIXED},{DRAWN}\n0.5,0.1,0.5,0.1\n0.6,0.2,0.6,0.2\n",
         ["points:2:1: has 4 values for 2 columns; one with a comma in it is put in quotes"]),
        (f"{FIXED},{FIXED}\n0.5,0.1\n", [f"points:1:29: {FIXED}: this column stands in the table twice"]),
        (f",{FIXED}\n0,0.1\n",
         ["points:1:1: this column has no name; leave out an index (pandas: to_csv(..., index=False))"]),
        (f"{FIXED}\n", ["points:1:1: has no row below the header; a row is a world"]),
        ("us_treasury.consumer_wieght\n0.5\n",
         [f"points:1:1: us_treasury.consumer_wieght: names no number of tiny; did you mean {FIXED}?"]),
        (f"{FIXED},calendar.deadline\n0.5,1\n",
         ["points:1:29: calendar.deadline: names no number of tiny; dates, grids, tactics and rules are the same in "
          "every row: see --set and winset sweep"]),
        (f"{FIXED},{OF_FIRM}\n0.5,1\n-1,1\n0.4,-2\n",
         [f"points:3:1: {FIXED}: must be between 0 and 1e+06 (weight) (got -1)",
          f"points:4:5: {OF_FIRM}: must be between 0 and 1e+06 (US$ bn a year) (got -2)"]),
        ("economy.diversion_by_volume\n1\n0.5\n",
         ["points:3:1: economy.diversion_by_volume: must be 0 or 1 (flag), or a choice between them (got 0.5)"]),
        (f"{KNOB}\n1\n-3\n", None),
        (f"{FIXED};{DRAWN}\n0,5;1\n",
         ["points:1:1: columns are separated by semicolons; separate them by commas, and write numbers with a point"]),
        ("", ["points: the file is empty; its first line names the columns"]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_line_and_column(tmp_path: Path, text: str, problems: list[str] | None) -> None:
    found = _problems(_file(tmp_path, text))
    if problems is None:
        assert len(found) == 1
        assert found[0].startswith(f"points:3:1: {KNOB}: ")
        assert "-3" in found[0]
    else:
        assert found == problems


def test_what_is_wrong_with_a_table_in_memory_is_told_with_its_row() -> None:
    frame = pd.DataFrame({FIXED: [0.5, None, "x"], "nothing": [1, 2, 3]})
    assert _problems(frame) == [
        f"design: row 2: {FIXED}: must be a finite number (the cell is empty)",
        f"design: row 3: {FIXED}: must be a finite number (got x)",
    ]
    assert _problems(pd.DataFrame({FIXED: [0.5, -0.5]})) == [
        f"design: row 2: {FIXED}: must be between 0 and 1e+06 (weight) (got -0.5)"
    ]
    twice = pd.DataFrame([[1.0, 2.0]], columns=[FIXED, FIXED])
    assert _problems(twice) == [f"design: {FIXED}: this column stands in the table twice"]


def test_what_is_wrong_with_a_parquet_file_is_told_with_its_row(tmp_path: Path) -> None:
    path = tmp_path / "points.parquet"
    pd.DataFrame({FIXED: [0.5, np.nan], OF_FIRM: [1.0, -1.0]}).to_parquet(path, index=False)
    assert _problems(path) == [f"points: row 2: {FIXED}: must be a finite number (the cell is empty)"]
    path.write_bytes(b"PAR1 and then nothing")
    assert _problems(path)[0].startswith("points: is no Parquet file that can be read (")


@pytest.mark.parametrize(
    ("design", "message"),
    [
        ("points.txt", "--design points.txt: a table of worlds is a file whose name ends in .csv or .parquet."),
        (7, "design is a int; it must be a table (pandas) or the name of a file."),
        (pd.DataFrame(), "design has no column; name one after each number that the worlds differ in."),
    ],
)
def test_what_is_no_table_is_refused(design: Any, message: str) -> None:
    with pytest.raises(RunError) as raised:
        read_worlds(design, table_in)
    assert str(raised.value) == message


def test_a_file_that_is_not_there_is_named_with_the_option() -> None:
    with pytest.raises(ConfigError, match=r"^--design nowhere\.csv: there is no such file$"):
        read_worlds("nowhere.csv", table_in)


def test_what_is_drawn_together_with_others_is_no_column() -> None:
    tied = load_config(TINY, (
        "us_treasury.consumer_weight={dist: uniform, low: 0.1, high: 1}",
        f"correlations=[{{between: [{FIXED}, {DRAWN}], rho: 0.5}}]",
    ))  # fmt: skip
    assert _problems(pd.DataFrame({FIXED: [0.5]}), tied) == [
        f"design: {FIXED}: is drawn in a correlation, which a column of a table would break; leave the column out, or "
        "the correlation: --set correlations.0=~"
    ]


def test_what_never_happens_or_always_does_is_said() -> None:
    config = load_config(CONFIGS / "cars_on_the_table.yaml")
    always = next(line for line in config.red_lines if line.firmness.support() == (1.0, 1.0))
    path = f"red_lines.{always.name}.is_real"
    assert _problems(pd.DataFrame({path: [1, 0, 2]}), config) == [
        f"design: row 2: {path}: cannot be 0, for in this config it always is so: see red_lines.{always.name}.firmness",
        f"design: row 3: {path}: must be 0 or 1 (got 2)",
    ]


def test_a_bound_outside_the_agenda_is_told_at_its_cell() -> None:
    """Whose limits stand in no row of the table of parameters."""
    config = load_config(CONFIGS / "cars_on_the_table.yaml")
    line = next(line for line in config.red_lines if line.at_least is not None)
    path = f"red_lines.{line.name}.at_least"
    found = _problems(pd.DataFrame({path: [0.15, 7.0, 0.16]}), config)
    assert len(found) == 1
    assert found[0].startswith(f"design: row 2: {path}: ")
    assert "(got 7.0)" in found[0]


def test_a_change_that_the_table_would_undo_is_refused() -> None:
    with pytest.raises(RunError) as raised:
        _under(pd.DataFrame({FIXED: [0.5]}), sets=(f"{FIXED}=0.7",))
    assert str(raised.value) == (
        f"--set {FIXED}=0.7: --design has a column {FIXED} and would undo it; leave one of them out."
    )
