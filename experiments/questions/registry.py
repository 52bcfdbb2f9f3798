"""From a finished directory to its page: which function makes the page of which kind of directory."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from experiments.errors import RunError
from experiments.store.manifest import MANIFEST, kind_of, read_any_manifest
from experiments.store.place import Folder, Place
from experiments.store.places import place_of

if TYPE_CHECKING:
    from experiments.figures.kit.theme import Theme
    from experiments.report.blocks import Page


PageMaker = Callable[[Place, "Theme"], "Page"]


def _run(place: Place, theme: Theme) -> Page:
    from experiments.questions.run.page import run_page

    return run_page(place, theme)


def _tournament(place: Place, theme: Theme) -> Page:
    from experiments.questions.tournament.page import tournament_page

    return tournament_page(place, theme)


def _stress(place: Place, theme: Theme) -> Page:
    from experiments.questions.stress.page import stress_page

    return stress_page(place, theme)


def _exploit(place: Place, theme: Theme) -> Page:
    from experiments.questions.exploit.page import exploit_page

    return exploit_page(place, theme)


def _advise(place: Place, theme: Theme) -> Page:
    from experiments.questions.advise.page import advise_page

    return advise_page(place, theme)


def _exploration(place: Place, theme: Theme) -> Page:
    return exploration_page(place, theme)


#: Page of each kind of directory that has one of its own; the word after ``winset`` in the ``format`` of its manifest.
PAGES: Final[dict[str, PageMaker]] = {
    "run": _run,
    "tournament": _tournament,
    "stress": _stress,
    "exploit": _exploit,
    "advise": _advise,
    "exploration": _exploration,
}


def page_of(folder: Folder, theme: Theme) -> Page:
    """Page of a finished directory.

    Raises
    ------
    experiments.errors.RunError
        When it is damaged, or of a kind that this version does not know.
    """
    place = place_of(folder)
    return PAGES[kind_of(read_any_manifest(place))](place, theme)


def exploration_page(place: Place, theme: Theme) -> Page:
    """Page of a finished sweep, sensitivity or discover.

    Raises
    ------
    experiments.errors.RunError
        When it is something else.
    """
    command = read_any_manifest(place).get("command")
    if command == "sensitivity":
        from experiments.questions.sensitivity.page import sensitivity_page

        return sensitivity_page(place, theme)
    if command == "discover":
        from experiments.questions.discover.page import discover_page

        return discover_page(place, theme)
    if command == "sweep":
        from experiments.questions.sweep.page import sweep_page

        return sweep_page(place, theme)
    raise RunError(f"{place}/{MANIFEST} is of an exploration that this version of winset does not know: {command}.")
