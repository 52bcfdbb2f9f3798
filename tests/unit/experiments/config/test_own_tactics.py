"""A user's own tactic: made known by file or from Python, run by name, refused where it would not be repeatable."""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from agents.errors import OwnTacticError
from agents.own_rules.compiling import CompiledTactic, NotCompiled
from agents.own_rules.own_rule import OwnRule
from agents.tactics.registering import own_tactics, register, unregister
from agents.tactics.registry import TACTICS
from experiments import api
from experiments.config import own_tactics as user_tactics
from experiments.config.load import load_config
from experiments.config.own_tactics import (
    TacticSource,
    choose_engine,
    load_sources,
    load_tactics,
    sources_of,
    workers_for,
)
from experiments.errors import ConfigError, RunError
from experiments.store import plan
from experiments.store.digest import digest_of_run
from experiments.store.manifest import read_manifest
from sim.records import KNOBS, MAX_ROUNDS, VIEW, Floats, Record
from sim.row import new_row
from tests.command_line import refused, winset
from tests.own_tactics import HEAD, IN_PYTHON, US, registry_kept, written
from tests.recorded_progress import RecordedProgress
from tests.support_talks import knobs_of
from tests.tree import ROOT, TINY

PAGE = (ROOT / "docs" / "tactics.md").read_text(encoding="utf-8")
EXAMPLE = next(text for text in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL) if "@register" in text)


@pytest.fixture(autouse=True)
def forget_tactics() -> Iterator[None]:
    with registry_kept():
        yield


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """Write the example of the documentation into a file."""
    return written(tmp_path / "last_minute.py", EXAMPLE)


def forget() -> None:
    """Make this process as one that has just started."""
    for name in own_tactics():
        unregister(name)
    user_tactics._loaded.clear()


def rule_of(name: str) -> OwnRule:
    rule = TACTICS[name].aspiration
    assert isinstance(rule, OwnRule)
    return rule


def run_of(tmp_path: Path, tactics: Path, name: str, *options: str | Path) -> Path:
    """Run a few negotiations with a tactic on the US side and return their directory."""
    out = tmp_path / f"out_{len(list(tmp_path.iterdir()))}"
    how = ("--tactics", tactics, "--set", f"{US}={name}", "--runs", "24", "--no-figures", "--out", out)
    result = winset("run", TINY, *how, *options)
    assert result.exit_code == 0, result.output
    return out


def test_the_example_of_the_page_has_ten_lines_and_runs(example: Path, tmp_path: Path) -> None:
    assert len(EXAMPLE.splitlines()) == 10
    known = ("--tactics", example)
    chosen = (*known, "--set", f"{US}=last_minute")
    assert "last_minute.py:4; runs compiled" in " ".join(winset("list", "tactics", *known).stdout.split())
    assert "tactic last_minute (share 0.4, jump 0.9)" in " ".join(winset("check", TINY, *chosen).stdout.split())
    assert "US Treasury plays last minute" in winset("play", TINY, *chosen).stdout
    folder = run_of(tmp_path, example, "last_minute", "--workers", "1")
    switch = ("--switch", "margin=partner.ratification_margin=2", "--runs", "4")
    assert winset("factorial", TINY, *chosen, *switch).exit_code == 0
    forget()
    other = shutil.copytree(folder, tmp_path / "other")
    assert "unknown tactic" in refused("compare", folder, other, "--out", tmp_path / "picture")
    compared = winset("compare", folder, other, "--out", tmp_path / "picture", *known)
    assert compared.exit_code == 0, compared.output


