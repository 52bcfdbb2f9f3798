"""What a terminal cannot show is spelled in letters that it can, so that no command fails once its work is done."""

from __future__ import annotations

import codecs
import json
import re
import sys
from io import TextIOWrapper
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from rich.console import Console

#: Name under which streams find :func:`_spell`.
SPELLING: Final = "winset_spelling"

_SPELLED: Final = {
    "±": "+-",
    "·": "-",
    "…": "...",
    "“": '"',
    "”": '"',
    "\N{LEFT SINGLE QUOTATION MARK}": "'",
    "\N{RIGHT SINGLE QUOTATION MARK}": "'",
    "\N{EN DASH}": "-",
    "\N{EM DASH}": "-",
    "\N{MULTIPLICATION SIGN}": "x",
    "→": "->",
}
_FIRST_OF_TWO: Final = 0x10000


def spell_what_streams_cannot_show() -> None:
    """Let standard output and the error stream spell letters that their encoding lacks."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors=SPELLING)


def spelled(text: str, encoding: str) -> str:
    """`text` as a stream of `encoding` shows it."""
    return text.encode(encoding, SPELLING).decode(encoding)


def filled(text: str, width: int, *, first: str = "", rest: str = "") -> str:
    """Break `text` into lines of at most `width` columns of the screen; a letter may take two of them.

    Parameters
    ----------
    text : str
        A paragraph. A word that is longer than a line is broken.
    width : int
        Columns of the screen.
    first, rest : str
        What the first line and the others begin with.
    """
    from rich.cells import cell_len, chop_cells

    lines, line, is_bare = [], first, True
    for word in text.split():
        if not is_bare and cell_len(f"{line} {word}") > width:
            lines.append(line)
            line, is_bare = rest, True
        left = word if is_bare else f" {word}"
        while cell_len(line + left) > width:
            head = chop_cells(left, max(1, width - cell_len(line)))[0] or left[0]
            if head == left:
                break
            lines.append(line + head)
            line, left = rest, left[len(head) :]
        line, is_bare = line + left, False
    return "\n".join([*lines, line])


def print_json(console: Console, data: object) -> None:
    """Print plain data as JSON for other programs."""
    print_json_text(console, json.dumps(data, indent=1, ensure_ascii=False))


def print_json_text(console: Console, text: str) -> None:
    """Print what is JSON already; letters that the stream cannot show are escaped as JSON has it."""
    try:
        text.encode(console.encoding)
    except UnicodeEncodeError:
        text = re.sub(r"[^\x00-\x7f]", lambda found: json.dumps(found[0])[1:-1], text)
    console.out(text, highlight=False)


def _spell(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(_letter, error.object[error.start : error.end])), error.end


def _letter(letter: str) -> str:
    """Spell a letter with its like on a typewriter, else with its code, so that different names stay different."""
    if letter in _SPELLED:
        return _SPELLED[letter]
    code = ord(letter)
    return f"\\u{code:04x}" if code < _FIRST_OF_TWO else f"\\U{code:08x}"


codecs.register_error(SPELLING, _spell)
