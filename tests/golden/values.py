"""Digests of the values of every column of results: ``python -m tests.golden.values`` writes the stored ones anew.

Where code moves and names change, values must not. A digest is of the values alone, to nine significant digits, since
the last bits may differ between machines; names are compared in a neutral form, in which the partner of the US is
nobody in particular.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final

import pandas as pd
import pyarrow.parquet as pq
from typer.testing import CliRunner

from experiments.cli import app
from experiments.config.load import load_config
from experiments.config.own_tactics import EngineName
from experiments.engine.simulate import simulate
from tests.tree import CONFIGS
from tests.unit.experiments.questions.test_every_directory import FILLED, TINY

JULY: Final = str(CONFIGS / "july_2025.yaml")

FOLDER: Final = Path(__file__).resolve().parent / "values"
RUNS: Final = 500
ENGINES: Final[tuple[EngineName, ...]] = ("compiled", "mesa")

#: Digests by what was digested: the columns of a table, or an answer as JSON.
Digests = dict[str, str]

_NEUTRAL: Final = (
    ("Japan's government|japan_government|japanese government", "partner"),
    ("japanese|japan", "partner"),
    (r"(?<![a-z])rice", "farm"),
)

#: Answers that are printed as JSON.
PRINTED: Final[dict[str, tuple[str, ...]]] = {
    "play": ("play", TINY, "--run", "3", "--json"),
    "solve": ("solve", TINY, "--json"),
    "solve_july": ("solve", JULY, "--power", "0.4", "--refine", "--json"),
    "grid": ("grid", TINY, "--runs", "20", "--json"),
}


#: What the clock decides.
_CLOCK: Final = ("seconds", "time_ratio")


def neutral(text: str) -> str:
    """Write a name, or a text of a table, without the name of a country."""
    for pattern, word in _NEUTRAL:
        text = re.sub(pattern, word, text, flags=re.IGNORECASE)
    return text


def digest_of(values: list[Any]) -> str:
    """Digest of the values of a column; numbers to nine significant digits, nothing and NaN alike."""
    return hashlib.sha256("\n".join(map(_written, values)).encode()).hexdigest()[:16]


def _written(value: Any) -> str:
    if value is None or value != value:  # noqa: PLR0124 - NaN
        return ""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, (int, float)):
        return f"{float(value):.9g}"
    return neutral(str(value))


def table_digests(table: pd.DataFrame) -> Digests:
    """Digests of a table's columns."""
    found = {neutral(str(name)): digest_of(table[name].tolist()) for name in table.columns}
    if len(found) != len(table.columns):
        raise ValueError(f"two columns have one neutral name among {list(table.columns)}")
    return found


def run_digests(config: Path, engine: EngineName) -> dict[str, Digests]:
    """Digests of the tables of the first runs of a config, played by one engine."""
    loaded = load_config(config)
    seed = loaded.experiment.seed
    played = simulate(loaded, 0, RUNS, seed, RUNS, trajectories=True, solutions=True, engine=engine)
    assert played.trajectories is not None
    return {
        "runs": table_digests(played.runs.to_pandas()),
        "trajectories": table_digests(played.trajectories.to_pandas()),
    }


def directory_digests(name: str) -> dict[str, Digests]:
    """Digests of every table in the smallest directory of a command."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "out"
        _run(*FILLED[name], "--out", str(folder))
        tables = {neutral(str(path.relative_to(folder))): table for path, table in _tables(folder)}
    return {place: table_digests(table) for place, table in sorted(tables.items())}


def printed_digests(name: str) -> dict[str, Digests]:
    """Digest of every value of an answer, by its path in the answer."""
    return {"printed": {path: digest_of([value]) for path, value in _leaves("", json.loads(_run(*PRINTED[name])))}}


def _leaves(path: str, value: Any) -> list[tuple[str, Any]]:
    if isinstance(value, dict):
        kept = [(key, part) for key, part in value.items() if key not in _CLOCK]
        return [leaf for key, part in kept for leaf in _leaves(f"{path}/{neutral(str(key))}", part)]
    if isinstance(value, list):
        return [leaf for place, part in enumerate(value) for leaf in _leaves(f"{path}/{place}", part)]
    return [(path, value)]


def _run(*words: str) -> str:
    done = CliRunner().invoke(app, list(words))
    if done.exit_code:
        raise RuntimeError(f"{' '.join(words)}: {done.output}")
    return done.stdout


def _tables(folder: Path) -> list[tuple[Path, pd.DataFrame]]:
    found = [(path, pd.read_csv(path)) for path in folder.rglob("*.csv")]
    return found + [(path, pq.read_table(path).to_pandas()) for path in folder.rglob("*.parquet")]


def every_kind() -> dict[str, Callable[[], dict[str, Digests]]]:
    """What is kept, by the name of its file."""
    kinds: dict[str, Callable[[], dict[str, Digests]]] = {}
    for config in sorted(CONFIGS.glob("*.yaml")):
        for engine in ENGINES:
            kinds[f"run_{config.stem}_{engine}"] = partial(run_digests, config, engine)
    for name in FILLED:
        kinds[f"directory_{name.replace(' ', '_')}"] = partial(directory_digests, name)
    for name in PRINTED:
        kinds[f"printed_{name}"] = partial(printed_digests, name)
    return kinds


def stored(name: str) -> dict[str, Digests]:
    """Digests as they were kept."""
    found: dict[str, Digests] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return found


def main() -> None:
    """Write the digests that are named, or all, and name those that moved."""
    FOLDER.mkdir(exist_ok=True)
    kinds = every_kind()
    for name in sys.argv[1:] or kinds:
        text = json.dumps(kinds[name](), indent=1) + "\n"
        file = FOLDER / f"{name}.json"
        moved = file.exists() and file.read_text(encoding="utf-8") != text
        file.write_text(text, encoding="utf-8")
        print(f"{name}{': moved' if moved else ''}", flush=True)


if __name__ == "__main__":
    main()
