"""A user's function as an engine calls it: checked, compiled if it can be, with errors that say where they arose."""

from __future__ import annotations

import hashlib
import numbers
import sys
import traceback
from functools import cached_property
from types import FunctionType
from typing import Any, final

import numpy as np

from agents.errors import OwnTacticError, PlayerCall
from agents.own_rules.compiling import CompiledTactic, NotCompiled, compile_tactic
from agents.own_rules.purity import Checked, check_tactic
from agents.own_rules.reading import place_of
from sim.records import VIEW, Floats, Record
from sim.row import Row


@final
class OwnRule:
    """Rule ``(view, knobs) -> aspiration`` made of a user's function.

    Where the function compiles, both engines run the same machine code, so that their results are the same to the last
    bit. Where it does not, it gets copies that it cannot write to.

    Parameters
    ----------
    name : str
        Name of the tactic, for messages.
    function : function
        The user's function.
    is_random : bool
        Whether it may read ``view.draw``.
    reads_path : bool
        Whether it may read :data:`sim.records.PATH_FIELDS`.
    """

    def __init__(self, name: str, function: FunctionType, *, is_random: bool, reads_path: bool = False) -> None:
        self.name = name
        self.py_func = function
        self._is_random = is_random
        self._reads_path = reads_path
        self.__doc__ = function.__doc__

    def __getstate__(self) -> dict[str, Any]:
        """All but the machine code, which belongs to one process."""
        return {name: value for name, value in self.__dict__.items() if name != "machine_code"}

    @property
    def place(self) -> str:
        """File and line of the function."""
        return place_of(self.py_func.__code__.co_filename, self.py_func.__code__.co_firstlineno)

    @cached_property
    def checked(self) -> Checked:
        """What the function consists of; reading it refuses a function that is not one of view and knobs alone."""
        return check_tactic(self.py_func, is_random=self._is_random, reads_path=self._reads_path)

    @cached_property
    def machine_code(self) -> CompiledTactic | NotCompiled:
        """Compiled function, or why there is none; a function that must not run at all is refused."""
        _ = self.checked
        return compile_tactic(self.py_func)

    def digest(self) -> str:
        """SHA-256 of the sources and constants that the tactic consists of."""
        parts = [*self.checked.sources, *(f"{key} = {text}" for key, text in sorted(self.checked.constants.items()))]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()

    def __call__(self, view: Record, knobs: Floats) -> float:
        """Aspiration, as the Mesa engine asks for it."""
        code = self.machine_code
        try:
            if isinstance(code, CompiledTactic):
                return float(code.function(view, knobs))
            answer = self._in_python(view, knobs)
        except (Exception, SystemExit) as error:
            # A tactic that exits would end the command as if it had done its work.
            raise self._failure(self._explained(error, view, knobs), view) from error
        if not isinstance(answer, numbers.Real | np.bool_):
            said = f"it returned {str(answer)[:40]!r}, and an aspiration is a number from 0 to 1"
            raise self._told(said, view, self.place)
        return float(answer)

    def _in_python(self, view: Record, knobs: Floats) -> Any:
        with np.errstate(all="ignore"):
            return self.py_func(_read_only(view), _unwritable(knobs))

    def _explained(self, error: BaseException, view: Record, knobs: Floats) -> BaseException:
        """Same error as Python raises it, for compiled code does not tell the line."""
        if isinstance(self.machine_code, CompiledTactic):
            try:
                self._in_python(view, knobs)
            except Exception as told:  # noqa: BLE001  whatever it is, it says more than the first one
                return told
        return error

    def _failure(self, error: BaseException, view: Record) -> OwnTacticError:
        file = self.py_func.__code__.co_filename
        lines = [step.lineno for step in traceback.extract_tb(error.__traceback__) if step.filename == file]
        place = place_of(file, lines[-1]) if lines and lines[-1] else self.place
        return self._told(f"{type(error).__name__}: {error}", view, place)

    def _told(self, what: str, view: Record, place: str) -> OwnTacticError:
        run, side = _talks_in_progress()
        call = PlayerCall(self.name, side, int(view.round), run)
        where = f"round {call.round}" + ("" if run is None else f" of run {run}")
        return OwnTacticError(f"{place}: tactic {self.name} failed in {where}: {what}", call)


def _unwritable(array: Floats) -> Floats:
    copy = array.copy()
    copy.flags.writeable = False
    return copy


def _read_only(view: Record) -> Record:
    """Copy of a record that refuses to be written to."""
    return Row(_unwritable(np.frombuffer(view.data, VIEW)))


def _talks_in_progress() -> tuple[int | None, int | None]:
    """Run and side of the government that is asking, or None: a tactic is handed no more than its view and knobs."""
    frame = sys._getframe()
    while frame.f_back is not None:
        frame = frame.f_back
        government: Any = frame.f_locals.get("self")
        case = getattr(getattr(government, "talks", None), "case", None)
        if case is not None:
            return int(case.run), int(government.side)
    return None, None
