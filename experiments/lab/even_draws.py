"""What an interval of independent draws says where runs are spread evenly."""

from __future__ import annotations

from typing import Final

#: Each sampling in words.
HOW: Final = {"monte_carlo": "independent draws", "latin_hypercube": "a Latin hypercube", "sobol": "a Sobol sequence"}
#: Samplings whose runs are drawn so that the interval of independent draws holds, or is too wide.
_WITH_INTERVALS: Final = ("monte_carlo", "latin_hypercube")


def have_intervals(*samplings: str) -> bool:
    """Whether chance between runs has an interval, of which the usual one is no less wide."""
    return all(sampling in _WITH_INTERVALS for sampling in samplings)


def of_intervals(*samplings: str) -> str:
    """What is said of the intervals of runs that are drawn so; nothing of independent draws."""
    without = next((sampling for sampling in samplings if sampling not in _WITH_INTERVALS), None)
    if without is not None:
        return (
            f"No intervals: {HOW[without]} spreads its points evenly, so that they are no independent draws, and the "
            "usual intervals do not hold for them."
        )
    if "latin_hypercube" in samplings:
        return "A Latin hypercube is more even than independent draws, so that the intervals are rather too wide."
    return ""
