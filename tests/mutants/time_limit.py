"""A pytest plugin for rules that run uncompiled: leaves out drawn examples, and fails a test after some seconds."""

from __future__ import annotations

import signal
from collections.abc import Generator
from types import FrameType

import pytest

#: Seconds that one test may take.
SECONDS = 5


class TooLong(BaseException):
    """A test was still running; no `except Exception` of the code under test stops it."""


def _end(_number: int, _frame: FrameType | None) -> None:
    raise TooLong


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out tests of drawn examples, which take minutes."""
    items[:] = [item for item in items if not getattr(getattr(item, "obj", None), "is_hypothesis_test", False)]


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call() -> Generator[None, object, object]:
    """Give each test so many seconds; what it sets up is not counted."""
    before = signal.signal(signal.SIGALRM, _end)
    signal.alarm(SECONDS)
    try:
        return (yield)
    except TooLong:
        # Raised anew: amid bytecode without a line an interrupted traceback breaks what reports it.
        raise pytest.fail.Exception(f"still running after {SECONDS} s") from None
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
