"""What a calibration has found: its tables, and which parameters they say the record identifies."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from experiments.report.origin import Origin

if TYPE_CHECKING:
    import pandas as pd

    from experiments.config.weights import WeightTable

#: Contraction from which the record is said to identify a parameter, and from which to say something of it.
IDENTIFIED: Final = 0.5
SAYS_SOMETHING: Final = 0.1

#: Effective draws below which nothing is said to be identified: a variance of so few is mostly chance.
LEAST_EFFECTIVE: Final = 100

#: Monte Carlo errors by which a contraction must stand above 0.
ERRORS: Final = 3.0


@dataclass(frozen=True, eq=False, repr=False)
class Calibrated(Origin):
    """Tables of a calibration.

    Attributes
    ----------
    method : str
        ``weights``, ``regression`` or ``smc``.
    draws, repeats : int
        Draws of the parameters, and how often each was played in each case.
    held_out : tuple of str
        What was held out by name.
    asked_tolerance : float
        Tolerance that was aimed at.
    played : int
        Negotiations that were played.
    too_early, not_on_table : int
        Rows of the record before the talks began, and of issues that are not on the table.
    ended : str
        Why sequential Monte Carlo ended; ``weights`` without it.
    parameters, correlations, rows, steps : pandas.DataFrame
        See :mod:`experiments.questions.calibrate.tables`.
    weights : WeightTable
        Weighted draws.
    """

    method: str
    draws: int
    repeats: int
    held_out: tuple[str, ...]
    asked_tolerance: float
    played: int
    too_early: int
    not_on_table: int
    ended: str
    parameters: pd.DataFrame
    correlations: pd.DataFrame
    rows: pd.DataFrame
    steps: pd.DataFrame
    weights: WeightTable

    @cached_property
    def weight_rows(self) -> pd.DataFrame:
        """Table of weights: number of each draw, its weight, and its parameters."""
        import pandas as pd

        values = {path: self.weights.values[:, place] for place, path in enumerate(self.weights.paths)}
        return pd.DataFrame({"draw": self.weights.draws, "weight": self.weights.weights, **values})

    @property
    def seed(self) -> int:
        """Seed of every draw."""
        return self.manifest.seed

    @property
    def has_enough(self) -> bool:
        """Whether enough draws count in effect to say what the record identifies."""
        return _is_enough(self.weights.effective)

    @property
    def identified(self) -> tuple[str, ...]:
        """Parameters that the record identifies, those with the largest contraction first."""
        return identified_in(self.parameters, self.weights.effective)

    @property
    def hinted(self) -> tuple[str, ...]:
        """Parameters of which the record says something, but too little to identify them."""
        return self._between(SAYS_SOMETHING, IDENTIFIED)

    @property
    def untouched(self) -> tuple[str, ...]:
        """Parameters that the record leaves as the prior has them, in their order; none if too few draws count."""
        if not self.has_enough:
            return ()
        said = {*self.identified, *self.hinted}
        return tuple(path for path in self.parameters["path"] if path not in said)

    def _between(self, least: float, most: float) -> tuple[str, ...]:
        return _between(self.parameters, self.weights.effective, least, most)

    def counts(self) -> tuple[int, int, int]:
        """Held-out rows that have a score, and how many are predicted better and worse than by the prior.

        Differences within two Monte Carlo errors count as neither.
        """
        better, worse = changed(self.held_rows)
        return len(scored(self.held_rows)), int(better.sum()), int(worse.sum())

    @property
    def fitted_rows(self) -> pd.DataFrame:
        """Rows of the record that were fitted."""
        return self.rows[self.rows["fitted"].astype(bool)]

    @property
    def held_rows(self) -> pd.DataFrame:
        """Rows of the record that were only predicted."""
        return self.rows[~self.rows["fitted"].astype(bool)]


def _is_enough(effective: float) -> bool:
    # Those of a tolerance that was raised until so many count come to their number up to rounding.
    return effective > LEAST_EFFECTIVE - 1e-6


def identified_in(parameters: pd.DataFrame, effective: float) -> tuple[str, ...]:
    """Parameters of a table that the record identifies, those with the largest contraction first.

    Parameters
    ----------
    parameters : pandas.DataFrame
        Columns ``path``, ``contraction`` and ``error``.
    effective : float
        Effective number of draws; below :data:`LEAST_EFFECTIVE` nothing is identified.
    """
    return _between(parameters, effective, IDENTIFIED, float("inf"))


def _between(parameters: pd.DataFrame, effective: float, least: float, most: float) -> tuple[str, ...]:
    if not _is_enough(effective):
        return ()
    clear = parameters["contraction"] > ERRORS * parameters["error"].fillna(float("inf"))
    chosen = parameters[clear & (parameters["contraction"] >= least) & (parameters["contraction"] < most)]
    return tuple(chosen.sort_values("contraction", ascending=False, kind="stable")["path"])


def scored(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of the record that prior and posterior both have a score of."""
    return rows[rows["prior_crps"].notna() & rows["posterior_crps"].notna()]


def changed(rows: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Which rows with a score the posterior predicts better than the prior, and which worse, beyond two errors."""
    known = scored(rows)
    gains = known["prior_crps"] - known["posterior_crps"]
    # An error that is unknown is taken as endless.
    noise = (known["prior_error"] ** 2 + known["posterior_error"] ** 2).fillna(float("inf")) ** 0.5
    return gains > 2.0 * noise, gains < -2.0 * noise
