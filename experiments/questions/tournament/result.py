"""What came out of a tournament: its tables, read from its directory."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Annotated, Any, Final, Self, final

from pydantic import BaseModel, Field, FiniteFloat, model_validator

from experiments.errors import RunError, check_level
from experiments.labels import SIDE_LABELS, counted, listed, side
from experiments.questions.tournament.analysis import EQUILIBRIA_KEYS, FEWEST_RANKED, PLAYER_COLUMNS
from experiments.questions.tournament.failures import Failure, left_out, ranked_of
from experiments.questions.tournament.measures import CELL_COLUMNS
from experiments.questions.tournament.outcomes import END_COLUMNS, WORLD_COLUMNS
from experiments.questions.tournament.players import TACTIC
from experiments.questions.tournament.standings import Standings, self_play
from experiments.questions.tournament.terms import SETTINGS, WORLDS, Utility
from experiments.questions.tournament.verdict import verdict
from experiments.report.result import Result, records
from experiments.store.place import reading_from
from experiments.store.places import place_of
from experiments.store.surroundings import Record
from experiments.store.tables import FIGURES
from experiments.store.typed import Number, checked

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from experiments.report.blocks import Block
    from experiments.store.reading import Finished

#: Files of the answer.
WORLDS_TABLE: Final = "worlds.parquet"
CELLS_TABLE: Final = "cells.parquet"
PLAYERS_TABLE: Final = "players.parquet"
EQUILIBRIA: Final = "equilibria.json"

#: Result in the manifest: pairs that were not played to the end.
FAILED: Final = "failed"


class Facts(BaseModel):
    """What a player says of itself; that of a tactic has its name and knobs, others what they like."""

    kind: str = ""
    tactic: str = ""
    knobs: dict[str, FiniteFloat] = {}

    @model_validator(mode="after")
    def _has_knobs(self) -> Self:
        is_tactic = self.kind == TACTIC or "tactic" in self.model_fields_set
        if is_tactic and not {"tactic", "knobs"} <= self.model_fields_set:
            raise ValueError("a tactic says its name and knobs")
        return self


class TournamentSettings(Record):
    """What is asked beside config and seed, see :class:`experiments.questions.tournament.terms.Terms`."""

    worlds: Annotated[int, Field(ge=WORLDS[0])]
    utility: Utility
    alpha: Annotated[float, Field(gt=0.0, le=1.0)]
    level: Annotated[float, checked(check_level)]
    draws: Number
    starts: Number
    solutions: bool
    players: dict[str, Facts]
    order: tuple[str, ...]


class TournamentResults(Record):
    """Pairs that were not played to the end."""

    failed: tuple[Failure, ...]


@final
@dataclass(frozen=True, eq=False, repr=False)
class TournamentResult(Standings, Result):
    """The answer of a tournament.

    Attributes
    ----------
    read_worlds : callable
        Reads columns of the table of worlds, whose rows may be millions.
    """

    read_worlds: Callable[[Sequence[str]], pd.DataFrame]

    @cached_property
    def worlds(self) -> pd.DataFrame:
        """One row a pair and world."""
        return self.read_worlds(WORLD_COLUMNS)

    @cached_property
    def ends(self) -> pd.DataFrame:
        """Of the table of worlds, how each negotiation ended and what it gained."""
        return self._of_worlds(END_COLUMNS)

    def _of_worlds(self, columns: Sequence[str]) -> pd.DataFrame:
        """Some columns of the table of worlds, of which no more is read."""
        return self.worlds[list(columns)] if "worlds" in vars(self) else self.read_worlds(columns)

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Tables ``cells``, ``players`` and ``worlds``."""
        return {"cells": self.cells, "players": self.players, "worlds": self.worlds}

    @property
    def headings(self) -> Mapping[str, Sequence[str]]:
        """Names of the columns; those of ``worlds`` are known without reading its rows."""
        small = {"cells": self.cells, "players": self.players}
        return {name: [*map(str, frame.columns)] for name, frame in small.items()} | {"worlds": WORLD_COLUMNS}

    @property
    def negotiations(self) -> int:
        """Negotiations of the pairs that were played to the end."""
        return int(self.cells["worlds"].sum())

    def headline(self) -> str:
        """Say who met in how many worlds, and who is best in each seat."""
        field = f"{counted(len(self.labels), 'tactic')} on {self.config.name} in {counted(self.world_count, 'world')}"
        if self.players.empty:
            return f"{field}, nobody is ranked"
        if not self.has_deals:
            return f"{field}, no deal"
        best = (f"{listed(verdict(self.players, seat).best, 'or')} as {side(seat)}" for seat in SIDE_LABELS)
        return f"{field}, best: {', '.join(best)}"

    def blocks(self) -> Sequence[Block]:
        """Who does best in which seat, how sure that is, equilibria and every pair."""
        from experiments.questions.tournament.text import blocks

        return tuple(blocks(self))

    def plain(self) -> dict[str, Any]:
        """Verdicts, tables of players and of self-play, equilibria and failed pairs, as plain data."""
        return {
            "config": self.config.name,
            "settings": dict(self.settings),
            "best": {seat: self._best(seat) for seat in SIDE_LABELS},
            "failed": [failure.model_dump() for failure in self.failures],
            "left_out": left_out(self.failures),
            **records({"players": self.players, "self_play": self_play(self.cells)}),
            "equilibria": self.equilibria,
            "folder": self.folder,
            "figures": self._pictures(),
        }

    def _best(self, seat: str) -> dict[str, Any]:
        found = verdict(self.players, seat)
        return {
            "players": list(found.best),
            "clear": found.clear,
            "best_share": found.best_share,
            "next": list(found.next),
            "lead": found.lead,
            "not_surely_worse": list(found.rivals),
        }

    def _pictures(self) -> list[str]:
        """Files of the pictures that stand in the directory."""
        if self.folder is None:
            return []
        place, there = place_of(self.folder), list[str]()
        # A file of that name is somebody else's, and then there are no pictures.
        with reading_from(place), suppress(NotADirectoryError):
            there += place.entries(FIGURES)
        return [f"{place}/{FIGURES}/{name}.png" for name in self.drawings() if f"{name}.png" in there]

    def drawings(self) -> Mapping[str, Callable[[], Figure]]:
        """How each picture is drawn, by name; ranks and times to a deal where there are any."""
        from experiments.questions.tournament.figures.basins import tournament_basins
        from experiments.questions.tournament.figures.gains import tournament_gains
        from experiments.questions.tournament.figures.ranks import tournament_ranks
        from experiments.questions.tournament.figures.times import RANGE_COLUMNS, player_ranges, tournament_times

        worlds, level, missing = self.world_count, float(self.settings["level"]), self.left_out
        drawings: dict[str, Callable[[], Figure]] = {
            "tournament_gains": lambda: tournament_gains(self.cells, worlds=worlds)
        }
        if self.players.empty:
            return drawings
        drawings["tournament_ranks"] = lambda: tournament_ranks(self.players, level, worlds=worlds, left_out=missing)
        drawings["tournament_basins"] = lambda: tournament_basins(self.equilibria, left_out=missing)
        if self.has_deals:
            ranked = self.players["player"].unique()
            drawings["tournament_times"] = lambda: tournament_times(
                self.players, player_ranges(self._of_worlds(RANGE_COLUMNS), ranked), left_out=missing
            )
        return drawings


