"""What the tactic does where nobody attacks it, on the fresh draws of the stress test."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from experiments.engine.worlds import Seated
from experiments.errors import RunError
from experiments.lab.arena import Arena
from experiments.lab.measures import AIMS
from experiments.lab.seats import check_config_compiles, families, seated
from experiments.lab.space import Space
from experiments.labels import capitalised, side
from experiments.questions.stress.answer import bare
from experiments.questions.stress.findings import confirm_seed
from experiments.report.blocks import Table, table
from sim.issues import SIDES

if TYPE_CHECKING:
    from experiments.questions.stress.failures import Failures

_NO_COLUMNS: Final = np.empty((1, 0))


def baseline_table(result: Failures) -> Table | None:
    """The same tactic where nothing is attacked, on the same fresh draws; None where it cannot be played."""
    calm = _unattacked(result)
    if calm is None:
        return None
    rows = []
    for aim in result.aims:
        failures = result.failures_of(aim)
        hurt = bare(aim, failures[0].score) if failures else "-"
        title, unit = AIMS[aim].title, AIMS[aim].unit
        bar = bare(aim, result.thresholds[aim])
        rows.append((capitalised(title), bare(aim, calm[aim]), bar, hurt, unit))
    opponent = getattr(result.config.tactics, result.opponent).name
    note = (
        f"Not attacked: the same tactic as {side(result.side)} against the config's own opponent, “{opponent}”, in the "
        "config's own draws; played for this page on the seed of the fresh draws. A loss below zero is a gain. Regret: "
        "what the best of the tactics with their default knobs would have gained more; below zero none is better."
    )
    columns = ("What hurts", "Not attacked", "Counts from", "Worst", "Unit")
    found = table("The worst beside the usual", columns, rows, note=note)
    return replace(found, numeric=frozenset({1, 2, 3}))


def _unattacked(result: Failures) -> dict[str, float] | None:
    """Mean score of every aim where opponent and world are those of the config; None where these do not compile."""
    place, chosen = SIDES.index(result.side), result.options.tactic
    try:
        check_config_compiles(result.config, result.opponent)
        if not chosen:
            check_config_compiles(result.config, result.side)
    except RunError:
        return None
    space = Space(result.config, place, seated(chosen) if chosen else None, (), ())
    arena = Arena(space, tuple(Seated(name, {}) for name in families()))
    seed, wanted = result.manifest.seed, "regret" in result.aims
    replies = None
    if wanted:  # chosen on other draws, so that luck is not counted as regret
        replies = arena.play(_NO_COLUMNS, seed, result.options.draws, replies=True).reply.astype(np.int64)
    fresh = result.options.fresh
    played = arena.play(_NO_COLUMNS, confirm_seed(seed), fresh, replies=wanted, chosen=replies)
    return {aim: float(played.scores(AIMS[aim].name).mean()) for aim in result.aims}
