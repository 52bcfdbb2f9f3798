"""A small made-up record, in which every value differs, as the texts of its four files."""

from __future__ import annotations

from typing import Final

from experiments.record.record import read_cases, read_events, read_outcomes, read_positions

POSITIONS: Final = """\
# Sources: made up
case,round,date,side,issue,low,value,high,status,source,known_by,confidence
Ruritania,1,2025-05-01,partner,car_tariff,0.025,0.1,0.15,asked,"a newspaper, ""page 2"", top",2025-05-02,medium
Ruritania,1,2025-05-01,us_treasury,investment_fund,300,400,,asked,radio,2025-05-03,low
Ruritania,2,2025-05-08,us_treasury,car_tariff,,,,off_table,radio,2025-05-08,high
"""
EVENTS: Final = """\
# Sources: made up
case,date,kind,issue,value,source,known_by,confidence
all,2025-04-05,tariff,reciprocal_tariff,0.1,radio,2025-04-02,high
Ruritania,2025-04-05,tariff,reciprocal_tariff,0.2,radio,2025-04-05,high
Ruritania,2025-06-01,election,,,radio,2025-01-01,high
all,2025-07-01,deadline,reciprocal_tariff,,radio,2025-04-05,medium
"""
OUTCOMES: Final = """\
# Sources: made up
case,deal_date,rec,includes_mfn,car,fund,purchases,terms,source,known_by,confidence
Ruritania,2025-07-22,0.15,1,0.125,550,12.7,ships,radio,2025-07-23,high
"""
CASES: Final = """\
# Sources: made up
case,total,cars,parts,metals,machinery,other,exempt,mfn_cars,mfn_parts,mfn_metals,mfn_machinery,mfn_other,mfn_exempt,\
us_exports,us_exports_source,us_exports_confidence,gdp,gdp_per_head,gdp_source,gdp_confidence,board,letter,letter_known_by,\
includes_mfn,as_of,status_quo_reciprocal,status_quo_car,status_quo_metals,first_horizon,last_horizon,tariffs_source,\
tariffs_confidence,source,known_by,confidence
Ruritania,21,1,2,3,4,5,6,0.025,0.02,0.015,0.01,0.005,0.001,7,radio,medium,80,9,radio,high,0.24,0.25,2025-07-07,0,2025-07-12,\
0.1,0.275,0.5,2025-08-01,2025-12-31,radio,high,radio,2025-04-11,high
"""

#: How each file is read, and its text.
READERS: Final = {"positions": (read_positions, POSITIONS), "events": (read_events, EVENTS),
           "outcomes": (read_outcomes, OUTCOMES), "cases": (read_cases, CASES)}  # fmt: skip
