"""What the words in columns of text stand for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from experiments.labels import agent_label, inside, outcome_label, plain
from experiments.story.constraints import kind_of
from experiments.story.ending import why_ended

#: Different texts that a dictionary lists; of more it says how many there are.
_MOST_LISTED: Final = 30


#: What stops an issue where it is, by the part of a constraint before the colon; the part behind it is its name.
_CONSTRAINTS: Final[Mapping[str, str]] = {
    "red_line": "red line {name}",
    "release": "red line {name} as it is released",
    "linkage": "condition that releases the red line {name}",
    "delivery": "what can be delivered: {name}",
    "ratification": "what {name} needs to ratify",
    "grid": "{name} end of the agenda",
    "interior": "nothing: bargaining alone chose it",
    "indifferent": "nothing: it moves nobody's payoff",
}


def _constraint(text: str) -> str:
    name = text.partition(":")[2]
    called = agent_label({"us": "us_treasury"}.get(name, name)) if kind_of(text) == "ratification" else name
    return _CONSTRAINTS.get(kind_of(text), text).format(name=called)


def _same(name: str) -> str:
    return name


#: What a word of each kind means.
VOCABULARIES: Final[Mapping[str, Callable[[str], str]]] = {
    "outcome": outcome_label,
    "reason": why_ended,
    "side": agent_label,
    "issue": lambda name: inside(plain(name)),
    "constraint": _constraint,
    "word": _same,
}


def listed_values(values: Iterable[str], kind: str) -> str:
    """Words of a column in the order of the alphabet, each with what it means: ``stall = Stall; …``.

    Of many only their number is told, and of a column without a vocabulary nothing.
    """
    if not kind:
        return ""
    found = sorted(set(values))
    if len(found) > _MOST_LISTED:
        return f"{len(found):,} different"
    meant = [(value, VOCABULARIES[kind](value)) for value in found]
    return "; ".join(value if words.lower() in ("", value.lower()) else f"{value} = {words}" for value, words in meant)
