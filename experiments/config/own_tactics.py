"""Tactics of the user's own: load their files, choose an engine that can run them, and say what a run was made of.

A config names a tactic and never makes code run: only a file that the user names on the command line, or loads from
Python, is executed.
"""

from __future__ import annotations

import hashlib
import linecache
import sys
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Final, Literal

from experiments.errors import RunError
from experiments.files import checksum

if TYPE_CHECKING:
    from agents.own_rules.own_rule import OwnRule
    from agents.tactics.tactic import Tactic
    from experiments.config.model import Config

EngineName = Literal["compiled", "mesa"]

DEFAULT_ENGINE: Final[EngineName] = "compiled"

COMPILED: Final[EngineName] = "compiled"
MESA: Final[EngineName] = "mesa"

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class TacticSource:
    """What a user's own tactic was made of.

    Attributes
    ----------
    name : str
        Name of the file, or of the tactic where it was registered from Python.
    sha256 : str
        Digest of the file's content, or of the functions that the tactic consists of.
    path : pathlib.Path or None
        The file, for another process to load.
    """

    name: str
    sha256: str
    path: Path | None


#: Files that this process has executed, with the tactics of each.
_loaded: dict[Path, tuple[TacticSource, tuple[str, ...]]] = {}


def load_tactics(*files: str | Path) -> tuple[str, ...]:
    """Execute files of tactics, each once a process, and return the names that they registered.

    A file that has changed since is executed anew, and what it now registers takes the place of what it did before. Its
    folder is not searched for imports: a file stands alone beside installed packages.

    Raises
    ------
    RunError
        Naming file and line, if a file is missing, is wrong, or registers no tactic.
    """
    return tuple(name for file in files for name in _load(Path(file)))


def _load(file: Path) -> tuple[str, ...]:
    content = _content(file)
    path = file.resolve()
    source = TacticSource(path.name, checksum(content), path)
    known = _loaded.get(path)
    if known is not None and known[0] == source:
        return known[1]
    from agents.tactics.registering import own_tactics
    from agents.tactics.registry import TACTICS

    for name in own_tactics().keys() & (() if known is None else known[1]):
        del TACTICS[name]
    _loaded.pop(path, None)
    before = dict(TACTICS)
    try:
        _execute(file, path, content)
        names = tuple(name for name, tactic in TACTICS.items() if before.get(name) is not tactic)
        _check(file, [own_tactics()[name] for name in names])
    except RunError:
        TACTICS.clear()
        TACTICS.update(before)
        raise
    _loaded[path] = source, names
    return names


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise RunError(f"--tactics {file}: {reason}; name a Python file that registers a tactic.") from error


