"""The gallery: every figure with the commands that make it. :mod:`experiments.documentation.pictures` runs them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, final

from experiments.catalogue import figure_rows
from experiments.documentation.markdown import block, plain

#: Folder of the pictures within the site.
PICTURES: Final = "images/gallery"

THEMES: Final = ("light", "dark")

_INTRODUCTION: Final = """\
# Gallery

Every figure of winset, each from a real run at a small size, with the commands that make it: the first fills a
directory, the second draws from it. `winset plot DIR` draws all that a directory allows, and `--format svg` or `pdf` is
for print.
"""


@final
@dataclass(frozen=True, slots=True)
class Filled:
    """A directory that commands fill, and what is drawn from it.

    Attributes
    ----------
    folder : str
        The directory.
    commands : tuple of str
        What fills it, as a reader types it; the last command fills the directory itself.
    figures : tuple of str
        Names of the figures.
    """

    folder: str
    commands: tuple[str, ...]
    figures: tuple[str, ...]

    def plot(self, figure: str) -> str:
        """Command that draws a figure."""
        return f"winset plot {self.folder} --figure {figure}"


#: Talks that several directories are about.
_JULY: Final = "winset run july_2025 --runs 500 --out out/july"
_CARS: Final = "winset run cars_on_the_table --runs 500 --out out/cars"

GALLERY: Final = (
    Filled(
        "out/july",
        (_JULY,),
        (
            "positions", "concessions", "exercised_power", "outcomes_by_round", "constraints", "gains_plane",
            "utility_plane", "deliverable_purchases", "commitments", "payoff_waterfall",
        ),
    ),
    Filled(
        "out/compare",
        (_JULY, _CARS, "winset compare out/july out/cars --out out/compare"),
        ("comparison", "compare_positions"),
    ),
    Filled(
        "out/value",
        ("winset value japan_us_2025 --amount chip_purchases=6.94 --draws 200 --out out/value",),
        ("indifference_curves", "equivalents"),
    ),
    Filled("out/solved", ("winset solve cars_on_the_table --out out/solved",), ("bargaining_problem",)),
    Filled(
        "out/sweep",
        ("winset sweep cars_on_the_table --over us_treasury.ratification_margin=0:2:9 --runs 100 --out out/sweep",),
        ("sweep",),
    ),
    Filled(
        "out/phases",
        (
            "winset sweep cars_on_the_table --over us_treasury.ratification_margin=0:2:9 "
            "--over partner.ratification_margin=0:2:9 --runs 50 --out out/phases",
        ),
        ("phase_diagram",),
    ),
    Filled(
        "out/leader",
        ("winset sweep cars_on_the_table --leader us_treasury --points 9 --runs 50 --out out/leader",),
        ("leader",),
    ),
    Filled(
        "out/sensitivity",
        ("winset sensitivity cars_on_the_table --base 128 --trajectories 20 --out out/sensitivity",),
        ("sobol", "tornado", "morris"),
    ),
    Filled("out/boxes", ("winset discover cars_on_the_table --runs 500 --out out/boxes",), ("boxes",)),
    Filled(
        "out/tournament",
        (
            "winset tournament tiny --players boulware,conceder,path_stepper,tit_for_tat,zeuthen,hardliner "
            "--worlds 50 --out out/tournament",
        ),
        ("tournament_gains", "tournament_ranks", "tournament_times", "tournament_basins"),
    ),
    Filled(
        "out/stress", ("winset stress tiny --side partner --budget 20000 --out out/stress",), ("failure_map",)
    ),
    Filled(
        "out/advice", ("winset advise tiny --side us_treasury --worlds 100 --out out/advice",), ("regret_heat_map",)
    ),
    Filled(
        "out/positions",
        ("winset positions emission_standards --out out/positions",),
        ("position_forecasts", "expected_utility_path"),
    ),
    Filled(
        "out/hindcast",
        ("winset hindcast japan_hindcast --runs 200 --out out/hindcast",),
        ("fan", "scores", "calibration", "learnt"),
    ),
    Filled(
        "out/calibrated",
        ("winset calibrate japan_us_2025 --draws 2000 --through 2025-06-28 --out out/calibrated",),
        ("calibrated_parameters", "contraction_bars", "record_predicted", "time_split"),
    ),
    Filled("out/korea", ("winset forecast Korea --draws 200 --out out/korea",), ("forecast_rates", "forecast_deals")),
    Filled("out/chain", ("winset chain five --runs 50 --stress 24 --out out/chain",), ("chain_cases", "chain_orders")),
)  # fmt: skip


def gallery_markdown() -> str:
    """Page of all figures: what each shows, the picture in the reader's theme, and its commands."""
    shows = {row["figure"]: str(row["summary"]) for row in figure_rows()}
    return "\n".join([_INTRODUCTION, *(part for filled in GALLERY for part in _parts(filled, shows))])


def _parts(filled: Filled, shows: dict[str, str]) -> Iterator[str]:
    command = filled.commands[-1].split()[1]
    yield f"## [winset {command}](commands/{command}.md): {filled.folder}\n"
    yield block("\n".join(filled.commands), "sh")
    for figure in filled.figures:
        yield f"### {figure}\n\n{plain(shows[figure])}\n"
        alt = f"{figure}: {shows[figure]}".translate(str.maketrans("[]\n", "() "))
        yield "\n".join(
            f"![{alt}]({picture(figure, theme)}#only-{theme}){{ .picture loading=lazy }}" for theme in THEMES
        )
        yield "\n" + block(filled.plot(figure), "sh")


def picture(figure: str, theme: str) -> str:
    """Where the picture of a figure lies within the site."""
    return f"{PICTURES}/{figure}.{theme}.webp"
