"""The page of a chain: what stands on it, and that the command on it, typed, asks for the same chain."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from experiments.questions.chain.chain import chain
from experiments.questions.chain.spec import read_chain
from tests.own_record import INVENTED, write_own_record
from tests.pages import check_repeated, page_in, saved_files, sections_on, words_on

TABLES = ["cases.csv", "constraints.csv", "orders.csv", "places.csv", "removed.csv"]


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A chain with a bandwidth and a title of its own, one change, and a case without a date."""
    folder = tmp_path_factory.mktemp("chain") / "three"
    spec = {"name": "three", "title": 'Seoul\'s: "three"', "cases": ["UK", "Korea", "India"]}
    chain(spec, 10, 3, bandwidth=0.7, orders=2, sets=["partner.reference_loss=0.3"], out=folder)
    return folder


@pytest.fixture(scope="module")
def page(three: Path) -> str:
    return page_in(three)


def test_the_command_of_a_page_gives_the_same_tables(three: Path, page: str, tmp_path: Path) -> None:
    assert words_on(page) == [
        "chain", "three.yaml", "--runs", "10", "--orders", "2", "--stress", "200", "--seed", "3", "--set",
        "partner.reference_loss=0.3",
    ]  # fmt: skip
    assert saved_files(page, tmp_path) == ["three.yaml"]
    saved = read_chain(tmp_path / "three.yaml")
    assert (saved.bandwidth, saved.title, saved.cases) == (0.7, 'Seoul\'s: "three"', ("UK", "Korea", "India"))
    assert str(saved.horizon) == "2025-08-01"
    check_repeated(page, three, TABLES, tmp_path)


def test_a_page_has_what_pages_of_other_questions_have(page: str) -> None:
    assert sections_on(page) == ["came-out", "orders", "scenario", "limits", "again", "columns"]
    for heading in ("Not in the model", "How well the numbers are supported", "Calendar and protocol"):
        assert heading in page
    assert "{&#34;" not in re.sub(r"<pre.*?</pre>", "", page, flags=re.DOTALL), "plain data is said in words"
    assert "Cases: UK, Korea and India; how far from a partner deals still count: 0.7." in page
    # As `credibility` has it: 1 - h is Beta(1 + x, n + s), and 1 - p = h^n.
    assert "h^n = 1 - p" in page
    assert "h is Beta(n + s, 1 + x), and p the quantile at the run" in page


def test_the_command_of_a_chain_from_a_record_of_ones_own_names_its_folder(tmp_path: Path) -> None:
    folder = tmp_path / "answer"
    spec = {"name": "two", "title": "Two", "cases": ["UK", INVENTED]}
    chain(spec, 6, 3, record=write_own_record(tmp_path / "record"), stress=0, out=folder)
    page = page_in(folder)
    assert words_on(page)[-2:] == ["--record", "record"]
    check_repeated(page, folder, TABLES, tmp_path)
