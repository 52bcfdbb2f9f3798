"""Pictures of the gallery, drawn anew by the commands that stand beside them: ``make gallery``.

They travel with the source. They are therefore as wide as the column of the site and packed as photographs are, which
keeps every colour; the commands draw them in full size.
"""

from __future__ import annotations

import shlex
import sys
import tempfile
from contextlib import chdir
from pathlib import Path
from typing import Any, Final

import typer

from experiments.cli import app
from experiments.documentation.gallery import GALLERY, THEMES, picture
from experiments.documentation.links import DOCS, ROOT

#: Width in pixels.
WIDTH: Final = 750

#: Quality in per cent, at which letters can still be read and all pictures together stay below 2.2 megabytes.
QUALITY: Final = 43


def draw_gallery() -> None:
    """Run every command of the gallery in a folder that is thrown away, and keep the pictures.

    Raises
    ------
    SystemExit
        When a command fails; pictures drawn before are kept.
    """
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        for command in dict.fromkeys(command for filled in GALLERY for command in filled.commands):
            _call(command)
        for filled in GALLERY:
            for figure in filled.figures:
                for theme in THEMES:
                    _call(f"{filled.plot(figure)} --theme {theme} --out {theme}")
                    keep_small(_drawn(Path(theme), figure), ROOT / DOCS / picture(figure, theme))


def _call(command: str) -> None:
    """Do what a reader does who types a command."""
    sys.stderr.write(f"{command}\n")
    _, *words = shlex.split(command)
    group: Any = typer.main.get_command(app)
    if code := group.main(words, prog_name="winset", standalone_mode=False):
        raise SystemExit(f"{command}: ended with exit code {code}")


def _drawn(folder: Path, figure: str) -> Path:
    """File of a figure; of one that is drawn several times, such as once an output, the first in the alphabet."""
    files = sorted(folder.glob(f"{figure}.png")) or sorted(folder.glob(f"{figure}.*.png"))
    return files[0]


def keep_small(file: Path, place: Path) -> None:
    """Keep a drawn picture as a small one."""
    from PIL import Image

    with Image.open(file) as drawn:
        height = round(drawn.height * WIDTH / drawn.width)
        small = drawn.convert("RGB").resize((WIDTH, height), Image.Resampling.LANCZOS)
    place.parent.mkdir(parents=True, exist_ok=True)
    small.save(place, "WEBP", quality=QUALITY, method=6)


if __name__ == "__main__":
    draw_gallery()
