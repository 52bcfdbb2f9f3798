"""Sweeps: the same worlds played at every point of one or two axes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from experiments.config.changes import Changes
from experiments.config.explain import further_units
from experiments.config.load import AnyConfig, config_of
from experiments.config.own_tactics import sources_of
from experiments.config.run_settings import seed_of
from experiments.errors import RunError, check_number
from experiments.lab.evaluate import Evaluation, evaluate
from experiments.lab.even_draws import have_intervals
from experiments.progress import listener
from experiments.questions.sweep.axes import Axis, read_axis
from experiments.questions.sweep.leader import POINTS, Leader, following, leader_of
from experiments.questions.sweep.pairs import changes_of
from experiments.questions.sweep.points import chunks_of_points, play_point, points_of, with_units
from experiments.questions.sweep.result import (
    CHANGES_FILE,
    CONSTRAINTS_FILE,
    FOLLOWING_FILE,
    OPENINGS_FILE,
    POINTS_FILE,
    SweepResult,
    read,
)
from experiments.questions.sweep.tables import constraints_of_points, tables_of
from experiments.report.result import figures_in
from experiments.store.directory import Directory
from experiments.store.manifest import Request

if TYPE_CHECKING:
    import pyarrow as pa

    from experiments.progress import Progress
    from experiments.store.place import Folder
    from experiments.store.plan import Chunk

RUNS: Final = 200
_MOST_RUNS: Final = 1_000_000


def sweep(
    config: AnyConfig,
    over: str | Sequence[str],
    runs: int = RUNS,
    seed: int | None = None,
    *,
    sets: Changes = (),
    out: Folder | None = None,
    resume: bool = False,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> SweepResult:
    """Play the same worlds at every point of one or two axes: points differ by their values and by nothing else.

    Parameters
    ----------
    config : Config, mapping, str or pathlib.Path
        What is negotiated.
    over : str or sequence of str
        One or two axes, each ``path=low:high:n`` or ``path=v1,v2``; a path is one that ``--set`` takes.
    runs : int
        Worlds at each point.
    seed : int, optional
        Seed of every draw; by default that of the config.
    sets, out, resume, overwrite, progress
        As every question takes them, see :mod:`winset`: changes to the config, and where the answer is kept.

    Raises
    ------
    experiments.errors.RunError, experiments.errors.ConfigError
        When a number is out of its limits, an axis cannot be read, or a value is none that its path can take.
    """
    axes = [read_axis(option) for option in ([over] if isinstance(over, str) else over)]
    if not 1 <= len(axes) <= 2:
        raise RunError(f"--over is given {len(axes)} times; give it once or twice.")
    return _play(config, sets, axes, None, runs, seed, out, resume, overwrite, progress)


def leader_sweep(
    config: AnyConfig,
    side: str,
    issue: str | None = None,
    points: int = POINTS,
    runs: int = RUNS,
    seed: int | None = None,
    *,
    sets: Changes = (),
    out: Folder | None = None,
    resume: bool = False,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> SweepResult:
    """Move one side's opening from end to end; see :mod:`experiments.questions.sweep.leader` for what is moved.

    Parameters
    ----------
    config : Config, mapping, str or pathlib.Path
        What is negotiated.
    side : str
        ``us_treasury`` or ``partner``.
    issue : str, optional
        Issue on which its public position is moved, in place of its opening offer.
    points : int
        Number of openings.
    runs, seed, sets, out, resume, overwrite, progress
        As for :func:`sweep`.

    Raises
    ------
    experiments.errors.RunError, experiments.errors.ConfigError
        When a number is out of its limits, or the side has no such opening or issue.
    """
    check_number("--points", points, 2, 201)
    leader = leader_of(config_of(config, sets), side, issue, points)
    return _play(config, sets, [leader.axis], leader, runs, seed, out, resume, overwrite, progress)


def _play(
    config: AnyConfig,
    sets: Changes,
    axes: Sequence[Axis],
    leader: Leader | None,
    runs: int,
    seed: int | None,
    out: Folder | None,
    resume: bool,
    overwrite: bool,
    progress: Progress | None,
) -> SweepResult:
    check_number("--runs", runs, 1, _MOST_RUNS)
    loaded = config_of(config, sets)
    # What the points are made of is the config as the user named it, so that a message can name the line of a file.
    beside = [*sets, *(() if leader is None else leader.sets)]
    points = points_of(axes, lambda values: config_of(config, [*beside, *values]))
    named = tuple(axes) if leader is not None else with_units(axes, points[0].config)
    settings: dict[str, Any] = {"over": {axis.path: list(axis.values) for axis in axes}, "runs": runs}
    settings |= {} if leader is None else {"leader": {"side": leader.side, "issue": leader.issue}}
    # A tactic of the user's own can be what is swept.
    tactics = [source for one in (loaded, *(point.config for point in points)) for source in sources_of(one)]
    sources, pictures = tuple(dict.fromkeys(tactics)), partial(figures_in, "sweep")
    request = Request("sweep", loaded, seed_of(loaded, seed), settings, sources, pictures=pictures)

    def compute(chunk: Chunk) -> pa.Table:
        point, first = divmod(chunk.first, runs)
        return play_point(points[point].config, first, chunk.count, runs, request.seed)

    progress = listener(progress)
    with Directory.open(out, request, resume=resume, overwrite=overwrite, say=progress.say) as directory:
        table = evaluate(Evaluation(chunks_of_points(len(points), runs), compute), directory, progress)
        of_points, openings = tables_of(table, axes, runs)
        directory.keep(POINTS_FILE, of_points)
        directory.keep(OPENINGS_FILE, openings)
        even = have_intervals(*(point.config.experiment.sampling for point in points))
        directory.keep(CHANGES_FILE, changes_of(table, runs, is_line=len(axes) == 1, has_intervals=even))
        constraints = constraints_of_points(table, [point.config for point in points], runs)
        directory.keep(CONSTRAINTS_FILE, constraints)
        if leader is not None:
            directory.keep(FOLLOWING_FILE, following(of_points, openings, leader, points[0].config))
        directory.finish(
            units={axis.path: axis.unit for axis in named},
            issue_units={issue: unit for point in points for issue, unit in further_units(point.config).items()},
        )
        return read(directory.finished())
