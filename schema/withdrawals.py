"""Withdrawals from a contract: what was declared, what follows from it, and the two steps of a declaration."""

from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

import strawberry

import models
from domain.law import Exemption, WithdrawalStatus
from domain.words import Role, TransactionType
from engine.execution.computed import Needs, computed
from resolvers import allowed_actions, filters, queries, withdrawals
from resolvers.context import Info
from schema.arguments import After, Before, First, Id, Last, Number
from schema.common import VERSION, AllowedAction, Node, PageInfo
from schema.inputs.withdrawals import (
    DeclareWithdrawalInput,
    ObjectToWithdrawalInput,
    PreviewWithdrawalInput,
    RejectWithdrawalInput,
    VerifyWithdrawalInput,
)
from schema.lists import ALL_CONDITIONS, COUNT, CURSOR, EDGES, NODES, ORDER_ID, PAGE_INFO, SEARCH, SELLER_ID, STATUS
from schema.orders import Events, Order, OrderItem, SellerOrder
from schema.payloads import CancellationRequestPayload, SpokenPayload, UserError
from schema.people import Customer, Seller
from schema.previews import PreviewPlan
from schema.requests import CancellationRequest
from schema.scalars import DateTime
from services.visibility import HIDDEN

if TYPE_CHECKING:
    from schema.messages import Message

_HASH = "The SHA-256 of the whole statement's bytes in UTF-8, as hexadecimal digits."
_UNTIL = "The last moment to withdraw, the end of a day in the market's zone; null while a package is on its way."
_EXEMPTION = "Why the law gives no right of withdrawal for the item; null if it gives one."
_LATE = "Whether the time to withdraw had passed. A late statement is recorded, and waits for a decision."
_OR_NULL = "null if it does not exist or the viewer may not see it."


def _statement(row: dict[str, Any], info: Info) -> str:
    return row["statement"] if info.context.sees_statements else HIDDEN


def _receipt_to(row: dict[str, Any], info: Info) -> str | None:
    return row["receipt_to"] if info.context.sees_statements else None


def _actions(row: allowed_actions.WithdrawalRow, info: Info) -> list[dict[str, Any]]:
    return allowed_actions.for_withdrawal(row, info.context)


def _late(row: dict[str, Any]) -> bool:
    until, declared_at = row["until"], row["withdrawal"]["declared_at"]
    return until is not None and datetime.fromisoformat(until) < datetime.fromisoformat(declared_at)


@strawberry.type(description="The units of one item that a customer has withdrawn from.")
class WithdrawalItem:
    order_item: OrderItem = strawberry.field(description="The item.")
    quantity: int = strawberry.field(description="The number of units.")
    until: DateTime | None = strawberry.field(description=f"{_UNTIL} As it stood when the statement was made.")
    exemption: Exemption | None = strawberry.field(description=_EXEMPTION)
    late: bool = computed(_late, needs=Needs("until", "withdrawal.declared_at"), description=_LATE)


