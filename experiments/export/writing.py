"""Write exported tables where a user wants them: whole or not at all, and over nothing that is not an export."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from experiments.errors import RunError
from experiments.export.csv_files import csv_files
from experiments.export.duckdb_file import duckdb_file
from experiments.export.formats import ONE_FILE, ExportFormat
from experiments.export.stata_files import stata_files
from experiments.export.tables import DICTIONARY, ExportTable, contents_of, dictionary_of
from experiments.export.xlsx_file import xlsx_file
from experiments.store.place import check_file, temporary_name, write_file

_OUT: Final = "--out"

#: Ends of the names of files in a folder of each format.
_ENDS: Final[Mapping[str, str]] = {"csv": ".csv", "stata": ".dta"}

_FILE: Final[Mapping[str, Callable[[Sequence[ExportTable]], bytes]]] = {"xlsx": xlsx_file, "duckdb": duckdb_file}


def default_out(folder: str, form: ExportFormat) -> Path:
    """Where an export of a directory goes unless its user says so: beside it, under its name.

    Raises
    ------
    experiments.errors.RunError
        When the directory is at an address, beside which nothing is written.
    """
    if "://" in folder:
        raise RunError(f"{folder} is an address; name a file or folder of this machine with {_OUT}.")
    beside = Path(folder).resolve()
    return Path(os.path.relpath(beside.parent)) / f"{beside.name}{ONE_FILE.get(form, f'-{form}')}"


def check_out(out: Path, form: ExportFormat, *, overwrite: bool) -> None:
    """Refuse a place that cannot be written, or that holds what is not to be replaced.

    Raises
    ------
    experiments.errors.RunError
        Saying what is there.
    """
    if form in ONE_FILE:
        check_file(out, _example(form), overwrite=overwrite)
        return
    if (end := out.suffix.lower()) in {*_ENDS.values(), *ONE_FILE.values()} and not out.is_dir():
        other = next((f", or take --format {one}" for one, its in ONE_FILE.items() if its == end), "")
        raise RunError(
            f"{_OUT} {out} is named as a file, and --format {form} fills a folder; name a folder, such as "
            f"{out.with_suffix('')}{other}."
        )
    if out.exists() and not out.is_dir():
        raise RunError(f"{_OUT}: {out} is a file and no folder, and --format {form} fills one; choose another --out.")
    found = sorted(out.iterdir()) if out.is_dir() else []
    if found and not overwrite:
        raise RunError(f"{_OUT} {out} is not empty; replace an export with --overwrite, or choose another folder.")
    foreign = [path.name for path in found if path.suffix != _ENDS[form] or not path.is_file()]
    if found and (foreign or f"{DICTIONARY}{_ENDS[form]}" not in {path.name for path in found}):
        held = foreign[0] if foreign else found[0].name
        raise RunError(f"{_OUT} {out} holds {held}, which is no export of this format; choose another folder.")


def _example(form: ExportFormat) -> str:
    """Name of a file of a format of one file."""
    return f"tables{ONE_FILE[form]}"


def write_export(tables: Sequence[ExportTable], out: Path, form: ExportFormat, *, overwrite: bool = False) -> None:
    """Write tables with their dictionary.

    Parameters
    ----------
    tables : sequence of ExportTable
        What is written.
    out : pathlib.Path
        File, or folder of a format of a file a table; folders above it are made.
    form : str
        ``csv``, ``xlsx``, ``stata`` or ``duckdb``.
    overwrite : bool
        Whether an export that is there is replaced.

    Raises
    ------
    experiments.errors.RunError
        When a library is missing, a table does not fit into the format, or `out` cannot be written or replaced.
    """
    check_out(out, form, overwrite=overwrite)
    if form == "stata":
        _write_folder(out, stata_files(tables))
        return
    whole = (dictionary_of(tables), contents_of(tables), *tables)
    if form == "csv":
        _write_folder(out, csv_files(whole))
    else:
        write_file(out, _FILE[form](whole), _example(form))


def _write_folder(out: Path, files: Mapping[str, bytes]) -> None:
    """Fill a folder beside the one that is wanted, then let it take that one's name."""
    target = Path(os.path.realpath(out))
    filling, gone = (target.with_name(temporary_name(target.name, f"{os.getpid()}{end}")) for end in ("1", "2"))
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        filling.mkdir()
        for name, content in files.items():
            (filling / name).write_bytes(content)
        if target.exists():
            target.rename(gone)
        filling.rename(target)
    except OSError as error:
        shutil.rmtree(filling, ignore_errors=True)
        if gone.exists() and not target.exists():
            gone.rename(target)
        raise RunError(f"{_OUT} {out} cannot be written: {error.strerror or error}.") from error
    except BaseException:
        shutil.rmtree(filling, ignore_errors=True)
        raise
    shutil.rmtree(gone, ignore_errors=True)
