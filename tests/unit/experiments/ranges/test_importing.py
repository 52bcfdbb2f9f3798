"""Ranges of other tools: read as they read them, matched to numbers, written as a config, or refused with the place."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest
from SALib.util import _nonuniform_scale_samples, read_param_file

from experiments.config.distributions import Quantity
from experiments.config.load import load_config
from experiments.config.numbers import numbers
from experiments.errors import ConfigError
from experiments.ranges.importing import imported
from tests.command_line import refused, winset
from tests.tree import CONFIGS, TINY
from winset import load_result

#: One number a distribution; those without ends lie within the limits of the model.
SALIB: Final = """# Ranges of an earlier study
us_treasury.consumer_weight,0.1,1,politics,unif
partner.subsidy_budget,1,4,politics,logunif
partner.ratification_margin,0.4,0.1,NA,norm
us_treasury.audience_cost,-1,0.5,NA,lognorm
chips.income_elasticity,2,0.25,NA,triang
"""

EMA: Final = """name,type,0,1,2
us_treasury.consumer_weight,real,0.1,1,
partner.subsidy_budget,cat,1,2,4
tactics.us_treasury.beta,int,1,3,
"""

EVEN: Final = np.linspace(0.05, 0.95, 7)


def _numbers(path: Path) -> dict[str, Quantity]:
    return {entry.path: entry.number for entry in numbers(load_config(path))}


def _written(folder: Path, content: str, name: str = "bounds.csv") -> Path:
    path = folder / name
    path.write_text(content)
    return path


def _config(folder: Path, content: str, **how: Any) -> Path:
    found = imported(_written(folder, content), TINY, folder / "new.yaml", **how)
    (folder / "new.yaml").write_bytes(found.content)
    return folder / "new.yaml"


def test_every_quantile_of_a_bounds_file_is_that_which_salib_draws(tmp_path: Path) -> None:
    found = _numbers(_config(tmp_path, SALIB))
    # Its reader guesses the separator from the first lines, which a comment above them makes impossible.
    bare = _written(tmp_path, SALIB.partition("\n")[2], "bare.csv")
    problem = read_param_file(str(bare))
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", DeprecationWarning
        )  # of the two numbers of triang, all that a file has room for
        drawn = _nonuniform_scale_samples(np.repeat(EVEN[:, None], 5, axis=1), problem["bounds"], problem["dists"])
    for place, path in enumerate(problem["names"]):
        np.testing.assert_allclose(found[path].ppf(EVEN), drawn[:, place], rtol=2e-4, err_msg=path)


@pytest.mark.parametrize("separator", [",", ";", "\t", " "])
def test_a_bounds_file_may_have_any_separator_that_salib_takes(tmp_path: Path, separator: str) -> None:
    content = f"us_treasury.consumer_weight{separator}0.1{separator}1\npartner.subsidy_budget{separator}1{separator}4\n"
    found = _numbers(_config(tmp_path, content))
    assert read_param_file(str(tmp_path / "bounds.csv"), delimiter=separator)["bounds"] == [[0.1, 1.0], [1.0, 4.0]]
    assert found["us_treasury.consumer_weight"].text() == "uniform(low=0.1, high=1)"
    assert found["partner.subsidy_budget"].text() == "uniform(low=1, high=4)"


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_an_empty_cell_keeps_its_place_and_quotes_enclose_a_cell(tmp_path: Path, separator: str) -> None:
    row = ('"partner.subsidy_budget"', "2", "0.5", "", "norm")
    found = imported(_written(tmp_path, f"{separator.join(row)}\n"), TINY, tmp_path / "new.yaml")
    assert found.ranges == (("partner.subsidy_budget", "normal(mean=2, sd=0.5, low=0, high=1e+06)"),)
    table = [("name", "type", "0", "1", "2"), ("partner.subsidy_budget", "real", "", "0.5", "2")]
    content = "".join(f"{separator.join(cells)}\n" for cells in table)
    assert imported(_written(tmp_path, content), TINY, tmp_path / "new.yaml").ranges == (
        ("partner.subsidy_budget", "uniform(low=0.5, high=2)"),
    )


def test_a_parameter_file_is_read_as_the_workbench_reads_it(tmp_path: Path) -> None:
    parameters = pytest.importorskip("ema_workbench.em_framework.parameters")
    found = _numbers(_config(tmp_path, EMA))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # theirs, of a pandas that was younger
        theirs = parameters.parameters_from_csv(str(tmp_path / "bounds.csv"))
    weight, budget, beta = theirs
    assert found["us_treasury.consumer_weight"].support() == (weight.lower_bound, weight.upper_bound)
    assert found["partner.subsidy_budget"].text() == "choice(values=[1, 2, 4])"
    assert [one.value for one in budget.categories] == [1, 2, 4]
    assert found["tactics.us_treasury.beta"].text() == "discrete_uniform(low=1, high=3)"
    assert (beta.lower_bound, beta.upper_bound) == (1, 3)


def test_parameters_that_the_workbench_has_written_have_no_type_and_are_told(tmp_path: Path) -> None:
    parameters = pytest.importorskip("ema_workbench.em_framework.parameters")
    written = tmp_path / "written.csv"
    chosen = [
        parameters.RealParameter("us_treasury.consumer_weight", 0.1, 1.0),
        parameters.RealParameter("partner.subsidy_budget", 1.5, 4.25),
    ]
    parameters.parameters_to_csv(chosen, str(written))
    found = imported(written, TINY, tmp_path / "new.yaml")
    assert found.ranges == (
        ("us_treasury.consumer_weight", "uniform(low=0.1, high=1)"),
        ("partner.subsidy_budget", "uniform(low=1.5, high=4.25)"),
    )
    assert found.notes[0] == "us_treasury.consumer_weight has two numbers and no type: taken as a range"


@pytest.mark.parametrize(
    ("values", "text", "note"),
    [
        ("1,3,", "discrete_uniform(low=1, high=3)", "taken as whole numbers from the one to the other"),
        ("1,3.5,", "uniform(low=1, high=3.5)", "taken as a range"),
        ("1,2,4", "choice(values=[1, 2, 4])", "taken as categories, which parameters_to_csv writes as 0, 1, 2"),
    ],
)
def test_a_type_that_is_left_out_follows_from_the_values(tmp_path: Path, values: str, text: str, note: str) -> None:
    file = _written(tmp_path, f"name,0,1,2\npartner.subsidy_budget,{values}\n")
    found = imported(file, TINY, tmp_path / "new.yaml")
    assert found.ranges == (("partner.subsidy_budget", text),)
    assert note in found.notes[0]


def test_flags_and_words_for_them_are_drawn_as_zero_and_one(tmp_path: Path) -> None:
    content = "name,type,0,1\nus_treasury.forward_precedent,bool,,\n"
    assert imported(_written(tmp_path, content), TINY, tmp_path / "new.yaml").ranges[0][1] == "choice(values=[0, 1])"
    content = "name,type,0,1\nus_treasury.forward_precedent,cat,True,False\n"
    assert imported(_written(tmp_path, content), TINY, tmp_path / "new.yaml").ranges[0][1] == "choice(values=[1, 0])"


def test_the_written_config_extends_the_base_and_says_where_its_ranges_come_from(tmp_path: Path) -> None:
    path = _config(tmp_path, SALIB)
    text = path.read_text()
    assert text.startswith("# Ranges from bounds.csv, a bounds file of SALib (SHA-256 ")
    assert "# 2 groups not carried over" in text
    assert f"extends: {TINY}" in text
    found = _numbers(path)
    assert found["us_treasury.consumer_weight"].source == "bounds.csv, line 2"
    assert found["chips.income_elasticity"].source == "bounds.csv, line 6"
    before = _numbers(TINY)
    assert {name for name in before if found[name] != before[name]} == {
        line.split(",")[0] for line in SALIB.splitlines()[1:]
    }


def test_numbers_in_lists_are_laid_where_the_base_has_them(tmp_path: Path) -> None:
    content = "red_lines.us_cars.at_least,0.15,0.25\nfirms.NTT.capex,1,3\nevents.letter.probability,0.2,0.9\n"
    names = [entry.path for entry in numbers(load_config(CONFIGS / "july_2025.yaml"))]
    line = next(path for path in names if path.startswith("red_lines.") and path.endswith(".at_least"))
    firm = next(path for path in names if path.startswith("firms.") and path.endswith(".capex"))
    event = next(path for path in names if path.startswith("events.") and path.endswith(".probability"))
    content = f"{line},0.15,0.25\n{firm},1,3\n{event},0.2,0.9\n"
    out = tmp_path / "new.yaml"
    out.write_bytes(imported(_written(tmp_path, content), CONFIGS / "july_2025.yaml", out).content)
    found = _numbers(out)
    assert [found[path].support() for path in (line, firm, event)] == [(0.15, 0.25), (1, 3), (0.2, 0.9)]


def test_a_distribution_without_ends_is_cut_to_what_the_model_can_take_and_told(tmp_path: Path) -> None:
    file = _written(tmp_path, "us_treasury.consumer_weight,0.5,0.5,NA,norm\n")
    found = imported(file, TINY, tmp_path / "new.yaml")
    assert found.ranges[0][1] == "normal(mean=0.5, sd=0.5, low=0, high=1e+06)"
    # The least weight lies one standard deviation below the mean: 15.9 % of a normal distribution lie below that.
    assert "nothing below 0 or above 1e+06, which leaves out 15.9 % of its distribution" in found.notes[0]


def test_the_end_of_a_path_is_enough_where_one_path_alone_ends_so(tmp_path: Path) -> None:
    found = imported(_written(tmp_path, "consumer_weight,0.1,1\n"), TINY, tmp_path / "new.yaml")
    assert found.ranges[0][0] == "us_treasury.consumer_weight"
    assert found.notes == ("consumer_weight is us_treasury.consumer_weight",)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("us_treasury.consumer_wieght,0,1\n",
         "{file}:1:1: us_treasury.consumer_wieght: the config has no number of this name; did you mean "
         "us_treasury.consumer_weight?"),
        ("consumer_wieght,0,1\n",
         "{file}:1:1: consumer_wieght: the config has no number of this name; did you mean "
         "us_treasury.consumer_weight?"),
        ("ratification_margin,0,1\n",
         "{file}:1:1: ratification_margin: may be us_treasury.ratification_margin or partner.ratification_margin; give "
         "the whole path"),
        ("consumer_weight,0,1\nus_treasury.consumer_weight,0,1\n",
         "{file}:2:1: us_treasury.consumer_weight: us_treasury.consumer_weight stands here a second time"),
        ("consumer_weight,0\n", "{file}:1:1: has 2 values; a row of SALib holds name, lower bound, upper bound"),
        ("consumer_weight,0,lots\n",
         "{file}:1:19: consumer_weight: the upper bound must be a finite number (got lots)"),
        ("consumer_weight,0,inf\n",
         "{file}:1:19: consumer_weight: the upper bound must be a finite number (got inf)"),
        ("consumer_weight,1,0\n",
         "{file}:1: us_treasury.consumer_weight: low must be below high, got low 1 and high 0"),
        ("consumer_weight,-2,-1\n", "{file}:1: us_treasury.consumer_weight: can be from -2 to -1, but must be"),
        ("consumer_weight,0,1,NA,normal\n",
         "{file}:1:24: consumer_weight: normal is no distribution of SALib; did you mean norm?"),
        ("consumer_weight,0,1,NA,truncnorm\n",
         "{file}:1:24: consumer_weight: truncnorm needs four numbers, for which a bounds file has no room"),
        ("consumer_weight,2,1,NA,weibull\n",
         "{file}:1:24: consumer_weight: weibull is no distribution of winset; take lognormal with two"),
        ("consumer_weight,2,1,NA,triang\n",
         "{file}:1:24: consumer_weight: triang: the second number is the peak as a share of the first"),
        ("consumer_weight,0.1,1,logunif\n",
         "{file}:1:23: consumer_weight: logunif stands where the group does; write consumer_weight,0.1,1,NA,logunif"),
        ("consumer_weight,1000,1,NA,lognorm\n",
         "{file}:1:27: consumer_weight: lognorm: the first number is the mean of the logarithm, between -700 and 700"),
        ("consumer_weight,-1000,1,NA,lognorm\n",
         "{file}:1:28: consumer_weight: lognorm: the first number is the mean of the logarithm, between -700 and 700"),
        ("consumer_weight,-20,0.5,NA,norm\n",
         "{file}:1:1: us_treasury.consumer_weight: lies where the model takes nothing: below 0 or above 1e+06"),
        ("consumer_weight;0,1;1\n",
         "{file}:1:17: consumer_weight: the lower bound must be a finite number, written with a point (got 0,1)"),
        ("name,type,0,1\n", "{file}:1:1: has no row below its header"),
        ("name,type,name,1\nconsumer_weight,real,0,1\n",
         "{file}:1:11: name: this column stands in the header twice"),
        ("name,type,TYPE,1\nconsumer_weight,real,0,1\n",
         "{file}:1:11: TYPE: this column stands in the header twice"),
        ("consumer_weight,0.5,-1,NA,norm\n", "{file}:1: us_treasury.consumer_weight.sd: must be greater than 0"),
        ("# nothing\n\n", "{file}: has no row"),
        ("name,type,0,1\nconsumer_weight,rael,0,1\n",
         "{file}:2:17: consumer_weight: the type must be real, int, cat or bool; did you mean real? (got rael)"),
        ("name,type,0,1,2\nconsumer_weight,real,0,1,2\n",
         "{file}:2:1: consumer_weight: has 3 values; one of type real has a lower and an upper bound"),
        ("name,type,0,1\nconsumer_weight,int,0,1.5\n",
         "{file}:2:23: consumer_weight: a bound of type int must be a whole number (got 1.5)"),
        ("name,type,0,1\nconsumer_weight,cat,low,high\n",
         "{file}:2:21: consumer_weight: is a category in words, and a config draws numbers"),
        ("name,type,0,1\nconsumer_weight,cat,1,\n",
         "{file}:2:1: consumer_weight: has 1 categories; there must be at least two"),
        ("name,type,0,1\nconsumer_weight,real,0\n", "{file}:2:1: has 3 values for 4 columns"),
    ],
)  # fmt: skip
def test_what_cannot_be_carried_over_is_refused_with_its_place(tmp_path: Path, content: str, message: str) -> None:
    file = _written(tmp_path, content)
    with pytest.raises(ConfigError) as raised:
        imported(file, TINY, tmp_path / "new.yaml")
    assert str(raised.value).startswith(message.format(file=file)), str(raised.value)


def test_a_format_that_is_given_is_taken_at_its_word(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="name: the lower bound must be a finite number"):
        imported(_written(tmp_path, EMA), TINY, tmp_path / "new.yaml", form="salib")
    with pytest.raises(ConfigError, match="has the column name"):
        imported(_written(tmp_path, SALIB), TINY, tmp_path / "new.yaml", form="ema")


def test_the_command_writes_a_config_that_check_accepts_and_sensitivity_draws_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "base.yaml").write_bytes(TINY.read_bytes())
    _written(tmp_path, "us_treasury.consumer_weight,0.3,0.9,politics,unif\npartner.subsidy_budget,1,4,NA,logunif\n")
    told = winset("import", "bounds.csv", "--config", "base", "--out", "sub/new.yaml").stdout
    assert "2 ranges from bounds.csv, a bounds file of SALib" in told
    assert "  partner.subsidy_budget: loguniform(low=1, high=4)" in told
    assert "1 group not carried over, for winset looks at every number by itself: group politics of" in told
    assert "extends: ../base.yaml\n" in (tmp_path / "sub" / "new.yaml").read_text()
    assert "partner.subsidy_budget: loguniform(low=1, high=4)" in winset("check", "sub/new.yaml").stdout
    words = ("--base", "256", "--trajectories", "4", "--out", "out", "--no-figures")
    winset("sensitivity", "sub/new.yaml", *words)
    swings = load_result("out").tables["swings"].groupby("input")
    low, high = swings["low_input"].min(), swings["high_input"].max()
    # At the middles of the lowest and highest tenth or level, and so inside.
    assert 0.3 <= low["us_treasury.consumer_weight"] < 0.4
    assert 0.8 < high["us_treasury.consumer_weight"] <= 0.9
    assert 1 <= low["partner.subsidy_budget"] < 1.3
    assert 3 < high["partner.subsidy_budget"] <= 4


def test_a_file_that_is_there_is_replaced_only_when_asked_for(tmp_path: Path) -> None:
    file, out = _written(tmp_path, SALIB), tmp_path / "new.yaml"
    out.write_text("mine")
    words = ("import", file, "--config", TINY, "--out", out)
    assert "is there already; replace it with --overwrite" in refused(*words)
    assert out.read_text() == "mine"
    assert winset(*words, "--overwrite").exit_code == 0
    assert out.read_text().startswith("# Ranges from bounds.csv")


def test_neither_the_ranges_nor_a_config_below_is_ever_replaced(tmp_path: Path) -> None:
    _written(tmp_path, SALIB, "bounds.yml")
    _written(tmp_path, f"extends: {TINY}\n", "ground.yaml")
    _written(tmp_path, "extends: ground.yaml\n", "base.yaml")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    for name in before:
        words = ("import", tmp_path / "bounds.yml", "--config", tmp_path / "base.yaml", "--out", tmp_path / name)
        assert f"--out {tmp_path / name} is a file that this is made from" in refused(*words, "--overwrite")
    words = ("import", tmp_path / "bounds.yml", "--config", tmp_path / "base.yaml", "--out", tmp_path / "new.csv")
    assert f"ends in .yaml; choose another, such as {tmp_path / 'new.csv.yaml'}." in refused(*words)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_what_is_refused_leaves_nothing(tmp_path: Path) -> None:
    file, out = _written(tmp_path, "nobody,0,1\n"), tmp_path / "new" / "new.yaml"
    assert "the config has no number of this name" in refused("import", file, "--config", TINY, "--out", out)
    assert not out.parent.exists()