def test_the_commands_of_the_page_run(example: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(example.parent)
    (example.parent / "configs").symlink_to(ROOT / "configs")
    commands = re.findall(r"^winset (.*)$", PAGE, re.MULTILINE)
    assert len(commands) == 3
    for command in commands:
        result = winset(*command.split())
        assert result.exit_code == 0, result.output


def test_the_page_explains_every_field_of_the_view() -> None:
    assert [name for name in VIEW.names or () if f"| `view.{name}` |" not in PAGE] == []
    assert f"at most {KNOBS} |" in PAGE
    assert f"| {MAX_ROUNDS} numbers |" in PAGE


def test_the_example_is_the_rule_that_its_page_describes(example: Path) -> None:
    assert load_tactics(example) == ("last_minute",)
    tactic, view = TACTICS["last_minute"], new_row(VIEW)
    asked = []
    for view.time in (0.0, 0.45, 0.89, 0.9, 1.0):
        asked.append(tactic.aspiration(view, knobs_of(0.4, 0.9)))
    assert asked == pytest.approx([1.0, 0.8, 1.0 - 0.4 * 0.89 / 0.9, 0.0, 0.0])
    assert tactic.summary == "Concede evenly, and give up the rest shortly before the deadline."
    assert isinstance(tactic.machine_code(), CompiledTactic)


def test_workers_and_chunks_do_not_show_and_the_manifest_names_the_file(example: Path, tmp_path: Path) -> None:
    one = run_of(tmp_path, example, "last_minute", "--workers", "1")
    two = run_of(tmp_path, example, "last_minute", "--workers", "2", "--chunk-size", "7")
    assert digest_of_run(one) == digest_of_run(two)
    assert digest_of_run(one) != digest_of_run(run_of(tmp_path, example, "linear", "--workers", "1"))
    (stored,) = read_manifest(two).tactics
    assert (stored.name, len(stored.sha256)) == ("last_minute.py", 64)


def test_a_run_goes_on_with_the_same_file_alone(example: Path, tmp_path: Path) -> None:
    folder = run_of(tmp_path, example, "last_minute", "--workers", "1", "--chunk-size", "10")
    before = digest_of_run(folder)
    (folder / "runs" / "part-000001.parquet").unlink()
    how = ("run", TINY, "--set", f"{US}=last_minute", "--out", folder, "--resume", "--no-figures")
    forget()
    assert "unknown tactic" in refused(*how)
    assert winset(*how, "--tactics", example).exit_code == 0
    assert digest_of_run(folder) == before
    written(example, EXAMPLE.replace("return 0.0", "return 0.1"))
    assert "own tactics last_minute.py: " in refused(*how, "--tactics", example)


def test_machine_code_and_python_give_the_same_runs(
    example: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled = run_of(tmp_path, example, "last_minute", "--workers", "1")
    forget()
    monkeypatch.setattr("agents.own_rules.own_rule.compile_tactic", lambda _function: NotCompiled("a test says so"))
    plain = run_of(tmp_path, example, "last_minute", "--workers", "1")
    assert isinstance(rule_of("last_minute").machine_code, NotCompiled)
    assert digest_of_run(plain) == digest_of_run(compiled)


def test_functions_of_the_same_file_are_compiled_with_it(tmp_path: Path) -> None:
    text = (
        "from experiments.api import register\nFLOOR = 0.25\ndef half(x):\n    return max(FLOOR, x / 2.0)\n"
        "def twice(x):\n    return half(half(x))\n@register\ndef layered(view, knobs):\n    return twice(view.time)\n"
    )
    load_tactics(written(tmp_path / "layered.py", text))
    view = new_row(VIEW)
    view.time = 0.8
    assert isinstance(rule_of("layered").machine_code, CompiledTactic)
    assert rule_of("layered")(view, knobs_of()) == 0.25


def test_a_tactic_that_does_not_compile_runs_in_the_mesa_engine_which_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path / "plain.py", IN_PYTHON)
    load_tactics(path)
    said: list[str] = []
    config = load_config(TINY, [f"{US}=plain"])
    with pytest.raises(RunError, match=r"--engine compiled: tactic plain \(.*plain.py:5\) does not compile: line 8: "):
        choose_engine(config, "compiled", said.append)
    assert (choose_engine(config, "mesa", said.append), said) == ("mesa", [])
    monkeypatch.setattr(plan, "DEFAULT_ENGINE", "compiled")
    assert choose_engine(config, None, said.append) == "mesa"
    assert len(said) == 1
    assert "statistics" in said[0]
    assert "slower" in said[0]
    assert choose_engine(load_config(TINY), None, said.append) == "compiled"
    listed = " ".join(winset("list", "tactics", "--tactics", path).stdout.split())
    assert "runs in the Mesa engine alone, for it does not compile: line 8: " in listed
    assert winset("play", TINY, "--tactics", path, "--set", f"{US}=plain").exit_code == 0


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("return float(np.mean(view.gap) > 1.0)", "line 6: Numba has no float of these types"),
        ("return view.gap", "line 6: No conversion from nestedarray"),
        ("if (n := view.offers) > 1:\n        return 1.0 / n\n    return 1.0", "line 6: the type of a value cannot be"),
        ("return half(view.round)", "its functions call each other in a circle"),
        (
            "try:\n        return 1.0 / view.time\n    except ValueError as e:\n        return 0.5",
            "line 8: Exception object cannot be",
        ),
        ("with numba.objmode(x='float64'):\n        x = 1.0\n    return x", "it leaves compiled code (numba.objmode)"),
    ],
)
def test_the_reason_is_one_line_without_numbas_internals(body: str, reason: str, tmp_path: Path) -> None:
    helper = "def half(x): return half(x / 2.0) if x > 1.0 else x\n"
    text = (
        f"import numba, numpy as np\nfrom experiments.api import register\n{helper}@register\ndef own(view, knobs):\n"
    )
    load_tactics(written(tmp_path / "own.py", f"{text}    {body}\n"))
    code = rule_of("own").machine_code
    assert isinstance(code, NotCompiled)
    assert code.reason.startswith(reason)
    assert not re.search(r"[\n$<>/]", code.reason)


