"""Look of the figures: colours that colour-blind readers can tell apart, sizes, text and reproducible PNG files."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any, Final, ParamSpec, TypeVar

import matplotlib.style
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from matplotlib.text import Text
from matplotlib.textpath import text_to_path

from experiments.figures.kit import letters
from experiments.labels import AGREEMENT
from experiments.store.picture_forms import PictureForm
from experiments.terminal.letters import filled

#: Okabe and Ito's colours, by the names that they give them.
ORANGE: Final = "#E69F00"
SKY_BLUE: Final = "#56B4E9"
BLUISH_GREEN: Final = "#009E73"
YELLOW: Final = "#F0E442"
BLUE: Final = "#0072B2"
VERMILLION: Final = "#D55E00"
REDDISH_PURPLE: Final = "#CC79A7"

INK: Final = "#222222"
MUTED: Final = "#666666"
PALE: Final = "#D9D9D9"

SIDE_COLOURS: Final[dict[str, str]] = {"us_treasury": BLUE, "partner": VERMILLION}

#: Marks of the sides and of the ends of talks, which tell them apart without any colour.
SIDE_MARKERS: Final[dict[str, str]] = {"us_treasury": "o", "partner": "s"}

#: Chosen so that every two lie 20 or more apart in CIE Lab, to normal sight and to the three common deficiencies, light
#: and dark: more than Okabe and Ito's colours and two greys do, which leave 7 to 20 between nine pairs.
OUTCOME_COLOURS: Final[dict[str, str]] = {
    AGREEMENT: BLUISH_GREEN,
    "stall": "#DB7900",
    "cycle": "#F0DC3C",
    "threat_executed": "#7C0016",
    "deadline_lapsed": "#B0D6FC",
    "walkout": "#0A0A0A",
    "round_limit": "#4B6494",
}
OUTCOME_MARKERS: Final[dict[str, str]] = {
    AGREEMENT: "o",
    "stall": "s",
    "cycle": "^",
    "threat_executed": "X",
    "deadline_lapsed": "D",
    "walkout": "v",
    "round_limit": "P",
}

WIDTH: Final = 10.0
#: Width of a figure whose letters a phone shows at their own size, inches.
NARROW: Final = 5.0
DPI: Final = 150
TITLE_SIZE: Final = 15
TEXT_SIZE: Final = 12
SMALL_SIZE: Final = 10.5

#: How a legend of a narrow figure saves room.
TIGHT_LEGEND: Final[dict[str, Any]] = {"handlelength": 1.4, "columnspacing": 0.9, "handletextpad": 0.4}

#: Share of a figure's width that a note in a legend takes at most; the legend has a margin of its own.
_LEGEND_ROOM: Final = 0.94

_RC: Final[dict[str, Any]] = {
    "font.size": TEXT_SIZE,
    "axes.titlesize": TEXT_SIZE + 1,
    "axes.titlelocation": "left",
    "axes.titleweight": "bold",
    "axes.labelsize": TEXT_SIZE,
    "axes.labelcolor": INK,
    "axes.edgecolor": MUTED,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "figure.titlesize": TITLE_SIZE,
    "figure.constrained_layout.h_pad": 0.06,
    "figure.constrained_layout.w_pad": 0.06,
    "hatch.linewidth": 0.8,
    "legend.fontsize": SMALL_SIZE,
    "legend.frameon": False,
    "text.color": INK,
    # Names come from configs: a dollar sign in one is a dollar sign and not a formula.
    "text.parse_math": False,
}

#: File formats of a picture.

P = ParamSpec("P")
R = TypeVar("R")


def styled(function: Callable[P, R]) -> Callable[P, R]:
    """Make `function` draw with this style whatever the user's own settings are, and leave those as they were."""

    @wraps(function)
    def inside_style(*args: P.args, **kwargs: P.kwargs) -> R:
        with matplotlib.style.context(_RC, after_reset=True), letters.quiet():
            return function(*args, **kwargs)

    return inside_style


