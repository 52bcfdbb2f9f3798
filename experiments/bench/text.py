"""The table of a benchmark, in the terminal and as Markdown: figures with their ratios beside them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from experiments.labels import percent

if TYPE_CHECKING:
    from rich.console import Console

Report = dict[str, Any]

_COLUMNS: Final = ("", "best", "median", "ratio")
_SCOPES: Final = {"table": "from config to table", "loop": "from records to results"}
_PAYOFFS: Final = {
    ("compiled", "rules"): "from the rules, compiled loop",
    ("compiled", "tables"): "from tables, compiled loop",
    ("mesa", "rules"): "from the rules, called from Python",
    ("negmas", "tables"): "NegMAS, from tables",
}
_NOT_MEASURED: Final = "-"


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table; a heading has a text alone."""

    text: str
    best: str = ""
    median: str = ""
    ratio: str = ""
    heading: bool = False


def table_lines(report: Report) -> Iterator[Line]:
    """Lines of the table, section by section."""
    yield Line("Negotiations a second", heading=True)
    yield from _negotiations(report)
    yield from _negmas(report)
    yield Line("Paths and bargaining apart, ms for one negotiation", heading=True)
    yield from _parts(report)
    yield Line("Payoff evaluations a second (one package, both sides)", heading=True)
    yield from _payoffs(report)
    yield Line(f"Start: seconds of `winset run` with {report['starts'][0]['runs']:,} runs", heading=True)
    for row in report["starts"]:
        seconds = row["seconds"]
        yield Line(f"{row['start']}, {row['engine']}", number(seconds["best"]), number(seconds["median"]))
    if report["memory"]:
        yield Line("Peak memory of `winset run`, MiB", heading=True)
        for row in report["memory"]:
            figure = _NOT_MEASURED if row["mib"] is None else number(row["mib"])
            yield Line(f"{row['runs']:,} runs, {row['engine']}", figure, "", row["reason"] or "")


def foot_notes(report: Report) -> list[str]:
    """What the table rests on, in sentences."""
    machine, config = report["machine"], report["config"]
    versions = ", ".join(f"{name} {machine[name]}" for name in ("numpy", "numba", "mesa", "negmas") if machine[name])
    notes = [
        f"{report['date']}, config {config['name']}, seed {config['seed']}; {machine['processor']}, "
        f"{machine['processors']} processors, Python {machine['python']}, {versions}.",
        f"Best and median of {report['negotiations'][0]['per_second']['repetitions']} repetitions taken in turns. "
        "A ratio, of medians, says how many times as fast the engine in brackets is.",
        _how_they_ended(report),
    ]
    if report["negmas"]["reason"]:
        notes.append(f"NegMAS was not compared: {report['negmas']['reason']}")
    return notes


def _how_they_ended(report: Report) -> str:
    ends = [(engine, found) for engine, found in report["ends"].items()]
    ends += [(f"NegMAS {setup['name']}", setup["ends"]) for setup in report["negmas"]["setups"]]
    parts = [f"{name} {found['rounds']:.1f} ({percent(found['deals'])} of {found['runs']})" for name, found in ends]
    return f"Rounds played, and share of deals: {', '.join(parts)}."


def show(report: Report, console: Console) -> None:
    """Print the table."""
    from rich.text import Text

    from experiments.terminal.table import TerminalTable

    table = TerminalTable()
    for place, column in enumerate(_COLUMNS):
        table.add_column(column, "number" if place else "words", is_key=not place)
    for line in table_lines(report):
        cells = [line.text if line.heading else f"  {line.text}", line.best, line.median, line.ratio]
        table.add_row(*cells, style="bold" if line.heading else "")
    console.print(table)
    for note in foot_notes(report):
        console.print(Text(note))


def markdown(report: Report) -> str:
    """Return the table as Markdown, with its date and machine below it."""
    rows = [_markdown_row(_COLUMNS), "|---|---:|---:|---:|"]
    for line in table_lines(report):
        text = f"**{line.text}**" if line.heading else line.text
        rows.append(_markdown_row((text, line.best, line.median, line.ratio)))
    return "\n".join([*rows, "", *foot_notes(report)])


def _markdown_row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"


