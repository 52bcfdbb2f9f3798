"""Files of positions: what is understood, in our own columns and in KTAB's, and how each mistake is named."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from experiments.errors import ConfigError, RunError
from experiments.positions.files import read_positions, written
from experiments.positions.table import MAX_ACTORS, PositionTable
from experiments.questions.positions.positions import positions
from tests.command_line import refused

HEADER = "actor,issue,position,salience,power\n"
TWO = HEADER + "Ann,cars,10,50,1\nBob,cars,90,100,2\n"

#: As KTAB's examples are written: a line on the scenario, pairs of columns, spaces, and commas at the end of lines.
KTAB = """Energy,"Policy, prices",3, 2,
Actor, Description, Influence, Policy Position, Policy Salience, Pstn2, Sal2,
XJ, Leader,    100.0, 30, 24.0, 20, 48.0,
LK, "Premier, deputy", 60.2, 45, 44.7, 65, 41.3,
MK, Ministry,  35, , , 45, 49.4,
"""


def read(folder: Path, text: str | bytes, **how: object) -> PositionTable:
    file = folder / "given.csv"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_positions(file, **how)  # type: ignore[arg-type]  # as the test says


def problems(folder: Path, text: str | bytes, **how: object) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        read(folder, text, **how)
    return [line.removeprefix(f"{folder}/given.csv:") for line in str(caught.value).splitlines()]


# What is understood.


def test_a_table_in_our_own_columns(tmp_path: Path) -> None:
    table = read(tmp_path, "# a source\n\n" + TWO + "Ann,quota,3,25,4\n")
    assert table.name == "given"
    cars, quota = table.issues
    assert (cars.name, cars.actors, cars.low, cars.high, cars.unit) == ("cars", ("Ann", "Bob"), 0.0, 100.0, "")
    assert (cars.position.tolist(), cars.salience.tolist(), cars.power.tolist()) == ([10, 90], [0.5, 1.0], [1, 2])
    assert (quota.name, quota.actors, quota.salience.tolist(), quota.power.tolist()) == ("quota", ("Ann",), [0.25], [4])
    assert table.actors == ("Ann", "Bob")
    np.testing.assert_array_equal(
        table.matrix({"cars": cars.position, "quota": quota.position}), [[10, 90], [3, np.nan]]
    )


def test_without_a_column_of_issues_the_issue_is_called_as_the_file(tmp_path: Path) -> None:
    (issue,) = read(tmp_path, "Actor,Capability,Position,Salience\nUK,0.16,10,0.9\n").issues
    assert (issue.name, issue.power.tolist(), issue.salience.tolist()) == ("given", [0.16], [0.9])


def test_a_file_of_ktab_is_understood_and_what_has_no_counterpart_is_named(tmp_path: Path) -> None:
    table = read(tmp_path, KTAB)
    policy, second = table.issues
    assert (policy.name, policy.actors, policy.position.tolist()) == ("Policy", ("XJ", "LK"), [30, 45])
    assert (second.name, second.actors, second.position.tolist()) == ("dimension 2", ("XJ", "LK", "MK"), [20, 65, 45])
    assert second.salience == pytest.approx([0.48, 0.413, 0.494])
    assert policy.power.tolist() == [100.0, 60.2]
    assert table.notes == (
        "KTAB scenario: Energy - Policy, prices.",
        "Columns read by other names: Influence as power, Policy Position and Policy Salience as position and salience "
        "on Policy and Pstn2 and Sal2 as position and salience on dimension 2.",
        "Columns without a counterpart here, which no forecaster uses: Description.",
        "Salience is read from 0 to 100.",
    )


def test_unit_range_and_disagreement_may_stand_in_the_file(tmp_path: Path) -> None:
    header = "actor,position,salience,power,unit,scale_low,scale_high,disagreement\n"
    text = header + "A,4,1,1,years,4,10,0.25\nB,9,0,1,years,4,10,0\n"
    (issue,) = read(tmp_path, text).issues
    assert (issue.low, issue.high, issue.scale, issue.unit) == (4.0, 10.0, 6.0, "years")
    assert issue.disagreement is not None
    assert issue.disagreement.tolist() == [0.25, 0.0]


def test_a_range_of_the_caller_stands_above_the_file(tmp_path: Path) -> None:
    text = "actor,issue,position,salience,power,scale_low,scale_high\nA,cars,5,1,1,0,10\nA,quota,5,1,1,0,20\n"
    ends = [(one.low, one.high) for one in read(tmp_path, text, ranges={"cars": (2.0, 6.0)}).issues]
    assert ends == [(2.0, 6.0), (0.0, 20.0)]
    assert {(one.low, one.high) for one in read(tmp_path, text, ranges={"": (4.0, 8.0)}).issues} == {(4.0, 8.0)}
    with pytest.raises(RunError, match=r"--range car=0:10: the file has no such issue; did you mean cars\?$"):
        read(tmp_path, text, ranges={"car": (0.0, 10.0)})
    with pytest.raises(RunError, match="--range 8:4: the range is empty"):
        read(tmp_path, text, ranges={"": (8.0, 4.0)})
    said = r"--range cars=-1e\+308:1e\+308: the ends of a range must be numbers of at most 1e\+12 in absolute value"
    with pytest.raises(RunError, match=said):
        read(tmp_path, text, ranges={"cars": (-1e308, 1e308)})
    with pytest.raises(RunError, match="--range 0:nan: the ends of a range must be numbers"):
        read(tmp_path, text, ranges={"": (0.0, float("nan"))})


def test_the_largest_numbers_have_an_answer(tmp_path: Path) -> None:
    """Without a warning, which is an error here."""
    text = HEADER + "Ann,cars,-1e12,100,1e12\nBob,cars,1e12,50,1e12\nCy,cars,0,1,3\n"
    table = read(tmp_path, text, ranges={"": (-1e12, 1e12)})
    found = positions(table, draws=20)
    values = found.forecasts["value"].to_numpy()
    assert (np.abs(values[~np.isnan(values)]) <= 1e12).all()


@pytest.mark.parametrize(("given", "shares"), [(None, [0.5, 1.0]), (100.0, [0.005, 0.01]), (1.0, [0.5, 1.0])])
def test_salience_is_a_share_where_none_is_larger_unless_the_caller_says_otherwise(
    given: float | None, shares: list[float], tmp_path: Path
) -> None:
    text = HEADER + "Ann,cars,10,0.5,1\nBob,cars,90,1,2\n"
    table = read(tmp_path, text, salience_scale=given)
    assert table.issues[0].salience.tolist() == shares
    assert bool(table.notes) == (given is None)
    with pytest.raises(RunError, match="--salience-scale is 10; it must be 1 or 100"):
        read(tmp_path, text, salience_scale=10)


def test_a_byte_order_mark_and_ends_of_lines_of_other_systems_are_no_part_of_the_table(tmp_path: Path) -> None:
    plain = read(tmp_path, TWO)
    for other in (b"\xef\xbb\xbf" + TWO.encode(), TWO.replace("\n", "\r\n").encode(), TWO.replace("\n", "\r").encode()):
        assert read(tmp_path, other).digest() == plain.digest()


def test_a_table_is_the_same_as_plain_data_and_written_to_a_file(tmp_path: Path) -> None:
    table = read(
        tmp_path, 'actor,issue,position,salience,power,disagreement\n"A, ""b""",x,1.5,33.3,0.1,0.5\n007,x,2,0.1,3,0\n'
    )
    back = PositionTable.from_resolved(table.resolved())
    assert back.resolved() == table.resolved()
    again = read(tmp_path, "".join(f"{line}\n" for line in written(table)))
    assert again.resolved()["issues"] == table.resolved()["issues"]
    assert again.issues[0].actors == ('A, "b"', "007")


