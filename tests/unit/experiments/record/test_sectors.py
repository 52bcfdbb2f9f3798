"""Each product belongs to one sector: every rule, every order of two rules, and codes on two lists."""

from __future__ import annotations

import pytest

from experiments.record.sectors import LISTS, ListName, Overlap, TariffLists

CODES: dict[ListName, frozenset[str]] = {
    "autos": frozenset({"87032201", "8704210050", "8708103030", "840733", "8471300199", "7208100000"}),
    "steel": frozenset({"73181900", "9403991040"}),
    "aluminium": frozenset({"8473302000", "7610109090", "87081030"}),
    "exemptions": frozenset({"3004909200", "2709001000", "7202110000", "7225110000", "8471"}),
    "electronics": frozenset({"8542310001", "8473302000"}),
}

#: A code, its sector, and the rule that it shows.
PRODUCTS = {
    "8703220190": ("cars", "autos, a passenger car"),
    "8704210050": ("cars", "autos, a lorry by its ten digits"),
    "8704210099": ("other", "a lorry of other last digits"),
    "8703230100": ("other", "a car that is on no list is no car of the list"),
    "8708103030": ("parts", "autos before aluminium"),
    "8708103099": ("metals", "other last digits, which the list of aluminium covers"),
    "8407330000": ("parts", "autos, a code of six digits covers all below it"),
    "8407340000": ("machinery", "the next six digits"),
    "8471300199": ("parts", "autos before exemptions"),
    "8471300100": ("exempt", "other last digits"),
    "7208100000": ("parts", "autos before metals"),
    "7318190000": ("metals", "the list of steel"),
    "7318150000": ("other", "another screw"),
    "9403991040": ("metals", "the list of steel, on ten digits"),
    "9403991099": ("other", "other last digits"),
    "7610109090": ("metals", "the list of aluminium"),
    "8473302000": ("metals", "aluminium before electronics"),
    "7205990000": ("other", "the heading before the metals"),
    "7206100000": ("metals", "the first heading of steel"),
    "7229900000": ("metals", "the last"),
    "7230000000": ("other", "the heading after it"),
    "7301100000": ("metals", "the first heading of steel goods"),
    "7306900000": ("metals", "the last"),
    "7307110000": ("other", "the heading after it"),
    "7600000000": ("other", "the heading before aluminium"),
    "7601100000": ("metals", "the first heading of aluminium"),
    "7609000000": ("metals", "the last"),
    "7225110000": ("metals", "metals before exemptions"),
    "7202110000": ("exempt", "the list of exemptions, outside the headings of metals"),
    "3004909290": ("exempt", "the list of exemptions, on eight digits"),
    "3004909300": ("other", "the next eight digits"),
    "8471410000": ("exempt", "the list of exemptions before machinery, four digits"),
    "8542310099": ("exempt", "the list of electronics"),
    "8542320000": ("machinery", "chapter 85"),
    "9801001000": ("exempt", "chapter 98"),
    "9999950000": ("exempt", "9999"),
    "9998000000": ("other", "not 9999"),
    "7108121000": ("exempt", "gold"),
    "7110110000": ("other", "platinum"),
    "8401100000": ("machinery", "chapter 84"),
    "9001100000": ("machinery", "chapter 90"),
    "9101110000": ("other", "chapter 91"),
    "8601100000": ("other", "chapter 86"),
    "0101210000": ("other", "a code with a leading zero"),
}  # fmt: skip


@pytest.mark.parametrize("code", PRODUCTS, ids=lambda code: f"{code} {PRODUCTS[code][1]}")
def test_a_product_goes_to_the_first_sector_that_it_meets(code: str) -> None:
    assert TariffLists(CODES).sector(code) == PRODUCTS[code][0]


def test_every_sector_is_met() -> None:
    assert {sector for sector, _ in PRODUCTS.values()} == {"cars", "parts", "metals", "machinery", "other", "exempt"}


def test_codes_on_lists_of_two_sectors_are_named_with_the_one_that_wins() -> None:
    assert TariffLists(CODES).overlaps() == (
        Overlap("8471300199", ("autos", "exemptions"), "parts"),
        Overlap("8473302000", ("aluminium", "electronics"), "metals"),
        Overlap("8708103030", ("autos", "aluminium"), "parts"),
    )


def test_two_lists_of_one_sector_do_not_disagree() -> None:
    alike: dict[ListName, frozenset[str]] = {name: frozenset({"99990000"}) for name in ("steel", "aluminium")}
    codes = {name: alike.get(name, frozenset({f"1234567{at}"})) for at, name in enumerate(LISTS)}
    assert TariffLists(codes).overlaps() == ()
