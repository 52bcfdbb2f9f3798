"""A finished exploration read back from its directory: what was asked, its tables, and the rows behind them."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from pydantic import ValidationError

from experiments.config.explain import further_units
from experiments.config.load import config_from
from experiments.errors import RunError
from experiments.lab.directory import FORMAT, TABLES
from experiments.lab.inputs import DUMMY, sampled_entries, units_of
from experiments.questions.discover.discover import Discovery, cases_of, check_target, words_of
from experiments.questions.discover.prim import Box, Limit
from experiments.questions.sensitivity.sensitivity import Sensitivity, target_of
from experiments.questions.sweep.axes import Axis
from experiments.questions.sweep.leader import Leader, leader_of
from experiments.questions.sweep.points import with_units
from experiments.questions.sweep.sweep import Sweep
from experiments.store.manifest import MANIFEST, StoredChunk
from experiments.store.place import Place, reading_from
from experiments.store.soundness import refuse_gaps
from experiments.store.tables import is_sound
from sim.draws import uniforms

if TYPE_CHECKING:
    import pyarrow as pa

    from experiments.config.model import Config

_EFFECTS: Final = ("output", "method", "input", "rank", "measure", "value", "low", "high")
_AGREEMENT: Final = ("output", "first", "second", "rank_correlation", "shared_top")
_SWINGS: Final = ("output", "input", "unit", "low_input", "high_input", "at_low", "at_high", "mean")
_OUTPUTS: Final = ("output", "label", "unit", "points", "mean", "sd", "constant")
_BOXES: Final = ("box", "coverage", "density", "mass", "rows")
_LIMITS: Final = ("box", "input", "unit", "low", "high", "quasi_p")
_PEELING: Final = ("box", "coverage", "density", "mass", "res_dim")
_POINTS: Final = ("point", "runs", "share.agreement", "share.agreement_low", "share.agreement_high")
_OPENINGS: Final = ("point", "side", "issue", "q05", "q50", "q95")
_FOLLOWING: Final = ("issue", "unit", "opening_first", "opening_last", "settled_first", "settled_last", "follows")

#: Columns of text; every other one holds numbers or truth values.
_TEXTS: Final = frozenset({"output", "method", "input", "measure", "first", "second", "unit", "label", "note", "side",
                           "issue"})  # fmt: skip
_SIDE: Final = re.compile(r"side: (\w+), issue: ([^,}]+)")


@dataclass(frozen=True, eq=False)
class Finished:
    """What a directory says of the exploration in it.

    Attributes
    ----------
    place : Place
        The directory.
    manifest : dict
        Its manifest, as plain data.
    config : Config
        What was explored.
    """

    place: Place
    manifest: dict[str, Any]
    config: Config

    @property
    def command(self) -> str:
        """``sweep``, ``sensitivity`` or ``discover``."""
        return str(self.manifest["command"])

    @property
    def seed(self) -> int:
        """Seed of every draw."""
        return int(self.manifest["seed"])

    @property
    def negotiations(self) -> int:
        """Number of negotiations played."""
        return int(self.manifest["negotiations"])

    def setting(self, name: str) -> Any:
        """One of the settings that decide the rows."""
        try:
            return self.manifest["settings"][name]
        except (KeyError, TypeError) as error:
            raise self.damaged(MANIFEST, f"its settings lack {name}") from error

    def damaged(self, file: str, why: object) -> RunError:
        """Error that names a file of the directory."""
        return RunError(
            f"{self.place}/{file} is damaged: {why}; play it again with winset {self.command} and --overwrite."
        )

    def table(self, name: str, columns: Sequence[str]) -> pd.DataFrame:
        """Read one of its tables.

        Raises
        ------
        RunError
            When it is not there, or cannot be read, or lacks one of `columns`, or holds text among numbers.
        """
        file = f"{TABLES}/{name}.csv"
        with reading_from(self.place):
            try:
                content = self.place.read(file)
            except FileNotFoundError as error:
                raise RunError(f"{self.place} lacks its table {file}; play it again with --overwrite.") from error
        if hashlib.sha256(content).hexdigest() != self.manifest["files"].get(file):
            raise self.damaged(file, "it is not the file that was written")
        try:
            frame = pd.read_csv(io.BytesIO(content), keep_default_na=False, na_values=[""])
        except (ValueError, UnicodeDecodeError) as error:
            raise self.damaged(file, error) from error
        missing = [column for column in columns if column not in frame]
        if missing:
            raise self.damaged(file, f"it lacks the column {missing[0]}")
        return frame.assign(**{column: self._column(file, frame[column]) for column in columns})

    def _column(self, file: str, values: pd.Series) -> pd.Series:
        name = str(values.name)
        if name in _TEXTS:
            return values.astype(object).where(values.notna(), "").astype(str)
        if name == "constant":
            return values.astype(str) == "True"
        try:
            return pd.to_numeric(values)
        except (ValueError, TypeError) as error:
            raise self.damaged(file, f"column {name} should hold numbers ({error})") from error

    def rows(self) -> pa.Table:
        """Every negotiation that was played, in order.

        Raises
        ------
        RunError
            When a file is gone or is not what was written.
        """
        import pyarrow as pa
        import pyarrow.parquet as pq

        tables = []
        for chunk in self._chunks():
            with reading_from(self.place):
                if not is_sound(self.place, chunk):
                    raise self.damaged(chunk.runs.file, "it is gone or holds something else than was written")
                with self.place.open(chunk.runs.file) as handle:
                    tables.append(pq.read_table(handle))
        return pa.concat_tables(tables, promote_options="default").combine_chunks()

    def _chunks(self) -> list[StoredChunk]:
        try:
            chunks = [StoredChunk.model_validate(written) for written in self.manifest["chunks"]]
        except ValidationError as error:
            raise self.damaged(MANIFEST, f"chunks: {error.errors()[0]['msg']}") from error
        refuse_gaps(chunks, f"{self.place}/{MANIFEST}")
        return chunks


def read_finished(place: Place, manifest: dict[str, Any]) -> Finished:
    """Read what a manifest of an exploration says.

    Raises
    ------
    RunError, ConfigError
        When it is not one of this version's.
    """
    wanted = {
        "command": str,
        "seed": int,
        "settings": dict,
        "negotiations": int,
        "config": dict,
        "chunks": list,
        "files": dict,
    }
    wrong = [key for key, kind in wanted.items() if not isinstance(manifest.get(key), kind)]
    if manifest.get("format") != FORMAT or wrong:
        raise RunError(
            f"{place}/{MANIFEST} is not a manifest that this version can read: {wrong[0] if wrong else 'format'} is "
            "missing or of another kind."
        )
    return Finished(place, manifest, config_from(manifest["config"], f"{place}/{MANIFEST}"))


def read_sensitivity(found: Finished) -> Sensitivity:
    """Tables of a sensitivity analysis."""
    outputs, effects = found.table("outputs", _OUTPUTS), found.table("effects", _EFFECTS)
    return Sensitivity(
        effects=effects,
        agreement=found.table("agreement", _AGREEMENT),
        swings=found.table("swings", _SWINGS),
        notes=found.table("notes", ("output", "method", "note")),
        outputs=outputs,
        target=target_of(outputs["output"], set(effects["output"])),
        evaluations=found.negotiations,
    )


def read_discovery(found: Finished) -> Discovery:
    """Boxes of a discovery with the sample in which they were found."""
    target, frame = str(found.setting("target")), found.rows().to_pandas()
    check_target(target)
    entries = sampled_entries(found.config)
    paths = [f"param.{entry.path}" for entry in entries]
    if missing := [path for path in paths if path not in frame]:
        raise found.damaged("runs", f"its rows lack the column {missing[0]}")
    sample = pd.DataFrame({entry.path: frame[path].astype(float) for entry, path in zip(entries, paths, strict=True)})
    sample[DUMMY] = uniforms(found.seed, "explore.dummy", 0, len(frame))[:, 0]
    cases = cases_of(target, frame)
    return Discovery(
        target=target,
        words=words_of(target, frame, cases),
        sample=sample.assign(case=cases),
        boxes=tuple(_boxes(found, {*map(str, sample)})),
        units=units_of(found.config, entries),
        share=float(cases.mean()),
    )


def _boxes(found: Finished, inputs: set[str]) -> list[Box]:
    boxes, limits = found.table("boxes", _BOXES), found.table("limits", _LIMITS)
    if unknown := sorted(set(limits["input"]) - inputs):
        raise found.damaged(f"{TABLES}/limits.csv", f"the config has no input {unknown[0]}")
    peeling = found.table("peeling", _PEELING)
    made = []
    for row in boxes.to_dict("records"):
        own = limits[limits["box"] == row["box"]].to_dict("records")
        if not own:
            raise found.damaged(f"{TABLES}/limits.csv", f"box {row['box']} restricts nothing")
        ends = tuple(Limit(str(o["input"]), float(o["low"]), float(o["high"]), float(o["quasi_p"])) for o in own)
        way = peeling[peeling["box"] == row["box"]].drop(columns="box").reset_index(drop=True)
        coverage, density, mass = (float(row[name]) for name in ("coverage", "density", "mass"))
        made.append(Box(ends, coverage, density, mass, int(row["rows"]), way))
    return made


def read_sweep(found: Finished) -> tuple[Sweep, Leader | None, pd.DataFrame]:
    """Points of a sweep; of a leader sweep also who was moved, and how far the settlement followed."""
    over, runs = found.setting("over"), int(found.setting("runs"))
    axes = [Axis(str(path), tuple(map(str, values))) for path, values in over.items()]
    beside = found.manifest["settings"].get("beside")
    sets = [*(beside or ()), *(axis.set_to(axis.values[0]) for axis in axes)]
    named = with_units(axes, config_from(found.config.resolved(), found.config.name, sets))
    points = found.table("points", (*_POINTS, *(axis.path for axis in axes if axis.numbers is not None)))
    if len(points) != int(np.prod([len(axis.values) for axis in axes])):
        raise found.damaged(f"{TABLES}/points.csv", f"it has {len(points):,} rows, which are not those of the axes")
    points = points.assign(**{axis.path: points[axis.path].astype(str) for axis in axes if axis.numbers is None})
    openings, units = found.table("openings", _OPENINGS), further_units(found.config)
    if beside is None:
        return Sweep(named, points, openings, runs, units), None, pd.DataFrame()
    leader = _leader(found.config, axes[0], beside)
    followed = found.table("following", _FOLLOWING)
    return Sweep((leader.axis,), points, openings, runs, units), leader, followed


def _leader(config: Config, axis: Axis, beside: Sequence[str]) -> Leader:
    """Who was moved: the side of the knob, or that of the red line which every point has beside."""
    drawn = next((match for text in beside if (match := _SIDE.search(text))), None)
    side, issue = (axis.path.split(".")[1], None) if drawn is None else (drawn[1], drawn[2].strip())
    return leader_of(config, side, issue, len(axis.values))