def read(found: Finished) -> TournamentResult:
    """Read the answer of a finished tournament; its table of worlds is read when it is needed.

    Raises
    ------
    experiments.errors.RunError
        When a file is missing, damaged, or not what this version writes.
    """
    found.settings(TournamentSettings)
    settings = {name: found.seed if name == "seed" else found.manifest.settings[name] for name in SETTINGS}
    # Whether a pair failed, and so whether its counts are missing, does not decide the type of the counts.
    cells = found.table(CELLS_TABLE, CELL_COLUMNS).astype({"deals": "Int64"})
    players, equilibria = found.table(PLAYERS_TABLE, PLAYER_COLUMNS), found.data(EQUILIBRIA)
    result = TournamentResult(
        config=found.config,
        settings=settings,
        cells=cells,
        players=players,
        equilibria=equilibria,
        failures=found.results(TournamentResults).failed,
        manifest=found.manifest,
        folder=found.folder,
        read_worlds=partial(found.table, WORLDS_TABLE, only=True),
    )
    if not _fit(result):
        raise RunError(f"{found.place} holds a tournament whose tables do not fit together; play it with --overwrite.")
    if found.is_temporary:
        _ = result.worlds
    return result


def _fit(result: TournamentResult) -> bool:
    """Whether the tables have the rows that the players, the worlds and the failed pairs make."""
    size, ranked = len(result.labels), len(ranked_of(result.labels, result.failures))
    rows = {stored.file: stored.rows for stored in result.manifest.files}
    return (
        isinstance(result.equilibria, dict)
        and result.equilibria.keys() >= set(EQUILIBRIA_KEYS)
        and len(result.cells) == size * size
        and list(result.labels) == result.manifest.settings["order"]
        and set(result.labels) == set(result.settings["players"])
        and len(result.players) == (2 * ranked if ranked >= FEWEST_RANKED else 0)
        and rows.get(WORLDS_TABLE) == (size * size - len(result.failures)) * result.world_count
    )
