"""What every question answers with: tables, figures, text and JSON, whether it was just played or is read back."""

from __future__ import annotations

import html
import json
import math
from abc import ABC, abstractmethod
from contextlib import nullcontext
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, final

from experiments.errors import RunError, check_choice
from experiments.export.formats import EXPORT_FORMATS, ExportFormat
from experiments.json_values import json_value
from experiments.labels import counted, partner_called
from experiments.report.blocks import Block, fragment
from experiments.report.telling import Telling
from experiments.report.terminal import text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pandas as pd
    from matplotlib.figure import Figure

    from experiments.config.model import Config
    from experiments.export.described import Described, DescribedTable, Names
    from experiments.export.tables import ExportTable
    from experiments.labels import PartnerNames
    from experiments.store.manifest import Manifest
    from experiments.store.place import Folder


class Result(ABC):
    """The answer to a question.

    Attributes
    ----------
    config : Config
        What was negotiated.
    folder : str or None
        Directory of the answer, where one was named.
    manifest : Manifest
        What was asked for, and with what code.
    """

    if TYPE_CHECKING:
        # A field of some answers, worked out when it is needed by others.
        @property
        def config(self) -> Config:
            """What was negotiated."""

        @property
        def folder(self) -> str | None:
            """Directory of the answer, where one was named."""

        @property
        def manifest(self) -> Manifest:
            """What was asked for, and with what code."""

    @property
    @abstractmethod
    def tables(self) -> dict[str, pd.DataFrame]:
        """Every table of the answer by name."""

    @property
    @abstractmethod
    def negotiations(self) -> int:
        """Negotiations that were played for it."""

    @property
    def subject_name(self) -> str:
        """Name of what the question is about, as the title of its page has it."""
        return self.config.name

    @property
    def meanings(self) -> Mapping[str, str]:
        """What the numbers of the config are, by the paths that its texts name."""
        from experiments.config.meanings import meanings_of

        return meanings_of(self.config)

    @property
    def amount(self) -> str:
        """How much was played for it, in words."""
        return counted(self.negotiations, "negotiation")

    @property
    def partner_names(self) -> PartnerNames:
        """How the partner of the US is called in its texts and pictures."""
        return self.config.partner.names

    @abstractmethod
    def headline(self) -> str:
        """Say in one short line what was asked and what came out."""

    @abstractmethod
    def blocks(self) -> Sequence[Block]:
        """Sentences and tables of the answer: the terminal prints them, and the page shows them."""

    @abstractmethod
    def plain(self) -> dict[str, Any]:
        """Everything that is printed, as plain data."""

    def figures(self) -> dict[str, Figure]:
        """Draw every picture that the answer allows, by name."""
        with partner_called(self.partner_names):
            return self.draw()

    def draw(self, names: Sequence[str] | None = None, run: int | None = None) -> dict[str, Figure]:
        """Draw pictures that the answer allows, by name; the partner is called as in the text at hand.

        Parameters
        ----------
        names : sequence of str, optional
            Only these; the name of a kind stands for all of it.
        run : int, optional
            Negotiation whose own picture is drawn, where there is one.

        Raises
        ------
        experiments.errors.RunError
            When the answer has no picture of one negotiation.
        """
        if run is not None:
            raise RunError(f"--run {run}: only the answer of winset run has pictures of one negotiation.")
        drawings = self.drawings()
        chosen = drawings if names is None else [one for name in names for one in drawings if _is_called(one, name)]
        drawn = [(name, drawings[name]()) for name in dict.fromkeys(chosen)]
        return {name: figure for name, figure in drawn if figure is not None}

    def drawings(self) -> Mapping[str, Callable[[], Figure | None]]:
        """How each picture is drawn, by name; one for which there is nothing to draw gives None."""
        return {}

    @final
    def save_figures(
        self, folder: Folder | None = None, *, advice: str = "Mend this, or name another folder."
    ) -> list[str]:
        """Draw the pictures into the folder ``figures`` of `folder`, or of the directory of the answer.

        Parameters
        ----------
        folder : str or pathlib.Path, optional
            Where; the directory of the answer unless given.
        advice : str
            What to do when they cannot be written.

        Returns
        -------
        list of str
            Their files.

        Raises
        ------
        experiments.errors.RunError
            When no folder is known, or it cannot be written, or the directory holds another answer by now.
        """
        from experiments.figures.kit.style import png_bytes
        from experiments.store.locks import writing_beside
        from experiments.store.place import storing_in
        from experiments.store.places import place_of
        from experiments.store.tables import FIGURES

        chosen = self.folder if folder is None else folder
        if chosen is None:
            raise RunError("the answer lies in no directory: name a folder for its pictures, or ask again with out=.")
        place = place_of(chosen)
        drawn = self.figures()
        beside = writing_beside(place, self.manifest) if folder is None else nullcontext()
        with storing_in(place, advice), beside:
            place.make(*([FIGURES] if drawn else []))
            for name, figure in drawn.items():
                place.write(f"{FIGURES}/{name}.png", png_bytes(figure))
        return [f"{place}/{FIGURES}/{name}.png" for name in drawn]

    @property
    def names(self) -> Names:
        """Names of issues, agents and numbers that columns of its tables are called after."""
        from experiments.export.described import names_of

        return names_of(self.config)

    @property
    def headings(self) -> Mapping[str, Sequence[str]]:
        """Names of the columns of every table; of large ones known without reading them."""
        return {name: [*map(str, frame.columns)] for name, frame in self.tables.items()}

    @final
    def entries(self) -> dict[str, tuple[str, tuple[Described, ...]]]:
        """What the rows and columns of each table hold, by its name."""
        from experiments.export.tables import entries_of

        described = columns_in(self.manifest.command)
        with partner_called(self.partner_names):
            return {
                name: (described[name].rows, entries_of(name, columns, described, self.names))
                for name, columns in self.headings.items()
            }

    @final
    def described(self) -> tuple[ExportTable, ...]:
        """Every table with what each of its columns holds: type, unit, meaning, and what is missing."""
        from experiments.export.tables import export_tables

        with partner_called(self.partner_names):
            return export_tables(self.tables, columns_in(self.manifest.command), self.names)

    @final
    def dictionary(self) -> pd.DataFrame:
        """Data dictionary: a row for each column of each table."""
        from experiments.export.tables import dictionary_of

        return dictionary_of(self.described()).frame().fillna("")

    @final
    def export(self, out: str | Path, form: ExportFormat = "csv", *, overwrite: bool = False) -> Path:
        """Write all tables for other programs, with their dictionary.

        Parameters
        ----------
        out : str or pathlib.Path
            File for ``xlsx`` and ``duckdb``, folder for ``csv`` and ``stata``.
        form : str
            ``csv``, ``xlsx``, ``stata`` or ``duckdb``.
        overwrite : bool
            Whether an export that is there is replaced.

        Raises
        ------
        experiments.errors.RunError
            When the format is none, a library is missing, a table does not fit into the format, or `out` cannot be
            written or replaced.
        """
        from experiments.export.writing import check_out, write_export

        check_choice("form", form, EXPORT_FORMATS)
        target = Path(out)
        check_out(target, form, overwrite=overwrite)
        write_export(self.described(), target, form, overwrite=overwrite)
        return target

    @final
    def text(self, width: int = 100) -> str:
        """Answer as plain text of `width` columns, as the command prints it."""
        with partner_called(self.partner_names):
            return text_of(self.blocks(), width, self.meanings)

    @final
    def json(self) -> str:
        """Answer as JSON, as the command prints it with ``--json``."""
        with partner_called(self.partner_names):
            return json.dumps(finite(self.plain()), indent=1, ensure_ascii=False, default=json_value)

    @final
    def __repr__(self) -> str:
        with partner_called(self.partner_names):
            return f"<{type(self).__name__}: {Telling(self.meanings).plain(self.headline())}>"

    @final
    def _repr_html_(self) -> str:
        if find_spec("jinja2") is None:
            return f"<pre>{html.escape(self.text())}</pre>"
        with partner_called(self.partner_names):
            return fragment(self.blocks(), self.meanings)


