"""The site of the documentation shows every page, and can be built from what its extra names. `make docs` builds it."""

from __future__ import annotations

import runpy
import tomllib
from typing import Any

from tests.tree import ROOT

#: What `docs/conf.py` tells Sphinx, which is no part of what the tests need.
SITE: dict[str, Any] = runpy.run_path(str(ROOT / "docs" / "conf.py"))
LISTED = [page for pages in SITE["NAVIGATION"].values() for page in pages]


def test_every_page_is_in_the_navigation_once() -> None:
    pages = [
        path.relative_to(ROOT).with_suffix("").as_posix() for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"))
    ]
    assert sorted([SITE["root_doc"], *LISTED]) == sorted(pages)


def test_the_first_page_gets_the_navigation_and_the_page_of_python_its_reference() -> None:
    texts = {page: ["text\n"] for page in (SITE["root_doc"], "docs/python", "docs/model")}
    for page, text in texts.items():
        SITE["_complete"](None, page, text)
    assert texts["docs/model"] == ["text\n"]
    assert ".. automodule:: winset\n" in texts["docs/python"][0]
    (front,) = texts[SITE["root_doc"]]
    assert [line.removeprefix("/") for line in front.splitlines() if line.startswith("/")] == LISTED
    assert [line.removeprefix(":caption: ") for line in front.splitlines() if line.startswith(":caption")] == [
        *SITE["NAVIGATION"]
    ]


def test_what_builds_it_is_in_the_extra_and_in_no_other() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    needed = {"sphinx", "myst-parser", SITE["html_theme"]}
    assert needed == {*extras["docs"]}
    assert {name.split(".")[0].replace("_", "-") for name in SITE["extensions"]} <= needed
    assert not needed & {*extras["dev"]}
