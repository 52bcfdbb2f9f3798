"""A player that raises, gives no number, never answers or ends its process fails its pairs, and theirs alone."""

from __future__ import annotations

import json
import math
import os
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from matplotlib.figure import Figure
from typer.testing import CliRunner

from agents.errors import OwnTacticError
from experiments.api import tournament
from experiments.cli import app
from experiments.config.own_tactics import load_tactics
from experiments.engine.worlds import Worlds
from experiments.errors import RunError
from experiments.questions.tournament.failures import Failure, Limits, failed, failure_of, left_out, ranked_of
from experiments.questions.tournament.isolation import Children
from experiments.questions.tournament.players import Player, TacticPlayer, play_compiled
from experiments.questions.tournament.result import TournamentResult
from sim.engine.results import Ends
from tests.own_tactics import registry_kept
from tests.tournament_support import CARS, small_terms

OWN = '''
from experiments.api import register


@register
def raises(view, knobs):
    """Raise in the third round."""
    if view.round == 3:
        raise ValueError("out of ideas")
    return 1.0


@register
def no_number(view, knobs):
    """Answer with no number in the second round."""
    return 1.0 if view.round < 2 else view.time / 0.0 * 0.0


@register
def endless(view, knobs):
    """Think for ever in the second round; compiles."""
    answer = 1.0
    while view.round == 2 and answer > 0.5:
        answer = 1.0 - 0.1 * view.time
    return answer


@register
def endless_python(view, knobs):
    """Think for ever in the second round; does not compile."""
    answers = {"one": 1.0}
    while view.round == 2 and answers["one"] > 0.5:
        answers = {"one": 1.0, "more": repr(view)}
    return answers["one"]


@register
def sound(view, knobs):
    """Play as linear does, from a file of one's own."""
    return 1.0 - 0.95 * view.time - 0.05
'''

#: Neither takes a process with it, so that the whole field is played in few of them.
FAULTS = ("raises", "no_number")
SOUND: list[str | Player] = ["linear", "sound"]
QUICK: dict[str, Any] = {"worlds": 12, "seed": 3, "draws": 100, "starts": 5, "call_timeout": 1.0, "workers": 1}
#: The same in words, and smaller.
SMALL = ("--worlds", "4", "--draws", "100", "--starts", "2", "--workers", "1")


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """File of tactics of the user's own, loaded into this process."""
    file = tmp_path_factory.mktemp("own") / "mine.py"
    file.write_text(OWN)
    with registry_kept():
        load_tactics(file)
        yield file


@pytest.fixture(scope="module")
def whole(own: Path) -> TournamentResult:
    """The field without any broken player."""
    assert own.exists()
    return tournament(CARS, SOUND, **QUICK)


@pytest.fixture(scope="module")
def result(own: Path, tmp_path_factory: pytest.TempPathFactory) -> TournamentResult:
    """The same field with two broken players."""
    assert own.exists()
    return tournament(
        CARS, [*SOUND, *FAULTS], out=tmp_path_factory.mktemp("broken") / "result", **QUICK | {"workers": 2}
    )


def test_broken_players_fail_their_pairs_and_no_others(result: TournamentResult) -> None:
    pairs = {(one.us, one.partner) for one in result.failures}
    everyone = ["linear", "sound", *FAULTS]
    assert pairs == {(us, partner) for us in everyone for partner in everyone if us in FAULTS or partner in FAULTS}
    assert left_out(result.failures).keys() == set(FAULTS)


def test_all_other_rows_and_answers_are_as_without_them(result: TournamentResult, whole: TournamentResult) -> None:
    rows = result.worlds[result.worlds["us"].isin(SOUND) & result.worlds["partner"].isin(SOUND)].reset_index(drop=True)
    assert rows.equals(whole.worlds)
    assert result.players.equals(whole.players)
    assert result.equilibria == whole.equilibria
    among = result.cells["us"].isin(SOUND) & result.cells["partner"].isin(SOUND)
    assert result.cells[among].reset_index(drop=True).equals(whole.cells)


