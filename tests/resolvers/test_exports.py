"""Exports: the rows of a list as the person sees them, whole or absent, and for nobody else."""

import csv
from io import StringIO
from typing import Any

import httpx

from app.auth.tokens import mint
from app.exports import ListReader
from domain.facts import Actor
from domain.words import ExportedList
from services.exports.worker import Exporting
from tests.market import OWNER, SECRET, Market, Part
from tests.withdrawals import declared

SHOWN = "export { id state done total message url } userErrors { code field } replayed"


async def started(market: Market, actor: Actor, exported: str, **more: Any) -> Any:
    text = f"mutation Start($input: StartExportInput!) {{ startExport(input: $input) {{ {SHOWN} }} }}"
    return (await market.data(actor, text, input={"list": exported, **more}))["startExport"]


async def seen(market: Market, actor: Actor, id: str) -> Any:
    text = "query Q($id: ID!) { export(id: $id) { id state done total message url } }"
    return (await market.data(actor, text, id=id))["export"]


def exporting(market: Market, pages: int = 10) -> Exporting:
    return Exporting(ListReader(lambda: market.one), pages)


async def written(market: Market, pages: int = 10) -> None:
    while await exporting(market, pages).once():
        pass


async def downloaded(market: Market, actor: Actor | None, id: str, **claims: Any) -> httpx.Response:
    headers = {} if actor is None else {"authorization": f"Bearer {mint(SECRET, actor, ttl=86400 * 365, **claims)}"}
    return await market.http.get(f"/exports/{id}.csv", headers=headers)


def table(response: httpx.Response) -> list[dict[str, str]]:
    """The rows of a file by the names of its columns."""
    assert response.status_code == 200, response.text
    assert response.content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(StringIO(response.content.decode("utf-8-sig"), newline="")))


async def exported(market: Market, actor: Actor, what: str, **more: Any) -> list[dict[str, str]]:
    """The rows of the file of a list."""
    payload = await started(market, actor, what, **more)
    assert payload["userErrors"] == [], payload
    await written(market)
    print(await seen(market, actor, payload["export"]["id"]))
    return table(await downloaded(market, actor, payload["export"]["id"]))


async def test_try(market: Market) -> None:
    order = await market.order(Part("north", {"lamp": (2, "10.00")}), Part("south", {"chair": (1, "30.00")}))
    await market.move(order, "north", "SHIPPED")
    await market.request(order, lamp=1)
    await declared(market, order)
    for what in ExportedList:
        print(what, await exported(market, OWNER, what))
