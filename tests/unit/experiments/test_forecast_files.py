"""The published files of forecasts at a tiny size: their form, their digest, and that nothing is written over."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pandas as pd
import pytest

from experiments.errors import RunError
from experiments.forecast_files import DIGESTS, complaints, digest_of, main, write_forecasts
from experiments.record.record import RECORD
from experiments.store.surroundings import code_version
from tests.weights_by_hand import table_by_hand


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files of two cases and two variants, four draws each."""
    root = tmp_path_factory.mktemp("files")
    table = root / "july.csv"
    table.write_bytes(table_by_hand().as_bytes())
    out = root / "forecasts"
    code = main([str(out), "--case", "Korea", "--case", "Vietnam", "--draws", "4", "--weights", f"july_12={table}"])
    assert code == 0
    return out


def test_each_case_has_a_file_of_its_draws(folder: Path) -> None:
    assert {path.name for path in folder.iterdir()} == {"korea.csv", "vietnam.csv", DIGESTS}
    table = pd.read_csv(folder / "korea.csv")
    assert list(table.columns) == ["case", "variant", "as_of", "horizon", "draw", "agreed", "rec", "car", "fund"]
    counts = table.groupby(["case", "variant", "as_of", "horizon"], sort=False).size()
    assert dict(counts) == {
        ("Korea", variant, "2025-07-12", day): 4
        for variant in ("prior", "july_12")
        for day in ("2025-08-01", "2025-12-31")
    }
    assert list(table["draw"][:4]) == [0, 1, 2, 3]
    # What is not on the table is empty.
    vietnam = (folder / "vietnam.csv").read_text("utf-8").splitlines()
    assert vietnam[1].startswith("Vietnam,prior,2025-07-01,2025-08-01,0,")
    assert vietnam[1].split(",")[7] == ""
    funds = pd.read_csv(folder / "vietnam.csv")["fund"]
    assert 0 < funds.isna().sum() < len(funds)
    for line, fund in zip(vietnam[1:], funds, strict=True):
        assert line.endswith(",") == pd.isna(fund)


def test_the_digests_tell_of_files_code_and_variants(folder: Path) -> None:
    about = json.loads((folder / DIGESTS).read_text("utf-8"))
    for name in ("korea.csv", "vietnam.csv"):
        content = (folder / name).read_bytes()
        assert about["files"][name] == {"sha256": hashlib.sha256(content).hexdigest(), "rows": 16}
    assert about["code"]["digest"] == code_version().digest
    assert about["made_of"]["cases.csv"] == hashlib.sha256((RECORD / "cases.csv").read_bytes()).hexdigest()
    assert about["variants"] == {
        "prior": {"fitted_through": "", "fitted_to": [], "weights": ""},
        "july_12": {
            "fitted_through": "2025-07-12", "fitted_to": ["UK", "Vietnam"], "weights": table_by_hand().digest,
        },
    }  # fmt: skip
    assert about["draws"] == 4
    digest = about.pop("digest")
    assert digest == hashlib.sha256(json.dumps(about, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
    assert not complaints(folder)


def test_the_same_call_makes_the_same_files(folder: Path, tmp_path: Path) -> None:
    table = tmp_path / "july.csv"
    table.write_bytes(table_by_hand().as_bytes())
    write_forecasts(tmp_path / "again", ["Korea", "Vietnam"], 4, weights={"july_12": table})
    for path in folder.iterdir():
        assert (tmp_path / "again" / path.name).read_bytes() == path.read_bytes()


def test_what_was_changed_afterwards_is_told(folder: Path, tmp_path: Path) -> None:
    for path in folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    changed = tmp_path / "korea.csv"
    changed.write_text(changed.read_text("utf-8").replace("0.25", "0.15", 1), encoding="utf-8")
    (tmp_path / "vietnam.csv").rename(tmp_path / "atlantis.csv")
    assert complaints(tmp_path) == [
        "vietnam.csv is missing", "atlantis.csv is not listed", "korea.csv has been changed",
    ]  # fmt: skip
    about = json.loads((tmp_path / DIGESTS).read_text("utf-8"))
    about["files"]["korea.csv"]["sha256"] = hashlib.sha256(changed.read_bytes()).hexdigest()
    (tmp_path / DIGESTS).write_text(json.dumps(about), encoding="utf-8")
    assert f"{DIGESTS} has been changed" in complaints(tmp_path)


def test_what_a_variant_was_fitted_to_cannot_be_changed_unnoticed(folder: Path, tmp_path: Path) -> None:
    for path in folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    about = json.loads((tmp_path / DIGESTS).read_text("utf-8"))
    about["variants"]["july_12"]["fitted_to"] = ["UK"]
    (tmp_path / DIGESTS).write_text(json.dumps(about), encoding="utf-8")
    assert complaints(tmp_path) == [f"{DIGESTS} has been changed"]


def test_published_forecasts_are_not_written_over(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(RunError, match="forecasts that are published are not changed"):
        write_forecasts(folder, ["Korea"], 2)
    assert main([str(folder), "--case", "Korea", "--draws", "2"]) == 2
    assert capsys.readouterr().err.startswith("error: ")
    assert not complaints(folder)


def test_digests_depend_on_what_is_said_and_not_on_its_order() -> None:
    assert digest_of({"b": "1", "a": "2", "digest": "x"}) == digest_of({"a": "2", "b": "1"})
    assert digest_of({"a": "1", "b": "2"}) != digest_of({"a": "2", "b": "1"})
