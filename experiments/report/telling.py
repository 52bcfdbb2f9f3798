"""Words of a page as markup: nothing in them is markup, units stay with their numbers, and paths with their meaning."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from typing import Final

from experiments.config.meanings import in_words

#: Parts of a config, with which every path into it begins.
_PARTS: Final = (
    "acceptance", "agenda", "beliefs", "calendar", "chip_makers", "chips", "economy", "events", "experiment", "firms",
    "fund", "partner", "protocol", "purchases", "red_lines", "reference", "sectors", "tactics", "us_treasury",
    "walk_away",
)  # fmt: skip

#: A path, with the value that it is set to where one is named.
_PATH: Final = re.compile(rf"(?<![\w./-])(?:{'|'.join(_PARTS)})(?:\.\w+)+(?:=[^\s,;:()]*\w)?")

_UNITS: Final = "%|points?|bn|tn|Mt|days?|months?|years?|rounds?|percentage"
_MONTHS: Final = "January|February|March|April|May|June|July|August|September|October|November|December"
_TIED: Final = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?<=\d) (?=(?:{_UNITS})(?!\w))",
        r"(?<=US\$) (?=bn\b)",
        r"(?<=\ba) (?=year\b)",
        r"(?<=±) (?=\d)|(?<=\d) (?=±)",
        rf"(?<=\d) (?=(?:{_MONTHS})\b)",
    )
)
_TIE: Final = "\N{NO-BREAK SPACE}"


class Telling:
    """How a page writes a text.

    Parameters
    ----------
    meanings : mapping
        What each number of the config is, by its path.
    """

    def __init__(self, meanings: Mapping[str, str]) -> None:
        self._meanings = meanings

    def __call__(self, text: object) -> str:
        """Markup of a text: a path stands small behind what it means, which is added where the text does not say it."""
        whole = str(text)
        parts, done, said = [], 0, set[str]()
        for found in _PATH.finditer(whole):
            path, after = self._known(whole, found)
            meaning = self.meaning_of(path.partition("=")[0])
            before = whole[done : found.start()]
            parts.append(_tied(before))
            if meaning.lower() not in whole.lower() and meaning not in said:
                said.add(meaning)
                starts = not whole[: found.start()].strip()
                parts.append(f"{_tied(f'{meaning[:1].upper()}{meaning[1:]}' if starts else meaning)} ")
            parts.append(f'<code class="path">{escape(path)}</code>')
            done = after
        return "".join([*parts, _tied(whole[done:])])

    def meaning_of(self, path: str) -> str:
        """What an entry of a config is; the words of its path where nothing else says it."""
        return self._meanings.get(path) or in_words(path)

    def _known(self, whole: str, found: re.Match[str]) -> tuple[str, int]:
        """The path that stands there, which may have blanks in a name, and where it ends."""
        start = found.start()
        longer = [path for path in self._meanings if " " in path and whole.startswith(path, start)]
        path = max([found[0], *longer], key=len)
        return path, start + len(path)


def _tied(text: str) -> str:
    for pattern in _TIED:
        text = pattern.sub(_TIE, text)
    return escape(text)
