"""How Sphinx makes one site of README, the other pages and the docstrings of `winset`: ``make docs``."""

from __future__ import annotations

from importlib import metadata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx

#: Pages beside README by heading, in the order of the navigation; a test tells of one that is left out.
NAVIGATION = {
    "Use": ["docs/python", "docs/distributions", "docs/explore", "docs/rules", "docs/report", "docs/export",
            "docs/app", "docs/scaling"],
    "The record": ["docs/record", "docs/hindcast", "docs/calibration", "docs/cases", "docs/chains"],
    "Bargaining": ["docs/tactics", "docs/tournament", "docs/solutions", "docs/guests", "docs/stress", "docs/positions"],
    "Model": ["docs/model", "docs/parameters", "docs/references"],
    "Project": ["CHANGELOG", "DECISIONS", "CONTRIBUTING", "RELEASING", "SECURITY"],
}

project = "winset"
author = "The winset developers"
release = version = metadata.version("winset")

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
root_doc = "README"
include_patterns = ["README.md", *(f"{page}.md" for pages in NAVIGATION.values() for page in pages)]
exclude_patterns = [".*", "out"]

html_theme = "furo"
html_title = f"{project} {release}"
html_copy_source = False
html_show_copyright = False

myst_heading_anchors = 6  # a link to a heading reads here as it does in the repository
autodoc_typehints = "none"  # docstrings say in words what a function takes
napoleon_google_docstring = False

_REFERENCE = "\n## Reference\n\n```{eval-rst}\n.. automodule:: winset\n   :members:\n   :imported-members:\n```\n"


def _toctree(heading: str, pages: list[str]) -> str:
    entries = "".join(f"/{page}\n" for page in pages)
    return f"\n```{{toctree}}\n:hidden:\n:caption: {heading}\n\n{entries}```\n"


def _complete(_app: Sphinx, page: str, source: list[str]) -> None:
    """Add to a page what only the site can show: whoever reads the file itself would see it as code."""
    if page == root_doc:
        source[0] += "".join(_toctree(heading, pages) for heading, pages in NAVIGATION.items())
    elif page == "docs/python":
        source[0] += _REFERENCE


def _unlink_folders(app: Sphinx, page: nodes.document) -> None:
    """Leave the name of a folder of the repository without its link, for the site has no page for it."""
    from sphinx.addnodes import pending_xref

    folder = app.env.doc2path(app.env.docname).parent
    for link in list(page.findall(pending_xref)):
        if link["reftype"] == "myst" and link["refdomain"] != "doc" and folder.joinpath(link["reftarget"]).is_dir():
            link.replace_self(link.children)


def setup(app: Sphinx) -> None:
    """Have Sphinx complete and mend the pages that it reads."""
    app.connect("source-read", _complete)
    app.connect("doctree-read", _unlink_folders)
