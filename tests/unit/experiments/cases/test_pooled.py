"""Draws that cases share: the same parameters in all, as values or as shares, and everything else independent."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from experiments.cases.cases import case_config
from experiments.cases.pooled import case_design, case_seed, shared_probabilities, with_priors_of
from experiments.config.amounts import amount_of
from experiments.config.load import load_config
from experiments.config.numbers import numbers
from experiments.design.sampling import design_table
from experiments.engine.worlds import Worlds
from experiments.errors import RunError
from tests.tree import TINY

SHARED = ("walk_away.execution_probability", "tactics.us_treasury.beta", "partner.ratification_margin")
COUNT = 4_000


def _designs(seed: int) -> tuple[list[pd.DataFrame], list[float]]:
    """Designs of Korea and Vietnam with shared draws, and the amounts of their margins."""
    base, names = case_config("Japan"), ("Korea", "Vietnam")
    configs = [with_priors_of(base, case_config(name), SHARED) for name in names]
    probabilities = shared_probabilities(base, SHARED, seed, 0, COUNT)
    shared = {path: probabilities[:, place] for place, path in enumerate(SHARED)}
    pairs = zip(names, configs, strict=True)
    tables = [case_design(config, shared, case_seed(seed, name), 0, COUNT) for name, config in pairs]
    return tables, [amount_of(config, "exposed_imports") for config in configs]


def test_shared_parameters_are_those_of_a_design_table_of_the_shared_seed() -> None:
    base = case_config("Japan")
    probabilities = shared_probabilities(base, SHARED, 5, 10, 20)
    own = design_table(base, 20, 5, 10)
    numbers_of = {entry.path: entry.number for entry in numbers(base)}
    for place, path in enumerate(SHARED):
        np.testing.assert_array_equal(numbers_of[path].ppf(probabilities[:, place]), own[path])


def test_cases_share_values_and_shares_and_nothing_else() -> None:
    (korea, vietnam), amounts = _designs(3)
    for path in SHARED[:2]:
        np.testing.assert_array_equal(korea[path], vietnam[path])
    pairs = zip((korea, vietnam), amounts, strict=True)
    margins = [table["partner.ratification_margin"] / amount for table, amount in pairs]
    np.testing.assert_allclose(margins[0], margins[1], rtol=1e-9)
    assert amounts[0] > 1.02 * amounts[1]
    others = [name for name in korea.columns if name in vietnam.columns and name not in SHARED]
    assert len(others) > 10
    # A correlation of 4,000 independent pairs has the standard error 0.016; five of them over some 30 numbers.
    for name in others:
        assert abs(np.corrcoef(korea[name], vietnam[name])[0, 1]) < 0.08, name
    for name in others[:5]:
        for path in SHARED:
            assert abs(np.corrcoef(korea[name], korea[path])[0, 1]) < 0.08, (name, path)


def test_noise_of_the_talks_is_that_of_the_case() -> None:
    assert len({case_seed(1, "Korea"), case_seed(1, "Vietnam"), case_seed(1, "Korea", 1), case_seed(2, "Korea")}) == 4
    base = load_config("cars_on_the_table")
    drawn = []
    for case in ("one", "other"):
        seed = case_seed(1, case)
        worlds = Worlds.at(base, case_design(base, {}, seed, 0, 300), seed)
        drawn.append(worlds.play().results["round"])
    assert (drawn[0] != drawn[1]).any()


def test_a_stretch_of_draws_is_that_part_of_all() -> None:
    base = with_priors_of(case_config("Japan"), case_config("EU"), SHARED)
    probabilities = shared_probabilities(base, SHARED, 1, 0, 30)
    whole = case_design(base, {SHARED[0]: probabilities[:, 0]}, 9, 0, 30)
    part = case_design(base, {SHARED[0]: probabilities[20:, 0]}, 9, 20, 10)
    np.testing.assert_array_equal(whole.iloc[20:], part)
    assert list(part.index) == list(range(20, 30))


def test_priors_are_those_of_the_base_whatever_the_case_has() -> None:
    base = load_config("japan_us_2025")
    found = {entry.path: entry.number for entry in numbers(with_priors_of(base, case_config("Korea"), SHARED))}
    own = {entry.path: entry.number for entry in numbers(base)}
    even = np.linspace(0.05, 0.95, 19)
    np.testing.assert_array_equal(found[SHARED[1]].ppf(even), own[SHARED[1]].ppf(even))
    korea = case_config("Korea")
    ratio = amount_of(korea, "exposed_imports") / amount_of(base, "exposed_imports")
    np.testing.assert_allclose(found[SHARED[2]].ppf(even), ratio * own[SHARED[2]].ppf(even), rtol=1e-12)


def test_what_a_case_lacks_cannot_be_shared() -> None:
    with pytest.raises(RunError, match=r"--parameter red_lines\.us_cars\.at_least: case_korea has no such number"):
        with_priors_of(load_config("japan_us_2025"), case_config("Korea"), ("red_lines.us_cars.at_least",))
    with pytest.raises(ValueError, match="tiny does not draw walk_away"):
        case_design(load_config(TINY), {"walk_away.court_survival": np.array([0.5])}, 1, 0, 1)