def _check(failures: Sequence[Failure], name: str, kind: str, told: str, when: int) -> None:
    """A pair with the linear tactic failed in either seat, by the player of this name in this round."""
    for side in (0, 1):
        pair = (name, "linear") if side == 0 else ("linear", name)
        (one,) = [one for one in failures if (one.us, one.partner) == pair]
        assert (one.kind, one.player, one.at_fault) == (kind, name, (name,))
        assert (one.side, one.round) == (("us_treasury", "partner")[side], when)
        assert one.run is not None
        assert 0 <= one.run < 12
        assert told in one.message


def test_a_failure_names_player_side_round_and_run(result: TournamentResult) -> None:
    _check(result.failures, "raises", "error", "ValueError: out of ideas", 3)
    _check(result.failures, "no_number", "error", "returned NaN", 2)


TOO_SLOW = "thought longer than 1 s in round 2 of run 0 (--call-timeout)"


def test_a_compiled_tactic_that_never_answers_is_named_with_its_move(own: Path) -> None:
    """Its process is ended twice: compiled code tells of no move."""
    assert own.exists()
    terms = small_terms(players=(TacticPlayer("linear"), TacticPlayer("endless")), worlds=4)
    children = Children(terms, Limits(call_seconds=1.0), one_at_first=False)
    one = children.play((1, 0))
    children.close()
    assert isinstance(one, Failure)
    assert (one.us, one.partner, one.kind, one.at_fault) == ("endless", "linear", "time", ("endless",))
    assert (one.player, one.side, one.round, one.run) == ("endless", "us_treasury", 2, 0)
    assert one.message == f"endless {TOO_SLOW}"


@pytest.mark.long
@pytest.mark.parametrize("name", ["endless", "endless_python"])
def test_whether_it_compiles_or_not_a_tactic_that_never_answers_fails_in_every_pair(own: Path, name: str) -> None:
    assert own.exists()
    found = tournament(CARS, ["linear", name], **QUICK)
    assert len(found.failures) == 3
    assert left_out(found.failures) == {name: 3}
    _check(found.failures, name, "time", f"{name} {TOO_SLOW}", 2)


def test_nothing_of_a_failed_pair_counts_as_zero(result: TournamentResult) -> None:
    cells = result.cells[(result.cells["us"] == "linear") & (result.cells["partner"] == "raises")]
    assert cells["worlds"].tolist() == [0]
    assert cells.drop(columns=["us", "partner", "worlds"]).isna().all(axis=None)


def test_text_and_json_list_what_failed(result: TournamentResult, own: Path, tmp_path: Path) -> None:
    text = " ".join(result.text().split())
    assert "12 of 16 pairs were not played to the end." in text
    assert "raises (5 failed pairs) and no_number (7 failed pairs)" in text
    assert "US linear, Japan raises: " in text
    assert "and 7 more, which manifest.json holds too" in text
    assert "A limit of time ended a pair." not in text
    out = ["--tactics", str(own), *SMALL, "--out", str(tmp_path / "out")]
    done = CliRunner().invoke(app, ["tournament", str(CARS), "--players", "linear,raises,boulware", "--json", *out])
    assert done.exit_code == 0, done.stderr
    content = json.loads(done.stdout)
    assert content["left_out"] == {"raises": 5}
    assert [(one["us"], one["partner"]) for one in content["failed"]] == [
        ("linear", "raises"), ("raises", "linear"), ("raises", "raises"), ("raises", "boulware"),
        ("boulware", "raises"),
    ]  # fmt: skip
    assert [row["deals"] is None for row in content["self_play"]] == [False, True, False]


def _note(figure: Figure) -> str:
    """What stands below a figure, also where a legend does."""
    told = (figure.get_supxlabel(), *(legend.get_title().get_text() for legend in figure.legends))
    return " ".join(" ".join(told).split())


