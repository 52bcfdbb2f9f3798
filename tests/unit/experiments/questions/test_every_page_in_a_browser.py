"""Pages of every question in a real browser: the first screen, contents in view, light and dark, saving, and paper."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from tests.browser import Watch, executable
from tests.sizes import usual
from tests.small_answers import SMALL, SmallAnswers

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

#: A desk and a phone.
SCREENS: Final = ((1280, 900), (390, 844))

#: Pages that are opened at every change: with a tall picture, a broad one, long words, and none.
FEW: Final = (
    "run", "tournament", "stress", "sensitivity", "sweep of two", "exploit", "solve", "hindcast", "value", "compare",
)  # fmt: skip

#: Parts of the answer, of which a page without pictures lacks the last.
PARTS: Final = (".answer", ".numbers", ".certainty", ".inputs", ".evidence .drawing >> visible=true")

_BEYOND: Final = """() => [...document.querySelectorAll("main *")]
    .filter((one) => !one.closest(".wide, pre, .widget, svg, details:not([open])"))
    .filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
    .map((one) => `${one.tagName} ${one.className} ${one.textContent.slice(0, 40)}`)"""


#: Left and right edge of each drawing in sight, and dots of the screen to a point of it.
_DRAWINGS: Final = """() => [...document.querySelectorAll("figure .drawing")]
    .filter((one) => one.getClientRects().length)
    .map((one) => [one.getBoundingClientRect(), one.viewBox.baseVal])
    .map(([box, own]) => [box.left, box.right, Math.min(box.width / own.width, box.height / own.height)])"""


@pytest.fixture
def report(request: pytest.FixtureRequest, answers: SmallAnswers) -> Path:
    executable()
    return answers.page(request.param)


def _opened(browser: Browser, report: Path, size: tuple[int, int], scheme: str = "light") -> tuple[Page, Watch]:
    page = browser.new_page(
        viewport={"width": size[0], "height": size[1]}, color_scheme="dark" if scheme == "dark" else "light"
    )
    watch = Watch(page, report.as_uri())
    page.goto(report.as_uri())
    return page, watch


@pytest.fixture
def run_page(browser: Browser, answers: SmallAnswers) -> Iterator[Page]:
    executable()
    page, watch = _opened(browser, answers.page("run"), SCREENS[0])
    yield page
    assert watch.errors == []
    assert watch.requests == []
    page.close()


@pytest.mark.parametrize("report", usual(SMALL, FEW), indirect=True)
def test_the_first_screen_is_the_answer_and_nothing_is_cropped(report: Path, browser: Browser) -> None:
    for size in SCREENS:
        page, watch = _opened(browser, report, size)
        for part in PARTS:
            found = page.locator(part)
            if part == PARTS[-1] and not found.count():
                continue
            box = found.first.bounding_box()
            assert box is not None
            assert box["height"] > (60 if part == PARTS[-1] else 10), (part, size)
            assert box["y"] + box["height"] <= size[1], (part, size)
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
        assert page.evaluate(_BEYOND) == []
        assert page.locator(".tools button").count() >= 1
        assert (watch.errors, watch.requests) == ([], [])
        page.close()


@pytest.mark.parametrize("report", ["value", "compare"], indirect=True)
def test_pictures_drawn_for_a_phone_take_the_place_of_the_others_there_alone(report: Path, browser: Browser) -> None:
    page, _ = _opened(browser, report, SCREENS[1])
    shown, broad = page.evaluate(_DRAWINGS), page.locator("figure .broad .drawing")
    assert len(shown) > 1
    assert broad.locator("visible=true").count() == 0
    for left, right, scale in shown:
        assert 0 <= left < right <= SCREENS[1][0]
        # Letters of 10.5 points are some ten dots tall.
        assert scale >= 0.9
    page.set_viewport_size({"width": SCREENS[0][0], "height": SCREENS[0][1]})
    assert page.locator("figure .narrow >> visible=true").count() == 0
    assert broad.locator("visible=true").count() == broad.count() > 0
    page.set_viewport_size({"width": 703, "height": 1_032})
    page.emulate_media(media="print")
    assert page.locator("figure .narrow >> visible=true").count() == 0
    page.close()


@pytest.mark.parametrize("report", usual(SMALL, FEW), indirect=True)
def test_printed_it_is_light_and_under_ten_pages_with_what_came_out_on_the_first(
    report: Path, browser: Browser
) -> None:
    page, _ = _opened(browser, report, SCREENS[0], "dark")
    assert _colour(page, "body") == (21, 24, 28)
    printed = page.pdf(prefer_css_page_size=True)
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b", printed)) < 10
    # A4 without its margins, at 96 dots an inch.
    page.set_viewport_size({"width": 703, "height": 1_032})
    page.emulate_media(media="print", color_scheme="dark")
    assert _colour(page, "body") == (255, 255, 255)
    box = page.locator("#came-out-heading").bounding_box()
    assert box is not None
    if page.locator("#leaks").count() == 0:
        assert box["y"] + box["height"] <= 1_032
    assert page.locator(".contents >> visible=true").count() == 0
    page.close()


def _colour(page: Page, part: str) -> tuple[int, ...]:
    colour = page.evaluate("part => getComputedStyle(document.querySelector(part)).backgroundColor", part)
    return tuple(map(int, re.findall(r"\d+", colour)))


def _ground(page: Page) -> str:
    """Colour of the ground of the first picture."""
    fill = "getComputedStyle(document.querySelector('.drawing path')).fill"
    return str(page.evaluate(fill))


def test_it_follows_light_and_dark_and_can_be_switched(run_page: Page) -> None:
    light, dark = "rgb(255, 255, 255)", "rgb(21, 24, 28)"
    assert (_colour(run_page, "body"), _ground(run_page)) == ((255, 255, 255), light)
    run_page.emulate_media(color_scheme="dark")
    assert (_colour(run_page, "body"), _ground(run_page)) == ((21, 24, 28), dark)
    run_page.get_by_role("button", name="Show the page light").click()
    assert (_colour(run_page, "body"), _ground(run_page)) == ((255, 255, 255), light)


def test_contents_stay_in_view_and_mark_the_section(run_page: Page) -> None:
    run_page.locator("#why").scroll_into_view_if_needed()
    run_page.evaluate("document.getElementById('why').scrollIntoView()")
    run_page.wait_for_function("document.querySelector('aside [aria-current]').hash === '#why'")
    assert run_page.locator("aside.contents").bounding_box()["y"] >= 0  # type: ignore[index]
    run_page.set_viewport_size({"width": 390, "height": 844})
    bar = run_page.locator(".bar")
    assert bar.bounding_box()["y"] == 0  # type: ignore[index]
    assert bar.bounding_box()["height"] < 60  # type: ignore[index]
    assert ": " in bar.locator("summary").inner_text()
    bar.locator("summary").click()
    bar.get_by_role("link", name="What came out").click()
    run_page.wait_for_function("!document.querySelector('.bar details').open")
    assert run_page.url.endswith("#came-out")


def test_tables_and_pictures_can_be_saved(run_page: Page, tmp_path: Path) -> None:
    section = run_page.locator("#came-out")
    table = section.locator("table").first
    with run_page.expect_download() as saved:
        section.get_by_role("button", name=re.compile("^Save the table “How 20 negotiations ended”")).click()
    saved.value.save_as(tmp_path / "table.csv")
    assert saved.value.suggested_filename == "how_20_negotiations_ended.csv"
    lines = (tmp_path / "table.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines[0] == "Outcome,Reason,Runs,Share,95 % interval"
    assert len(lines) == table.locator("tr").count()
    assert lines[1].startswith("Agreement,,20,100.0 %,")
    figure = run_page.locator("figure").first
    with run_page.expect_download() as saved:
        figure.get_by_role("button", name="Save the picture as SVG").click()
    saved.value.save_as(tmp_path / "picture.svg")
    text = (tmp_path / "picture.svg").read_text(encoding="utf-8")
    assert text.startswith("<svg ")
    assert 'xmlns="http://www.w3.org/2000/svg"' in text
    assert "var(" not in text
    assert 'viewBox="0 0 720 ' in text
    with run_page.expect_download() as saved:
        figure.get_by_role("button", name="Save the picture as PNG").click()
    saved.value.save_as(tmp_path / "picture.png")
    content = (tmp_path / "picture.png").read_bytes()
    assert content.startswith(b"\x89PNG")
    assert int.from_bytes(content[16:20], "big") == 1440


def test_a_picture_can_be_seen_in_full(run_page: Page) -> None:
    run_page.set_viewport_size({"width": 390, "height": 844})
    run_page.locator("figure").first.get_by_role("button", name="Show the picture in full").click()
    box = run_page.locator("dialog .drawing").bounding_box()
    assert box is not None
    assert box["width"] >= 900
    run_page.keyboard.press("Escape")
    assert not run_page.locator("dialog").is_visible()
    assert run_page.evaluate("document.activeElement.textContent") == "Enlarge"
