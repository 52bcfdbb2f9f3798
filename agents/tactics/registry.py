"""The explicit list of tactics. Adding one is a rule in a family's file and one entry here.

A user's own tactics join the list while the program runs, see :mod:`agents.tactics.registering`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from agents.tactics.attrition import war_of_attrition
from agents.tactics.behaviour_dependent import averaged_tit_for_tat, random_absolute_tit_for_tat, relative_tit_for_tat
from agents.tactics.brinkmanship import escalator
from agents.tactics.chance import random_fade, random_step
from agents.tactics.compiling import CompiledTactic, NotCompiled, compile_tactic
from agents.tactics.hardliner import hardliner
from agents.tactics.jumps import anchor_then_jump, last_minute_jump
from agents.tactics.monotonic_concession import zeuthen
from agents.tactics.nice_tit_for_tat import nice_tit_for_tat
from agents.tactics.own_rule import OwnRule
from agents.tactics.path_stepper import path_stepper
from agents.tactics.piecemeal import fixed_step, graduated_reciprocation, issue_by_issue
from agents.tactics.resource_dependent import thread_length, time_left
from agents.tactics.time_dependent import exponential, polynomial
from sim.acceptance import AC_COMBI, AC_NEXT, CONDITIONS
from sim.concession import BY_ISSUE
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
    """An acceptance condition that a tactic is published with: its place in :data:`sim.acceptance.CONDITIONS`.

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


#: How a side signs whose config sets no condition and whose tactic is published with none.
SIGNS_BY_DEFAULT = Signing(AC_NEXT)


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


