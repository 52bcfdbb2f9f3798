"""The report in a real browser: opens from disk, asks no other machine, answers to a click, fits phone and desk."""

from __future__ import annotations

from contextlib import nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from experiments import api
from experiments.questions.reporting import write_report
from tests.browser import close_report, executable, open_report
from tests.tree import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Browser


pytestmark = pytest.mark.browser

#: How often a drag is tried; each is given five seconds.
ATTEMPTS = 12


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    executable()
    out = tmp_path_factory.mktemp("browser") / "run"
    api.run(ROOT / "configs" / "july_2025.yaml", runs=30, seed=2, trajectories=True, out=out)
    write_report(out, None, "light")
    return out / "report.html"


@pytest.mark.parametrize("width", [1280, 390])
def test_it_opens_from_disk_and_fits(width: int, report: Path, browser: Browser) -> None:
    close_report(*open_report(browser, report, width))


def test_another_run_can_be_picked(report: Path, browser: Browser) -> None:
    page, watch = open_report(browser, report, 1280)
    before = page.locator("#picked").text_content()
    page.get_by_label("Run", exact=True).select_option(index=7)
    page.wait_for_function("document.getElementById('picked').textContent.startsWith('Run 7:')")
    assert before is not None
    assert before.startswith("Run 0:")
    page.get_by_label("Issue", exact=True).select_option("Investment fund")
    axis = "Bokeh.documents.flatMap((d) => [...d._all_models.values()]).map((m) => m.axis_label).includes('US$ bn')"
    page.wait_for_function(axis)
    close_report(page, watch)


def test_brushed_deals_are_counted(report: Path, browser: Browser) -> None:
    page, watch = open_report(browser, report, 1280)
    plane = page.locator(".planes .bokeh-part canvas").first
    counted = "/^\\d+ of \\d+ deals; medians: US gain/.test(document.getElementById('brushed').textContent)"
    from playwright.sync_api import TimeoutError as Late

    # A plane that is on the page may not listen to the mouse yet.
    for attempt in range(ATTEMPTS):
        plane.scroll_into_view_if_needed()
        box = plane.bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + 0.2 * box["width"], box["y"] + 0.05 * box["height"])
        page.mouse.down()
        page.mouse.move(box["x"] + 0.85 * box["width"], box["y"] + 0.8 * box["height"], steps=8)
        page.mouse.up()
        with suppress(Late) if attempt < ATTEMPTS - 1 else nullcontext():
            page.wait_for_function(counted, timeout=5_000)
            break
    close_report(page, watch)


def test_it_can_be_read_without_javascript(report: Path, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(report.as_uri())
    assert page.locator("figure svg.drawing").count() >= 9
    assert page.locator("button").count() == 1
    assert page.locator("noscript").inner_text()
    assert "simulated negotiations" in page.locator(".answer").inner_text()
    context.close()
