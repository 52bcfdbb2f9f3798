"""How to run it again: the command, the code, the versions, the digest of the result."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

from experiments.report.blocks import Block, Commands, Download, PageSection, Table, Words, table
from experiments.store.directory import default_folder

if TYPE_CHECKING:
    from experiments.config.model import Config
    from experiments.store.manifest import Manifest

#: Said where the config of a case is not what this version makes of the record.
CHANGED: Final = (
    "The config is not the one that this command makes by itself: it was changed with --set, or made of another "
    "version of the record. Name the same changes to get the same result."
)


def repeat_section(manifest: Manifest, config: Config, digest: str = "", options: tuple[str, ...] = ()) -> PageSection:
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
    """
    name = f"{file_name(config.name)}.yaml"
    content = json.dumps(config.resolved(), indent=1, ensure_ascii=False).encode()
    own = [f"{one.name} (SHA-256 {one.sha256})" for one in manifest.tactics]
    blocks: list[Block] = [Words((f"It needs tactics of your own: {', '.join(own)}.",))] if own else []
    files = [one.name for one in manifest.tactics if one.name.endswith(".py")]
    loaded = [part for file in files for part in ("--tactics", shlex.quote(file))]
    lines = [" ".join(["winset", manifest.command, name, *options, *loaded])]
    if digest:
        lines.append(f"winset hash {default_folder(config, manifest.command)}")
    blocks += [
        Words((f"Save the config as {name}, with every default and change spelled out, and run it:",)),
        Download(name, f"Save {name}", content),
        Commands(tuple(lines)),
    ]
    return repeated_by(manifest, "config", blocks, digest)


def repeated_by(manifest: Manifest, subject: str, blocks: Sequence[Block], digest: str = "") -> PageSection:
    """Section on how to get a result again by blocks of its own; `subject` is what the question is about."""
    lead = f"The same {subject}, seed and versions give the same result, whatever the number of processes."
    return PageSection("again", "How to run it again", lead, (*blocks, computed_by(manifest, subject, digest)))


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
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 200 else f"{text[:199]}…"
