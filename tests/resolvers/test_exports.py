"""Exports: the rows of a list as the person sees them, whole or absent, and for nobody else."""

import csv
from io import StringIO
from typing import Any

import httpx
import pytest

from app.auth.tokens import mint
from app.exports import ListReader
from domain.facts import Actor
from domain.words import ExportedList, Role
from services.exports import jobs
from services.exports.columns import FORMULA, LISTS, rows_of
from services.exports.worker import Exporting, ListPage
from services.privacy.erasing import KEEPING
from services.privacy.retention import Retention
from tests.market import OWNER, SECRET, Market, Part, customer, seller
from tests.withdrawals import declared

SHOWN = "export { id state done total message url } userErrors { code field }"
START = f"mutation Start($input: StartExportInput!) {{ startExport(input: $input) {{ {SHOWN} replayed }} }}"
ANOTHER_OWNER = Actor(Role.OWNER, "otto")


async def started(market: Market, actor: Actor, what: str, **more: Any) -> Any:
    return (await market.data(actor, START, input={"list": what, **more}))["startExport"]


async def seen(market: Market, actor: Actor, id: str) -> Any:
    text = "query Q($id: ID!) { export(id: $id) { state done total message url } exports { id } }"
    return await market.data(actor, text, id=id)


def exporting(market: Market, **more: int) -> Exporting:
    return Exporting(ListReader(lambda: market.one), **more)


async def written(market: Market) -> None:
    while await exporting(market).once():
        pass


async def downloaded(market: Market, actor: Actor | None, id: str, **claims: Any) -> httpx.Response:
    headers = {} if actor is None else {"authorization": f"Bearer {mint(SECRET, actor, ttl=86400 * 365, **claims)}"}
    return await market.http.get(f"/exports/{id}.csv", headers=headers)


def table(response: httpx.Response) -> list[dict[str, str]]:
    """The rows of a file by the names of its columns."""
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert response.content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(StringIO(response.content.decode("utf-8-sig"), newline="")))


async def exported(market: Market, actor: Actor, what: str, **more: Any) -> list[dict[str, str]]:
    """The rows of the file of a list."""
    payload = await started(market, actor, what, **more)
    assert payload["userErrors"] == [], payload
    await written(market)
    return table(await downloaded(market, actor, payload["export"]["id"]))


async def test_each_list_is_written_as_the_person_sees_it(market: Market) -> None:
    parts = Part("north", {"lamp": (2, "10.00")}, "4.90"), Part("south", {"chair": (1, "30.00")})
    order = await market.order(*parts, person={"name": '=cmd|"calc"!A1'})
    await market.move(order, "north", "SHIPPED")
    await market.request(order, lamp=1)
    await declared(market, order)
    north = seller(order, "north")
    found: dict[tuple[str, str], list[dict[str, str]]] = {}
    for what in ExportedList:
        found[what, "owner"] = await exported(market, OWNER, what)
        assert list(found[what, "owner"][0]) == [column.name for column in LISTS[what].columns]
        if what is not ExportedList.REFUNDS:
            found[what, "north"] = await exported(market, north, what)
    (whole,), (part,) = found["ORDERS", "owner"], found["ORDERS", "north"]
    assert (whole["customer"], whole["placed_at"]) == ("""'=cmd|"calc"!A1""", "2026-03-02T09:00:00+00:00")
    assert (whole["sellers"], whole["skus"], whole["quantities"]) == ("North; South", "lamp; chair", "2; 1")
    assert (whole["captured"], whole["currency"]) == ("54.90", "EUR")
    assert (part["sellers"], part["skus"], part["captured"], part["currency"]) == ("North", "lamp", "", "EUR")
    counts = {what: len(rows) for what, rows in found.items()}
    assert counts == {
        **{(what, "owner"): n for what, n in zip(ExportedList, (1, 3, 3, 2, 1, 2, 2), strict=True)},
        **{(what, "north"): n for what, n in zip(ExportedList, (1, 2, 2, 1, 0, 2, 1), strict=True) if n},
    }
    assert {row["seller"] for what in ("REQUESTS", "PLANS") for row in found[what, "north"]} == {"North"}
    some = await exported(
        market, OWNER, "REQUESTS", requests={"transaction": "CANCEL", "createdAfter": "2026-03-02T09:00:00Z"}
    )
    assert [row["skus"] for row in some] == ["chair"]
    assert await exported(market, OWNER, "REQUESTS", requests={"status": []}) == []


