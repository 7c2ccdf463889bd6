"""Takes orders in by the thousand: COPY, one transaction a chunk, nothing twice.

An order whose number is there already is passed over, so an import that was cut short is simply run again.
What the database refuses for reasons that only it knows is narrowed down to the order and reported.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Generator, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import datetime
from operator import itemgetter
from typing import Any

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.connection import get_connection
from tortoise.transactions import in_transaction

import models
from domain.facts import SYSTEM
from domain.lifecycle import check_role
from domain.words import Action
from models.ids import new_id
from services.commands import retrying
from services.intake.importing.entries import Entry, Sold, Trouble
from services.intake.importing.tally import Tally, checked
from services.intake.orders import People, Rows, order_rows

CHUNK = 1000
"""Orders in one transaction: readers of the journal wait for the oldest open one, so it is kept short."""
REFUSALS = ("22", "23", "P0")
"""Classes of SQLSTATE that are about the rows: bad data, a constraint, a rule of the database's own."""
WRITTEN = (models.Order, models.SellerOrder, models.Package, models.OrderItem, models.Payment, models.Event)
"""In an order that foreign keys allow."""

_NUMBERS = 'select number, id from "order" where number = any($1)'
_CUSTOMERS = """
insert into customer (id, subject, name, email)
select * from unnest($1::text[], $2::text[], $3::text[], $4::text[]) on conflict (subject) do nothing
"""
_SELLERS = """
insert into seller (id, handle, name)
select * from unnest($1::text[], $2::text[], $3::text[]) on conflict (handle) do nothing
"""
_CUSTOMER_IDS = "select subject as name, id from customer where subject = any($1)"
_SELLER_IDS = "select handle as name, id from seller where handle = any($1)"


@dataclass(slots=True)
class Report:
    """What an import has done. `tally` counts all that the files hold, `taken_in` what was not there before."""

    tally: Tally = field(default_factory=Tally)
    taken_in: int = 0
    already_there: int = 0


@dataclass(slots=True)
class Import:
    """One run. `tell` is called with every trouble, `notify` after each commit, `on_chunk` after each chunk."""

    clock: Callable[[], datetime]
    window_days: int
    tell: Callable[[Trouble], None]
    notify: Callable[[], None] = lambda: None
    on_chunk: Callable[[], None] = lambda: None
    report: Report = field(default_factory=Report)
    _first_id: str = field(default_factory=lambda: new_id("order"))

    async def run(self, entries: Iterable[Entry]) -> Report:
        """Take everything in. What has been committed stays, whatever happens then."""
        check_role(Action.IMPORT_ORDER, SYSTEM.role)
        async with aclosing(_ahead(_chunks(entries))) as chunks:
            async for chunk in chunks:
                for entry in chunk:
                    if not isinstance(entry, Sold):
                        self._count(entry)
                if sold := [entry for entry in chunk if isinstance(entry, Sold)]:
                    await self._take_in(sold)
                self.on_chunk()
        db = get_connection("default")
        for model in (models.Customer, models.Seller, *WRITTEN):
            # fresh statistics, and pages that need not be looked at again row by row
            await db.execute_query(f'vacuum (analyze) "{model._meta.db_table}"')
        return self.report

    def _count(self, entry: Entry) -> None:
        self.report.tally.add(entry)
        if isinstance(entry, Trouble):
            self.tell(entry)

    async def _take_in(self, chunk: Sequence[Sold]) -> None:
        """Write a chunk; one that is refused is written in halves, down to the order that is to blame."""
        try:
            there = await retrying(lambda: self._write(chunk))
        except Exception as error:
            refusal = _refusal(error)
            if refusal is None:
                raise
            if len(chunk) == 1:
                self._count(Trouble(chunk[0].at, f"The database refuses order {chunk[0].ask.number}: {refusal}."))
            else:
                middle = len(chunk) // 2
                await self._take_in(chunk[:middle])
                await self._take_in(chunk[middle:])
            return
        self.notify()
        self._account(chunk, there)

    def _account(self, chunk: Sequence[Sold], there: dict[str, str]) -> None:
        written: set[str] = set()
        for sold in chunk:
            number = sold.ask.number
            if number in written or there.get(number, "") > self._first_id:
                self._count(Trouble(sold.at, f"Order {number} has come in already since this import began."))
                continue
            self.report.tally.add(sold)
            if number in there:
                self.report.already_there += 1
            else:
                self.report.taken_in += 1
                written.add(number)

    async def _write(self, chunk: Sequence[Sold]) -> dict[str, str]:
        """Write what is not there yet; returns the numbers that were, with their ids."""
        async with in_transaction() as db:
            found = await db.execute_query_dict(_NUMBERS, [[sold.ask.number for sold in chunk]])
            there = {row["number"]: row["id"] for row in found}
            new = {sold.ask.number: sold for sold in reversed(chunk) if sold.ask.number not in there}
            if new:
                await _copy(db, await self._rows(db, list(reversed(new.values()))))
        return there

    async def _rows(self, db: BaseDBAsyncClient, chunk: Sequence[Sold]) -> Rows:
        customers, sellers = await _people(db, chunk)
        rows: Rows = {model: [] for model in WRITTEN}
        now = self.clock()
        for sold in chunk:
            people = People(customers[sold.ask.customer_subject], sellers)
            made = order_rows(
                sold.ask, people, SYSTEM, action=Action.IMPORT_ORDER, now=now, window_days=self.window_days
            )
            for model, some in made.items():
                rows[model] += some
        return rows


