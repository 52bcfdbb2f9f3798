"""Run a plan: compute its missing chunks on one or more processes and keep them in its directory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Final

from experiments.config.own_tactics import load_sources
from experiments.engine.simulate import Engine, Simulate
from experiments.engine.workers import WorkerPool
from experiments.errors import RunError
from experiments.progress import Progress
from experiments.store.directory import Directory, Say
from experiments.store.manifest import Manifest, Part
from experiments.store.place import Place
from experiments.store.plan import Chunk, Plan
from experiments.store.reading import read_tables
from experiments.store.tables import RUNS, TRAJECTORIES, count_outcomes, part_key, write_part

if TYPE_CHECKING:
    import pyarrow as pa

#: Chunks in flight for each worker: one being computed and one ready to start.
_WINDOW = 2

#: Times in a row that workers may be ended from outside without a chunk being finished in between.
_MOST_DEATHS = 3

_NO_START: Final = (
    "worker processes end while they start: what they say stands above, or there is no memory for them. "
    "What was finished is kept; go on with --resume, perhaps with --workers 1, which starts none."
)


@dataclass(frozen=True, slots=True)
class FinishedChunk:
    """What a worker reports of a chunk whose files it has written."""

    stored: Part
    outcomes: Counter[str]


@dataclass(frozen=True, slots=True)
class Work:
    """What a worker needs to know, whatever chunk it gets."""

    simulate: Simulate
    plan: Plan
    place: Place

    def for_chunk(self, chunk: Chunk) -> Work:
        """What is needed for one chunk alone, so that no process is sent all of a table of worlds each time."""
        given = self.plan.given
        if given is None:
            return self
        return replace(self, plan=replace(self.plan, given=given.cut(chunk.first, chunk.count)))


#: Computes chunks in any order and yields each one when its files are written.
Backend = Callable[[Work, list[Chunk], Say], Generator[FinishedChunk]]


def execute(
    plan: Plan,
    engine: Engine,
    directory: Directory,
    *,
    workers: int = 1,
    progress: Progress,
    backend: Backend | None = None,
) -> Manifest:
    """Compute every chunk of a plan as :func:`compute_missing` does, and mark the run as complete."""
    compute_missing(plan, engine, directory, workers=workers, progress=progress, backend=backend)
    return directory.finish()


def compute_missing(
    plan: Plan,
    engine: Engine,
    directory: Directory,
    *,
    workers: int = 1,
    progress: Progress,
    backend: Backend | None = None,
) -> None:
    """Compute every chunk of `plan` that `directory` does not hold yet.

    Parameters
    ----------
    plan : Plan
        What to compute. The rows depend on nothing else.
    engine : Engine
        Computes the chunks.
    directory : Directory
        Where the chunks are kept, in the order in which they are done.
    workers : int
        Processes of this machine that compute; 1 is this one.
    progress : Progress
        Told about messages and finished chunks.
    backend : callable, optional
        Computes the chunks elsewhere.
    """
    missing = [chunk for chunk in plan.chunks() if part_key(chunk.index) not in directory.parts]
    workers = min(workers, len(missing))
    if missing and workers > 1 and engine.is_cold():
        engine.warm_up(plan)
    compute = backend or (partial(_in_processes, workers=workers) if workers > 1 else _in_this_process)
    work = Work(engine.simulate, plan, directory.place)
    with (
        progress.counting(plan.runs, outcomes_in(directory)),
        closing(compute(work, missing, progress.say)) as results,
    ):
        for count, finished in enumerate(results):
            if count == 0:
                _check_shared(directory.place, finished.stored)
            directory.record(finished.stored)
            progress.advance(finished.outcomes)


def outcomes_in(directory: Directory) -> Counter[str]:
    """Outcomes of the runs that are safe on the disk."""
    counts: Counter[str] = Counter()
    files = [part.files[RUNS] for part in directory.parts.values()]
    for table in read_tables(directory.place, files, ["outcome"], checked=True):
        counts += count_outcomes(table)
    return counts


def _check_shared(place: Place, part: Part) -> None:
    """Refuse a place that workers take for another one, such as a disk of their own or the memory of a process."""
    try:
        place.open(part.files[RUNS].file).close()
    except FileNotFoundError as error:
        raise RunError(
            f"the workers have written to {place}, but nothing of it is seen by the process that started them: "
            "--out must be a disk or an address that all of them share."
        ) from error


def compute_chunk(simulate: Simulate, plan: Plan, chunk: Chunk) -> dict[str, pa.Table]:
    """Compute one chunk, with the trajectories of those of its runs that the plan keeps."""
    with_trajectories = max(0, min(chunk.count, plan.trajectory_runs - chunk.first))
    stretches = [
        (chunk.first, with_trajectories, True),
        (chunk.first + with_trajectories, chunk.count - with_trajectories, False),
    ]
    parts = [
        simulate(
            plan.config,
            first,
            count,
            plan.seed,
            plan.runs,
            trajectories=kept,
            solutions=plan.solutions,
            engine=plan.engine,
            given=plan.given,
        )
        for first, count, kept in stretches
        if count > 0
    ]
    import pyarrow as pa

    kept = parts[0].trajectories
    return {RUNS: pa.concat_tables([part.runs for part in parts]), **({} if kept is None else {TRAJECTORIES: kept})}


def compute_and_write(work: Work, chunk: Chunk) -> FinishedChunk:
    """Compute one chunk and write its files; a second time gives the same files."""
    load_sources(work.plan.tactics)
    tables = compute_chunk(work.simulate, work.plan, chunk)
    return FinishedChunk(write_part(work.place, part_key(chunk.index), tables), count_outcomes(tables[RUNS]))


def _in_this_process(work: Work, chunks: list[Chunk], _say: Say) -> Generator[FinishedChunk]:
    for chunk in chunks:
        yield compute_and_write(work, chunk)


def _in_processes(work: Work, chunks: list[Chunk], say: Say, *, workers: int) -> Generator[FinishedChunk]:
    """Compute on worker processes, and go on with new ones when one of them is ended from outside."""
    missing = {chunk.index: chunk for chunk in chunks}
    deaths = 0
    while missing:
        try:
            with closing(_in_one_pool(work, list(missing.values()), workers)) as results:
                for finished in results:
                    del missing[int(finished.stored.key)]
                    deaths = 0
                    yield finished
        except BrokenProcessPool as error:
            deaths += 1
            if deaths == _MOST_DEATHS:
                raise RunError(
                    f"worker processes were ended from outside {deaths} times in a row (often for lack of memory). "
                    "What was finished is kept; go on with --resume, perhaps with fewer --workers."
                ) from error
            say("A worker process was ended from outside (often for lack of memory); its runs are computed again.")


def _in_one_pool(work: Work, chunks: list[Chunk], workers: int) -> Generator[FinishedChunk]:
    """Compute on the processes of one pool.

    Workers write their chunks themselves and report a few bytes: large tables never cross between processes, and a
    worker that is ended early cannot leave half a table in the pipe.
    """
    pool = WorkerPool(workers)
    remaining = iter(chunks)
    waiting: set[Future[FinishedChunk]] = set()

    def submit(count: int) -> None:
        with pool.starting() as executor:
            waiting.update(
                executor.submit(compute_and_write, work.for_chunk(chunk), chunk) for chunk in islice(remaining, count)
            )

    try:
        submit(_WINDOW * workers)
        while waiting:
            done = wait(waiting, return_when=FIRST_COMPLETED).done
            waiting.difference_update(done)
            # Failures last: what was finished beside them is kept.
            for future in sorted(done, key=lambda future: future.exception() is not None):
                yield future.result()
            submit(len(done))
    except BrokenProcessPool as error:
        pool.abandon()
        if said := pool.reason_of_end():
            raise RunError(said) from error
        if not pool.has_started:
            raise RunError(_NO_START) from error
        raise
    except BaseException:
        pool.abandon()
        raise
    finally:
        pool.close()
