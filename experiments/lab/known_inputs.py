"""Inputs of an exploration in words: what each is, over which range it was drawn, and how well that is supported."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from experiments.config.numbers import ROW_BY_PATH, numbers, provenance_of
from experiments.lab.inputs import CHANCE, DUMMY, config_inputs, sampled_entries
from experiments.labels import SIDE_LABELS, counted, inside, listed, plain
from experiments.report.blocks import Words, table

if TYPE_CHECKING:
    from experiments.config.model import Config
    from experiments.report.blocks import Block, Table

#: Support of a number whose source says that it is the developers' own.
ASSUMPTION: Final = "assumption"
_UNSTATED: Final = "not stated"

#: What the two inputs are that are no numbers of the config.
_ADDED: Final[dict[str, str]] = {
    CHANCE: "everything drawn inside a negotiation: who opens, whether a deadline is executed, which events happen",
    DUMMY: "changes nothing; what a method gives it is the noise of the method",
}


@dataclass(frozen=True, slots=True)
class KnownInput:
    """One input: its path, what it is, its range, and where that comes from.

    `support` is the confidence of its source, ``assumption`` where the source says that the number is the developers'
    own, and empty for an input that is no number of the config.
    """

    path: str
    meaning: str
    unit: str
    values: str
    source: str
    support: str

    @property
    def words(self) -> str:
        """Meaning with the path; the path alone where nothing says what it is."""
        if not self.meaning:
            return self.path
        return f"{self.meaning} ({self.path})" if self.support else f"{self.path} ({self.meaning})"

    @property
    def is_assumed(self) -> bool:
        """Whether nothing but an assumption stands behind its range."""
        return self.support == ASSUMPTION


def known_inputs(config: Config, *, ranges: bool = False, added: bool = True) -> dict[str, KnownInput]:
    """Inputs of an exploration by path, in canonical order.

    Parameters
    ----------
    config : Config
        What is explored.
    ranges : bool
        Whether numbers that the config fixes are varied too, over the plausible range of the parameter table.
    added : bool
        Whether chance is an input; the dummy always is.
    """
    origins = {entry.path: entry for entry in provenance_of(config)}
    sampled = {entry.path for entry in sampled_entries(config)}
    rows = {entry.path: entry.row for entry in numbers(config)}
    found = {}
    for one in config_inputs(config, ranges=ranges):
        row, origin = rows.get(one.name), origins.get(one.name)
        if one.role != "number" or origin is None:
            if added or one.name == DUMMY:
                found[one.name] = KnownInput(one.name, _ADDED.get(one.name, ""), "", "", "", "")
            continue
        known = row if row is not None else ROW_BY_PATH.get(one.name)
        meaning = _meaning(config, one.name) if known is None else inside(known.doc.rstrip("."))
        if one.name in sampled or row is None:
            values, source, support = origin.value, origin.source, _support(origin.confidence, origin.source)
        else:
            values, source = f"uniform(low={row.low:g}, high={row.high:g})", f"plausible range; value: {row.source}"
            support = row.confidence
        found[one.name] = KnownInput(one.name, meaning, one.unit, values, source, support)
    return found


def known_path(config: Config, path: str, unit: str, values: str) -> KnownInput:
    """Any entry of a config that was moved over `values`, with the source of the config's own value."""
    row = ROW_BY_PATH.get(path)
    origin = next((entry for entry in provenance_of(config) if entry.path == path), None)
    meaning = _meaning(config, path) if row is None else inside(row.doc.rstrip("."))
    if origin is None:
        return KnownInput(path, meaning, unit, values, "", "")
    return KnownInput(path, meaning, unit, values, origin.source, _support(origin.confidence, origin.source))


def _meaning(config: Config, path: str) -> str:
    """What an entry is that is not in the parameter table; empty where its path says it all."""
    from agents.tactics.registry import TACTICS

    part, _, rest = path.partition(".")
    name, _, key = rest.rpartition(".")
    if part == "tactics" and name in SIDE_LABELS:
        if key == "name":
            return f"tactic of {SIDE_LABELS[name]}"
        knobs = TACTICS[getattr(config.tactics, name).name].knobs
        return next((f"tactic of {SIDE_LABELS[name]}: {inside(knob.doc.rstrip('.'))}" for knob in knobs
                     if knob.name == key), "")  # fmt: skip
    if part == "red_lines":
        line = next((line for line in config.red_lines if line.name == name), None)
        if line is not None and key in ("at_least", "at_most"):
            return f"red line of {SIDE_LABELS[line.side]}: {inside(plain(line.issue))} {inside(plain(key))} this"
        if line is not None and key == "price":
            return f"price of crossing the red line of {SIDE_LABELS[line.side]} on {inside(plain(line.issue))}"
        if line is not None:
            return f"chance that the red line of {SIDE_LABELS[line.side]} on {inside(plain(line.issue))} is real"
    return f"chance that {inside(plain(name))} happens" if part == "events" and key == "probability" else ""


def _support(confidence: str | None, source: str) -> str:
    if confidence is not None:
        return confidence
    return ASSUMPTION if source == "own" or source.startswith("own:") or "own assumption" in source else _UNSTATED


def inputs_table(inputs: dict[str, KnownInput], *, folded: bool = True) -> Table:
    """Table of all inputs with their ranges, sources and confidence."""
    rows = [
        (one.words, one.values or "-", one.unit or "-", one.source or "-", one.support or "-")
        for one in inputs.values()
    ]
    columns = ("Input", "Drawn from", "Unit", "Source", "Confidence")
    note = "Confidence: how well the source bears the range; assumption: the developers' own."
    return table(f"What was varied ({counted(len(rows), 'input')})", columns, rows, texts=5, note=note, folded=folded)


def support_words(paths: Sequence[str], inputs: dict[str, KnownInput]) -> str:
    """Say which of the inputs that decide rest on an assumption alone; empty where none is a number of the config.

    Parameters
    ----------
    paths : sequence of str
        Inputs that decide, strongest first; those that the words before have named.
    inputs : dict
        All inputs by path.
    """
    own = [inputs[path] for path in paths if path in inputs and inputs[path].support]
    assumed = [one.path for one in own if one.is_assumed]
    weak = [one.path for one in own if one.support == "low"]
    if not own:
        return ""
    if not assumed and not weak:
        one = f"{own[0].path} does not rest on an assumption alone."
        return "None of the numbers named here rests on an assumption alone." if len(own) > 1 else one
    parts = []
    if assumed:
        all_of_many = len(assumed) == len(own) > 1
        which = f"all {len(own)} numbers named here" if all_of_many else listed(assumed, cut=False)
        rest = "rests" if len(assumed) == 1 else "rest"
        parts.append(f"{which} {rest} on the developers' assumption alone, with no source behind")
    if weak:
        parts.append(f"the source of {listed(weak, cut=False)} bears the range badly")
    return f"Mind that {'; '.join(parts)}: another range could change this answer."


def support_blocks(paths: Sequence[str], inputs: dict[str, KnownInput]) -> Iterator[Block]:
    """What to be careful of with the inputs that decide: words, and a table of their support."""
    words = support_words(paths, inputs)
    if words:
        yield Words((words,))
        rows = [
            (inputs[path].words, inputs[path].values, inputs[path].source, inputs[path].support)
            for path in paths
            if path in inputs and inputs[path].support
        ]
        columns = ("Input", "Range", "Source", "Confidence")
        yield table("How well the inputs that decide are supported", columns, rows, texts=4)
