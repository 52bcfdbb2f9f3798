"""The page of config keys holds every key that a config can have, with its type, default and meaning."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any, Final

from ruamel.yaml import YAML

from experiments.config.distributions import DISTRIBUTIONS
from experiments.config.model import Config
from experiments.documentation.config_keys import config_markdown
from tests.tree import FULL

PAGE: Final = config_markdown()


def _rows(text: str) -> dict[str, tuple[str, ...]]:
    """Cells of the tables of a text by their first, as a reader sees them."""
    lines = [line[2:-2].split(" | ") for line in text.splitlines() if line.startswith("| <code>")]
    seen = [[html.unescape(re.sub(r"</?code>", "", cell)).strip() for cell in cells] for cells in lines]
    return {cells[0]: tuple(cells[1:]) for cells in seen}


ROWS: Final = _rows(PAGE.partition("## Distributions")[0])


def _paths(value: Any, path: str) -> Iterator[str]:
    """Path of every key within a value of a config, as the page writes it."""
    if isinstance(value, dict):
        if value.keys() & {"dist", "value"}:
            return
        for key, inside in value.items():
            yield f"{path}.{key}"
            yield from _paths(inside, f"{path}.{key}")
    elif isinstance(value, list):
        for one in value:
            yield from _paths(one, f"{path}[]")


def _is_told(path: str) -> bool:
    """Whether the page has a key, by its own row, as a name of a map, or by the row that it refers to."""
    for key, (_, _, meaning) in ROWS.items():
        if (found := re.search(r"Keys as in (.+)\.$", meaning)) and re.match(rf"{re.escape(key)}(?=[.\[])", path):
            return _is_told(found[1] + path[len(key) :])
    patterns = (re.escape(key).replace("<name>", r"[\w.]+") for key in ROWS)
    return any(re.fullmatch(pattern, path) for pattern in patterns)


def test_every_key_of_a_config_that_sets_everything_is_told() -> None:
    told = YAML(typ="safe").load(FULL)
    paths = {path for key, value in told.items() for path in _paths(value, key)}
    assert len(paths) > 90
    assert sorted(path for path in paths if not _is_told(path)) == []
    sections = {*re.findall(r"^## `(\w+)`$", PAGE, re.MULTILINE)}
    assert {*Config.model_fields, "extends"} == sections | {key for key in ROWS if "." not in key and "[" not in key}


def test_a_key_that_is_not_there_is_not_told() -> None:
    assert _is_told("red_lines[].release.when.issue")
    assert _is_told("events[].add_red_lines[].release.when.issue"), "by the row that it refers to"
    assert not _is_told("calendar.end")
    assert not _is_told("events[].add_red_lines[].release.when.issues")


def test_a_row_says_what_the_key_takes() -> None:
    assert ROWS["calendar.round_limit"] == (
        "whole number, at least 1, at most 128", "40", "Most rounds that are held."
    )  # fmt: skip
    assert ROWS["calendar.start"] == ("date", "", "Date of the first round.")
    assert ROWS["protocol.kind"][:2] == ("alternating or simultaneous", "alternating")
    assert ROWS["red_lines[].firmness"] == ("number", "1", "Chance that the line is real; drawn once a run.")
    assert ROWS["correlations[].rho"][0] == "fixed number, above -1, below 1"
    assert ROWS["experiment.trajectories"][:2] == ("true or false", "false")
    assert ROWS["us_treasury.consumer_weight"][:2] == ("number", "0.5")
    assert ROWS["sectors.parts"][2] == "US imports from the partner: parts. Keys as in sectors.cars."


def test_every_distribution_is_told_with_its_numbers() -> None:
    rows = _rows(PAGE.partition("## Distributions")[2])
    assert {*rows} == {*DISTRIBUTIONS}
    assert rows["uniform"] == ("low, high", "Every value between low and high equally likely.")
