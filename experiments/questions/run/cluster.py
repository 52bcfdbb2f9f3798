"""Compute the chunks of a run on the workers of a Dask cluster.

The driver hands out a few chunks for each thread of the cluster and forgets each one when its result is noted, so that
neither it nor the scheduler grows with the number of runs. Workers write the files of a chunk themselves. Computing a
chunk once more gives the same files, so Dask may give the chunks of a lost worker to another.
"""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Generator, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import partial
from multiprocessing import resource_tracker
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from experiments.engine.workers import interrupts_deferred
from experiments.errors import RunError, need
from experiments.questions.run.execute import Backend, FinishedChunk, Work
from experiments.store.directory import Say
from experiments.store.place import LocalPlace, Place
from experiments.store.plan import Chunk
from experiments.store.surroundings import surroundings

if TYPE_CHECKING:
    from distributed import Client, Future, as_completed

LOCAL: Final = "local"

#: Chunks in flight for each thread of the cluster; enough to hide the way to the scheduler and back.
_WINDOW: Final = 3

#: Chunks in flight at least, also while no worker is there: a cluster that adapts starts workers when it sees work.
_LEAST_WINDOW: Final = 8

#: Times that a chunk is tried again after an error, such as a store that did not answer.
_RETRIES: Final = 2

_SECONDS_TO_CONNECT: Final = 5

_SECONDS_BETWEEN_LOOKS: Final = 1.0

#: Dask starts a process that has ended again within a few seconds, on a busy machine within half a minute.
_SECONDS_WITHOUT_WORKERS: Final = 60.0


@contextmanager
def connected(cluster: str, workers: int | None, processes: int) -> Iterator[Backend]:
    """Connect to a cluster, or start one on this machine, and yield what computes on it.

    Parameters
    ----------
    cluster : str
        Address of a scheduler, or ``local``.
    workers : int or None
        What the user said about processes; a cluster elsewhere has its own.
    processes : int
        Number of processes of a local cluster.
    """
    if cluster != LOCAL and workers is not None:
        raise RunError("--workers is for processes on this machine; a cluster elsewhere brings its own.")
    need("distributed", "cluster", "--cluster")
    import distributed

    with ExitStack() as opened:
        # Dask's client prints the traceback of what it also raises, such as the loss of a scheduler.
        opened.enter_context(_client_silenced())
        if cluster == LOCAL:
            # Started first because the tracker unblocks SIGINT when it starts, which would undo `interrupts_deferred`.
            resource_tracker.ensure_running()
            # The threads and processes that start here inherit this: only the driver answers to Ctrl-C.
            with interrupts_deferred():
                scheduler = opened.enter_context(_local_cluster(processes))
                client = opened.enter_context(distributed.Client(scheduler, set_as_default=False))
        else:
            client = opened.enter_context(_client(cluster))
            _check_installed(client)
        yield partial(compute_on, client, is_local=cluster == LOCAL)


def _client_silenced() -> AbstractContextManager[None]:
    from distributed.utils import silence_logging_cmgr

    silenced: AbstractContextManager[None] = silence_logging_cmgr(logging.CRITICAL, root="distributed.client")
    return silenced


@contextmanager
def _local_cluster(processes: int) -> Iterator[Any]:
    """Cluster on the loopback interface, without a dashboard, whose processes end with this one.

    Its files lie in a folder that nobody else can read and whose name nobody can foresee, which goes when it ends.
    """
    import dask
    from distributed import LocalCluster

    # A worker that is ended late may still be removing files of its own.
    with TemporaryDirectory(prefix="winset-", ignore_cleanup_errors=True) as folder:
        # The scheduler takes its folder from here alone, and puts it at the head of Python's search path.
        with dask.config.set({"temporary-directory": folder}):
            cluster = LocalCluster(
                n_workers=processes,
                threads_per_worker=1,
                processes=True,
                host="127.0.0.1",
                # Dask opens a port for figures about itself also without a dashboard, by default on every address;
                # two clusters shall not ask for one port.
                dashboard_address="127.0.0.1:0",
                scheduler_kwargs={"dashboard": False},
                silence_logs=logging.CRITICAL,
            )
        with cluster:
            yield cluster


