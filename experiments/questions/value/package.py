"""The package, amount and pair of issues that are asked about: read, checked against the table, and filled in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from experiments.config.agenda_checks import unit_of_issue
from experiments.config.regimes import ordered_events
from experiments.errors import RunError, ended, shown, suggestion
from experiments.labels import listed, scale_of
from experiments.questions.value.priced_world import Grid, PricedWorld, neighbours, on_grid
from sim.issues import CAR_TARIFF, CHIP_PURCHASES, ISSUES

if TYPE_CHECKING:
    from experiments.config.model import Config

#: Where the value of an issue comes from.
GIVEN: Final = "given"
STATUS_QUO: Final = "status quo"

#: The pair that is set against each other unless another is asked for.
_PAIR: Final = (ISSUES[CHIP_PURCHASES].name, ISSUES[CAR_TARIFF].name)

_PACKAGE: Final = "--package"
_BETWEEN: Final = "--between"
_AMOUNT: Final = "--amount"


def parse_values(option: str, texts: Iterable[str]) -> dict[str, float]:
    """Read ``issue=value,issue=value``, in one text or several.

    Raises
    ------
    experiments.errors.RunError
        Naming the part that cannot be read.
    """
    found: dict[str, float] = {}
    for text in texts:
        for part in text.split(","):
            name, equals, value = (piece.strip() for piece in part.partition("="))
            if not name or not equals:
                raise RunError(f"{option} {shown(part)}: it must be ISSUE=VALUE, such as car_tariff=0.15.")
            if name in found:
                raise RunError(f"{option} {shown(part)}: {name} has a value already, {found[name]:g}.")
            found[name] = _number(option, part, value)
    return found


def _number(option: str, part: str, value: str) -> float:
    try:
        number = float(value)
    except ValueError:
        number = np.nan
    if not np.isfinite(number):
        raise RunError(f"{option} {shown(part)}: {shown(value)} is no number; a rate of 15 % is written 0.15.")
    return number


def parse_pair(given: Sequence[str] | str) -> tuple[str, str]:
    """Read ``issue,issue``, or two names.

    Raises
    ------
    experiments.errors.RunError
        When it is no pair.
    """
    names = [name.strip() for name in given.split(",")] if isinstance(given, str) else list(given)
    if len(names) != 2 or not all(names):
        raise RunError(f"{_BETWEEN} {shown(given)}: it must be two issues, such as {','.join(_PAIR)}.")
    return names[0], names[1]


def parse_amount(given: Mapping[str, float] | str) -> tuple[str, float]:
    """Read ``issue=value``, or a mapping with one entry.

    Raises
    ------
    experiments.errors.RunError
        When it is no amount of one issue.
    """
    found = parse_values(_AMOUNT, [given]) if isinstance(given, str) else given
    if len(found) != 1:
        raise RunError(f"{_AMOUNT} {shown(given)}: it must be an amount of one issue.")
    issue, amount = next(iter(found.items()))
    return issue, float(amount)


def natural_unit(config: Config, issue: str) -> float:
    """Unit in which a reader counts an issue, in the unit that is stored: a point of a rate or share, else one."""
    return 1.0 / scale_of(unit_of_issue(config, issue))


def grid_of(option: str, config: Config, situation: PricedWorld, issue: str) -> Grid:
    """Grid of an issue that an option names.

    Raises
    ------
    experiments.errors.RunError
        When there is no such issue, or it is not on the table on the day.
    """
    grids = situation.grids()
    if issue in grids:
        return grids[issue]
    for event in ordered_events(config):
        if issue in event.add_issues:
            raise RunError(
                f"{option} {issue}: it is not on the table on {situation.day}; the event {event.name} brings it on "
                f"{event.date} (--on {event.date})."
            )
    raise RunError(
        ended(f"{option} {issue}: on {situation.day} there is no such issue on the table{suggestion(issue, grids)}")
    )


def filled(
    config: Config, situation: PricedWorld, given: Mapping[str, float]
) -> tuple[dict[str, float], dict[str, str]]:
    """Value of every issue on the table, and where it comes from.

    An issue that is not given has its value at the status quo: tariffs the rate in force, all else nothing, or the end
    of its range that is nearest to that.

    Raises
    ------
    experiments.errors.RunError
        When an issue is unknown, its value is none of its levels, or the chips cannot be delivered.
    """
    chosen: dict[str, float] = {}
    for issue, value in given.items():
        grid = grid_of(_PACKAGE, config, situation, issue)
        level = on_grid(grid, value)
        if level is None:
            raise RunError(_off_grid(grid, value))
        chosen[issue] = level
    package = situation.package(chosen)
    if not situation.can_deliver(package):
        raise RunError(_undelivered(situation, chosen))
    values = {name: float(package[grid.slot]) for name, grid in situation.grids().items()}
    return values, {name: GIVEN if name in chosen else STATUS_QUO for name in values}


def _off_grid(grid: Grid, value: float) -> str:
    near = [f"{level:.6g}" for level in neighbours(grid, value)]
    low, high = grid.ends
    what = "is the nearest level" if len(near) == 1 else "are the nearest levels"
    return (
        f"{_PACKAGE} {grid.name}={value:g}: it is no level of its grid, which goes from {low:g} to {high:g} in steps "
        f"of {grid.step:.6g}; {listed(near)} {what}."
    )


def _undelivered(situation: PricedWorld, chosen: Mapping[str, float]) -> str:
    name = ISSUES[CHIP_PURCHASES].name
    most = most_delivered(situation, situation.grids()[name])
    return (
        f"{_PACKAGE} {name}={chosen[name]:g}: firms, makers and the subsidy budget do not allow it on "
        f"{situation.day}; at most {most:.6g} can be delivered."
    )


def most_delivered(situation: PricedWorld, grid: Grid) -> float:
    """Highest level of the chip purchases below which all can be delivered."""
    most = float(grid.values[0])
    for value in grid.values:
        if not situation.can_deliver(situation.package({grid.name: float(value)})):
            break
        most = float(value)
    return most


def pair_of(config: Config, situation: PricedWorld, given: tuple[str, str] | None) -> tuple[str, str]:
    """Two issues that are set against each other: those given, else chips and cars, else the first two on the table.

    Raises
    ------
    experiments.errors.RunError
        When one is not on the table, both are one, or there are no two.
    """
    names = [*situation.grids()]
    if given is not None:
        for issue in given:
            grid_of(_BETWEEN, config, situation, issue)
        if given[0] == given[1]:
            raise RunError(f"{_BETWEEN} {','.join(given)}: it must be two different issues.")
        return given
    if len(names) < 2:
        on_table = f"only {names[0]} is" if names else "nothing is"
        raise RunError(
            f"{config.name}: on {situation.day} {on_table} on the table, and one issue is valued in terms of another."
        )
    known = [name for name in _PAIR if name in names]
    first, second = [*known, *(name for name in names if name not in known)][:2]
    return first, second


def amount_of(
    config: Config,
    situation: PricedWorld,
    values: dict[str, float],
    pair: tuple[str, str],
    given: tuple[str, float] | None,
) -> tuple[str, float]:
    """Issue and amount of it that others are to make up for; by default half of the range of the first of the pair.

    Raises
    ------
    experiments.errors.RunError
        When it is nothing, of an issue that is not on the table, or leads out of its range.
    """
    if given is None:
        return pair[0], _half(situation, values, pair[0])
    issue, amount = given
    grid = grid_of(_AMOUNT, config, situation, issue)
    low, high = grid.ends
    value = values[issue] + amount
    told = f"{_AMOUNT} {issue}={amount:g}"
    if amount == 0.0:
        raise RunError(f"{told}: it must be more or less than nothing.")
    if not low - 1e-9 <= value <= high + 1e-9:
        raise RunError(
            f"{told}: the package has {values[issue]:g}, and {value:g} is outside the range of {low:g} to {high:g}; "
            f"give {low - values[issue]:.6g} to {high - values[issue]:.6g}."
        )
    if not situation.can_deliver(situation.package({**values, issue: value})):
        most = most_delivered(situation, grid)
        raise RunError(
            f"{told}: firms, makers and the subsidy budget do not allow {value:g} on {situation.day}; at most "
            f"{most:.6g} can be delivered."
        )
    return issue, amount


def _half(situation: PricedWorld, values: dict[str, float], issue: str) -> float:
    """Half of the range in whole steps, up if there is room and it can be delivered, else less or down."""
    grid = situation.grids()[issue]
    value, half = values[issue], (len(grid.values) - 1) // 2 or 1
    for steps in (*range(half, 0, -1), *range(-half, 0)):
        moved = value + steps * grid.step
        if grid.ends[0] - 1e-9 <= moved <= grid.ends[1] + 1e-9 and situation.can_deliver(
            situation.package({**values, issue: moved})
        ):
            return float(steps * grid.step)
    # Between two levels at an end of a range of one step.
    return grid.ends[0] - value if value > grid.ends[0] else grid.ends[1] - value


def unit_amounts(config: Config, situation: PricedWorld, values: dict[str, float]) -> dict[str, float]:
    """One natural unit more of each issue on the table, or less where there is no room or nothing to deliver."""
    found = {}
    for issue, grid in situation.grids().items():
        unit = natural_unit(config, issue)
        fits = [
            one
            for one in (unit, -unit)
            if grid.ends[0] - 1e-9 <= values[issue] + one <= grid.ends[1] + 1e-9
            and situation.can_deliver(situation.package({**values, issue: values[issue] + one}))
        ]
        if fits:
            found[issue] = fits[0]
    return found


def as_texts(names: Sequence[str], values: Mapping[str, float]) -> str:
    """Package as ``--package`` takes it."""
    return ",".join(f"{name}={values[name]:.12g}" for name in names)
