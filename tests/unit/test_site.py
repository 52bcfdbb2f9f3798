"""The site of the documentation: it builds without a warning, asks no other machine, and leads nowhere astray."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

import pytest
from ruamel.yaml import YAML

import winset
from experiments.documentation.links import BESIDE
from experiments.documentation.site import navigation, written_pages
from tests.browser import chromium
from tests.made_once import made_once
from tests.tree import ROOT

#: What MkDocs is told.
TOLD: Final[dict[str, Any]] = YAML().load(ROOT / "mkdocs.yml")

#: Elements that load something, with the attribute that says what.
LOADING: Final = {
    "script": "src", "img": "src", "iframe": "src", "source": "src", "video": "src", "audio": "src", "embed": "src",
    "object": "data",
}  # fmt: skip

#: Kinds of links in the head of a page that a browser does not fetch.
NOT_FETCHED: Final = {"canonical", "next", "prev"}

OUTSIDE: Final = re.compile(r"(?:https?:)?//")


def _build(folder: Path) -> Path:
    call = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder / "html")]
    environment = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(call, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    return folder / "html"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the site, built as `make docs` builds it."""
    return made_once(tmp_path_factory, "site", _build)


class Read(HTMLParser):
    """What a page loads, where its links lead, and the places in it that they may lead to."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.links: list[str] = []
        self.places: set[str] = set()
        self.styles = ""
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.places |= {found[name] for name in ("id", "name") if name in found}
        self.styles += found.get("style", "")
        if tag == "a" and "href" in found:
            self.links.append(found["href"])
        if tag == "link" and found.get("rel") not in NOT_FETCHED:
            self.loads.append(found["href"])
        if tag in LOADING and LOADING[tag] in found:
            self.loads.append(found[LOADING[tag]])
        self.loads += [part.split()[0] for part in found.get("srcset", "").split(",") if part.strip()]

    def handle_data(self, data: str) -> None:
        if self.lasttag == "style":
            self.styles += data


def _loaded(folder: Path) -> Iterator[tuple[str, str]]:
    """Everything that the pages and style sheets of a folder load, with the file that does."""
    for page in folder.rglob("*.html"):
        read = Read(page)
        yield from ((page.name, one) for one in [*read.loads, *_in_styles(read.styles)])
    for sheet in folder.rglob("*.css"):
        yield from ((sheet.name, one) for one in _in_styles(sheet.read_text(encoding="utf-8")))


def _in_styles(text: str) -> list[str]:
    addresses = re.findall(r"url\(\s*[\"']?([^\"')]+)", text)
    return addresses + re.findall(r"@import\s+[\"']([^\"']+)", text)


def _broken(folder: Path) -> list[tuple[str, str]]:
    """Links between the pages of a folder that lead to no file or to no place in it, and files that are not there."""
    pages = {page: Read(page) for page in folder.rglob("*.html")}
    found = []
    for page, read in pages.items():
        # The page for what is not there is shown at any address, and its links begin at the top.
        start = folder if page.name == "404.html" else page.parent
        for link in [*read.links, *read.loads]:
            if re.match(r"[a-z]+:|//", link):
                continue
            path, _, place = unquote(link).partition("#")
            target = (start / path.lstrip("/")).resolve() if path else page
            is_there = target.is_file() and (link in read.loads or not place or place in _places(pages, target, place))
            if not is_there:
                found.append((str(page.relative_to(folder)), link))
    return found


def _places(pages: dict[Path, Read], target: Path, place: str) -> set[str]:
    """Places of a page; a picture has one for each theme."""
    return pages[target].places if target in pages else {place}


def test_the_site_loads_nothing_from_another_machine(site: Path) -> None:
    loaded = [*_loaded(site)]
    assert len({name for name, _ in loaded}) > 60
    assert [one for one in loaded if OUTSIDE.match(one[1])] == []


def test_no_link_of_the_site_is_broken(site: Path) -> None:
    assert sum(len(Read(page).links) for page in site.rglob("*.html")) > 1_000
    assert _broken(site) == []


def test_what_is_loaded_from_elsewhere_and_links_that_lead_nowhere_are_seen(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(
        '<link rel="stylesheet" href="https://a.example/x.css"><link rel="canonical" href="https://a.example/">'
        '<style>@import "//b.example/y.css"; p { background: url(https://c.example/z.png) }</style>'
        '<p id="here"><img src="http://d.example/p.png" srcset="//e.example/q.png 2x"><a href="https://f.example">f</a>'
        '<a href="#here">1</a><a href="#there">2</a><a href="b.html#no">3</a><a href="c.html">4</a>'
        '<a href="b.html">5</a>',
        encoding="utf-8",
    )
    (tmp_path / "b.html").write_text("<p>nothing</p>", encoding="utf-8")
    outside = {re.sub(r".*//(.)\..*", r"\1", one) for _, one in _loaded(tmp_path) if OUTSIDE.match(one)}
    assert outside == {*"abcde"}
    assert _broken(tmp_path) == [("a.html", "#there"), ("a.html", "b.html#no"), ("a.html", "c.html")]


def _pages() -> list[str]:
    """Every page, by its path within the site."""
    docs = ROOT / "docs"
    beside = {path.name for path in ROOT.glob("*.md")}
    assert beside == {*BESIDE}
    return [*(path.relative_to(docs).as_posix() for path in docs.rglob("*.md")), *written_pages(), *BESIDE.values()]


def _in_order(entries: list[Any]) -> Iterator[str]:
    for entry in entries:
        if isinstance(entry, dict):
            for value in entry.values():
                yield from _in_order(value if isinstance(value, list) else [value])
        else:
            yield entry


def test_every_page_is_in_the_navigation_once() -> None:
    assert sorted(_in_order(navigation(TOLD["nav"], _pages()))) == sorted(_pages())


def test_an_entry_with_an_asterisk_stands_for_pages_without_one_and_an_empty_heading_is_left_out() -> None:
    entries = ["index.md", {"Jobs": "jobs/*"}, {"Model": ["model/b.md", "model/*"]}, {"Later": ["later/*"]}]
    pages = ["index.md", "jobs/a.md", "jobs/index.md", "model/a.md", "model/b.md", "model/c.md"]
    assert navigation(entries, pages) == [
        "index.md",
        {"Jobs": ["jobs/index.md", "jobs/a.md"]},
        {"Model": ["model/b.md", "model/a.md", "model/c.md"]},
    ]


def test_the_reference_shows_every_name_with_its_arguments_and_without_roles(site: Path) -> None:
    page = (site / "python_reference.html").read_text(encoding="utf-8")
    assert re.findall(r'<h2 id="[\w.]+" class="doc doc-heading">\s*winset\.(\w+)', page) == sorted(winset.__all__)
    assert not re.search(r":(?:mod|class|func|data|meth|exc|attr):", page)
    text = re.sub(r"<[^>]+>", "", page)
    assert re.search(r"advise\(\s*config,\s*side,\s*levers=\(\),\s*reactions=\(\),\s*worlds=400,", text)
    assert "As every question takes them" not in text, "that stands once, above"


def test_what_builds_it_is_in_the_extra_and_with_what_the_tests_need() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    assert {*extras["docs"]} == {"mkdocs", f"mkdocs-{TOLD['theme']['name']}", "mkdocstrings[python]"}
    (all_extras,) = (one for one in extras["dev"] if one.startswith("winset["))
    assert "docs" in all_extras.removeprefix("winset[").removesuffix("]").split(",")


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_site_opens_from_disk_follows_the_theme_and_finds_words(site: Path, scheme: Any) -> None:
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 390, "height": 800}, color_scheme=scheme)
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto((site / "gallery.html").as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
        is_dark = max(map(int, re.findall(r"\d+", ground)[:3])) < 80
        assert is_dark == (scheme == "dark")
        shown = page.locator("img.picture:visible")
        assert shown.count() > 30
        sources = shown.evaluate_all("all => all.map(one => one.src)")
        assert [one for one in sources if not one.endswith(f".{scheme}.webp#only-{scheme}")] == []
        page.locator("label[for=__search]").first.click()
        page.locator("input[name=query]").press_sequentially("ratification margin")
        page.locator(".md-search-result__item").first.wait_for()
        assert page.locator(".md-search-result__item").count() > 3
        assert faults == []
        assert [url for url in asked if not url.startswith((site.as_uri(), "about:", "data:"))] == []
