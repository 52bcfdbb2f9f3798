"""What is said to a user who names a tactic that there is not."""

from __future__ import annotations

from experiments.errors import suggestion


def tactic_hint(name: str) -> str:
    """Clause that gives the new name of a tactic that was renamed, else the closest name that there is."""
    # Compiled rules stand behind the registry, and a start without them is quicker.
    from agents.tactics.registry import RENAMED, TACTICS

    if name in RENAMED:
        return f"; what was {name} is now called {RENAMED[name]}"
    return suggestion(name, TACTICS)
