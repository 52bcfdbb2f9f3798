"""Where the command leaves what the page is to offer; solara imports the page by name and hands it nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from experiments.app.offer import Offered

_set: list[Offered] = []


def set_stage(offered: Offered) -> None:
    """Say what the page offers from now on."""
    _set[:] = [offered]


def stage() -> Offered:
    """What the page offers.

    Raises
    ------
    RuntimeError
        When nothing has been set.
    """
    if not _set:
        raise RuntimeError("the page has nothing to offer; start it with: winset app")
    return _set[0]
