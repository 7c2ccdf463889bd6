"""What can be done with requests, plans and refunds."""

from functools import lru_cache

from domain.actions import Action
from domain.facts import PlanFacts, RefundFacts, RequestFacts
from domain.law import Basis
from domain.lifecycle import allowed
from domain.words import (
    SENT,
    OrderStatus,
    PackageStatus,
    PlanStatus,
    RefundStatus,
    RequestStatus,
    ReturnStatus,
    Role,
    Subject,
    TransactionType,
    WaitingOn,
)
from engine.conditions import Column, Fragment
from engine.reads import Row
from resolvers.allowed_actions.offers import REMEMBERED, LineInPackage, Status, best, offered, shown_offers
from resolvers.context import Context

_SENT = ", ".join(f"'{status}'" for status in sorted(SENT))


CIRCUMSTANCES = Fragment(
    *("nullif(concat_ws(' ', nullif(", Column("opened_by"), f", '{Role.CUSTOMER}'),"),
    *(
        " nullif(",
        Column("basis"),
        f", '{Basis.VOLUNTARY}'), case when ",
        Column("objection"),
        " is not null then 'NO' end,",
    ),
    *(" case when ", Column("status"), f" <> '{RequestStatus.WAITING}' then case when ("),
    *("select plan.held from cancellation_plan plan where plan.request_id = ", Column("id"), ") then 'HELD' end"),
    *(" when ", Column("transaction"), f" = '{TransactionType.CANCEL}' then concat_ws(' ', case when exists ("),
    "select 1 from request_item l join order_item i on i.id = l.order_item_id join package p on p.id = i.package_id"
    " join order_item other on other.package_id = p.id where l.request_id = ",
    *(Column("id"), f" and p.status in ({_SENT})"),
    " and other.active + other.cancel_held + other.return_held <> coalesce((select asked.quantity from request_item"
    " asked where asked.request_id = l.request_id and asked.order_item_id = other.id), 0)) then 'PART' end,"
    " case when (select count(*) > 0 from request_item l",
    " join request_item other on other.order_item_id = l.order_item_id and other.open where l.request_id = ",
    *(Column("id"), " and not l.open and other.request_id <> l.request_id) then 'ELSEWHERE' end) end), '')"),
)
"""What else decides about a request, as words with spaces between them; null of most requests, which is why it is one
column and not four. First the role that opened it, if that was not the customer; the basis, if it is not voluntary; NO
if the seller has objected to the withdrawal. Then, of a decided one, HELD: its
plan's money waits for the goods. Of a waiting cancellation, PART: it is not for all that is left in those of its
packages that have been shipped; ELSEWHERE: an item is in another open request as well, as only then its own line is
not open. services/facts.py has the same of an order book."""


class RequestRow(Status):
    """What `for_requests` needs of a request."""

    transaction: str
    due_at: str | None
    items: list[LineInPackage]
    seller_order: Status
    plan: Status | None
    waiting_on: str
    circumstances: str | None


class PlanRow(Status):
    """What `for_plan` needs of a plan."""

    transaction: str
    due_at: str | None
    shortfall_minor: int
    lines: list[LineInPackage]
    refunds: list["DisputedRefund"]


class DisputedRefund(Status):
    """A refund, and whether it is stopped for a dispute."""

    disputed: bool


class RefundRow(DisputedRefund):
    """What `for_refund` needs of a refund."""

    due_at: str | None


def for_requests(rows: list[RequestRow], context: Context, *, due: bool) -> list[list[Row]]:
    """What can be done with each request; without `due` it does not say until when, and requests share offers."""
    actor, found = context.actor, []
    for row in rows:
        plan = row["plan"]
        offers = _request_offers(
            actor.role,
            row["status"],
            row["transaction"],
            tuple([line["order_item"]["package"]["status"] for line in row["items"]]),
            row["seller_order"]["status"],
            plan["status"] if plan else None,
            row["waiting_on"],
            row["circumstances"],
        )
        found.append(offered(offers, actor, row["due_at"] if due else None))
    return found


@lru_cache(maxsize=REMEMBERED)
def _request_offers(
    role: Role,
    status: str,
    transaction: str,
    packages: tuple[str, ...],
    seller_order: str,
    plan: str | None,
    waiting_on: str,
    circumstances: str | None,
) -> list[Row]:
    """Whether a request is overdue matters to the system alone, which is offered nothing here.

    Where the units are matters only while a cancellation waits, so no row says which of them were accepted. A return
    whose money is held waits for the customer exactly as long as the goods have not been sent, and for the owner
    exactly if they are lost.
    """
    words = frozenset((circumstances or "").split())
    held = "HELD" in words
    facts = RequestFacts(
        status=RequestStatus(status),
        transaction=TransactionType(transaction),
        packages=frozenset(map(PackageStatus, packages)),
        seller_order=OrderStatus(seller_order),
        plan=PlanStatus(plan) if plan else None,
        whole="PART" not in words,
        opened_by=next((role for role in Role if role in words), Role.CUSTOMER),
        money_held=held,
        goods=_GOODS.get(waiting_on, ReturnStatus.IN_TRANSIT) if held else None,
        elsewhere="ELSEWHERE" in words,
        statutory=Basis.STATUTORY in words,
        objected="NO" in words,
    )
    offers = allowed(Subject.REQUEST, role, facts, transaction=facts.transaction)
    by_law = facts.statutory  # of all others, an objection is not even spoken of
    return shown_offers([each for each in offers if by_law or each.action is not Action.OBJECT_TO_WITHDRAWAL])


_GOODS = {str(WaitingOn.CUSTOMER): ReturnStatus.AWAITING, str(WaitingOn.OWNER): ReturnStatus.LOST}


def for_plan(row: PlanRow, context: Context) -> list[Row]:
    """What can be done with a plan, and with its refunds."""
    packages = frozenset([line["order_item"]["package"]["status"] for line in row["lines"]])
    refunds = tuple([(refund["status"], refund["disputed"]) for refund in row["refunds"]])
    actor, short = context.actor, row["shortfall_minor"] > 0
    offers = _plan_offers(actor.role, row["status"], row["transaction"], packages, refunds, short)
    return offered(offers, actor, row["due_at"])


@lru_cache(maxsize=REMEMBERED)
def _plan_offers(
    role: Role,
    status: str,
    transaction: str,
    packages: frozenset[str],
    refunds: tuple[tuple[str, bool], ...],
    short: bool,
) -> list[Row]:
    found = [RefundFacts(RefundStatus(refund), disputed=disputed) for refund, disputed in refunds]
    facts = PlanFacts(
        PlanStatus(status),
        TransactionType(transaction),
        frozenset(map(PackageStatus, packages)),
        tuple([RefundStatus(refund) for refund, _ in refunds]),
        short_minor=int(short),
        disputed=any(refund.disputed for refund in found),
    )
    offers = allowed(Subject.PLAN, role, facts, transaction=facts.transaction)
    offers += best(allowed(Subject.REFUND, role, refund) for refund in found)
    return shown_offers(offers)


def for_refund(row: RefundRow, context: Context) -> list[Row]:
    """What can be done with a refund."""
    actor = context.actor
    return offered(_refund_offers(actor.role, row["status"], row["disputed"]), actor, row["due_at"])


@lru_cache(maxsize=REMEMBERED)
def _refund_offers(role: Role, status: str, disputed: bool) -> list[Row]:
    return shown_offers(allowed(Subject.REFUND, role, RefundFacts(RefundStatus(status), disputed=disputed)))
