"""Withdrawals from a contract: the statement that is shown, its declaration, and what sellers object."""

from dataclasses import replace
from typing import TYPE_CHECKING

import models
from domain.actions import Action
from domain.errors import Refused
from domain.refusals import Refusal
from domain.withdrawal import hash_of
from engine.reads import Row
from resolvers.context import Info
from resolvers.mutations import REQUEST, Input, Shown, Shows, command_of, run_command, user_errors
from resolvers.previews import rows_by_id, shown_plans
from services.acts import verification, withdrawals
from services.acts.verification import VerificationInput
from services.acts.withdrawals import Declaration, ObjectionInput, WithdrawalInput
from services.inputs import ChangedIds
from services.preview import PlannedRefund, preview
from services.transition import Transition

if TYPE_CHECKING:
    from schema.inputs.withdrawals import DeclareWithdrawalInput

WITHDRAWALS: Shows = {"withdrawals": Shown(models.Withdrawal, "withdrawals", many=True, opened=True)}
VERIFIED: Shows = {"withdrawals": Shown(models.Withdrawal, "withdrawals", many=True)}
_NOTHING: Row = {"statement": None, "hash": None, "receipt_to": None, "refund_due_at": None, "items": [], "plans": []}


async def preview_withdrawal(info: Info, input: Input[WithdrawalInput]) -> Row:
    """The statement that `declareWithdrawal` would declare, and what would follow. Nothing is written."""
    found: list[Declaration] = []

    def act(transition: Transition) -> ChangedIds:
        found.append(withdrawals.declaration_of(transition, wanted))
        return withdrawals.declare(transition, found[-1])

    try:
        command, wanted = command_of(info, Action.DECLARE_WITHDRAWAL, input), _in_language(info, input.parse())
        planned = await preview(info.context.commands, command, act)
    except Refused as refused:
        return {**_NOTHING, "user_errors": user_errors(refused)}
    return await _shown(info, found[-1], planned)


async def declare_withdrawal(info: Info, input: "DeclareWithdrawalInput") -> Row:
    """Withdraw from the contracts of an order; if the statement has changed meanwhile, the new one is shown."""

    def act(transition: Transition, wanted: WithdrawalInput) -> ChangedIds:
        return withdrawals.declare_withdrawal(transition, _in_language(info, wanted))

    payload = await run_command(info, Action.DECLARE_WITHDRAWAL, input, act, WITHDRAWALS)
    outdated = Refusal.STATEMENT_OUTDATED in info.context.refusals
    return {**payload, "preview": await preview_withdrawal(info, input.preview()) if outdated else None}


async def verify_withdrawal(info: Info, input: Input[VerificationInput]) -> Row:
    """Let follow what follows from a withdrawal that was declared without an account."""
    return await run_command(info, Action.VERIFY_WITHDRAWAL, input, verification.verify_withdrawal, VERIFIED)


async def reject_withdrawal(info: Info, input: Input[VerificationInput]) -> Row:
    """Reject a withdrawal that the customer has not declared."""
    return await run_command(info, Action.REJECT_WITHDRAWAL, input, verification.reject_withdrawal, VERIFIED)


async def object_to_withdrawal(info: Info, input: Input[ObjectionInput]) -> Row:
    """Record why a withdrawal has no effect."""
    return await run_command(info, Action.OBJECT_TO_WITHDRAWAL, input, withdrawals.object_to_withdrawal, REQUEST)


def _in_language(info: Info, wanted: WithdrawalInput) -> WithdrawalInput:
    return replace(wanted, locale=info.context.locale)


async def _shown(info: Info, declaration: Declaration, planned: list[PlannedRefund]) -> Row:
    now, lines = info.context.now, [line for part in declaration.parts for line in part.lines]
    items = await rows_by_id(info, models.OrderItem, {line.item.id for line in lines}, at="items.order_item")
    return {
        "statement": declaration.text,
        "hash": hash_of(declaration.text),
        "receipt_to": declaration.receipt_to,
        "refund_due_at": declaration.refund_due_at,
        "items": [
            {
                "order_item": items[line.item.id],
                "quantity": line.quantity,
                "until": line.until,
                "exemption": line.exemption,
                "late": line.is_late(now),
                "transaction": line.transaction,
            }
            for line in lines
        ],
        "plans": await shown_plans(info, planned),
        "user_errors": [],
    }
