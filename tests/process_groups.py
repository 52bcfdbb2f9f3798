"""Groups of processes that tests start and end."""

from __future__ import annotations

import os
import time


def wait_until_gone(group: int, patience: float = 30.0) -> None:
    """Wait until no process of a group is left, not even one that nobody has waited for; fail after a while."""
    end = time.monotonic() + patience
    while True:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return
        assert time.monotonic() < end, f"processes of group {group} are still there"
        time.sleep(0.05)
