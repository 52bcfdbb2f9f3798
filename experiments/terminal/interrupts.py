"""Signals that ask a command to end: from the keyboard, from who manages the machine, and when a session is over."""

from __future__ import annotations

import signal
from types import FrameType


class Ended(KeyboardInterrupt):
    """A signal that ends a command as Ctrl-C does."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


def end_as_by_ctrl_c() -> None:
    """Let SIGTERM and SIGHUP interrupt this process in order, unless whoever started it has them ignored (nohup)."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _interrupt)


def exit_code(interruption: KeyboardInterrupt) -> int:
    """Code by which shells know which signal has ended a command."""
    return 128 + (interruption.number if isinstance(interruption, Ended) else signal.SIGINT)


def _interrupt(number: int, _frame: FrameType | None) -> None:
    raise Ended(number)
