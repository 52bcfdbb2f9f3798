"""The answer of every question is one: played or read back, with a directory or without, at once or after a stop."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Final

import pytest

from experiments.errors import RunError
from experiments.questions.registry import QUESTIONS, read_result
from experiments.report.blocks import Table
from experiments.report.result import finite
from tests.command_line import refused, winset
from tests.interrupted import interrupted_while_writing, recorded
from tests.pages import as_written
from tests.recorded_progress import RecordedProgress
from tests.sizes import usual
from tests.small_answers import SMALL, SmallAnswers, check_same_tables, files_of
from tests.support_pictures import is_whole

#: The first small answer of each question.
ONE_EACH: Final = [*{small.command: name for name, small in reversed(SMALL.items())}.values()][::-1]

#: Files of an answer, each of which may be damaged; the rows of a run are its answer.
FILES: Final = [
    pytest.param(name, file, marks=() if file in (*SMALL[name].files[:1], "manifest.json") else pytest.mark.long)
    for name in ONE_EACH
    for file in (*SMALL[name].files, "manifest.json")
] + [("run", "runs/part-000000.parquet")]

#: Questions whose small answer is played in a moment.
QUICK: Final = ("exploit", "solve", "value", "factorial", "grid", "positions")

#: Questions that say how many negotiations are played.
COUNTED: Final = (
    "run",
    "tournament",
    "sensitivity",
    "discover",
    "sweep",
    "factorial",
    "grid",
    "hindcast",
    "calibrate",
    "forecast",
)

#: Small answers whose command is tried at every change; the function behind it is for all. One of each way to work:
#: runs, pairs, a search, points, finished runs, a table of positions, a case and a chain. The others are left to long
#: tests.
FEW: Final = (
    "run", "tournament", "stress", "sweep", "grid", "compare", "positions", "calibrate", "forecast", "chain",
)  # fmt: skip

#: Titles of pages that are not called as their config is.
TITLES: Final = {
    "stress": "Where boulware breaks as the US",
    "exploit": "How much a best reply takes from each tactic",
    "advise": "What Japan could change, once the other side reacts",
    "solve": "Where the talks could have ended",
    "value": "What the package is worth",
    "factorial": "Which rules stand in the way of a deal",
    "grid": "How much the grid decides",
    "compare": "What changes: other beside base",
    "positions": "What comes of positions",
    "hindcast": "INFORMED hindcast, no forecast: Two issues, two firms, one maker",
    "calibrate": "What the record says of the parameters",
    "forecast": "Forecast of Korea",
    "chain": "Chain small",
}

#: Kinds of pictures of an answer.
PICTURES: Final[dict[str, list[str]]] = {
    "tournament": ["tournament_gains", "tournament_ranks", "tournament_basins", "tournament_times"],
    "stress": ["failure_map"],
    "advise": ["regret_heat_map"],
    "sensitivity": ["sobol", "tornado", "morris"],
    "discover": ["boxes"],
    "discover without box": ["boxes"],
    "sweep": ["sweep"],
    "sweep of two": ["phase_diagram"],
    "leader": ["sweep", "leader"],
    "solve": ["bargaining_problem"],
    "value": ["indifference_curves", "equivalents"],
    "value of a deal": ["indifference_curves"],
    "exploit": [],
    "factorial": [],
    "grid": [],
    "compare": ["comparison", "compare_positions"],
    "positions": ["position_forecasts", "expected_utility_path"],
    "hindcast": ["fan", "scores", "calibration", "learnt"],
    "calibrate": ["calibrated_parameters", "contraction_bars", "record_predicted", "time_split"],
    "calibrate in steps": ["calibrated_parameters", "contraction_bars", "record_predicted", "time_split"],
    "forecast": ["forecast_rates", "forecast_deals"],
    "chain": ["chain_cases", "chain_orders"],
}


def test_every_question_has_a_small_answer() -> None:
    assert {small.command for small in SMALL.values()} == {*QUESTIONS}


@pytest.mark.parametrize("name", SMALL)
def test_it_is_the_same_played_and_read_back(name: str, answers: SmallAnswers) -> None:
    made = answers[name]
    question, back = read_result(made.folder)
    assert question.command == made.small.command
    assert type(back) is type(made.result)
    assert back.folder == made.result.folder == str(made.folder)
    check_same_tables(back, made.result)
    assert back.manifest == made.result.manifest
    assert (back.negotiations, back.text(), back.json()) == (
        made.result.negotiations, made.result.text(), made.result.json(),
    )  # fmt: skip
    assert repr(back) == repr(made.result)


@pytest.mark.parametrize("name", usual(SMALL, FEW))
def test_without_a_directory_the_same_comes_out_and_nothing_is_left(
    name: str,
    answers: SmallAnswers,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """It says nothing by itself either, not even that rules are compiled."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    made = answers[name].result
    capfd.readouterr()
    monkeypatch.setattr("sim.compiled.is_cold", lambda: True)
    alone = SMALL[name].play()
    assert capfd.readouterr() == ("", "")
    assert alone.folder is None
    assert list(tmp_path.iterdir()) == []
    check_same_tables(alone, made)
    # Without a directory no case is written, and pictures are nowhere.
    if name != "stress":
        assert alone.text() == made.text()
        assert {**alone.plain(), "folder": ""} == {**made.plain(), "folder": ""}


