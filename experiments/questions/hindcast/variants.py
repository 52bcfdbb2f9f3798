"""The same forecast with a part of the config or a rule of the model taken away, on the same draws."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final, final

from experiments.config.agenda_checks import all_entries
from experiments.config.regimes import placed_lines
from experiments.config.still_drawn import without_missing

if TYPE_CHECKING:
    from experiments.config.model import Config

#: Name of the forecast itself.
WHOLE: Final = "whole"

_FUND: Final = ("investment_fund", "fund_profit_share")
_CHIPS: Final = ("chip_purchases", "materials_support")

#: Rules of the model, the number that is 0 without them, and what they are.
_RULES: Final = {
    "R1": (("walk_away.deal_court_exposure",), "courts' risk on signed rates"),
    "R2": (("us_treasury.reference_loss", "partner.reference_loss"), "reference rates of earlier deals"),
    "R3": (("us_treasury.forward_precedent",), "forward precedent"),
}


@final
@dataclass(frozen=True, slots=True)
class Ablation:
    """A forecast with something taken away.

    Attributes
    ----------
    name : str
        Key in the tables.
    words : str
        What is taken away.
    config : Config
        What is left.
    """

    name: str
    words: str
    config: Config


def variants_of(config: Config) -> Iterator[Ablation]:
    """Give the forecast itself, then without the fund, without the chips, without each red line, and without each rule.

    What a config does not have is not taken away.
    """
    yield Ablation(WHOLE, "nothing", config)
    there = {name for _, name, _ in all_entries(config)}
    for name, words, issues in (("fund", "the fund", _FUND), ("chips", "chips and materials", _CHIPS)):
        if there.intersection(issues) and there.difference(issues):
            yield Ablation(name, words, _changed(config, partial(_without_issues, gone=issues)))
    for line in dict.fromkeys(placed.line.name for placed in placed_lines(config)):
        words = f"red line {line}"
        yield Ablation(f"line.{line}", words, _changed(config, partial(_without_line, gone=line)))
    for name, (paths, words) in _RULES.items():
        if _has_rule(config, paths):
            yield Ablation(name, f"{name}, {words}", _changed(config, partial(_without_rule, zero=paths)))


def _has_rule(config: Config, paths: tuple[str, ...]) -> bool:
    numbers = (config.section(section).number(name) for section, _, name in (path.partition(".") for path in paths))
    return any(number.support() != (0.0, 0.0) for number in numbers)


def _changed(config: Config, change: Callable[[dict[str, Any]], None]) -> Config:
    tree = config.resolved()
    change(tree)
    tree["events"] = [event for event in tree["events"] if _does_something(event)]
    return without_missing(tree, config.name)


def _does_something(event: dict[str, Any]) -> bool:
    keys = ("set", "add_issues", "drop_issues", "add_red_lines", "drop_red_lines")
    return any(event.get(key) for key in keys)


def _without_issues(tree: dict[str, Any], gone: tuple[str, ...]) -> None:
    """Take issues off the table for good, with the red lines on them and the conditions that rest on them."""
    tree["agenda"] = {name: issue for name, issue in tree["agenda"].items() if name not in gone}
    for event in tree["events"]:
        event["add_issues"] = {name: one for name, one in event.get("add_issues", {}).items() if name not in gone}
        event["drop_issues"] = [name for name in event.get("drop_issues", ()) if name not in gone]
    for holder, key in _holders(tree):
        for line in holder[key]:
            when = line.get("release", {}).get("when")
            if when is not None and when["issue"] in gone:
                del line["release"]
    for line in [line for holder, key in _holders(tree) for line in holder[key] if line["issue"] in gone]:
        _without_line(tree, line["name"])


def _without_line(tree: dict[str, Any], gone: str) -> None:
    for holder, key in _holders(tree):
        holder[key] = [line for line in holder[key] if line["name"] != gone]
    for event in tree["events"]:
        event["drop_red_lines"] = [name for name in event.get("drop_red_lines", ()) if name != gone]


def _holders(tree: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str]]:
    """Wherever red lines stand: in the config and in its events."""
    yield tree, "red_lines"
    for event in tree["events"]:
        event.setdefault("add_red_lines", [])
        yield event, "add_red_lines"


def _without_rule(tree: dict[str, Any], zero: tuple[str, ...]) -> None:
    for path in zero:
        section, _, name = path.partition(".")
        tree[section][name] = {"value": 0.0, "source": "own: the rule is switched off"}
