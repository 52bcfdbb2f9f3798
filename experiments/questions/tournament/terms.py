"""What a tournament is asked for: everything that decides its tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, cast, get_args

from experiments.errors import SEEDS, RunError, check_choice, check_level, check_number
from experiments.questions.tournament.players import check_players

if TYPE_CHECKING:
    from experiments.config.model import Config
    from experiments.questions.tournament.players import Player

#: What the players are after: their payoff, or their gain over walking away, which is 0 without a deal.
Utility = Literal["payoff", "gain"]

DEFAULT_WORLDS: Final = 1_000
DEFAULT_DRAWS: Final = 1_000
DEFAULT_STARTS: Final = 500
DEFAULT_ALPHA: Final = 0.10
DEFAULT_LEVEL: Final = 0.95
WORLDS: Final = (2, 20_000)
#: Rows of the table of worlds that fit into memory with everything that is worked out from them.
MOST_ROWS: Final = 20_000_000
DRAWS: Final = (100, 100_000)
STARTS: Final = (1, 10_000)

#: What is asked for beside the config, in order.
SETTINGS: Final = ("worlds", "seed", "utility", "alpha", "level", "draws", "starts", "solutions", "players")


def utility_of(text: str) -> Utility:
    """Read what the players are after, refusing anything else."""
    check_choice("--utility", text, get_args(Utility))
    return cast("Utility", text)


@dataclass(frozen=True, slots=True)
class Terms:
    """Everything that decides the rows of a tournament.

    Attributes
    ----------
    config : Config
        What is negotiated.
    players : tuple of Player
        Who takes part; each sits in both seats.
    worlds, seed : int
        Draws of the config that every pair plays, and the seed of every draw.
    utility : str
        ``payoff`` or ``gain``: what regret, ranks and equilibria are about.
    alpha : float
        Share of the worst worlds that the conditional value at risk is the mean of.
    level : float
        Level of the intervals.
    draws : int
        Bootstrap samples of the worlds.
    starts : int
        Starting points of the replicator dynamics.
    solutions : bool
        Whether the distance of each deal from the bargaining solutions is worked out.
    """

    config: Config
    players: tuple[Player, ...]
    worlds: int
    seed: int
    utility: Utility = "payoff"
    alpha: float = DEFAULT_ALPHA
    level: float = DEFAULT_LEVEL
    draws: int = DEFAULT_DRAWS
    starts: int = DEFAULT_STARTS
    solutions: bool = True

    def __post_init__(self) -> None:
        check_players(self.players)
        check_number("--worlds", self.worlds, *WORLDS)
        check_number("--seed", self.seed, *SEEDS)
        check_number("--draws", self.draws, *DRAWS)
        check_number("--starts", self.starts, *STARTS)
        if len(self.pairs) * self.worlds > MOST_ROWS:
            raise RunError(
                f"--worlds {self.worlds:,}: {len(self.pairs):,} pairs on as many worlds are more than {MOST_ROWS:,} "
                f"negotiations; take at most {MOST_ROWS // len(self.pairs):,} worlds or fewer players."
            )
        if not 0.0 < self.alpha <= 1.0:
            raise RunError(f"--alpha is {self.alpha:g}; it must be above 0 and at most 1, for example 0.1.")
        check_level(self.level)

    @property
    def labels(self) -> tuple[str, ...]:
        """Names of the players."""
        return tuple(player.label for player in self.players)

    @property
    def pairs(self) -> tuple[tuple[int, int], ...]:
        """Player as the US and player as the partner of every pair, in the order of the tables."""
        places = range(len(self.players))
        return tuple((us, partner) for us in places for partner in places)

    def settings(self) -> dict[str, Any]:
        """Plain data of everything but the config."""
        players = {player.label: dict(player.describe()) for player in self.players}
        return {name: getattr(self, name) for name in SETTINGS} | {"players": players}
