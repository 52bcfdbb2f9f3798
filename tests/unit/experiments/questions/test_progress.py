"""One rule for all questions: whoever asks how far they are is told, first of all that rules are compiled.

Runs that are compared were played before, so that nothing is compiled for them.

That they say nothing to others is shown where they are played without a directory, in ``test_every_answer.py``.
"""

from __future__ import annotations

import pytest

import winset
from experiments.progress import COMPILING, LineProgress
from tests.recorded_progress import RecordedProgress
from tests.small_answers import SMALL
from tests.tree import TINY


@pytest.mark.parametrize("name", [name for name in SMALL if name != "compare"])
def test_whoever_listens_is_told_first_that_the_rules_are_compiled(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    class Heard(Exception):  # noqa: N818  no error
        """The first message has come."""

    progress = RecordedProgress()
    say = progress.say

    def first(message: str) -> None:
        say(message)
        raise Heard

    monkeypatch.setattr("sim.compiled.is_cold", lambda: True)
    monkeypatch.setattr(progress, "say", first)
    with pytest.raises(Heard):
        SMALL[name].play(progress=progress)
    assert progress.messages == [COMPILING]


def test_progress_goes_to_the_error_stream(capsys: pytest.CaptureFixture[str]) -> None:
    progress = winset.progress_bar()
    assert isinstance(progress, LineProgress)
    winset.run(TINY, runs=3, workers=1, progress=progress)
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("3 negotiations at ")
