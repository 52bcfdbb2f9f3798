"""Links between pages: in the repository each file lies where it is, on the site some lie elsewhere or not at all."""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

#: The checkout: pages are made of what lies there.
ROOT: Final = Path(__file__).resolve().parents[2]

#: Folder of the pages.
DOCS: Final = "docs"

#: Pages beside ``docs/``, by their file in the checkout, and their path within the site.
BESIDE: Final = {
    "README.md": "index.md",
    "CHANGELOG.md": "project/changelog.md",
    "DECISIONS.md": "project/decisions.md",
    "CONTRIBUTING.md": "project/contributing.md",
    "RELEASING.md": "project/releasing.md",
    "SECURITY.md": "project/security.md",
}

#: Folder within the site of files that pages link to and that are no pages.
FILES: Final = "files"

_CODE: Final = re.compile(r"(```.*?```|``[^\n]*?``|`[^`\n]*`)", re.DOTALL)
_LINK: Final = re.compile(r"(?P<text>!?\[[^\]]*\])\((?P<target>[^)\s]+)\)")
_ELSEWHERE: Final = re.compile(r"[a-z]+:", re.IGNORECASE)


def source_of(uri: str) -> str:
    """File of the checkout that a page of the site is made of; of one that is written from data, where it would lie."""
    return next((file for file, page in BESIDE.items() if page == uri), f"{DOCS}/{uri}")


def linked_files(text: str, uri: str) -> Iterator[str]:
    """Files of the checkout, neither pages nor within ``docs/``, to which a page links."""
    for target in _targets(text):
        file = _resolved(target, uri)
        if file not in BESIDE and not file.startswith(f"{DOCS}/") and (ROOT / file).is_file():
            yield file


def moved_links(text: str, uri: str) -> str:
    """Text of a page with links that hold on the site; the name of a folder, which has no page, loses its link."""

    def moved(found: re.Match[str]) -> str:
        target = found["target"]
        if _is_elsewhere(target):
            return found[0]
        path, hash_sign, anchor = target.partition("#")
        file = _resolved(path, uri)
        if (ROOT / file).is_dir():
            return found["text"].removeprefix("[").removesuffix("]")
        there = posixpath.relpath(_uri_of(file), posixpath.dirname(uri) or ".")
        return f"{found['text']}({there}{hash_sign}{anchor})"

    return _outside_code(text, lambda part: _LINK.sub(moved, part))


def _outside_code(text: str, change: Callable[[str], str]) -> str:
    # Code within the text of a link belongs to the link: what is taken out is put back after the change.
    kept: list[str] = []

    def keep(found: re.Match[str]) -> str:
        kept.append(found[0])
        return f"\0{len(kept) - 1}\0"

    changed = change(_CODE.sub(keep, text))
    return re.sub("\0(\\d+)\0", lambda found: kept[int(found[1])], changed)


def _targets(text: str) -> Iterator[str]:
    for found in _LINK.finditer(_CODE.sub("", text)):
        if not _is_elsewhere(found["target"]):
            yield found["target"].partition("#")[0]


def _is_elsewhere(target: str) -> bool:
    """Whether a link leads out of the checkout, or to a heading of its own page."""
    return target.startswith("#") or bool(_ELSEWHERE.match(target))


def _resolved(path: str, uri: str) -> str:
    """Path in the checkout to which a link of a page leads."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(source_of(uri)), path)).replace(os.sep, "/")


def _uri_of(file: str) -> str:
    """Where a file of the checkout lies on the site."""
    if file in BESIDE:
        return BESIDE[file]
    return file.removeprefix(f"{DOCS}/") if file.startswith(f"{DOCS}/") else f"{FILES}/{file}"
