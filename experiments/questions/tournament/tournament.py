"""Play a tournament: the pairs that are missing in its directory, then the answers that follow from all of them."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING, Final

from experiments.config.load import AnyConfig, config_of
from experiments.config.own_tactics import TacticSource, registered_sources, sources_of
from experiments.config.run_settings import seed_of
from experiments.engine.call_limit import CALL_SECONDS
from experiments.errors import MAX_WORKERS, check_number
from experiments.progress import listener
from experiments.questions.tournament.analysis import analyse
from experiments.questions.tournament.equilibria import need_nashpy
from experiments.questions.tournament.failures import FailedPairError, Failure, Limits, is_from_outside, on_error_of
from experiments.questions.tournament.pairs import empty_rows
from experiments.questions.tournament.play import play_pairs
from experiments.questions.tournament.players import TacticPlayer, cell_function, every_tactic, players_from
from experiments.questions.tournament.result import (
    CELLS_TABLE,
    EQUILIBRIA,
    FAILED,
    PLAYERS_TABLE,
    WORLDS_TABLE,
    TournamentResult,
    TournamentResults,
    read,
)
from experiments.questions.tournament.terms import (
    DEFAULT_ALPHA,
    DEFAULT_DRAWS,
    DEFAULT_LEVEL,
    DEFAULT_STARTS,
    DEFAULT_WORLDS,
    Terms,
    utility_of,
)
from experiments.report.result import figures_in
from experiments.store.directory import Directory, Say
from experiments.store.manifest import MANIFEST, Request
from experiments.store.tables import PAIRS, count_outcomes, read_part, table_in
from experiments.store.typed import RESULTS, typed

if TYPE_CHECKING:
    import pyarrow as pa

    from experiments.config.model import Config
    from experiments.progress import Progress
    from experiments.questions.tournament.pairs import Pair
    from experiments.questions.tournament.players import Player
    from experiments.store.place import Folder


#: How the worlds of a pair that failed are counted while a tournament is going on.
_NOT_PLAYED: Final = "failed"

#: Threads that pay on any machine: a pair is long, and its rules hold no lock.
_MOST_THREADS: Final = 8


def tournament(
    config: AnyConfig,
    players: Sequence[str | Player] | None = None,
    *,
    guests: Sequence[str] = (),
    worlds: int = DEFAULT_WORLDS,
    seed: int | None = None,
    utility: str = "payoff",
    alpha: float = DEFAULT_ALPHA,
    level: float = DEFAULT_LEVEL,
    draws: int = DEFAULT_DRAWS,
    starts: int = DEFAULT_STARTS,
    solutions: bool = True,
    on_error: str = "keep",
    pair_timeout: float | None = None,
    call_timeout: float = CALL_SECONDS,
    workers: int | None = None,
    sets: Sequence[str] = (),
    out: Folder | None = None,
    resume: bool = False,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> TournamentResult:
    """Let every player meet every player in both seats on the same worlds.

    Parameters
    ----------
    config : Config, mapping, str or pathlib.Path
        What is negotiated.
    players : sequence of str or Player, optional
        Tactics with their knobs, as ``"boulware{beta: 0.1}"``, or other players; by default every tactic.
    guests : sequence of str
        Negotiators of NegMAS that take part too, as ``"negmas:AspirationNegotiator"``.
    worlds : int
        Draws of the config that every pair plays.
    seed : int, optional
        Seed; by default that of the config.
    utility, alpha, level, draws, starts, solutions
        As in :class:`experiments.questions.tournament.terms.Terms`.
    on_error : str
        ``keep`` marks a pair that fails and goes on, ``stop`` ends the tournament.
    pair_timeout, call_timeout : float
        Seconds that a pair in which a player from outside sits may take, and that such a player may think about one
        move; see :class:`experiments.questions.tournament.failures.Limits`.
    workers : int, optional
        Threads; by default one a processor.
    sets, out, resume, overwrite, progress
        As every question takes them, see :mod:`winset`: changes to the config, and where the answer is kept.

    Raises
    ------
    FailedPairError
        When a pair fails that is to end the tournament.
    """
    loaded = config_of(config, sets)
    if workers is not None:
        check_number("--workers", workers, 1, MAX_WORKERS)
    chosen = seed_of(loaded, seed)
    terms = Terms(
        config=loaded,
        players=(*_players(players), *_guests(guests, loaded, chosen)),
        worlds=worlds,
        seed=chosen,
        utility=utility_of(utility),
        alpha=alpha,
        level=level,
        draws=draws,
        starts=starts,
        solutions=solutions,
    )
    limits = Limits(on_error_of(on_error), pair_timeout, call_timeout)
    need_nashpy()
    _refuse_impossible_pairs(terms)
    _refuse_what_cannot_be_handed_over(terms)
    progress = listener(progress)
    with Directory.open(out, request_for(terms), resume=resume, overwrite=overwrite, say=progress.say) as directory:
        try:
            _fill(directory, terms, limits, workers or _default_workers(), progress)
        except FailedPairError as error:
            if out is None:
                raise
            raise error.kept_in(directory.place) from error
        return read(directory.finished())


def _players(players: Sequence[str | Player] | None) -> tuple[Player, ...]:
    if players is None:
        return every_tactic()
    found: list[Player] = []
    for player in players:
        found += players_from([player]) if isinstance(player, str) else [player]
    return tuple(found)


def _guests(texts: Sequence[str], config: Config, seed: int) -> tuple[Player, ...]:
    if not texts:
        return ()
    from experiments.questions.tournament.guests import guest_players

    return guest_players(texts, config, seed)


def _default_workers() -> int:
    return min(_MOST_THREADS, os.cpu_count() or 1)


def _refuse_impossible_pairs(terms: Terms) -> None:
    for us, partner in terms.pairs:
        cell_function(terms.players[us], terms.players[partner])


def _refuse_what_cannot_be_handed_over(terms: Terms) -> None:
    if any(map(is_from_outside, terms.players)):
        from experiments.questions.tournament.isolation import assignment_for

        assignment_for(terms)


def request_for(terms: Terms) -> Request:
    """What the directory of a tournament is filled for; the order of the players is that of its tables."""
    settings = {name: value for name, value in terms.settings().items() if name != "seed"}
    return Request(
        "tournament",
        terms.config,
        terms.seed,
        settings | {"order": list(terms.labels)},
        tactics=_own_tactics(terms),
        libraries=("nashpy",),
        pictures=partial(figures_in, "tournament"),
    )


def _own_tactics(terms: Terms) -> tuple[TacticSource, ...]:
    """The user's own tactics: those that the config names and those that take part."""
    playing = {player.name for player in terms.players if isinstance(player, TacticPlayer)}
    return (*sources_of(terms.config), *(source for source in registered_sources() if source.name in playing))


