"""What every answer knows of where it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from experiments.config.model import Config
    from experiments.store.manifest import Manifest


@dataclass(frozen=True, eq=False, repr=False)
class Origin:
    """Where an answer comes from; the record of a question adds what text and figures need of it.

    Attributes
    ----------
    config : Config
        What was negotiated.
    manifest : Manifest
        What was asked for, and with what code.
    folder : str or None
        Directory of the answer, where one was named.
    """

    config: Config
    manifest: Manifest
    folder: str | None

    @property
    def seed(self) -> int:
        """Seed of every draw."""
        return self.manifest.seed
