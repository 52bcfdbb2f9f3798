"""Hooks of MkDocs: pages from the code beside those of ``docs/``, links that hold on the site, and whole folders.

``mkdocs.yml`` names this file. An entry of its navigation that ends with ``*`` stands for every page that matches and
has no entry of its own, ``index.md`` of a folder first.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, Final

from experiments.documentation.commands import FOLDER, command_pages, commands_by_panel
from experiments.documentation.config_keys import config_markdown
from experiments.documentation.gallery import gallery_markdown
from experiments.documentation.links import BESIDE, FILES, ROOT, linked_files, moved_links
from experiments.documentation.parameters import parameter_markdown
from experiments.documentation.python_names import python_markdown

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

#: Pages for those who change winset.
_FOR_DEVELOPERS: Final = "project/"

#: How an entry of the navigation ends that stands for many pages.
_MANY: Final = "*"


def written_pages() -> dict[str, str]:
    """Text of every page that is written from the code, by its path within the site."""
    return {
        **command_pages(),
        "python_reference.md": python_markdown(),
        "config_keys.md": config_markdown(),
        "parameters.md": parameter_markdown(),
        "gallery.md": gallery_markdown(),
    }


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add what does not lie in ``docs/``, and name every page in the navigation."""
    from mkdocs.structure.files import File

    for uri, text in written_pages().items():
        files.append(File.generated(config, uri, content=text))
    for file, uri in BESIDE.items():
        files.append(File.generated(config, uri, abs_src_path=str(ROOT / file)))
    pages = files.documentation_pages()
    linked = {file for page in pages for file in linked_files(page.content_string, page.src_uri)}
    for file in sorted(linked):
        files.append(File.generated(config, f"{FILES}/{file}", abs_src_path=str(ROOT / file)))
    config.nav = navigation(config.nav or [], [page.src_uri for page in pages])
    return files


def on_page_markdown(markdown: str, page: Page, **_: Any) -> str:
    """Have links lead to where their targets lie on the site, and the search find what is for readers first."""
    if page.file.src_uri.startswith(_FOR_DEVELOPERS):
        page.meta["search"] = {"boost": 0.3}
    return moved_links(markdown, page.file.src_uri)


def navigation(entries: list[Any], pages: list[str]) -> list[Any]:
    """Entries with a page for each that stands for many; the commands stand under the headings of the help.

    Parameters
    ----------
    entries : list
        As in ``mkdocs.yml``.
    pages : list of str
        Every page, by its path within the site.
    """
    named = {entry for entry in _leaves(entries) if not entry.endswith(_MANY)}
    return _filled(entries, sorted({*pages} - named, key=lambda uri: (not uri.endswith("/index.md"), uri)))


def _leaves(entries: list[Any]) -> list[str]:
    found: list[str] = []
    for entry in entries:
        if isinstance(entry, dict):
            for value in entry.values():
                found += _leaves(value if isinstance(value, list) else [value])
        else:
            found.append(entry)
    return found


def _filled(entries: list[Any], free: list[str]) -> list[Any]:
    filled: list[Any] = []
    for entry in entries:
        if isinstance(entry, dict):
            for heading, value in entry.items():
                inside = _filled(value if isinstance(value, list) else [value], free)
                if inside:
                    filled.append({heading: inside if isinstance(value, list) else _one_or_all(inside, value)})
        elif entry == f"{FOLDER}/{_MANY}":
            filled += [f"{FOLDER}/index.md"]
            filled += [
                {panel: [f"{FOLDER}/{name}.md" for name in names]} for panel, names in commands_by_panel().items()
            ]
        elif entry.endswith(_MANY):
            filled += [uri for uri in free if fnmatchcase(uri, entry)]
        else:
            filled.append(entry)
    return filled


def _one_or_all(inside: list[Any], value: str) -> Any:
    """Pages under a heading that has one entry: a list where it stands for many, else the page itself."""
    return inside if value.endswith(_MANY) else inside[0]
