"""What there is to see of a negotiation, block by block; one or two of them are laid out of these."""

from __future__ import annotations

from dataclasses import dataclass
from functools import wraps
from html import escape
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar, final

import solara
import solara.lab

from experiments.app.fragments import history_html, ledgers_html, offers_html, rounds_html
from experiments.app.plane import plane_html
from experiments.app.positions import positions_html
from experiments.labels import partner_called
from sim.issues import SIDES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from experiments.app.models import Snapshot
    from experiments.config.model import Config
    from experiments.figures.kit.theme import Theme
    from experiments.story.narrative import Ending
    from experiments.story.text import Glossary


P = ParamSpec("P")
R = TypeVar("R")


@final
@dataclass(frozen=True, slots=True)
class Block:
    """A part of the page.

    Attributes
    ----------
    title : str
        Its heading.
    content : str
        Its HTML.
    wide : bool
        Whether it takes the whole width.
    """

    title: str
    content: str
    wide: bool = False


def blocks(snapshots: Sequence[Snapshot], ending: Ending | None, glossary: Glossary, theme: Theme) -> list[Block]:
    """Show a negotiation of which at least one round was played."""
    last, units = snapshots[-1], glossary.units
    return [
        Block("On the table", offers_html(last, units, package_of(ending))),
        worth(snapshots, ending, theme),
        positions(snapshots, ending, units),
        story(snapshots, glossary),
        Block("Payoffs of the standing offers", ledgers_html(last)),
        Block("All offers", history_html(snapshots, units), wide=True),
    ]


def worth(snapshots: Sequence[Snapshot], ending: Ending | None, theme: Theme) -> Block:
    """The plane of both payoffs."""
    deal = None
    if ending is not None and ending.package is not None:
        us, partner = (ending.settlement.payoff[side] for side in SIDES)
        deal = us, partner
    return Block("What the offers are worth", plane_html(snapshots, deal, theme))


def positions(snapshots: Sequence[Snapshot], ending: Ending | None, units: Mapping[str, str]) -> Block:
    """Offers on every issue over the rounds."""
    return Block("Positions over the rounds", positions_html(snapshots, package_of(ending), units), wide=True)


def story(snapshots: Sequence[Snapshot], glossary: Glossary) -> Block:
    """The reason for every move."""
    return Block("Why", rounds_html([snapshot.story for snapshot in snapshots], glossary))


def package_of(ending: Ending | None) -> dict[str, float] | None:
    """What was signed, if anything was."""
    return None if ending is None else ending.package


def show(block: Block, tag: str = "") -> None:
    """Put a block on the page; `tag` says whose it is."""
    named = f'<span class="tag">{escape(tag)}</span> ' if tag else ""
    html(f"<h3>{named}{escape(block.title)}</h3>{block.content}", ["wide"] if block.wide and not tag else [])


def html(text: str, classes: Sequence[str] = ()) -> None:
    """Put HTML on the page; what comes from a config or a person must have been escaped."""
    solara.HTML(unsafe_innerHTML=text, classes=list(classes))


def title(config: Config) -> None:
    """Title of a config and its story."""
    html(f"<h2>{escape(config.title)}</h2>")
    if config.story:
        note(config.story)


def note(text: str, classes: Sequence[str] = ()) -> None:
    """Put a remark on the page."""
    html(f'<p class="note">{escape(text)}</p>', classes)


def with_partner_names(function: Callable[Concatenate[Config, P], R]) -> Callable[Concatenate[Config, P], R]:
    """Make a part of the page call the partner as its config does: in another tab it may be another country."""

    @wraps(function)
    def called(config: Config, /, *args: P.args, **kwargs: P.kwargs) -> R:
        with partner_called(config.partner.names):
            return function(config, *args, **kwargs)

    return called


def theme_in_use() -> Theme:
    """Theme of the browser, as a hook: whoever calls it is drawn anew when it changes."""
    return "dark" if solara.lab.use_dark_effective() else "light"
