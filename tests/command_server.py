"""Carry out commands of winset one after the other in a process with an environment of its own.

``python -m tests.command_server`` reads a list of words a line, and prints what each command has ended with as JSON.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.command_line import winset
from tests.tree import ROOT


@dataclass(frozen=True)
class Done:
    """What a command has ended with."""

    returncode: int
    stdout: str
    stderr: str


class CommandServer:
    """The process, as its user sees it."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def __call__(self, *words: object) -> Done:
        """Carry out a command."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([str(word) for word in words]) + "\n")
        self._process.stdin.flush()
        return Done(*json.loads(self._process.stdout.readline()))


@contextmanager
def serving(environment: dict[str, str]) -> Iterator[CommandServer]:
    """Start the process; it must have nothing to say beside what its commands say."""
    command = [sys.executable, "-m", "tests.command_server"]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=pipe, stdout=pipe, stderr=pipe, text=True
    ) as process:
        yield CommandServer(process)
        out, errors = process.communicate()
    assert (process.returncode, out, errors) == (0, "", "")


def _serve() -> None:
    for line in sys.stdin:
        result = winset(*json.loads(line))
        print(json.dumps([result.exit_code, result.stdout, result.stderr]), flush=True)


if __name__ == "__main__":
    _serve()
