"""Every figure is in the gallery, with commands that can be typed and a picture for each theme."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any, Final

import pytest
import typer
from PIL import Image, ImageColor

from experiments.catalogue import figure_rows
from experiments.cli import app
from experiments.documentation.gallery import GALLERY, PICTURES, THEMES, Filled, gallery_markdown, picture
from experiments.documentation.pictures import WIDTH, keep_small
from experiments.figures.kit.style import BLUE, BLUISH_GREEN, VERMILLION, YELLOW
from tests.tree import ROOT

GROUP: Final[Any] = typer.main.get_command(app)
NAMES: Final = [figure for filled in GALLERY for figure in filled.figures]

#: Most that the pictures may add to the source, in bytes.
MOST: Final = 2_200_000


def _colour(picture: Image.Image, across: int, down: int) -> tuple[int, int, int]:
    red, green, blue = picture.convert("RGB").crop((across, down, across + 1, down + 1)).tobytes()
    return red, green, blue


def test_every_figure_is_in_the_gallery_once_and_with_its_command() -> None:
    command_of = {figure: filled.commands[-1].split()[1] for filled in GALLERY for figure in filled.figures}
    assert len(NAMES) == len(command_of)
    assert command_of == {row["figure"]: row["of"] for row in figure_rows()}


@pytest.mark.parametrize("filled", GALLERY, ids=lambda filled: filled.folder)
def test_the_commands_of_the_gallery_can_be_read_and_fill_what_is_drawn_from(filled: Filled) -> None:
    for command in (*filled.commands, *map(filled.plot, filled.figures)):
        program, name, *words = shlex.split(command)
        assert program == "winset"
        GROUP.commands[name].make_context(name, words)
    assert filled.commands[-1].endswith(f"--out {filled.folder}")


@pytest.mark.parametrize("name", NAMES)
def test_a_figure_has_a_picture_for_each_theme(name: str) -> None:
    grounds = []
    for theme in THEMES:
        with Image.open(ROOT / "docs" / picture(name, theme)) as found:
            assert found.width == WIDTH
            grounds.append(sum(_colour(found, 2, 2)))
    light, dark = grounds
    assert light > 700
    assert dark < 150


def test_the_pictures_are_those_of_the_gallery_and_small_together() -> None:
    files = [*(ROOT / "docs" / PICTURES).iterdir()]
    assert {file.name for file in files} == {f"{name}.{theme}.webp" for name in NAMES for theme in THEMES}
    assert sum(file.stat().st_size for file in files) < MOST


def test_the_page_shows_what_a_figure_says_beside_its_command() -> None:
    page = gallery_markdown()
    start = page.index("### concessions\n")
    part = page[start : page.index("### ", start + 4)]
    shows = next(row["summary"] for row in figure_rows() if row["figure"] == "concessions")
    assert shows in part
    assert "```sh\nwinset plot out/july --figure concessions\n```" in part
    assert page.index("winset run july_2025 --runs 500 --out out/july") < start


def test_a_kept_picture_is_small_and_keeps_its_colours(tmp_path: Path) -> None:
    """Colours of the figures, each in a patch too small to count among all pixels."""
    drawn = Image.new("RGB", (1500, 900), "white")
    patches = {
        100 + 300 * k: ImageColor.getrgb(colour) for k, colour in enumerate((BLUE, VERMILLION, BLUISH_GREEN, YELLOW))
    }
    for across, colour in patches.items():
        drawn.paste(colour, (across, 300, across + 40, 340))
    drawn.save(tmp_path / "drawn.png")
    keep_small(tmp_path / "drawn.png", tmp_path / "folder" / "kept.webp")
    with Image.open(tmp_path / "folder" / "kept.webp") as kept:
        assert kept.size == (WIDTH, 450)
        for across, colour in patches.items():
            found = _colour(kept, (across + 20) // 2, 160)
            assert max(abs(a - b) for a, b in zip(found, colour, strict=True)) < 12, colour
