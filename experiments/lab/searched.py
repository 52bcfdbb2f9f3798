"""A finished search of the stress lab as it is read back from its directory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from experiments.config.load import config_from
from experiments.errors import RunError
from experiments.store.manifest import MANIFEST, read_any_manifest
from experiments.store.tables import StoredFiles, part

if TYPE_CHECKING:
    from experiments.config.model import Config
    from experiments.store.place import Place


@dataclass(frozen=True, slots=True, eq=False)
class Search:
    """What a search was asked for, and its files.

    Attributes
    ----------
    place : Place
        The directory.
    manifest, options : dict
        Its manifest, and what was asked for besides the config.
    config : Config
        The scenario.
    files : StoredFiles
        What it wrote.
    """

    place: Place
    manifest: dict[str, Any]
    options: dict[str, Any]
    config: Config
    files: StoredFiles

    def option(self, name: str) -> Any:
        """Value of an option that this version writes.

        Raises
        ------
        experiments.errors.RunError
            When the manifest has none.
        """
        if name not in self.options:
            raise RunError(
                f"{self.place}/{MANIFEST} is not a manifest that this version can read: options has no {name}."
            )
        return self.options[name]


def read_search(place: Place) -> Search:
    """Read the manifest of a finished search.

    Raises
    ------
    experiments.errors.RunError
        When it is not what this version writes, or the search met a tactic of the user's own that is not known here.
    """
    manifest = read_any_manifest(place)
    options, written = part(manifest, "options", place), part(manifest, "config", place)
    checks = {str(name): str(check) for name, check in part(manifest, "files", place).items()}
    _check_own_tactics(manifest, place)
    config = config_from(written, f"{place}/{MANIFEST}")
    return Search(place, manifest, options, config, StoredFiles(place, checks))


def _check_own_tactics(manifest: dict[str, Any], place: Place) -> None:
    from agents.tactics.registry import TACTICS

    for source in manifest.get("tactics") or ():
        name = source.get("name") if isinstance(source, dict) else None
        if name not in TACTICS:
            raise RunError(f"{place} was made with a tactic of your own, {name}; name its file with --tactics FILE.")
