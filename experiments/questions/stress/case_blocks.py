"""Failures told: each case of a stress test played again, round by round, with its path and the command for it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from experiments.config.explain import event_descriptions, further_units
from experiments.config.load import config_over
from experiments.figures.utility_plane import utility_plane
from experiments.labels import (
    SIDE_LABELS,
    aligned,
    axis_label,
    inside,
    ordered_issues,
    outcome_label,
    partner_name,
    plain,
    scale_of,
    unit_of,
)
from experiments.questions.stress.words import TITLES, told
from experiments.report.blocks import Block, Commands, Download, Listing, Tale, Widget, picture
from experiments.report.embedding import numbered, placed, scripts
from experiments.report.path_widget import path_parts
from experiments.store.manifest import MANIFEST
from experiments.story.ending import last_words, why_ended
from experiments.story.narrative import narrate
from experiments.story.one_run import WhichRun, play_again
from experiments.story.text import Glossary, day, round_heading, round_lines
from sim.issues import SIDES

if TYPE_CHECKING:
    from experiments.config.model import Config
    from experiments.figures.kit.theme import Theme
    from experiments.questions.stress.read import Stressed
    from experiments.story.narrative import Story

#: Cases of each kind that are told round by round.
_TOLD: Final = 3

#: Difference of two gains that is rounding, US$ bn a year.
_SAME: Final = 1e-6

_FALLBACK: Final = "With JavaScript, this place lets you pick a failure and see its path. The stories below need none."

_MARKUP: Final = """
<h3 id="failure-heading">Pick a failure</h3>
<div class="bokeh-part">{select}</div>
<p class="told" id="picked" role="status" aria-live="polite">{told}</p>
<div class="bokeh-part">{path}</div>
"""

_PLANE: Final = (
    "Every offer of this negotiation as both sides value it. A deal needs a point beyond both dashed lines; the line "
    "is what could at best be had. Payoffs are relative to a world with MFN tariffs only."
)


@dataclass(frozen=True, slots=True, eq=False)
class ReplayedCase:
    """A failure that was written as a config, played again.

    Attributes
    ----------
    name : str
        Its file without folder and ending.
    failure : dict
        What the search says of it.
    config : Config
        The config that replays it, every drawn number fixed.
    story : Story
        What happens in it.
    same : bool
        Whether it ends as it did in the search.
    """

    name: str
    failure: dict[str, Any]
    config: Config
    story: Story
    same: bool


def cases_of(found: Stressed) -> list[ReplayedCase]:
    """Worst cases of every aim, played again."""
    search = found.search
    cases = []
    for aim in found.aims:
        for one in [one for one in found.failures(aim) if one["case"]][:_TOLD]:
            case, file = one["case"], str(one["case"]["file"])
            config = config_over(
                search.manifest["config"], f"{search.place}/{MANIFEST}", search.files.content(file),
                f"{search.place}/{file}",
            )  # fmt: skip
            story = narrate(config, int(case["seed"]), int(case["run"]))
            name = PurePosixPath(file).stem
            cases.append(ReplayedCase(name, one, config, story, _same(story, case, found.side)))
    return cases


def _same(story: Story, case: dict[str, Any], side: str) -> bool:
    ending, other = story.ending, SIDES[1 - SIDES.index(side)]
    pairs = ((side, case["gain"]), (other, case["gain_other"]))
    ends = (ending.outcome, ending.reason, len(story.rounds)) == (case["outcome"], case["reason"], case["round"])
    return ends and all(abs(ending.settlement.gain(who) - float(gain)) <= _SAME for who, gain in pairs)


def case_blocks(case: ReplayedCase, found: Stressed, theme: Theme, *, pictured: bool) -> Iterator[Block]:
    """A failure in words, its rounds, and how to see it again."""
    at = case.failure["case"]
    run = int(at["run"])
    gains = aligned([case.story.ending.settlement.gain(seat) for seat in SIDE_LABELS], sign=True)
    lines = [
        f"{_capital(told(case.failure, found, knobs=True).partition(': ')[2])}, mean over the fresh draws.",
        f"Told here is one of the draws that show it, in which {inside(last_words(case.story.ending))} "
        f"Round {_last(case.story)}; gains over walking away, US$ bn a year: US {gains[0]}, "
        f"{partner_name()} {gains[1]}.",
    ]
    if not case.same:
        lines.append(
            "Played again for this page, it ended otherwise than in the search: winset or a package has changed since."
        )
    yield Listing(f"{TITLES[str(case.failure['aim'])]}: {case.name}", tuple(lines))
    if pictured:
        played = play_again(case.config, WhichRun(run, int(at["seed"]), run + 1))
        figure = utility_plane(played.offers, played.limits, played.frontier, outcome=played.outcome, deal=played.deal)
        yield picture(figure, _PLANE, theme)
    yield Tale(f"{case.name}, round by round", tuple(_rounds(case)))
    option = f" --run {run}" if run else ""
    content = json.dumps(case.config.resolved(), indent=1, ensure_ascii=False).encode()
    yield Download(f"{case.name}.yaml", f"Save {case.name}.yaml, which replays it", content)
    yield Commands((f"winset play {case.name}.yaml{option}",))


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def _rounds(case: ReplayedCase) -> Iterator[tuple[str, tuple[str, ...]]]:
    story = case.story
    glossary = Glossary(further_units(case.config), event_descriptions(case.config))
    us, partner = (plain(name) for name in story.tactics)
    common = "leave packages that both may sign" if story.red_lines_common else "leave no package that both may sign"
    yield (
        "Before",
        (
            f"The US plays {inside(us)}, {partner_name()} {inside(partner)}. At the end, the red lines of both "
            f"sides {common}.",
            story.signing,
            "Payoffs are in US$ bn a year, against a world with MFN tariffs only.",
        ),
    )
    before = None
    for part in story.rounds:
        yield round_heading(part), tuple(text.removeprefix("- ") for _, text in round_lines(part, before, glossary))
        before = part
    yield "The end", (last_words(story.ending),)


def case_widget(cases: list[ReplayedCase]) -> tuple[Widget | None, str]:
    """Pick a failure and see its path; None where there is none."""
    if not cases:
        return None, ""
    units = further_units(cases[0].config)
    issues = ordered_issues(
        issue for case in cases for part in case.story.rounds for turn in part.turns for issue in turn.offer
    )
    data: dict[str, Any] = {"units": {issue: axis_label(unit_of(issue, units)) for issue in issues}}
    for case in cases:
        data[case.name] = {"told": _summary(case), "issues": _path(case.story, units)}
    names = {case.name: f"{case.name}: {TITLES[str(case.failure['aim'])]}" for case in cases}
    parts = path_parts(data, issues, "Failure", names)
    del parts["run"]  # stands inside the part named select
    places, script = placed(parts)
    markup = _MARKUP.format(told=escape(_summary(cases[0])), **places) + script
    return Widget(numbered(markup), _FALLBACK), scripts()


def _last(story: Story) -> str:
    """Number of the last round and its date."""
    return f"{len(story.rounds)}, {day(story.rounds[-1].date)}"


def _summary(case: ReplayedCase) -> str:
    """What is said of a failure when it is picked."""
    ending = case.story.ending
    us, partner = (plain(name) for name in case.story.tactics)
    gains = aligned([ending.settlement.gain(seat) for seat in SIDE_LABELS], sign=True)
    return (
        f"{case.name}, US {inside(us)}, {partner_name()} {inside(partner)}: "
        f"{inside(outcome_label(ending.outcome))} in round "
        f"{_last(case.story)}, {why_ended(ending.reason)}. Gains over walking away, US$ bn a year: "
        f"US {gains[0]}, {partner_name()} {gains[1]}."
    )


def _path(story: Story, units: dict[str, str]) -> dict[str, dict[str, dict[str, list[float]]]]:
    """Offers of both sides by issue: round and value as it is shown."""
    found: dict[str, dict[str, dict[str, list[float]]]] = {}
    for part in story.rounds:
        for turn in part.turns:
            for issue, value in turn.offer.items():
                line = found.setdefault(issue, {}).setdefault(turn.side, {"round": [], "value": []})
                line["round"].append(part.number)
                line["value"].append(round(scale_of(unit_of(issue, units)) * value, 4))
    return found
