"""What the columns of its tables hold."""

from __future__ import annotations

from typing import Final

from experiments.export.common import COUNT, HIGH, LOW, POINTS, SHARE
from experiments.export.described import NO_UNIT, Described, DescribedTable

COLUMNS: Final = {
    "cells": DescribedTable(
        "a combination of switches",
        (
            Described("agreements", "negotiations with a deal", COUNT),
            Described("share", "share of the negotiations with a deal", SHARE),
            Described("low", f"{LOW} the share of deals", SHARE),
            Described("high", f"{HIGH} the share of deals", SHARE),
            Described("outcome.<outcome>", "share of the negotiations that end so: <outcome>", SHARE),
            Described("reason.<outcome>.<reason>", "share of the negotiations that end so: <outcome>; <reason>", SHARE),
            Described("<switch>", "whether the rule <switch> is on", NO_UNIT),
        ),
    ),
    "effects": DescribedTable(
        "an effect of one rule, or of several together",
        (
            Described("term", "the rules", NO_UNIT),
            Described("order", "number of rules", COUNT),
            Described("effect", "effect on the share of deals", POINTS),
            Described("low", f"{LOW} the effect", POINTS),
            Described("high", f"{HIGH} the effect", POINTS),
        ),
    ),
}
