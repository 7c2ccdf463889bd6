"""Filters of lists → conditions on tables. A filter's field that is None restricts nothing.

A filter may look at no more than its caller may see. On the columns of the listed rows that holds by itself, for the
list has visible rows only. What looks at rows of another table says so by `_related`, which looks at the visible ones.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache, lru_cache
from typing import TYPE_CHECKING, TypeVar

from tortoise.models import Model

import models
from domain.identifiers import identifier
from domain.mail_addresses import mail_address
from domain.messages import MessageType
from domain.words import ReturnKind, Role, Word
from engine.conditions import (
    AccessPath,
    ByOwner,
    Column,
    Condition,
    Fragment,
    ParentColumn,
    PerValue,
    Selective,
    Value,
)
from engine.reads.tables import table_of
from engine.visibility import Visibility
from resolvers.context import Context
from resolvers.looked_up import DUE_BEFORE, EITHER_NUMBER, ON_PACKAGE, REASONS, RETURN_DUE_BEFORE, SELLERS, starts_with
from resolvers.search import found
from resolvers.spelling import capitals_of
from services.visibility import ORDERS_OF_A_SELLER

if TYPE_CHECKING:  # the schema is above, and its inputs are what is read here
    from schema.administration import OwnerEventFilter, SellerFilter
    from schema.lists import (
        EventFilter,
        OrderFilter,
        PackageFilter,
        PlanFilter,
        RefundFilter,
        RequestFilter,
        ReturnFilter,
    )
    from schema.messages import MessageFilter
    from schema.return_terms import TermsFilter
    from schema.withdrawals import WithdrawalFilter


K = TypeVar("K", bool, ReturnKind)


def orders(given: "OrderFilter | None", context: Context) -> Condition | None:
    """Of an OrderFilter; orders have parts and requests of several sellers, of which a caller may see some."""
    if given is None:
        return None
    return Condition.all(
        [
            _by_seller(given.seller_id, context.visibility),
            _among("status", given.status),
            _waiting(given.has_open_request, context.visibility),
            _chosen(_DISPUTED, given.disputed),
            _of("customer_id", given.customer_id),
            *_between("placed_at", given.placed_after, given.placed_before),
            _numbered(_NUMBER, given.number_starts_with),
            found(models.Order, given.search, context),
        ]
    )


def packages(given: "PackageFilter | None", context: Context) -> Condition | None:
    """Of a PackageFilter."""
    if given is None:
        return None
    return Condition.all(
        [
            _among("status", given.status),
            _of("order_id", given.order_id),
            _owned("seller_id", given.seller_id),
            *_between("placed_at", given.placed_after, given.placed_before),
            found(models.Package, given.search, context),
        ]
    )


def requests(given: "RequestFilter | None", context: Context) -> Condition | None:
    """Of a RequestFilter."""
    if given is None:
        return None
    return Condition.all(
        [
            _among("status", given.status),
            _equal("transaction", given.transaction),
            _among("waiting_on", given.waiting_on),
            _of("order_id", given.order_id),
            _owned("seller_id", given.seller_id),
            _of("customer_id", given.customer_id),
            _of("submission_id", given.submission_id),
            *_between("created_at", given.created_after, given.created_before),
            _looked_up(DUE_BEFORE, given.due_before),
            _chosen(_ESCALATED, given.escalated),
            _chosen(_ALLOWANCE, given.allowance),
            _looked_up(REASONS, given.reason),
            _numbered(EITHER_NUMBER, given.number_starts_with),
            found(models.CancellationRequest, given.search, context),
        ]
    )


def plans(given: "PlanFilter | None", context: Context) -> Condition | None:
    """Of a PlanFilter."""
    if given is None:
        return None
    return Condition.all(
        [
            _among("status", given.status),
            _equal("transaction", given.transaction),
            _among("refund_state", given.refund_state),
            _of("order_id", given.order_id),
            _owned("seller_id", given.seller_id),
            *_between("created_at", given.created_after, given.created_before),
            found(models.CancellationPlan, given.search, context),
        ]
    )


def terms(given: "TermsFilter | None") -> Condition | None:
    """Of a TermsFilter."""
    return None if given is None else _among("status", given.status)


def returns(given: "ReturnFilter | None", context: Context) -> Condition | None:
    """Of a ReturnFilter."""
    if given is None:
        return None
    return Condition.all(
        [
            _among("status", given.status),
            _chosen(_KINDS, given.kind),
            _of("order_id", given.order_id),
            _of("request_id", given.request_id),
            _owned("seller_id", given.seller_id),
            *_between("created_at", given.created_after, given.created_before),
            _looked_up(RETURN_DUE_BEFORE, given.due_before),
            _numbered(ON_PACKAGE, given.scanned),
            _chosen(_LABEL_TROUBLE, given.label_trouble),
            found(models.ReturnShipment, given.search, context),
        ]
    )


def withdrawals(given: "WithdrawalFilter | None", context: Context) -> Condition | None:
    """Of a WithdrawalFilter."""
    if given is None:
        return None
    return Condition.all(
        [
            _among("status", given.status),
            _of("order_id", given.order_id),
            _owned("seller_id", given.seller_id),
            *_between("declared_at", given.declared_after, given.declared_before),
            _compared(_until("refund_due_at"), given.refund_due_before),
            _chosen(_OVERDUE, given.overdue),
            found(models.Withdrawal, given.search, context),
        ]
    )


def sellers(given: "SellerFilter | None") -> Condition | None:
    """Of a SellerFilter."""
    if given is None:
        return None
    named = None if given.ids is None else Condition(SELLERS, (list(map(str, given.ids)),), (Selective(),))
    return Condition.all([_numbered(_NAME, given.name_starts_with), named])


def refunds(given: "RefundFilter | None", context: Context) -> Condition | None:
    """Of a RefundFilter."""
    if given is None:
        return None
    return Condition.all(
        [
            _among("status", given.status),
            _of("order_id", given.order_id),
            *_between("created_at", given.created_after, given.created_before),
            found(models.Refund, given.search, context),
        ]
    )


def events(given: "EventFilter | None") -> Condition | None:
    """Of an EventFilter."""
    if given is None:
        return None
    return Condition.all(
        [
            _equal("subject", given.subject),
            _among("action", given.action),
            _of("order_id", given.order_id),
            _of("request_id", given.request_id),
            _of("plan_id", given.plan_id),
            _owned("actor_id", given.actor_id),
        ]
    )


def owner_events(given: "OwnerEventFilter | None") -> Condition | None:
    """Of an OwnerEventFilter."""
    if given is None:
        return None
    return Condition.all([_of("subject_id", given.subject_id), _owned("actor_id", given.actor_id)])


def messages(given: "MessageFilter | None", context: Context) -> Condition | None:
    """Of a MessageFilter."""
    if given is None:
        return None
    address = given.address
    return Condition.all(
        [
            _owned("address", None if address is None else mail_address(address) or address),
            _among("state", given.state),
            _of("request_id", given.request_id),
            *_between("created_at", given.created_after, given.created_before),
            found(models.Message, given.search, context),
        ]
    )


def templates(type: MessageType | None, audience: Role | None) -> Condition:
    """Of the arguments of messageTemplates."""
    return Condition.all([_equal("type", type), _equal("audience", audience)])


def deliveries(endpoint_id: str | None, states: Sequence[Word] | None) -> Condition:
    """Of the arguments of webhookDeliveries."""
    return Condition.all([_owned("endpoint_id", endpoint_id), _among("state", states)])


_WAITING = Condition(Fragment(Column("status"), " = 'WAITING'"))


def _related(
    visibility: Visibility, model: type[Model], relation: str, condition: Condition, *paths: AccessPath
) -> Condition:
    """Visible rows with a related row that the caller may see, too, and for which a condition on its table holds."""
    target = table_of(model).relations[relation].target
    both = Condition.all([condition, visibility.through(model, relation, target)])
    return Condition(_exists(model, relation, both.fragment), both.values, paths)


@lru_cache(maxsize=64)
def _exists(model: type[Model], relation: str, about: Fragment) -> Fragment:
    related = table_of(model).relations[relation]
    found = f"exists (select 1 from {table_of(related.target).name} b where b.{related.there} = "
    inner = [Column(part.name) if isinstance(part, ParentColumn) else part for part in about.about("b").parts]
    return Fragment(found, Column(related.here.strip('"')), " and (", *inner, "))")


_NUMBER = starts_with(Column("number"))
_SORT_NAME = Column("sort_name")
_NAME = Fragment(_SORT_NAME, " >= ", Value(0), " and ", _SORT_NAME, " < ", Value(0), " || chr(1114111)")
_ESCALATED = {
    True: Condition(Fragment(Column("escalated_at"), " is not null")),
    False: Condition(Fragment(Column("escalated_at"), " is null")),
}

_DISPUTED = {True: Condition(Fragment(Column("disputed"))), False: Condition(Fragment("not ", Column("disputed")))}
"""Spelled out, since the few orders with a dispute have an index of their own."""
_OVERDUE = {
    True: Condition(Fragment(Column("overdue_at"), " is not null"), (), (Selective(),)),
    False: Condition(Fragment(Column("overdue_at"), " is null")),
}
_ALLOWANCE = {True: Condition(Fragment(Column("allowance"))), False: Condition(Fragment("not ", Column("allowance")))}
"""Spelled out, since the few allowances have an index of their own."""
_TROUBLED = Fragment(
    "exists (select 1 from return_label l where l.shipment_id = ",
    Column("id"),
    " and l.status in ('FAILED', 'UNKNOWN', 'VOID_UNKNOWN'))",
)
"""A label of the shipment is in trouble: few are. A label is visible to everybody who sees its shipment."""
_LABEL_TROUBLE = {True: Condition(_TROUBLED, (), (Selective(),)), False: Condition(Fragment("not ", _TROUBLED))}
_KINDS = {kind: Condition(Fragment(Column("kind"), f" = '{kind}'")) for kind in ReturnKind}
"""Spelled out, since the few that go back to their sender have an index of their own."""


def _equal(column: str, value: str | None, *paths: AccessPath) -> Condition | None:
    return None if value is None else Condition.equal(column, str(value), *paths)


def _of(column: str, value: str | None) -> Condition | None:
    """Rows that belong to something which few belong to."""
    return _equal(column, value, Selective())


def _owned(column: str, value: str | None) -> Condition | None:
    """Rows that belong to somebody or something which many belong to."""
    return _equal(column, value, ByOwner(column))


def _among(column: str, values: Sequence[Word] | None) -> Condition | None:
    if values is None:
        return None
    texts = list(dict.fromkeys(map(str, values)))  # each once: a page is gathered from the rows of each
    return Condition.among(column, texts, PerValue(column))


@cache
def _from(column: str) -> Fragment:
    return Fragment(Column(column), " >= ", Value(0))


@cache
def _until(column: str) -> Fragment:
    return Fragment(Column(column), " < ", Value(0))


def _between(column: str, start: datetime | None, end: datetime | None) -> tuple[Condition | None, Condition | None]:
    """Rows of a time from its start on, without its end."""
    return _compared(_from(column), start), _compared(_until(column), end)


def _compared(fragment: Fragment, moment: datetime | None) -> Condition | None:
    return None if moment is None else Condition(fragment, (moment,))


def _looked_up(fragment: Fragment, value: datetime | list[str] | None) -> Condition | None:
    """Rows that are looked up first, and are few."""
    return None if value is None else Condition(fragment, (value,), (Selective(),))


def _chosen(conditions: Mapping[K, Condition], wanted: K | None) -> Condition | None:
    """The condition of one choice, spelled out."""
    return None if wanted is None else conditions[wanted]


def _numbered(fragment: Fragment, start: str | None) -> Condition | None:
    """Rows by the start of their number; people type it in small letters or paste it with a space."""
    if start is None:
        return None
    spelled = identifier(start)
    if not spelled:
        return Condition.any(())
    return replace(Condition.any([Condition(fragment, (text,)) for text in capitals_of(spelled)]), paths=(Selective(),))


def _waiting(wanted: bool | None, visibility: Visibility) -> Condition | None:
    if wanted is None:
        return None
    waiting = _related(visibility, models.Order, "requests", _WAITING)
    return waiting if wanted else Condition(Fragment("not ", waiting.fragment), waiting.values)


def _by_seller(seller_id: str | None, visibility: Visibility) -> Condition | None:
    if seller_id is None:
        return None
    part = Condition.equal("seller_id", str(seller_id))
    return _related(visibility, models.Order, "seller_orders", part, ORDERS_OF_A_SELLER)
