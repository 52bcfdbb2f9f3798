"""The levers of a side are tried against the other side's best reply, are kept as they are found, and are read back."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from agents.tactics.registering import register, unregister
from experiments.config.load import load_config
from experiments.design.sampling import design_table
from experiments.engine.worlds import Seated, Worlds, gains
from experiments.errors import RunError
from experiments.lab.arena import side_by_side
from experiments.labels import lever_label, number
from experiments.progress import LineProgress
from experiments.questions.advise.advise import NO_REACTION
from experiments.questions.advise.advise import advise as play
from experiments.questions.advise.figures import regret_heat_map
from experiments.questions.advise.result import AdviseResult, read
from experiments.questions.advise.tables import term_names
from experiments.store.reading import read_finished
from tests.command_line import refused, winset
from tests.support_pictures import coloured_share
from tests.tree import TINY

EVIL = "<script>alert(1)</script>"


def _yielding(view: Any, knobs: Any) -> float:  # noqa: ARG001  the signature of every tactic
    """Take whatever is offered."""
    return 0.0


@pytest.fixture
def yielding() -> Iterator[None]:
    register(_yielding, name="yielding")
    yield
    unregister("yielding")


def _files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def advice() -> AdviseResult:
    levers, reactions = ("tactics.partner.beta=0.05,20",), ("boulware", "linear", "conceder", "hardliner")
    return play(load_config(TINY), "partner", levers, reactions, worlds=60)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[AdviseResult, Path]:
    """Advice that is kept, on a config whose title would be a script if it were not text."""
    folder, config = tmp_path_factory.mktemp("advise") / "out", load_config(TINY, (f"title={EVIL}",))
    return play(config, "partner", "tactics.partner.beta=0.2,1,3", worlds=30, out=folder), folder


def test_the_other_side_takes_its_best_reply(advice: AdviseResult) -> None:
    assert (advice.settings["lever"].iloc[0], advice.settings["value"].iloc[0]) == ("", "")
    assert advice.regret["reaction"].iloc[0] == NO_REACTION
    replies = advice.regret[advice.regret["is_reply"]]
    most = advice.regret.groupby("setting", sort=False)["gain_other"].max()
    assert replies["gain_other"].tolist() == most.tolist()
    assert replies["reaction"].tolist() == advice.settings["reaction"].tolist()
    np.testing.assert_allclose(replies["gain"], advice.settings["mean"])
    table = advice.settings
    assert table["effect"].iloc[0] == 0.0
    # Where all worlds agree the interval is a point, up to the rounding of resampled means.
    assert (table["effect_low"] <= table["effect"] + 1e-12).all()
    assert (table["effect"] <= table["effect_high"] + 1e-12).all()


def test_gains_and_terms_are_those_of_the_same_worlds(advice: AdviseResult) -> None:
    """The config as it is, played again here against two reactions."""
    config = advice.config
    seed = config.experiment.seed
    worlds = Worlds.at(config, design_table(config, 60, seed, total=60), seed)
    cells = advice.regret[advice.regret["setting"] == "as it is"].set_index("reaction")
    for name, reaction in ((NO_REACTION, None), ("linear", Seated("linear", {}))):
        other, own = gains(worlds.play(reaction, None)).mean(axis=0)
        assert (cells.loc[name, "gain"], cells.loc[name, "gain_other"]) == pytest.approx((own, other))
    base = advice.settings.iloc[0]
    assert base["reaction"] in ("boulware", "linear", "conceder", "hardliner")
    ends = worlds.play(Seated(base["reaction"], {}), None).results
    dealt = ends["dealt"] != 0
    assert base["deal_share"] == pytest.approx(dealt.mean())
    assert dealt.any()
    names = term_names(1)
    terms = ends["ledger"][dealt, 1, : len(names)].mean(axis=0)
    assert [base[f"term.{name}"] for name in names] == pytest.approx(terms.tolist())


def test_a_late_conceder_gains_on_an_early_one(advice: AdviseResult) -> None:
    found = advice.settings.set_index("value")["mean"]
    assert found["0.05"] > found["20"]
    assert list(advice.levers()["lever"]) == ["tactics.partner.beta"]
    assert advice.levers()["best"].iloc[0] == "0.05"


def test_the_heat_map_frames_one_reply_a_setting(advice: AdviseResult) -> None:
    cells = advice.regret
    assert len(cells) == len(advice.settings) * 5
    assert cells.groupby("setting")["is_reply"].sum().eq(1).all()
    assert (cells["regret"] >= 0).all()
    axes = regret_heat_map(cells, "partner", "tiny").axes[0]
    assert len(axes.patches) == len(advice.settings)


def test_what_is_read_back_is_what_was_played(kept: tuple[AdviseResult, Path]) -> None:
    result, folder = kept
    again = read(read_finished(folder))
    assert (result.folder, again.folder) == (str(folder), str(folder))
    for name, table in result.tables.items():
        pd.testing.assert_frame_equal(table, again.tables[name])
    assert again.plain() == result.plain()
    assert again.text() == result.text()
    assert (again.side, again.floor, again.worlds, again.negotiations) == ("partner", 0.0, 30, 4 * 23 * 30)
    assert again.manifest == result.manifest


def test_without_a_folder_the_same_comes_out_and_nothing_is_left(
    kept: tuple[AdviseResult, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    config = load_config(TINY, (f"title={EVIL}",))
    result = play(config, "partner", ["tactics.partner.beta=0.2,1,3"], worlds=30)
    assert result.folder is None
    assert result.plain() == kept[0].plain()
    assert list(tmp_path.iterdir()) == []
    assert list(result.figures()) == ["regret_heat_map"]


def test_an_interrupted_advice_ends_in_the_same_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def ask(folder: Path, *, resume: bool = False) -> None:
        play(load_config(TINY), "us_treasury", "calendar.round_limit=4,6", worlds=30, out=folder, resume=resume)

    ask(tmp_path / "whole")
    calls: list[int] = []

    def counted(*args: Any) -> Any:
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return side_by_side(*args)

    # There is a call for the config as it is and for each of two settings.
    monkeypatch.setattr("experiments.questions.advise.advise.side_by_side", counted)
    with pytest.raises(KeyboardInterrupt):
        ask(tmp_path / "broken")
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    with pytest.raises(RunError, match="holds an unfinished advise"):
        ask(tmp_path / "broken")
    ask(tmp_path / "broken", resume=True)
    assert len(calls) == 4
    assert _files(tmp_path / "broken") == _files(tmp_path / "whole")


def test_progress_hears_what_is_tried() -> None:
    from rich.console import Console

    console = Console(width=100, color_system=None, force_terminal=False)
    with console.capture() as captured:
        play(load_config(TINY), "partner", "calendar.round_limit=4", "linear", 20, progress=LineProgress(console))
    assert captured.get() == "2 settings, each against 2 tactics of the other side, in 20 worlds\n"


@pytest.mark.parametrize("file", ["settings.parquet", "regret.parquet", "manifest.json"])
def test_a_file_that_is_damaged_is_refused_by_its_name(
    file: str, kept: tuple[AdviseResult, Path], tmp_path: Path
) -> None:
    folder = tmp_path / "copy"
    folder.mkdir()
    for path in kept[1].glob("*.*"):
        (folder / path.name).write_bytes(path.read_bytes())
    content = (folder / file).read_bytes()
    (folder / file).write_bytes(content[:-4] + bytes([content[-4] ^ 1]) + content[-3:])
    with pytest.raises(RunError, match=re.escape(file)):
        read(read_finished(folder))
    for verb in ("report", "plot"):
        assert file in refused(verb, folder)
    assert not (folder / "report.html").exists()


@pytest.mark.usefixtures("yielding")
def test_advice_against_a_tactic_that_is_not_known_is_refused(tmp_path: Path) -> None:
    play(load_config(TINY), "partner", "calendar.round_limit=4", "yielding", worlds=20, out=tmp_path / "out")
    assert "yielding" in set(read(read_finished(tmp_path / "out")).regret["reaction"])
    unregister("yielding")
    try:
        with pytest.raises(RunError, match=r"made with a tactic of your own, yielding; name its file with --tactics"):
            read(read_finished(tmp_path / "out"))
    finally:
        register(_yielding, name="yielding")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--lever", "x"], "write path=value,value"),
        (["--lever", "us_treasury.nothing=1"], "us_treasury.nothing"),
        (["--reaction", "nobody"], "no tactic 'nobody'"),
        (["--worlds", "1"], "--worlds is 1"),
        (["--floor", "nan"], "--floor is nan"),
        (["--seed", "-1"], "--seed is -1"),
    ],
)
def test_bad_input_is_refused_and_writes_nothing(tmp_path: Path, options: list[str], message: str) -> None:
    assert message in refused("advise", TINY, "--side", "us_treasury", *options, "--out", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_config_that_is_not_there_is_refused(tmp_path: Path) -> None:
    told = refused("advise", "nothing.yaml", "--side", "us_treasury", "--out", tmp_path / "out")
    assert "there is no such file" in told
    assert not (tmp_path / "out").exists()


def test_the_command_prints_json_and_draws_the_map(tmp_path: Path) -> None:
    options = ("--side", "us_treasury", "--worlds", "20", "--seed", "4")
    found = winset("advise", TINY, "--json", *options, "--out", tmp_path / "out")
    assert found.exit_code == 0, found.output
    told = json.loads(found.stdout)
    assert set(told["recommended"]) == {"mean", "cvar", "satisficing", "max_regret"}
    stored = pd.read_parquet(tmp_path / "out" / "settings.parquet")
    assert [row["mean"] for row in told["settings"]] == stored["mean"].tolist()
    assert coloured_share(tmp_path / "out" / "figures" / "regret_heat_map.png") > 0.01


def test_the_command_fills_the_usual_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    options = ("--lever", "calendar.round_limit=4", "--reaction", "linear", "--worlds", "20")
    found = winset("advise", TINY, "--side", "partner", *options)
    assert found.exit_code == 0, found.output
    folder = "out/tiny-advise-partner"
    assert (tmp_path / folder / "settings.parquet").is_file()
    assert f"Picture: {folder}/figures/regret_heat_map.png" in found.stdout
    assert f"Kept in {folder}; as a page to read: winset report {folder}" in found.stdout


def test_the_page_names_the_best_setting(kept: tuple[AdviseResult, Path]) -> None:
    folder = kept[1]
    found = winset("report", folder, "--theme", "dark", "--out", folder.parent / "page.html")
    assert found.exit_code == 0, found.output
    text = (folder.parent / "page.html").read_text(encoding="utf-8")
    (answer,) = (unescape(part) for part in re.findall(r'<p class="answer">(.*?)</p>', text, re.DOTALL))
    assert re.findall(r'<section id="([\w-]+)"', text) == ["asked", "came-out", "why", "limits", "again"]
    assert EVIL not in text
    settings = pd.read_parquet(folder / "settings.parquet")
    place = int(settings["mean"].to_numpy().argmax())
    best = settings.iloc[place]
    assert f"gains US${number(settings['mean'].iloc[0])} bn a year over walking away" in answer
    if place:
        title = lever_label(f"{best['lever']}={best['value']}", "partner")
        assert f"“{title}” gains most: US${number(best['effect'])} bn" in answer
    else:
        assert "None of the 3 settings" in answer
    assert "--lever tactics.partner.beta=0.2,1,3" in unescape(text)


def test_the_picture_is_drawn_again_from_the_directory(kept: tuple[AdviseResult, Path], tmp_path: Path) -> None:
    drawn = winset("plot", kept[1], "--format", "svg", "--theme", "dark", "--out", tmp_path / "all")
    assert drawn.exit_code == 0, drawn.output
    assert [path.name for path in (tmp_path / "all").iterdir()] == ["regret_heat_map.svg"]
    assert winset("plot", kept[1], "--figure", "regret_heat_map", "--out", tmp_path / "one").exit_code == 0
    assert [path.name for path in (tmp_path / "one").iterdir()] == ["regret_heat_map.png"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--run", "3"), "only the answer of winset run has pictures of one negotiation"),
        (("--figure", "positions"), "no such figure of winset advise here; there are regret_heat_map."),
    ],
)
def test_a_picture_that_is_not_there_is_refused(
    options: tuple[str, ...], message: str, kept: tuple[AdviseResult, Path], tmp_path: Path
) -> None:
    assert message in refused("plot", kept[1], *options, "--out", tmp_path / "never")
    assert not (tmp_path / "never").exists()
