"""Keyed draws: the same for a run whatever surrounds it, independent between names, and uniform."""

from __future__ import annotations

import ast
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.config.load import load_config
from experiments.engine.simulate import simulate
from sim.draws import stream_key, uniforms
from sim.records import Floats
from tests.tree import CONFIGS, ROOT

#: Functions that draw from the stream of a name, which is their second argument.
DRAWING = {"uniforms", "generator", "seed_for", "_of_runs"}

SEEDS = st.integers(0, 2**63 - 1)


@given(seed=SEEDS, first=st.integers(0, 200), count=st.integers(0, 50), width=st.integers(1, 7))
def test_a_chunk_equals_the_same_rows_of_the_whole(seed: int, first: int, count: int, width: int) -> None:
    whole = uniforms(seed, "coin", 0, first + count, width)
    assert np.array_equal(uniforms(seed, "coin", first, count, width), whole[first:])


def test_far_runs_are_reached_without_drawing_the_ones_before() -> None:
    first = 10**15
    assert np.array_equal(uniforms(1, "coin", first, 5)[2:], uniforms(1, "coin", first + 2, 3))


def test_values_are_pinned_across_platforms_and_versions() -> None:
    assert stream_key(1, "coin") == 0x742CFA92CA1F9BE048D33249EA83F816
    assert uniforms(1, "coin", 0, 3).ravel().tolist() == [0.5765252376073454, 0.9592245820449655, 0.9510235408275581]


def test_names_and_seeds_give_different_and_uncorrelated_streams() -> None:
    count = 20_000
    streams = [uniforms(seed, name, 0, count).ravel() for seed in (1, 2) for name in ("a", "b", "a.b")]
    correlation = np.corrcoef(streams)
    # Five standard errors of a sample correlation of independent draws.
    assert np.abs(correlation - np.eye(len(streams))).max() < 5 / np.sqrt(count)


def test_draws_are_uniform() -> None:
    from scipy.stats import kstest

    draws = uniforms(7, "uniformity", 0, 20_000, 5)
    assert kstest(draws.ravel(), "uniform").pvalue > 1e-3
    assert draws.min() > 0.0
    assert draws.max() < 1.0


@pytest.mark.parametrize(("first", "count", "width"), [(-1, 1, 1), (0, -1, 1), (0, 1, 0)])
def test_impossible_ranges_are_refused(first: int, count: int, width: int) -> None:
    with pytest.raises(ValueError, match="need first"):
        uniforms(1, "coin", first, count, width)


def test_no_stream_is_drawn_from_for_two_purposes(monkeypatch: pytest.MonkeyPatch) -> None:
    """One batch asks each stream once: who opens, coins, every deadline, both tactics, events, lines and beliefs."""
    config = load_config(
        CONFIGS / "july_2025.yaml",
        ["tactics.us_treasury={name: random_step}", "tactics.partner={name: random_step}",
         "beliefs.us_treasury={kind: noisy, noise: 0.3}", "beliefs.partner={kind: noisy, noise: 0.3}"],
    )  # fmt: skip
    asked: Counter[tuple[int, str]] = Counter()

    def counted(seed: int, name: str, first: int, count: int, width: int = 1) -> Floats:
        asked[seed, name] += 1
        return uniforms(seed, name, first, count, width)

    for module in ("values", "draws", "sampling"):
        monkeypatch.setattr(f"experiments.design.{module}.uniforms", counted)
    simulate(config, 0, 3, 11, 3, trajectories=False, solutions=False)
    names = {name for _, name in asked}
    kinds = ("talks.first_mover", "talks.coin", "talks.execution.1", "tactics.us_treasury",
             "tactics.japan_government", "belief.us_treasury.", "belief.japan_government.", "red_lines.")  # fmt: skip
    for kind in kinds:
        assert any(name.startswith(kind) for name in names), kind
    assert [name for name, times in asked.items() if times > 1] == []


def test_no_two_places_of_the_code_name_the_same_stream() -> None:
    """Every use of a stream has a name of its own."""
    places: dict[str, list[str]] = {}
    for path in [file for part in ("sim", "agents", "experiments") for file in (ROOT / part).rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in DRAWING):
                continue
            for name in node.args:
                if isinstance(name, ast.Constant | ast.JoinedStr) and "'" in ast.unparse(name):
                    places.setdefault(f"{node.func.id} {ast.unparse(name)}", []).append(path.stem)
    assert {name: files for name, files in places.items() if len(files) > 1} == {}
    assert len(places) > 15
