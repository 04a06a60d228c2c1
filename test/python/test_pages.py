#===- test_pages.py - Pages that are sessions ----------------------------------===//
#
# Their snippets run in their order, and print what the page says.
#
#===-----------------------------------------------------------------------===//

import importlib.util
import pathlib
import re

import pytest

import pages

#: And the packages that their readers have.
PAGES = {"GettingStarted.md": ("torch",), "JAX.md": ("jax",), "Fusion.md": ()}


@pytest.mark.parametrize("name", PAGES)
def test_snippets_print_what_the_page_says(name, tmp_path, monkeypatch):
    # A page may unset what conftest.py set.
    monkeypatch.setenv("SEEDNORM_CACHE_DIR", "")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    for package in PAGES[name]:
        if importlib.util.find_spec(package) is None:
            pytest.skip(f"{package} is not installed")
    printed = 0
    for line, expected, found in pages.run_page(pages.DOCS / name):
        assert found == (expected or ""), f"{name}:{line}"
        printed += bool(expected)
    assert printed


def test_every_block_of_text_is_compared():
    for name in PAGES:
        text = (pages.DOCS / name).read_text()
        snippets = pages.read_snippets(text)
        assert len(snippets) == len(re.findall(r"^```python$", text, re.M))
        assert sum(expected is not None for _, _, expected in snippets) == len(
            re.findall(r"^```text$", text, re.M))


def test_other_output_is_noticed(tmp_path):
    page = tmp_path / "Page.md"
    page.write_text("```python\nx = 1\nprint(x)\n```\n\n```text\n2\n```\n\n```python\nx + 1\n```\n")
    assert list(pages.run_page(page)) == [(1, "2\n", "1\n"), (10, None, "")]


def test_links_lead_somewhere():
    for name in PAGES:
        for link in re.findall(r"\]\(([^)#:]+)", (pages.DOCS / name).read_text()):
            assert (pages.DOCS / pathlib.Path(link)).exists(), link
