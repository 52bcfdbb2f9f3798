"""Three methods on one budget of points, and what each says of every output of a model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from experiments.errors import RunError, check_number
from experiments.lab.designs import Design, morris, plain_rows, saltelli
from experiments.lab.evaluate import Evaluation, chunks_of, evaluate
from experiments.lab.inputs import DUMMY
from experiments.lab.outputs import Output
from experiments.questions.sensitivity.effects import EFFECTS, MAIN, MORRIS, PAWN, SOBOL, agreement_of
from experiments.questions.sensitivity.morris import morris_effects
from experiments.questions.sensitivity.pawn import LEAST_ROWS, parts_of, pawn_effects
from experiments.questions.sensitivity.sobol import sobol_effects
from experiments.story.constraints import count_constraints

if TYPE_CHECKING:
    from experiments.lab.models import Model
    from experiments.progress import Progress
    from experiments.store.directory import Directory
    from experiments.store.plan import Chunk
    from sim.records import Floats

BASE: Final = 1_024
TRAJECTORIES: Final = 200
_MOST_BASE: Final = 1 << 20

#: Columns of the tables beside those of the effects and their agreement.
SWINGS: Final = ("input", "unit", "low_input", "high_input", "at_low", "at_high", "mean", "output")
NOTES: Final = ("output", "method", "note")
OUTPUTS: Final = ("output", "label", "unit", "points", "mean", "sd", "constant")


def analyse(
    model: Model,
    seed: int,
    *,
    base: int = BASE,
    trajectories: int = TRAJECTORIES,
    directory: Directory | None = None,
    progress: Progress | None = None,
) -> dict[str, pd.DataFrame]:
    """Evaluate a model on one Saltelli and one Morris design, and explain every output by three methods.

    Sobol effects need the output at every point and a design of their own; PAWN takes the plain rows of that design,
    those where the output is defined, and leaves out chance, of which a slice is a sample of all; Morris has its own
    design. An output that is not defined everywhere (an issue without a deal) is explained by PAWN only, among the rows
    where it is defined; one that never varies by none.

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
    directory : Directory, optional
        Where the rows of the points are kept.
    progress : Progress, optional
        Told how many points are done.

    Returns
    -------
    dict of str to pandas.DataFrame
        ``effects``: ``output, method, input, rank, measure, value, low, high``; rank by the method's main measure among
        all inputs but the dummy, whose rank is missing; a measure without an interval has NaN for its ends.
        ``agreement``: ``output, first, second, rank_correlation, shared_top``; Spearman's correlation between two
        methods over the inputs that both rank (no dummy, and with PAWN no chance), and how many of their first five
        they share. ``swings``: see :func:`swings_of`, with a column ``output``. ``notes``: ``output, method, note``;
        what was not computed, and why. ``outputs``: ``output, label, unit, points, mean, sd, constant``, over the
        points of the plain sample. ``constraints``: ``issue, constraint, count, share``, what each issue sits on in the
        deals of the plain sample.
    """
    check_sizes(base, trajectories)
    inputs = model.inputs
    if len(inputs) < 2:
        raise RunError("there is no uncertain input to vary; give a number a distribution, or use --vary or --ranges.")
    designs = (saltelli(inputs, base, seed), morris(inputs, trajectories, seed))
    points = np.concatenate([design.points for design in designs])

    def compute(chunk: Chunk) -> Any:
        return model.evaluate(points[chunk.first : chunk.first + chunk.count])

    table = evaluate(Evaluation(chunks_of(len(points)), compute), directory, progress)
    outputs = model.outputs(table)
    explained = _Explained(model, designs, seed)
    for output in outputs:
        explained.explain(output)
    return explained.tables(outputs)


def check_sizes(base: int, trajectories: int) -> None:
    """Refuse sizes for which the designs do not exist or say nothing."""
    check_base(base)
    check_trajectories(trajectories)


def check_base(base: int) -> None:
    """Refuse what is no number of base rows of a Saltelli design."""
    check_number("--base", base, 16, _MOST_BASE)
    if base & (base - 1):
        below = 1 << (base.bit_length() - 1)
        raise RunError(f"--base is {base:,}; it must be a power of two, for example {below:,} or {2 * below:,}.")


def check_trajectories(trajectories: int) -> None:
    """Refuse what is no number of trajectories of a Morris design."""
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
            chance = {one.name for one in self._inputs if one.role == "chance"}
            seen = found[~found["input"].isin(chance)].reset_index(drop=True)
            self._add(output, PAWN, seen, ("mean", "maximum"))
            swings = swings_of(self._model, self._plain[known], values[known])
            self._swings.append(swings.assign(output=output.name))
            if not known.all():
                self._note(output, PAWN, f"over the {known.mean():.0%} of points where it is defined: {output.defined}")

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

    def tables(self, outputs: tuple[Output, ...]) -> dict[str, pd.DataFrame]:
        """Everything together, by name."""
        effects = _together(self._effects, EFFECTS)
        split = len(self._saltelli.points)
        plain = plain_rows(np.arange(split, dtype=np.float64), len(self._inputs)).astype(np.int64)
        described = [_described(one, plain_rows(one.values[:split], len(self._inputs))) for one in outputs]
        return {
            "effects": effects,
            "agreement": agreement_of(effects),
            "swings": _together(self._swings, SWINGS),
            "notes": pd.DataFrame(self._notes, columns=list(NOTES)),
            "outputs": pd.DataFrame(described, columns=list(OUTPUTS)),
            "constraints": count_constraints(
                (one.name, one.sits_on.iloc[plain]) for one in outputs if one.sits_on is not None
            ),
        }


def _together(parts: list[pd.DataFrame], columns: tuple[str, ...]) -> pd.DataFrame:
    """One table below the other, in the order of the columns."""
    return pd.concat(parts, ignore_index=True)[list(columns)] if parts else pd.DataFrame(columns=list(columns))


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


def swings_of(model: Model, points: Floats, values: Floats) -> pd.DataFrame:
    """Mean output in the lowest and in the highest tenth of each input; of what happens or not, without it and with it.

    Parameters
    ----------
    model : Model
        Gives inputs their values.
    points : array, shape [row, input]
        A plain sample of the unit cube.
    values : array, shape [row]
        The output, finite.

    Returns
    -------
    pandas.DataFrame
        ``input, unit, low_input, high_input, at_low, at_high, mean``: the median of the input at both ends, the mean
        output there, and over all rows. An input without an order has no ends and is left out, and so is what happens
        in all of these rows or in none.
    """
    inputs = model.values(points)
    rows = []
    for place, one in enumerate(model.inputs):
        label = parts_of(one, points[:, place], inputs[one.name])
        low, high = label == 0, label == int(label.max())
        if not one.is_ordered or int(label.max()) == 0:
            continue
        rows.append(
            {
                "input": one.name,
                "unit": one.unit,
                "low_input": float(np.median(inputs[one.name][low])),
                "high_input": float(np.median(inputs[one.name][high])),
                "at_low": float(values[low].mean()),
                "at_high": float(values[high].mean()),
                "mean": float(values.mean()),
            }
        )
    return pd.DataFrame(rows, columns=list(SWINGS[:-1]))
