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

from experiments.figures.kit.style import BLUISH_GREEN, PALE, SIDE_COLOURS, SIDE_MARKERS, png_bytes
from experiments.questions.tournament.failures import Failure
from experiments.questions.tournament.figures import FIGURES
from experiments.questions.tournament.figures.basins import tournament_basins
from experiments.questions.tournament.figures.gains import tournament_gains
from experiments.questions.tournament.figures.ranks import tournament_ranks
from experiments.questions.tournament.figures.times import player_ranges, tournament_times
from experiments.questions.tournament.ranks import FEWEST_WORLDS
from experiments.statistics.intervals import mean_interval, wilson_interval
from tests.tournament_by_hand import A, B, analysis, result_by_hand, worlds

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


def _marked(axes: Axes) -> set[tuple[str, int]]:
    """Tactics and rows that have a mark."""
    names = _ticks(axes.xaxis)
    return {(names[x].rpartition(" ")[0].rpartition(" ")[0], int(row)) for x, row in _offsets(axes)}


def test_ends_of_the_dynamics_by_their_share_of_starts() -> None:
    """Twenty starts: 17 end where the US plays the first and Japan the second tactic, 3 at both and the first."""
    figure = tournament_basins(analysis().equilibria)
    shares, us, partner = figure.axes
    bars = [patch for patch in shares.patches if isinstance(patch, Rectangle)]
    assert [(bar.get_x(), bar.get_width()) for bar in bars] == [(0.0, 0.85), (0.0, 0.15)]
    assert [bar.get_y() + bar.get_height() / 2 for bar in bars] == pytest.approx([0.0, 1.0])
    assert [to_hex(bar.get_facecolor()).upper() for bar in bars] == [BLUISH_GREEN, PALE]
    (lines,) = shares.collections
    segments: Any = lines
    for row, (line, count) in enumerate(zip(segments.get_segments(), (17, 3), strict=True)):
        assert line.tolist() == pytest.approx(np.array([(end, row) for end in wilson_interval(count, 20)]))
    assert [text.get_text() for text in shares.texts] == ["85 %", "15 %"]
    assert _ticks(shares.yaxis) == {0.0: "End 1", 1.0: "End 2"}
    assert shares.get_xlabel() == "Share of starting points"
    assert _ticks(us.xaxis) == {0.0: f"{A} 100 %", 1.0: f"{B} 15 %"}
    assert _ticks(partner.xaxis) == {0.0: f"{B} 85 %", 1.0: f"{A} 15 %"}
    assert _marked(us) == {(A, 0), (A, 1), (B, 1)}
    assert _marked(partner) == {(B, 0), (A, 1)}
    assert [axes.get_title(loc="left") for axes in (us, partner)] == ["US", "Japan"]
    for axes, side in zip((us, partner), SIDES, strict=True):
        assert to_hex(np.asarray(axes.collections[0].get_facecolor())[0]) == SIDE_COLOURS[side].lower()
    assert wilson_interval(17, 20) == pytest.approx((0.64, 0.948), abs=5e-4)
    assert _title(figure) == f"From 85 % of the starts (64 to 94.8 %) the US ends at {A}, Japan at {B}"


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
    axes, us, _ = tournament_basins(equilibria).axes
    bars = [patch for patch in axes.patches if isinstance(patch, Rectangle)]
    assert [bar.get_width() for bar in bars] == pytest.approx([*shares[:8], 0.1])
    assert axes.get_yticklabels()[-1].get_text() == "2 other ends"
    # Of the two others no tactic is marked, and their starts count for those that are.
    assert _marked(us) == {(A, row) for row in range(8)}
    assert _ticks(us.xaxis) == {0.0: f"{A} 100 %"}


#: Ends of lines of two players in both seats, all different, of gain, share of deals and days.
RANGES = pd.DataFrame(
    {
        "seat": [SIDES[0], SIDES[0], SIDES[1], SIDES[1]],
        "player": [A, B, B, A],
        **{
            f"{name}_{end}": [base + sign * step * (1 + 0.1 * place) for place in range(4)]
            for name, base, step in (("gain", 0.5, 0.21), ("deal_share", 0.4, 0.13), ("days", 20.0, 3.0))
            for end, sign in (("low", -1.0), ("high", 1.0))
        },
    }
)


def test_each_panel_has_its_number_from_zero_with_both_seats_in_a_row() -> None:
    players = analysis().players
    figure = tournament_times(players, RANGES)
    columns = (("gain", 1.0), ("deal_share", 100.0), ("days", 1.0))
    # By the mean of both seats, each beside its own best: 0.275 of 0.85 and 1.4 of 3.05 come after 1 and 1.
    order = [B, A] if players.loc[players["player"] == B, "gain"].sum() > 2.0 else [A, B]
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == order
    for axes, (name, scale) in zip(figure.axes, columns, strict=True):
        marks = {line.get_label(): line for line in axes.lines if str(line.get_label()).startswith("as ")}
        spans: list[Any] = list(axes.collections)
        for (label, offset), side, span in zip((("as the US", -0.17), ("as Japan", 0.17)), SIDES, spans, strict=True):
            own = players[players["seat"] == side].set_index("player").loc[order]
            ends = RANGES[RANGES["seat"] == side].set_index("player").loc[order]
            line = marks[label]
            np.testing.assert_allclose(np.asarray(line.get_xdata(), float), scale * own[name])
            np.testing.assert_allclose(np.asarray(line.get_ydata(), float), np.arange(2) + offset)
            assert to_hex(line.get_color()) == SIDE_COLOURS[side].lower()
            assert line.get_marker() == SIDE_MARKERS[side]
            for row, segment in enumerate(span.get_segments()):
                low, high = scale * ends[f"{name}_low"].iloc[row], scale * ends[f"{name}_high"].iloc[row]
                assert segment.tolist() == pytest.approx(np.array([[low, row + offset], [high, row + offset]]))
        assert axes.get_xlim()[0] == 0.0
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["Gain", "Deals", "Days to a deal"]
    assert [axes.get_xlabel() for axes in figure.axes] == [
        "Over walking away,\nUS$ bn a year", "Share of all worlds, %", "Days, of worlds with a deal",
    ]  # fmt: skip
    (legend,) = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["as the US", "as Japan"]


