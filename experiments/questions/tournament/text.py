"""What a tournament says in sentences and tables: the terminal prints them, and the page shows them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from experiments.labels import SIDE_LABELS, aligned, counted, number, partner_name, partner_possessive, percent, side
from experiments.questions.tournament.answer import answer, dominated, least_regret, mixture
from experiments.questions.tournament.failures import reason
from experiments.questions.tournament.replicator import EXTINCT
from experiments.questions.tournament.standings import seat_rows, self_play
from experiments.questions.tournament.verdict import NO_INTERVAL, NOT_SURE, too_few, verdict
from experiments.report.blocks import Block, Listing, Table, Words, table
from experiments.statistics.ties import equals
from sim.issues import SIDES, US

if TYPE_CHECKING:
    import pandas as pd

    from experiments.questions.tournament.standings import Standings

#: What is said of a tactic that is not known here and says nothing of itself.
_OWN: Final = "a tactic of the user's own"
#: Pairs that a table lists; the file holds the others.
MOST_PAIRS: Final = 600
#: Equilibria, and ends of the dynamics, that a table lists.
MOST_ENDS: Final = 20
#: Failed pairs up to which their table is not folded away, and those that are named where it is.
_FEW_FAILURES: Final = 8
_NAMED_FAILURES: Final = 5


def blocks(standings: Standings) -> Iterator[Block]:
    """Say who does best in which seat and how sure that is, where both choices meet, and what every pair brings."""
    yield answer(standings)
    yield from failed_pairs(standings)
    if not standings.players.empty:
        yield from rankings(standings)
        yield from choices(standings)
    yield from yardsticks(standings)
    yield pairs_table(standings)


def failed_pairs(standings: Standings) -> Iterator[Block]:
    """Pairs that were not played to the end; the first of them by name where they are many."""
    failures = standings.failures
    if not failures:
        return
    if len(failures) > _FEW_FAILURES:
        further = f"and {len(failures) - _NAMED_FAILURES:,} more, which manifest.json holds too"
        yield Listing("Failed pairs", (*map(reason, failures[:_NAMED_FAILURES]), further))
    yield failures_table(standings)


def rankings(standings: Standings) -> Iterator[Block]:
    """Ranks in both seats, and who has the least to regret."""
    yield from (rank_table(standings, seat) for seat in SIDE_LABELS)
    if standings.has_deals:
        yield Words((least_regret(standings.players),))


def choices(standings: Standings) -> Iterator[Block]:
    """What is left if no one plays what is dominated, equilibria, and where the dynamics end."""
    yield Words(tuple(dominated(standings.equilibria)))
    found = equilibria_table(standings)
    if found is not None:
        yield found
    yield ends_table(standings)


def yardsticks(standings: Standings) -> Iterator[Block]:
    """What single pairs bring beside walking away and all pairs, and each tactic against itself."""
    yield yardstick_table(standings)
    yield self_table(standings.cells)


def players_table(standings: Standings) -> Table:
    """Who takes part: each tactic with its knobs, what it does and where it comes from."""
    from agents.tactics.registry import TACTICS

    rows = []
    for label, facts in dict(standings.settings["players"]).items():
        name = str(facts.get("tactic", ""))
        # A tactic of the user's own is told from the directory: who reads the page need not have its file.
        tactic = None if "digest" in facts else TACTICS.get(name)
        knobs = ", ".join(f"{knob} {value:g}" for knob, value in dict(facts.get("knobs", {})).items())
        kind = _OWN if name else str(facts.get("kind", "a player from outside"))
        summary = tactic.summary if tactic is not None else str(facts.get("summary") or kind)
        source = tactic.reference if tactic is not None else str(facts.get("reference") or "-")
        rows.append((str(label), summary, knobs or "defaults", source))
    columns = ("Tactic", "What it does", "Knobs", "Source")
    return table(f"Who takes part ({counted(len(rows), 'tactic')})", columns, rows, texts=4, folded=len(rows) > 8)


def rank_table(standings: Standings, seat: str) -> Table:
    """Every player of a seat with its rank, the interval of the rank and what it brings."""
    own, few = seat_rows(standings.players, seat), too_few(standings.world_count)
    behind = aligned([float(own["utility"].max()) - float(value) for value in own["utility"]])
    gain, worst = (aligned(own[name].astype(float).tolist(), sign=True) for name in ("gain", "gain_cvar"))
    regret = aligned(own["regret_worst"].astype(float).tolist())
    rows = [
        (
            str(row["player"]), str(row["rank"]), "-" if few else f"{row['rank_low']} to {row['rank_high']}",
            percent(float(row["best_share"])), behind[k], gain[k], worst[k], regret[k],
            percent(float(row["deal_share"])), number(float(row["days"])),
        )
        for k, row in enumerate(own.to_dict("records"))
    ]  # fmt: skip
    settings = standings.settings
    columns = (
        "Tactic", "Rank", f"{percent(settings['level'])} interval", "Best in", "Behind the best", "Gain",
        f"Worst {percent(settings['alpha'])}", "Regret", "Deals", "Days",
    )  # fmt: skip
    note = f"Columns as in the ranking as {side(SIDES[US])}."
    if seat == SIDES[US]:
        note = (
            f"Money in US$ bn a year. Rank and distance behind the best by mean {settings['utility']} over all "
            "opponents, each counting alike. Best in: share of "
            f"{counted(settings['draws'], 'resampled tournament')} (worlds drawn anew with replacement). Gain: mean "
            "over walking away on the day on which the talks end. "
            f"Worst {percent(settings['alpha'])}: its mean over that share of the worst cases. Regret: what hindsight "
            "would have brought more against the opponent where that is largest. Days: to a deal."
        )
    if few:
        note += f" No interval: {NO_INTERVAL}."
    return table(f"Ranking as {side(seat)}", columns, rows, note=note)


def failures_table(standings: Standings) -> Table:
    """Every pair that was not played to the end, with the reason and whose move it was."""
    kinds = {"error": "an error", "time": "a limit of time", "died": "its process ended"}
    rows = [
        (
            one.us, one.partner, kinds[one.kind], ", ".join(one.at_fault), one.message,
            "-" if one.run is None else str(one.run), "-" if one.round is None else str(one.round),
        )
        for one in standings.failures[:MOST_PAIRS]
    ]  # fmt: skip
    columns = ("US plays", f"{partner_name()} plays", "Ended by", "Left out for it", "What happened", "Run", "Round")
    note = "No number of these pairs is in any mean, and no rank, regret or equilibrium counts who is left out."
    if len(standings.failures) > len(rows):
        note += f" The first {len(rows)}; manifest.json holds all."
    title = f"Pairs that were not played to the end ({len(standings.failures):,})"
    return table(title, columns, rows, texts=5, note=note, folded=len(standings.failures) > _FEW_FAILURES)


def equilibria_table(standings: Standings) -> Table | None:
    """Nash equilibria with what they bring and how sure they are; None where none was found."""
    found = standings.equilibria["equilibria"]
    rows = []
    for one in found[:MOST_ENDS]:
        gains = expected(standings, one)
        regret = max(float(value) for value in one["regret_in_samples"].values())
        rows.append(
            (
                mixture(one["us_treasury"]), mixture(one["partner"]),
                *aligned([gains[f"gain.{seat}"] for seat in SIDE_LABELS], sign=True), percent(gains["deal_share"]),
                percent(float(one["survival"])), number(regret),
            )
        )  # fmt: skip
    if not rows:
        return None
    how = "all there are" if standings.equilibria["complete"] else "all with single tactics, and some with mixtures"
    note = (
        "Gains over walking away, US$ bn a year. Stands in: share of the resampled tournaments in which an equilibrium "
        "uses the same tactics. At most to gain: what leaving brings in "
        f"{percent(standings.settings['level'])} of them, at most, US$ bn a year."
    )
    if len(found) > len(rows):
        note += f" The first {len(rows)}; the others are in equilibria.json."
    if too_few(standings.world_count):
        note += f" {NOT_SURE}"
    columns = (
        "US plays",
        f"{partner_name()} plays",
        "US gain",
        f"{partner_possessive()} gain",
        "Deals",
        "Stands in",
        "At most to gain",
    )
    return table(f"Nash equilibria: {how}", columns, rows, texts=2, note=note)


def ends_table(standings: Standings) -> Table:
    """Where the replicator dynamics end: tactics that are left on either side, and from how many starts."""
    replicator = standings.equilibria["replicator"]
    basins = replicator["basins"]
    rows = [
        (
            *(", ".join(map(str, basin[seat])) for seat in SIDE_LABELS),
            percent(float(basin["share"])),
            "settled" if basin["settled"] else "still moving",
        )
        for basin in basins[:MOST_ENDS]
    ]
    note = (
        f"Tactics that hold at least {percent(EXTINCT)} of their side at the end. Settled: no tactic would do better "
        "than the average."
    )
    if len(basins) > len(rows):
        note += f" The first {len(rows)} of {len(basins):,} ends; the others are in equilibria.json."
    columns = ("Left for the US", f"Left for {partner_name()}", "Starts", "At the end")
    found = table(f"Replicator dynamics from {counted(int(replicator['starts']), 'start')}", columns, rows, texts=2,
                  note=note)  # fmt: skip
    return replace(found, numeric=frozenset({2}))


def expected(standings: Standings, one: Mapping[str, Any]) -> dict[str, float]:
    """Mean gains and share of deals where both sides draw their tactics by the weights of an equilibrium."""
    names = ("gain.us_treasury", "gain.partner", "deal_share")
    total = dict.fromkeys(names, 0.0)
    for us, first in one["us_treasury"].items():
        for partner, second in one["partner"].items():
            cell = standings.cell(us, partner)
            for name in names:
                total[name] += float(first) * float(second) * float(cell[name])
    return total


def yardstick_table(standings: Standings) -> Table:
    """What single pairs bring beside walking away and beside all pairs on average."""
    names = ("gain.us_treasury", "gain.partner", "deal_share", "days", "nash_distance", "pareto_gap")
    points: list[tuple[str, list[float]]] = [("Walking away", [0.0, 0.0, *[float("nan")] * 4])]
    whole = "All pairs, mean" if not standings.failures else "All pairs that were played to the end, mean"
    points.append((whole, [float(standings.cells[name].mean()) for name in names]))
    for what, us, partner in _pairs(standings):
        cell = standings.cell(us, partner)
        points.append((f"{what}: US “{us}”, {partner_name()} “{partner}”", [float(cell[name]) for name in names]))
    rows = []
    for title, (us_gain, partner_gain, deals, days, distance, gap) in points:
        gains = aligned([us_gain, partner_gain], sign=True)
        rest = (number(value) for value in (days, distance, gap))
        rows.append((title, *gains, percent(deals), *rest))
    note = (
        "Gains over walking away, US$ bn a year, mean over the worlds. From Nash: distance of the deals from the point "
        "on their own frontier with the largest product of gains. Left on the table: what both could still gain at "
        "once. A dash: no deal, or not worked out."
    )
    columns = ("What is played", "US", partner_name(), "Deals", "Days", "From Nash", "Left on the table")
    if config_pair(standings) is None:
        note += " The config's own tactics do not both take part with fixed knobs, so that no pair stands for them."
    return table("Gains beside yardsticks", columns, rows, note=note)


def _pairs(standings: Standings) -> Iterator[tuple[str, str, str]]:
    found = {seat: verdict(standings.players, seat) for seat in SIDE_LABELS}
    if all(one.best for one in found.values()):
        ties = " (the first of those that tie)" if any(len(one.best) > 1 for one in found.values()) else ""
        us, partner = (one.best[0] for one in found.values())
        yield f"Best in each seat{ties}", us, partner
    own = config_pair(standings)
    if own is not None:
        yield "The config's own tactics", *own
    near = standings.equilibria["nearest_pure"]
    pure = [one for one in standings.equilibria["equilibria"] if one["pure"]]
    if near is not None and not pure:
        one_of = "" if near["ties"] == 1 else f" (one of {near['ties']} equally near)"
        yield f"Nearest to an equilibrium{one_of}", near["us_treasury"], near["partner"]
    for one in pure[:3]:
        yield "Equilibrium", next(iter(one["us_treasury"])), next(iter(one["partner"]))
    welfare = standings.cells["welfare"].dropna()
    if welfare.empty:
        return
    together = equals(welfare.index.tolist(), welfare.tolist(), largest=True)
    most = standings.cells.loc[int(together[0])]
    one_of = "" if len(together) == 1 else f" (one of {len(together)} pairs)"
    yield f"Most for both together{one_of}", str(most["us"]), str(most["partner"])


def config_pair(standings: Standings) -> tuple[str, str] | None:
    """Labels of the config's own tactics, where both take part with the same fixed knobs."""
    labels = []
    for seat in SIDE_LABELS:
        choice = getattr(standings.config.tactics, seat)
        label = next((name for name, facts in _tactics(standings) if _same(choice, facts)), None)
        if label is None:
            return None
        labels.append(label)
    return labels[0], labels[1]


