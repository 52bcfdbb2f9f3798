"""Where a side stands on an issue on a day: what was signed by then, else what it tabled last."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from experiments.design.records import Batch
    from sim.engine.results import Ends
    from sim.records import Floats


def position_on(batch: Batch, ends: Ends, side: int, slot: int, day: float) -> Floats:
    """Position of a side on an issue at the end of a day, shape ``[run]``.

    Unknown (NaN) before the side has tabled anything on it: what it offers later, or comes to sign, was not said yet.
    What a round holds of an issue that is not on the table then is no offer. Talks that ended without a deal leave the
    last offers standing.

    Parameters
    ----------
    batch : Batch
        Records of the negotiations.
    ends : Ends
        How they ended, with the offers of every round.
    side, slot : int
        Whose position, and the place of the issue in a package.
    day : float
        Days from the start of the talks, that day included.
    """
    results = ends.results
    offers, days = offers_of(batch, ends, side, slot)
    stated = (days <= day) & ~np.isnan(offers)
    last = np.where(stated, np.arange(offers.shape[1]), -1).max(axis=1)
    offered = np.take_along_axis(offers, np.maximum(last, 0)[:, np.newaxis], axis=1)[:, 0]
    standing = np.where(last >= 0, offered, np.nan)
    signed = (results["dealt"] != 0) & (results["day"] <= day)
    on_table = batch.parameters["issue_tabled"][np.arange(len(results)), results["regime"], slot] != 0
    found: Floats = np.where(signed & on_table, results["package"][:, slot], standing)
    return found


def offers_of(batch: Batch, ends: Ends, side: int, slot: int) -> tuple[Floats, Floats]:
    """Standing offer of a side on an issue by round, unknown (NaN) where there is none, and the days of the rounds.

    Both have the shape ``[run, round]``; a round that was not played has no day, which is infinite.
    """
    tracks, results = ends.tracks, ends.results
    played = np.arange(tracks.shape[1]) < results["round"][:, np.newaxis]
    places = np.arange(len(results))[:, np.newaxis]
    on_table = batch.parameters["issue_tabled"][places, tracks["regime"], slot] != 0
    there = played & (tracks["tabled"][:, :, side] != 0) & on_table
    return np.where(there, tracks["offer"][:, :, side, slot], np.nan), np.where(played, tracks["day"], np.inf)
