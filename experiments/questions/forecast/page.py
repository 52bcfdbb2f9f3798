"""The page of a forecast: asked, forecast, baselines, scores, what not to conclude, how to repeat it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from experiments.config.changes import SET
from experiments.config.weights import OPTION as WEIGHTS
from experiments.labels import counted, listed
from experiments.questions.forecast.figures import forecast_deals, forecast_rates
from experiments.questions.forecast.text import all_scores, answer, baselines, bins, chances, rates, warning_of_sample
from experiments.report.blocks import Block, Download, Listing, Page, PageSection, PageTheme, picture
from experiments.report.limits import OF_SHARES, limits_section
from experiments.report.own_record import record_needed, record_option
from experiments.report.repeat import Asked, repeat_section, repeated
from experiments.report.scenario import scenario_section

if TYPE_CHECKING:
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


def page(result: ForecastResult, theme: PageTheme) -> Page:
    """Page of a finished forecast."""
    config = result.config
    found: list[Block] = [
        chances(result),
        rates(result),
        picture(forecast_rates(result), _RATES, theme),
        bins(result),
    ]
    sections = [
        PageSection("came-out", "What came out", "Deals, rates and a fund by two days.", tuple(found)),
        PageSection("baselines", "Beside it", "What anyone could have said without a model.", (baselines(result),)),
    ]
    if len(result.scores):
        lead = f"The record says how {result.case} ended. {warning_of_sample(result)}".strip()
        sections.append(PageSection("scores", "How it ended", lead, tuple(all_scores(result))))
    sections += [
        scenario_section(config, "What was known of the country on the day, and what all cases share.", _asked(result)),
        limits_section(config, _WARNINGS),
        repeat_section(result.manifest, config, options=_options(result), asked=_again(result)),
    ]
    return Page(
        title=f"Forecast of {result.case}",
        subtitle=f"{config.title}: {counted(result.negotiations, 'simulated negotiation')}",
        answer=answer(result).shown(picture(forecast_deals(result), _DEALS, theme)),
        sections=tuple(sections),
    )


def _draws(result: ForecastResult) -> int:
    return int(result.summary["draws"].iloc[0])


def _options(result: ForecastResult) -> tuple[str, ...]:
    """Options with which the same draws come out again."""
    settings = result.manifest.settings
    return (
        "--as-of", settings["as_of"], "--draws", str(_draws(result)), "--seed", str(result.seed),
        *repeated(WEIGHTS, [f"{name}={_weights_name(name)}" for name in result.weights]),
        *repeated(SET, settings["sets"]),
        *record_option(settings["record"]),
    )  # fmt: skip


def _weights_name(variant: str) -> str:
    return f"{variant}.csv"


def _again(result: ForecastResult) -> Asked:
    """The case, with the tables of weights as files to save."""
    files = tuple(
        Download(_weights_name(name), f"Save {_weights_name(name)}", content)
        for name, content in result.weights.items()
    )
    save = f"Save {listed([one.name for one in files], cut=False)}, and run:" if files else "Run:"
    return Asked(result.case, save, files, record_needed(result.manifest.settings["record"]))


def _asked(result: ForecastResult) -> Listing:
    days = " and ".join(result.horizons)
    lines = (
        f"{counted(_draws(result), 'draw')} of each of {counted(len(result.variants), 'variant')}: "
        f"{', '.join(result.variants)}.",
        f"Looked at are deals by {days}, the rates that hold then, and whether there is a fund.",
        f"Seed {result.seed}; a draw has the same politics in every case.",
    )
    return Listing("The forecast", lines)
