"""What a tactic is: its rule, the knobs that tune it, its traits, and how it signs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from agents.own_rules.compiling import CompiledTactic, NotCompiled, compile_tactic
from agents.own_rules.own_rule import OwnRule
from sim.bargaining.acceptance import CONDITIONS
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
class Signing:
    """Acceptance condition that a tactic is published with: its place in :data:`sim.bargaining.acceptance.CONDITIONS`.

    `number` is the level or time of the condition; 0 for one that needs none.
    """

    place: int
    number: float = 0.0

    @property
    def condition(self) -> str:
        """Name of the condition in configs."""
        return CONDITIONS[self.place].name

    @property
    def key(self) -> str | None:
        """Name of its number in configs; None for a condition that needs none."""
        return CONDITIONS[self.place].number


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
    reads_path : bool
        Whether it looks at what lies ahead on its path (:data:`sim.records.PATH_FIELDS`), which is filled in only then.
    brings : tuple of (str, float or str)
        What it brings to the table besides its aspiration: fields of :data:`sim.records.BROUGHT` with a number, or with
        the name of the knob that holds it.
    signing : Signing or None
        Acceptance condition that it is published with, by which a side signs that plays it and whose config sets none.
    """

    name: str
    aspiration: AspirationRule
    knobs: tuple[Knob, ...]
    reads_offers: bool
    is_random: bool
    is_monotone: bool
    summary: str
    reference: str
    reads_path: bool = False
    brings: tuple[tuple[str, float | str], ...] = ()
    signing: Signing | None = None

    def machine_code(self) -> CompiledTactic | NotCompiled:
        """Compiled rule for an engine that takes it as a value, or why there is none; found out once a process."""
        rule = self.aspiration
        return rule.machine_code if isinstance(rule, OwnRule) else compile_tactic(rule)


OWN = "own"
FARATIN = "Faratin, Sierra and Jennings (1998)"
INITIAL = Knob("initial", 0.05, 0.0, 1.0, "share conceded in the first offer")
INITIAL_POSITIVE = Knob("initial", 0.05, 0.0001, 1.0, "share conceded in the first offer; above 0")
OPENING = Knob("opening", 0.1, 0.0, 1.0, "aspiration given up unasked in the second offer")


def beta(default: float) -> Knob:
    """Knob of how early a tactic concedes, with the tactic's own default."""
    return Knob("beta", default, 0.01, 100.0, "below 1 concedes late, 1 evenly, above 1 early")
