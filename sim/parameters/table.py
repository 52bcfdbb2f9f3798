"""The parameter table: every number that a rule reads, in the order in which it is printed.

Sources are keyed to the reference list of the documentation. Confidence ``assumption`` marks a number of ours; ``low``
marks a figure from memory that no page we found confirms. A row without a later date was knowable on 28 May 2025, the
date of the seed config.
"""

from __future__ import annotations

from sim.parameters.economy import ECONOMY, REFERENCE, SECTOR, WALK_AWAY
from sim.parameters.governments import PARTNER_GOVERNMENT, US_TREASURY
from sim.parameters.parameter import Parameter
from sim.parameters.purchases import CHIPS, FIRM, FUND, MAKER, PURCHASES

TABLE: tuple[Parameter, ...] = (
    *US_TREASURY,
    *PARTNER_GOVERNMENT,
    *ECONOMY,
    *WALK_AWAY,
    *REFERENCE,
    *CHIPS,
    *PURCHASES,
    *FUND,
    *SECTOR,
    *FIRM,
    *MAKER,
)
