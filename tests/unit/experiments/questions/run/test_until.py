"""Runs that go on until a share or a mean is sure enough: when they end, whatever the chunks, and what is said."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from scipy import stats

import winset
from experiments.config.load import load_config
from experiments.config.model import Config
from experiments.errors import RunError
from experiments.questions.run.notes import notes
from experiments.questions.run.run import run as play
from experiments.questions.run.until import (
    LEAST_DEALS,
    Look,
    UntilAsked,
    UntilFound,
    look,
    looks_at,
    measures,
    would_take,
)
from experiments.statistics.intervals import mean_half_width, wilson_interval
from experiments.store.digest import digest_of_run
from experiments.store.manifest import Manifest, read_manifest
from experiments.store.plan import RunSettings, Until
from experiments.store.reading import load_runs
from tests.command_line import refused
from tests.command_line import winset as command
from tests.fake_engine import FakeConfig, fake_engine
from tests.pages import as_written
from tests.recorded_progress import RecordedProgress
from tests.tree import CONFIGS, TINY

#: Share of deals of the fake engine, and the half-width of its interval after so many runs.
DEALS = 0.4


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a fake engine play in place of the model, and look often enough for it."""
    monkeypatch.setattr("experiments.questions.run.run.find_engine", lambda _name: fake_engine())
    monkeypatch.setattr("experiments.questions.run.until.FIRST_LOOK", 50)
    monkeypatch.setattr(
        "experiments.questions.run.until.measures", lambda _config: ["agreement", "stall", "car_tariff"]
    )


def _run(folder: Path, until: str | None, config: FakeConfig | None = None, **how: Any) -> Manifest:
    given: dict[str, Any] = {"engine": "mesa", "workers": 1, "progress": RecordedProgress()} | how
    return play(cast("Config", config or FakeConfig()), out=folder, until=until, **given).manifest


def _found(manifest: Manifest) -> UntilFound:
    return UntilFound.model_validate(manifest.results["until"])


def _half_width(folder: Path, runs: int) -> float:
    """By hand: Wilson's interval of the share of deals among the first runs."""
    count = int((load_runs(folder, ["outcome"])["outcome"][:runs] == "agreement").sum())
    z = stats.norm.ppf(0.975)
    share = count / runs
    return float(z * math.sqrt(share * (1 - share) / runs + z * z / (4 * runs * runs)) / (1 + z * z / runs))


@pytest.mark.usefixtures("fake")
def test_it_ends_at_the_first_look_that_is_sure_enough(tmp_path: Path) -> None:
    manifest = _run(tmp_path, "agreement=0.05")
    runs = manifest.settings["runs"]
    found = _found(manifest)
    assert [one.runs for one in found.looks] == [50, 100, 200, 400]
    assert runs == 400
    assert found.reached
    for one in found.looks:
        assert one.half_width == pytest.approx(_half_width(tmp_path, one.runs), rel=1e-9)
        assert one.half_width is not None
        assert (one.half_width <= 0.05) == (one.runs == 400)
        assert one.counted == int((load_runs(tmp_path)["outcome"][: one.runs] == "agreement").sum())


@pytest.mark.usefixtures("fake")
@pytest.mark.parametrize(("chunk", "workers"), [(7, 1), (50, 2), (1_000, 1), (None, 1)])
def test_chunks_and_workers_do_not_show(tmp_path: Path, chunk: int | None, workers: int) -> None:
    found = _run(tmp_path / "until", "agreement=0.05", chunk_size=chunk, workers=workers)
    assert found.settings["runs"] == 400
    _run(tmp_path / "plain", None, runs=400, solutions=False)
    assert digest_of_run(tmp_path / "until") == digest_of_run(tmp_path / "plain")


@pytest.mark.usefixtures("fake")
@pytest.mark.parametrize("cut", [0, 49, 60, 120, 399])
@pytest.mark.parametrize("says", [True, False])
def test_an_interrupted_one_ends_the_same(tmp_path: Path, cut: int, says: bool) -> None:
    """Whether the aim is named again or not."""
    _run(tmp_path / "whole", "agreement=0.05", chunk_size=30)
    with pytest.raises(KeyboardInterrupt):
        _run(tmp_path / "cut", "agreement=0.05", FakeConfig(interrupt_at=cut), chunk_size=30)
    assert read_manifest(tmp_path / "cut").status == "running"
    _run(tmp_path / "cut", "agreement=0.05" if says else None, resume=True)
    files = [{path.relative_to(one): path.read_bytes() for path in one.rglob("*.*")} for one in tmp_path.iterdir()]
    assert files[0] == files[1]