def test_ranges_of_players_are_intervals_over_worlds_and_the_middle_half_of_their_deals() -> None:
    """As the US the first tactic makes three deals in two worlds, worth 0.1 and 0.3, and 0.2 and 0.5 of a pair each."""
    found = player_ranges(worlds().to_pandas(), [A, B]).set_index(["seat", "player"])
    first = found.xs((SIDES[0], A))
    # Means over both opponents: 0.2 in the first world, 0.35 in the second.
    assert (first["gain_low"], first["gain_high"]) == pytest.approx(mean_interval(np.array([0.2, 0.35])))
    # Deals with both in the first world, with one of two in the second; a share ends at 1.
    low, high = mean_interval(np.array([1.0, 0.5]))
    assert (first["deal_share_low"], first["deal_share_high"]) == pytest.approx((max(low, 0.0), min(high, 1.0)))
    # On days 11, 14 and 20.
    assert (first["days_low"], first["days_high"]) == (12.5, 17.0)
    japan = found.xs((SIDES[1], A))
    # Met by both tactics of the US: 2.1 and 3.7 in the first world, 2.3 and 4.1 in the second; one deal, on day 11.
    assert (japan["gain_low"], japan["gain_high"]) == pytest.approx(mean_interval(np.array([2.9, 3.2])))
    assert (japan["days_low"], japan["days_high"]) == (11.0, 11.0)
    # Without the second tactic its pairs do not count.
    alone = player_ranges(worlds().to_pandas(), [A]).set_index(["seat", "player"])
    assert [*alone.index] == [(SIDES[0], A), (SIDES[1], A)]
    assert alone.loc[(SIDES[0], A), "gain_low"] == pytest.approx(mean_interval(np.array([0.1, 0.2]))[0])


def _ranked(gains: list[float], other: list[float]) -> pd.DataFrame:
    size = len(gains)
    return pd.DataFrame(
        {
            "seat": [SIDES[0]] * size + [SIDES[1]] * size,
            "player": [f"tactic {place}" for place in range(size)] * 2,
            "days": [10.0 * (1 + place) for place in range(size)] * 2,
            "gain": gains + other,
            "deal_share": 1.0,
        }
    )


@pytest.mark.parametrize(
    ("gains", "said"),
    [
        ([1.0, 2.0, 3.0, 4.0, 5.0, 6.0], "gain more: rank correlation 1.00 as the US and 1.00 as Japan"),
        ([6.0, 5.0, 4.0, 3.0, 2.0, 1.0], f"gain less: rank correlation {MINUS}1.00 as the US and {MINUS}1.00 as Japan"),
        # Squares of the distances of ranks add up to 26: 1 - 6 x 26 / 210, beside 1.96 / sqrt(5) = 0.88.
        (
            [2.0, 1.0, 4.0, 3.0, 6.0, 1.5],
            "gain neither more nor less, within noise: rank correlation 0.26 as the US and 0.26 as Japan",
        ),
    ],
)
def test_the_title_says_whether_slower_tactics_gain_more(gains: list[float], said: str) -> None:
    assert _title(tournament_times(_ranked(gains, gains), RANGES.head(0))) == f"Slower tactics {said}"


def test_the_title_tells_the_seats_apart_where_they_differ() -> None:
    up = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
    assert _title(tournament_times(_ranked(up, up[::-1]), RANGES.head(0))) == (
        f"As the US slower tactics gain more (rank correlation 1.00), as Japan slower tactics gain less (rank "
        f"correlation {MINUS}1.00)"
    )
    few = _ranked(up[:4], up[:4])
    assert _title(tournament_times(few, RANGES.head(0))) == "Gain, deals and days to a deal of every tactic"


def test_a_tactic_without_a_deal_has_a_row_and_no_days() -> None:
    players = analysis().players
    players.loc[(players["player"] == B) & (players["seat"] == SIDES[0]), "days"] = np.nan
    figure = tournament_times(players, RANGES)
    days = figure.axes[2].lines[0]
    assert np.isnan(np.asarray(days.get_xdata(), float)).tolist() == [True, False]
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == [B, A]


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
        "tournament_times": tournament_times(result.players, player_ranges(result.worlds, [A, B]), left_out=("gone",)),
    }
    assert figures.keys() == tables.keys()
    for name, wanted in tables.items():
        assert png_bytes(figures[name]) == png_bytes(wanted), name
