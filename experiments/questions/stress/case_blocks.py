"""Failures played again: each case of a stress test round by round, with the command that replays it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from experiments.config.explain import event_descriptions, further_units
from experiments.config.load import config_over
from experiments.figures.utility_plane import utility_plane
from experiments.labels import SIDE_LABELS, aligned, capitalised, inside, partner_name, plain
from experiments.questions.stress.answer import TITLES, described
from experiments.report.blocks import Block, Commands, Download, FoldedParts, Listing, PageTheme, picture
from experiments.story.ending import last_words
from experiments.story.narrative import narrate
from experiments.story.one_run import WhichRun, play_again
from experiments.story.text import Glossary, day, round_heading, round_lines

if TYPE_CHECKING:
    from experiments.config.model import Config
    from experiments.questions.stress.failures import FailureCase, Failures, StressFailure
    from experiments.story.narrative import Story

#: Cases of each kind that are played again on the page, round by round.
_REPLAYED: Final = 3

#: Difference of two gains that is rounding, US$ bn a year.
_SAME: Final = 1e-6

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
    failure : StressFailure
        What the search says of it.
    case : FailureCase
        What it is to show.
    config : Config
        The config that replays it, every drawn number fixed.
    story : Story
        What happens in it.
    same : bool
        Whether it ends as it did in the search.
    """

    name: str
    failure: StressFailure
    case: FailureCase
    config: Config
    story: Story
    same: bool


def replayed_cases(result: Failures) -> list[ReplayedCase]:
    """Worst cases of every aim, played again."""
    base, replayed = f"the config of {result.folder}", []
    for aim in result.aims:
        written = [(one, one.case) for one in result.failures_of(aim) if one.case is not None]
        for one, case in written[:_REPLAYED]:
            file = f"{result.folder}/{case.file}"
            config = config_over(result.manifest.config, base, result.case_files[case.file], file)
            story = narrate(config, case.seed, case.run)
            same = _is_same(story, case, result)
            replayed.append(ReplayedCase(PurePosixPath(case.file).stem, one, case, config, story, same))
    return replayed


def _is_same(story: Story, case: FailureCase, result: Failures) -> bool:
    ending = story.ending
    pairs = ((result.side, case.gain), (result.opponent, case.gain_other))
    ends = (ending.outcome, ending.reason, len(story.rounds)) == (case.outcome, case.reason, case.round)
    return ends and all(abs(ending.settlement.gain(who) - gain) <= _SAME for who, gain in pairs)


def case_blocks(case: ReplayedCase, result: Failures, theme: PageTheme, *, pictured: bool) -> Iterator[Block]:
    """A failure in words, its rounds, and how to see it again."""
    run = case.case.run
    gains = aligned([case.story.ending.settlement.gain(seat) for seat in SIDE_LABELS], sign=True)
    lines = [
        f"{capitalised(described(case.failure, result, knobs=True).partition(': ')[2])}, mean over the fresh draws.",
        f"Here is one of the draws that show it, in which {inside(last_words(case.story.ending))} "
        f"Round {last_round(case.story)}; gains over walking away, US$ bn a year: US {gains[0]}, "
        f"{partner_name()} {gains[1]}.",
    ]
    if not case.same:
        lines.append(
            "Played again for this page, it ended otherwise than in the search: winset or a package has changed since."
        )
    yield Listing(f"{TITLES[case.failure.aim]}: {case.name}", tuple(lines))
    if pictured:
        played = play_again(case.config, WhichRun(run, case.case.seed, run + 1))
        figure = utility_plane(played.offers, played.limits, played.frontier, outcome=played.outcome, deal=played.deal)
        yield picture(figure, _PLANE, theme)
    yield FoldedParts(f"{case.name}, round by round", tuple(_rounds(case)))
    option = f" --run {run}" if run else ""
    content = json.dumps(case.config.resolved(), indent=1, ensure_ascii=False).encode()
    yield Download(f"{case.name}.yaml", f"Save {case.name}.yaml, which replays it", content)
    yield Commands((f"winset play {case.name}.yaml{option}",))


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


def last_round(story: Story) -> str:
    """Number of the last round and its date."""
    return f"{len(story.rounds)}, {day(story.rounds[-1].date)}"
