"""Every question that winset answers, each on one line."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Final, final

from experiments.errors import RunError
from experiments.labels import partner_called

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from experiments.report.blocks import Page, PageTheme
    from experiments.report.result import Result
    from experiments.store.place import Folder
    from experiments.store.reading import Finished


@final
@dataclass(frozen=True, slots=True)
class Question:
    """A question, whose folder is called as its command.

    It has ``result.py`` with `read`, ``page.py`` with `page`, and ``figures.py`` with `FIGURES` if it draws any.

    Attributes
    ----------
    command : str
        Command that puts it.
    draws : bool
        Whether it has figures.
    of_talks : bool
        Whether it is about the negotiations of a config; else it is about a table or finished runs, and nothing is
        played.
    """

    command: str
    draws: bool = False
    of_talks: bool = True

    @property
    def figures(self) -> Mapping[str, Callable[..., Figure]]:
        """Figures of its answers, each a function of tables, by name."""
        if not self.draws:
            return {}
        from experiments.report.result import figures_in

        return figures_in(self.command)

    def read(self, found: Finished) -> Result:
        """Read the answer in a finished directory."""
        result: Result = self._module("result").read(found)
        return result

    def page(self, result: Result, theme: PageTheme) -> Page:
        """Page of an answer, with a title for its window; `theme` is ``auto``, ``light`` or ``dark``."""
        page: Page = self._module("page").page(result, theme)
        about = f"{self.command} {result.subject_name}"
        first = next((f": {one.label} {one.value}" for one in page.answer.numbers), "")
        return replace(
            page,
            tab=f"{about}{first}",
            meanings=result.meanings,
        )

    def _module(self, name: str) -> ModuleType:
        return import_module(f"experiments.questions.{self.command}.{name}")


QUESTIONS: Final[dict[str, Question]] = {
    question.command: question
    for question in (
        Question("run", draws=True),
        Question("tournament", draws=True),
        Question("sweep", draws=True),
        Question("sensitivity", draws=True),
        Question("discover", draws=True),
        Question("stress", draws=True),
        Question("exploit"),
        Question("advise", draws=True),
        Question("solve", draws=True),
        Question("factorial"),
        Question("grid"),
        Question("compare", draws=True, of_talks=False),
        Question("positions", draws=True, of_talks=False),
        Question("hindcast", draws=True),
        Question("calibrate", draws=True),
        Question("forecast", draws=True),
        Question("chain", draws=True),
        Question("value", draws=True),
    )
}


def read_result(folder: Folder) -> tuple[Question, Result]:
    """Read the answer in a finished directory, and which question it answers.

    Raises
    ------
    experiments.errors.RunError
        When it is damaged, unfinished, or of a question that this version does not know.
    """
    from experiments.store.reading import read_finished

    found = read_finished(folder)
    if found.command not in QUESTIONS:
        raise RunError(f"{found.place} answers a question that this version of winset does not know: {found.command}.")
    question = QUESTIONS[found.command]
    if question.of_talks:
        # Loading the config names the partner, before any text is made of the answer.
        _ = found.config
    return question, question.read(found)


def page_of(folder: Folder, theme: PageTheme) -> Page:
    """Page of a finished directory."""
    from experiments.report.columns import columns_section

    question, result = read_result(folder)
    page = question.page(result, theme)
    with partner_called(result.partner_names):
        return replace(page, sections=(*page.sections, columns_section(result)))


def figures_of(folder: Folder, names: Sequence[str] | None = None, run: int | None = None) -> dict[str, Figure]:
    """Draw pictures of a finished directory, by name.

    Parameters
    ----------
    folder : str or pathlib.Path
        The directory, or its address.
    names : sequence of str, optional
        Which; every one that the tables allow unless given.
    run : int, optional
        Of a run's directory, the negotiation whose own picture is drawn; a typical one unless given.

    Raises
    ------
    experiments.errors.RunError
        When the directory has no such picture, or is damaged.
    """
    question, result = read_result(folder)
    if not question.draws:
        raise RunError(
            f"{folder} was filled by winset {question.command}, which has no pictures; its tables are in winset report."
        )
    figures = result.draw(names, run)
    known = {one for name in figures for one in (name, name.partition(".")[0])}
    for missing in sorted(set(names or ()) - known):
        there = ", ".join(result.drawings() or question.figures)
        raise RunError(
            f"--figure {missing}: there is no such figure of winset {question.command} here; there are {there}."
        )
    return figures


def figures_by_name() -> dict[str, tuple[str, Callable[..., Figure]]]:
    """Every figure of every question: the command and the function of tables."""
    return {name: (one.command, figure) for one in QUESTIONS.values() for name, figure in one.figures.items()}
