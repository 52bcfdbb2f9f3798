"""Inputs of an exploration in words: what each is, over which range it was drawn, and how well that is supported."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from experiments.config.meanings import meaning_of, meanings_of, occurrence_words
from experiments.config.numbers import Provenance, provenance_of
from experiments.config.occurrences import Occurrence, uncertain
from experiments.lab.inputs import CHANCE, DUMMY, FLAG, choice_path, config_inputs, tactic_paths
from experiments.lab.vary import TACTICS, VARY
from experiments.labels import capitalised, counted, listed, with_article
from experiments.labels import side as called
from experiments.report.blocks import Words, table
from sim.issues import SIDES

if TYPE_CHECKING:
    from experiments.config.model import Config
    from experiments.report.blocks import Block, Table

#: Support of a number whose source says that it is the developers' own.
ASSUMPTION: Final = "assumption"
_UNSTATED: Final = "not stated"

#: What the two inputs are that are no numbers of the config.
_ADDED: Final[dict[str, str]] = {
    CHANCE: "what else is drawn inside a negotiation: whether a deadline is executed, how beliefs err",
    DUMMY: "changes nothing; what a method gives it is the noise of the method",
}


@dataclass(frozen=True, slots=True)
class KnownInput:
    """One input: its path, what it is, its range, and where that comes from.

    `support` is the confidence of its source, ``assumption`` where the source says that the number is the developers'
    own, and empty for an input that is no entry of the config. `states` says of what happens or not that it does not
    and that it does, as clauses; of any other input it is empty.
    """

    path: str
    meaning: str
    unit: str
    values: str
    source: str
    support: str
    states: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """Meaning with the path; the path alone where nothing says what it is."""
        if not self.meaning:
            return self.path
        return f"{self.path} ({self.meaning})" if self.path in _ADDED else f"{self.meaning} ({self.path})"

    @property
    def the(self) -> str:
        """The same as the subject of a sentence."""
        return with_article(self.words) if self.meaning else self.words

    @property
    def is_assumed(self) -> bool:
        """Whether nothing but an assumption stands behind its range."""
        return self.support == ASSUMPTION


def known_inputs(config: Config, *, tactics: Sequence[str] = (), added: bool = True) -> dict[str, KnownInput]:
    """Inputs of an exploration by path, in canonical order.

    Parameters
    ----------
    config : Config
        What is explored.
    tactics : sequence of str
        Tactics that either side may play, where they are varied.
    added : bool
        Whether chance is an input; the dummy always is.
    """
    origins = {entry.path: entry for entry in provenance_of(config)}
    meanings = meanings_of(config)
    happening = {one.path: one for one in uncertain(config)}
    found = {}
    for one in config_inputs(config, tactics=tactics):
        if one.name in happening:
            found[one.name] = _happens(config, happening[one.name], origins)
        elif one.role == "choice":
            found[one.name] = _choice(config, one.name, tactics)
        elif one.name in origins:
            origin = origins[one.name]
            support = _support(origin.confidence, origin.source)
            found[one.name] = KnownInput(one.name, meanings[one.name], one.unit, origin.value, origin.source, support)
        elif added or one.name == DUMMY:
            found[one.name] = KnownInput(one.name, _ADDED.get(one.name, ""), "", "", "", "")
    return found


def _happens(config: Config, one: Occurrence, origins: Mapping[str, Provenance]) -> KnownInput:
    """Input that happens or not, with the source of its chance."""
    meaning, *states = occurrence_words(config, one)
    origin = origins.get(one.chance_path)
    if origin is None:
        return KnownInput(
            one.path, meaning, FLAG, "0 or 1, as a fair coin falls", "own: a coin", ASSUMPTION, (*states,)
        )
    values = f"0 or 1, with chance {origin.value}"
    support = _support(origin.confidence, origin.source)
    return KnownInput(one.path, meaning, FLAG, values, origin.source, support, (*states,))


def _choice(config: Config, path: str, tactics: Sequence[str]) -> KnownInput:
    values = f"one of {len(tactics)}, evenly: {listed(tactics, 'or', cut=False)}"
    source = f"own: {VARY} {TACTICS}; any but the config's with its default knobs"
    return KnownInput(path, meaning_of(config, path), "", values, source, ASSUMPTION)


def each_tactic(inputs: Mapping[str, KnownInput], tactics: Sequence[str]) -> dict[str, KnownInput]:
    """Inputs with one for each tactic that a side may play in place of the choice among them."""
    found: dict[str, KnownInput] = {}
    seats = dict(zip(tactic_paths(), SIDES, strict=True))
    for path, known in inputs.items():
        if path not in seats or not tactics:
            found[path] = known
            continue
        side = called(seats[path])
        for tactic in tactics:
            words = f"{side} plays “{tactic}”", f"{side} does not play “{tactic}”"
            values = f"1 in one of {len(tactics)} runs, else 0"
            found[choice_path(path, tactic)] = replace(
                known, path=choice_path(path, tactic), meaning=f"tactic “{tactic}” of {side}, played or not",
                unit=FLAG, values=values, states=(words[1], words[0]),
            )  # fmt: skip
    return found


def known_path(config: Config, path: str, unit: str, values: str) -> KnownInput:
    """Any entry of a config that was moved over `values`, with the source of the config's own value."""
    origin = next((entry for entry in provenance_of(config) if entry.path == path), None)
    meaning = meaning_of(config, path)
    if origin is None:
        return KnownInput(path, meaning, unit, values, "", "")
    return KnownInput(path, meaning, unit, values, origin.source, _support(origin.confidence, origin.source))


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
    assumed = [one.the for one in own if one.is_assumed]
    weak = [one.the for one in own if one.support == "low"]
    if not own:
        return ""
    noun = "input" if any(one.states for one in own) else "number"
    if not assumed and not weak:
        one = f"{capitalised(own[0].the) if own[0].meaning else own[0].path} does not rest on an assumption alone."
        return f"None of the {noun}s named here rests on an assumption alone." if len(own) > 1 else one
    parts = []
    if assumed:
        all_of_many = len(assumed) == len(own) > 1
        which = f"all {len(own)} {noun}s named here" if all_of_many else listed(assumed, cut=False)
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
