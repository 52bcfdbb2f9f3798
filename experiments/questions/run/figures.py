"""Every picture of a finished run, drawn from its tables and the central case of its config."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from experiments.config.explain import further_units
from experiments.figures.commitments import commitments
from experiments.figures.concessions import concessions
from experiments.figures.constraints import constraints
from experiments.figures.deliverable_purchases import deliverable_purchases
from experiments.figures.exercised_power import exercised_power, pulls
from experiments.figures.gains_plane import gains_plane
from experiments.figures.kit.event_marks import event_marks
from experiments.figures.outcomes_by_round import outcomes_by_round
from experiments.figures.payoff_waterfall import payoff_waterfall
from experiments.figures.positions import positions
from experiments.figures.utility_plane import utility_plane
from experiments.labels import AGREEMENT, STATUS_QUO_IS
from experiments.store.columns import Columns, Floats, columns_of
from experiments.story.central import CentralCase
from experiments.story.constraints import constraints_of_runs, input_sentences
from experiments.story.ending import why_ended
from experiments.story.one_run import play_again
from sim.issues import SIDE_PREFIX, SIDES

if TYPE_CHECKING:
    import pandas as pd

    from experiments.config.model import Config
    from experiments.story.one_run import WhichRun


#: Columns that a figure looks at in the table of runs.
_ENDS: Final = ("run", "outcome", "round")
_GAINS: Final = (
    "outcome",
    "reason",
    *(f"{kind}.{side}" for kind in ("gain", "walk_away", "reservation") for side in SIDES),
)


def _frame(runs: Columns, names: tuple[str, ...]) -> pd.DataFrame:
    return runs.frame([name for name in names if name in runs.names])


def _medians(runs: Columns, prefix: str, chosen: NDArray[np.bool_]) -> dict[str, float]:
    """Median of each issue over the chosen runs; an issue without any value is left out."""
    first = f"{SIDE_PREFIX[0]}."
    agenda = [name.removeprefix(first) for name in runs.names if name.startswith(first)]
    columns = runs.numbers([(f"{prefix}{issue}",) for issue in agenda])
    medians = {issue: _median(values[chosen]) for issue, (values,) in zip(agenda, columns, strict=True)}
    return {issue: median for issue, median in medians.items() if median is not None}


def _median(values: Floats) -> float | None:
    known = values[~np.isnan(values)]
    return float(np.median(known)) if len(known) else None


def ledger_to_deal(central: CentralCase, runs: pd.DataFrame | Columns) -> pd.DataFrame:
    """Payoff terms at the status quo and under the median deal; without deals under each side's median last position.

    Parameters
    ----------
    central : CentralCase
        Prices the packages.
    runs : pandas.DataFrame or Columns
        Table ``runs``.
    """
    table = columns_of(runs)
    is_deal = (table.frame(["outcome"])["outcome"] == AGREEMENT).to_numpy(dtype=bool)
    if is_deal.any():
        return central.ledger({"median deal": _medians(table, "", is_deal)})
    everyone = np.ones(len(table), np.bool_)
    us, partner = (_medians(table, f"{prefix}.", everyone) for prefix in SIDE_PREFIX)
    return central.ledger({"own median last position": (us, partner)})


def _median_pledge(runs: Columns) -> float:
    """Median headline of chips that was signed, or without deals that the partner last offered; 0 off the table."""
    signed, offered = (_median_of(runs, name) for name in ("chip_headline", "partner.chip_purchases"))
    return signed if signed is not None else offered if offered is not None else 0.0


def _median_of(runs: Columns, name: str) -> float | None:
    return _median(next(runs.numbers([(name,)]))[0]) if name in runs.names else None


@dataclass(frozen=True, eq=False)
class Material:
    """What the pictures of a run are drawn from.

    Attributes
    ----------
    config : Config
        What was negotiated.
    runs : Columns
        Table of the runs.
    trajectories : pandas.DataFrame or None
        Table of the trajectories, where there are some.
    which : WhichRun or None
        The run whose own picture is drawn; without one there is no such picture.
    """

    config: Config
    runs: Columns
    trajectories: pd.DataFrame | None
    which: WhichRun | None = None

    @cached_property
    def central(self) -> CentralCase:
        """The central case of the config."""
        return CentralCase(self.config)

    @cached_property
    def constraints(self) -> pd.DataFrame:
        """How many deals sit on which constraint, in words; empty without deals or without the columns."""
        return constraints_of_runs(self.runs, self.config)

    @cached_property
    def inputs(self) -> dict[str, str]:
        """What is said of each issue whose value is put in."""
        return input_sentences(self.constraints)

    @cached_property
    def pledge(self) -> tuple[float, float] | None:
        """Subsidy rate and yearly purchases of the median pledge."""
        return self.central.pledge_point(_median_pledge(self.runs))

    @cached_property
    def pledged(self) -> str:
        """What that pledge is: one that was signed, or without deals what the partner last offered."""
        return "pledge" if _median_of(self.runs, "chip_headline") is not None else "median last offer"


def _positions(material: Material) -> Figure | None:
    if material.trajectories is None or material.trajectories.empty:
        return None
    units = further_units(material.config)
    ends, note = _frame(material.runs, _ENDS), " ".join(material.inputs.values())
    return positions(material.trajectories, material.central.guides(), ends, units=units, note=note)


def _concessions(material: Material) -> Figure | None:
    if material.trajectories is None or material.trajectories.empty:
        return None
    marks = event_marks(material.config, _frame(material.runs, _ENDS), material.trajectories)
    return concessions(material.trajectories, marks)


def _exercised_power(material: Material) -> Figure | None:
    if material.trajectories is None or material.trajectories.empty:
        return None
    issues = tuple(map(str, material.trajectories["issue"].unique()))
    pulled = pulls(material.trajectories, _frame(material.runs, ("run", "outcome", *issues)))
    note = " ".join(material.inputs.values())
    return exercised_power(pulled, note, gains=_median_gains(material), put_in=material.inputs)


def _median_gains(material: Material) -> dict[str, float] | None:
    """Median gain of each side over the deals; none without deals."""
    runs = _frame(material.runs, ("outcome", *(f"gain.{side}" for side in SIDES)))
    deals = runs[runs["outcome"] == AGREEMENT]
    return {side: float(deals[f"gain.{side}"].astype(float).median()) for side in SIDES} if len(deals) else None


def _outcomes_by_round(material: Material) -> Figure:
    return outcomes_by_round(_frame(material.runs, _ENDS))


def _gains_plane(material: Material) -> Figure:
    runs = _frame(material.runs, _GAINS)
    if "reason" in runs:
        runs = runs.assign(why=runs["reason"].astype(object).map(lambda reason: why_ended(str(reason))))
    return gains_plane(runs, material.central.gains_frontier(), _central_ending(material.central))


def _constraints(material: Material) -> Figure | None:
    return None if material.constraints.empty else constraints(material.constraints)


def _central_ending(central: CentralCase) -> str:
    """How the talks end of whose frontier the dots of other talks lie."""
    case = "The central case, with every uncertain number at its median and the draws of run 0,"
    found = central.ending()
    if found is None:
        return f"{case} cannot be played to its end."
    is_deal, reason = found
    return f"{case} ends in a deal." if is_deal else f"{case} ends without a deal: {why_ended(reason)}."


def _utility_plane(material: Material) -> Figure | None:
    if material.which is None:
        return None
    played = play_again(material.config, material.which)
    return utility_plane(
        played.offers, played.limits, played.frontier, outcome=played.outcome, deal=played.deal, run=played.run
    )


def _deliverable_purchases(material: Material) -> Figure | None:
    if not material.config.firms:
        return None
    central = material.central
    return deliverable_purchases(
        central.deliverable_curve(),
        pledge=material.pledge,
        pledged=material.pledged,
        note=material.inputs.get("chip_purchases", ""),
        **central.limits(),
    )


def _commitments(material: Material) -> Figure | None:
    if not material.config.firms or material.pledge is None:
        return None
    rate, purchases = material.pledge
    central = material.central
    return commitments(
        central.firms_at(rate),
        purchases - central.bought_anyway(),
        subsidy_rate=rate,
        pledged=material.pledged,
        note=material.inputs.get("chip_purchases", ""),
    )


def _payoff_waterfall(material: Material) -> Figure:
    note = " ".join([STATUS_QUO_IS, *material.inputs.values()])
    return payoff_waterfall(ledger_to_deal(material.central, material.runs), note)


#: Figures of a run, each a function of tables.
FIGURES: Final[dict[str, Callable[..., Figure]]] = {
    "positions": positions,
    "concessions": concessions,
    "exercised_power": exercised_power,
    "outcomes_by_round": outcomes_by_round,
    "constraints": constraints,
    "gains_plane": gains_plane,
    "utility_plane": utility_plane,
    "deliverable_purchases": deliverable_purchases,
    "commitments": commitments,
    "payoff_waterfall": payoff_waterfall,
}

#: How each figure is drawn from the material of a run, by its name; None where the material does not allow it.
DRAWN: Final[dict[str, Callable[[Material], Figure | None]]] = {
    "positions": _positions,
    "concessions": _concessions,
    "exercised_power": _exercised_power,
    "outcomes_by_round": _outcomes_by_round,
    "constraints": _constraints,
    "gains_plane": _gains_plane,
    "utility_plane": _utility_plane,
    "deliverable_purchases": _deliverable_purchases,
    "commitments": _commitments,
    "payoff_waterfall": _payoff_waterfall,
}


def draw(material: Material, names: Iterable[str] | None = None) -> dict[str, Figure]:
    """Draw every figure that the material of a run allows, or some, by name; each is in :mod:`experiments.figures`."""
    drawn = [(name, DRAWN[name](material)) for name in (DRAWN if names is None else names) if name in DRAWN]
    return {name: figure for name, figure in drawn if figure is not None}


def typical_run(runs: Columns, outcome: str | None = None) -> int:
    """Run that stands for an outcome, by default the most frequent: the one that ended closest to its median round."""
    ends = runs.frame(["run", "outcome", "round"])
    chosen = ends["outcome"].astype(object).value_counts().index[0] if outcome is None else outcome
    own = ends[(ends["outcome"] == chosen).to_numpy(dtype=bool)]
    rounds = own["round"].to_numpy()
    return int(own["run"].to_numpy()[np.abs(rounds - np.median(rounds)).argmin()])
