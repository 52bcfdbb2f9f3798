"""Who is missing in a picture of a tournament, in words."""

from __future__ import annotations

from collections.abc import Collection

from experiments.figures.kit.style import shortened


def left_out_note(names: Collection[str]) -> str:
    """Sentence for the foot of a picture, with a blank before it; empty where nobody is left out."""
    return f" Left out because a pair of theirs failed: {', '.join(map(shortened, names))}." if names else ""
