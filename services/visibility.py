"""Who may see what: one rule per role, used by every read, count, stream and command.

A customer sees its own orders, a guest the one order of its link, a seller the parts of orders that are its own, the
owner everything.
Of what a role must never see (a seller the customer's payments or billing address, say) it sees no row.
"""

from functools import cache, lru_cache, partial

from tortoise.models import Model

import models
from domain.facts import Actor
from domain.law import VERIFIED_WITHDRAWALS
from domain.words import Role
from engine.compat.tortoise import table_name
from engine.conditions import (
    FALSE,
    ByOwner,
    Column,
    Condition,
    Fragment,
    ParentColumn,
    Selective,
    ThroughTable,
    Value,
)
from engine.visibility import Visibility

NOTHING = Condition(FALSE)
GUEST = "GUEST"
"""The first word of a guest's scope; of every other it is the role."""
HIDDEN = ""
"""Stands for a text that a role may not read where the schema promises a text."""
ORDERS_OF_A_SELLER = ThroughTable("seller_order", "seller_id", (("placed_at", "placed_at"), ("id", "order_id")))
"""A seller's parts have the orders' own moment: among the orders of all, its own may lie far apart."""
_PUBLIC = (models.CancellationReason, models.ReasonLabel, models.ReturnPolicy, models.Seller)

_CUSTOMER = Fragment("(select c.id from customer c where c.subject = ", Value(0), ")")
_OF_CUSTOMER = Fragment(Column("customer_id"), " = ", _CUSTOMER)
_IN_ORDER_OF_CUSTOMER = Fragment(
    'exists (select 1 from "order" s join customer c on c.id = s.customer_id where s.id = ',
    Column("order_id"),
    " and c.subject = ",
    Value(0),
    ")",
)
_STILL_OF_CUSTOMER = Fragment(
    'exists (select 1 from "order" s where s.id = ',
    Column("order_id"),
    " and s.customer_id = ",
    Column("customer_id"),
    ")",
)
"""The journal says whose an order was. Once an order is handed to another customer, its past is out of sight, too."""
_STILL_OF_SELLER = Fragment(
    "exists (select 1 from seller_order s where s.id = ",
    Column("seller_order_id"),
    " and s.seller_id = ",
    Column("seller_id"),
    ")",
)
_EVENT_OF_CUSTOMER = Fragment(_OF_CUSTOMER, " and ", _STILL_OF_CUSTOMER)
_OF_SELLER = Fragment(Column("seller_id"), " = ", Value(0))
_EVERY_EVENT_OF_SELLER = Fragment(_OF_SELLER, " and ", _STILL_OF_SELLER)
_MESSAGE_TO_CUSTOMER = Fragment(_EVENT_OF_CUSTOMER, " and ", Column("audience"), " = 'CUSTOMER'")
_MESSAGE_TO_SELLER = Fragment(_OF_SELLER, " and ", Column("audience"), " = 'SELLER'")
_VERIFIED = ", ".join(f"'{status}'" for status in VERIFIED_WITHDRAWALS)
_WITHDRAWAL_OF_SELLER = Fragment(_OF_SELLER, " and ", Column("status"), f" in ({_VERIFIED})")
"""Of what somebody has declared without an account, a seller learns once it is verified."""
_EVENT_OF_SELLER = Fragment(
    *(
        _EVERY_EVENT_OF_SELLER,
        " and ",
        Column("subject"),
        " <> 'REFUND' and (",
        Column("subject"),
        " <> 'WITHDRAWAL' or ",
    ),
    *(Column("to_status"), f" in ({_VERIFIED}))"),
)
_ORDER_WITH_SELLER = Fragment(
    "exists (select 1 from seller_order s where s.order_id = ", Column("id"), " and s.seller_id = ", Value(0), ")"
)
_OF_ORDER_WITH_SELLER = Fragment(
    "exists (select 1 from seller_order s where s.order_id = ", Column("order_id"), " and s.seller_id = ", Value(0), ")"
)
_CUSTOMER_OF_SELLER = Fragment(
    'exists (select 1 from "order" o join seller_order s on s.order_id = o.id where o.customer_id = ',
    Column("id"),
    " and s.seller_id = ",
    Value(0),
    ")",
)


