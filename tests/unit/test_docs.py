"""The documentation says what the code does: same parameters, symbols, terms, names, numbers and sources."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import typer

from agents.tactics.registry import TACTICS
from experiments.catalogue import parameter_rows
from experiments.cli import app
from experiments.documentation.parameters import parameter_markdown, sector_markdown, symbol_markdown
from experiments.documentation.site import written_pages
from experiments.record.record import read_record
from experiments.record.rows import RecordRow
from sim.bargaining.acceptance import CONDITIONS
from sim.bargaining.outcomes import Outcome, Reason
from sim.economy.chip_market import financed_ratio, market_price, unconstrained_ratio
from sim.economy.firm_payoffs import FIRM_TERMS, MAKER_TERMS
from sim.economy.payoffs import PARTNER_TERMS, US_TERMS, effective_fund, guarantee_burden
from sim.economy.trade import (
    CARS,
    consumer_surplus,
    diverted_rent,
    exporter_price,
    exporter_rent,
    import_value,
    market,
    volume,
)
from sim.economy.walkaway import DAYS_A_YEAR, waiting_weight
from sim.issues import ISSUES
from sim.parameters.parameter import SECTIONS, SEED_DATE, Parameter
from sim.parameters.table import TABLE
from tests.support import default_record, firms_of, package_of, payoffs_of, reservations_of
from tests.told_commands import blocks
from tests.tree import ROOT

MODEL_PAGES = sorted((ROOT / "docs/model").glob("*.md"))
MODEL = "\n".join(page.read_text(encoding="utf-8") for page in MODEL_PAGES)
TACTICS_PAGE = (ROOT / "docs/tactics.md").read_text(encoding="utf-8")
REFERENCES = (ROOT / "docs/references.md").read_text(encoding="utf-8")
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
CONFIGS = sorted((ROOT / "configs").glob("*.yaml"))
RULE_FILES = sorted(path for folder in ("sim", "agents") for path in (ROOT / folder).rglob("*.py"))
CODE_FILES = sorted([*RULE_FILES, *(ROOT / "experiments").rglob("*.py")])

#: Blocks and spans of code.
CODE = re.compile(r"```.*?```|`[^`]*`", re.DOTALL)

KEYS = set(re.findall(r"^\| ([A-Z][A-Z0-9]+) \|", REFERENCES, re.MULTILINE))

#: Words in capitals that are names of things and no keys of the reference list.
ACRONYMS = {"AMD", "EU", "FY", "GDP", "GMO", "GPU", "KDDI", "METI", "MFN", "NTT", "ODD", "SUMCO", "US", "YAML"}

#: Capitalised words that stand before a year without being an author.
NO_AUTHORS = {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October"}
NO_AUTHORS |= {"November", "December", "Japan", "Asia", "Taiwan", "Genius"}


def _keys(text: str) -> set[str]:
    """Words in capitals, digits allowed; amounts of yen such as Y72.5bn are none."""
    return set(re.findall(r"\b[A-Z][A-Z0-9]+\b(?![.\d]*\d)", text)) - ACRONYMS


def _citations(text: str) -> set[tuple[str, str]]:
    """Author and year of every citation: ``Nash (1950)``, ``Nash 1950``, ``Kalai and Smorodinsky (1975)``."""
    name = r"(?:Mc)?[A-Z][^\W\d_A-Z]+(?:-[A-Z][^\W\d_A-Z]+)*"
    pattern = rf"((?:{name}(?:,? (?:and|et al\.) |, | ))*{name}|{name} et al\.),? \(?((?:19|20)\d\d)\b"
    found = re.findall(pattern, " ".join(text.split()))
    pairs = {(author, year) for authors, year in found for author in re.findall(name, authors)}
    return {(author, year) for author, year in pairs if author not in NO_AUTHORS}


def _source_texts() -> Iterator[tuple[str, str]]:
    yield from ((row.path, row.source) for row in TABLE)
    yield from ((f"tactic {tactic.name}", tactic.reference) for tactic in TACTICS.values())
    for path in CONFIGS:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            comment = line.partition("#")[2]
            sources = re.findall(r"source: (\"[^\"]*\"|[^,}\n]*)", line.partition("#")[0])
            yield f"{path.name}:{number}", " ".join([comment, *sources])
    record = read_record()
    rows: list[RecordRow] = [*record.positions, *record.events, *record.cases, *record.outcomes]
    for row in rows:
        texts = [getattr(row, one.name) for one in fields(row) if one.name.endswith("source")]
        yield f"{Path(row.place.origin).name}:{row.place.line}", " ".join(text for text in texts if text)


SOURCE_TEXTS = dict(_source_texts())


#: Text of the pages that are made with the site, by the file that they would lie in.
WRITTEN = {ROOT / "docs" / uri: text for uri, text in written_pages().items()}


def _anchors(page: Path) -> set[str]:
    """Anchors of a page's headings, as GitHub and the site form them."""
    text = WRITTEN.get(page) or page.read_text(encoding="utf-8")
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def _links(page: Path) -> list[str]:
    found = re.findall(r"\[[^\]]*\]\(([^)\s]+)\)", page.read_text(encoding="utf-8"))
    return [link for link in found if not link.startswith(("http://", "https://", "mailto:"))]


