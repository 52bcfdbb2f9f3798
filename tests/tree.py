"""Where things lie in the checkout."""

from __future__ import annotations

from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
CONFIGS: Final = ROOT / "configs"
TINY: Final = CONFIGS / "tiny.yaml"
#: Record of two countries that is made up.
RECORD: Final = ROOT / "tests" / "data" / "record"
#: Config that sets everything that a config can set.
FULL: Final = ROOT / "tests" / "data" / "full.yaml"
