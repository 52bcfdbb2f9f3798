"""What a tournament says, in sentences that are made from its tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from experiments.labels import SIDE_LABELS, counted, number, percent
from experiments.report.phrases import listed, quoted, side
from experiments.tournament.tell import CLEAR

if TYPE_CHECKING:
    import pandas as pd

    from experiments.report.tournament_held import Held


def seat_rows(players: pd.DataFrame, seat: str) -> pd.DataFrame:
    """Rows of one seat, best first."""
    return players[players["seat"] == seat].reset_index(drop=True)


def answer(held: Held) -> str:
    """Say who is best as each side, how sure that is, and where both choices meet."""
    size, worlds = len(held.labels), held.settings["worlds"]
    deals, negotiations = int(held.cells["deals"].sum()), int(held.cells["worlds"].sum())
    parts = [
        f"{counted(size, 'tactic')} met each other in both seats, every pair in the same {counted(worlds, 'world')}: "
        f"{counted(negotiations, 'simulated negotiation')}, of which {share_with_deal(deals, negotiations)}."
    ]
    parts += [best_as(held, seat) for seat in SIDE_LABELS]
    parts.append(meeting(held.equilibria))
    return " ".join(parts)


def share_with_deal(deals: int, negotiations: int) -> str:
    """Share of negotiations with a deal, in words."""
    if deals in (0, negotiations):
        return f"{'all' if deals else 'none'} ended in a deal"
    return f"{percent(deals / negotiations)} ended in a deal"


def best_as(held: Held, seat: str) -> str:
    """Who is best in a seat and how sure that is."""
    own = seat_rows(held.players, seat)
    first = own.iloc[0]
    share = float(first["best_share"])
    equal = quoted(own.loc[own["rank"] == 1, "player"].tolist())
    if len(equal) > 1:
        return f"As {side(seat)}, {listed(equal)} do equally well, and best of all."
    rivals = [str(name) for name in own.loc[own["rank_low"] == 1, "player"] if name != first["player"]]
    clear = share >= CLEAR and not rivals
    lead = number(float(first["utility"] - own["utility"].iloc[1]))
    found = (
        f"As {side(seat)}, “{first['player']}” does best, US${lead} bn a year ahead of “{own['player'].iloc[1]}” on "
        f"average over all opponents; it is best in {percent(share)} of the resampled tournaments"
    )
    if clear:
        return f"{found}, so that this is clear."
    verb = "is" if len(rivals) == 1 else "are"
    surely = f": {listed(quoted(rivals))} {verb} not surely worse" if rivals else ""
    return f"{found}, so that this is not clear{surely}."


def meeting(equilibria: Mapping[str, Any]) -> str:
    """Where both sides end if each chooses its tactic once: equilibria, or what comes nearest."""
    pure = [one for one in equilibria["equilibria"] if one["pure"]]
    mixed = len(equilibria["equilibria"]) - len(pure)
    also = f" (and {mixed} in which a side draws its tactic by lot)" if mixed else ""
    if not pure:
        return f"No pair of single tactics is a Nash equilibrium{also}; the nearest is {nearest(equilibria)}."
    most = max(pure, key=lambda one: float(one["survival"]))
    stands = f"It stands in {percent(most['survival'])} of the resampled tournaments."
    once = "If each side chooses its tactic once and knows the field,"
    if len(pure) == 1:
        only = "the only Nash equilibrium" if equilibria["complete"] and not mixed else "a Nash equilibrium"
        return f"{once} {pair(most)} is {only}{also}: neither side gains by another tactic. {stands}"
    return (
        f"{once} there are {len(pure)} pairs of tactics from which neither side gains by leaving, Nash "
        f"equilibria{also}; the surest is {pair(most)}. {stands}"
    )


def nearest(equilibria: Mapping[str, Any]) -> str:
    """Pair of single tactics that is nearest to an equilibrium, with what leaving it brings at most."""
    near = equilibria["nearest_pure"]
    tactics = pair({seat: {near[seat]: 1.0} for seat in SIDE_LABELS})
    return f"{tactics}, from which no side gains more than US${number(float(near['most']))} bn a year by leaving"


def pair(one: Mapping[str, Any]) -> str:
    """Tactics of both sides in an equilibrium."""
    return " and ".join(f"{side(seat)} with {mixture(one[seat])}" for seat in SIDE_LABELS)


def mixture(weights: Mapping[str, float]) -> str:
    """One tactic, or several with their probabilities."""
    if len(weights) == 1:
        return f"“{next(iter(weights))}”"
    return " or ".join(f"“{name}” ({percent(weight)})" for name, weight in weights.items())


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
    for seat, label in SIDE_LABELS.items():
        yield f"Left for {'the ' if label == 'US' else ''}{label}: {', '.join(equilibria['left'][seat])}."
