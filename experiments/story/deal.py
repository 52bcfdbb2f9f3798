"""What the issues of one deal sit on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from experiments.design.records import build_records
from experiments.design.sampling import design_table
from experiments.engine.constraints import constraints_of
from experiments.engine.settlement import end_of
from experiments.store.columns import BINDS
from experiments.story.constraints import constraint_words

if TYPE_CHECKING:
    from experiments.config.model import Config
    from sim.engine.model import NegotiationModel


def deal_sits_on(model: NegotiationModel, config: Config, run: int, seed: int) -> dict[str, tuple[str, str]]:
    """Say of each agreed issue of talks that are over what it sits on, as in ``binds.<issue>`` and in words.

    Parameters
    ----------
    model : NegotiationModel
        The talks.
    config : Config
        What was negotiated.
    run, seed : int
        Which of its runs.
    """
    if model.deal is None:
        return {}
    batch = build_records(config, design_table(config, 1, seed, run), seed)
    columns = constraints_of(batch, end_of(model)[0])
    found = {name.removeprefix(BINDS): column[0].as_py() for name, column in columns.items()}
    return {issue: (code, constraint_words(config, issue, code)) for issue, code in found.items() if code is not None}
