"""How to run it again: the command, the code, the versions, the digest of the result."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from experiments.report.blocks import Block, Commands, Download, PageSection, Table, Words, table
from experiments.store.directory import default_folder

if TYPE_CHECKING:
    from experiments.config.model import Config
    from experiments.store.manifest import Manifest


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question is put to, and what must lie beside it.

    Attributes
    ----------
    subject : str
        First argument of the command.
    save : str
        What is to be done with the files, before the colon.
    files : tuple of Download
        Files that the command reads.
    needs : tuple of str
        Sentences on what it needs that the page does not hold.
    """

    subject: str
    save: str
    files: tuple[Download, ...] = ()
    needs: tuple[str, ...] = ()


def asked_of_config(config: Config) -> Asked:
    """A question that is put to a config, which is saved with every default and change."""
    name = f"{file_name(config.name)}.yaml"
    content = json.dumps(config.resolved(), indent=1, ensure_ascii=False).encode()
    save = f"Save the config as {name}, with every default and change spelled out, and run it:"
    return Asked(name, save, (Download(name, f"Save {name}", content),))


def repeat_section(
    manifest: Manifest, config: Config, digest: str = "", options: tuple[str, ...] = (), *, asked: Asked | None = None
) -> PageSection:
    """Section on how to get the same result again.

    Parameters
    ----------
    manifest : Manifest
        Manifest of the directory.
    config : Config
        Its config, with every change that was made on the command line.
    digest : str
        What ``winset hash`` prints.
    options : tuple of str
        Options of the command that matter to the result.
    asked : Asked, optional
        What the question is put to, unless that is the config.
    """
    about = asked_of_config(config) if asked is None else asked
    own = [f"{one.name} (SHA-256 {one.sha256})" for one in manifest.tactics]
    blocks: list[Block] = [Words((f"It needs tactics of your own: {', '.join(own)}.",))] if own else []
    files = [one.name for one in manifest.tactics if one.name.endswith(".py")]
    loaded = [part for file in files for part in ("--tactics", shlex.quote(file))]
    lines = [" ".join(["winset", manifest.command, shlex.quote(about.subject), *options, *loaded])]
    if digest:
        lines.append(f"winset hash {default_folder(config, manifest.command)}")
    blocks += [Words((*about.needs, about.save)), *about.files, Commands(tuple(lines))]
    blocks.append(computed_by(manifest, "config", digest))
    same = "config" if about.subject == f"{file_name(config.name)}.yaml" else "question"
    lead = f"The same {same}, seed and versions give the same result, whatever the number of processes."
    return PageSection("again", "How to run it again", lead, tuple(blocks))


def computed_by(manifest: Manifest, subject: str, digest: str = "") -> Table:
    """Table of code, versions, seed and settings; `subject` is what the question is about."""
    around = manifest.surroundings
    rows = [
        ("Question", manifest.command),
        ("winset", f"{around.code.version} (source files {around.code.digest})"),
        ("Python", around.python),
        *around.packages.items(),
        ("Seed", str(manifest.seed)),
        *((name, _brief(value)) for name, value in manifest.settings.items()),
        (f"Digest of the {subject}", manifest.config_digest),
    ]
    if digest:
        rows.append(("Digest of the result (winset hash)", digest))
    return table("What computed it", ("", "Value"), rows, texts=2)


def repeated(option: str, values: Iterable[object]) -> list[str]:
    """An option with each of its values, as a shell takes them."""
    return [part for value in values for part in (option, shlex.quote(str(value)))]


def file_name(name: str) -> str:
    """Name of a config or table made safe as a file name and on a command line."""
    return "".join(letter if letter.isalnum() or letter in "_-" else "_" for letter in name) or "config"


def _brief(value: Any) -> str:
    text = _in_words(value)
    return text if len(text) <= 200 else f"{text[:199]}…"


def _in_words(value: Any) -> str:
    """Plain data without brackets: names and values of a map, members of a list."""
    if isinstance(value, Mapping):
        return "; ".join(f"{name}: {_in_words(part)}" for name, part in value.items())
    if isinstance(value, list | tuple):
        between = " | " if any(isinstance(part, Mapping | list | tuple) for part in value) else ", "
        return between.join(map(_in_words, value)) or "none"
    return (value or "none") if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
