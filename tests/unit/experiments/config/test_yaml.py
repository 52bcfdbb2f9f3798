"""YAML with positions: scalars of YAML 1.2, and a message with a place for everything that is no config text."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import pytest

from experiments.config.limits import MAX_DEPTH
from experiments.config.yaml import between_commas, parse_yaml, read_braces, read_scalar
from experiments.errors import ConfigError


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"), ("yes", "yes"), ("on", "on"), ("NO", "NO"), ("true", True), ("FALSE", False), ("~", None),
        ("", None),
        ("0123", 123), ("0o17", 15), ("0x1F", 31), ("-7", -7), ("+7", 7), ("1e3", 1000.0), (".5", 0.5), ("1.", 1.0),
        ("1_000", "1_000"), ("12:30", "12:30"), (".inf", math.inf),
        ("-.inf", -math.inf), ("1e400", math.inf),
        ("2025-05-30", date(2025, 5, 30)), ("2025-02-30", "2025-02-30"), ("9" * 5000, math.inf),
    ],
)  # fmt: skip
def test_scalars_follow_yaml_1_2(text: str, value: Any) -> None:
    read = read_scalar(text)
    assert read == value
    assert type(read) is type(value)


def test_not_a_number_is_read_as_such() -> None:
    assert math.isnan(float(str(read_scalar(".nan"))))


def test_quoted_scalars_are_text() -> None:
    assert parse_yaml("a: '1'\nb: \"2025-05-30\"\n", "f").plain() == {"a": "1", "b": "2025-05-30"}


def test_every_node_knows_its_place() -> None:
    tree = parse_yaml("a: 1\nb:\n  c: [x, y]\n", "f.yaml")
    inner = tree.value["b"].value["c"]
    assert str(inner.key_place) == "f.yaml:3:3"
    assert str(inner.place) == "f.yaml:3:6"
    assert str(inner.value[1].place) == "f.yaml:3:10"


def test_an_alias_repeats_its_anchor_at_its_own_place() -> None:
    tree = parse_yaml("a: &x {b: 1}\nc: *x\n", "f.yaml")
    assert tree.plain() == {"a": {"b": 1}, "c": {"b": 1}}
    assert str(tree.value["c"].place) == "f.yaml:2:4"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\nb:\n  c: 1\n  c: 2\n", "f:4:3: b.c: the key stands here a second time; it was first given at f:3:3"),
        ("a:\n\t- 1\n", "f:2:1: not valid YAML: a tab stands where YAML wants spaces"),
        ("a: [1, 2\n", "f:2:1: not valid YAML: expected ',' or ']'"),
        ("a: b: c\n", "f:1:5: not valid YAML: mapping values are not allowed here"),
        ("a: 1\n---\nb: 2\n", "f:2:1: a second document starts here"),
        ("a: &x [*x]\n", "f:1:8: *x stands inside the value that it names"),
        ("a: *x\n", "f:1:4: *x names no earlier anchor &x"),
        ("a: !!python/name:os.system x\n", "f:1:4: tags are not supported"),
        ("<<: {a: 1}\n", "f:1:1: <<: merge keys are not part of YAML 1.2; use extends"),
        ("? [1]\n: 2\n", "f:1:3: a key must be plain text"),
        ("a: \x01\n", "f:1:4: character 0x0001 is not allowed in YAML"),
        ('a: "b\\0"\n', "f:1:4: a: character 0x0000 is not allowed in a config"),
        ('a: 1\n"\\e[2J": 1\n', "f:2:1: \\x1b[2J: character 0x001b is not allowed in a config"),
        ('a: ["\\ud800"]\n', "f:1:5: a: character 0xd800 is not allowed in a config"),
        ("- " * (MAX_DEPTH + 1), f"f:1:{2 * MAX_DEPTH + 1}: nested more than {MAX_DEPTH} deep"),
    ],
)
def test_wrong_text_is_refused_with_its_place(text: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_yaml(text, "f")
    assert str(caught.value).startswith(message)


def test_aliases_of_aliases_cannot_fill_the_memory() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    with pytest.raises(ConfigError, match=r"f:5:.*expands to more than 20,000 values"):
        parse_yaml("\n".join(lines), "f")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a", ["a"]),
        (" a , b,c ", ["a", "b", "c"]),
        ("linear{beta: 2, x: [1, 2]},[3,4],b", ["linear{beta: 2, x: [1, 2]}", "[3,4]", "b"]),
        ("a,,b,", ["a", "", "b", ""]),
        ("a}, b", ["a}, b"]),
    ],
)
def test_commas_part_an_option_outside_its_brackets(text: str, parts: list[str]) -> None:
    assert between_commas(text) == parts


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("{beta: 2, name: a}", {"beta": 2, "name": "a"}),
        ("{1: 2}", {"1": 2}),
        ("{}", {}),
        ("[1, 2]", None),
        ("{beta: 2", None),
        ("{beta: 2} # x", None),
        ("beta: 2", None),
        ("", None),
    ],
)
def test_braces_hold_a_map_or_nothing_that_can_be_used(text: str, found: dict[str, object] | None) -> None:
    assert read_braces(text) == found
