"""Pages of explorations in a real browser: they ask no other machine, answer to a pick, fit phone and desk."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from experiments.config.load import load_config
from experiments.questions.discover.discover import discover as play_discover
from experiments.questions.reporting import write_report
from experiments.questions.sensitivity.sensitivity import sensitivity as play_sensitivity
from experiments.questions.sweep.sweep import sweep as play_sweep
from tests.browser import Watch, executable
from tests.tree import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Browser


pytestmark = pytest.mark.browser


#: An axis as the page tells it.
PRECEDENT = (
    "chance that a car-tariff cut for the partner spreads to other exporters of cars "
    "(us_treasury.precedent_probability)"
)


@pytest.fixture(scope="module")
def explored(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Report of a sensitivity, a discovery, and sweeps of one and of two parameters."""
    executable()
    root = tmp_path_factory.mktemp("explored")
    cars = load_config(ROOT / "configs" / "cars_on_the_table.yaml")
    tiny = load_config(
        ROOT / "configs" / "tiny.yaml", ["us_treasury.ratification_margin={dist: uniform, low: 0, high: 3}"]
    )
    line, across = "us_treasury.precedent_probability=0:0.7:3", "partner.subsidy_budget=1:5:2"
    play_sensitivity(tiny, base=128, trajectories=8, out=root / "sensitivity")
    play_discover(cars, runs=300, out=root / "discover")
    play_sweep(cars, line, 10, out=root / "sweep")
    play_sweep(cars, [line, across], 10, out=root / "map")
    for name in ("sensitivity", "discover", "sweep", "map"):
        write_report(root / name, None, "dark" if name == "sweep" else "light")
    return {name: root / name / "report.html" for name in ("sensitivity", "discover", "sweep", "map")}


@pytest.mark.parametrize("width", [1280, pytest.param(390, marks=pytest.mark.long)])
@pytest.mark.parametrize(
    ("kind", "told", "select", "begins"),
    [
        ("sensitivity", "selected-input", ("Input", -1), "Deal or no deal, by dummy"),
        ("discover", "selected-run", ("Across", -1), "Box 1 (black frame)"),
        ("sweep", "selected-point", ("Point", 2), f"At {PRECEDENT} 70 %:"),
        ("map", "selected-point", ("Point", 1), f"At {PRECEDENT} 0 %, most"),
    ],
)
def test_pages_of_explorations_answer_to_a_pick(
    width: int, kind: str, told: str, select: tuple[str, int], begins: str, explored: dict[str, Path], browser: Browser
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800})
    watch = Watch(page, explored[kind].as_uri())
    page.goto(explored[kind].as_uri())
    page.locator(".bokeh-part canvas").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    choices = page.get_by_label(select[0], exact=True)
    choices.select_option(index=select[1] % choices.locator("option").count())
    page.wait_for_function(
        "([id, text]) => document.getElementById(id).textContent.startsWith(text)", arg=[told, begins]
    )
    assert watch.errors == []
    assert watch.requests == []
    page.close()


def test_a_click_on_a_point_of_a_map_tells_of_it(explored: dict[str, Path], browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    watch = Watch(page, explored["map"].as_uri())
    page.goto(explored["map"].as_uri())
    plot = page.locator(".bokeh-part canvas").last
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    assert box is not None
    before = page.locator("#selected-point").text_content()
    page.mouse.click(box["x"] + 0.8 * box["width"], box["y"] + 0.2 * box["height"])
    page.wait_for_function("(text) => document.getElementById('selected-point').textContent !== text", arg=before)
    told = page.locator("#selected-point").text_content()
    assert told is not None
    budget = "most that the partner can spend on chip subsidies (partner.subsidy_budget) US$5 bn"
    assert told.startswith(f"At {PRECEDENT} 70 %, {budget}")
    assert watch.errors == []
    page.close()
