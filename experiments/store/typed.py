"""Settings and results of a manifest as a record of the question's own, with every key and type checked.

The seal of a manifest can be made anew by whoever edits it, so that what it says is believed only once it has been read
by its types.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Final, TypeVar

from pydantic import AfterValidator, Field, TypeAdapter, ValidationError

from experiments.errors import RunError, printable
from experiments.json_values import json_value
from experiments.store.manifest import MANIFEST, Manifest
from experiments.store.seal import edited

_Kind = TypeVar("_Kind")
_Value = TypeVar("_Value")

#: What counts something, and what there is at least one of.
Count = Annotated[int, Field(ge=0)]
Number = Annotated[int, Field(ge=1)]

#: Parts of a manifest, as messages call them.
SETTINGS: Final = "settings"
RESULTS: Final = "results"
TABLE: Final = "entries of the table"

_LONGEST: Final = 80
_SHOULD: Final = "Input should "


def typed(kind: type[_Kind], values: Mapping[str, Any], where: str, what: str) -> _Kind:
    """Read plain data of a manifest as a record or a data class.

    Parameters
    ----------
    kind : type
        A :class:`experiments.store.surroundings.Record`, or a data class of plain data.
    values : mapping
        What the manifest says.
    where, what : str
        Path of the manifest, and which part of it that is, for messages.

    Raises
    ------
    experiments.errors.RunError
        Naming the file, the first key that does not fit, its value, and what would be right.
    """
    try:
        return TypeAdapter(kind).validate_json(json.dumps(values), strict=True)
    except ValidationError as error:
        raise edited(where, _why(what, error)) from error
    except RunError as error:
        raise edited(where, f"its {what} are none that there can be ({str(error).rstrip('.')})") from error


def settings_of(kind: type[_Kind], manifest: Manifest, place: object) -> _Kind:
    """Settings in the manifest of a place, read as :func:`typed` does."""
    return typed(kind, manifest.settings, f"{place}/{MANIFEST}", SETTINGS)


def results_of(kind: type[_Kind], manifest: Manifest, place: object) -> _Kind:
    """Results in the manifest of a place, read as :func:`typed` does."""
    return typed(kind, manifest.results, f"{place}/{MANIFEST}", RESULTS)


def checked(check: Callable[[_Value], object]) -> AfterValidator:
    """Whatever an option of this name may be, checked as the option is."""

    def kept(value: _Value) -> _Value:
        check(value)
        return value

    return AfterValidator(kept)


def _why(what: str, error: ValidationError) -> str:
    """What does not fit first, in words."""
    first = error.errors()[0]
    path = ".".join(str(part) for part in first["loc"] if part != "[key]")
    if first["type"] == "missing":
        return f"its {what} lack {path}"
    if first["type"] in ("extra_forbidden", "unexpected_keyword_argument"):
        return f"its {what} have {path}, which this version does not know"
    value = printable(json.dumps(first["input"], ensure_ascii=False, default=json_value))
    value = value if len(value) <= _LONGEST else f"{value[: _LONGEST - 3]}..."
    right = first["msg"]
    fits = f"should {right.removeprefix(_SHOULD)}" if right.startswith(_SHOULD) else f"does not fit: {right}"
    return f"its {what} say {path} {value}, which {fits}"