_OWN = "own"
_FARATIN = "Faratin, Sierra and Jennings (1998)"
_INITIAL = Knob("initial", 0.05, 0.0, 1.0, "share conceded in the first offer")
_INITIAL_POSITIVE = Knob("initial", 0.05, 0.0001, 1.0, "share conceded in the first offer; above 0")
_OPENING = Knob("opening", 0.1, 0.0, 1.0, "aspiration given up unasked in the second offer")


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
            _OPENING,
            Knob("reciprocity", 1.0, 0.0, 2.0, "share of the other side's concession that is returned"),
        ),
        True, False, True, "answers the other side's concessions in percentage terms", _FARATIN,
    ),
    Tactic(
        "random_tit_for_tat", random_absolute_tit_for_tat,
        (_OPENING, Knob("noise", 0.02, 0.0, 1.0, "most that is conceded on top by chance, share of the own range")),
        True, True, True, "answers the other side's concessions in absolute terms, and a random bit more", _FARATIN,
    ),
    Tactic(
        "averaged_tit_for_tat", averaged_tit_for_tat,
        (_OPENING, Knob("window", 3.0, 1.0, 20.0, "offers that are looked back on; 1 makes it tit_for_tat")),
        True, False, True, "answers in percentage terms what the other side has conceded over a window", _FARATIN,
    ),
    Tactic(
        "nice_tit_for_tat", nice_tit_for_tat,
        (
            Knob("bonus_least", 0.1, 0.0, 1.0, "least that is given on top of what is left to the Nash point"),
            Knob("bonus", 1.0, 0.0, 1.0, "most that is given of what is left to the Nash point when time grows short"),
            Knob("bonus_from", 0.85, 0.0, 1.0, "time from which the bonus grows"),
            Knob("bonus_full", 0.9, 0.0, 1.0, "time from which the bonus is whole"),
        ),
        True, False, True, "comes as far towards the believed Nash point as the other side has",
        "Baarslag, Hindriks and Jonker (2013); bonus and time of signing from its authors' program",
        reads_path=True, signing=Signing(AC_COMBI, 0.98),
    ),
    Tactic(
        "resource_dependent", thread_length,
        (Knob("amount", 4.0, 0.0, 100.0, "patience for offers; the larger, the later it concedes"), _INITIAL),
        True, False, True, "concedes as the exchange of offers grows long", _FARATIN,
    ),
    Tactic(
        "deadline_dependent", time_left,
        (Knob("amount", 4.0, 0.0, 100.0, "patience at the start; the larger, the later it concedes"), _INITIAL),
        False, False, True, "concedes as the time to the deadline runs out", _FARATIN,
    ),
    Tactic(
        "path_stepper", path_stepper, (Knob("stride", 1.0, 1.0, 100.0, "packages of the path in one concession"),),
        True, False, True, "concedes a package of its path for each new offer of the other side", _OWN,
        reads_path=True, brings=(("stride", "stride"),),
    ),
    Tactic(
        "zeuthen", zeuthen, (),
        True, False, True, "concedes just enough when it can bear less risk of conflict than the other side",
        "Zeuthen (1930), Harsanyi (1956), Rosenschein and Zlotkin (1994)", reads_path=True,
    ),
    Tactic(
        "last_minute_jump", last_minute_jump,
        (
            Knob("jump_at", 0.9, 0.0, 1.0, "time of the jump"),
            Knob("hold", 1.0, 0.0, 1.0, "aspiration before the jump"),
            Knob("settle", 0.3, 0.0, 1.0, "aspiration after the jump"),
        ),
        False, False, True, "holds out and jumps shortly before the deadline",
        f"{_OWN}, after the US in July 2025 and the deadline effect of Roth, Murnighan and Schoumaker (1988)",
    ),
    Tactic(
        "anchor_then_jump", anchor_then_jump,
        (
            Knob("jump_at", 0.3, 0.0, 1.0, "time until which the anchor is held"),
            Knob("jump_to", 0.6, 0.0, 1.0, "aspiration after the jump"),
            Knob("end", 0.2, 0.0, 1.0, "aspiration at the deadline, at most that after the jump"),
        ),
        False, False, True, "opens with an anchor, makes one large concession, then concedes evenly",
        f"{_OWN}, after the anchors of Galinsky and Mussweiler (2001)",
    ),
    Tactic(
        "issue_by_issue", issue_by_issue, (_beta(1.0), _INITIAL),
        False, False, True, "concedes one issue to its end before it opens the next",
        f"{_OWN}, after the agendas of Fershtman (1990)",
        brings=(("path_order", float(BY_ISSUE)),),
    ),
    Tactic(
        "fixed_step", fixed_step,
        (
            Knob("step", 0.03, 0.0, 1.0, "aspiration given up in a round"),
            Knob("floor", 0.0, 0.0, 1.0, "aspiration at which it stops"),
        ),
        False, False, True, "gives up the same small amount in every round, whatever the other side does", _OWN,
    ),
    Tactic(
        "graduated_reciprocation", graduated_reciprocation,
        (
            Knob("slice", 0.03, 0.0, 1.0, "aspiration given up unasked in a round"),
            Knob("reward", 0.5, 0.0, 1.0, "share of the other side's last concession that is given on top"),
            Knob("trials", 3.0, 1.0, 20.0, "rounds without an answer after which it stops"),
        ),
        True, False, True, "gives up small slices unasked, and more for each answer in kind",
        f"{_OWN} numbers, after the graduated initiatives of Osgood (1962)",
    ),
    Tactic(
        "escalator", escalator,
        (
            _beta(0.2), _INITIAL,
            Knob("patience", 1.0, 0.0, 20.0, "rounds that the other side may stand still before the threat rises"),
            Knob("step", 0.1, 0.0, 1.0, "chance of execution added in a round"),
            Knob("limit", 0.9, 0.0, 1.0, "chance of execution above which it adds nothing"),
        ),
        False, False, True, "holds out and raises the chance of the threat while the other side stands still",
        f"{_OWN}, after the threat that leaves something to chance of Schelling (1960)",
        brings=(("brink_patience", "patience"), ("brink_step", "step"), ("brink_limit", "limit")),
    ),
    Tactic(
        "war_of_attrition", war_of_attrition,
        (
            Knob("cost", 0.5, 0.0, 100.0, "cost of waiting for a round, US$ bn a year"),
            Knob("prize", 10.0, 0.01, 1000.0, "what is fought over, US$ bn a year"),
        ),
        False, True, True, "asks for everything until, by chance, it gives up everything",
        "Maynard Smith (1974), cut off at the deadline",
    ),
    Tactic(
        "random_fade", random_fade, (), False, True, True,
        "keeps a random share of what it asked for last, on average a half", _OWN,
    ),
    Tactic(
        "random_step", random_step, (Knob("step", 0.1, 0.0, 1.0, "most that is given up in a round"),),
        False, True, True, "gives up a random amount in every round", _OWN,
    ),
    Tactic(
        "hardliner", hardliner, (), False, False, True,
        "never concedes", "the take-it-or-leave-it yardstick",
    ),
)  # fmt: skip

TACTICS: dict[str, Tactic] = {tactic.name: tactic for tactic in _ENTRIES}

#: Names that tactics had and were not what they said, each with what the tactic is called now.
RENAMED: dict[str, str] = {
    "micro": "path_stepper",
    "random": "random_fade",
    "random_walker": "random_step",
    "salami": "fixed_step",
}
