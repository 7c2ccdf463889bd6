"""The bulk writer: whole orders, each once, whatever happens in between."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from tortoise.connection import get_connection
from tortoise.transactions import in_transaction

from domain.words import PackageStatus
from events.notifier import ProcessNotifier
from services.commands import Commands
from services.inputs import IncomingOrder
from services.intake import people
from services.intake.importing import bulk
from services.intake.importing.entries import Entry, FilePosition, Sold
from services.intake.importing.jsonl import order_of
from services.intake.importing.olist import Olist
from services.terms import WINDOW_DAYS, ensure_terms
from services.worker.due import Worker
from tests.services.intake.files import NOW, ROOT, Records, import_entries, item, order_line, payment, sale, write_lines

DELIVERED_AT = datetime(2026, 1, 20, tzinfo=UTC)
PLACED_AT, SHIPPED_AT = datetime(2025, 11, 5, 9, tzinfo=UTC), datetime(2025, 11, 10, 8, tzinfo=UTC)


def order(number: str, **changes: Any) -> IncomingOrder:
    return order_of(order_line(number, **changes))


def entries(*numbers: str) -> list[Entry]:
    return [Sold(order(number), FilePosition(Path("orders"), n)) for n, number in enumerate(numbers, 1)]


async def rows(sql: str) -> list[dict[str, Any]]:
    return await get_connection("default").execute_query_dict(sql)


async def numbers() -> list[str]:
    return [row["number"] for row in await rows('select number from "order" order by number')]


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chunks of four orders, so that a test needs few."""
    monkeypatch.setattr(bulk, "CHUNK", 4)


async def test_an_order_comes_in_whole(database: str, tmp_path: Path) -> None:
    lines = [item(n=1), item(n=2, price="5.00"), item(n=3, seller="s2")]
    Records(tmp_path).write([sale()], lines, [payment(value="20.00"), payment(n=2, value="12.50", kind="voucher")])
    report, _ = await import_entries(Olist(tmp_path))
    assert (report.imported, report.existing) == (1, 0)
    (order,) = await rows('select o.*, c.subject from "order" o join customer c on c.id = o.customer_id')
    assert (order["number"], order["subject"]) == ("o1", "ada")
    assert (order["status"], order["version"], order["currency"]) == ("DELIVERED", 1, "BRL")
    assert (order["items_minor"], order["shipping_minor"], order["captured_minor"]) == (2500, 750, 3250)
    assert (order["refunded_minor"], order["placed_at"]) == (0, datetime(2020, 3, 1, 10, tzinfo=UTC))
    parts = await rows(
        "select s.handle, p.status, p.shipping_minor from seller_order p join seller s on s.id = p.seller_id order by 1"
    )
    assert [tuple(row.values()) for row in parts] == [("s1", "DELIVERED", 500), ("s2", "DELIVERED", 250)]
    held = await rows("select position, quantity, active, canceled, returned from order_item order by position")
    assert [tuple(row.values()) for row in held] == [(1, 1, 1, 0, 0), (2, 1, 1, 0, 0), (3, 1, 1, 0, 0)]
    paid = await rows("select method, provider, captured_minor, allocated_minor from payment order by position")
    assert [tuple(row.values()) for row in paid] == [("credit_card", "ledger", 2000, 0), ("voucher", "ledger", 1250, 0)]
    (address,) = await rows("select * from shipping_address")
    assert (address["order_id"], address["postal_code"], address["country"]) == (order["id"], "01234", "BR")
    assert await rows("select 1 from billing_address") == []


async def test_where_and_how_come_in_with_an_order_and_without(database: str) -> None:
    home = {"name": "Ada Oak", "lines": ["Elm Street 1", "2nd floor"], "city": "Berlin", "country": "de"}
    payment = {"method": "card", "captured": "40.00", "paidAt": "2026-01-05T09:31:12Z", "instrument": "Visa •••• 4242"}
    person = {"subject": "ada", "name": "Ada Oak", "phone": "+49 30 901820"}
    full = order(
        "A-1",
        customer=person,
        shippingAddress=home,
        billingAddress=home | {"lines": ["P.O. Box 7"]},
        payments=[payment],
    )
    report, _ = await import_entries([Sold(full, FilePosition(Path("orders"), 1)), *entries("A-2")])
    assert report.imported == 2
    (stored,) = await rows(
        'select c.phone, s.lines, s.country, b.lines as billed, p.paid_at, p.instrument from "order" o'
        " join customer c on c.id = o.customer_id join payment p on p.order_id = o.id"
        " join shipping_address s on s.order_id = o.id join billing_address b on b.order_id = o.id"
    )
    assert stored == {
        "phone": "+49 30 901820",
        "lines": "Elm Street 1\n2nd floor",
        "country": "DE",
        "billed": "P.O. Box 7",
        "paid_at": datetime(2026, 1, 5, 9, 31, 12, tzinfo=UTC),
        "instrument": "Visa •••• 4242",
    }


