"""Write the stored playthroughs anew: ``python tests/golden/refresh.py``; ``--show`` only shows what would change.

A playthrough is a negotiation of a shipped config told in numbers, round by round; of each config the first one is kept
that ends in an outcome, and its row of the table of runs with every column and every digit. It changes when a rule, a
parameter or a draw changes: read the difference, which is shown before anything is written.
"""

from __future__ import annotations

import difflib
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from experiments.config.load import load_config
from experiments.engine.cases import ConfiguredNegotiation
from experiments.engine.settlement import settle
from experiments.engine.simulate import simulate
from sim.bargaining.outcomes import Outcome
from sim.economy.pledge import OUTLAY, PRICE, SIGNED, SUBSIDY_RATE
from sim.engine.model import NegotiationModel
from sim.grid import level_value
from sim.issues import SIDES
from tests.tree import CONFIGS

FOLDER = Path(__file__).resolve().parent / "playthroughs"
ROWS = FOLDER.parent / "rows"

#: Most lines of a difference that are shown.
_SHOWN = 60
_HEADING = re.compile(r"^\w+, seed \d+, run \d+$")
_ENDING = re.compile(r"^\w+: \w+, round \d+, ")

#: Runs of each config among which the first of every outcome is stored.
RUNS = range(20)


def shipped() -> list[Path]:
    """Every shipped scenario; the benchmarks are long and tell no story."""
    return sorted(path for path in CONFIGS.glob("*.yaml") if not path.stem.startswith("bench"))


def stored(config: Path) -> Path:
    """File of a config's playthroughs."""
    return FOLDER / f"{config.stem}.txt"


def stored_row(config: Path) -> Path:
    """File of the rows of a config's playthroughs."""
    return ROWS / stored(config).name


def playthroughs(config: Path) -> str:
    """Text of all stored runs of a config."""
    loaded = load_config(config)
    texts: dict[Outcome | None, str] = {}
    for run in RUNS:
        model = ConfiguredNegotiation(config=loaded, run=run, collect=False)
        text = "\n".join([f"{loaded.name}, seed {loaded.experiment.seed}, run {run}", *_told(model)])
        texts.setdefault(model.outcome, text)
    return "\n\n\n".join(texts.values()) + "\n"


def rows(config: Path) -> str:
    """Row of the table of runs of every stored run, a column a line, numbers with all their digits."""
    loaded = load_config(config)
    experiment = loaded.experiment
    table = simulate(
        loaded, RUNS.start, len(RUNS), experiment.seed, experiment.runs, trajectories=False, solutions=True
    )
    texts: dict[str, str] = {}
    for row in table.runs.to_pylist():
        heading = f"{loaded.name}, seed {experiment.seed}, run {row['run']}"
        lines = [f"{column} = {value!r}" for column, value in row.items()]
        texts.setdefault(row["outcome"], "\n".join([heading, *lines]))
    return "\n\n".join(texts.values()) + "\n"


def changes(name: str, kept: str, now: str) -> str:
    """What is different: first the endings that are others, then the lines, the first of them if they are many."""
    was, becomes = _endings(kept), _endings(now)
    lines = [f"{name} is not as stored."]
    for run in dict.fromkeys([*was, *becomes]):
        if was.get(run) != becomes.get(run):
            lines += [f"{run}", f"  stored: {was.get(run, 'not there')}", f"  played: {becomes.get(run, 'not there')}"]
    found = list(difflib.unified_diff(kept.splitlines(), now.splitlines(), "stored", "played", lineterm="", n=1))
    lines += found[:_SHOWN]
    if len(found) > _SHOWN:
        lines.append(f"... and {len(found) - _SHOWN} lines more")
    return "\n".join(lines)


def _endings(text: str) -> dict[str, str]:
    """How each stored run ends, by its heading; rows of the table end in several columns."""
    endings: dict[str, str] = {}
    heading = ""
    for line in text.splitlines():
        if _HEADING.match(line):
            heading = line
        elif _ENDING.match(line):
            endings[heading] = line
        elif line.startswith(("outcome = ", "reason = ", "round = ")):
            endings[heading] = f"{endings.get(heading, '')} {line}".strip()
    return endings


def _told(model: NegotiationModel) -> Iterator[str]:
    while model.running:
        model.step()
        yield ""
        yield from _round(model)
    yield ""
    yield from _end(model)


def _number(value: float) -> str:
    """Six significant digits: enough to see a change of a rule, too few to see the last bit of another machine."""
    return f"{value:.6g}" if abs(value) > 1e-9 else "0"


def _round(model: NegotiationModel) -> Iterator[str]:
    heading = [f"round {model.round}", str(model.date)]
    heading += [f"event {name}" for name in model.opened_by]
    if model.slipped:
        heading.append("the deadline slips")
    yield ", ".join(heading)
    for side, government in zip(SIDES, model.governments, strict=True):
        seat = government.seat
        worth = {"aspires to": seat.aspiration, "asks for": seat.payoff, "needs": seat.reservation}
        yield f"  {side}: " + ", ".join(f"{what} {_number(value)}" for what, value in worth.items())
        if seat.tabled:
            yield "    " + _package(model, [level_value(model.p, i, int(seat.levels[i])) for i in _tabled(model)])
    signed = [firm.name for firm in model.cast.firms if firm.signed]
    if signed:
        yield "  signed: " + ", ".join(signed)


def _tabled(model: NegotiationModel) -> list[int]:
    return model.case.tabled(model.p)


def _package(model: NegotiationModel, values: list[float]) -> str:
    names = [model.case.issue_names[issue] for issue in _tabled(model)]
    return ", ".join(f"{name} {_number(value)}" for name, value in zip(names, values, strict=True))


def _end(model: NegotiationModel) -> Iterator[str]:
    yield f"{model.outcome}: {model.reason}, round {model.round}, {model.date}"
    settlement = settle(model)
    if model.deal is not None:
        yield f"  proposed by {model.deal.proposer or 'both'}"
        yield "  " + _package(model, [float(model.deal.package[issue]) for issue in _tabled(model)])
        columns = {"subsidy": SUBSIDY_RATE, "outlay": OUTLAY, "price": PRICE, "signed share": SIGNED}
        pledge = settlement.pledge
        yield "  " + ", ".join(f"{what} {_number(float(pledge[column]))}" for what, column in columns.items())
    for agent, payoff in settlement.payoff.items():
        yield f"  {agent}: payoff {_number(payoff)}, gain {_number(settlement.gain(agent))}"


def refresh(*, write: bool = True) -> None:
    """Show what has changed in every file, then write it; delete files of configs that are gone."""
    for folder in (FOLDER, ROWS):
        kept = {stored(config).name for config in shipped()}
        for path in sorted(folder.glob("*.txt")):
            if path.name not in kept:
                print(f"deleted   {folder.name}/{path.name}")
                if write:
                    path.unlink()
    for config in shipped():
        for path, text in ((stored(config), playthroughs(config)), (stored_row(config), rows(config))):
            before = path.read_text(encoding="utf-8") if path.exists() else ""
            name = f"{path.parent.name}/{path.name}"
            if text == before:
                print(f"unchanged {name}")
                continue
            print(changes(name, before, text) if before else f"{name} is new.")
            if write:
                path.parent.mkdir(exist_ok=True)
                path.write_text(text, encoding="utf-8")
                print(f"written   {name}")


if __name__ == "__main__":
    refresh(write="--show" not in sys.argv[1:])