def test_the_page_and_the_pictures_show_what_failed(result: TournamentResult) -> None:
    from experiments.questions.reporting import write_report

    assert result.folder is not None
    write_report(result.folder, None, "light")
    page = Path(result.folder, "report.html").read_text(encoding="utf-8")
    assert "Pairs that were not played to the end (12)" in page
    assert "ValueError: out of ideas" in page
    players = page.partition('<section id="scenario"')[2]
    rows = {
        name: players.partition(f'<th scope="row">{name}</th>')[2].partition("</tr>")[0] for name in ("raises", "sound")
    }
    assert "Raise in the third round." in rows["raises"]
    assert "Play as linear does, from a file of one&#x27;s own." in rows["sound"]
    notes = {name: _note(figure) for name, figure in result.figures().items()}
    assert set(notes) == {"tournament_gains", "tournament_ranks", "tournament_basins", "tournament_times"}
    assert notes.pop("tournament_gains").endswith(
        "Left out of best replies because a pair of theirs failed: raises, no_number."
    )
    for note in notes.values():
        assert "Left out because a pair of theirs failed: raises, no_number." in note
    axes = result.figures()["tournament_gains"].axes[0]
    assert sum(text.get_text() == "failed" for text in axes.texts) == 12


def wait(worlds: Worlds, us: Player, partner: Player, *, solutions: bool) -> Ends:
    """Play as two linear ones do, but not before the file of the player is gone."""
    while any(isinstance(player, Waiter) and player.file.exists() for player in (us, partner)):
        time.sleep(0.02)
    return play_compiled(worlds, TacticPlayer("linear"), TacticPlayer("linear"), solutions=solutions)


@dataclass(frozen=True)
class Waiter:
    """A player that plays only once a file is gone."""

    file: Path
    label = "waiter"
    plays = staticmethod(wait)

    def describe(self) -> dict[str, Any]:
        """Where the file lies changes no row."""
        return {"kind": "waiter"}


@pytest.mark.long
def test_failed_pairs_are_played_again_on_resume(tmp_path: Path) -> None:
    file = tmp_path / "not yet"
    file.touch()
    players: list[str | Player] = ["linear", Waiter(file)]
    terms: dict[str, Any] = QUICK | {"out": tmp_path / "out", "call_timeout": 1000.0}
    first = tournament(CARS, players, pair_timeout=0.2, **terms)
    assert {(one.us, one.partner, one.message) for one in first.failures} == {
        (us, partner, "the pair took longer than 0.2 s (--pair-timeout)")
        for us, partner in (("linear", "waiter"), ("waiter", "linear"), ("waiter", "waiter"))
    }
    assert {(one.kind, one.at_fault) for one in first.failures} == {("time", ("waiter",))}
    assert "A limit of time ended a pair." in " ".join(first.text().split())
    rows = first.worlds
    file.unlink()
    again = tournament(CARS, players, resume=True, **terms)
    assert again.failures == ()
    assert len(again.worlds) == 4 * QUICK["worlds"]
    linear = again.worlds["us"].eq("linear") & again.worlds["partner"].eq("linear")
    assert again.worlds[linear].reset_index(drop=True).equals(rows)


def test_the_first_failure_ends_it_if_that_is_asked_for(own: Path, tmp_path: Path) -> None:
    assert own.exists()
    with pytest.raises(RunError, match=r"(raises against .*|.* against raises): .*out of ideas") as told:
        tournament(CARS, ["linear", "raises"], out=tmp_path / "out", on_error="stop", **QUICK)
    assert re.search(r"kept in .*resume=True goes on with them", str(told.value), re.DOTALL)
    assert json.loads((tmp_path / "out" / "manifest.json").read_text())["status"] == "running"


@pytest.mark.long
def test_who_stops_at_a_failure_is_told_how_to_go_on(own: Path, tmp_path: Path) -> None:
    out = ["--no-figures", "--out", str(tmp_path / "out")]
    command = ["tournament", str(CARS), "--tactics", str(own), "--players", "linear,raises", *SMALL, *out]
    done = CliRunner().invoke(app, [*command, "--on-error", "stop"])
    assert done.exit_code == 2
    told = " ".join(done.stderr.split())
    assert "out of ideas. Finished pairs are kept in" in told
    assert "the same command with --resume goes on with them" in told
    # What it says is so.
    assert CliRunner().invoke(app, [*command, "--on-error", "keep", "--resume"]).exit_code == 0
    with pytest.raises(RunError, match="out of ideas") as alone:
        tournament(CARS, ["linear", "raises"], on_error="stop", **QUICK)
    assert "kept in" not in str(alone.value), "without a directory nothing is kept"
    assert alone.value.__cause__ is not alone.value, "an error is not its own cause"


