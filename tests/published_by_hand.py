"""A folder of published forecasts whose scores are known, in which no two cases or variants score alike."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Final

HEADER: Final = "case,variant,as_of,horizon,draw,agreed,rec,car,fund"
DRAWS: Final = 40
HORIZON: Final = "2025-08-01"

#: Of each case the day of its forecast, draws of 40 with a deal, and what the first and the last 20 say of both rates.
PRIOR: Final[dict[str, tuple[str, int, tuple[float, float], tuple[float, float] | None]]] = {
    "UK": ("2025-05-07", 30, (0.13, 0.13), (0.20, 0.20)),
    "Vietnam": ("2025-07-01", 10, (0.12, 0.12), None),
    "Japan": ("2025-07-12", 20, (0.15, 0.25), (0.275, 0.155)),
    "EU": ("2025-07-12", 40, (0.11, 0.19), (0.16, 0.16)),
    "Korea": ("2025-07-12", 0, (0.10, 0.10), (0.25, 0.25)),
}


def rows(
    case: str, variant: str, as_of: str, agreed: int, rec: Sequence[float], car: Sequence[float] | None,
    horizon: str = HORIZON,
) -> list[str]:  # fmt: skip
    """Lines of a file: the first draws have the deals, and the first half of them the first rate."""
    half = DRAWS // 2
    return [
        f"{case},{variant},{as_of},{horizon},{draw},{int(draw < agreed)},{rec[draw // half]},"
        f"{'' if car is None else car[draw // half]},0.0"
        for draw in range(DRAWS)
    ]


def lines_by_hand() -> dict[str, list[str]]:
    """Files of the five cases: ``prior``, and ``part``, which always has a deal and all rates a point higher."""
    found = {}
    for case, (as_of, agreed, rec, car) in PRIOR.items():
        higher = [None if one is None else tuple(round(rate + 0.01, 6) for rate in one) for one in (rec, car)]
        assert higher[0] is not None
        found[f"{case.lower()}.csv"] = [
            *rows(case, "prior", as_of, agreed, rec, car), *rows(case, "part", as_of, DRAWS, higher[0], higher[1]),
        ]  # fmt: skip
    return found


def publish(folder: Path, lines: Mapping[str, Iterable[str]], fitted_to: Mapping[str, Sequence[str]]) -> Path:
    """Write files and what tells of them."""
    folder.mkdir()
    for name, content in lines.items():
        (folder / name).write_text("\n".join([HEADER, *content, ""]), encoding="utf-8")
    sums = {name: sha256((folder / name).read_bytes()).hexdigest() for name in lines}
    about: dict[str, object] = {
        "variants": {name: {"fitted_to": list(cases)} for name, cases in fitted_to.items()},
        "files": {name: {"sha256": one} for name, one in sums.items()},
    }
    about["digest"] = sha256(json.dumps(about, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
    (folder / "forecasts.json").write_text(json.dumps(about), encoding="utf-8")
    return folder
