"""What was put in moves when it is moved: the agreed car rate of July is that of the red line's release."""

from __future__ import annotations

import re

import numpy as np
import pytest

from experiments.config.load import load_config
from experiments.engine.simulate import simulate
from tests.tree import CONFIGS, ROOT

RUNS = 400


def _cars(*sets: str) -> tuple[np.ndarray, np.ndarray]:
    """Agreed car rates, and whether each sits on the release of the US line."""
    config = load_config(CONFIGS / "july_2025.yaml", sets)
    runs = simulate(config, 0, RUNS, 1, RUNS, trajectories=False, solutions=False).runs
    deal = np.array(runs["outcome"].to_pylist()) == "agreement"
    rates = runs["car_tariff"].to_numpy()[deal]
    return rates, np.array(runs["binds.car_tariff"].to_pylist(), dtype=object)[deal] == "release:us_cars"


@pytest.mark.parametrize(("release", "least"), [(0.15, 0.95), (0.10, 0.45), (0.20, 0.95)])
def test_the_car_rate_sits_on_the_release_wherever_it_is_put(release: float, least: float) -> None:
    """96 % of the deals with the release at 15 %, 50 % at 10 and 99.8 % at 20; sampling error at most 2.5 points."""
    rates, sits = _cars(f"red_lines.us_cars.release.at_least={release}")
    np.testing.assert_allclose(rates[sits], release, atol=1e-9)
    assert sits.mean() > least
    assert (np.abs(rates - release) < 1e-9).mean() == pytest.approx(sits.mean(), abs=0.02)


def test_without_the_line_nothing_sits_on_its_release() -> None:
    _, sits = _cars("red_lines.us_cars=~")
    assert not sits.any()


def test_the_fund_sits_on_the_size_that_the_linkage_names() -> None:
    """In 37 % of the deals with a size of 400 and 71 % with one of 500, with a sampling error of 2.4 points."""
    for size, least in ((400, 0.32), (500, 0.66)):
        config = load_config(CONFIGS / "july_2025.yaml", (f"red_lines.us_cars.release.when.at_least={size}",))
        runs = simulate(config, 0, RUNS, 1, RUNS, trajectories=False, solutions=False).runs.to_pandas()
        own = runs[runs["binds.investment_fund"] == "linkage:us_cars"]
        assert len(own) > least * (runs["outcome"] == "agreement").sum()
        np.testing.assert_allclose(own["investment_fund"], size)


def test_the_page_of_the_configs_says_how_much_was_put_in() -> None:
    """Its shares are of 20,000 runs; those of 400 have a standard error of at most 2.6 points."""
    text = " ".join((ROOT / "docs" / "howto" / "configs.md").read_text(encoding="utf-8").split())
    said = re.search(
        r"in (\d+) % of July's deals the car rate is .*?, in (\d+) % the reciprocal rate .*?, and in (\d+) % the fund",
        text,
    )
    assert said is not None
    config = load_config(CONFIGS / "july_2025.yaml")
    runs = simulate(config, 0, RUNS, 1, RUNS, trajectories=False, solutions=False).runs.to_pandas()
    deals = runs[runs["outcome"] == "agreement"]
    for share, issue, sits in zip(
        said.groups(),
        ("car_tariff", "reciprocal_tariff", "investment_fund"),
        ("release:us_cars", "red_line:us_baseline", "linkage:us_cars"),
        strict=True,
    ):
        assert 100.0 * (deals[f"binds.{issue}"] == sits).mean() == pytest.approx(float(share), abs=6.0)
