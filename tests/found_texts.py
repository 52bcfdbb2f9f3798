"""Whether who reads an error on the screen finds its text in the code with one search."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from tests.tree import ROOT

#: Words of which a message consists that names the choices of a type: there is no text to be found.
_CHOICES: Final = re.compile(r"must be [\w, ]+ or \w+(; did you mean \w+\?)? \(got .*\)")


@cache
def _texts() -> dict[str, str]:
    files = [*sorted((ROOT / "experiments" / "config").glob("*.py")), ROOT / "experiments" / "files.py"]
    return {str(path.relative_to(ROOT)): path.read_text("utf-8") for path in files}


def files_with(message: str) -> set[str]:
    """Files that read configs with the longest run of two words or more that stands in one of their lines."""
    words = message.split()
    for length in range(len(words), 1, -1):
        runs = [" ".join(words[start : start + length]) for start in range(len(words) - length + 1)]
        found = [{name for name, text in _texts().items() if run in text} for run in runs]
        if any(found):
            return min(filter(None, found), key=len)
    return set()


def check_found(message: str) -> None:
    """Check that the text of a refusal is found in one file, or in one that gives it and one that uses its words."""
    if not _CHOICES.fullmatch(message):
        assert len(files_with(message)) in (1, 2), message
