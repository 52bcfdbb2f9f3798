"""What the page plays: its controls change the talks, what is refused is said, and the command takes no bad input."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from experiments.app import pages, server
from experiments.app.configs import pickable_configs, set_page_configs
from experiments.app.controls import AS_WRITTEN, ControlValues, controls
from experiments.app.models import TwoTalks, WatchedTalks
from experiments.app.seat_page import Seat, SeatPage, YourTurn, after_decision, take_seat
from experiments.cli import app
from experiments.config.load import load_config
from experiments.config.model import Config
from experiments.refusals import refusal
from experiments.seats.turn import Action, Decision
from tests.tree import CONFIGS

MAY, JULY, TINY = (load_config(CONFIGS / f"{name}.yaml") for name in ("japan_us_2025", "july_2025", "tiny"))


def played(config: Config, **values: Any) -> WatchedTalks:
    """Talks of run 0 of seed 1 to their end."""
    talks = WatchedTalks(config=config, base_seed="1", **values)
    while talks.running:
        talks.step()
    assert talks.problem == ""
    return talks


def test_two_threads_play_one_round_at_a_time() -> None:
    talks = WatchedTalks(config=JULY, base_seed="3")

    def to_the_end() -> None:
        while talks.running:
            talks.step()

    threads = [threading.Thread(target=to_the_end) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    alone = WatchedTalks(config=JULY, base_seed="3")
    while alone.running:
        alone.step()
    assert [snapshot.story for snapshot in talks.snapshots] == [snapshot.story for snapshot in alone.snapshots]


def rounds_of(talks: WatchedTalks) -> list[Any]:
    return [(snapshot.offers, snapshot.walk_away, snapshot.needs) for snapshot in talks.snapshots]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"us_tactic": "conceder"}, "US plays conceder"),
        ({"partner_tactic": "hardliner"}, "Japan plays hardliner"),
        ({"us_red_line": False}, "no US red line on cars"),
        ({"threat": "90 %"}, "threat executed with a chance of 90 %"),
        ({"budget": "6"}, "subsidy budget of US$6 bn a year"),
    ],
)
def test_every_control_changes_what_is_played(values: dict[str, Any], said: str) -> None:
    changed = played(MAY, **values)
    assert rounds_of(changed) != rounds_of(played(MAY))
    assert said in changed.setting


def test_controls_that_are_left_alone_change_nothing() -> None:
    assert ControlValues(AS_WRITTEN, AS_WRITTEN, us_red_line=True).sets(MAY) == []


def test_the_red_line_is_offered_only_where_there_is_one() -> None:
    assert "us_red_line" in controls(MAY)
    assert "us_red_line" not in controls(TINY)


@pytest.mark.parametrize("talks", [WatchedTalks, TwoTalks])
def test_a_scenario_of_mesa_s_page_changes_nothing(talks: type[WatchedTalks] | type[TwoTalks]) -> None:
    handed, plain = talks(config=TINY, scenario=object()), talks(config=TINY)
    for model in (handed, plain):
        model.step()
    assert [rounds_of(table) for table in handed.tables] == [rounds_of(table) for table in plain.tables]


def test_two_tables_have_the_same_draws_and_their_own_controls() -> None:
    same, apart = TwoTalks(config=MAY, base_seed="1"), TwoTalks(config=MAY, base_seed="1", right_budget="6")
    for model in (same, apart):
        while model.running:
            model.step()
    assert rounds_of(same.tables[0]) == rounds_of(same.tables[1]) == rounds_of(apart.tables[0])
    assert rounds_of(apart.tables[1]) == rounds_of(played(MAY, budget="6"))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"run": "-1"}, "Run must be a whole number from 0 to"),
        ({"run": "two"}, "not 'two'"),
        ({"base_seed": "1.5"}, "Seed must be a whole number from"),
        ({"base_seed": ""}, "not ''"),
    ],
)
def test_a_number_that_is_none_is_refused_in_words(typed: dict[str, str], said: str) -> None:
    talks = WatchedTalks(config=TINY, **typed)
    assert said in talks.problem
    assert not talks.running
    talks.step()
    assert talks.snapshots == ()


@pytest.fixture
def seat() -> Iterator[Seat]:
    taken = take_seat(JULY, "partner", AS_WRITTEN, "3", "0")
    assert taken.session is not None
    yield taken
    taken.session.leave()


def test_a_refused_decision_leaves_the_turn_as_it_is(seat: Seat) -> None:
    assert seat.turn is not None
    issue, scale = next(iter(seat.turn.scales.items()))
    after = after_decision(seat, Decision(Action.OFFER, {issue: scale.high + 1.0}))
    assert after.turn is seat.turn
    assert issue in after.message
    assert after.ending is None
    assert after_decision(after, Decision(Action.OFFER, seat.turn.suggestions[0].offer.values)).message == ""


def test_walking_out_of_the_seat_ends_the_talks(seat: Seat) -> None:
    after = after_decision(seat, Decision(Action.WALK_OUT))
    assert after.turn is None
    assert after.ending is not None
    assert after.ending.outcome == "walkout"


def test_a_seat_is_refused_in_words() -> None:
    assert "Run must be" in take_seat(JULY, "us_treasury", AS_WRITTEN, "3", "x").message
    at_once = load_config(CONFIGS / "july_2025.yaml", ("protocol.kind=simultaneous",))
    assert "alternating" in take_seat(at_once, "us_treasury", AS_WRITTEN, "3", "0").message


def test_a_fault_of_ours_is_not_taken_for_wrong_input() -> None:
    with pytest.raises(ZeroDivisionError):
        refusal(ZeroDivisionError("ours"))


def test_a_fault_is_shown_and_printed_in_the_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import reacton
    from ipyvuetify.generated.Alert import Alert

    def broken() -> None:
        raise ZeroDivisionError("ours")

    set_page_configs(pickable_configs(CONFIGS / "tiny.yaml"))
    monkeypatch.setattr(pages, "_loaded", lambda _name: broken())
    _, found = reacton.render(pages.Page(), handle_error=False)
    try:
        said = found.find(Alert).widget.children
        assert "not because of what you have entered: ZeroDivisionError: ours" in str(said)
        assert "ZeroDivisionError: ours" in capsys.readouterr().err
    finally:
        found.close()


def texts_in(widget: Any) -> str:
    """All that a part of the page says."""
    own = [getattr(widget, name, "") or "" for name in ("unsafe_innerHTML", "label", "items", "v_model")]
    slots = [slot.get("children") for slot in getattr(widget, "v_slots", ())]
    children = [child for part in (getattr(widget, "children", ()), *slots) for child in np.ravel(part or [])]
    return " ".join([*map(str, own), *(child if isinstance(child, str) else texts_in(child) for child in children)])


@pytest.mark.parametrize("part", ["negotiation", "seat", "turn"])
def test_each_tab_calls_the_partner_as_its_own_config_does(part: str) -> None:
    import reacton
    import solara

    korea = load_config(CONFIGS / "korea_example.yaml")
    talks = played(korea)
    seat = take_seat(korea, "us_treasury", AS_WRITTEN, "3", "0")
    assert seat.session is not None
    assert seat.turn is not None
    try:
        load_config(CONFIGS / "tiny.yaml")  # in another tab, and the last that was loaded
        element = {
            "negotiation": lambda: pages.Watched(korea, solara.reactive(talks), ()),
            "seat": lambda: SeatPage(korea, 1),
            "turn": lambda: YourTurn(korea, seat.turn, lambda _: None, {}),
        }[part]()
        box, found = reacton.render(element, handle_error=False)
        said = texts_in(box)
        found.close()
    finally:
        seat.session.leave()
    assert "Korea" in said
    assert "Japan" not in said


def refused(*arguments: str | Path) -> str:
    """Message of `winset app` for input that it must refuse."""
    result = CliRunner().invoke(app, ["app", "--no-open", *map(str, arguments)], prog_name="winset")
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    return " ".join(result.stderr.split())


def test_a_port_that_somebody_has_is_refused() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        message = refused("--port", str(port))
    assert f"127.0.0.1:{port} cannot be taken" in message
    assert "--port" in message


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--port", "70000"), "65,535"),
        (("--host", "no.such.host.invalid", "--port", "0"), "127.0.0.1"),
        (("--host", "a" * 70, "--port", "0"), "127.0.0.1"),
        (("--seed", "-1", "--port", "0"), "--seed"),
        (("nowhere.yaml", "--port", "0"), "nowhere.yaml"),
        (("--set", "title.x=1", "--port", "0"), "title"),
        (("--tactics", "nowhere.py", "--port", "0"), "nowhere.py"),
    ],
)
def test_what_the_command_cannot_serve_is_refused(arguments: tuple[str, ...], said: str) -> None:
    assert said in refused(*arguments)


def test_a_broken_config_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text((CONFIGS / "tiny.yaml").read_text().replace("\ntitle:", "\ntitel:"))
    message = refused(path, "--port", "0")
    assert "broken.yaml:" in message
    assert "titel" in message


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "_is_installed", lambda name: name != "solara-assets")
    message = refused("--port", "0")
    assert "the page needs solara-assets" in message
    assert "winset[app]" in message