async def test_a_file_is_whole_or_absent_whatever_becomes_of_its_workers(market: Market) -> None:
    orders = [(await market.order(Part("north", {"lamp": (1, "1.00")}))).number for _ in range(5)]
    id = (await started(market, OWNER, "ORDERS"))["export"]["id"]
    killed, living = exporting(market, rows=2, pages=1), exporting(market, rows=1, pages=2)
    assert await killed.once()
    assert (await seen(market, OWNER, id))["export"] == {
        "state": "RUNNING",
        "done": 2,
        "total": 5,
        "message": None,
        "url": None,
    }
    leased = await jobs.lease()  # and then it is killed
    assert leased is not None
    await market.order()
    assert (await downloaded(market, OWNER, id)).status_code == 404
    assert not await living.once(), "the lease still holds"
    await market.rows("update export set leased_until = clock_timestamp() - interval '1 second'")
    assert await living.once()
    assert not await jobs.store(leased, jobs.Piece(1, 5, b"late\r\n", None)), "the lease is another worker's"
    while await living.once():
        pass
    assert [row["number"] for row in table(await downloaded(market, OWNER, id))] == orders[::-1]
    assert (await seen(market, OWNER, id))["export"]["done"] == 5


async def test_what_cannot_be_written_fails_and_says_why(market: Market) -> None:
    async def broken(*_: Any) -> ListPage:
        raise RuntimeError

    async def endless(*_: Any) -> ListPage:
        return ListPage([], "more", jobs.ROWS + 1)

    for _ in range(2):
        await market.order()
    id = (await started(market, OWNER, "ORDERS"))["export"]["id"]
    assert await exporting(market, rows=1, pages=1).once()
    for _ in range(jobs.TRIES):
        with pytest.raises(RuntimeError):
            await Exporting(broken).once()
        await market.rows("update export set leased_until = clock_timestamp() - interval '1 second'")
    assert await Exporting(broken).once()
    other = (await started(market, OWNER, "ORDERS"))["export"]["id"]
    assert await Exporting(endless).once()
    said = [(await seen(market, OWNER, one))["export"] for one in (id, other)]
    assert [one["state"] for one in said] == ["FAILED", "FAILED"]
    assert ["start it again" in said[0]["message"], "narrow the filter" in said[1]["message"]] == [True, True]
    assert await market.rows("select from export_piece") == []


