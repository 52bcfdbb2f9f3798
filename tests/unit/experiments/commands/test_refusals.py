"""Every command, found from the command line itself: absurd numbers, outputs and inputs that cannot be, full outputs.

Each must end with one message and the exit code of bad input (or of an output that takes nothing), and write nothing.
A new command is covered as soon as its smallest call is listed in ``SMALLEST``, and the first test asks for that.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from experiments.cli import app
from experiments.questions.registry import QUESTIONS
from tests.command_line import winset
from tests.smallest_calls import GROUP, SMALLEST, TINY, UNCERTAIN, call, refused
from tests.tree import ROOT

HUGE = "9" * 400


def parameters() -> Iterator[tuple[str, str, str]]:
    """Command, option and type of every number that the command line takes."""
    for verb, command in GROUP.commands.items():
        for parameter in command.params:
            kind = parameter.type_descriptor.annotation
            if parameter.param_type_name == "option" and kind in (int, list[int], float, list[float]):
                yield verb, parameter.opts[-1], "float" if kind in (float, list[float]) else "integer"


NUMBERS = [
    pytest.param(verb, option, value, id=f"{verb} {option} {value[:8]}")
    for verb, option, kind in parameters()
    for value in (HUGE, f"-{HUGE}", str(10**18), "-1", "", *(("nan", "inf", "-inf") if kind == "float" else ()))
    # A size of that many is refused elsewhere by what it would take; these may be any number.
    if not (option in ("--floor", "--seed") and value in (str(10**18), "-1"))
]


def test_every_command_is_covered() -> None:
    assert set(SMALLEST) == set(GROUP.commands)


def test_every_output_is_covered() -> None:
    for verb, command in GROUP.commands.items():
        outputs = {opt for p in command.params for opt in p.opts if opt in ("--out", "--json") and not p.is_flag}
        assert outputs == ({SMALLEST[verb].out} - {None}), verb


#: What makes a command look at an option that it leaves alone otherwise.
WITH = {("guests", "--runs"): ("--all",), ("guests", "--run"): ("--us", "boulware")}


@pytest.mark.parametrize(("verb", "option", "value"), NUMBERS)
def test_an_absurd_number_is_refused(verb: str, option: str, value: str, finished: Path, tmp_path: Path) -> None:
    out = [SMALLEST[verb].out or "", str(tmp_path / "out")] if SMALLEST[verb].out else []
    words = *out, *WITH.get((verb, option), ()), f"{option}={value}"
    message = refused(call(verb, *words, folder=finished))
    assert option in message
    assert len(message) < 1_000
    assert list(tmp_path.iterdir()) == []


def _few(verbs: Iterable[str], *few: str) -> list[Any]:
    """Commands, of which those that are not among a few of each way to write or print are left to the long tests."""
    return [pytest.param(verb, marks=() if verb in few else pytest.mark.long) for verb in sorted(verbs)]


@pytest.fixture
def read(verb: str, finished: Path, solved: Path) -> Path:
    """What a command reads: two runs can be compared, and of one picture page and picture are quick to draw."""
    return finished if verb == "compare" else solved


WITH_OUT = _few((verb for verb, one in SMALLEST.items() if one.out), "run", "stress", "report")


@pytest.mark.parametrize("verb", WITH_OUT)
def test_an_output_that_cannot_be_is_refused_before_any_work(verb: str, read: Path, tmp_path: Path) -> None:
    one = SMALLEST[verb]
    there = tmp_path / "there"
    there.mkdir() if one.is_file else there.write_text("mine")
    for out in (there, tmp_path / "file" / "below", Path("/proc/nowhere/x"), Path("/dev/null/x")):
        (tmp_path / "file").write_text("mine")
        message = refused(call(verb, str(one.out), out, *one.writes, folder=read))
        assert str(out) in message or str(out.parent) in message, message
    assert there.is_dir() if one.is_file else there.read_text() == "mine"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "there"]


@contextmanager
def full_disk() -> Iterator[None]:
    """No file can grow, as on a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("verb", WITH_OUT)
def test_a_full_disk_is_told_and_nothing_is_half_written(verb: str, read: Path, tmp_path: Path) -> None:
    one = SMALLEST[verb]
    out = tmp_path / "out"
    arguments = call(verb, str(one.out), out, *one.writes, folder=read)
    if verb in READS_FOLDER:
        # Compiled rules and fonts are kept on the disk too, and are not what is tried here.
        assert winset(*call(verb, str(one.out), tmp_path / "warm", folder=read)).exit_code == 0
        shutil.rmtree(tmp_path / "warm") if (tmp_path / "warm").is_dir() else (tmp_path / "warm").unlink()
    with full_disk():
        message = refused(arguments)
    assert "File too large" in message
    # Benchmarks keep a config for their processes, which fills the disk first.
    assert str(out) in message or "TMPDIR" in message
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


