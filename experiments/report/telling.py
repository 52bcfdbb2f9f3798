"""Words as pages and the terminal write them: units stay with their numbers, and paths with their meaning."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
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
_PATH: Final = re.compile(rf"(?<![\w./-])(?:{'|'.join(_PARTS)})(?:\.\w+)+(?:=[^\s,;:()]*[\w}}])?")

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


#: What stands before a path that is to be typed as it is.
_TYPED: Final = re.compile(r"--[\w-]+[ =]['\"]?(?:\w+=)?$")


class Telling:
    """How a page and the terminal write a text: a path never stands without what it means.

    Parameters
    ----------
    meanings : mapping
        What each number of the config is, by its path.
    """

    def __init__(self, meanings: Mapping[str, str]) -> None:
        self._meanings = meanings

    def __call__(self, text: object, beside: str = "") -> str:
        """Markup of a text: a path stands small behind what it means, which is added where the text does not say it.

        Parameters
        ----------
        text : object
            What is written.
        beside : str
            What stands beside it, such as the row of a cell, and may say what its paths mean.
        """
        parts = []
        for words, meaning, path in self._parts(str(text), beside):
            parts.append(_tied(words))
            if meaning:
                parts.append(f"{_tied(meaning)} ")
            if path:
                parts.append(f'<code class="path">{escape(path)}</code>')
        return "".join(parts)

    def plain(self, text: str, beside: str = "") -> str:
        """The same as plain text: a path stands in brackets behind what it means, unless the text says it already."""
        parts = []
        for words, meaning, path in self._parts(text, beside):
            is_inside = words.endswith("(")
            told = f"{meaning}, {path}" if is_inside else f"{meaning} ({path})"
            parts += [words, told if meaning else path]
        return "".join(parts)

    def _parts(self, whole: str, beside: str) -> Iterator[tuple[str, str, str]]:
        """Words, then the meaning that is added before a path, then the path; both are empty behind the last words."""
        done, said = 0, f"{whole} {beside}".lower()
        for found in _PATH.finditer(whole):
            path, after = self._known(whole, found)
            meaning = self.meaning_of(path.partition("=")[0])
            before = whole[done : found.start()]
            if meaning.lower() in said or _TYPED.search(whole[: found.start()]):
                meaning = ""
            said += f" {meaning.lower()}"
            starts = not whole[: found.start()].strip()
            yield before, f"{meaning[:1].upper()}{meaning[1:]}" if starts else meaning, path
            done = after
        yield whole[done:], "", ""

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
