"""The page of an exploration: that of its command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from experiments.errors import RunError
from experiments.store.manifest import MANIFEST

if TYPE_CHECKING:
    from experiments.figures.theme import Theme
    from experiments.report.page import Page
    from experiments.store.place import Place


def exploration_page(place: Place, theme: Theme) -> Page:
    """Page of a finished sweep, sensitivity or discover.

    Raises
    ------
    experiments.errors.RunError
        When it is something else.
    """
    from experiments.report.kinds import read_any_manifest

    command = read_any_manifest(place).get("command")
    if command == "sensitivity":
        from experiments.report.sensitivity_page import sensitivity_page

        return sensitivity_page(place, theme)
    if command == "discover":
        from experiments.report.discover_page import discover_page

        return discover_page(place, theme)
    if command == "sweep":
        from experiments.report.sweep_page import sweep_page

        return sweep_page(place, theme)
    raise RunError(f"{place}/{MANIFEST} is of an exploration that this version of winset does not know: {command}.")
