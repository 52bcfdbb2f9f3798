"""Commands that pages tell their readers to type, and the output that stands below them."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.tree import ROOT

#: Pages to read beside those of reference: each tells what to type and what comes of it.
PAGES: Final = sorted(
    str(path.relative_to(ROOT))
    for path in (
        ROOT / "docs" / "start.md",
        ROOT / "docs" / "tutorial.md",
        *(ROOT / "docs" / "howto").glob("*.md"),
        *(ROOT / "docs" / "concepts").glob("*.md"),
        *(ROOT / "docs" / "coming_from").glob("*.md"),
    )
)

_FENCED: Final = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)

#: Between two pieces of an output of which a page leaves something out.
_LEFT_OUT: Final = "…"


@dataclass(frozen=True)
class Block:
    """A fenced block of a page: its kind, such as ``sh``, and what stands in it."""

    kind: str
    text: str

    def commands(self) -> list[list[str]]:
        """Words of each call of `winset` in it, without the name; a line that ends in a backslash goes on."""
        if self.kind != "sh":
            return []
        lines = self.text.replace("\\\n", " ").splitlines()
        calls = [shlex.split(line, comments=True) for line in lines]
        return [words[1:] for words in calls if words and Path(words[0]).name == "winset"]

    def pieces(self) -> list[str]:
        """What an output must hold if this block shows it, with its white space made one blank each."""
        return [squeezed(piece) for piece in self.text.split(_LEFT_OUT)] if self.kind == "text" else []


def blocks(page: str) -> list[Block]:
    """Fenced blocks of a page, in order."""
    return [Block(kind, text) for kind, text in _FENCED.findall((ROOT / page).read_text(encoding="utf-8"))]


def squeezed(text: str) -> str:
    """Return a text with each stretch of white space made one blank."""
    return " ".join(text.split())
