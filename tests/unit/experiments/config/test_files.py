"""Files, ``extends``, ``--set`` and references: what ends up in the merged config, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from experiments.config.files import read_config, read_mapping
from experiments.config.load import load_config
from experiments.errors import ConfigError
from tests.found_texts import check_found

BASE = """\
name: base
us_treasury:
  consumer_weight: {dist: uniform, low: 0, high: 1}
  revenue_weight: 1.0
firms:
  - {name: A, capex: 1}
  - {name: B, capex: 2}
tactics:
  us_treasury: {name: boulware, beta: 0.2}
events:
  - name: letter
    date: 2025-07-07
    set: {walk_away.threat_car_tariff: 0.3}
correlations:
  - {between: [x, y], rho: 0.1}
"""


def _write(folder: Path, **files: str) -> Path:
    """Write files and return the first."""
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder / f"{next(iter(files))}.yaml"


def _merged(folder: Path, over: str, *sets: str) -> Any:
    path = _write(folder, over=f"extends: base.yaml\n{over}", base=BASE)
    return read_config(path, sets).tree.plain()


def _refusal(path: Path, *sets: str) -> str:
    with pytest.raises(ConfigError) as caught:
        read_config(path, sets)
    for problem in caught.value.problems:
        check_found(problem.message)
    return str(caught.value)


def test_maps_merge_and_scalars_replace(tmp_path: Path) -> None:
    merged = _merged(tmp_path, "name: over\nus_treasury: {revenue_weight: 2}\n")
    assert merged["name"] == "over"
    assert merged["us_treasury"] == {"consumer_weight": {"dist": "uniform", "low": 0, "high": 1}, "revenue_weight": 2}
    assert "extends" not in merged


def test_named_lists_merge_by_name_and_other_lists_replace(tmp_path: Path) -> None:
    merged = _merged(
        tmp_path,
        "firms: [{name: B, capex: 3}, {name: C, capex: 4}]\ncorrelations: []\nevents: [{name: letter, probability: 1}]",
    )
    assert [(firm["name"], firm["capex"]) for firm in merged["firms"]] == [("A", 1), ("B", 3), ("C", 4)]
    assert merged["correlations"] == []
    assert merged["events"][0]["set"] == {"walk_away.threat_car_tariff": 0.3}
    assert merged["events"][0]["probability"] == 1


def test_null_deletes_keys_and_named_things(tmp_path: Path) -> None:
    merged = _merged(tmp_path, "us_treasury: {revenue_weight: ~}\nfirms: [A: ~]\nevents: ~\n")
    assert list(merged["us_treasury"]) == ["consumer_weight"]
    assert [firm["name"] for firm in merged["firms"]] == ["B"]
    assert "events" not in merged


def test_a_distribution_or_another_tactic_replaces_instead_of_mixing(tmp_path: Path) -> None:
    merged = _merged(
        tmp_path,
        "us_treasury: {consumer_weight: {dist: normal, mean: 0, sd: 1}}\ntactics: {us_treasury: {name: tit_for_tat}}\n",
    )
    assert merged["us_treasury"]["consumer_weight"] == {"dist": "normal", "mean": 0, "sd": 1}
    assert merged["tactics"]["us_treasury"] == {"name": "tit_for_tat"}


def test_the_same_tactic_merges_its_knobs(tmp_path: Path) -> None:
    merged = _merged(tmp_path, "tactics: {us_treasury: {name: boulware, initial: 0}}\n")
    assert merged["tactics"]["us_treasury"] == {"name": "boulware", "beta": 0.2, "initial": 0}


def test_extends_may_be_chained_and_lies_beside_the_file(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    (tmp_path / "base.yaml").write_text("name: base\ntitle: a\nstory: b\n", encoding="utf-8")
    (inner / "middle.yaml").write_text("extends: ../base.yaml\ntitle: c\n", encoding="utf-8")
    (inner / "top.yaml").write_text("extends: middle.yaml\nname: top\n", encoding="utf-8")
    assert read_config(inner / "top.yaml").tree.plain() == {"name": "top", "title": "c", "story": "b"}


def test_places_point_to_the_file_that_wrote_the_value(tmp_path: Path) -> None:
    path = _write(tmp_path, over="extends: base.yaml\nus_treasury:\n  revenue_weight: 2\n", base=BASE)
    weights = read_config(path, ["us_treasury.deficit_weight=1"]).tree.value["us_treasury"].value
    assert str(weights["consumer_weight"].place) == f"{tmp_path / 'base.yaml'}:3:20"
    assert str(weights["revenue_weight"].place) == f"{path}:3:19"
    assert str(weights["deficit_weight"].place) == "--set us_treasury.deficit_weight=1"


def test_distributions_are_listed_in_the_order_in_which_layers_add_them(tmp_path: Path) -> None:
    path = _write(tmp_path, over="extends: base.yaml\nfirms: [{name: A, capex: {dist: beta, a: 1, b: 1}}]\n", base=BASE)
    drawn = read_config(
        path,
        ["us_treasury.revenue_weight={dist: uniform, low: 0, high: 1}", "us_treasury.consumer_weight={dist: normal}"],
    ).drawn
    assert drawn == ("us_treasury.consumer_weight", "firms.A.capex", "us_treasury.revenue_weight")


@pytest.mark.parametrize(
    ("option", "steps", "value"),
    [
        ("us_treasury.revenue_weight=3", ("us_treasury", "revenue_weight"), 3),
        ("partner.farm_cost=0.5", ("partner", "farm_cost"), 0.5),
        ("us_treasury.consumer_weight.high=2", ("us_treasury", "consumer_weight", "high"), 2),
        ("firms.B.capex={dist: beta, a: 1, b: 2}", ("firms", 1, "capex"), {"dist": "beta", "a": 1, "b": 2}),
        ("events.letter.set.walk_away.threat_car_tariff=0.4", ("events", 0, "set", "walk_away.threat_car_tariff"), 0.4),
        ("correlations.0.rho=0.9", ("correlations", 0, "rho"), 0.9),
        ("title=a=b", ("title",), "a=b"),
        ("firms.C={capex: 3}", ("firms", 2), {"name": "C", "capex": 3}),
    ],
)
def test_options_set_the_value_at_their_path(option: str, steps: tuple[Any, ...], value: Any, tmp_path: Path) -> None:
    part = _merged(tmp_path, "name: over\n", option)
    for step in steps:
        part = part[step]
    assert part == value


def test_options_apply_in_order_and_delete_with_null(tmp_path: Path) -> None:
    merged = _merged(tmp_path, "name: over\n", "name=x", "name=y", "firms.A=~", "us_treasury.revenue_weight=~")
    assert merged["name"] == "y"
    assert [firm["name"] for firm in merged["firms"]] == ["B"]
    assert "revenue_weight" not in merged["us_treasury"]


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ("nonsense", "write path=value"),
        ("=3", "write path=value"),
        ("a..b=3", "write path=value"),
        ("name=", "name: has no value; write ~ to delete a key"),
        ("name=[1", "not valid YAML"),
        ("name.x=3", "name: is a single value (over) and has no part x"),
        ("firms.AA.capex=3", "firms.AA: there is nothing of that name; did you mean A?"),
        ("firms.lettre=3", "firms.lettre: there is nothing of that name"),
        ("events.lettre.probability=1", "events.lettre: there is nothing of that name; did you mean letter?"),
        ("us_treasury.unknown=~", "us_treasury.unknown: is empty, and there is nothing to delete"),
    ],
)
def test_wrong_options_are_refused_with_the_option_as_place(option: str, message: str, tmp_path: Path) -> None:
    path = _write(tmp_path, over="extends: base.yaml\nname: over\n", base=BASE)
    assert _refusal(path, option).startswith(f"--set {option}: {message}")


def test_all_wrong_options_are_listed(tmp_path: Path) -> None:
    assert len(_refusal(_write(tmp_path, base=BASE), "a", "b").splitlines()) == 2


def test_references_take_the_value_of_another_path(tmp_path: Path) -> None:
    text = "name: x\ntitle: the ${name} of ${us_treasury.a}\nc: ${d}\nd: [1]\n"
    text += "us_treasury: {a: 1.5, b: '${us_treasury.a}'}\n"
    tree = read_config(_write(tmp_path, x=text), ["us_treasury.a=2.5"]).tree.plain()
    assert tree["title"] == "the x of 2.5"
    assert tree["us_treasury"]["b"] == 2.5
    assert tree["c"] == [1]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: ${b}\n", "1:4: a: ${b} names no value that this config writes"),
        ("a: ${b}\nb: ${c}\nc: ${a}\n", "${b} leads back to itself"),
        ("a: {b: '${a}'}\n", "1:8: a.b: ${a} leads back to itself"),
        ("a: x ${b}\nb: [1]\n", "1:4: a: b is not a single value and cannot stand inside a text"),
        ("a: ${b\n", "1:4: a: holds an unfinished reference"),
        ("a: ${b}\nb: {dist: uniform, low: 0, high: 1}\n", "1:4: a: ${b} is a distribution"),
        ("a: ${b}\nb: {c: {dist: uniform}}\n", "1:4: a: ${b} is a distribution"),
    ],
)
def test_wrong_references_are_refused(text: str, message: str, tmp_path: Path) -> None:
    assert message in _refusal(_write(tmp_path, x=text))


def test_references_of_references_cannot_fill_the_memory(tmp_path: Path) -> None:
    text = "a0: xxxxxxxxxx\n" + "".join(f"a{n}: {f'${{a{n - 1}}}' * 10}\n" for n in range(1, 30))
    assert "x.yaml:6:5: a5: with its references the config expands to more than" in _refusal(_write(tmp_path, x=text))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "x.yaml:1:1: the file is empty"),
        ("# nothing\n", "the file is empty"),
        ("- 1\n", "x.yaml:1:1: a config must be a map of keys (got [1])"),
        ("text\n", "x.yaml:1:1: a config must be a map of keys (got text)"),
        ("name:\n", "x.yaml:1:1: name: is empty, and there is nothing to delete"),
        ("firms: [{name: A, capex: }]\n", "x.yaml:1:19: firms.A.capex: is empty"),
        ("extends: 3\n", "x.yaml:1:10: extends: must be the name of a YAML file (got 3)"),
        ("extends: none.yaml\n", "x.yaml:1:10: extends: there is no file"),
        ("extends: x.yaml\n", "x.yaml:1:10: extends: the files extend each other in a circle: x.yaml -> x.yaml"),
    ],
)
def test_wrong_files_are_refused(text: str, message: str, tmp_path: Path) -> None:
    assert message in _refusal(_write(tmp_path, x=text))


def test_files_that_extend_each_other_are_refused(tmp_path: Path) -> None:
    path = _write(tmp_path, a="extends: b.yaml\n", b="extends: c.yaml\n", c="extends: a.yaml\n")
    assert "circle: a.yaml -> b.yaml -> c.yaml -> a.yaml" in _refusal(path)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("tinny", "tinny: there is no such file, and no config of that name comes with winset; did you mean tiny?"),
        ("folder/tinny", "folder/tinny: there is no such file"),
    ],
)
def test_a_bare_name_of_nothing_is_set_beside_the_shipped_ones(name: str, said: str) -> None:
    with pytest.raises(ConfigError) as refusal:
        load_config(name)
    assert str(refusal.value) == said


def test_unreadable_files_are_refused(tmp_path: Path) -> None:
    assert _refusal(tmp_path / "none.yaml") == f"{tmp_path / 'none.yaml'}: there is no such file"
    assert "cannot be read" in _refusal(tmp_path)
    (tmp_path / "latin.yaml").write_bytes("name: x\ntitle: caf\u00e9\n".encode("latin-1"))
    assert "latin.yaml:2:11: byte 0xe9 is not UTF-8" in _refusal(tmp_path / "latin.yaml")


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    (tmp_path / "bom.yaml").write_bytes(b"\xef\xbb\xbfname: x\n")
    assert read_config(tmp_path / "bom.yaml").tree.plain() == {"name": "x"}


def test_plain_data_is_read_like_a_file() -> None:
    written = read_mapping({"a": {"b": [1, 2.5, "x", True]}}, "manifest.json", ["a.c=1"])
    assert written.tree.plain() == {"a": {"b": [1, 2.5, "x", True], "c": 1}}
    with pytest.raises(ConfigError, match=r"manifest\.json: holds a object, which no config can hold"):
        read_mapping({"a": object()}, "manifest.json")
