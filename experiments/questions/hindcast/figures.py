"""Pictures of a hindcast: fans beside the record, scores beside baselines, calibration, and what each date learnt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from matplotlib.lines import Line2D

from experiments.figures.kit.style import (
    BLUISH_GREEN,
    INK,
    MUTED,
    ORANGE,
    REDDISH_PURPLE,
    SIDE_COLOURS,
    SKY_BLUE,
    SMALL_SIZE,
    finish_axes,
    headline,
    legend_below,
    new_figure,
    picture,
    wrapped,
)
from experiments.labels import SIDE_LABELS, axis_label, counted, percent, plain, scale_of, unit_of
from experiments.questions.hindcast.answer import beaten_by, of_inputs
from experiments.questions.hindcast.forecast import DEALS, MODEL
from experiments.record.record import read_record
from sim.issues import SIDES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from experiments.questions.hindcast.forecast import Hindcast
    from experiments.questions.hindcast.targets import Target

#: Issues of the fans that may be left out where nobody has a position on them.
_ISSUES: Final = ("car_tariff", "reciprocal_tariff", "other_purchases", "investment_fund")

_CODES: Final = tuple(f"B{number}" for number in range(1, 10))
_PANEL: Final = 2.6

#: Days between the dates that are written below the fans.
_TICK: Final = 14

#: Marks that stand closer than this share of the axis have one label.
_CLOSE: Final = 0.03

_OWN: Final = BLUISH_GREEN
_COLOURS: Final = (SKY_BLUE, ORANGE, REDDISH_PURPLE, MUTED, INK, BLUISH_GREEN)


@picture
def fan(result: Hindcast) -> Figure:
    """Draw positions of both sides from the first date on beside what was said, an issue a panel."""
    as_of = str(result.dates[0])
    bands = result.fan[result.fan["as_of"] == as_of]
    stated = [one for one in read_record().positions if one.case == result.case and one.value is not None]
    stated = [one for one in stated if one.date <= result.day]
    issues = [one for one in _ISSUES if one in set(bands["issue"]) or one in {row.issue for row in stated}]
    figure = new_figure(1.9 + _PANEL * len(issues))
    panels = np.atleast_1d(figure.subplots(len(issues), 1, sharex=True))
    for axes, issue in zip(panels, issues, strict=True):
        unit = unit_of(issue)
        scale = scale_of(unit)
        for side in SIDES:
            own = bands[(bands["issue"] == issue) & (bands["side"] == side)]
            _band(axes, own, scale, SIDE_COLOURS[side])
            _record(axes, [one for one in stated if (one.issue, one.side) == (issue, side)], scale, SIDE_COLOURS[side])
        axes.axvline(_place(result.dates[0]), color=MUTED, linewidth=1, linestyle=":")
        axes.set_title(plain(issue))
        axes.set_ylabel(axis_label(unit))
        finish_axes(axes)
    first = min([*(one.date for one in stated), *result.dates])
    ticks = [first + timedelta(days=days) for days in range(0, (result.day - first).days + 1, _TICK)]
    panels[-1].set_xticks([_place(one) for one in ticks], [f"{one.day} {one:%b}" for one in ticks])
    panels[-1].set_xlabel("Day of 2025")
    handles = [
        Line2D([], [], color=SIDE_COLOURS[side], linewidth=2, label=f"{SIDE_LABELS[side]}: median") for side in SIDES
    ]
    said = Line2D([], [], color=INK, marker="o", linestyle="none", label="on record, with its range")
    told = " The forecast was told what came later." if result.informed else ""
    headline(figure, f"What was said, and what the forecast of {_short(result.dates[0])} expected")
    note = f"Bands hold 50 and 90 % of the runs that have a position. Dotted: date of the forecast.{told}"
    legend_below(figure, note, handles=[*handles, said], ncols=3)
    return figure


def _place(day: date) -> float:
    """Where a day stands on the axis."""
    return float(day.toordinal())


def _band(axes: Axes, own: Any, scale: float, colour: str) -> None:
    days = [_place(date.fromisoformat(one)) for one in own["date"]]
    for low, high, opacity in (("q05", "q95", 0.12), ("q25", "q75", 0.22)):
        axes.fill_between(days, own[low] * scale, own[high] * scale, color=colour, alpha=opacity, linewidth=0)
    axes.plot(days, own["q50"] * scale, color=colour, linewidth=2)


def _record(axes: Axes, rows: Sequence[Any], scale: float, colour: str) -> None:
    for one in sorted(rows, key=lambda row: row.date):
        day = _place(one.date)
        high = one.value if one.high is None else one.high
        axes.plot([day, day], [one.low * scale, high * scale], color=colour, linewidth=1.2)
        size = 8 if one.side == SIDES[0] else 5  # where both said the same, both are seen
        axes.plot(
            [day], [one.value * scale], color=colour, marker="o", markersize=size, markeredgecolor=INK, linestyle="none"
        )


@picture
def scores(result: Hindcast) -> Figure:
    """Draw the CRPS of the model and of every baseline on each rate, a panel a rate, a row a date."""
    rates = _open(result, "rate")
    figure = new_figure(2.3 + 0.55 * len(result.dates) * max(1, len(rates)))
    panels = np.atleast_1d(figure.subplots(max(1, len(rates)), 1))
    for axes, target in zip(panels, rates, strict=False):
        dates = [one for one in result.dates if target.is_open(one)]
        own = result.scores[(result.scores["target"] == target.name) & (result.scores["score"] == "crps")]
        widest = 100.0 * float(own["value"].max())
        for place, as_of in enumerate(reversed(dates)):
            rows = result.score(as_of, target.name, "crps")
            found = rows.to_dict("records")
            for row in found:
                _mark(axes, row, place)
            _names(axes, found, place, widest)
        axes.set_yticks(range(len(dates)), [_short(one) for one in reversed(dates)])
        axes.set_ylim(-0.6, len(dates) - 0.4)
        axes.set_xlim(left=0)
        axes.set_title(f"{plain(target.words)}: {percent(target.observed)} in fact")
        axes.set_xlabel("CRPS, points (the lower the better)")
        finish_axes(axes, grid="x")
    best = " ".join(_best(result, one) for one in rates)
    headline(figure, "Who forecast the rates best, date by date")
    legend_below(figure, f"{best} Open circles: chosen after the fact.{_inputs(result)}", handles=_legend(), ncols=3)
    return figure


def _inputs(result: Hindcast) -> str:
    """Which rates of the deals were put in, behind what a picture says of itself."""
    sentences = (
        of_inputs(result, one, [day for day in result.dates if one.is_open(day)]) for one in _open(result, "rate")
    )
    return "".join(f" {sentence}" for found in sentences for sentence in found)


def _mark(axes: Axes, row: Any, place: int) -> None:
    forecaster, value = str(row["forecaster"]), 100.0 * float(row["value"])
    if not np.isfinite(value):
        return
    if forecaster == MODEL:
        axes.errorbar(
            [value], [place], xerr=[200.0 * float(row["error"])], color=_OWN, marker="s", markersize=9, zorder=4
        )
    elif forecaster == DEALS:
        axes.plot([value], [place], color=_OWN, marker="s", markersize=9, markerfacecolor="none", linestyle="none")
    else:
        fill = "none" if row["after_the_fact"] else MUTED
        axes.plot([value], [place], color=MUTED, marker="o", markersize=6, markerfacecolor=fill, linestyle="none")


def _names(axes: Axes, rows: Sequence[Any], place: int, widest: float) -> None:
    """Write the codes of the baselines above their marks; those that stand close together share one line."""
    known = [(100.0 * float(row["value"]), str(row["forecaster"])) for row in rows if row["forecaster"] in _CODES]
    groups: list[list[tuple[float, str]]] = []
    for value, code in sorted(one for one in known if np.isfinite(one[0])):
        if groups and value - groups[-1][-1][0] < _CLOSE * widest:
            groups[-1].append((value, code))
        else:
            groups.append([(value, code)])
    for group in groups:
        centre = sum(value for value, _ in group) / len(group)
        text = " ".join(code.removeprefix("B") if at else code for at, (_, code) in enumerate(group))
        axes.annotate(text, (centre, place), xytext=(0, 8), textcoords="offset points", ha="center", fontsize=9)


def _legend() -> list[Line2D]:
    return [
        Line2D([], [], color=_OWN, marker="s", markersize=9, linestyle="none", label="model, 2 standard errors"),
        Line2D([], [], color=_OWN, marker="s", markersize=9, markerfacecolor="none", linestyle="none",
               label="model, deals alone"),
        Line2D([], [], color=MUTED, marker="o", linestyle="none", label="baselines B1 to B9"),
    ]  # fmt: skip


def _best(result: Hindcast, target: Target) -> str:
    dates = [one for one in result.dates if target.is_open(one)]
    better = beaten_by(result, dates[0], target.name)[0]
    who = f"{counted(len(better), 'baseline')} beat" if len(better) != 1 else f"{better[0]} beats"
    return f"{plain(target.words)}: on {_short(dates[0])} {who} the model."


@picture
def calibration(result: Hindcast) -> Figure:
    """Draw where what happened lies in each forecast of a rate or change, and what was said of each event."""
    numbers = _open(result, "rate") + _open(result, "flow")
    events = _open(result, "event")
    rows = [*numbers, *events]
    figure = new_figure(2.2 + 0.6 * len(rows))
    axes = figure.subplots()
    colours = {str(one): _COLOURS[place % len(_COLOURS)] for place, one in enumerate(result.dates)}
    for place, target in enumerate(reversed(rows)):
        axes.axhline(place, color=MUTED, linewidth=0.4)
        for at, as_of in enumerate(result.dates):
            height = place + 0.3 - 0.6 * at / max(1, len(result.dates) - 1)
            _transform(axes, result, target, str(as_of), height, colours[str(as_of)])
    axes.set_yticks(range(len(rows)), [wrapped(one.words, 34) for one in reversed(rows)])
    axes.set_xlim(-0.02, 1.02)
    axes.set_ylim(-0.7, len(rows) - 0.3)
    axes.set_xlabel("Share of the runs below it; of an event those with it")
    finish_axes(axes, grid="x")
    handles = [
        Line2D([], [], color=colours[str(one)], marker="o", linestyle="none", label=_short(one)) for one in result.dates
    ]
    headline(figure, "What happened, as the forecasts saw it")
    note = "Bars: from P(X < y) to P(X <= y), where many runs have the very number. Diamonds: events, filled if so."
    legend_below(figure, note, handles=handles, ncols=len(handles))
    return figure


def _transform(axes: Axes, result: Hindcast, target: Target, as_of: str, height: float, colour: str) -> None:
    if target.kind == "event":
        rows = result.score(as_of, target.name, "brier")
        own = rows.loc[rows["forecaster"] == MODEL, "says"]
        if len(own):
            fill = colour if target.observed else "none"
            axes.plot([float(own.iloc[0])], [height], color=colour, marker="D", markerfacecolor=fill, linestyle="none")
        return
    found = result.pit[(result.pit["as_of"] == as_of) & (result.pit["target"] == target.name)]
    for row in found.to_dict("records"):
        axes.plot([row["low"], row["high"]], [height, height], color=colour, linewidth=3)
        axes.plot([row["pit"]], [height], color=colour, marker="o", linestyle="none")


@picture
def learnt(result: Hindcast) -> Figure:
    """Draw what the model says from date to date beside what happened: probability of the deal, both rates, CRPS."""
    rates = _open(result, "rate")
    figure = new_figure(4.6, 12.5)
    panels = figure.subplots(1, 3)
    places = range(len(result.dates))
    for target, colour in zip(_events(result), (_OWN, ORANGE), strict=False):
        said = [_said(result, one, target) for one in result.dates]
        panels[0].plot(places, [100.0 * one for one in said], color=colour, marker="o", label=target.words)
    panels[0].set_title("Probability")
    panels[0].set_ylabel("Share of runs, %")
    panels[0].set_ylim(-3, 103)
    for target, colour in zip(rates, (SKY_BLUE, REDDISH_PURPLE), strict=False):
        said = [_said(result, one, target) for one in result.dates]
        own = [_crps(result, one, target) for one in result.dates]
        panels[1].plot(places, [100.0 * one for one in said], color=colour, marker="o", label=target.words)
        panels[1].axhline(100.0 * target.observed, color=colour, linestyle="--", linewidth=1)
        panels[2].plot(places, [100.0 * one for one in own], color=colour, marker="o", label=target.words)
    panels[1].set_title("Median rate (dashed: in fact)")
    panels[1].set_ylabel("Tariff, %")
    panels[2].set_title("How far off")
    panels[2].set_ylabel("CRPS, points")
    panels[2].set_ylim(bottom=0)
    for axes in panels:
        axes.set_xticks(places, [_short(one) for one in result.dates], rotation=30, ha="right")
        axes.set_xlabel("Date of the forecast")
        axes.legend(fontsize=SMALL_SIZE - 1)
        finish_axes(axes)
    headline(figure, "What each date learnt", f"A date on which the answer was known has no mark.{_inputs(result)}")
    return figure


def _events(result: Hindcast) -> list[Target]:
    return [one for one in _open(result, "event") if one.name in ("deal_by", "no_deal_before")]


def _open(result: Hindcast, kind: str) -> list[Target]:
    """Targets of a kind that were open on one of the dates at least."""
    return [
        one for one in result.targets.values() if one.kind == kind and any(one.is_open(day) for day in result.dates)
    ]


def _said(result: Hindcast, as_of: date, target: Target) -> float:
    rows = result.score(as_of, target.name, "brier" if target.kind == "event" else "crps")
    own = rows.loc[rows["forecaster"] == MODEL, "says"]
    return float(own.iloc[0]) if len(own) else float("nan")


def _crps(result: Hindcast, as_of: date, target: Target) -> float:
    rows = result.score(as_of, target.name, "crps")
    own = rows.loc[rows["forecaster"] == MODEL, "value"]
    return float(own.iloc[0]) if len(own) else float("nan")


def _short(day: date) -> str:
    return f"{day.day} {day:%B}"


#: Figures of a hindcast, each a function of its tables.
FIGURES: Final[dict[str, Callable[..., Figure]]] = {
    "fan": fan,
    "scores": scores,
    "calibration": calibration,
    "learnt": learnt,
}
