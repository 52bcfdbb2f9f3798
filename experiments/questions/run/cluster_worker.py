"""What a worker of a Dask cluster does for a run. Only processes that have Dask import this."""

from __future__ import annotations

from functools import cache

from distributed import WorkerPlugin, get_worker

from experiments.errors import RunError
from experiments.questions.run.execute import FinishedChunk, Work, compute_and_write
from experiments.store.plan import Chunk
from experiments.store.surroundings import Surroundings, surroundings


class SharedWork(WorkerPlugin):  # type: ignore[misc]  # Dask's classes are untyped to mypy
    """What all chunks of a run have in common; Dask hands it to each worker once, also to one that joins later.

    As an argument of each task it would be unpacked and remembered by the scheduler for each chunk: 0.2 MB and 15 ms.
    """

    def __init__(self, name: str, work: Work, expected: Surroundings) -> None:
        self.name = name
        self.work = work
        self.expected = expected


def compute_there(name: str, index: int, first: int, count: int) -> FinishedChunk:
    """Compute a chunk of the run whose shared part is called `name`."""
    shared: SharedWork = get_worker().plugins[name]
    here = _surroundings_here()
    if here != shared.expected:
        differences = "".join(f"\n  {line}" for line in shared.expected.differences(here))
        raise RunError(
            f"a worker of the cluster differs from this machine, so its rows might too:{differences}\n"
            "Install the same version of winset and of its dependencies everywhere (constraints.txt)."
        )
    return compute_and_write(shared.work, Chunk(index, first, count))


@cache
def _surroundings_here() -> Surroundings:
    return surroundings()
