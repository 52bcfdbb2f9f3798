"""The page in a real browser: a step, the end, a reset, and a seat in which a deal is closed."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.browser import chromium, executable

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    executable()
    command = [sys.executable, "-m", "experiments.cli", "app", "--no-open", "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        found = next(match for line in server.stderr if (match := re.search(r"http://\S+", line)))
        try:
            yield found[0]
        finally:
            server.send_signal(signal.SIGINT)
            assert server.wait(15) == 0


@pytest.fixture(scope="module")
def page(address: str) -> Iterator[Page]:
    with chromium() as browser:
        opened = browser.new_page(viewport={"width": 1280, "height": 1600})
        opened.set_default_timeout(15_000)
        errors: list[str] = []
        asked: list[str] = []
        opened.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
        opened.on("pageerror", lambda error: errors.append(str(error)))
        opened.on("request", lambda request: asked.append(request.url))
        opened.goto(address)
        yield opened
        assert errors == []
        assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []


def test_step_end_and_reset(page: Page) -> None:
    page.get_by_role("button", name="Step", exact=True).click()
    page.get_by_text("Round 1,").first.wait_for()
    page.get_by_role("button", name="To the end").click()
    page.locator(".ending").wait_for()
    page.get_by_role("button", name="Reset").click()
    page.get_by_text("No round has been played yet").wait_for()


def test_a_person_closes_a_deal(page: Page) -> None:
    page.get_by_role("tab", name="Your seat").click()
    page.get_by_role("button", name="Start the talks").click()
    page.get_by_text("It is your turn").wait_for()
    for _ in range(30):
        if page.locator(".ending").count():
            break
        accept = page.get_by_role("button", name="Accept", exact=True)
        (accept if accept.is_enabled() else page.locator(".suggestions button").last).click()
        page.wait_for_timeout(300)
    assert "agreement" in page.locator(".ending").inner_text()


def test_a_phone_shows_the_page_first(page: Page, address: str) -> None:
    phone = page.context.browser
    assert phone is not None
    narrow = phone.new_page(viewport={"width": 390, "height": 844})
    narrow.set_default_timeout(15_000)
    narrow.goto(address)
    narrow.get_by_role("button", name="To the end").click()
    narrow.locator(".ending").wait_for()
    assert narrow.evaluate("document.documentElement.scrollWidth") <= 390
    narrow.close()
