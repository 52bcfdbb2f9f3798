"""The levers of a side are tried against the other side's best reply, are kept as they are found, and are read back."""

from __future__ import annotations

import json
from html import unescape
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.config.load import load_config
from experiments.design.sampling import design_table
from experiments.engine.worlds import Seated, Worlds, gains
from experiments.errors import RunError
from experiments.labels import lever_label, number
from experiments.progress import LineProgress
from experiments.questions.advise.advise import NO_REACTION
from experiments.questions.advise.advise import advise as play
from experiments.questions.advise.figures import regret_heat_map
from experiments.questions.advise.result import AdviseResult, read
from experiments.questions.advise.tables import term_names
from experiments.store.reading import read_finished
from tests.command_line import refused, winset
from tests.own_tactics import known, pushover
from tests.pages import EVIL, answer_on, sections_on
from tests.support_pictures import coloured_share
from tests.tree import TINY


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
    axes = regret_heat_map(cells, "partner", "tiny", {}).axes[0]
    assert len(axes.patches) == len(advice.settings)


def test_what_was_asked_is_read_back(kept: tuple[AdviseResult, Path]) -> None:
    again = read(read_finished(kept[1]))
    assert (again.side, again.floor, again.worlds, again.negotiations) == ("partner", 0.0, 30, 4 * 23 * 30)


def test_progress_hears_what_is_tried() -> None:
    from rich.console import Console

    console = Console(width=100, color_system=None, force_terminal=False)
    with console.capture() as captured:
        play(load_config(TINY), "partner", "calendar.round_limit=4", "linear", 20, progress=LineProgress(console))
    assert captured.get() == "2 settings, each against 2 tactics of the other side, in 20 worlds\n"


def test_advice_against_a_tactic_that_is_not_known_is_refused(tmp_path: Path) -> None:
    with known(pushover):
        play(load_config(TINY), "partner", "calendar.round_limit=4", "pushover", worlds=20, out=tmp_path / "out")
        assert "pushover" in set(read(read_finished(tmp_path / "out")).regret["reaction"])
    with pytest.raises(RunError, match=r"made with a tactic of your own, pushover; name its file with --tactics"):
        read(read_finished(tmp_path / "out"))


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
    answer = answer_on(text)
    assert sections_on(text) == ["came-out", "why", "scenario", "limits", "again", "columns"]
    assert EVIL not in text
    settings = pd.read_parquet(folder / "settings.parquet")
    place = int(settings["mean"].to_numpy().argmax())
    best = settings.iloc[place]
    assert f"gains US${number(settings['mean'].iloc[0])} bn a year over walking away" in answer
    if place:
        title = lever_label(f"{best['lever']}={best['value']}", "partner")
        assert f"“{title}” gains Japan most: US${number(best['effect'])} bn" in answer
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
