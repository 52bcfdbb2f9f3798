"""What JSON holds in place of values that it does not know."""

from __future__ import annotations

from datetime import date
from pathlib import PurePath


def json_value(value: object) -> object:
    """Value for JSON, as ``default`` of :func:`json.dumps`: dates in ISO form, paths as text, values of NumPy as plain.

    Parameters
    ----------
    value : object
        What JSON does not know.

    Returns
    -------
    object
        Text, number or list.

    Raises
    ------
    TypeError
        For any other object, of which JSON would hold no more than how Python prints it.
    """
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, PurePath):
        return str(value)
    if hasattr(value, "dtype") and hasattr(value, "tolist"):
        return value.tolist()
    raise TypeError(f"JSON has no value for {value!r} of the type {type(value).__qualname__}")
