"""What an exploration leaves out is counted, named and said with the option that includes it; then it is varied."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.config.load import load_config
from experiments.config.numbers import numbers
from experiments.errors import RunError
from experiments.lab.inputs import config_inputs
from experiments.lab.left_out import brief_words, left_out, left_out_table, plain_left_out, varied_words
from experiments.lab.seats import families
from experiments.lab.vary import VARIED, has_range, varied_tactics, vary_of, widened
from tests.tree import CONFIGS, TINY

#: One of each: an event that surely happens, two that surely do not, a line that is never real, a release in force.
JULY = load_config(
    CONFIGS / "july_2025.yaml",
    ["events.letter.probability=0", "events.fund.probability=0", "red_lines.us_baseline.firmness=0"],
)
BY_HAND = "--set 'PATH={dist: uniform, low: L, high: H}'"


def test_what_is_left_out_cell_by_cell() -> None:
    fixed = [one for one in numbers(JULY) if not one.number.is_sampled]
    ranged = sum(map(has_range, fixed))
    # The chances of three events and four lines are no numbers to be drawn but what happens or not.
    others = len(fixed) - ranged - 7
    table = left_out_table(JULY)
    assert table.caption == "What was left out"
    assert table.columns == ("What the config fixes", "Which", "Included by", "How many")
    cells = [(first, option, count) for first, _, option, count in table.rows]
    assert cells == [
        ("events sure to happen", "--vary events", "1"),
        ("events sure not to happen", "--vary events", "2"),
        ("red lines always real", "--vary red_lines", "3"),
        ("red lines never real", "--vary red_lines", "1"),
        ("releases always in force", "--vary releases", "1"),
        ("tactics", "--vary tactics", "2"),
        ("fixed numbers with a plausible range", "--ranges", str(ranged)),
        ("fixed numbers without one", BY_HAND, str(others)),
        ("dates, grids and rules of the talks", "winset sweep --over PATH=A,B", "-"),
    ]
    named = [which for _, which, *_ in table.rows]
    assert named[:6] == [
        "election", "letter and fund", "us_cars, japan_cars and japan_farm", "us_baseline", "us_cars",
        "us_treasury=boulware and partner=boulware",
    ]  # fmt: skip
    # What events do comes first.
    assert named[6].startswith("events.election.set.partner.ratification_margin, events.letter.set.walk_away.threat")
    assert named[8] == "one by one"


def test_the_first_sentence_says_what_is_varied_and_what_is_left_out() -> None:
    numbers_, others = (int(row[3]) for row in left_out_table(JULY).rows[6:8])
    assert varied_words(JULY) == (
        "Varied: 32 numbers and who opens. Left out, as the config fixes them: 1 event sure to happen (election), 2 "
        "events sure not to happen (letter and fund), 3 red lines always real (us_cars, japan_cars and japan_farm), 1 "
        "red line never real (us_baseline), 1 release always in force (us_cars) and 2 tactics (us_treasury=boulware "
        f"and partner=boulware), by --vary all; {numbers_} fixed numbers with a plausible range, by --ranges; {others} "
        f"fixed numbers without one, by {BY_HAND}; dates, grids and rules of the talks, by winset sweep --over "
        "PATH=A,B."
    )
    assert brief_words(JULY) == (
        "left out as fixed: 1 event sure to happen, 2 events sure not to happen, 3 red lines always real, 1 red line "
        f"never real, 1 release always in force, 2 tactics, {numbers_} fixed numbers with a plausible range and "
        f"{others} fixed numbers without one"
    )


def test_plain_data_name_every_entry() -> None:
    told = plain_left_out(JULY)
    assert told["words"] == varied_words(JULY)
    assert [(one["what"], one["option"], tuple(one["entries"])) for one in told["left_out"]] == [
        (f"{one.noun}s {one.state}".strip(), one.option, one.names) for one in left_out(JULY)
    ]
    *_, ranged, others = told["left_out"]
    assert len(ranged["entries"]) > 100
    assert "red_lines.us_cars.release.when.at_least" in others["entries"]


@pytest.mark.parametrize("vary", [("events",), ("red_lines",), ("releases",), ("tactics",), ("all",)])
def test_what_is_asked_for_is_varied_and_left_out_no_more(vary: tuple[str, ...]) -> None:
    config, tactics = widened(JULY, vary, ranges=False), varied_tactics(vary)
    before, after = (
        {one.name: one for one in inputs} for inputs in (config_inputs(JULY), config_inputs(config, tactics=tactics))
    )
    wanted = {
        "events": {f"events.{name}.happens" for name in ("election", "letter", "fund")},
        "red_lines": {f"red_lines.{line.name}.is_real" for line in JULY.red_lines},
        "releases": {"red_lines.us_cars.release.in_force"},
        "tactics": {"tactics.us_treasury.name", "tactics.partner.name"},
    }
    new = set().union(*(wanted[name] for name in vary_of(vary)))
    assert set(after) - set(before) == new
    chosen = {f"--vary {name}" for name in vary_of(vary)}
    gone = [one for one in left_out(JULY) if one.option in chosen]
    assert gone
    assert left_out(config, tactics) == tuple(one for one in left_out(JULY) if one not in gone)
    for name in new - wanted["tactics"]:
        assert after[name].values((np.arange(10) + 0.5) / 10, {}).mean() == 0.5
    assert tactics == (families() if "tactics" in vary_of(vary) else ())


def test_ranges_draw_what_is_fixed_and_leave_what_is_drawn() -> None:
    before = {entry.path: entry for entry in numbers(JULY)}
    after = {entry.path: entry for entry in numbers(widened(JULY, (), ranges=True))}
    assert list(after) == list(before)
    for path, entry in before.items():
        if not has_range(entry):
            assert after[path].number == entry.number
            continue
        assert entry.row is not None
        drawn = after[path].number
        assert drawn.support() == ((0.0, 1.0) if entry.row.unit == "flag" else (entry.row.low, entry.row.high))
        assert drawn.confidence == entry.row.confidence
        assert drawn.source == f"plausible range; value: {entry.row.source}"
    flags = [one for one in after.values() if one.row is not None and one.row.unit == "flag"]
    assert flags
    assert all(one.number.text() == "choice(values=[0, 1])" for one in flags)
    assert "events.election.set.partner.ratification_margin" in {
        path for path, one in after.items() if one.number.is_sampled
    }


def test_a_chance_that_the_config_names_stays_what_it_is() -> None:
    config = load_config(CONFIGS / "bluff.yaml", ["red_lines.us_cars.firmness=0.2"])
    chances = {entry.path: entry.number.support() for entry in numbers(widened(config, ["all"], ranges=False))}
    assert chances["red_lines.us_cars.firmness"] == (0.2, 0.2)
    assert chances["red_lines.us_baseline.firmness"] == (0.5, 0.5)


def test_what_can_be_varied_is_named() -> None:
    assert VARIED == ("events", "red_lines", "releases", "tactics", "all")
    assert vary_of(["tactics", "events", "tactics"]) == ("events", "tactics")
    assert vary_of(["all"]) == VARIED[:-1]
    assert vary_of([]) == ()
    with pytest.raises(RunError, match=r"--vary is linkages; it must be one of events, red_lines, releases, tactics"):
        vary_of(["linkages"])


def test_a_config_that_fixes_who_opens_varies_it_no_more() -> None:
    config = load_config(TINY, ["protocol.first_mover=partner"])
    assert varied_words(config).startswith("Varied: 1 number. Left out,")
    simultaneous = load_config(TINY, ["protocol.kind=simultaneous"])
    assert varied_words(simultaneous).startswith("Varied: 1 number. Left out,")
    assert varied_words(load_config(TINY, ["us_treasury.precedent_probability=0.1"])).startswith("Varied: who opens.")
