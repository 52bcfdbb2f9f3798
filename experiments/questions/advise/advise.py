"""Which lever moves a side's outcome most when the other side reacts, at what cost, and which choice is robust."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np

from experiments.config.changes import Change, blamed_on
from experiments.config.load import AnyConfig, config_from, config_of
from experiments.config.own_tactics import registered_sources
from experiments.config.run_settings import seed_of
from experiments.design.sampling import design_table
from experiments.engine.worlds import Seated, Worlds, gains
from experiments.errors import RunError, check_number
from experiments.lab.arena import side_by_side
from experiments.lab.seats import check_config_compiles, families, seated, side_index
from experiments.labels import counted
from experiments.progress import listener
from experiments.questions.advise.levers import AS_IT_IS, Setting, settings_of
from experiments.questions.advise.result import AdviseResult, read
from experiments.questions.advise.tables import REGRET_TABLE, SETTINGS_TABLE, term_names
from experiments.questions.advise.trials import Trials
from experiments.report.result import figures_in
from experiments.store.batches import Batches
from experiments.store.directory import Directory
from experiments.store.manifest import Request
from sim.issues import SIDES, US

if TYPE_CHECKING:
    from experiments.config.model import Config
    from experiments.progress import Progress
    from experiments.store.place import Folder
    from sim.records import Floats

WORLDS: Final = 400
WORLD_LIMITS: Final = (20, 100_000)

#: Name of the reaction that leaves the config's own opponent in its seat.
NO_REACTION: Final = "as in the config"


def advise(
    config: AnyConfig,
    side: str,
    levers: str | Sequence[str] = (),
    reactions: str | Sequence[str] = (),
    worlds: int = WORLDS,
    floor: float = 0.0,
    seed: int | None = None,
    *,
    sets: Sequence[str] = (),
    out: Folder | None = None,
    resume: bool = False,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> AdviseResult:
    """Try the levers of a side on the same worlds, each against the other side's best reply to it.

    Parameters
    ----------
    config : Config, mapping, str or pathlib.Path
        What is negotiated.
    side : str
        Side that is advised.
    levers : str or sequence of str
        ``path=value,value`` each; by default what the config gives to that side.
    reactions : str or sequence of str
        Tactics, as ``name,knob=value``, among which the other side picks; by default every family. The config's own is
        always among them.
    worlds : int
        Number of worlds.
    floor : float
        Gain in US$ bn a year from which a world counts as satisfactory.
    seed : int, optional
        Seed of every draw; by default that of the config.
    sets, out, resume, overwrite, progress
        As every question takes them, see :mod:`winset`: changes to the config, and where the answer is kept.

    Raises
    ------
    RunError
        When something that was asked for makes no sense.
    """
    loaded = config_of(config, sets)
    chosen = seed_of(loaded, seed)
    check_number("--worlds", worlds, *WORLD_LIMITS)
    if not np.isfinite(floor):
        raise RunError(f"--floor is {floor}; it must be a number of US$ bn a year.")
    place = side_index(side)
    check_config_compiles(loaded, SIDES[1 - place])
    names = tuple(dict.fromkeys(_several(reactions) or families()))
    tried: list[Seated | None] = [None, *(seated(name, "--reaction") for name in names)]
    named = _several(levers)
    settings = settings_of(loaded, side, named)
    changed = [_changed(loaded, one, side) for one in settings]
    options = {"side": side, "levers": list(named), "reactions": list(names), "worlds": worlds, "floor": float(floor)}
    pictures = partial(figures_in, "advise")
    request = Request("advise", loaded, chosen, options, registered_sources(), pictures=pictures)
    say = listener(progress).say
    with Directory.open(out, request, resume=resume, overwrite=overwrite, say=say) as directory:
        tactics = counted(len(tried), "tactic")
        say(f"{counted(len(settings), 'setting')}, each against {tactics} of the other side, in {worlds:,} worlds")
        batches = Batches(directory)
        played = np.stack([
            batches.answer(
                np.array([number, len(tried), worlds], dtype=np.float64),
                partial(_play, one, place, tried, worlds, chosen),
            )
            for number, one in enumerate(changed)
        ])  # fmt: skip
        trials = Trials.of(place, settings, (NO_REACTION, *names), played, float(floor), chosen)
        directory.keep(SETTINGS_TABLE, trials.settings_table())
        directory.keep(REGRET_TABLE, trials.regret_table())
        directory.finish(negotiations=trials.own.size)
        return read(directory.finished())


def _several(texts: str | Sequence[str]) -> tuple[str, ...]:
    """Texts of an option, of which one may stand alone."""
    return (texts,) if isinstance(texts, str) else tuple(texts)


def _changed(config: Config, setting: Setting, side: str) -> Config:
    """Config with a setting; it must still be one that the compiled engine can play."""
    if setting is AS_IT_IS:
        found = config
    else:
        changes = [Change(text, f"--lever {setting.title}") for text in setting.changes]
        with blamed_on(changes):
            found = config_from(config.resolved(), config.name, changes)
    check_config_compiles(found, side)
    return found


def _play(config: Config, side: int, reactions: Sequence[Seated | None], worlds: int, seed: int) -> Floats:
    """Own and other gain and the terms of the own payoff, shape ``[reaction, world, 2 + term]``."""
    drawn = Worlds.at(config, design_table(config, worlds, seed, total=worlds), seed)

    def one(reaction: Seated | None) -> Floats:
        ends = drawn.play(*((None, reaction) if side == US else (reaction, None)))
        gain = gains(ends)
        terms = ends.results["ledger"][:, side, : len(term_names(side))]
        return np.concatenate([gain[:, [side, 1 - side]], terms], axis=1)

    return np.stack(side_by_side(one, reactions))
