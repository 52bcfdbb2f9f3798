"""What the columns of its tables hold."""

from __future__ import annotations

from typing import Final

from experiments.export.common import FROM_0, MONEY, ROUNDS, SHARE
from experiments.export.described import NO_UNIT, Described, DescribedTable

COLUMNS: Final = {
    "map": DescribedTable(
        "a cell of the map in which a failure was found",
        (
            Described("aim", "what was searched for", NO_UNIT, values="word"),
            Described("opponent", "tactic of the other side", NO_UNIT),
            Described("knobs", "the same with its knobs", NO_UNIT),
            Described("outcome", "how the talks end most often among the draws that fail", NO_UNIT, values="outcome"),
            Described("reason", "why they end so most often", NO_UNIT, values="reason"),
            Described("round", "mean round in which the talks end", ROUNDS),
            Described("round_from", "first round of the cell", ROUNDS),
            Described("round_to", "round before which the cell ends", ROUNDS),
            Described("searched", "mean score in the search", "that of the aim"),
            Described("score", "mean score on fresh draws", "that of the aim"),
            Described("error", "standard error of the score", "that of the aim"),
            Described("failing", "share of the fresh draws that reach the threshold", SHARE),
            Described("confirmed", "whether the score exceeds the threshold by more than chance explains", NO_UNIT),
            Described("gain", "mean gain of the tested side over walking away", MONEY),
            Described("gain_other", "mean gain of the other side over walking away", MONEY),
            Described("run", "fresh draw that shows the failure, -1 if none does", FROM_0),
        ),
    ),
}  # fmt: skip
