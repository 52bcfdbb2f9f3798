"""Shipped configs play as stored, number by number; ``python tests/golden/refresh.py`` writes the stored files anew."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest

from experiments.config.load import load_config
from experiments.engine.simulate import simulate
from sim.bargaining.outcomes import Outcome
from tests.golden import refresh
from tests.golden.refresh import FOLDER, ROWS, changes, playthroughs, rows, shipped, stored, stored_row

IF_MEANT = "If that is meant: python tests/golden/refresh.py"

#: Relative and absolute; the mathematical functions of two machines may differ in their last bits.
LAST_BITS = 1e-12


@pytest.mark.parametrize("config", shipped(), ids=lambda config: config.stem)
def test_a_shipped_config_plays_as_stored(config: Path) -> None:
    played, kept = playthroughs(config), stored(config).read_text(encoding="utf-8")
    if played != kept:
        pytest.fail(f"{changes(stored(config).name, kept, played)}\n{IF_MEANT}", pytrace=False)


@pytest.mark.parametrize("config", shipped(), ids=lambda config: config.stem)
def test_the_rows_of_the_stored_runs_are_as_stored(config: Path) -> None:
    played, kept = rows(config), stored_row(config).read_text(encoding="utf-8")
    if not _alike(played, kept):
        pytest.fail(f"{changes(f'rows/{stored_row(config).name}', kept, played)}\n{IF_MEANT}", pytrace=False)


@pytest.mark.parametrize("config", shipped(), ids=lambda config: config.stem)
def test_the_stored_rows_hold_every_column_of_the_table_of_runs(config: Path) -> None:
    """And they are rows of the runs whose playthroughs are stored."""
    loaded = load_config(config)
    table = simulate(loaded, 0, 1, loaded.experiment.seed, 1, trajectories=False, solutions=True).runs
    text = stored_row(config).read_text(encoding="utf-8")
    blocks = text.rstrip("\n").split("\n\n")
    assert [block.splitlines()[0] for block in blocks] == _headings(stored(config).read_text(encoding="utf-8"))
    for block in blocks:
        assert [line.partition(" = ")[0] for line in block.splitlines()[1:]] == table.column_names


def test_every_stored_file_belongs_to_a_shipped_config() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {stored(config).name for config in shipped()}
    assert {path.name for path in ROWS.iterdir()} == {stored_row(config).name for config in shipped()}


def test_the_stored_playthroughs_show_deals_and_failures() -> None:
    """At least a deal, an executed threat and a stall, and no outcome of a config twice."""
    ends: set[str] = set()
    for path in FOLDER.iterdir():
        text = path.read_text(encoding="utf-8")
        found = re.findall(r"^(\w+): \w+, round ", text, flags=re.MULTILINE)
        assert len(set(found)) == len(found)
        ends |= set(found)
    assert {Outcome.AGREEMENT, Outcome.THREAT_EXECUTED, Outcome.STALL} <= ends


def test_a_number_is_compared_to_its_last_bits_and_a_word_to_its_last_letter() -> None:
    kept = "tiny, seed 1, run 0\nround = 4\nchip_price = 1.25\nsubsidy_rate = None\nproposer = 'both'\n"
    assert _alike(kept, kept)
    assert _alike(kept.replace("1.25", "1.2500000000000002"), kept)
    for before, after in (("1.25", "1.2500000001"), ("1.25", "None"), ("None", "0.0"), ("both", "Both"), ("4", "5")):
        assert not _alike(kept.replace(before, after), kept)
    assert not _alike(kept + "outlay = 1.0\n", kept)


def test_a_difference_opens_with_the_endings_that_changed() -> None:
    kept = (
        "tiny, seed 1, run 0\n\nround 1\n  one\nagreement: us_accepts, round 4, 2025-07-01\n\n\n"
        "tiny, seed 1, run 3\n\nround 1\n  two\nstall: tactics_hold, round 3, 2025-06-21\n"
    )
    now = kept.replace("stall: tactics_hold, round 3", "stall: no_zone, round 3")
    assert changes("tiny.txt", kept, now).splitlines()[:4] == [
        "tiny.txt is not as stored.",
        "tiny, seed 1, run 3",
        "  stored: stall: tactics_hold, round 3, 2025-06-21",
        "  played: stall: no_zone, round 3, 2025-06-21",
    ]
    rounds = changes("tiny.txt", kept, kept.replace("  one", "  uno"))
    assert rounds.splitlines()[1:] == ["--- stored", "+++ played", "@@ -3,3 +3,3 @@", " round 1", "-  one", "+  uno",
                                       " agreement: us_accepts, round 4, 2025-07-01"]  # fmt: skip
    fewer = changes("tiny.txt", kept, kept.partition("\n\n\n")[0])
    assert "  stored: stall: tactics_hold, round 3, 2025-06-21\n  played: not there" in fewer


def test_a_refresh_shows_a_difference_before_it_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is written while it only shows; what is gone is deleted, what is unchanged is left."""
    config = next(path for path in shipped() if path.stem == "tiny")
    folders = tmp_path / "playthroughs", tmp_path / "rows"
    for folder, name in zip(folders, ("FOLDER", "ROWS"), strict=True):
        folder.mkdir()
        monkeypatch.setattr(refresh, name, folder)
    monkeypatch.setattr(refresh, "shipped", lambda: [config])
    monkeypatch.setattr(refresh, "playthroughs", lambda _: "tiny, seed 1, run 0\nstall: no_zone, round 3, 2025\n")
    monkeypatch.setattr(refresh, "rows", lambda _: "tiny, seed 1, run 0\noutcome = 'stall'\n")
    stories, table = folders[0] / "tiny.txt", folders[1] / "tiny.txt"
    stories.write_text("tiny, seed 1, run 0\nstall: hold, round 3, 2025\n")
    table.write_text("tiny, seed 1, run 0\noutcome = 'stall'\n")
    (folders[0] / "gone.txt").write_text("gone")
    refresh.refresh(write=False)
    shown = capsys.readouterr().out
    assert "  stored: stall: hold, round 3, 2025\n  played: stall: no_zone, round 3, 2025\n" in shown
    assert "written" not in shown
    assert "hold" in stories.read_text()
    assert (folders[0] / "gone.txt").exists()
    refresh.refresh()
    told = capsys.readouterr().out
    assert told.index("played: stall: no_zone") < told.index("written   playthroughs/tiny.txt")
    assert "unchanged rows/tiny.txt" in told
    assert stories.read_text() == "tiny, seed 1, run 0\nstall: no_zone, round 3, 2025\n"
    assert not (folders[0] / "gone.txt").exists()


def _headings(text: str) -> list[str]:
    return re.findall(r"^\w+, seed \d+, run \d+$", text, flags=re.MULTILINE)


def _alike(played: str, kept: str) -> bool:
    """Whether two texts of rows are the same, numbers up to their last bits."""
    now, then = played.splitlines(), kept.splitlines()
    return len(now) == len(then) and all(_line_alike(*pair) for pair in zip(now, then, strict=True))


def _line_alike(now: str, then: str) -> bool:
    if now == then:
        return True
    (column, _, value), (before, _, kept) = now.partition(" = "), then.partition(" = ")
    if column != before or "." not in value or "." not in kept:
        return False
    try:
        return math.isclose(float(value), float(kept), rel_tol=LAST_BITS, abs_tol=LAST_BITS)
    except ValueError:
        return False
