"""Config models of the model's parameters, created from the parameter table."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, Final, TypeVar

from pydantic import AfterValidator, ConfigDict, Field, GetCoreSchemaHandler, create_model
from pydantic_core import CoreSchema, PydanticCustomError

from experiments.config.distributions import DiscreteUniform, Fixed, ListedValues, Number, Quantity
from experiments.config.values import AgentName, ConfigPart, Date, Text
from experiments.labels import PartnerNames, possessive
from sim.parameters.parameter import SECTIONS, SECTORS, Parameter
from sim.parameters.table import TABLE

#: The partner of the shipped case, whose numbers the defaults are.
JAPAN: Final = PartnerNames("Japan", "Japanese", "Japan's government", "yen")

#: Firm parameters without a meaningful default.
_REQUIRED = frozenset({"firms.capex"})


class Section(ConfigPart):
    """A group of numbers; one attribute each."""

    # The classes created from this one have no source text to read docstrings from.
    model_config = ConfigDict(use_attribute_docstrings=False)

    def number(self, name: str) -> Quantity:
        """Number of that name."""
        found: Quantity = getattr(self, name)
        return found


class PartnerSection(Section):
    """The numbers of the partner's government, and how the partner is called."""

    name: Text = Field(default="Japan", description="Name of the partner in texts, tables and figures.")
    adjective: Text | None = Field(
        default=None, description="Its adjective, such as Japanese; without one, its name as an owner."
    )
    government: Text | None = Field(
        default=None, description="What its government is called; without a name, that of the partner and government."
    )
    currency: Text | None = Field(default=None, description="What its currency is called, such as yen.")

    @property
    def names(self) -> PartnerNames:
        """How the partner is called; what the config leaves open follows from its name."""
        given = JAPAN if self.name == JAPAN.name else None
        owner = possessive(self.name)
        return PartnerNames(
            self.name,
            self.adjective or (given.adjective if given else owner),
            self.government or f"{owner} government",
            self.currency or (given.currency if given else "its currency"),
        )


class SectorSections(ConfigPart):
    """The numbers of every import sector; one attribute each."""

    model_config = ConfigDict(use_attribute_docstrings=False)

    def sector(self, name: str) -> Section:
        """Numbers of one sector."""
        found: Section = getattr(self, name)
        return found


class Agent(Section):
    """A firm or a chip maker: its name and its numbers."""

    name: AgentName = Field(description="Name in tables and paths.")
    source: Text | None = Field(default=None, description="Where its numbers come from.")
    known_by: Date | None = Field(default=None, description="First day on which its numbers could have been known.")


@dataclass(frozen=True, slots=True)
class Concrete:
    """Marks an annotation whose schema is that of the model created from the table."""

    model: type[ConfigPart]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Schema of the created model in place of its base."""
        return handler(self.model)


def must_be(low: float, high: float, unit: str) -> str:
    """What a value must be, for example ``must be between 0 and 1 (share)``."""
    if math.isinf(high):
        return f"must be at least {low:g} ({unit})"
    return f"must be between {low:g} and {high:g} ({unit})"


def limit_complaint(number: Quantity, low: float, high: float, unit: str) -> str | None:
    """Say which limit a number can break, or None when every possible value is inside."""
    lowest, highest = number.support()
    if low <= lowest and highest <= high:
        return None
    right = must_be(low, high, unit)
    if not number.is_sampled:
        return right
    mend = "take out values beyond" if isinstance(number, ListedValues) else "bound it with low and high"
    return f"can be from {lowest:g} to {highest:g}, but {right}; {mend}"


def parameter_complaint(row: Parameter, number: Quantity) -> str | None:
    """Say why a parameter may not take every value of `number`, or None when it may."""
    if row.unit == "flag" and not _is_flag(number):
        return "must be 0 or 1 (flag), or a choice between them"
    return limit_complaint(number, *row.limits(), row.unit)


def _is_flag(number: Quantity) -> bool:
    if isinstance(number, ListedValues):
        return {0.0, 1.0} >= set(number.values)
    return isinstance(number, Fixed | DiscreteUniform) and {0.0, 1.0} >= set(number.support())


def _admitted(row: Parameter, number: Quantity) -> Quantity:
    if complaint := parameter_complaint(row, number):
        raise PydanticCustomError("limits", "{message}", {"message": complaint})
    return number


def _field(row: Parameter) -> tuple[Any, Any]:
    plausible = f"plausible {row.low:g} to {row.high:g}"
    origin = f"Source: {row.source} ({row.confidence}; known by {row.known_by.isoformat()})."
    description = f"{row.doc} Unit: {row.unit}; {plausible}. {origin}"
    annotation = Annotated[Number, AfterValidator(partial(_admitted, row))]
    if row.path in _REQUIRED:
        return annotation, Field(description=description)
    default = Fixed(value=row.default, source=row.source, known_by=row.known_by, confidence=row.confidence)
    return annotation, Field(
        default_factory=lambda: default, description=description, json_schema_extra={"default": row.default}
    )


_Base = TypeVar("_Base", Section, PartnerSection, Agent)


def _model(name: str, base: type[_Base], rows: Iterable[Parameter], doc: str) -> type[_Base]:
    fields: dict[str, Any] = {row.name: _field(row) for row in rows}
    return create_model(name, __base__=base, __module__=__name__, __doc__=doc, **fields)


def _rows(section: str) -> list[Parameter]:
    return [row for row in TABLE if row.section == section]


def _class_name(section: str) -> str:
    return "".join(word.capitalize() for word in section.split("_"))


def _sector_model() -> type[SectorSections]:
    fields: dict[str, Any] = {}
    for sector in SECTORS:
        doc = f"US imports from the partner: {sector}."
        model = _model(f"{_class_name(sector)}Sector", Section, _rows(f"sectors.{sector}"), doc)
        globals()[model.__name__] = model
        fields[sector] = (Annotated[Section, Concrete(model)], Field(default_factory=model))
    doc = "US imports from the partner, by sector."
    return create_model("Sectors", __base__=SectorSections, __module__=__name__, __doc__=doc, **fields)


#: Model of each section of scalar parameters.
SECTION_MODELS: dict[str, type[Section]] = {
    section: _model(_class_name(section), Section, _rows(section), f"Parameters of {section}.") for section in SECTIONS
}
#: The same of the partner, by the class that has its names.
PARTNER_MODEL = _model("Partner", PartnerSection, _rows("partner"), "How the partner is called, and its parameters.")
SECTION_MODELS["partner"] = PARTNER_MODEL
SECTORS_MODEL = _sector_model()
FIRM_MODEL = _model(
    "Firm", Agent, _rows("firms"), "A telecom or cloud firm of the partner's that runs AI data centres."
)
MAKER_MODEL = _model("ChipMaker", Agent, _rows("chip_makers"), "A chip maker or a supplier of chip makers.")

# Pickle finds a class by its name in its module.
globals().update(
    {model.__name__: model for model in (*SECTION_MODELS.values(), SECTORS_MODEL, FIRM_MODEL, MAKER_MODEL)}
)
