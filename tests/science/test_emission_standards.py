"""Emission standards of the European Community: Bueno de Mesquita 1994 as Scholz, Calbert and Smith 2011 replicate it.

What is published, and was seen here in transcriptions only: the ten actors (table 1; see the head of the shipped
file); in table 2 the median and the mean voter position at the end of eight rounds, transcribed in a public extract
of the conference paper (ICAART 2011, section 7: "the median voter position at the end of the first round to be 8.4
years. At the end of the second, third, fourth and fifth rounds the median voter position was for each 9.9 years");
and that Bueno de Mesquita's own run gave 8.35 years, rising to 9.05, while the Community agreed on 8.833.

The path below is that of the reading over all pairs with the compromise ``lowest``. It meets every published mean and
every published median to a tenth of a year, for those numbers are partly cut off and partly rounded, but for one:
after the second round the median is 9.6 here and 9.9 there. The range is that of the first positions in all rounds.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from experiments.config.shipped import positions_file
from experiments.positions.averages import weighted_mean, weighted_median
from experiments.positions.contests import READINGS
from experiments.positions.expected_utility import Rules, rounds_of
from experiments.positions.files import read_positions
from experiments.positions.table import IssuePositions
from tests.tree import ROOT

#: Table 2 of Scholz, Calbert and Smith 2011, rounds 1 to 8, years.
MEDIANS = (8.4, 9.9, 9.9, 9.9, 9.9, 7.4, 8.8, 9.6)
MEANS = (7.4, 7.5, 7.6, 7.3, 7.3, 7.4, 7.5, 7.6)
#: Published numbers have one decimal, cut off or rounded.
TENTH = 0.1
OTHERWISE = 2

REPLICATION = Rules(6.0, "all_pairs", "lowest")


@cache
def delay() -> IssuePositions:
    table = read_positions(positions_file("emission_standards"))
    (issue,) = table.issues
    return issue


def path(rules: Rules, rounds: int = 8) -> list[tuple[float, float]]:
    """Weighted median and mean after each round."""
    issue = delay()
    played = rounds_of(issue.position, issue.salience, issue.power, rules, rounds)
    return [
        (float(weighted_median(one.positions, issue.weight)), float(weighted_mean(one.positions, issue.weight)))
        for one in played
    ]


def test_the_ten_actors_are_those_of_the_published_table() -> None:
    issue = delay()
    assert issue.actors[:5] == ("Netherlands", "Belgium", "Luxembourg", "Germany", "France")
    assert issue.actors[5:] == ("Italy", "UK", "Ireland", "Denmark", "Greece")
    assert issue.position.tolist() == [4, 7, 4, 4, 10, 10, 10, 7, 4, 7]
    assert issue.salience.tolist() == [0.8, 0.4, 0.2, 0.8, 0.6, 0.6, 0.9, 0.1, 1.0, 0.7]
    assert issue.power.tolist() == [0.08, 0.08, 0.03, 0.16, 0.16, 0.16, 0.16, 0.05, 0.05, 0.08]
    assert (issue.low, issue.high, issue.unit) == (4.0, 10.0, "years")


def test_the_median_starts_at_seven_years() -> None:
    """The Condorcet winner of the first positions, as a public replication prints it."""
    assert float(weighted_median(delay().position, delay().weight)) == 7.0


def test_means_of_all_eight_rounds_are_those_published() -> None:
    found = [mean for _, mean in path(REPLICATION)]
    assert found == pytest.approx(MEANS, abs=TENTH)


def test_medians_are_those_published_in_all_rounds_but_the_second() -> None:
    found = [median for median, _ in path(REPLICATION)]
    far = [
        place for place, (own, theirs) in enumerate(zip(found, MEDIANS, strict=True), 1) if abs(own - theirs) > TENTH
    ]
    assert far == [OTHERWISE]
    assert found[OTHERWISE - 1] == pytest.approx(9.6, abs=TENTH)


def test_the_page_shows_both_paths_as_they_are() -> None:
    page = (ROOT / "docs" / "positions.md").read_text(encoding="utf-8")
    rows = {
        cells[0]: cells[1:] for line in page.splitlines() if (cells := [one.strip() for one in line.split("|")[1:-1]])
    }
    medians, means = zip(*path(REPLICATION), strict=True)
    assert rows["median here"] == [f"{median:.2f}" for median in medians]
    assert rows["mean here"] == [f"{mean:.2f}" for mean in means]
    assert rows["median, published"] == [f"{median:.1f}" for median in MEDIANS]
    assert rows["mean, published"] == [f"{mean:.1f}" for mean in MEANS]


def test_the_fall_in_the_sixth_round_is_that_of_the_lowest_compromise() -> None:
    """With the compromise of least movement the median stays where it was up to the seventh round."""
    least = [median for median, _ in path(Rules(6.0, "all_pairs"))]
    assert least[:3] == [median for median, _ in path(REPLICATION)][:3]
    assert least[3:7] == pytest.approx([10.0] * 4, abs=0.005)


def test_read_per_pair_the_same_actors_end_at_seven_years() -> None:
    """The published path hangs on a probability that is none: with one, all meet at the median of the start."""
    assert path(Rules(6.0, "per_pair"), 20)[-1] == pytest.approx((7.0, 7.0))


@pytest.mark.parametrize("reading", READINGS)
def test_only_the_lowest_compromise_breaks_under_reflection(reading: str) -> None:
    issue = delay()

    def last(positions: np.ndarray, rules: Rules) -> np.ndarray:
        return rounds_of(positions, issue.salience, issue.power, rules, 8)[-1].positions

    least, lowest = Rules(6.0, reading), Rules(6.0, reading, "lowest")  # type: ignore[arg-type]  # one of both readings
    mirrored = 14.0 - issue.position
    np.testing.assert_allclose(last(mirrored, least), 14.0 - last(issue.position, least), atol=1e-9)
    if reading == "all_pairs":
        assert np.abs(last(mirrored, lowest) - (14.0 - last(issue.position, lowest))).max() > 1.0
