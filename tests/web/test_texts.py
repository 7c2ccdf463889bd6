"""What the console says: each text once, none that no page uses, and the owner's only on pages that load them."""

import re
from collections import Counter
from pathlib import Path

import pytest

from domain.refusals import Refusal
from domain.tables import TABLE
from domain.words import Role

SOURCES = Path(__file__).parents[2] / "web" / "src"
TEXTS = SOURCES / "i18n"
OWNER = SOURCES / "owner" / "Owner.tsx"
"""The page that brings the texts of `enOwner.ts`, and leads to those that bring `enAdministration.ts`."""
QUEUE = SOURCES / "queue"
"""The lists, which bring the texts of `enQueue.ts`, and their dialogs those of `enDesk.ts`."""
PAGES = (
    *("en", "enTerms", "enWithdrawals", "enUnverified", "enHome", "enReturns", "enStore"),
    *("enOwner", "enAdministration", "enQueue", "enDesk"),
)
_KEY = re.compile(r"^  (\w+):", re.M)
_IMPORT = re.compile(r"(?:from|import\()\s*'(\.[^']+)'")
_NAME = re.compile(r"\b(?:id|name|by): '\w+'|\bloadPage\('\w+'")
"""What a list calls a column or a filter, whose text has a prefix, and the address of a seat."""
_LITERAL = re.compile(r"'(\w+)'")
_TEMPLATE = re.compile(r"`(\w+)\$\{[^}]*\}(\w*)`")


def keys(*pages: str) -> list[str]:
    """The keys of the pages of texts with these names."""
    return [key for page in pages for key in _KEY.findall((TEXTS / f"{page}.ts").read_text())]


def modules(*, without: Path | None = None) -> set[Path]:
    """The modules that the console loads, at once or later; `without` a page and what this page alone loads."""
    found: set[Path] = set()
    ahead = [SOURCES / "main.tsx"]
    while ahead:
        module = ahead.pop()
        if module in found or module == without:
            continue
        found.add(module)
        named = [(module.parent / path).resolve() for path in _IMPORT.findall(module.read_text())]
        files = [path.parent / f"{path.name}{ending}" for path in named for ending in (".ts", ".tsx")]
        ahead += [file for file in files if file.is_file() and file.parent not in (TEXTS, SOURCES / "gql")]
    return found


def used(texts: list[str], by: set[Path]) -> set[str]:
    """Those texts whose keys these modules write: whole, or as `before${…}after`."""
    source = _NAME.sub("", "\n".join(module.read_text() for module in by))
    literals = set(_LITERAL.findall(source))
    gaps = set(_TEMPLATE.findall(source))
    composed = {key for key in texts for before, after in gaps if key.startswith(before) and key.endswith(after)}
    return composed | literals.intersection(texts)


def test_no_text_stands_twice() -> None:
    """A later page of texts overrides an earlier one without a word."""
    english = keys(*PAGES)
    german = keys(*(f"de{page.removeprefix('en')}" for page in PAGES))
    assert max(Counter(english).values()) == 1
    assert sorted(english) == sorted(german)


def test_each_text_is_used() -> None:
    english = keys(*PAGES)
    assert used(english, modules()) == set(english)


def test_only_the_owner_loads_the_texts_of_the_owner() -> None:
    """The others would show an empty place in English, where these texts come with the owner's pages."""
    everybody = modules(without=OWNER)
    assert OWNER in modules()
    assert used(keys("enOwner", "enAdministration"), everybody) == set()
    assert used(keys("enAdministration"), {module for module in modules() if module.parent.name == "owner"}) == set()
    shared = keys("en", "enTerms", "enWithdrawals")
    assert used(shared, everybody) == set(shared)


def test_the_texts_of_lists_are_used_where_lists_are() -> None:
    """They come with the lists, and anywhere else they would be an empty place in English."""
    others = {module for module in modules() if module.parent != QUEUE and "'../queue/" not in module.read_text()}
    assert used(keys("enQueue", "enDesk"), others) == set()


def refusals(page: str, table: str) -> dict[str, str]:
    """The texts of this table of refusals, as they stand in the page, by code."""
    (block,) = re.findall(rf"^  {table}: {{\n(.*?)^  }},", (TEXTS / f"{page}.ts").read_text(), re.M | re.S)
    return dict(re.findall(r"^    ([A-Z_]+):\s*(.*)", block, re.M))


@pytest.mark.parametrize("page", ["english", "german"])
def test_customers_read_no_sentence_that_the_api_has_written(page: str) -> None:
    """A table of refusals is complete by its type; of what customers may read, nothing is left to the server."""
    texts = refusals(page, "refusals") | refusals(page, "refusalsOfCustomers")
    edges = [edge for edge in TABLE if Role.CUSTOMER in edge.roles]
    of_edges = {guard.code for edge in edges for guard in (*edge.when, *edge.given)}
    of_inputs = {Refusal.INVALID_INPUT, Refusal.CONTRADICTORY_INPUT, Refusal.IDEMPOTENCY_KEY_REUSED}
    assert len(of_edges) > 20
    assert [code for code in of_edges | of_inputs if texts[code] == "said,"] == []


@pytest.mark.parametrize("page", ["enHome", "enReturns", "enStore"])
def test_every_module_that_shows_texts_of_its_folder_loads_them(page: str) -> None:
    showing = [module for module in modules() if used(keys(page), {module})]
    assert len(showing) > 3
    assert [module.name for module in showing if "import './texts';" not in module.read_text()] == []
