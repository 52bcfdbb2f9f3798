"""Order of numbers, against NumPy's stable sort."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sim.records import Floats
from sim.sorting import ascending_order

pytestmark = pytest.mark.unit

_FEW = st.sampled_from([-np.inf, -1.5, -0.0, 0.0, 2.0, np.inf])


@given(arrays(np.float64, st.integers(0, 70), elements=_FEW))
def test_equal_keys_keep_their_order(keys: Floats) -> None:
    assert ascending_order(keys).tolist() == np.argsort(keys, kind="stable").tolist()


@given(arrays(np.float64, st.integers(0, 70), elements=st.floats(allow_nan=False)))
def test_keys_ascend(keys: Floats) -> None:
    assert ascending_order(keys).tolist() == np.argsort(keys, kind="stable").tolist()
