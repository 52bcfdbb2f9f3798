"""Figures as part of a page: vector graphics whose colours follow the reader's light or dark, drawn once for both."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as Xml

from experiments.figures.kit.style import image_bytes
from experiments.figures.kit.theme import themed

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: Marks of one artist from which on they become one image inside the drawing, which would else be too heavy.
_MANY: Final = 3_000

#: Space that is kept above and below what is drawn once title and note have left, points.
_MARGIN: Final = 4.0

_SVG: Final = "{http://www.w3.org/2000/svg}"
_HREF: Final = "{http://www.w3.org/1999/xlink}href"
_REFERENCE: Final = re.compile(r"url\(#([^)]+)\)")
_NUMBER: Final = re.compile(r"-?\d+\.\d+")
_COMMAND: Final = re.compile(r"\s*([MLQCZz])\s*")

#: What a colour is where a drawing does not name it.
_UNNAMED: Final = {"fill": "#000000", "stroke": "none"}

#: Name of a colour that differs between light and dark: ``--c`` with both.
_NAME: Final = "--c{}-{}"
_NAMED: Final = re.compile(r"var\(--c([0-9a-f]{6})-([0-9a-f]{6})\)")


@dataclass(frozen=True, slots=True)
class Drawing:
    """A figure as markup.

    Attributes
    ----------
    title : str
        What is seen, in words of its own; the page shows them as text.
    note : str
        How to read it, as the figure says below itself; empty where it says nothing.
    markup : str
        SVG element. What it shows leaves title and note out, which a saved file has.
    """

    title: str
    note: str
    markup: str


def drawing(figure: Figure, *, both: bool) -> Drawing:
    """Markup of a figure, which is changed by it.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Drawn in its light colours.
    both : bool
        Whether its colours can be dark as well; else they are the light ones.
    """
    title, note = (" ".join(text.split()) for text in (figure.get_suptitle(), figure.get_supxlabel()))
    for artist in figure.findobj():
        if _marks(artist) > _MANY:
            artist.set_rasterized(True)
    low, high = _extent(figure)
    root = _tree(figure)
    if both:
        _pair(root, _tree(themed(figure, "dark")))
    height = 72.0 * figure.get_figheight()
    top, bottom = max(0.0, height - high - _MARGIN), min(height, height - low + _MARGIN)
    width = 72.0 * figure.get_figwidth()
    return Drawing(title, note, _markup(root, (width, height), (top, bottom)))


def colours_of(markup: str) -> set[tuple[str, str]]:
    """Colours that a drawing names, each for light and for dark."""
    return set(_NAMED.findall(markup))


def colour_name(light: str, dark: str) -> str:
    """Custom property of a colour: its six digits for light and for dark."""
    return _NAME.format(light, dark)


def _marks(artist: object) -> int:
    """How many paths an artist is drawn with."""
    from matplotlib.collections import Collection

    if not isinstance(artist, Collection):
        return 0
    return max(len(artist.get_paths()), len(artist.get_offsets()) if artist.get_offset_transform() else 0)  # type: ignore[arg-type]


def _extent(figure: Figure) -> tuple[float, float]:
    """Lowest and highest place of what is drawn but for title and note, points from below."""
    apart = [text for text in (figure._suptitle, figure._supxlabel) if text is not None]  # type: ignore[attr-defined]
    for text in apart:
        text.set_visible(False)
    box = figure.get_tightbbox()
    for text in apart:
        text.set_visible(True)
    return 72.0 * box.y0, 72.0 * box.y1


def _tree(figure: Figure) -> Xml.Element:
    return Xml.parse(io.BytesIO(image_bytes(figure, "svg"))).getroot()  # noqa: S314  what matplotlib just wrote


def _pair(light: Xml.Element, dark: Xml.Element) -> None:
    """Name in `light` each colour that is another one in `dark`, which is the same figure."""
    alike: dict[str, str] = {}
    for one, other in zip(_drawn(light), _drawn(dark), strict=True):
        if one.tag != other.tag:
            raise ValueError(f"the dark drawing has {other.tag} where the light one has {one.tag}")
        alike |= dict(zip(_references(one), _references(other), strict=True))
        _name_colours(one, other)
    kept = {element.get("id", ""): element for element in dark.iter() if element.get("id")}
    for element in light.iter():
        partner = kept.get(alike.get(element.get("id", ""), ""))
        if partner is not None:
            for one, other in zip(element.iter(), partner.iter(), strict=True):
                _name_colours(one, other)


def _drawn(element: Xml.Element) -> Iterator[Xml.Element]:
    """Elements in their order, without those that are only referred to: two colours may share one in the dark."""
    if element.tag == f"{_SVG}defs":
        return
    yield element
    for child in element:
        yield from _drawn(child)


def _references(element: Xml.Element) -> list[str]:
    named = [element.get(_HREF, "").removeprefix("#")] if element.get(_HREF, "").startswith("#") else []
    return named + [found for value in element.attrib.values() for found in _REFERENCE.findall(value)]


def _name_colours(one: Xml.Element, other: Xml.Element) -> None:
    own, theirs = _style(one), _style(other)
    for key, unnamed in _UNNAMED.items():
        # A group names no colour for what is inside; a glyph takes that of its group.
        if key not in own and key not in theirs:
            continue
        light, dark = own.get(key, unnamed), theirs.get(key, unnamed)
        if light != dark and light.startswith("#") and dark.startswith("#"):
            own[key] = f"var({colour_name(light[1:], dark[1:])})"
    if own:
        one.set("style", ";".join(f"{key}:{value}" for key, value in own.items()))


def _style(element: Xml.Element) -> dict[str, str]:
    pairs = (part.partition(":") for part in element.get("style", "").split(";") if part.strip())
    return {key.strip(): value.strip() for key, _, value in pairs}


def _markup(root: Xml.Element, size: tuple[float, float], shown: tuple[float, float]) -> str:
    """Markup as small as it gets, which shows what lies between two heights, counted from above."""
    (width, height), (top, bottom) = size, shown
    for element in list(root):
        if element.tag == f"{_SVG}metadata" or element.find(f"{_SVG}style") is not None:
            root.remove(element)
    _rename(root)
    for element in root.iter():
        element.tag = element.tag.removeprefix(_SVG)
        element.text = element.tail = None
        if element.tag == "path":
            element.set("d", _COMMAND.sub(r"\1", _NUMBER.sub(_shorter, element.get("d", ""))).strip())
        if element.tag == "use":
            for key in ("x", "y"):
                if key in element.attrib:
                    element.set(key, _NUMBER.sub(_shorter, element.attrib[key]))
    root.attrib.clear()
    # Matplotlib's own defaults, which a saved file keeps; here no style sheet must reach beyond the drawing.
    root.attrib |= {
        "class": "drawing",
        "aria-hidden": "true",
        "viewBox": f"0 {top:.0f} {width:.0f} {bottom - top:.0f}",
        "data-whole": f"0 0 {width:.0f} {height:.0f}",
        "stroke-linejoin": "round",
        "stroke-linecap": "butt",
    }
    return Xml.tostring(root, encoding="unicode")


def _rename(root: Xml.Element) -> None:
    """Keep the names that are referred to, made unlike those of other drawings on the page."""
    used = dict.fromkeys(name for element in root.iter() for name in _references(element))
    # A name that matplotlib gives hangs on where it keeps its objects, and the checksum must not.
    drawn = Xml.tostring(root, encoding="unicode")
    for place, name in enumerate(used):
        drawn = drawn.replace(name, str(place))
    mark = f"{zlib.crc32(drawn.encode()):08x}"
    names = {name: f"p{mark}-{place}" for place, name in enumerate(used)}
    for element in root.iter():
        own = element.attrib.pop("id", None)
        if own in names:
            element.set("id", names[own])
        if _HREF in element.attrib:
            target = element.attrib.pop(_HREF)
            element.set("href", f"#{names[target[1:]]}" if target.startswith("#") else target)
        for key, value in element.attrib.items():
            if "url(#" in value:
                element.set(key, _REFERENCE.sub(lambda found: f"url(#{names[found[1]]})", value))


def _shorter(found: re.Match[str]) -> str:
    return f"{float(found[0]):.2f}".rstrip("0").rstrip(".")
