"""A config is bounded before it is worked on: bytes, files, values, characters and depth, each with its place."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from experiments.config import files as config_files
from experiments.config.files import read_config, read_mapping
from experiments.config.limits import MAX_BYTES, MAX_DEPTH, MAX_FILES, MAX_LETTERS, MAX_VALUES
from experiments.config.load import load_config
from experiments.config.yaml import Node, parse_yaml
from experiments.errors import ConfigError, Position, Problem
from tests.tree import TINY


def _refusal(path: Path, *sets: str) -> str:
    with pytest.raises(ConfigError) as caught:
        read_config(path, sets)
    return str(caught.value)


def _file(folder: Path, text: str, name: str = "x.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def _chain(length: int) -> str:
    return "".join(f"a{n}: ${{a{n + 1}}}\n" for n in range(length)) + f"a{length}: 1\n"


@pytest.mark.parametrize(
    ("extends", "message"),
    [
        (r'"a\0b"', "x.yaml:1:10: extends: character 0x0000 is not allowed in a config"),
        (r'"\ud800"', "x.yaml:1:10: extends: character 0xd800 is not allowed in a config"),
        ("x" * 300, "x.yaml:1:10: extends: "),
        ("/dev/zero", "x.yaml:1:10: extends: /dev/zero cannot be read: it is a device and no regular file"),
        ("pipe", "pipe cannot be read: it is a named pipe and no regular file"),
        (".", "cannot be read: it is a directory and no regular file"),
        ("loop", "loop cannot be read: Too many levels of symbolic links"),
    ],
)
def test_a_base_that_is_no_readable_file_is_refused_at_its_key(extends: str, message: str, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to("loop")
    text = _refusal(_file(tmp_path, f"extends: {extends}\n"))
    assert message in text
    assert "x.yaml:1:10: " in text


def test_a_name_that_is_too_long_says_so(tmp_path: Path) -> None:
    assert "File name too long" in _refusal(_file(tmp_path, f"extends: {'x' * 300}\n"))
    assert "File name too long" in _refusal(tmp_path / ("x" * 300))


def test_endless_and_waiting_files_are_refused_unread(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert _refusal(Path("/dev/zero")) == "/dev/zero: cannot be read: it is a device and no regular file"
    assert "it is a named pipe" in _refusal(tmp_path / "pipe")


def test_a_file_that_is_too_large_is_not_parsed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.yaml"
    with path.open("wb") as file:
        file.truncate(1 << 40)  # takes no room on the disk, and more than any memory if it were read
    monkeypatch.setattr(config_files, "parse_yaml", lambda *_, **__: pytest.fail("was parsed"))
    assert _refusal(path) == f"{path}: is larger than a config may be: {MAX_BYTES:,} bytes"


def test_the_largest_file_is_read(tmp_path: Path) -> None:
    text = "name: x\n"
    assert read_config(_file(tmp_path, text + "#" * (MAX_BYTES - len(text)))).tree.plain() == {"name": "x"}
    assert "is larger than" in _refusal(_file(tmp_path, text + "#" * (MAX_BYTES - len(text) + 1)))


def test_files_that_extend_each_other_are_bounded_together(tmp_path: Path) -> None:
    _file(tmp_path, "name: x\n#" + "x" * (MAX_BYTES // 2), "base.yaml")
    path = _file(tmp_path, "extends: base.yaml\n#" + "x" * (MAX_BYTES // 2))
    message = f"base.yaml is larger than a config may be together with the files that extend it: {MAX_BYTES:,} bytes"
    assert message in _refusal(path)
    assert _refusal(path).startswith(f"{path}:1:10: extends: ")


def test_many_files_in_a_row_are_no_circle(tmp_path: Path) -> None:
    for number in range(25):
        text = f"extends: x{number + 1}.yaml\n" if number < 24 else "name: x\n"
        _file(tmp_path, text, f"x{number}.yaml")
    most = tmp_path / f"x{25 - MAX_FILES}.yaml"
    assert read_config(most).tree.plain() == {"name": "x"}
    text = _refusal(tmp_path / "x0.yaml")
    assert text.endswith(f"x19.yaml:1:10: extends: this would be file 21 of the config; at most {MAX_FILES} fit")


def test_a_circle_is_found_whatever_names_lead_through_it(tmp_path: Path) -> None:
    path = _file(tmp_path, "extends: other.yaml\n")
    (tmp_path / "other.yaml").symlink_to("x.yaml")
    assert "in a circle: x.yaml -> other.yaml" in _refusal(path)


def test_reading_stops_at_the_first_value_too_many() -> None:
    with pytest.raises(ConfigError) as caught:
        parse_yaml("a:\n" + "- 1\n" * (2 * MAX_VALUES), "f")
    # A key and its list's items are values; the map around them counts when it ends.
    assert str(caught.value).startswith(f"f:{MAX_VALUES + 1}:3: expands to more than {MAX_VALUES:,} values")


def test_aliases_are_counted_where_they_stand() -> None:
    items = ", ".join(["x"] * 999)
    text = f"a: &a [{items}]\n" + "".join(f"b{n}: *a\n" for n in range(40))
    with pytest.raises(ConfigError) as caught:
        parse_yaml(text, "f")
    assert str(caught.value).startswith("f:20:6: expands to more than 20,000 values")
    long = f"a: &a {'x' * 100_000}\n" + "".join(f"b{n}: *a\n" for n in range(20))
    with pytest.raises(ConfigError, match=rf"^f:10:5: expands to more than {MAX_LETTERS:,} characters"):
        parse_yaml(long, "f")


def test_aliases_cannot_nest_deeper_than_a_config_may_be() -> None:
    half = MAX_DEPTH // 2 + 1
    text = f"a: &a {'[' * half}1{']' * half}\nb: {'[' * half}*a{']' * half}\n"
    with pytest.raises(ConfigError, match=rf"^f:2:{half + 4}: nested more than {MAX_DEPTH} deep"):
        parse_yaml(text, "f")


@pytest.mark.parametrize("length", [500, 5_000])
def test_a_long_chain_of_references_is_refused_where_it_becomes_too_long(length: int, tmp_path: Path) -> None:
    text = _refusal(_file(tmp_path, _chain(length)))
    assert text.endswith(f"x.yaml:41:6: a40: nested or referred to more than {MAX_DEPTH} deep")


def test_a_short_chain_of_references_is_followed(tmp_path: Path) -> None:
    assert read_config(_file(tmp_path, _chain(30))).tree.plain()["a0"] == 1


def test_references_are_bounded_before_they_are_written_out(tmp_path: Path) -> None:
    items = ", ".join(f"k{n}: 1" for n in range(900))
    text = f"m: {{{items}}}\n" + "".join(f"a{n}: ${{m}}\n" for n in range(2_000))
    message = f"x.yaml:23:6: a21: with its references the config expands to more than {MAX_VALUES:,} values"
    assert message in _refusal(_file(tmp_path, text))


def test_references_in_texts_are_bounded_before_they_are_written_out(tmp_path: Path) -> None:
    items = ", ".join(f"k{n}: '${{x}} {n}'" for n in range(4_000))
    text = f"z: ${{m}}\nx: {'y' * 90_000}\nm: {{{items}}}\n"
    message = f"x.yaml:3:166: m.k11: with its references the config expands to more than {MAX_LETTERS:,} characters"
    assert message in _refusal(_file(tmp_path, text))


def test_a_reference_to_a_very_long_path_is_refused(tmp_path: Path) -> None:
    text = _refusal(_file(tmp_path, f"a: ${{{'b.' * 100_000}}}\n"))
    assert text.endswith("x.yaml:1:4: a: a reference names a path of at most 500 characters")


@pytest.mark.parametrize("option", ["a." * 5_000 + "b=1", "a" * 2_000 + "=1"])
def test_an_option_with_a_very_long_path_is_refused(option: str, tmp_path: Path) -> None:
    text = _refusal(_file(tmp_path, "name: x\n"), option)
    assert text.endswith(f"the path has more than {MAX_DEPTH} parts or 500 characters")
    assert len(text) < 450


def test_an_option_that_is_too_large_is_refused(tmp_path: Path) -> None:
    text = _refusal(_file(tmp_path, "name: x\n"), f"a=[{'1,' * MAX_BYTES}]")
    assert "is larger than a config may be" in text
    assert len(text) < 450


def test_plain_data_is_bounded_as_well() -> None:
    deep: list[object] = []
    for _ in range(5_000):
        deep = [deep]
    with pytest.raises(ConfigError, match=f"m: nested more than {MAX_DEPTH} deep"):
        read_mapping({"a": deep}, "m")
    with pytest.raises(ConfigError, match="m: expands to more than 20,000 values"):
        read_mapping({"a": [1] * (MAX_VALUES + 1)}, "m")
    with pytest.raises(ConfigError, match="m: character 0xd800 is not allowed"):
        read_mapping({"title": "\ud800"}, "m")
    with pytest.raises(ConfigError, match=r"m: a\\x00: character 0x0000 is not allowed"):
        read_mapping({"a\0": 1}, "m")


def test_a_message_lists_fifty_problems_and_counts_the_rest(tmp_path: Path) -> None:
    path = _file(tmp_path, TINY.read_text(encoding="utf-8") + "".join(f"k{n}: 1\n" for n in range(53)))
    with pytest.raises(ConfigError) as caught:
        load_config(path)
    lines = str(caught.value).splitlines()
    assert len(caught.value.problems) == 53
    assert len(lines) == 51
    assert lines[-1] == "and 3 more problems"
    one = ConfigError([Problem(Position("f", line, 1), "", "wrong") for line in range(1, 52)])
    assert str(one).endswith("\nand 1 more problem")


_PIECES = st.one_of(
    st.integers(0, 9).map("*a{}".format),
    st.integers(0, 9).map("${{a{}}}".format),
    st.integers(0, 9).map("'${{a{0}}}${{a{0}}} x ${{a{0}.0}}'".format),
    st.sampled_from(["1", "x", "[]", "{b: 1}", "{dist: uniform, low: 0, high: 1}"]),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    parts=st.lists(st.tuples(st.lists(_PIECES, max_size=4), st.sampled_from([1, 10, 300])), max_size=10),
    depth=st.integers(0, 25),
)
def test_whatever_refers_to_whatever_stays_within_the_limits(
    parts: list[tuple[list[str], int]], depth: int, tmp_path: Path
) -> None:
    rows = [
        f"a{n}: &a{n} {'[' * depth}{', '.join(pieces * times)}{']' * depth}"
        if depth
        else f"a{n}: &a{n} [{', '.join(pieces * times)}]"
        for n, (pieces, times) in enumerate(parts)
    ]
    path = _file(tmp_path, "name: x\n" + "\n".join(rows) + "\n")
    tree, problems = _read(path)
    assert all(problem.place.origin == str(path) and problem.place.line >= 1 for problem in problems)
    assert tree is None or _count(tree.plain()) == tree.size
    assert tree is None or tree.size <= MAX_VALUES
    assert tree is None or tree.letters <= MAX_LETTERS
    assert tree is None or tree.depth <= MAX_DEPTH


def _read(path: Path) -> tuple[Node | None, tuple[Problem, ...]]:
    try:
        return read_config(path).tree, ()
    except ConfigError as error:
        return None, error.problems


def _count(value: object) -> int:
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + sum(map(_count, children))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.text(st.characters(exclude_categories=())) | st.text(min_size=200, max_size=400))
def test_whatever_stands_in_extends_is_refused_at_its_place(name: str, tmp_path: Path) -> None:
    path = _file(tmp_path, f"extends: {json.dumps(name)}\n")
    text = _refusal(path)
    assert text.startswith(f"{path}:1:1")
    assert text.isprintable()
