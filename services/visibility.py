"""Who may see what: the one narrowing per role, used by every read, count, stream and command.

A customer sees its own orders, a seller the parts of orders that are its own, the owner everything.
What a role must never see of any order (a seller the customer's payments, say) is narrowed to nothing.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from tortoise.models import Model

import models
from domain.facts import Actor
from domain.words import Role
from engine.context import Condition, Few, Led, Own

NOTHING = Condition("false")
ORDERS_OF_A_SELLER = Led("seller_order", "seller_id", (("placed_at", "placed_at"), ("id", "order_id")))
"""Its parts have the orders' own moment: among the orders of all, its own may lie far apart."""
_PUBLIC = (models.CancellationReason, models.ReturnPolicy, models.Seller)
_HERS = "{t}.customer_id = (select c.id from customer c where c.subject = {0})"
_ORDERED = '(select s.customer_id from "order" s where s.id = {}) = (select c.id from customer c where c.subject = {})'
_STILL_HERS = 'exists (select 1 from "order" s where s.id = {t}.order_id and s.customer_id = {t}.customer_id)'
_STILL_ITS = "exists (select 1 from seller_order s where s.id = {t}.seller_order_id and s.seller_id = {t}.seller_id)"
"""The journal says whose an order was; what has been handed to somebody else since is out of sight, its past too."""
_ITS_REQUESTS_ORDER = "(select q.order_id from cancellation_request q where q.id = {t}.request_id)"
"""One look at the order of a row. For whole tables `exists` is better: it can be planned as a join."""
_OF_HER_ORDER = (
    'exists (select 1 from "order" s join customer c on c.id = s.customer_id'
    " where s.id = {t}.order_id and c.subject = {0})"
)


_Narrow = Callable[[type[Model]], Condition | None]
_Through = Callable[[type[Model], type[Model]], Condition | None]


def narrowing(actor: Actor | None) -> Callable[[type[Model]], Condition | None]:
    """What of each table an actor may see; None is all of it."""
    return sight_of(actor).narrow


def sight_of(actor: Actor | None) -> "Sight":
    """An actor's sight; all of one scope share one."""
    return _sight(scope(actor))


class Sight:
    """What one scope may see: of each table, and of what a row in sight leads to.

    The second never shows more than the first, but asks for less where the row that was come from vouches for
    something: what hangs on an order of hers by its order's id needs no second look at whose order it is. Nor does
    the order of what carries a seller's id, or of a request its customer's: foreign keys hold that they fit
    (migrations/0007_hang_together.py).
    """

    __slots__ = ("_narrow", "_tables", "_through", "_ways", "remembered", "scope")

    def __init__(self, scope: tuple[str, ...], narrow: _Narrow, through: _Through) -> None:
        self.scope = scope
        self._narrow, self._through = narrow, through
        self.remembered: dict[Any, Any] = {}
        self._tables: dict[type[Model], Condition | None] = {}
        self._ways: dict[tuple[type[Model], str], Condition | None] = {}

    def narrow(self, model: type[Model]) -> Condition | None:
        """What of a table is in sight; None is all of it."""
        if model not in self._tables:
            self._tables[model] = self._narrow(model)
        return self._tables[model]

    def narrow_through(self, model: type[Model], relation: str, target: type[Model]) -> Condition | None:
        """The same of what a row of `model`, which is in sight, leads to by a relation; `{p}` is that row."""
        key = (model, relation)
        if key not in self._ways:
            self._ways[key] = self._through(model, target)
        return self._ways[key]


@lru_cache(maxsize=512)
def _sight(scope: tuple[str, ...]) -> Sight:
    if not scope:
        return _everywhere(scope, lambda model: None if model in _PUBLIC else NOTHING)
    role, own = scope
    if role == Role.CUSTOMER:
        return Sight(
            scope, lambda model: _for_customer(model, own), lambda model, target: _customer_through(model, target, own)
        )
    if role == Role.SELLER:
        return Sight(
            scope, lambda model: _for_seller(model, own), lambda model, target: _seller_through(model, target, own)
        )
    return _everywhere(scope, lambda model: None)


def _everywhere(scope: tuple[str, ...], narrow: _Narrow) -> Sight:
    return Sight(scope, narrow, lambda _model, target: narrow(target))


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
    if model in (models.Order, models.CancellationRequest):
        return Condition(_HERS, (subject,), (Few(),))
    if model is models.Event:
        return Condition(f"{_HERS} and {_STILL_HERS}", (subject,))
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


def _customer_through(model: type[Model], target: type[Model], subject: str) -> Condition | None:
    """From a row in sight: its order is hers, and what carries the same order's id is of the same customer."""
    if model is models.Order and target in (*_OF_ORDER, models.Customer):
        return None
    if model in _OF_ORDER and target is models.Order:
        return None
    if model in _OF_ORDER and target in _OF_ORDER:
        return Condition("{t}.order_id = {p}.order_id")
    if target in _BELOW and _BELOW[target][0] == model._meta.db_table:
        return None
    if target in (models.Order, models.Event):
        return Condition(_HERS, (subject,))
    if target in _WITH_ORDER:
        return Condition(_ORDERED.format("{t}.order_id", "{0}"), (subject,))
    if target is models.RequestItem:
        return Condition(_ORDERED.format(_ITS_REQUESTS_ORDER, "{0}"), (subject,))
    return _for_customer(target, subject)


def _seller_through(model: type[Model], target: type[Model], seller_id: str) -> Condition | None:
    """From a row in sight: the order that it is a part of, and the customer of such an order."""
    if model in _WITH_SELLER and target is models.Order:
        return None
    if model in (models.Order, models.CancellationRequest) and target is models.Customer:
        return None
    return _for_seller(target, seller_id)


def _for_seller(model: type[Model], seller_id: str) -> Condition | None:
    if model in _PUBLIC:
        return None
    if model in _WITH_SELLER:
        return Condition("{t}.seller_id = {0}", (seller_id,), (Own("seller_id"),))
    if model is models.Event:
        return Condition(
            f"{{t}}.seller_id = {{0}} and {{t}}.subject <> 'REFUND' and {_STILL_ITS}", (seller_id,), (Own("seller_id"),)
        )
    if model is models.Order:
        return Condition(
            "exists (select 1 from seller_order s where s.order_id = {t}.id and s.seller_id = {0})",
            (seller_id,),
            (ORDERS_OF_A_SELLER,),
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
_OF_ORDER = (*_WITH_ORDER, models.CancellationRequest)
"""Rows whose customer is their order's; the database holds that of a request, which carries its own."""
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
