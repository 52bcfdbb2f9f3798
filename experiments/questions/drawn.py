"""Pictures of a finished directory, drawn anew from its tables: which kind of directory has which."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

from experiments.errors import RunError, check_number

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from experiments.store.place import Place

Manifest = dict[str, Any]


def _of_run(place: Place, run: int | None, wanted: Sequence[str] | None) -> dict[str, Figure]:
    from experiments.config.load import config_from
    from experiments.questions.run.figures import DRAWN, figures_of, typical_run
    from experiments.questions.run.show import PICTURED_RUNS
    from experiments.store.columns import StoredColumns
    from experiments.store.manifest import MANIFEST
    from experiments.store.reading import finished_manifest, load_trajectories
    from experiments.story.one_run import WhichRun

    _check_known(wanted, DRAWN, "a run")
    manifest = finished_manifest(place)
    if run is not None:
        check_number("--run", run, 0, manifest.runs - 1)
    config, runs = config_from(manifest.config, f"{place}/{MANIFEST}"), StoredColumns(place)
    which = WhichRun(typical_run(runs) if run is None else run, manifest.seed, manifest.runs)
    figures = figures_of(config, runs, load_trajectories(place, first_runs=PICTURED_RUNS), which, wanted)
    for missing in sorted(set(wanted or ()) - set(figures)):
        raise RunError(f"--figure {missing}: {place} does not hold what it is drawn from.")
    return figures


def _of_tournament(place: Place, _manifest: Manifest) -> dict[str, Figure]:
    from experiments.questions.tournament.job import figures_of
    from experiments.questions.tournament.read import read_held

    held = read_held(place)
    level, worlds = float(held.settings["level"]), int(held.settings["worlds"])
    return figures_of(held.cells, held.players, held.equilibria, level, worlds=worlds, missing=held.left_out)


def _of_stress(place: Place, _manifest: Manifest) -> dict[str, Figure]:
    from experiments.questions.stress.page import map_of
    from experiments.questions.stress.read import read_stressed

    return {"failure_map": map_of(read_stressed(place))}


def _of_advice(place: Place, _manifest: Manifest) -> dict[str, Figure]:
    from experiments.lab.searched import read_search
    from experiments.questions.advise.advise import REGRET_COLUMNS, REGRET_TABLE
    from experiments.questions.advise.regret_heat_map import regret_heat_map

    search = read_search(place)
    cells = search.files.frame(REGRET_TABLE, REGRET_COLUMNS)
    return {"regret_heat_map": regret_heat_map(cells, str(search.option("side")), search.config.name)}


def _of_exploration(place: Place, manifest: Manifest) -> dict[str, Figure]:
    from experiments.lab.finished import read_finished
    from experiments.questions.discover.boxes import box_figure
    from experiments.questions.discover.result import read_discovery
    from experiments.questions.sensitivity import command as command_sensitivity
    from experiments.questions.sensitivity.result import read_sensitivity
    from experiments.questions.sweep import command as command_sweep
    from experiments.questions.sweep.result import read_sweep

    found = read_finished(place, manifest)
    if found.command == "sensitivity":
        return command_sensitivity.figures_of(read_sensitivity(found))
    if found.command == "discover":
        return {"boxes": box_figure(read_discovery(found))}
    return command_sweep.figures_of(*read_sweep(found))


#: How the pictures of each kind of directory but a run are drawn; see :data:`experiments.questions.registry.PAGES`.
_DRAWN: Final[dict[str, Callable[[Place, Manifest], dict[str, Figure]]]] = {
    "tournament": _of_tournament,
    "stress": _of_stress,
    "advise": _of_advice,
    "exploration": _of_exploration,
}


def figures_in(place: Place, names: Sequence[str] | None = None, run: int | None = None) -> dict[str, Figure]:
    """Draw pictures of a finished directory, by name.

    Parameters
    ----------
    place : Place
        The directory.
    names : sequence of str, optional
        Which; every one that the tables allow unless given.
    run : int, optional
        Of a run's directory, the negotiation whose own picture is drawn; a typical one unless given.

    Raises
    ------
    experiments.errors.RunError
        When the directory has no such picture, or is damaged.
    """
    from experiments.store.manifest import kind_of, read_any_manifest

    manifest = read_any_manifest(place)
    kind = kind_of(manifest)
    if kind == "run":
        return _of_run(place, run, names)
    what = str(manifest.get("command", kind))
    if kind not in _DRAWN:
        raise RunError(f"{place} was filled by winset {what}, which has no pictures; its tables are in winset report.")
    if run is not None:
        raise RunError(f"--run {run}: {place} was filled by winset {what}; only a run has pictures of one negotiation.")
    figures = _DRAWN[kind](place, manifest)
    _check_known(names, figures, f"winset {what}")
    return {name: figures[name] for name in names or figures}


def _check_known(names: Sequence[str] | None, known: Sequence[str] | dict[str, Any], of: str) -> None:
    for unknown in sorted(set(names or ()) - set(known)):
        raise RunError(f"--figure {unknown}: there is no such figure of {of}; there are all, {', '.join(known)}.")
