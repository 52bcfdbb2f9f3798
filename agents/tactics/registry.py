"""The explicit list of tactics. Adding one is a rule in a family's file and one entry here.

A user's own tactics join the list while the program runs, see :mod:`agents.tactics.registering`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from agents.tactics.behaviour_dependent import relative_tit_for_tat
from agents.tactics.compiling import CompiledTactic, NotCompiled, compile_tactic
from agents.tactics.hardliner import hardliner
from agents.tactics.own_rule import OwnRule
from agents.tactics.time_dependent import exponential, polynomial
from sim.records import Floats, Record

AspirationRule = Callable[[Record, Floats], float]


@dataclass(frozen=True, slots=True)
class Knob:
    """One number that tunes a tactic: its default and the values that it may take."""

    name: str
    default: float
    low: float
    high: float
    doc: str


@dataclass(frozen=True, slots=True)
class Tactic:
    """A bargaining tactic: a rule from what a side sees to its aspiration, with its traits.

    Attributes
    ----------
    name : str
        Name in configs.
    aspiration : callable
        Rule ``(view, knobs) -> aspiration``; 1 asks for the ideal, 0 settles for the reservation payoff.
    knobs : tuple of Knob
        Tuning numbers, in the order in which the rule reads them.
    reads_offers, is_random, is_monotone : bool
        Whether it looks at the other side's offers, whether it draws, and whether its aspiration never rises as time
        passes by itself, without the clamp of the protocol.
    summary, reference : str
        One line for the printed list, and the source.
    """

    name: str
    aspiration: AspirationRule
    knobs: tuple[Knob, ...]
    reads_offers: bool
    is_random: bool
    is_monotone: bool
    summary: str
    reference: str

    def machine_code(self) -> CompiledTactic | NotCompiled:
        """Compiled rule for an engine that takes it as a value, or why there is none; found out once a process."""
        rule = self.aspiration
        return rule.machine_code if isinstance(rule, OwnRule) else compile_tactic(rule)


_FARATIN = "Faratin, Sierra and Jennings (1998)"
_INITIAL = Knob("initial", 0.05, 0.0, 1.0, "share conceded in the first offer")
_INITIAL_POSITIVE = Knob("initial", 0.05, 0.0001, 1.0, "share conceded in the first offer; above 0")


def _beta(default: float) -> Knob:
    return Knob("beta", default, 0.01, 100.0, "below 1 concedes late, 1 evenly, above 1 early")


_ENTRIES = (
    Tactic(
        "boulware", polynomial, (_beta(0.2), _INITIAL), False, False, True,
        "holds out and concedes shortly before the deadline", _FARATIN,
    ),
    Tactic(
        "linear", polynomial, (_beta(1.0), _INITIAL), False, False, True,
        "concedes evenly over the time to the deadline", _FARATIN,
    ),
    Tactic(
        "conceder", polynomial, (_beta(3.0), _INITIAL), False, False, True,
        "concedes early and then holds", _FARATIN,
    ),
    Tactic(
        "exponential", exponential, (_beta(1.0), _INITIAL_POSITIVE), False, False, True,
        "concedes on an exponential path to the deadline", _FARATIN,
    ),
    Tactic(
        "tit_for_tat", relative_tit_for_tat,
        (
            Knob("opening", 0.1, 0.0, 1.0, "aspiration given up unasked in the second offer"),
            Knob("reciprocity", 1.0, 0.0, 2.0, "share of the other side's concession that is returned"),
        ),
        True, False, True, "answers the other side's concessions in percentage terms", _FARATIN,
    ),
    Tactic(
        "hardliner", hardliner, (), False, False, True,
        "never concedes", "the take-it-or-leave-it yardstick",
    ),
)  # fmt: skip

TACTICS: dict[str, Tactic] = {tactic.name: tactic for tactic in _ENTRIES}
