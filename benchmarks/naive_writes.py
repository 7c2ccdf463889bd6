"""The naive server's two commands: objects loaded, checked, changed and saved one by one in a transaction."""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from tortoise.transactions import in_transaction

import models
from domain import pricing
from models.ids import new_id


class Refused(Exception):
    """The command cannot be carried out."""


async def _remember(caller: str, operation: str, key: str, asked: Any, outcome: dict[str, Any]) -> None:
    digest = hashlib.sha256(orjson.dumps(asked, default=vars)).hexdigest()
    await models.IdempotencyRecord.create(
        caller=caller, operation=operation, key=key, input_hash=digest, outcome=outcome
    )


async def request_return(claims: dict[str, Any], asked: Any) -> Any:
    """A customer asks to give items of one seller's part back; the request, with what is shown of it."""
    now, caller = datetime.now(UTC), f"CUSTOMER::{claims['sub']}"
    async with in_transaction():
        order: Any = (
            await models.Order.filter(id=asked.order_id, customer__subject=claims["sub"]).select_for_update().first()
        )
        if order is None:
            raise Refused("NOT_FOUND")
        if await models.IdempotencyRecord.exists(caller=caller, operation="REQUEST_RETURN", key=asked.idempotency_key):
            raise Refused("replays are not the benchmark's")
        policy = await models.ReturnPolicy.get(current=True)
        if policy.version != asked.policy_version:
            raise Refused("POLICY")
        lines = []
        for line in asked.items:
            item: Any = await models.OrderItem.get(id=line.order_item_id, order_id=order.id).prefetch_related(
                "package", "seller_order", "request_items"
            )
            reason = await models.CancellationReason.get(handle=line.reason)
            _check(line, item, reason, now)
            lines.append((line, item, reason))
        item = lines[0][1]
        request = await models.CancellationRequest.create(
            id=new_id("request"),
            submission_id=new_id("submission"),
            transaction="REFUND",
            status="WAITING",
            waiting_on="SELLER",
            due_at=now + timedelta(days=policy.response_days),
            opened_by="CUSTOMER",
            order_id=order.id,
            seller_order_id=item.seller_order_id,
            seller_id=item.seller_id,
            customer_id=order.customer_id,
            accepted_policy_id=policy.id,
            created_at=now,
            updated_at=now,
        )
        for position, (line, item, reason) in enumerate(lines, 1):
            await models.RequestItem.create(
                id=new_id("line"),
                request_id=request.id,
                order_item_id=item.id,
                seller_id=item.seller_id,
                position=position,
                quantity=line.quantity,
                reason_id=reason.id,
                note=line.note,
            )
            item.active -= line.quantity
            item.return_held += line.quantity
            await item.save()
        order.version += 1
        await order.save()
        actor = ("CUSTOMER", claims["sub"])
        await _tell(request, order, "REQUEST", request.id, "REQUEST_RETURN", None, "WAITING", actor)
        await _remember(caller, "REQUEST_RETURN", asked.idempotency_key, asked, {"requests": [request.id]})
    return await models.CancellationRequest.get(id=request.id).prefetch_related("items__reason", "items__order_item")


def _check(line: Any, item: Any, reason: Any, now: datetime) -> None:
    if not 0 < line.quantity <= item.active or any(one.open for one in item.request_items):
        raise Refused("ITEM")
    if item.package.status not in ("SHIPPED", "DELIVERED", "DELIVERY_FAILED"):
        raise Refused("PACKAGE")
    if item.package.return_until and now > item.package.return_until:
        raise Refused("WINDOW")
    if not reason.active or reason.transaction != "REFUND" or (reason.needs_note and not line.note):
        raise Refused("REASON")


