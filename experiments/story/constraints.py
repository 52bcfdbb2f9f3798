"""What the constraints behind deals are called, how many deals sit on each, and which numbers are therefore inputs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from experiments.config.agenda_checks import all_entries
from experiments.config.distributions import Fixed
from experiments.config.explain import further_units
from experiments.config.regimes import placed_lines
from experiments.labels import (
    SIDE_LABELS,
    counted,
    inside,
    listed,
    ordered_issues,
    partner_adjective,
    partner_name,
    plain,
    quantity,
    share_of,
    unit_of,
)
from experiments.store.columns import BINDS
from sim.issues import SIDES

if TYPE_CHECKING:
    import pandas as pd

    from experiments.config.distributions import Quantity
    from experiments.config.model import Config
    from experiments.config.talks import RedLine, Release, When
    from experiments.store.columns import Columns

#: Columns of the table of how many deals sit on what.
COUNT_COLUMNS: Final = ("issue", "constraint", "count", "share")
CONSTRAINT_COLUMNS: Final = (*COUNT_COLUMNS, "words")

#: Kinds of constraint whose place a config states, in a red line, a release, its condition or the agenda.
INPUTS: Final = ("red_line", "release", "linkage", "grid")

#: The same inside a sentence.
_KINDS: Final = {
    "red_line": "a red line",
    "release": "a released red line",
    "linkage": "the condition of a release",
    "grid": "an end of the agenda",
}

#: Share of the deals from which on a sentence names one of several inputs.
_NAMED: Final = 0.05

#: Share of the deals below which all inputs but the most frequent one are left out.
_NEXT_TO_NOTHING: Final = 0.005

#: What the constraints mean, below every table of them.
READ: Final = (
    "What stops the step of one level that a side would want, all other issues as agreed: a red line or its release, "
    "the condition of a release (linkage), what can be delivered, an end of the agenda, or what the side that pays "
    "needs to ratify. Red lines, releases, their conditions and the agenda are inputs: a value that sits on one "
    "was put in. What can be delivered or ratified follows from budgets, capacities and margins of the config: a "
    "result that holds at these numbers."
)

#: Said of a table of runs that has none of the columns.
MISSING: Final = (
    f"On which constraints the deals sit is not known of this table: it has no columns {BINDS}<issue>. Play the runs "
    "again to have them."
)

_FIXED_WORDS: Final = {
    "delivery:budget": "what the subsidy budget pays for",
    "delivery:allocation": "what the makers can ship",
    "delivery:quorum": "what enough firms sign for within the subsidy budget",
    "delivery:demand": "what the firms would buy at any subsidy",
    "ratification:us": "what the US needs to ratify",
    "interior": "no constraint",
    "indifferent": "nothing: it moves nobody's payoff",
}


def kind_of(constraint: str) -> str:
    """Kind of a constraint: ``release`` of ``release:us_cars``."""
    return constraint.partition(":")[0]


def is_input(constraint: str) -> bool:
    """Whether the config states where a constraint lies, so that a value that sits on it was put in."""
    return kind_of(constraint) in INPUTS


def count_constraints(columns: Iterable[tuple[str, pd.Series]]) -> pd.DataFrame:
    """Count how many deals sit on what.

    Parameters
    ----------
    columns : iterable of (str, pandas.Series)
        For each issue, the column ``binds.<issue>`` of some runs.

    Returns
    -------
    pandas.DataFrame
        ``issue, constraint, count, share``, most frequent first within an issue; the share is one of the deals with the
        issue on the table.
    """
    import pandas as pd

    found = {issue: values.dropna().astype(str).value_counts() for issue, values in columns}
    rows = []
    for issue in ordered_issues(found):
        total = int(found[issue].sum())
        counts = sorted(found[issue].items(), key=lambda one: (-int(one[1]), str(one[0])))
        rows += [(issue, str(name), int(count), int(count) / total) for name, count in counts if count]
    return pd.DataFrame(rows, columns=list(COUNT_COLUMNS))


def constraint_words(config: Config, issue: str, constraint: str) -> str:
    """Words for a constraint inside a sentence: ``the US release of 15 % (us_cars)``."""
    if constraint in _FIXED_WORDS:
        return _FIXED_WORDS[constraint]
    kind, _, which = constraint.partition(":")
    unit = unit_of(issue, further_units(config))
    if kind == "ratification":
        return f"what {partner_name()} needs to ratify"
    if kind == "grid":
        return f"the {which} end of the agenda{_end(config, issue, which, unit)}"
    lines = [placed.line for placed in placed_lines(config) if placed.line.name == which]
    if not lines:
        raise ValueError(f"{config.name} has no red line {which}")
    line = lines[0]
    whose = SIDE_LABELS[line.side] if line.side == SIDES[0] else partner_adjective()
    if kind == "linkage":
        when = _bound(lines, None if line.release is None else line.release.when, unit)
        return f"the condition of the {whose} release ({which}){f', {when[0]} {when[1]}' if when else ''}"
    bound = _bound(lines, line if kind == "red_line" else line.release, unit)
    return f"the {whose} {kind.replace('_', ' ')}{f' of {bound[1]}' if bound else ''} ({which})"


def _end(config: Config, issue: str, which: str, unit: str) -> str:
    ends = {getattr(entry, which) for _, name, entry in all_entries(config) if name == issue}
    return f", {quantity(ends.pop(), unit)}" if len(ends) == 1 else ""


def _bound(lines: list[RedLine], part: RedLine | Release | When | None, unit: str) -> tuple[str, str] | None:
    """Which bound a line has, and its value; None where it has two or an event draws another line of the name."""
    both = ("at least", "at most")
    ends: list[tuple[str, Quantity]] = []
    if part is not None:
        ends = [(end, it) for end, it in zip(both, (part.at_least, part.at_most), strict=True) if it is not None]
    if len(lines) > 1 or len(ends) != 1:
        return None
    end, bound = ends[0]
    if isinstance(bound, Fixed):
        return end, quantity(bound.value, unit)
    low, high = (quantity(value, unit) for value in bound.support())
    return end, f"{low} to {high}, drawn"


def worded(counts: pd.DataFrame, config: Config) -> pd.DataFrame:
    """Give every row of :func:`count_constraints` the words for its constraint, in a column ``words``."""
    pairs = zip(counts["issue"].astype(str), counts["constraint"].astype(str), strict=True)
    return counts.assign(words=[constraint_words(config, issue, constraint) for issue, constraint in pairs])


def constraints_of_runs(runs: Columns, config: Config) -> pd.DataFrame:
    """What the deals among some runs of a config sit on: :func:`worded`, no row where the table lacks the columns."""
    names = [name for name in runs.names if name.startswith(BINDS)]
    return worded(count_constraints((name.removeprefix(BINDS), runs.frame([name])[name]) for name in names), config)


def together(parts: Iterable[tuple[int | str, pd.DataFrame]], key: str) -> pd.DataFrame:
    """Tables of :func:`worded` one below the other, with what each is of in a first column."""
    import pandas as pd

    found = [part.assign(**{key: place}) for place, part in parts if len(part)]
    columns = [key, *CONSTRAINT_COLUMNS]
    return pd.concat(found, ignore_index=True)[columns] if found else pd.DataFrame(columns=columns)


def input_sentence(issue: str, own: pd.DataFrame) -> str:
    """Say that a config puts in the value of an issue in more than half of the deals; nothing if it does not.

    Parameters
    ----------
    issue : str
        An issue.
    own : pandas.DataFrame
        Its rows of :func:`worded`.
    """
    deals = int(own["count"].sum())
    inputs = _inputs(own)
    total = int(inputs["count"].sum())
    if 2 * total <= deals:
        return ""
    counts = dict(zip(inputs["words"].astype(str), inputs["count"].astype(int), strict=True))
    first, most = max(counts.items(), key=lambda one: one[1])
    if total - most < _NEXT_TO_NOTHING * deals:
        often = "the only deal sits" if deals == 1 else f"{share_of(most, deals)} of the deals sit"
        return f"{plain(issue)}: {often} on {first}: an input."
    parts = [f"{words} ({share_of(count, deals)})" for words, count in counts.items() if count >= _NAMED * deals]
    rest = sum(count for count in counts.values() if count < _NAMED * deals)
    parts += [f"others ({share_of(rest, deals)})"] if rest else []
    return f"{plain(issue)}: {share_of(total, deals)} of the deals sit on inputs: {', '.join(parts)}."


def _inputs(own: pd.DataFrame) -> pd.DataFrame:
    chosen = [
        is_input(constraint) and count > 0 for constraint, count in zip(own["constraint"], own["count"], strict=True)
    ]
    return own[chosen]


def input_sentences(found: pd.DataFrame) -> dict[str, str]:
    """Sentence of every issue of :func:`worded` whose value is put in in more than half of the deals, by issue."""
    sentences = {issue: input_sentence(issue, own) for issue, own in _by_issue(found)}
    return {issue: sentence for issue, sentence in sentences.items() if sentence}


def inputs_in_short(found: pd.DataFrame) -> str:
    """Say in one sentence of which issues the value is put in in more than half of the deals, and by what most often.

    Parameters
    ----------
    found : pandas.DataFrame
        Table of :func:`worded`; without rows nothing is known and nothing is said.
    """
    if found.empty:
        return ""
    parts = []
    for issue, own in _by_issue(found):
        deals, inputs = int(own["count"].sum()), _inputs(own)
        if 2 * int(inputs["count"].sum()) > deals:
            by_kind = inputs.groupby(inputs["constraint"].map(kind_of), sort=False)["count"].sum()
            kind, most = str(by_kind.idxmax()), int(by_kind.max())
            parts.append(f"{inside(plain(issue))} (set by {_KINDS[kind]} in {share_of(most, deals)})")
    if not parts:
        return "No issue is set by a red line, a release or an end of the agenda in more than half of the deals."
    return f"Inputs, not findings: {', '.join(parts)}."


def sentences_over_points(found: pd.DataFrame) -> dict[str, str]:
    """Say of each issue at how many points its value is put in in more than half of the deals, and by what.

    Parameters
    ----------
    found : pandas.DataFrame
        :func:`worded` of every point, with a column ``point``.
    """
    sentences = {}
    for issue, own in _by_issue(found):
        points = [part for _, part in own.groupby("point", sort=False)]
        fixed = [part for part in points if input_sentence(issue, part)]
        if fixed:
            words = dict.fromkeys(word for part in fixed for word in _inputs(part)["words"].astype(str))
            where = "the only point" if len(points) == 1 else f"{len(fixed)} of {counted(len(points), 'point')}"
            sentences[issue] = (
                f"{plain(issue)}: at {where} with deals, more than half of them sit on "
                f"{'an input' if len(words) == 1 else 'inputs'}: {listed(list(words))}."
            )
    return sentences


def _by_issue(found: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    for issue in dict.fromkeys(found["issue"].astype(str)):
        yield issue, found[(found["issue"] == issue).to_numpy()]
