"""A finished tournament as it is read back from its directory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pydantic import ValidationError

from experiments.config.load import config_from
from experiments.errors import RunError
from experiments.questions.tournament.analysis import FEWEST_RANKED
from experiments.questions.tournament.directory import CELLS_TABLE, EQUILIBRIA, PLAYERS_TABLE, WORLDS_TABLE
from experiments.questions.tournament.failures import Failure, left_out, ranked_of
from experiments.store.manifest import MANIFEST, read_any_manifest
from experiments.store.tables import StoredFiles, part
from sim.issues import SIDES

if TYPE_CHECKING:
    import pandas as pd

    from experiments.config.model import Config
    from experiments.store.place import Place

_PLAYERS: Final = (
    "seat", "player", "rank", "rank_low", "rank_high", "best_share", "utility", "gain", "gain_cvar", "regret_worst",
    "deal_share", "days",
)  # fmt: skip
_BOTH: Final = tuple(
    f"{kind}.{side}" for kind in ("payoff", "gain", "gain_error", "gain_cvar", "deviation") for side in SIDES
)
_CELLS: Final = (
    "us", "partner", "worlds", "deals", "deal_share", "deal_low", "deal_high", *_BOTH, "welfare", "nash_distance",
    "pareto_gap", "rounds", "days", "equilibrium_share",
)  # fmt: skip
_WORLDS: Final = ("us", "partner", "outcome", "round", *(f"gain.{side}" for side in SIDES))
_KEYS: Final = ("tolerance", "complete", "eliminated", "left", "nearest_pure", "equilibria", "replicator")


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """A tournament that is over.

    Attributes
    ----------
    manifest, settings : dict
        Its manifest, and what was asked for besides the config.
    config : Config
        What was negotiated.
    labels : tuple of str
        Players, in the order of the tables.
    players, cells, worlds : pandas.DataFrame
        See docs/tournament.md; of ``worlds`` only how each negotiation ended.
    equilibria : dict
        Content of ``equilibria.json``.
    failures : tuple of Failure
        Pairs that were not played to the end.
    files : StoredFiles
        Its files, with their checksums.
    """

    manifest: dict[str, Any]
    settings: dict[str, Any]
    config: Config
    labels: tuple[str, ...]
    players: pd.DataFrame
    cells: pd.DataFrame
    worlds: pd.DataFrame
    equilibria: dict[str, Any]
    failures: tuple[Failure, ...]
    files: StoredFiles

    @property
    def left_out(self) -> tuple[str, ...]:
        """Players that are left out of the ranks for failed pairs."""
        return tuple(left_out(self.failures))

    def cell(self, us: str, partner: str) -> pd.Series:
        """Row of the pair of two players."""
        return self.cells.iloc[self.labels.index(us) * len(self.labels) + self.labels.index(partner)]


def read_held(place: Place) -> Held:
    """Read a finished tournament.

    Raises
    ------
    experiments.errors.RunError
        When a file is missing, damaged, or not what this version writes.
    """
    manifest = read_any_manifest(place)
    settings, written = part(manifest, "settings", place), part(manifest, "config", place)
    stored = StoredFiles(place, _checks(manifest, place))
    players, cells = stored.frame(PLAYERS_TABLE, _PLAYERS), stored.frame(CELLS_TABLE, _CELLS)
    worlds, equilibria = stored.frame(WORLDS_TABLE, _WORLDS, only=True), stored.data(EQUILIBRIA)
    labels = tuple(dict.fromkeys(map(str, cells["us"])))
    failures = _failures(manifest, place)
    size, ranked = len(labels), len(ranked_of(labels, failures))
    wanted = (size * size, 2 * ranked if ranked >= FEWEST_RANKED else 0, size * size - len(failures))
    known = settings.get("players"), settings.get("worlds"), settings.get("level"), settings.get("seed")
    if (
        any(value is None for value in known)
        or (len(cells), len(players), len(worlds) / settings["worlds"]) != wanted
        or not isinstance(equilibria, dict)
        or any(key not in equilibria for key in _KEYS)
    ):
        raise RunError(f"{place} holds a tournament whose tables do not fit together; hold it again with --overwrite.")
    return Held(
        manifest,
        settings,
        config_from(written, f"{place}/{MANIFEST}"),
        labels,
        players,
        cells,
        worlds,
        equilibria,
        failures,
        stored,
    )


def _failures(manifest: Mapping[str, Any], place: Place) -> tuple[Failure, ...]:
    try:
        return tuple(Failure.model_validate(one) for one in manifest.get("failed", ()))
    except (TypeError, ValidationError) as error:
        raise RunError(f"{place}/{MANIFEST} is not a manifest that this version can read: failed.") from error


def _checks(manifest: Mapping[str, Any], place: Place) -> dict[str, str]:
    try:
        return {str(one["file"]): str(one["sha256"]) for one in manifest["files"]}
    except (KeyError, TypeError) as error:
        raise RunError(f"{place}/{MANIFEST} is not a manifest that this version can read: files.") from error
