"""Which lever moves a side's outcome most when the other side reacts, at what cost, and which choice is robust."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from experiments.config.load import config_from
from experiments.design.sampling import design_table
from experiments.engine.worlds import Seated, Worlds, gains
from experiments.errors import SEEDS, RunError, check_number
from experiments.lab.arena import side_by_side
from experiments.lab.seats import check_config_compiles, families, seated, side_index
from experiments.labels import counted
from experiments.questions.advise.levers import AS_IT_IS, Setting, settings_of
from experiments.questions.advise.robust import CRITERIA, criteria, regrets, resampled
from experiments.statistics.ties import best_places, first_best, together
from experiments.store.batches import Journal, job_of, own_sources
from sim.economy.payoffs import PARTNER_TERMS, US_TERMS
from sim.issues import SIDES, US

if TYPE_CHECKING:
    import pandas as pd

    from experiments.config.model import Config
    from sim.records import Floats

WORLDS: Final = 400
WORLD_LIMITS: Final = (20, 100_000)

#: Tables of a finished directory: a row a setting, and a row a setting and reaction.
SETTINGS_TABLE: Final = "settings.parquet"
SETTING_COLUMNS: Final = (
    "lever", "value", "reaction", *CRITERIA, "deal_share", "effect", "effect_low", "effect_high", "gain_other",
    *(f"wins.{name}" for name in CRITERIA),
)  # fmt: skip
REGRET_TABLE: Final = "regret.parquet"
REGRET_COLUMNS: Final = ("setting", "reaction", "gain", "gain_other", "regret", "is_reply")

#: Name of the reaction that leaves the config's own opponent in its seat.
NO_REACTION: Final = "as in the config"


@dataclass(frozen=True, slots=True, eq=False)
class Advice:
    """What the levers of a side do.

    Attributes
    ----------
    side : int
        Seat of the side that is advised.
    settings : tuple of Setting
        What was tried, the config as it is first.
    reactions : tuple of str
        Tactics from which the other side picks its best reply to each setting, the config's own first.
    own, other : array, shape ``[setting, reaction, world]``
        Gains over walking away, US$ bn a year.
    terms : array, shape ``[setting, term]``
        Mean of each term of the side's payoff over the worlds with a deal, under the other side's best reply.
    deals : array, shape ``[setting]``
        Share of worlds with a deal.
    floor : float
        Gain from which a world counts as satisfactory.
    wins : dict
        Share of resampled sets of worlds in which each setting is the best one, by criterion.
    means : array, shape ``[resample, setting]``
        Mean gains in resampled sets of worlds.
    negotiations : int
        Negotiations that were played.
    seconds : float
        Wall time.
    """

    side: int
    settings: tuple[Setting, ...]
    reactions: tuple[str, ...]
    own: Floats
    other: Floats
    terms: Floats
    deals: Floats
    floor: float
    wins: dict[str, Floats]
    means: Floats
    negotiations: int
    seconds: float

    @property
    def replies(self) -> list[int]:
        """Place of the reaction that is best for the other side, on average over the worlds, by setting."""
        return replies_of(self.other)

    @property
    def gains(self) -> Floats:
        """Own gains under those reactions, shape ``[setting, world]``."""
        return under(self.own, self.replies)

    def table(self) -> pd.DataFrame:
        """One row a setting: criteria, reaction, effect against the config as it is with its interval, and terms."""
        import pandas as pd

        found = self.gains
        values = criteria(found, self.floor)
        moved = self.means - self.means[:, :1]
        low, high = np.quantile(moved, [0.025, 0.975], axis=0)
        rows = []
        for place, setting in enumerate(self.settings):
            row: dict[str, Any] = {
                "lever": setting.lever,
                "value": setting.value,
                "reaction": self.reactions[self.replies[place]],
                **{name: float(column[place]) for name, column in values.items()},
                "deal_share": float(self.deals[place]),
                "mean_regret": float(regrets(found)[place].mean()),
                "effect": float(found[place].mean() - found[0].mean()),
                "effect_low": float(low[place]),
                "effect_high": float(high[place]),
                "gain_other": float(under(self.other, self.replies)[place].mean()),
                **{f"wins.{name}": float(share[place]) for name, share in self.wins.items()},
            }
            row |= {f"term.{name}": float(self.terms[place, k]) for k, name in enumerate(term_names(self.side))}
            rows.append(row)
        return pd.DataFrame(rows)

    def levers(self) -> pd.DataFrame:
        """One row a lever: the range of mean gains over its values, the config as it is included; widest first."""
        return levers_of(self.table())

    def recommended(self, criterion: str) -> tuple[list[Setting], float]:
        """Best settings by a criterion, several only if they are equal, and the share of resamples that they win."""
        values = criteria(self.gains, self.floor)[criterion]
        best = best_places(values, more=CRITERIA[criterion])
        return [self.settings[place] for place in best], float(self.wins[criterion][best].sum())


def levers_of(table: pd.DataFrame) -> pd.DataFrame:
    """Levers of a table of settings; see :meth:`Advice.levers`. Values that do equally well are told together."""
    import pandas as pd

    base = float(table["mean"].iloc[0])
    rows = []
    for lever, part in table.iloc[1:].groupby("lever", sort=False):
        means = part["mean"].to_numpy(np.float64)
        most, least = best_places(means), best_places(means, more=False)
        best, worst = part.iloc[most[0]], part.iloc[least[0]]
        span = max(best["mean"], base) - min(worst["mean"], base)
        first, last = (together([str(part["value"].iloc[at]) for at in places]) for places in (most, least))
        rows.append({"lever": lever, "best": first, "worst": last, "span": float(span),
                     "best_effect": float(best["effect"]), "worst_effect": float(worst["effect"])})  # fmt: skip
    frame = pd.DataFrame(rows, columns=["lever", "best", "worst", "span", "best_effect", "worst_effect"])
    return frame.sort_values("span", ascending=False, kind="stable").reset_index(drop=True)


def replies_of(other: Floats) -> list[int]:
    """Place of the reaction that gives the other side most on average over the worlds, by setting; first of equals."""
    return [int(place) for place in first_best(other.mean(axis=2))]


def under(values: Floats, replies: Sequence[int]) -> Floats:
    """Values under one reaction for each setting, shape ``[setting, world]``."""
    chosen: Floats = values[np.arange(len(values)), list(replies)]
    return chosen


def term_names(side: int) -> tuple[str, ...]:
    """Names of the terms of a side's payoff."""
    return tuple(US_TERMS if side == US else PARTNER_TERMS)


