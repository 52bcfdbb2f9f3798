"""How sides, agents, issues and outcomes are called and how their values are written, in tables and figures alike."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final

from sim.issues import ISSUE_BY_NAME, ISSUES, SIDES

#: Names that a sentence lists before it counts the others.
_NAMED: Final = 4


@dataclass(frozen=True, slots=True)
class PartnerNames:
    """How the partner of the US is called.

    Attributes
    ----------
    name, adjective, government, currency : str
        For example Japan, Japanese, Japan's government and yen.
    """

    name: str
    adjective: str
    government: str
    currency: str


#: What the partner is called before any config says so.
NOBODY: Final = PartnerNames("Partner", "partner's", "Partner's government", "its currency")

#: Names of the config that this process has loaded last, for threads that have loaded none.
_loaded: Final[list[PartnerNames]] = [NOBODY]

#: Names of the config that a thread has loaded last: threads at work on two configs do not mix them up.
_LOADED: ContextVar[PartnerNames | None] = ContextVar("partner of this thread", default=None)

#: Names of the config that a text is made of, where that may be another one.
_NAMES: ContextVar[PartnerNames | None] = ContextVar("partner", default=None)


@contextmanager
def partner_called(names: PartnerNames) -> Iterator[None]:
    """Call the partner so in every text that is made inside."""
    token = _NAMES.set(names)
    try:
        yield
    finally:
        _NAMES.reset(token)


def call_partner(names: PartnerNames) -> None:
    """Call the partner so in every text that is made from now on, but for :func:`partner_called`.

    So it is called in this thread until this thread is told otherwise, and in each that was never told.
    """
    _loaded[:] = [names]
    _LOADED.set(names)


def _names() -> PartnerNames:
    return _NAMES.get() or _LOADED.get() or _loaded[0]


def partner_name() -> str:
    """Name of the partner, such as Japan."""
    return _names().name


def partner_possessive() -> str:
    """Name of the partner as an owner: ``Japan's``, ``the Philippines'``."""
    return possessive(partner_name())


def partner_adjective() -> str:
    """Adjective of the partner, such as Japanese."""
    return _names().adjective


def partner_currency() -> str:
    """Currency of the partner, such as yen."""
    return _names().currency


def as_called(text: str) -> str:
    """Text with the partner's name for ``{partner}``, and its name as an owner for ``{partners}``."""
    return text.replace("{partner}", partner_name()).replace("{partners}", partner_possessive())


def possessive(name: str) -> str:
    """Name as an owner: ``Japan's``, ``the Philippines'``."""
    return f"{name}'" if name.endswith("s") else f"{name}'s"


#: How a meaning begins that is a clause and takes no article.
_CLAUSES: Final = ("whether ", "how ", "what ")


class _BySide(Mapping[str, str]):
    """What each side is called: the US always alike, the partner as the config says."""

    def __init__(self, us: str, of_partner: Callable[[PartnerNames], str]) -> None:
        self._us = us
        self._of_partner = of_partner

    def __getitem__(self, side: str) -> str:
        if side not in SIDES:
            raise KeyError(side)
        return self._us if side == SIDES[0] else self._of_partner(_names())

    def __iter__(self) -> Iterator[str]:
        return iter(SIDES)

    def __len__(self) -> int:
        return len(SIDES)


SIDE_LABELS: Final[Mapping[str, str]] = _BySide("US", lambda names: names.name)

AGENT_LABELS: Final[Mapping[str, str]] = _BySide("US Treasury", lambda names: names.government)

#: How talks end that come to a deal, as :class:`sim.bargaining.outcomes.Outcome` and the tables have it.
AGREEMENT: Final = "agreement"

#: Every way in which talks can end, in the order in which tables and figures show them.
OUTCOME_LABELS: Final[dict[str, str]] = {
    AGREEMENT: "Agreement",
    "stall": "Stall",
    "cycle": "Cycle",
    "threat_executed": "Threat executed",
    "deadline_lapsed": "Deadline lapsed",
    "walkout": "Walk-out",
    "round_limit": "Round limit",
}

#: The same inside a sentence, after "end" or "ended".
_ENDS_HOW: Final[dict[str, str]] = {
    AGREEMENT: "in an agreement",
    "stall": "in a stall",
    "cycle": "in a cycle",
    "threat_executed": "with the threat executed",
    "deadline_lapsed": "with the last deadline lapsed",
    "walkout": "in a walk-out",
    "round_limit": "at the round limit",
}

#: What the status quo stands for wherever payoffs are set beside it.
STATUS_QUO_IS: Final = "Status quo: today's tariffs, with the chance that the courts strike down the reciprocal one."

_FRACTIONS: Final = ("rate", "share")

#: Below this a number is what rounding leaves of a zero: a dollar where the unit is US$ bn.
_ROUNDING: Final = 1e-9


