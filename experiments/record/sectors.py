"""Which of the six sectors of the model a product belongs to, by its code in the US tariff schedule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal, final

ListName = Literal["autos", "steel", "aluminium", "exemptions", "electronics"]

#: Lists in the order in which they are asked, and the sectors that their codes belong to.
LISTS: Final[Mapping[ListName, str]] = {
    "autos": "cars or parts",
    "steel": "metals",
    "aluminium": "metals",
    "exemptions": "exempt",
    "electronics": "exempt",
}

#: Lists whose codes count with their first eight digits: they pad them to ten with zeros that are no statistical
#: code. The other lists have ten digits where they mean one statistical code alone.
_PADDED: Final = ("exemptions", "electronics")
_TARIFF_DIGITS: Final = 8

#: Headings of vehicles for people and for goods. What else the list of autos has are parts.
_VEHICLES: Final = ("8703", "8704")
#: Chapters and headings that are exempt without a list: special provisions, returned and low-value goods, and gold.
_EXEMPT: Final = ("98", "9999", "7108")
_MACHINERY: Final = ("84", "85", "90")
#: First and last headings of steel, of steel goods and of aluminium that are metals without a list.
_METALS: Final = (("7206", "7229"), ("7301", "7306"), ("7601", "7609"))


@final
@dataclass(frozen=True, slots=True)
class Overlap:
    """A code that stands on lists of two sectors.

    Attributes
    ----------
    code : str
        The longer of both codes.
    lists : tuple of str
        Its lists; the first decides.
    sector : str
        What it counts as.
    """

    code: str
    lists: tuple[ListName, ...]
    sector: str


@final
class TariffLists:
    """Lists of codes, each a prefix of the codes of products; those of exempt goods count with eight digits.

    Parameters
    ----------
    codes : mapping
        Codes of each list.
    """

    def __init__(self, codes: Mapping[ListName, frozenset[str]]) -> None:
        self._prefixes = {
            name: frozenset(code[:_TARIFF_DIGITS] if name in _PADDED else code for code in codes[name])
            for name in LISTS
        }
        self._lengths = {name: sorted({len(code) for code in found}) for name, found in self._prefixes.items()}

    def sector(self, code: str) -> str:
        """Sector of a product by its ten digits: autos, then metals, exempt goods, machinery, and the others."""
        if self._has("autos", code):
            return "cars" if code.startswith(_VEHICLES) else "parts"
        if self._has("steel", code) or self._has("aluminium", code) or _is_metal(code):
            return "metals"
        if self._has("exemptions", code) or self._has("electronics", code) or code.startswith(_EXEMPT):
            return "exempt"
        return "machinery" if code.startswith(_MACHINERY) else "other"

    def _has(self, name: ListName, code: str) -> bool:
        return any(code[:length] in self._prefixes[name] for length in self._lengths[name])

    def overlaps(self) -> tuple[Overlap, ...]:
        """Codes that lists of different sectors share, in the order of the codes."""
        return tuple(sorted(self._overlaps(), key=lambda one: one.code))

    def _overlaps(self) -> Iterator[Overlap]:
        for code in frozenset().union(*self._prefixes.values()):
            lists = tuple(name for name in LISTS if self._has(name, code))
            if len({LISTS[name] for name in lists}) > 1:
                yield Overlap(code, lists, self.sector(code))


def _is_metal(code: str) -> bool:
    return any(first <= code[:4] <= last for first, last in _METALS)
