"""Processes that play pairs: what one pair leaves behind fails no other, and they start side by side."""

from __future__ import annotations

import itertools
import os
import struct
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pytest

from experiments.engine.worlds import Worlds
from experiments.questions.tournament import isolation
from experiments.questions.tournament.failures import Failure, Limits, failed
from experiments.questions.tournament.isolation import Children
from experiments.questions.tournament.pairs import draw_worlds, play_pair
from experiments.questions.tournament.players import CellFunction, Player, TacticPlayer, play_compiled
from sim.compiled import is_cold
from sim.engine.results import Ends
from tests.tournament_support import small_terms

LINEAR = TacticPlayer("linear")
WORLDS = 4

#: Method of a connection that every message passes; it is looked up when a message is sent.
SENDS = "_send_bytes"

#: Pairs that this process has played; of use in a child alone.
played: list[int] = []


def _as_linear(worlds: Worlds, solutions: bool) -> Ends:
    return play_compiled(worlds, LINEAR, LINEAR, solutions=solutions)


def once(worlds: Worlds, us: Player, partner: Player, *, solutions: bool) -> Ends:
    """Play one pair in a process, and end the process in the middle of the next one, as a timer would."""
    assert us is not partner
    if played:
        os._exit(7)
    played.append(1)
    return _as_linear(worlds, solutions)


def and_gone(worlds: Worlds, us: Player, partner: Player, *, solutions: bool) -> Ends:
    """End the process as soon as it has given its answer."""
    assert us is not partner
    send = getattr(Connection, SENDS)

    def last(connection: Connection, answer: memoryview) -> None:
        send(connection, answer)
        os._exit(0)

    pytest.MonkeyPatch().setattr(Connection, SENDS, last)
    return _as_linear(worlds, solutions)


def half(worlds: Worlds, us: Player, partner: Player, *, solutions: bool) -> Ends:
    """End the process in the middle of its answer."""
    assert us is not partner

    def torn(connection: Connection, _answer: memoryview) -> None:
        os.write(connection.fileno(), struct.pack("!i", 100) + b"torn")
        os._exit(5)

    pytest.MonkeyPatch().setattr(Connection, SENDS, torn)
    return _as_linear(worlds, solutions)


@dataclass(frozen=True)
class Odd:
    """A player from outside."""

    plays: CellFunction
    label: str = "odd"

    def describe(self) -> dict[str, Any]:
        """Its function says all."""
        return {"kind": "odd"}


@contextmanager
def _children(plays: CellFunction) -> Iterator[tuple[Children, pa.Table]]:
    """Processes for a linear player and an odd one, and the rows of the odd one against the linear one."""
    terms = small_terms(players=(LINEAR, Odd(plays)), worlds=WORLDS)
    expected = play_pair(terms, draw_worlds(terms), (1, 0), lambda worlds, *_, solutions: _as_linear(worlds, solutions))
    children = Children(terms, Limits(), one_at_first=is_cold())
    try:
        yield children, expected
    finally:
        children.close()


def test_what_a_pair_leaves_behind_is_not_charged_to_the_next() -> None:
    with _children(once) as (children, expected):
        assert [children.play((1, 0)) == expected for _ in range(2)] == [True, True]


def test_a_process_that_ends_while_nobody_needs_it_is_replaced() -> None:
    with _children(and_gone) as (children, expected):
        for _ in range(2):
            assert children.play((1, 0)) == expected
            (idle,) = children._idle
            assert idle._process.wait(60) == 0


def test_a_process_that_ends_in_the_middle_of_its_answer_fails_its_pair() -> None:
    with _children(half) as (children, _):
        found = children.play((1, 0))
        assert isinstance(found, Failure)
        assert (found.kind, found.at_fault) == ("died", ("odd",))
        assert found.message == "the process in which the pair was played ended with exit code 5"


@pytest.mark.parametrize("one_at_first", [True, False])
def test_processes_start_side_by_side_once_the_first_is_ready(
    one_at_first: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers, begun, ready = itertools.count(), [], threading.Event()
    apart = 1 if one_at_first else 0
    together = threading.Barrier(3 - apart)
    terms = small_terms(worlds=WORLDS)
    answer = failed(LINEAR, LINEAR, "error", "none")

    class Slow:
        """A process that takes a while to start."""

        shared_call = SimpleNamespace(going_on=None)
        connection = SimpleNamespace(poll=lambda _seconds: True)

        def __init__(self, _assignment: bytes, _stop: threading.Event) -> None:
            number = next(numbers)
            begun.append((number, ready.is_set()))
            if number < apart:
                # Time in which others could begin, if they did not wait.
                time.sleep(0.3)
                ready.set()
            else:
                # Broken, which is an error, if they come one after the other.
                together.wait(60)

        def send(self, _task: object) -> bool:
            return True

        def receive(self) -> Failure:
            return answer

        def leave(self) -> None:
            pass

    monkeypatch.setattr(isolation, "_Child", Slow)
    children = Children(terms, Limits(), one_at_first=one_at_first)
    # All take a process at the same time: none is given back before the last one is there.
    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(children.play, [(0, 1), (1, 0), (0, 2)])) == [answer] * 3
    assert sorted(begun)[:1] == [(0, False)]
    assert {is_ready for number, is_ready in begun if number >= apart} == {one_at_first}