async def test_each_package_is_in_the_journal_once_as_an_act_of_the_system(database: str) -> None:
    await import_entries(entries("A-1", "A-2"))
    events = await rows(
        "select e.*, o.customer_id as buyer, o.id as bought from event e join package p on p.id = e.subject_id"
        ' join "order" o on o.id = p.order_id'
    )
    assert len(events) == 2
    for event in events:
        assert (event["subject"], event["action"], event["actor_role"]) == ("PACKAGE", "IMPORT_ORDER", "SYSTEM")
        assert (event["from_status"], event["to_status"], event["at"]) == (None, "PREPARING", NOW)
        assert (event["order_id"], event["customer_id"]) == (event["bought"], event["buyer"])
        assert event["version"] == 1


async def test_the_return_window_counts_from_the_delivery(database: str) -> None:
    order = order_line("A-1")
    package = order["sellerOrders"][0]["packages"][0]
    package |= {"status": "DELIVERED", "deliveredAt": DELIVERED_AT.isoformat()}
    await import_entries([Sold(order_of(order), FilePosition(Path("orders"), 1)), *entries("A-2")])
    windows = await rows("select return_until from package order by number")
    last_day = datetime.combine(DELIVERED_AT.date() + timedelta(days=30), time.max, UTC)
    assert [row["return_until"] for row in windows] == [last_day, None]


@pytest.mark.parametrize(
    ("status", "times", "delivered_at"),
    [
        ("DELIVERED", {}, PLACED_AT + timedelta(days=45)),
        ("DELIVERED", {"shippedAt": SHIPPED_AT.isoformat()}, SHIPPED_AT + timedelta(days=45)),
        ("SHIPPED", {}, None),
        ("SHIPPED", {"shippedAt": SHIPPED_AT.isoformat()}, None),
    ],
)
async def test_a_package_that_comes_in_without_its_delivery_is_not_returnable_for_ever(
    database: str, status: str, times: dict[str, str], delivered_at: datetime | None
) -> None:
    order = order_line("A-1", placedAt=PLACED_AT.isoformat())
    order["sellerOrders"][0]["packages"][0] |= {"status": status, **times}
    await import_entries([Sold(order_of(order), FilePosition(Path("orders"), 1))])
    (row,) = await rows("select * from package")
    assert (row["delivered_at"], row["delivery_assumed"]) == (delivered_at, delivered_at is not None)
    assert (row["return_until"] is None) is (delivered_at is None)
    assert row["under_way_since"] == (None if times else PLACED_AT)
    if delivered_at is None:
        await ensure_terms()
        commands = Commands(clock=lambda: NOW, notify=lambda: None)
        assert await Worker(commands, {}, ProcessNotifier()).once()
        (row,) = await rows("select * from package")
        since = SHIPPED_AT if times else PLACED_AT
        assert (row["status"], row["delivery_assumed"]) == ("DELIVERED", True)
        assert row["delivered_at"] == since + timedelta(days=45)
    last_day = row["delivered_at"].date() + timedelta(days=30)
    assert row["return_until"] == datetime.combine(last_day, time.max, UTC)


async def test_an_order_that_was_never_paid_comes_in_with_nothing_captured(database: str) -> None:
    report, reported = await import_entries([Sold(order("A-1", payments=[]), FilePosition(Path("orders"), 1))])
    assert (report.imported, reported) == (1, [])
    assert await rows('select captured_minor from "order"') == [{"captured_minor": 0}]


async def test_known_people_are_not_created_again(database: str) -> None:
    await import_entries(entries("A-1"))
    await import_entries(entries("A-2", "A-3"))
    assert len(await rows("select * from customer")) == len(await rows("select * from seller")) == 1


async def test_existing_orders_are_skipped(database: str, small_chunks: None) -> None:
    await import_entries(entries("A-3", "A-5"))
    before = await rows('select * from "order" order by number')
    report, reported = await import_entries(entries(*(f"A-{n}" for n in range(1, 8))))
    assert (report.imported, report.existing, reported) == (5, 2, [])
    assert report.tally.sold.orders == 7
    assert await numbers() == [f"A-{n}" for n in range(1, 8)]
    after = await rows("""select * from "order" where number in ('A-3', 'A-5') order by number""")
    assert after == before
    again, _ = await import_entries(entries(*(f"A-{n}" for n in range(1, 8))))
    assert (again.imported, again.existing) == (0, 7)


