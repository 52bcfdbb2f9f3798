"""From the points of a search to failures that can be trusted: one candidate a cell, confirmed on fresh draws."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from experiments.lab.measures import AimName, Played, usual_ends
from experiments.questions.stress.search_state import OUTCOME, REPLY, ROUND, SCORES, rows_of
from experiments.statistics.resampling import seed_for
from sim.bargaining.outcomes import OUTCOMES, REASONS

if TYPE_CHECKING:
    from experiments.lab.arena import Arena
    from experiments.lab.space import Space
    from experiments.questions.stress.search_state import SearchState
    from sim.records import Floats, Integers

#: Standard errors by which a failure must exceed its threshold on fresh draws (one-sided 99 %).
CONFIDENCE: Final = 2.326

#: Most candidates of one aim that are confirmed, the worst first.
_CANDIDATES: Final = 80


@dataclass(frozen=True, slots=True, eq=False)
class Finding:
    """One cell's worst point of an aim, as it does on fresh draws.

    Attributes
    ----------
    aim : str
        What was searched for.
    genes : array
        The point.
    searched, score, error : float
        Mean score in the search, on fresh draws, and the standard error of the latter.
    failing : float
        Share of the fresh draws that reach the threshold.
    opponent, outcome, reason : str
        The other side's tactic, and how talks end most often among the draws that fail.
    round : float
        Mean round in which they end.
    cell : tuple of int
        Row and column of the map.
    confirmed : bool
        Whether the score exceeds the threshold by more than chance explains.
    own, other : float
        Mean gains over walking away, US$ bn a year.
    reply : int
        Place of the best reply, -1 where none was tried.
    run : int
        A fresh draw that shows the failure: its own score reaches the threshold, and it ends so; -1 if none.
    at_run : dict
        What happens in that run.
    """

    aim: AimName
    genes: Floats
    searched: float
    score: float
    error: float
    failing: float
    opponent: str
    outcome: str
    reason: str
    round: float
    cell: tuple[int, int]
    confirmed: bool
    own: float
    other: float
    reply: int
    run: int
    at_run: dict[str, Any]


def opponent_knobs(space: Space, finding: Finding) -> dict[str, float]:
    """Knobs of a finding's opponent by name; empty where it is the config's own."""
    family = int(space.family(finding.genes[None])[0])
    return {name: float(values[0]) for name, values in space.knobs(family, finding.genes[None]).items()}


def confirm_seed(seed: int) -> int:
    """Seed of the fresh draws."""
    return seed_for(seed, "stress.confirm") % 2**31


def candidates(state: SearchState, aim: AimName, threshold: float) -> Integers:
    """Worst point of each cell of the map that reaches the threshold of an aim, the worst first."""
    genes, answers = state.genes, state.answers
    score = answers[:, SCORES[aim]]
    order = np.argsort(-score, kind="stable")
    order = order[score[order] >= threshold]
    row, column = cells(state.arena, genes, answers)
    key = row[order] * state.arena.space.round_bins + column[order]
    _, first = np.unique(key, return_index=True)
    chosen: Integers = order[np.sort(first)]
    return chosen[:_CANDIDATES]


def cells(arena: Arena, genes: Floats, answers: Floats) -> tuple[Integers, Integers]:
    """Row and column of the map of points."""
    limit = arena.space.config.calendar.round_limit
    bins = arena.space.round_bins
    column = ((answers[:, ROUND] - 1) / limit * bins).astype(np.int64)
    return rows_of(arena, genes, answers), np.clip(column, 0, bins - 1)


def confirm(state: SearchState, aim: AimName, threshold: float, draws: int) -> list[Finding]:
    """Play the candidates of an aim on fresh draws, the worst on them first."""
    chosen = candidates(state, aim, threshold)
    if not chosen.size:
        return []
    genes, answers = state.genes[chosen], state.answers[chosen]
    played = _played(state, genes, draws, answers[:, REPLY].astype(np.int64) if aim == "regret" else None)
    scores = played.scores(aim)
    means, errors = scores.mean(axis=1), scores.std(axis=1, ddof=1) / np.sqrt(draws)
    outcome, reason = usual_ends(played, (scores >= threshold).astype(np.float64))
    fresh = np.zeros_like(answers)
    fresh[:, OUTCOME], fresh[:, ROUND] = outcome, played.round.mean(axis=1)
    row, column = cells(state.arena, genes, fresh)
    family = state.arena.space.family(genes)
    found = []
    for k in range(len(chosen)):
        shows = np.flatnonzero(
            (scores[k] >= threshold) & (played.outcome[k] == outcome[k]) & (played.reason[k] == reason[k])
        )
        run = int(shows[0]) if shows.size else -1
        found.append(
            Finding(
                aim=aim,
                genes=genes[k],
                searched=float(answers[k, SCORES[aim]]),
                score=float(means[k]),
                error=float(errors[k]),
                failing=float((scores[k] >= threshold).mean()),
                opponent=state.arena.space.opponents[int(family[k])],
                outcome=OUTCOMES[outcome[k]].value,
                reason=REASONS[reason[k]].value,
                round=float(played.round[k].mean()),
                cell=(int(row[k]), int(column[k])),
                confirmed=bool(means[k] - CONFIDENCE * errors[k] >= threshold) and run >= 0,
                own=float(played.own[k].mean()),
                other=float(played.other[k].mean()),
                reply=int(played.reply[k]),
                run=run,
                at_run=_at(played, k, run, aim) if run >= 0 else {},
            )
        )
    return sorted(found, key=lambda one: -one.score)


def _played(state: SearchState, genes: Floats, draws: int, replies: Integers | None) -> Played:
    """Fresh play of the candidates, kept like any other batch of points."""
    seed = confirm_seed(state.seed)

    def compute() -> Floats:
        played = state.arena.play(genes, seed, draws, replies=replies is not None, chosen=replies)
        parts = (played.own, played.other, played.missed, played.exploited, played.outcome, played.reason, played.round)
        reply = np.repeat(played.reply[:, np.newaxis], draws, axis=1)
        return np.stack([*parts, played.best, reply])

    answer = state.batches.answer(genes, compute)
    state.negotiations += len(genes) * draws * state.arena.cost(replies=replies is not None)
    return Played.of(answer[:7], answer[7], answer[8, :, 0])


def _at(played: Played, point: int, run: int, aim: AimName) -> dict[str, Any]:
    return {
        "run": run,
        "outcome": OUTCOMES[int(played.outcome[point, run])].value,
        "reason": REASONS[int(played.reason[point, run])].value,
        "round": int(played.round[point, run]),
        "gain": float(played.own[point, run]),
        "gain_other": float(played.other[point, run]),
        "score": float(played.scores(aim)[point, run]),
    }
