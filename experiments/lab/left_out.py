"""What an exploration varies and what it leaves out, because the config fixes it: the first line of its answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from experiments.config.numbers import Entry, numbers
from experiments.config.occurrences import Kind, Occurrence, occurrences
from experiments.lab.inputs import Input, config_inputs
from experiments.lab.vary import ALL, RANGES, VARY, has_range
from experiments.labels import counted, listed
from experiments.report.blocks import table
from sim.issues import SIDES

if TYPE_CHECKING:
    from experiments.config.model import Config
    from experiments.report.blocks import Table

#: What happens or not, varied or fixed: one word for it, and how it is fixed at 1 and at 0.
_WORDS: Final[dict[Kind, tuple[str, str, str, str]]] = {
    "opening": ("who opens", "", "", ""),
    "red_line": ("red line", "always real", "never real", "red_lines"),
    "release": ("release", "always in force", "never in force", "releases"),
    "event": ("event", "sure to happen", "sure not to happen", "events"),
}

#: How a number is drawn that has no plausible range in the parameter table.
_BY_HAND: Final = "--set 'PATH={dist: uniform, low: L, high: H}'"

#: What no design can draw.
_SWEPT: Final = "dates, grids and rules of the talks"
_SWEEP: Final = "winset sweep --over PATH=A,B"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Entries of one kind that a config fixes, so that they are not varied.

    Attributes
    ----------
    noun : str
        What each is called, such as ``event``.
    state : str
        How the config fixes them, such as ``sure to happen``; stands behind the noun.
    names : tuple of str
        Their names or paths.
    option : str
        What makes them vary.
    """

    noun: str
    state: str
    names: tuple[str, ...]
    option: str

    @property
    def words(self) -> str:
        """``3 events sure to happen``."""
        return f"{counted(len(self.names), self.noun)} {self.state}".strip()

    @property
    def full_words(self) -> str:
        """``1 event sure to happen (election)``."""
        return f"{self.words} ({listed(self.names)})"

    @property
    def is_named(self) -> bool:
        """Whether the option ``--vary`` includes them: they are few, and a sentence names them."""
        return self.option.startswith(VARY)


def left_out(config: Config, tactics: Sequence[str] = ()) -> tuple[LeftOut, ...]:
    """What is not varied because the config fixes it, kind by kind; a kind with nothing fixed is missing.

    Parameters
    ----------
    config : Config
        The scenario, with the changes of the options that make it draw what it fixed.
    tactics : sequence of str
        Tactics that are varied.
    """
    found = [*_occurrences(config), *([] if tactics else [_own_tactics(config)]), *_numbers(config)]
    return tuple(one for one in found if one.names)


def varied_words(config: Config, tactics: Sequence[str] = ()) -> str:
    """Say what is varied and what is left out: how many of each, which, and with what option they are included."""
    inputs = config_inputs(config, tactics=tactics)
    parts = [f"Varied: {listed(_varied(config, inputs), cut=False) or 'nothing'}."]
    fixed = left_out(config, tactics)
    by_option: dict[str, list[str]] = {}
    for one in fixed:
        option = f"{VARY} {ALL}" if one.is_named else one.option
        by_option.setdefault(option, []).append(one.full_words if one.is_named else one.words)
    named = [f"{listed(words, cut=False)}, by {option}" for option, words in by_option.items()]
    parts.append(f"Left out, as the config fixes them: {'; '.join([*named, f'{_SWEPT}, by {_SWEEP}'])}.")
    return " ".join(parts)


def brief_words(config: Config, tactics: Sequence[str] = ()) -> str:
    """Say in a few words what is left out; empty where nothing is."""
    fixed = left_out(config, tactics)
    return f"left out as fixed: {listed([one.words for one in fixed], cut=False)}" if fixed else ""


def left_out_table(config: Config, tactics: Sequence[str] = (), *, folded: bool = False) -> Table:
    """Table of what is left out: how many, which, and what includes them."""
    rows = [
        (f"{one.noun}s {one.state}".strip(), listed(one.names), one.option, f"{len(one.names):,}")
        for one in left_out(config, tactics)
    ]
    rows.append((_SWEPT, "one by one", _SWEEP, "-"))
    note = (
        "The config fixes these, so that nothing is said here of what they decide. What is sure to happen, or not to, "
        f"happens in every second run with {VARY}; a release loosens a red line, by a linkage to "
        f"another issue or from a date; {RANGES} draws evenly from the plausible range of the parameter table."
    )
    columns = ("What the config fixes", "Which", "Included by", "How many")
    return table("What was left out", columns, rows, texts=3, note=note, folded=folded)


def plain_left_out(config: Config, tactics: Sequence[str] = ()) -> dict[str, Any]:
    """What is varied and left out as plain data: the sentence, and every entry with its option."""
    entries = [
        {"what": f"{one.noun}s {one.state}".strip(), "entries": list(one.names), "option": one.option}
        for one in left_out(config, tactics)
    ]
    return {"words": varied_words(config, tactics), "left_out": entries}


def _varied(config: Config, inputs: Sequence[Input]) -> Iterator[str]:
    """What is varied, how many of each kind."""
    roles = Counter(one.role for one in inputs)
    if roles["number"]:
        yield counted(roles["number"], "number")
    kinds = Counter(one.kind for one in occurrences(config) if one.is_uncertain)
    for kind, (noun, *_) in _WORDS.items():
        if kinds[kind]:
            yield noun if kind == "opening" else f"{counted(kinds[kind], noun)} ({_happening(kind)})"
    if roles["choice"]:
        yield "both tactics"


def _happening(kind: Kind) -> str:
    return {"red_line": "real or not", "release": "in force or not", "event": "happening or not"}.get(kind, "")


def _occurrences(config: Config) -> Iterator[LeftOut]:
    fixed: dict[Kind, list[Occurrence]] = {}
    for one in occurrences(config):
        if not one.is_uncertain:
            fixed.setdefault(one.kind, []).append(one)
    for kind in ("event", "red_line", "release"):
        noun, always, never, name = _WORDS[kind]
        for state, is_sure in ((always, True), (never, False)):
            names = tuple(one.name for one in fixed.get(kind, []) if (one.chance.support()[0] >= 1.0) is is_sure)
            yield LeftOut(noun, state, names, f"{VARY} {name}")


def _own_tactics(config: Config) -> LeftOut:
    names = tuple(f"{side}={getattr(config.tactics, side).name}" for side in SIDES)
    return LeftOut("tactic", "", names, f"{VARY} tactics")


def _numbers(config: Config) -> Iterator[LeftOut]:
    chances = {one.chance_path for one in occurrences(config)}
    fixed = [entry for entry in numbers(config) if not entry.number.is_sampled and entry.path not in chances]
    yield LeftOut("fixed number", "with a plausible range", _paths(one for one in fixed if has_range(one)), RANGES)
    yield LeftOut("fixed number", "without one", _paths(one for one in fixed if not has_range(one)), _BY_HAND)


def _paths(entries: Iterator[Entry]) -> tuple[str, ...]:
    """Paths of entries; what events do comes first, for that is what a reader misses most."""
    paths = [entry.path for entry in entries]
    return tuple(sorted(paths, key=lambda path: not path.startswith("events.")))
