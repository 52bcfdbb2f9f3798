"""Ways in which talks can end, as something to look for: their names, what they mean, and in which runs they happen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from experiments.errors import check_choice
from experiments.lab.outputs import DEAL
from experiments.labels import AGREEMENT, OUTCOME_LABELS, ends_how, inside, plain
from experiments.labels import side as called
from experiments.statistics.ties import tie_of
from sim.bargaining.outcomes import REASONS
from sim.issues import SIDES

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

NO_DEAL: Final = "no_deal"
LOW_GAIN: Final = "low_gain"
#: As a low gain, among the deals alone.
POOR_DEAL: Final = "poor_deal"

#: Share of the runs that counts as those of low gain.
LOWEST: Final = 0.25


def targets() -> tuple[str, ...]:
    """Every target that can be asked for."""
    gains = tuple(f"{kind}.{side}" for kind in (LOW_GAIN, POOR_DEAL) for side in SIDES)
    ends = tuple(name for name in OUTCOME_LABELS if name != AGREEMENT)
    return (NO_DEAL, DEAL, *ends, *(f"reason.{reason}" for reason in REASONS), *gains)


def check_target(target: str) -> None:
    """Refuse a target that is none."""
    check_choice("--target", target, targets())


def target_words(target: str) -> str:
    """What talks do when the target happens."""
    if target == DEAL:
        return "end in a deal"
    if target == NO_DEAL:
        return "fail"
    kind, _, rest = target.partition(".")
    if kind == LOW_GAIN:
        return f"leave {called(rest)} in the lowest quarter of its gains"
    if kind == POOR_DEAL:
        return f"leave {called(rest)} in the lowest quarter of what deals bring it"
    return f"end with the reason {inside(plain(rest))}" if kind == "reason" else f"end {ends_how(target)}"


def is_of_deals(target: str) -> bool:
    """Whether a target is looked for among the deals alone."""
    return target.partition(".")[0] == POOR_DEAL


def looked_at(target: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Runs among which a target is looked for."""
    return frame[frame["outcome"] == AGREEMENT].reset_index(drop=True) if is_of_deals(target) else frame


def words_of(target: str, frame: pd.DataFrame, cases: NDArray[np.bool_]) -> str:
    """What talks do when the target happens, and that a low gain means no deal where it means nothing else."""
    words = target_words(target)
    if not target.startswith(LOW_GAIN) or not cases.any() or (frame["outcome"][cases] == AGREEMENT).any():
        return words
    return f"{words}, which here is to end without a deal"


def cases_of(target: str, frame: pd.DataFrame) -> NDArray[np.bool_]:
    """Whether the target happened, by run of :func:`looked_at`."""
    kind, _, rest = target.partition(".")
    if kind in (LOW_GAIN, POOR_DEAL) and len(frame):
        gains = frame[f"gain.{rest}"].to_numpy(np.float64)
        # Many runs can tie, for instance at no gain; then fewer than a quarter are below, or none.
        return np.asarray(gains < np.quantile(gains, LOWEST) - tie_of(gains))
    if kind == "reason":
        return (frame["reason"] == rest).to_numpy(np.bool_)
    if target == NO_DEAL:
        return (frame["outcome"] != AGREEMENT).to_numpy(np.bool_)
    return (frame["outcome"] == (AGREEMENT if target == DEAL else target)).to_numpy(np.bool_)
