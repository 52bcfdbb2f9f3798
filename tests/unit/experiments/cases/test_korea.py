"""A Korean run speaks of Korea: no command, page, table or picture of it names the partner of the shipped case."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from experiments.labels import NOBODY, call_partner
from experiments.questions.forecast.forecast import forecast
from tests.command_line import winset
from tests.shipped_partner import of_the_shipped_partner, text_of

CHANCE = "walk_away.execution_probability"

#: Commands on the config of the case, each with what it needs to be quick; pages of them below.
CALLS = {
    "check": ("check", "case.yaml"),
    "run": ("run", "case.yaml", "--runs", "30", "--workers", "1", "--no-figures", "--out", "run"),
    "play": ("play", "case.yaml", "--run", "2"),
    "solve": ("solve", "case.yaml", "--out", "solve"),
    "sweep": ("sweep", "case.yaml", "--over", f"{CHANCE}=0.2,0.8", "--runs", "6", "--out", "sweep"),
    "factorial": ("factorial", "case.yaml", "--runs", "6", "--switch", f"sure={CHANCE}=1", "--out", "rules"),
    "grid": ("grid", "case.yaml", "--levels", "9", "--runs", "6", "--out", "grid"),
    "forecast": ("forecast", "Korea", "--draws", "40", "--no-figures", "--out", "forecast"),
    "picture": ("plot", "run", "--figure", "outcomes_by_round", "--format", "svg", "--out", "drawn"),
    "picture of a forecast": ("plot", "forecast", "--format", "svg", "--out", "drawn_forecast"),
    **{f"report of {name}": ("report", name) for name in ("run", "solve", "sweep", "rules", "grid", "forecast")},
}  # fmt: skip


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What the commands printed, and every file that they left."""
    folder = tmp_path_factory.mktemp("korea")
    forecast("Korea", 2, out=folder / "made")
    (folder / "case.yaml").write_bytes((folder / "made" / "case.yaml").read_bytes())
    found = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for name, words in CALLS.items():
            call_partner(NOBODY)  # as in a process of its own, which has loaded no config before
            called = winset(*words)
            assert called.exit_code == 0, (name, called.output)
            found[f"{name}, printed"] = called.stdout
            found[f"{name}, told"] = called.stderr
    files = [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".png"]
    return found | {path.relative_to(folder).as_posix(): text_of(path) for path in files}


def test_nothing_names_the_partner_of_the_shipped_case(texts: dict[str, str]) -> None:
    """Sources excepted, which say where a number was read."""
    found = {name: sorted(of_the_shipped_partner(text))[:3] for name, text in texts.items()}
    assert not {name: said for name, said in found.items() if said}
    pages = [name for name in texts if name.endswith("report.html")]
    assert len(pages) == 6
    assert any(Path(name).suffix == ".svg" for name in texts)


@pytest.mark.parametrize("name", ["run", "play", "solve", "check", "forecast"])
def test_what_is_printed_names_korea(texts: dict[str, str], name: str) -> None:
    assert re.search(r"\bKorean?\b", texts[f"{name}, printed"])


def test_nobody_else_sits_at_the_table(texts: dict[str, str]) -> None:
    """Of an empty list of firms nobody is kept."""
    for name in ("SoftBank", "Rakuten", "Nvidia", "KDDI"):
        assert not [place for place, text in texts.items() if name in text and not _only_in_sources(text, name)]


def _only_in_sources(text: str, name: str) -> bool:
    """Whether a name stands in the list of sources of a page alone."""
    return all("Sources by their short names" in text[: match.start()] for match in re.finditer(name, text))
