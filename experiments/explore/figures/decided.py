"""The pictures of one output of a sensitivity analysis, whose titles name what the text names."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Final

from experiments.explore.figures.effects import morris_plane, sobol_bars, tornado
from experiments.explore.sensitivity import MORRIS, SOBOL
from experiments.explore.sensitivity_text import (
    METHOD_NAMES,
    above_noise,
    label_of,
    main_method,
    unit_of_output,
    wide,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from experiments.explore.sensitivity import Sensitivity

TORNADO: Final = "tornado"
KINDS: Final = (SOBOL, TORNADO, MORRIS)


def output_figures(result: Sensitivity, output: str, kinds: Collection[str] = KINDS) -> dict[str, Figure]:
    """Draw those of `kinds` that there are for an output, by kind."""
    frame, label, unit = wide(result, output), label_of(result, output), unit_of_output(result, output)
    swings = result.swings[result.swings["output"] == output]
    found: dict[str, Figure] = {}
    if SOBOL in kinds and f"{SOBOL}.total" in frame:
        found[SOBOL] = sobol_bars(frame, label, above_noise(result, output, SOBOL), result.noise(output, SOBOL))
    if TORNADO in kinds and len(swings):
        method = main_method(result, output)
        found[TORNADO] = tornado(swings, label, unit, above_noise(result, output, method), METHOD_NAMES[method])
    if MORRIS in kinds and f"{MORRIS}.mu_star" in frame:
        found[MORRIS] = morris_plane(frame, label, unit, above_noise(result, output, MORRIS))
    return found