def _tactics(standings: Standings) -> Iterable[tuple[str, Mapping[str, Any]]]:
    return ((name, facts) for name, facts in standings.settings["players"].items() if "tactic" in facts)


def _same(choice: Any, facts: Mapping[str, Any]) -> bool:
    from agents.tactics.registry import TACTICS

    if choice.name != facts["tactic"] or choice.name not in TACTICS:
        return False
    defaults = {knob.name: knob.default for knob in TACTICS[choice.name].knobs}
    numbers = {knob.name: choice.knobs.get(knob.name) for knob in TACTICS[choice.name].knobs}
    if any(value is not None and value.is_sampled for value in numbers.values()):
        return False
    own = {name: defaults[name] if value is None else float(value.value) for name, value in numbers.items()}
    return own == defaults | {name: float(value) for name, value in facts["knobs"].items()}


def self_table(cells: pd.DataFrame) -> Table:
    """Every tactic against itself."""
    own = self_play(cells)
    columns = ("gain.us_treasury", "gain.partner", "welfare")
    numbers = [aligned(own[name].astype(float).tolist(), sign=True) for name in columns]
    rows = [
        (str(row["us"]), *(column[k] for column in numbers), percent(float(row["deal_share"])),
         number(float(row["days"])), number(float(row["nash_distance"])))
        for k, row in enumerate(own.to_dict("records"))
    ]  # fmt: skip
    names = ("Tactic", "US", partner_name(), "Together", "Deals", "Days", "From Nash")
    note = (
        "Mean gains over walking away, US$ bn a year; days to a deal, and its distance from the point on its own "
        "frontier with the largest product of gains."
    )
    return table("Each tactic against itself", names, rows, note=note)