def advise(
    config: Config,
    side: str,
    levers: tuple[str, ...] = (),
    reactions: tuple[str, ...] = (),
    worlds: int = WORLDS,
    floor: float = 0.0,
    seed: int | None = None,
    folder: Path | None = None,
    *,
    resume: bool = False,
    overwrite: bool = False,
    say: Callable[[str], None] = lambda _: None,
) -> Advice:
    """Try the levers of a side on the same worlds, each against the other side's best reply to it.

    Parameters
    ----------
    config : Config
        The scenario.
    side : str
        Side that is advised.
    levers : tuple of str
        ``path=value,value`` each; by default what the config gives to that side.
    reactions : tuple of str
        Tactics, as ``name,knob=value``, among which the other side picks; by default every family. The config's own is
        always among them.
    worlds, seed : int
        Number of worlds, and their seed.
    floor : float
        Gain in US$ bn a year from which a world counts as satisfactory.
    folder : pathlib.Path, optional
        Directory for tables, figure and what is needed to go on.
    resume, overwrite : bool
        Go on with what is in `folder`, or replace it.
    say : callable
        Told how far it is.

    Raises
    ------
    RunError
        When something that was asked for makes no sense.
    """
    chosen = config.experiment.seed if seed is None else seed
    check_number("--seed", chosen, *SEEDS)
    check_number("--worlds", worlds, *WORLD_LIMITS)
    if not np.isfinite(floor):
        raise RunError(f"--floor is {floor}; it must be a number of US$ bn a year.")
    place = side_index(side)
    check_config_compiles(config, SIDES[1 - place])
    names = tuple(dict.fromkeys(reactions or families()))
    tried: list[Seated | None] = [None, *(seated(name, "--reaction") for name in names)]
    settings = settings_of(config, side, levers)
    changed = [_changed(config, one, side) for one in settings]
    asked = {"side": side, "levers": list(levers), "reactions": list(names), "worlds": worlds, "floor": floor}
    job = job_of("advise", config, chosen, own_sources(), **asked)
    tactics = counted(len(tried), "tactic")
    say(f"{counted(len(settings), 'setting')}, each against {tactics} of the other side, in {worlds:,} worlds")
    answers = []
    with Journal.open(folder, job, resume=resume, overwrite=overwrite) as journal:
        for number, one in enumerate(changed):
            question = np.array([number, len(tried), worlds], dtype=np.float64)
            answers.append(journal.answer(question, partial(_play, one, place, tried, worlds, chosen)))
        advice = _advice(place, settings, names, answers, floor, chosen, journal)
        if folder is not None:
            _write(journal, advice, config.name)
    return advice


