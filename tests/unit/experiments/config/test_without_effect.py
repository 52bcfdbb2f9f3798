"""What a config sets in vain is told, each claim is true of the runs, and what has an effect is not told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from experiments.api import run
from experiments.cli import app
from experiments.config.files import NAMED_LISTS, read_config
from experiments.config.load import config_from, load_config
from experiments.config.model import Config
from experiments.config.numbers import ROW_BY_PATH
from experiments.config.without_effect import _OF_FIRMS, _OF_ISSUE, _OF_PLEDGE, WithoutEffect, without_effect
from experiments.report.blocks import Listing
from experiments.report.limits import limits_section
from experiments.store.manifest import read_manifest
from tests.tree import CONFIGS, TINY

JULY = CONFIGS / "july_2025.yaml"
MAY = CONFIGS / "japan_us_2025.yaml"
THREAT = "walk_away.threat_reciprocal_tariff"

#: An event on tiny's first day or later that sets the threat in every run.
EVENT = "events=[{{name: letter, date: {date}, probability: {chance}, set: {{walk_away.threat_car_tariff: 0.4}}}}]"


def _found(path: Path, *sets: str) -> list[WithoutEffect]:
    return without_effect(load_config(path, sets))


def _rows(config: Config, runs: int = 60) -> Any:
    return run(config, runs=runs, workers=1).runs


def _told(*arguments: str | Path) -> tuple[str, str]:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments], prog_name="winset")
    assert result.exit_code == 0, result.output
    return " ".join(result.stdout.split()), " ".join(result.stderr.split())


def test_an_option_that_a_later_event_overwrites_is_told_with_its_rounds() -> None:
    # The talks start on 26 June, a round is held every third day: those of 26, 29 June, 2 and 5 July come before.
    (found,) = _found(JULY, f"{THREAT}=0.10")
    assert str(found) == f"{THREAT} holds in rounds 1 to 4 only: event letter of 2025-07-07 sets it in every run"
    assert not found.at_all
    assert _found(JULY, f"{THREAT}=0.10", "events.letter.probability=0.9") == []
    assert _found(JULY) == []


def test_what_july_does_with_the_threat_before_the_letter() -> None:
    """It is in force in four rounds, in which no side asks for as little as its walk-away and nothing is signed."""
    assert _rows(load_config(JULY), 200)["round"].min() > 4
    assert _rows(load_config(JULY, [f"{THREAT}=0.10"]), 200).equals(_rows(load_config(JULY), 200))
    moved = _rows(load_config(JULY, ["events.letter.set.walk_away.threat_reciprocal_tariff=0.10"]), 200)
    assert not moved.equals(_rows(load_config(JULY), 200))


def _tiny(*sets: str) -> Config:
    return load_config(TINY, sets)


def test_a_value_that_an_event_replaces_on_the_first_day_is_never_read() -> None:
    event = EVENT.format(date="2025-06-01", chance=1)
    (found,) = _found(TINY, event, "walk_away.threat_car_tariff=0.3")
    told = "event letter of 2025-06-01 sets it in every run, on the first day of the talks"
    assert str(found) == f"walk_away.threat_car_tariff does nothing: {told}"
    assert found.at_all
    first, second = (_rows(_tiny(event, f"walk_away.threat_car_tariff={value}")) for value in (0.1, 0.6))
    assert first.equals(second)
    assert not first.equals(_rows(_tiny("walk_away.threat_car_tariff=0.1")))


@pytest.mark.parametrize(
    ("day", "rounds"),
    [
        ("2025-06-02", "round 1"),
        ("2025-06-11", "round 1"),
        ("2025-06-12", "rounds 1 to 2"),
        ("2025-07-21", "rounds 1 to 5"),
    ],
)
def test_a_value_is_in_force_in_the_rounds_before_its_event(day: str, rounds: str) -> None:
    """Tiny's rounds are held on days 0, 10, 20, 30, 40 and 50 from 1 June."""
    (found,) = _found(TINY, EVENT.format(date=day, chance=1), "walk_away.threat_car_tariff=0.3")
    assert f"walk_away.threat_car_tariff holds in {rounds} only: event letter of {day}" in str(found)


def test_an_event_that_never_happens_is_told_and_does_nothing() -> None:
    late = EVENT.format(date="2025-07-22", chance=1)
    (found,) = _found(TINY, late)
    assert str(found) == (
        "events.letter never happens: it is dated 2025-07-22, and round 6, the last, is on 2025-07-21"
    )
    never = EVENT.format(date="2025-06-05", chance=0)
    (found,) = _found(TINY, never)
    assert str(found) == "events.letter never happens: its probability is 0"
    for event in (late, never):
        assert _rows(_tiny(event)).drop(columns="round").equals(_rows(_tiny()).drop(columns="round"))
    assert _found(TINY, EVENT.format(date="2025-06-05", chance=0.01)) == []