def _execute(file: Path, path: Path, content: bytes) -> None:
    from agents.errors import TacticDefinitionError

    try:
        code = compile(content, str(path), "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        what = getattr(error, "msg", None) or str(error)
        raise RunError(f"{file}{f':{line}' if line else ''}: {type(error).__name__}: {what}") from error
    module = ModuleType(f"winset_tactics_{hashlib.sha256(bytes(path)).hexdigest()[:16]}")
    module.__file__ = str(path)
    sys.modules[module.__name__] = module
    # The text that was executed, also when the file is edited later; without a time it is not looked up again.
    text = content.decode(errors="replace")
    linecache.cache[str(path)] = (len(content), None, text.splitlines(keepends=True), str(path))
    try:
        exec(code, vars(module))  # noqa: S102  the user has named this file in order to have it executed
    except TacticDefinitionError as error:
        raise RunError(str(error) if error.place else f"{file}:{_line(error, path)}: {error}") from error
    except (Exception, SystemExit) as error:
        hint = "; a file of tactics can import installed packages only" if isinstance(error, ImportError) else ""
        raise RunError(f"{file}:{_line(error, path)}: {type(error).__name__}: {error}{hint}") from error


def _line(error: BaseException, path: Path) -> int:
    lines = [step.lineno for step in traceback.extract_tb(error.__traceback__) if step.filename == str(path)]
    return next((line for line in reversed(lines) if line), 1)


def _check(file: Path, rules: Iterable[OwnRule]) -> None:
    from agents.errors import TacticDefinitionError

    checked = 0
    for rule in rules:
        try:
            _ = rule.checked
        except TacticDefinitionError as error:
            raise RunError(str(error)) from error
        checked += 1
    if checked == 0:
        raise RunError(
            f"{file}: it registers no tactic; write @register above a function (view, knobs), with "
            "`from experiments.api import register`."
        )


def own_rules(config: Config) -> dict[str, OwnRule]:
    """Rules of those tactics of a config that are the user's own, by name."""
    if "agents.tactics.registering" not in sys.modules:
        return {}
    from agents.tactics.registering import own_tactics

    known = own_tactics()
    if not known:
        return {}
    names = dict.fromkeys((config.tactics.us_treasury.name, config.tactics.partner.name))
    return {name: known[name] for name in names if name in known}


def sources_of(config: Config) -> tuple[TacticSource, ...]:
    """What the user's own tactics of a config were made of: their files, or their functions if they have none."""
    sources: dict[TacticSource, None] = {}
    for name, rule in own_rules(config).items():
        files = [source for source, names in _loaded.values() if name in names]
        sources[files[0] if files else TacticSource(f"tactic {name}", rule.digest(), None)] = None
    return tuple(sources)


def registered_sources() -> tuple[TacticSource, ...]:
    """The user's own tactics that this process knows, each by its name, with a digest of its functions."""
    from agents.tactics.registering import own_tactics

    return tuple(TacticSource(name, rule.digest(), None) for name, rule in own_tactics().items())


def load_sources(sources: Iterable[TacticSource]) -> None:
    """Make the tactics of a plan known to this process, which may be a worker that has just started.

    Raises
    ------
    RunError
        If a file is not what it was when the run was planned.
    """
    for source in sources:
        if source.path is None or _loaded.get(source.path, (None,))[0] == source:
            continue
        load_tactics(source.path)
        if _loaded[source.path][0] != source:
            raise RunError(f"{source.path} has changed while the run was going on; start the run anew.")


@dataclass(frozen=True, slots=True)
class KnownTactics:
    """The user's own tactics of a process, for another one.

    Attributes
    ----------
    sources : tuple of TacticSource
        Files that register them.
    others : tuple of Tactic
        Those that no file brings, with their functions.
    """

    sources: tuple[TacticSource, ...]
    others: tuple[Tactic, ...]


def known_tactics() -> KnownTactics:
    """Tactics of the user's own that this process knows."""
    from agents.tactics.registering import own_tactics
    from agents.tactics.registry import TACTICS

    from_files = {name for _, names in _loaded.values() for name in names}
    others = tuple(TACTICS[name] for name in own_tactics() if name not in from_files)
    return KnownTactics(tuple(source for source, _ in _loaded.values()), others)


def make_known(tactics: KnownTactics) -> None:
    """Make them known to this process, which has just started."""
    from agents.tactics.registry import TACTICS

    load_sources(tactics.sources)
    TACTICS.update({tactic.name: tactic for tactic in tactics.others})


def choose_engine(config: Config, wanted: EngineName | None, say: Say) -> EngineName:
    """Engine for a config: the one that was asked for, else the default one, else Mesa if a tactic does not compile.

    Parameters
    ----------
    config : Config
        What is negotiated.
    wanted : str or None
        Engine that the user or a run that goes on has named.
    say : callable
        Told why the run goes to the Mesa engine.

    Raises
    ------
    RunError
        If the compiled engine was asked for and a tactic does not compile.
    """
    from agents.errors import TacticDefinitionError
    from agents.own_rules.compiling import NotCompiled

    engine = wanted or DEFAULT_ENGINE
    for name, rule in own_rules(config).items():
        try:
            code = rule.machine_code if engine == COMPILED else rule.checked
        except TacticDefinitionError as error:
            raise RunError(str(error)) from error
        if isinstance(code, NotCompiled):
            why = f"tactic {name} ({rule.place}) does not compile: {code.reason}"
            if wanted:
                raise RunError(f"--engine {COMPILED}: {why}; leave the option out, or use --engine {MESA}.")
            say(f"The Mesa engine computes this run, which is slower: {why}.")
            return MESA
    return engine


def workers_for(config: Config, workers: int, say: Say) -> int:
    """Processes that can compute a config: one where a tactic is known in this process alone."""
    if workers > 1:
        for source in sources_of(config):
            if source.path is None:
                say(f"One process computes this run: {source.name} is known in it alone. More need load_tactics(file).")
                return 1
    return workers
