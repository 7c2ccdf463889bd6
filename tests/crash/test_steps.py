"""SIGKILL at every step of a refund's way: started again, the server leaves exactly one credit and nothing stuck."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import count
from typing import Any

import asyncpg
import pytest

from database.embedded import Cluster
from tests.crash.rig import Rig, rig, until
from tests.databases import fresh
from tests.gateways.payments.fault_proxy import Fault
from tests.gateways.payments.stand_in import StandIn
from tests.live import scenes
from tests.market import OWNER

_numbers = count(1)


@pytest.fixture(scope="module")
async def shop(
    administration: asyncpg.Connection,
    cluster: Cluster,
    template: str,
    stripe_server: StandIn,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Rig]:
    """One rig for all steps; the restart of one step is the start of the next."""
    home = tmp_path_factory.mktemp("home")
    async with fresh(administration, cluster, template) as url, rig(url, home, stripe_server) as running:
        yield running


async def asked(shop: Rig) -> tuple[str, str]:
    """A request to cancel an order that was paid at Stripe; its id and the charge's."""
    await shop.up()
    assert shop.server is not None
    charge = await shop.charge(1000)
    sold = await scenes.order(shop.server, f"C-{next(_numbers)}")
    await shop.rows("update payment set provider = 'stripe', reference = $1 where order_id = $2", charge, sold["id"])
    return await scenes.request(shop.server, sold), charge


async def completed(shop: Rig, request_id: str) -> bool:
    rows = await shop.rows("select status from cancellation_request where id = $1", request_id)
    return bool(rows[0]["status"] == "COMPLETED")


async def refund_of(shop: Rig, request_id: str) -> dict[str, Any]:
    rows = await shop.rows(
        "select r.* from refund r join cancellation_plan p on p.id = r.plan_id where p.request_id = $1", request_id
    )
    return rows[0] if rows else {"status": None}


@asynccontextmanager
async def in_the_database(shop: Rig, table: str, status: str) -> AsyncIterator[Callable[[], Any]]:
    async with shop.held_at(table, status) as reached:
        yield reached


@asynccontextmanager
async def at_the_gateway(shop: Rig, fault: Fault) -> AsyncIterator[Callable[[], Any]]:
    """`fault` holds the next credit still, before or after the gateway has done it."""
    charge, before = shop.charges[-1], len(shop.teller.strays)
    shop.teller.script.append(fault)

    async def reached() -> None:
        if fault is Fault.STRAYED:
            await until(lambda: _soon(len(shop.teller.strays) > before))
        else:
            await until(lambda: shop.stripe.credits(charge))

    yield reached


async def _soon(value: bool) -> bool:
    return value


@asynccontextmanager
async def once_stored(shop: Rig, request_id: str) -> AsyncIterator[Callable[[], Any]]:
    async def reached() -> None:
        async def stored() -> bool:
            return bool((await refund_of(shop, request_id))["status"] == "SUCCEEDED")

        await until(stored)

    yield reached


STEPS: dict[str, Callable[[Rig, str], Any]] = {
    "while the plan is approved": lambda shop, _: in_the_database(shop, "cancellation_plan", "APPROVED"),
    "before the lease": lambda shop, _: in_the_database(shop, "refund", "PROCESSING"),
    "after the lease, before the call": lambda shop, _: at_the_gateway(shop, Fault.STRAYED),
    "after the call, before its answer": lambda shop, _: at_the_gateway(shop, Fault.LATE),
    "before the result is stored": lambda shop, _: in_the_database(shop, "refund", "SUCCEEDED"),
    "after the result is stored": once_stored,
}


async def kill_at(shop: Rig, moment: Callable[[Rig, str], Any]) -> tuple[str, str]:
    """Apply a request, kill the server at a moment of what follows, and start it again; request and charge."""
    request_id, charge = await asked(shop)
    assert shop.server is not None
    async with moment(shop, request_id) as reached:
        await scenes.apply(shop.server, request_id)
        await reached()
        await shop.kill()
    await shop.up()
    await until(lambda: completed(shop, request_id))
    return request_id, charge


@pytest.mark.parametrize("step", STEPS)
async def test_a_kill_at_any_step_leaves_exactly_one_credit(shop: Rig, step: str) -> None:
    request_id, charge = await kill_at(shop, STEPS[step])
    assert [credit["status"] for credit in await shop.stripe.credits(charge)] == ["succeeded"]
    refund = await refund_of(shop, request_id)
    assert (refund["status"], refund["due_at"]) == ("SUCCEEDED", None)
    text = "query R($id: ID!) { request(id: $id) { plan { status refundState } } }"
    found = await shop.ask(OWNER, text, id=request_id)
    assert found["data"]["request"]["plan"] == {"status": "COMPLETED", "refundState": "DONE"}


async def test_a_call_that_arrives_only_after_the_restart_makes_no_second_credit(shop: Rig) -> None:
    _, charge = await kill_at(shop, STEPS["after the lease, before the call"])
    await shop.teller.arrive()
    assert len(await shop.stripe.credits(charge)) == 1


async def test_a_gateway_that_forgets_and_shows_nothing_is_seen_to_pay_twice(shop: Rig) -> None:
    """The control: what the key and the question before each resend protect from, and that doubles are counted."""
    shop.teller.blind, shop.teller.remember_keys = True, False
    try:
        _, charge = await kill_at(shop, STEPS["after the call, before its answer"])
    finally:
        shop.teller.blind, shop.teller.remember_keys = False, True
    assert len(await shop.stripe.credits(charge)) == 2
