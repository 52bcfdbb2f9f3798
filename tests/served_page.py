"""The page of `winset app`, served by a process of its own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest


@contextmanager
def served(*arguments: str, **surroundings: str) -> Iterator[str]:
    """Run `winset app` on a free port of the loopback interface; give its address, and see it end well."""
    command = [sys.executable, "-m", "experiments.cli", "app", *arguments, "--no-open", "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=os.environ | surroundings) as server:
        assert server.stderr is not None
        lines = []
        for line in server.stderr:
            lines.append(line)
            if found := re.search(r"http://\S+", line):
                break
        else:
            pytest.fail(f"the page was not served: {''.join(lines)}")
        threading.Thread(target=server.stderr.read, daemon=True).start()  # a full pipe would hold the server up
        try:
            yield found[0]
        finally:
            server.send_signal(signal.SIGINT)
            assert server.wait(30) == 0