def test_a_tactic_in_python_can_write_to_nothing(tmp_path: Path) -> None:
    text = IN_PYTHON.replace("return 1.0", "setter(view)\n    return 1.0").replace(
        "@register", "def setter(one):\n    one.__setattr__('time', 0.5)\n@register"
    )
    load_tactics(written(tmp_path / "plain.py", text))
    with pytest.raises(OwnTacticError, match="read-only"):
        rule_of("plain")(new_row(VIEW), knobs_of())


@pytest.mark.parametrize(
    "body",
    [
        "x = view.time\n    x *= 0.5\n    return x",
        "gaps = view.gap.copy()\n    gaps[0] = 1.0\n    return np.sort(gaps)[0]",
        "return math.sqrt(RATE) if view.offers else np.float64(1.0)",
        "steps = [1.0, 0.5]\n    steps.append(view.time)\n    return min(steps)",
    ],
)
def test_ordinary_code_is_taken_and_compiles(body: str, tmp_path: Path) -> None:
    text = f"{HEAD}RATE = 0.5\n@register\ndef own(view, knobs):\n    {body}\n"
    load_tactics(written(tmp_path / "own.py", text))
    assert isinstance(rule_of("own").machine_code, CompiledTactic)


def test_a_file_that_is_missing_is_refused(tmp_path: Path) -> None:
    missing = tmp_path / "none.py"
    assert f"--tactics {missing}: No such file or directory" in refused("run", TINY, "--tactics", missing)
    assert f"--tactics {tmp_path}: " in refused("run", TINY, "--tactics", tmp_path)


