"""Evaluate chunk after chunk on a few threads, keeping each as it is finished."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

from experiments.store.plan import Chunk
from experiments.store.tables import RUNS, count_outcomes, part_key, read_part

if TYPE_CHECKING:
    import pyarrow as pa

    from experiments.progress import Progress
    from experiments.store.directory import Directory

#: Threads; the kernel lets go of the interpreter, the preparation of a chunk does not.
WORKERS: Final = 2

#: Points that are evaluated and stored together.
CHUNK: Final = 2_048


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Chunks and what computes one of them; the result may depend on the chunk alone."""

    chunks: Sequence[Chunk]
    compute: Callable[[Chunk], pa.Table]

    @property
    def rows(self) -> int:
        """Number of rows of all chunks."""
        return sum(chunk.count for chunk in self.chunks)


def chunks_of(rows: int, size: int = CHUNK) -> list[Chunk]:
    """Cut `rows` into chunks of `size`; the last one may be shorter."""
    return [Chunk(index, first, min(size, rows - first)) for index, first in enumerate(range(0, rows, size))]


def evaluate(evaluation: Evaluation, directory: Directory | None = None, progress: Progress | None = None) -> pa.Table:
    """Rows of all chunks in their order; those that `directory` has are not computed again."""
    import pyarrow as pa

    tables = {chunk.index: None if directory is None else _stored(directory, chunk) for chunk in evaluation.chunks}
    there: Counter[str] = sum((_outcomes(table) for table in tables.values() if table is not None), Counter())
    missing = [chunk for chunk in evaluation.chunks if tables[chunk.index] is None]
    if progress is None:
        tables |= dict(_computed(evaluation, missing, directory))
    else:
        with progress.counting(evaluation.rows, there):
            for index, table in _computed(evaluation, missing, directory):
                tables[index] = table
                progress.advance(_outcomes(table))
    rows = [table for table in tables.values() if table is not None]
    # An issue that is on the agenda of some points only is missing at the others.
    return pa.concat_tables(rows, promote_options="default").combine_chunks()


def _stored(directory: Directory, chunk: Chunk) -> pa.Table | None:
    """Rows of a chunk that is there already."""
    part = directory.parts.get(part_key(chunk.index))
    return None if part is None or part.rows != chunk.count else read_part(directory.place, part, RUNS)


def _computed(
    evaluation: Evaluation, missing: Sequence[Chunk], directory: Directory | None
) -> Iterator[tuple[int, pa.Table]]:
    """Compute chunks in order, a few ahead, and keep each as soon as its turn comes."""
    waiting = iter(missing)
    with ThreadPoolExecutor(WORKERS) as pool:
        running: list[tuple[Chunk, Future[pa.Table]]] = [
            (chunk, pool.submit(evaluation.compute, chunk)) for chunk in islice(waiting, 2 * WORKERS)
        ]
        try:
            while running:
                chunk, future = running.pop(0)
                table = future.result()
                if following := next(waiting, None):
                    running.append((following, pool.submit(evaluation.compute, following)))
                if directory is not None:
                    directory.write(part_key(chunk.index), {RUNS: table})
                yield chunk.index, table
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _outcomes(table: pa.Table) -> Counter[str]:
    return count_outcomes(table) if "outcome" in table.column_names else Counter(evaluated=table.num_rows)
