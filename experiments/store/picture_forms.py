"""Kinds of files that pictures are written as, by the end of their names."""

from __future__ import annotations

from typing import Final, Literal, get_args

PictureForm = Literal["png", "svg", "pdf"]
PICTURE_FORMS: Final[tuple[str, ...]] = get_args(PictureForm)
