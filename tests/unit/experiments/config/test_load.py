"""Configs as a whole: what loads means what it says, and what is wrong is said with place, key, value and remedy."""

from __future__ import annotations

import json
import pickle
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from ruamel.yaml import YAML

from agents.tactics.registry import TACTICS
from experiments.config.distributions import Fixed
from experiments.config.load import config_from, load_config
from experiments.config.model import Config
from experiments.config.numbers import numbers, provenance_of
from experiments.config.schema import config_schema
from experiments.errors import ConfigError
from sim.issues import ISSUES
from sim.parameters.parameter import SECTORS
from sim.parameters.table import TABLE
from tests.small_records import SMALL
from tests.tree import CONFIGS, FULL

TYPES: dict[str, Any] = {
    "object": dict,
    "array": list,
    "string": (str, date),
    "number": (int, float),
    "integer": int,
    "boolean": bool,
    "null": type(None),
}


def _small(*sets: str, **top: Any) -> Config:
    return config_from({**SMALL, **top}, "small", sets)


def test_values_of_the_file_are_those_of_the_config() -> None:
    config = load_config(FULL)
    assert config.calendar.deadline == date(2025, 7, 9)
    assert config.us_treasury.number("deficit_weight").support() == (0.06, 0.06)
    assert config.sectors.sector("cars").number("import_value").support() == (41, 41)
    assert [firm.name for firm in config.firms] == ["SoftBank", "Sakura Internet"]
    assert config.agenda["chip_purchases"].levels == 21
    assert config.events[0].changes["calendar.deadline"] == date(2025, 8, 1)
    assert list(config.tactics.partner.knobs) == [knob.name for knob in TACTICS["linear"].knobs]


def test_left_out_parameters_have_the_defaults_of_the_table() -> None:
    config = _small()
    found = {entry.path: entry.number for entry in numbers(config)}
    for row in TABLE:
        if row.group in ("scalar", "sector"):
            assert found[row.path] == Fixed(
                value=row.default, source=row.source, known_by=row.known_by, confidence=row.confidence
            )


def test_every_default_of_the_table_is_admitted() -> None:
    assert [row.path for row in TABLE if not row.admits(row.default)] == []


def test_left_out_grids_are_those_of_the_issues() -> None:
    config = _small(agenda={issue.name: {} for issue in ISSUES})
    for issue in ISSUES:
        entry = config.agenda[issue.name]
        assert (entry.low, entry.high, entry.levels) == (issue.low, issue.high, issue.levels)


def test_without_comparable_deals_none_is_compared_with() -> None:
    """`none` is a weight of 0 that says where it is from, over what a file says of earlier deals as well."""
    config = load_config(FULL, ["reference=none"])
    assert config.section("reference").number("weight").support() == (0.0, 0.0)
    (found,) = (entry for entry in provenance_of(config) if entry.path == "reference.weight")
    assert (found.value, found.source) == ("0.0", "reference: none")
    assert not list(_misfits({"extends": "x", "reference": "none"}, config_schema(), config_schema(), "x"))
    assert list(_misfits({"extends": "x", "reference": "nothing"}, config_schema(), config_schema(), "x"))


@pytest.mark.parametrize("sets", [[], ["experiment.sampling=sobol"], ["story=~"], ["reference=none"]])
def test_the_resolved_config_loads_again_as_an_equal_config(sets: list[str]) -> None:
    config = load_config(FULL, sets)
    through_json = json.loads(json.dumps(config.resolved(), allow_nan=False))
    again = config_from(through_json, "manifest.json")
    assert again == config
    assert again.resolved() == config.resolved()
    assert again.digest() == config.digest()
    assert hash(again) == hash(config)


def test_the_digest_changes_with_any_value_and_not_with_the_order_of_keys() -> None:
    base = _small()
    assert _small("us_treasury.lobby_weight=0.21").digest() != base.digest()
    assert _small("title=Another").digest() != base.digest()
    assert config_from(dict(reversed(SMALL.items()))).digest() == base.digest()
    assert len(base.digest()) == 32


def test_a_config_is_frozen_and_survives_pickling() -> None:
    config = load_config(FULL)
    with pytest.raises(ValidationError, match="frozen"):
        config.name = "other"  # type: ignore[misc]  # frozen, which is what is tested
    again = pickle.loads(pickle.dumps(config))  # noqa: S301  pickled right here
    assert again == config
    assert again.place("us_treasury.consumer_weight") == config.place("us_treasury.consumer_weight")


def test_places_are_kept_for_later_messages() -> None:
    config = load_config(FULL, ["us_treasury.lobby_weight=0.3"])
    assert str(config.place("us_treasury.deficit_weight")) == f"{FULL}:36:19"
    assert str(config.place("us_treasury.lobby_weight")) == "--set us_treasury.lobby_weight=0.3"
    assert config.place("us_treasury.audience_cost").line == config.place("us_treasury").line
    assert config.is_written("firms.SoftBank.capex")
    assert not config.is_written("firms.SoftBank.unmet_demand")


