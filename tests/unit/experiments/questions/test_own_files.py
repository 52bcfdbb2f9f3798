"""What a user keeps beside an answer stays when the answer is replaced, and nothing else of the answer does."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any, Final

import pytest

from experiments.errors import RunError
from experiments.questions.positions.result import PositionsResult
from experiments.questions.registry import QUESTIONS, read_result
from experiments.store.directory import Directory
from experiments.store.manifest import MANIFEST
from experiments.store.place import LocalPlace
from tests.command_line import winset
from tests.sizes import usual
from tests.small_answers import SMALL, SmallAnswers, files_of
from tests.tree import TINY

#: The first small answer of each question.
ONE_EACH: Final = [*{small.command: name for name, small in reversed(SMALL.items())}.values()][::-1]

#: Questions of which a file in the way is tried at every change: pairs, a search, points, a table, a case.
FEW: Final = ("tournament", "stress", "sweep", "positions", "forecast")

#: Files as a user may keep them, in every folder that winset fills.
MINE: Final = (
    "mine.csv", "mine.parquet", "notes.txt", ".mine.tmp", "tables/mine.csv", "figures/mine.png", "figures/mine.svg",
    "cases/mine.yaml", "runs/mine.parquet", "runs/part-mine.parquet", "batches/mine.npy", "trajectories/mine.parquet",
    "pairs/mine.parquet", "chunks/mine.json",
)  # fmt: skip


@pytest.mark.parametrize("name", ONE_EACH)
def test_an_answer_is_removed_whole_and_what_lies_beside_it_stays(
    name: str, answers: SmallAnswers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = SMALL[name]
    folder = Path(shutil.copytree(answers[name].folder, tmp_path / "copy"))
    pictures = QUESTIONS[small.command].figures
    ours = [f"figures/{picture}{end}" for picture in pictures for end in (".png", ".svg", ".pdf", ".partner.png")]
    for file in (*MINE, *ours, "report.html"):
        (folder / file).parent.mkdir(exist_ok=True)
        (folder / file).write_text(file)
    opened = Directory.open

    def stopped(*args: Any, **options: Any) -> Directory:
        opened(*args, **options).__exit__(None, None, None)
        raise KeyboardInterrupt

    monkeypatch.setattr(Directory, "open", stopped)
    with pytest.raises(KeyboardInterrupt):
        small.play(folder, overwrite=True)
    left = files_of(folder)
    assert sorted(left) == sorted([*MINE, MANIFEST])
    assert all(left[file] == file.encode() for file in MINE)


@pytest.mark.parametrize("name", usual([name for name in ONE_EACH if SMALL[name].files], FEW))
def test_a_file_in_the_way_is_an_error_and_stays(name: str, answers: SmallAnswers, tmp_path: Path) -> None:
    """It is met when all has been played, which is kept: once the file is gone, the answer is the one that it was."""
    made, small = answers[name], SMALL[name]
    folder, file = tmp_path / "out", small.files[0]
    with Directory.open(folder, _same_request(made.folder)):
        pass
    (folder / file).parent.mkdir(exist_ok=True)
    (folder / file).write_text("mine")
    with pytest.raises(RunError) as told:
        small.play(folder, resume=True)
    assert str(told.value) == (
        f"{folder}/{file} is in the way of a file of the answer, and winset has not written it. What was finished is "
        "kept; move it away and go on with --resume."
    )
    assert (folder / file).read_text() == "mine"
    (folder / file).unlink()
    small.play(folder, resume=True)
    assert files_of(folder) == files_of(made.folder)


def _same_request(folder: Path) -> Any:
    """What a finished directory was filled for."""
    from experiments.config.own_tactics import TacticSource
    from experiments.store.manifest import Request
    from experiments.store.reading import read_finished

    found = read_finished(folder)
    _, result = read_result(folder)
    about = result.table if isinstance(result, PositionsResult) else found.config
    tactics = tuple(TacticSource(one.name, one.sha256, None) for one in found.manifest.tactics)
    libraries = tuple(found.manifest.surroundings.packages)
    return Request(found.command, about, found.seed, found.manifest.settings, tactics, libraries)


def test_pictures_and_pages_are_written_while_other_writers_are_kept_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written, write = list[str](), LocalPlace.write

    def watched(self: LocalPlace, file: str, content: bytes) -> None:
        with pytest.raises(RunError, match="another winset process is writing to"):
            LocalPlace(self.folder).lock()
        written.append(file)
        write(self, file, content)

    monkeypatch.setattr(LocalPlace, "write", watched)
    folder = tmp_path / "out"
    done = winset("solve", TINY, "--out", folder)
    assert done.exit_code == 0, done.output
    assert written[-1] == "figures/bargaining_problem.png"
    for verb, file in (("plot", "figures/bargaining_problem.png"), ("report", "report.html")):
        assert winset(verb, folder).exit_code == 0
        assert written[-1] == file
    # In the end everybody may write again.
    LocalPlace(folder).lock()()


def test_no_writer_comes_between_an_answer_and_its_pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from experiments.figures.kit import style

    folder, seen, drawn = tmp_path / "out", list[str](), style.png_bytes

    def watched(figure: Any, *rest: Any) -> bytes:
        with pytest.raises(RunError, match="another winset process is writing to") as told:
            LocalPlace(folder).lock()
        seen.append(str(told.value))
        return drawn(figure, *rest)

    monkeypatch.setattr(style, "png_bytes", watched)
    assert winset("solve", TINY, "--out", folder).exit_code == 0
    assert len(seen) == 1


def test_pictures_of_an_answer_that_was_replaced_are_not_written(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    first = SMALL["solve"].play(folder)
    SMALL["solve"].play(folder, overwrite=True, seed=5)
    with pytest.raises(RunError, match="has been filled anew since it was read; read it again"):
        first.save_figures()
    assert not (folder / "figures").exists()
    assert first.save_figures(tmp_path / "elsewhere") == [f"{tmp_path}/elsewhere/figures/bargaining_problem.png"]
