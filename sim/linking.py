"""Rules are optimised once, inside each function that Python calls, and not once more in every rule between.

Numba optimises and emits each function by itself and then again as a part of each of its callers, which took two thirds
of the time of compiling. Here a rule that another rule calls is only typed and lowered. What Python calls, an entry,
takes in all that it reaches as it was lowered, and is optimised and emitted as one program.

This stands on parts of Numba that have no promise to stay: libraries of code, pipelines and the type of a dispatcher.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

import llvmlite.binding as llvm
from numba.core import types
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Compiler, CompileResult
from numba.core.compiler_lock import global_compiler_lock
from numba.core.environment import lookup_environment
from numba.core.registry import CPUDispatcher
from numba.core.sigutils import normalize_signature
from numba.core.types.misc import unliteral


class LoweredCode(JITCodeLibrary):
    """Code of a function that compiled code calls: kept as it was lowered and never emitted."""

    def finalize(self) -> None:
        """Take no more code; what it calls is linked by whoever takes it in."""
        self._raise_if_finalized()
        self._finalized = True

    def get_pointer_to_function(self, name: str) -> int:
        """Address of a function, which is 0: nothing is emitted, and Python does not call it."""
        return 0

    @property
    def codegen(self) -> Any:
        """What Numba tells the environment of a function to, once it is emitted."""
        return _NothingEmitted()

    def serialize_using_object_code(self) -> tuple[str, str, bytes]:
        """Pack the code with all that it reaches, as it was lowered."""
        return self.name, "lowered", self._get_module_for_linking().as_bitcode()

    @classmethod
    def _unserialize(cls, codegen: Any, state: tuple[str, str, bytes]) -> LoweredCode:
        name, _, bitcode = state
        library = cls(codegen, name)
        library._final_module = llvm.parse_bitcode(bitcode)
        library.finalize()
        return library

    def _get_module_for_linking(self) -> Any:
        """Module with all that it reaches, for libraries of Numba's own, which ask for nothing beyond it."""
        module = self.own_module().clone()
        for library in _reached(self):
            module.link_in(_module_of(library), preserve=True)
        return module

    def own_module(self) -> Any:
        """Module without what it calls, ready to be linked into others."""
        return super()._get_module_for_linking()


class _NothingEmitted:
    def set_env(self, name: str, environment: Any) -> None:
        """Do nothing: :class:`EntryCode` sets the environments of what it has taken in."""


class EntryCode(JITCodeLibrary):
    """Code of a function that Python calls, with all that it reaches."""

    def finalize(self) -> None:
        """Link what is reached, optimise it as one program and emit it."""
        reached = _reached(self)
        self._linking_libraries: list[Any] = []
        # In this order, for of a module that is linked only functions stay that have been called before it.
        for library in reached:
            self._reload_init.update(library._reload_init)
            self._final_module.link_in(_module_of(library), preserve=True)
        super().finalize()
        for variable in self._final_module.global_variables:
            environment = lookup_environment(variable.name)
            if environment is not None:
                self.codegen.set_env(variable.name, environment)

    def serialize_using_object_code(self) -> tuple[str, str, tuple[bytes, bytes]]:
        """Pack machine code, and of the bitcode the names alone: rules call the lowered code and never an entry."""
        self._ensure_finalized()
        names = [
            function.name for function in self.get_defined_functions() if function.linkage == llvm.Linkage.external
        ]
        text = "\n".join(f'define void @"{name}"() {{ ret void }}' for name in names)
        return self.name, "object", (self._get_compiled_object(), llvm.parse_assembly(text).as_bitcode())


def _module_of(library: Any) -> Any:
    return library.own_module() if isinstance(library, LoweredCode) else library._get_module_for_linking()


def _reached(library: Any) -> list[Any]:
    """Libraries that a library reaches, each before those that it calls."""
    found: dict[int, None] = {}
    order: list[Any] = []

    def visit(caller: Any) -> None:
        for called in caller._linking_libraries:
            if id(called) in found:
                continue
            found[id(called)] = None
            if isinstance(called, LoweredCode):
                visit(called)
            order.append(called)

    visit(library)
    return order[::-1]


def _entry_compiler(meanwhile: Callable[[], AbstractContextManager[None]]) -> type[Compiler]:
    class EntryCompiler(Compiler):
        def _compile_core(self) -> Any:
            with only_lowered(self.state.targetctx.codegen()), meanwhile():
                return super()._compile_core()

        def define_pipelines(self) -> Any:
            """Numba's pipeline, into a library of the whole program."""
            return _into(EntryCode, self.state, super().define_pipelines)

    return EntryCompiler


class _RuleCompiler(Compiler):
    def define_pipelines(self) -> Any:
        """Numba's pipeline, into a library that is only lowered."""
        return _into(LoweredCode, self.state, super().define_pipelines)


def _into(kind: type[JITCodeLibrary], state: Any, pipelines: Callable[[], Any]) -> Any:
    state.library = kind(state.targetctx.codegen(), state.func_id.func_qualname)
    state.library.enable_object_caching()
    return pipelines()


@contextmanager
def only_lowered(codegen: Any) -> Iterator[None]:
    """Let what Numba itself compiles on the way be only lowered too, such as the making of an array."""
    before = codegen._library_class
    codegen._library_class = LoweredCode
    try:
        yield
    finally:
        codegen._library_class = before


class _Lowered(CPUDispatcher):
    """A rule as other rules call it."""

    def __init__(self, function: Callable[..., Any], **options: Any) -> None:
        super().__init__(function, **options)
        #: By arguments: what gives the packed code that another process lowers, or None where it could not.
        self.awaited: dict[tuple[Any, ...], Callable[[], Any]] = {}

    def compile(self, sig: Any) -> Any:
        """Type and lower the rule for one signature, a constant among its arguments as any number of its type."""
        given, result = normalize_signature(sig)
        arguments = tuple(unliteral(argument) for argument in given)
        existing = self.overloads.get(arguments)
        if existing is None:
            with global_compiler_lock, self._compiling_counter:
                existing = self._taken_over(arguments) or self._compiler.compile(arguments, result)
            self.overloads[tuple(existing.signature.args)] = existing
        return existing.entry_point

    def _taken_over(self, arguments: tuple[Any, ...]) -> Any:
        take = self.awaited.pop(arguments, None)
        packed = take() if take is not None else None
        if packed is None:
            return None
        result = CompileResult._rebuild(self.targetctx, *packed)
        self.targetctx.insert_user_function(result.entry_point, result.fndesc, [result.library])
        return result


class Rule(CPUDispatcher):
    """A rule as Python calls it.

    Parameters
    ----------
    function : callable
        What to compile.
    meanwhile : callable, optional
        Context in which the rule is compiled as an entry.
    **options : bool or str
        Numba's options.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        meanwhile: Callable[[], AbstractContextManager[None]] = nullcontext,
        **options: bool | str,
    ) -> None:
        options |= {"nopython": True}
        super().__init__(function, targetoptions=options, pipeline_class=_entry_compiler(meanwhile))
        inside = options | {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
        #: The rule as other rules call it.
        self.lowered = _Lowered(function, targetoptions=inside, pipeline_class=_RuleCompiler)

    @property
    def _numba_type_(self) -> Any:
        return types.Dispatcher(self.lowered)