@pytest.mark.usefixtures("fake")
def test_the_most_ends_it_and_more_goes_on(tmp_path: Path) -> None:
    manifest = _run(tmp_path / "grown", "agreement=0.03", most=150, chunk_size=40)
    found = _found(manifest)
    assert ([one.runs for one in found.looks], found.reached) == ([50, 100, 150], False)
    assert manifest.settings["runs"] == 150
    manifest = _run(tmp_path / "grown", None, most=5_000, resume=True)
    found = _found(manifest)
    assert ([one.runs for one in found.looks], found.reached) == ([50, 100, 200, 400, 800, 1_600], True)
    _run(tmp_path / "whole", "agreement=0.03", most=5_000, chunk_size=40, solutions=True)
    assert digest_of_run(tmp_path / "grown") == digest_of_run(tmp_path / "whole")
    assert _run(tmp_path / "grown", None, resume=True) == manifest


@pytest.mark.usefixtures("fake")
def test_another_aim_goes_on_from_what_is_there(tmp_path: Path) -> None:
    _run(tmp_path, None, runs=70)
    assert _run(tmp_path, "agreement=0.05", resume=True).settings["runs"] == 400
    found = _run(tmp_path, "agreement=0.2", resume=True)
    assert found.settings["runs"] == 400
    assert [one.runs for one in _found(found).looks] == [50]
    plain = _run(tmp_path, None, runs=500, resume=True)
    assert (plain.settings["runs"], "until" in plain.settings, plain.results) == (500, False, {})


@pytest.mark.usefixtures("fake")
def test_a_mean_over_deals_waits_for_enough_of_them(tmp_path: Path) -> None:
    manifest = _run(tmp_path, "car_tariff=0.02")
    found, runs = _found(manifest), load_runs(tmp_path)
    assert found.reached
    for one in found.looks:
        deals = runs["car_tariff"][: one.runs].dropna()
        assert one.counted == len(deals)
        low, high = stats.t.interval(0.95, len(deals) - 1, deals.mean(), stats.sem(deals))
        by_hand = None if len(deals) < LEAST_DEALS else pytest.approx((high - low) / 2, rel=1e-9)
        assert one.half_width == by_hand
    assert found.looks[0].half_width is None
    assert found.looks[-1].runs == manifest.settings["runs"]


@pytest.mark.parametrize("values", [np.array([1.0, 2.0, 4.0]), np.random.default_rng(1).normal(size=500)])
@pytest.mark.parametrize("level", [0.8, 0.95])
def test_the_half_width_of_a_mean_is_students(values: Any, level: float) -> None:
    low, high = stats.t.interval(level, len(values) - 1, values.mean(), stats.sem(values))
    assert mean_half_width(values, level) == pytest.approx((high - low) / 2, rel=1e-12)
    assert math.isnan(mean_half_width(values[:1]))


@pytest.mark.parametrize("runs", [1_000, 4_000])
def test_of_what_never_happens_the_interval_is_not_empty(runs: int) -> None:
    """As the usual p (1 - p) / n would make it, and end at once whatever is asked for."""
    until = Until(measure="walkout", half_width=0.0005, most=128_000)
    found = look(until, np.full(runs, "stall", dtype=object), None)
    z2 = stats.norm.ppf(0.975) ** 2
    assert found.counted == 0
    assert found.half_width == pytest.approx(z2 / (2 * (runs + z2)))
    assert found.half_width is not None
    assert (found.half_width <= 0.0005) == (runs == 4_000)
    assert found.half_width == pytest.approx(wilson_interval(0, runs)[1] / 2)


def test_a_few_deals_that_are_alike_do_not_end_it() -> None:
    until = Until(measure="car_tariff", half_width=0.01, most=128_000)
    outcomes = np.array(["agreement"] * 3 + ["stall"] * 997, dtype=object)
    values = np.where(outcomes == "agreement", 0.15, np.nan)
    assert look(until, outcomes, values) == Look(runs=1_000, counted=3, half_width=None)
    outcomes[:] = "agreement"
    assert look(until, outcomes, np.full(1_000, 0.15)).half_width == pytest.approx(0.0, abs=1e-15)


@pytest.mark.parametrize(
    ("most", "runs"),
    [(1_000, [1_000]), (1_500, [1_000, 1_500]), (4_000, [1_000, 2_000, 4_000]), (4_001, [1_000, 2_000, 4_000, 4_001])],
)
def test_looks_are_at_twice_as_many_each_time_and_at_the_most(most: int, runs: list[int]) -> None:
    assert list(looks_at(Until(measure="stall", half_width=0.1, most=most))) == runs


