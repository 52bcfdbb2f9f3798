"""The findings of a stress test as tables of a page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

import numpy as np

from experiments.engine.worlds import Seated
from experiments.errors import RunError
from experiments.lab.arena import Arena
from experiments.lab.measures import AIMS
from experiments.lab.seats import check_config_compiles, families, seated
from experiments.lab.space import Space
from experiments.labels import SIDE_LABELS, counted, inside, number, outcome_label, percent, plain, readable, side
from experiments.questions.stress.findings import confirm_seed
from experiments.questions.stress.words import TITLES, bare, score
from experiments.report.blocks import Table, table
from sim.issues import SIDES

if TYPE_CHECKING:
    from experiments.questions.stress.read import Stressed

#: Failures of one kind that the page lists; the file holds the others.
_MOST: Final = 100
_FEW: Final = 8

_NO_COLUMNS: Final = np.empty((1, 0))


def aims_table(found: Stressed) -> Table:
    """What was searched for, how much, and what came of it."""
    rows = []
    for aim in found.aims:
        candidates = found.map[found.map["aim"] == aim]
        dropped = int((~candidates["confirmed"].astype(bool)).sum())
        failures = found.failures(aim)
        first = failures[0] if failures else None
        error = "" if first is None else f" ± {bare(aim, 1.96 * float(first['standard_error']))}"
        rows.append(
            (
                TITLES[aim], score(aim, found.threshold(aim)), f"{int(found.result['points'][aim]):,}",
                f"{len(candidates):,}", f"{dropped:,}", f"{len(candidates) - dropped - len(failures):,}",
                f"{len(failures):,}" if failures else "nothing found",
                "-" if first is None else f"{bare(aim, float(first['score']))}{error}",
            )
        )  # fmt: skip
    fresh = counted(int(found.search.option("fresh")), "fresh draw")
    note = (
        "Settings: what was tried in search of it. Candidates: the worst setting of each opponent, ending and time "
        f"that reached the bar. Dropped: did not hold on {fresh} beyond chance. Alike: held, but fail as a worse "
        "one does. Ways: those that are left, which differ in opponent, ending or its reason. "
        "Worst: mean over those draws ± 1.96 standard errors, money in US$ bn a year."
    )
    columns = ("What hurts", "Counts from", "Settings", "Candidates", "Dropped", "Alike", "Ways to fail", "Worst")
    return table("What was searched for, and what was found", columns, rows, note=note)


def failure_tables(found: Stressed) -> Iterator[Table]:
    """Every failure of each kind, the worst first."""
    own, other = SIDE_LABELS[found.side], SIDE_LABELS[SIDES[1 - SIDES.index(found.side)]]
    calendar = found.search.config.calendar
    for aim in found.aims:
        failures = found.failures(aim)
        rows = [
            (
                readable(str(one["opponent"])),
                f"{inside(outcome_label(str(one['outcome'])))} ({inside(plain(str(one['reason'])))})",
                number(float(one["round"])), str(calendar.date_of(float(one["round"]))),
                bare(aim, float(one["score"])), percent(float(one["failing_share"])),
                *("-" if one[name] is None else number(float(one[name]), sign=True) for name in ("gain", "gain_other")),
                PurePosixPath(str(one["case"]["file"])).stem if one["case"] else "-",
            )
            for one in failures[:_MOST]
        ]  # fmt: skip
        if not rows:
            continue
        note = (
            f"Score: {AIMS[aim].title}, {AIMS[aim].unit}; mean over the fresh draws, as are round, its date and the "
            "gains over walking away (US$ bn a year). Fails in: share of those draws that reach the bar. Ending: the "
            "usual one where it fails."
        )
        if len(failures) > len(rows):
            note += f" The {len(rows)} worst of {len(failures)}; map.parquet holds all."
        columns = (
            "Opponent",
            "Talks end",
            "Round",
            "Date",
            "Score",
            "Fails in",
            f"{own} gain",
            f"{other} gain",
            "Case",
        )
        title = f"{TITLES[aim]}: {counted(len(failures), 'way')}"
        yield table(title, columns, rows, texts=2, note=note, folded=len(rows) > _FEW)


def baseline_table(found: Stressed) -> Table | None:
    """The same tactic where nothing is attacked, on the same fresh draws; None where it cannot be played."""
    calm = _unattacked(found)
    if calm is None:
        return None
    rows = []
    for aim in found.aims:
        failures = found.failures(aim)
        hurt = bare(aim, float(failures[0]["score"])) if failures else "-"
        title, unit = AIMS[aim].title, AIMS[aim].unit
        rows.append((f"{title[:1].upper()}{title[1:]}", bare(aim, calm[aim]), bare(aim, found.threshold(aim)), hurt,
                     unit))  # fmt: skip
    opponent = getattr(found.search.config.tactics, SIDES[1 - SIDES.index(found.side)]).name
    note = (
        f"Not attacked: the same tactic as {side(found.side)} against the config's own opponent, “{opponent}”, in the "
        "config's own draws; played for this page on the seed of the fresh draws. A loss below zero is a gain. Regret: "
        "what the best of the tactics with their default knobs would have gained more; below zero none is better."
    )
    found_table = table("The worst beside the usual", ("What hurts", "Not attacked", "Counts from", "Worst", "Unit"),
                        rows, note=note)  # fmt: skip
    return Table(found_table.caption, found_table.columns, found_table.rows, frozenset({1, 2, 3}), note)


def _unattacked(found: Stressed) -> dict[str, float] | None:
    """Mean score of every aim where opponent and world are those of the config."""
    search, place = found.search, SIDES.index(found.side)
    chosen = search.option("tactic")
    try:
        check_config_compiles(search.config, SIDES[1 - place])
        if not chosen:
            check_config_compiles(search.config, SIDES[place])
    except RunError:
        return None
    space = Space(search.config, place, seated(chosen) if chosen else None, (), ())
    arena = Arena(space, tuple(Seated(name, {}) for name in families()))
    seed, wanted = int(search.manifest.get("seed", 0)), "regret" in found.aims
    replies = None
    if wanted:  # chosen on other draws, so that luck is not counted as regret
        replies = arena.play(_NO_COLUMNS, seed, int(search.option("draws")), replies=True).reply.astype(np.int64)
    played = arena.play(_NO_COLUMNS, confirm_seed(seed), int(search.option("fresh")), replies=wanted, chosen=replies)
    return {aim: float(played.scores(AIMS[aim].name).mean()) for aim in found.aims}
