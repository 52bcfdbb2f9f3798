"""The report is one file that asks for nothing else, says what the tables say, and takes every text as text."""

from __future__ import annotations

import json
import re
import shutil
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Literal

import pandas as pd
import pytest

from experiments import api
from experiments.config.load import load_config
from experiments.config.own_tactics import TacticSource
from experiments.questions.run.answer import answer
from experiments.questions.run.summary import summarise
from experiments.questions.run.widget import run_widget
from experiments.report.blocks import Answer, Commands, Page, PageSection, Words, html
from experiments.report.repeat import repeat_section
from experiments.store.digest import digest_of_run
from experiments.store.manifest import Request, new_manifest
from experiments.story.one_run import WhichRun, play_again
from tests.command_line import refused, winset
from tests.pages import EVIL, EVIL_TEXTS, answer_on, as_written, saved_config, sections_on
from tests.synthetic_tables import talks
from tests.tree import CONFIGS, ROOT

TINY = CONFIGS / "tiny.yaml"


class Reader(HTMLParser):
    """Tags, addresses, alternative texts, headings and ids of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.alts: list[str] = []
        self.headings: list[int] = []
        self.ids: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.addresses += [values[name] or "" for name in ("src", "href") if name in values]
        if values.get("role") == "img":
            self.alts.append(values.get("aria-label") or "")
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if values.get("id"):
            self.ids.append(str(values["id"]))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run with deals and other ends, of a config with a name that would be a script if it were not text."""
    out = tmp_path_factory.mktemp("report") / "run"
    api.run(ROOT / "configs" / "cars_on_the_table.yaml", runs=60, seed=5, sets=EVIL_TEXTS, trajectories=True, out=out)
    return out


@pytest.fixture(scope="module")
def page(folder: Path) -> str:
    result = winset("report", folder)
    assert result.exit_code == 0, result.output
    assert str(folder / "report.html") in result.stdout.replace("\n", "")
    return (folder / "report.html").read_text(encoding="utf-8")


def test_one_file_holds_everything(page: str) -> None:
    read = Reader(page)
    assert read.addresses
    assert all(address.startswith(("data:", "#")) for address in read.addresses)
    assert len(page.encode()) < 10_000_000


def test_pictures_have_words_and_headings_have_order(page: str) -> None:
    read = Reader(page)
    assert len(read.alts) >= 9
    assert all(len(alt) > 40 for alt in read.alts)
    assert read.headings.count(1) == 1
    assert read.headings[0] == 1
    assert all(after <= before + 1 for before, after in zip(read.headings, read.headings[1:], strict=False))
    assert len(set(read.ids)) == len(read.ids)


def test_every_question_has_its_section(page: str) -> None:
    wanted = ["came-out", "how", "why", "against", "scenario", "limits", "again", "columns"]
    assert sections_on(page) == wanted


def test_the_answer_is_made_from_the_numbers(page: str, folder: Path) -> None:
    summary = summarise(api.load_runs(folder))
    share = round(100 * summary.agreements / summary.runs, 1)
    assert 0 < summary.agreements < summary.runs
    assert answer_on(page).startswith(f"Of 60 simulated negotiations, {share:.1f}".removesuffix(".0"))


def test_it_says_how_to_get_the_same_again(page: str, folder: Path, tmp_path: Path) -> None:
    assert digest_of_run(folder) in page
    name = saved_config(page, tmp_path)
    manifest = json.loads((folder / "manifest.json").read_text())
    assert load_config(tmp_path / name).digest() == manifest["config_digest"]


def test_the_command_that_it_tells_gives_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    odd = ("--runs", "3", "--engine", "mesa", "--no-solutions", "--trajectories", "--no-figures")
    assert (
        winset("run", ROOT / "configs" / "tiny.yaml", *odd, "--set", "calendar.round_limit=5", "--out", "a").exit_code
        == 0
    )
    assert winset("report", "a").exit_code == 0
    text = Path("a/report.html").read_text(encoding="utf-8")
    told = re.search(r"winset (run tiny.yaml [^\n<]*)", text)
    assert told is not None
    saved_config(text, tmp_path)
    assert winset(*told[1].split(), "--no-figures", "--out", "b").exit_code == 0
    assert digest_of_run("b") == digest_of_run("a")


