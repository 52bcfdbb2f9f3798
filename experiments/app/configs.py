"""The configs that can be picked on the page, and the seed of the command line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from experiments.config.load import load_config
from experiments.config.shipped import CONFIGS
from experiments.errors import RunError

if TYPE_CHECKING:
    from experiments.config.model import Config

_current: list[PageConfigs] = []

#: What is shown when the user names no config: talks in which positions move and deals are closed.
_FIRST: Final = "july_2025"


@dataclass(frozen=True)
class PageConfigs:
    """Configs that can be picked on the page.

    Attributes
    ----------
    paths : mapping
        Config files by the name under which they are picked.
    first : str
        The one to open with.
    sets : tuple of str
        Changes ``path=value`` to that one.
    seed : int or None
        Seed of the draws; that of each config if None.
    """

    paths: Mapping[str, Path]
    first: str
    sets: tuple[str, ...]
    seed: int | None

    @cached_property
    def _loaded(self) -> dict[str, Config]:
        return {}

    def config(self, name: str) -> Config:
        """Load the config that was picked.

        Raises
        ------
        experiments.errors.ConfigError
            When the file is wrong.
        """
        if name not in self._loaded:
            self._loaded[name] = load_config(self.paths[name], self.sets if name == self.first else ())
        return self._loaded[name]

    def seed_of(self, name: str) -> int:
        """Seed that the page proposes for a config."""
        return self.config(name).experiment.seed if self.seed is None else self.seed


def pickable_configs(config: Path | None, sets: Sequence[str] = (), seed: int | None = None) -> PageConfigs:
    """Shipped configs, with the user's own before them."""
    shipped = {path.stem: path for path in sorted(CONFIGS.glob("*.yaml"))}
    if config is None:
        if _FIRST not in shipped:
            raise RunError("no config is shipped with this installation; name one: winset app CONFIG")
        return PageConfigs(shipped, _FIRST, tuple(sets), seed)
    own = config.stem
    return PageConfigs(
        {own: config, **{name: path for name, path in shipped.items() if name != own}}, own, tuple(sets), seed
    )


def set_page_configs(configs: PageConfigs) -> None:
    """Let the page offer these configs from now on."""
    _current[:] = [configs]


def page_configs() -> PageConfigs:
    """Configs that the page offers.

    Raises
    ------
    RuntimeError
        When nothing has been set.
    """
    if not _current:
        raise RuntimeError("the page has nothing to offer; start it with: winset app")
    return _current[0]
