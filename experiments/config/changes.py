"""Changes to a config that options of a command make, each with the option, so that an error names what was typed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Final, final

from experiments.errors import ConfigError

SET: Final = "--set"

#: Characters of an option that a message quotes.
_LONGEST: Final = 200


@final
@dataclass(frozen=True, slots=True)
class Change:
    """A change to a config.

    Attributes
    ----------
    text : str
        ``path=value``, of which the value is read as YAML.
    option : str
        Option that makes it, as it was typed: ``--over partner.subsidy_budget=0.5:6:12``.
    """

    text: str
    option: str

    @property
    def origin(self) -> str:
        """Option as a message quotes it."""
        return self.option if len(self.option) <= _LONGEST else f"{self.option[:_LONGEST]}..."


#: Changes as commands and functions take them; a text alone is one of the option ``--set``.
Changes = Sequence[str | Change]


def changes_of(sets: Changes) -> list[Change]:
    """Changes, each with its option; a single text may stand alone."""
    given = [sets] if isinstance(sets, str) else sets
    return [one if isinstance(one, Change) else Change(one, f"{SET} {one}") for one in given]


@contextmanager
def blamed_on(changes: Changes) -> Iterator[None]:
    """Name the options of these changes in an error about a place that they do not set: without them there is none."""
    try:
        yield
    except ConfigError as error:
        options = list(dict.fromkeys(one.origin for one in changes_of(changes)))
        if any(problem.place.origin in options for problem in error.problems):
            raise
        with_them = f", with {' and '.join(options)}"
        raise ConfigError(replace(one, message=f"{one.message}{with_them}") for one in error.problems) from None


def is_option(origin: str) -> bool:
    """Whether the origin of a value is an option of a command and no file."""
    return origin.startswith("--")
