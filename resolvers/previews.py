"""A mutation's input → what it would bring about, with the objects that the viewer may see."""

from collections.abc import Callable
from typing import Any

from tortoise.models import Model

import models
from domain.errors import Refused
from domain.lifecycle import check_role
from domain.words import Action
from engine import reads
from engine.context import Condition
from resolvers.context import Info
from resolvers.mutations import Input, check_texts, user_errors
from services.acts.requests import Outcome
from services.commands import Command
from services.preview import preview
from services.transition import Transition

Row = dict[str, Any]


async def foresee(info: Info, action: Action, input: Input, act: Callable[[Transition, Any], Outcome]) -> Any:
    """The preview of a command, or the user errors that the command would have. Nothing is written."""
    context = info.context
    try:
        check_role(action, context.actor.role)
        check_texts(input)
        command = Command(action, context.actor, input.target())
        plans = await preview(context.commands, command, lambda step: act(step, input.ask()))
    except Refused as refused:
        return {"plans": [], "user_errors": user_errors(refused)}
    await _fill_in(info, plans)
    return {"plans": plans, "user_errors": []}


async def _fill_in(info: Info, plans: list[Row]) -> None:
    """Put in what the rows refer to; a tender whose payment is not the viewer's to see is left out."""
    lines = [line for plan in plans for line in plan["lines"]]
    tenders = [tender for plan in plans for tender in plan["tenders"]]
    sellers = await _by_id(info, models.Seller, plans, "seller_id", at="plans.seller")
    items = await _by_id(info, models.OrderItem, lines, "order_item_id", at="plans.lines.order_item")
    payments = await _by_id(
        info, models.Payment, tenders, "payment_id", at="plans.tenders.payment", columns=("method",)
    )
    for plan in plans:
        plan["seller"] = sellers[plan["seller_id"]]
        plan["lines"] = [{**line, "order_item": items[line["order_item_id"]]} for line in plan["lines"]]
        plan["tenders"] = [
            {**tender, "payment": payments[tender["payment_id"]]}
            for tender in plan["tenders"]
            if tender["payment_id"] in payments
        ]


async def _by_id(
    info: Info, model: type[Model], rows: list[Row], column: str, *, at: str, columns: tuple[str, ...] = ()
) -> dict[str, Row]:
    """What some rows refer to, by id, as far as the viewer may see it."""
    ids = list({row[column] for row in rows})
    if not ids:
        return {}
    found = await reads.many(info, model, where=Condition("{t}.id = any({0})", (ids,)), at=at, columns=columns)
    return {row["id"]: row for row in found}
