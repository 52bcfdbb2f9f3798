"""Make a user's own tactic known, under a name that configs may use."""

from __future__ import annotations

import inspect
import math
import re
from collections.abc import Callable, Mapping
from types import FunctionType
from typing import Any, Final, TypeVar, overload

from agents.errors import TacticDefinitionError
from agents.own_rules.own_rule import OwnRule
from agents.own_rules.reading import place_of, plain_function
from agents.tactics.registry import TACTICS
from agents.tactics.tactic import Knob, Signing, Tactic
from sim.bargaining.acceptance import CONDITIONS
from sim.records import KNOBS

Function = TypeVar("Function", bound=Callable[..., Any])

#: Default, lowest and highest value, and meaning.
KnobSpec = tuple[float, float, float, str]

#: Name of an acceptance condition, with its number where it needs one: ``("ac_next",)``, ``("ac_combi", 0.9)``.
SigningSpec = tuple[str] | tuple[str, float]

_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,59}")
_OWN_SOURCE: Final = "the user's own tactic"


@overload
def register(
    function: None = None,
    *,
    name: str | None = None,
    knobs: Mapping[str, KnobSpec] | None = None,
    reads_offers: bool = True,
    is_random: bool = False,
    is_monotone: bool = False,
    reads_path: bool = False,
    signing: SigningSpec | None = None,
    reference: str = _OWN_SOURCE,
    replace: bool = False,
) -> Callable[[Function], Function]: ...
@overload
def register(
    function: Function,
    *,
    name: str | None = None,
    knobs: Mapping[str, KnobSpec] | None = None,
    reads_offers: bool = True,
    is_random: bool = False,
    is_monotone: bool = False,
    reads_path: bool = False,
    signing: SigningSpec | None = None,
    reference: str = _OWN_SOURCE,
    replace: bool = False,
) -> Function: ...
def register(
    function: Function | None = None,
    *,
    name: str | None = None,
    knobs: Mapping[str, KnobSpec] | None = None,
    reads_offers: bool = True,
    is_random: bool = False,
    is_monotone: bool = False,
    reads_path: bool = False,
    signing: SigningSpec | None = None,
    reference: str = _OWN_SOURCE,
    replace: bool = False,
) -> Function | Callable[[Function], Function]:
    """Make a tactic known; use it as a decorator, with or without arguments, or call it with a function.

    Parameters
    ----------
    function : function
        ``(view, knobs) -> aspiration``, see docs/tactics.md. It is returned as it was given. The first line of its
        docstring is what ``winset list tactics`` and the report of a tournament say of it.
    name : str, optional
        Name in configs; by default that of the function.
    knobs : mapping, optional
        Default, lowest and highest value and meaning of each knob, in the order in which the function gets them.
    reads_offers, is_random, is_monotone : bool
        Whether it looks at the other side's offers, whether it reads ``view.draw``, and whether its aspiration never
        rises as time passes by itself. ``view.draw`` is drawn only for a tactic that says that it is random.
    reads_path : bool
        Whether it looks at what lies ahead on its path, :data:`sim.records.PATH_FIELDS`; they are filled only then.
    signing : tuple, optional
        Acceptance condition by which a side signs that plays the tactic and whose config sets none, with its number.
    reference : str
        Where the tactic comes from.
    replace : bool
        Take the place of an earlier tactic of one's own of this name, as when a cell of a notebook is run again.

    Raises
    ------
    agents.errors.TacticDefinitionError
        If name, knobs or function cannot be taken.
    """

    def take(chosen: Function) -> Function:
        plain = plain_function(chosen)
        place = _place(plain)
        title = str(getattr(plain, "__name__", "")) if name is None else name
        _check_name(title, place, replace=replace)
        _check_signature(title, plain, place)
        tuned = tuple(_knob(title, key, spec, place) for key, spec in (knobs or {}).items())
        if len(tuned) > KNOBS:
            raise TacticDefinitionError(f"tactic {title} has {len(tuned)} knobs; at most {KNOBS} fit", place)
        summary = (inspect.getdoc(plain) or "").partition("\n")[0] or _OWN_SOURCE
        signs = None if signing is None else _signing(title, signing, place)
        rule = OwnRule(title, plain, is_random=is_random, reads_path=reads_path)
        TACTICS[title] = Tactic(
            title, rule, tuned, reads_offers, is_random, is_monotone, summary, reference, reads_path, signing=signs
        )
        return chosen

    return take if function is None else take(function)


