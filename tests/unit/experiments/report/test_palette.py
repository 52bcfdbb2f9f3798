"""Colours of a page: words can be read on their ground in light and in dark, and paper is light."""

from __future__ import annotations

import re

import pytest

from experiments.report.palette import PALETTE, colour_rules


def _luminance(colour: str) -> float:
    """Relative luminance [WCAG 2.2]."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast of two colours [WCAG 2.2]: 1 to 21."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_the_measure_is_the_published_one() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    # The grey that the guideline's own tools give 4.54 on white.
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)


@pytest.mark.parametrize("theme", [0, 1])
@pytest.mark.parametrize("ground", ["ground", "panel"])
@pytest.mark.parametrize("words", ["ink", "muted", "link"])
def test_words_stand_out_from_their_ground(words: str, ground: str, theme: int) -> None:
    assert contrast(PALETTE[words][theme], PALETTE[ground][theme]) >= 4.5


def test_words_of_plots_stand_out_once_they_are_turned_dark() -> None:
    rules = colour_rules([])
    share = float(re.findall(r"invert\(([\d.]+)\)", rules)[0])
    inverted = [round(255 * (share + (1 - 2 * share) * level)) for level in (1.0, 0x22 / 255, 0x56 / 255)]
    ground, ink, muted = (f"#{level:02x}{level:02x}{level:02x}" for level in inverted)
    assert contrast(ink, ground) >= 4.5
    assert contrast(muted, ground) >= 4.5


def test_each_theme_has_every_colour_and_dark_is_for_screens_alone() -> None:
    rules = colour_rules([("0072b2", "4d9cc9")]).splitlines()
    light, chosen, followed = rules
    assert light.startswith(":root{color-scheme:light;")
    assert "--c0072b2-4d9cc9:#0072b2" in light
    for dark in (chosen, followed):
        assert dark.startswith("@media screen")
        assert "--c0072b2-4d9cc9:#4d9cc9" in dark
        assert all(f"--{name}:{both[1]}" in dark for name, both in PALETTE.items())
    assert all(f"--{name}:{both[0]}" in light for name, both in PALETTE.items())
    assert 'data-theme="auto"' in followed
    assert "prefers-color-scheme:dark" in followed
    assert 'data-theme="dark"' in chosen