_PROPER: Final[dict[str, str]] = {"us": "US", "lng": "LNG"}


def _proper(word: str) -> str:
    """Word of a name as a reader has it; that of the partner is what the config calls it."""
    return partner_name() if word == SIDES[1] else _PROPER.get(word, word)


def plain(name: str) -> str:
    """Words of a name: ``car_tariff`` becomes ``Car tariff``; capitals inside the name are kept."""
    words = " ".join(_proper(word) for word in str(name).replace("_", " ").split())
    return capitalised(words)


def capitalised(text: str) -> str:
    """`text` as a sentence or title begins; capitals inside it are kept."""
    return text[:1].upper() + text[1:]


def inside(text: str) -> str:
    """Write a label as it stands inside a sentence: ``Car tariff`` becomes ``car tariff``; ``US`` and ``GPU`` stay."""
    first = text.split(" ", 1)[0]
    is_partner = first.removesuffix("'s") == partner_name().split(" ", 1)[0]
    return text if is_partner or first in _PROPER.values() or first[1:2].isupper() else text[:1].lower() + text[1:]


def with_article(meaning: str) -> str:
    """What an input is as the subject of a sentence: ``the weight of ...``, ``whether ...``."""
    return meaning if meaning.startswith(_CLAUSES) else f"the {meaning}"


def outcome_label(outcome: str) -> str:
    """Name of an outcome for the reader."""
    return OUTCOME_LABELS.get(outcome, plain(outcome))


def ends_how(outcome: str) -> str:
    """Say in what talks end, after the verb: ``in a stall``, ``with the threat executed``."""
    return _ENDS_HOW.get(outcome, f"in {inside(outcome_label(outcome))}")


def tactic_label(name: str) -> str:
    """Write a tactic in words, and a guest such as ``negmas:AspirationNegotiator`` as it is written."""
    return name if ":" in name else plain(name).lower()


def agent_label(agent: str) -> str:
    """Name of an agent for the reader; firms and chip makers keep the name that the config gives them."""
    return AGENT_LABELS.get(agent, agent)


def ordered_issues(names: Iterable[str]) -> list[str]:
    """`names` without repetition, in the order of the package vector, further issues last as they come."""
    unique = list(dict.fromkeys(names))
    known = [issue.name for issue in ISSUES if issue.name in unique]
    return known + [name for name in unique if name not in ISSUE_BY_NAME]


def ordered_outcomes(names: Iterable[str]) -> list[str]:
    """`names` without repetition, agreement first, unknown ones last as they come."""
    unique = list(dict.fromkeys(names))
    return [name for name in OUTCOME_LABELS if name in unique] + [name for name in unique if name not in OUTCOME_LABELS]


def unit_of(issue: str, units: Mapping[str, str] | None = None) -> str:
    """Look up the unit of an issue: in `units`, else among the issues that the model prices, else empty."""
    if units is not None and issue in units:
        return units[issue]
    return ISSUE_BY_NAME[issue].unit if issue in ISSUE_BY_NAME else ""


def scale_of(unit: str) -> float:
    """Factor from a stored value to the number that is shown: rates and shares are shown in per cent."""
    return 100.0 if unit in _FRACTIONS else 1.0


def axis_label(unit: str) -> str:
    """Label of an axis that shows values of `unit`."""
    if unit in _FRACTIONS:
        return f"{unit.capitalize()}, %"
    return unit or "Value"


def issue_label(issue: str, unit: str) -> str:
    """An issue and what its numbers are in: ``Car tariff, %``, ``Chip purchases, US$ bn``."""
    return f"{plain(issue)}, {'%' if unit in _FRACTIONS else unit}".removesuffix(", ")


def fixed(value: float, decimals: int, *, sign: bool = False) -> str:
    """`value` with so many decimals, and a sign on request; what rounds to zero has none."""
    if not math.isfinite(value):
        return "-"
    # Adding zero turns a negative zero into a plain one.
    rounded = round(float(value), decimals) + 0.0
    return f"{rounded:{'+' if sign and rounded else ''},.{decimals}f}"


def number(value: float, *, sign: bool = False) -> str:
    """`value` with about three digits: two decimals below ten, one below a hundred, none above.

    What is below half a hundredth keeps one digit, unless it is no more than sums leave of a zero.
    """
    size = abs(value)
    if _ROUNDING <= size < 0.005:
        return f"{value:{'+' if sign else ''}.1g}"
    return fixed(value, 2 if size < 9.995 else 1 if size < 99.95 else 0, sign=sign)


def aligned(values: Sequence[float], *, sign: bool = False) -> list[str]:
    """Write numbers that stand in one row with the same decimals, so that the largest shows three digits."""
    largest = max((abs(value) for value in values if math.isfinite(value)), default=0.0)
    decimals = 2 if largest < _ROUNDING else min(4, max(0, 2 - math.floor(math.log10(largest) + 1e-9)))
    return [fixed(value, decimals, sign=sign) for value in values]