def _is_broken(page: Path, link: str) -> bool:
    path, _, anchor = link.partition("#")
    target = (page.parent / path).resolve() if path else page
    if not target.exists() and (target not in WRITTEN or page.parent == ROOT):
        return True
    return bool(anchor and anchor not in _anchors(target))


def _defined(path: Path) -> set[str]:
    """Names that a module defines at its top level, and ``Class.member`` of its classes."""
    names: set[str] = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        if isinstance(node, ast.ClassDef):
            names |= {f"{node.name}.{member.name}" for member in node.body if isinstance(member, ast.FunctionDef)}
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        names |= {target.id for target in targets if isinstance(target, ast.Name)}
    return names


def _exists(dotted: str) -> bool:
    """Whether ``package.module`` or ``package.module.name`` exists in the tree."""
    parts = dotted.split(".")
    for length in range(len(parts), 0, -1):
        path = ROOT.joinpath(*parts[:length]).with_suffix(".py")
        if path.exists():
            return length == len(parts) or ".".join(parts[length:]) in _defined(path)
    return False


CODE_NAMES = sorted(set(re.findall(r"`((?:sim|agents|experiments)\.[\w.]+)`", MODEL)))


def test_parameter_page_holds_every_parameter_once() -> None:
    paths = re.findall(r"^\| `([^`]+)` \|", parameter_markdown(), re.MULTILINE)
    assert paths == [row["parameter"] for row in parameter_rows()]


def test_parameter_page_keeps_its_columns_whatever_a_text_holds() -> None:
    cells = {line.count("|") for line in parameter_markdown().splitlines() if line.startswith("| `")}
    assert cells == {11}


def test_model_page_holds_the_default_table_of_sectors() -> None:
    assert sector_markdown() in MODEL, "paste what this prints: python -m experiments.documentation.parameters sectors"


