"""The published forecasts are as they were published: every file by its checksum, every case, variant, day and draw."""

from __future__ import annotations

from typing import Final

import pandas as pd
import pytest

from experiments.forecast_files import complaints, read_digests, read_draws
from experiments.record.record import RECORD, read_record
from tests.tree import ROOT

FOLDER: Final = RECORD / "forecasts"
#: It stands in docs/cases.md as well, for a digest that lies beside its files alone is no seal.
DIGEST: Final = "ea479f8118839dedd23041788ae27578567e90aa965a6c92974db6a642e5e896"
VARIANTS: Final = ("prior", "july_12", "shared")
HORIZONS: Final = ("2025-08-01", "2025-12-31")


def test_no_file_has_been_changed() -> None:
    assert not complaints(FOLDER)
    assert read_digests(FOLDER)["digest"] == DIGEST
    assert DIGEST in (ROOT / "docs" / "cases.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("case", [facts.case for facts in read_record().cases])
def test_every_case_has_a_thousand_draws_of_each_variant_and_day(case: str) -> None:
    found = read_draws(FOLDER / f"{case.lower()}.csv", VARIANTS)
    assert set(found["case"]) == {case}
    groups = found.groupby(["variant", "horizon"], sort=False)
    assert [*groups.groups] == [(variant, horizon) for variant in VARIANTS for horizon in HORIZONS]
    assert (groups.size() == 1_000).all()
    assert found["rec"].between(0, 0.6).all()


def test_shares_in_the_docs_are_those_of_the_files() -> None:
    text = (ROOT / "docs" / "cases.md").read_text(encoding="utf-8")
    for facts in read_record().cases:
        shares = (
            100 * pd.read_csv(FOLDER / f"{facts.case.lower()}.csv").groupby(["variant", "horizon"])["agreed"].mean()
        )
        cells = [", ".join(f"{shares[variant, day]:.1f}" for day in HORIZONS) for variant in VARIANTS]
        assert f"| {facts.case} | {' | '.join(cells)} |" in text


def test_it_is_said_to_what_each_variant_was_fitted() -> None:
    fitted = {name: (one["fitted_through"], one["fitted_to"]) for name, one in read_digests(FOLDER)["variants"].items()}
    assert fitted == {
        "prior": ("", []),
        "july_12": ("2025-07-12", ["UK", "Vietnam"]),
        "shared": ("2025-07-30", ["UK", "Vietnam", "Japan", "EU", "Korea"]),
    }
