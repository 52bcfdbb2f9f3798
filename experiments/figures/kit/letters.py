"""Fonts for names in any script: the families that a text needs, and a code for a letter that no font here has."""

from __future__ import annotations

import logging
import unicodedata
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any, Final

import matplotlib
from matplotlib import font_manager, ft2font
from rich.cells import cell_len, chop_cells

#: Drawn with wherever it has the letter, so that pictures look alike on every machine.
FIRST: Final = "DejaVu Sans"

#: Families of placeholders, and of mathematical signs in places of their own, by how they begin.
_NO_TEXT: Final = ("Last Resort", "STIXNonUnicode", "STIXSize", "cm")

#: Weights that figures draw in: regular and bold.
_DRAWN_IN: Final = (400, 700)
_WEIGHTS: Final[dict[str, int]] = font_manager.weight_dict
#: Letters without a font in a row up to which each is coded.
_MOST_CODED: Final = 4
_LEFT_OUT: Final = "\N{HORIZONTAL ELLIPSIS}"

#: Letters that a message names at most.
_NAMED: Final = 12

_replaced: set[str] = set()
_seen: Final = {"fonts": 0}


def families(text: str) -> list[str]:
    """Families with which to draw `text`, in a fixed order; just the first where it has every letter."""
    _look_again()
    return [FIRST, *(name for name in _others() if any(_family_of(letter) == name for letter in set(text)))]


def drawable(text: str) -> str:
    """`text` with the code of each letter that no font has, so that different names stay different.

    Of many such letters in a row the first are coded, and a check sum stands for all. A mark such as a joiner, which
    has no picture of its own, is left out.
    """
    _look_again()
    shown, missing = "", ""
    for letter in text:
        if letter == "\n" or _family_of(letter):
            shown, missing = shown + _coded(missing) + letter, ""
        elif unicodedata.category(letter) != "Cf":
            _replaced.add(letter)
            missing += letter
    return shown + _coded(missing)


def _coded(missing: str) -> str:
    if not missing:
        return ""
    is_long = len(missing) > _MOST_CODED
    codes = " ".join(f"{ord(letter):04X}" for letter in missing[: _MOST_CODED - 1 if is_long else None])
    return f"U+{codes}{_check_sum(missing) if is_long else ''}"


def _check_sum(text: str) -> str:
    """Check sum of a text, with the mark that something is left out."""
    return f"{_LEFT_OUT}{zlib.crc32(text.encode()) & 0xFFFF:04X}"


def cut(text: str, original: str, width: int) -> str:
    """Cut a drawable text to `width` letters, of which a wide one counts two.

    A text of codes ends in a check sum, for the codes may begin alike.
    """
    if cell_len(text) <= width:
        return text
    mark = _LEFT_OUT if text == original else _check_sum(original)
    return chop_cells(text, width - len(mark))[0].rstrip() + mark


def _look_again() -> None:
    """Forget what is known where fonts have been added to matplotlib's list since."""
    count = len(font_manager.fontManager.ttflist)
    if count != _seen["fonts"]:
        _seen["fonts"] = count
        for known in (_others, _family_of, _charmap):
            known.cache_clear()


def notice_once() -> str:
    """Say which letters were replaced since this was last asked; empty where none was."""
    letters = sorted(_replaced)
    _replaced.clear()
    if not letters:
        return ""
    codes = ", ".join(f"{letter} (U+{ord(letter):04X})" for letter in letters[:_NAMED])
    more = f" and {len(letters) - _NAMED} more" if len(letters) > _NAMED else ""
    return (
        f"pictures show codes in place of letters that no font of matplotlib has: {codes}{more}; install a font that "
        "has them."
    )


@cache
def _others() -> tuple[str, ...]:
    """All other families: those of the user's own settings, then the rest by name."""
    entries = font_manager.fontManager.ttflist
    known = {entry.name for entry in entries if not entry.name.startswith(_NO_TEXT)} - {FIRST}
    preferred = [name for name in _configured() if name in known]
    return tuple(dict.fromkeys([*preferred, *sorted(known)]))


def _configured() -> Iterable[str]:
    """Families that the user's matplotlibrc names; one such as ``sans-serif`` stands for a list."""
    settings: Mapping[Any, Any] = matplotlib.rcParamsOrig
    for name in settings["font.family"]:
        yield from settings.get(f"font.{name}", [name])


@cache
def _family_of(letter: str) -> str:
    """First family that has a letter; empty where none has it."""
    for name in (FIRST, *_others()):
        if ord(letter) in _charmap(name):
            return name
    return ""


@cache
def _charmap(family: str) -> frozenset[int]:
    """Letters that a family has in its regular and its bold face alike, for titles are bold."""
    faces = [entry for entry in font_manager.fontManager.ttflist if entry.name == family]
    files = {min(faces, key=lambda face: _unlike(face, weight)).fname for weight in _DRAWN_IN}
    return frozenset.intersection(*map(_letters_of, files))


def _unlike(face: font_manager.FontEntry, weight: int) -> tuple[bool, int, str]:
    """How far a face is from an upright one of `weight`; the file settles a tie."""
    own = _WEIGHTS.get(face.weight, _DRAWN_IN[0]) if isinstance(face.weight, str) else int(face.weight)
    return face.style != "normal", abs(own - weight), face.fname


def _letters_of(file: str) -> frozenset[int]:
    """Letters of a font; none where it cannot be read or scaled, such as an emoji font of pictures."""
    try:
        font = ft2font.FT2Font(file)
    except (RuntimeError, OSError):
        return frozenset()
    return frozenset(font.get_charmap()) if font.scalable else frozenset()


@contextmanager
def quiet() -> Iterator[None]:
    """Let matplotlib not complain of a font without a bold face, which it draws in its regular one."""
    logger = logging.getLogger("matplotlib.font_manager")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)
