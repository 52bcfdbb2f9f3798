"""The door for notebooks: sweep, sensitivity and discovery of a config, as data frames and figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from experiments.config.load import AnyConfig, config_of
from experiments.questions.discover import command as command_discover
from experiments.questions.discover.discover import BOXES, NO_DEAL, RUNS, Discovery
from experiments.questions.sensitivity import command as command_sensitivity
from experiments.questions.sensitivity.sensitivity import BASE, TRAJECTORIES, Sensitivity
from experiments.questions.sweep import command as command_sweep
from experiments.questions.sweep.leader import POINTS
from experiments.questions.sweep.sweep import Sweep

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


__all__ = ["Discovery", "Sensitivity", "Sweep", "discover", "figures", "leader_sweep", "sensitivity", "sweep"]


def sweep(
    config: AnyConfig, over: str | Sequence[str], runs: int = 200, seed: int | None = None, sets: Sequence[str] = ()
) -> Sweep:
    """Play the same worlds at every point of one or two axes.

    Parameters
    ----------
    config : Config, mapping, str or pathlib.Path
        What is negotiated.
    over : str or sequence of str
        Axes such as ``partner.subsidy_budget=0.5:6:12`` or ``protocol.kind=alternating,simultaneous``.
    runs : int
        Worlds at each point.
    seed : int, optional
        Seed; by default that of the config.
    sets : sequence of str
        Changes ``path=value`` to the config.
    """
    axes = [over] if isinstance(over, str) else list(over)
    return command_sweep.sweep(config_of(config, sets), axes, runs, seed)


def leader_sweep(
    config: AnyConfig,
    side: str,
    issue: str | None = None,
    points: int = POINTS,
    runs: int = 200,
    seed: int | None = None,
    sets: Sequence[str] = (),
) -> tuple[Sweep, pd.DataFrame]:
    """Move the opening of `side` from end to end, or its public position on `issue`; see :mod:`.leader`.

    Returns
    -------
    tuple
        The sweep, and a table of how far the settlement follows on each issue.
    """
    return command_sweep.leader_sweep(config_of(config, sets), side, issue, points, runs, seed)


def sensitivity(
    config: AnyConfig,
    seed: int | None = None,
    sets: Sequence[str] = (),
    *,
    ranges: bool = False,
    base: int = BASE,
    trajectories: int = TRAJECTORIES,
) -> Sensitivity:
    """Rank the uncertain inputs of a config by what they decide; see :mod:`.sensitivity`."""
    return command_sensitivity.sensitivity(
        config_of(config, sets), seed, ranges=ranges, base=base, trajectories=trajectories
    )


def discover(
    config: AnyConfig,
    target: str = NO_DEAL,
    runs: int = RUNS,
    seed: int | None = None,
    sets: Sequence[str] = (),
    *,
    boxes: int = BOXES,
    density: float | None = None,
) -> Discovery:
    """Find boxes of a config's uncertain inputs in which talks end in a given way; see :mod:`.discover`."""
    return command_discover.discover(config_of(config, sets), target, runs, seed, boxes=boxes, density=density)


def figures(result: Sweep | Sensitivity | Discovery) -> dict[str, Figure]:
    """Draw the pictures of a result, by name."""
    from experiments.questions.discover.boxes import box_figure

    if isinstance(result, Discovery):
        return {"boxes": box_figure(result)}
    return command_sweep.figures_of(result) if isinstance(result, Sweep) else command_sensitivity.figures_of(result)
