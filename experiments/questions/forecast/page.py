"""The page of a forecast: asked, forecast, baselines, scores, what not to conclude, how to repeat it."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Final

from experiments.cases.cases import case_config
from experiments.labels import counted
from experiments.questions.forecast.figures import forecast_deals, forecast_rates
from experiments.questions.forecast.text import all_scores, answer, baselines, bins, chances, rates, warning_of_sample
from experiments.report.blocks import Block, Commands, Listing, Page, PageSection, Words, picture
from experiments.report.limits import OF_SHARES, limits_section
from experiments.report.repeat import CHANGED, repeated, repeated_by
from experiments.report.scenario import scenario_section

if TYPE_CHECKING:
    from experiments.figures.kit.theme import Theme
    from experiments.questions.forecast.result import ForecastResult

_WARNINGS: Final = (
    "The config is made of one row of the record and of a template that is the same for all cases. Politics, tactics "
    "and protocol are drawn from wide ranges, and nothing that is known of this country alone went into them.",
    "A variant that is fitted knows the deals through its date, also as the pattern to which new deals are compared. "
    "It is scored apart from the one with nothing fitted.",
    *OF_SHARES,
)
_RATES: Final = "Rates that hold on each day, all draws and deals alone, with the baselines below them."
_DEALS: Final = "How often there is a deal, and a fund, by each day."


def page(result: ForecastResult, theme: Theme) -> Page:
    """Page of a finished forecast."""
    config = result.config
    first, *others = answer(result)
    found: list[Block] = [
        chances(result),
        picture(forecast_deals(result), _DEALS, theme),
        rates(result),
        picture(forecast_rates(result), _RATES, theme),
        bins(result),
    ]
    sections = [
        scenario_section(config, "What was known of the country on the day, and what all cases share.", _asked(result)),
        PageSection("forecast", "What is forecast", "Deals, rates and a fund by two days.", tuple(found)),
        PageSection("baselines", "Beside it", "What anyone could have said without a model.", (baselines(result),)),
    ]
    if len(result.scores):
        lead = f"The record says how {result.case} ended. {warning_of_sample(result)}".strip()
        sections.append(PageSection("scores", "How it ended", lead, tuple(all_scores(result))))
    sections += [
        limits_section(config, _WARNINGS),
        _again(result),
    ]
    return Page(
        title=f"Forecast of {result.case}",
        subtitle=f"{config.title}: {counted(result.negotiations, 'simulated negotiation')}",
        answer=" ".join((first, *others)),
        sections=tuple(sections),
    )


def _draws(result: ForecastResult) -> int:
    return int(result.summary["draws"].iloc[0])


def _asked(result: ForecastResult) -> Listing:
    days = " and ".join(result.horizons)
    lines = (
        f"{counted(_draws(result), 'draw')} of each of {counted(len(result.variants), 'variant')}: "
        f"{', '.join(result.variants)}.",
        f"Looked at are deals by {days}, the rates that hold then, and whether there is a fund.",
        f"Seed {result.seed}; a draw has the same politics in every case.",
    )
    return Listing("The forecast", lines)


def _again(result: ForecastResult) -> PageSection:
    """How to forecast the same again: a forecast is called by its country, and not by a config."""
    tables = {one["name"]: one["weights"] for one in result.manifest.settings["variants"] if one["weights"]}
    options = (
        "--as-of", str(result.as_of), *repeated("--weights", [f"{name}={name}.csv" for name in tables]),
        "--draws", str(_draws(result)), "--seed", str(result.seed),
    )  # fmt: skip
    found: list[Block] = [
        Words((f"{name}.csv is the table of weights of winset calibrate with digest {digest}.",))
        for name, digest in tables.items()
    ]
    if case_config(result.case, as_of=result.as_of).digest() != result.config.digest():
        found.append(Words((CHANGED,)))
    found.append(Commands((" ".join(["winset", "forecast", shlex.quote(result.case), *options]),)))
    return repeated_by(result.manifest, "config", found)