def test_a_config_alone_makes_no_code_run(example: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(example.parent)
    for name in ("last_minute", "last_minute.py", str(example)):
        message = refused("play", TINY, "--set", f"{US}={name}")
        assert "unknown tactic" in message
        assert "(your own tactic? make it known with --tactics FILE)" in message
    assert not user_tactics._loaded


def test_knobs_keep_to_their_limits(example: Path) -> None:
    load_tactics(example)
    with pytest.raises(ConfigError, match=r"tactics.us_treasury.jump: must be between 0.1 and 1 \(knob\)"):
        load_config(TINY, [f"{US}=last_minute", "tactics.us_treasury.jump=2"])
    drawn = load_config(TINY, [f"{US}=last_minute", "tactics.us_treasury.jump={dist: uniform, low: 0.7, high: 0.95}"])
    assert api.run(drawn, runs=4).runs["param.tactics.us_treasury.jump"].between(0.7, 0.95).all()


def test_a_random_tactic_draws_from_the_run(tmp_path: Path) -> None:
    text = "@register(is_random=True)\ndef dice(view, knobs):\n    return view.draw\n"
    load_tactics(written(tmp_path / "dice.py", HEAD + text))
    config = load_config(TINY, [f"{US}=dice"])
    first = api.run(config, runs=6, trajectories=True)
    us = first.trajectories.query("side == 'us_treasury' and round == 1")
    assert us["aspiration"].nunique() == 6
    assert api.run(config, runs=6, trajectories=True).digest == first.digest
    pd.testing.assert_frame_equal(api.run(config, runs=3).runs, first.runs.head(3))


def test_from_python_a_function_is_registered_and_used_in_one_process(capfd: pytest.CaptureFixture[str]) -> None:
    @api.register(knobs={"share": (0.5, 0.0, 1.0, "share conceded")})
    def steady(view: object, knobs: object) -> float:
        return 1.0 - knobs[0] * view.time  # type: ignore[attr-defined, index, no-any-return]  # what an engine hands it

    config = load_config(TINY, [f"{US}=steady"])
    (source,) = sources_of(config)
    assert (source.name, source.path) == ("tactic steady", None)
    one = api.run(config, runs=20, workers=1)
    assert capfd.readouterr().err == ""
    heard = RecordedProgress()
    assert api.run(config, runs=20, workers=2, progress=heard).digest == one.digest
    assert any("One process computes this run: tactic steady is known in it alone." in said for said in heard.messages)
    assert "US Treasury plays steady" in api.play(config).text()
    with pytest.raises(ValueError, match="tactic steady is registered already"):
        api.register(steady)
    api.register(steady, replace=True)
    api.unregister("steady")
    with pytest.raises(ConfigError, match="unknown tactic"):
        load_config(TINY, [f"{US}=steady"])


def test_files_are_executed_once_and_leave_the_search_path_alone(tmp_path: Path) -> None:
    count = tmp_path / "count"
    text = f"import pathlib\nwith pathlib.Path({str(count)!r}).open('a') as f:\n    f.write('x')\n{EXAMPLE}"
    path, before = written(tmp_path / "counted.py", text), list(sys.path)
    assert load_tactics(path, path) == ("last_minute", "last_minute")
    assert load_tactics(path) == ("last_minute",)
    assert count.read_text() == "x"
    assert sys.path == before
    assert not (tmp_path / "__pycache__").exists()
    written(path, text.replace("last_minute", "late"))
    assert load_tactics(path) == ("late",)
    assert "last_minute" not in TACTICS


def test_a_worker_refuses_a_file_that_has_changed(example: Path) -> None:
    load_tactics(example)
    (source,) = sources_of(load_config(TINY, [f"{US}=last_minute"]))
    assert source.path == example
    load_sources([source])
    forget()
    written(example, EXAMPLE.replace("0.4", "0.3"))
    with pytest.raises(RunError, match="has changed while the run was going on"):
        load_sources([source])


def test_only_tactics_of_the_config_count(example: Path) -> None:
    load_tactics(example)
    config = load_config(TINY)
    assert sources_of(config) == ()
    assert workers_for(config, 2, pytest.fail) == 2
    assert TacticSource("x", "y", None) != TacticSource("x", "z", None)


def test_tactics_are_listed_as_data(example: Path) -> None:
    rows = {row["tactic"]: row for row in json.loads(winset("list", "tactics", "--json", "--tactics", example).stdout)}
    assert rows["linear"]["own"] is None
    assert rows["last_minute"]["own"]["not_compiled"] is None
    assert [knob["knob"] for knob in rows["last_minute"]["knobs"]] == ["share", "jump"]


def test_a_tactic_that_names_no_traits_reads_offers_and_claims_nothing_else() -> None:
    with registry_kept():

        @register(name="plain")
        def plain(view: Record, knobs: Floats) -> float:  # noqa: ARG001  the arguments of every tactic
            return 0.5

        own = TACTICS["plain"]
        assert (own.reads_offers, own.is_random, own.is_monotone, own.reads_path) == (True, False, False, False)
