"""Chromium for tests: the one of the system, driven without a window; nothing is downloaded."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

#: Names under which distributions ship it.
_NAMES = ("chromium", "chromium-browser", "google-chrome")

MISSING = "no Chromium on PATH; install it, for example with: apt-get install chromium"


def executable() -> str:
    """Path of the browser; without one a test is skipped, and on CI it fails."""
    found = next((path for path in map(shutil.which, _NAMES) if path is not None), None)
    if found is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(MISSING)
    return found


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the browser and close it again."""
    from playwright.sync_api import sync_playwright

    path = executable()
    with sync_playwright() as driver:
        # In a container there is neither a sandbox nor much shared memory.
        options = ["--no-sandbox", "--disable-dev-shm-usage"]
        browser = driver.chromium.launch(executable_path=path, args=options)
        try:
            yield browser
        finally:
            browser.close()


class Watch:
    """What a page complains of, and what it asks for beyond its own file."""

    def __init__(self, page: Page, own: str) -> None:
        self.errors: list[str] = []
        self.requests: list[str] = []
        page.on("console", lambda said: self.errors.append(said.text) if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", lambda asked: self._note(asked.url, own))

    def _note(self, url: str, own: str) -> None:
        if not url.startswith(("data:", "blob:")) and url.partition("#")[0] != own:
            self.requests.append(url)


def open_report(browser: Browser, report: Path, width: int) -> tuple[Page, Watch]:
    """Open a report whose plots answer to a click, in a window of some width."""
    page = browser.new_page(viewport={"width": width, "height": 900})
    watch = Watch(page, report.as_uri())
    page.goto(report.as_uri())
    page.locator(".bokeh-part canvas").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    return page, watch


def close_report(page: Page, watch: Watch) -> None:
    """Close a report that has complained of nothing and asked for nothing."""
    assert watch.errors == []
    assert watch.requests == []
    page.close()