def pairs_table(standings: Standings) -> Table:
    """Every pair with its deals and gains."""
    from scipy.stats import t

    cells, level, worlds = standings.cells, float(standings.settings["level"]), standings.world_count
    factor = float(t.ppf((1.0 + level) / 2, worlds - 1))
    rows = []
    for row in cells.head(MOST_PAIRS).to_dict("records"):
        interval = f"{percent(float(row['deal_low']))} to {percent(float(row['deal_high']))}"
        gains = (
            f"{number(float(row[f'gain.{seat}']), sign=True)} ± {number(factor * float(row[f'gain_error.{seat}']))}"
            for seat in SIDE_LABELS
        )
        ends = (number(float(row[name])) for name in ("rounds", "days"))
        rows.append((str(row["us"]), str(row["partner"]), percent(float(row["deal_share"])), interval, *gains, *ends))
    note = (
        f"Gains over walking away, US$ bn a year: means with their {percent(level)} intervals by Student's t; "
        "rounds and days to a deal."
    )
    if len(cells) > len(rows):
        note += f" The first {len(rows)} of {len(cells):,} pairs; cells.parquet holds all."
    columns = (
        "US plays",
        f"{partner_name()} plays",
        "Deals",
        "Interval",
        "US gain",
        f"{partner_possessive()} gain",
        "Rounds",
        "Days",
    )
    return table(f"Every pair ({len(cells):,})", columns, rows, texts=2, note=note, folded=True)
