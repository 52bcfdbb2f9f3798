"""The page in a real browser: steps, play, a changed tactic, two tables, and a seat in which a deal is closed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import pytest

from tests.browser import executable
from tests.served_page import served

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

# The plane comes after the words above it, and anew at every round: it is asked in one go, once it is drawn.
_SHOWN_PLANE: Final = """() => {
    const plane = document.querySelector("img.plane")
    return plane?.naturalWidth ? {width: plane.getBoundingClientRect().width, alt: plane.alt} : null
}"""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    executable()
    with served() as found:
        yield found


@pytest.fixture
def page(address: str, browser: Browser) -> Iterator[Page]:
    """The page, newly opened."""
    opened = browser.new_page(viewport={"width": 1280, "height": 1600})
    opened.set_default_timeout(15_000)
    errors: list[str] = []
    asked: list[str] = []
    opened.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.on("request", lambda request: asked.append(request.url))
    opened.goto(address)
    opened.get_by_text("No round has been played yet").wait_for()
    yield opened
    assert errors == []
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []
    opened.close()


def test_step_end_and_reset_and_then_play_goes_on_by_itself_and_pause_holds_it(page: Page) -> None:
    page.get_by_role("button", name="Step", exact=True).click()
    page.get_by_text("Round 1,").first.wait_for()
    _to_the_end(page)
    _reset(page)
    page.get_by_role("button", name="▶").click()
    page.get_by_text("Round 3,").first.wait_for()
    page.get_by_role("button", name="❚❚").click()
    page.wait_for_timeout(500)  # a round that had begun is shown
    paused = page.locator(".status").inner_text()
    page.wait_for_timeout(700)  # more than three intervals of play
    assert page.locator(".status").inner_text() == paused
    page.get_by_role("button", name="▶").click()
    page.locator(".ending").wait_for()


@pytest.mark.long
def test_a_changed_tactic_is_played_after_reset(page: Page) -> None:
    before = _to_the_end(page)
    _choose(page, "Tactic of the US", "conceder")
    _reset(page)
    page.get_by_text("US plays conceder").wait_for()
    assert _to_the_end(page) != before


def test_two_tables_under_the_same_draws(page: Page) -> None:
    page.get_by_role("tab", name="Side by side").click()
    page.locator(".blocks h3").nth(1).wait_for()
    left = _to_the_end(page)
    assert page.locator(".ending").nth(1).inner_text() == left
    _choose(page, "Right: Tactic of the US", "conceder")
    _reset(page)
    page.get_by_text("US plays conceder").wait_for()
    assert _to_the_end(page) == left
    assert page.locator(".ending").nth(1).inner_text() != left


@pytest.mark.long
def test_controls_are_those_of_the_config_that_was_picked(page: Page) -> None:
    line = page.get_by_text("US red line on cars", exact=True)
    _choose(page, "Tactic of the US", "conceder")
    _choose(page, "Config july_2025", "tiny")
    line.wait_for(state="detached")
    _choose(page, "Config tiny", "japan_us_2025")
    line.wait_for()
    line.click()
    _reset(page)
    page.get_by_text("no US red line on cars").wait_for()
    assert page.get_by_text("plays conceder").count() == 0


def _to_the_end(page: Page) -> str:
    """How the first table ends, in the page's words."""
    page.get_by_role("button", name="To the end").click()
    page.locator(".ending").first.wait_for()
    return page.locator(".ending").first.inner_text()


def _reset(page: Page) -> None:
    page.get_by_role("button", name="Reset").click()
    page.get_by_text("No round has been played yet").first.wait_for()


def _choose(page: Page, control: str, value: str) -> None:
    page.get_by_role("button", name=control).click()
    listed = page.locator(".menuable__content__active")
    listed.get_by_text(value, exact=True).click()
    listed.wait_for(state="hidden")  # while it closes there may be two


def test_a_person_closes_a_deal(page: Page) -> None:
    page.get_by_role("tab", name="Your seat").click()
    page.get_by_role("button", name="Start the talks").click()
    page.get_by_text("It is your turn").wait_for()
    for _ in range(30):
        if page.locator(".ending").count():
            break
        turn = page.locator(".status").inner_text()
        accept = page.get_by_role("button", name="Accept", exact=True)
        (accept if accept.is_enabled() else page.locator(".suggestions button").last).click()
        page.wait_for_function(
            "turn => [...document.querySelectorAll('.ending, .status')].some(part => part.innerText !== turn)",
            arg=turn,
        )
    assert "agreement" in page.locator(".ending").inner_text()


def test_a_phone_shows_the_page_first(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.reload()
    page.get_by_text("No round has been played yet").wait_for()
    _to_the_end(page)
    shown = page.wait_for_function(_SHOWN_PLANE).json_value()
    assert 340 <= shown["width"] <= 390
    assert shown["alt"].startswith("Offers by what they are worth to the US and to Japan")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.long
def test_the_plane_is_drawn_in_the_theme_that_is_picked(page: Page) -> None:
    page.get_by_role("button", name="Step", exact=True).click()
    plane = page.locator("img.plane")
    light = plane.get_attribute("src")
    page.locator("header .v-btn").last.click()
    page.locator(".theme--dark .winset").first.wait_for()
    page.wait_for_function(
        "light => [...document.querySelectorAll('img.plane')].some(plane => plane.src !== light)", arg=light
    )
