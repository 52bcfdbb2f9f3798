"""Pictures of a forecast: rates by variant and horizon above the baselines, and shares of deals and funds."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from experiments.figures.kit.style import (
    BLUE,
    BLUISH_GREEN,
    INK,
    MUTED,
    ORANGE,
    SMALL_SIZE,
    finish_axes,
    headline,
    new_figure,
    picture,
)
from experiments.labels import listed, percent, plain
from experiments.questions.forecast.tables import DEAL, DEALS, HOLD, RATES

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from experiments.questions.forecast.tables import Forecasts

_COLOURS: Final = {HOLD: BLUE, DEALS: BLUISH_GREEN}
#: Where the two lines of a row lie, from its middle.
_OFFSETS: Final = {HOLD: -0.16, DEALS: 0.16}
_ROW: Final = 0.42
#: Of a baseline that needs what the record does not have of a case, such as stated positions.
NOTHING: Final = "says nothing here"
_MARGIN: Final = 2.4
_FACT: Final = "in fact"


@picture
def forecast_rates(result: Forecasts) -> Figure:
    """Draw medians and ranges of each rate by variant and horizon, the baselines below, and the fact as a line."""
    shown = [rate for rate in RATES if rate in set(result.rates["rate"])]
    rows = [(variant, horizon) for variant in result.variants for horizon in result.horizons]
    codes = list(dict.fromkeys(map(str, result.baselines["code"])))
    figure = new_figure(_MARGIN + _ROW * (len(rows) + len(codes)))
    panels = figure.subplots(1, len(shown), sharey=True, squeeze=False)[0]
    for panel, rate in zip(panels, shown, strict=True):
        for place, (variant, horizon) in enumerate(rows):
            for among in (HOLD, DEALS):
                _range(panel, result.rates, place, rate, variant, horizon, among)
        _baselines(panel, result.baselines, rate, codes, len(rows))
        _fact(panel, result.scores, rate)
        panel.axhline(len(rows) - 0.5, color=MUTED, linewidth=0.8)
        panel.set_title(plain(RATES[rate]))
        panel.set_xlabel("Rate, %")
        panel.set_ylabel("Variant and day, or baseline")
        finish_axes(panel, grid="x")
    names = [f"{variant}, {horizon}" for variant, horizon in rows]
    labels = {str(row["code"]): _label(row) for row in result.baselines.to_dict("records")}
    names += [labels[code] for code in codes]
    panels[0].set_yticks(range(len(names)), names)
    panels[0].invert_yaxis()
    panels[0].legend(fontsize=SMALL_SIZE - 1, loc="best")
    headline(figure, _title(result), _note(result))
    return figure


def _label(row: Any) -> str:
    return f"{row['code']}{'*' if row['mark'] else ''} {row['name']}"


def _range(axes: Axes, table: pd.DataFrame, place: int, rate: str, variant: str, horizon: str, among: str) -> None:
    chosen = (table["variant"] == variant) & (table["horizon"] == horizon)
    row = table[chosen & (table["rate"] == rate) & (table["among"] == among)].iloc[0]
    least, low, middle, high, most = (100.0 * float(row[name]) for name in ("q05", "q25", "q50", "q75", "q95"))
    at = place + _OFFSETS[among]
    label = among if place == 0 else None
    axes.plot([least, most], [at, at], color=_COLOURS[among], linewidth=1.2)
    axes.plot([low, high], [at, at], color=_COLOURS[among], linewidth=4.5, solid_capstyle="butt")
    axes.plot([middle], [at], color=_COLOURS[among], marker="o", markersize=6, linestyle="", label=label)


def _baselines(axes: Axes, table: pd.DataFrame, rate: str, codes: list[str], above: int) -> None:
    own = table[(table["rate"] == rate) & table["value"].notna()]
    places = [above + codes.index(str(code)) for code in own["code"]]
    values = 100.0 * own["value"].to_numpy(float)
    errors = 100.0 * own["scale"].fillna(0.0).to_numpy(float)
    axes.errorbar(values, places, xerr=errors, fmt="D", color=ORANGE, markersize=5, linewidth=1.0, label="baselines")
    for place in sorted({*range(above, above + len(codes))} - {*places}):
        axes.text(0.98, place, NOTHING, transform=axes.get_yaxis_transform(), ha="right", va="center", color=MUTED,
                  fontsize=SMALL_SIZE - 1, backgroundcolor="white")  # fmt: skip


def _fact(axes: Axes, scores: pd.DataFrame, rate: str) -> None:
    own = scores[scores["target"] == rate]
    if len(own):
        axes.axvline(100.0 * float(own["fact"].iloc[0]), color=INK, linestyle="--", linewidth=1.2, label="fact")


def _title(result: Forecasts) -> str:
    row: dict[str, Any] = result.row(result.variants[0], result.horizons[-1])
    days = " and ".join(result.horizons)
    return f"{result.case}: rates on {days}; deals in {percent(float(row['agreed']))} by the last day"


def _note(result: Forecasts) -> str:
    marked = " *: chosen after the fact." if (result.baselines["mark"] != "").any() else ""
    inputs = " ".join(sentence for issue, sentence in result.inputs_of_all() if issue in RATES.values())
    how = "Dots: medians; thick: half of the draws, thin: nine of ten. Baselines with their expected error."
    return f"{how}{marked} {inputs}"


@picture
def forecast_deals(result: Forecasts) -> Figure:
    """Draw shares of deals and of funds by variant, a bar a horizon, with two Monte Carlo errors and the fact."""
    figure = new_figure(4.2)
    panels = figure.subplots(1, 2, sharey=True)
    width = 0.6 / len(result.horizons)
    places = np.arange(len(result.variants))
    for panel, name, title in zip(panels, ("agreed", "fund"), ("Deal announced", "With a fund"), strict=True):
        for number, horizon in enumerate(result.horizons):
            rows = [result.row(variant, horizon) for variant in result.variants]
            heights = [100.0 * float(row[name]) for row in rows]
            errors = [200.0 * float(row[f"{name}_error"]) for row in rows]
            at = places + (number - (len(result.horizons) - 1) / 2) * width
            colour = (BLUE, ORANGE)[number]
            panel.bar(at, heights, width, yerr=errors, color=colour, ecolor=INK, label=f"by {horizon}")
        panel.set_xticks(places, result.variants)
        panel.set_xlim(-0.7, len(places) - 0.3)
        panel.set_title(title)
        panel.set_ylim(-3, 103)
        panel.set_xlabel("Variant")
        panel.set_ylabel("Share of draws, %")
        finish_axes(panel)
    _deal_facts(panels[0], result, places, width)
    handles, labels = panels[1].get_legend_handles_labels()
    facts, words = panels[0].get_legend_handles_labels()
    chosen = [place for place, word in enumerate(words) if word.startswith(_FACT)]
    panels[1].legend(
        [*handles, *(facts[place] for place in chosen)], [*labels, *(words[place] for place in chosen)],
        fontsize=SMALL_SIZE - 1,
    )  # fmt: skip
    rows = [result.row(result.variants[0], horizon) for horizon in result.horizons]
    shares = " and ".join(f"{percent(float(row['agreed']))} by {row['horizon']}" for row in rows)
    note = f"Lines: two Monte Carlo errors either way. {_of_baselines(result)}".strip()
    headline(figure, f"{result.case}: a deal in {shares}", note)
    return figure


def _deal_facts(axes: Axes, result: Forecasts, places: np.ndarray, width: float) -> None:
    """Mark at 100 or 0 % whether there was a deal by each horizon that the record tells of."""
    own = result.scores[result.scores["target"] == DEAL]
    for number, horizon in enumerate(result.horizons):
        found = own[own["horizon"] == horizon]["fact"]
        if len(found):
            at = places + (number - (len(result.horizons) - 1) / 2) * width
            there = bool(found.iloc[0])
            label = f"{_FACT}: {'a deal' if there else 'no deal'} by {horizon}"
            axes.plot(at, [100.0 * there] * len(at), color=INK, marker="*v"[number], markersize=10, linestyle="",
                      clip_on=False, zorder=5, label=label)  # fmt: skip


def _of_baselines(result: Forecasts) -> str:
    """Which baselines say that there is a deal, of those that say something."""
    own = result.baselines[(result.baselines["rate"] == "rec") & result.baselines["value"].notna()]
    said = {str(row["code"]) + ("*" if row["mark"] else ""): bool(row["agrees"]) for row in own.to_dict("records")}
    parts = [
        f"{what}: {listed((code for code, agrees in said.items() if agrees is there), cut=False)}"
        for there, what in ((True, "a deal"), (False, "no deal"))
        if there in said.values()
    ]
    return f"Of the baselines say {'; '.join(parts)}." if parts else ""


#: Figures of a forecast, each a function of its tables.
FIGURES: Final[dict[str, Callable[..., Figure]]] = {
    "forecast_rates": forecast_rates,
    "forecast_deals": forecast_deals,
}
