"""Plots that answer to a click as part of a page: Bokeh's own script inside it; the same data give the same markup."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Any, Final

from experiments.report.blocks import Widget

if TYPE_CHECKING:
    from bokeh.models.widgets import Select

_UUID: Final = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")

#: Names of Bokeh's models, where they are given and wherever they stand.
_MODEL: Final = re.compile(r'"id":"(p\d+)"')
_QUOTED: Final = re.compile(r'"(p\d+)"')

STYLE: Final = """<style>
.planes { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); gap: 0.6rem; }
.bokeh-part { min-width: 0; }
</style>"""


def widget(markup: str, parts: dict[str, Any], fallback: str, **texts: str) -> tuple[Widget, str]:
    """Parts that answer to a click, in markup of our own making, and what the page needs for them.

    Parameters
    ----------
    markup : str
        With a name in braces for each part and text.
    parts : dict
        Plots and choices by name.
    fallback : str
        What is said where no script runs.
    **texts
        Texts by name, of which nothing is markup.
    """
    places, script = _placed(parts)
    filled = markup.format(**{name: escape(text) for name, text in texts.items()}, **places)
    return Widget(_numbered(filled + script), fallback), scripts()


def picker(heading: str, text: str, plot: str = "plot") -> str:
    """Markup of a widget with choices, a text on what they choose, and its plot.

    Parameters
    ----------
    heading : str
        What there is to pick.
    text : str
        Name by which scripts find the text.
    plot : str
        Which part is the plot.
    """
    return f"""
<h3>{heading}</h3>
<div class="bokeh-part">{{select}}</div>
<p class="selected" id="{text}" role="status" aria-live="polite">{{text}}</p>
<div class="bokeh-part">{{{plot}}}</div>
"""


def choice(title: str, options: Sequence[tuple[str, str]] | Sequence[str], value: str, **further: Any) -> Select:
    """List of choices of which one is taken, as wide as its column; `further` is what else Bokeh takes."""
    from bokeh.models.widgets import Select

    # Bokeh's type names both kinds at once, and a list is not covariant.
    given: list[Any] = list(options)
    return Select(title=title, value=value, options=given, sizing_mode="stretch_width", **further)


def _placed(parts: dict[str, Any]) -> tuple[dict[str, str], str]:
    """Markup of the place of each part, and the script that fills them all."""
    from bokeh.embed import components

    script, places = components(parts)
    return dict(places), str(script)


def scripts() -> str:
    """Scripts and styles that a page with such parts needs."""
    from bokeh.resources import Resources

    return STYLE + str(Resources(mode="inline", components=["bokeh", "bokeh-widgets"]).render())


def _numbered(markup: str) -> str:
    """Markup with the names of its parts counted anew, so that the same data give the same page.

    Bokeh makes those of places at random, and counts those of models on and on in a process.
    """
    names = {name: f"winset-part-{place}" for place, name in enumerate(dict.fromkeys(_UUID.findall(markup)))}
    markup = _UUID.sub(lambda found: names[found.group()], markup)
    models = {name: f'"p{place}"' for place, name in enumerate(dict.fromkeys(_MODEL.findall(markup)), 1001)}
    return _QUOTED.sub(lambda found: models.get(found.group(1), found.group()), markup)