def columns_in(question: str) -> Mapping[str, DescribedTable]:
    """What the tables of the answers of a question hold, by their names."""
    columns: Mapping[str, DescribedTable] = import_module(f"experiments.questions.{question}.columns").COLUMNS
    return columns


def figures_in(question: str) -> Mapping[str, Callable[..., Figure]]:
    """Figures of the answers of a question, each a function of tables, by name; drawing takes heavy libraries."""
    figures: Mapping[str, Callable[..., Figure]] = import_module(f"experiments.questions.{question}.figures").FIGURES
    return figures


def _is_called(drawing: str, name: str) -> bool:
    """Whether a picture is the one of a name, or one of its kind where there is one for each outcome."""
    return name in (drawing, drawing.partition(".")[0])


def finite(value: Any) -> Any:
    """Plain data: numbers of NumPy as plain ones, arrays as lists, and null for what is no finite number."""
    if isinstance(value, dict):
        return {str(key): finite(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [finite(part) for part in value]
    if hasattr(value, "tolist"):
        return finite(value.tolist())
    if isinstance(value, Path):
        return str(value)
    missing = type(value).__name__ == "NAType" or (isinstance(value, float) and not math.isfinite(value))
    return None if missing else value


def records(tables: dict[str, pd.DataFrame]) -> dict[str, list[dict[str, Any]]]:
    """Rows of each table by its name, as plain data."""
    return {name: finite(table.to_dict("records")) for name, table in tables.items()}