READS_CONFIG = [verb for verb, one in SMALLEST.items() if {"config", "positions"} & {*one.call}]
READS_FOLDER = [verb for verb, one in SMALLEST.items() if "folder" in one.call]


@pytest.mark.parametrize("verb", READS_CONFIG)
def test_a_config_that_cannot_be_read_is_refused(verb: str, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "bytes.yaml").write_bytes(b"\xff\xfe\0")
    wrong = os.fsdecode(b"/no/\xff\xfe.yaml")
    for config in (tmp_path / "none.yaml", tmp_path, tmp_path / "pipe", tmp_path / "bytes.yaml", "/dev/zero", wrong):
        message = refused(call(verb, *_out(verb, tmp_path), config=config, positions=config))
        assert "error: " in message
    for address in ("http://127.0.0.1:1/x.yaml", "memory://x.yaml"):
        message = refused(call(verb, *_out(verb, tmp_path), config=address, positions=address))
        assert "address" in message
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bytes.yaml", "pipe"]


#: Options and arguments that take the directory of a run as a path or an address.
TAKES_ADDRESS = (*QUESTIONS,)


@pytest.mark.parametrize("verb", TAKES_ADDRESS)
@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("memory://x", "--out is memory://x, and what is kept in memory is gone when the command ends"),
        ("simplecache::memory://x", "--out is simplecache::memory://x, and what is kept in memory is gone"),
        ("memory:/x", "--out is memory:/x, and what is kept in memory is gone"),
        ("dir::memory:/x", "--out is dir::memory:/x, and what is kept in memory is gone"),
        ("ftp:/host", "--out is ftp:/host; an address has two slashes (ftp://host), and a folder of this name"),
    ],
)
def test_an_output_that_would_be_lost_or_land_elsewhere_is_refused(
    verb: str, address: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert message in refused(call(verb, "--out", address, *SMALLEST[verb].writes))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("verb", [verb for verb, one in SMALLEST.items() if one.out and verb not in TAKES_ADDRESS])
@pytest.mark.parametrize("word", ["{option} ftp://host/x", "{option}=ftp://host/x"])
def test_a_refused_address_is_told_as_it_was_typed(verb: str, word: str) -> None:
    option = str(SMALLEST[verb].out)
    message = refused(call(verb, *word.format(option=option).split(), *SMALLEST[verb].writes))
    assert f"{option} is an address (ftp://host/x); only a path of this machine is taken here." in message


@pytest.mark.parametrize("verb", [verb for verb, one in SMALLEST.items() if one.out and not one.is_file])
def test_where_nothing_was_kept_nothing_is_to_be_resumed(verb: str, finished: Path, tmp_path: Path) -> None:
    """A file stands where the folder should be made."""
    (tmp_path / "file").write_text("mine")
    message = refused(call(verb, "--out", tmp_path / "file", *SMALLEST[verb].writes, folder=finished))
    assert "--resume" not in message
    told = "is there already and not an empty folder" if verb == "scenario" else "is a file and no folder"
    assert f"{tmp_path / 'file'} {told}" in message
    assert (tmp_path / "file").read_text() == "mine"


def _out(verb: str, folder: Path) -> list[str]:
    return [str(SMALLEST[verb].out), str(folder / "out")] if SMALLEST[verb].out else []


ADDRESSES = {
    "ftp://127.0.0.1:1/run": "cannot be used: Connection refused. Name a folder, or an address that can be reached",
    "github://x": "cannot be used: GithubFileSystem",
    "zip:///nowhere/run.zip": "cannot be used",
    "zip://run::/nowhere/run.zip": "cannot be used: No such file or directory: /nowhere/run.zip. Name a folder",
    "http://127.0.0.1:1/run": "cannot read http://127.0.0.1:1/run: Connect call failed",
    "memory://nothing": "is memory://nothing, and what is kept in memory is gone when the command ends; name a folder",
    "nosuch://run": "cannot be used: Protocol not known: nosuch",
    "fails-at-once://run": "cannot be used: no such planet",
    "fails-later://run": "cannot read fails-later://run: no such planet",
    "fails-reading://run": "cannot read fails-reading://run: no such planet",
}


@pytest.mark.usefixtures("odd_systems")
@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("verb", READS_FOLDER)
def test_an_address_that_cannot_be_read_is_a_message(verb: str, address: str, tmp_path: Path) -> None:
    assert ADDRESSES[address] in refused(call(verb, *_out(verb, tmp_path), folder=address))
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def odd_systems() -> None:
    """File systems whose failures are of a kind that nobody knows, at one of three moments."""
    import fsspec
    from fsspec.spec import AbstractFileSystem

    def fail(*_: object, **__: object) -> None:
        raise LookupError("no such\nplanet")

    class Handle:
        def seekable(self) -> bool:
            return True

        def close(self) -> None:
            """Nothing is held."""

        read = seek = tell = fail

    kinds = {
        "fails-at-once": type("AtOnce", (AbstractFileSystem,), {"__init__": fail, "cachable": False}),
        "fails-later": type("Later", (AbstractFileSystem,), {"ls": fail, "_open": fail, "open": fail}),
        "fails-reading": type(
            "Reading", (AbstractFileSystem,), {"ls": lambda *_, **__: [], "open": lambda *_, **__: Handle()}
        ),
    }
    for name, kind in kinds.items():
        kind.protocol = name  # type: ignore[attr-defined]  # made on the spot
        fsspec.register_implementation(name, kind, clobber=True)


@pytest.mark.parametrize("verb", READS_FOLDER)
def test_a_folder_that_is_none_is_refused(verb: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for folder in (tmp_path / "none", tmp_path / "file", Path("/dev/zero"), Path(os.fsdecode(b"/no/\xff"))):
        assert "error: " in refused(call(verb, *_out(verb, tmp_path), folder=folder))
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize(
    "verb", [v for v, one in SMALLEST.items() if one.out and not one.is_file and v not in READS_FOLDER]
)
def test_an_address_as_output_is_used_or_refused(verb: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    refused(call(verb, str(SMALLEST[verb].out), "ftp://127.0.0.1:1/x", *SMALLEST[verb].writes))
    assert list(tmp_path.iterdir()) == []


PRINTS = _few(SMALLEST.keys() - {"app", "bench"}, "run", "play", "check", "list", "hash", "report")


@pytest.mark.parametrize("verb", PRINTS)
def test_a_full_standard_output_ends_with_a_message(verb: str, read: Path, tmp_path: Path) -> None:
    one = SMALLEST[verb]
    arguments = call(verb, *_out(verb, tmp_path), *one.writes, folder=read)
    with Path("/dev/full").open("w") as full:
        done = _process(arguments, stdout=full)
    assert done.returncode == 1, done.stderr
    assert done.stderr.splitlines()[-1] == "error: cannot write to standard output: No space left on device."
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("verb", SMALLEST)
def test_a_closed_standard_output_is_refused_before_any_work(verb: str, tmp_path: Path) -> None:
    arguments = call(verb, *_out(verb, tmp_path))
    done = _process(arguments, close=1)
    assert done.returncode == 1, done.stderr
    assert done.stderr == "error: standard output is closed; send it to a file, or to /dev/null.\n"
    assert list(tmp_path.iterdir()) == []


def test_a_reader_that_stops_ends_a_command_without_a_message() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = _process(["list", "parameters"], stdout=writer)
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, "")


def test_a_closed_standard_error_harms_nothing() -> None:
    done = _process(["list", "tactics"], close=2)
    assert done.returncode == 0


def test_a_full_standard_error_ends_with_the_exit_code_alone() -> None:
    with Path("/dev/full").open("w") as full:
        done = _process(["check", "none.yaml"], stderr=full)
    assert done.returncode == 1
    assert done.stdout == ""


def _process(arguments: list[str], *, close: int | None = None, **streams: Any) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from experiments.cli import main; main()", *arguments]
    if close is not None:
        command = ["/bin/sh", "-c", f'exec "$@" {close}>&-', "sh", *command]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | streams
    return subprocess.run(command, cwd=ROOT, text=True, timeout=300, check=False, **pipes)


@pytest.mark.parametrize("command", ["play", "solve", "scenario"])
def test_a_run_beyond_those_of_a_latin_hypercube_is_refused_with_what_would_do(command: str, tmp_path: Path) -> None:
    out = ["--out", str(tmp_path / "out")] if command == "scenario" else []
    sets = ["--set", "experiment.sampling=latin_hypercube", "--set", UNCERTAIN]
    done = CliRunner().invoke(app, [command, TINY, *sets, "--run", "5000", *out])
    assert done.exit_code == 2, done.output
    told = " ".join(done.output.split())
    assert "run 5000 is not among the" in told
    assert "set experiment.runs higher" in told
    assert not (tmp_path / "out").exists()


def test_a_report_replaces_no_pipe_and_no_device(finished: Path, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    done = CliRunner().invoke(app, ["report", str(finished), "--out", str(tmp_path / "pipe")])
    assert done.exit_code == 2
    assert "cannot be written: it is there and is no regular file" in " ".join(done.output.split())
    assert (tmp_path / "pipe").is_fifo()


def test_a_seat_whose_input_is_closed_ends_in_words() -> None:
    command = f'exec "{sys.executable}" -c "from experiments.cli import main; main()" play "{TINY}" --seat us_treasury'
    done = subprocess.run(["sh", "-c", f"{command} <&-"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "ended before the talks did" in " ".join(done.stderr.split())
