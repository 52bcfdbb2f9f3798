"""Config model of the acceptance conditions: when each side signs what is offered."""

from __future__ import annotations

from typing import Final, Literal, Self

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from experiments.distributions import Number, Quantity
from experiments.schema_values import Model

ConditionName = Literal["ac_next", "ac_const", "ac_time", "ac_combi"]

#: Conditions in the order of :data:`sim.bargaining.acceptance.CONDITIONS`, and the number that each needs.
NUMBERS: Final[dict[ConditionName, str | None]] = {
    "ac_next": None,
    "ac_const": "level",
    "ac_time": "time",
    "ac_combi": "time",
}
_EXAMPLES: Final = {"level": "0.8", "time": "0.9"}


class AcceptanceChoice(Model):
    """A side's acceptance condition; besides it, an offer must be worth the reservation payoff."""

    name: ConditionName | None = None
    """Condition of Baarslag, Hindriks and Jonker (2014), see ``winset list acceptance``; by default the tactic's."""
    level: Number | None = None
    """Share of the range from reservation to ideal payoff from which ac_const signs."""
    time: Number | None = None
    """Share of the time to the deadline from which ac_time signs, and ac_combi is content with less."""

    @property
    def key(self) -> str | None:
        """Name of the number that the condition needs."""
        return None if self.name is None else NUMBERS[self.name]

    @property
    def number(self) -> Quantity | None:
        """Number that the condition needs."""
        return None if self.key is None else getattr(self, self.key)

    @property
    def place(self) -> int | None:
        """Number that stands for the condition in records; None if the config leaves the choice to the tactic."""
        return None if self.name is None else list(NUMBERS).index(self.name)

    @model_validator(mode="after")
    def _check(self) -> Self:
        for key, example in _EXAMPLES.items():
            given = getattr(self, key) is not None
            if key == self.key and not given:
                _refuse(f"name {self.name} needs {key}, for example {example}")
            if key != self.key and given:
                users = " or ".join(name for name, needed in NUMBERS.items() if needed == key)
                _refuse(f"{key} is used only with name {users}; delete it ({key}: ~)")
        return self


class Acceptance(Model):
    """Acceptance condition of each side."""

    us_treasury: AcceptanceChoice = AcceptanceChoice()
    """When the US Treasury signs."""
    japan_government: AcceptanceChoice = AcceptanceChoice()
    """When the Japanese government signs."""


def _refuse(message: str) -> None:
    raise PydanticCustomError("talks", "{message}", {"message": message})
