"""The page itself: one negotiation, two side by side, or a seat at the table."""

from __future__ import annotations

import sys
import traceback
import warnings
from collections.abc import Callable
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, Final

import solara
import solara.lab

with warnings.catch_warnings():
    # Mesa's page draws no components of its own here; solara warns of how it would.
    warnings.simplefilter("ignore")
    from mesa.visualization import SolaraViz
    from mesa.visualization.utils import force_update, update_counter

from experiments.app.blocks import blocks, html, note, show, theme_in_use, title, with_partner_names
from experiments.app.configs import page_configs
from experiments.app.controls import controls, draws
from experiments.app.fragments import ending_html
from experiments.app.models import LEFT, RIGHT, TwoTalks, WatchedTalks
from experiments.app.seat_page import SeatPage
from experiments.app.style import CSS
from experiments.errors import ConfigError
from experiments.story.text import day, deadline_words

if TYPE_CHECKING:
    from experiments.config.model import Config

PLAY_INTERVAL: Final = 200
_TABS: Final = ("One negotiation", "Side by side", "Your seat")
_SIDES: Final = ("Left", "Right")


@solara.component
def Layout(children: list[Any]) -> None:
    """Bar, drawer and page; the drawer is open where there is room beside the page."""
    # Vuetify decides by the width of the screen as long as nobody has said.
    solara.AppLayout(children=children, sidebar_open=None)


@solara.component
def Page() -> None:
    """The whole page."""
    solara.Title("winset")
    solara.Style(CSS)
    with solara.Div(classes=["winset"]):
        TabsOrFault()


@solara.component
def TabsOrFault() -> None:
    """What the page is for, or what to do when there is a fault in it."""
    # Faults are caught only where what may fail is the whole of a component, and hooks told apart only by keys.
    fault, clear = solara.use_exception()
    if fault is None:
        Tabs().key("tabs")
    else:
        Fault(fault, clear).key("fault")


@solara.component
def Fault(fault: BaseException, clear: Callable[[], None]) -> None:
    """Own up to a fault of ours; its traceback is for whoever started the server."""
    solara.use_effect(lambda: traceback.print_exception(fault, file=sys.stderr), [fault])
    solara.Error(
        f"winset has failed, and not because of what you have entered: {type(fault).__name__}: {fault}. "
        "The terminal in which it was started says where."
    )
    solara.Button("Start over", on_click=clear, color="primary")


@solara.component
def Tabs() -> None:
    """A bar with three tabs, and the one that is picked."""
    tab = solara.use_reactive(0)
    config = solara.use_reactive(page_configs().first)
    with solara.AppBar(), solara.lab.Tabs(value=tab, align="center"):
        for label in _TABS:
            solara.lab.Tab(label)
    with solara.Sidebar():
        solara.Select("Config", value=config, values=list(page_configs().paths))
    wanted = f"{tab.value} {config.value}"
    # One pass without controls between two sets of them: the drawer would give the old set's state to the new one.
    cleared = solara.use_reactive("")
    solara.use_effect(lambda: cleared.set(wanted), [wanted])
    loaded, problem = _loaded(config.value)
    if loaded is None:
        solara.Error(problem)
    elif cleared.value == wanted:
        show_tab, seed = (OneNegotiation, SideBySide, SeatPage)[tab.value], page_configs().seed_of(config.value)
        show_tab(loaded, seed).key(wanted)


def _loaded(name: str) -> tuple[Config | None, str]:
    try:
        return page_configs().config(name), ""
    except (ConfigError, OSError) as error:
        return None, str(error)


@with_partner_names
def OneNegotiation(config: Config, seed: int) -> solara.Element:
    """Step or play one negotiation."""
    return Stepped(config, seed, WatchedTalks, controls(config), ())


@with_partner_names
def SideBySide(config: Config, seed: int) -> solara.Element:
    """Step or play two negotiations under the same draws."""
    left, right = (f"{side}: " for side in _SIDES)
    return Stepped(config, seed, TwoTalks, {**controls(config, LEFT, left), **controls(config, RIGHT, right)}, _SIDES)


@solara.component
def Stepped(
    config: Config, seed: int, kind: Callable[..., Any], params: dict[str, Any], names: tuple[str, ...]
) -> None:
    """Mesa's controls of a model of this kind, and what there is to see of it; the negotiations may have names."""
    model: Any = solara.use_memo(lambda: solara.reactive(kind(config=config, base_seed=str(seed))), [])
    SolaraViz(
        model,
        components=[],
        model_params={"config": config, **draws(seed), **params},
        name="winset",
        play_interval=PLAY_INTERVAL,
    )
    Watched(config, model, names)


@solara.component
@with_partner_names
def Watched(config: Config, model: Any, names: tuple[str, ...]) -> None:
    """What there is to see so far: of one negotiation, or of two with their names, block beside block."""
    update_counter.get()
    tables: tuple[WatchedTalks, ...] = model.value.tables
    theme = theme_in_use()
    title(config)
    _Steps(model)
    tags = names or ("",)
    with solara.Div(classes=["blocks"]):
        for tag, talks in zip(tags, tables, strict=True):
            _Heading(config, talks, tag)
        shown = [
            blocks(talks.snapshots, talks.ending, talks.glossary, theme) if talks.snapshots else [] for talks in tables
        ]
        for row in zip_longest(*shown):
            for tag, block in zip(tags, row, strict=True):
                # Keeps the other table's blocks on their side.
                show(block, tag) if block is not None else html("")


@solara.component
@with_partner_names
def _Heading(_config: Config, talks: WatchedTalks, tag: str) -> None:
    """Who plays what, how far the talks are, and how they have ended."""
    update_counter.get()
    with solara.Div(classes=[] if tag else ["wide"]):
        if tag:
            html(f"<h3>{tag}</h3>")
        if talks.problem:
            solara.Error(talks.problem)
        else:
            note(talks.setting)
        if not talks.snapshots and not talks.problem:
            note("No round has been played yet.")
        if talks.snapshots:
            part = talks.snapshots[-1].story
            html(f'<p class="status">Round {part.number}, {day(part.date)}; {deadline_words(part.deadline)}</p>')
        if talks.ending is not None:
            html(ending_html(talks.ending))


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

    over = not model.value.running
    with solara.Row(gap="8px", style={"flex-wrap": "wrap"}):
        solara.Button("Next round", on_click=forward, disabled=over, color="primary", outlined=True, small=True)
        solara.Button("To the end", on_click=to_the_end, disabled=over, color="primary", outlined=True, small=True)
    note("▶ in the drawer (☰) plays by itself; a control that is changed there takes effect with Reset.")
