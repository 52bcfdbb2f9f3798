"""One call of each command, as its help shows it."""

from __future__ import annotations

from typing import Final

EXAMPLES: Final = {
    "run": "winset run july_2025 --runs 200 --out out/july",
    "play": "winset play july_2025 --run 3",
    "solve": "winset solve tiny --power 0.3",
    "app": "winset app july_2025",
    "factorial": "winset factorial tiny --switch threat=walk_away.threat_car_tariff=0.35 --runs 100",
    "grid": "winset grid tiny --runs 100",
    "bench": "winset bench --quick",
    "tournament": "winset tournament tiny --players boulware,conceder,path_stepper --worlds 50",
    "sweep": "winset sweep tiny --over us_treasury.consumer_weight=0.5:1:3 --runs 50",
    "sensitivity": "winset sensitivity tiny --base 64 --trajectories 20",
    "discover": "winset discover cars_on_the_table --runs 500",
    "stress": "winset stress tiny --side partner --budget 20000",
    "exploit": "winset exploit tiny --tactic conceder --budget 20000",
    "advise": "winset advise tiny --side us_treasury --worlds 100",
    "check": "winset check july_2025",
    "list": "winset list tactics",
    "hash": "winset hash out/july",
    "compare": "winset compare out/july out/cars --out out/compare",
    "guests": "winset guests tiny --us negmas:AspirationNegotiator",
    "scenario": "winset scenario tiny --out out/scenario",
    "report": "winset report out/july",
    "plot": "winset plot out/july --figure utility_plane --theme dark",
}
