"""The table of a benchmark, in the terminal and as Markdown: figures with their ratios beside them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from experiments.bench_ratios import fastest, negotiations, parts
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
    told = [f"{name} {found['rounds']:.1f} ({percent(found['deals'])} of {found['runs']})" for name, found in ends]
    return f"Rounds played, and share of deals: {', '.join(told)}."


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
