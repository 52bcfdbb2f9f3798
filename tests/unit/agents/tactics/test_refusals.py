"""Files of tactics that are refused: code that would not be repeatable, and code that is simply wrong."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from agents.tactics.registry import TACTICS
from experiments.config.own_tactics import load_tactics
from experiments.errors import RunError

HEAD = "import math, random, time, os, uuid\nimport numpy as np\nfrom experiments.api import register\n"
SHARED = "SEEN = []\nRATE = 0.5\nRNG = np.random.default_rng(1)\nclass Box:\n    last = 0.0\n"
BODY = f"{HEAD}{SHARED}@register\ndef own(view, knobs):\n    "


def refused(path: Path, text: str) -> str:
    """Message with which a file of tactics is refused; nothing of it stays."""
    before = dict(TACTICS)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RunError) as told:
        load_tactics(path)
    assert before == TACTICS
    return str(told.value)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("return random.random()", "random.random draws random numbers of its own"),
        ("return np.random.rand()", "np.random.rand draws random numbers of its own"),
        ("return RNG.random()", "RNG draws random numbers of its own, so that no run could be repeated; use view.draw"),
        ("return float(uuid.uuid4().int % 2)", "uuid.uuid4 draws random numbers"),
        ("return time.time() % 1.0", "time.time reads the clock"),
        ("return os.urandom(1)[0] / 256.0", "os.urandom reaches outside the run"),
        ("return float(len(open('x').read()))", "open reaches outside the run"),
        ("return hash(view.time) % 2.0", "hash reaches outside the run"),
        ("import random as r\n    return r.random()", "imports nothing while it runs"),
        ("return view.draw", "view.draw is drawn only for a tactic with is_random=True"),
        ("return view.nash_step", "view.nash_step is filled only for a tactic with reads_path=True"),
        ("return view.tim", "view has no field 'tim'; it has round, time"),
        ("SEEN.append(1.0)\n    return 1.0", "SEEN"),
        (
            "return float(len(SEEN))",
            "SEEN is of type list, which can change from run to run; make it a number, text or",
        ),
        ("global RATE\n    RATE = RATE / 2.0\n    return RATE", "RATE would carry memory from one run to the next"),
        ("Box.last = view.time\n    return Box.last", "writing to Box would carry memory"),
        ("own.count = 1\n    return 1.0", "writing to own would carry memory"),
        ("view.gap[63] = 1.0\n    return 1.0", "view may only be read"),
        ("gap = view.gap[2:]\n    gap[0] = 1.0\n    return 1.0", "gap may only be read"),
        ("gap = view.gap\n    gap *= 0.5\n    return 1.0", "gap may only be read"),
        ("knobs[7] += 1.0\n    return knobs[7]", "knobs may only be read"),
        ("np.add(knobs, 1.0, out=knobs)\n    return 1.0", "knobs may only be read"),
        ("return rate", "the name rate is not defined"),
        ("return math.squareroot(view.time)", "the name math.squareroot is not defined"),
    ],
)
def test_what_would_not_be_repeatable_is_refused_with_its_line(body: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "own.py"
    told = refused(path, f"{BODY}{body}\n")
    assert re.match(rf"{re.escape(str(path))}:1[1-3]: ", told), told
    assert message in told


def test_a_helper_is_read_as_closely_as_the_tactic(tmp_path: Path) -> None:
    text = "def jitter():\n    return random.random()\n@register\ndef own(view, knobs):\n    return jitter()\n"
    assert "own.py:5: random.random draws" in refused(tmp_path / "own.py", HEAD + text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x = (1,\n", "own.py:1: SyntaxError: '(' was never closed"),
        ("\nx = 1 / 0\n", "own.py:2: ZeroDivisionError: division by zero"),
        ("import sys\nsys.exit(3)\n", "own.py:2: SystemExit: 3"),
        ("import no_such_package\n", "own.py:1: ModuleNotFoundError: No module named 'no_such_package'; a file of"),
        ("x = 1\n", "own.py: it registers no tactic; write @register above a function"),
        (HEAD + "@register(name='linear')\ndef f(view, knobs): return 1.0\n", "own.py:4: linear is a tactic of winset"),
        (HEAD + "@register(name='Bad Name')\ndef f(view, knobs): return 1.0\n", "'Bad Name' is no name for a tactic"),
        (HEAD + "register(lambda view: 1.0, name='f')\n", "own.py:4: tactic f must be a function of two arguments"),
        (HEAD + "register(3, name='f')\n", "own.py:4: tactic f must be a function of two arguments, (view, knobs)"),
        (HEAD + "@register\ndef f(view, knobs): return 1.0\n@register\ndef f(view, knobs): return 0.5\n",
         "own.py:6: tactic f is registered already ("),
        (HEAD + "@register(knobs={'a': (2.0, 0.0, 1.0, 'x')})\ndef f(view, knobs): return 1.0\n",
         "own.py:4: knob a of tactic f: default must lie between low and high"),
        (HEAD + "@register(knobs={'a': 1.0})\ndef f(view, knobs): return 1.0\n", "be (default, low, high, meaning)"),
        (HEAD + "@register(knobs={'name': (0, 0, 1, 'x')})\ndef f(view, knobs): return 1.0\n", "no name for a knob"),
        (HEAD + "@register(knobs={f'k{i}': (0, 0, 1, 'x') for i in range(9)})\ndef f(view, knobs): return 1.0\n",
         "tactic f has 9 knobs; at most 8 fit"),
        (HEAD + "@register(signing='ac_last')\ndef f(view, knobs): return 1.0\n",
         "own.py:4: tactic f: signing names one of ac_next, ac_const, ac_time, ac_combi, got 'ac_last'"),
        (HEAD + "@register(signing=('ac_combi',))\ndef f(view, knobs): return 1.0\n",
         "tactic f: write signing=(\"ac_combi\", time), got ('ac_combi',)"),
        (HEAD + "@register(signing=('ac_const', 2))\ndef f(view, knobs): return 1.0\n",
         "tactic f: level of ac_const must be from 0 to 1"),
        (HEAD + "@register(signing=('ac_next', 0.5))\ndef f(view, knobs): return 1.0\n",
         "tactic f: ac_next takes no number"),
    ],
)  # fmt: skip
def test_a_file_that_is_wrong_is_refused_with_its_line(text: str, message: str, tmp_path: Path) -> None:
    assert message in refused(tmp_path / "own.py", text)
