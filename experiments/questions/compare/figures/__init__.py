"""Pictures of a comparison: endings and agreed values of all runs, and the positions of two of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from experiments.questions.compare.figures.compare_positions import compare_positions
from experiments.questions.compare.figures.comparison import comparison

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: Figures of a comparison, each a function of tables.
FIGURES: Final[dict[str, Callable[..., Figure]]] = {
    "comparison": comparison,
    "compare_positions": compare_positions,
}
