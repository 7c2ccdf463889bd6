"""Orders come in: a paid order from the marketplace's own systems, or history from another one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.transactions import in_transaction

import models
from domain.derive import Units, order_status, seller_order_status
from domain.errors import Blocker, Refused, refuse
from domain.facts import Actor
from domain.lifecycle import check_role
from domain.words import Action, OrderStatus, Refusal, Subject
from models.base import Row as ModelRow
from models.ids import new_id
from services.changes import Changes
from services.commands import Command, Commands, Done, record, replayed, retrying
from services.inputs import IncomingItem, IncomingOrder, IncomingPackage
from services.intake.validation import faults

_KNOWN = """
select json_build_object(
  'customer', (select c.id from customer c where c.subject = $1),
  'sellers', (select json_object_agg(s.handle, s.id) from seller s where s.handle = any($2)),
  'order', (select o.id from "order" o where o.number = $3),
  'record', (select to_json(i) from idempotency_record i where i.caller = $4 and i.operation = $5 and i.key = $6)
) as known
"""
Row = dict[str, Any]
Rows = dict[type[ModelRow], list[Row]]


async def create_order(commands: Commands, command: Command, ask: IncomingOrder) -> Done:
    """Take in a paid order. A customer or seller who is not known yet is taken in with it. Raises `Refused`."""
    check_role(Action.CREATE_ORDER, command.actor.role)

    async def once() -> Done:
        async with in_transaction() as db:
            known = await _known(db, ask, command)
            if known["record"]:
                return replayed(models.IdempotencyRecord.construct(**known["record"]), command.input_hash)
            check(ask)
            if known["order"]:
                message = f"There is an order with the number {ask.number} already."
                raise refuse(Refusal.ORDER_EXISTS, message, about=("number",))
            changes, now = Changes(), commands.clock()
            people = _people(changes, ask, known)
            rows = order_rows(ask, people, command.actor, action=Action.CREATE_ORDER, now=now, window_days=0)
            for model, values in rows.items():
                for row in values:
                    changes.insert(model, **row)
            changed = {"orders": [rows[models.Order][0]["id"]]}
            record(changes, command, changed)
            await changes.write(db)
            return Done(changed)

    done = await retrying(once)
    commands.notify()
    return done


def check(ask: IncomingOrder) -> None:
    """Raise `Refused` with everything about an incoming order that cannot be."""
    blockers = tuple(Blocker(Refusal.INVALID_INPUT, sentence, about) for about, sentence in faults(ask))
    if blockers:
        raise Refused(blockers)


@dataclass(frozen=True, slots=True)
class People:
    """The ids of the customer and, by handle, of the sellers of an order."""

    customer_id: str
    sellers: Mapping[str, str]


def order_rows(
    ask: IncomingOrder, people: People, actor: Actor, *, action: Action, now: datetime, window_days: int
) -> Rows:
    """All rows of an order, journal rows included. `window_days` dates the return window of what was delivered."""
    order_id, rows = new_id("order"), _empty()
    context = {"order_id": order_id, "customer_id": people.customer_id}
    parts: list[OrderStatus] = []
    position = 0
    for part in ask.parts:
        part_id, seller_id = new_id("part"), people.sellers[part.seller_handle]
        ledgers = []
        for n, package in enumerate(part.packages, 1):
            parcel = {"order_id": order_id, "seller_order_id": part_id, "seller_id": seller_id}
            package_id = new_id("package")
            number = f"{ask.number}-{len(parts) + 1}" + (f".{n}" if len(part.packages) > 1 else "")
            rows[models.Package].append(_package(package, package_id, number, parcel, window_days))
            rows[models.Event].append(_event(package, package_id, parcel | context, actor, action, now))
            for item in package.items:
                position += 1
                ledgers.append(Units(item.quantity))
                rows[models.OrderItem].append(_item(item, position, ask.currency, parcel | {"package_id": package_id}))
        status = seller_order_status([package.status for package in part.packages], ledgers)
        parts.append(status)
        rows[models.SellerOrder].append(
            {
                "id": part_id,
                "order_id": order_id,
                "seller_id": seller_id,
                "status": status,
                "placed_at": ask.placed_at,
                "shipping_minor": part.shipping_minor,
            }
        )
    rows[models.Payment] = [
        {
            "id": new_id("payment"),
            "order_id": order_id,
            "position": n,
            "method": taken.method,
            "provider": taken.provider,
            "reference": taken.reference or f"{ask.number}-{n}",
            "currency": ask.currency,
            "captured_minor": taken.captured_minor,
            "allocated_minor": 0,
        }
        for n, taken in enumerate(ask.payments, 1)
    ]
    rows[models.Order].append(_order(ask, order_id, people.customer_id, order_status(parts)))
    return rows


def _empty() -> Rows:
    kinds = (models.Order, models.SellerOrder, models.Package, models.OrderItem, models.Payment, models.Event)
    return {kind: [] for kind in kinds}


def _order(ask: IncomingOrder, order_id: str, customer_id: str, status: OrderStatus) -> Row:
    sold = [item for part in ask.parts for package in part.packages for item in package.items]
    return {
        "id": order_id,
        "number": ask.number,
        "status": status,
        "currency": ask.currency,
        "placed_at": ask.placed_at,
        "customer_id": customer_id,
        "items_minor": sum(item.unit_price_minor * item.quantity for item in sold),
        "discount_minor": sum(item.discount_minor for item in sold),
        "tax_minor": sum(item.tax_minor for item in sold),
        "shipping_minor": sum(part.shipping_minor for part in ask.parts),
        "captured_minor": sum(taken.captured_minor for taken in ask.payments),
        "refunded_minor": 0,
        "version": 1,
    }


def _package(package: IncomingPackage, id: str, number: str, parcel: Row, window_days: int) -> Row:
    arrived = package.delivered_at
    return {
        **parcel,
        "id": id,
        "number": number,
        "status": package.status,
        "tracking_number": None,
        "shipped_at": package.shipped_at,
        "delivered_at": arrived,
        "return_until": arrived + timedelta(days=window_days) if arrived else None,
        "version": 1,
    }


def _item(item: IncomingItem, position: int, currency: str, parcel: Row) -> Row:
    return {
        **parcel,
        "id": new_id("item"),
        "position": position,
        "sku": item.sku,
        "name": item.name,
        "image_url": item.image_url,
        "currency": currency,
        "unit_price_minor": item.unit_price_minor,
        "discount_minor": item.discount_minor,
        "tax_minor": item.tax_minor,
        "quantity": item.quantity,
        "active": item.quantity,
        "cancel_held": 0,
        "canceled": 0,
        "return_held": 0,
        "returned": 0,
    }


def _event(package: IncomingPackage, id: str, context: Row, actor: Actor, action: Action, now: datetime) -> Row:
    return {
        **context,
        "at": now,
        "subject": Subject.PACKAGE,
        "subject_id": id,
        "action": action,
        "from_status": None,
        "to_status": package.status,
        "actor_role": actor.role,
        "actor_id": actor.id,
        "version": 1,
    }


def _people(changes: Changes, ask: IncomingOrder, known: Row) -> People:
    """Who is in the order; whoever is new gets a row."""
    customer_id = known["customer"]
    if customer_id is None:
        customer_id = new_id("customer")
        changes.insert(
            models.Customer,
            id=customer_id,
            subject=ask.customer_subject,
            name=ask.customer_name,
            email=ask.customer_email,
        )
    sellers = dict(known["sellers"] or {})
    for part in ask.parts:
        if part.seller_handle not in sellers:
            sellers[part.seller_handle] = new_id("seller")
            changes.insert(
                models.Seller,
                id=sellers[part.seller_handle],
                handle=part.seller_handle,
                name=part.seller_name,
            )
    return People(customer_id, sellers)


async def _known(db: BaseDBAsyncClient, ask: IncomingOrder, command: Command) -> dict[str, Any]:
    handles = [part.seller_handle for part in ask.parts]
    values = [ask.customer_subject, handles, ask.number, command.caller, command.action, command.key or ""]
    rows = await db.execute_query_dict(_KNOWN, values)
    known: dict[str, Any] = orjson.loads(rows[0]["known"])
    return known
