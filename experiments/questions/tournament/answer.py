"""What a tournament says, in sentences that are made from its tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from experiments.labels import SIDE_LABELS, capitalised, counted, listed, number, percent, quoted, side
from experiments.questions.tournament.failures import failure_sentences
from experiments.questions.tournament.standings import seat_rows
from experiments.questions.tournament.verdict import NO_INTERVAL, NOT_SURE, too_few, verdict
from experiments.report.blocks import Answer, KeyNumber
from experiments.report.key_numbers import key_number
from experiments.statistics.ties import equals

if TYPE_CHECKING:
    import pandas as pd

    from experiments.questions.tournament.standings import Standings


#: What is said where ranks would be.
NOBODY: Final = "Nobody is ranked: without the players who are left out for failed pairs, fewer than two remain."


#: Names that a key number has room for.
_ROOM: Final = 2

_PUT_IN: Final = (
    "Put in: the field of tactics, in which every opponent counts alike, and the red lines of the config. Another "
    "field can give another ranking."
)
_RESAMPLED: Final = "Resampled: the worlds drawn anew with replacement, which says how far chance decides a rank."


def answer(standings: Standings) -> Answer:
    """Say who is best as each side, how sure that is, and where both choices meet."""
    tactics, worlds = counted(len(standings.labels), "tactic"), counted(standings.world_count, "world")
    failed = failure_sentences(standings.failures, len(standings.cells))
    if standings.players.empty:
        first = f"{tactics} were to meet each other in both seats, every pair in the same {worlds}."
        left = KeyNumber("Pairs that failed", f"{len(standings.failures):,}", note=f"of {len(standings.cells):,}")
        return Answer(NOBODY, (left,), "Without ranks there are no intervals.", _PUT_IN, (" ".join([first, *failed]),))
    deals, negotiations = int(standings.cells["deals"].sum()), int(standings.cells["worlds"].sum())
    played = (
        f"{tactics} met each other in both seats, every pair in the same {worlds}: "
        f"{counted(negotiations, 'simulated negotiation')}, of which {share_with_deal(deals, negotiations)}."
    )
    parts = [played, *failed]
    if standings.has_deals:
        parts += [best_as(standings.players, seat, standings.world_count) for seat in SIDE_LABELS]
    more = " ".join([*parts, meeting(standings.equilibria, standings.world_count)])
    few = too_few(standings.world_count)
    return Answer(
        _who_is_best(standings) if standings.has_deals else without_deals(standings),
        (*_best(standings), key_number("Negotiations that end in a deal", deals / negotiations, "share",
                                       note=f"of {negotiations:,}"), _equilibrium(standings.equilibria)),
        f"{capitalised(NO_INTERVAL)}." if few else _RESAMPLED,
        _PUT_IN,
        (more,),
    )  # fmt: skip


def _who_is_best(standings: Standings) -> str:
    """The best of both seats in one sentence, and whether that is clear."""
    found = {seat: verdict(standings.players, seat) for seat in SIDE_LABELS}
    named = [f"as {side(seat)} {listed(quoted(one.best)) if one.next else 'all alike'}" for seat, one in found.items()]
    clear = [side(seat) for seat, one in found.items() if not one.doubt(standings.world_count)]
    sure = ("neither is clear", f"only that of {listed(clear)} is clear", "both are clear")[len(clear)]
    return f"On average over all opponents, best are {' and '.join(named)}: {sure}."


def _best(standings: Standings) -> Iterator[KeyNumber]:
    if not standings.has_deals:
        return
    for seat in SIDE_LABELS:
        found = verdict(standings.players, seat)
        names = listed(found.best) if len(found.best) <= _ROOM else f"{len(found.best)} alike"
        share = f"best in {percent(found.best_share)} of the resampled tournaments"
        ahead = f"US${number(found.lead)} bn a year ahead of {listed(quoted(found.next))}" if found.next else ""
        yield KeyNumber(f"Best as {side(seat)}", names, "" if too_few(standings.world_count) else share, ahead)


def _equilibrium(equilibria: Mapping[str, Any]) -> KeyNumber:
    """Surest equilibrium in single tactics, or what comes nearest."""
    pure = sorted((one for one in equilibria["equilibria"] if one["pure"]), key=lambda one: -float(one["survival"]))
    label = "Nash equilibrium of single tactics"
    if not pure:
        return KeyNumber(label, "none", note=nearest(equilibria))
    names = " and ".join(next(iter(pure[0][seat])) for seat in SIDE_LABELS)
    others = f"{counted(len(pure) - 1, 'other')}" if len(pure) > 1 else ""
    return KeyNumber(label, names, f"in {percent(float(pure[0]['survival']))} of the resampled tournaments", others)


def without_deals(standings: Standings) -> str:
    """Say that ranked tactics reach no deal, and what their ranks then mean."""
    who = "No pair" if not standings.failures else "No pair of ranked tactics"
    return (
        f"{who} reaches a deal in any world: tactics only decide when the talks end, and what there is then, so that "
        "none is named as the best."
    )


def share_with_deal(deals: int, negotiations: int) -> str:
    """Share of negotiations with a deal, in words."""
    if deals in (0, negotiations):
        return f"{'all' if deals else 'none'} ended in a deal"
    return f"{percent(deals / negotiations)} ended in a deal"


def best_as(players: pd.DataFrame, seat: str, worlds: int) -> str:
    """Who is best in a seat and how sure that is.

    Parameters
    ----------
    players : pandas.DataFrame
        Table of players.
    seat : str
        ``us_treasury`` or ``partner``.
    worlds : int
        Worlds of the tournament.
    """
    found = verdict(players, seat)
    share = f"best in {percent(found.best_share)} of the resampled tournaments"
    lead = f", US${number(found.lead)} bn a year ahead of {listed(quoted(found.next))}" if found.next else ""
    if len(found.best) > 1:
        if not found.next:
            return f"As {side(seat)}, all do equally well."
        equal = f"{listed(quoted(found.best))} do equally well, and best of all{lead}"
        return f"As {side(seat)}, {equal} on average over all opponents; one of them is {share}."
    best = f"As {side(seat)}, “{found.best[0]}” does best{lead} on average over all opponents; it is {share}"
    doubt = found.doubt(worlds)
    return f"{best}. This is not clear: {doubt}." if doubt else f"{best}, so that this is clear."


def least_regret(players: pd.DataFrame) -> str:
    """Who has the least to regret against the opponent that it fares worst against, in each seat."""
    parts = []
    for seat in SIDE_LABELS:
        own = seat_rows(players, seat)
        least = equals(own["player"].tolist(), own["regret_worst"].tolist(), largest=False)
        parts.append(f"as {side(seat)} {listed(quoted(least), 'or')} "
                     f"(US${number(float(own['regret_worst'].min()))} bn a year)")  # fmt: skip
    return f"Whoever fears the worst opponent most, and not the average one, has the least to regret {listed(parts)}."


def meeting(equilibria: Mapping[str, Any], worlds: int) -> str:
    """Where both sides end if each chooses its tactic once: equilibria, or what comes nearest; and how sure that is."""
    pure = [one for one in equilibria["equilibria"] if one["pure"]]
    text = _meeting(equilibria, pure)
    return f"{text} {NOT_SURE}" if pure and too_few(worlds) else text


def _meeting(equilibria: Mapping[str, Any], pure: Sequence[Mapping[str, Any]]) -> str:
    mixed = len(equilibria["equilibria"]) - len(pure)
    also = f" (and {mixed} in which a side draws its tactic by lot)" if mixed else ""
    if not pure:
        return f"No pair of single tactics is a Nash equilibrium{also}; {nearest(equilibria)}."
    surest = [one for one in pure if float(one["survival"]) == max(float(other["survival"]) for other in pure)]
    stands = f"stands in {percent(surest[0]['survival'])} of the resampled tournaments."
    once = "If each side chooses its tactic once and knows the field,"
    if len(pure) == 1:
        only = "the only Nash equilibrium" if equilibria["complete"] and not mixed else "a Nash equilibrium"
        return f"{once} {pair(pure[0])} is {only}{also}: neither side gains by another tactic. It {stands}"
    several = f"{once} there are {len(pure)} pairs of tactics from which neither side gains by leaving, Nash equilibria"
    if len(surest) > 1:
        which = "each of them" if len(surest) == len(pure) else f"each of the {len(surest)} surest"
        return f"{several}{also}; {which} {stands}"
    return f"{several}{also}; the surest is {pair(surest[0])}. It {stands}"


def nearest(equilibria: Mapping[str, Any]) -> str:
    """Say which pair of single tactics is nearest to an equilibrium, and what leaving it brings at most."""
    near, ties = equilibria["nearest_pure"], int(equilibria["nearest_pure"]["ties"])
    which = "the nearest is" if ties == 1 else f"{ties} pairs are equally near, one of them"
    tactics = pair({seat: {near[seat]: 1.0} for seat in SIDE_LABELS})
    most = number(float(near["most"]))
    return f"{which} {tactics}, from which no side gains more than US${most} bn a year by leaving"


def pair(one: Mapping[str, Any]) -> str:
    """Tactics of both sides in an equilibrium."""
    return " and ".join(f"{side(seat)} with {mixture(one[seat])}" for seat in SIDE_LABELS)


def mixture(weights: Mapping[str, float]) -> str:
    """One tactic, or several with their probabilities."""
    if len(weights) == 1:
        return f"“{next(iter(weights))}”"
    return " or ".join(f"“{name}” ({_weight(weight)})" for name, weight in weights.items())


def _weight(weight: float) -> str:
    return "<0.1 %" if weight < 0.001 else ">99.9 %" if weight > 0.999 else percent(weight)


def dominated(equilibria: Mapping[str, Any]) -> Iterator[str]:
    """Say what is left when no one plays what is worse against everything."""
    gone = equilibria["eliminated"]
    if not gone:
        yield "No tactic is worse than another one, or than a mixture of others, against every opponent."
        return
    rounds = max(int(one["round"]) for one in gone)
    yield (
        f"{counted(len(gone), 'choice')} can be left out, in {counted(rounds, 'step')}: whatever the other side does, "
        "another tactic or a mixture of others does better."
    )
    for seat in SIDE_LABELS:
        yield f"Left for {side(seat)}: {', '.join(equilibria['left'][seat])}."
