"""Which errors the input caused; all others are faults of ours."""

from __future__ import annotations

from typing import Final

from experiments.errors import ConfigError, RunError

#: Exit code of a command whose input is wrong.
BAD_INPUT: Final = 2

#: What may come of wrong input; :func:`refusal` tells it from our own faults of the same kinds.
REFUSALS: Final = (ConfigError, RunError, ArithmeticError, ValueError, OSError)


def refusal(error: Exception) -> str:
    """Say what is wrong with the input; a fault of ours is raised again, with its traceback."""
    if not is_about_input(error):
        raise error
    return _about_file(error) if isinstance(error, OSError) else str(error)


def _about_file(error: OSError) -> str:
    """Name the file, where the system names one, and what the system says of it."""
    reason = error.strerror or str(error) or type(error).__name__
    return f"{error.filename}: {reason}." if error.filename else f"{reason}."


def is_about_input(error: Exception) -> bool:
    """Whether a config, run or file is refused, payoffs are not finite, or a tactic fails or answers wrongly."""
    from agents.errors import OwnTacticError, TacticDefinitionError, TacticError

    refused = ConfigError | RunError | TacticError | OwnTacticError | TacticDefinitionError
    # What a disk, a permission or a connection refuses is of the surroundings, whoever asked for it. Python's own
    # subclasses of ArithmeticError, such as a division by zero, are faults of ours.
    return isinstance(error, refused | OSError) or type(error) is ArithmeticError