def test_what_would_be_enough_is_told_by_the_last_look() -> None:
    until = Until(measure="stall", half_width=0.01, most=1_000)
    assert would_take(until, UntilFound(reached=False, looks=(Look(runs=1_000, counted=5, half_width=0.02),))) == 4_000
    assert would_take(until, UntilFound(reached=False, looks=(Look(runs=1_000, counted=5, half_width=None),))) is None


def test_every_outcome_issue_and_gain_of_the_config_is_a_measure() -> None:
    config = load_config(TINY)
    assert measures(config) == [
        "agreement", "stall", "cycle", "threat_executed", "deadline_lapsed", "walkout", "round_limit",
        "car_tariff", "chip_purchases", "gain.us_treasury", "gain.partner", "gain.Big", "gain.Small", "gain.Vendor",
    ]  # fmt: skip
    columns = set(winset.run(config, 2).runs.columns)
    assert set(measures(config)[7:]) <= columns


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("agreement", "--until agreement: the half-width after = must be a number above 0, such as 0.01."),
        ("agreement=0", "--until agreement=0: the half-width after = must be a number above 0, such as 0.01."),
        ("agreement=1", "--until agreement=1: half of the interval of a share is below 0.5 from the start; one "
                        "percentage point is agreement=0.01."),
        ("stall=0.5", "--until stall=0.5: half of the interval of a share is below 0.5 from the start; one percentage "
                      "point is stall=0.01."),
        ("stall=inf", "--until stall=inf: the half-width after = must be a number above 0, such as 0.01."),
        ("stall=-1", "--until stall=-1: the half-width after = must be a number above 0, such as 0.01."),
        ("gain.japan=1", "--until gain.japan=1: it must be MEASURE=HALF_WIDTH, of an outcome, an issue or a gain, for "
                         "example agreement=0.01; did you mean gain.partner?"),
        ("investment_fund=1", "known: agreement, stall, cycle, threat_executed, deadline_lapsed, walkout, round_limit, "
                              "car_tariff, chip_purchases, gain.us_treasury"),
    ],
)  # fmt: skip
def test_what_is_no_aim_is_refused(text: str, message: str) -> None:
    with pytest.raises(RunError) as raised:
        UntilAsked(text).over(None, load_config(TINY))
    assert message in str(raised.value)
    assert not str(raised.value).endswith("?.")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--until", "agreement=0.1", "--runs", "50"),
         "--until agreement=0.1: it adds negotiations until they are enough, and --runs 50 says how many."),
        (("--most", "5000"), "--most 5000: it says when --until gives up; name both, as --until agreement=0.01."),
        (("--until", "agreement=0.1", "--most", "999"), "--most is 999; it must be a whole number from 1,000 to"),
        (("--until", "agreement=0.1", "--set", "experiment.sampling=latin_hypercube"),
         "--until agreement=0.1: a Latin hypercube is drawn for a number of negotiations that is known, and cannot be "
         "continued; name --runs, or use --set experiment.sampling=monte_carlo, or sobol."),
    ],
)  # fmt: skip
def test_what_contradicts_it_is_refused(words: tuple[str, ...], message: str, tmp_path: Path) -> None:
    assert message in refused("run", str(TINY), *words, "--out", str(tmp_path / "out"))
    assert list(tmp_path.iterdir()) == []


