"""The config of a chain: which cases follow each other, and what a later one sees of the earlier ones."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import Field, PrivateAttr, ValidationError

from experiments.config.limits import MAX_BYTES
from experiments.config.problems import problems_of
from experiments.config.values import ConfigPart, Date, Line, Real, Slug, Text
from experiments.config.yaml import Node, fail, parse_yaml
from experiments.errors import ConfigError, Position, Problem, suggestion
from experiments.files import NO_FILE, decoded, installed, read_source
from experiments.json_values import json_value
from experiments.progress import notice

CHAINS: Final = installed("configs") / "chains"

#: Least and largest bandwidth: only the most similar deal counts, and all deals of others count alike, long before.
NARROWEST: Final = 0.01
WIDEST: Final = 100.0

#: More cases would take hours.
MOST_CASES: Final = 20


Cases = Annotated[tuple[Line, ...], Field(min_length=1, max_length=MOST_CASES)]
Reference = Literal["earlier_deals", "none"]
Bandwidth = Annotated[Real, Field(ge=NARROWEST, le=WIDEST)]


class ChainSpec(ConfigPart):
    """A chain of cases."""

    name: Slug
    """Short name of the chain."""
    title: Line
    """One line that says what the chain is."""
    story: Text | None = None
    """What it is about, in a few sentences."""
    cases: Cases
    """Cases of the record. Those with a dated deal follow each other by date, the others in random places."""
    reference: Reference = "earlier_deals"
    """Whether a case sees the deals before it: their rates, what imports are still open, and what became of threats."""
    bandwidth: Bandwidth = 1.0
    """How far from a partner deals of others still count, without unit."""
    horizon: Date | None = None
    """Day by which deals count; that by which all cases are first forecast unless given."""

    _places: dict[str, Position] = PrivateAttr(default_factory=dict)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ChainSpec) and self.model_dump() == other.model_dump()

    def __hash__(self) -> int:
        return hash(self.model_dump_json())

    def place(self, path: str) -> Position:
        """Where the value at a path was written; the name of the chain where that was in no file."""
        return self._places.get(path, Position(f"chain {self.name}"))


def read_chain(named: str | Path) -> ChainSpec:
    """Read the config of a chain: a file, or the bare name of one that comes with winset.

    Raises
    ------
    experiments.errors.ConfigError
        Listing everything that is wrong, with file, line, key and value.
    """
    path = chain_file(named)
    name = str(path)
    too_large = f"is larger than a config may be: {MAX_BYTES:,} bytes"
    return _spec(parse_yaml(decoded(read_source(path, MAX_BYTES, too_large).raw, name), name))


def chain_from(mapping: Mapping[str, Any], origin: str = "mapping") -> ChainSpec:
    """Read the config of a chain that is plain data already; raises as :func:`read_chain`."""
    try:
        text = json.dumps(dict(mapping), default=json_value)
    except TypeError as error:
        fail(Position(origin), "", f"it is no plain data: {error}")
    return _spec(parse_yaml(text, origin, positions=False))


def _spec(tree: Node) -> ChainSpec:
    if not tree.is_map:
        fail(tree.place, "", "the config of a chain is a map of keys, such as name, title and cases")
    try:
        found = ChainSpec.model_validate(tree.plain())
    except ValidationError as error:
        raise ConfigError(problems_of(error, tree, ChainSpec.model_json_schema())) from None
    folded = [case.casefold() for case in found.cases]
    twice = [case for place, case in enumerate(found.cases) if case.casefold() in folded[:place]]
    if twice:
        raise ConfigError([Problem(tree.place, "cases", f"{twice[0]} is named twice")])
    found._places = {"horizon": tree.value["horizon"].place} if found.horizon is not None else {}
    found._places |= {f"cases.{number}": node.place for number, node in enumerate(tree.value["cases"].value)}
    return found


def chain_file(named: str | Path) -> Path:
    """File of a chain: as it is named, or for a bare name that of the working folder, or else the shipped one.

    Raises
    ------
    experiments.errors.ConfigError
        When a bare name is that of no file and of no shipped chain.
    """
    path = Path(named)
    if path.exists() or path.suffix or len(path.parts) != 1:
        return path
    beside = path.with_suffix(".yaml")
    if beside.exists():
        notice(f"{path} is {beside} of this folder.")
        return beside
    shipped = CHAINS / beside.name
    if not shipped.exists():
        known = sorted(file.stem for file in CHAINS.glob("*.yaml"))
        hint = suggestion(str(path), known, most=len(known))
        fail(Position(str(path)), "", f"{NO_FILE}, and no chain of that name comes with winset{hint}")
    notice(f"{path} is the chain of that name that comes with winset.")
    return shipped
