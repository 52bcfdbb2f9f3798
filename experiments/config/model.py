"""The resolved config: one frozen tree of models, which knows where each value was written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PrivateAttr

from experiments.config.digest import config_digest
from experiments.config.parameters import (
    FIRM_MODEL,
    MAKER_MODEL,
    PARTNER_MODEL,
    SECTION_MODELS,
    SECTORS_MODEL,
    Agent,
    Concrete,
    PartnerSection,
    Section,
    SectorSections,
)
from experiments.config.sides import Acceptance, Beliefs
from experiments.config.talks import (
    Agenda,
    Calendar,
    Correlation,
    Event,
    Experiment,
    Posterior,
    Protocol,
    RedLine,
    Tactics,
)
from experiments.config.values import ConfigPart, Line, Slug, Text, refuse
from experiments.errors import Position
from sim.parameters.parameter import SECTIONS

MAX_AGENTS = 16


def _no_reference(raw: object) -> object:
    """Section of a config that says that there are no comparable earlier deals."""
    if isinstance(raw, str) and raw != "none":
        refuse("reference", f"must be none or a map of keys (got {raw})")
    return {"weight": {"value": 0.0, "source": "reference: none"}} if raw == "none" else raw


class Config(ConfigPart):
    """A scenario and how it is run. Build one with :func:`experiments.config.load.load_config`."""

    name: Slug
    """Short name of the scenario."""
    title: Line
    """One line that says what the scenario is."""
    story: Text | None = None
    """What happens in the scenario, in a few sentences."""
    calendar: Calendar
    """Dates of the talks."""
    protocol: Protocol = Protocol()
    """Who speaks when, and when the talks end without a deal."""
    agenda: Annotated[Agenda, Field(min_length=1)]
    """Issues on the table; any other keeps its value without a deal."""
    us_treasury: Annotated[Section, Concrete(SECTION_MODELS["us_treasury"])] = Field(
        default_factory=SECTION_MODELS["us_treasury"]
    )
    """Weights and beliefs of the US Treasury."""
    partner: Annotated[PartnerSection, Concrete(PARTNER_MODEL)] = Field(default_factory=PARTNER_MODEL)
    """How the partner of the US is called; weights and beliefs of its government."""
    economy: Annotated[Section, Concrete(SECTION_MODELS["economy"])] = Field(default_factory=SECTION_MODELS["economy"])
    """The trade economy as a whole."""
    walk_away: Annotated[Section, Concrete(SECTION_MODELS["walk_away"])] = Field(
        default_factory=SECTION_MODELS["walk_away"]
    )
    """Status quo and threat."""
    reference: Annotated[Section, BeforeValidator(_no_reference), Concrete(SECTION_MODELS["reference"])] = Field(
        default_factory=SECTION_MODELS["reference"]
    )
    """Deals that others have signed before and that both sides compare theirs with; ``none`` where there are none."""
    chips: Annotated[Section, Concrete(SECTION_MODELS["chips"])] = Field(default_factory=SECTION_MODELS["chips"])
    """The chip market."""
    purchases: Annotated[Section, Concrete(SECTION_MODELS["purchases"])] = Field(
        default_factory=SECTION_MODELS["purchases"]
    )
    """Other purchases."""
    fund: Annotated[Section, Concrete(SECTION_MODELS["fund"])] = Field(default_factory=SECTION_MODELS["fund"])
    """The investment fund."""
    sectors: Annotated[SectorSections, Concrete(SECTORS_MODEL)] = Field(default_factory=SECTORS_MODEL)
    """US imports from the partner, by sector."""
    firms: Annotated[tuple[Annotated[Agent, Concrete(FIRM_MODEL)], ...], Field(max_length=MAX_AGENTS)] = ()
    """Telecom and cloud firms of the partner's."""
    chip_makers: Annotated[tuple[Annotated[Agent, Concrete(MAKER_MODEL)], ...], Field(max_length=MAX_AGENTS)] = ()
    """Chip makers and their suppliers."""
    red_lines: tuple[RedLine, ...] = ()
    """Bounds that the sides have declared."""
    tactics: Tactics
    """Tactic of each side."""
    beliefs: Beliefs = Beliefs()
    """What each side believes about the other."""
    acceptance: Acceptance = Acceptance()
    """When each side signs what is offered."""
    events: tuple[Event, ...] = ()
    """What happens on given dates."""
    correlations: tuple[Correlation, ...] = ()
    """Correlations between sampled numbers."""
    posterior: Posterior | None = None
    """Numbers that are drawn together, from what a calibration has weighted."""
    experiment: Experiment = Experiment()
    """How many negotiations are run, and how their numbers are drawn."""

    _places: dict[str, Position] = PrivateAttr(default_factory=dict)
    _drawn: tuple[str, ...] = PrivateAttr(default=())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Config) and self.resolved() == other.resolved()

    def __hash__(self) -> int:
        return hash(self.digest())

    def with_places(self, places: Mapping[str, Position], drawn: tuple[str, ...]) -> Config:
        """Copy that knows where its values were written, and in which order its distributions were."""
        copy = self.model_copy()
        copy._places, copy._drawn = dict(places), drawn
        return copy

    def place(self, path: str) -> Position:
        """Where the value at `path` was written, or else the closest part above it that was."""
        while path and path not in self._places:
            path = path.rpartition(".")[0]
        return self._places.get(path, Position("config"))

    def is_written(self, path: str) -> bool:
        """Whether `path` was written in a file or option, and is no default."""
        return path in self._places

    def written_distributions(self) -> tuple[str, ...]:
        """Paths of the distributions in the order in which files and then options made them one."""
        return self._drawn

    def section(self, name: str) -> Section:
        """Section of scalar parameters, such as ``us_treasury``."""
        if name not in SECTIONS:
            raise KeyError(name)
        found: Section = getattr(self, name)
        return found

    def resolved(self) -> dict[str, Any]:
        """Every value, defaults included, as plain data; loaded again it gives an equal config."""
        return self.model_dump(mode="json", exclude_none=True)

    def digest(self) -> str:
        """BLAKE2b digest of the resolved config as canonical JSON, in hexadecimal."""
        return config_digest(self.resolved())
