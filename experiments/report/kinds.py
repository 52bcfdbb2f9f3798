"""From a finished directory to its page: which function makes the page of which kind of directory."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from experiments.errors import RunError
from experiments.store.formats import check_version
from experiments.store.manifest import MANIFEST
from experiments.store.place import Folder, Place, reading_from
from experiments.store.places import place_of
from experiments.store.seal import unsealed

if TYPE_CHECKING:
    from experiments.figures.theme import Theme
    from experiments.report.page import Page

PageMaker = Callable[[Place, "Theme"], "Page"]

_FORMAT: Final = "winset "


def _run(place: Place, theme: Theme) -> Page:
    from experiments.report.run_page import run_page

    return run_page(place, theme)


def _tournament(place: Place, theme: Theme) -> Page:
    from experiments.report.tournament_page import tournament_page

    return tournament_page(place, theme)


def _stress(place: Place, theme: Theme) -> Page:
    from experiments.report.stress_page import stress_page

    return stress_page(place, theme)


def _exploit(place: Place, theme: Theme) -> Page:
    from experiments.report.exploit_page import exploit_page

    return exploit_page(place, theme)


def _advise(place: Place, theme: Theme) -> Page:
    from experiments.report.advise_page import advise_page

    return advise_page(place, theme)


def _exploration(place: Place, theme: Theme) -> Page:
    from experiments.report.explore_page import exploration_page

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


def kind_of(manifest: dict[str, Any]) -> str:
    """Kind of a directory, ``run`` for ``winset run``; empty where the manifest is not one of winset."""
    written = manifest.get("format")
    return written.removeprefix(_FORMAT) if isinstance(written, str) and written.startswith(_FORMAT) else ""


def _check_kind(manifest: dict[str, Any], place: Place) -> None:
    if not kind_of(manifest):
        raise RunError(f"{place}/{MANIFEST} is not a manifest of winset: its format should start with '{_FORMAT}'.")
    if kind_of(manifest) not in PAGES:
        raise RunError(f"{place} is of a kind that this version of winset does not know: {kind_of(manifest)}.")
    check_version(manifest, place)
    if manifest.get("status", "complete") != "complete":
        # A sweep, a sensitivity and a discover are explorations, and their manifest says which.
        command = manifest.get("command", kind_of(manifest))
        raise RunError(f"{place} holds an unfinished {command}; finish it with winset {command} and --resume.")


def read_any_manifest(place: Place) -> dict[str, Any]:
    """Read the manifest of a directory of whatever kind, as plain data.

    Raises
    ------
    experiments.errors.RunError
        When there is none, or it is not one of winset, or what it describes is not finished.
    """
    with reading_from(place):
        try:
            manifest = unsealed(place.read(MANIFEST), f"{place}/{MANIFEST}", lambda found: _check_kind(found, place))
        except (FileNotFoundError, NotADirectoryError) as error:
            raise RunError(
                f"{place} has no {MANIFEST}, so it holds no results that could be read back. Name the directory of a "
                "finished run, tournament, search or exploration; compare, factorial and scenario write theirs to be "
                "looked at only."
            ) from error
    return manifest


def page_of(folder: Folder, theme: Theme) -> Page:
    """Page of a finished directory.

    Raises
    ------
    experiments.errors.RunError
        When it is damaged, or of a kind that this version does not know.
    """
    place = place_of(folder)
    return PAGES[kind_of(read_any_manifest(place))](place, theme)
