"""Who takes part: tactics of the registry with their knobs, and whatever else can be seated for a government.

The seam for guests is :class:`Player`. A player that is no tactic of winset brings the function that plays a pair in
which it sits; everything after that (tables, ranks, equilibria, figures) is the same for all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol, final, runtime_checkable

from agents.own_rules.compiling import NotCompiled
from agents.own_rules.own_rule import OwnRule
from agents.tactics.registry import TACTICS
from experiments.config.yaml import between_commas, read_braces
from experiments.engine.worlds import Seated, Worlds
from experiments.errors import RunError, ended, tactic_hint

if TYPE_CHECKING:
    from sim.engine.results import Ends

#: Text whose braces match and lie side by side.
_BRACED: Final = re.compile(r"[^{}]*(\{[^{}]*\}[^{}]*)*")

#: Fewest and most players of a tournament.
PLAYERS: Final = (2, 100)


class CellFunction(Protocol):
    """Plays every world with one pair of players; row k of what it returns is world k."""

    def __call__(self, worlds: Worlds, us: Player, partner: Player, *, solutions: bool) -> Ends:
        """Play them; `solutions` asks for the distance of each deal from the Nash solution and the frontier."""
        ...


#: Kind of a player that is a tactic, as it describes itself.
TACTIC: Final = "tactic"


@runtime_checkable
class Player(Protocol):
    """What a tournament asks of a player."""

    @property
    def label(self) -> str:
        """Name in tables and figures, different from that of every other player."""
        ...

    @property
    def plays(self) -> CellFunction | None:
        """Function that plays a pair in which this player sits, whoever sits opposite; None for the compiled engine."""
        ...

    def describe(self) -> Mapping[str, Any]:
        """Plain data for the manifest; two players of equal descriptions play alike, so that a tournament can go on."""
        ...


@runtime_checkable
class Preparing(Protocol):
    """What a player may have besides: a way to load what it needs before any limit of time runs."""

    def prepare(self, world: Worlds) -> None:
        """Load it; `world` is the first one of the tournament. No player is asked for a move."""
        ...


@final
@dataclass(frozen=True, slots=True)
class TacticPlayer:
    """A tactic of the registry with its knobs.

    Attributes
    ----------
    name : str
        Name of the tactic.
    knobs : dict of str to float
        Knobs that differ from their defaults.
    """

    name: str
    knobs: Mapping[str, float] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """Name of the tactic, with the knobs that differ from their defaults: ``boulware{beta: 0.1}``."""
        if not self.knobs:
            return self.name
        return f"{self.name}{{{', '.join(f'{knob}: {value:g}' for knob, value in sorted(self.knobs.items()))}}}"

    @property
    def plays(self) -> CellFunction | None:
        """None, or the Mesa engine for a user's own tactic that does not compile."""
        return play_mesa if isinstance(TACTICS[self.name].machine_code(), NotCompiled) else None

    @property
    def seated(self) -> Seated:
        """As :class:`experiments.engine.worlds.Worlds` takes it."""
        return Seated(self.name, self.knobs)

    def describe(self) -> dict[str, Any]:
        """Tactic and knobs; of a tactic of the user's own also its digest and what its file says of it."""
        tactic = TACTICS[self.name]
        rule, texts = tactic.aspiration, {"summary": tactic.summary, "reference": tactic.reference}
        own = {"digest": rule.digest()} | texts if isinstance(rule, OwnRule) else {}
        return {"kind": TACTIC, "tactic": self.name, "knobs": dict(self.knobs)} | own


def play_compiled(worlds: Worlds, us: Player, partner: Player, *, solutions: bool) -> Ends:
    """Play two tactics with the compiled engine."""
    return worlds.play(tactic_of(us).seated, tactic_of(partner).seated, solutions=solutions)


def play_mesa(worlds: Worlds, us: Player, partner: Player, *, solutions: bool) -> Ends:
    """Play two tactics with the Mesa engine, of which one does not compile."""
    from experiments.engine.agents import play

    batch = worlds.seated(tactic_of(us).seated, tactic_of(partner).seated)
    return play(worlds.config, batch, worlds.seed, trajectories=False, solutions=solutions)


def cell_function(us: Player, partner: Player) -> CellFunction:
    """Choose what plays a pair: the function that a guest brings, else the Mesa engine if one needs it, else compiled.

    Raises
    ------
    RunError
        When two guests of different kinds meet.
    """
    wanted = {player.plays for player in (us, partner)} - {None, play_mesa}
    if len(wanted) > 1:
        raise RunError(f"{us.label} and {partner.label} are guests of different kinds, which cannot meet each other.")
    if wanted:
        return next(function for function in wanted if function is not None)
    return play_mesa if play_mesa in (us.plays, partner.plays) else play_compiled


def tactic_of(player: Player) -> TacticPlayer:
    """Take a player that is known to be a tactic of the registry."""
    if not isinstance(player, TacticPlayer):
        raise TypeError(f"{player.label} is no tactic of the registry")
    return player


def every_tactic() -> tuple[TacticPlayer, ...]:
    """Every tactic that is registered now, with default knobs."""
    return tuple(TacticPlayer(name) for name in TACTICS)


def players_from(texts: Iterable[str]) -> tuple[TacticPlayer, ...]:
    """Read players from text such as ``boulware,conceder{beta: 2, initial: 0.1}``.

    Raises
    ------
    RunError
        Naming the player and what would be right.
    """
    return tuple(_player(entry, text) for text in texts for entry in _entries(text))


def check_players(players: Sequence[Player]) -> None:
    """Refuse too few or too many players, and two of the same label."""
    least, most = PLAYERS
    if not least <= len(players) <= most:
        raise RunError(f"--players: a tournament takes from {least} to {most} players; got {len(players)}.")
    labels = [player.label for player in players]
    if twice := next((label for label in labels if labels.count(label) > 1), None):
        raise RunError(f"--players: {twice} is there twice; leave one out, or give one of them other knobs.")


def _entries(text: str) -> list[str]:
    if not _BRACED.fullmatch(text):
        raise RunError(f"--players {text}: braces do not match; write for example boulware,conceder{{beta: 2}}.")
    return between_commas(text)


def _player(entry: str, text: str) -> TacticPlayer:
    if not entry:
        raise RunError(f"--players {text}: there is a comma too many; write for example boulware,conceder{{beta: 2}}.")
    name, brace, rest = entry.partition("{")
    name = name.strip()
    if name not in TACTICS:
        raise RunError(ended(f"--players {entry}: there is no tactic {name!r}{tactic_hint(name)}"))
    knobs = _knobs(name, brace + rest) if brace else {}
    defaults = {knob.name: knob.default for knob in TACTICS[name].knobs}
    player = TacticPlayer(name, {knob: value for knob, value in knobs.items() if value != defaults.get(knob)})
    try:
        Seated(name, knobs).values(1)
    except ValueError as error:
        known = f"; its knobs: {', '.join(defaults) or 'none'}" if "no knob" in str(error) else ""
        raise RunError(f"--players {entry}: {error}{known}.") from error
    return player


def _knobs(name: str, text: str) -> dict[str, float]:
    knobs = read_braces(text)
    if knobs is None or any(isinstance(value, bool) or not isinstance(value, int | float) for value in knobs.values()):
        raise RunError(f"--players {name}{text}: write knobs as {name}{{knob: number, ...}}.")
    return {knob: float(value) for knob, value in knobs.items()}