_OWN_OR_SHARED = Fragment("(", Column("shared"), " or ", Column("person"), " = ", Value(0), ")")
_VIEWS_OF_OWNER = Fragment(Column("seller_id"), " is null and ", _OWN_OR_SHARED)
_VIEWS_OF_SELLER = Fragment(Column("seller_id"), " = ", Value(1), " and ", _OWN_OR_SHARED)


def _owned_order(order_id: Fragment) -> Fragment:
    """One look at the order of a row. For whole tables `exists` is better: it can be planned as a join."""
    return Fragment('(select s.customer_id from "order" s where s.id = ', order_id, ") = ", _CUSTOMER)


_ITS_ORDER_OF_CUSTOMER = _owned_order(Fragment(Column("order_id")))
_ITS_REQUESTS_ORDER_OF_CUSTOMER = _owned_order(
    Fragment("(select q.order_id from cancellation_request q where q.id = ", Column("request_id"), ")")
)
_OF_THE_SAME_ORDER = Condition(Fragment(Column("order_id"), " = ", ParentColumn("order_id")))


def visibility_of(actor: Actor | None) -> Visibility:
    """What an actor may see; all actors of one scope share it."""
    return _visibility(scope(actor))


def events_of_plans(actor: Actor | None) -> Visibility:
    """The same, for events that changed a plan: sellers see a plan's `refundState`, so they may learn of its changes.

    The refund's own event stays out of their sight (`_EVENT_OF_SELLER`): nothing of it is shown but that it happened.
    """
    return _events_of_plans(scope(actor))


@lru_cache(maxsize=512)
def _events_of_plans(scope: tuple[str, ...]) -> Visibility:
    if not scope or scope[0] != Role.SELLER:
        return _visibility(scope)
    seller_id = scope[1]

    def rule(model: type[Model]) -> Condition | None:
        return (
            Condition(_EVERY_EVENT_OF_SELLER, (seller_id,)) if model is models.Event else _for_seller(model, seller_id)
        )

    return Visibility(rule, partial(_through_for_seller, seller_id=seller_id), scope=scope)


def scope(actor: Actor | None) -> tuple[str, ...]:
    """Everything about an actor that decides what it sees: two of one scope are shown the same.

    All owners share one scope, all clerks of a seller, and all guests of an order; every customer has one of their own.
    """
    if actor is None:
        return ()
    if actor.order_id is not None:
        return (GUEST, actor.order_id)
    return (actor.role, actor.id if actor.role is Role.CUSTOMER else actor.seller_id or "")


def sees_part(actor: Actor, seller_id: str) -> bool:
    """Whether an actor who sees an order sees what this seller has in it: the rules below, for rows that were read."""
    return actor.role is not Role.SELLER or actor.seller_id == seller_id


def sees_statements(actor: Actor | None, *, sellers: bool) -> bool:
    """Whether an actor may read what a customer has declared to a seller, with its name and where the receipt goes.

    `sellers` says whether the marketplace shows sellers who a customer is. A guest has declared it, or is to verify it.
    """
    return actor is not None and (actor.role is not Role.SELLER or sellers)


def sees_identity(actor: Actor | None, *, sellers: bool) -> bool:
    """Whether an actor may read who a visible customer is beyond the name: the email address and the token's subject.

    `sellers` says whether the marketplace shows them to sellers. A guest's link proves one order and no person.
    """
    return sees_statements(actor, sellers=sellers) and actor is not None and actor.order_id is None


def sees_email_of_seller(actor: Actor | None, seller_id: str) -> bool:
    """Whether an actor may read where a seller's messages go."""
    return actor is not None and (actor.role is Role.OWNER or actor.seller_id == seller_id)


def sees_references(actor: Actor | None) -> bool:
    """Whether an actor may read the id of a visible payment at its gateway."""
    return actor is not None and actor.role is Role.OWNER


def views_of(actor: Actor) -> Condition:
    """The saved views that an actor may use: its own, and those shared by the people of the same seller or the owner.

    They are narrowed by the person, and so by more than a scope.
    """
    return (
        Condition(_VIEWS_OF_SELLER, (actor.id, actor.seller_id))
        if actor.seller_id
        else Condition(_VIEWS_OF_OWNER, (actor.id,))
    )


