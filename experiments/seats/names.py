"""Guests by name: ``negmas:AspirationNegotiator{aspiration_type: linear}``, what can be seated and what cannot.

NegMAS (Mohammad and others) is called through its public interface and never copied. It is imported when a guest is
asked for and not before.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, final

from experiments.config.yaml import between_commas, read_braces
from experiments.errors import RunError, ended, suggestion
from experiments.seats.negmas import INSTALL, version

if TYPE_CHECKING:
    from experiments.seats.negmas import NegmasObject

PREFIX: Final = "negmas:"


@final
@dataclass(frozen=True)
class Guest:
    """A negotiator of NegMAS that can be seated for either government.

    Attributes
    ----------
    name : str
        Its name in the registry of NegMAS, or the full path of its class.
    settings : mapping
        Arguments of its constructor that differ from their defaults.
    """

    name: str
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """How it is written: ``negmas:AspirationNegotiator{aspiration_type: linear}``."""
        if not self.settings:
            return PREFIX + self.name
        return f"{PREFIX}{self.name}{{{', '.join(f'{key}: {value}' for key, value in sorted(self.settings.items()))}}}"

    def make(self) -> NegmasObject:
        """Make a fresh negotiator.

        Raises
        ------
        RunError
            When there is no such negotiator, or it does not take the settings.
        """
        kind = class_of(self.name)
        try:
            return kind(**self.settings)
        except Exception as error:
            raise RunError(f"{self.label} cannot be made: {type(error).__name__}: {error}") from error


def need_negmas() -> None:
    """Refuse to go on where NegMAS is not installed."""
    if version() is None:
        raise RunError(INSTALL)


def is_guest(text: str) -> bool:
    """Whether a name means a guest rather than a tactic of winset."""
    return text.strip().startswith(PREFIX)


def guest_from(text: str, option: str = "") -> Guest:
    """Read a guest from text and make sure that it can be made.

    Parameters
    ----------
    text : str
        ``negmas:Name``, with settings in braces.
    option : str
        Option by which it was named, if any.

    Raises
    ------
    RunError
        Naming the option, the guest, what is wrong with it and what would be right.
    """
    need_negmas()
    try:
        return _guest(text)
    except RunError as error:
        raise RunError(f"{option} {error}".lstrip()) from error


def _guest(text: str) -> Guest:
    name, brace, rest = text.strip().removeprefix(PREFIX).partition("{")
    if not is_guest(text) or not name.strip():
        raise RunError(
            f"{text or 'nothing'}: write a guest as {PREFIX}AspirationNegotiator; `winset guests` lists them."
        )
    guest = Guest(name.strip(), _settings(text, brace + rest) if brace else {})
    guest.make()
    return guest


def guests_from(text: str, option: str = "") -> tuple[Guest, ...]:
    """Read guests that are set apart by commas outside braces."""
    return tuple(guest_from(entry, option) for entry in between_commas(text))


def _settings(text: str, braces: str) -> dict[str, Any]:
    settings = read_braces(braces)
    if settings is None:
        raise RunError(f"{text}: write settings as {{name: value, ...}}.")
    return settings


def class_of(name: str) -> NegmasObject:
    """Class of a negotiator by its name in the registry of NegMAS, or by the path ``package.module.Class``.

    Raises
    ------
    RunError
        When there is none, or NegMAS's own mechanism would not let it take turns, or it needs Java.
    """
    need_negmas()
    kind = _registered().get(name) or _by_path(name)
    if kind is None:
        raise RunError(ended(f"{PREFIX}{name}: NegMAS has no such negotiator{suggestion(name, seatable())}"))
    if why := why_not(kind):
        raise RunError(f"{PREFIX}{name} cannot be seated: {why}.")
    return kind


def why_not(kind: NegmasObject) -> str | None:
    """Why a class of NegMAS cannot sit at a table where offers alternate; None if it can."""
    from negmas.gb.negotiators import GBNegotiator
    from negmas.genius import GeniusNegotiator

    if not (inspect.isclass(kind) and issubclass(kind, GBNegotiator)):
        return "it is no negotiator that makes and answers offers"
    if issubclass(kind, GeniusNegotiator):
        return "it is a bridge to Genius, which needs Java"
    return "it is abstract" if inspect.isabstract(kind) else None


def seatable() -> tuple[str, ...]:
    """Names of NegMAS's own negotiators that make and answer offers and need no Java, in alphabetical order."""
    need_negmas()
    return tuple(sorted(name for name, kind in _registered().items() if why_not(kind) is None))


def _registered() -> dict[str, NegmasObject]:
    return dict(_entries())


def _entries() -> Iterator[tuple[str, NegmasObject]]:
    from negmas.registry import negotiator_registry

    for entry in negotiator_registry.query().values():
        yield entry.short_name, entry.cls


def _by_path(name: str) -> NegmasObject:
    module, dot, attribute = name.rpartition(".")
    if not dot:
        return None
    try:
        return getattr(importlib.import_module(module), attribute, None)
    except ImportError:
        return None
