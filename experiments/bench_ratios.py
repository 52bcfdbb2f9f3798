"""Ratios of what a benchmark measured: each is one median over another, taken in the same run."""

from __future__ import annotations

from typing import Any

Report = dict[str, Any]


def find(report: Report, part: str, **wanted: object) -> Report | None:
    """Return the first row of a part of the report in which every key has the wanted value; None if there is none."""
    rows: list[Report] = report[part]
    return next((row for row in rows if all(row[key] == value for key, value in wanted.items())), None)


def negotiations(
    report: Report, engine: str, *, threads: int = 1, scope: str = "table", opening: bool = False
) -> float | None:
    """Median of an engine's negotiations a second; None if that way was not measured."""
    row = find(report, "negotiations", engine=engine, scope=scope, threads=threads, opening_only=opening)
    return None if row is None else float(row["per_second"]["median"])


def parts(report: Report, engine: str) -> tuple[float, float] | None:
    """Seconds that an engine takes for one negotiation up to its first round, and for all rounds after it.

    They are those of the compiled loop where there is one, else of the whole chain. None if nothing was measured.
    """
    for scope in ("loop", "table"):
        whole = negotiations(report, engine, scope=scope)
        opening = negotiations(report, engine, scope=scope, opening=True)
        if whole is not None and opening is not None:
            return 1.0 / opening, max(0.0, 1.0 / whole - 1.0 / opening)
    return None


def fastest(report: Report, *, exact: bool) -> Report | None:
    """Return the NegMAS set-up with the highest median, among the exact ones or all; None if there is none."""
    setups = [setup for setup in report["negmas"]["setups"] if setup["exact"] or not exact]
    return max(setups, key=lambda setup: float(setup["per_second"]["median"]), default=None)


def ratios(report: Report) -> dict[str, float]:
    """Compute every ratio that the report allows, by a name that says what is over what."""
    found: dict[str, float | None] = {
        "compiled_over_mesa": _over(negotiations(report, "compiled"), negotiations(report, "mesa")),
        "compiled_payoffs_over_mesa": _over(_payoffs(report, "compiled", "rules"), _payoffs(report, "mesa", "rules")),
        "compiled_payoffs_over_negmas": _over(
            _payoffs(report, "compiled", "tables"), _payoffs(report, "negmas", "tables")
        ),
    }
    for engine in ("compiled", "mesa"):
        for scope in ("table", "loop"):
            one, two = (negotiations(report, engine, scope=scope, threads=threads) for threads in (1, 2))
            found[f"{engine}_{scope}_two_over_one_thread"] = _over(two, one)
        found |= _over_negmas(report, engine)
    return {name: value for name, value in found.items() if value is not None}


def _over_negmas(report: Report, engine: str) -> dict[str, float | None]:
    found: dict[str, float | None] = {}
    own_parts = parts(report, engine)
    setups = {"default": find(report["negmas"], "setups", name="default")}
    setups |= {"fastest_exact": fastest(report, exact=True), "fastest": fastest(report, exact=False)}
    for name, setup in setups.items():
        if setup is None:
            continue
        theirs = float(setup["per_second"]["median"])
        for scope in ("table", "loop"):
            own = negotiations(report, engine, scope=scope)
            found[f"{engine}_{scope}_over_negmas_{name}"] = _over(own, theirs)
        if own_parts is not None:
            for part, own_seconds in zip(("paths", "bargaining"), own_parts, strict=True):
                their_seconds = float(setup["seconds"][part]["median"])
                found[f"{engine}_{part}_over_negmas_{name}"] = _over(their_seconds, own_seconds)
    return found


def _payoffs(report: Report, engine: str, source: str) -> float | None:
    row = find(report, "payoffs", engine=engine, threads=1, **{"from": source})
    return None if row is None else float(row["per_second"]["median"])


def _over(one: float | None, other: float | None) -> float | None:
    return one / other if one is not None and other else None
