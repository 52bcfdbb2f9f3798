"""The files of forecasts that are published before anyone scores them: one a case, and a digest of all.

``python -m experiments.forecast_files FOLDER --weights july_12=july_12.csv --weights shared=shared.csv``
makes them all. A folder that has some is left alone: what has been published is not changed.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from experiments.cases.template import TEMPLATE
from experiments.errors import RunError
from experiments.files import checksum
from experiments.labels import listed
from experiments.questions.forecast.draws import DRAW_COLUMNS, DRAW_TEXTS
from experiments.questions.forecast.forecast import FORECAST_DRAWS, forecast
from experiments.questions.forecast.variants import parse_weights
from experiments.record.record import FILES, RECORD, read_record
from experiments.refusals import BAD_INPUT, REFUSALS, refusal
from experiments.store.surroundings import code_version
from experiments.store.tables import content_of

if TYPE_CHECKING:
    import pandas as pd

    from experiments.questions.forecast.result import ForecastResult

#: What tells of the files: code, seed, variants, and a digest of each.
DIGESTS: Final = "forecasts.json"

_NUMBERS: Final = ("agreed", "rec", "car", "fund")


def write_forecasts(
    folder: Path,
    cases: Sequence[str] = (),
    draws: int = FORECAST_DRAWS,
    seed: int | None = None,
    weights: Mapping[str, Path] | None = None,
) -> dict[str, Any]:
    """Forecast cases, and write a file of draws for each and one that tells of all.

    Parameters
    ----------
    folder : pathlib.Path
        Where; it must have no forecasts yet.
    cases : sequence of str
        Which; all of the record unless given.
    draws : int
        Draws of each variant and horizon, all of equal weight.
    seed : int, optional
        Seed of every draw; that of the template unless given.
    weights : mapping, optional
        Tables of weights by the name of their variant.

    Returns
    -------
    dict
        What :data:`DIGESTS` holds.

    Raises
    ------
    experiments.errors.RunError
        When the folder has forecasts.
    """
    there = sorted(path.name for path in folder.glob("*")) if folder.exists() else []
    if there:
        raise RunError(f"{folder} has files already ({there[0]}): forecasts that are published are not changed.")
    names = cases or [facts.case for facts in read_record().cases]
    results = {name: forecast(name, draws, seed, weights=weights) for name in names}
    files = {f"{result.case.lower()}.csv": _content(result) for result in results.values()}
    about = _about(results, files)
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    (folder / DIGESTS).write_text(json.dumps(about, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return about


def _content(result: ForecastResult) -> bytes:
    return content_of("draws.csv", result.draws)[1]


def _about(results: Mapping[str, ForecastResult], files: Mapping[str, bytes]) -> dict[str, Any]:
    code = code_version()
    found = {name: {"sha256": checksum(content), "rows": content.count(b"\n") - 1} for name, content in files.items()}
    first = next(iter(results.values()))
    about = {
        "code": {"version": code.version, "digest": code.digest},
        "made_of": {path.name: checksum(path.read_bytes()) for path in _sources()},
        "seed": first.seed,
        "draws": int(first.manifest.settings["draws"]),
        "variants": {
            one["name"]: {key: one[key] for key in ("fitted_through", "fitted_to", "weights")}
            for one in first.manifest.settings["variants"]
        },
        "configs": {
            result.case: {one["name"]: one["config"] for one in result.manifest.settings["variants"]}
            for result in results.values()
        },
        "files": found,
    }
    return {**about, "digest": digest_of(about)}


def _sources() -> Iterator[Path]:
    yield TEMPLATE
    yield from (RECORD / name for name in sorted(FILES))


def digest_of(about: Mapping[str, Any]) -> str:
    """SHA-256 of all that :data:`DIGESTS` holds but the digest itself, as JSON with sorted keys and no spaces."""
    said = {name: value for name, value in about.items() if name != "digest"}
    return checksum(json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode())


def read_digests(folder: Path) -> dict[str, Any]:
    """What :data:`DIGESTS` of a folder holds.

    Raises
    ------
    experiments.errors.RunError
        When there is no such file, or it is none that :func:`write_forecasts` has written.
    """
    path = folder / DIGESTS
    if not path.is_file():
        raise RunError(
            f"{folder} has no {DIGESTS}: name a folder that python -m experiments.forecast_files has written."
        )
    try:
        about = json.loads(path.read_bytes())
        found = all(isinstance(one["sha256"], str) for one in about["files"].values())
        found &= all(isinstance(case, str) for one in about["variants"].values() for case in one["fitted_to"])
        found &= isinstance(about["digest"], str)
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError):
        found = False
    if not found:
        raise RunError(
            f"{path} must have, as JSON, the sha256 of each of the files, the cases that each of the variants was "
            "fitted_to, and the digest of all; restore it as it was published."
        )
    return dict(about)


def complaints(folder: Path) -> list[str]:
    """What of published forecasts is not as :data:`DIGESTS` says; raises as :func:`read_digests`."""
    about = read_digests(folder)
    written = {name: one["sha256"] for name, one in about["files"].items()}
    there = {path.name: checksum(path.read_bytes()) for path in sorted(folder.glob("*.csv"))}
    found = [f"{name} is missing" for name in written if name not in there]
    found += [f"{name} is not listed" for name in there if name not in written]
    found += [f"{name} has been changed" for name in written if there.get(name, written[name]) != written[name]]
    return found if about["digest"] == digest_of(about) else [*found, f"{DIGESTS} has been changed"]


def read_draws(path: Path, variants: Sequence[str]) -> pd.DataFrame:
    """Draws of a case, :data:`experiments.questions.forecast.draws.DRAW_COLUMNS`.

    Parameters
    ----------
    path : pathlib.Path
        Their file.
    variants : sequence of str
        Variants that there may be.

    Raises
    ------
    experiments.errors.RunError
        When it is no table of draws of one case, of which every forecast can be scored.
    """
    import numpy as np
    import pandas as pd

    types = dict.fromkeys(DRAW_TEXTS, str) | dict.fromkeys(_NUMBERS, float)
    try:
        found = pd.read_csv(path, dtype=types)
        days = [date.fromisoformat(day) for name in ("as_of", "horizon") for day in found[name].unique()]
    except (ValueError, KeyError, TypeError) as error:
        raise RunError(f"{path} is no table of draws with the columns {','.join(DRAW_COLUMNS)}: {error}.") from None
    if tuple(found.columns) != DRAW_COLUMNS or not days:
        raise RunError(f"{path} must have the columns {','.join(DRAW_COLUMNS)}, and rows.")
    cars = found["car"].isna()
    for is_right, right in (
        (len(set(found["case"])) == len(set(found["as_of"])) == 1, "draws of one case from one day"),
        (set(found["variant"]) <= set(variants), f"draws of {listed(variants, last='or', cut=False)} alone"),
        (found["agreed"].isin((0, 1)).all(), "0 or 1 in every row of agreed"),
        (np.isfinite(found["rec"]).all(), "a number in every row of rec"),
        (cars.all() or np.isfinite(found["car"]).all(), "a number in every row of car, or in none"),
    ):
        if not is_right:
            raise RunError(f"{path} must have {right}.")
    return found


def main(arguments: Sequence[str]) -> int:
    """Write the files as the command line says, and print their digest."""
    parser = argparse.ArgumentParser(prog="python -m experiments.forecast_files", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--case", action="append", default=[], metavar="NAME")
    parser.add_argument("--draws", type=int, default=FORECAST_DRAWS, metavar="N")
    parser.add_argument("--seed", type=int, default=None, metavar="S")
    parser.add_argument("--weights", action="append", default=[], metavar="[NAME=]FILE")
    given = parser.parse_args(arguments)
    try:
        about = write_forecasts(given.folder, given.case, given.draws, given.seed, parse_weights(given.weights))
    except REFUSALS as error:
        sys.stderr.write(f"error: {refusal(error)}\n")
        return BAD_INPUT
    sys.stdout.write(f"{len(about['files'])} files in {given.folder}, digest {about['digest']}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
