"""The page of a kind of directory that has none of its own: its pictures, its tables, its config, how to repeat it."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from experiments.labels import counted, number, plain
from experiments.plan import RunError
from experiments.report.asked import asked_section, config_of
from experiments.report.page import Block, Page, Picture, Section, Words, table
from experiments.report.repeat import repeat_section

if TYPE_CHECKING:
    import pandas as pd

    from experiments.figures.theme import Theme
    from experiments.place import Place
    from experiments.report.page import Table

#: Rows of a table that a page shows; the file holds the others.
_MOST_ROWS: Final = 50
_MOST_COLUMNS: Final = 14

#: Largest file that is read as a table, and largest picture that is embedded, in bytes: the page stays below 10 MB.
_LARGEST_TABLE: Final = 64_000_000
_ROOM_FOR_PICTURES: Final = 5_000_000


def generic_page(place: Place, _theme: Theme) -> Page:
    """Page of a finished directory of any kind.

    Tables are the Parquet files and the flat JSON files directly inside, pictures the PNG files of ``figures``.
    """
    from experiments.report.kinds import kind_of, read_any_manifest

    manifest = read_any_manifest(place)
    kind = kind_of(manifest)
    config = config_of(manifest, place)
    pictures, tables = list(_pictures(place)), list(_tables(place))
    held = f"{counted(len(tables), 'table')} and {counted(len(pictures), 'picture')}"
    sections = [
        Section("pictures", "What came out, in pictures", "", tuple(pictures)),
        Section("tables", "What came out, in tables", "The files hold every row and every digit.", tuple(tables)),
    ]
    asked = [] if config is None else [asked_section(config)]
    sections = [*asked, *(section for section in sections if section.blocks)]
    title = config.title if config is not None else str(place)
    return Page(
        title=title,
        subtitle=f"winset {kind}",
        answer=f"This is what winset {kind} found for “{title}”: {held}, what was asked, and how to repeat it.",
        sections=(*sections, repeat_section(manifest, kind, config)),
    )


def _pictures(place: Place) -> Iterator[Block]:
    room = _ROOM_FOR_PICTURES
    for name in place.entries("figures"):
        if not name.endswith(".png"):
            continue
        content = place.read(f"figures/{name}")
        title = plain(name.removesuffix(".png"))
        if len(content) > room:
            yield Words((f"The picture figures/{name} is too large for this page.",))
            continue
        room -= len(content)
        yield Picture(title, f"{title}.", content)


def _tables(place: Place) -> Iterator[Table]:
    for name in place.entries():
        if name.endswith((".parquet", ".json")) and name != "manifest.json":
            frame = _frame(place, name)
            if frame is not None and len(frame.columns):
                yield shown(frame, plain(name.rpartition(".")[0]), name)


def _frame(place: Place, name: str) -> pd.DataFrame | None:
    """Table of a file; None for JSON that is no list of flat records and no flat record."""
    import pandas as pd
    import pyarrow as pa

    content = place.read(name)
    if len(content) > _LARGEST_TABLE:
        return None
    try:
        if name.endswith(".parquet"):
            return pd.read_parquet(io.BytesIO(content))
        data = json.loads(content)
    except (ValueError, pa.ArrowException) as error:
        raise RunError(f"{place}/{name} is damaged: {error}.") from error
    if isinstance(data, dict) and data and all(not isinstance(value, dict | list) for value in data.values()):
        return pd.DataFrame({"name": list(data), "value": list(data.values())})
    flat = isinstance(data, list) and data and all(isinstance(row, dict) for row in data)
    return pd.DataFrame.from_records(data) if flat else None


def shown(frame: pd.DataFrame, caption: str, file: str) -> Table:
    """Table of the first rows and columns of a frame, with a note on what is left out."""
    columns = [str(name) for name in frame.columns[:_MOST_COLUMNS]]
    rows = [[_cell(value) for value in row] for row in frame.iloc[:_MOST_ROWS, :_MOST_COLUMNS].itertuples(index=False)]
    left_out = []
    if len(frame) > _MOST_ROWS:
        left_out.append(f"the first {_MOST_ROWS} of {len(frame):,} rows")
    if len(frame.columns) > _MOST_COLUMNS:
        left_out.append(f"the first {_MOST_COLUMNS} of {len(frame.columns)} columns")
    note = f"File {file}" + (f"; here are {' and '.join(left_out)}." if left_out else ".")
    return table(caption, [plain(name) for name in columns], rows, note=note, folded=len(rows) > 20)


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return number(value) if abs(value) < 1e6 else f"{value:.3g}"
    return "-" if value is None else str(value)