def sees_notes(actor: Actor | None) -> bool:
    """Whether an actor may read the note of a visible decision, which owner and seller write for each other."""
    return actor is not None and actor.role in (Role.OWNER, Role.SELLER)


@lru_cache(maxsize=512)
def _visibility(scope: tuple[str, ...]) -> Visibility:
    """The visibility of a scope: its rule for tables, and its rule for relations.

    The second never shows more than the first, but asks for less where the visible row that leads there vouches for
    something. The rows of a customer's order need no second look at whose order it is. Neither does the order of a row
    that carries a seller's id, or the order of a request that carries its customer's: foreign keys hold that the two
    fit (migrations/0007_hang_together.py).
    """
    if not scope:
        return Visibility(_for_public, scope=scope)
    role, own = scope
    if role == Role.CUSTOMER:
        return Visibility(partial(_for_customer, subject=own), partial(_through_for_customer, subject=own), scope=scope)
    if role == GUEST:
        return Visibility(partial(_for_guest, order_id=own), scope=scope)
    if role == Role.SELLER:
        return Visibility(partial(_for_seller, seller_id=own), partial(_through_for_seller, seller_id=own), scope=scope)
    return Visibility(scope=scope)


def _for_public(model: type[Model]) -> Condition | None:
    return None if model in _PUBLIC else NOTHING


def _for_customer(model: type[Model], subject: str) -> Condition | None:
    if model in _PUBLIC:
        return None
    if model in (models.Order, models.CancellationRequest):
        return Condition(_OF_CUSTOMER, (subject,), (Selective(),))
    if model is models.Event:
        return Condition(_EVENT_OF_CUSTOMER, (subject,))
    if model is models.Message:
        return Condition(_MESSAGE_TO_CUSTOMER, (subject,))
    if model is models.MessagePreference:
        return Condition(_OF_CUSTOMER, (subject,))
    if model is models.Customer:
        return Condition.equal("subject", subject)
    if model in _WITH_ORDER:
        return Condition(_IN_ORDER_OF_CUSTOMER, (subject,), (Selective(),))
    above = _BELOW.get(model)
    return Condition(_below_order_of_customer(*above), (subject,)) if above else NOTHING


@cache
def _below_order_of_customer(table: str, column: str) -> Fragment:
    """Of rows without an order of their own: the row above them is of the customer's order."""
    joined = f'"{table}" p join "order" s on s.id = p.order_id join customer c on c.id = s.customer_id'
    return Fragment(f"exists (select 1 from {joined} where p.id = ", Column(column), " and c.subject = ", Value(0), ")")


def _through_for_customer(model: type[Model], _relation: str, target: type[Model], subject: str) -> Condition | None:
    """From a visible row: its order is the customer's, and rows with the same order's id are of the same customer."""
    if model is models.Order and target in (*_OF_ORDER, models.Customer):
        return None
    if model in _OF_ORDER and target is models.Order:
        return None
    if model in _OF_ORDER and target in _OF_ORDER:
        return _OF_THE_SAME_ORDER
    if target in _BELOW and _BELOW[target][0] == table_name(model):
        return None
    if target in (models.Order, models.Event):
        return Condition(_OF_CUSTOMER, (subject,))
    if target in _WITH_ORDER:
        return Condition(_ITS_ORDER_OF_CUSTOMER, (subject,))
    if target is models.RequestItem:
        return Condition(_ITS_REQUESTS_ORDER_OF_CUSTOMER, (subject,))
    return _for_customer(target, subject)


def _for_guest(model: type[Model], order_id: str) -> Condition | None:
    if model in _PUBLIC:
        return None
    if model is models.Order:
        return Condition(_GUESTS_ORDER, (order_id,))
    if model in _OF_ORDER:
        return Condition(_IN_GUESTS_ORDER, (order_id,))
    if model in _OF_GUESTS_ORDER:
        return Condition(_OF_GUESTS_ORDER[model], (order_id,), (Selective(),))
    above = _BELOW.get(model)
    return Condition(_below_order_of_guest(*above), (order_id,)) if above else NOTHING


