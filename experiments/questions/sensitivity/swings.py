"""Swings: where the mean of an output stands when one input is low and when it is high, all others as they come."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from experiments.questions.sensitivity.pawn import SLICES, slices

if TYPE_CHECKING:
    from experiments.lab.models import Model
    from sim.records import Floats


#: Columns of the table, in their order.
COLUMNS: Final = ("input", "unit", "low_input", "high_input", "at_low", "at_high", "mean")


def swings_of(model: Model, points: Floats, values: Floats) -> pd.DataFrame:
    """Mean output in the lowest and in the highest tenth of each input.

    Parameters
    ----------
    model : Model
        Gives inputs their values.
    points : array, shape [row, input]
        A plain sample of the unit cube.
    values : array, shape [row]
        The output, finite.

    Returns
    -------
    pandas.DataFrame
        ``input, unit, low_input, high_input, at_low, at_high, mean``: the median of the input in both tenths, the mean
        output there, and over all rows.
    """
    inputs = model.values(points)
    rows = []
    for place, one in enumerate(model.inputs):
        label = slices(points[:, place])
        low, high = label == 0, label == SLICES - 1
        rows.append(
            {
                "input": one.name,
                "unit": one.unit,
                "low_input": float(np.median(inputs[one.name][low])),
                "high_input": float(np.median(inputs[one.name][high])),
                "at_low": float(values[low].mean()),
                "at_high": float(values[high].mean()),
                "mean": float(values.mean()),
            }
        )
    return pd.DataFrame(rows, columns=list(COLUMNS))
