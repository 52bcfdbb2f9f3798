"""Hypothesis strategies of random valid configs, by part: whatever they return, the config door must let in."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from agents.tactics.registry import TACTICS
from experiments.config.sides import LEARNERS
from sim.bargaining.position import CAPS
from sim.issues import ISSUE_BY_NAME, MAX_LINKAGES, SIDES

START = date(2025, 6, 1)

Lines = list[dict[str, Any]]

#: Issues that a random agenda may hold, with the widest grid of each; the last two are further issues.
RANGES: dict[str, tuple[float, float]] = {
    **{name: (issue.low, issue.high) for name, issue in ISSUE_BY_NAME.items()},
    "lng_contract": (0.0, 10.0),
    "farm_quota": (-2.0, 3.0),
}
FURTHER: dict[str, dict[str, Any]] = {
    "lng_contract": {"unit": "Mt", "us_value": 0.8, "partner_value": -0.2, "wants_high": "us_treasury"},
    "farm_quota": {"unit": "Mt", "us_value": -0.4, "partner_value": 1.5, "wants_high": "partner"},
}

#: Numbers that a random config may replace, each with values from one end of what makes sense to the other.
NUMBERS: dict[str, tuple[Any, ...]] = {
    "us_treasury.consumer_weight": (0.0, 1.0, {"dist": "uniform", "low": 0.1, "high": 1.0}),
    "us_treasury.precedent_probability": (0.0, 0.7),
    "us_treasury.ratification_margin": (0.5, 5.0),
    "us_treasury.audience_cost": (0.1, 0.6),
    "us_treasury.deficit_weight": (0.0, {"dist": "triangular", "low": 0.0, "mode": 0.05, "high": 0.15}),
    "partner.subsidy_budget": (0.0, 50.0),
    "partner.ratification_margin": (0.5, 4.0),
    "partner.audience_cost": (0.18, {"dist": "uniform", "low": 0.0, "high": 0.6}),
    "partner.farm_cost": (0.0, 1.0),
    "economy.deal_includes_mfn": (0.0, 1.0),
    "economy.horizon": (1.0, 5.0),
    "walk_away.execution_probability": (0.0, 0.5, 1.0),
    "walk_away.court_survival": (0.0, 0.5, 1.0),
    "walk_away.discount_rate": (0.0, 0.1),
    "walk_away.threat_car_tariff": (0.025, 0.5),
    "walk_away.deal_court_exposure": (0.0, 0.4),
    "walk_away.open_imports_share": (0.0, 0.5),
    "us_treasury.reference_loss": (0.4, {"dist": "uniform", "low": 0.0, "high": 1.5}),
    "us_treasury.forward_precedent": (0.3, 0.7),
    "partner.reference_loss": (0.4, {"dist": "uniform", "low": 0.0, "high": 1.5}),
    "partner.materials_cost_share": (0.0, 0.5),
    "reference.reciprocal_rate": (0.0, 0.2),
    "reference.car_rate": (0.05, 0.2),
    "reference.weight": (0.0, 0.6),
    "economy.diversion_by_volume": (0.0, 1.0),
    "chips.delivery_years": (1.0, 7.0),
    "chips.review_interval": (7.0, 60.0),
    "chips.signing_quorum": (0.0, 1.0),
    "fund.guarantee_exponent": (0.0, 2.0),
    "sectors.cars.import_value": (0.0, 40.0),
    "sectors.cars.elasticity_long_run": (0.9, 6.15),
}

#: Margins and audience costs of a random config unless it replaces them: without any, more of the talks succeed.
_EASY: dict[str, Any] = {f"{side}.{name}": 0.0 for side in SIDES for name in ("ratification_margin", "audience_cost")}

#: Shares of a range at which bounds are put.
_PLACES = (0.0, 0.3, 0.5, 0.7, 1.0)


def _at(name: str, share: float) -> float:
    low, high = RANGES[name]
    return min(high, low + share * (high - low))


@st.composite
def grids(draw: st.DrawFn, name: str, *, whole: bool) -> dict[str, Any]:
    """Return an agenda entry with its grid: the widest one of the issue if `whole`, else a part of it."""
    low, high = (0.0, 1.0) if whole else draw(st.sampled_from([(0.0, 0.5), (0.3, 0.7), (0.5, 1.0)]))
    if name == "chip_purchases":
        low = 0.0  # no pledge at all must be possible
    levels = draw(st.integers(2, 7))
    return {"low": _at(name, low), "high": _at(name, high), "levels": levels, **FURTHER.get(name, {})}


def _agenda(names: list[str], *, whole: bool = True) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({name: grids(name, whole=whole) for name in names})


def _day(first: int, last: int) -> st.SearchStrategy[date]:
    # Five dates after the start at most, so that a config never has more regimes than fit.
    return st.integers(first, last).map(
        lambda days: START + timedelta(min(days, 0) if days < 1 else 1 + 9 * (days % 5))
    )


@st.composite
def _ends(draw: st.DrawFn, issue: str) -> dict[str, float]:
    low, high = sorted(draw(st.tuples(st.sampled_from(_PLACES), st.sampled_from(_PLACES))))
    ends = {"at_least": _at(issue, low), "at_most": _at(issue, high)}
    dropped = draw(st.sampled_from(["at_least", "at_most", None]))
    return {end: bound for end, bound in ends.items() if end != dropped}


@st.composite
def _release(draw: st.DrawFn, issue: str, ends: dict[str, float], others: list[str]) -> dict[str, Any]:
    looser: dict[str, Any] = {}
    for end, bound in ends.items():
        if draw(st.booleans()):
            edge = RANGES[issue][0] if end == "at_least" else RANGES[issue][1]
            looser[end] = draw(st.sampled_from([bound, (bound + edge) / 2, edge]))
    is_linked = bool(others) and draw(st.booleans())
    if is_linked:
        other = draw(st.sampled_from(others))
        return looser | {"when": {"issue": other, **draw(_ends(other))}}
    return looser | {"date": draw(_day(-5, 60))}


@st.composite
def red_lines(draw: st.DrawFn, prefix: str, issues: list[str], most: int, linkages: int) -> Lines:
    """Return red lines on these issues, at most `linkages` of them released by another issue."""
    lines = []
    for index in range(draw(st.integers(0, most))):
        issue = draw(st.sampled_from(issues))
        ends = draw(_ends(issue))
        line: dict[str, Any] = {
            "name": f"{prefix}_{index}",
            "side": draw(st.sampled_from(SIDES)),
            "issue": issue,
            "firmness": draw(st.sampled_from([1.0, 1.0, 0.5])),
            **ends,
        }
        kind = draw(st.sampled_from(["hard", "released", "released", "priced"]))
        if kind == "released":
            others = [name for name in issues if name != issue] if linkages > 0 else []
            line["release"] = draw(_release(issue, ends, others))
            linkages -= "when" in line["release"]
        if kind == "priced":
            line["price"] = draw(st.sampled_from([0.0, 0.2, {"dist": "uniform", "low": 0.0, "high": 2.0}]))
        lines.append(line)
    return lines


@st.composite
def _event(draw: st.DrawFn, index: int, agenda: list[str], absent: list[str], lines: list[str]) -> dict[str, Any]:
    day = draw(_day(0, 60))
    # The first issue of the agenda is never dropped, so that something is always on the table.
    event: dict[str, Any] = {
        "name": f"event_{index}",
        "date": day.isoformat(),
        "probability": draw(st.sampled_from([0.0, 0.5, 1.0])),
        "set": draw(numbers(2)),
        "drop_issues": draw(st.lists(st.sampled_from(agenda[1:]), max_size=1)) if agenda[1:] else [],
        "drop_red_lines": draw(st.lists(st.sampled_from(lines), max_size=1)) if lines else [],
    }
    if draw(st.booleans()):
        event["set"]["calendar.deadline"] = (max(day, START) + timedelta(draw(st.integers(1, 40)))).isoformat()
    # An issue that comes spans its widest grid, since red lines may lie anywhere in it; one that is there may narrow.
    brought = draw(st.lists(st.sampled_from(absent), max_size=2, unique=True)) if absent else []
    narrowed = draw(st.lists(st.sampled_from(agenda), max_size=1))
    event["add_issues"] = draw(_agenda(brought)) | draw(_agenda(narrowed, whole=False))
    event["add_red_lines"] = draw(red_lines(f"event_{index}", agenda + brought, 1, 0))
    if not any(event[key] for key in ("set", "drop_issues", "drop_red_lines", "add_issues", "add_red_lines")):
        event["set"] = {"walk_away.threat_reciprocal_tariff": 0.25}
    return event


@st.composite
def numbers(draw: st.DrawFn, most: int) -> dict[str, Any]:
    """Return up to `most` of :data:`NUMBERS` with a value each, by path."""
    paths = draw(st.lists(st.sampled_from(sorted(NUMBERS)), max_size=most, unique=True))
    return {path: draw(st.sampled_from(NUMBERS[path])) for path in paths}


@st.composite
def tactics(draw: st.DrawFn) -> dict[str, Any]:
    """Return a tactic of the registry with knobs inside their limits, the limits included."""
    tactic = TACTICS[draw(st.sampled_from(sorted(TACTICS)))]
    knobs = {}
    for knob in tactic.knobs:
        if draw(st.booleans()):
            middle = st.floats(knob.low, knob.high, allow_subnormal=False)
            knobs[knob.name] = draw(st.sampled_from([knob.low, knob.default, knob.high]) | middle)
    return {"name": tactic.name, **knobs}


def _beliefs() -> st.SearchStrategy[dict[str, Any]]:
    noisy = st.sampled_from([0.0, 0.2, 1.0]).map(lambda noise: {"kind": "noisy", "noise": noise})
    return st.just({"kind": "exact"}) | noisy | _learnt_beliefs()


@st.composite
def _learnt_beliefs(draw: st.DrawFn) -> dict[str, Any]:
    model = draw(st.sampled_from(sorted(LEARNERS)))
    belief = {"kind": "learnt", "model": model, "noise": draw(st.sampled_from([0.0, 0.2, 1.0]))}
    for name, (default, low, high) in LEARNERS[model].items():
        if draw(st.booleans()):
            belief[name] = draw(st.sampled_from([low, default, high]) | st.floats(low, high, allow_subnormal=False))
    return belief


def _acceptance() -> st.SearchStrategy[dict[str, Any]]:
    share = st.sampled_from([0.0, 0.5, 1.0, {"dist": "uniform", "low": 0.2, "high": 0.8}])
    timed = st.sampled_from(["ac_time", "ac_combi"]).flatmap(
        lambda name: share.map(lambda t: {"name": name, "time": t})
    )
    return st.just({"name": "ac_next"}) | share.map(lambda level: {"name": "ac_const", "level": level}) | timed


@st.composite
def _agents(draw: st.DrawFn, kind: str, most: int, numbers_of: dict[str, list[float]]) -> list[dict[str, Any]]:
    return [
        {"name": f"{kind} {index}", **{key: draw(st.sampled_from(values)) for key, values in numbers_of.items()}}
        for index in range(draw(st.integers(0, most)))
    ]


@st.composite
def _calendar(draw: st.DrawFn, round_limit: int) -> dict[str, Any]:
    return {
        "start": START.isoformat(),
        "days_between_rounds": draw(st.sampled_from([1, 2.5, 7, 14])),
        "deadline": draw(_day(1, 60)).isoformat(),
        "slip_days": draw(st.sampled_from([1, 10, 30])),
        "max_slips": draw(st.integers(0, 12)),
        "round_limit": draw(st.integers(1, round_limit)),
        "after_execution": draw(st.sampled_from(["end", "continue"])),
    }


def _protocol() -> st.SearchStrategy[dict[str, Any]]:
    rounds = st.integers(1, 6)
    tolerance = st.sampled_from([0.0, 0.01, 0.3])
    return st.fixed_dictionaries(
        {
            "kind": st.sampled_from(["alternating", "simultaneous"]),
            "first_mover": st.sampled_from(["coin", *SIDES]),
            "cap": st.sampled_from(CAPS),
            "stall_rounds": rounds,
            "walkout_rounds": rounds,
            "stall_tolerance": tolerance,
            "agreement_tolerance": tolerance,
        }
    )


def _nested(by_path: dict[str, Any]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for path, value in by_path.items():
        *above, last = path.split(".")
        part = tree
        for step in above:
            part = part.setdefault(step, {})
        part[last] = value
    return tree


@st.composite
def configs(draw: st.DrawFn, round_limit: int = 16) -> dict[str, Any]:
    """Return a random valid config as plain data."""
    names = draw(st.permutations(sorted(RANGES)))
    agenda = names[: draw(st.integers(1, 5))]
    absent = names[len(agenda) :]
    lines = draw(red_lines("line", agenda, 4, MAX_LINKAGES))
    line_names = [line["name"] for line in lines]
    return {
        "name": "random",
        "title": "A random config",
        "calendar": draw(_calendar(round_limit)),
        "protocol": draw(_protocol()),
        "agenda": draw(_agenda(agenda)),
        "red_lines": lines,
        "events": [draw(_event(index, agenda, absent, line_names)) for index in range(draw(st.integers(0, 3)))],
        "tactics": {side: draw(tactics()) for side in SIDES},
        "beliefs": {side: draw(_beliefs()) for side in SIDES},
        "acceptance": {side: draw(_acceptance()) for side in SIDES},
        "firms": draw(
            _agents("firm", 4, {"capex": [0.02, 0.5], "financing_bound": [0, 1], "holdout_belief": [0.0, 0.8]})
        ),
        "chip_makers": draw(_agents("maker", 3, {"allocation": [0.0, 3.0, 15.0], "uncommitted_output": [0.0, 3.0]})),
        "experiment": {"runs": 2, "seed": draw(st.integers(0, 100))},
        **_nested(_EASY | draw(numbers(4))),
    }
