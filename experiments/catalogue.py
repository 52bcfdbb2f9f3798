"""What there is to choose from: tactics, configs, issues, parameters and figures, as plain data and as text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from experiments.config.shipped import CONFIGS
from experiments.errors import RunError
from experiments.terminal.letters import filled, print_json

if TYPE_CHECKING:
    from rich.console import Console

    from agents.tactics.tactic import Tactic
    from sim.parameters.parameter import Parameter

Kind = Literal["tactics", "acceptance", "configs", "issues", "parameters", "figures"]
Row = dict[str, Any]


_INDENT: Final = "    "


def show_list(kind: Kind, console: Console, *, as_json: bool = False, folder: Path = CONFIGS) -> None:
    """Print the rows of one kind as text, or as JSON for other programs."""
    rows = config_rows(folder) if kind == "configs" else _ROWS[kind]()
    if as_json:
        print_json(console, rows)
        return
    for row in rows:
        heading, *lines = _ENTRIES[kind](row)
        console.out(heading, style="bold", highlight=False)
        for line in lines:
            indented = filled(line, console.width, first=_INDENT, rest=_INDENT)
            console.out(indented, highlight=False)


def tactic_rows() -> list[Row]:
    """Tactics with their knobs and source."""
    from agents.tactics.registry import TACTICS

    return [
        {
            "tactic": tactic.name,
            "summary": tactic.summary,
            "knobs": [
                {"knob": knob.name, "default": knob.default, "low": knob.low, "high": knob.high, "meaning": knob.doc}
                for knob in tactic.knobs
            ],
            "source": tactic.reference,
            "signs_by": None
            if tactic.signing is None
            else {"condition": tactic.signing.condition, tactic.signing.key or "number": tactic.signing.number},
            "traits": {
                "reads_offers": tactic.reads_offers,
                "reads_path": tactic.reads_path,
                "is_random": tactic.is_random,
                "is_monotone": tactic.is_monotone,
            },
            "own": _own(tactic),
        }
        for tactic in TACTICS.values()
    ]


def _own(tactic: Tactic) -> dict[str, str | None] | None:
    """Where a user's own tactic is defined and why it does not compile; None for a tactic of winset."""
    from agents.own_rules.compiling import NotCompiled
    from agents.own_rules.own_rule import OwnRule

    if not isinstance(tactic.aspiration, OwnRule):
        return None
    code = tactic.machine_code()
    return {
        "place": tactic.aspiration.place,
        "not_compiled": code.reason if isinstance(code, NotCompiled) else None,
    }


def acceptance_rows() -> list[Row]:
    """Acceptance conditions with the number that each needs and their source."""
    from sim.bargaining.acceptance import CONDITIONS

    return [
        {"condition": one.name, "number": one.number, "meaning": one.summary, "source": one.reference}
        for one in CONDITIONS
    ]


def issue_rows() -> list[Row]:
    """Issues that the model prices, with their default grid."""
    from sim.issues import ISSUES

    return [
        {
            "issue": issue.name,
            "unit": issue.unit,
            "low": issue.low,
            "high": issue.high,
            "levels": issue.levels,
            "meaning": issue.doc,
        }
        for issue in ISSUES
    ]


def parameter_rows() -> list[Row]:
    """Every parameter with default, plausible range, unit and where it comes from."""
    from sim.parameters.table import TABLE

    return [
        {
            "parameter": _config_path(row),
            "default": row.default,
            "low": row.low,
            "high": row.high,
            "unit": row.unit,
            "meaning": row.doc,
            "source": row.source,
            "confidence": row.confidence,
            "known_by": row.known_by.isoformat(),
        }
        for row in TABLE
    ]


def figure_rows() -> list[Row]:
    """Figures with what they show and of which command's directory they are."""
    from experiments.questions.registry import figures_by_name

    return [
        {"figure": name, "summary": (function.__doc__ or "").partition("\n")[0], "of": command}
        for name, (command, function) in figures_by_name().items()
    ]