async def confirm_request(claims: dict[str, Any], asked: Any) -> tuple[Any, Any]:
    """A seller agrees to a return: all of it; the request and its plan."""
    now, caller = datetime.now(UTC), f"SELLER:{claims['seller']}:{claims['sub']}"
    async with in_transaction():
        request: Any = await models.CancellationRequest.get_or_none(id=asked.request_id, seller_id=claims["seller"])
        if request is None:
            raise Refused("NOT_FOUND")
        order: Any = await models.Order.filter(id=request.order_id).select_for_update().get()
        if await models.IdempotencyRecord.exists(caller=caller, operation="CONFIRM_REQUEST", key=asked.idempotency_key):
            raise Refused("replays are not the benchmark's")
        await request.refresh_from_db()
        if request.status != "WAITING" or request.transaction != "REFUND":
            raise Refused("STATUS")
        lines = await models.RequestItem.filter(request_id=request.id).order_by("position")
        payments = await models.Payment.filter(order_id=order.id).order_by("position")
        priced = await _priced(order, {line.order_item_id: line.quantity for line in lines})
        total = sum(line.amounts.total for line in priced)
        for line in lines:
            line.accepted_quantity, line.open = line.quantity, False
            await line.save()
        request.status, request.waiting_on, request.due_at = "APPROVED", "SYSTEM", None
        request.return_started_at = request.updated_at = now
        request.version += 2
        await request.save()
        order.version += 1
        await order.save()
        plan = await models.CancellationPlan.create(
            id=new_id("plan"), transaction="REFUND", status="APPROVED", refund_state="IN_PROGRESS",
            order_id=order.id, request_id=request.id, seller_id=request.seller_id, currency=order.currency,
            total_minor=total, created_by="SYSTEM", created_at=now, updated_at=now,
        )  # fmt: skip
        for position, one in enumerate(priced, 1):
            amounts = one.amounts
            await models.PlanLine.create(
                id=new_id("planline"), plan_id=plan.id, order_item_id=one.item_id, seller_id=request.seller_id,
                position=position, quantity=one.quantity, currency=order.currency, base_minor=amounts.base,
                discount_share_minor=amounts.discount_share, tax_share_minor=amounts.tax_share,
                shipping_share_minor=amounts.shipping_share, rounding_minor=amounts.rounding,
                total_minor=amounts.total,
            )  # fmt: skip
        actor = ("SELLER", claims["sub"])
        await _tell(request, order, "REQUEST", request.id, "CONFIRM_REQUEST", "WAITING", "APPROVED", actor)
        await _tell(request, order, "PLAN", plan.id, "CONFIRM_REQUEST", None, "APPROVED", ("SYSTEM", "retour"), plan.id)
        places = [pricing.Payment(p.id, p.position, p.captured_minor - p.allocated_minor) for p in payments]
        for payment_id, amount in pricing.spread(total, places):
            payment = next(one for one in payments if one.id == payment_id)
            payment.allocated_minor += amount
            await payment.save()
            refund = await models.Refund.create(
                id=new_id("refund"), plan_id=plan.id, payment_id=payment_id, order_id=order.id, status="PENDING",
                currency=order.currency, amount_minor=amount, due_at=now, created_at=now, updated_at=now,
            )  # fmt: skip
            await _tell(
                request, order, "REFUND", refund.id, "CREATE_REFUND", None, "PENDING", ("SYSTEM", "retour"), plan.id
            )
        outcome = {"requests": [request.id], "plans": [plan.id]}
        await _remember(caller, "CONFIRM_REQUEST", asked.idempotency_key, asked, outcome)
    shown = await models.CancellationPlan.get(id=plan.id).prefetch_related("lines__order_item")
    return request, shown


async def _priced(order: Any, wanted: dict[str, int]) -> tuple[pricing.PlanLine, ...]:
    items: Any = await models.OrderItem.filter(order_id=order.id).order_by("position")
    parts = await models.SellerOrder.filter(order_id=order.id)
    live = ("WAITING", "CONFIRMATION_WAITING", "APPROVED", "COMPLETED")
    taken: Any = await models.PlanLine.filter(plan__order_id=order.id, plan__status__in=live)
    sold = tuple(
        pricing.PricedItem(
            one.id, one.seller_order_id, one.quantity, one.unit_price_minor, one.discount_minor, one.tax_minor
        )
        for one in items
    )
    held = pricing.held(
        pricing.PlanLine(
            row.order_item_id,
            row.quantity,
            pricing.LineAmounts(
                base=row.base_minor,
                discount_share=row.discount_share_minor,
                tax_share=row.tax_share_minor,
                shipping_share=row.shipping_share_minor,
                rounding=row.rounding_minor,
            ),
        )
        for row in taken
    )
    shipping = {part.id: part.shipping_minor for part in parts}
    return pricing.price(pricing.OrderMoney(order.currency, sold, shipping, order.captured_minor), held, wanted)


async def _tell(
    request: Any,
    order: Any,
    subject: str,
    id: str,
    action: str,
    was: str | None,
    becomes: str,
    actor: tuple[str, str],
    plan_id: str | None = None,
) -> None:
    await models.Event.create(
        at=datetime.now(UTC), subject=subject, subject_id=id, action=action, from_status=was, to_status=becomes,
        actor_role=actor[0], actor_id=actor[1], order_id=order.id, request_id=request.id, plan_id=plan_id,
        seller_order_id=request.seller_order_id, seller_id=request.seller_id, customer_id=order.customer_id,
        version=request.version if subject == "REQUEST" else 1,
    )  # fmt: skip
