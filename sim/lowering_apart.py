"""A rule that takes long to lower is lowered by a second process, while the first lowers what calls it."""

from __future__ import annotations

import itertools
import logging
import os
import pickle
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from functools import partial
from threading import Thread
from typing import IO, Any, Final, NamedTuple

from numba.core.bytecode import FunctionIdentity
from numba.core.serialize import dumps

from sim.linking import Rule, only_lowered

# Numba numbers functions in the order in which it meets them, and the number is a part of a name in the code.
_FIRST_NUMBER: Final = 1_000_000
# Bytes in which the size of a packed rule is told.
_SIZE: Final = 8

_log = logging.getLogger(__name__)


class ApartRule(NamedTuple):
    """A rule and the types of its arguments."""

    rule: Rule
    arguments: tuple[Any, ...]


@contextmanager
def lowered_apart(module: str, parts: Sequence[ApartRule]) -> Iterator[None]:
    """Let a process of its own lower rules while the caller compiles, where there is a second processor.

    Parameters
    ----------
    module : str
        What the process runs: a module that calls :func:`hand_over` with the same parts.
    parts : sequence of ApartRule
        What it lowers, in the order in which the caller asks for them. What it could not lower is lowered by the
        caller.
    """
    if (os.cpu_count() or 1) < 2:
        yield
        return
    command = [sys.executable, "-P", "-m", module]
    # In a session of its own, for an interrupt at the terminal is the caller's to answer.
    with subprocess.Popen(  # noqa: S603  this Python and a module of winset
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True
    ) as process:
        arrived: list[Future[bytes]] = [Future() for _ in parts]
        reader = Thread(target=_receive, args=(process.stdout, arrived), daemon=True)
        reader.start()
        try:
            for part, packed in zip(parts, arrived, strict=True):
                part.rule.lowered.awaited[part.arguments] = partial(_unpacked, packed)
            yield
        finally:
            process.kill()
            reader.join()
            for part in parts:
                if part.rule.lowered.awaited.pop(part.arguments, None):
                    _log.info("%s was lowered by a second process and not asked for", part.rule)


def _receive(written: IO[bytes], arrived: Sequence[Future[bytes]]) -> None:
    """Read what the process writes as it comes, for it would wait at a full pipe."""
    for packed in arrived:
        size = int.from_bytes(written.read(_SIZE), "little")
        content = written.read(size)
        packed.set_result(content if len(content) == size else b"")


def _unpacked(packed: Future[bytes]) -> Any:
    content = packed.result()
    if not content:
        _log.info("a rule was not lowered by a second process, and is here")
        return None
    return pickle.loads(content)  # noqa: S301  from a process of our own, by a pipe


def hand_over(parts: Sequence[ApartRule]) -> None:
    """Lower rules and write each to standard output, for :func:`lowered_apart` of another process."""
    FunctionIdentity._unique_ids = itertools.count(_FIRST_NUMBER)
    for part in parts:
        dispatcher = part.rule.lowered
        with only_lowered(dispatcher.targetctx.codegen()):
            dispatcher.compile(part.arguments)
        packed = dumps(dispatcher.overloads[part.arguments]._reduce())
        sys.stdout.buffer.write(len(packed).to_bytes(_SIZE, "little") + packed)
        sys.stdout.buffer.flush()