def lever_label(setting: str, side: str) -> str:
    """Lever or setting in words, without what all of a side share.

    ``tactics.<side>.name=zeuthen`` becomes ``tactic zeuthen``, ``<side>.subsidy_budget=2.5``
    ``subsidy budget = 2.5``.
    """
    path, equals, value = setting.partition("=")
    for start in (f"tactics.{side}.", f"{side}."):
        path = path.removeprefix(start)
    if path == "name":
        return f"tactic {value}".strip()
    words = inside(plain(path.replace("red_lines.", "red line ", 1).replace(".", ", ")))
    return f"{words} = {value}" if equals else words


def percent(fraction: float) -> str:
    """Write a fraction in per cent with one decimal, left out when it is zero."""
    if not math.isfinite(fraction):
        return "-"
    return fixed(100.0 * fraction, 1).removesuffix(".0") + " %"


def quantity(value: float, unit: str) -> str:
    """`value` with its unit: ``27.5 %``, ``US$6.94 bn``, ``3.20 Mt a year``."""
    if not math.isfinite(value):
        return "-"
    if unit in _FRACTIONS:
        return percent(value)
    if unit.startswith("US$ "):
        sign = "-" if number(value).startswith("-") else ""
        return f"{sign}US${number(abs(value))} {unit.removeprefix('US$ ')}"
    return f"{number(value)} {unit}".strip()


def signed_quantity(change: str, unit: str) -> str:
    """Put its unit to a change that is written with a sign: ``+US$0.07 bn a year``, ``-0.42 points``."""
    if not unit.startswith("US$ "):
        return f"{change} {unit}".strip()
    sign = change[0] if change[:1] in ("+", "-") else ""
    return f"{sign}US${change.removeprefix(sign)} {unit.removeprefix('US$ ')}"


def between(low: float, high: float, unit: str) -> str:
    """Ends of an interval with their unit once: ``81.8 to 86.4 %``, ``US$1.20 to 3.40 bn a year``."""
    if not math.isfinite(low + high):
        return "-"
    if unit in _FRACTIONS:
        return f"{fixed(100.0 * low, 1)} to {fixed(100.0 * high, 1)} %"
    size = max(abs(low), abs(high))
    ends = [fixed(value, 2 if size < 9.995 else 1 if size < 99.95 else 0) for value in (low, high)]
    if not unit.startswith("US$ "):
        return f"{' to '.join(ends)} {unit}".strip()
    first = f"-US${ends[0][1:]} to US$" if ends[0].startswith("-") else f"US${ends[0]} to "
    return f"{first}{ends[1]} {unit.removeprefix('US$ ')}".replace("US$-", "-US$")


def distance(value: float, unit: str) -> str:
    """Distance between two values of an issue: rates and shares differ by points, not by per cent."""
    if unit in _FRACTIONS and math.isfinite(value):
        return percent(value).replace(" %", " points")
    return quantity(value, unit)


def counted(count: int, noun: str) -> str:
    """``1 run``, ``1,000 runs``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def every(count: int, noun: str) -> str:
    """``the only run``, ``each of 1,000 runs``."""
    return f"the only {noun}" if count == 1 else f"each of {counted(count, noun)}"


def share_of(count: int, total: int) -> str:
    """Share of `count` in `total` with the digits of :func:`percent`, never rounded to nothing or to everything."""
    if total == 0:
        return "-"
    if 0 < count < 0.001 * total:
        return "<0.1 %"
    if 0.999 * total < count < total:
        return ">99.9 %"
    return percent(count / total)


def side(seat: str) -> str:
    """Name of a side inside a sentence."""
    return "the US" if SIDE_LABELS[seat] == "US" else SIDE_LABELS[seat]


def listed(names: Iterable[str], last: str = "and", *, cut: bool = True) -> str:
    """``a, b and c``, with another word before the last one if wanted; many names are cut short unless `cut` is off."""
    found = [*names]
    if cut and len(found) > _NAMED + 1:
        found[_NAMED:] = [f"{len(found) - _NAMED} others"]
    return f" {last} ".join(filter(None, (", ".join(found[:-1]), *found[-1:])))


def quoted(names: Iterable[str]) -> list[str]:
    """Names of tactics as a sentence has them."""
    return [f"“{name}”" for name in names]


def readable(tactic: str) -> str:
    """Tactic as a reader has it: ``fixed_step,step=0.2`` becomes ``“fixed step” (step 0.2)``."""
    name, *knobs = tactic.split(",")
    written = ", ".join(knob.strip().replace("=", " ") for knob in knobs)
    return f"“{name}” ({written})" if written else f"“{name}”"
