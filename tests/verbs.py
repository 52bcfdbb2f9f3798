"""Every command of the command line at a small size, for tests that hold for all of them."""

from __future__ import annotations

from typing import Final

from tests.sizes import is_long
from tests.tree import RECORD

#: Pages of the directories that commands leave.
_REPORTS: Final[dict[str, str]] = {
    "report of a tournament": "report tournament",
    "report of a sweep": "report sweep",
    "report of a stress test": "report stress",
    "report of best replies": "report exploit",
    "report of advice": "report advise",
    "report of boxes": "report discover",
    "report of effects": "report sensitivity",
    "report of a solution": "report solved",
    "report of a value": "report valued",
    "report of rules": "report rules",
    "report of grids": "report grid",
    "report of positions": "report positions",
    "report of a comparison": "report compared",
    "report of a hindcast": "report hindcast",
    "report of a calibration": "report calibrated",
    "report of a forecast": "report forecast",
    "report of a chain": "report chain",
}

#: Those that are made at every change; each of the others is made by other tests.
_FEW_REPORTS: Final = ("report of a tournament", "report of advice", "report of a comparison", "report of a hindcast",
                       "report of a chain")  # fmt: skip

#: Commands in an order in which each finds the directories that it reads, by what is told apart.
#: Most draw their pictures on their page alone.
VERBS: Final[dict[str, str]] = {
    "run": "run odd.yaml --runs 60 --workers 1 --no-figures --out run",
    "run again": "run odd.yaml --runs 30 --workers 1 --out again --no-figures",
    "play": "play odd.yaml --run 3",
    "play without a deal": "play odd.yaml --set tactics.us_treasury.name=hardliner",
    "play as JSON": "play odd.yaml --json",
    "solve": "solve odd.yaml --refine --power 0.3 --no-figures --out solved",
    "solve as JSON": "solve odd.yaml --json",
    "value": "value odd.yaml --draws 10 --no-figures --out valued",
    "value as JSON": "value odd.yaml --draws 0 --json",
    "factorial": "factorial odd.yaml --runs 10 --switch margin=partner.ratification_margin=0.5 --no-figures "
    "--out rules",
    "grid": "grid odd.yaml --runs 10 --no-figures --out grid",
    "positions": "positions emission_standards --draws 20 --no-figures --out positions",
    "hindcast": "hindcast odd.yaml --set partner.name=Korea --informed --as-of 2025-05-28 --runs 40 --no-figures "
    "--out hindcast",
    "calibrate": f"calibrate odd.yaml --record {RECORD} --draws 150 --kept 0.7 --through 2025-06-20 --no-figures "
    "--out calibrated",
    "bench": "bench --config odd.yaml --quick --no-cold --no-memory --no-negmas",
    "tournament": "tournament odd.yaml --players boulware,conceder,hardliner --worlds 12 --no-figures --out tournament",
    "sweep": "sweep odd.yaml --over us_treasury.consumer_weight=0.5:1:3 --runs 10 --no-figures --out sweep",
    "sweep over two": "sweep odd.yaml --over us_treasury.consumer_weight=0.5:1:12 "
    "--over partner.car_rent_weight=0.1,0.2 --runs 2",
    "sweep of a leader": "sweep odd.yaml --leader us_treasury --points 3 --runs 10",
    "sensitivity": "sensitivity odd.yaml --ranges --base 64 --trajectories 20 --no-figures --out sensitivity",
    "discover": "discover odd.yaml "
    "--set 'us_treasury.consumer_weight={dist: uniform, low: 0.5, high: 1.0}' --runs 200 --boxes 1 "
    "--no-figures --out discover",
    "stress": "stress odd.yaml --side partner --aim gain --aim missed --budget 6000 --draws 2 --fresh 16 "
    "--cases 1 --no-figures --out stress",
    "exploit": "exploit odd.yaml --tactic conceder --budget 20000 --no-figures --out exploit",
    "advise": "advise odd.yaml --side partner --worlds 30 --lever partner.ratification_margin=0,0.5 "
    "--no-figures --out advise",
    "forecast": "forecast Korea --draws 40 --no-figures --out forecast",
    "chain": "chain pair.yaml --runs 10 --orders 2 --stress 2 --no-figures --out chain",
    "check": "check odd.yaml",
    "list": "list tactics",
    "list of configs": "list configs",
    "list of figures": "list figures",
    "guests": "guests odd.yaml --us negmas:AspirationNegotiator",
    "case": "case odd.csv --lists lists --known-by 2025-04-11 --out case/row.csv",
    "case as JSON": "case odd.csv --lists lists --json",
    "scenario": "scenario odd.yaml --out scenario",
    "hash": "hash run",
    "export": "export run --format xlsx --out run.xlsx",
    "import": "import odd_ranges.csv --config odd.yaml --out imported.yaml",
    "compare": "compare run again --out compared",
    "plot": "plot run --figure outcomes_by_round --format svg --out drawn",
    "report": "report run",
    **{name: words for name, words in _REPORTS.items() if name in _FEW_REPORTS or is_long()},
    "version": "--version",
}

#: The page is a server, and has tests of its own.
SERVERS: Final = frozenset({"app"})

#: Commands that print a table.
TABLED: Final = (
    "run",
    "play",
    "play without a deal",
    "solve",
    "value",
    "factorial",
    "grid",
    "compare",
    "calibrate",
    "bench",
    "positions",
    "tournament",
    "sweep",
    "sweep over two",
    "sweep of a leader",
    "sensitivity",
    "discover",
    "stress",
    "exploit",
    "advise",
    "hindcast",
    "forecast",
    "chain",
    "case",
)
