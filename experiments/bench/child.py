"""Run a winset command in a process of its own and end its output with the most memory that it held."""

from __future__ import annotations

import resource
import sys
from importlib.metadata import entry_points
from pathlib import Path
from typing import Final

_STATUS: Final = Path("/proc/self/status")
_PEAK: Final = "VmHWM:"


def peak_kib() -> int:
    """Largest resident memory of this process so far; KiB.

    On Linux it is read from the process table, for the figure of `getrusage` also covers the process that started this
    one.
    """
    if _STATUS.exists():
        for line in _STATUS.read_text(encoding="ascii").splitlines():
            if line.startswith(_PEAK):
                return int(line.removeprefix(_PEAK).split()[0])
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most // 1024 if sys.platform == "darwin" else most


def main() -> None:
    """Run the command that the arguments name, then write the peak as the last line."""
    (winset,) = entry_points(group="console_scripts", name="winset")
    try:
        winset.load()()
    except SystemExit as end:
        if end.code:
            raise
    sys.stdout.write(f"{peak_kib()}\n")


if __name__ == "__main__":
    main()