async def test_what_may_not_be_exported_is_refused_and_no_job(market: Market) -> None:
    order = await market.order()
    given: list[tuple[Actor, str, dict[str, Any], str, list[str]]] = [
        (OWNER, "ORDERS", {"requests": {}}, "CONTRADICTORY_INPUT", ["requests"]),
        (OWNER, "PLANS", {"returnShipments": {}}, "CONTRADICTORY_INPUT", ["returnShipments"]),
        (OWNER, "ORDERS", {"orders": {"numberStartsWith": "\0"}}, "INVALID_INPUT", ["orders", "numberStartsWith"]),
        (OWNER, "ORDERS", {"orders": {"sellerId": "x" * 201}}, "INVALID_INPUT", ["orders", "sellerId"]),
        (seller(order, "north"), "REFUNDS", {}, "ROLE_NOT_ALLOWED", ["list"]),
        (customer("ada"), "ORDERS", {}, "ROLE_NOT_ALLOWED", []),
    ]
    for actor, what, more, code, about in given:
        payload = await started(market, actor, what, **more)
        assert payload == {
            "export": None,
            "replayed": False,
            "userErrors": [{"code": code, "field": ["input", *about]}],
        }
    wrong = await market.ask(OWNER, START, input={"list": "ORDERS", "orders": {"status": ["LOST"]}})
    assert wrong["errors"][0]["extensions"]["code"] == "BAD_INPUT"
    token = mint(SECRET, OWNER, ttl=86400 * 365, only=("startExport",))
    body = {"query": START, "variables": {"input": {"list": "ORDERS"}}}
    answer = await market.http.post("/graphql", json=body, headers={"authorization": f"Bearer {token}"})
    assert answer.json()["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert await market.rows("select from export") == []
    payloads = [await started(market, OWNER, "ORDERS", idempotencyKey=key) for key in "aab"]
    assert [payload["replayed"] for payload in payloads] == [False, True, False]
    assert len({payload["export"]["id"] for payload in payloads}) == jobs.RUNNING
    assert (await started(market, OWNER, "ORDERS"))["userErrors"][0]["code"] == "TOO_MANY_EXPORTS"
    assert (await started(market, ANOTHER_OWNER, "ORDERS"))["userErrors"] == []
    await written(market)
    await market.rows(f"insert into export select (jsonb_populate_record(e, jsonb_build_object('id', n))).*"
                      f" from export e, generate_series(1, {jobs.STARTED}) n where e.actor_id = 'otto'")  # fmt: skip
    assert (await started(market, ANOTHER_OWNER, "ORDERS"))["userErrors"][0]["code"] == "TOO_MANY_EXPORTS"


async def test_a_file_is_for_who_started_it_and_goes_with_its_day_and_with_its_persons(market: Market) -> None:
    order = await market.order()
    north = seller(order, "north")
    colleague = Actor(Role.SELLER, "another-clerk", north.seller_id)
    ids = [(await started(market, actor, "ORDERS"))["export"]["id"] for actor in (OWNER, north)]
    await written(market)
    for reader in (ANOTHER_OWNER, OWNER, colleague, customer("ada")):
        assert (await downloaded(market, reader, ids[1])).status_code == 404
        assert await seen(market, reader, ids[1]) == {"export": None, "exports": [{"id": ids[0]}] * (reader == OWNER)}
    assert (await downloaded(market, None, ids[0])).status_code == 401
    assert (await downloaded(market, OWNER, ids[0], only=("orders",))).status_code == 403
    assert (await downloaded(market, OWNER, "%00")).status_code == 404
    assert len(table(await downloaded(market, north, ids[1]))) == 1
    await market.rows("update export set created_at = now() - $1::interval where id = $2", jobs.KEPT, ids[1])
    await Retention(KEEPING).enforce()
    assert [row["id"] for row in await market.rows("select id from export")] == [ids[0]]
    away = await market.order(Part("south", {"chair": (1, "3.00")}), customer="bob")
    south = (await started(market, seller(away, "south"), "ORDERS"))["export"]["id"]
    await market.move(order, "north", "SHIPPED", "DELIVERED")
    (ada,) = await market.rows("select id from customer where subject = 'ada'")
    assert (await market.do(OWNER, "erasePerson", customerId=ada["id"]))["userErrors"] == []
    assert [row["id"] for row in await market.rows("select id from export")] == [south]
    assert await market.rows("select from export_piece") == []


@pytest.mark.parametrize("begins", FORMULA)
def test_a_cell_that_a_spreadsheet_would_calculate_is_a_text(begins: str) -> None:
    node: Any = dict.fromkeys((column.path.split(".")[0] for column in LISTS[ExportedList.PLANS].columns), None)
    (row,) = csv.reader(StringIO(rows_of(ExportedList.PLANS, [node | {"id": f"{begins}1+1"}]).decode(), newline=""))
    assert row[0] == f"'{begins}1+1"
    assert set(row[1:]) == {""}
