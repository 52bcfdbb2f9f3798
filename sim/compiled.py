"""One decorator that turns a rule into compiled code, which is kept for later processes."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from types import FunctionType
from typing import Any, Final, ParamSpec, TypeVar, cast

import numba
from numba.core.typeinfer import register_dispatcher

from sim.code_cache.cache import RuleCache, cache_folder, package_of
from sim.linking import Rule

#: False with ``NUMBA_DISABLE_JIT=1``: Python then runs the rules as they are written, for debuggers and for coverage.
IS_COMPILED: Final = not numba.config.DISABLE_JIT

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


def is_cold() -> bool:
    """Whether nothing has been compiled for these sources yet (the first call then compiles for less than a minute)."""
    return IS_COMPILED and cache_folder("sim").is_empty()


def rule(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """Compile a rule once and keep the machine code for later processes.

    No fastmath and no parallel reduction, so that every caller gets the same bits. Division by zero gives an infinity
    instead of an exception; configs are validated so that no rule divides by zero, and payoff tables are checked for
    finite values where they are built.
    """
    return cast("Callable[Arguments, Result]", _dispatcher(function)) if IS_COMPILED else function


def compiled(
    signature: Any, meanwhile: Callable[[], AbstractContextManager[None]] = nullcontext
) -> Callable[[Callable[Arguments, Result]], Callable[Arguments, Result]]:
    """Compile a function as soon as it is imported, for one signature: functions may then be among its arguments.

    `meanwhile` is the context in which it is compiled, where it has not been kept.
    """

    def compile_now(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
        if not IS_COMPILED:
            return function
        machine_code = _dispatcher(function, meanwhile=meanwhile)
        with register_dispatcher(machine_code):
            machine_code.compile(signature)
        machine_code.disable_compile()
        return cast("Callable[Arguments, Result]", machine_code)

    return compile_now


def _dispatcher(function: Callable[..., Any], **options: Any) -> Any:
    machine_code = Rule(function, nogil=True, error_model="numpy", **options)
    package = package_of(cast("FunctionType", function))
    if package is not None:
        # In the place that Numba's `cache=True` fills. A function from elsewhere rests on files that nobody knows of.
        machine_code._cache = RuleCache(cast("FunctionType", function), package)
    return machine_code
