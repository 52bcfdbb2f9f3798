"""One example of every figure, and the tables that the figures of a single run are drawn from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pandas as pd
from matplotlib.figure import Figure

from experiments.figures.commitments import commitments
from experiments.figures.concessions import concessions
from experiments.figures.constraints import constraints
from experiments.figures.deliverable_purchases import deliverable_purchases
from experiments.figures.exercised_power import exercised_power, pulls
from experiments.figures.gains_plane import gains_plane
from experiments.figures.outcomes_by_round import outcomes_by_round
from experiments.figures.payoff_waterfall import payoff_waterfall
from experiments.figures.positions import positions
from experiments.figures.utility_plane import utility_plane
from experiments.questions.advise.figures import regret_heat_map
from experiments.questions.positions.figures import expected_utility_path, position_forecasts
from experiments.questions.stress.figures import failure_map
from experiments.questions.tournament.figures.basins import tournament_basins
from experiments.questions.tournament.figures.gains import tournament_gains
from experiments.questions.tournament.figures.ranks import tournament_ranks
from experiments.questions.tournament.figures.times import player_ranges, tournament_times
from experiments.report.result import Result
from tests.calibration_by_hand import calibration_by_hand
from tests.compared_by_hand import comparison_by_hand
from tests.comparisons_by_hand import solve_by_hand
from tests.explorations_by_hand import (
    AXES,
    discovery_by_hand,
    followed_by_hand,
    leader_by_hand,
    sensitivity_by_hand,
    sweep_by_hand,
)
from tests.forecasts_by_hand import chain_by_hand, forecast_by_hand
from tests.hindcast_by_hand import hindcast_by_hand
from tests.positions_by_hand import forecasts_by_hand, noise_by_hand, paths_by_hand, table_by_hand
from tests.synthetic_tables import curve, guides, ledger, talks
from tests.tournament_support import synthetic_analysis, synthetic_worlds
from tests.value_by_hand import value_by_hand


def offers() -> pd.DataFrame:
    """Three rounds in which the US comes from (10, -6) and Japan from (0, 4), in payoffs of both."""
    rows = [(1, "us_treasury", 10.0, -6.0), (1, "partner", 0.0, 4.0), (2, "us_treasury", 8.0, -3.0)]
    rows += [(2, "partner", 3.0, 3.0), (3, "us_treasury", 6.0, 0.0), (3, "partner", 4.0, 2.0)]
    return pd.DataFrame(rows, columns=["round", "side", "us", "partner"])


def limits() -> pd.DataFrame:
    """Walk-away and least acceptable payoff of both sides."""
    rows = [("us_treasury", 2.0, 3.0), ("partner", -2.0, -1.0)]
    return pd.DataFrame(rows, columns=["side", "walk_away", "reservation"])


def frontier() -> pd.DataFrame:
    """Straight frontier from (2, 4) to (8, -2), above the walk-away point (2, -2) by 6 on either side."""
    return pd.DataFrame({"us": [2.0 + 0.5 * k for k in range(13)], "partner": [4.0 - 0.5 * k for k in range(13)]})


def firms() -> pd.DataFrame:
    """Two firms that sign and one that holds out."""
    rows = [("KDDI", 0.3, True), ("GMO", 0.1, False), ("SoftBank", 0.6, True)]
    return pd.DataFrame(rows, columns=["firm", "additional", "signed"])


def _mixed() -> Figure:
    runs, trajectories = talks(40, 25)
    return positions(trajectories, guides(), runs)


def marks() -> pd.DataFrame:
    """What happened in two rounds."""
    rows = [(2, "Letter", "threat announced"), (3, "Election", ""), (3, "Deadline", "slipped in 40 % of runs")]
    return pd.DataFrame(rows, columns=["round", "name", "detail"])


def failures() -> pd.DataFrame:
    """Cells in which a tactic fails."""
    rows = [
        ("gain", "hardliner", "threat_executed", 12, 13, 0.7, True),
        ("gain", "boulware", "stall", 14, 18, 0.3, True),
        ("missed", "hardliner", "stall", 16, 18, 0.9, True),
    ]
    return pd.DataFrame(rows, columns=["aim", "opponent", "outcome", "round_from", "round_to", "score", "confirmed"])


def reactions() -> pd.DataFrame:
    """Regret of three settings against two tactics of the other side."""
    rows = [
        (setting, reaction, 0.4 * place + 0.1 * number, 1.0 - 0.2 * place, number == 1)
        for place, setting in enumerate(("as it is", "subsidy_budget=1", "subsidy_budget=4"))
        for number, reaction in enumerate(("as it is", "conceder"))
    ]
    return pd.DataFrame(rows, columns=["setting", "reaction", "regret", "gain", "is_reply"])


def sat_on() -> pd.DataFrame:
    """Deals by what they sit on: two issues that a config puts in in more than half of 100 deals, and one in fewer."""
    rows = [
        ("car_tariff", "release:us_cars", 83), ("car_tariff", "interior", 12),
        ("car_tariff", "ratification:partner", 5),
        ("investment_fund", "linkage:us_cars", 41), ("investment_fund", "grid:high", 17),
        ("investment_fund", "ratification:us", 42),
        ("chip_purchases", "delivery:budget", 62), ("chip_purchases", "red_line:chips", 21),
        ("chip_purchases", "indifferent", 17),
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["issue", "constraint", "count"])


#: Figures that are drawn several times at every change: one of each way to draw.
FEW = (
    "positions", "comparison", "tournament_basins", "failure_map", "phase_diagram", "fan", "bargaining_problem",
)  # fmt: skip

#: A figure of every kind, by its name.
EXAMPLES: dict[str, Callable[[], Figure]] = {
    "positions": _mixed,
    "concessions": lambda: concessions(talks(40, 25)[1], marks()),
    "exercised_power": lambda: exercised_power(pulls(*reversed(talks(40, 25)))),
    "utility_plane": lambda: utility_plane(offers(), limits(), frontier(), deal=(4.0, 2.0), run=7),
    "commitments": lambda: commitments(firms(), 1.2, subsidy_rate=0.3),
    "constraints": lambda: constraints(sat_on()),
    "outcomes_by_round": lambda: outcomes_by_round(talks(40, 25)[0]),
    "gains_plane": lambda: gains_plane(talks(40, 25)[0], pd.DataFrame({"us": [0, 4, 8], "partner": [8, 4, 0]})),
    "deliverable_purchases": lambda: deliverable_purchases(
        curve(), pledge=(0.3, 2.5), budget_limit=0.9, allocation_limit=3.5
    ),
    "payoff_waterfall": lambda: payoff_waterfall(ledger()),
    "comparison": lambda: _drawn(comparison_by_hand(), "comparison"),
    "compare_positions": lambda: _drawn(comparison_by_hand(), "compare_positions"),
    "tournament_gains": lambda: tournament_gains(synthetic_analysis().cells, worlds=40),
    "tournament_ranks": lambda: tournament_ranks(synthetic_analysis().players, worlds=40),
    "tournament_times": lambda: tournament_times(
        synthetic_analysis().players, player_ranges(synthetic_worlds(), synthetic_analysis().players["player"].unique())
    ),
    "tournament_basins": lambda: tournament_basins(synthetic_analysis().equilibria),
    "position_forecasts": lambda: position_forecasts(table_by_hand(), forecasts_by_hand(), noise_by_hand()),
    "expected_utility_path": lambda: expected_utility_path(table_by_hand(), paths_by_hand()),
    "failure_map": lambda: failure_map(failures(), "boulware", "2 distinct failures in 4,000 points"),
    "regret_heat_map": lambda: regret_heat_map(reactions(), "partner", "tiny", {}),
    "sweep": lambda: _drawn(sweep_by_hand(), "sweep"),
    "phase_diagram": lambda: _drawn(sweep_by_hand(AXES), "phase_diagram"),
    "leader": lambda: _drawn(replace(sweep_by_hand(), leader=leader_by_hand(), following=followed_by_hand()), "leader"),
    "sobol": lambda: _drawn(sensitivity_by_hand(), "sobol"),
    "tornado": lambda: _drawn(sensitivity_by_hand(), "tornado"),
    "morris": lambda: _drawn(sensitivity_by_hand(), "morris"),
    "boxes": lambda: _drawn(discovery_by_hand(), "boxes"),
    "fan": lambda: _drawn(hindcast_by_hand(), "fan"),
    "scores": lambda: _drawn(hindcast_by_hand(), "scores"),
    "calibration": lambda: _drawn(hindcast_by_hand(), "calibration"),
    "learnt": lambda: _drawn(hindcast_by_hand(), "learnt"),
    "calibrated_parameters": lambda: _drawn(calibration_by_hand(), "calibrated_parameters"),
    "contraction_bars": lambda: _drawn(calibration_by_hand(), "contraction_bars"),
    "record_predicted": lambda: _drawn(calibration_by_hand(), "record_predicted"),
    "time_split": lambda: _drawn(calibration_by_hand(), "time_split"),
    "forecast_rates": lambda: _drawn(forecast_by_hand(), "forecast_rates"),
    "forecast_deals": lambda: _drawn(forecast_by_hand(), "forecast_deals"),
    "chain_cases": lambda: _drawn(chain_by_hand(), "chain_cases"),
    "chain_orders": lambda: _drawn(chain_by_hand(), "chain_orders"),
    "bargaining_problem": lambda: _drawn(solve_by_hand(), "bargaining_problem"),
    "indifference_curves": lambda: _drawn(value_by_hand(), "indifference_curves"),
    "equivalents": lambda: _drawn(value_by_hand(), "equivalents"),
}


def _drawn(result: Result, kind: str) -> Figure:
    """Picture of an answer, of the first outcome where there is one for each."""
    return next(figure for name, figure in result.figures().items() if name.partition(".")[0] == kind)
