"""What a user sees when a tournament is done: whom to send to either seat, how sure that is, and equilibria."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from experiments.labels import SIDE_LABELS, aligned, counted, listed, number, partner_name, percent, side
from experiments.questions.tournament.failures import left_out, reason, told
from experiments.questions.tournament.verdict import NO_INTERVAL, NOT_SURE, too_few, verdict
from experiments.statistics.ties import equals

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

    from experiments.questions.tournament.job import Tournament
    from experiments.questions.tournament.terms import Terms

#: What is said where ranks would be.
NOBODY: Final = "Nobody is ranked: without the players who are left out for failed pairs, fewer than two remain."
#: Equilibria, basins and failed pairs that are listed.
_LISTED: Final = 5


def summary(tournament: Tournament) -> dict[str, Any]:
    """Plain data of the printed summary, for ``--json`` and for other programs."""
    terms, analysis = tournament.terms, tournament.analysis
    best = {}
    for seat in SIDE_LABELS:
        found = verdict(analysis.players, seat)
        best[seat] = {
            "players": list(found.best),
            "clear": found.clear,
            "best_share": found.best_share,
            "next": list(found.next),
            "lead": found.lead,
            "not_surely_worse": list(found.rivals),
        }
    return {
        "config": terms.config.name,
        "settings": terms.settings(),
        "best": best,
        "failed": [failure.model_dump() for failure in tournament.failures],
        "left_out": left_out(tournament.failures),
        "players": analysis.players.to_dict(orient="records"),
        "self_play": self_play(analysis.cells).to_dict(orient="records"),
        "equilibria": analysis.equilibria,
    }


def self_play(cells: pd.DataFrame) -> pd.DataFrame:
    """Rows of the pairs in which a tactic meets itself."""
    return cells[cells["us"] == cells["partner"]].reset_index(drop=True)


def render(tournament: Tournament, console: Console) -> None:
    """Print the summary."""
    terms, analysis = tournament.terms, tournament.analysis
    console.print(
        f"[bold]{terms.config.title}[/bold]: {counted(len(terms.players), 'tactic')}, each against each in both seats, "
        f"on the same {counted(terms.worlds, 'world')}\n",
        highlight=False,
    )
    if analysis.players.empty:
        console.print(f"{NOBODY}\n", highlight=False)
        _failures(tournament, console)
        return
    for seat, label in SIDE_LABELS.items():
        _ranking(_seat(analysis.players, seat), label, terms, console)
    _failures(tournament, console)
    _advice(analysis.players, terms.worlds, console)
    _equilibria(analysis.equilibria, terms, console)
    _basins(analysis.equilibria, console)
    _diagonal(self_play(analysis.cells), console)


def _seat(players: pd.DataFrame, seat: str) -> pd.DataFrame:
    return players[players["seat"] == seat]


def _ranking(own: pd.DataFrame, label: str, terms: Terms, console: Console) -> None:
    from experiments.terminal.table import TerminalTable

    who = "the US" if label == "US" else label
    title = f"As {who}: means over all opponents, US$ bn a year"
    table = TerminalTable(title)
    table.add_column("Tactic", "words", is_key=True)
    level, worst = percent(terms.level), f"Worst {percent(terms.alpha)}"
    for name in ("Rank", level, "Best in", "Behind", "Gain", worst, "Deals", "Days"):
        table.add_column(name)
    few = too_few(terms.worlds)
    if few:
        table.caption = f"{NO_INTERVAL[:1].upper()}{NO_INTERVAL[1:]}."
    # The zero of a payoff has no meaning, only differences have.
    behind = [float(own["utility"].max()) - float(value) for value in own["utility"]]
    numbers = [aligned(behind), *(aligned([float(value) for value in own[name]]) for name in ("gain", "gain_cvar"))]
    for place, (_, row) in enumerate(own.iterrows()):
        table.add_row(
            str(row["player"]),
            str(row["rank"]),
            "-" if few else f"{row['rank_low']}-{row['rank_high']}",
            percent(float(row["best_share"])),
            *(column[place] for column in numbers),
            percent(float(row["deal_share"])),
            number(float(row["days"])),
        )
    console.print(table)
    console.print()


def _failures(tournament: Tournament, console: Console) -> None:
    failures = tournament.failures
    lines = [*told(failures, len(tournament.terms.pairs)), *(f"  {reason(one)}" for one in failures[:_LISTED])]
    if len(failures) > _LISTED:
        lines.append(f"  and {len(failures) - _LISTED} more, see manifest.json.")
    for line in lines:
        console.print(line, highlight=False, markup=False)
    if lines:
        console.print()


def _advice(players: pd.DataFrame, worlds: int, console: Console) -> None:
    for line in advice(players, worlds):
        console.print(line, highlight=False, soft_wrap=False, markup=False)
    console.print()


def advice(players: pd.DataFrame, worlds: int) -> Iterator[str]:
    """Say whom to take in each seat and how sure that is, a line a seat, and who has the least to regret."""
    if not players["deal_share"].any():
        yield (
            "No pair reaches a deal in any world: tactics decide only when the talks end, and what there is then. "
            "So no tactic is named."
        )
        return
    for seat in SIDE_LABELS:
        found = verdict(players, seat)
        doubt = found.doubt(worlds)
        sure = (
            f"not clear: {doubt}"
            if doubt
            else f"clear: {number(found.lead)} ahead of {listed(found.next)}"
            if found.next
            else "clear"
        )
        yield (
            f"Take as {side(seat)}: {listed(found.best, 'or')} (best in {percent(found.best_share)} of the resampled "
            f"tournaments; {sure})."
        )
    parts = []
    for seat in SIDE_LABELS:
        own = _seat(players, seat)
        least = equals(own["player"].tolist(), own["regret_worst"].tolist(), largest=False)
        parts.append(f"as {side(seat)} {listed(least, 'or')} ({number(float(own['regret_worst'].min()))})")
    yield f"Least regret against the worst opponent, US$ bn a year: {', '.join(parts)}."


def _equilibria(data: dict[str, Any], terms: Terms, console: Console) -> None:
    found = data["equilibria"]
    left = "; ".join(f"{label} {', '.join(data['left'][side])}" for side, label in SIDE_LABELS.items())
    console.print(
        f"Left when dominated tactics are taken away one after the other: {left}." if data["eliminated"]
        else "No tactic is dominated.", highlight=False, markup=False,
    )  # fmt: skip
    kind = "all supports tried" if data["complete"] else "pure ones all, mixed ones where Lemke-Howson paths end"
    console.print(f"{counted(len(found), 'Nash equilibrium').replace('equilibriums', 'equilibria')} ({kind}):",
                  highlight=False, markup=False)  # fmt: skip
    for one in found[:_LISTED]:
        sides = "; ".join(f"{label} {_mixture(one[side])}" for side, label in SIDE_LABELS.items())
        most = max(one["regret_in_samples"].values())
        console.print(
            f"  {sides}: stands in {percent(one['survival'])} of the resampled tournaments, "
            f"in {percent(terms.level)} of them no side gains more than {number(most)} by leaving.",
            highlight=False,
            markup=False,
        )
    near = data["nearest_pure"]
    if not any(one["pure"] for one in found):
        console.print(
            f"  No pair of single tactics is one; {nearest_is(near)} US {near['us_treasury']}; {partner_name()} "
            f"{near['partner']}, from which no side gains more than {number(near['most'])} by leaving.",
            highlight=False,
            markup=False,
        )
    if len(found) > _LISTED:
        console.print(f"  and {len(found) - _LISTED} more, see equilibria.json.", highlight=False, markup=False)
    if found and too_few(terms.worlds):
        console.print(f"  {NOT_SURE}", highlight=False, markup=False)


def nearest_is(near: Mapping[str, Any]) -> str:
    """Say that a pair is the nearest one to an equilibrium, or one of several."""
    ties = int(near["ties"])
    return "the nearest is" if ties == 1 else f"{ties} pairs are equally near, one of them"


def _mixture(weights: dict[str, float]) -> str:
    if len(weights) == 1:
        return next(iter(weights))
    return " + ".join(f"{_weight(weight)} {name}" for name, weight in weights.items())


def _weight(weight: float) -> str:
    return "<0.1 %" if weight < 0.001 else ">99.9 %" if weight > 0.999 else percent(weight)


def _basins(data: dict[str, Any], console: Console) -> None:
    replicator = data["replicator"]
    console.print(f"Replicator dynamics from {counted(replicator['starts'], 'start')}:", highlight=False, markup=False)
    for basin in replicator["basins"][:_LISTED]:
        sides = "; ".join(f"{label} {', '.join(basin[side])}" for side, label in SIDE_LABELS.items())
        state = "" if basin["settled"] else " (still moving)"
        console.print(f"  {percent(basin['share'])} end at {sides}{state}", highlight=False, markup=False)
    console.print()


def _diagonal(cells: pd.DataFrame, console: Console) -> None:
    from experiments.terminal.table import TerminalTable

    title = "Against itself: mean gains, US$ bn a year"
    table = TerminalTable(title)
    table.add_column("Tactic", "words", is_key=True)
    for name in ("US", partner_name(), "Together", "Deals", "Days", "From Nash"):
        table.add_column(name)
    columns = (*(f"gain.{side}" for side in SIDE_LABELS), "welfare")
    numbers = [aligned([float(value) for value in cells[name]]) for name in columns]
    for place, (_, row) in enumerate(cells.iterrows()):
        table.add_row(
            str(row["us"]),
            *(column[place] for column in numbers),
            percent(float(row["deal_share"])),
            number(float(row["days"])),
            number(float(row["nash_distance"])),
        )
    console.print(table)
