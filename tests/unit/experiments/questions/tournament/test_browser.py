"""The report of a tournament in a real browser: a pair is picked, and told."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from experiments.api import tournament
from experiments.questions.reporting import write_report
from tests.browser import close_report, executable, open_report
from tests.tree import CONFIGS

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

PLAYERS = ["boulware", "conceder{beta: 2}", "tit_for_tat"]


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    executable()
    folder = tmp_path_factory.mktemp("tournament") / "out"
    tournament(CONFIGS / "cars_on_the_table.yaml", PLAYERS, worlds=30, seed=5, draws=100, starts=20, out=folder)
    write_report(folder, None, "light")
    return folder / "report.html"


def _wait_for(page: Page, told: str, begins: str) -> None:
    page.wait_for_function(
        "([id, text]) => document.getElementById(id).textContent.startsWith(text)", arg=[told, begins]
    )


@pytest.mark.parametrize("width", [pytest.param(1280, marks=pytest.mark.long), 390])
def test_a_pair_is_picked_by_name(width: int, browser: Browser, report: Path) -> None:
    page, watch = open_report(browser, report, width)
    page.get_by_label("The US plays", exact=True).select_option("tit_for_tat")
    page.get_by_label("Japan plays", exact=True).select_option("conceder{beta: 2}")
    _wait_for(page, "paired", "US “tit_for_tat”, Japan “conceder{beta: 2}”: ")
    page.get_by_label("Colour of the matrix", exact=True).select_option(index=2)
    titles = "Bokeh.documents.flatMap((d) => [...d._all_models.values()]).map((m) => m.title)"
    page.wait_for_function(f"{titles}.includes('Share')")
    close_report(page, watch)


def test_a_pair_is_picked_in_the_matrix(browser: Browser, report: Path) -> None:
    page, watch = open_report(browser, report, 1280)
    before = page.locator("#paired").inner_text()
    # The matrix is the first picture; its lower right cell is the last tactic against itself.
    plot = page.locator(".bokeh-part canvas").first
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 0.95 * box["width"], box["y"] + 0.5 * box["height"])
    page.wait_for_function("(text) => document.getElementById('paired').textContent !== text", arg=before)
    assert page.get_by_label("Japan plays", exact=True).input_value() == "tit_for_tat"
    close_report(page, watch)
