"""Write the stored playthroughs anew: ``python tests/golden/refresh.py``.

A playthrough is a negotiation of a shipped config told in numbers, round by round; of each config the first one is kept
that ends in an outcome. It changes when a rule, a parameter or a draw changes: read the difference before you commit.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from experiments.build import ConfiguredNegotiation
from experiments.config import load_config
from experiments.settlement import settle
from sim.issues import SIDES
from sim.model import NegotiationModel
from sim.pledge import OUTLAY, PRICE, SIGNED, SUBSIDY_RATE, level_value
from sim.protocol import Outcome

CONFIGS = Path(__file__).resolve().parents[2] / "configs"
FOLDER = Path(__file__).resolve().parent / "playthroughs"

#: Runs of each config among which the first of every outcome is stored.
RUNS = range(20)


def shipped() -> list[Path]:
    """Every shipped scenario; the benchmarks are long and tell no story."""
    return sorted(path for path in CONFIGS.glob("*.yaml") if not path.stem.startswith("bench"))


def stored(config: Path) -> Path:
    """File of a config's playthroughs."""
    return FOLDER / f"{config.stem}.txt"


def playthroughs(config: Path) -> str:
    """Text of all stored runs of a config."""
    loaded = load_config(config)
    texts: dict[Outcome | None, str] = {}
    for run in RUNS:
        model = ConfiguredNegotiation(config=loaded, run=run, collect=False)
        text = "\n".join([f"{loaded.name}, seed {loaded.experiment.seed}, run {run}", *_told(model)])
        texts.setdefault(model.outcome, text)
    return "\n\n\n".join(texts.values()) + "\n"


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


def refresh() -> None:
    """Write every file, delete those of configs that are gone, and say what changed."""
    FOLDER.mkdir(exist_ok=True)
    kept = {stored(config) for config in shipped()}
    for path in sorted(FOLDER.glob("*.txt")):
        if path not in kept:
            path.unlink()
            print(f"deleted   {path.name}")
    for config in shipped():
        path, text = stored(config), playthroughs(config)
        same = path.exists() and path.read_text(encoding="utf-8") == text
        path.write_text(text, encoding="utf-8")
        print(f"{'unchanged' if same else 'written  '} {path.name}")


if __name__ == "__main__":
    refresh()
