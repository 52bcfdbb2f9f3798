"""Colours of a page, each for light and for dark, and the style rules that choose between them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from experiments.report.drawing import colour_name

#: What each colour is for, and what it is in light and in dark. Words have a contrast of 4.5 with their ground in both.
PALETTE: Final[dict[str, tuple[str, str]]] = {
    "ground": ("#ffffff", "#15181c"),
    "panel": ("#f4f6f7", "#1e2329"),
    "ink": ("#222222", "#ececec"),
    "muted": ("#565656", "#b4b8bd"),
    "line": ("#d0d4d8", "#3b424a"),
    "link": ("#005a8c", "#7cc4f2"),
    "mark": ("#00785a", "#4dbb9d"),
}

#: What turns plots that know light alone into dark ones: lightness changes places, hues stay.
_PLOTS: Final = ("none", "invert(0.92) hue-rotate(180deg)")


def colour_rules(drawn: Iterable[tuple[str, str]]) -> str:
    """Style rules that set every colour by the theme of the page, and the light ones on paper.

    Parameters
    ----------
    drawn : iterable of (str, str)
        Colours of the drawings, six digits for light and six for dark.
    """
    pairs = {f"--{name}": both for name, both in PALETTE.items()} | {"--plots": _PLOTS}
    pairs |= {colour_name(*both): (f"#{both[0]}", f"#{both[1]}") for both in sorted(set(drawn))}
    light, dark = (";".join(f"{name}:{both[place]}" for name, both in pairs.items()) for place in (0, 1))
    return "\n".join(
        (
            f":root{{color-scheme:light;{light}}}",
            f'@media screen{{:root[data-theme="dark"]{{color-scheme:dark;{dark}}}}}',
            '@media screen and (prefers-color-scheme:dark)'
            f'{{:root[data-theme="auto"]{{color-scheme:dark;{dark}}}}}',
        )
    )  # fmt: skip
