"""Play the pairs of a tournament on the same worlds, and lay each result out as rows."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack
from typing import TYPE_CHECKING

from experiments.questions.tournament.failures import FailedPairError, Failure, Limits, is_from_outside
from experiments.questions.tournament.pairs import Pair, draw_worlds, play_or_fail

if TYPE_CHECKING:
    import pyarrow as pa

    from experiments.questions.tournament.isolation import Children
    from experiments.questions.tournament.terms import Terms


def play_pairs(
    terms: Terms, pairs: Iterable[Pair], workers: int, limits: Limits
) -> Generator[tuple[Pair, pa.Table | Failure]]:
    """Play `pairs` and yield their rows as they are done, or why there are none.

    What the rows hold depends on no order, thread or limit. Tactics of winset are played in threads. Pairs in which a
    player from outside sits are played in processes of their own.

    Raises
    ------
    FailedPairError
        When a pair fails and `limits` say to stop.
    """
    wanted = list(pairs)
    if not wanted:
        return
    outside = [any(is_from_outside(terms.players[place]) for place in pair) for pair in wanted]
    blocks = [] if all(outside) else draw_worlds(terms)
    with ExitStack() as left, ThreadPoolExecutor(workers) as pool:
        children = _children(terms, limits) if any(outside) else None
        if children is not None:
            left.callback(children.close)
        futures = {
            pool.submit(children.play, pair) if children is not None and apart
            else pool.submit(play_or_fail, terms, blocks, pair): pair
            for pair, apart in zip(wanted, outside, strict=True)
        }  # fmt: skip
        try:
            for future in as_completed(futures):
                found = future.result()
                if isinstance(found, Failure) and limits.on_error == "stop":
                    raise FailedPairError(f"{found.us} against {found.partner}: {found.message.rstrip('.')}.")
                yield futures.pop(future), found
        except BaseException:
            if children is not None:
                children.stop()
            pool.shutdown(wait=True, cancel_futures=True)
            raise


def _children(terms: Terms, limits: Limits) -> Children:
    from experiments.questions.tournament.isolation import Children
    from sim.compiled import is_cold

    return Children(terms, limits, one_at_first=is_cold())