def test_a_change_that_another_event_of_the_day_replaces_is_told() -> None:
    one = "{name: one, date: 2025-06-05, set: {walk_away.threat_car_tariff: 0.4, us_treasury.consumer_weight: 0.5}}"
    two = "{name: two, date: 2025-06-05, set: {walk_away.threat_car_tariff: 0.3}}"
    (found,) = _found(TINY, f"events=[{one}, {two}]")
    assert found.path == "events.one.set.walk_away.threat_car_tariff"
    assert found.reason == "does nothing: event two of 2025-06-05 sets it again before the next round"
    first, second = (_rows(_tiny(f"events=[{one.replace('0.4', value)}, {two}]")) for value in ("0.1", "0.6"))
    assert first.equals(second)


def test_a_red_line_that_binds_nowhere_is_told_and_does_nothing() -> None:
    line = "red_lines=[{{name: a, side: us_treasury, issue: {issue}, at_least: {least}, firmness: {firm}}}]"
    (found,) = _found(TINY, line.format(issue="car_tariff", least=0.25, firm=0))
    assert str(found) == "red_lines.a binds in no run: its firmness is 0"
    plain = _rows(_tiny())
    assert _rows(_tiny(line.format(issue="car_tariff", least=0.25, firm=0))).equals(plain)
    assert not _rows(_tiny(line.format(issue="car_tariff", least=0.25, firm=1))).equals(plain)


def _issue_paths() -> list[tuple[str, str]]:
    """Parameters that only the worth of one issue reads, and that issue; tiny has none of those on the table."""
    return [(path, issue) for path in ROW_BY_PATH for start, issue in _OF_ISSUE.items() if path.startswith(start)]


@pytest.mark.parametrize(("path", "issue"), _issue_paths())
def test_parameters_of_an_issue_off_the_table_are_told_and_do_nothing(path: str, issue: str) -> None:
    row = ROW_BY_PATH[path]
    (found,) = _found(TINY, f"{path}={row.high!r}")
    assert str(found) == f"{path} is read by no rule here: {issue} is never on the table"
    low, high = (_rows(_tiny(f"{path}={end!r}")) for end in (row.low, row.high))
    assert low.equals(high)
    assert [one.path for one in _found(JULY, f"{path}={row.high!r}")] == []


REFERENCE_OFF = "us_treasury.reference_loss and partner.reference_loss are 0"


@pytest.mark.parametrize(
    ("sets", "path", "why"),
    [
        (["reference.car_rate=0.2"], "reference.car_rate", REFERENCE_OFF),
        (["reference.weight=0.5"], "reference.weight", REFERENCE_OFF),
        (["partner.reference_loss=1", "reference=none"], "partner.reference_loss", "reference.weight is 0"),
        (
            ["us_treasury.reference_loss=1", "reference.reciprocal_rate=0.2"], "reference.reciprocal_rate",
            "the issue that it is about is never on the table",
        ),
        (["walk_away.open_imports_share=0.5"], "walk_away.open_imports_share", "us_treasury.forward_precedent is 0"),
        (
            ["walk_away.deal_court_exposure=0.5", "walk_away.court_survival=1"], "walk_away.deal_court_exposure",
            "walk_away.court_survival is 1, and there is no risk to carry",
        ),
        (
            ["red_lines=[{name: a, side: partner, issue: car_tariff, at_most: 0.2, price: 0}]"], "red_lines.a",
            "it can be crossed, and its price is 0",
        ),
    ],
)  # fmt: skip
def test_numbers_of_a_rule_that_is_off_are_told_and_do_nothing(sets: list[str], path: str, why: str) -> None:
    (found,) = _found(TINY, *sets)
    assert str(found) == f"{path} does nothing: {why}"
    without = [one for one in sets if not one.startswith((path, "red_lines", "reference=none"))]
    assert _rows(_tiny(*sets)).equals(_rows(_tiny(*without)))


