"""What a document may cost beside its objects (L3): parts of a statement, and bytes of the answer."""

import asyncio
from typing import Any

import pytest

from engine.context import OperationContext
from engine.errors import TooComplex
from engine.reads.reading import run
from tests.market import OWNER, Part, opened

_ITEMS = "items { id sku name quantity unitPrice { amount currency } total { amount } package { number } }"


def code(answer: dict[str, Any]) -> str:
    return str(answer["errors"][0]["extensions"]["code"])


async def test_an_answer_that_is_too_long_is_a_typed_error(database_url: str) -> None:
    async with opened(database_url, max_answer=20_000) as market:
        order = await market.order(Part("north", {f"lamp{n}": (1, "1.00") for n in range(30)}))
        one = f"query Q($id: ID!) {{ order(id: $id) {{ {_ITEMS} }} }}"
        assert len((await market.data(OWNER, one, id=order.id))["order"]["items"]) == 30
        aliases = " ".join(f"a{n}: order(id: $id) {{ {_ITEMS} }}" for n in range(10))
        answer = await market.ask(OWNER, f"query Q($id: ID!) {{ {aliases} }}", id=order.id)
        assert {error["extensions"]["code"] for error in answer["errors"]} == {"TOO_COMPLEX"}
        assert len((await market.data(OWNER, one, id=order.id))["order"]["items"]) == 30  # counted for each operation


async def test_an_answer_that_grows_after_it_was_read_is_a_typed_error(database_url: str) -> None:
    async with opened(database_url, max_answer=5_000) as market:
        answer = await market.ask(
            None, "{ transitions { action subject conditions { code message kind input } effects who } }"
        )
        assert (code(answer), answer["data"]) == ("TOO_COMPLEX", None)


async def test_the_parts_of_a_statement_are_limited_also_in_fragments(database_url: str) -> None:
    async with opened(database_url, max_selects=30) as market:
        fits = "{ orders { nodes { id items { id } packages { id } } } }"
        wide = "{ orders { nodes { " + " ".join(f"a{n}: items {{ id }}" for n in range(29)) + " } } }"
        doubled = "{ orders { nodes { items { ...F5 } } } } fragment F0 on OrderItem { id } " + " ".join(
            f"fragment F{n} on OrderItem {{ package {{ a: items {{ ...F{n - 1} }} b: items {{ ...F{n - 1} }} }} }}"
            for n in range(1, 6)
        )
        inline = "{ orders { nodes { " + "... on Order { items { seller { id } } } " * 15 + "} } }"
        assert "errors" not in await market.ask(OWNER, fits)
        answers = await asyncio.gather(*[market.ask(OWNER, text) for text in (wide, doubled, inline)])
        assert [code(answer) for answer in answers] == ["TOO_COMPLEX"] * 3


async def test_nothing_more_is_read_for_an_answer_that_is_too_long_already(database: str) -> None:
    assert database
    context = OperationContext(bytes_left=-1)
    with pytest.raises(TooComplex):
        await run(context, "select 'more' as nodes", [])
    assert context.statements == 0
