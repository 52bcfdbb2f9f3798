"""The user sees how far a run is, and a log sees one line."""

from __future__ import annotations

import io
from collections import Counter

import pytest
from rich.console import Console

from experiments.progress import BarProgress, LineProgress, progress_for, shares_in_words


def _console(*, terminal: bool) -> tuple[Console, io.StringIO]:
    text = io.StringIO()
    return Console(file=text, force_terminal=terminal, width=120, color_system=None), text


def test_shares_start_with_the_most_frequent() -> None:
    assert shares_in_words(Counter(agreement=1, stall=2)) == "stall 66.7 %, agreement 33.3 %"


def test_one_negotiation_is_not_called_several() -> None:
    console, text = _console(terminal=False)
    progress = LineProgress(console)
    with progress.counting(1, Counter()):
        progress.advance(Counter(stall=1))
    assert text.getvalue().startswith("1 negotiation at ")


def test_ends_are_called_as_everywhere() -> None:
    assert shares_in_words(Counter(threat_executed=1999, walkout=1)) == "threat executed >99.9 %, walk-out <0.1 %"


def test_a_terminal_gets_a_bar_and_a_pipe_a_line() -> None:
    assert isinstance(progress_for(_console(terminal=True)[0]), BarProgress)
    assert isinstance(progress_for(_console(terminal=False)[0]), LineProgress)


def test_a_log_gets_one_line_at_the_end() -> None:
    console, text = _console(terminal=False)
    progress = LineProgress(console)
    with progress.counting(100, Counter(stall=40)):
        progress.advance(Counter(stall=30))
        progress.advance(Counter(agreement=30))
        assert text.getvalue() == ""
    assert text.getvalue().startswith("100 negotiations, 60 of them computed now at ")
    assert text.getvalue().endswith(" a second: stall 70 %, agreement 30 %\n")


def test_an_interrupted_run_gets_no_closing_line() -> None:
    console, text = _console(terminal=False)
    progress = LineProgress(console)
    with pytest.raises(KeyboardInterrupt), progress.counting(100, Counter()):
        raise KeyboardInterrupt
    assert text.getvalue() == ""


def test_the_bar_shows_runs_rate_and_shares() -> None:
    console, text = _console(terminal=True)
    progress = BarProgress(console)
    with progress.counting(1000, Counter(stall=250)):
        progress.advance(Counter(stall=250, agreement=500))
    last = text.getvalue().rpartition("━")[2]
    assert "1000/1000" in last
    assert "/s" in last
    assert "stall 50 %, agreement 50 %" in last


def test_the_bar_refuses_to_move_before_it_is_shown() -> None:
    with pytest.raises(RuntimeError, match="inside counting"):
        BarProgress(_console(terminal=True)[0]).advance(Counter(stall=1))


def test_messages_are_printed_as_they_are() -> None:
    console, text = _console(terminal=False)
    LineProgress(console).say("chunk [3] is damaged")
    assert text.getvalue() == "chunk [3] is damaged\n"


def test_a_long_run_tells_a_log_how_far_it_is_once_a_minute() -> None:
    console, text = _console(terminal=False)
    now = [0.0]
    progress = LineProgress(console, clock=lambda: now[0])
    with progress.counting(1000, Counter(stall=100)):
        now[0] = 59.0
        progress.advance(Counter(stall=100))
        assert text.getvalue() == ""
        now[0] = 100.0
        progress.advance(Counter(agreement=200))
        line = "400 of 1,000 negotiations at 3 a second, 0:03:20 left: stall 50 %, agreement 50 %\n"
        assert text.getvalue() == line
        now[0] = 159.0
        progress.advance(Counter(agreement=100))
        assert text.getvalue() == line
