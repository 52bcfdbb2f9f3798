"""The plain values of a config and the base of its models: nothing is converted silently, unknown keys are refused."""

from __future__ import annotations

from datetime import date
from typing import Annotated, NoReturn

from pydantic import AllowInfNan, BaseModel, BeforeValidator, ConfigDict, Field, Strict, WithJsonSchema
from pydantic_core import PydanticCustomError


class ConfigPart(BaseModel):
    """Base of every part of a config: frozen, with its keys fixed."""

    model_config = ConfigDict(extra="forbid", frozen=True, serialize_by_alias=True, use_attribute_docstrings=True)


def _read_date(raw: object) -> object:
    if isinstance(raw, date):
        return raw
    try:
        return date.fromisoformat(raw) if isinstance(raw, str) and len(raw) == 10 else _no_date()
    except ValueError:
        return _no_date()


#: What a date must be.
A_DATE = "must be a calendar date such as 2025-05-30"


def _no_date() -> NoReturn:
    refuse("date", A_DATE)


_SLUG = r"^[A-Za-z0-9][A-Za-z0-9_-]*$"
# Names of firms may hold spaces; a dot would end a part of a path.
_AGENT_NAME = r"^\w[\w &+'-]*$"

_ONE_LINE = r"^[^\n\r]+$"
_SHA256 = r"^[0-9a-f]{64}$"

#: What each pattern asks for, in words.
PATTERN_WORDS: dict[str, str] = {
    _ONE_LINE: "must be one line of text",
    _SLUG: "must be letters, digits, - and _, and start with a letter or digit",
    _AGENT_NAME: "must be letters, digits, spaces and - _ & + ', and start with a letter or digit",
    _SHA256: "must be a SHA-256 checksum of 64 digits and letters a to f; leave values and sha256 out to read the file",
}

Text = Annotated[str, Strict(), Field(min_length=1)]
Line = Annotated[str, Strict(), Field(pattern=_ONE_LINE)]
Slug = Annotated[str, Strict(), Field(pattern=_SLUG, max_length=60)]
AgentName = Annotated[str, Strict(), Field(pattern=_AGENT_NAME, max_length=60)]
Sha256 = Annotated[str, Strict(), Field(pattern=_SHA256)]
Integer = Annotated[int, Strict()]
Real = Annotated[float, Strict(), AllowInfNan(False)]
Flag = Annotated[bool, Strict()]
Date = Annotated[date, BeforeValidator(_read_date), WithJsonSchema({"type": "string", "format": "date"})]


def refuse(kind: str, message: str) -> NoReturn:
    """Refuse the values of a model in words of our own."""
    raise PydanticCustomError(kind, "{message}", {"message": message})
