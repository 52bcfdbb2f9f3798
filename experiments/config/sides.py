"""Config models of what the sides believe about each other."""

from __future__ import annotations

from typing import ClassVar, Final, Literal, Self

from pydantic import model_validator

from experiments.config.distributions import Fixed, Number, Quantity
from experiments.config.values import ConfigPart, refuse

ConditionName = Literal["ac_next", "ac_const", "ac_time", "ac_combi"]

#: Conditions in the order of :data:`sim.bargaining.acceptance.CONDITIONS`, and the number that each needs.
NUMBERS: Final[dict[ConditionName, str | None]] = {
    "ac_next": None,
    "ac_const": "level",
    "ac_time": "time",
    "ac_combi": "time",
}

_EXAMPLES: Final = {"level": "0.8", "time": "0.9"}

#: Knobs of each model of learning, in the order in which its rule reads them, with defaults and limits.
LEARNERS: Final[dict[str, dict[str, tuple[float, float, float]]]] = {
    "frequency": {"rate": (0.05, 0.0, 1.0)},
    "bayesian": {"doubt": (0.3, 0.0, 5.0), "blur": (0.2, 0.01, 100.0)},
}

_LARGEST_NOISE: Final = 5.0


def belief_limits(name: str) -> tuple[float, float, str]:
    """Least and largest value of a number of a belief, and what it is."""
    if name == "noise":
        return 0.0, _LARGEST_NOISE, "standard deviation"
    return next((knobs[name][1], knobs[name][2], "knob") for knobs in LEARNERS.values() if name in knobs)


class Belief(ConfigPart):
    """What a side believes about the other side's weights."""

    KNOBS: ClassVar[tuple[str, ...]] = ("noise", "rate", "doubt", "blur")

    kind: Literal["exact", "noisy", "learnt"] = "exact"
    """Whether it knows them, misjudges them, or misjudges them at first and learns from the other side's offers."""
    noise: Number | None = None
    """Standard deviation of the error in the logarithm of each weight, of kind learnt at the start of the talks."""
    model: Literal["bayesian", "frequency"] | None = None
    """How kind learnt learns; bayesian when left out."""
    rate: Number | None = None
    """Model frequency: growth of a group's weight when the other side leaves it and yields elsewhere, in logarithms."""
    doubt: Number | None = None
    """Model bayesian: standard deviation of the side's doubt about the logarithm of each group's weight."""
    blur: Number | None = None
    """Model bayesian: differences in logarithms of gain per loss that count as chance in the other side's order."""

    @property
    def learner(self) -> str | None:
        """Name of the model by which the side learns."""
        return (self.model or "bayesian") if self.kind == "learnt" else None

    @property
    def numbers(self) -> dict[str, Quantity]:
        """Numbers that are given, by name."""
        given = {name: getattr(self, name) for name in self.KNOBS}
        return {name: number for name, number in given.items() if number is not None}

    def learner_knobs(self) -> tuple[str, ...]:
        """Names of the knobs of its model of learning."""
        return tuple(LEARNERS[self.learner]) if self.learner else ()

    def completed(self) -> Belief:
        """Belief with its model and every knob of it, so that it means the same if a default changes."""
        if self.learner is None:
            return self
        update: dict[str, object] = {"model": self.learner}
        for name, (default, _, _) in LEARNERS[self.learner].items():
            source = f"own assumption: default of model {self.learner}"
            update[name] = getattr(self, name) or Fixed(value=default, source=source, confidence="assumption")
        return self.model_copy(update=update)

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.kind != "exact" and self.noise is None:
            refuse("beliefs", f"kind {self.kind} needs noise, for example 0.2")
        if self.kind == "exact" and self.noise is not None:
            refuse("beliefs", "noise is used only with kind noisy or learnt; delete it (noise: ~) or write kind: noisy")
        if self.kind != "learnt" and self.model is not None:
            refuse("beliefs", "model is used only with kind learnt; delete it (model: ~) or write kind: learnt")
        for name in self.KNOBS[1:]:
            if getattr(self, name) is not None and name not in self.learner_knobs():
                owner = next(model for model, knobs in LEARNERS.items() if name in knobs)
                refuse("beliefs", f"{name} is used only with kind learnt and model {owner}; delete it ({name}: ~)")
        return self


class Beliefs(ConfigPart):
    """Belief of each side about the other."""

    us_treasury: Belief = Belief()
    """What the US Treasury believes about the partner."""
    partner: Belief = Belief()
    """What the partner's government believes about the US."""


class AcceptanceChoice(ConfigPart):
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
                refuse("talks", f"name {self.name} needs {key}, for example {example}")
            if key != self.key and given:
                users = " or ".join(name for name, needed in NUMBERS.items() if needed == key)
                refuse("talks", f"{key} is used only with name {users}; delete it ({key}: ~)")
        return self


class Acceptance(ConfigPart):
    """Acceptance condition of each side."""

    us_treasury: AcceptanceChoice = AcceptanceChoice()
    """When the US Treasury signs."""
    partner: AcceptanceChoice = AcceptanceChoice()
    """When the partner's government signs."""