def test_model_page_holds_the_table_of_symbols() -> None:
    assert symbol_markdown() in MODEL, "paste what this prints: python -m experiments.documentation.parameters symbols"


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.path)
def test_model_page_uses_every_parameter_by_symbol_or_name(row: Parameter) -> None:
    pages = [page.read_text(encoding="utf-8") for page in MODEL_PAGES if page.name != "symbols.md"]
    code = " ".join(CODE.findall("\n".join(pages)))
    assert any(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", code) for word in (row.symbol, row.name) if word)


@pytest.mark.parametrize("term", [*US_TERMS, *PARTNER_TERMS, *FIRM_TERMS, *MAKER_TERMS])
def test_model_page_explains_every_term_of_a_payoff(term: str) -> None:
    assert f"| `{term}` |" in MODEL


@pytest.mark.parametrize("name", [*(issue.name for issue in ISSUES), *map(str, Outcome), *map(str, Reason)])
def test_model_page_names_every_issue_end_and_reason(name: str) -> None:
    assert f"`{name}`" in MODEL


def _named_in(heading: str, column: int) -> list[str]:
    """Names in code marks in a column of the table whose first heading is given."""
    table = TACTICS_PAGE.partition(f"| {heading} |")[2].partition("\n\n")[0]
    cells = [line.split(" | ")[column] for line in table.splitlines()[2:]]
    return [name for cell in cells for name in re.findall(r"`(\w+)`", cell)]


def test_tactics_page_places_every_tactic_in_a_family_and_explains_every_condition() -> None:
    assert sorted(_named_in("family", 1)) == sorted(TACTICS)
    assert _named_in("condition", 0) == [condition.name for condition in CONDITIONS]


@pytest.mark.parametrize("name", CODE_NAMES)
def test_model_page_points_to_code_that_exists(name: str) -> None:
    assert _exists(name)


def test_code_check_sees_a_name_that_is_not_there() -> None:
    assert _exists("sim.economy.trade.market")
    assert _exists("sim.engine.model.NegotiationModel.step")
    assert not _exists("sim.economy.trade.markets")
    assert not _exists("sim.engine.model.NegotiationModel.leap")
    assert not _exists("sim.economics.market")


@pytest.mark.parametrize("path", sorted(set(re.findall(rf"`((?:{'|'.join(SECTIONS)})\.\w+)`", MODEL))))
def test_model_page_names_parameters_that_exist(path: str) -> None:
    assert path in {row.path for row in TABLE}


def test_model_page_lists_every_default_that_was_learnt_after_the_seed_date() -> None:
    learnt_later = [row.path for row in TABLE if row.known_by > SEED_DATE]
    assert learnt_later
    assert [path for path in learnt_later if f"`{path}`" not in MODEL] == []


def _worked_numbers() -> dict[str, float]:
    p = default_record()
    rate = 0.275
    duty, price, spending = market(p, CARS, rate)
    firm = firms_of({"holdout_belief": 0.5})
    value = import_value(p, CARS, duty, spending)
    mfn = p.sector_mfn_rate
    world = default_record(economy_metals_tariff=mfn[2])
    return {
        "cars: `eps` over the horizon": p.sector_elasticity[CARS],
        "cars: `rho` over the horizon": p.sector_pass_through[CARS],
        "cars at 27.5 %: `T`": duty,
        "cars at 27.5 %: `P`": price,
        "cars at 27.5 %: `p`": exporter_price(duty, price),
        "cars at 27.5 %: `M`": volume(price, spending),
        "cars at 27.5 %: `V`": value,
        "cars at 27.5 %: duty": rate * value,
        "cars at 27.5 %: `dCS`": consumer_surplus(p, CARS, price, spending),
        "cars at 27.5 %: `dPi`": exporter_rent(p, CARS, duty, price, spending),
        "cars at 27.5 %: `dDom`": diverted_rent(p, CARS, price, spending),
        "`m` at `z` = 1/3, limited by profit": unconstrained_ratio(p, 1 / 3),
        "`m` at `z` = 1/3, limited by finance": financed_ratio(p, 1 / 3),
        "`s_R` at `holdout_belief` 0.5, first day": reservations_of(p, firm, 0.0)[0],
        "`s_R` at `holdout_belief` 0.5, after 84 days": reservations_of(p, firm, 84.0)[0],
        "`x` where `Y` is twice `kappa`": market_price(p, 2.0, 1.0),
        "`w` with 40 days to the deadline": waiting_weight(p, 40.0 / DAYS_A_YEAR),
        "`I_eff` of a fund of US$400bn": effective_fund(p, 400.0),
        "guarantee burden of a fund of US$400bn": guarantee_burden(p, 400.0),
        "US payoff of the MFN world": payoffs_of(world, package_of(mfn[CARS], 0.0))[0],
    }


def test_worked_numbers_come_out_of_the_rules() -> None:
    section = MODEL.partition("## Worked numbers")[2].partition("## ")[0]
    printed = dict(re.findall(r"^\| (.+?) \| (-?[\d.]+) \|$", section, re.MULTILINE))
    computed = _worked_numbers()
    assert printed.keys() == computed.keys()
    for label, text in printed.items():
        decimals = len(text.partition(".")[2])
        assert f"{computed[label]:.{decimals}f}" == text, label


def test_reference_keys_are_unique_and_sorted() -> None:
    keys = re.findall(r"^\| ([A-Z][A-Z0-9]+) \|", REFERENCES, re.MULTILINE)
    assert keys == sorted(set(keys))


def test_sources_are_in_the_reference_list() -> None:
    texts = SOURCE_TEXTS | {"docs/model": CODE.sub("", MODEL)}
    assert {where: _keys(text) - KEYS for where, text in texts.items() if not _keys(text) <= KEYS} == {}


def test_reference_list_holds_no_source_that_nothing_uses() -> None:
    pages = [page.read_text(encoding="utf-8") for page in PAGES if page.name != "references.md"]
    assert KEYS - _keys(" ".join([*pages, *SOURCE_TEXTS.values()])) == set()


def _cited() -> Iterator[tuple[str, str]]:
    yield from ((where, text) for where, text in SOURCE_TEXTS.items())
    for page in (page for page in PAGES if page.name != "references.md"):
        yield page.name, CODE.sub("", page.read_text(encoding="utf-8"))
    for path in CODE_FILES:
        yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")


def test_citations_are_in_a_list_of_literature() -> None:
    lists = [page.read_text(encoding="utf-8").partition("## Literature")[2] for page in PAGES]
    entries = [" ".join(entry.split()) for found in lists for entry in found.split("\n- ")[1:]]
    missing = {
        (where, author, year)
        for where, text in _cited()
        for author, year in _citations(text)
        if not any(re.search(rf"\b{author}\b", entry) and f"({year})" in entry for entry in entries)
    }
    assert not missing


def test_source_check_sees_keys_and_citations() -> None:
    assert _keys("METI's awards were Y72.5bn (IW, SJ); Y609trn; US$50bn; Y725") == {"IW", "SJ", "Y725"}
    assert _citations("Kalai and Smorodinsky (1975), 26 July 2025") == {("Kalai", "1975"), ("Smorodinsky", "1975")}
    assert _citations("Faratin et al. 1998, eq. 2") == {("Faratin", "1998")}
    assert _citations("McKelvey (1984)") == {("McKelvey", "1984")}
    assert _citations("Jordan, Krüger and Lerch 2019") == {
        ("Jordan", "2019"), ("Krüger", "2019"), ("Lerch", "2019"),
    }  # fmt: skip


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_relative_links_resolve(page: Path) -> None:
    assert [link for link in _links(page) if _is_broken(page, link)] == []


def _calls(page: Path) -> list[list[str]]:
    """Words of every call of `winset` that a page tells its readers to type."""
    calls = [words for block in blocks(str(page.relative_to(ROOT))) for words in block.commands()]
    return [words for words in calls if not words[0].startswith("-")]


@pytest.mark.parametrize("page", [page for page in PAGES if _calls(page)], ids=lambda page: str(page.relative_to(ROOT)))
def test_the_commands_of_a_page_have_the_options_that_it_names(page: Path) -> None:
    group: Any = typer.main.get_command(app)
    for name, *words in _calls(page):
        group.commands[name].make_context(name, words)


def test_link_check_sees_a_broken_link() -> None:
    page = ROOT / "docs/model/index.md"
    assert not _is_broken(page, "trade.md#horizon-blend")
    assert not _is_broken(page, "../parameters.md#confidence")
    assert _is_broken(page, "../parameter.md")
    assert _is_broken(page, "trade.md#horizon")
    assert _is_broken(page, "../parameters.md#confidences")
    assert _is_broken(page, "#no-such-heading")


def test_pages_beside_docs_link_to_no_page_that_the_repository_does_not_hold() -> None:
    assert not _is_broken(ROOT / "docs/tactics.md", "parameters.md")
    assert _is_broken(ROOT / "README.md", "docs/parameters.md")
