"""The leader sweep: move one side's opening from end to end and see whether the settlement follows.

Models of policy decisions that place every actor on a line are tested by moving one actor's initial position over the
whole range, everything else equal. Two such moves exist here, and they ask different things.

*Opening* (no ``--issue``). What moves is the knob ``initial`` of the leader's tactic, from 0 to 1: the share of the way
from its best to its least acceptable package that it has given up in its first offer. Its payoffs, red lines and pace
(``beta``) stay. The opening slides down the leader's own concession path, so several issues move together; what moved
on each is measured and shown beside what was signed.

*Public position* (``--issue``). What moves is the leader's declared line on that issue, from end to end of its range:
``at_least`` where it wants the issue high, ``at_most`` where it wants it low. The line takes the place of the leader's
own on that issue, with their releases; those of the other side, and those that events draw, stay. A line binds the
leader: the settlement cannot lie beyond it, and whether there is one at all is the question.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from agents.tactics.registry import TACTICS
from experiments.config.agenda_checks import all_entries
from experiments.config.changes import Change
from experiments.errors import RunError, check_choice
from experiments.labels import inside, plain, unit_of
from experiments.questions.sweep.axes import Axis
from experiments.statistics.ties import best_places, together
from sim.issues import ISSUE_BY_NAME, SIDES, US

if TYPE_CHECKING:
    from experiments.config.model import Config

POINTS: Final = 11

#: Ends of an opening and of a settlement, over the points with deals.
MOVES: Final = ("opening_first", "opening_last", "settled_first", "settled_last")

#: Columns of the table of how far the settlement follows.
FOLLOWING: Final = ("issue", "unit", *MOVES, "points", "follows")

#: Share of an issue's range that an opening must move for its slope to mean anything.
_LEAST_MOVE: Final = 0.1

_LINE: Final = "leader_position"
_KNOB: Final = "initial"


@dataclass(frozen=True, slots=True)
class Leader:
    """Who is moved, on what.

    Attributes
    ----------
    side : str
        The side whose opening moves.
    issue : str or None
        The issue on which its public position moves; None for its opening offer.
    axis : Axis
        What the sweep sets.
    sets : tuple of Change
        Changes that every point has beside.
    """

    side: str
    issue: str | None
    axis: Axis
    sets: tuple[Change, ...]

    @property
    def words(self) -> str:
        """What is moved, for the reader, with its path."""
        instead = "" if self.issue is None else ", in place of its own red lines on that issue"
        return f"{self.meaning} ({self.axis.path}){instead}"

    @property
    def meaning(self) -> str:
        """What is moved, for the reader."""
        if self.issue is None:
            return "share of its own way conceded in the first offer"
        return f"declared position on {inside(plain(self.issue))}"


def leader_of(config: Config, side: str, issue: str | None, points: int = POINTS) -> Leader:
    """Make the axis of a leader sweep.

    Raises
    ------
    RunError
        When there is no such side or issue, or its tactic has no opening to move.
    """
    check_choice("--leader", side, SIDES)
    return _opening(config, side, points) if issue is None else _position(config, side, issue, points)


def _opening(config: Config, side: str, points: int) -> Leader:
    name = getattr(config.tactics, side).name
    knob = next((knob for knob in TACTICS[name].knobs if knob.name == _KNOB), None)
    if knob is None:
        able = [other for other, tactic in TACTICS.items() if any(one.name == _KNOB for one in tactic.knobs)]
        raise RunError(
            f"--leader {side}: its tactic {name} has no knob {_KNOB}, so its opening cannot be moved; choose one of "
            f"{', '.join(able)} (--set tactics.{side}.name={able[0]}), or move its public position: --issue."
        )
    values = tuple(f"{value:.12g}" for value in np.linspace(knob.low, knob.high, points))
    return Leader(side, None, Axis(f"tactics.{side}.{_KNOB}", values, "share", f"--leader {side}"), ())


def _position(config: Config, side: str, issue: str, points: int) -> Leader:
    ranges = {name: entry for _, name, entry in all_entries(config)}
    if issue not in config.agenda:
        raise RunError(f"--issue is {issue}; on the table from the start are {', '.join(config.agenda)}.")
    entry = ranges[issue]
    wants_high = issue in ISSUE_BY_NAME if entry.wants_high is None else entry.wants_high == SIDES[US]
    high = wants_high == (side == SIDES[US])
    own = [line.name for line in config.red_lines if line.side == side and line.issue == issue]
    bound = "at_least" if high else "at_most"
    dropped = [f"red_lines.{name}=~" for name in own if name != _LINE]
    line = f"side: {side}, issue: {issue}, {bound}: {entry.low:.12g}"
    # A config without red lines has no list to which a line could be added by its name.
    made = f"red_lines.{_LINE}={{{line}}}" if config.red_lines else f"red_lines=[{{name: {_LINE}, {line}}}]"
    values = tuple(f"{value:.12g}" for value in np.linspace(entry.low, entry.high, points))
    unit, option = unit_of(issue, {issue: entry.unit} if entry.unit else None), f"--issue {issue}"
    axis = Axis(f"red_lines.{_LINE}.{bound}", values, unit, option)
    return Leader(side, issue, axis, tuple(Change(text, option) for text in (*dropped, made)))


def following(points: pd.DataFrame, openings: pd.DataFrame, leader: Leader, config: Config) -> pd.DataFrame:
    """How far the settlement follows the leader's opening, issue by issue.

    Both are medians at each point, as shares of the issue's range. ``follows`` is the slope of the settlement on the
    opening over the points with deals: 1 when it goes all the way, 0 when it does not move; missing when the opening
    moved by less than a tenth of the range, where a slope would be a ratio of two steps.

    Parameters
    ----------
    points, openings : pandas.DataFrame
        Tables of the sweep.
    leader : Leader
        Who was moved.
    config : Config
        What was negotiated at one of the points.

    Returns
    -------
    pandas.DataFrame
        ``issue, unit, opening_first, opening_last, settled_first, settled_last, points, follows``.
    """
    own = openings[openings["side"] == leader.side]
    ranges = {name: entry for _, name, entry in all_entries(config)}
    rows = []
    for issue in own["issue"].unique():
        opened = own[own["issue"] == issue].set_index("point")["q50"]
        settled = points.set_index("point")[f"{issue}.q50"]
        both = pd.concat([opened, settled], axis=1, keys=["opened", "settled"]).dropna()
        span, unit = ranges[issue].high - ranges[issue].low, ranges[issue].unit
        ends = [end for column in ("opened", "settled") for end in _ends(both[column])]
        slope = _slope(both["opened"] / span, both["settled"] / span)
        rows.append((issue, unit_of(issue, {issue: unit} if unit else None), *ends, len(both), slope))
    return pd.DataFrame(rows, columns=list(FOLLOWING))


def _ends(values: pd.Series) -> tuple[float, float]:
    return (float(values.iloc[0]), float(values.iloc[-1])) if len(values) else (np.nan, np.nan)


def _slope(opened: pd.Series, settled: pd.Series) -> float:
    if len(opened) < 2 or float(np.ptp(opened)) < _LEAST_MOVE:
        return np.nan
    centred = opened - opened.mean()
    return round(float((centred * (settled - settled.mean())).sum() / (centred**2).sum()), 9) + 0.0


def strongest(moved: pd.DataFrame) -> tuple[str, float]:
    """Issue that follows most, in either direction, and its slope; all issues with that slope up to rounding."""
    slopes = moved["follows"].to_numpy(float)
    slope = float(slopes[best_places(np.abs(slopes))[0]])
    alike = [place for place in best_places(np.abs(slopes)) if slopes[place] * slope > 0 or slope == 0.0]
    return together([inside(plain(str(moved["issue"].iloc[place]))) for place in alike]), slope
