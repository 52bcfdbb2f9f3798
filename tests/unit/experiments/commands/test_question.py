"""One way for every question: progress beside the answer, text or JSON, pictures, and where it is kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import pytest
import typer
from matplotlib.figure import Figure
from typer.testing import CliRunner

from experiments.commands.question import Common, How, Wanted, conduct, conduct_about, question
from experiments.config.changes import Change
from experiments.config.load import config_from, load_config
from experiments.config.model import Config
from experiments.errors import RunError
from experiments.labels import partner_called, partner_name
from experiments.report.blocks import Block, Words
from experiments.report.result import Result
from experiments.store.manifest import MANIFEST, Manifest
from tests.kept_manifest import kept_manifest
from tests.tree import CONFIGS

TINY = load_config(CONFIGS / "tiny.yaml")
RURITANIA = config_from(TINY.resolved(), "mapping", ["partner.name=Ruritania"])


COMMON = Common(
    config=CONFIGS / "tiny.yaml",
    keeps=(),
    seed=None,
    sets=None,
    levels=None,
    tactics=None,
    out=None,
    resume=False,
    overwrite=False,
    figures=True,
    as_json=False,
)


@dataclass(frozen=True, eq=False, repr=False)
class _Answer(Result):
    config: Config = RURITANIA
    folder: str | None = None
    manifest: Manifest | None = None  # type: ignore[assignment]  # an answer that is kept nowhere needs none here

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        return {}

    @property
    def negotiations(self) -> int:
        return 1_234

    def headline(self) -> str:
        return "nothing"

    def blocks(self) -> Sequence[Block]:
        return (Words((f"{partner_name()} gains 3.",)),)

    def plain(self) -> dict[str, Any]:
        return {"who": partner_name(), "gain": float("nan")}

    def drawings(self) -> dict[str, Callable[[], Figure | None]]:
        return {"points": Figure}


def _play(folder: str | None = None) -> Callable[[Config, How], Result]:
    def play(_: Config, how: How) -> Result:
        how["progress"].say("half done")
        return _Answer(folder=folder, manifest=None if folder is None else kept_manifest(folder, RURITANIA))

    return play


def test_the_answer_goes_to_the_output_and_progress_does_not(capsys: pytest.CaptureFixture[str]) -> None:
    with partner_called(TINY.partner.names):
        conduct(_play(), COMMON)
    printed = capsys.readouterr()
    lines = printed.out.splitlines()
    assert lines[:2] == ["Ruritania gains 3.", ""]
    assert lines[2].startswith("1,234 negotiations, ")
    assert lines[2].endswith(" s")
    assert len(lines) == 3
    assert printed.err.splitlines()[-1] == "half done"


def test_pictures_are_drawn_and_named_with_where_the_answer_is_kept(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    folder = str(tmp_path / "out")
    conduct(_play(folder), replace(COMMON, out=folder))
    assert capsys.readouterr().out.splitlines()[-2:] == [
        f"Picture: {folder}/figures/points.png",
        f"Kept in {folder}; as a page to read: winset report {folder}",
    ]
    assert (tmp_path / "out" / "figures" / "points.png").read_bytes().startswith(b"\x89PNG")


def test_no_picture_where_none_is_wanted(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    conduct(_play(str(tmp_path)), replace(COMMON, out=str(tmp_path), figures=False))
    assert "Picture" not in capsys.readouterr().out
    assert [path.name for path in tmp_path.iterdir()] == [MANIFEST]


def test_json_is_all_that_is_printed(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    conduct(_play(str(tmp_path)), replace(COMMON, out=str(tmp_path), as_json=True))
    assert json.loads(capsys.readouterr().out) == {"who": "Ruritania", "gain": None}


def test_an_interruption_says_how_to_go_on_where_something_is_kept(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def play(_: Config, _how: How) -> Result:
        raise KeyboardInterrupt

    with pytest.raises(typer.Exit) as ended:
        conduct(play, replace(COMMON, out=str(tmp_path)))
    assert ended.value.exit_code == 130
    assert (
        f"what was finished is kept in {tmp_path}. Go on with the same command and --resume." in capsys.readouterr().err
    )
    with pytest.raises(KeyboardInterrupt):
        conduct(play, COMMON)


def test_a_question_is_put_with_the_config_and_what_every_question_takes() -> None:
    given: list[tuple[Any, ...]] = []

    def play(config: Config, how: How) -> Result:
        given.append((config.title, *(how[key] for key in ("seed", "out", "resume", "overwrite"))))
        return _Answer()

    common = replace(COMMON, sets=["title=x"], figures=False)
    conduct(play, replace(common, seed=3, out="named", resume=True, keeps=("stress", "partner")))
    conduct(play, replace(common, overwrite=True, keeps=("stress", "partner")))
    conduct(play, replace(common, sets=["title=x", "name=y"], keeps=("run",)))
    conduct(play, common)
    assert given == [
        ("x", 3, "named", True, False),
        ("x", None, Path("out/tiny-stress-partner"), False, True),
        ("x", None, Path("out/y-run"), False, False),
        ("x", None, None, False, False),
    ]


def test_a_command_has_its_own_options_and_those_of_all_questions() -> None:
    calls: list[tuple[str, int, Common]] = []

    @question("dance", "side")
    def dance(common: Common, side: Annotated[str, typer.Option()], steps: int = 2) -> None:
        """Dance."""
        if steps < 0:
            raise RunError("--steps is below 0.")
        calls.append((side, steps, common))

    app = typer.Typer()
    app.command()(dance)
    shown = CliRunner().invoke(app, ["--help"], env={"COLUMNS": "200"}).stdout
    assert "out/<name of the config>-dance-<side>" in shown
    given = "talks.yaml --side partner --steps 5 --seed 7 --set a=1 --levels 9 --json --resume"
    done = CliRunner().invoke(app, given.split())
    assert done.exit_code == 0, done.output
    ((side, steps, common),) = calls
    assert (side, steps) == ("partner", 5)
    assert common == replace(
        COMMON, config=Path("talks.yaml"), keeps=("dance", "partner"), seed=7, sets=["a=1"], levels=9, as_json=True,
        resume=True,
    )  # fmt: skip
    assert common.changes == ["a=1", Change("experiment.levels=9", "--levels 9")]
    changed = replace(COMMON, sets=["title=x"], levels=7).load()
    assert (changed.title, changed.experiment.levels) == ("x", 7)
    refused = CliRunner().invoke(app, ["talks.yaml", "--side", "partner", "--steps", "-1"])
    assert (refused.exit_code, refused.stderr) == (2, "error: --steps is below 0.\n")


def test_a_question_about_a_table_has_no_options_that_change_a_config() -> None:
    calls: list[tuple[Path, Wanted]] = []

    @question("dance", of_talks=False)
    def dance(common: Wanted, table: Path) -> None:
        """Dance."""
        calls.append((table, common))

    app = typer.Typer()
    app.command()(dance)
    shown = " ".join(CliRunner().invoke(app, ["--help"], env={"COLUMNS": "200"}).stdout.split())
    assert "out/<name of the table>-dance" in shown
    assert "the same seed gives the same results. (Default: 1.)" in shown
    assert not any(option in shown for option in ("--set", "--levels", "--tactics"))
    done = CliRunner().invoke(app, ["table.csv", "--seed", "7", "--out", "there", "--overwrite", "--no-figures"])
    assert done.exit_code == 0, done.output
    wanted = Wanted(
        keeps=("dance",), seed=7, out="there", resume=False, overwrite=True, figures=False, as_json=False
    )  # fmt: skip
    assert calls == [(Path("table.csv"), wanted)]


def test_a_table_goes_the_way_of_a_config(capsys: pytest.CaptureFixture[str]) -> None:
    given: list[tuple[Any, ...]] = []

    def play(subject: Config, how: How) -> Result:
        given.append((subject, how["out"]))
        return _Answer()

    conduct_about(RURITANIA, play, replace(COMMON, keeps=("dance",), figures=False))
    assert given == [(RURITANIA, Path("out/tiny-dance"))]
    assert capsys.readouterr().out.startswith("Ruritania gains 3.")
