"""Errors that the input caused, told apart from faults of ours."""

from __future__ import annotations

from typing import Final

from experiments.errors import ConfigError
from experiments.plan import RunError

#: What may come of wrong input; :func:`refusal` tells it from our own faults of the same kinds.
REFUSALS: Final = (ConfigError, RunError, ArithmeticError, ValueError)


def refusal(error: Exception) -> str:
    """Say what is wrong with the input; a fault of ours is raised again, with its traceback."""
    if not is_about_input(error):
        raise error
    return str(error)


def is_about_input(error: Exception) -> bool:
    """Whether a config or run is refused, payoffs are not finite, or a tactic fails or answers with no aspiration."""
    from agents.tactics.errors import TacticError
    from agents.tactics.own_rule import OwnTacticError
    from agents.tactics.reading import TacticDefinitionError

    told = ConfigError | RunError | TacticError | OwnTacticError | TacticDefinitionError
    # Python's own subclasses, such as a division by zero, are faults of ours.
    return isinstance(error, told) or type(error) is ArithmeticError
