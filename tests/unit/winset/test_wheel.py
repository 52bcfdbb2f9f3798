"""What is installed from a wheel works from any folder: the command, configs by their names, and the Python door."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from tests.tree import ROOT


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Wheel of this checkout, built without a network."""
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(out)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (built,) = out.glob("winset-*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder into which the wheel is installed, away from the checkout."""
    site = tmp_path_factory.mktemp("site")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    return site


def _python(site: Path, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run Python where winset is found in `site` alone, and its dependencies where they are installed."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    paths = f"import sys; sys.path[:] = ['', {str(site)!r}, *{_dependencies()!r}, *sys.path[1:]]"
    code = f"{paths}; import runpy; sys.argv = {['winset', *words]!r}; runpy.run_module('winset', run_name='__main__')"
    program = code if words[:1] != ("-c",) else f"{paths}; {words[1]}"
    return subprocess.run(
        [sys.executable, "-I", "-S", "-c", program],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def _dependencies() -> list[str]:
    """Folders of installed packages that hold no winset."""
    found = {
        Path(place) for place in (sysconfig.get_path("purelib"), sysconfig.get_path("platlib"), *sys.path) if place
    }
    return sorted(str(place) for place in found if place.name in ("site-packages", "dist-packages"))


def test_the_wheel_holds_code_configs_and_sources_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    tops = {name.split("/")[0] for name in names if ".dist-info/" not in name}
    assert tops == {"winset", "sim", "agents", "experiments"}
    folder = ROOT / "configs"
    shipped = {f"winset/configs/{path.relative_to(folder)}" for path in folder.rglob("*.*")}
    assert "winset/configs/record/cases.csv" in shipped
    assert shipped <= {*names}
    assert {"winset/docs/references.md", "winset/py.typed"} <= {*names}
    assert any(name.startswith("experiments/report/templates/") for name in names)


def test_a_shipped_config_runs_by_its_name_from_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    done = _python(installed, tmp_path, "run", "japan_us_2025", "--runs", "50", "--no-figures", "--out", "out")
    assert done.returncode == 0, done.stderr
    assert "japan_us_2025 is the config of that name that comes with winset." in " ".join(done.stderr.split())
    assert (tmp_path / "out" / "manifest.json").is_file()
    listed = _python(installed, tmp_path, "list", "configs")
    assert "korea_example" in listed.stdout


def test_the_record_is_found_from_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    code = "from experiments.record.record import RECORD, read_record; print(RECORD, len(read_record().cases))"
    done = _python(installed, tmp_path, "-c", code)
    assert done.returncode == 0, done.stderr
    place, count = done.stdout.split()
    assert Path(place) == installed / "winset" / "configs" / "record"
    assert count == "13"


def test_the_door_opens_from_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    code = "import winset; result = winset.run('tiny', runs=5); print(winset.__file__, len(result.runs))"
    done = _python(installed, tmp_path, "-c", code)
    assert done.returncode == 0, done.stderr
    place, count = done.stdout.split()
    assert Path(place).is_relative_to(installed)
    assert count == "5"


def test_a_config_of_the_working_folder_comes_before_a_shipped_one(installed: Path, tmp_path: Path) -> None:
    text = (ROOT / "configs" / "tiny.yaml").read_text(encoding="utf-8")
    (tmp_path / "tiny.yaml").write_text(text.replace("Two issues, two firms, one maker", "My own"), encoding="utf-8")
    done = _python(installed, tmp_path, "check", "tiny")
    assert done.returncode == 0, done.stderr
    assert "tiny: My own" in done.stdout
    assert "tiny is tiny.yaml of this folder." in done.stderr


@pytest.mark.parametrize("name", ["sim", "agents", "experiments"])
def test_a_script_in_the_way_is_told_in_one_line(installed: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / f"{name}.py").write_text("raise RuntimeError('this is not winset')\n", encoding="utf-8")
    done = _python(installed, tmp_path, "list", "tactics")
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("error: ")
    assert f"{name}.py is in the way of winset's package '{name}'; rename it if it is yours" in done.stderr


def test_a_foreign_distribution_in_the_way_is_told_from_python_as_well(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "agents").mkdir()
    (tmp_path / "agents" / "__init__.py").write_text("raise RuntimeError('this is not winset')\n", encoding="utf-8")
    done = _python(installed, tmp_path, "-c", "import winset; winset.run")
    assert done.returncode == 1
    last = done.stderr.splitlines()[-1]
    assert last.startswith("ImportError: ")
    assert "__init__.py is in the way of winset's package 'agents'" in last
