"""The reports of a tournament and of a stress test in a real browser: a pair or a failure is picked, and told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from experiments.api import tournament
from experiments.config.load import load_config
from experiments.questions.reporting import write_report
from experiments.questions.stress.result import StressOptions
from experiments.questions.stress.stress import stress
from tests.browser import Watch, chromium, executable
from tests.tree import CONFIGS

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

PLAYERS = ["boulware", "conceder{beta: 2}", "tit_for_tat"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    executable()
    root = tmp_path_factory.mktemp("strategies")
    cars = CONFIGS / "cars_on_the_table.yaml"
    tournament(cars, PLAYERS, worlds=30, seed=5, draws=100, starts=20, out=root / "tournament")
    options = StressOptions("partner", budget=20_000, fresh=16, cases=2)
    stress(load_config(CONFIGS / "tiny.yaml"), options, root / "stress")
    for name in ("tournament", "stress"):
        write_report(root / name, None, "light")
    return {name: root / name / "report.html" for name in ("tournament", "stress")}


@pytest.fixture(params=[1280, 390])
def width(request: pytest.FixtureRequest) -> int:
    return int(request.param)


def _opened(browser: Browser, report: Path, width: int) -> tuple[Page, Watch]:
    page = browser.new_page(viewport={"width": width, "height": 900})
    watch = Watch(page, report.as_uri())
    page.goto(report.as_uri())
    page.locator(".bokeh-part canvas").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    return page, watch


def _closed(page: Page, watch: Watch) -> None:
    assert watch.errors == []
    assert watch.requests == []
    page.close()


def _wait_for(page: Page, told: str, begins: str) -> None:
    page.wait_for_function(
        "([id, text]) => document.getElementById(id).textContent.startsWith(text)", arg=[told, begins]
    )


def test_a_pair_is_picked_by_name(width: int, browser: Browser, reports: dict[str, Path]) -> None:
    page, watch = _opened(browser, reports["tournament"], width)
    page.get_by_label("The US plays", exact=True).select_option("tit_for_tat")
    page.get_by_label("Japan plays", exact=True).select_option("conceder{beta: 2}")
    _wait_for(page, "paired", "US “tit_for_tat”, Japan “conceder{beta: 2}”: ")
    page.get_by_label("Colour of the matrix", exact=True).select_option(index=2)
    titles = "Bokeh.documents.flatMap((d) => [...d._all_models.values()]).map((m) => m.title)"
    page.wait_for_function(f"{titles}.includes('Share')")
    _closed(page, watch)


def test_a_pair_is_picked_in_the_matrix(browser: Browser, reports: dict[str, Path]) -> None:
    page, watch = _opened(browser, reports["tournament"], 1280)
    before = page.locator("#paired").inner_text()
    # The matrix is the first picture; its lower right cell is the last tactic against itself.
    plot = page.locator(".bokeh-part canvas").first
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 0.95 * box["width"], box["y"] + 0.5 * box["height"])
    page.wait_for_function("(text) => document.getElementById('paired').textContent !== text", arg=before)
    assert page.get_by_label("Japan plays", exact=True).input_value() == "tit_for_tat"
    _closed(page, watch)


def test_a_failure_is_picked(width: int, browser: Browser, reports: dict[str, Path]) -> None:
    page, watch = _opened(browser, reports["stress"], width)
    failures = page.get_by_label("Failure", exact=True)
    before = page.locator("#picked").inner_text()
    assert failures.locator("option").count() >= 2
    failures.select_option(index=1)
    page.wait_for_function("(text) => document.getElementById('picked').textContent !== text", arg=before)
    name = failures.locator("option").nth(1).inner_text().partition(":")[0]
    assert page.locator("#picked").inner_text().startswith(f"{name}, US ")
    with page.expect_download() as held:
        page.get_by_role("link", name=f"Save {name}.yaml").click()
    assert held.value.suggested_filename == f"{name}.yaml"
    _closed(page, watch)