def config_rows(folder: Path) -> list[Row]:
    """Configs in `folder` with their titles; one that cannot be used says so instead."""
    from experiments.config.load import load_config
    from experiments.errors import ConfigError

    rows: list[Row] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            title = load_config(path).title
        except ConfigError as error:
            title = f"cannot be used: {error.problems[0]}"
        rows.append({"config": str(_from_here(path)), "title": title})
    if not rows:
        raise RunError(f"there is no config (*.yaml) in {folder}; name another folder with --folder.")
    return rows


def _config_path(row: Parameter) -> str:
    """Path as a config writes it; firms and chip makers have their own name in it."""
    return f"{row.section}.<name>.{row.name}" if row.group in ("firm", "maker") else row.path


def _from_here(path: Path) -> Path:
    """Shortest way to write `path` that works from the current folder."""
    here, there = Path.cwd(), path.resolve()
    return there.relative_to(here) if there.is_relative_to(here) else path


def _tactic_entry(row: Row) -> Iterator[str]:
    yield row["tactic"]
    yield row["summary"]
    for knob in row["knobs"]:
        yield f"{knob['knob']} = {knob['default']:g}, from {knob['low']:g} to {knob['high']:g}: {knob['meaning']}"
    if signs := row["signs_by"]:
        condition, *numbers = signs.values()
        number = "".join(f" ({key} {value:g})" for key, value in zip(list(signs)[1:], numbers, strict=True))
        yield f"Signs by {condition}{number} where a config sets no acceptance condition"
    yield _trait_words(row["traits"])
    if own := row["own"]:
        why = own["not_compiled"]
        how = "compiled" if why is None else f"in the Mesa engine alone, for it does not compile: {why}"
        yield f"Defined in {own['place']}; runs {how}"
    yield f"Source: {row['source']}"


def _trait_words(traits: dict[str, bool]) -> str:
    words = (
        "reads the other side's offers" if traits["reads_offers"] else "does not look at offers",
        *(["looks ahead on its path"] if traits["reads_path"] else []),
        "random" if traits["is_random"] else "deterministic",
        "monotone" if traits["is_monotone"] else "not monotone",
    )
    return f"Traits: {', '.join(words)}"


def _acceptance_entry(row: Row) -> Iterator[str]:
    yield row["condition"] if row["number"] is None else f"{row['condition']}, with a {row['number']}"
    yield row["meaning"]
    yield f"Source: {row['source']}"


def _issue_entry(row: Row) -> Iterator[str]:
    yield f"{row['issue']}: {row['low']:g} to {row['high']:g} in {row['levels']} levels ({row['unit']})"
    yield row["meaning"]


def _parameter_entry(row: Row) -> Iterator[str]:
    yield f"{row['parameter']} = {row['default']:g}, plausibly {row['low']:g} to {row['high']:g} ({row['unit']})"
    yield row["meaning"]
    yield f"Source: {row['source']}. Confidence: {row['confidence']}. Known by {row['known_by']}."


def _figure_entry(row: Row) -> Iterator[str]:
    yield row["figure"]
    yield row["summary"]
    yield f"Of winset {row['of']}"


def _config_entry(row: Row) -> Iterator[str]:
    yield row["config"]
    yield row["title"]


_ROWS: Final[dict[Kind, Callable[[], list[Row]]]] = {
    "tactics": tactic_rows,
    "acceptance": acceptance_rows,
    "issues": issue_rows,
    "parameters": parameter_rows,
    "figures": figure_rows,
}
_ENTRIES: Final[dict[Kind, Callable[[Row], Iterator[str]]]] = {
    "tactics": _tactic_entry,
    "acceptance": _acceptance_entry,
    "configs": _config_entry,
    "figures": _figure_entry,
    "issues": _issue_entry,
    "parameters": _parameter_entry,
}