# Mistakes.


#: What is said where something is wrong.
EMPTY = " the file is empty; a table of positions begins with the header actor,issue,position,salience,power"
NUMBER = "must be a number, with a point for decimals"
SEPARATED = "separate them by commas, and write numbers with a point (got"
SCENARIO = "the line on the scenario should give"
RANGED = HEADER.strip() + ",scale_low,scale_high\n"

#: Files of which one or two things are wrong, with line, cell, column, and what would be right.
MISTAKES: dict[str, tuple[str | bytes, list[str]]] = {
    "empty": ("", [EMPTY]),
    "a comment alone": ("# only a comment\n", [EMPTY]),
    "a header alone": (HEADER, ["1:1: no actor stands below the header"]),
    "a missing column": (
        "actor,issue,position,power\nA,x,1,1\n",
        [
            "1:1: salience: there is no such column; known: actor, issue, position, power; a header is "
            "actor,issue,position,salience,power"
        ],
    ),
    "a column by two names": (
        "actor,position,salience,power,Clout\nA,1,1,1,1\n", ["1:5: Clout: means power, as column power does already"],
    ),
    "a column of one issue twice": (
        "actor,power,Pstn1,Sal1,Pstn1\nA,1,1,1,1\n",
        ["1:5: Pstn1: is the second column of position on dimension 1"],
    ),
    "columns without their pair": (
        "actor,power,Pstn1,Sal2\nA,1,1,1\n",
        [
            "1:1: dimension 1 salience: there is no such column beside the other of dimension 1",
            "1:1: dimension 2 position: there is no such column beside the other of dimension 2",
        ],
    ),
    "both ways to name an issue": (
        "actor,power,position,salience,Pstn1,Sal1\nA,1,1,1,1,1\n",
        [
            "1:3: position: stands beside columns of single issues (dimension 1)",
            "1:4: salience: stands beside columns of single issues (dimension 1)",
        ],
    ),
    "text in a number": (TWO + "Cy,cars,many,50,1\n", [f"4:3: position: {NUMBER} (got many)"]),
    "a comma for a point": (TWO + 'Cy,cars,"1,5",50,1\n', [f"4:3: position: {NUMBER} (got 1,5)"]),
    "no numbers at all": (
        TWO + "Cy,cars,nan,inf,1_0\n",
        [
            f"4:3: position: {NUMBER} (got nan)",
            f"4:4: salience: {NUMBER} (got inf)",
            f"4:5: power: {NUMBER} (got 1_0)",
        ],
    ),
    "a number beyond all": (TWO + "Cy,cars,1e999,50,1\n", [f"4:3: position: {NUMBER} (got 1e999)"]),
    "a number too large": (
        TWO + "Cy,cars,-1e308,2e12,1e308\n",
        ["4:3: position: must be at most 1e+12 in absolute value (got -1e308)",
         "4:4: salience: must be at most 1e+12 in absolute value (got 2e12)",
         "4:5: power: must be at most 1e+12 in absolute value (got 1e308)"],
    ),
    "salience above": (TWO + "Cy,cars,10,120,1\n", ["4:4: salience: must be from 0 to 100 (got 120)"]),
    "salience below": (TWO + "Cy,cars,10,-1,1\n", ["4:4: salience: must be from 0 to 100 (got -1)"]),
    "a position outside": (
        TWO + "Cy,cars,101,50,1\n", ["4:3: position: must be from 0 to 100, the range of cars; see --range (got 101)"],
    ),
    "power below": (TWO + "Cy,cars,10,50,-1\n", ["4:5: power: must be 0 or more (got -1)"]),
    "an actor twice": (
        TWO + "Ann,cars,10,50,1\n", ["4:1: actor: Ann has a position on cars already, on line 2"],
    ),
    "a line too long": (TWO + "Cy,cars,10,50,1,7\n", ["4:6: is a cell beyond the 5 columns of the header (got 7)"]),
    "a line too short": (TWO + "Cy,cars,10,50\n", ["4:5: power: is empty; it must be a number"]),
    "no names": (
        TWO + ",,10,50,1\n", ["4:1: actor: is empty; name the actor", "4:2: issue: is empty; name the issue"],
    ),
    "semicolons": (
        HEADER.replace(",", ";") + "A;x;1;1;1\n",
        [f"1:1: columns are separated by semicolons; {SEPARATED} actor;issue;position;salience;power)"],
    ),
    "tabs": (
        HEADER.replace(",", "\t") + "A\tx\t1\t1\t1\n",
        [f"1:1: columns are separated by tabs; {SEPARATED} actor issue position salience power)"],
    ),
    "an open quote": (HEADER + 'A,x,"1,1,1\n', ["2:1: is no CSV: unexpected end of data"]),
    "two bytes a letter": (TWO.encode("utf-16"), ["1:1: is UTF-16; save the file as UTF-8"]),
    "another encoding": (
        b"actor,position,salience,power\nM\xfcller,1,1,1\n", ["2:2: byte 0xfc is not UTF-8; save the file as UTF-8"],
    ),
    "nobody weighs": (
        HEADER + "A,x,1,0,1\nB,x,2,1,0\n", ["2:1: x: no actor has both power and salience, so that nobody weighs"],
    ),
    "two units": (
        HEADER.strip() + ",unit\nA,x,1,1,1,years\nB,x,1,1,1,days\n",
        ["3:6: unit: differs from earlier rows of x: years there"],
    ),
    "two ranges, and an empty one": (
        RANGED + "A,x,5,1,1,0,10\nB,x,5,1,1,0,9\nC,x,5,1,1,9,9\n",
        [
            "3:7: scale_high: differs from earlier rows of x, whose range is 0 to 10",
            "4:7: scale_high: the range from 9 to 9 is empty",
        ],
    ),
    "disagreement above": (
        HEADER.strip() + ",disagreement\nA,x,5,1,1,2\n", ["2:6: disagreement: must be from 0 to 1 (got 2)"],
    ),
    "a scenario of other sizes": (
        KTAB.replace(",3, 2,", ",4, 1,"),
        [f"1:3: {SCENARIO} 3 as its number of actors (got 4)", f"1:4: {SCENARIO} 2 as its number of issues (got 1)"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_named_with_file_line_cell_and_value(name: str, tmp_path: Path) -> None:
    text, said = MISTAKES[name]
    assert problems(tmp_path, text) == said


def test_every_mistake_of_a_file_is_told_at_once_and_too_many_are_counted(tmp_path: Path) -> None:
    told = problems(tmp_path, TWO + "Cy,cars,a,b,c\n" + "Ann,cars,200,1,1\n")
    assert len(told) == 5
    many = problems(tmp_path, HEADER + "".join(f"A{place},x,wrong,1,1\n" for place in range(60)))
    assert many[-1] == "and 10 more problems"


def test_there_is_an_end_to_the_number_of_actors_and_to_the_size(tmp_path: Path) -> None:
    rows = "".join(f"A{place},x,1,1,1\n" for place in range(MAX_ACTORS + 1))
    assert problems(tmp_path, HEADER + rows) == ["2:1: x: has 201 actors; at most 200 fit"]
    assert "is larger than a table of positions may be" in problems(tmp_path, HEADER + "#" * 300_000)[0]


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("actor,issue,position,power\nA,x,1,1\n", "salience: there is no such column"),
        (TWO + "Cy,cars,many,50,1\n", ":4:3: position: must be a number"),
        (TWO + "Cy,cars,10,120,1\n", ":4:4: salience: must be from 0 to 100 (got 120)"),
        (TWO + "Ann,cars,10,50,1\n", ":4:1: actor: Ann has a position on cars already"),
        ("", "the file is empty"),
        (TWO + "Cy,cars,10,50,1,7\n", ":4:6: is a cell beyond the 5 columns"),
        (TWO.replace(",", ";"), ":1:1: columns are separated by semicolons"),
    ],
)
def test_the_command_ends_with_the_mistake_and_writes_nothing(text: str, part: str, tmp_path: Path) -> None:
    (tmp_path / "given.csv").write_text(text)
    said = refused("positions", tmp_path / "given.csv", "--out", tmp_path / "out")
    assert f"error: {tmp_path / 'given.csv'}" in said
    assert part in said
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("option", ["delay", "1:x", "cars=1", ":"])
def test_a_range_that_is_none_is_refused(option: str, tmp_path: Path) -> None:
    (tmp_path / "given.csv").write_text(TWO)
    said = refused("positions", tmp_path / "given.csv", "--range", option)
    assert f"--range {option}: write LOW:HIGH or ISSUE=LOW:HIGH" in said


def test_a_name_that_comes_with_winset_is_found_and_another_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    said = refused("positions", "emission_standard")
    assert "no table of positions of that name comes with winset; did you mean emission_standards?" in said