@pytest.mark.long
def test_a_pair_that_takes_too_long_is_ended(own: Path) -> None:
    assert own.exists()
    started = time.monotonic()
    result = tournament(CARS, ["linear", "endless"], **QUICK | {"pair_timeout": 0.5, "call_timeout": 1000.0})
    assert {one.kind for one in result.failures} == {"time"}
    assert {one.message for one in result.failures} == {"the pair took longer than 0.5 s (--pair-timeout)"}
    assert {one.at_fault for one in result.failures} == {("endless",)}
    # Three pairs of half a second, and the start of the processes on a busy machine.
    assert time.monotonic() - started < 300.0


def leave(_worlds: Worlds, _us: Player, _partner: Player, *, solutions: bool) -> Ends:
    """End the process."""
    os._exit(7 + 0 * solutions)


class Leaver:
    """A player that ends its process."""

    label = "leaver"
    plays = staticmethod(leave)

    def describe(self) -> dict[str, Any]:
        """Its name says all."""
        return {"kind": "leaver"}


@pytest.mark.long
def test_a_process_that_ends_fails_its_pair_and_the_next_has_a_new_one(own: Path) -> None:
    assert own.exists()
    result = tournament(CARS, ["linear", Leaver(), "sound", "boulware"], **QUICK)
    assert {one.kind for one in result.failures} == {"died"}
    assert {one.message for one in result.failures} == {
        "the process in which the pair was played ended with exit code 7"
    }
    # It is not known whose move it was: "sound", from outside too, is left out with it where they meet.
    assert left_out(result.failures) == {"leaver": 7, "sound": 2}
    assert set(result.players["player"]) == {"linear", "boulware"}


def test_where_nobody_is_left_nobody_is_ranked(own: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    quick = ["--tactics", str(own), *SMALL, "--out", str(out)]
    done = CliRunner().invoke(app, ["tournament", str(CARS), "--players", "raises,no_number", *quick])
    assert done.exit_code == 3, done.stderr
    assert "Nobody is ranked" in done.stdout
    assert "Take as" not in done.stdout
    for command in ("report", "plot"):
        read = CliRunner().invoke(app, [command, str(out)])
        assert read.exit_code == 0, read.output
    assert "Nobody is ranked" in (out / "report.html").read_text(encoding="utf-8")


def test_a_failure_names_the_file_and_not_where_it_lies(own: Path) -> None:
    error = OwnTacticError(f"{own.resolve()}:10: tactic raises failed in round 3: no")
    found = failure_of(error, TacticPlayer("linear"), TacticPlayer("sound"))
    assert found.message == "mine.py:10: tactic raises failed in round 3: no"


def test_the_fault_is_laid_to_who_was_asked_or_to_who_is_from_outside(own: Path) -> None:
    assert own.exists()
    us, partner, mine = TacticPlayer("linear"), TacticPlayer("boulware"), TacticPlayer("sound")
    assert failed(us, partner, "error", "payoffs").at_fault == ("linear", "boulware")
    assert failed(us, mine, "time", "slow").at_fault == ("sound",)
    one = failed(us, mine, "time", "slow")
    assert ranked_of(["linear", "sound", "boulware"], [one]) == ("linear", "boulware")


def test_limits_are_checked_and_grow_with_the_worlds() -> None:
    assert (Limits().of_pair(10), Limits().of_pair(1_000)) == (60.0, 1000.0)
    assert Limits(pair_seconds=5.0).of_pair(1_000) == 5.0
    with pytest.raises(RunError, match=r"--pair-timeout is 0; it must be from 0.1 to 1,000,000 seconds"):
        Limits(pair_seconds=0.0)
    with pytest.raises(RunError, match="--call-timeout is nan"):
        Limits(call_seconds=math.nan)
    done = CliRunner().invoke(app, ["tournament", str(CARS), "--on-error", "shrug"])
    assert done.exit_code == 2
    assert "--on-error is shrug; it must be keep or stop" in done.stderr
