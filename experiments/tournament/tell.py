"""What a user sees when a tournament is done: whom to send as the US and as Japan, how sure that is, and equilibria."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from experiments.labels import SIDE_LABELS, aligned, counted, number, percent

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

    from experiments.tournament.job import Tournament

#: Share of the bootstrap samples from which on the best tactic is called clear.
CLEAR: Final = 0.95
#: Equilibria and basins that are listed.
_LISTED: Final = 5


def summary(tournament: Tournament) -> dict[str, Any]:
    """Plain data of the printed summary, for ``--json`` and for other programs."""
    terms, analysis = tournament.terms, tournament.analysis
    best = {}
    for seat in SIDE_LABELS:
        first = _seat(analysis.players, seat).iloc[0]
        best[seat] = {
            "player": str(first["player"]),
            "best_share": float(first["best_share"]),
            "utility": float(first["utility"]),
            "gain": float(first["gain"]),
            "rank_interval": [int(first["rank_low"]), int(first["rank_high"])],
        }
    return {
        "config": terms.config.name,
        "settings": terms.settings(),
        "best": best,
        "players": analysis.players.to_dict(orient="records"),
        "self_play": self_play(analysis.cells).to_dict(orient="records"),
        "equilibria": analysis.equilibria,
    }


def self_play(cells: pd.DataFrame) -> pd.DataFrame:
    """Rows of the pairs in which a tactic meets itself."""
    return cells[cells["us"] == cells["japan"]].reset_index(drop=True)


def render(tournament: Tournament, console: Console) -> None:
    """Print the summary."""
    terms, analysis = tournament.terms, tournament.analysis
    console.print(
        f"[bold]{terms.config.title}[/bold]: {counted(len(terms.players), 'tactic')}, each against each in both seats, "
        f"on the same {counted(terms.worlds, 'world')}\n",
        highlight=False,
    )
    for seat, label in SIDE_LABELS.items():
        _ranking(_seat(analysis.players, seat), label, terms.level, terms.alpha, console)
    _advice(analysis.players, console)
    _equilibria(analysis.equilibria, console)
    _basins(analysis.equilibria, console)
    _diagonal(self_play(analysis.cells), console)


def _seat(players: pd.DataFrame, seat: str) -> pd.DataFrame:
    return players[players["seat"] == seat]


def _ranking(own: pd.DataFrame, label: str, level: float, alpha: float, console: Console) -> None:
    from rich.table import Table

    title = f"As {'the ' if label == 'US' else ''}{label}: means over all opponents, US$ bn a year; behind the best in utility"
    table = Table(title=title, title_justify="left", box=None, pad_edge=False, header_style="bold")
    table.add_column("Tactic", overflow="fold", max_width=30)
    for name in ("Rank", f"{percent(level)}", "Best in", "Behind", "Gain", f"Worst {percent(alpha)}", "Deals", "Days"):
        table.add_column(name, justify="right")
    # The zero of a payoff has no meaning, only differences have.
    behind = [float(own["utility"].max()) - float(value) for value in own["utility"]]
    numbers = [aligned(behind), *(aligned([float(value) for value in own[name]]) for name in ("gain", "gain_cvar"))]
    for place, (_, row) in enumerate(own.iterrows()):
        table.add_row(
            str(row["player"]),
            str(row["rank"]),
            f"{row['rank_low']}-{row['rank_high']}",
            percent(float(row["best_share"])),
            *(column[place] for column in numbers),
            percent(float(row["deal_share"])),
            number(float(row["days"])),
        )
    console.print(table)
    console.print()


def _advice(players: pd.DataFrame, console: Console) -> None:
    for seat, label in SIDE_LABELS.items():
        own = _seat(players, seat)
        first = own.iloc[0]
        rivals = [str(name) for name in own.loc[own["rank_low"] == 1, "player"] if name != first["player"]]
        share = float(first["best_share"])
        sure = "clear" if share >= CLEAR and not rivals else "not clear"
        others = f"; not surely worse: {', '.join(rivals[:_LISTED])}" if rivals else ""
        console.print(
            f"Take as {'the ' if label == 'US' else ''}{label}: {first['player']} ({sure}: best in "
            f"{percent(share)} of the resampled tournaments{others}).",
            highlight=False,
            soft_wrap=False,
            markup=False,
        )
    regrets = [_seat(players, seat).sort_values("regret_worst", kind="stable").iloc[0] for seat in SIDE_LABELS]
    told = ", ".join(
        f"as {label} {row['player']} ({number(float(row['regret_worst']))})"
        for label, row in zip(SIDE_LABELS.values(), regrets, strict=True)
    )
    console.print(f"Least regret against the worst opponent, US$ bn a year: {told}.\n", highlight=False, markup=False)


def _equilibria(data: dict[str, Any], console: Console) -> None:
    found = data["equilibria"]
    gone = [f"{entry['player']} ({SIDE_LABELS[entry['side']]})" for entry in data["eliminated"]]
    if gone:
        console.print(f"Dominated, whatever the other side plays: {', '.join(gone)}.", highlight=False, markup=False)
    kind = "all supports tried" if data["complete"] else "pure ones all, mixed ones where Lemke-Howson paths end"
    console.print(f"{counted(len(found), 'Nash equilibrium').replace('equilibriums', 'equilibria')} ({kind}):",
                  highlight=False, markup=False)  # fmt: skip
    for one in found[:_LISTED]:
        sides = "; ".join(f"{label} {_mixture(one[side])}" for side, label in SIDE_LABELS.items())
        most = max(one["regret_in_samples"].values())
        console.print(
            f"  {sides}: stands in {percent(one['survival'])} of the resampled tournaments, "
            f"regret there at most {number(most)}.",
            highlight=False,
            markup=False,
        )
    if len(found) > _LISTED:
        console.print(f"  and {len(found) - _LISTED} more, see equilibria.json.", highlight=False, markup=False)


def _mixture(weights: dict[str, float]) -> str:
    if len(weights) == 1:
        return next(iter(weights))
    return " + ".join(f"{percent(weight)} {name}" for name, weight in weights.items())


def _basins(data: dict[str, Any], console: Console) -> None:
    replicator = data["replicator"]
    console.print(f"Replicator dynamics from {counted(replicator['starts'], 'start')}:", highlight=False, markup=False)
    for basin in replicator["basins"][:_LISTED]:
        sides = "; ".join(f"{label} {', '.join(basin[side])}" for side, label in SIDE_LABELS.items())
        state = "" if basin["settled"] else " (still moving)"
        console.print(f"  {percent(basin['share'])} end at {sides}{state}", highlight=False, markup=False)
    console.print()


def _diagonal(cells: pd.DataFrame, console: Console) -> None:
    from rich.table import Table

    title = "Against itself: mean gains, US$ bn a year"
    table = Table(title=title, title_justify="left", box=None, pad_edge=False, header_style="bold")
    table.add_column("Tactic", overflow="fold", max_width=30)
    for name in ("US", "Japan", "Together", "Deals", "Days", "From Nash"):
        table.add_column(name, justify="right")
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
