"""How large a config may be: limits of the file, of the values that it expands to, and of its depth.

Every limit is checked before the work that it bounds. The largest shipped config has 9 kB and some 400 values.
"""

from __future__ import annotations

from typing import Final

#: Bytes of a config together with all files that it extends.
MAX_BYTES: Final = 256 * 1024
#: Files of a config: itself and those that it extends.
MAX_FILES: Final = 20
#: Values of a config, aliases and references written out.
MAX_VALUES: Final = 20_000
#: Characters of all its texts and keys, aliases and references written out.
MAX_LETTERS: Final = 1_000_000
#: Maps and lists inside each other, and references that lead to references.
MAX_DEPTH: Final = 40
#: Characters of the path inside one reference, and of one path of an option.
MAX_PATH: Final = 500


def size_complaint(values: int, letters: int) -> str | None:
    """Say what is too much, or return None."""
    if values > MAX_VALUES:
        return f"expands to more than {MAX_VALUES:,} values, the most that a config may hold"
    if letters > MAX_LETTERS:
        return f"expands to more than {MAX_LETTERS:,} characters, the most that a config may hold"
    return None
