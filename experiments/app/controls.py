"""What the controls of the page change in a config, and what they can be set to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from agents.tactics.registry import TACTICS
from experiments.config.load import config_from
from experiments.engine.cases import tactic_names
from experiments.errors import MAX_RUNS, SEEDS, RunError
from experiments.labels import partner_name, partner_possessive, tactic_label
from sim.issues import SIDES

if TYPE_CHECKING:
    from experiments.config.model import Config

AS_WRITTEN: Final = "as in the config"

_CHANCES: Final = ("0 %", "10 %", "25 %", "50 %", "75 %", "90 %", "100 %")
_BUDGETS: Final = ("0", "0.5", "1", "2", "3", "4", "6")


@dataclass(frozen=True, slots=True)
class ControlValues:
    """Values of the controls that change the config; each may be left as the config has it.

    Attributes
    ----------
    us_tactic, partner_tactic : str
        Names of tactics; one that is picked plays with its default knobs.
    us_red_line : bool
        Whether the US keeps its red lines on cars.
    threat : str
        Chance that the threat is executed, as ``25 %``.
    budget : str
        The partner's subsidy budget, US$ bn a year.
    """

    us_tactic: str = AS_WRITTEN
    partner_tactic: str = AS_WRITTEN
    us_red_line: bool = True
    threat: str = AS_WRITTEN
    budget: str = AS_WRITTEN

    def changed(self, config: Config) -> Config:
        """Config with these values.

        Raises
        ------
        experiments.errors.ConfigError
            When it refuses one of them.
        """
        return config_from(config.resolved(), config.name, self.sets(config))

    def sets(self, config: Config) -> list[str]:
        """Changes ``path=value`` to a config."""
        changes = [
            f"tactics.{side}={{name: {tactic}}}"
            for side, tactic in zip(SIDES, (self.us_tactic, self.partner_tactic), strict=True)
            if tactic != AS_WRITTEN
        ]
        if not self.us_red_line:
            changes += [f"red_lines.{name}=~" for name in car_lines(config)]
        if self.threat != AS_WRITTEN:
            changes.append(f"walk_away.execution_probability={float(self.threat.rstrip(' %')) / 100:g}")
        if self.budget != AS_WRITTEN:
            changes.append(f"partner.subsidy_budget={self.budget}")
        return changes

    def changes(self) -> list[str]:
        """In words, what the controls change besides the tactics."""
        changes = []
        if self.threat != AS_WRITTEN:
            changes.append(f"threat executed with a chance of {self.threat}")
        if self.budget != AS_WRITTEN:
            changes.append(f"subsidy budget of US${self.budget} bn a year")
        if not self.us_red_line:
            changes.append("no US red line on cars")
        return changes


def setting_words(config: Config, values: ControlValues, run: str, seed: str) -> str:
    """Who plays what in the talks of a changed config, and what else was changed."""
    us, partner = (tactic_label(name) for name in tactic_names(config))
    changed = "".join(f"; {change}" for change in values.changes())
    return f"US plays {us}, {partner_name()} plays {partner}{changed}. Run {run.strip()} of seed {seed.strip()}."


def car_lines(config: Config) -> list[str]:
    """Names of the US red lines on the car tariff."""
    return [line.name for line in config.red_lines if line.side == SIDES[0] and line.issue == "car_tariff"]


def controls(config: Config, prefix: str = "", label: str = "") -> dict[str, Any]:
    """Controls of one negotiation, as Mesa's page takes them; names may have a prefix and labels another."""
    us, partner = tactic_names(config)
    chosen = {
        "us_tactic": _select(f"{label}Tactic of the US (config: {us})", TACTICS),
        "partner_tactic": _select(f"{label}Tactic of {partner_name()} (config: {partner})", TACTICS),
        "threat": _select(f"{label}Chance that the threat is executed", _CHANCES),
        "budget": _select(f"{label}{partner_possessive()} subsidy budget, US$ bn a year", _BUDGETS),
    }
    if car_lines(config):
        chosen["us_red_line"] = {"type": "Checkbox", "value": True, "label": f"{label}US red line on cars"}
    return {prefix + name: control for name, control in chosen.items()}


def draws(seed: int) -> dict[str, Any]:
    """Controls that say which draws are played."""
    return {
        "run": {"type": "InputText", "value": "0", "label": "Run (from 0)"},
        "base_seed": {"type": "InputText", "value": str(seed), "label": "Seed"},
    }


def typed_run(text: str) -> int:
    """Read the number of a run that was typed; see :func:`_whole_number`."""
    return _whole_number("Run", text, 0, MAX_RUNS - 1)


def typed_seed(text: str) -> int:
    """Read a seed that was typed; see :func:`_whole_number`."""
    return _whole_number("Seed", text, *SEEDS)


def _whole_number(name: str, text: str, low: int, high: int) -> int:
    """Read a number that was typed.

    Raises
    ------
    experiments.errors.RunError
        When it is none or out of range.
    """
    try:
        value = int(text.strip())
    except ValueError:
        value = low - 1
    if not low <= value <= high:
        raise RunError(f"{name} must be a whole number from {low} to {high}, not {text!r}.")
    return value


def _select(label: str, values: Any) -> dict[str, Any]:
    return {"type": "Select", "value": AS_WRITTEN, "values": [AS_WRITTEN, *values], "label": label}
