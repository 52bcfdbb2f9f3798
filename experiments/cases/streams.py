"""Numbers that a draw has in common in all cases where nothing is fitted: the politics of the talks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from experiments.cases.pooled import case_design, case_seed, shared_probabilities

if TYPE_CHECKING:
    import pandas as pd

    from experiments.config.model import Config

#: Numbers of which a draw has the same probability in all cases: the politics of the US, and how partners bargain.
SHARED: Final = (
    "walk_away.execution_probability",
    "walk_away.court_survival",
    "walk_away.deal_court_exposure",
    "us_treasury.reference_loss",
    "us_treasury.forward_precedent",
    "us_treasury.fund_equity_belief",
    "us_treasury.fund_headline_weight",
    "us_treasury.ratification_margin",
    "partner.reference_loss",
    "partner.ratification_margin",
    "partner.audience_cost",
    "tactics.us_treasury.beta",
    "tactics.partner.beta",
)


def shared_design(config: Config, case: str, runs: int, seed: int, first: int = 0) -> pd.DataFrame:
    """Design table of a case whose politics are those of all cases, for talks by the seed of the case.

    Parameters
    ----------
    config : Config
        Talks of the case; where numbers are drawn from a posterior, a draw has the same row of it in all cases.
    case : str
        Its name.
    runs, first : int
        Number of rows, and the draw of the first one.
    seed : int
        Seed of all cases.
    """
    own = case_seed(seed, case)
    fitted = () if config.posterior is None else config.posterior.paths
    sampled = case_design(config, {}, own, first, 0).columns
    paths = [path for path in SHARED if path in sampled and path not in fitted]
    probabilities = shared_probabilities(config, [*paths, *fitted[:1]], seed, first, runs)
    shared = {path: probabilities[:, place] for place, path in enumerate(paths)}
    shared |= dict.fromkeys(fitted, probabilities[:, -1]) if fitted else {}
    return case_design(config, shared, own, first, runs)
