"""Broken configs: whatever is wrong, the user gets a message with file, line and key, and never another exception."""

from __future__ import annotations

import copy
import io
import math
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from experiments.config.load import config_from, load_config
from experiments.config.model import Config
from experiments.config.numbers import ROW_BY_PATH, provenance_of
from experiments.design.records import build_records
from experiments.design.sampling import design_table
from experiments.errors import ConfigError
from tests.tree import FULL

FULL_TEXT = FULL.read_text(encoding="utf-8")
FULL_TREE: dict[str, Any] = YAML(typ="safe", pure=True).load(FULL_TEXT)

Steps = tuple[str | int, ...]


def _paths(value: Any, above: Steps = ()) -> list[Steps]:
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found = [above] if above else []
    for key, child in children:
        found += _paths(child, (*above, key))
    return found


PATHS = _paths(FULL_TREE)

JUNK = st.one_of(
    st.sampled_from(
        [
            None, True, False, "", "x", "no", "yes", "0123", "1e3", "${name}", "${experiment}", "${a.b}", "${", "~",
            ".nan", math.nan, math.inf, -math.inf, -1, 0, 1, 3, 0.5, 1e308, -1e308, 5e-324, 10**30, 10**400, [], {},
            [[]], [{}],
            {"": 1}, {"dist": 1}, {"dist": "unifrom"}, {"dist": []}, {"value": None}, {"value": {}}, {"name": None},
            {"dist": "uniform", "low": 1, "high": 0}, {"dist": "normal", "mean": 0, "sd": 1},
            {"dist": "normal", "mean": 0, "sd": 1, "low": 50}, {"dist": "lognormal", "median": 1e300, "sigma": 90},
            {"dist": "uniform", "low": -1e308, "high": 1e308}, {"dist": "choice", "values": []},
            {"dist": "choice", "values": [0, 1], "weights": [0, 0]}, {"dist": "beta", "a": 1e-300, "b": 1e300},
            {"dist": "discrete_uniform", "low": 0, "high": 10**17},
            {"dist": "triangular", "low": 0, "mode": 2, "high": 1},
            date(2025, 6, 1), date(1, 1, 1), date(9999, 12, 31), "2025-02-30",
            ["us_treasury.consumer_weight"] * 2,
        ]
    ),
    st.integers(), st.floats(), st.text(max_size=8), st.dates(),
    st.dictionaries(st.text(max_size=5), st.integers(), max_size=2), st.lists(st.integers(), max_size=2),
)  # fmt: skip


@st.composite
def _broken_trees(draw: st.DrawFn) -> dict[str, Any]:
    """Return the full config with a few parts replaced, deleted, renamed, added or doubled."""
    tree = copy.deepcopy(FULL_TREE)
    for _ in range(draw(st.integers(1, 3))):
        *above, last = draw(st.sampled_from(PATHS))
        part: Any = tree
        try:
            for step in above:
                part = part[step]
            _break(draw, part, last)
        except (KeyError, IndexError, TypeError):
            continue  # an earlier mutation took this part away
    return tree


def _break(draw: st.DrawFn, part: Any, last: str | int) -> None:
    match draw(st.sampled_from(["replace", "delete", "rename", "add", "double"])):
        case "replace":
            part[last] = draw(JUNK)
        case "delete":
            del part[last]
        case "rename" if isinstance(part, dict):
            part[f"{last}{draw(st.sampled_from(['s', '_', ' ', '.', 'e']))}"] = part.pop(last)
        case "add" if isinstance(part, dict):
            part[draw(st.text(max_size=6))] = draw(JUNK)
        case "double" if isinstance(part, list) and isinstance(last, int):
            part.append(copy.deepcopy(part[last]))
        case _:
            part[last] = draw(JUNK)


def _works(config: Config) -> None:
    """A config that loads must also run: finite values inside the limits, and a faithful resolved form."""
    design = design_table(config, 3, 1, total=10)
    assert np.isfinite(design.to_numpy()).all()
    batch = build_records(config, design, 1)
    for records in (batch.parameters, batch.beliefs):
        for row in ROW_BY_PATH.values():
            low, high = row.limits()
            assert ((low <= records[row.field]) & (records[row.field] <= high)).all(), row.path
            assert np.isfinite(records[row.field]).all(), row.path
    assert config_from(config.resolved()) == config
    provenance_of(config)


def _load(path: Path, sets: tuple[str, ...] = ()) -> Config | ConfigError:
    try:
        return load_config(path, sets)
    except ConfigError as error:
        return error


def _works_or_says_where(loaded: Config | ConfigError, file: str) -> None:
    if isinstance(loaded, Config):
        _works(loaded)
    else:
        _says_where(loaded, file)


def _says_where(error: ConfigError, file: str) -> None:
    assert error.problems
    for problem in error.problems:
        assert problem.place.origin == file
        assert problem.place.line >= 1
        assert problem.place.column >= 1
        assert problem.message


FUZZ = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz")


@FUZZ
@given(tree=_broken_trees())
def test_a_config_with_broken_parts_is_refused_with_place_and_key_or_works(tree: dict[str, Any], folder: Path) -> None:
    text = io.StringIO()
    YAML(typ="safe", pure=True).dump(tree, text)
    path = folder / "broken.yaml"
    path.write_text(text.getvalue(), encoding="utf-8")
    loaded = _load(path)
    _works_or_says_where(loaded, str(path))
    if isinstance(loaded, ConfigError):
        # The writer leaves a text that starts with ? and an unusual letter unquoted, which is no YAML.
        assume("not valid YAML" not in str(loaded))
        assert all(problem.path for problem in loaded.problems), loaded


@FUZZ
@given(
    cut=st.integers(0, len(FULL_TEXT)),
    dropped=st.integers(0, 12),
    added=st.text(st.sampled_from(list("\t\n :-[]{}&*!|>'\"%@`#,?~\\0.\x01\x85\ufeffé<")), max_size=4),
)
def test_a_config_with_broken_text_is_refused_with_its_place_or_works(
    cut: int, dropped: int, added: str, folder: Path
) -> None:
    path = folder / "broken.yaml"
    path.write_bytes((FULL_TEXT[:cut] + added + FULL_TEXT[cut + dropped :]).encode())
    _works_or_says_where(_load(path), str(path))


@FUZZ
@given(raw=st.binary(max_size=60))
def test_bytes_that_are_no_config_are_refused(raw: bytes, folder: Path) -> None:
    path = folder / "bytes.yaml"
    path.write_bytes(raw)
    with pytest.raises(ConfigError) as caught:
        load_config(path)
    _says_where(caught.value, str(path))


@FUZZ
@given(
    path=st.sampled_from(PATHS).map(lambda steps: ".".join(map(str, steps))) | st.text(max_size=12),
    value=JUNK.map(str) | st.text(max_size=12),
)
def test_a_broken_option_is_refused_with_the_option_or_works(path: str, value: str) -> None:
    option = f"{path}={value}"
    loaded = _load(FULL, (option,))
    if isinstance(loaded, Config):
        _works(loaded)
    else:
        origins = {problem.place.origin for problem in loaded.problems}
        # An option is named by its first 200 characters.
        named = option if len(option) <= 200 else f"{option[:200]}..."
        assert origins <= {str(FULL), f"--set {named}"}