def test_issues_have_one_name_on_the_page(page: str) -> None:
    asked = as_written(page[page.index('<section id="scenario"') : page.index('<section id="limits"')])
    assert "Car tariff: 2.5 %" in asked
    assert "US wants reciprocal tariff at least 10 %" in asked
    assert "wants car_tariff" not in asked


def test_text_from_a_config_stays_text(page: str) -> None:
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert EVIL not in page
    assert not re.search(r"<script[^>]*>\s*alert", page)


def test_two_reports_of_a_run_are_the_same_bytes(folder: Path, page: str, tmp_path: Path) -> None:
    assert winset("report", folder, "--out", tmp_path / "again.html").exit_code == 0
    assert (tmp_path / "again.html").read_text(encoding="utf-8") == page


def test_a_report_takes_the_place_of_no_other_kind_of_file(folder: Path, tmp_path: Path) -> None:
    config = tmp_path / "base.yaml"
    config.write_text("mine")
    assert f"ends in .html; choose another, such as {config}.html." in refused("report", folder, "--out", config)
    assert config.read_text() == "mine"


def test_a_place_that_cannot_be_written_to_is_named(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    message = refused("report", folder, "--out", tmp_path / "file" / "x.html")
    assert "cannot be written" in message
    message = refused("plot", folder, "--figure", "gains_plane", "--out", tmp_path / "file")
    assert "name another folder with --out" in message
    assert "--resume" not in message


def test_text_inside_the_widget_stays_text() -> None:
    runs = pd.DataFrame(
        {"run": [0, 1, 2], "outcome": ["agreement", "agreement", EVIL], "reason": [EVIL] * 3, "round": [1, 1, 1],
         "date": pd.to_datetime(["2025-05-30"] * 3),
         "gain.us_treasury": [1.0, 2.0, 0.0], "gain.partner": [1.0, 2.0, 0.0], EVIL: [1.0, 2.0, None]}
    )  # fmt: skip
    rows = [
        (run, 1, side, EVIL, 1.0) for run in range(3) for side in ("us_treasury", "partner")
    ]  # fmt: skip
    widget, _ = run_widget(
        runs, pd.DataFrame(rows, columns=["run", "round", "side", "issue", "value"]), {EVIL: EVIL}, {EVIL: EVIL}
    )
    assert EVIL not in widget.markup
    assert len(re.findall("</script>", widget.markup)) == 1


@pytest.mark.parametrize(
    ("deals", "parts"),
    [
        (
            0,
            [
                "None of 40 simulated negotiations ended in a deal (95 % interval: 0 % to 8.8 %).",
                "The most frequent reason: a package would suit both sides, but their tactics hold them back from it.",
            ],
        ),
        (
            10,
            [
                "Of 40 simulated negotiations, 25 % ended in a deal",
                "car tariff 15 %",
                "the US gains US$",
                "stall 12.5 %",
            ],
        ),
        (40, ["Of 40 simulated negotiations, all ended in a deal", "made by round", "chip purchases US$6.94 bn"]),
    ],
)
def test_the_answer_says_what_came_out(deals: int, parts: list[str]) -> None:
    text = answer(summarise(talks(40, deals)[0]), {}, {}).text
    assert [part for part in parts if part not in text] == []


def test_one_run_and_rare_ends_have_their_own_words() -> None:
    assert answer(summarise(talks(1, 1)[0]), {}, {}).text.startswith("The one simulated negotiation ended in a deal. ")
    alone = answer(summarise(talks(1, 0)[0]), {}, {}).text
    assert alone.startswith("The one simulated negotiation ended without a deal. ")
    assert "%" not in alone
    assert ". The ends are: " in answer(summarise(talks(40, 0)[0]), {}, {}).text
    rare = answer(summarise(talks(4_000, 2)[0]), {}, {}).text
    assert "Of 4,000 simulated negotiations, 0.050 % ended in a deal" in rare


def test_the_page_has_a_theme() -> None:
    page = Page("A < B", "kind", Answer("answer."), (PageSection("one", "One", "", (Words(("text",)),)),))
    assert 'data-theme="dark"' in html(page, "dark")
    assert 'data-theme="auto"' in html(page, "auto")
    assert "<h1>A &lt; B</h1>" in html(page, "light")


def _sealed(command: str = "stress", status: Literal["running", "complete"] = "complete") -> str:
    manifest = new_manifest(Request(command, load_config(TINY), 1, {}))
    return manifest.model_copy(update={"status": status}).as_text()


@pytest.mark.parametrize(
    ("manifest", "message"),
    [
        (None, "has no manifest.json, so it holds no results of winset that could be read back"),
        ("{", "manifest.json is damaged"),
        ('{"format": "other"}', "is not a manifest that this version can read"),
        (_sealed(status="running"), "holds an unfinished stress; finish it with winset stress"),
        (_sealed(command="dance"), "answers a question that this version of winset does not know: dance"),
        ('{"format": "winset directory", "schema_version": 4}', "is not a manifest that this version can read"),
        ('{"format": "winset stress", "schema_version": 2}', "holds results in version 2 of the format, and this"),
    ],
)
def test_wrong_directories_are_refused(manifest: str | None, message: str, tmp_path: Path) -> None:
    if manifest is not None:
        (tmp_path / "manifest.json").write_text(manifest)
    assert message in refused("report", tmp_path)
    assert not (tmp_path / "report.html").exists()


@pytest.mark.parametrize("module", ["jinja2", "bokeh"])
def test_a_missing_extra_is_named(module: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    message = refused("report", folder, "--out", folder / "never.html")
    assert message == f"error: winset report needs {module}, which is not installed here; install it with: " \
        "pip install 'winset[report]'"  # fmt: skip
    assert not (folder / "never.html").exists()


@pytest.mark.parametrize("form", ["png", "svg", "pdf"])
def test_plot_draws_the_figures_that_are_named(form: str, folder: Path, tmp_path: Path) -> None:
    names = ("--figure", "concessions", "--figure", "utility_plane")
    result = winset("plot", folder, *names, "--format", form, "--run", "3", "--out", tmp_path)
    assert result.exit_code == 0, result.output
    assert {path.name for path in tmp_path.iterdir()} == {f"concessions.{form}", f"utility_plane.{form}"}


def test_plot_refuses_what_is_not_there(folder: Path, tmp_path: Path) -> None:
    assert "--figure position: there is no such figure of winset run here; there are positions" in refused(
        "plot", folder, "--figure", "position", "--out", tmp_path
    )
    assert "--run" in refused("plot", folder, "--figure", "utility_plane", "--run", "60", "--out", tmp_path)
    assert not list(tmp_path.iterdir())


def test_figures_are_listed() -> None:
    result = winset("list", "figures", "--json")
    listed = {row["figure"]: row["of"] for row in json.loads(result.stdout)}
    assert listed["utility_plane"] == "run"
    assert listed["compare_positions"] == "compare"


def test_a_new_run_takes_the_old_report_away(folder: Path, page: str, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    assert page
    api.run(ROOT / "configs" / "tiny.yaml", runs=2, out=copy, overwrite=True)
    assert not (copy / "report.html").exists()


def test_a_run_played_again_is_the_run_of_the_table(folder: Path) -> None:
    runs = api.load_runs(folder).set_index("run")
    trajectories = api.load_trajectories(folder)
    config = load_config(ROOT / "configs" / "cars_on_the_table.yaml")
    for run in (int(runs.index[runs["outcome"] == "agreement"][0]), int(runs.index[runs["outcome"] != "agreement"][0])):
        played = play_again(config, WhichRun(run, 5, 60))
        assert played.outcome == runs.loc[run, "outcome"]
        own = trajectories[trajectories["run"] == run].drop_duplicates(["round", "side"])
        worth = played.offers.assign(
            payoff=played.offers["us"].where(played.offers["side"] == "us_treasury", played.offers["partner"])
        )
        both = own.merge(worth, on=["round", "side"], suffixes=("", "_again"))
        assert len(both) == len(own) == len(worth)
        # Table lookups and the ledger add the same terms in another order.
        assert both["payoff"].to_numpy() == pytest.approx(both["payoff_again"].to_numpy(), abs=1e-9)
        if played.deal is not None:
            signed = [runs.loc[run, f"payoff.{side}"] for side in ("us_treasury", "partner")]
            assert played.deal == pytest.approx(signed, abs=1e-9)


def test_tactics_of_ones_own_are_part_of_the_command() -> None:
    source = TacticSource("mine.py", "ab12", None)
    config = load_config(TINY)
    blocks = repeat_section(new_manifest(Request("run", config, 1, {}, (source,))), config).blocks
    assert Words(("It needs tactics of your own: mine.py (SHA-256 ab12).",)) in blocks
    assert Commands(("winset run tiny.yaml --tactics mine.py",)) in blocks
