"""The report of a stress test in a real browser: a failure is picked, and its path is shown."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from experiments.config.load import load_config
from experiments.questions.reporting import write_report
from experiments.questions.stress.stress import stress as play
from tests.browser import close_report, executable, open_report
from tests.tree import TINY

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    executable()
    folder = tmp_path_factory.mktemp("stress") / "out"
    play(load_config(TINY), "partner", budget=20_000, fresh=16, cases=2, out=folder)
    write_report(folder, None, "light")
    return folder / "report.html"


@pytest.mark.parametrize("width", [1280, 390])
def test_a_failure_is_picked(width: int, browser: Browser, report: Path) -> None:
    page, watch = open_report(browser, report, width)
    failures = page.get_by_label("Failure", exact=True)
    before = page.locator("#picked").inner_text()
    assert failures.locator("option").count() >= 2
    failures.select_option(index=1)
    page.wait_for_function("(text) => document.getElementById('picked').textContent !== text", arg=before)
    name = failures.locator("option").nth(1).inner_text().partition(":")[0]
    assert page.locator("#picked").inner_text().startswith(f"{name}, US ")
    with page.expect_download() as saved:
        page.get_by_role("link", name=f"Save {name}.yaml").click()
    assert saved.value.suggested_filename == f"{name}.yaml"
    close_report(page, watch)