@cache
def _below_order_of_guest(table: str, column: str) -> Fragment:
    return Fragment(
        f'exists (select 1 from "{table}" p where p.id = ', Column(column), " and p.order_id = ", _ORDER_OF_GUEST, ")"
    )


def _through_for_seller(model: type[Model], _relation: str, target: type[Model], seller_id: str) -> Condition | None:
    """From a visible row: the order that it is a part of, with its customer and the address that it is sent to."""
    if model in _WITH_SELLER and target is models.Order:
        return None
    if model in (models.Order, models.CancellationRequest) and target is models.Customer:
        return None
    if model is models.Order and target is models.ShippingAddress:
        return None
    return _for_seller(target, seller_id)


def _for_seller(model: type[Model], seller_id: str) -> Condition | None:
    if model in _PUBLIC:
        return None
    if model is models.Withdrawal:
        return Condition(_WITHDRAWAL_OF_SELLER, (seller_id,), (ByOwner("seller_id"),))
    if model in _WITH_SELLER:
        return Condition(_OF_SELLER, (seller_id,), (ByOwner("seller_id"),))
    if model is models.Event:
        return Condition(_EVENT_OF_SELLER, (seller_id,), (ByOwner("seller_id"),))
    if model is models.Message:
        return Condition(_MESSAGE_TO_SELLER, (seller_id,), (ByOwner("seller_id"),))
    if model is models.MessagePreference:
        return Condition(_OF_SELLER, (seller_id,))
    if model is models.Order:
        return Condition(_ORDER_WITH_SELLER, (seller_id,), (ORDERS_OF_A_SELLER,))
    if model is models.Customer:
        return Condition(_CUSTOMER_OF_SELLER, (seller_id,))
    if model is models.ShippingAddress:
        return Condition(_OF_ORDER_WITH_SELLER, (seller_id,))
    return NOTHING


_WITH_ORDER = (
    models.SellerOrder,
    models.Package,
    models.OrderItem,
    models.Payment,
    models.ShippingAddress,
    models.BillingAddress,
    models.CancellationPlan,
    models.Refund,
    models.ReturnShipment,
    models.ExternalMovement,
    models.ReturnLabel,
    models.Dispute,
    models.Withdrawal,
)
_OF_ORDER = (*_WITH_ORDER, models.CancellationRequest)
"""Rows whose customer is their order's; the database holds that of a request, which carries its own."""
_BELOW: dict[type[Model], tuple[str, str]] = {
    models.RequestItem: ("cancellation_request", "request_id"),
    models.PlanLine: ("cancellation_plan", "plan_id"),
    models.PlanAdjustment: ("cancellation_plan", "plan_id"),
    models.ReturnLine: ("return_shipment", "shipment_id"),
    models.WithdrawalItem: ("withdrawal", "withdrawal_id"),
}
"""Rows without an order of their own: the table above them, and their column that names it."""

_ORDER_OF_GUEST = Fragment(
    '(select s.id from "order" s join customer c on c.id = s.customer_id where s.id = ',
    Value(0),
    " and c.erased_at is null)",
)
"""A token outlives its link: once the customer is erased, nobody acts as the customer any more."""
_GUESTS_ORDER = Fragment(Column("id"), " = ", _ORDER_OF_GUEST)
_IN_GUESTS_ORDER = Fragment(Column("order_id"), " = ", _ORDER_OF_GUEST)
_OF_GUEST = Fragment(_IN_GUESTS_ORDER, " and ", _STILL_OF_CUSTOMER)
_OF_GUESTS_ORDER: dict[type[Model], Fragment] = {
    models.Event: _OF_GUEST,
    models.Message: Fragment(_OF_GUEST, " and ", Column("audience"), " = 'CUSTOMER'"),
    models.Customer: Fragment(
        Column("erased_at"),
        " is null and ",
        Column("id"),
        ' = (select s.customer_id from "order" s where s.id = ',
        Value(0),
        ")",
    ),
}

_WITH_SELLER = (
    models.SellerOrder,
    models.Package,
    models.OrderItem,
    models.CancellationRequest,
    models.RequestItem,
    models.CancellationPlan,
    models.PlanLine,
    models.PlanAdjustment,
    models.ReturnShipment,
    models.ReturnLine,
    models.ReturnLabel,
    models.Withdrawal,
    models.WithdrawalItem,
)
