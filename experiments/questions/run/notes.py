"""What is said beside the answer of a run: where its worlds come from, and how sure it was to be and has become."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from experiments.config.explain import further_units
from experiments.config.numbers import numbers
from experiments.labels import (
    agent_label,
    counted,
    inside,
    listed,
    number,
    outcome_label,
    percent,
    plain,
    quantity,
    scale_of,
    side,
    unit_of,
)
from experiments.questions.run.text import PLEDGE_NAMES, posterior_words
from experiments.questions.run.until import GAIN, LEAST_DEALS, LEVEL, MOST, OPTION, is_share, would_take
from sim.issues import SIDES

if TYPE_CHECKING:
    from experiments.config.model import Config
    from experiments.questions.run.summary import Summary
    from experiments.questions.run.until import UntilFound
    from experiments.store.plan import GivenSettings, RunSettings, Until

#: Unit of gains and payoffs.
_YEARLY: Final = "US$ bn a year"

#: Samplings that are no independent draws.
_EVENLY_SPREAD: Final = {"latin_hypercube": "A Latin hypercube", "sobol": "A Sobol sequence"}

#: Columns of a table of worlds that a sentence names.
_NAMED: Final = 4


def notes(config: Config, settings: RunSettings, found: UntilFound | None) -> Iterator[str]:
    """Sentences on numbers that a calibration or a table gives, on even samplings, and on what a run went on for."""
    yield from posterior_words(config)
    if settings.design is not None:
        yield _of_design(settings.design, settings.runs)
    elif settings.runs > 1 and (sampling := _EVENLY_SPREAD.get(config.experiment.sampling)):
        yield (
            f"{sampling} is spread more evenly than independent draws, for which the intervals are: they are rather "
            "too wide."
        )
    if settings.until is not None and found is not None:
        yield _of_until(settings.until, found, settings.runs, config)


def _of_design(design: GivenSettings, runs: int) -> str:
    rows, times = design.rows, runs // design.rows
    played = "once" if times == 1 else "twice" if times == 2 else f"{times:,} times"
    columns = design.columns
    more = f" and {len(columns) - _NAMED} more" if len(columns) > _NAMED else ""
    named = f"{', '.join(columns[:_NAMED])}{more}" if more else listed(columns, cut=False)
    these = "this number" if len(columns) == 1 else "these numbers"
    worlds = "the only row" if rows == 1 else f"each of the {counted(rows, 'row')}"
    return (
        f"The worlds are those of a table of the user's own: {worlds} is played {played}, with {these} from the table: "
        f"{named}. All else is as the config says. Shares, medians and intervals are over these rows: they say how "
        f"likely an end is only if the rows are a sample of what is likely. Table of worlds {design.digest}."
    )


def _of_until(until: Until, found: UntilFound, runs: int, config: Config) -> str:
    last = found.looks[-1]
    what, unit = _measure(until.measure, config)
    asked = (
        f"Asked for ({OPTION}): {what}, with half of its {percent(LEVEL)} interval no wider than "
        f"{_width(until.half_width, unit)}."
    )
    width = None if last.half_width is None else _width(last.half_width, unit)
    looks = listed([f"{one.runs:,}" for one in found.looks], cut=False)
    if found.reached:
        more = "" if runs == last.runs else f" (the run has {runs:,} and is not cut)"
        took = f"It took {counted(last.runs, 'negotiation')}{more}, where half of it is {width}"
        return f"{asked} {took}; looked at after {looks}."
    why = f"half of it is {width}" if width else f"there are {counted(last.counted, 'deal')}, of {LEAST_DEALS} at least"
    enough = would_take(until, found)
    on = f"; some {_rounded_up(enough):,} would be needed" if enough is not None else ""
    return (
        f"{asked} Not reached after {counted(last.runs, 'negotiation')}, the most that were allowed ({MOST}): "
        f"{why}{on}. Go on with --resume and a larger {MOST}."
    )


def _rounded_up(count: int) -> int:
    """Number with two digits that is no smaller, for what is an estimate."""
    unit = int(10 ** max(0, len(str(count)) - 2))
    return math.ceil(count / unit) * unit


def _measure(measure: str, config: Config) -> tuple[str, str]:
    """What a measure is inside a sentence, and its unit."""
    if is_share(measure):
        return f"the share of runs that end as “{inside(outcome_label(measure))}”", "share"
    if measure.startswith(GAIN):
        agent = measure.removeprefix(GAIN)
        who = side(agent) if agent in SIDES else agent_label(agent)
        return f"the mean gain of {who} over the deals", _YEARLY
    return f"the mean of {inside(plain(measure))} over the deals", unit_of(measure, further_units(config))


def _width(value: float, unit: str) -> str:
    """Half-width with its unit and three digits; of a share or rate in points."""
    if scale_of(unit) == 1.0:
        return quantity(value, unit) if value >= 0.005 else f"{value:.3g} {unit}".strip()
    points = 100.0 * value
    return f"{number(points) if points >= 100 else f'{points:.3g}'} point{'' if points == 1.0 else 's'}"


def until_as_data(until: Until, found: UntilFound, config: Config) -> dict[str, Any]:
    """What a run went on for and what came of it, as plain data."""
    last = found.looks[-1]
    return {
        **until.model_dump(),
        "unit": _measure(until.measure, config)[1],
        "level": LEVEL,
        "reached": found.reached,
        "took": last.runs if found.reached else None,
        "found": last.half_width,
        "would_take": None if found.reached else would_take(until, found),
        "looks": [one.model_dump() for one in found.looks],
    }


def units_of_tables(summary: Summary, config: Config) -> dict[str, str | Mapping[str, str]]:
    """Unit of the numbers of each table of the summary, by the name that stands in its first column."""
    from experiments.config.meanings import units_of

    further = further_units(config)
    paths = units_of(config, numbers(config))
    return {
        "package": {name: unit_of(name, further) for name in summary.package["issue"]},
        "pledge": {name: PLEDGE_NAMES[name][1] for name in summary.pledge["quantity"]},
        "gains": _YEARLY,
        "gaps": {name: unit_of(name, further) for name in summary.gaps["issue"]},
        "differences": {path: paths.get(path, "") for path in summary.differences["parameter"]},
    }
