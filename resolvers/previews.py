"""A mutation's input → its preview, with the objects that the viewer may see."""

from collections.abc import Callable, Collection

import models
from domain.actions import Action
from domain.errors import Refused
from domain.facts import Receipt
from engine import reads
from engine.conditions import Condition
from engine.reads import Row
from models.base import Row as ModelRow
from resolvers.context import Info
from resolvers.mutations import Input, Parsed, command_of, user_errors
from services.acts import adjustments, requests, returns
from services.inputs import (
    AllowanceInput,
    ApplyInput,
    ChangedIds,
    DecisionInput,
    RawInspection,
    ReturnInput,
    ReturnMove,
)
from services.preview import PlannedRefund, preview
from services.transition import Transition


async def preview_return(info: Info, input: Input[ReturnInput]) -> Row:
    """What `requestReturn` would bring about."""
    return await _preview(info, Action.REQUEST_RETURN, input, requests.request_return)


async def preview_cancellation(info: Info, input: Input[ApplyInput]) -> Row:
    """What `applyCancellation` would bring about."""
    return await _preview(info, Action.APPLY_CANCELLATION, input, requests.apply_cancellation)


async def preview_confirmation(info: Info, input: Input[DecisionInput]) -> Row:
    """What `confirmRequest` would bring about."""
    return await _preview(info, Action.CONFIRM_REQUEST, input, requests.confirm_request)


async def preview_allowance(info: Info, input: Input[AllowanceInput]) -> Row:
    """What `refundAllowance` would bring about."""
    return await _preview(info, Action.REFUND_ALLOWANCE, input, adjustments.refund_allowance)


async def preview_receipt(info: Info, input: Input[ReturnMove[Receipt]]) -> Row:
    """What `receiveReturn` would bring about."""
    return await _preview(info, Action.RECEIVE_RETURN, input, returns.receive_return, to_the_end=False)


async def preview_inspection(info: Info, input: Input[ReturnMove[RawInspection]]) -> Row:
    """What `inspectReturn` would bring about."""
    return await _preview(info, Action.INSPECT_RETURN, input, returns.inspect_return)


async def _preview(
    info: Info,
    action: Action,
    input: Input[Parsed],
    act: Callable[[Transition, Parsed], ChangedIds],
    *,
    to_the_end: bool = True,
) -> Row:
    """The preview of a command, or the user errors that the command would have. Nothing is written."""
    try:
        command, parsed = command_of(info, action, input), input.parse()
        commands = info.context.commands
        planned = await preview(commands, command, lambda each: act(each, parsed), to_the_end=to_the_end)
    except Refused as refused:
        return {"plans": [], "user_errors": user_errors(refused)}
    return {"plans": await shown_plans(info, planned), "user_errors": []}


async def shown_plans(info: Info, planned: list[PlannedRefund]) -> list[Row]:
    """The plans with what they refer to; a tender whose payment the viewer may not see is left out."""
    lines = [line for each in planned for line in each.lines]
    refunds = [refund for each in planned for refund in each.refunds]
    sellers = await rows_by_id(info, models.Seller, {each.plan.seller_id for each in planned}, at="plans.seller")
    items = await rows_by_id(
        info, models.OrderItem, {line.order_item_id for line in lines}, at="plans.lines.order_item"
    )
    adjusted = [adjustment for each in planned for adjustment in each.adjustments]
    adjusted_items = await rows_by_id(
        info,
        models.OrderItem,
        {row.order_item_id for row in adjusted if row.order_item_id},
        at="plans.adjustments.order_item",
    )
    parts = await rows_by_id(
        info,
        models.SellerOrder,
        {row.seller_order_id for row in adjusted if row.seller_order_id},
        at="plans.adjustments.seller_order",
    )
    reversed_ones = await rows_by_id(
        info,
        models.PlanAdjustment,
        {row.reverses_id for row in adjusted if row.reverses_id},
        at="plans.adjustments.reverses",
    )
    payments = await rows_by_id(
        info,
        models.Payment,
        {refund.payment_id for refund in refunds},
        at="plans.tenders.payment",
        columns=("method",),
    )
    return [
        {
            **vars(each.plan),
            "return_terms": each.terms,
            "cancel_terms": each.cancel_terms,
            "due_at": each.due_at,
            "ship_by": each.ship_by,
            "seller": sellers[each.plan.seller_id],
            "lines": [{**vars(line), "order_item": items[line.order_item_id]} for line in each.lines],
            "adjustments": [
                {
                    **vars(row),
                    "order_item": adjusted_items.get(row.order_item_id or ""),
                    "seller_order": parts.get(row.seller_order_id or ""),
                    "reverses": reversed_ones.get(row.reverses_id or ""),
                }
                for row in each.adjustments
            ],
            "tenders": [
                {
                    **vars(refund),
                    "payment": payments[refund.payment_id],
                    "method": payments[refund.payment_id]["method"],
                }
                for refund in each.refunds
                if refund.payment_id in payments
            ],
        }
        for each in planned
    ]


async def rows_by_id(
    info: Info, model: type[ModelRow], ids: Collection[str], *, at: str, columns: tuple[str, ...] = ()
) -> dict[str, Row]:
    """Rows by their ids, as far as the viewer may see them."""
    if not ids:
        return {}
    found = await reads.many(info, model, where=Condition.among("id", list(ids)), at=at, columns=columns)
    return {row["id"]: row for row in found}
