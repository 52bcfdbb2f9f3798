"""Standard output and error of the command line: closed or full ones end it with a message and not with a traceback."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final, TextIO, cast

#: Exit code of a command whose result could not be printed.
NO_OUTPUT: Final = 1
#: Exit code where the reader wants no more, as after ``| head``: that of a program that SIGPIPE has ended.
NO_READER: Final = 128 + 13

_CLOSED: Final = "standard output is closed; send it to a file, or to /dev/null"


class OutputError(Exception):
    """Standard output or error takes no more; no `OSError`, so that no place of files is blamed for it."""


class NoReaderError(OutputError):
    """Whoever reads the output wants no more of it."""


class CheckedStream:
    """A text stream whose failures are :class:`OutputError`; everything else is the stream's own."""

    def __init__(self, stream: TextIO, name: str) -> None:
        self._stream = stream
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        return getattr(self._stream, attribute)

    def write(self, text: str) -> int:
        """Write text."""
        try:
            return self._stream.write(text)
        except OSError as error:
            raise self._as_error(error) from error

    def writelines(self, lines: Any) -> None:
        """Write several texts."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Hand on what is written."""
        try:
            self._stream.flush()
        except OSError as error:
            raise self._as_error(error) from error

    def _as_error(self, error: OSError) -> OutputError:
        kind = NoReaderError if error.errno == errno.EPIPE else OutputError
        return kind(f"cannot write to {self._name}: {error.strerror}")


@contextmanager
def output_errors_as_messages() -> Iterator[None]:
    """Run a command with checked streams; an output that is closed or full ends it with a message and exit code 1.

    A reader that has read enough ends it without a message.

    Raises
    ------
    SystemExit
        With :data:`NO_OUTPUT` when standard output or error is closed or full, and with :data:`NO_READER` when its
        reader has stopped.
    """
    _occupy_closed()
    if sys.stdout is None:
        _say(f"error: {_CLOSED}.")
        raise SystemExit(NO_OUTPUT)
    before = sys.stdout, sys.stderr
    sys.stdout = cast("TextIO", CheckedStream(sys.stdout, "standard output"))
    if sys.stderr is None:
        sys.stderr = os.fdopen(2, "w", encoding="utf-8", closefd=False)
    sys.stderr = cast("TextIO", CheckedStream(sys.stderr, "standard error"))
    try:
        try:
            yield
        finally:
            sys.stdout.flush()
    except OutputError as error:
        # What is left in the buffers would fail again when the interpreter ends.
        for stream in before:
            _discard(stream)
        if isinstance(error, NoReaderError):
            raise SystemExit(NO_READER) from None
        _say(f"error: {error}.")
        raise SystemExit(NO_OUTPUT) from None
    finally:
        sys.stdout, sys.stderr = before


def _occupy_closed() -> None:
    """Take the numbers of closed standard streams, which the next file would get and foreign messages go to."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)


def _discard(stream: TextIO | None) -> None:
    """Throw away what a stream still holds when it cannot be written."""
    if stream is None:
        return
    try:
        stream.flush()
    except (OSError, ValueError):
        # One that is closed holds nothing more.
        with suppress(OSError, ValueError):
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, stream.fileno())
            os.close(null)


def _say(message: str) -> None:
    """Print to standard error, which may be unable to take it as well."""
    with suppress(OSError, OutputError, ValueError):
        print(message, file=sys.__stderr__, flush=True)