def number(value: float) -> str:
    """Write a figure with three significant digits and separators."""
    if value == 0.0 or value >= 100.0:
        return f"{float(f'{value:.3g}'):,.0f}"
    return f"{float(f'{value:.3g}'):g}"


def _times(ratio: float | None, engine: str) -> str:
    """Say how many times faster an engine is than what the line shows."""
    return "" if ratio is None else f"{number(ratio)} x ({engine})"


def _negotiations(report: Report) -> Iterator[Line]:
    for row in report["negotiations"]:
        if row["opening_only"]:
            continue
        engine, scope, threads = row["engine"], row["scope"], row["threads"]
        ratio = ""
        if threads > 1:
            ratio = _times(report["ratios"].get(f"{engine}_{scope}_two_over_one_thread"), "one")
        elif engine == "mesa":
            ratio = _times(report["ratios"].get("compiled_over_mesa"), "compiled")
        workers = _counted(threads, "process" if scope == "table" else "thread")
        speed = row["per_second"]
        yield Line(f"{engine}, {_SCOPES[scope]}, {workers}", number(speed["best"]), number(speed["median"]), ratio)


def _counted(count: int, thing: str) -> str:
    many = f"{thing}es" if thing.endswith("s") else f"{thing}s"
    return f"{count} {thing if count == 1 else many}"


def _negmas(report: Report) -> Iterator[Line]:
    own, engine = _own_rate(report)
    for setup in report["negmas"]["setups"]:
        speed = setup["per_second"]
        ratio = "" if own is None else _times(own / speed["median"], engine)
        yield Line(_setup(setup), number(speed["best"]), number(speed["median"]), ratio)


def _setup(setup: Report) -> str:
    return f"NegMAS {'exact' if setup['exact'] else 'approx.'}: {setup['title']}"


def _own_rate(report: Report) -> tuple[float | None, str]:
    """Median of the fastest engine on one thread, and its name."""
    for engine, scope in (("compiled", "loop"), ("compiled", "table"), ("mesa", "table")):
        own = negotiations(report, engine, scope=scope)
        if own is not None:
            return own, engine
    return None, ""


def _parts(report: Report) -> Iterator[Line]:
    own = ""
    for engine in ("mesa", "compiled"):
        seconds = parts(report, engine)
        if seconds is not None:
            own = engine
            yield Line(f"{engine}, up to the first round", "", number(1000.0 * seconds[0]))
            yield Line(f"{engine}, the rounds after it", "", number(1000.0 * seconds[1]))
    for key, exact in (("fastest_exact", True), ("fastest", False)):
        setup = fastest(report, exact=exact)
        if setup is None:
            continue
        for part in ("paths", "bargaining"):
            seconds_of = setup["seconds"][part]
            yield Line(
                f"{_setup(setup)}; {part}",
                number(1000.0 * seconds_of["best"]),
                number(1000.0 * seconds_of["median"]),
                _times(report["ratios"].get(f"{own}_{part}_over_negmas_{key}"), own),
            )


def _payoffs(report: Report) -> Iterator[Line]:
    ratios = {"mesa": "compiled_payoffs_over_mesa", "negmas": "compiled_payoffs_over_negmas"}
    for row in report["payoffs"]:
        speed, engine, threads = row["per_second"], row["engine"], row["threads"]
        ratio = report["ratios"].get(ratios.get(engine, "")) if threads == 1 else None
        yield Line(
            f"{_PAYOFFS[engine, row['from']]}, {_counted(threads, 'thread')}",
            number(speed["best"]),
            number(speed["median"]),
            _times(ratio, "compiled"),
        )


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
        "compiled_payoffs_over_mesa": _over(
            _payoff_speed(report, "compiled", "rules"), _payoff_speed(report, "mesa", "rules")
        ),
        "compiled_payoffs_over_negmas": _over(
            _payoff_speed(report, "compiled", "tables"), _payoff_speed(report, "negmas", "tables")
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


def _payoff_speed(report: Report, engine: str, source: str) -> float | None:
    row = find(report, "payoffs", engine=engine, threads=1, **{"from": source})
    return None if row is None else float(row["per_second"]["median"])


def _over(one: float | None, other: float | None) -> float | None:
    return one / other if one is not None and other else None
