"""The demo marketplace: complete, consistent, the same every time, there whole or not at all."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest
from tortoise.connection import get_connection
from tortoise.transactions import in_transaction

import database as db
import models
from database.embedded import Cluster
from domain.derive import Units, item_status, order_status, seller_order_status
from domain.facts import Actor
from domain.tables import STATUSES, TABLE
from domain.words import (
    ItemStatus,
    OrderStatus,
    PackageStatus,
    RefundState,
    ReturnKind,
    Role,
    Subject,
    TransactionType,
    WaitingOn,
)
from services.demo import make_demo
from services.demo.cast import CUSTOMERS, PICTURES, PRODUCTS, SELLERS
from services.owner_events import Setter
from services.policies import NewPolicy, publish
from services.terms import REASONS, ensure_terms
from tests.databases import fresh

NOW = datetime(2026, 3, 14, 15, 9, 26, tzinfo=UTC)
TABLES = {
    Subject.PACKAGE: "package",
    Subject.REQUEST: "cancellation_request",
    Subject.PLAN: "cancellation_plan",
    Subject.REFUND: "refund",
    Subject.RETURN_SHIPMENT: "return_shipment",
}
JOURNALED = TABLES | {Subject.LABEL: "return_label", Subject.DISPUTE: "dispute", Subject.WITHDRAWAL: "withdrawal"}
Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
async def made(administration: asyncpg.Connection, cluster: Cluster, template: str) -> AsyncIterator[str]:
    """The address of a database in which the demo has been made, once for all who only look at it."""
    async with fresh(administration, cluster, template) as url:
        await db.open(url)
        assert await make_demo(NOW) == 60
        await db.close()
        yield url


@pytest.fixture
async def demo(made: str) -> AsyncIterator[None]:
    """That database, open. Nobody writes to it."""
    await db.open(made)
    yield
    await db.close()


async def rows(sql: str) -> Rows:
    found: Rows = await get_connection("default").execute_query_dict(sql)
    return found


async def values(sql: str) -> set[Any]:
    return {next(iter(row.values())) for row in await rows(sql)}


def units(row: dict[str, Any]) -> Units:
    return Units(row["active"], row["cancel_held"], row["canceled"], row["return_held"], row["returned"])


async def test_every_status_of_everything_occurs(demo: None) -> None:
    for subject, table in TABLES.items():
        assert await values(f"select distinct status from {table}") == set(STATUSES[subject])
    assert await values('select distinct status from "order"') == set(OrderStatus)
    assert await values("select distinct refund_state from cancellation_plan") == set(RefundState)
    assert await values("select distinct waiting_on from cancellation_request") == set(WaitingOn)
    assert await values("select distinct kind from return_shipment") == set(ReturnKind)
    assert await values("select status from cancellation_request where allowance") == {"COMPLETED"}
    assert {item_status(units(row)) for row in await rows("select * from order_item")} == set(ItemStatus)


async def test_there_is_something_to_see_for_everybody(demo: None) -> None:
    assert await values("select subject from customer") == set(CUSTOMERS)
    assert await values("select handle from seller") == set(SELLERS)
    assert await values("select distinct sku from order_item") == set(PRODUCTS)
    assert await values('select count(*) from "order"') == {60}
    several = "select order_id from seller_order group by order_id having count(*) > 1"
    part_shipped = f"""select 1 from seller_order where order_id in ({several}) and status = 'WAITING_PACKAGING'
        and order_id in (select order_id from seller_order where status in ('SHIPPING', 'DELIVERED'))"""
    assert len(await rows(several)) >= 5
    assert len(await rows(part_shipped)) >= 2
    assert len(await rows("select order_id from payment group by order_id having count(*) > 1")) >= 5
    assert await values('select distinct currency from "order"') == {"EUR", "JPY"}
    assert len(await rows('select 1 from "order" where discount_minor > 0')) >= 5
    assert len(await rows("select 1 from order_item where quantity > 1")) >= 5
    assert await values("select distinct opened_by from cancellation_request") == {"CUSTOMER", "SELLER", "OWNER"}
    assert await values("select data->>'onBehalfOf' from event where data ? 'note'") == {"SELLER", None}
    assert len(await rows("select 1 from cancellation_request where predecessor_id is not null")) >= 2
    assert len(await rows("select 1 from cancellation_request where escalated_at is not null")) == 1
    assert await values("select distinct status from withdrawal") == {"UNVERIFIED", "DECLARED", "COMPLETED"}


async def test_every_order_says_where_it_goes_and_how_it_was_paid(demo: None) -> None:
    assert await values("select count(*) from shipping_address") == {60}
    assert await values("select count(*) from billing_address b join shipping_address s using (order_id)") == {60}
    assert await values(
        "select distinct b.name = s.name from billing_address b join shipping_address s using (order_id)"
    ) == {True, False}
    assert not await rows("select 1 from customer where phone is null")
    assert not await rows("select 1 from payment where paid_at is null or instrument is null")


async def test_goods_that_are_awaited_have_a_slip_to_print_and_no_other_label_is_left(demo: None) -> None:
    labels = await rows(
        "select s.status as goods, s.kind, l.status, l.carrier from return_shipment s"
        " left join return_label l on l.shipment_id = s.id where s.kind = 'BY_CUSTOMER'"
    )
    assert {label["status"] for label in labels if label["goods"] == "AWAITING"} >= {"ISSUED"}
    assert {label["status"] for label in labels if label["goods"] in ("EXPIRED", "CANCELED")} == {"VOIDED"}
    assert {label["carrier"] for label in labels} <= {"slip", None}


async def test_some_return_windows_are_open_and_some_are_closed(demo: None) -> None:
    ends = await values("select return_until from package where return_until is not null")
    assert any(end < NOW for end in ends)
    assert any(end > NOW + timedelta(days=20) for end in ends)


async def test_the_ledgers_of_units_and_of_money_hold(demo: None) -> None:
    held = await rows(
        """select i.id from order_item i
           left join (select l.order_item_id, sum(l.quantity) as units from request_item l
                      join cancellation_request q on q.id = l.request_id where q.status = 'WAITING' group by 1) w
             on w.order_item_id = i.id
           left join (select l.order_item_id, sum(coalesce(l.accepted_quantity, l.quantity)) as units
                      from request_item l join cancellation_request q on q.id = l.request_id
                      where q.status = 'APPROVED' and q.transaction = 'REFUND' group by 1) a
             on a.order_item_id = i.id
           where i.cancel_held + i.return_held <> coalesce(w.units, 0) + coalesce(a.units, 0)"""
    )
    assert held == []
    assert await rows("select order_item_id from request_item where open group by 1 having count(*) > 1") == []
    wrong_sums = """
        select p.id from cancellation_plan p
        where p.total_minor <> (select sum(l.total_minor) from plan_line l where l.plan_id = p.id)
             + (select coalesce(sum(a.amount_minor), 0) from plan_adjustment a where a.plan_id = p.id)
           or (p.status in ('APPROVED', 'COMPLETED') and not p.held
               and p.total_minor <> (select coalesce(sum(r.amount_minor), 0) from refund r where r.plan_id = p.id))"""
    assert await rows(wrong_sums) == []
    over = """
        select p.id from payment p
        where p.allocated_minor <> (select coalesce(sum(amount_minor), 0) from refund r where r.payment_id = p.id)
           or p.allocated_minor > p.captured_minor"""
    assert await rows(over) == []
    moved = """
        select o.id from "order" o where o.refunded_minor <> (
          select coalesce(sum(amount_minor), 0) from refund r
          where r.order_id = o.id and r.status in ('SUCCEEDED', 'SETTLED_MANUALLY'))"""
    assert await rows(moved) == []
    credited = await values("select key from ledger_entry")
    assert credited == await values(
        "select r.id from refund r join payment p on p.id = r.payment_id"
        " where p.provider = 'ledger' and r.status in ('SUCCEEDED', 'UNKNOWN')"
    )


async def test_orders_canceled_completely_gave_back_the_whole_payment(demo: None) -> None:
    canceled = await rows("""select * from "order" where status = 'CANCELED' and refunded_minor > 0""")
    assert len(canceled) >= 3
    assert [row["number"] for row in canceled if row["refunded_minor"] != row["captured_minor"]] == []


async def test_the_journal_has_every_status_in_the_order_of_time(demo: None) -> None:
    events = await rows("select * from event order by xid, id")
    assert [event["at"] for event in events] == sorted(event["at"] for event in events)
    assert events[-1]["at"] <= NOW
    edges = {(edge.subject, edge.action, edge.source, edge.target, role) for edge in TABLE for role in edge.roles}
    now: dict[tuple[str, str], str | None] = defaultdict(lambda: None)
    for event in events:
        subject = (event["subject"], event["subject_id"])
        step = (*subject[:1], event["action"], event["from_status"], event["to_status"], event["actor_role"])
        assert step in edges
        assert now[subject] == event["from_status"]
        now[subject] = event["to_status"]
    stored = {
        (str(subject), row["id"]): row["status"]
        for subject, table in JOURNALED.items()
        for row in await rows(f"select id, status from {table}")
    }
    assert dict(now) == stored


async def test_the_status_of_orders_follows_from_packages_and_units(demo: None) -> None:
    packages, ledgers, parts = defaultdict(list), defaultdict(list), defaultdict(list)
    for row in await rows("select * from order_item"):
        ledgers[row["package_id"]].append(units(row))
    for row in await rows("select id, seller_order_id, status from package"):
        packages[row["seller_order_id"]].append((PackageStatus(row["status"]), ledgers[row["id"]]))
    for row in await rows("select id, order_id, status from seller_order"):
        assert row["status"] == seller_order_status(packages[row["id"]])
        parts[row["order_id"]].append(OrderStatus(row["status"]))
    for row in await rows('select id, status from "order"'):
        assert row["status"] == order_status(parts[row["id"]])


async def answered() -> dict[str, Rows]:
    """The whole demo without what differs by nature: ids and times."""
    return {
        "orders": await rows(
            """select o.number, c.subject, o.status, o.currency, o.captured_minor, o.refunded_minor, o.version
               from "order" o join customer c on c.id = o.customer_id order by o.number"""
        ),
        "packages": await rows("select number, status, tracking_number, version from package order by number"),
        "items": await rows(
            """select o.number, i.position, i.sku, i.name, i.image_url, i.unit_price_minor, i.tax_minor, i.active
               from order_item i join "order" o on o.id = i.order_id order by o.number, i.position"""
        ),
        "requests": await rows(
            """select r.number, o.number as "order", r.transaction, r.status, r.waiting_on,
                      p.status as plan, p.total_minor
               from cancellation_request r join "order" o on o.id = r.order_id
               left join cancellation_plan p on p.request_id = r.id order by r.number"""
        ),
        "journal": await rows(
            """select o.number, e.subject, e.action, e.from_status, e.to_status, e.actor_role, e.actor_id
               from event e join "order" o on o.id = e.order_id order by e.xid, e.id"""
        ),
    }


async def test_the_demo_is_the_same_every_time(database: str) -> None:
    await make_demo(NOW)
    first = await answered()
    tables = (
        "event, ledger_entry, payment_reference, refund_attempt, refund, plan_line, plan_adjustment, return_line,"
        " return_shipment, terms_version, cancellation_plan, request_item"
    )
    await get_connection("default").execute_script(
        f'truncate {tables}, cancellation_request, payment, order_item, package, seller_order, "order" cascade;'
        " alter sequence request_number restart; alter sequence return_number restart"
    )
    assert await make_demo(NOW + timedelta(days=200, hours=7)) == 60
    assert await answered() == first


async def test_concurrent_calls_create_one_demo(database: str) -> None:
    made = await asyncio.gather(make_demo(NOW), make_demo(NOW), make_demo(NOW))
    assert sorted(made) == [0, 0, 60]
    assert await make_demo(NOW) == 0
    assert await values('select count(*) from "order"') == {60}


async def test_an_interrupted_demo_leaves_nothing(database: str) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await make_demo(NOW)
    for table in ('"order"', "event", "ledger_entry", "cancellation_reason where active"):
        assert await values(f"select count(*) from {table}") == {0}
    assert await make_demo(NOW) == 60


async def test_the_terms_are_in_two_languages_and_are_not_overwritten(database: str) -> None:
    policies = await asyncio.gather(*(ensure_terms() for _ in range(4)))
    assert len({policy.id for policy in policies}) == 1
    assert all(set(reason.labels) == {"en", "de"} for reason in await models.CancellationReason.all())
    for kind in TransactionType:
        offered = [reason for reason in REASONS if reason.transaction is kind and reason.active]
        assert any(reason.needs_note for reason in offered)
        assert any(not reason.needs_note for reason in offered)
    async with in_transaction() as transaction:
        owner = Setter(Actor(Role.OWNER, "olga"), NOW)
        await publish(transaction, NewPolicy("next", (("en", "Seven days."),), window_days=7), owner)
    await models.CancellationReason.filter(handle="damaged").delete()
    assert (await ensure_terms()).window_days == 7
    assert not await models.CancellationReason.exists(handle="damaged")


def test_every_product_has_a_picture() -> None:
    pictures = {path.stem for path in PICTURES.glob("*.svg")}
    assert pictures == set(PRODUCTS)