async def test_a_number_that_is_in_the_files_twice_is_reported(database: str, small_chunks: None) -> None:
    report, reported = await import_entries(entries("A-1", "A-1", "A-2", "A-3", "A-4", "A-2"))
    assert reported == [
        "orders:2: Order A-1 was already created after this import began.",
        "orders:6: Order A-2 was already created after this import began.",
    ]
    assert (report.imported, report.tally.problems) == (4, 2)
    assert await numbers() == ["A-1", "A-2", "A-3", "A-4"]


async def test_a_row_that_the_database_refuses_keeps_only_its_order_out(database: str, small_chunks: None) -> None:
    db = get_connection("default")
    await db.execute_script("""alter table "order" add constraint no_sixes check (number not like '%6')""")
    report, reported = await import_entries(entries(*(f"A-{n}" for n in range(1, 9))))
    (one,) = reported
    assert one.startswith("orders:6: The database refuses order A-6: new row for relation")
    assert "no_sixes" in one
    assert (report.imported, report.tally.problems) == (7, 1)
    assert await numbers() == ["A-1", "A-2", "A-3", "A-4", "A-5", "A-7", "A-8"]


async def test_what_has_nothing_to_do_with_the_rows_ends_the_import(database: str, small_chunks: None) -> None:
    await import_entries(entries("A-1"))
    await get_connection("default").execute_script("alter table payment rename to payed")
    with pytest.raises(asyncpg.UndefinedTableError):
        await import_entries(entries("A-2"))
    assert await numbers() == ["A-1"]


async def test_an_order_that_another_import_creates_is_not_mistaken_for_a_bad_one(
    database: str, database_url: str
) -> None:
    other, watcher = await asyncpg.connect(database_url), await asyncpg.connect(database_url)
    try:
        transaction = other.transaction()
        await transaction.start()
        await other.execute("insert into customer (id, subject, name) values ('customer_1', 'bob', 'Bob')")
        await other.execute(
            'insert into "order" (id, number, status, currency, placed_at, customer_id, items_minor, discount_minor,'
            " tax_minor, shipping_minor, captured_minor, refunded_minor, version) values"
            " ('order_z', 'A-1', 'CANCELED', 'EUR', now(), 'customer_1', 0, 0, 0, 0, 0, 0, 1)"
        )
        importing = asyncio.create_task(import_entries(entries("A-1")))
        while not await watcher.fetchval("select exists (select 1 from pg_locks where not granted)"):
            pass  # until the import waits for the other's order
        await transaction.commit()
        _, reported = await importing
    finally:
        await other.close()
        await watcher.close()
    assert reported == ["orders:1: Order A-1 was already created after this import began."]


async def test_two_concurrent_imports_of_one_file_create_each_order_once(database: str, small_chunks: None) -> None:
    file = [f"A-{n:02}" for n in range(40)]
    both = await asyncio.gather(import_entries(entries(*file)), import_entries(entries(*reversed(file))))
    assert sum(report.imported for report, _ in both) == 40
    assert await numbers() == file
    assert len(await rows("select * from event")) == len(await rows("select * from payment")) == 40


async def test_everything_is_accounted_for(database: str, tmp_path: Path) -> None:
    orders = [sale("o1"), sale("o2"), sale("o3", order_status="lost"), sale("o4", order_status="created")]
    Records(tmp_path).write(orders, [item("o1"), item("o3"), item("o4")])
    report, reported = await import_entries(Olist(tmp_path))
    assert {reason: count.orders for reason, count in report.tally.left_out.items()} == {
        "without lines": 1,
        "awaiting payment": 1,
    }
    assert {status: count.orders for status, count in report.tally.standing.items()} == {PackageStatus.DELIVERED: 1}
    assert len(reported) == report.tally.problems == 1


