"""Pages of finished directories, as tests read them: what they answer, how they are repeated, what is refused."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import html
import json
import re
import shlex
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from experiments.questions.reporting import write_report
from experiments.store.seal import sealed
from tests.command_line import refused, winset

#: A title that would be a script if it were not text, and a config with it.
EVIL: Final = "<script>alert(1)</script>"
EVIL_TEXTS: Final = (f"title={EVIL}", f"story={EVIL}")


def page_in(folder: Path) -> str:
    """Page of a finished directory, written into it."""
    write_report(folder, None, "light")
    return (folder / "report.html").read_text(encoding="utf-8")


def answer_on(page: str) -> str:
    """The sentence that answers the question and the paragraphs that belong to it, as the terminal has them."""
    (sentence,) = re.findall(r'<p class="answer">(.*?)</p>', page, re.DOTALL)
    more = re.findall(r'<div class="more">(.*?)</div>', page, re.DOTALL)
    return as_written(" ".join([sentence, *(one for part in more for one in re.findall(r"<p>(.*?)</p>", part))]))


def as_written(markup: str) -> str:
    """Text that a markup was made of, where every path stood behind its meaning already."""
    return html.unescape(re.sub(r'</?code(?: class="path")?>', "", markup)).replace("\N{NO-BREAK SPACE}", " ")


def sections_on(page: str) -> list[str]:
    """Sections in their order."""
    return re.findall(r'<section id="([\w-]+)"', page)


def check_one_safe_file(page: str) -> None:
    """Check that a page of a config with :data:`EVIL_TEXTS` needs no other file, and that every text on it is text."""
    assert len(page.encode()) < 10_000_000
    assert EVIL not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    markup = re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)
    addresses = re.findall(r'(?:src|href)="([^"]*)"', markup)
    assert all(address.startswith(("data:", "#")) for address in addresses)
    ids = re.findall(r' id="([^"]+)"', markup)
    assert len(set(ids)) == len(ids)
    assert page.count('<svg class="drawing"') >= 1
    assert 'class="selected"' in page


def saved_config(page: str, scratch: Path) -> str:
    """Save the config that a page holds, and return the name of its file."""
    found = re.search(r'download="([\w.]+)" href="data:application/octet-stream;base64,([^"]+)"', page)
    assert found is not None
    (scratch / found[1]).write_bytes(base64.b64decode(found[2]))
    return found[1]


def saved_files(page: str, scratch: Path) -> list[str]:
    """Save every file that a page holds, and return their names."""
    found = re.findall(r'download="([\w.-]+)" href="data:application/octet-stream;base64,([^"]*)"', page)
    for name, content in found:
        (scratch / name).write_bytes(base64.b64decode(content))
    return [name for name, _ in found]


def words_on(page: str) -> list[str]:
    """What the page says to type, without the name of the program."""
    command = re.search(r"<code>winset (.*?)(?:\n.*?)?</code>", page, re.DOTALL)
    assert command is not None
    return shlex.split(html.unescape(command[1]))


def check_repeated(page: str, folder: Path, tables: Sequence[str], scratch: Path) -> None:
    """Check that the command on a page, typed where the files of the page were saved, gives the same tables."""
    saved_files(page, scratch)
    with contextlib.chdir(scratch):
        done = winset(*words_on(page), "--no-figures", "--out", scratch / "again")
    assert done.exit_code == 0, done.output
    assert sorted(path.name for path in (folder / "tables").iterdir()) == [*tables]
    for name in tables:
        assert (scratch / "again/tables" / name).read_bytes() == (folder / "tables" / name).read_bytes()


def copied(folder: Path, scratch: Path) -> Path:
    """Copy of a directory without its page."""
    return Path(shutil.copytree(folder, scratch / "copy", ignore=shutil.ignore_patterns("report.html")))


def list_as_written(folder: Path, file: str) -> None:
    """Write the checksum of a table into the manifest, as if winset had written it."""
    manifest = json.loads((folder / "manifest.json").read_text())
    (stored,) = (one for one in manifest["files"] if one["file"] == file)
    stored["sha256"] = hashlib.sha256((folder / file).read_bytes()).hexdigest()
    (folder / "manifest.json").write_text(sealed(manifest))


def edit_manifest(folder: Path, **changes: object) -> None:
    """Change a manifest as if winset had written it so."""
    path = folder / "manifest.json"
    path.write_text(sealed(json.loads(path.read_text()) | changes))


def check_unreported(folder: Path, message: str) -> None:
    """Check that no page is made of a directory, and why."""
    assert message in refused("report", folder)
    assert not (folder / "report.html").exists()


def check_damage_unreported(folder: Path, file: str, content: str | None, message: str, scratch: Path) -> None:
    """Check that no page is made of a directory with other content in a file, or without the file.

    A table is listed as if it had been written so.
    """
    copy = copied(folder, scratch)
    (copy / file).unlink()
    if content is not None:
        (copy / file).write_text(content)
        if file.startswith("tables/"):
            list_as_written(copy, file)
    check_unreported(copy, message)
