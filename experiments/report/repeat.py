"""How to run it again: the command, the code, the versions, the digest of the result."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING, Any

from experiments.report.blocks import Block, Commands, Download, PageSection, Words, table

if TYPE_CHECKING:
    from experiments.config.model import Config


def repeat_section(
    manifest: dict[str, Any], kind: str, config: Config, digest: str = "", options: tuple[str, ...] = ()
) -> PageSection:
    """Section on how to get the same result again.

    Parameters
    ----------
    manifest : dict
        Manifest of the directory, as plain data.
    kind : str
        Command that filled it.
    config : Config
        Its config, with every change that was made on the command line.
    digest : str
        What ``winset hash`` prints.
    options : tuple of str
        Options of the command that matter to the result.
    """
    settings = manifest.get("settings", manifest.get("options"))
    name = f"{_file_name(config.name)}.yaml"
    content = json.dumps(config.resolved(), indent=1, ensure_ascii=False).encode()
    tactics = [one for one in manifest.get("tactics") or () if isinstance(one, dict)]
    own = [f"{one.get('name')} (SHA-256 {one.get('sha256')})" for one in tactics]
    blocks: list[Block] = [Words((f"It needs tactics of your own: {', '.join(own)}.",))] if own else []
    files = [str(one.get("name")) for one in tactics if str(one.get("name")).endswith(".py")]
    loaded = [part for name in files for part in ("--tactics", shlex.quote(name))]
    blocks += [
        Words((f"Save the config as {name}, with every default and change spelled out, and run it:",)),
        Download(name, f"Save {name}", content),
        Commands(
            (
                " ".join(["winset", kind, name, *options, *loaded]),
                *([f"winset hash out/{name[:-5]}"] if digest else []),
            )
        ),
    ]
    rows = [("Kind", kind), ("winset", _code(manifest)), ("Python", str(manifest.get("python", "-")))]
    rows += [(str(package), str(version)) for package, version in dict(manifest.get("packages", {})).items()]
    if "seed" in manifest:
        rows.append(("Seed", str(manifest["seed"])))
    if isinstance(settings, dict):
        rows += [(str(name), _brief(value)) for name, value in settings.items()]
    if "config_digest" in manifest:
        rows.append(("Digest of the config", str(manifest["config_digest"])))
    if digest:
        rows.append(("Digest of the result (winset hash)", digest))
    for word in ("started", "finished", "written"):
        if manifest.get(word):
            rows.append((word.capitalize(), str(manifest[word])))
    blocks.append(table("What computed it", ("", "Value"), rows, texts=2))
    lead = "The same config, seed and versions give the same result, whatever the number of processes."
    return PageSection("again", "How to run it again", lead, tuple(blocks))


def _file_name(name: str) -> str:
    """Name of a config made safe as a file name and on a command line."""
    return "".join(letter if letter.isalnum() or letter in "_-" else "_" for letter in name) or "config"


def _code(manifest: dict[str, Any]) -> str:
    code = manifest.get("code")
    return f"{code.get('version')} (source files {code.get('digest')})" if isinstance(code, dict) else "-"


def _brief(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 200 else f"{text[:199]}…"