def _fill(directory: Directory, terms: Terms, limits: Limits, workers: int, progress: Progress) -> None:
    """Play the pairs that are not there yet, and keep the answers that follow from all."""
    import pyarrow as pa

    rows = _rows_there(directory, terms, progress.say)
    failures = _play_missing(directory, terms, rows, limits, workers, progress)
    worlds = pa.concat_tables([empty_rows(), *(rows[pair] for pair in terms.pairs if pair in rows)])
    analysis = analyse(terms, worlds, failures)
    directory.keep(WORLDS_TABLE, worlds)
    directory.keep(CELLS_TABLE, analysis.cells)
    directory.keep(PLAYERS_TABLE, analysis.players)
    directory.keep_data(EQUILIBRIA, analysis.equilibria)
    failed = [failure.model_dump(mode="json") for failure in failures]
    directory.finish(without=PAIRS, **{FAILED: failed})


def _rows_there(directory: Directory, terms: Terms, say: Say) -> dict[Pair, pa.Table]:
    """Rows of the pairs that are there: those of a table of worlds that was kept, and pairs that were kept since."""
    rows = _whole_before(directory, terms, say)
    for pair in terms.pairs:
        part = directory.parts.get(_key(pair))
        if part is not None:
            rows[pair] = read_part(directory.place, part, PAIRS)
    return rows


def _whole_before(directory: Directory, terms: Terms, say: Say) -> dict[Pair, pa.Table]:
    """Rows in the table of worlds of a finished tournament: all pairs that did not fail."""
    if WORLDS_TABLE not in {stored.file for stored in directory.manifest.files}:
        return {}
    content = directory.kept(WORLDS_TABLE)
    if content is None:
        say(f"{directory.place}/{WORLDS_TABLE} is damaged or gone; its pairs are played again.")
        return {}
    where = f"{directory.place}/{MANIFEST}"
    failed = {
        (one.us, one.partner) for one in typed(TournamentResults, directory.manifest.results, where, RESULTS).failed
    }
    labels, worlds, table = terms.labels, terms.worlds, table_in(content)
    whole = [pair for pair in terms.pairs if (labels[pair[0]], labels[pair[1]]) not in failed]
    return {pair: table.slice(place * worlds, worlds) for place, pair in enumerate(whole)}


def _play_missing(
    directory: Directory,
    terms: Terms,
    rows: dict[Pair, pa.Table],
    limits: Limits,
    workers: int,
    progress: Progress,
) -> tuple[Failure, ...]:
    """Play the pairs that have no rows yet, add theirs, and return those that failed in the order of the tables."""
    there: Counter[str] = sum(map(count_outcomes, rows.values()), Counter())
    missing = [pair for pair in terms.pairs if pair not in rows]
    failures: dict[Pair, Failure] = {}
    # Closed at once when interrupted, so that no thread goes on with pairs that nobody waits for.
    with (
        progress.counting(len(terms.pairs) * terms.worlds, there),
        closing(play_pairs(terms, missing, workers, limits)) as played,
    ):
        for pair, found in played:
            if isinstance(found, Failure):
                failures[pair] = found
                progress.say(f"{found.us} against {found.partner} failed: {found.message}")
                progress.advance(Counter({_NOT_PLAYED: terms.worlds}))
            else:
                directory.write(_key(pair), {PAIRS: found})
                rows[pair] = found
                progress.advance(count_outcomes(found))
    return tuple(failures[pair] for pair in terms.pairs if pair in failures)


def _key(pair: Pair) -> str:
    """Name of the part of a pair, by the places of its players."""
    return f"{pair[0]:03d}-{pair[1]:03d}"