@pytest.mark.parametrize("name", SMALL)
def test_it_is_one_line_in_a_list_its_tables_in_a_notebook_and_all_of_it_as_json(
    name: str, answers: SmallAnswers
) -> None:
    result = answers[name].result
    assert "\n" not in repr(result)
    assert repr(result).startswith(f"<{SMALL[name].command.capitalize()}Result: ")
    shown = as_written(result._repr_html_())
    tables = [block for block in result.blocks() if isinstance(block, Table)]
    assert all(_stands(str(cell), shown) for table in tables for row in table.rows for cell in row)
    assert json.loads(result.json()) == json.loads(json.dumps(finite(result.plain()), default=str, allow_nan=False))


def _stands(cell: str, shown: str) -> bool:
    """Whether a cell is shown; of a list of paths each one, for each has its meaning before it."""
    if f"{cell}<" in shown:
        return True
    *first, last = re.split(", | and ", cell)
    return bool(first) and all(f"{one}, " in shown or f"{one} and " in shown for one in first) and f"{last}<" in shown


@pytest.mark.parametrize("name", usual(PICTURES, (*FEW, "hindcast", "sensitivity", "solve")))
def test_its_pictures_are_whole(name: str, answers: SmallAnswers) -> None:
    figures = answers[name].result.figures()
    assert [*dict.fromkeys(picture.partition(".")[0] for picture in figures)] == PICTURES[name]
    assert all(is_whole(figure) for figure in figures.values()), "something is cut off"


