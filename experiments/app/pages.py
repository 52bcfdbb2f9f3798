"""The page itself: one negotiation, two side by side, or a seat at the table."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import solara
import solara.lab

with warnings.catch_warnings():
    # Mesa's page draws no components of its own here; solara warns of how it would.
    warnings.simplefilter("ignore")
    from mesa.visualization import SolaraViz
    from mesa.visualization.utils import force_update, update_counter

from experiments.app.drawing import plane_svg, positions_svg
from experiments.app.seat_page import SeatPage
from experiments.app.stage import stage
from experiments.app.style import CSS
from experiments.app.watched import LEFT, RIGHT, TwoTalks, WatchedTalks
from experiments.app.wishes import controls, draws
from experiments.app.words import ending_html, history_html, ledgers_html, offers_html, rounds_html

if TYPE_CHECKING:
    from experiments.config import Config

PLAY_INTERVAL: Final = 200
_TABS: Final = ("One negotiation", "Side by side", "Your seat")
_KEY: Final = (
    '<p class="note key"><b class="us">● US</b> &nbsp; <b class="japan">■ Japan</b> &nbsp; ◆ deal &nbsp; '
    "dashed: walking away &nbsp; dotted: what would be ratified</p>"
)


@solara.component
def Page() -> None:
    """The whole page: a bar with three tabs, and the one that is picked."""
    tab = solara.use_reactive(0)
    config = solara.use_reactive(stage().first)
    solara.Title("winset")
    solara.Style(CSS)
    with solara.AppBar(), solara.lab.Tabs(value=tab, align="center"):
        for label in _TABS:
            solara.lab.Tab(label)
    with solara.Sidebar():
        solara.Select("Config", value=config, values=list(stage().paths))
    with solara.Div(classes=["winset"]):
        loaded, problem = _loaded(config.value)
        if loaded is None:
            solara.Error(problem)
        elif tab.value == 0:
            OneNegotiation(loaded, stage().seed_of(config.value)).key(f"one {config.value}")
        elif tab.value == 1:
            SideBySide(loaded, stage().seed_of(config.value)).key(f"two {config.value}")
        else:
            SeatPage(loaded, stage().seed_of(config.value)).key(f"seat {config.value}")


def _loaded(name: str) -> tuple[Config | None, str]:
    from experiments.errors import ConfigError

    try:
        return stage().config(name), ""
    except (ConfigError, OSError) as error:
        return None, str(error)


@solara.component
def OneNegotiation(config: Config, seed: int) -> None:
    """Step or play one negotiation with Mesa's controls."""
    model: Any = solara.use_memo(lambda: solara.reactive(WatchedTalks(config=config, base_seed=str(seed))), [])
    SolaraViz(
        model,
        components=[],
        model_params={"config": config, **draws(seed), **controls(config)},
        name="winset",
        play_interval=PLAY_INTERVAL,
    )
    _Steps(model)
    Watched(model.value, wide=True)


@solara.component
def SideBySide(config: Config, seed: int) -> None:
    """Step or play two negotiations under the same draws."""
    model: Any = solara.use_memo(lambda: solara.reactive(TwoTalks(config=config, base_seed=str(seed))), [])
    SolaraViz(
        model,
        components=[],
        model_params={
            "config": config,
            **draws(seed),
            **controls(config, LEFT, "Left: "),
            **controls(config, RIGHT, "Right: "),
        },
        name="winset",
        play_interval=PLAY_INTERVAL,
    )
    _Steps(model)
    with solara.Div(classes=["columns"]):
        for name, table in zip(("Left", "Right"), model.value.tables, strict=True):
            with solara.Div():
                _html(f"<h3>{name}</h3>")
                Watched(table, wide=False)


@solara.component
def _Steps(model: Any) -> None:
    """Buttons in the page itself, for screens on which Mesa's controls are in a drawer."""
    update_counter.get()

    def forward() -> None:
        model.value.step()
        force_update()

    def to_the_end() -> None:
        while model.value.running:
            model.value.step()
        force_update()

    with solara.Row(gap="8px", style={"flex-wrap": "wrap"}):
        over = not model.value.running
        solara.Button("Next round", on_click=forward, disabled=over, color="primary", outlined=True, small=True)
        solara.Button("To the end", on_click=to_the_end, disabled=over, outlined=True, small=True)
    _html('<p class="note">A control that is changed takes effect with Reset.</p>')


@solara.component
def Watched(talks: WatchedTalks, *, wide: bool) -> None:
    """What there is to see of a negotiation so far."""
    update_counter.get()
    moments, units = talks.moments, talks.glossary.units
    if talks.problem:
        solara.Error(talks.problem)
    _html(f"<h3>{_escaped(talks.config.title)}</h3>")
    if not moments:
        _html('<p class="note">No round has been played yet. Press Step, ▶ or Next round.</p>')
        return
    if talks.ending is not None:
        _html(ending_html(talks.ending, units))
    package = None if talks.ending is None else talks.ending.package
    blocks: list[Callable[[], None]] = [
        lambda: _html("<h3>On the table</h3>" + offers_html(moments[-1], units)),
        lambda: _html("<h3>What the offers are worth</h3>" + _KEY + plane_svg(moments, dealt=package is not None)),
        lambda: _html("<h3>Positions over the rounds</h3>" + _KEY + positions_svg(moments, package, units)),
        lambda: _html(
            '<h3>Why</h3><div class="story">'
            + rounds_html([moment.story for moment in moments], talks.glossary)
            + "</div>"
        ),
        lambda: _html("<h3>Payoffs of the standing offers</h3>" + ledgers_html(moments[-1])),
        lambda: _html("<h3>All offers</h3>" + history_html(moments, units)),
    ]
    with solara.Div(classes=["columns"] if wide else []):
        for block in blocks:
            block()


def _html(text: str) -> None:
    solara.HTML(unsafe_innerHTML=text)


def _escaped(text: str) -> str:
    from html import escape

    return escape(text)
