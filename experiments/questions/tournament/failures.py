"""Pairs that were not played to the end: why, whose fault it was, and who is left out of the ranks for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, cast, get_args

from pydantic import BaseModel, ConfigDict

from agents.own_rules.own_rule import OwnRule
from agents.tactics.registry import TACTICS
from experiments.config.own_tactics import known_tactics
from experiments.engine.call_limit import CALL_SECONDS
from experiments.errors import RunError, check_choice
from experiments.labels import counted, listed, partner_name
from experiments.questions.tournament.players import TacticPlayer
from sim.issues import SIDES

if TYPE_CHECKING:
    from agents.errors import PlayerCall
    from experiments.questions.tournament.players import Player

OnError = Literal["keep", "stop"]

#: Seconds that a pair of players from outside may take: so many, or so many a world if that is more.
PAIR_SECONDS: Final = 60.0
PAIR_SECONDS_A_WORLD: Final = 1.0

#: What is said after a tournament that a failed pair has ended.
_KEPT: Final = "Finished pairs are kept in {folder}:"
_GOING_ON: Final = (
    'resume=True goes on with them, also with longer limits of time, or with on_error="keep", which marks the failed '
    "pair. A tactic that was changed needs overwrite=True."
)
_GOING_ON_BY_COMMAND: Final = (
    "the same command with --resume goes on with them, also with longer limits of time, or with --on-error keep, which "
    "marks the failed pair. A tactic that was changed needs --overwrite."
)

#: Shortest and longest limits that may be asked for.
SECONDS: Final = (0.1, 1e6)


@dataclass(frozen=True, slots=True)
class Limits:
    """What happens when a pair fails, and how long players from outside may take; none of it changes a row.

    Attributes
    ----------
    on_error : str
        ``keep`` marks the pair as failed and goes on, ``stop`` ends the tournament.
    pair_seconds : float or None
        Limit of a pair in which a player from outside sits; by default 60 s, or a second a world if that is more.
    call_seconds : float
        Limit of one move of such a player.
    """

    on_error: OnError = "keep"
    pair_seconds: float | None = None
    call_seconds: float = CALL_SECONDS

    def __post_init__(self) -> None:
        low, high = SECONDS
        for option, value in (("--pair-timeout", self.pair_seconds), ("--call-timeout", self.call_seconds)):
            if value is not None and not low <= value <= high:
                raise RunError(f"{option} is {value:g}; it must be from {low:g} to {high:,.0f} seconds.")

    def of_pair(self, worlds: int) -> float:
        """Seconds that a pair may take on so many worlds."""
        return max(PAIR_SECONDS, PAIR_SECONDS_A_WORLD * worlds) if self.pair_seconds is None else self.pair_seconds


class FailedPairError(RunError):
    """The first pair that failed has ended a tournament which was to stop then; what was finished is kept.

    Parameters
    ----------
    pair : str
        Which one, and why.
    folder : object, optional
        Directory in which finished pairs are kept.
    """

    def __init__(self, pair: str, folder: object = None) -> None:
        super().__init__(pair if folder is None else f"{pair} {_KEPT.format(folder=folder)} {_GOING_ON}")
        self._pair = pair
        self._folder = folder

    def kept_in(self, folder: object) -> FailedPairError:
        """The same where finished pairs are kept in a directory."""
        return FailedPairError(self._pair, folder)

    def of_command(self) -> RunError:
        """The same in the options of the command."""
        return RunError(f"{self._pair} {_KEPT.format(folder=self._folder)} {_GOING_ON_BY_COMMAND}")


def on_error_of(text: str) -> OnError:
    """Read what to do with a pair that fails, refusing anything else."""
    check_choice("--on-error", text, get_args(OnError))
    return cast("OnError", text)


class Failure(BaseModel):
    """Why a pair was not played to the end; plain data of the manifest.

    Attributes
    ----------
    us, partner : str
        Labels of the pair.
    kind : str
        ``error``: a player raised an error or gave no number, or the talks could not go on; ``time``: a limit passed;
        ``died``: the process in which it was played ended.
    message : str
        What happened.
    player : str or None
        Whose move it was, where that is known.
    side, round, run : str, int, int or None
        For whom it sat, and when.
    at_fault : tuple of str
        Who is left out of the ranks for it: the player whose move it was; else the players from outside, or both.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    us: str
    partner: str
    kind: Literal["error", "time", "died"]
    message: str
    player: str | None = None
    side: str | None = None
    round: int | None = None
    run: int | None = None
    at_fault: tuple[str, ...]


def is_from_outside(player: Player) -> bool:
    """Whether a player is code of somebody else: a guest, or a tactic of the user's own."""
    return not isinstance(player, TacticPlayer) or isinstance(TACTICS[player.name].aspiration, OwnRule)


def failure_of(error: BaseException, us: Player, partner: Player) -> Failure:
    """Failure of a pair that ended in an error."""
    from experiments.refusals import is_about_input

    text = str(error) if isinstance(error, Exception) and is_about_input(error) else ""
    message = text or f"{type(error).__name__}: {error}".removesuffix(": ")
    for source in known_tactics().sources:
        # The name of a file of tactics says enough; where it lies is of this machine.
        message = message.replace(str(source.path), source.name)
    return failed(us, partner, "error", message, getattr(error, "call", None))


def failed(
    us: Player, partner: Player, kind: Literal["error", "time", "died"], message: str, call: PlayerCall | None = None
) -> Failure:
    """Failure of a pair; `call` is that in which it happened, where that is known."""
    pair = (us, partner)
    known = call is not None and call.side is not None
    side = call.side if call is not None else None
    fault = [pair[side]] if side is not None else [player for player in pair if is_from_outside(player)]
    return Failure(
        us=us.label,
        partner=partner.label,
        kind=kind,
        message=message,
        player=pair[side].label if side is not None else None,
        side=SIDES[side] if side is not None else None,
        round=call.round if call is not None and known else None,
        run=call.run if call is not None else None,
        at_fault=tuple(dict.fromkeys(player.label for player in fault or pair)),
    )


def left_out(failures: Iterable[Failure]) -> dict[str, int]:
    """Players that are left out of the ranks, with the number of failed pairs for which they are."""
    counts: dict[str, int] = {}
    for failure in failures:
        for label in failure.at_fault:
            counts[label] = counts.get(label, 0) + 1
    return counts


def ranked_of(labels: Iterable[str], failures: Iterable[Failure]) -> tuple[str, ...]:
    """Players that are ranked: all that are at fault for no failed pair; they have met each other, every pair whole."""
    out = left_out(failures)
    return tuple(label for label in labels if label not in out)


def failure_sentences(failures: Sequence[Failure], pairs: int) -> Iterator[str]:
    """Say how many pairs failed, who is left out for it, and whether time decided; nothing where none failed."""
    if not failures:
        return
    out = left_out(failures)
    names = listed([f"{label} ({counted(count, 'failed pair')})" for label, count in out.items()])
    were = "was" if len(failures) == 1 else "were"
    yield (
        f"{len(failures):,} of {counted(pairs, 'pair')} {were} not played to the end. Left out of ranks, regret and "
        f"equilibria, with all pairs in which they sit: {names}."
    )
    if any(failure.kind == "time" for failure in failures):
        yield "A limit of time ended a pair. On another machine it may not; all other pairs have the same rows there."


def reason(failure: Failure) -> str:
    """Pair and reason, as a line of a list."""
    return f"US {failure.us}, {partner_name()} {failure.partner}: {failure.message}"
