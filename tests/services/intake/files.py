"""Small invented files in the formats that can be imported, and what is found in them."""

import csv
import gzip
import json
import os
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from services.inputs import IncomingOrder
from services.intake.importing.bulk import Import, ImportReport
from services.intake.importing.entries import Entry, LeftOut, Problem, Sold
from services.intake.importing.olist import CUSTOMERS, ITEMS, ORDERS, PAYMENTS, Olist
from services.intake.importing.tally import checked

ROOT = Path(__file__).resolve().parents[3]
DATA = Path(os.environ.get("RETOUR_DATA", ROOT.parent / "shared" / "data"))
NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
ORDER_COLUMNS = (
    *("order_id", "customer_id", "order_status", "order_purchase_timestamp", "order_approved_at"),
    *("order_delivered_carrier_date", "order_delivered_customer_date", "order_estimated_delivery_date"),
)
ITEM_COLUMNS = (
    *("order_id", "order_item_id", "product_id", "seller_id"),
    *("shipping_limit_date", "price", "freight_value"),
)
PAYMENT_COLUMNS = ("order_id", "payment_sequential", "payment_type", "payment_installments", "payment_value")
CUSTOMER_COLUMNS = (
    *("customer_id", "customer_unique_id"),
    *("customer_zip_code_prefix", "customer_city", "customer_state"),
)
BOUGHT, APPROVED, HANDED_OVER = "2020-03-01 10:00:00", "2020-03-01 12:00:00", "2020-03-04 09:00:00"
ARRIVED, ESTIMATE, LIMIT = "2020-03-09 18:00:00", "2020-03-20 00:00:00", "2020-03-05 12:00:00"

Cells = Mapping[str, Any]


def sale(order_id: str = "o1", **changes: str) -> dict[str, str]:
    """A delivered order as a record, with some cells changed."""
    cells = (order_id, f"{order_id}-c", "delivered", BOUGHT, APPROVED, HANDED_OVER, ARRIVED, ESTIMATE)
    return dict(zip(ORDER_COLUMNS, cells, strict=True)) | changes


def item(order_id: str = "o1", n: int = 1, seller: str = "s1", **changes: str) -> dict[str, str]:
    """One unit of a product for 10.00 with 2.50 freight."""
    cells = (order_id, str(n), f"p{n}", seller, LIMIT, "10.00", "2.50")
    return dict(zip(ITEM_COLUMNS, cells, strict=True)) | changes


def payment(order_id: str = "o1", n: int = 1, value: str = "12.50", kind: str = "credit_card") -> dict[str, str]:
    """A payment of an order."""
    return dict(zip(PAYMENT_COLUMNS, (order_id, str(n), kind, "1", value), strict=True))


def customer(order_id: str = "o1", person: str = "ada") -> dict[str, str]:
    """The customer of an order; the records have a new one for each order."""
    return dict(zip(CUSTOMER_COLUMNS, (f"{order_id}-c", person, "01234", "sao paulo", "SP"), strict=True))


def write_csv(path: Path, columns: Iterable[str], rows: Iterable[Cells]) -> Path:
    """A CSV file, gzipped if its name says so."""
    opener: Any = gzip.open if path.suffix == ".gz" else open
    with opener(path, "wt", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(columns), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


class Records:
    """A directory with the records of a small marketplace."""

    def __init__(self, directory: Path, ending: str = ".csv") -> None:
        self.directory, self._ending = directory, ending

    def path(self, name: str) -> Path:
        return self.directory / f"{name}{self._ending}"

    def write(
        self,
        orders: Iterable[Cells],
        items: Iterable[Cells],
        payments: Iterable[Cells] | None = None,
        customers: Iterable[Cells] | None = None,
    ) -> "Records":
        """Write all files; by default, each order has one payment and Ada as its customer."""
        sold = list(orders)
        ids = list(dict.fromkeys(record["order_id"] for record in sold))
        write_csv(self.path(ORDERS), ORDER_COLUMNS, sold)
        write_csv(self.path(ITEMS), ITEM_COLUMNS, items)
        write_csv(self.path(PAYMENTS), PAYMENT_COLUMNS, map(payment, ids) if payments is None else payments)
        write_csv(self.path(CUSTOMERS), CUSTOMER_COLUMNS, map(customer, ids) if customers is None else customers)
        return self

    def add_line(self, name: str, line: str | bytes) -> None:
        """Append a line to a file."""
        with self.path(name).open("ab") as file:
            file.write((line if isinstance(line, bytes) else line.encode()) + b"\n")

    def read(self, moment: datetime | None = None) -> list[Entry]:
        """The entries that the reader finds."""
        return list(checked(Olist(self.directory, moment=moment)))


def order_line(number: str, **changes: Any) -> dict[str, Any]:
    """An order in our own format: two lamps from one seller, waiting to be packed."""
    thing = {"sku": "lamp", "name": "Lamp", "quantity": 2, "unitPrice": "20.00"}
    return {
        "number": number,
        "currency": "EUR",
        "placedAt": "2026-01-05T09:30:00Z",
        "customer": {"subject": "ada", "name": "Ada Oak"},
        "sellerOrders": [{"seller": "north", "sellerName": "North", "packages": [{"items": [thing]}]}],
        "payments": [{"method": "card", "captured": "40.00"}],
    } | changes


def write_lines(path: Path, orders: Iterable[Any]) -> Path:
    """Write a JSON Lines file; a text is written as it is."""
    lines = (order if isinstance(order, str) else json.dumps(order) for order in orders)
    path.write_text("".join(f"{line}\n" for line in lines))
    return path


def sold(entries: Iterable[Entry]) -> list[IncomingOrder]:
    """The orders among some entries."""
    return [entry.order for entry in entries if isinstance(entry, Sold)]


def left_out(entries: Iterable[Entry]) -> list[str]:
    """The reason of each entry that was left out."""
    return [entry.reason for entry in entries if isinstance(entry, LeftOut)]


def problems(entries: Iterable[Entry]) -> list[str]:
    """The problems as the operator reads them, without the directory."""
    found = (entry for entry in entries if isinstance(entry, Problem))
    return [f"{entry.at.file.name}:{entry.at.line}: {entry.sentence}" for entry in found]


async def import_entries(entries: Iterable[Entry]) -> tuple[ImportReport, list[str]]:
    """Import entries into the open database, with a return window of 30 days; the report and the problems."""
    reported: list[Problem] = []
    report = await Import(clock=lambda: NOW, window_days=30, report_problem=reported.append).run(entries)
    return report, problems(reported)