def test_fewer_than_there_are_is_no_most(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("experiments.questions.run.until.FIRST_LOOK", 10)
    winset.run(TINY, 30, out=tmp_path)
    with pytest.raises(RunError) as raised:
        winset.run(TINY, until="agreement=0.1", most=20, out=tmp_path, resume=True)
    assert str(raised.value) == "--most 20: 30 negotiations are there or asked for already; name more."


@pytest.mark.parametrize(
    ("sampling", "runs", "said"),
    [
        ("monte_carlo", 8, ()),
        ("latin_hypercube", 8, ("A Latin hypercube is spread",)),
        ("sobol", 8, ("A Sobol sequence is spread",)),
        ("sobol", 1, ()),
    ],
)
def test_of_an_even_sampling_it_is_said_that_intervals_are_too_wide(
    sampling: str, runs: int, said: tuple[str, ...]
) -> None:
    config = load_config(TINY, [f"experiment.sampling={sampling}"])
    why = " more evenly than independent draws, for which the intervals are: they are rather too wide."
    assert winset.run(config, runs, workers=1).notes() == tuple(f"{one}{why}" for one in said)


def _notes(until: Until, found: UntilFound, runs: int) -> str:
    settings = RunSettings(
        runs=runs, chunk_size=250, engine="compiled", trajectories="sample", solutions=False, until=until
    )
    return " ".join(notes(load_config(TINY), settings, found))


def test_what_it_took_is_said() -> None:
    until = Until(measure="threat_executed", half_width=0.01, most=128_000)
    looks = [Look(runs=1_000, counted=300, half_width=0.0283), Look(runs=8_000, counted=2_000, half_width=0.0095)]
    assert _notes(until, UntilFound(reached=True, looks=tuple(looks)), 8_000) == (
        "Asked for (--until): the share of runs that end as “threat executed”, with half of its 95 % interval no wider "
        "than 1 point. It took 8,000 negotiations, where half of it is 0.95 points; looked at after 1,000 and 8,000."
    )
    assert "It took 1,000 negotiations (the run has 8,000 and is not cut), where half of it is 2.83 points;" in _notes(
        until, UntilFound(reached=True, looks=tuple(looks[:1])), 8_000
    )


@pytest.mark.parametrize(
    ("measure", "asked", "width", "words"),
    [
        ("car_tariff", 0.002, 0.0031,
         "the mean of car tariff over the deals, with half of its 95 % interval no wider than 0.2 points. Not reached "
         "after 4,000 negotiations, the most that were allowed (--most): half of it is 0.31 points; some 9,700 would "
         "be needed. Go on with --resume and a larger --most."),
        ("chip_purchases", 0.05, 0.2,
         "the mean of chip purchases over the deals, with half of its 95 % interval no wider than US$0.05 bn. Not "
         "reached after 4,000 negotiations, the most that were allowed (--most): half of it is US$0.20 bn; some 64,000 "
         "would be needed."),
        ("gain.partner", 0.5, None,
         "the mean gain of Japan over the deals, with half of its 95 % interval no wider than US$0.50 bn a year. Not "
         "reached after 4,000 negotiations, the most that were allowed (--most): there are 12 deals, of 100 at least. "
         "Go on"),
        ("gain.Big", 0.5, 0.75, "the mean gain of Big over the deals"),
        ("gain.us_treasury", 0.5, 0.75, "the mean gain of the US over the deals"),
    ],
)  # fmt: skip
def test_that_it_was_not_reached_is_said(measure: str, asked: float, width: float | None, words: str) -> None:
    until = Until(measure=measure, half_width=asked, most=4_000)
    found = UntilFound(reached=False, looks=(Look(runs=4_000, counted=12, half_width=width),))
    assert words in _notes(until, found, 4_000)


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of the model that was to be sure, as its command leaves it."""
    folder = tmp_path_factory.mktemp("until") / "run"
    done = command("run", str(CONFIGS / "tiny.yaml"), "--set", "us_treasury.consumer_weight=0.5", "--until",
                   "agreement=0.025", "--most", "2000", "--out", str(folder), "--no-figures", "--json")  # fmt: skip
    assert done.exit_code == 0, done.stderr
    (folder.parent / "answer.json").write_text(done.stdout)
    return folder


def test_text_data_page_and_manifest_say_it(asked: Path) -> None:
    data = json.loads((asked.parent / "answer.json").read_text())
    manifest = read_manifest(asked)
    found = UntilFound.model_validate(manifest.results["until"])
    last = found.looks[-1]
    assert manifest.settings["until"] == {"measure": "agreement", "half_width": 0.025, "most": 2_000}
    assert data["until"] == {
        "measure": "agreement", "half_width": 0.025, "most": 2_000, "unit": "share", "level": 0.95,
        "reached": found.reached, "took": last.runs if found.reached else None, "found": last.half_width,
        "would_take": None if found.reached else would_take(Until(**manifest.settings["until"]), found),
        "looks": [one.model_dump() for one in found.looks],
    }  # fmt: skip
    row = next(row for row in data["outcomes"] if row["outcome"] == "agreement")
    assert last.half_width == pytest.approx((row["high"] - row["low"]) / 2)
    said = next(note for note in data["notes"] if note.startswith("Asked for (--until)"))
    shown = " ".join(winset.load_result(asked).text(10_000).split())
    assert said in shown
    page = winset.report(asked)
    assert said in as_written(Path(page).read_text(encoding="utf-8"))
