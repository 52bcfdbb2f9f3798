"""Defaults that the help spells out, since it starts without what decides them, are those that hold."""

from __future__ import annotations

import pytest

from experiments.lab.measures import AIMS, DEFAULT_AIMS
from experiments.labels import listed
from experiments.questions.sweep.leader import POINTS
from tests.smallest_calls import GROUP

pytestmark = pytest.mark.unit


def _help_of(command: str, option: str) -> str:
    (found,) = (one for one in GROUP.commands[command].params if one.name == option)
    return str(found.help)


def test_the_help_of_stress_gives_the_aims_and_thresholds_that_hold() -> None:
    thresholds = ", ".join(f"{aim.name}={aim.threshold:g}" for aim in AIMS.values())
    assert _help_of("stress", "thresholds").endswith(f"(Default: {thresholds}.)")
    assert _help_of("stress", "aims").endswith(f"(Default: {listed(DEFAULT_AIMS)}.)")


def test_the_help_of_sweep_gives_the_number_of_openings_that_holds() -> None:
    assert _help_of("sweep", "points").endswith(f"(Default: {POINTS}.)")
