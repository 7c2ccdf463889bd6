"""Incoming orders: a paid order from the marketplace's own systems."""

from collections.abc import Iterable
from typing import TypedDict

import orjson
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.transactions import in_transaction

import models
from domain.actions import Action
from domain.errors import Blocker, Refused, refuse
from domain.lifecycle import check_actor
from domain.refusals import Refusal
from models.ids import new_id
from services.changes import Changes
from services.commands import Command, Commands, retrying
from services.idempotency import RECORD, Done, check_input, record, wait_until_durable
from services.inputs import ChangedIds, IncomingOrder
from services.intake.arrival import Arrival, OrderRows, People
from services.intake.payment_references import is_refused_reference, reference_problems
from services.intake.people import KnownPerson, customers_of, rename, sellers_of
from services.intake.rows import add_order
from services.intake.validation import Fault, problems
from services.intake.went_back import known_history

_KNOWN = f"""
select json_build_object(
  'customer', (select json_build_object('id', c.id, 'key', c.subject, 'name', c.name, 'email', c.email,
                                      'phone', c.phone) from customer c where c.subject = $1),
  'sellers', (select json_agg(json_build_object('id', s.id, 'key', s.handle, 'name', s.name, 'email', null,
                                                'phone', null)) from seller s where s.handle = any($2)),
  'order', (select o.id from "order" o where o.number = $3),
  'record', {RECORD.format("$4", "$5", "$6")}
) as known
"""


class Recorded(TypedDict):
    """The columns of an idempotency record that a repeated command reads."""

    input_hash: str
    outcome: ChangedIds


class PersonColumns(TypedDict):
    """The columns of a customer or of a seller, who has neither e-mail address nor phone."""

    id: str
    key: str
    name: str
    email: str | None
    phone: str | None


class Known(TypedDict):
    """What the database knows of an incoming order: its people, and the id of an order with its number."""

    customer: PersonColumns | None
    sellers: list[PersonColumns] | None
    order: str | None
    record: Recorded | None


async def create_order(commands: Commands, command: Command, order: IncomingOrder) -> Done[ChangedIds]:
    """Create a paid order, and its customer and sellers if they are unknown; known ones are renamed (`people.py`).

    Raises `Refused`.
    """
    check_actor(Action.CREATE_ORDER, command.actor)
    try:
        done = await retrying(lambda: _create_once(commands, command, order))
    except Exception as error:
        if not is_refused_reference(error):
            raise
        raise _refusal(await reference_problems(order)) from None
    commands.notify()
    return done


async def _create_once(commands: Commands, command: Command, order: IncomingOrder) -> Done[ChangedIds]:
    async with in_transaction() as db:
        known = await _known(db, order, command)
        if known["record"]:
            check_input(command.call, known["record"]["input_hash"])
            await wait_until_durable(db)
            return Done(known["record"]["outcome"], replayed=True)
        check(order, commands)
        if known["order"]:
            message = f"An order with the number {order.number} already exists."
            raise refuse(Refusal.ORDER_EXISTS, message, about=("number",))
        history = await known_history(db, [order])
        if found := list(history.problems(order)):
            raise _refusal(found)
        changes, rows = Changes(), OrderRows()
        people = _people(changes, order, known)
        arrival = Arrival(command.actor, Action.CREATE_ORDER, commands.clock(), history=history)
        changed = {"orders": [add_order(rows, order, people, arrival)]}
        _insert(changes, rows)
        record(changes, command.call, changed)
        await changes.write(db)
        await _rename(db, order, known)
        return Done(changed)


def check(order: IncomingOrder, commands: Commands) -> None:
    """Raise `Refused` with all problems of an incoming order."""
    if found := list(problems(order, now=commands.clock(), providers=commands.terms.providers)):
        raise _refusal(found)


def _refusal(found: Iterable[Fault]) -> Refused:
    return Refused(tuple(Blocker(Refusal.INVALID_INPUT, sentence, about) for about, sentence in found))


def _insert(changes: Changes, rows: OrderRows) -> None:
    """Insert in an order that foreign keys allow."""
    for order in rows.orders:
        changes.insert(models.Order, **order)
    for address in rows.shipping_addresses:
        changes.insert(models.ShippingAddress, **address)
    for address in rows.billing_addresses:
        changes.insert(models.BillingAddress, **address)
    for seller_order in rows.seller_orders:
        changes.insert(models.SellerOrder, **seller_order)
    for package in rows.packages:
        changes.insert(models.Package, **package)
    for item in rows.items:
        changes.insert(models.OrderItem, **item)
    for payment in rows.payments:
        changes.insert(models.Payment, **payment)
    for request in rows.requests:
        changes.insert(models.CancellationRequest, **request)
    for line in rows.request_items:
        changes.insert(models.RequestItem, **line)
    for plan in rows.plans:
        changes.insert(models.CancellationPlan, **plan)
    for plan_line in rows.plan_lines:
        changes.insert(models.PlanLine, **plan_line)
    for adjustment in rows.adjustments:
        changes.insert(models.PlanAdjustment, **adjustment)
    for movement in rows.movements:
        changes.insert(models.ExternalMovement, **movement)
    for event in rows.events:
        changes.insert(models.Event, data={}, **event)
    for opening in rows.openings:
        changes.insert(models.Event, **opening)


def _people(changes: Changes, order: IncomingOrder, known: Known) -> People:
    """The people of an order; those who are unknown get a row."""
    customer_id = known["customer"]["id"] if known["customer"] else new_id("customer")
    if known["customer"] is None:
        changes.insert(
            models.Customer,
            id=customer_id,
            subject=order.customer_subject,
            name=order.customer_name,
            email=order.customer_email,
            phone=order.customer_phone,
        )
    sellers = {seller["key"]: seller["id"] for seller in known["sellers"] or ()}
    for part in order.parts:
        if part.seller_handle not in sellers:
            sellers[part.seller_handle] = new_id("seller")
            changes.insert(
                models.Seller,
                id=sellers[part.seller_handle],
                handle=part.seller_handle,
                name=part.seller_name,
            )
    return People(customer_id, sellers)


async def _rename(db: BaseDBAsyncClient, order: IncomingOrder, known: Known) -> None:
    """Take the names that the order states of known people; it asks the database only if one differs."""
    customers = [KnownPerson(**known["customer"])] if known["customer"] else []
    sellers = [KnownPerson(**seller) for seller in known["sellers"] or ()]
    await rename(db, customers, customers_of([order]), sellers, sellers_of([order]))


async def _known(db: BaseDBAsyncClient, order: IncomingOrder, command: Command) -> Known:
    handles = [part.seller_handle for part in order.parts]
    call = command.call
    values = [order.customer_subject, handles, order.number, call.caller, call.operation, call.key or ""]
    rows = await db.execute_query_dict(_KNOWN, values)
    known: Known = orjson.loads(rows[0]["known"])
    return known
