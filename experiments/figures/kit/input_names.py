"""Inputs as pictures name them: by what they are, and by their path as well where that does not tell them apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from experiments.config.meanings import in_words
from experiments.figures.kit.style import shortened, tidy, wrapped
from experiments.labels import capitalised

#: Lines that a meaning takes on an axis; what is longer is cut, and its path stands below.
_LINES: Final = 2


def input_words(path: str, meanings: Mapping[str, str]) -> str:
    """What an input is; one that is no entry of a config keeps its name.

    Parameters
    ----------
    path : str
        The input.
    meanings : mapping
        What inputs are, by path.
    """
    meaning = _meaning(path, meanings)
    return f"{meaning} ({path})" if _is_shared(path, meanings) else meaning


def input_label(
    path: str, meanings: Mapping[str, str], unit: str = "", values: str = "", width: int = 42, lines: int = _LINES
) -> str:
    """What an input is, broken into lines, for a tick or an axis.

    Parameters
    ----------
    path : str
        The input.
    meanings : mapping
        What inputs are, by path.
    unit, values : str
        Unit, which is not said twice, and values that stand behind it in brackets.
    width, lines : int
        Letters of a line, and lines up to which a meaning is not cut.

    Returns
    -------
    str
        The meaning; the path follows on a line of its own where the meaning is cut or another input has the same.
    """
    meaning = _meaning(path, meanings)
    behind = f", {unit}" if unit and not meaning.startswith(unit) else ""
    behind += f" ({values})" if values else ""
    whole = wrapped(capitalised(f"{meaning}{behind}"), width)
    if whole.count("\n") < lines and not _is_shared(path, meanings):
        return whole
    cut = shortened(capitalised(meaning), width * lines - len(behind) - 4)
    return f"{wrapped(f'{cut}{behind}', width)}\n{tidy(path)}"


def _meaning(path: str, meanings: Mapping[str, str]) -> str:
    return meanings.get(path) or in_words(path)


def _is_shared(path: str, meanings: Mapping[str, str]) -> bool:
    """Whether another input has the same meaning."""
    return path in meanings and sum(meaning == meanings[path] for meaning in meanings.values()) > 1
