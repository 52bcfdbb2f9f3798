"""A finished stress test as it is read back from its directory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from experiments.errors import RunError
from experiments.lab.measures import AIMS
from experiments.lab.searched import Search, read_search
from experiments.questions.stress.tables import MAP_COLUMNS
from experiments.store.manifest import MANIFEST
from experiments.store.tables import part

if TYPE_CHECKING:
    import pandas as pd

    from experiments.store.place import Place

_RESULT: Final = (
    "side", "points", "negotiations_of_search", "negotiations", "thresholds", "candidates", "dropped", "failures",
)  # fmt: skip
_FAILURE: Final = (
    "aim", "score", "standard_error", "failing_share", "opponent", "outcome", "reason", "round", "gain", "gain_other",
    "case",
)  # fmt: skip
_CASE: Final = ("run", "outcome", "reason", "round", "gain", "gain_other", "score", "file", "seed")


@dataclass(frozen=True, slots=True, eq=False)
class Stressed:
    """What a stress test has found.

    Attributes
    ----------
    search : Search
        What was asked for.
    result : dict
        What ``winset stress --json`` prints.
    map : pandas.DataFrame
        Every candidate; see docs/stress.md.
    """

    search: Search
    result: dict[str, Any]
    map: pd.DataFrame

    @property
    def side(self) -> str:
        """Seat of the tactic under test."""
        return str(self.result["side"])

    @property
    def tactic(self) -> str:
        """The tactic under test as its option, or its name in the config."""
        chosen = self.search.option("tactic")
        return str(chosen if chosen else getattr(self.search.config.tactics, self.side).name)

    @property
    def aims(self) -> tuple[str, ...]:
        """What was searched for."""
        return tuple(self.result["points"])

    @property
    def points(self) -> int:
        """Points that were played in all."""
        return sum(int(count) for count in self.result["points"].values())

    def failures(self, aim: str) -> list[dict[str, Any]]:
        """Confirmed failures of an aim, the worst first."""
        return [one for one in self.result["failures"] if one["aim"] == aim]

    def threshold(self, aim: str) -> float:
        """Score from which a point counts as a failure."""
        return float(self.result["thresholds"][aim]["value"])


def read_stressed(place: Place) -> Stressed:
    """Read a finished stress test.

    Raises
    ------
    experiments.errors.RunError
        When a file is missing, damaged, or not what this version writes.
    """
    search = read_search(place)
    result = part(search.manifest, "result", place)
    _need(result, _RESULT, "result", place)
    for number, one in enumerate(result["failures"]):
        _need(one, _FAILURE, f"result.failures.{number}", place)
        if one["case"] is not None:
            _need(one["case"], _CASE, f"result.failures.{number}.case", place)
    unknown = [aim for aim in result["points"] if aim not in AIMS or aim not in result["thresholds"]]
    if unknown:
        raise RunError(f"{place}/{MANIFEST} is not a manifest that this version can read: it has an aim {unknown[0]}.")
    return Stressed(search, result, search.files.frame("map.parquet", MAP_COLUMNS))


def _need(found: Any, names: tuple[str, ...], where: str, place: Place) -> None:
    missing = [name for name in names if not isinstance(found, dict) or name not in found]
    if missing:
        raise RunError(f"{place}/{MANIFEST} is not a manifest that this version can read: {where} has no {missing[0]}.")
