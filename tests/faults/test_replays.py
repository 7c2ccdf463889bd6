"""Nothing is shown or acknowledged again that the standby does not have: two real PostgreSQL, the standby lost."""

import asyncio
import os
import signal
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from database import connections
from database.embedded import OPTIONS, Cluster
from gateways.payments.port import Outcome
from services import idempotency
from tests.app.pages.test_gateway_webhooks import SECRET, event, report, sent
from tests.database.test_compat import client_of_process
from tests.market import OWNER, Market, customer, opened
from tests.migrated import fill
from tests.services.worker.test_refunds import Bank

WITHDRAW = """mutation W($id: ID!, $key: String = "w") {
  withdrawRequest(input: {requestId: $id, idempotencyKey: $key}) { replayed userErrors { code } } }"""
CREATE = """mutation C($input: CreateOrderInput!) { createOrder(input: $input) { replayed userErrors { code } } }"""
ENDPOINT = """mutation E { createWebhookEndpoint(input: {url: "https://example.com/x", idempotencyKey: "e"}) {
  replayed userErrors { code } } }"""
_CANCEL_COMMITS = "select pg_cancel_backend(pid) from pg_stat_activity where wait_event = 'SyncRep'"
_COMMITS = "select count(*) as n from pg_stat_activity where wait_event = 'SyncRep'"
_FOLLOWED = "select bool_or(sync_state = 'sync') from pg_stat_replication, pg_sleep(0.05)"