def test_numbers_of_a_rule_that_is_on_are_not_told_and_do_something() -> None:
    plain = _rows(_tiny())
    for sets in (
        ["partner.reference_loss=1", "reference.car_rate=0.16", "reference.weight=0.5"],
        ["red_lines=[{name: a, side: partner, issue: car_tariff, at_most: 0.2, price: 0.5}]"],
    ):
        assert _found(TINY, *sets) == []
        assert not _rows(_tiny(*sets)).equals(plain)
    changed = "events=[{name: others, date: 2025-06-11, set: {us_treasury.forward_precedent: 0.3}}]"
    assert _found(JULY, "walk_away.open_imports_share=0.5", "us_treasury.forward_precedent=0.3") == []
    assert [one.path for one in _found(TINY, changed, "walk_away.open_imports_share=0.5")] == [
        "walk_away.open_imports_share"
    ]


def test_entries_that_others_make_idle_are_told() -> None:
    assert [str(one) for one in _found(TINY, "agenda.car_tariff.levels=4", "experiment.levels=9")] == [
        "agenda.car_tariff.levels does nothing: experiment.levels gives every issue its number of levels"
    ]
    assert [str(one) for one in _found(TINY, "calendar.slip_days=5")] == [
        "calendar.slip_days does nothing: calendar.max_slips is 0"
    ]
    order = "experiment.sobol_order=[us_treasury.precedent_probability]"
    assert [str(one) for one in _found(TINY, order)] == [
        "experiment.sobol_order does nothing: only sampling: sobol reads it"
    ]
    assert _found(TINY, "calendar.slip_days=5", "calendar.max_slips=1") == []
    assert _found(TINY, order, "experiment.sampling=sobol") == []


@pytest.mark.parametrize("name", sorted(path.name for path in CONFIGS.glob("*.yaml")))
def test_shipped_configs_set_nothing_in_vain(name: str) -> None:
    assert _found(CONFIGS / name) == []


NOTE = f"note: {THREAT} holds in rounds 1 to 4 only: event letter of 2025-07-07 sets it in every run."


def test_check_lists_what_has_no_effect() -> None:
    screen, _ = _told("check", JULY, "--set", f"{THREAT}=0.10")
    assert f"Without effect (1) {NOTE.removeprefix('note: ')}" in screen


def test_a_sweep_tells_of_its_axis_once() -> None:
    _, notes = _told("sweep", JULY, "--over", f"{THREAT}=0.10,0.15,0.2", "--runs", "2")
    assert notes.count(NOTE) == 1


def test_the_report_lists_what_has_no_effect() -> None:
    section = limits_section(config_from(load_config(JULY, [f"{THREAT}=0.10"]).resolved(), "manifest.json"))
    (listing,) = [one for one in section.blocks if isinstance(one, Listing) and "no effect" in one.heading]
    assert NOTE.removeprefix("note: ") in listing.lines


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["sweep", "--over", "experiment.seed=1,2"], "--over experiment.seed: the same worlds are played"),
        (["sweep", "--over", "experiment.runs=1,2"], "set it for all of them with --runs"),
        (["sweep", "--over", "name=a,b"], "--over name: it is a text, and no result depends on it"),
        (["factorial", "--switch", "s=experiment.seed=2"], "--switch experiment.seed: the same worlds"),
        (["advise", "--side", "us_treasury", "--lever", "experiment.runs=2,3"], "--lever experiment.runs: the same"),
        (["sweep", "--over", "us_treasury.consumer_weight=1,2", "--set", "experiment.runs=9"], "fixed by --runs"),
        (["tournament", "--set", "experiment.runs=9"], "--set experiment.runs: it is fixed by --worlds; use that"),
        (["stress", "--side", "us_treasury", "--set", "experiment.runs=9"], "fixed by --budget"),
        (["sensitivity", "--set", "experiment.runs=9"], "fixed by --base"),
        (["run", "--runs", "3", "--set", "experiment.runs=9"], "fixed by --runs"),
        (["play", "--seed", "3", "--set", "experiment.seed=9"], "--set experiment.seed: it is fixed by --seed"),
        (["play", "--levels", "3", "--set", "experiment.levels=9"], "fixed by --levels"),
        (["play", "--set", "experiment.trajectories=true"], "this command has no use for it"),
        (["sweep", "--over", "us_treasury.consumer_weight=1,2", "--points", "3"], "--points goes with --leader"),
    ],
)
def test_what_a_command_fixes_itself_is_refused_with_the_option_to_use(arguments: list[str], message: str) -> None:
    result = CliRunner().invoke(app, [arguments[0], str(TINY), *arguments[1:]], prog_name="winset")
    assert result.exit_code == 2, result.output
    assert message in " ".join(result.stderr.split())


