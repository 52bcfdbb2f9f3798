"""Made-up tables with the columns of the real ones, for tests of figures and summaries."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd

#: Opening positions of the US and of Japan by issue.
OPENINGS: dict[str, tuple[float, float]] = {
    "car_tariff": (0.275, 0.025),
    "reciprocal_tariff": (0.24, 0.0),
    "chip_purchases": (13.88, 0.0),
    "other_purchases": (12.0, 0.0),
    "materials_support": (1.0, 0.0),
}
START = date(2025, 5, 30)
ENDS_WITHOUT_DEAL = ("stall", "threat_executed", "deadline_lapsed", "cycle", "walkout", "round_limit")


def talks(
    count: int, deals: int, issues: tuple[str, ...] = ("car_tariff", "chip_purchases"), *, seed: int = 1
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Runs and trajectories: the first `deals` of `count` runs meet half way, the others stop a third of the way."""
    rng = np.random.default_rng(seed)
    runs, rows = [], []
    for run in range(count):
        agrees = run < deals
        rounds = int(rng.integers(3, 13))
        outcome = "agreement" if agrees else ENDS_WITHOUT_DEAL[run % len(ENDS_WITHOUT_DEAL)]
        row: dict[str, object] = {
            "run": run,
            "outcome": outcome,
            "reason": "us_accepts" if agrees else "tactics_hold",
            "round": rounds,
        }
        pace = rng.uniform(0.5, 2.0)
        for issue in issues:
            us, partner = OPENINGS.get(issue, (5.0, 1.0))
            way = (us - partner) * (0.5 if agrees else 1 / 3) * (np.arange(rounds) / (rounds - 1)) ** pace
            for number in range(rounds):
                day = START + timedelta(days=7 * number)
                rows.append((run, number + 1, day, "us_treasury", issue, us - way[number]))
                rows.append((run, number + 1, day, "partner", issue, partner + way[number]))
            row[issue] = us - way[-1] if agrees else None
            row[f"us.{issue}"], row[f"partner.{issue}"] = us - way[-1], partner + way[-1]
        row |= _payoffs(rng, agrees)
        runs.append(row)
    trajectories = pd.DataFrame(rows, columns=["run", "round", "date", "side", "issue", "value"])
    return pd.DataFrame(runs), trajectories


def _payoffs(rng: np.random.Generator, agrees: bool) -> dict[str, object]:
    us, partner = rng.normal(4.0, 1.0), rng.normal(3.0, 1.0)
    return {
        "gain.us_treasury": us if agrees else 0.0,
        "gain.partner": partner if agrees else -5.0,
        "gain.SoftBank": 0.02 if agrees else 0.0,
        "walk_away.us_treasury": 14.0,
        "walk_away.partner": -16.0,
        "reservation.us_treasury": 14.0 + rng.uniform(0.2, 1.0),
        "reservation.partner": -16.0 + rng.uniform(1.0, 2.0),
        "param.us_treasury.consumer_weight": rng.normal(1.0 if agrees else 0.0, 0.5),
        "param.economy.horizon": rng.uniform(),
    }


def guides() -> pd.DataFrame:
    """Red lines of both sides and the status quo on cars, where two of them share one value."""
    rows: list[tuple[str, str, str | None, float, str | None]] = [
        ("car_tariff", "red_line", "us_treasury", 0.275, None),
        ("car_tariff", "red_line", "partner", 0.25, None),
        ("car_tariff", "status_quo", None, 0.275, None),
        ("car_tariff", "threat", None, 0.26, None),
        ("chip_purchases", "baseline", None, 6.94, "Offer of May"),
    ]
    return pd.DataFrame(rows, columns=["issue", "kind", "side", "value", "label"])


def curve(firms: tuple[str, ...] = ("SoftBank", "KDDI")) -> pd.DataFrame:
    """Purchases that double to a rate of one half; firm number k signs from a rate of k/10 on."""
    rows = []
    for step in range(11):
        rate = 0.05 * step
        for place, firm in enumerate(firms):
            rows.append((rate, firm, 1.0 + 2 * rate, 2 * rate, rate >= 0.1 * place - 1e-9))
    return pd.DataFrame(rows, columns=["subsidy_rate", "firm", "purchases", "additional", "signed"])


def ledger() -> pd.DataFrame:
    """Terms of both sides before and after a deal; three US terms move by less than 1 % of the span."""
    before = {"revenue": 15.0, "consumers": -9.0, "precedent": -4.66}
    after = {"revenue": 12.0, "consumers": -7.0, "precedent": -4.67, "purchases": 3.0, "lobby": 0.02, "security": 0.03}
    partner = (
        {"exporters_rent": -12.0, "lost_volume": -2.0},
        {"exporters_rent": -9.0, "lost_volume": -1.5, "farm": -0.5},
    )
    rows = []
    for side, states in (("us_treasury", (before, after)), ("partner", partner)):
        for state, terms in zip(("status quo", "median deal"), states, strict=True):
            rows += [(side, state, term, value) for term, value in terms.items()]
    return pd.DataFrame(rows, columns=["side", "state", "term", "value"])