@strawberry.type(
    description="A customer's statement that it withdraws from the contract with one seller, kept as it was confirmed. "
    "Each seller's part of an order is a contract of its own."
)
class Withdrawal(Node):
    prefix: ClassVar[str] = "withdrawal"
    number: str = strawberry.field(description="The number that people read; the statement begins with it.")
    status: WithdrawalStatus = strawberry.field(description="The status of the withdrawal.")
    order: Order = strawberry.field(description="The order that the contract is a part of.")
    seller_order: SellerOrder = strawberry.field(description="The seller's part of that order.")
    seller: Seller = strawberry.field(description="The seller who is the other party.")
    customer: Customer = strawberry.field(description="The customer who has withdrawn.")
    declared_by: Role = strawberry.field(description="The role that made the statement: OWNER for the customer.")
    declared_at: DateTime = strawberry.field(
        description="The time at which the statement arrived. All times count from it, also if it is verified later."
    )
    statement: str = computed(
        _statement,
        needs=Needs("statement"),
        description="What was declared to this seller, byte for byte; empty for sellers who may not see who a customer "
        "is.",
    )
    hash: str = strawberry.field(
        description=f"{_HASH} The whole statement has those to all sellers of one declaration, with an empty line "
        "between them, in the order of their numbers; one that was declared without an account is the same to all."
    )
    receipt_to: str | None = computed(
        _receipt_to,
        needs=Needs("receipt_to"),
        description="The email address that the receipt goes to; null for sellers who may not see it.",
    )
    refund_due_at: DateTime = strawberry.field(
        description="The last moment to pay back; later only as long as neither goods nor a checked proof are there."
    )
    overdue_at: DateTime | None = strawberry.field(
        description="The time at which Retour has found the money overdue; null if it has not."
    )
    items: list[WithdrawalItem] = strawberry.field(
        description="The units that were withdrawn from; none before the withdrawal is verified."
    )
    requests: list[CancellationRequest] = strawberry.field(
        description="The requests that follow from it: cancellations, returns, and fees that are paid back."
    )
    messages: list[Annotated["Message", strawberry.lazy("schema.messages")]] = strawberry.field(
        description="The messages about the withdrawal and its requests, the oldest first: the customer's receipt "
        "among them. Customers and sellers see those to themselves."
    )
    timeline: Events = strawberry.field(description="The events of the withdrawal, the oldest first.")
    allowed_actions: list[AllowedAction] = computed(
        _actions,
        needs=Needs("status", "order.status"),
        description="What the viewer's role can do with the withdrawal: verify or reject one that is UNVERIFIED.",
    )
    updated_at: DateTime = strawberry.field(description="The time of the last change.")
    version: int = strawberry.field(description=VERSION)


@strawberry.type(description="A withdrawal on a page, with its cursor.")
class WithdrawalEdge:
    cursor: str = strawberry.field(description=CURSOR)
    node: Withdrawal = strawberry.field(description="The withdrawal.")


@strawberry.type(description="A page of withdrawals.")
class WithdrawalConnection:
    edges: list[WithdrawalEdge] = strawberry.field(description=EDGES)
    nodes: list[Withdrawal] = strawberry.field(description=NODES)
    page_info: PageInfo = strawberry.field(description=PAGE_INFO)
    total_count: int = strawberry.field(description=COUNT)


@strawberry.input(description=f"Conditions on withdrawals. {ALL_CONDITIONS}")
class WithdrawalFilter:
    status: list[WithdrawalStatus] | None = strawberry.field(default=None, description=STATUS)
    order_id: strawberry.ID | None = strawberry.field(default=None, description=ORDER_ID)
    seller_id: strawberry.ID | None = strawberry.field(default=None, description=SELLER_ID)
    declared_after: DateTime | None = strawberry.field(
        default=None, description="It was declared at this time or later."
    )
    declared_before: DateTime | None = strawberry.field(default=None, description="It was declared before this time.")
    refund_due_before: DateTime | None = strawberry.field(
        default=None, description="The money is to be paid back before this time."
    )
    overdue: bool | None = strawberry.field(
        default=None, description="True: Retour has found the money overdue. False: it has not."
    )
    search: str | None = strawberry.field(default=None, description=SEARCH)


@strawberry.enum(description="The sort order of withdrawals.")
class WithdrawalOrder(Enum):
    DECLARED_AT_DESC = strawberry.enum_value("-declared_at", description="The newest first.")
    DECLARED_AT_ASC = strawberry.enum_value("declared_at", description="The oldest first.")
    REFUND_DUE_AT_ASC = strawberry.enum_value("refund_due_at", description="The earliest deadline first.")
    REFUND_DUE_AT_DESC = strawberry.enum_value("-refund_due_at", description="The latest deadline first.")


@strawberry.type(description="What a withdrawal would do with some units of an item.")
class WithdrawalPreviewItem:
    order_item: OrderItem = strawberry.field(description="The item.")
    quantity: int = strawberry.field(description="The number of units.")
    transaction: TransactionType = strawberry.field(
        description="CANCEL if the units have not been shipped, so that they stay; REFUND if they come back."
    )
    until: DateTime | None = strawberry.field(description=_UNTIL)
    late: bool = strawberry.field(description="Whether the time to withdraw has passed.")
    exemption: Exemption | None = strawberry.field(description=_EXEMPTION)