def test_a_run_still_takes_what_it_reads_from_the_config(tmp_path: Path) -> None:
    sets = ("--set", "experiment.runs=3", "--set", "experiment.seed=9", "--set", "experiment.trajectories=true")
    _told("run", TINY, *sets, "--no-figures", "--out", tmp_path / "run")
    manifest = read_manifest(tmp_path / "run")
    assert (manifest.settings["runs"], manifest.seed, manifest.settings["trajectories"]) == (3, 9, "all")


@pytest.mark.parametrize(
    ("text", "key", "left"),
    [
        ("firms: []", "firms", []),
        ("firms: {}", "firms", {}),
        ("tactics: {}", "tactics", {}),
        ("us_treasury: {}", "us_treasury", {}),
        (
            "agenda: {car_tariff: {}}",
            "agenda",
            {"car_tariff": {}, "chip_purchases": {"low": 0.0, "high": 6.0, "levels": 5}},
        ),
        ("firms: [{name: Big, capex: 2}]", "firms", None),
    ],
)
def test_an_empty_list_or_map_clears_what_is_inherited(text: str, key: str, left: object, tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(f"extends: {TINY}\n{text}\n")
    tree = read_config(path).tree.plain()
    option = read_config(TINY, [text.replace(": ", "=", 1)]).tree.plain()
    assert tree[key] == option[key]
    if left is None:
        assert [firm["name"] for firm in tree["firms"]] == ["Big", "Small"]
    else:
        assert tree[key] == left


def test_without_firms_no_pledge_is_backed() -> None:
    assert load_config(TINY, ["firms=[]"]).firms == ()
    assert not _rows(_tiny("firms=[]")).equals(_rows(_tiny()))


#: Options with which no chips can be pledged, why, and what is idle then besides the parameters of a pledge.
NO_PLEDGE = {
    "firms=[]": ("there are no firms to buy chips", _OF_FIRMS),
    "chip_makers=[]": ("there are no makers to ship chips", ()),
    "agenda.chip_purchases=~": ("chip_purchases is never on the table", ()),
}


@pytest.mark.parametrize("option", NO_PLEDGE)
def test_options_on_a_pledge_that_cannot_be_made_are_told_and_do_nothing(option: str) -> None:
    """All of them at their lowest give the rows of all at their highest, and are told one by one."""
    why, besides = NO_PLEDGE[option]
    paths = [*_OF_PLEDGE, *besides]
    ends = [[f"{path}={getattr(ROW_BY_PATH[path], end)!r}" for path in paths] for end in ("low", "high")]
    low, high = ([option, *sets] for sets in ends)
    assert _rows(_tiny(*low)).equals(_rows(_tiny(*high)))
    told = [str(one) for one in _found(TINY, *high) if not one.path.startswith("agenda.")]
    assert sorted(told) == sorted(f"{path} does nothing: {why}" for path in paths)
    assert not [one for one in _found(TINY, *ends[1]) if one.path in paths]


@pytest.mark.parametrize("path", _OF_PLEDGE + _OF_FIRMS)
def test_parameters_of_a_pledge_do_something_where_one_can_be_made(path: str) -> None:
    """So that none is called idle which nothing reads anyway. The quorum of signatures binds in few runs."""
    row = ROW_BY_PATH[path]
    config, sets, runs = (JULY, [], 200) if path == "chips.signing_quorum" else (MAY, ["red_lines=[]"], 12)
    low, high = (_rows(load_config(config, [*sets, f"{path}={end!r}"]), runs) for end in (row.low, row.high))
    assert not low.equals(high)


def test_chips_that_nobody_can_deliver_are_told_where_they_are_listed() -> None:
    (found,) = _found(TINY, "firms=[]")
    assert str(found) == "agenda.chip_purchases delivers nothing: there are no firms to buy chips"
    screen, _ = _told("check", TINY, "--set", "firms=[]")
    listed = "in 5 levels; delivers nothing: there are no firms to buy chips Amounts are in US$"
    assert listed in screen
    (found,) = _found(TINY, "firms=[]", "chip_makers=[]")
    assert found.reason.endswith("no firms to buy chips and there are no makers to ship chips")
    assert (_rows(_tiny("firms=[]"))["chip_purchases"].dropna() == 0.0).all()
    assert (_rows(_tiny("chip_makers=[]"))["chip_purchases"].dropna() == 0.0).all()


def test_the_page_of_the_configs_says_which_lists_are_merged_by_name() -> None:
    text = " ".join((CONFIGS.parent / "docs" / "howto" / "configs.md").read_text(encoding="utf-8").split())
    told = text.partition("Lists whose parts have names (")[2].partition(")")[0]
    assert {name.strip("`") for name in told.split(", ")} == NAMED_LISTS - {"add_red_lines"}