def _chunks(entries: Iterable[Entry]) -> Generator[list[Entry], None, None]:
    """The entries in lists of at most CHUNK orders, and not many more of the others."""
    chunk: list[Entry] = []
    sold = 0
    for entry in checked(entries):
        chunk.append(entry)
        sold += isinstance(entry, Sold)
        if sold == CHUNK or len(chunk) == 10 * CHUNK:
            yield chunk
            chunk, sold = [], 0
    yield chunk


async def _ahead(chunks: Generator[list[Entry], None, None]) -> AsyncGenerator[list[Entry], None]:
    """The same chunks, each read by a thread while the one before is being written.

    One thread from first to last: a reader's temporary database belongs to the thread that opened it.
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


async def _people(db: BaseDBAsyncClient, chunk: Sequence[Sold]) -> tuple[dict[str, str], dict[str, str]]:
    """The ids of customers by subject and of sellers by handle; whoever is new gets a row.

    Written in the order of their names, so that two imports at once do not wait for each other in a circle.
    """
    buyers = {sold.ask.customer_subject: sold.ask for sold in chunk}
    parts = {part.seller_handle: part for sold in chunk for part in sold.ask.parts}
    asks = [buyers[subject] for subject in sorted(buyers)]
    values = [[new_id("customer") for _ in asks], sorted(buyers), [ask.customer_name for ask in asks]]
    await db.execute_query(_CUSTOMERS, [*values, [ask.customer_email for ask in asks]])
    names = [parts[handle].seller_name for handle in sorted(parts)]
    await db.execute_query(_SELLERS, [[new_id("seller") for _ in names], sorted(parts), names])
    customers = await db.execute_query_dict(_CUSTOMER_IDS, [list(buyers)])
    sellers = await db.execute_query_dict(_SELLER_IDS, [list(parts)])
    return {row["name"]: row["id"] for row in customers}, {row["name"]: row["id"] for row in sellers}


async def _copy(db: BaseDBAsyncClient, rows: Rows) -> None:
    async with db.acquire_connection() as connection:
        for model in WRITTEN:
            if rows[model]:
                columns = list(rows[model][0])
                records = map(itemgetter(*columns), rows[model])
                await connection.copy_records_to_table(model._meta.db_table, records=records, columns=columns)


def _refusal(error: Any) -> str | None:
    """What the database says against some rows; None when the error is about something else."""
    while error is not None:
        if (getattr(error, "sqlstate", None) or "").startswith(REFUSALS):
            return str(error).rstrip(".")
        error = error.__cause__
    return None
