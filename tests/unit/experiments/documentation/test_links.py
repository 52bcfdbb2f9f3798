"""Links of a page lead on the site to where their targets lie there."""

from __future__ import annotations

import pytest

from experiments.documentation.links import linked_files, moved_links


@pytest.mark.parametrize(
    ("uri", "text", "moved"),
    [
        ("index.md", "[a](docs/tactics.md#position)", "[a](tactics.md#position)"),
        ("index.md", "![p](docs/images/p.png) [b](CONTRIBUTING.md)", "![p](images/p.png) [b](project/contributing.md)"),
        ("project/decisions.md", "[a](docs/model/time.md)", "[a](../model/time.md)"),
        ("project/decisions.md", "[a](README.md)", "[a](../index.md)"),
        ("model/index.md", "[a](../parameters.md) [b](trade.md)", "[a](../parameters.md) [b](trade.md)"),
        ("model/index.md", "[the configs](../../configs)", "the configs"),
        ("tactics.md", "[`tiny`](../configs/tiny.yaml)", "[`tiny`](files/configs/tiny.yaml)"),
        ("tactics.md", "[a](#there) [b](https://a.example/b.md)", "[a](#there) [b](https://a.example/b.md)"),
        ("index.md", "`[a](docs/tactics.md)`\n```md\n[a](docs/tactics.md)\n```", None),
    ],
)
def test_a_link_leads_to_where_its_target_lies(uri: str, text: str, moved: str | None) -> None:
    assert moved_links(text, uri) == (text if moved is None else moved)


def test_files_that_are_no_pages_travel_with_the_site() -> None:
    text = "[a](../configs/tiny.yaml) [b](../configs) [c](rules.md) [d](../README.md) `[e](../Makefile)` [f](#g)"
    assert [*linked_files(text, "tactics.md")] == ["configs/tiny.yaml"]
