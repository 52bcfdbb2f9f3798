"""One negotiation, told, as data frames and figures for a notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from experiments.engine.cases import tactic_names
from experiments.errors import RunError
from experiments.story.one_run import WhichRun, play_again

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from experiments.config.model import Config
    from experiments.story.narrative import Story


def turns_of(story: Story) -> pd.DataFrame:
    """Every turn in order, one row each.

    Returns
    -------
    pandas.DataFrame
        Columns ``round, date, side, action``; ``heard``, own payoff of the offer that was heard (NaN without one);
        ``aspiration, ideal, reservation, walk_away``, all payoffs in US$ bn a year; then the value of every issue that
        was ever tabled, in its unit, NaN where the turn tabled none.
    """
    import pandas as pd

    rows = [
        {
            "round": part.number,
            "date": pd.Timestamp(part.date),
            "side": turn.side,
            "action": turn.action,
            "heard": float("nan") if turn.heard is None else turn.heard,
            **{name: getattr(turn, name) for name in ("aspiration", "ideal", "reservation", "walk_away")},
            **turn.offer,
        }
        for part in story.rounds
        for turn in part.turns
    ]
    return pd.DataFrame(rows)


def payoffs_of(story: Story) -> pd.DataFrame:
    """Payoff of every agent at the end, what walking away was worth then, and the gain; US$ bn a year, by agent."""
    import pandas as pd

    settled = story.ending.settlement
    frame = pd.DataFrame({"payoff": settled.payoff, "walk_away": settled.walk_away}).rename_axis("agent")
    return frame.assign(gain=[settled.gain(str(agent)) for agent in frame.index])


def figures_of(story: Story, config: Config) -> dict[str, Figure]:
    """Draw the picture of one negotiation, by name: ``utility_plane``.

    Raises
    ------
    experiments.errors.RunError
        When somebody else than the tactics of the config decided, so that it cannot be played again.
    """
    from experiments.figures import utility_plane

    if tuple(story.tactics) != tactic_names(config):
        raise RunError(
            f"the utility plane is drawn of talks between tactics; here {' and '.join(story.tactics)} decided."
        )
    played = play_again(config, WhichRun(story.run, story.seed, config.experiment.runs))
    return {
        "utility_plane": utility_plane(
            played.offers, played.limits, played.frontier, outcome=played.outcome, deal=played.deal, run=played.run
        )
    }
