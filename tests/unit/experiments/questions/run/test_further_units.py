"""An issue that a config itself defines is printed with the unit that the config gives it."""

from __future__ import annotations

from experiments.questions.run.answer import answer
from experiments.questions.run.summary import summarise
from experiments.questions.run.text import deal_tables
from experiments.report.terminal import text_of
from tests.synthetic_tables import talks


def test_a_further_issue_is_printed_with_its_unit() -> None:
    odd = "x [bold] \\[/] $y$"
    summary = summarise(talks(50, 25, (odd,))[0])
    lines = text_of(deal_tables(summary, {odd: "Mt a year"}, {})).splitlines()
    # The agreed package, and the gap that is left without a deal.
    assert len([line for line in lines if odd[1:] in line and line.endswith("Mt a year")]) == 2
    assert "Mt a year" in answer(summary, {odd: "Mt a year"}, {}).text
