"""Plots that answer to a click as part of a page: Bokeh's own script inside it; the same data give the same markup."""

from __future__ import annotations

import re
from typing import Any, Final

_UUID: Final = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")

STYLE: Final = """<style>
.planes { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); gap: 0.6rem; }
.bokeh-part { min-width: 0; }
</style>"""


def placed(parts: dict[str, Any]) -> tuple[dict[str, str], str]:
    """Markup of the place of each part, and the script that fills them all."""
    from bokeh.embed import components

    script, places = components(parts)
    return dict(places), str(script)


def scripts() -> str:
    """Scripts and styles that a page with such parts needs."""
    from bokeh.resources import Resources

    return STYLE + str(Resources(mode="inline", components=["bokeh", "bokeh-widgets"]).render())


def numbered(markup: str) -> str:
    """Markup with the random names of its parts counted instead, so that the same data give the same page."""
    names = {name: f"winset-part-{place}" for place, name in enumerate(dict.fromkeys(_UUID.findall(markup)))}
    return _UUID.sub(lambda found: names[found.group()], markup)
