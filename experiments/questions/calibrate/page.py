"""The page of a calibration: what was fitted, what that identifies, what it predicts, and how to play under it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from experiments.labels import counted, listed
from experiments.questions.calibrate.parameters import named, nuisances, with_priors
from experiments.questions.calibrate.text import (
    answer,
    correlations,
    how_to_use,
    parameters,
    predictions,
    steps,
)
from experiments.report.blocks import Block, Listing, Page, PageSection, PageTheme, Picture, Words, picture
from experiments.report.limits import limits_section
from experiments.report.own_record import record_needed, record_option
from experiments.report.repeat import Asked, asked_of_config, repeat_section, repeated
from experiments.report.scenario import scenario_section
from experiments.story.text import day

if TYPE_CHECKING:
    from experiments.questions.calibrate.result import CalibrateResult

_CAPTIONS: Final = {
    "calibrated_parameters": "Grey: what was assumed. Blue: what is left of it once draws count by how near they come "
    "to the record. Where both look alike the record says nothing of a parameter.",
    "contraction_bars": "How much of the prior variance of each parameter the record takes away.",
    "record_predicted": "What draws say at each dated row, before and after fitting, against the record.",
    "time_split": "Rows that were not fitted: whether the fitted draws come nearer to them than the prior.",
}
_WARNINGS: Final = (
    "A posterior is what is left of the priors of this config once the record has been seen, given that the model is "
    "right but for the error that the tolerance allows. Other priors, and another model, leave something else.",
    "A parameter that the record does not identify has the width that it was given. Its posterior is no finding.",
    "Rows of one side and issue say much the same from round to round; they are counted as if each said something new, "
    "so that the width of a posterior is too small rather than too large.",
    "Ranges and values of what was said are encodings of words in numbers; see the record.",
)


def page(result: CalibrateResult, theme: PageTheme) -> Page:
    """Page of a finished calibration."""
    config = result.config
    return Page(
        title="What the record says of the parameters",
        subtitle=f"Calibration of the config {config.name}: {config.title}",
        answer=answer(result).shown(next(_pictures(result, theme, "contraction_bars"), None)),
        sections=(
            PageSection(
                "came-out",
                "What came out",
                "Which parameters the record identifies, and which it leaves as they were assumed.",
                (
                    *_pictures(result, theme, "calibrated_parameters"),
                    parameters(result),
                    *correlations(result),
                ),
            ),
            PageSection(
                "predictions",
                "What the fitted draws say of the record",
                "Rows that were fitted, and rows that were only predicted.",
                tuple(_predicted(result, theme)),
            ),
            _scenario(result),
            limits_section(config, _WARNINGS),
            repeat_section(result.manifest, config, options=options(result), asked=_asked(result)),
        ),
    )


def _pictures(result: CalibrateResult, theme: PageTheme, *kinds: str) -> Iterator[Picture]:
    for name, draw in result.drawings().items():
        kind = name.partition(".")[0]
        figure = draw() if kind in kinds else None
        if figure is not None:
            yield picture(figure, _CAPTIONS[kind], theme)


def _predicted(result: CalibrateResult, theme: PageTheme) -> Iterator[Block]:
    yield from _pictures(result, theme, "record_predicted", "time_split")
    yield predictions(result, fitted=True)
    if len(result.held_rows):
        yield predictions(result, fitted=False)
    yield from steps(result)
    yield Words((how_to_use(result),))


def _scenario(result: CalibrateResult) -> PageSection:
    fitted = result.weights.fitted
    others = nuisances(with_priors(result.config, fitted_paths := result.weights.paths), fitted_paths)
    lines = (
        f"Cases: {listed(fitted.cases, cut=False)}. Fitted through {day(fitted.fitted_through)}.",
        f"Calibrated: {named(fitted_paths)}.",
        f"{counted(len(others), 'other number')} that the config draws are drawn along, for each case apart.",
        f"{counted(result.draws, 'draw')} of the parameters, each played {counted(result.repeats, 'time')} in each "
        f"case; {counted(result.negotiations, 'negotiation')} in all. Seed {result.manifest.seed}.",
        f"Weights: {fitted.config}, digest {result.weights.digest}.",
    )
    lead = "Which parameters does the dated record identify? The scenario, in words, is below."
    return scenario_section(result.config, lead, Listing("The calibration", lines))


def _asked(result: CalibrateResult) -> Asked:
    """The config, and the record where that is the user's own."""
    return replace(asked_of_config(result.config), needs=record_needed(result.manifest.settings["record"]))


def options(result: CalibrateResult) -> tuple[str, ...]:
    """Options with which the same weights come out again."""
    settings = result.manifest.settings
    given = [
        *repeated("--case", settings["cases"]),
        *repeated("--parameter", settings["parameters"]),
        *repeated("--hold-out", settings["hold_out"]),
    ]
    if settings["through"] is not None:
        given += ["--through", settings["through"]]
    if not settings["widen"]:
        given += ["--tolerance", repr(settings["tolerance"])]
    for option, name in (
        ("--method", "method"), ("--draws", "draws"), ("--repeats", "repeats"), ("--kept", "kept"),
        ("--most-steps", "most_steps"),
    ):  # fmt: skip
        given += [option, str(settings[name])]
    return (*given, "--seed", str(result.manifest.seed), *record_option(settings["record"]))