def command(url: str, *arguments: str) -> "subprocess.Popen[str]":
    """`server.py import` on a database of its own, running."""
    return subprocess.Popen(
        [sys.executable, "server.py", "import", *arguments],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": url},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def done(process: "subprocess.Popen[str]") -> tuple[int, str, str]:
    stdout, stderr = process.communicate(timeout=60)
    return process.returncode, stdout, stderr


def test_the_command_reports_new_and_existing_orders(database_url: str, tmp_path: Path) -> None:
    file = write_lines(tmp_path / "orders.jsonl", [order_line("A-1"), order_line("A-2")])
    code, said, _ = done(command(database_url, "jsonl", str(file)))
    assert (code, said.splitlines()[0]) == (0, "Imported 2 orders; already existing: 0.")
    code, said, _ = done(command(database_url, "jsonl", str(file)))
    assert (code, said.splitlines()[0]) == (0, "Imported nothing; already existing: 2.")


def test_the_exit_code_is_one_if_there_were_problems(database_url: str, tmp_path: Path) -> None:
    file = write_lines(tmp_path / "orders.jsonl", [order_line("A-1"), order_line("A-2") | {"number": 2}])
    code, said, complained = done(command(database_url, "jsonl", str(file)))
    assert code == 1
    assert "Imported 1 order; already existing: 0." in said
    assert "1 problem, reported above with file and line." in said
    assert f"{file}:2: number: This must be a text." in complained
    assert "Traceback" not in complained


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("olist", "."), 1, "retour: olist_orders_dataset.csv or"),
        (("retail", "README"), 2, "does not exist"),
        (("olist", ".", "--as-of", "then"), 2, "--as-of"),
        (("olist", ".", "--currency", "EUX"), 2, "must be an ISO 4217 code"),
    ],
)
def test_a_wrong_call_is_answered_with_a_sentence(
    database_url: str, arguments: tuple[str, ...], code: int, sentence: str
) -> None:
    ended, _, complained = done(command(database_url, *arguments))
    assert (ended, "Traceback" in complained) == (code, False)
    assert sentence in complained


