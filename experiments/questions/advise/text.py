"""What a user sees of best replies and of advice in the terminal."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from rich.text import Text

from experiments.labels import SIDE_LABELS, counted, inside, lever_label, listed, number, percent, plain
from experiments.questions.advise.advise import NO_REACTION, term_names
from experiments.questions.advise.levers import AS_IT_IS
from experiments.questions.advise.robust import CRITERIA, SURE, WORDS, floor_note
from experiments.statistics.ties import best_places
from experiments.terminal.table import LINE_WIDTH, table_of
from sim.issues import SIDES

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console

    from experiments.questions.advise.advise import Advice


def render_advice(advice: Advice, folder: Path, console: Console) -> None:
    """Print which lever moves the outcome most and at what cost, the settings, and what is recommended."""
    side, table = SIDES[advice.side], advice.table()
    base = table.iloc[0]
    reply = NO_REACTION if base["reaction"] == NO_REACTION else f"with {base['reaction']}"
    width = min(LINE_WIDTH, console.width)
    console.print(
        Text(
            f"{SIDE_LABELS[side]} as it is: gain over walking away {number(base['mean'])} US$ bn a year when the other "
            f"side replies {reply}; {counted(advice.negotiations, 'negotiation')}, {advice.seconds:.0f} s"
        ),
        width=width,
    )
    console.print()
    levers = table_of("Levers, by how far their values move the mean gain (US$ bn a year)", ("Lever", "best", "worst"),
                      ("moves", "best", "worst"))  # fmt: skip
    for row in advice.levers().head(12).to_dict("records"):
        levers.add_row(
            lever_label(row["lever"], side), row["best"], row["worst"], number(row["span"]),
            number(row["best_effect"], sign=True), number(row["worst_effect"], sign=True),
        )  # fmt: skip
    console.print(levers, width=width)
    console.print()
    ranked = table.sort_values("mean", ascending=False, kind="stable").head(10)
    settings = table_of(
        f"Best settings (floor {number(advice.floor)})",
        ("Setting", "Reply"),
        ("gain", "effect, 95 %", "CVaR", "at floor", "max regret"),
    )
    for row in ranked.to_dict("records"):
        settings.add_row(
            _setting(row, side), row["reaction"], number(row["mean"]),
            f"{number(row['effect_low'], sign=True)} to {number(row['effect_high'], sign=True)}", number(row["cvar"]),
            percent(row["satisficing"]), number(row["max_regret"]),
        )  # fmt: skip
    settings.caption = floor_note(advice.floor, table["satisficing"].tolist())
    console.print(settings, width=width)
    console.print()
    for line in cost_lines(advice):
        console.print(Text(line), width=width)
    for criterion in CRITERIA:
        console.print(Text(recommendation(advice, criterion)), width=width)
    console.out(f"Tables and figure: {folder}", highlight=False)


def cost_lines(advice: Advice) -> list[str]:
    """What the best values of the strongest levers change in each term of the side's payoff from a deal."""
    table, levers = advice.table(), advice.levers()
    lines = []
    for row in levers.head(3).to_dict("records"):
        of_lever = table[table["lever"] == row["lever"]]
        found = of_lever.iloc[best_places(of_lever["mean"].to_numpy())[0]]
        moves = [(name, found[f"term.{name}"] - table[f"term.{name}"].iloc[0]) for name in term_names(advice.side)]
        largest = sorted(moves, key=lambda pair: -abs(pair[1]))[:4]
        text = ", ".join(
            f"{inside(plain(name))} {number(value, sign=True)}" for name, value in largest if abs(value) >= 0.005
        )
        deals = f"deals in {percent(found['deal_share'])} of worlds, {percent(table['deal_share'].iloc[0])} as it is"
        named = inside(_setting(found, SIDES[advice.side]))
        lines.append(f"{_capital(named)} changes a deal's terms by: {text or 'nothing'} ({deals}).")
    return lines


def _setting(row: Any, side: str) -> str:
    """A setting in words, from a row of its table."""
    return lever_label(f"{row['lever']}={row['value']}", side) if row["lever"] else AS_IT_IS.title


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def recommendation(advice: Advice, criterion: str) -> str:
    """One sentence for a criterion, with how often resampled worlds agree; settings that tie are all named."""
    best, share = advice.recommended(criterion)
    sure = "; they do equally well" if len(best) > 1 else "" if share >= SURE else "; not sure, see the next best"
    words = WORDS[criterion]
    named = listed([lever_label(setting.title, SIDES[advice.side]) for setting in best], "or")
    return f"{_capital(words)}: {named} (best in {percent(share)} of resampled worlds{sure})."


def plain_advice(advice: Advice) -> dict[str, Any]:
    """Every number as plain data."""
    return {
        "side": SIDES[advice.side],
        "floor": advice.floor,
        "negotiations": advice.negotiations,
        "settings": [
            {key: None if isinstance(value, float) and math.isnan(value) else value for key, value in row.items()}
            for row in advice.table().to_dict("records")
        ],
        "levers": advice.levers().to_dict("records"),
        "recommended": {
            name: {"settings": [setting.title for setting in best], "share_of_resamples": share}
            for name, (best, share) in ((name, advice.recommended(name)) for name in CRITERIA)
        },
    }