@pytest.mark.parametrize("name", ONE_EACH)
def test_an_interrupted_question_ends_in_the_same_files(
    name: str, answers: SmallAnswers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Parts that are there are not played again, unless they are damaged."""
    made, small, cut = answers[name], SMALL[name], tmp_path / "cut"
    done = max(0, min(2, made.parts - 1))
    with (
        interrupted_while_writing(small.files[1:2]) if not made.parts else recorded(done),
        pytest.raises(KeyboardInterrupt),
    ):
        small.play(cut)
    for verb in ("report", "hash"):
        assert f"holds an unfinished {name}" in refused(verb, cut)
    with pytest.raises(RunError, match=rf"holds an unfinished {name}.*; go on with --resume"):
        small.play(cut)
    torn = int(done == 2)
    if torn:
        _first_part(cut).write_bytes(b"torn")
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    heard, whole = RecordedProgress(), files_of(made.folder)
    with recorded() as parts:
        resumed = small.play(cut, resume=True, progress=heard)
    assert len(parts) == made.parts - done + torn
    assert len([message for message in heard.messages if "damaged" in message]) == torn
    assert (heard.total, heard.there.total() > 0) == (
        (made.result.negotiations, True) if name in COUNTED else (0, False)
    )
    assert heard.there.total() + heard.outcomes.total() == heard.total
    check_same_tables(resumed, made.result)
    assert files_of(cut) == whole
    # A finished one that goes on stays as it is, and a damaged part is made again.
    if done == 1:
        _first_part(cut).write_bytes(b"torn")
    small.play(cut, resume=True)
    assert files_of(cut) == whole
    with pytest.raises(RunError, match=f"holds a finished {name}; replace it with --overwrite"):
        small.play(cut)
    changed = "config runs: " if name == "compare" else r"seed: \d+ -> 99"
    with pytest.raises(RunError, match=rf"was started with something else.*\n(.*\n)*.*{changed}"):
        small.play_another(cut, resume=True)
    assert files_of(cut) == whole


def without_pictures(folder: Path) -> dict[str, bytes]:
    """Files of a directory but for the pictures that a command has drawn into it."""
    return {path: content for path, content in files_of(folder).items() if not path.startswith("figures/")}


def _without_pictures(name: str) -> tuple[str, ...]:
    """An option that leaves pictures out, where they are not drawn in a moment."""
    return () if name in (*QUICK, "sweep") else ("--no-figures",)


def _first_part(folder: Path) -> Path:
    return next(path for path in sorted(folder.rglob("part-*")) if path.is_file())


@pytest.mark.parametrize(
    "name", [name if name in QUICK else pytest.param(name, marks=pytest.mark.long)
             for name in ONE_EACH]
)  # fmt: skip
def test_the_command_refuses_what_is_there_or_replaces_it(name: str, answers: SmallAnswers, tmp_path: Path) -> None:
    made, small = answers[name], SMALL[name]
    copy = Path(shutil.copytree(made.folder, tmp_path / "copy"))
    command = [*small.command_line(), "--out", str(copy)]
    assert f"holds a finished {name}; replace it with --overwrite" in refused(*command)
    assert winset("report", copy).exit_code == 0
    title = TITLES.get(name) or made.result.config.title
    assert title in (copy / "report.html").read_text(encoding="utf-8")
    first = winset("hash", copy)
    assert first.stderr == f"{name}:\n"
    with small.chunks():
        done = winset(*small.command_line(another=True), "--out", str(copy), "--overwrite")
        assert done.exit_code == 0, done.output
        assert winset("hash", copy).stdout != first.stdout
        assert winset(*command, "--overwrite").exit_code == 0
    assert without_pictures(copy) == files_of(made.folder)
    assert winset("hash", copy).stdout == first.stdout


@pytest.mark.parametrize(("name", "file"), FILES)
def test_a_damaged_file_is_refused_by_its_name(name: str, file: str, answers: SmallAnswers, tmp_path: Path) -> None:
    """Of a page and of pictures nothing is written; a digest covers tables where the rows behind them are not kept."""
    copy = Path(shutil.copytree(answers[name].folder, tmp_path / "copy"))
    before, content = files_of(copy), (copy / file).read_bytes()
    has_rows = any(path.startswith("runs/") for path in before)
    changed, gone = "it is not the file that was written", f"it is gone; have it made again with winset {name}"
    for damaged, why in (
        (content[:-4] + bytes([content[-4] ^ 1]) + content[-3:], changed), (content[:-3], changed), (None, gone),
    ):  # fmt: skip
        if damaged is None:
            (copy / file).unlink()
        else:
            (copy / file).write_bytes(damaged)
        with pytest.raises(RunError, match=file):
            read_result(copy)[1].tables  # noqa: B018  a table may be read only when it is needed
        # No picture of a tournament is drawn from the table of its worlds.
        draws = QUESTIONS[name].draws and file != "worlds.parquet"
        for verb in ("report", *(["plot"] if draws else []), *([] if has_rows else ["hash"])):
            said = refused(verb, copy)
            assert file in said.replace(" ", "")
            assert file not in SMALL[name].files or f"{file} is damaged: {why}" in said
    (copy / file).write_bytes(content)
    assert files_of(copy) == before


@pytest.mark.parametrize("name", usual(SMALL, FEW))
def test_the_command_puts_the_same_question_and_prints_the_same_answer(
    name: str, answers: SmallAnswers, tmp_path: Path
) -> None:
    """What went on with another question would be refused."""
    made, small = answers[name], SMALL[name]
    copy = Path(shutil.copytree(made.folder, tmp_path / "copy"))
    with small.chunks():
        done = winset(*small.command_line(), *_without_pictures(name), "--out", copy, "--resume")
    assert done.exit_code == 0, done.output
    _, kept = read_result(copy)
    assert done.stdout.startswith(kept.text())
    assert f"{kept.amount}, " in done.stdout
    counts_talks = kept.amount.startswith(f"{kept.negotiations:,} negotiation")
    assert counts_talks is QUESTIONS[small.command].of_talks
    assert f"Kept in {copy}; as a page to read: winset report {copy}" in done.stdout
    assert without_pictures(copy) == files_of(made.folder)


@pytest.mark.parametrize("name", usual(ONE_EACH, FEW))
def test_the_command_prints_the_answer_as_json(name: str, answers: SmallAnswers, tmp_path: Path) -> None:
    made, small = answers[name], SMALL[name]
    copy = Path(shutil.copytree(made.folder, tmp_path / "copy"))
    with small.chunks():
        told = winset(*small.command_line(), *_without_pictures(name), "--out", copy, "--resume", "--json").stdout
    assert json.loads(told) == json.loads(read_result(copy)[1].json())
    assert "NaN" not in told
    assert "Infinity" not in told
    assert without_pictures(copy) == files_of(made.folder)