def test_an_unknown_key_is_refused_like_the_example(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("us_treasury:\n  consumer_weigth: 0.5\n", encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_config(path)
    lines = str(caught.value).splitlines()
    assert f"{path}:2:3: us_treasury.consumer_weigth: unknown key; did you mean consumer_weight? (got 0.5)" in lines
    assert f"{path}:1:1: name: is missing" in lines


def test_every_problem_is_listed_in_the_order_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(
        "name: x\ntitle: x\ncalendar: {start: 2025-05-30, deadline: soon}\nagenda: {car_tariff: {levels: 99}}\n"
        "tactics: {us_treasury: {name: linear}, partner: {name: linear}}\n"
        "economy: {adjustment_speed: -1, x: 1}\n",
        encoding="utf-8",
    )
    with pytest.raises(ConfigError) as caught:
        load_config(path)
    assert [(problem.place.line, problem.path) for problem in caught.value.problems] == [
        (3, "calendar.deadline"),
        (4, "agenda.car_tariff.levels"),
        (6, "economy.adjustment_speed"),
        (6, "economy.x"),
    ]


def test_an_error_survives_pickling() -> None:
    with pytest.raises(ConfigError) as caught:
        _small("name=3")
    again = pickle.loads(pickle.dumps(caught.value))  # noqa: S301  pickled right here
    assert str(again) == str(caught.value)
    assert again.problems == caught.value.problems


def test_provenance_tells_defaults_from_what_the_config_says() -> None:
    config = load_config(FULL, ["us_treasury.lobby_weight=0.3"])
    found = {entry.path: entry for entry in provenance_of(config)}
    row = next(row for row in TABLE if row.path == "us_treasury.revenue_weight")
    assert found["us_treasury.revenue_weight"].value == "normal(mean=1, sd=0.2, low=0.6, high=1.4)"
    assert found["us_treasury.revenue_weight"].source == f"config file {FULL.name}" != row.source
    assert found["us_treasury.revenue_weight"].known_by is None
    written = found["us_treasury.deficit_weight"]
    assert (written.source, written.known_by) == ("own", date(2025, 5, 2))
    assert found["us_treasury.lobby_weight"].source == "--set us_treasury.lobby_weight=0.3"
    default = found["fund.reference_size"]
    assert (default.known_by, default.confidence) == (date(2025, 7, 23), "high")
    assert found["firms.SoftBank.capex"].known_by == date(2025, 5, 13)
    assert found["red_lines.us_cars.at_least"].source == "DT"
    assert found["events.letter.add_red_lines.fund_cap.at_most"].source == f"config file {FULL.name}"
    assert found["events.letter.set.calendar.deadline"].known_by == date(2025, 7, 7)
    assert found["agenda.chip_purchases.levels"].source == "default"


def test_provenance_covers_every_number_once() -> None:
    config = load_config(FULL)
    paths = [entry.path for entry in provenance_of(config)]
    assert len(paths) == len(set(paths))
    assert {entry.path for entry in numbers(config)} <= set(paths)
    assert all(entry.source for entry in provenance_of(config))


def test_the_schema_describes_every_parameter_with_unit_range_and_source() -> None:
    schema = config_schema()
    for row in TABLE:
        name = "".join(word.capitalize() for word in row.section.split(".")[-1].split("_"))
        model = {"firm": "Firm", "maker": "ChipMaker", "sector": f"{name}Sector"}.get(row.group, name)
        field = schema["$defs"][model]["properties"][row.name]
        assert row.doc in field["description"]
        assert row.source in field["description"]
        assert row.unit in field["description"]
        assert row.path == "firms.capex" or field["default"] == row.default


@pytest.mark.parametrize("path", [FULL, *sorted(CONFIGS.glob("*.yaml"))], ids=lambda path: path.name)
def test_shipped_configs_fit_the_schema(path: Path) -> None:
    raw = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    misfits = list(_misfits(raw, config_schema(), config_schema(), path.name))
    assert misfits == []


def _misfits(value: Any, schema: dict[str, Any], root: dict[str, Any], where: str) -> Iterator[str]:
    """Misfits of plain data to the part of JSON schema that the config schema uses: a reader independent of it."""
    if "$ref" in schema:
        schema = root["$defs"][schema["$ref"].rpartition("/")[2]]
    for choices in (schema.get("anyOf"), schema.get("oneOf")):
        if choices and all(list(_misfits(value, choice, root, where)) for choice in choices):
            yield f"{where}: fits none of the alternatives"
    if "type" in schema and not isinstance(value, TYPES[schema["type"]]):
        yield f"{where}: is no {schema['type']}"
    if "const" in schema and value != schema["const"]:
        yield f"{where}: is not {schema['const']}"
    if "enum" in schema and value not in schema["enum"]:
        yield f"{where}: is none of {schema['enum']}"
    if isinstance(value, dict):
        yield from (f"{where}: lacks {name}" for name in schema.get("required", ()) if name not in value)
        for key, part in value.items():
            below = schema.get("properties", {}).get(key, schema.get("additionalProperties", True))
            if below is False:
                yield f"{where}: unknown key {key}"
            elif below is not True:
                yield from _misfits(part, below, root, f"{where}.{key}")
    if isinstance(value, list) and "items" in schema:
        for index, part in enumerate(value):
            yield from _misfits(part, schema["items"], root, f"{where}.{index}")


def test_the_reader_of_schemas_finds_misfits() -> None:
    parts = {"us_treasury": {"consumer_weigth": 1}, "protocol": {"kind": "x"}, "economy": {"adjustment_speed": "a"}}
    wrong = {"extends": "x", **parts}
    found = list(_misfits(wrong, config_schema(), config_schema(), "x"))
    assert [text.partition(":")[0] for text in found] == ["x.us_treasury", "x.protocol", "x.economy"]


def test_the_schema_knows_the_keys_of_the_format() -> None:
    schema = config_schema()
    assert json.loads(json.dumps(schema)) == schema
    assert {"extends", "name", "agenda", "us_treasury", "experiment"} <= set(schema["properties"])
    agenda = schema["properties"]["agenda"]["anyOf"][0]
    assert list(agenda["properties"]) == [issue.name for issue in ISSUES]
    assert list(schema["$defs"]["Sectors"]["properties"]) == list(SECTORS)
    changes = schema["$defs"]["Event"]["properties"]["set"]["anyOf"][0]
    assert "walk_away.threat_car_tariff" in changes["properties"]
