"""Scenario discovery: the boxes of the uncertain inputs in which talks end in a given way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from experiments.design.sampling import design_table
from experiments.engine.worlds import Worlds
from experiments.errors import MAX_RUNS, RunError, check_number
from experiments.lab.evaluate import Job, chunks_of, evaluate
from experiments.lab.inputs import DUMMY, sampled_entries, units_of
from experiments.lab.models import played
from experiments.lab.outputs import AGREEMENT
from experiments.labels import OUTCOME_LABELS, ends_how, inside, plain, quantity
from experiments.labels import side as called
from experiments.questions.discover.prim import WAY, Box, find_boxes
from experiments.statistics.ties import tie_of
from sim.bargaining.outcomes import REASONS
from sim.draws import uniforms
from sim.issues import SIDES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from experiments.config.model import Config
    from experiments.config.numbers import Entry
    from experiments.lab.directory import ExploreFolder
    from experiments.progress import Progress
    from experiments.store.plan import Chunk

RUNS: Final = 5_000
BOXES: Final = 3
DEAL: Final = "deal"
NO_DEAL: Final = "no_deal"
LOW_GAIN: Final = "low_gain"

#: Share of the runs that counts as those of low gain.
LOWEST: Final = 0.25

#: Quantiles by which a distribution is seen to have some width.
_PROBED: Final = 999

#: Fewest cases, and fewest rows that are none, from which a box is looked for.
LEAST_CASES: Final = 30

#: Fewest runs of which so many can lie strictly below the lowest quarter: ``0.25 (n - 1)``, rounded up.
LEAST_OF_LOW_GAIN: Final = int((LEAST_CASES - 1) / LOWEST) + 2


@dataclass(frozen=True, slots=True, eq=False)
class Discovery:
    """Boxes in which a target happens.

    Attributes
    ----------
    target, words : str
        The target and what it means, as the end of "talks ...".
    sample : pandas.DataFrame
        Inputs and dummy by column, a row a run, and ``case``.
    boxes : tuple of Box
        The boxes, in the order in which they were found.
    units : dict of str to str
        Unit of each input.
    share : float
        Share of the runs in which the target happens.
    """

    target: str
    words: str
    sample: pd.DataFrame
    boxes: tuple[Box, ...]
    units: dict[str, str]
    share: float

    def tables(self) -> dict[str, pd.DataFrame]:
        """Every table by name."""
        boxes = [
            {"box": number, "coverage": box.coverage, "density": box.density, "mass": box.mass, "rows": box.rows,
             "restricted": len(box.limits)}
            for number, box in enumerate(self.boxes, 1)
        ]  # fmt: skip
        limits = [
            {"box": number, "input": limit.input, "unit": self.units.get(limit.input, ""), "low": limit.low,
             "high": limit.high, "quasi_p": limit.quasi_p}
            for number, box in enumerate(self.boxes, 1)
            for limit in box.limits
        ]  # fmt: skip
        ways = [box.trajectory.assign(box=number) for number, box in enumerate(self.boxes, 1)]
        return {
            "boxes": pd.DataFrame(boxes, columns=["box", "coverage", "density", "mass", "rows", "restricted"]),
            "limits": pd.DataFrame(limits, columns=["box", "input", "unit", "low", "high", "quasi_p"]),
            "peeling": pd.concat(ways or [pd.DataFrame(columns=[*WAY, "box"])], ignore_index=True),
        }


def targets() -> tuple[str, ...]:
    """Every target that can be asked for."""
    gains = tuple(f"{LOW_GAIN}.{side}" for side in SIDES)
    ends = tuple(name for name in OUTCOME_LABELS if name != AGREEMENT)
    return (NO_DEAL, DEAL, *ends, *(f"reason.{reason}" for reason in REASONS), *gains)


def check_target(target: str) -> None:
    """Refuse a target that is none."""
    if target not in targets():
        raise RunError(f"--target is {target}; it must be one of {', '.join(targets())}.")


def target_words(target: str) -> str:
    """What talks do when the target happens."""
    if target == DEAL:
        return "end in a deal"
    if target == NO_DEAL:
        return "fail"
    kind, _, rest = target.partition(".")
    if kind == LOW_GAIN:
        return f"leave {called(rest)} in the lowest quarter of its gains"
    return f"end with the reason {inside(plain(rest))}" if kind == "reason" else f"end {ends_how(target)}"


def words_of(target: str, frame: pd.DataFrame, cases: NDArray[np.bool_]) -> str:
    """What talks do when the target happens, and that a low gain means no deal where it means nothing else."""
    words = target_words(target)
    if not target.startswith(LOW_GAIN) or not cases.any() or (frame["outcome"][cases] == AGREEMENT).any():
        return words
    return f"{words}, which here is to end without a deal"


def cases_of(target: str, frame: pd.DataFrame) -> NDArray[np.bool_]:
    """Whether the target happened, by run."""
    kind, _, rest = target.partition(".")
    if kind == LOW_GAIN:
        gains = frame[f"gain.{rest}"].to_numpy(np.float64)
        # Many runs can tie, for instance at no gain; then fewer than a quarter are below, or none.
        return np.asarray(gains < np.quantile(gains, LOWEST) - tie_of(gains))
    if kind == "reason":
        return (frame["reason"] == rest).to_numpy(np.bool_)
    if target == NO_DEAL:
        return (frame["outcome"] != AGREEMENT).to_numpy(np.bool_)
    return (frame["outcome"] == (AGREEMENT if target == DEAL else target)).to_numpy(np.bool_)


def check_search(target: str, runs: int, most: int, density: float | None) -> None:
    """Refuse a search that cannot be.

    Raises
    ------
    RunError
        Naming the option and what it may be.
    """
    check_target(target)
    check_number("--runs", runs, 2 * LEAST_CASES, MAX_RUNS)
    if target.startswith(LOW_GAIN) and runs < LEAST_OF_LOW_GAIN:
        raise RunError(
            f"--runs is {runs:,}; a box needs at least {LEAST_CASES} runs below the lowest quarter of the gains, so "
            f"that --target {target} takes {LEAST_OF_LOW_GAIN:,} or more."
        )
    check_number("--boxes", most, 1, 20)
    if density is not None and not 0.0 < density <= 1.0:
        raise RunError(f"--density is {density:g}; it must be above 0 and at most 1.")


def uncertain_entries(config: Config) -> list[Entry]:
    """Numbers that differ from run to run.

    Raises
    ------
    RunError
        When there is none in whose range a box could lie.
    """
    entries = sampled_entries(config)
    if not entries:
        raise RunError(f"{config.name} has no uncertain input; give a number a distribution.")
    at = np.linspace(0.0, 1.0, _PROBED + 2)[1:-1]
    if all(np.ptp(entry.number.ppf(at)) == 0.0 for entry in entries):
        names = ", ".join(entry.path for entry in entries)
        raise RunError(
            f"{config.name} has no uncertain input, for each of these has one value only: {names}. Give a number a "
            "distribution of some width."
        )
    return entries


def discover_boxes(
    config: Config,
    seed: int,
    *,
    target: str = NO_DEAL,
    runs: int = RUNS,
    most: int = BOXES,
    density: float | None = None,
    folder: ExploreFolder | None = None,
    progress: Progress | None = None,
) -> Discovery:
    """Play the runs of a config as ``winset run`` does, and look for boxes of its inputs in which the target happens.

    Correlated inputs are welcome: PRIM takes any sample. A dummy that changes nothing is among the inputs; a box that
    restricts it has found noise.

    Raises
    ------
    RunError
        When nothing is uncertain or the search cannot be, before any run; when the target happens too often or too
        seldom for a box to say anything.
    """
    check_search(target, runs, most, density)
    entries = uncertain_entries(config)

    def compute(chunk: Chunk) -> Any:
        design = design_table(config, chunk.count, seed, chunk.first, runs)
        return played(Worlds.at(config, design, seed))

    frame: pd.DataFrame = evaluate(Job(chunks_of(runs), compute), folder, progress).to_pandas()
    cases = cases_of(target, frame)
    _check_cases(config, target, frame, cases)
    sample = pd.DataFrame({entry.path: frame[f"param.{entry.path}"].astype(np.float64) for entry in entries})
    sample[DUMMY] = uniforms(seed, "explore.dummy", 0, runs)[:, 0]
    boxes = find_boxes(sample, cases, most=most, density=density)
    return Discovery(
        target=target,
        words=words_of(target, frame, cases),
        sample=sample.assign(case=cases),
        boxes=tuple(boxes),
        units=units_of(config, entries),
        share=float(cases.mean()),
    )


def _check_cases(config: Config, target: str, frame: pd.DataFrame, cases: NDArray[np.bool_]) -> None:
    """Refuse a target that happens too seldom or too often, and say why where gains tie."""
    count, runs = int(cases.sum()), len(cases)
    if LEAST_CASES <= count <= runs - LEAST_CASES:
        return
    kind, _, side = target.partition(".")
    if kind == LOW_GAIN:
        gains = frame[f"gain.{side}"].to_numpy(np.float64)
        lowest = gains <= gains.min() + tie_of(gains)
        if lowest.mean() > LOWEST:
            told = (
                f"--target {target}: in {int(lowest.sum()):,} of {runs:,} runs of {config.name} {called(side)} has the "
                f"same lowest gain, {quantity(float(gains.min()), 'US$ bn a year')}. That is more than a quarter, so "
                "that no run lies below the lowest quarter."
            )
            if (frame["outcome"][lowest] == AGREEMENT).any():
                raise RunError(f"{told} Choose another --target.")
            raise RunError(f"{told} All of them end without a deal: --target no_deal looks for those.")
    raise RunError(
        f"talks of {config.name} {target_words(target)} in {count:,} of {runs:,} runs; a box needs at least "
        f"{LEAST_CASES} runs of either kind. Choose another --target, or more --runs."
    )


def in_words(result: Discovery, box: Box, names: Mapping[str, str] | None = None) -> list[str]:
    """Restrictions of a box as phrases, the strongest first; inputs are called as in `names`, else by their paths."""
    phrases = []
    for limit in box.limits:
        name = limit.input if names is None else names.get(limit.input, limit.input)
        unit = result.units.get(limit.input, "")
        low, high = (_amount(end, unit) for end in (limit.low, limit.high))
        if np.isinf(limit.low):
            phrases.append(f"{name} is at most {high}")
        elif np.isinf(limit.high):
            phrases.append(f"{name} is at least {low}")
        else:
            phrases.append(f"{name} is between {low} and {high}")
    return phrases


def _amount(value: float, unit: str) -> str:
    return quantity(value, "" if unit in ("ratio", "weight", "exponent", "elasticity") else unit)