def picture(function: Callable[P, Figure]) -> Callable[P, Figure]:
    """Make `function` draw with this style, and fix the layout of the figure that it returns.

    Constrained layout starts from where the last drawing left the axes, so a second drawing would move them a little.
    Call ``figure.set_layout_engine("constrained")`` before changing the size of a figure.
    """

    @wraps(function)
    def laid_out(*args: P.args, **kwargs: P.kwargs) -> Figure:
        figure = function(*args, **kwargs)
        _choose_fonts(figure)
        engine = figure.get_layout_engine()
        if engine is not None:
            engine.execute(figure)
            figure.set_layout_engine(None)
        return figure

    return styled(laid_out)


def _choose_fonts(figure: Figure) -> None:
    """Give every text of a figure the fonts that its names need."""
    for axes in figure.axes:
        axes.get_xticklabels(), axes.get_yticklabels()
    texts = figure.findobj(Text)
    for text in texts:
        text.set_text(letters.drawable(text.get_text()))
    families = letters.families("".join(text.get_text() for text in texts))
    if len(families) == 1:
        return
    for text in texts:
        text.set_fontfamily(families)
    for axes in figure.axes:
        axes.tick_params(labelfontfamily=families)


def new_figure(height: float, width: float = WIDTH) -> Figure:
    """Return an empty figure of `width` by `height` inches that belongs to no pyplot session."""
    figure = Figure(figsize=(width, height), dpi=DPI, layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def finish_axes(axes: Axes, *, grid: str | None = "y") -> None:
    """Fix size and colour of ticks and grid, which matplotlib otherwise looks up again at drawing time."""
    axes.tick_params(labelsize=SMALL_SIZE, color=MUTED, labelcolor=INK, length=3)
    axes.grid(False)
    if grid == "x":
        axes.grid(True, axis="x", color="#E8E8E8", linewidth=0.8)
    elif grid == "y":
        axes.grid(True, axis="y", color="#E8E8E8", linewidth=0.8)
    elif grid == "both":
        axes.grid(True, axis="both", color="#E8E8E8", linewidth=0.8)


def headline(figure: Figure, text: str, note: str = "") -> None:
    """Write what is seen above the figure, and how to read it in a smaller line below."""
    bold = font_manager.FontProperties(size=TITLE_SIZE, weight="bold")
    figure.suptitle(_filled(figure, tidy(text), bold), x=0.01, ha="left", fontproperties=bold)
    if note:
        small = font_manager.FontProperties(size=SMALL_SIZE)
        figure.supxlabel(_filled(figure, tidy(note), small), x=0.01, ha="left", fontproperties=small, color=MUTED)


def legend_below(figure: Figure, note: str = "", **options: Any) -> None:
    """Draw the legend below the figure, under a note in the smaller line that :func:`headline` writes elsewhere.

    The layout keeps room for one of the two below the axes, so that the note is part of the legend.
    """
    legend = figure.legend(loc="outside lower center", **options)
    if note:
        small = font_manager.FontProperties(size=SMALL_SIZE)
        legend.set_title(_filled(figure, tidy(note), small, room=_LEGEND_ROOM), prop=small)
        legend.get_title().set_color(MUTED)


def _filled(figure: Figure, text: str, font: font_manager.FontProperties, room: float = 0.98) -> str:
    """Break `text` into lines that fit into so much of the figure's width, measured in the font itself."""
    room *= figure.get_figwidth()
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, font) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return "\n".join(lines)


def text_width(text: str, font: font_manager.FontProperties | None = None) -> float:
    """Width of `text` on one line, inches; in the small size of labels unless a font is given."""
    chosen = font_manager.FontProperties(size=SMALL_SIZE) if font is None else font.copy()
    families = letters.families(text)
    if len(families) > 1:
        chosen.set_family(families)
    points: float = text_to_path.get_text_width_height_descent(text, chosen, ismath=False)[0]
    return points / 72


def tidy(text: str) -> str:
    """Text on one line, with the code in place of any letter that no font here can draw."""
    return letters.drawable(_one_line(text))


def _one_line(text: str) -> str:
    return " ".join(str(text).split())


def minus(text: str) -> str:
    """Write a formatted number with the typographic minus sign that the axes use."""
    return text.replace("-", "\N{MINUS SIGN}")


def shortened(name: str, width: int = 22) -> str:
    """Cut a name from a config to `width` characters."""
    return letters.cut(tidy(name), _one_line(name), width)


def wrapped(text: str, width: int) -> str:
    """Text broken into lines of at most `width` letters, of which a wide one counts two."""
    return filled(tidy(text), width)