class Pair:
    """A primary and its synchronous standby, at one address for both."""

    def __init__(self, home: Path) -> None:
        self.primary = Cluster(home / "primary", options={**OPTIONS, "fsync": "off"})
        self.standby = Cluster(home / "standby", options={**OPTIONS, "fsync": "off"})

    @property
    def url(self) -> str:
        hosts = ",".join(str(one.socket_directory) for one in (self.primary, self.standby))
        return f"postgresql://postgres@/retour?host={hosts}&port=5432,5432&target_session_attrs=read-write"

    def start(self) -> None:
        self.primary.enter()
        self.primary.create_database("retour")

    def replicate(self) -> None:
        """Copy the primary and follow it."""
        self.standby._own(self.standby.directory)
        source = ("-h", str(self.primary.socket_directory), "-U", "postgres")
        self.primary._run("pg_basebackup", *source, "-D", str(self.standby.directory), "-R", "-c", "fast", "--no-sync")
        (self.standby.directory / ".s.PGSQL.5432.lock").unlink(missing_ok=True)  # copied as well
        self.standby.enter()

    async def synchronous(self) -> None:
        """Let every commit wait for the standby."""
        connection = await asyncpg.connect(self.primary.url("postgres"))
        await connection.execute("alter system set synchronous_standby_names = '*'")
        await connection.execute("select pg_reload_conf()")
        async with asyncio.timeout(20):
            while not await connection.fetchval(_FOLLOWED):
                pass
        await connection.close()

    def fail_over(self) -> None:
        """Kill the primary and promote the standby."""
        os.kill(int((self.primary.directory / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
        self.standby._run("pg_ctl", "promote", "-w", "-D", str(self.standby.directory))

    def stop(self) -> None:
        for one in (self.standby, self.primary):
            one.leave()


@pytest.fixture
async def pair() -> AsyncIterator[Pair]:
    with tempfile.TemporaryDirectory(prefix="retour-") as home:  # not pytest's, where only this user may look in
        one = Pair(Path(home))
        try:
            await asyncio.to_thread(one.start)
            await fill(one.primary.url("retour"))
            await asyncio.to_thread(one.replicate)
            yield one
        finally:
            await asyncio.to_thread(one.stop)


def calls(request: dict[str, Any]) -> list[tuple[Any, str, dict[str, Any]]]:
    """A command on an order, an order that comes in, and what is about no order: the three ways that replay."""
    items = [{"sku": "lamp", "name": "Lamp", "quantity": 1, "unitPrice": "5.00"}]
    values = {
        "number": "R-1",
        "currency": "EUR",
        "placedAt": "2026-03-02T09:00:00Z",
        "customer": {"subject": "bob", "name": "Bob"},
        "sellerOrders": [
            {"seller": "north", "sellerName": "North", "shipping": "0.00", "packages": [{"items": items}]}
        ],
        "payments": [{"method": "card", "captured": "5.00", "reference": "R-1/1"}],
        "idempotencyKey": "c",
    }
    return [
        (customer("ada"), WITHDRAW, {"id": request["id"]}),
        (OWNER, CREATE, {"input": values}),
        (OWNER, ENDPOINT, {}),
    ]


async def said(market: Market, call: tuple[Any, str, dict[str, Any]]) -> str:
    """ "replayed", "done", or the code of the error."""
    actor, text, variables = call
    answer = await market.ask(actor, text, **variables)
    if "errors" in answer:
        return str(answer["errors"][0]["extensions"]["code"])
    (payload,) = answer["data"].values()
    assert payload["userErrors"] == []
    return "replayed" if payload["replayed"] else "done"


async def statuses(market: Market, requests: list[dict[str, Any]]) -> list[str]:
    """What a reader sees of them now, in no order."""
    sql = "select status from cancellation_request where id = any($1)"
    return [row["status"] for row in await market.rows(sql, [request["id"] for request in requests])]


async def test_a_commit_that_its_caller_gives_up_is_not_shown_before_the_standby_has_it(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(pair.url, statement_timeout=0.1, operation_timeout=3.0, pool_size=6) as market:
        client = client_of_process()
        *asked, last = [await market.request(await market.order(), lamp=1) for _ in range(8)]
        await pair.synchronous()
        await asyncio.to_thread(pair.standby.leave)

        async def all_say() -> list[str]:
            calls = [(customer("ada"), WITHDRAW, {"id": request["id"], "key": request["id"]}) for request in asked]
            return [*await asyncio.gather(*(said(market, call) for call in calls))]

        for _ in range(2):
            assert set(await all_say()) <= {"UNAVAILABLE", "TIMEOUT"}
            assert await statuses(market, asked) == ["WAITING"] * 7
            ((waiting,),) = [row.values() for row in await market.rows(_COMMITS)]
            assert 1 <= waiting <= client.transactions.in_use <= 4, "writes keep to their places; reads have theirs"
        await asyncio.to_thread(pair.standby.enter)
        async with asyncio.timeout(30):
            while set(says := await all_say()) != {"replayed"}:
                assert set(says) <= {"UNAVAILABLE", "TIMEOUT", "replayed", "done"}
            while client.transactions.in_use:
                await statuses(market, asked)
        assert await statuses(market, asked) == ["WITHDRAWN"] * 7
        await asyncio.to_thread(pair.standby.leave)
        with monkeypatch.context() as control:
            control.setattr(connections, "set_cancels", lambda _connection, _cancels: None)
            assert await said(market, (customer("ada"), WITHDRAW, {"id": last["id"]})) in ("UNAVAILABLE", "TIMEOUT")
            assert await statuses(market, [last]) == ["WITHDRAWN"], "the control: a failover loses what was shown"


async def test_no_repeated_answer_is_acknowledged_before_the_standby_has_it(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(pair.url, statement_timeout=0.1, stripe_webhook_secret=SECRET) as market:
        bank = Bank("stripe")
        market.worker.gateways = {"stripe": bank}
        _, refund_id = await sent(market, bank, Outcome.PENDING)
        asked = await market.request(await market.order(), lamp=1)
        await pair.synchronous()
        await asyncio.to_thread(pair.standby.leave)

        async def all_say() -> list[str]:
            return [*await asyncio.gather(*(says_in_time(call) for call in calls(asked)))]

        async def says_in_time(call: tuple[Any, str, dict[str, Any]]) -> str:
            """A statement that took longer than the 0.1 s, as on a busy machine, has done nothing and is sent again."""
            async with asyncio.timeout(20):
                while (answer := await said(market, call)) == "TIMEOUT":
                    pass
            return answer

        async def stripe_is_answered() -> int:
            """Its reports lock the order's row, whose commit waits by itself."""
            return (await report(market, event("succeeded", refund_id)))[0]

        assert tuple(await asyncio.gather(all_say(), stripe_is_answered())) == (["UNAVAILABLE"] * 3, 503)
        assert await statuses(market, [asked]) == ["WAITING"]
        while await market.rows(_CANCEL_COMMITS):  # as an impatient operator would
            pass
        assert await statuses(market, [asked]) == ["WITHDRAWN"], "read before it was on the standby: the danger"
        assert tuple(await asyncio.gather(all_say(), stripe_is_answered())) == (["UNAVAILABLE"] * 3, 503)
        with monkeypatch.context() as control:
            control.setattr(idempotency, "_WAIT", "select null as waited")
            assert await all_say() == ["replayed"] * 3
        await asyncio.to_thread(pair.standby.enter)
        async with asyncio.timeout(20):
            while (says := await all_say()) != ["replayed"] * 3:
                assert set(says) <= {"UNAVAILABLE", "replayed"}
        async with asyncio.timeout(20):
            while await stripe_is_answered() != 200:
                pass
        await asyncio.to_thread(pair.fail_over)
        async with asyncio.timeout(20):
            while "UNAVAILABLE" in (says := await all_say()):
                pass
        assert says == ["replayed"] * 3, "an acknowledged call was lost"