def _client(address: str) -> Client:
    from distributed import Client
    from distributed.comm import get_address_host_port

    try:
        _check_certificates(address)
        # A client that was given no address at all would try for ten more seconds to say goodbye.
        get_address_host_port(address)
        return Client(address, timeout=_SECONDS_TO_CONNECT, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise RunError(
            f"no Dask scheduler answers at {address} ({error}). "
            f"Start one with `dask scheduler` and give its address, for example --cluster tcp://10.0.0.5:8786, "
            f"or use --cluster {LOCAL}."
        ) from error


def _check_certificates(address: str) -> None:
    """Refuse an encrypted address without certificates, at which a client tries for ten seconds to say goodbye."""
    from distributed import Security

    if address.startswith("tls://") and Security().get_connection_args("client").get("ssl_context") is None:
        raise RunError(
            f"{address} is encrypted and needs certificates; name them in Dask's configuration "
            "(distributed.comm.tls.ca-file, distributed.comm.tls.client.cert and .key)."
        )


def _check_installed(client: Client) -> None:
    """Refuse a cluster without winset: a worker that cannot read its task ends, and nobody would say why."""
    import pkgutil

    wanted = "experiments.questions.run.cluster_worker:compute_there"
    found = client.run(pkgutil.resolve_name, wanted, on_error="return")
    try:
        # The scheduler reads the tasks that it hands on.
        client.run_on_scheduler(pkgutil.resolve_name, wanted)
    except ImportError as error:
        found["the scheduler"] = error
    for where, result in found.items():
        if isinstance(result, Exception):
            raise RunError(
                f"a member of the cluster cannot run winset ({where}: {result}). "
                "Install the same version of winset and of its dependencies everywhere (constraints.txt)."
            )


def as_seen_by_all(place: Place) -> Place:
    """Name `place` so that workers with another working directory find it too."""
    return LocalPlace(place.folder.absolute()) if isinstance(place, LocalPlace) else place


def compute_on(
    client: Client, work: Work, chunks: list[Chunk], say: Say, *, is_local: bool = False
) -> Generator[FinishedChunk]:
    """Compute chunks on the workers of `client`, a window of them at a time."""
    from distributed import as_completed

    from experiments.questions.run.cluster_worker import SharedWork, compute_there

    # Another driver may compute the same chunks on the same cluster.
    ours = f"winset-{secrets.token_hex(8)}"
    with _losses_named():
        client.register_plugin(SharedWork(ours, work, surroundings()))

    def submit(chunk: Chunk) -> Future:
        numbers = (chunk.index, chunk.first, chunk.count)
        return client.submit(compute_there, ours, *numbers, key=f"{ours}-{chunk.index}", retries=_RETRIES)

    remaining = iter(chunks)
    # With results, for a worker may end between the end of a chunk and the moment when its result is asked for.
    running = as_completed(loop=client.loop, with_results=True)
    while True:
        with _losses_named():
            window = max(_LEAST_WINDOW, _WINDOW * sum(client.nthreads().values()))
            while running.count() < window and (chunk := next(remaining, None)) is not None:
                running.add(submit(chunk))
            if not running.count():
                client.unregister_worker_plugin(ours)
                return
            _wait(client, running, say, is_local=is_local)
        while running.has_ready():
            with _losses_named():
                future, finished = next(running)
                # A chunk that was given up, as when the scheduler is lost, comes with the reason as its result.
                if isinstance(finished, BaseException):
                    raise finished
            # Lets the scheduler forget the chunk.
            future.release()
            yield finished


def _wait(client: Client, running: as_completed, say: Say, *, is_local: bool) -> None:
    """Wait for a chunk, and say so when nobody is there to compute it; nobody joins a local cluster from outside."""
    look, alone_since = time.monotonic() + _SECONDS_BETWEEN_LOOKS, None
    while not running.has_ready():
        time.sleep(0.01)
        if (now := time.monotonic()) < look:
            continue
        look = now + _SECONDS_BETWEEN_LOOKS
        if client.nthreads():
            alone_since = None
        elif alone_since is None:
            alone_since = now
            say("No worker is in the cluster; waiting for one.")
        elif is_local and now - alone_since > _SECONDS_WITHOUT_WORKERS:
            raise RunError(
                "the processes of the local cluster have ended and do not come back. What was finished is kept; go on "
                "with --resume."
            )


@contextmanager
def _losses_named() -> Iterator[None]:
    """Turn what Dask raises when something of the cluster is lost into a message that says what to do."""
    from distributed import CancelledError, KilledWorker

    try:
        yield
    except KilledWorker as error:
        raise RunError(
            f"a chunk has ended every worker that it was given to (often for lack of memory): {error}. "
            "What was finished is kept; go on with --resume, perhaps with more memory for each worker."
        ) from error
    except (CancelledError, OSError) as error:
        raise RunError(
            "the connection to the scheduler is lost. What was finished is kept; go on with --resume."
        ) from error
