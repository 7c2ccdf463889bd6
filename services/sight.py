"""Who may see what: the one narrowing per role, used by every read, count, stream and command.

A customer sees its own orders, a seller the parts of orders that are its own, the owner everything.
What a role must never see of any order (a seller the customer's payments, say) is narrowed to nothing.
"""

from collections.abc import Callable

from tortoise.models import Model

import models
from domain.facts import Actor
from domain.words import Role
from engine.context import Condition

NOTHING = Condition("false")
_PUBLIC = (models.CancellationReason, models.ReturnPolicy, models.Seller)
_HERS = "{t}.customer_id = (select c.id from customer c where c.subject = {0})"
_OF_HER_ORDER = (
    'exists (select 1 from "order" s join customer c on c.id = s.customer_id'
    " where s.id = {t}.order_id and c.subject = {0})"
)


def narrowing(actor: Actor | None) -> Callable[[type[Model]], Condition | None]:
    """What of each table an actor may see; None is all of it."""
    if actor is None:
        return lambda model: None if model in _PUBLIC else NOTHING
    if actor.role is Role.CUSTOMER:
        return lambda model: _for_customer(model, actor.id)
    if actor.role is Role.SELLER:
        return lambda model: _for_seller(model, actor.seller_id or "")
    return lambda model: None


def scope(actor: Actor | None) -> tuple[str, ...]:
    """Everything about an actor that decides what it sees: two of one scope are shown the same.

    All owners share one scope, and all clerks of a seller; every customer has one of their own.
    """
    if actor is None:
        return ()
    return (actor.role, actor.id if actor.role is Role.CUSTOMER else actor.seller_id or "")


def _for_customer(model: type[Model], subject: str) -> Condition | None:
    if model in _PUBLIC:
        return None
    if model in (models.Order, models.CancellationRequest, models.Event):
        return Condition(_HERS, (subject,))
    if model is models.Customer:
        return Condition("{t}.subject = {0}", (subject,))
    if model in _WITH_ORDER:
        return Condition(_OF_HER_ORDER, (subject,))
    path = _BELOW.get(model)
    if path is None:
        return NOTHING
    table, column = path
    inner = f'select 1 from "{table}" p join "order" s on s.id = p.order_id join customer c on c.id = s.customer_id'
    return Condition(f"exists ({inner} where p.id = {{t}}.{column} and c.subject = {{0}})", (subject,))


def _for_seller(model: type[Model], seller_id: str) -> Condition | None:
    if model in _PUBLIC:
        return None
    if model in _WITH_SELLER:
        return Condition("{t}.seller_id = {0}", (seller_id,))
    if model is models.Event:
        return Condition("{t}.seller_id = {0} and {t}.subject <> 'REFUND'", (seller_id,))
    if model is models.Order:
        return Condition(
            "exists (select 1 from seller_order s where s.order_id = {t}.id and s.seller_id = {0})",
            (seller_id,),
        )
    if model is models.Customer:
        return Condition(
            'exists (select 1 from "order" o join seller_order s on s.order_id = o.id'
            " where o.customer_id = {t}.id and s.seller_id = {0})",
            (seller_id,),
        )
    return NOTHING


_WITH_ORDER = (
    models.SellerOrder,
    models.Package,
    models.OrderItem,
    models.Payment,
    models.CancellationPlan,
    models.Refund,
)
_BELOW: dict[type[Model], tuple[str, str]] = {
    models.RequestItem: ("cancellation_request", "request_id"),
    models.PlanLine: ("cancellation_plan", "plan_id"),
}
"""Rows without an order of their own: the table above them, and their column that names it."""

_WITH_SELLER = (
    models.SellerOrder,
    models.Package,
    models.OrderItem,
    models.CancellationRequest,
    models.RequestItem,
    models.CancellationPlan,
    models.PlanLine,
)
