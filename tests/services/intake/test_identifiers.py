"""Identifiers take their one spelling at every door, and what cannot be seen in them is refused with its path."""

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tortoise.connection import get_connection

from domain.identifiers import identifier
from domain.words import PackageStatus
from gateways.payments.port import Outcome
from services.inputs import ItemInput, PackageMove, RefundInput, ReturnInput
from services.intake.importing.jsonl import JsonLines
from services.intake.importing.retail import COLUMNS, Retail
from services.intake.importing.tally import checked
from tests.market import OWNER, Market, seller
from tests.services.intake.files import (
    Records,
    customer,
    import_entries,
    item,
    order_line,
    payment,
    problems,
    sale,
    sold,
    write_csv,
    write_lines,
)  # fmt: skip
from tests.services.worker.test_refunds import Bank, approved, shown

Change = Callable[[dict[str, Any], str], None]


def _at(*path: str | int) -> Change:
    def change(order: dict[str, Any], text: str) -> None:
        place: Any = order
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = text

    return change


FIELDS: dict[str, Change] = {
    "number": _at("number"),
    "customer.subject": _at("customer", "subject"),
    "sellerOrders.0.seller": _at("sellerOrders", 0, "seller"),
    "sellerOrders.0.packages.0.items.0.sku": _at("sellerOrders", 0, "packages", 0, "items", 0, "sku"),
    "payments.0.method": _at("payments", 0, "method"),
    "payments.0.provider": _at("payments", 0, "provider"),
    "payments.0.reference": _at("payments", 0, "reference"),
}
COLUMNS_OF_FIELDS = """
select o.number, c.subject, s.handle, i.sku, p.method, p.provider, p.reference
from "order" o join customer c on c.id = o.customer_id join order_item i on i.order_id = o.id
join seller s on s.id = i.seller_id join payment p on p.order_id = o.id
"""


def order(text: str, *fields: str) -> dict[str, Any]:
    line = order_line("A-1")
    for field in fields or FIELDS:
        FIELDS[field](line, text)
    return copy.deepcopy(line)


@pytest.mark.parametrize("text", ["x\u00e9", "xe\u0301", " x\u00e9\t", "\u3000xe\u0301\u00a0"])
async def test_every_identifier_of_an_order_is_stored_in_its_one_spelling(market: Market, text: str) -> None:
    provider = "payments.0.provider"  # one of those that pay refunds here
    line = order(text, *(field for field in FIELDS if field != provider))
    FIELDS[provider](line, text.replace("x\u00e9", "ledger").replace("xe\u0301", "ledger"))
    assert (await market.do(OWNER, "createOrder", **line))["userErrors"] == []
    (row,) = await market.rows(COLUMNS_OF_FIELDS)
    assert row.pop("provider") == "ledger"
    assert set(row.values()) == {"x\u00e9"}


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("char", ["\u200b", "\u2800", "\u00a0", "\u0007"])
async def test_an_identifier_with_an_invisible_character_is_refused_by_both_doors(
    market: Market, tmp_path: Path, field: str, char: str
) -> None:
    before = await market.fingerprint()
    hidden = order(f"x{char}y", field)
    payload = await market.do(OWNER, "createOrder", **hidden)
    sentence = f"This text names something, so it cannot hold the invisible character U+{ord(char):04X}."
    assert [(".".join(error["field"]), error["message"]) for error in payload["userErrors"]] == [
        (f"input.{field}", sentence)
    ]
    assert await market.fingerprint() == before
    file = write_lines(tmp_path / "orders", [hidden])
    assert problems(checked(JsonLines(file))) == [f"orders:1: {field}: {sentence}"]


async def test_one_number_in_two_spellings_is_one_order(market: Market) -> None:
    assert (await market.do(OWNER, "createOrder", **order_line("A-1")))["userErrors"] == []
    for spelling in ("A-1 ", "\u2003A-1", "A-1\n"):
        again = await market.do(OWNER, "createOrder", **order_line(spelling))
        assert [error["code"] for error in again["userErrors"]] == ["ORDER_EXISTS"]


