"""Words that belong to the partner of the shipped case, found in texts that are about another one."""

from __future__ import annotations

import re
from functools import cache
from html import unescape
from pathlib import Path
from typing import Final

import pandas as pd

from sim.parameters.table import TABLE
from tests.tree import ROOT

#: The partner of the shipped case and what belongs to it.
SHIPPED: Final = re.compile(r"japan\w*|tokyo|(?<!,)\byen\b|(?<![a-z])rice\b", re.IGNORECASE)


@cache
def _in_sources() -> list[tuple[str, str]]:
    """What stands before and after such a word in a source."""
    listed = [
        line.strip("| ").split(" | ") for line in (ROOT / "docs" / "references.md").read_text("utf-8").splitlines()
    ]
    sources = {row.source for row in TABLE} | {part for line in listed if len(line) > 1 for part in line}
    sources = {one for one in sources if SHIPPED.search(one)} | {"borrowed from Japan", "Borrowed from Japan"}
    return [(one[: word.start()], one[word.end() :]) for one in sources for word in SHIPPED.finditer(one)]


def of_the_shipped_partner(text: str) -> set[str]:
    """Words of the shipped case in a text, each with what stands around it, where they are not part of a source."""
    parts = _in_sources()
    # On a page a space that does not break ties a unit to its number.
    shown, found = re.sub(r"base64,[\w+/=]+", "", text).replace("\N{NO-BREAK SPACE}", " "), set[str]()
    for match in SHIPPED.finditer(shown):
        before = unescape(shown[max(0, match.start() - 1_000) : match.start()])
        after = unescape(shown[match.end() : match.end() + 1_000])
        if not any(before.endswith(first) and after.startswith(rest) for first, rest in parts):
            found.add(f"{before[-60:]}{match[0]}{after[:30]}")
    return found


def text_of(path: Path) -> str:
    """Text of a file that a command has left; a table in Parquet as CSV."""
    if path.suffix == ".parquet":
        return pd.read_parquet(path).to_csv()
    return path.read_bytes().decode("utf-8", "replace")