@strawberry.type(
    description="The statement that `declareWithdrawal` would declare, and what would follow. Nothing is written."
)
class WithdrawalPreview:
    statement: str | None = strawberry.field(description="The statement that the customer is to confirm.")
    hash: str | None = strawberry.field(description=f"{_HASH} Send it with `declareWithdrawal`.")
    receipt_to: str | None = strawberry.field(
        description="The email address that the receipt would go to; null if none is known."
    )
    refund_due_at: DateTime | None = strawberry.field(
        description="The last moment to pay back if the statement is made now."
    )
    items: list[WithdrawalPreviewItem] = strawberry.field(description="What the statement is about.")
    plans: list[PreviewPlan] = strawberry.field(
        description="The plans that would result: of units that are late or exempt, if the seller agrees."
    )
    user_errors: list[UserError] = strawberry.field(description="Why it would be refused; empty if it would not.")


@strawberry.type(description="The result of the mutation `declareWithdrawal`.")
class DeclareWithdrawalPayload(SpokenPayload):
    withdrawals: list[Withdrawal] = strawberry.field(
        description="The withdrawals, one for each seller; empty if the command was refused."
    )
    preview: WithdrawalPreview | None = strawberry.field(
        description="The statement as it is now, if the command was refused with STATEMENT_OUTDATED; otherwise null."
    )


@strawberry.type(description="The result of the mutations `verifyWithdrawal` and `rejectWithdrawal`.")
class WithdrawalsPayload(SpokenPayload):
    withdrawals: list[Withdrawal] = strawberry.field(
        description="The withdrawal, and those from the contracts with other sellers that were declared with it; empty "
        "if the command was refused."
    )


@strawberry.type
class WithdrawalQuery:
    @strawberry.field(description=f"A withdrawal by its id or by its number; {_OR_NULL}")
    async def withdrawal(self, info: Info, id: Id = None, number: Number = None) -> Withdrawal | None:
        return await queries.one(info, models.Withdrawal, id, number)

    @strawberry.field(description="The withdrawals from contracts that the viewer may see.")
    async def withdrawals(
        self,
        info: Info,
        filter: WithdrawalFilter | None = None,
        order_by: WithdrawalOrder = WithdrawalOrder.DECLARED_AT_DESC,
        first: First = 20,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> WithdrawalConnection:
        window = {"first": first, "after": after, "last": last, "before": before}
        return await queries.page(info, models.Withdrawal, filters.withdrawals(filter, info.context), order_by, window)

    @strawberry.field(
        description="The first step of a withdrawal from a contract by law: the statement, and what would follow."
    )
    async def preview_withdrawal(self, info: Info, input: PreviewWithdrawalInput) -> WithdrawalPreview:
        return await withdrawals.preview_withdrawal(info, input)


@strawberry.type
class WithdrawalMutation:
    @strawberry.mutation(
        description="Withdraw from a contract, as the law lets customers: the second step, which confirms the "
        "statement that `previewWithdrawal` has shown. It needs no reason, and nobody has to agree. The receipt is "
        "sent at once."
    )
    async def declare_withdrawal(self, info: Info, input: DeclareWithdrawalInput) -> DeclareWithdrawalPayload:
        return await withdrawals.declare_withdrawal(info, input)

    @strawberry.mutation(
        description="Record why a withdrawal has no effect. For the seller and the owner. The owner decides what "
        "becomes of it."
    )
    async def object_to_withdrawal(self, info: Info, input: ObjectToWithdrawalInput) -> CancellationRequestPayload:
        return await withdrawals.object_to_withdrawal(info, input)

    @strawberry.mutation(
        description="Verify a withdrawal that was declared without an account: what follows from it follows now, as of "
        "the moment at which it was declared. For the customer, a guest with a link among them, and the owner, who may "
        "do so of one that has EXPIRED, too."
    )
    async def verify_withdrawal(self, info: Info, input: VerifyWithdrawalInput) -> WithdrawalsPayload:
        return await withdrawals.verify_withdrawal(info, input)

    @strawberry.mutation(
        description="Reject a withdrawal that was declared without an account, because the statement is not the "
        "customer's. For the customer, and with a note for the owner."
    )
    async def reject_withdrawal(self, info: Info, input: RejectWithdrawalInput) -> WithdrawalsPayload:
        return await withdrawals.reject_withdrawal(info, input)
