"""What a config fixes and an exploration varies all the same, because it was asked to."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from experiments.config.changes import Change
from experiments.config.load import config_of
from experiments.config.numbers import Entry, numbers
from experiments.config.occurrences import Kind, occurrences
from experiments.errors import check_choice
from experiments.lab.seats import families

if TYPE_CHECKING:
    from experiments.config.model import Config

#: Names of the option ``--vary``, and what each makes happen in every second run.
_OCCURRENCES: Final[Mapping[str, Kind]] = {"events": "event", "red_lines": "red_line", "releases": "release"}
TACTICS: Final = "tactics"
ALL: Final = "all"
VARIED: Final = (*_OCCURRENCES, TACTICS, ALL)

VARY: Final = "--vary"
RANGES: Final = "--ranges"


def vary_of(names: Sequence[str]) -> tuple[str, ...]:
    """What is varied by the option ``--vary``, in the order of :data:`VARIED`; ``all`` stands for everything else.

    Raises
    ------
    RunError
        When nothing has that name.
    """
    for name in names:
        check_choice(VARY, name, VARIED)
    return tuple(one for one in VARIED[:-1] if one in names or ALL in names)


def widened(config: Config, vary: Sequence[str], *, ranges: bool) -> Config:
    """Config that draws what it fixed.

    What is sure to happen, or sure not to, happens in every second run; a fixed number with a plausible range in the
    parameter table is drawn evenly from it, a flag is 0 or 1. What the config itself draws stays as it is.

    Parameters
    ----------
    config : Config
        The scenario.
    vary : sequence of str
        Names of :data:`VARIED`.
    ranges : bool
        Whether fixed numbers are drawn.
    """
    kinds = {_OCCURRENCES[name]: name for name in vary_of(vary) if name in _OCCURRENCES}
    changes = [*_evenly(config, kinds), *(_ranged(config) if ranges else ())]
    return config_of(config, changes)


def varied_tactics(vary: Sequence[str]) -> tuple[str, ...]:
    """Tactics that either side may play: every one that the compiled engine plays, where tactics are varied."""
    return families() if TACTICS in vary_of(vary) else ()


def has_range(entry: Entry) -> bool:
    """Whether a number is fixed and has a plausible range of some width in the parameter table."""
    return not entry.number.is_sampled and entry.row is not None and entry.row.low < entry.row.high


def _evenly(config: Config, kinds: Mapping[Kind, str]) -> Iterator[Change]:
    for one in occurrences(config):
        if one.kind in kinds and not one.is_uncertain:
            option = f"{VARY} {kinds[one.kind]}"
            yield _change(one.chance_path, {"value": 0.5}, f"own: as often as not, by {option}", "assumption", option)


def _ranged(config: Config) -> Iterator[Change]:
    for entry in numbers(config):
        row = entry.row
        if row is None or not has_range(entry):
            continue
        drawn: dict[str, object] = {"dist": "uniform", "low": row.low, "high": row.high}
        if row.unit == "flag":
            drawn = {"dist": "choice", "values": [0, 1]}
        yield _change(entry.path, drawn, f"plausible range; value: {row.source}", row.confidence, RANGES)


def _change(path: str, value: Mapping[str, object], source: str, confidence: str, option: str) -> Change:
    whole = {**value, "source": source, "confidence": confidence}
    return Change(f"{path}={json.dumps(whole, ensure_ascii=False)}", option)
