"""Whether the packages that Python would import as winset's are winset's.

``sim``, ``agents`` and ``experiments`` are names that others use too: a script ``agents.py`` in the working folder, or
a distribution that installs a package of that name. Each of ours carries a mark, which is read from its file, for to
import a package of somebody else is to run it.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

PACKAGES: Final = ("sim", "agents", "experiments")

#: Line by which a package says that it is part of winset.
_MARK: Final = re.compile(r'^PART_OF = "winset"$', re.MULTILINE)


@cache
def refuse_shadows() -> None:
    """Refuse to go on where another package would be imported in place of one of winset's.

    Raises
    ------
    ImportError
        With the file that is in the way and what to do.
    """
    for name in PACKAGES:
        if (other := _in_the_way(name)) is not None:
            raise ImportError(
                f"{other} is in the way of winset's package {name!r}; rename it if it is yours, or give winset an "
                "environment of its own, for example with: pipx install winset"
            )


def _in_the_way(name: str) -> str | None:
    """What Python would import in place of a package of winset's; None where it would import that."""
    try:
        spec = find_spec(name)
    except ValueError:  # a module of that name is loaded, and says nothing of where it comes from
        return f"a module {name!r} that is loaded already"
    if spec is None:
        raise ImportError(f"winset's package {name!r} is missing; install winset anew")
    places = [spec.origin] if spec.origin else list(spec.submodule_search_locations or ())
    if spec.origin and _MARK.search(_text(Path(spec.origin))):
        return None
    return places[0] if places else f"a module {name!r}"


def _text(file: Path) -> str:
    """Text of a file; none for what cannot be read, which carries no mark that could be seen."""
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
