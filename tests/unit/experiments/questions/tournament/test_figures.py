"""What the pictures of a tournament draw, against its tables: which number is where, in which unit, by which name."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from experiments.figures.kit.style import BLUISH_GREEN, PALE, SIDE_COLOURS, png_bytes
from experiments.questions.tournament.failures import Failure
from experiments.questions.tournament.figures import FIGURES
from experiments.questions.tournament.figures.basins import tournament_basins
from experiments.questions.tournament.figures.gains import tournament_gains
from experiments.questions.tournament.figures.ranks import tournament_ranks
from experiments.questions.tournament.figures.times import tournament_times
from experiments.questions.tournament.ranks import FEWEST_WORLDS
from tests.tournament_by_hand import A, B, analysis, result_by_hand

MINUS = "\N{MINUS SIGN}"
SIDES = ("us_treasury", "partner")


def _title(figure: Figure) -> str:
    return " ".join(figure.get_suptitle().split())


def _note(figure: Figure) -> str:
    return " ".join(figure.get_supxlabel().split())


def _ticks(axis: Any) -> dict[float, str]:
    return dict(zip(map(float, axis.get_ticklocs()), (text.get_text() for text in axis.get_ticklabels()), strict=True))


def _panels(figure: Figure) -> list[Axes]:
    """Axes without those of colour bars."""
    return figure.axes[:2]


def _offsets(axes: Axes) -> list[list[float]]:
    (dots,) = axes.collections
    return [[float(x), float(y)] for x, y in np.asarray(dots.get_offsets())]


def test_gains_of_the_us_down_and_of_partner_across() -> None:
    figure = tournament_gains(analysis().cells, worlds=FEWEST_WORLDS)
    us, partner = _panels(figure)
    for axes, wanted in ((us, [[0.15, 0.4], [0.2, 1.5]]), (partner, [[2.2, 3.0], [3.9, -0.2]])):
        (image,) = axes.images
        np.testing.assert_allclose(np.asarray(image.get_array()), wanted, rtol=1e-12)  # rounding of means
        most = float(np.abs(wanted).max())
        assert (image.norm.vmin, image.norm.vmax) == pytest.approx((-most, most))
        # Rows count from the top, so that a cell of row i and column j is written at (j, i).
        assert list(axes.get_ylim()) == [1.5, -0.5]
        written = {text.get_position(): text.get_text().replace(MINUS, "-") for text in axes.texts}
        decimals = 2
        assert written == {(j, i): f"{wanted[i][j]:.{decimals}f}" for i in range(2) for j in range(2)}
        assert axes.get_xlabel() == "Japan plays"
        assert _ticks(axes.xaxis) == {0.0: A, 1.0: B}
    assert _ticks(us.yaxis) == {0.0: A, 1.0: B}
    assert us.get_ylabel() == "US plays"
    assert [axes.get_title(loc="left") for axes in (us, partner)] == ["Gain of the US", "Gain of Japan"]
    assert [axes.get_ylabel() for axes in figure.axes[2:]] == ["US$ bn a year"] * 2


def test_best_replies_are_marked_and_equilibria_framed() -> None:
    us, partner = _panels(tournament_gains(analysis().cells, worlds=FEWEST_WORLDS))
    # The US replies best with A to B and with B to A; Japan with B to either. Dots stand beside the numbers.
    aside = 0.36
    assert _offsets(us) == pytest.approx(np.array([[1 + aside, 0 - aside], [0 + aside, 1 - aside]]))
    assert _offsets(partner) == pytest.approx(np.array([[1 + aside, 0 - aside], [1 + aside, 1 - aside]]))
    for axes in (us, partner):
        (frame,) = [patch for patch in axes.patches if isinstance(patch, Rectangle)]
        assert frame.get_xy() == pytest.approx((1 - 0.48, 0 - 0.48))
        assert (frame.get_width(), frame.get_height()) == (0.96, 0.96)


def test_the_gains_name_who_is_best_by_payoff() -> None:
    cells = analysis().cells
    figure = tournament_gains(cells, worlds=FEWEST_WORLDS)
    assert _title(figure) == f"By mean payoff over all 2 opponents the US does best with {A}, Japan with {B}"
    assert "Mean gain over walking away" in _note(figure)
    assert "not played to the end" not in _note(figure)
    tied = cells.assign(**{"payoff.us_treasury": [3.0, 5.0, 5.0, 3.0 + 1e-13]})
    assert _title(tournament_gains(tied, worlds=FEWEST_WORLDS)).endswith(
        f"the US does best with {A} and {B}, Japan with {B}"
    )


def test_a_failed_pair_is_white_and_says_so() -> None:
    cells = analysis().cells
    numbers = [name for name in cells if name not in ("us", "partner", "worlds")]
    cells.loc[3, numbers] = np.nan
    figure = tournament_gains(cells, worlds=FEWEST_WORLDS)
    for axes in _panels(figure):
        assert np.isnan(np.asarray(axes.images[0].get_array())[1, 1])
        assert {text.get_position() for text in axes.texts if text.get_text() == "failed"} == {(1, 1)}
    assert "White: the pair was not played to the end" in _note(figure)


def test_ranks_with_their_intervals() -> None:
    players = analysis().players.assign(rank_low=[1, 1, 1, 2], rank_high=[1, 2, 2, 2])
    figure = tournament_ranks(players, 0.9, worlds=FEWEST_WORLDS)
    for axes, side, names, bars, behind in (
        (figure.axes[0], SIDES[0], (A, B), [(1, 1), (1, 2)], f"{MINUS}0.50"),
        (figure.axes[1], SIDES[1], (B, A), [(1, 2), (2, 2)], f"{MINUS}2.50"),
    ):
        (dots,) = axes.lines
        assert np.asarray(dots.get_xdata()).tolist() == [1, 2]
        assert np.asarray(dots.get_ydata()).tolist() == [0, 1]
        assert to_hex(dots.get_color()) == SIDE_COLOURS[side].lower()
        (spans,) = axes.collections
        segments: Any = spans
        assert [part.tolist() for part in segments.get_segments()] == [
            [[low - 0.25, height], [high + 0.25, height]] for height, (low, high) in enumerate(bars)
        ]
        assert _ticks(axes.yaxis) == {0.0: names[0], 1.0: names[1]}
        assert axes.get_ylim() == (2 - 0.4, -0.6)
        assert [text.get_text() for text in axes.texts] == ["best", behind]
        assert axes.get_xlabel() == "Rank"
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["As the US", "As Japan"]
    assert _title(figure) == (
        f"As the US {A} comes first (in 72.5 % of samples, which is not clear), "
        f"as Japan {B} comes first (in 91 % of samples)"
    )
    assert "Bars: 90 % intervals" in _note(figure)
    assert "less that of the best, US$ bn a year" in _note(figure)


def test_all_who_come_first_together_are_named() -> None:
    players = analysis().players.assign(rank=[1, 1, 1, 2], utility=[4.0, 4.0, 18.5, 16.0])
    figure = tournament_ranks(players, worlds=FEWEST_WORLDS)
    assert _title(figure).startswith(f"As the US {A} and {B} come first together (in 100 % of samples), as Japan {B}")
    assert [text.get_text() for text in figure.axes[0].texts] == ["best", "best"]


def test_ends_of_the_dynamics_by_their_share_of_starts() -> None:
    figure = tournament_basins(analysis().equilibria)
    (axes,) = figure.axes
    bars = [patch for patch in axes.patches if isinstance(patch, Rectangle)]
    assert [bar.get_width() for bar in bars] == [0.85, 0.15]
    assert [bar.get_y() + bar.get_height() / 2 for bar in bars] == pytest.approx([0.0, 1.0])
    assert [to_hex(bar.get_facecolor()).upper() for bar in bars] == [BLUISH_GREEN, PALE]
    assert [(text.get_position(), text.get_text()) for text in axes.texts] == [
        ((0.86, 0), "85 %"), ((pytest.approx(0.16), 1), "15 %"),
    ]  # fmt: skip
    assert _ticks(axes.yaxis) == {0.0: f"US: {A}\nJapan: {B}", 1.0: f"US: {A}, {B}\nJapan: {A}"}
    assert _ticks(axes.xaxis) == {0.0: "0 %", 0.25: "25 %", 0.5: "50 %", 0.75: "75 %", 1.0: "100 %"}
    assert axes.get_xlabel() == "Share of starting points"
    assert _title(figure) == f"From 85 % of the starts the US ends at {A}, Japan at {B}"


def test_ends_that_attract_alike_are_not_told_apart() -> None:
    equilibria = analysis().equilibria
    for basin in equilibria["replicator"]["basins"]:
        basin["share"] = 0.5
    assert _title(tournament_basins(equilibria)) == "2 ends attract the most starts, 50 % each"


def test_ends_beyond_the_eighth_share_a_bar() -> None:
    equilibria = analysis().equilibria
    first, _ = equilibria["replicator"]["basins"]
    shares = [0.3, 0.2, 0.1, 0.1, 0.05, 0.05, 0.05, 0.05, 0.06, 0.04]
    equilibria["replicator"]["basins"] = [first | {"share": share} for share in shares]
    (axes,) = tournament_basins(equilibria).axes
    bars = [patch for patch in axes.patches if isinstance(patch, Rectangle)]
    assert [bar.get_width() for bar in bars] == pytest.approx([*shares[:8], 0.1])
    assert axes.get_yticklabels()[-1].get_text() == "2 other ends"


def test_days_across_gains_up_and_deals_as_size() -> None:
    figure = tournament_times(analysis().players)
    for axes, dots, shares, names in (
        (figure.axes[0], [[15.0, 0.275], [29.0, 0.85]], [0.75, 0.25], [A, B]),
        (figure.axes[1], [[21.0, 1.4], [11.0, 3.05]], [0.75, 0.25], [B, A]),
    ):
        assert _offsets(axes) == pytest.approx(np.array(dots))
        points: Any = axes.collections[0]
        assert points.get_sizes().tolist() == pytest.approx([12 + 110 * share for share in shares])
        named: Any = [text for text in axes.texts if text.get_text() in names]
        assert [text.get_text() for text in named] == names
        assert [list(text.xy) for text in named] == pytest.approx(np.array(dots))
        assert axes.get_xlabel() == "Days to a deal"
        assert axes.get_ylabel() == "Gain over walking away, US$ bn a year"
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["As the US", "As Japan"]


@pytest.mark.parametrize(
    ("gains", "said"),
    [
        ([1.0, 2.0, 3.0, 4.0], "more"),
        ([4.0, 3.0, 2.0, 1.0], "less"),
        ([1.0, 3.0, 2.0, 1.0], "neither more nor less"),
        ([1.0, 4.0, 2.0, 3.0], "more"),  # ranks go together by 0.4
        ([3.0, 2.0, 4.0, 1.0], "less"),  # by -0.4
    ],
)
def test_the_title_says_whether_slower_tactics_gain_more(gains: list[float], said: str) -> None:
    other = [1.0, 2.0, 3.0, 4.0] if said != "more" else [4.0, 3.0, 2.0, 1.0]
    players = pd.DataFrame(
        {
            "seat": [SIDES[0]] * 4 + [SIDES[1]] * 4,
            "player": [f"{side} {place}" for side in "ab" for place in range(4)],
            "days": [10.0, 20.0, 30.0, 40.0] * 2,
            "gain": gains + other,
            "deal_share": 1.0,
        }
    )
    opposite = "more" if said != "more" else "less"
    title = f"As the US slower tactics gain {said}, as Japan slower tactics gain {opposite}"
    assert _title(tournament_times(players)) == title


def test_a_tactic_without_a_deal_is_named_below() -> None:
    players = analysis().players
    players.loc[players["player"] == B, "days"] = np.nan
    figure = tournament_times(players)
    assert [len(_offsets(axes)) for axes in figure.axes] == [1, 1]
    assert _note(figure).endswith(f"Not shown, for want of any deal: {B}.")


def test_a_tactic_without_a_deal_in_one_seat_is_named_with_that_seat() -> None:
    players = analysis().players
    players.loc[(players["player"] == B) & (players["seat"] == SIDES[0]), "days"] = np.nan
    figure = tournament_times(players)
    assert [len(_offsets(axes)) for axes in figure.axes] == [1, 2]
    assert _note(figure).endswith(f"Not shown, for want of any deal: {B} as the US.")


def test_which_pictures_there_are() -> None:
    players = analysis().players
    every = ["tournament_gains", "tournament_ranks", "tournament_basins", "tournament_times"]
    assert list(result_by_hand().drawings()) == list(result_by_hand().figures()) == every
    assert sorted(FIGURES) == sorted(every)
    assert list(result_by_hand(players=players.assign(deal_share=0.0)).drawings()) == every[:3]
    assert list(result_by_hand(players=players.head(0)).drawings()) == every[:1]


def test_the_pictures_are_drawn_of_the_tables_and_the_settings() -> None:
    settings = {"worlds": FEWEST_WORLDS, "level": 0.9}
    out = Failure(us=B, partner=A, kind="time", message="slow", at_fault=("gone",))
    result = result_by_hand((out,), settings=settings)
    figures = result.figures()
    tables = {
        "tournament_gains": tournament_gains(result.cells, worlds=FEWEST_WORLDS),
        "tournament_ranks": tournament_ranks(result.players, 0.9, worlds=FEWEST_WORLDS, left_out=("gone",)),
        "tournament_basins": tournament_basins(result.equilibria, left_out=("gone",)),
        "tournament_times": tournament_times(result.players, left_out=("gone",)),
    }
    assert figures.keys() == tables.keys()
    for name, wanted in tables.items():
        assert png_bytes(figures[name]) == png_bytes(wanted), name
