"""What is wrong with a tactic: how it is written, or what it answered and where in the talks that was."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PlayerCall:
    """A call of a player: who was asked, for which side, in which round of which run.

    Attributes
    ----------
    player : str
        Name of the tactic, or of another player.
    side : int or None
        0 for the US, 1 for the partner; None where it is not known.
    round : int
        Round of the talks.
    run : int or None
        Number of the run; None where it is not known.
    """

    player: str
    side: int | None
    round: int
    run: int | None


class TacticError(ValueError):
    """A tactic returned something that is not an aspiration.

    Parameters
    ----------
    message : str
        What is wrong.
    call : PlayerCall, optional
        Whose answer it is.
    """

    def __init__(self, message: str, call: PlayerCall | None = None) -> None:
        super().__init__(message)
        self.call = call


class OwnTacticError(TacticError):
    """A user's tactic that raised an error, or answered with no number, in some round of a run."""


class TacticDefinitionError(ValueError):
    """A tactic that cannot be taken as it is written; the text begins with file and line where they are known.

    Parameters
    ----------
    message : str
        What is wrong and what would be right.
    place : str
        File and line, or nothing.
    """

    def __init__(self, message: str, place: str = "") -> None:
        self.message = message
        self.place = place
        super().__init__(f"{place}: {message}" if place else message)

    def __reduce__(self) -> tuple[type[TacticDefinitionError], tuple[str, str]]:
        return type(self), (self.message, self.place)


def not_a_number(tactic: str, round_number: int, run: int) -> str:
    """Say that a tactic's answer is no aspiration."""
    return f"tactic {tactic} returned NaN in round {round_number} of run {run}; an aspiration is a number from 0 to 1"
