"""One negotiation as data frames, figures and text for a notebook."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.console import Console

from experiments.engine.cases import tactic_names
from experiments.errors import RunError
from experiments.json_values import json_value
from experiments.labels import inside, outcome_label, partner_called
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
    from experiments.figures.utility_plane import utility_plane

    if tuple(story.tactics) != tactic_names(config):
        raise RunError(
            f"the utility plane is drawn of talks between tactics; here {' and '.join(story.tactics)} decided."
        )
    played = play_again(config, WhichRun(story.run, story.seed, config.experiment.runs))
    with partner_called(config.partner.names):
        figure = utility_plane(
            played.offers, played.limits, played.frontier, outcome=played.outcome, deal=played.deal, run=played.run
        )
    return {"utility_plane": figure}


@dataclass(frozen=True, eq=False, repr=False)
class PlayResult:
    """One negotiation, round by round; it has the shape of every answer, and its text is a story.

    Attributes
    ----------
    config : Config
        What was negotiated.
    story : Story
        What happened, in numbers.
    """

    config: Config
    story: Story

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Tables ``turns`` and ``payoffs``."""
        return {"turns": self.turns, "payoffs": self.payoffs}

    def __repr__(self) -> str:
        end = self.story.ending
        with partner_called(self.config.partner.names):
            ended = inside(outcome_label(end.outcome))
        return f"<PlayResult: run {self.story.run} of {self.config.name}, seed {self.story.seed}: {ended}>"

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(self.text())}</pre>"

    @property
    def turns(self) -> pd.DataFrame:
        """Every turn with what was heard, asked for and tabled; see :func:`experiments.story.played.turns_of`."""
        return turns_of(self.story)

    @property
    def payoffs(self) -> pd.DataFrame:
        """Payoff, walk-away payoff and gain of every agent at the end, US$ bn a year."""
        return payoffs_of(self.story)

    def figures(self) -> dict[str, Figure]:
        """Draw the negotiation in the plane of both payoffs, by name; only of talks between tactics of the config."""
        return figures_of(self.story, self.config)

    def print_to(self, console: Console) -> None:
        """Print the story."""
        from experiments.config.explain import event_descriptions, further_units
        from experiments.story.text import Glossary, render

        with partner_called(self.config.partner.names):
            render(self.story, console, Glossary(further_units(self.config), event_descriptions(self.config)))

    def json(self) -> str:
        """Story as JSON: the fields of :class:`experiments.story.narrative.Story`, dates in ISO form.

        What a side has learnt is a list of ``issues`` and ``multiplier``, since JSON has no names of several parts.
        """
        import json
        from dataclasses import asdict

        data = asdict(self.story)
        data["ending"]["lessons"] = {
            side: [{"issues": issues, "multiplier": multiplier} for issues, multiplier in lessons.items()]
            for side, lessons in self.story.ending.lessons.items()
        }
        return json.dumps(data, default=json_value, ensure_ascii=False, indent=1)

    def text(self, width: int = 100) -> str:
        """Story as plain text of `width` columns."""
        console = Console(width=width, color_system=None, force_terminal=False, force_jupyter=False)
        with console.capture() as captured:
            self.print_to(console)
        return captured.get()
