"""Reading an order book: the JSON that one statement makes of an order becomes rows."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import TypedDict, TypeVar

import orjson
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.fields import DatetimeField

from domain.words import (
    AdjustmentKind,
    Bearer,
    Word,
)
from engine.compat.tortoise import fields_of
from engine.reads import fetch_row
from models import (
    CancellationPlan,
    CancellationReason,
    CancellationRequest,
    Dispute,
    ExternalMovement,
    IdempotencyRecord,
    Order,
    OrderItem,
    Package,
    Payment,
    PlanAdjustment,
    PlanLine,
    Refund,
    RequestItem,
    ReturnLabel,
    ReturnLine,
    ReturnPolicy,
    ReturnShipment,
    SellerOrder,
    Withdrawal,
)
from models.base import Columns, Row
from models.fields import WordField
from services.changes import Changes, attach
from services.order_book import Adjusted, OrderBook, Parties, Traits
from services.order_statement import LOAD, CommandNeeds
from services.rulebooks import InForce, rulebook_of

R = TypeVar("R", bound=Row)

_NO_NEEDS = CommandNeeds("", "", "", datetime(9999, 1, 1, tzinfo=UTC))


async def load(db: BaseDBAsyncClient, order_id: str, needs: CommandNeeds = _NO_NEEDS, *, named: str) -> OrderBook:
    """Read the book of an order, with what a command needs besides it.

    `named` is the id of the request, plan or refund that is to be in it though it is closed.
    """
    return await opened(db, (await fetch_row(db, LOAD, [order_id, *needs, named]))["order_book"])


class _FoundAdjusted(TypedDict):
    """The sum of closed adjustments about one thing, as the database's JSON has it."""

    about: str
    minor: int
    kept_from: str | None
    bearer: str | None
    kind: str | None


class _Found(TypedDict):
    """An order book as the database's JSON has it."""

    order: Columns
    seller_orders: list[Columns] | None
    packages: list[Columns] | None
    items: list[Columns] | None
    payments: list[Columns] | None
    requests: list[Columns] | None
    request_items: list[Columns] | None
    plans: list[Columns] | None
    plan_lines: list[Columns] | None
    adjustments: list[Columns] | None
    refunds: list[Columns] | None
    movements: list[Columns] | None
    used: dict[str, bool] | None
    settled: list[str] | None
    disputes: list[Columns] | None
    returns: list[Columns] | None
    return_lines: list[Columns] | None
    labels: list[Columns] | None
    settled_lines: list[Columns] | None
    settled_adjustments: list["_FoundAdjusted"] | None
    policy: Columns
    reasons: list[Columns] | None
    withdrawn: dict[str, int] | None
    withdrawals: list[Columns] | None
    parties: Parties | None
    details: dict[str, Columns] | None
    terms: InForce | None
    traits: dict[str, Traits] | None
    record: Columns | None


async def opened(db: BaseDBAsyncClient, text: str) -> OrderBook:
    """The order book in the database's JSON, with the terms in force."""
    found: _Found = orjson.loads(text)
    order_book = _opened(found)
    if terms := found["terms"]:
        order_book.rulebook = await rulebook_of(db, terms["id"])
    return order_book


def _opened(found: _Found) -> OrderBook:
    changes = Changes()
    return OrderBook(
        order=row_of(Order, found["order"], changes),
        seller_orders=_rows(SellerOrder, found["seller_orders"], changes),
        packages=_rows(Package, found["packages"], changes),
        items=_rows(OrderItem, found["items"], changes),
        payments=_rows(Payment, found["payments"], changes),
        requests=_rows(CancellationRequest, found["requests"], changes),
        request_items=_rows(RequestItem, found["request_items"], changes),
        plans=_rows(CancellationPlan, found["plans"], changes),
        plan_lines=_rows(PlanLine, found["plan_lines"], changes),
        adjustments=_rows(PlanAdjustment, found["adjustments"], changes),
        refunds=_rows(Refund, found["refunds"], changes),
        movements=_rows(ExternalMovement, found["movements"], changes),
        used=found["used"] or {},
        settled=set(found["settled"] or ()),
        disputes=_rows(Dispute, found["disputes"], changes),
        returns=_rows(ReturnShipment, found["returns"], changes),
        return_lines=_rows(ReturnLine, found["return_lines"], changes),
        labels=_rows(ReturnLabel, found["labels"], changes),
        settled_lines=_rows(PlanLine, found["settled_lines"], changes),
        settled_adjustments=[_adjusted(each) for each in found["settled_adjustments"] or ()],
        policy=row_of(ReturnPolicy, found["policy"], changes),
        reasons=_rows(CancellationReason, found["reasons"], changes),
        withdrawn=found["withdrawn"] or {},
        withdrawals=_rows(Withdrawal, found["withdrawals"], changes),
        parties=found["parties"],
        details=found["details"] or {},
        traits=found["traits"] or {},
        record=row_of(IdempotencyRecord, found["record"], changes) if found["record"] else None,
        changes=changes,
    )


def _adjusted(found: _FoundAdjusted) -> Adjusted:
    bearer, kind = found["bearer"], found["kind"]
    return Adjusted(
        *(found["about"], found["minor"], found["kept_from"]),
        Bearer(bearer) if bearer else None,
        AdjustmentKind(kind) if kind else None,
    )


def row_of(model: type[R], columns: Columns, changes: Changes) -> R:
    """The instance of columns from JSON, in which words and times are still texts."""
    return _rows(model, [columns], changes)[0]


def _rows(model: type[R], found: list[Columns] | None, changes: Changes) -> list[R]:
    if not found:
        return []
    for name, typed in _typed(model):
        for columns in found:
            if (text := columns.get(name)) is not None:
                columns[name] = typed(text)
    return [attach(model, columns, changes) for columns in found]


@cache
def _typed(model: type[Row]) -> tuple[tuple[str, Callable[[str], Word | datetime]], ...]:
    """The columns of a model that JSON has as a text and Python as something else, with what makes them so."""
    return tuple(
        (name, _by_value(column) if isinstance(column, WordField) else datetime.fromisoformat)
        for name, column in fields_of(model).items()
        if isinstance(column, (WordField, DatetimeField))
    )


def _by_value(column: WordField) -> Callable[[str], Word | datetime]:
    words: Mapping[str, Word] = {word.value: word for word in column.kind}
    return words.__getitem__