@pytest.fixture
def pipe(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "orders.jsonl"
    os.mkfifo(path)
    yield path
    path.unlink()


async def test_an_import_that_was_killed_can_be_continued(database_url: str, pipe: Path, tmp_path: Path) -> None:
    orders = [json.dumps(order_line(f"A-{n:05}")) + "\n" for n in range(5 * bulk.CHUNK)]
    process = command(database_url, "jsonl", str(pipe))
    with pipe.open("w") as feed:
        # What has been written has been read but for what a pipe holds, and at most two chunks are read ahead
        # of the one that is committed: so some are in, and the last, which are not written, cannot be.
        feed.writelines(orders[: 4 * bulk.CHUNK])
        feed.flush()
        process.send_signal(signal.SIGKILL)
        process.communicate()
    connection = await asyncpg.connect(database_url)
    try:
        count = 'select count(*) from "order"'
        before = await connection.fetchval(count)
        assert 0 < before < len(orders)
        assert before % bulk.CHUNK == 0
        (tmp_path / "whole.jsonl").write_text("".join(orders))
        code, said, _ = done(command(database_url, "jsonl", str(tmp_path / "whole.jsonl")))
        assert (code, f"already existing: {before:,}." in said) == (0, True)
        assert await connection.fetchval(count) == len(orders)
        for table in ("package", "order_item", "payment", "event", "seller_order"):
            assert await connection.fetchval(f"select count(*) from {table}") == len(orders)
        assert await connection.fetchval("select window_days from return_policy where current") == WINDOW_DAYS
    finally:
        await connection.close()


async def test_an_order_whose_payment_was_misspelled_comes_in_once_the_file_is_mended(
    database: str, tmp_path: Path
) -> None:
    records = Records(tmp_path).write(
        [sale("o1"), sale("o2")], [item("o1"), item("o2")], [payment("o1 "), payment("o2")]
    )
    report, reported = await import_entries(Olist(tmp_path))
    assert (report.imported, len(reported), await numbers()) == (1, 2, ["o2"])
    records.write([sale("o1"), sale("o2")], [item("o1"), item("o2")])
    report, reported = await import_entries(Olist(tmp_path))
    assert (report.imported, report.existing, reported) == (1, 1, [])
    assert await rows("""select captured_minor from "order" where number = 'o1'""") == [{"captured_minor": 1250}]


def test_orders_are_read_from_stdin(database_url: str) -> None:
    done = subprocess.run(
        [sys.executable, "server.py", "import", "jsonl", "-"],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": database_url},
        input="\ufeff" + json.dumps(order_line("A-1")) + "\n{\n",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "Imported 1 order; already existing: 0." in done.stdout
    assert "stdin:2: This is not JSON: " in done.stderr


async def test_an_import_refuses_times_of_the_future_and_unknown_providers(database: str) -> None:
    future = order("A-1", placedAt="2026-02-02T12:00:00Z")
    misspelled = order("A-2", payments=[{"method": "card", "captured": "40.00", "provider": "strpie"}])
    at = FilePosition(Path("orders"), 1)
    report, reported = await import_entries([Sold(future, at), Sold(misspelled, at), *entries("A-3")])
    assert [sentence.partition(": ")[2].partition(": ")[0] for sentence in reported] == [
        "placedAt",
        "payments.0.provider",
    ]
    assert (report.imported, await numbers()) == (1, ["A-3"])


def stated(number: str, day: int, name: str, email: str | None, seller: str) -> Sold:
    line = order_line(number, placedAt=f"2026-01-{day:02}T12:00:00Z", customer={"subject": "ada", "name": name})
    line["customer"] |= {"email": email} if email else {}
    line["sellerOrders"][0]["sellerName"] = seller
    return Sold(order_of(line), FilePosition(Path("orders"), day))


@pytest.mark.parametrize("files", [[[0, 1, 2]], [[2, 1, 0]], [[2], [0], [1]], [[0], [1], [2]], [[1], [2, 0], [1]]])
async def test_people_are_named_as_in_their_latest_order_however_the_files_come(
    database: str, files: list[list[int]]
) -> None:
    history = [
        stated("A-1", 5, "Ada Oak", "ada@oak.example", "North"),
        stated("A-2", 7, "Ada Ash", "ada@ash.example", "North Lamps"),
        stated("A-3", 9, "Ada Elm", "ada@elm.example", "Lamps of the North"),
    ]
    for file in files:
        await import_entries([history[n] for n in file])
    people = "select c.name, c.email, s.name as seller from customer c, seller s"
    assert await rows(people) == [{"name": "Ada Elm", "email": "ada@elm.example", "seller": "Lamps of the North"}]


async def test_within_a_file_the_latest_address_of_e_mail_stays_if_later_orders_have_none(database: str) -> None:
    history = [
        stated("A-3", 9, "Ada Elm", None, "North"),
        stated("A-2", 7, "Ada Ash", "ada@ash.example", "North"),
        stated("A-1", 5, "Ada Oak", "ada@oak.example", "North"),
    ]
    await import_entries(history)
    assert await rows("select name, email from customer") == [{"name": "Ada Elm", "email": "ada@ash.example"}]


async def test_an_order_that_exists_renames_nobody(database: str) -> None:
    await import_entries([stated("A-1", 5, "Ada Oak", None, "North")])
    report, _ = await import_entries([stated("A-1", 9, "Ada Elm", "ada@elm.example", "South")])
    assert report.existing == 1
    assert await rows("select c.name, s.name as seller from customer c, seller s") == [
        {"name": "Ada Oak", "seller": "North"}
    ]


async def rename(name: str, day: int) -> None:
    """Name the only customer as an order of that day does."""
    (found,) = await rows("select id, subject as key, name, email, phone from customer")
    news = people.StatedPerson("ada", name, None, None, datetime(2026, 1, day, tzinfo=UTC))
    async with in_transaction() as db:
        await people.rename(db, [people.KnownPerson(**found)], {"ada": news}, [], {})


_WAITS_FOR = "select exists (select from pg_stat_activity where $1 = any(pg_blocking_pids(pid)))"


@pytest.mark.parametrize(("locked", "named"), [(True, "Ada Elm"), (False, "Ada Ash")], ids=["locked", "control"])
async def test_a_rename_waits_for_another_of_the_same_customer_and_sees_its_order(
    database: str, database_url: str, monkeypatch: pytest.MonkeyPatch, locked: bool, named: str
) -> None:
    """The later order is committed while the earlier one waits for the customer's row; without the lock it is unseen.

    An import of new orders would wait before that already, in the insert that finds the customer there.
    """
    if not locked:
        monkeypatch.setattr(people, "_CUSTOMERS_LOCK", "select $1::text[]")
    await import_entries([stated("A-1", 5, "Ada Oak", None, "North")])
    other, watcher = await asyncpg.connect(database_url), await asyncpg.connect(database_url)
    try:
        transaction = other.transaction()
        await transaction.start()
        await other.execute("update customer set name = 'Ada Elm'")
        await other.execute(
            'insert into "order" (id, number, status, currency, placed_at, customer_id, items_minor, discount_minor,'
            " tax_minor, shipping_minor, captured_minor, refunded_minor, version) select 'order_z', 'A-3', 'CANCELED',"
            " 'EUR', '2026-01-09', id, 0, 0, 0, 0, 0, 0, 1 from customer"
        )
        renaming = asyncio.create_task(rename("Ada Ash", 7))
        async with asyncio.timeout(20):
            while not await watcher.fetchval(_WAITS_FOR, await other.fetchval("select pg_backend_pid()")):
                pass  # until the rename waits for the other's customer
        await transaction.commit()
        await renaming
    finally:
        await other.close()
        await watcher.close()
    assert await rows("select name from customer") == [{"name": named}]
