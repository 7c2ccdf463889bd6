"""Imports orders by the thousand with COPY, one transaction a chunk, each order once.

An order whose number already exists is skipped, so an interrupted import can be run again. If the database refuses a
chunk, the import finds the order that is to blame and reports it.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Generator, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import datetime
from operator import itemgetter

import orjson
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.connection import get_connection
from tortoise.models import Model
from tortoise.transactions import in_transaction

import models
from domain.actions import Action
from domain.calendar import Calendar
from domain.facts import SYSTEM
from domain.lifecycle import check_actor
from engine.compat.tortoise import table_name
from gateways.payments.port import PROVIDERS
from models.ids import new_id
from services.commands import retrying
from services.intake.arrival import Arrival, OrderRows, People
from services.intake.importing.entries import Entry, Problem, Sold
from services.intake.importing.tally import Tally, checked
from services.intake.payment_references import is_refused_reference, reference_problems
from services.intake.people import take_people
from services.intake.rows import add_order
from services.intake.validation import Fault
from services.intake.went_back import NOTHING_KNOWN, KnownHistory, known_history, movements_of

CHUNK = 1000
"""Orders of one transaction. It is short, because readers of the journal wait for the oldest open transaction."""
ROW_ERRORS = ("22", "23", "P0")
"""Classes of SQLSTATE that concern the rows: invalid data, a constraint, an exception raised by a trigger."""

_NUMBERS = 'select number, id from "order" where number = any($1)'


@dataclass(slots=True)
class ImportReport:
    """The result of an import. `tally` counts the content of the files, `imported` the new orders."""

    tally: Tally = field(default_factory=Tally)
    imported: int = 0
    existing: int = 0


@dataclass(slots=True)
class Import:
    """One import. It calls `report_problem` for each problem, `notify` after commits, `on_chunk` after chunks."""

    clock: Callable[[], datetime]
    window_days: int
    report_problem: Callable[[Problem], None]
    notify: Callable[[], None] = lambda: None
    on_chunk: Callable[[], None] = lambda: None
    providers: frozenset[str] = PROVIDERS
    calendar: Calendar = field(default_factory=Calendar)
    report: ImportReport = field(default_factory=ImportReport)
    _first_id: str = field(default_factory=lambda: new_id("order"))
    _written: set[type[Model]] = field(default_factory=set)

    async def run(self, entries: Iterable[Entry]) -> ImportReport:
        """Import all entries. Committed chunks stay, whatever happens later."""
        check_actor(Action.IMPORT_ORDER, SYSTEM)
        async with aclosing(
            _read_ahead(_chunks(checked(entries, now=self.clock(), providers=self.providers)))
        ) as chunks:
            async for chunk in chunks:
                for entry in chunk:
                    if not isinstance(entry, Sold):
                        self._count(entry)
                if sold := [entry for entry in chunk if isinstance(entry, Sold)]:
                    await self._import(sold)
                self.on_chunk()
        db = get_connection("default")
        for model in (models.Customer, models.Seller, *sorted(self._written, key=table_name)):
            # for fresh statistics and visibility maps
            await db.execute_query(f'vacuum (analyze) "{table_name(model)}"')
        return self.report

    def _count(self, entry: Entry) -> None:
        self.report.tally.add(entry)
        if isinstance(entry, Problem):
            self.report_problem(entry)

    async def _import(self, chunk: Sequence[Sold]) -> None:
        """Write a chunk without the orders whose past cannot be."""
        history = await known_history(get_connection("default"), [sold.order for sold in chunk])
        if history is not NOTHING_KNOWN:
            chunk = self._possible(chunk, history)
        if chunk:
            await self._import_possible(chunk, history)

    def _possible(self, chunk: Sequence[Sold], history: KnownHistory) -> Sequence[Sold]:
        """The orders of which so much can have gone back before; what is wrong with the others is reported."""
        possible, movements = [], dict(history.movements)
        for sold in chunk:
            found = [*KnownHistory(history.reasons, movements).problems(sold.order)]
            for fault in found:
                self._count(_problem(sold, fault))
            if not found:
                possible.append(sold)
                movements |= dict.fromkeys(movements_of(sold.order), sold.order.number)
        return possible

    async def _import_possible(self, chunk: Sequence[Sold], history: KnownHistory) -> None:
        """Write a chunk; a refused chunk is written in halves, down to the order that is to blame."""
        try:
            existing = await retrying(lambda: self._write(chunk, history))
        except Exception as error:
            reason = _row_error(error)
            if reason is None:
                raise
            if len(chunk) == 1:
                await self._refuse(chunk[0], error, reason)
            else:
                middle = len(chunk) // 2
                await self._import(chunk[:middle])
                await self._import(chunk[middle:])
            return
        self.notify()
        self._account(chunk, existing)

    async def _refuse(self, sold: Sold, error: Exception, reason: str) -> None:
        """Report an order that the database refuses, and why."""
        history = await known_history(get_connection("default"), [sold.order])
        found = [*history.problems(sold.order)]
        if is_refused_reference(error):
            found += await reference_problems(sold.order)
        for fault in found:
            self._count(_problem(sold, fault))
        if not found:
            self._count(Problem(sold.at, f"The database refuses order {sold.order.number}: {reason}."))

    def _account(self, chunk: Sequence[Sold], existing: dict[str, str]) -> None:
        """Count a committed chunk; `existing` are the ids of its orders that were not new, by number."""
        written: set[str] = set()
        for sold in chunk:
            number = sold.order.number
            if number in written or existing.get(number, "") > self._first_id:
                self._count(Problem(sold.at, f"Order {number} was already created after this import began."))
                continue
            self.report.tally.add(sold)
            if number in existing:
                self.report.existing += 1
            else:
                self.report.imported += 1
                written.add(number)

    async def _write(self, chunk: Sequence[Sold], history: KnownHistory) -> dict[str, str]:
        """Write the new orders of a chunk; returns the ids of the existing ones by number."""
        async with in_transaction() as db:
            found: list[dict[str, str]] = await db.execute_query_dict(_NUMBERS, [[sold.order.number for sold in chunk]])
            existing = {row["number"]: row["id"] for row in found}
            new = {sold.order.number: sold for sold in reversed(chunk) if sold.order.number not in existing}
            if new:
                self._written |= await _copy(db, await self._rows(db, list(reversed(new.values())), history))
        return existing

    async def _rows(self, db: BaseDBAsyncClient, chunk: Sequence[Sold], history: KnownHistory) -> OrderRows:
        customers, sellers = await take_people(db, [sold.order for sold in chunk])
        rows = OrderRows()
        arrival = Arrival(SYSTEM, Action.IMPORT_ORDER, self.clock(), self.window_days, self.calendar, history)
        for sold in chunk:
            add_order(rows, sold.order, People(customers[sold.order.customer_subject], sellers), arrival)
        return rows


def _chunks(entries: Iterable[Entry]) -> Generator[list[Entry], None, None]:
    """The entries in lists of at most CHUNK orders and a limited number of other entries."""
    chunk: list[Entry] = []
    sold = 0
    for entry in entries:
        chunk.append(entry)
        sold += isinstance(entry, Sold)
        if sold == CHUNK or len(chunk) == 10 * CHUNK:
            yield chunk
            chunk, sold = [], 0
    yield chunk


async def _read_ahead(chunks: Generator[list[Entry], None, None]) -> AsyncGenerator[list[Entry], None]:
    """The same chunks, each read by a thread while the previous one is being written.

    It is always the same thread, because a reader's temporary database belongs to the thread that opened it.
    """
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(1) as thread:
        try:
            chunk = await loop.run_in_executor(thread, next, chunks, None)
            while chunk is not None:
                following = loop.run_in_executor(thread, next, chunks, None)
                yield chunk
                chunk = await following
        finally:
            await loop.run_in_executor(thread, chunks.close)


async def _copy(db: BaseDBAsyncClient, rows: OrderRows) -> set[type[Model]]:
    """Write all rows, in an order of tables that foreign keys allow; returns the models that have some."""
    openings = [opening | {"data": orjson.dumps(opening["data"]).decode()} for opening in rows.openings]
    tables: tuple[tuple[type[Model], Sequence[Mapping[str, object]]], ...] = (
        (models.Order, rows.orders),
        (models.ShippingAddress, rows.shipping_addresses),
        (models.BillingAddress, rows.billing_addresses),
        (models.SellerOrder, rows.seller_orders),
        (models.Package, rows.packages),
        (models.OrderItem, rows.items),
        (models.Payment, rows.payments),
        (models.CancellationRequest, rows.requests),
        (models.RequestItem, rows.request_items),
        (models.CancellationPlan, rows.plans),
        (models.PlanLine, rows.plan_lines),
        (models.PlanAdjustment, rows.adjustments),
        (models.ExternalMovement, rows.movements),
        (models.Event, rows.events),
        (models.Event, openings),
    )
    async with db.acquire_connection() as connection:
        for model, records in tables:
            if records:
                columns = list(records[0])
                values = map(itemgetter(*columns), records)
                await connection.copy_records_to_table(table_name(model), records=values, columns=columns)
    return {model for model, records in tables if records}


def _problem(sold: Sold, fault: Fault) -> Problem:
    path, sentence = fault
    return Problem(sold.at, f"{'.'.join(path)}: {sentence}")


def _row_error(error: BaseException | None) -> str | None:
    """The database's message about a row; None if the error concerns something else."""
    while error is not None:
        if (getattr(error, "sqlstate", None) or "").startswith(ROW_ERRORS):
            return str(error).rstrip(".")
        error = error.__cause__
    return None