async def rows(sql: str) -> list[dict[str, Any]]:
    return await get_connection("default").execute_query_dict(sql)


async def test_the_importers_of_files_spell_as_the_api_does(database: str, tmp_path: Path) -> None:
    lines = write_lines(tmp_path / "orders", [json.dumps(order_line("J-1")), json.dumps(order_line(" J-1\u00a0"))])
    report, reported = await import_entries(JsonLines(lines))
    assert (report.imported, reported) == (1, ["orders:2: Order J-1 was already created after this import began."])
    cells = ("R-1", " lamp", "Lamp", "1", "2011-01-05 10:00:00", "2.00", "ada ", "Malta")
    file = write_csv(tmp_path / "retail.csv", COLUMNS, [dict(zip(COLUMNS, cells, strict=True))])
    assert (await import_entries(Retail(file)))[0].imported == 1
    people = [customer(person="bob ")]
    found = Records(tmp_path).write([sale()], [item(seller="s1 ")], [payment()], people).read()
    (bought,) = sold(found)
    assert (bought.customer_subject, bought.parts[0].seller_handle) == ("bob", "s1")
    numbers = await rows('select o.number, c.subject from "order" o join customer c on c.id = o.customer_id order by 1')
    assert [tuple(row.values()) for row in numbers] == [("J-1", "ada"), ("R-1", "ada")]


async def test_a_tracking_number_and_a_reference_of_the_owner_are_spelled_the_same_way(market: Market) -> None:
    order = await market.order()
    clerk = seller(order, "north")
    move = {"packageId": order.packages["north"], "status": "SHIPPED"}
    for bad, about in [("1Z\u200b9", "U+200B"), ("9" * 121, "at most 120 characters")]:
        payload = await market.do(clerk, "updatePackageStatus", **move, trackingNumber=bad)
        (error,) = payload["userErrors"]
        assert (error["code"], error["field"]) == ("INVALID_INPUT", ["input", "trackingNumber"])
        assert about in error["message"]
    assert (await market.do(clerk, "updatePackageStatus", **move, trackingNumber="\u00a01Z9\n"))["userErrors"] == []
    assert await market.rows("select tracking_number from package") == [{"tracking_number": "1Z9"}]
    market.worker.gateways = {"ledger": Bank(script=[Outcome.FAILED])}
    _, id = await approved(market)
    await market.work()
    refund_id = (await shown(market, id))[1]["id"]
    for bad in ("Bank\u200b7", "7" * 201):
        payload = await market.do(OWNER, "settleRefund", refundId=refund_id, reference=bad)
        assert [(error["code"], error["field"]) for error in payload["userErrors"]] == [
            ("INVALID_INPUT", ["input", "reference"])
        ]
    assert (await market.do(OWNER, "settleRefund", refundId=refund_id, reference="Bank 7 "))["userErrors"] == []
    assert (await shown(market, id))[1]["externalReference"] == "Bank 7"


def test_every_command_spells_what_it_names() -> None:
    text = " a\u0301\t"
    spelled = identifier(text)
    assert ItemInput("item", 1, text).reason == spelled
    assert ReturnInput((), policy_version=text).policy_version == spelled
    assert replace(ReturnInput(()), policy_version=None).policy_version is None
    assert PackageMove("package", PackageStatus.SHIPPED, text).tracking_number == spelled
    assert RefundInput("refund", text).reference == spelled


SPELLINGS = [
    "A-1 ",
    "\u3000A-1\u00a0",
    "\tA-1\n",
    "e\u0301",
    "\u212b ",
    "A 1",
    "",
    "\x1cA\x1f",
    "\u1680\u205fx\u2028",
    "\x85y",
]


async def test_the_database_spells_as_the_program_does(database: str) -> None:
    db = get_connection("default")
    found = await db.execute_query_dict("select spelled(t) as spelled from unnest($1::text[]) t", [SPELLINGS])
    assert [row["spelled"] for row in found] == [identifier(text) for text in SPELLINGS]