def halo() -> list[withStroke]:
    """Path effect that keeps text readable on top of data."""
    return [withStroke(linewidth=3, foreground="white")]


@dataclass(frozen=True, slots=True)
class MarginLabel:
    """Text in the right margin that names what is drawn at height `at` (data units)."""

    at: float
    text: str
    colour: str = INK


def spread(centres: Sequence[float], heights: Sequence[float], low: float, high: float) -> list[float]:
    """Move `centres` as little as needed so that boxes of `heights` do not overlap and stay within `low` and `high`.

    Overlapping boxes are joined into a block around the mean of the centres that they want. Boxes that do not fit
    together keep their order and overlap as little as possible.
    """
    order = sorted(range(len(centres)), key=lambda index: centres[index])
    squeeze = min(1.0, (high - low) / sum(heights)) if sum(heights) > 0 else 1.0
    blocks: list[tuple[float, float, list[int]]] = []  # centre wanted, height, members
    for index in order:
        block = (centres[index], heights[index] * squeeze, [index])
        block = (_inside(block[0], block[1], low, high), block[1], block[2])
        while blocks and blocks[-1][0] + blocks[-1][1] / 2 > block[0] - block[1] / 2 + 1e-12:
            block = _joined(blocks.pop(), block, low, high)
        blocks.append(block)
    placed = list(centres)
    for centre, height, members in blocks:
        edge = centre - height / 2
        for index in members:
            placed[index] = edge + heights[index] * squeeze / 2
            edge += heights[index] * squeeze
    return placed


def _inside(centre: float, height: float, low: float, high: float) -> float:
    return min(max(centre, low + height / 2), high - height / 2)


def _joined(
    below: tuple[float, float, list[int]], above: tuple[float, float, list[int]], low: float, high: float
) -> tuple[float, float, list[int]]:
    members = below[2] + above[2]
    height = below[1] + above[1]
    centre = (below[0] * len(below[2]) + above[0] * len(above[2])) / len(members)
    return _inside(centre, height, low, high), height, members


def margin_labels(axes: Axes, labels: Iterable[MarginLabel], axes_height: float) -> None:
    """Write `labels` right of `axes`, about `axes_height` inches tall, without overlap and each tied to its height."""
    wanted = list(labels)
    low, high = axes.get_ylim()
    line = 1.4 * SMALL_SIZE / 72 / axes_height
    anchors = [(label.at - low) / (high - low) for label in wanted]
    heights = [line * (label.text.count("\n") + 1.15) for label in wanted]
    for label, anchor, place in zip(wanted, anchors, spread(anchors, heights, -0.05, 1.05), strict=True):
        axes.annotate(
            label.text,
            xy=(1.005, anchor),
            xycoords="axes fraction",
            xytext=(1.045, place),
            textcoords="axes fraction",
            va="center",
            ha="left",
            fontsize=SMALL_SIZE,
            color=label.colour,
            linespacing=1.2,
            annotation_clip=False,
            arrowprops={
                "arrowstyle": "-",
                "color": label.colour,
                "linewidth": 0.7,
                "shrinkA": 2,
                "shrinkB": 0,
                "relpos": (0, 0.5),
            },
        )


@styled
def png_bytes(figure: Figure, dpi: int = DPI) -> bytes:
    """PNG file of `figure`; the same figure gives the same bytes, since neither date nor version is written."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=dpi, metadata={"Software": None})
    return buffer.getvalue()


@styled
def image_bytes(figure: Figure, form: PictureForm, dpi: int = DPI) -> bytes:
    """Image file of `figure` as PNG, SVG or PDF; the same figure gives the same bytes, for no date is written."""
    if form == "png":
        return png_bytes(figure, dpi)
    buffer = io.BytesIO()
    metadata: dict[str, Any] = {"CreationDate": None, "Producer": None, "Creator": None} if form == "pdf" else {}
    if form == "svg":
        metadata = {"Date": None, "Creator": None}
    # The salt names the clip paths of an SVG, by default at random.
    with matplotlib.rc_context({"svg.hashsalt": "winset", "svg.fonttype": "path"}):
        figure.savefig(buffer, format=form, metadata=metadata)
    return buffer.getvalue()
