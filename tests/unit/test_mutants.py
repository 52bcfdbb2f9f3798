"""The planted faults: where they may stand, that a seed draws the same ones, and how verdicts are counted."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from cosmic_ray.mutating import mutate_code
from coverage.numbits import nums_to_numbits

from tests.mutants import run
from tests.mutants.operators import NeighbouringKey, OppositeFunction, SwappedArguments
from tests.mutants.run import Chosen, Verdict, choose, table
from tests.mutants.selection import Coverage, files_of_tests_near, passed_in
from tests.mutants.sites import Mutant, draw, mutants_of

SOURCE = '''"""A docstring of 3 words."""

from __future__ import annotations

LIMIT: int | None = 3


def share(part: float, whole: float | None = None) -> float | None:
    """Share of 2 numbers."""
    row = {"deal": part, "gain": whole}
    if part > LIMIT:
        return max(part, 1)
    return row["gain"] - part
'''


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "sim").mkdir()
    (tmp_path / "sim" / "share.py").write_text(SOURCE)
    return tmp_path


@pytest.mark.parametrize(
    ("operator", "occurrence", "before", "after"),
    [
        (NeighbouringKey, 0, 'x = t["deal"], t["gain"]', "x = t['gain'], t[\"gain\"]"),
        (NeighbouringKey, 1, 'x = t["deal"], t["gain"]', "x = t[\"deal\"], t['deal']"),
        (SwappedArguments, 0, "plot(x, y, color=z)", "plot( y,x, color=z)"),
        (OppositeFunction, 0, "x = table.min(axis=1)", "x = table.max(axis=1)"),
    ],
)
def test_own_operators_plant_what_they_say(operator: type, occurrence: int, before: str, after: str) -> None:
    assert mutate_code(before, operator(), occurrence) == after


@pytest.mark.parametrize(
    ("operator", "source"),
    [
        (NeighbouringKey, 'x = t["deal"]'),  # no other key to take it for
        (NeighbouringKey, 'x = t["A sentence, and no key."], t["deal"]'),
        (SwappedArguments, "plot(x)"),
        (SwappedArguments, "plot(x, x)"),
        (SwappedArguments, "plot(x, key=y)"),
        (OppositeFunction, "min = 3"),  # a name, and no call
    ],
)
def test_own_operators_leave_alone_what_is_no_place_for_them(operator: type, source: str) -> None:
    assert mutate_code(source, operator(), 0) is None


def test_faults_stand_in_the_code_and_not_in_annotations_or_docstrings(project: Path) -> None:
    found = list(mutants_of(project, "sim/share.py"))
    assert {mutant.line for mutant in found} == {5, 10, 11, 12, 13}
    changed = {mutant.difference(SOURCE) for mutant in found}
    assert "-LIMIT: int | None = 3\n+LIMIT: int | None = 4" in changed
    assert '-    return row["gain"] - part\n+    return row["gain"] + part' in changed
    assert all("float | None" not in text and "docstring" not in text for text in changed)


def test_a_seed_draws_the_same_faults_one_a_line(project: Path) -> None:
    drawn = draw(project, ["sim/share.py"], 5, seed=3)
    assert drawn == draw(project, ["sim/share.py"], 5, seed=3)
    assert sorted(mutant.line for mutant in drawn) == [5, 10, 11, 12, 13]
    assert draw(project, ["sim/share.py"], 5, seed=4) != drawn


def test_the_head_of_a_branch_stands_for_its_lines(project: Path) -> None:
    branch = next(mutant for mutant in mutants_of(project, "sim/share.py") if mutant.line == 11)
    assert branch.statement == (11, 11)


def test_what_runs_at_import_is_outside_the_body_of_every_function(project: Path) -> None:
    found = list(mutants_of(project, "sim/share.py"))
    assert {mutant.line for mutant in found if mutant.at_import} == {5}
    (project / "sim" / "fixed.py").write_text("def part(whole: int = 3) -> int:\n    return (lambda: 4)() + whole\n")
    at_import = {(mutant.line, mutant.at_import) for mutant in mutants_of(project, "sim/fixed.py")}
    assert at_import == {(1, True), (2, False)}


def test_tests_are_chosen_by_their_distance_in_imports(project: Path) -> None:
    (project / "tests" / "unit").mkdir(parents=True)
    (project / "sim" / "over.py").write_text("from sim.share import share\n")
    (project / "tests" / "unit" / "test_near.py").write_text("from sim import share\n")
    (project / "tests" / "unit" / "test_far.py").write_text("from sim.over import share\n")
    (project / "tests" / "unit" / "test_other.py").write_text("import os\n")
    assert files_of_tests_near(project, "sim/share.py") == [["tests/unit/test_near.py"], ["tests/unit/test_far.py"]]


def test_tests_are_chosen_by_the_lines_that_they_ran(tmp_path: Path) -> None:
    database = tmp_path / "coverage"
    with sqlite3.connect(database) as stored:
        stored.execute("create table file (id, path)")
        stored.execute("create table context (id, context)")
        stored.execute("create table line_bits (file_id, context_id, numbits)")
        stored.execute("insert into file values (1, ?)", (str(tmp_path / "sim" / "share.py"),))
        names = ["", "tests/unit/test_a.py::test_one|run", "tests/unit/test_a.py::test_two|run"]
        stored.executemany("insert into context values (?, ?)", list(enumerate(names)))
        lines = ([1, 5, 12], [11], [12, 13])
        stored.executemany(
            "insert into line_bits values (1, ?, ?)", [(k, nums_to_numbits(v)) for k, v in enumerate(lines)]
        )
    one, two = names[1].partition("|")[0], names[2].partition("|")[0]
    coverage = Coverage(database, tmp_path, {one: 2.5, two: 0.5})
    assert coverage.tests("sim/share.py", (11, 11)) == ["tests/unit/test_a.py::test_one"]
    assert coverage.tests("sim/share.py", (11, 12)) == [two, one]
    assert coverage.tests("sim/share.py", (5, 5)) == []
    assert coverage.tests("sim/other.py", (11, 11)) == []
    assert Coverage(database, tmp_path, {two: 0.5}).tests("sim/share.py", (11, 12)) == [two]


def test_a_test_that_fails_without_a_fault_is_not_chosen(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text(
        '<testsuites><testsuite><testcase classname="tests.unit.test_a" name="test_one[1-b.c]" time="1.5"/>'
        '<testcase classname="tests.unit.test_a" name="test_two"><failure/></testcase>'
        '<testcase classname="tests.golden.test_b" name="test_three"><skipped/></testcase></testsuite></testsuites>'
    )
    assert passed_in(report) == {"tests/unit/test_a.py::test_one[1-b.c]": 1.5}


#: Seconds of tests that pass: two that import a file, two that import an importer, and one that does neither.
SECONDS = {"far.py::slow": 9.0, "far.py::quick": 1.0, "near.py::slow": 8.0, "near.py::quick": 2.0, "other.py::a": 0.1}
PASSED = {"rules": {"far.py::quick": 3.0, "near.py::slow": 5.0, "other.py::a": 0.1}, "results": SECONDS}


@pytest.mark.parametrize(
    ("part", "ran", "chosen"),
    [
        # Of a rule those that interpreted its line come first, then whatever imports its file.
        (
            "rules", ["other.py::a", "far.py::quick", "near.py::slow"],
            Chosen(["near.py::slow", "far.py::quick", "other.py::a"],
                   ["near.py::quick", "near.py::slow"], ["far.py::quick", "far.py::slow"]),
        ),
        (
            "rules", [],
            Chosen(["near.py::slow", "far.py::quick"],
                   ["near.py::quick", "near.py::slow"], ["far.py::quick", "far.py::slow"]),
        ),
        (
            "results", ["other.py::a", "far.py::quick", "near.py::slow"],
            Chosen([], ["near.py::slow"], ["near.py::slow", "far.py::quick", "other.py::a"]),
        ),
        (
            "results", [],
            Chosen([], ["near.py::quick", "near.py::slow"], ["far.py::quick", "far.py::slow"]),
        ),
    ],
)  # fmt: skip
def test_near_and_quick_tests_are_tried_first(
    part: str, ran: list[str], chosen: Chosen, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Ran:
        def tests(self, path: str, lines: tuple[int, int]) -> list[str]:
            assert (path, lines) == ("sim/share.py", (3, 4))
            return ran

    monkeypatch.setattr(run, "files_of_tests_near", lambda _root, _path: [["near.py"], ["far.py"]])
    mutant = Mutant("sim/share.py", "SwappedArguments", 0, 3, (3, 4))
    assert choose(part, mutant, {part: Ran()}, PASSED) == chosen
    nobody = choose(part, replace(mutant, at_import=True), {part: Ran()}, PASSED)
    assert nobody.selected == ["near.py::quick", "near.py::slow"]


@pytest.mark.parametrize(
    ("ended", "by"),
    [
        (["failed"], "interpreted"),
        (["passed", "failed"], "selected"),
        (["hung", "passed", "failed"], "whole"),  # slow while interpreted, and noticed in compiled code
        (["hung", "passed", "passed"], "hung"),
        (["passed", "passed", "passed"], "survived"),
    ],
)
def test_a_fault_is_judged_by_the_first_tests_that_fail(
    project: Path, ended: list[str], by: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    mutant = next(mutant for mutant in mutants_of(project, "sim/share.py") if mutant.line == 13)
    ends = iter(ended)
    tried = []

    def tests_run(tree: Path, _cache: Path, tests: list[str], _timeout: float, interpreted: bool) -> str:
        assert (tree / "sim" / "share.py").read_text() == mutant.source(SOURCE)
        tried.append((tests, interpreted))
        return next(ends)

    monkeypatch.setattr(run, "_pytest", tests_run)
    (project / "cache").mkdir()
    verdict = run.judge("rules", mutant, project, project / "cache", Chosen(["i"], ["s"], ["w"]), 9.0)
    assert (verdict.by, verdict.difference) == (by, mutant.difference(SOURCE))
    assert tried == [(["i"], True), (["s"], False), (["w"], False)][: len(ended)]
    assert (project / "sim" / "share.py").read_text() == SOURCE


def test_the_table_counts_by_folder_and_shows_survivors() -> None:
    def verdict(part: str, path: str, by: str) -> Verdict:
        return Verdict(part, Mutant(path, "SwappedArguments", 0, 7, (7, 7)), by, 1.0, "-a\n+b")

    told = table(
        [
            verdict("rules", "sim/a.py", "selected"),
            verdict("rules", "sim/b.py", "hung"),
            verdict("rules", "agents/tactics/c.py", "survived"),
            verdict("results", "experiments/figures/d.py", "whole"),
        ]
    ).splitlines()
    assert [line.split() for line in told[:7]] == [
        ["folder", "planted", "noticed", "share"],
        ["agents/tactics", "1", "0", "0", "%"],
        ["all", "results", "1", "1", "100", "%"],
        ["all", "rules", "3", "1", "33", "%"],
        ["experiments/figures", "1", "1", "100", "%"],
        ["sim", "2", "1", "50", "%"],
        [],
    ]
    assert told[7:] == [
        "hung: sim/b.py:7 SwappedArguments",
        "-a",
        "+b",
        "",
        "survived: agents/tactics/c.py:7 SwappedArguments",
        "-a",
        "+b",
    ]
