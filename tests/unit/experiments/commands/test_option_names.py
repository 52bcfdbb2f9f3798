"""Whatever nonsense an option is given: one line that names this option, the exit code of bad input, nothing written.

The options are found on the command line itself, so that a new one is tried as soon as it is there.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from tests.command_line import winset
from tests.smallest_calls import ALONE, GROUP, SMALLEST, TINY, call

#: What is tried beside a word that means nothing.
MORE: Final[dict[str, tuple[str, ...]]] = {
    "--alpha": ("0", "7"),
    "--amount": ("car_tariff=many", "car_tariff=0", "car_tariff=9", "car_tariff=0.01,chip_purchases=1", "nothing=1"),
    "--between": ("car_tariff,car_tariff", "car_tariff,nothing", "car_tariff,"),
    "--call-timeout": ("0",),
    "--density": ("0", "7"),
    "--figure": ("utility",),
    "--guests": ("negmas:Nobody", "negmas:AspirationNegotiator{cunning"),
    "--level": ("0", "7"),
    "--levels": ("0", "1"),
    "--lever": ("nothing=1", "us_treasury.consumer_weight=1,many", "us_treasury.consumer_weight=", "name=a,b"),
    "--on": ("2020-01-01",),
    "--over": (
        "nothing=1,2",
        "us_treasury.consumer_weight=a,b",
        "us_treasury.consumer_weight=1:2:x",
        "tactics.partner.name=linear,nobody",
        "experiment.seed=1,2",
        "calendar.deadline=2025-07-10,2020-01-01",
    ),
    "--package": (
        "car_tariff=many",
        "car_tariff=nan",
        "car_tariff=0.16",
        "car_tariff=9",
        "nothing=1",
        "car_tariff=0.15,",
        "car_tariff=0.15,car_tariff=0.175",
    ),
    "--pair-timeout": ("0",),
    "--partner": ("negmas:Nobody",),
    "--players": ("boulware{beta: 2", "boulware{nothing: 1}", "boulware{beta: many}", "boulware,boulware", "linear,"),
    "--power": ("0", "7"),
    "--reaction": ("boulware,nothing=1", "boulware,beta=many"),
    "--range": ("1", "delay=4:10", "car tariff=9:1", "nan:1", "0:30"),
    "--salience-scale": ("7",),
    "--set": ("nothing=1", "us_treasury.consumer_weight=many", "us_treasury.consumer_weight=", "=1"),
    "--switch": ("t=nothing=1", "t=us_treasury.consumer_weight=many", "t=walk_away", "t=name=a"),
    "--tactic": ("boulware,nothing=1", "boulware,beta=many"),
    "--threshold": ("regret=1", "gain=many", "gain=1e9"),
    "--us": ("negmas:Nobody",),
}

#: What is nonsense for an output, which may have any name.
OUTPUT: Final = "/dev/null/below"

#: What is nonsense for a name that may be any word.
NAMES: Final = {("case", "--name"): "two\nlines"}

#: What makes a command look at an option that it leaves alone otherwise.
WITH: Final = {
    ("guests", "--runs"): ("--all",),
    ("guests", "--run"): ("--us", "boulware"),
    ("list", "--folder"): ("configs",),
    ("positions", "--on"): ("--case", "Japan"),
    ("positions", "--case"): ("--on", "2025-05-28"),
    ("sweep", "--issue"): ("--leader", "partner"),
    ("sweep", "--points"): ("--leader", "partner"),
}


def _options() -> Iterator[tuple[str, Any]]:
    for verb, command in GROUP.commands.items():
        for parameter in command.params:
            # A config is told by its own name, as the argument of the other commands is.
            if parameter.param_type_name == "option" and not parameter.is_flag and parameter.opts[-1] != "--config":
                yield verb, parameter


CASES: Final = [
    pytest.param(verb, parameter.opts[-1], value, id=f"{verb} {parameter.opts[-1]} {value}")
    for verb, parameter in _options()
    for value in (
        (OUTPUT,)
        if parameter.opts[-1] == SMALLEST[verb].out
        else (NAMES.get((verb, parameter.opts[-1]), "nonsense"), *MORE.get(parameter.opts[-1], ()))
    )
]


@pytest.mark.parametrize(("verb", "option", "value"), CASES)
def test_nonsense_is_told_in_one_line_that_names_the_option(
    verb: str, option: str, value: str, finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    words = _call(verb, option, finished)
    line = _refused(*words, option, value)
    assert option in line
    assert value != "nonsense" or value in line
    assert list(tmp_path.iterdir()) == []


def _call(verb: str, option: str, finished: Path) -> list[str]:
    """Smallest call of a command that looks at this option, without the option itself."""
    words = [*call(verb, *SMALLEST[verb].writes, folder=finished), *WITH.get((verb, option), ())]
    if verb == "positions" and ("--case" in words or option == "--case"):
        words.remove(ALONE)
    if (verb, option) == ("list", "--folder"):
        words.remove("tactics")
    if option in words:
        at = words.index(option)
        del words[at : at + 2]
    if option == "--leader" or "--leader" in words:
        words = [word for word in words if "consumer_weight" not in word and word != "--over"]
    needed = SMALLEST[verb].out if verb == "scenario" else None
    return words if needed in (None, option) else [*words, str(needed), "out"]


def _refused(*words: str) -> str:
    """The one line of a call that is refused, apart from notes."""
    done = winset(*words)
    assert done.exit_code == 2, (words, done.output, done.exception)
    assert isinstance(done.exception, SystemExit), (words, done.exception)
    assert done.stdout == ""
    lines = [line for line in done.stderr.splitlines() if not line.startswith("note: ")]
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("error: ")
    return lines[0]


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("advise tiny --side japan", "--side is japan; it must be us_treasury or partner."),
        ("stress tiny --side japan", "--side is japan; it must be us_treasury or partner."),
        ("play tiny --seat japan", "--seat is japan; it must be us_treasury or partner."),
        ("sweep tiny --leader japan", "--leader is japan; it must be us_treasury or partner."),
        (
            "advise tiny",
            "--side is missing; it must be us_treasury or partner. Example: winset advise tiny --side us_treasury "
            "--worlds 100",
        ),
        ("run", "CONFIG is missing. Example: winset run july_2025 --runs 200 --out out/july"),
        (
            "list",
            "KIND is missing; it must be one of tactics, acceptance, configs, issues, parameters, figures. "
            "Example: winset list tactics",
        ),
        ("run tiny --runs 1e3", "--runs is 1e3; it must be a whole number."),
        ("solve tiny --power 0.3 --power half", "--power is half; it must be a number."),
        (
            "stress tiny --side partner --against chance",
            "--against is chance; it must be one of opponent, world, both.",
        ),
        ("run tiny --rums 3", "there is no option --rums; did you mean --runs? See winset run --help."),
        ("run tiny --resume=yes", "--resume takes no value."),
        ("run tiny --runs", "--runs needs a value."),
        ("advise tiny --side", "--side needs a value; it must be us_treasury or partner."),
        ("run tiny july_2025", "got unexpected extra argument(s) (july_2025). See winset run --help."),
        ("rum tiny", "there is no command rum; did you mean run? See winset --help."),
        ("--verbose", "there is no option --verbose; did you mean --version? See winset --help."),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told_as_all_else_is(words: str, line: str) -> None:
    assert _refused(*words.split()) == f"error: {line}"


def test_a_sweep_names_the_option_and_not_the_one_that_it_stands_for() -> None:
    assert _refused("sweep", TINY, "--over", "nothing=1,2").startswith(
        "error: --over nothing=1,2: nothing: unknown key"
    )
    assert _refused("check", TINY, "--levels", "1").startswith("error: --levels 1: experiment.levels: ")
    line = _refused("factorial", TINY, "--switch", "a=nothing=1")
    assert line.startswith("error: --switch a=nothing=1: nothing: unknown key")
    line = _refused("advise", TINY, "--side", "partner", "--lever", "nothing=1")
    assert line.startswith("error: --lever nothing=1: nothing: unknown key")


def test_an_error_elsewhere_names_the_option_that_makes_it() -> None:
    line = _refused("sweep", TINY, "--over", "calendar.deadline=2025-07-10,2020-01-01")
    assert "tiny.yaml:" in line
    assert line.endswith("deadline must be after start 2025-06-01, got 2020-01-01, with --over "
                         "calendar.deadline=2025-07-10,2020-01-01")  # fmt: skip
    line = _refused("advise", TINY, "--side", "partner", "--lever", "calendar.deadline=2020-01-01")
    assert line.endswith("got 2020-01-01, with --lever calendar.deadline=2020-01-01")
    line = _refused("factorial", TINY, "--switch", "late=calendar.deadline=2020-01-01")
    assert line.endswith("got 2020-01-01, with --switch late=calendar.deadline=2020-01-01")
