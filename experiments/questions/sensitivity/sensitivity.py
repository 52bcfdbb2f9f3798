"""Which uncertain inputs decide how talks end: three methods on one budget, and whether they agree."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from experiments.errors import RunError, check_number
from experiments.lab.designs import Design, morris, plain_rows, saltelli
from experiments.lab.evaluate import Job, chunks_of, evaluate
from experiments.lab.inputs import DUMMY
from experiments.lab.outputs import DEAL, GAP, Output
from experiments.questions.sensitivity.morris import morris_effects
from experiments.questions.sensitivity.pawn import LEAST_ROWS, pawn_effects
from experiments.questions.sensitivity.sobol import sobol_effects
from experiments.questions.sensitivity.swings import COLUMNS, swings_of

if TYPE_CHECKING:
    from experiments.lab.directory import ExploreFolder
    from experiments.lab.models import Model
    from experiments.progress import Progress
    from experiments.store.plan import Chunk

SOBOL: Final = "sobol"
PAWN: Final = "pawn"
MORRIS: Final = "morris"
METHODS: Final = (SOBOL, PAWN, MORRIS)

#: The number by which a method ranks the inputs.
MAIN: Final[dict[str, str]] = {SOBOL: "total", PAWN: "mean", MORRIS: "mu_star"}

TOP: Final = 5

BASE: Final = 1_024
TRAJECTORIES: Final = 200
_MOST_BASE: Final = 1 << 20


@dataclass(frozen=True, slots=True, eq=False)
class Sensitivity:
    """What decides the outputs of a model.

    Attributes
    ----------
    effects : pandas.DataFrame
        ``output, method, input, rank, measure, value, low, high``: rank by the method's main measure among all inputs
        but the dummy, whose rank is missing. A measure without an interval has NaN for its ends.
    agreement : pandas.DataFrame
        ``output, first, second, rank_correlation, shared_top``: Spearman's correlation between two methods over the
        inputs that both rank (no dummy, and with PAWN no chance), and how many of their first five they share.
    swings : pandas.DataFrame
        See :func:`experiments.questions.sensitivity.swings.swings_of`, with a column ``output``.
    notes : pandas.DataFrame
        ``output, method, note``: what was not computed, and why.
    outputs : pandas.DataFrame
        ``output, label, unit, points, mean, sd, constant``, over the points of the plain sample.
    target : str
        Output of the conclusion: deal or no deal, or if that never varies the gap or the way in which talks fail.
    evaluations : int
        Number of points that were evaluated.
    """

    effects: pd.DataFrame
    agreement: pd.DataFrame
    swings: pd.DataFrame
    notes: pd.DataFrame
    outputs: pd.DataFrame
    target: str
    evaluations: int

    def top(self, output: str, method: str, count: int = TOP) -> list[str]:
        """Inputs that matter most for an output by a method, strongest first."""
        table = self.effects
        chosen = table[(table["output"] == output) & (table["method"] == method) & (table["measure"] == MAIN[method])]
        return list(chosen.dropna(subset=["rank"]).sort_values("rank")["input"].head(count))

    def tables(self) -> dict[str, pd.DataFrame]:
        """Every table by name."""
        return {
            "effects": self.effects,
            "agreement": self.agreement,
            "swings": self.swings,
            "notes": self.notes,
            "outputs": self.outputs,
        }

    def noise(self, output: str, method: str) -> float:
        """How far from 0 the dummy may be by a method; for Sobol by the first effect, as the total has no noise."""
        measure = "first" if method == SOBOL else MAIN[method]
        table = self.effects
        chosen = (table["output"] == output) & (table["method"] == method) & (table["measure"] == measure)
        found = table[chosen & (table["input"] == DUMMY)]
        half = (found["high"] - found["low"]) / 2
        return float((found["value"].abs() + half).iloc[0]) if len(found) else np.nan


def analyse(
    model: Model,
    seed: int,
    *,
    base: int = BASE,
    trajectories: int = TRAJECTORIES,
    folder: ExploreFolder | None = None,
    progress: Progress | None = None,
) -> Sensitivity:
    """Evaluate a model on one Saltelli and one Morris design, and explain every output by three methods.

    Sobol effects need the output at every point and a design of their own; PAWN takes the plain rows of that design,
    those where the output is defined, and leaves out chance, which has no order; Morris has its own design. An output
    that is not defined everywhere (an issue without a deal) is explained by PAWN only, among the rows where it is
    defined; one that never varies by none.

    Parameters
    ----------
    model : Model
        Inputs, and the function to be explained.
    seed : int
        Seed of designs and bootstraps.
    base : int
        Base rows of the Saltelli design, a power of two; it has ``base (D + 2)`` points.
    trajectories : int
        Trajectories of the Morris design; it has ``trajectories (D + 1)`` points.
    """
    check_sizes(base, trajectories)
    inputs = model.inputs
    if len(inputs) < 2:
        raise RunError("there is no uncertain input to vary; give a number a distribution, or use --ranges.")
    designs = (saltelli(inputs, base, seed), morris(inputs, trajectories, seed))
    points = np.concatenate([design.points for design in designs])

    def compute(chunk: Chunk) -> Any:
        return model.evaluate(points[chunk.first : chunk.first + chunk.count])

    table = evaluate(Job(chunks_of(len(points)), compute), folder, progress)
    outputs = model.outputs(table)
    explained = _Explained(model, designs, seed)
    for output in outputs:
        explained.explain(output)
    return explained.result(outputs, len(points))


def check_sizes(base: int, trajectories: int) -> None:
    """Refuse sizes for which the designs do not exist or say nothing."""
    check_number("--base", base, 16, _MOST_BASE)
    if base & (base - 1):
        below = 1 << (base.bit_length() - 1)
        raise RunError(f"--base is {base:,}; it must be a power of two, for example {below:,} or {2 * below:,}.")
    check_number("--trajectories", trajectories, 4, _MOST_BASE)


class _Explained:
    """Collects what the methods say, output by output."""

    def __init__(self, model: Model, designs: tuple[Design, Design], seed: int) -> None:
        self._model = model
        self._inputs = model.inputs
        self._saltelli, self._morris = designs
        self._seed = seed
        self._plain = plain_rows(self._saltelli.points, len(self._inputs))
        self._effects: list[pd.DataFrame] = []
        self._swings: list[pd.DataFrame] = []
        self._notes: list[dict[str, str]] = []

    def explain(self, output: Output) -> None:
        """Apply every method that the output admits."""
        split = len(self._saltelli.points)
        whole, steps = output.values[:split], output.values[split:]
        if _varies_not(whole) and _varies_not(steps):
            known = output.known
            what = f"always {known[0]:g}" if known.size else f"never defined ({output.defined})"
            self._note(output, "all", f"constant: {what}; nothing to explain")
            return
        self._sobol(output, whole)
        self._pawn(output, plain_rows(whole, len(self._inputs)))
        self._elementary(output, steps)

    def _sobol(self, output: Output, values: np.ndarray) -> None:
        if np.isnan(values).any():
            self._note(output, SOBOL, _undefined(output, values))
        elif _varies_not(plain_rows(values, len(self._inputs))):
            self._note(output, SOBOL, f"constant over the plain sample: always {values[0]:g}")
        else:
            self._add(output, SOBOL, sobol_effects(self._inputs, values, self._seed), ("total", "first"))

    def _pawn(self, output: Output, values: np.ndarray) -> None:
        known = ~np.isnan(values)
        if known.sum() < LEAST_ROWS:
            self._note(output, PAWN, f"defined at {known.sum():,} points only; {LEAST_ROWS} are needed")
        elif _varies_not(values):
            self._note(output, PAWN, f"constant over the plain sample: always {values[known][0]:g}")
        else:
            found = pawn_effects(self._inputs, self._plain[known], values[known], self._seed)
            self._add(output, PAWN, self._ordered(found), ("mean", "maximum"))
            swings = swings_of(self._model, self._plain[known], values[known])
            self._swings.append(self._ordered(swings).assign(output=output.name))
            if not known.all():
                self._note(output, PAWN, f"over the {known.mean():.0%} of points where it is defined: {output.defined}")

    def _ordered(self, table: pd.DataFrame) -> pd.DataFrame:
        """Table without the chance of the runs: chances have no order, so a slice of them is a sample of all."""
        kept = {one.name for one in self._inputs if one.role != "chance"}
        return table[table["input"].isin(kept)].reset_index(drop=True)

    def _elementary(self, output: Output, values: np.ndarray) -> None:
        if np.isnan(values).any():
            self._note(output, MORRIS, _undefined(output, values))
        elif _varies_not(values):
            self._note(output, MORRIS, f"constant in this design: always {values[0]:g}")
        else:
            found = morris_effects(self._inputs, self._morris, values, self._seed)
            self._add(output, MORRIS, found, ("mu_star", "mu", "sigma"))

    def _note(self, output: Output, method: str, note: str) -> None:
        self._notes.append({"output": output.name, "method": method, "note": note})

    def _add(self, output: Output, method: str, found: pd.DataFrame, measures: tuple[str, ...]) -> None:
        is_dummy = found["input"] == DUMMY
        rank = found[MAIN[method]].mask(is_dummy).rank(ascending=False, method="first")
        for measure in measures:
            missing = np.full(len(found), np.nan)
            self._effects.append(
                pd.DataFrame(
                    {
                        "output": output.name,
                        "method": method,
                        "input": found["input"],
                        "rank": rank,
                        "measure": measure,
                        "value": found[measure],
                        "low": found.get(f"{measure}_low", missing),
                        "high": found.get(f"{measure}_high", missing),
                    }
                )
            )

    def result(self, outputs: tuple[Output, ...], evaluations: int) -> Sensitivity:
        """Everything together."""
        columns = ["output", "method", "input", "rank", "measure", "value", "low", "high"]
        effects = pd.concat(self._effects, ignore_index=True) if self._effects else pd.DataFrame(columns=columns)
        split = len(self._saltelli.points)
        described = [_described(one, plain_rows(one.values[:split], len(self._inputs))) for one in outputs]
        return Sensitivity(
            effects=effects,
            agreement=agreement_of(effects),
            swings=pd.concat(self._swings or [pd.DataFrame(columns=[*COLUMNS, "output"])], ignore_index=True),
            notes=pd.DataFrame(self._notes, columns=["output", "method", "note"]),
            outputs=pd.DataFrame(described),
            target=target_of((output.name for output in outputs), set(effects["output"])),
            evaluations=evaluations,
        )


def _varies_not(values: np.ndarray) -> bool:
    known = values[~np.isnan(values)]
    return known.size == 0 or bool(np.ptp(known) == 0.0)


def _undefined(output: Output, values: np.ndarray) -> str:
    share = 1.0 - float(np.isnan(values).mean())
    return f"refused: defined at {share:.0%} of points only ({output.defined}); see PAWN"


def _described(output: Output, values: np.ndarray) -> dict[str, Any]:
    known = values[~np.isnan(values)]
    return {
        "output": output.name,
        "label": output.label,
        "unit": output.unit,
        "points": known.size,
        "mean": float(known.mean()) if known.size else np.nan,
        "sd": float(known.std()) if known.size else np.nan,
        "constant": output.is_constant,
    }


def target_of(outputs: Iterable[str], explained: set[str]) -> str:
    """Output of the conclusion: deal or no deal if it varies, else the gap that is left, else the first that varies."""
    names = [output for output in outputs if output in explained]
    return next((name for name in (DEAL, GAP) if name in names), names[0] if names else "")


def agreement_of(effects: pd.DataFrame) -> pd.DataFrame:
    """Rank correlation and shared top five of every two methods, by output."""
    rows: list[dict[str, Any]] = []
    for output, table in effects.groupby("output", sort=False):
        main = table[table["measure"] == table["method"].map(MAIN)].dropna(subset=["rank"])
        ranks = {str(method): part.set_index("input")["rank"] for method, part in main.groupby("method", sort=False)}
        methods = [method for method in METHODS if method in ranks]
        for place, first in enumerate(methods):
            for second in methods[place + 1 :]:
                common = ranks[first].index.intersection(ranks[second].index, sort=False)
                one, other = (ranks[method][common].rank() for method in (first, second))
                shared = int(((one <= TOP) & (other <= TOP)).sum())
                rows.append(
                    {
                        "output": output,
                        "first": first,
                        "second": second,
                        "rank_correlation": float(one.corr(other)),
                        "shared_top": shared,
                    }
                )
    return pd.DataFrame(rows, columns=["output", "first", "second", "rank_correlation", "shared_top"])
