"""Guests as players of a tournament: they fill its seam for players that are no tactic of winset."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, final

from experiments.engine.worlds import Seated, Worlds
from experiments.questions.tournament.players import TacticPlayer
from experiments.seats.names import Guest, guests_from
from experiments.seats.negmas import version
from experiments.seats.playing import Decider, check_table, play_worlds

if TYPE_CHECKING:
    from experiments.config.model import Config
    from experiments.questions.tournament.players import CellFunction, Player
    from sim.engine.results import Ends


#: A negotiator that needs little time, for loading what any of them needs.
_QUICK_GUEST: Final = Guest("AspirationNegotiator")


@final
@dataclass(frozen=True)
class GuestPlayer:
    """A guest that takes part in a tournament.

    Attributes
    ----------
    guest : Guest
        The negotiator of NegMAS.
    """

    guest: Guest

    @property
    def label(self) -> str:
        """Name in tables and figures."""
        return self.guest.label

    @property
    def plays(self) -> CellFunction | None:
        """Pairs with a guest are played by the Mesa engine."""
        return play_pair

    def prepare(self, world: Worlds) -> None:
        """Load NegMAS and all that a guest needs, by having one of NegMAS's own play a world against a quick tactic."""
        deciders = (Decider(guest=_QUICK_GUEST), Decider(seated=Seated("hardliner", {})))
        play_worlds(world, deciders, solutions=False)

    def describe(self) -> dict[str, Any]:
        """Class, settings and the version of NegMAS."""
        return {
            "kind": "negmas",
            "class": self.guest.name,
            "settings": dict(self.guest.settings),
            "negmas": version(),
        }


def play_pair(worlds: Worlds, us: Player, partner: Player, *, solutions: bool) -> Ends:
    """Play every world with a pair of which one at least is a guest."""
    return play_worlds(worlds, (_decider(us), _decider(partner)), solutions=solutions)


def _decider(player: Player) -> Decider:
    if isinstance(player, GuestPlayer):
        return Decider(guest=player.guest)
    if isinstance(player, TacticPlayer):
        return Decider(seated=player.seated)
    raise TypeError(f"{player.label} is neither a guest nor a tactic")


def guest_players(texts: Sequence[str], config: Config, seed: int) -> tuple[GuestPlayer, ...]:
    """Read guests, and make sure that the config has a table for them; none of them is asked for a move.

    Raises
    ------
    RunError
        Naming the guest and what is wrong with it, or what is wrong with the table.
    """
    players = tuple(GuestPlayer(guest) for text in texts for guest in guests_from(text, "--guests"))
    check_table(config, seed)
    return players
