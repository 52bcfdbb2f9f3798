"""What one config has that another has not, in words: the meaning of a setting, its unit, and both values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from experiments.config.explain import further_units, part_in_words
from experiments.config.meanings import in_words as words_of_path
from experiments.config.meanings import meaning_in, meanings_of, units_of
from experiments.config.numbers import Entry, numbers
from experiments.config.units import unit_at
from experiments.config.values import ConfigPart
from experiments.config.without_effect import without_effect
from experiments.labels import (
    capitalised,
    counted,
    inside,
    listed,
    percent,
    plain,
    scale_of,
    tactic_label,
)
from experiments.labels import side as named
from experiments.questions.compare.numbers_in_words import in_words
from sim.issues import SIDES

if TYPE_CHECKING:
    from experiments.config.model import Config

#: Keys that say where a value is from or what a part is called, and change no result.
_SILENT: Final = ("source", "known_by", "confidence")
#: The same of single paths; how many runs there are, and from which seed, is said apart.
_UNSAID: Final = frozenset(
    {
        "name",
        "title",
        "story",
        "partner.name",
        "partner.adjective",
        "partner.currency",
        "experiment.runs",
        "experiment.seed",
        "experiment.trajectories",
        "experiment.sobol_order",
    }
)
#: Lists whose members have names, and maps whose members are parts of their own.
_LISTS: Final = ("firms", "chip_makers", "red_lines", "events", "add_red_lines")
_MAPS: Final = ("agenda", "add_issues")

#: Ends of the grid of an issue, and the setting that gives all issues as many levels.
_ENDS: Final = (".low", ".high")
_LEVELS: Final = "experiment.levels"

#: How the unit of a knob is called that has no name.
_NO_UNIT: Final = "that of"

#: What each side has one of.
_OF_SIDES: Final = {
    "tactics": "tactic of {}",
    "beliefs": "what {} believes of the other side's weights",
    "acceptance": "acceptance condition of {}",
}

#: What stands for a value that a config does not have.
NONE: Final = "none"


@dataclass(frozen=True, slots=True)
class ChangedSetting:
    """A setting that is another one in the second config.

    Attributes
    ----------
    path : str
        Where it stands in a config.
    meaning : str
        What it is, in words.
    unit : str
        Unit of its values; empty where they have none or say it themselves.
    before, after : str
        Both values in words.
    remark : str
        Why it does nothing in the second config; empty unless that is certain.
    """

    path: str
    meaning: str
    unit: str
    before: str
    after: str
    remark: str = ""


def changes(before: Config, after: Config) -> list[ChangedSetting]:
    """Settings in which two configs differ, as far as they bear on results, in the order of the config."""
    first, second = _Settings(before), _Settings(after)
    idle = {one.path: one.reason for one in without_effect(after, is_chosen=lambda *_: True)}
    found = []
    for path in dict.fromkeys([*first.leaves, *second.leaves]):
        one, other = first.leaves.get(path), second.leaves.get(path)
        if one == other or _is_inside_missing(path, first, second) or _follows_from_levels(path, before, after):
            continue
        owner = second if other is not None else first
        unit = owner.unit(path)
        words = _apart(first.words(path, unit), second.words(path, unit), one, other)
        remark = next((reason for place, reason in idle.items() if path == place or path.startswith(f"{place}.")), "")
        shown = unit if owner.is_number(path) or path.endswith(_ENDS) else ""
        found.append(ChangedSetting(path, owner.meaning(path), shown, *words, remark))
    return [*_whole_parts(first, second), *found]


def _is_inside_missing(path: str, first: _Settings, second: _Settings) -> bool:
    """Whether a setting belongs to a part that only one of the configs has, of which is told as a whole."""
    return any(
        path.startswith(f"{part}.") and ((part in first.parts) != (part in second.parts))
        for part in (*first.parts, *second.parts)
    )


def _follows_from_levels(path: str, before: Config, after: Config) -> bool:
    """Whether a setting is a number of levels that one setting for all issues has taken the place of."""
    return path.endswith(".levels") and before.experiment.levels != after.experiment.levels and path != _LEVELS


def _whole_parts(first: _Settings, second: _Settings) -> Iterator[ChangedSetting]:
    """Firms, red lines, events and issues that only one config has; a part of a missing part is not told again."""
    missing: list[str] = []
    for part in dict.fromkeys([*first.parts, *second.parts]):
        if (part in first.parts) == (part in second.parts) or any(part.startswith(f"{one}.") for one in missing):
            continue
        missing.append(part)
        owner = first if part in first.parts else second
        described = part_in_words(owner.config, part)
        described = described.removeprefix(f"{part.rpartition('.')[2]}: ").partition(" Source: ")[0]
        pair = (described, NONE) if owner is first else (NONE, described)
        yield ChangedSetting(part, owner.part_meaning(part), "", *pair)


def _apart(before: str, after: str, one: Any, other: Any) -> tuple[str, str]:
    """Both values in words, with all digits where rounding would show two of them alike."""
    if before != after:
        return before, after
    return tuple(value.text() if hasattr(value, "text") else str(value) for value in (one, other))  # type: ignore[return-value]


class _Settings:
    """Settings of a config that bear on results: each number with its distribution, and every other value."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self._entries: dict[str, Entry] = {entry.path: entry for entry in numbers(config)}
        self._units = units_of(config, self._entries.values())
        self._meanings = meanings_of(config)
        self._further = further_units(config)
        self.parts: dict[str, Any] = {}
        self.leaves: dict[str, Any] = {}
        for path, value in self._walk("", config.resolved()):
            self.leaves[path] = value

    def _walk(self, path: str, value: Any) -> Iterator[tuple[str, Any]]:
        """Every setting below a path; a number is one, whether fixed or drawn."""
        key = path.rpartition(".")[2]
        if path in _UNSAID or key in _SILENT or (key == "name" and self._is_name_of_part(path)):
            return
        if path in self._entries:
            yield path, _bare(self._entries[path].number)
        elif path == "posterior":
            fitted = f"fitted to the record of {listed(value['cases'])} through {value['fitted_through']}"
            yield path, f"{counted(len(value['paths']), 'number')} {fitted} (table of weights {value['digest'][:8]})"
        elif path == "correlations":
            for pair in value:
                yield f"correlations.{' and '.join(sorted(pair['between']))}", pair["rho"]
        elif key in _LISTS or (key in _MAPS and isinstance(value, Mapping)):
            members = value.items() if isinstance(value, Mapping) else ((part["name"], part) for part in value)
            for name, part in members:
                self.parts[f"{path}.{name}"] = part
                yield from self._walk(f"{path}.{name}", part)
        elif isinstance(value, Mapping):
            for name, part in value.items():
                yield from self._walk(f"{path}.{name}" if path else name, part)
        elif isinstance(value, list):
            if value:
                yield path, listed(map(str, value), cut=False)
        else:
            yield path, value

    def _is_name_of_part(self, path: str) -> bool:
        return path.rpartition(".")[0] in self.parts

    def is_number(self, path: str) -> bool:
        """Whether a setting is one of the config's numbers."""
        return path in self._entries

    def unit(self, path: str) -> str:
        """Unit of a setting."""
        issue = self._issue_of(path)
        found = self._units.get(path) or self._further.get(issue) or unit_at(path, issue)
        return "" if found.startswith(_NO_UNIT) else found

    def _issue_of(self, path: str) -> str:
        """Issue that the end of a grid is of."""
        where, _, key = path.rpartition(".")
        return where.rpartition(".")[2] if key in ("low", "high") else ""

    def words(self, path: str, unit: str) -> str:
        """Value of a setting in words."""
        value = self.leaves.get(path)
        if value is None:
            return NONE
        if self.is_number(path):
            return in_words(value, unit)
        if path.startswith("tactics.") and path.endswith(".name"):
            return tactic_label(str(value))
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, float | int):
            scale = scale_of(unit)
            return percent(value) if scale != 1.0 else f"{value:g}"
        return str(value).replace("_", " ") if not path.startswith("posterior") else str(value)

    def part_meaning(self, part: str) -> str:
        """What a part is, by the list that it stands in."""
        kind, _, name = part.rpartition(".")
        return f"{capitalised(_PART_NAMES[kind.rpartition('.')[2]])} {name}"

    def meaning(self, path: str) -> str:
        """What a setting is: a number as everywhere, else what its place in a config is described as."""
        own = self._meanings.get(path) or meaning_in(self.config, path)
        if own and own != words_of_path(path):
            return capitalised(own)
        owner, said = self._owner(path), self._described(path)
        return capitalised(f"{owner}: {inside(said)}" if owner else said)

    def _owner(self, path: str) -> str:
        """Part that a setting belongs to, in words; the side for what each side has one of."""
        inner = [part for part in self.parts if path.startswith(f"{part}.")]
        if inner:
            longest = max(inner, key=len)
            kind, _, name = longest.rpartition(".")
            kind = kind.rpartition(".")[2]
            shown = inside(plain(name)) if kind in _MAPS else name
            return f"{_PART_NAMES[kind]} {shown}"
        first, _, rest = path.partition(".")
        side = rest.partition(".")[0]
        return _OF_SIDES[first].format(named(side)) if first in _OF_SIDES and side in SIDES else ""

    def _described(self, path: str) -> str:
        """Description of the field at a path, or of the closest part above that has one."""
        if path.startswith("correlations."):
            return f"correlation of {path.removeprefix('correlations.')}"
        here: Any = self.config
        said = ""
        for key in _keys(path, self.parts):
            if isinstance(here, ConfigPart):
                fields = type(here).model_fields
                name = next((one for one, field in fields.items() if key in (one, field.alias)), None)
                if name is None:
                    break
                said = fields[name].description or said
                here = getattr(here, name)
            elif isinstance(here, Mapping):
                here = here.get(key)
            elif isinstance(here, tuple):
                here = next((part for part in here if getattr(part, "name", None) == key), None)
        event = path.partition(".set.")[2] if ".set." in path else ""
        return f"new value of {event}" if event and event not in self._entries else said.rstrip(".").replace("\n", " ")


#: What the members of a list or map of a config are called.
_PART_NAMES: Final = {
    "firms": "firm",
    "chip_makers": "chip maker",
    "red_lines": "red line",
    "add_red_lines": "red line",
    "events": "event",
    "agenda": "issue",
    "add_issues": "issue",
}


def _keys(path: str, parts: Mapping[str, Any]) -> list[str]:
    """Keys of a path; the name of a part may hold what else would end a key."""
    found: list[str] = []
    rest = path
    start = ""
    for part in sorted((one for one in parts if path.startswith(f"{one}.")), key=len):
        inner = part.removeprefix(start)
        listing, _, name = inner.rpartition(".")
        found += [*listing.split("."), name]
        start = f"{part}."
        rest = path.removeprefix(start)
    return [*found, *rest.split(".")]


def _bare(number: Any) -> Any:
    """Number without where it comes from, so that only its value or distribution is compared."""
    return number.model_copy(update=dict.fromkeys(_SILENT))
