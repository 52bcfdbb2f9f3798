"""How well the numbers are supported: every number with a source is in one row of the table."""

from __future__ import annotations

import pytest

from experiments.cases.cases import case_config
from experiments.config.model import Config
from experiments.report.blocks import Table
from experiments.report.limits import limits_section


def support(config: Config) -> dict[str, int]:
    (found,) = (
        one
        for one in limits_section(config).blocks
        if isinstance(one, Table) and one.caption == "How well the numbers are supported"
    )
    return {name: int(count) for name, count in found.rows}


@pytest.mark.parametrize("case", ["Korea", "Vietnam", "Brazil"])
def test_every_number_of_a_case_says_how_far_it_can_be_trusted(case: str) -> None:
    found = support(case_config(case))
    assert list(found) == [
        "The developers' own assumptions", "Sources that bear the number badly",
        "Sources that bear the number fairly well", "Sources that bear the number well",
    ]  # fmt: skip
    # Most of the template is our own; a GDP from memory is of low confidence, and sums of imports are of high.
    assert found["The developers' own assumptions"] > 80
    assert found["Sources that bear the number badly"] >= 1
    assert found["Sources that bear the number well"] >= 12


def test_numbers_whose_source_says_nothing_of_it_have_a_row_of_their_own() -> None:
    before, after = (
        support(case_config("Korea", sets=sets))
        for sets in ([], ["partner.reference_loss=0.2", "us_treasury.deficit_weight=0.1"])
    )
    assert after["Not said"] == 2
    assert before["The developers' own assumptions"] - after["The developers' own assumptions"] == 2
