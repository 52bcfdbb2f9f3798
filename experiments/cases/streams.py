"""Draws of several cases that belong together: shared numbers are the same in all, everything else is each case's own.

Draw `i` has the same politics in every case, so that what one case shows of them counts for the next. Numbers of a
country, and the chances of its talks, come from streams of their own: with shared noise, cases would agree by chance.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from experiments.design.sampling import design_table

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

_SEED_BYTES: Final = 8


def case_seed(seed: int, case: str) -> int:
    """Seed of what is a case's own."""
    digest = hashlib.blake2b(f"{seed} {case.casefold()}".encode(), digest_size=_SEED_BYTES).digest()
    return int.from_bytes(digest, "big") >> 1


def case_design(config: Config, case: str, runs: int, seed: int, first: int = 0) -> pd.DataFrame:
    """Design table of a case: shared numbers by the seed, all others by that of the case.

    Parameters
    ----------
    config : Config
        Talks of the case.
    case : str
        Its name.
    runs, first : int
        Number of rows, and the draw of the first one.
    seed : int
        Seed of all cases.
    """
    own = design_table(config, runs, case_seed(seed, case), first)
    common = design_table(config, runs, seed, first)
    shared = [path for path in SHARED if path in own]
    return own.assign(**{path: common[path] for path in shared})
