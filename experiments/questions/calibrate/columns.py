"""What the columns of its tables hold."""

from __future__ import annotations

from typing import Final

from experiments.export.common import COUNT, FROM_0, FROM_1, SHARE
from experiments.export.described import DATE, NO_UNIT, Described, DescribedTable

_OF_PARAMETER: Final = "that of the parameter"
_OF_ROW: Final = "that of the row"
_TOO_FEW: Final = "too few effective draws for an adjustment"
_SAYS_NOTHING: Final = "no draw says anything of the row"


def _summary(prefix: str) -> tuple[Described, ...]:
    """What weighted draws say of a row of the record."""
    return (
        Described(f"{prefix}_mean", f"mean of the {prefix}", _OF_ROW, _SAYS_NOTHING),
        Described(f"{prefix}_sd", f"standard deviation of the {prefix}", _OF_ROW, _SAYS_NOTHING),
        Described(f"{prefix}_q05", f"5 % of the {prefix} lie below", _OF_ROW, _SAYS_NOTHING),
        Described(f"{prefix}_q50", f"median of the {prefix}", _OF_ROW, _SAYS_NOTHING),
        Described(f"{prefix}_q95", f"95 % of the {prefix} lie below", _OF_ROW, _SAYS_NOTHING),
        Described(f"{prefix}_crps", f"CRPS of the {prefix} outside of the row's range", _OF_ROW, _SAYS_NOTHING),
        Described(f"{prefix}_error", f"Monte Carlo error of the CRPS of the {prefix}", _OF_ROW, _SAYS_NOTHING),
    )


COLUMNS: Final = {
    "parameters": DescribedTable(
        "a calibrated parameter",
        (
            Described("path", "parameter, by its path in the config", NO_UNIT),
            Described("unit", "its unit", NO_UNIT, "it has none"),
            Described("prior_mean", "mean of the prior", _OF_PARAMETER),
            Described("prior_sd", "standard deviation of the prior", _OF_PARAMETER),
            Described("posterior_mean", "mean of the posterior", _OF_PARAMETER),
            Described("posterior_sd", "standard deviation of the posterior", _OF_PARAMETER),
            Described("q05", "5 % of the posterior lie below", _OF_PARAMETER),
            Described("q50", "median of the posterior", _OF_PARAMETER),
            Described("q95", "95 % of the posterior lie below", _OF_PARAMETER),
            Described("contraction", "one less the posterior variance over the prior variance", SHARE),
            Described("error", "Monte Carlo error of the contraction", SHARE, "too few effective draws"),
            Described("adjusted_mean", "mean after the regression adjustment", _OF_PARAMETER, _TOO_FEW),
            Described("adjusted_sd", "standard deviation after the regression adjustment", _OF_PARAMETER, _TOO_FEW),
            Described("adjusted_contraction", "contraction after the regression adjustment", SHARE, _TOO_FEW),
        ),
    ),
    "correlations": DescribedTable(
        "two calibrated parameters",
        (
            Described("first", "one parameter", NO_UNIT),
            Described("second", "the other parameter", NO_UNIT),
            Described("correlation", "their correlation in the posterior", NO_UNIT, "one of them does not vary"),
        ),
    ),
    "rows": DescribedTable(
        "a row of the record",
        (
            Described("case", "country", NO_UNIT),
            Described("date", "day of the row", DATE),
            Described("known_by", "day by which it was known", DATE),
            Described("name", "what the row is of", NO_UNIT),
            Described("unit", "its unit", NO_UNIT, "it has none"),
            Described("low", "lower end of the row's range", _OF_ROW),
            Described("value", "value of the row", _OF_ROW, "it has a range alone"),
            Described("high", "upper end of the row's range", _OF_ROW, "the range is open above"),
            Described("width", "distance that counts as one", _OF_ROW),
            Described("open", "whether the range is open above", NO_UNIT),
            Described("fitted", "whether it was fitted, and not held out", NO_UNIT),
            Described("known", "weight of the draws that say something of it", SHARE),
            *_summary("prior"),
            *_summary("posterior"),
        ),
    ),
    "steps": DescribedTable(
        "a step of the calibration",
        (
            Described("step", "number of the step", FROM_1),
            Described("tolerance", "distance from the record that weighs little more", NO_UNIT),
            Described("effective", "effective number of draws", COUNT),
            Described("resampled", "whether draws were resampled", NO_UNIT),
            Described("moves", "moves of every draw", COUNT),
            Described("accepted", "share of the moves that were accepted", SHARE),
            Described("distinct", "distinct draws", COUNT),
        ),
    ),
    "weights": DescribedTable(
        "a draw",
        (
            Described("draw", "number of the draw", FROM_0),
            Described("weight", "weight of the draw; all sum to 1", NO_UNIT),
            Described("<path>", "value of the draw: <path>", "that of the parameter; of money a share of an amount"),
        ),
    ),
}  # fmt: skip