def _changed(config: Config, setting: Setting, side: str) -> Config:
    """Config with a setting; it must still be one that the compiled engine can play."""
    if setting is AS_IT_IS:
        found = config
    else:
        found = config_from(config.resolved(), f"--lever {setting.title}", setting.changes)
    check_config_compiles(found, side)
    return found


def _play(config: Config, side: int, reactions: Sequence[Seated | None], worlds: int, seed: int) -> Floats:
    """Own and other gain and the terms of the own payoff, shape ``[reaction, world, 2 + term]``."""
    drawn = Worlds.at(config, design_table(config, worlds, seed, total=worlds), seed)

    def one(reaction: Seated | None) -> Floats:
        ends = drawn.play(*((None, reaction) if side == US else (reaction, None)))
        gain = gains(ends)
        terms = ends.results["ledger"][:, side, : len(term_names(side))]
        return np.concatenate([gain[:, [side, 1 - side]], terms], axis=1)

    return np.stack(side_by_side(one, reactions))


def _advice(
    side: int,
    settings: Sequence[Setting],
    names: tuple[str, ...],
    answers: Sequence[Floats],
    floor: float,
    seed: int,
    journal: Journal,
) -> Advice:
    played = np.stack(answers)
    places = np.arange(len(played))
    own, other = played[..., 0], played[..., 1]
    replies = replies_of(other)
    wins, means = resampled(under(own, [int(one) for one in replies]), floor, seed)
    return Advice(
        side=side,
        settings=tuple(settings),
        reactions=(NO_REACTION, *names),
        own=own,
        other=other,
        terms=_means_of_deals(played[places, replies, :, 2:]),
        deals=(played[places, replies, :, 2:] != 0).any(axis=2).mean(axis=1),
        floor=floor,
        wins=wins,
        means=means,
        negotiations=own.size,
        seconds=journal.seconds,
    )


def _means_of_deals(terms: Floats) -> Floats:
    """Mean of each term over the worlds with a deal, which alone have terms, shape ``[setting, term]``; else NaN."""
    dealt = (terms != 0).any(axis=2)
    count = dealt.sum(axis=1)[:, np.newaxis]
    means: Floats = np.divide(
        terms.sum(axis=1), count, out=np.full(count.shape[:1] + terms.shape[2:], np.nan), where=count > 0
    )
    return means


def regret_cells(advice: Advice) -> pd.DataFrame:
    """One row a setting and reaction: mean gains, regret against the best setting, whether it is the best reply."""
    import pandas as pd

    own, other = advice.own.mean(axis=2), advice.other.mean(axis=2)
    missed = (advice.own.max(axis=0)[np.newaxis] - advice.own).mean(axis=2)
    rows = [
        {
            "setting": setting.title,
            "reaction": reaction,
            "gain": float(own[i, j]),
            "gain_other": float(other[i, j]),
            "regret": float(missed[i, j]),
            "is_reply": advice.replies[i] == j,
        }
        for i, setting in enumerate(advice.settings)
        for j, reaction in enumerate(advice.reactions)
    ]
    return pd.DataFrame(rows)


def _write(journal: Journal, advice: Advice, name: str) -> None:
    from experiments.figures.kit.style import png_bytes
    from experiments.questions.advise.regret_heat_map import regret_heat_map
    from experiments.store.tables import as_parquet

    cells = regret_cells(advice)
    journal.keep(SETTINGS_TABLE, as_parquet(advice.table()))
    journal.keep(REGRET_TABLE, as_parquet(cells))
    journal.keep("figures/regret_heat_map.png", png_bytes(regret_heat_map(cells, SIDES[advice.side], name)))
    journal.finish(negotiations=advice.negotiations)
