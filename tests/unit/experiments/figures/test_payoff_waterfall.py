"""The waterfall of a payoff: where each bar starts and ends, and what each term is counted in."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.text import Annotation

from experiments.figures.kit.style import BLUISH_GREEN, ORANGE, SIDE_COLOURS
from experiments.figures.payoff_waterfall import payoff_waterfall
from tests.support_pictures import bars_of, colours_of

US, PARTNER = SIDE_COLOURS


def test_the_waterfall_starts_each_bar_where_the_last_one_ended() -> None:
    terms = {
        (US, "status quo"): {"revenue": 9.0, "consumers": -4.0, "rent": 1.0},
        (US, "median deal"): {"revenue": 7.0, "consumers": -1.0, "rent": 2.0},
        (PARTNER, "status quo"): {"revenue": -8.0, "consumers": -1.0, "rent": -3.0},
        (PARTNER, "median deal"): {"revenue": -2.5, "consumers": -2.0, "rent": -5.0},
    }
    rows = [(side, state, term, value) for (side, state), own in terms.items() for term, value in own.items()]
    figure = payoff_waterfall(pd.DataFrame(rows, columns=["side", "state", "term", "value"]))
    expected: dict[str, tuple[list[str], list[tuple[float, float, int]]]] = {
        "US Treasury": (
            ["Loss of US consumers", "Revenue", "Rent"], [(0, 6, 0), (0, 8, 4), (6, 3, 1), (9, -2, 2), (7, 1, 3)],
        ),
        "Japan's government": (
            ["Revenue", "Rent", "Consumers"], [(0, -12, 0), (0, -9.5, 4), (-12, 5.5, 1), (-6.5, -2, 2), (-8.5, -1, 3)],
        ),
    }  # fmt: skip
    for axes in figure.axes:
        names, bars = expected[axes.get_title(loc="left")]
        assert [label.get_text() for label in axes.get_yticklabels()] == ["Status quo", *names, "Median deal"]
        assert bars_of(axes) == [pytest.approx(bar) for bar in bars]
        ways = [BLUISH_GREEN if width > 0 else ORANGE for _, width, _ in bars[2:]]
        assert colours_of(axes)[2:] == [colour.lower() for colour in ways]
        starts = [float(np.asarray(line.get_xdata())[0]) for line in axes.lines[:4]]
        assert starts == pytest.approx([bars[2][0], bars[3][0], bars[4][0], bars[1][1]])
        assert axes.get_xlabel() == "Payoff, US$ bn a year, relative to a world with MFN tariffs only"
    assert len(figure.axes) == 2


def test_the_waterfall_says_of_each_term_what_it_is_counted_in() -> None:
    terms = {
        US: {"fund_profit": 9.0, "consumers": -4.0, "purchase_headline": 3.0, "chip_maker_profit": 2.0, "odd": 1.0},
        PARTNER: {"car_exporters_rent": 8.0, "lost_volume": 3.0, "chip_spillover": 0.02, "farm": -0.01},
    }
    rows = [
        (side, state, term, value if state == "deal" else 0.0)
        for side, own in terms.items()
        for state in ("status quo", "deal")
        for term, value in own.items()
    ]
    us, partner = payoff_waterfall(pd.DataFrame(rows, columns=["side", "state", "term", "value"])).axes
    assert _tags(us) == {
        "Profit of the fund, as the US believes": "belief",
        "Loss of US consumers": "weighted money",
        "Headline of the purchases": "politics",
        "Chip makers' profit": "money",
        "Odd": "",
    }
    # Small terms of one kind keep it.
    assert _tags(partner) == {
        "Rents of car exporters": "weighted money", "Jobs in lost exports": "politics", "2 other terms": "money",
    }  # fmt: skip


def _tags(axes: Axes) -> dict[str, str]:
    """What stands beside each term at the right of its panel."""
    names = [label.get_text() for label in axes.get_yticklabels()]
    tags = [text for text in axes.texts if isinstance(text, Annotation) and text.xy[0] == 1.01]
    return {names[round(text.xy[1])]: text.get_text() for text in tags}