def own_tactics() -> dict[str, OwnRule]:
    """Rules of the tactics that were registered by the user, by name."""
    return {name: tactic.aspiration for name, tactic in TACTICS.items() if isinstance(tactic.aspiration, OwnRule)}


def unregister(name: str) -> None:
    """Forget a user's own tactic."""
    if name not in own_tactics():
        raise TacticDefinitionError(f"there is no tactic {name!r} of your own")
    del TACTICS[name]


def _place(function: object) -> str:
    if not isinstance(function, FunctionType):
        return ""
    return place_of(function.__code__.co_filename, function.__code__.co_firstlineno)


def _check_name(name: object, place: str, *, replace: bool) -> None:
    if not isinstance(name, str) or _NAME.fullmatch(name) is None:
        message = f"{name!r} is no name for a tactic; use small letters, digits and _, with a letter first"
        raise TacticDefinitionError(message, place)
    own = own_tactics().get(name)
    if name in TACTICS and own is None:
        raise TacticDefinitionError(f"{name} is a tactic of winset; choose another name", place)
    if own is not None and not replace:
        message = f"tactic {name} is registered already ({own.place}); choose another name, or say replace=True"
        raise TacticDefinitionError(message, place)


def _check_signature(name: str, function: object, place: str) -> None:
    wanted = f"tactic {name} must be a function of two arguments, (view, knobs)"
    if not isinstance(function, FunctionType):
        raise TacticDefinitionError(f"{wanted}; got a {type(function).__name__}", place)
    parameters = inspect.signature(function).parameters.values()
    plain = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    if len(parameters) != 2 or any(one.kind not in plain or one.default is not one.empty for one in parameters):
        raise TacticDefinitionError(f"{wanted}; got {inspect.signature(function)}", place)
    if inspect.iscoroutinefunction(function) or inspect.isgeneratorfunction(function):
        raise TacticDefinitionError(f"{wanted}, which returns a number; got a generator or coroutine", place)


def _knob(tactic: str, name: object, spec: object, place: str) -> Knob:
    where = f"knob {name} of tactic {tactic}"
    if not isinstance(name, str) or _NAME.fullmatch(name) is None or name == "name":
        message = f"{name!r} is no name for a knob; use small letters, digits and _, and not 'name'"
        raise TacticDefinitionError(message, place)
    if not isinstance(spec, tuple | list) or len(spec) != 4 or not isinstance(spec[3], str) or not spec[3].strip():
        raise TacticDefinitionError(f"{where} must be (default, low, high, meaning); got {spec!r}", place)
    numbers = spec[:3]
    if not all(isinstance(one, int | float) and not isinstance(one, bool) and math.isfinite(one) for one in numbers):
        raise TacticDefinitionError(f"{where}: default, low and high must be finite numbers; got {spec!r}", place)
    default, low, high = map(float, numbers)
    if not low <= default <= high:
        raise TacticDefinitionError(f"{where}: default must lie between low and high; got {spec!r}", place)
    return Knob(name, default, low, high, spec[3])


def _signing(tactic: str, spec: object, place: str) -> Signing:
    places = {one.name: index for index, one in enumerate(CONDITIONS)}
    parts = spec if isinstance(spec, tuple | list) else (spec,)
    if not parts or parts[0] not in places:
        known = ", ".join(places)
        raise TacticDefinitionError(f"tactic {tactic}: signing names one of {known}, got {spec!r}", place)
    index, numbers = places[parts[0]], parts[1:]
    key = CONDITIONS[index].number
    if key is None:
        if numbers:
            raise TacticDefinitionError(f"tactic {tactic}: {parts[0]} takes no number, got {spec!r}", place)
        return Signing(index)
    if len(numbers) != 1 or isinstance(numbers[0], bool) or not isinstance(numbers[0], int | float):
        raise TacticDefinitionError(f'tactic {tactic}: write signing=("{parts[0]}", {key}), got {spec!r}', place)
    if not 0.0 <= numbers[0] <= 1.0:
        raise TacticDefinitionError(f"tactic {tactic}: {key} of {parts[0]} must be from 0 to 1, got {spec!r}", place)
    return Signing(index, float(numbers[0]))
