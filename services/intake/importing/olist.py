"""Reads the public records of the Brazilian marketplace Olist: a directory of CSV files, plain or gzipped."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias, TypeVar

from domain.words import SENT, PackageStatus
from services.currency import parse_minor
from services.inputs import (
    IncomingAddress,
    IncomingItem,
    IncomingOrder,
    IncomingPackage,
    IncomingPart,
    IncomingPayment,
)
from services.intake.importing.csvfile import BrokenRecord, columns_of, moment_of, records, whole_of
from services.intake.importing.entries import (
    NOT_RECORDED,
    Entry,
    FilePosition,
    LeftOut,
    Problem,
    Sold,
    Unreadable,
)
from services.intake.importing.spool import Spool
from services.intake.importing.standing import WITHOUT_LINES, Moments, as_of, at_the_end
from services.intake.validation import MOST_GRAMS

T = TypeVar("T")
ORDERS = "olist_orders_dataset"
ITEMS = "olist_order_items_dataset"
PAYMENTS = "olist_order_payments_dataset"
CUSTOMERS = "olist_customers_dataset"
PRODUCTS = "olist_products_dataset"
CATEGORIES = "product_category_name_translation"
COLUMNS = {
    ORDERS: (
        *("order_id", "customer_id", "order_status", "order_purchase_timestamp", "order_approved_at"),
        *("order_delivered_carrier_date", "order_delivered_customer_date", "order_estimated_delivery_date"),
    ),
    ITEMS: ("order_id", "order_item_id", "product_id", "seller_id", "shipping_limit_date", "price", "freight_value"),
    PAYMENTS: ("order_id", "payment_sequential", "payment_type", "payment_value"),
    CUSTOMERS: ("customer_id", "customer_unique_id", "customer_zip_code_prefix", "customer_city", "customer_state"),
    PRODUCTS: ("product_id", "product_category_name"),
    CATEGORIES: ("product_category_name", "product_category_name_english"),
}
WEIGHT = "product_weight_g"
"""A column of the products that other files may not have."""
_SORTED = f"""
select o.*, c.c1, c.c2, c.c3, c.c4 from {ORDERS} o left join {CUSTOMERS} c on c.c0 = o.c1
order by in_utc(o.c3), o.c0
"""
_LATEST = f"select max(in_utc(c3)) from {ORDERS}"
_ITEMS_OF = f"select * from {ITEMS} where c0 = ? order by cast(c1 as integer)"
_PAYMENTS_OF = f"select * from {PAYMENTS} where c0 = ? order by cast(c1 as integer)"
_ORPHANS = """
select line, c0 from {0} t where not exists (select 1 from {1} o where o.c0 = t.c0)
and not exists (select 1 from broken b where b.key = t.c0) order by line
"""
INSTRUMENTS = {
    "credit_card": "Credit card",
    "debit_card": "Debit card",
    "boleto": "Boleto",
    "voucher": "Voucher",
}
_ALIKE = f"select c0 from {ORDERS} where lower(c0) = lower(?)"
OrderCells: TypeAlias = tuple[
    int, str, str, str, str, str, str, str, str, str | None, str | None, str | None, str | None
]
"""A line's number, its cells in the order of COLUMNS, and if the customer exists, its last four."""
ItemCells: TypeAlias = tuple[int, str, str, str, str, str, str, str]
PaymentCells: TypeAlias = tuple[int, str, str, str, str]
Cells = TypeVar("Cells", OrderCells, ItemCells, PaymentCells)


class Olist:
    """The records as orders, in the order in which they were bought.

    Without `moment`, orders are as at the end of the records; with it, as they were then. The customer's
    subject is `customer_unique_id`, a seller's handle is `seller_id`, an order's number is `order_id`, a seller's
    shipping is the freight of its lines, and all of a seller's lines are in one package. An order was paid when it was
    approved, and the street of its address is not recorded.
    """

    def __init__(self, directory: Path, *, moment: datetime | None = None, currency: str = "BRL") -> None:
        self._files = {name: _file(directory, name) for name in COLUMNS}
        self._moment, self._currency = moment, currency
        self.length: int | None = None
        self.done = 0
        self.notes: Counter[str] = Counter()

    def __iter__(self) -> Iterator[Entry]:
        with closing(Spool()) as spool:
            spool.db.create_function("in_utc", 1, _in_utc, deterministic=True)
            for name, key in ((ORDERS, 1), (ITEMS, 2), (PAYMENTS, 2), (CUSTOMERS, 1)):
                yield from spool.load(name, self._path(name), COLUMNS[name], key=key)
            orphans = list(self._orphans(spool))
            yield from orphans
            products = self._products()
            self.length = spool.count(f"select count(*) from {ORDERS}")
            end = self._moment or _latest(spool)
            rows: Iterable[OrderCells] = spool.db.execute(_SORTED)
            for self.done, row in enumerate(rows, 1):
                yield from self._order(row, spool, products, end)

    def _orphans(self, spool: Spool) -> Iterator[Problem]:
        """Lines and payments of no order. Some order lacks them: the one whose id is alike, or one that is unknown.

        They are looked for before the first order is written: an order that came in without its payments would stay so.
        """
        for name in (ITEMS, PAYMENTS):
            orphans: list[tuple[int, str]] = spool.db.execute(_ORPHANS.format(name, ORDERS)).fetchall()
            if orphans:
                spool.db.execute(f"create index if not exists alike on {ORDERS} (lower(c0))")
            for line, order_id in orphans:
                yield Problem(FilePosition(self._path(name), line), f"The order {order_id} does not exist.")
                alike: list[tuple[str]] = spool.db.execute(_ALIKE, (order_id,)).fetchall()
                for (number,) in alike:
                    spool.taint(number)
                spool.lost |= not alike

    def _order(
        self, row: OrderCells, spool: Spool, products: Mapping[str, "OlistProduct"], end: datetime
    ) -> Iterator[Entry]:
        number, person, at = row[1], row[9], FilePosition(self._path(ORDERS), row[0])
        items: list[ItemCells] = spool.db.execute(_ITEMS_OF, (number,)).fetchall()
        payments: list[PaymentCells] = spool.db.execute(_PAYMENTS_OF, (number,)).fetchall()
        problems: list[Problem] = []
        if spool.tainted(number):
            problems.append(Problem(at, f"Order {number} is left out: one of its records is broken."))
        elif person is None:
            problems.append(Problem(at, f"The customer {row[2]} does not exist."))
        moments = _tried(_moments, row, at, problems)
        paid = [
            _tried(self._payment, cells, FilePosition(self._path(PAYMENTS), cells[0]), problems) for cells in payments
        ]
        lines = [_tried(self._line, cells, FilePosition(self._path(ITEMS), cells[0]), problems) for cells in items]
        if not problems and (gap := _gap(items, lines, paid, lost=spool.lost)):
            problems.append(Problem(at, f"Order {number} is left out: {gap}."))
        if person is not None and moments and not problems:
            try:
                parts = self._parts(moments, [line for line in lines if line], products, end)
            except ValueError as fault:
                problems.append(Problem(at, str(fault)))
            else:
                if isinstance(parts, LeftOut):
                    yield parts
                else:
                    received = tuple(replace(payment, paid_at=moments.approved) for payment in paid if payment)
                    yield Sold(self._incoming(row, person, moments, parts, received), at)
        yield from problems

    def _parts(
        self, moments: Moments, lines: list["OlistLine"], products: Mapping[str, "OlistProduct"], end: datetime
    ) -> tuple[IncomingPart, ...] | LeftOut:
        """The part of each seller. Raises ValueError."""
        sellers: dict[str, list[OlistLine]] = {}
        for line in lines:
            sellers.setdefault(line.seller, []).append(line)
        if not sellers:
            return LeftOut(WITHOUT_LINES)
        parts = []
        handed_over, arrived = self._plausible(moments)
        for handle, sold in sellers.items():
            limit = min(line.ship_before for line in sold)
            status = as_of(moments, end, limit) if self._moment else at_the_end(moments, end)
            if not isinstance(status, PackageStatus):
                return LeftOut(status, packages=len(sellers), lines=len(lines))
            package = IncomingPackage(
                tuple(_item(line, products.get(line.product, UNNAMED)) for line in sold),
                status,
                shipped_at=handed_over if status in SENT else None,
                delivered_at=arrived if status is PackageStatus.DELIVERED else None,
            )
            parts.append(IncomingPart(handle, f"Seller {handle[:8]}", sum(line.freight for line in sold), (package,)))
        return tuple(parts)

    def _plausible(self, moments: Moments) -> tuple[datetime | None, datetime | None]:
        """When an order was handed over and when it arrived; a time that contradicts another is noted and left out."""
        handed_over, arrived = moments.handed_over, moments.arrived
        if arrived and arrived < moments.bought:
            self.notes["arrived before the order was placed: time left out"] += 1
            arrived = None
        if handed_over and handed_over < moments.bought:
            self.notes["handed over before the order was placed: time left out"] += 1
            handed_over = None
        elif handed_over and arrived and arrived < handed_over:
            self.notes["handed over after the arrival: time left out"] += 1
            handed_over = None
        return handed_over, arrived

    def _incoming(
        self,
        row: OrderCells,
        person: str,
        moments: Moments,
        parts: tuple[IncomingPart, ...],
        payments: tuple[IncomingPayment, ...],
    ) -> IncomingOrder:
        return IncomingOrder(
            number=row[1],
            currency=self._currency,
            placed_at=moments.bought,
            customer_subject=person,
            customer_name=f"Customer {person[:8]}",
            customer_email=None,
            parts=parts,
            payments=payments,
            shipping_address=_address(f"Customer {person[:8]}", row[10:]),
        )

    def _payment(self, row: PaymentCells) -> IncomingPayment:
        _, order_id, position, method, amount = row
        return IncomingPayment(
            method,
            "ledger",
            f"{order_id}-{position}",
            parse_minor(amount, self._currency),
            instrument=INSTRUMENTS.get(method),
        )

    def _line(self, row: ItemCells) -> "OlistLine":
        _, _, _, product, seller, limit, price, freight = row
        price_minor, freight_minor = (parse_minor(amount, self._currency) for amount in (price, freight))
        return OlistLine(product, seller, moment_of(limit), price_minor, freight_minor)

    def _path(self, name: str) -> Path:
        path = self._files[name]
        if path is None:
            raise Unreadable(f"{name}.csv or {name}.csv.gz is missing.")
        return path

    def _products(self) -> dict[str, "OlistProduct"]:
        """Each product by its id, named by its category in words if the files exist: the products have no names."""
        path, named = self._files[PRODUCTS], self._files[CATEGORIES]
        if not path:
            return {}
        words = {first: second for first, second, *_ in self._cells(CATEGORIES, COLUMNS[CATEGORIES])} if named else {}
        more = (WEIGHT,) if WEIGHT in columns_of(path) else ()
        return {
            product: OlistProduct(
                _name(words.get(category, category)) if named else UNNAMED.name,
                _grams(*weight),
                words.get(category, category) or None,
            )
            for product, category, *weight in self._cells(PRODUCTS, (*COLUMNS[PRODUCTS], *more))
        }

    def _cells(self, name: str, columns: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        for record in records(self._path(name), columns):
            if isinstance(record, BrokenRecord):
                self.notes["unreadable products or categories"] += 1
            else:
                yield record.cells


@dataclass(frozen=True, slots=True)
class OlistProduct:
    """What the records say of a product: its name, the weight of one unit in grams, and its category."""

    name: str
    grams: int | None
    category: str | None


UNNAMED = OlistProduct("Product", None, None)


@dataclass(frozen=True, slots=True)
class OlistLine:
    """One unit of one product."""

    product: str
    seller: str
    ship_before: datetime
    price: int
    freight: int


def _item(line: OlistLine, product: OlistProduct) -> IncomingItem:
    return IncomingItem(
        *(line.product, product.name, 1, line.price), weight_grams=product.grams, category=product.category
    )


def _name(category: str) -> str:
    return category.replace("_", " ").capitalize() or UNNAMED.name


def _grams(text: str = "") -> int | None:
    """The weight in a cell; None if there is none that a thing can have."""
    try:
        return whole_of(text) if 1 <= whole_of(text) <= MOST_GRAMS else None
    except ValueError:
        return None


def _address(name: str, place: tuple[str | None, str | None, str | None]) -> IncomingAddress:
    """The address of a customer, of which the records have the first digits of the postal code, city and state."""
    postal_code, city, state = place
    return IncomingAddress(
        name,
        (NOT_RECORDED,),
        "BR",
        postal_code=postal_code or None,
        city=city.title() if city else None,
        region=state or None,
    )


def _moments(row: OrderCells) -> Moments:
    status, bought, approved, handed_over, arrived, estimate = row[3:9]
    return Moments(
        status=status,
        bought=moment_of(bought),
        approved=moment_of(approved) if approved else None,
        handed_over=moment_of(handed_over) if handed_over else None,
        arrived=moment_of(arrived) if arrived else None,
        estimate=moment_of(estimate),
    )


def _tried(read: Callable[[Cells], T], row: Cells, at: FilePosition, problems: list[Problem]) -> T | None:
    """What a row says; or None, with one more problem."""
    try:
        return read(row)
    except ValueError as fault:
        problems.append(Problem(at, str(fault)))
        return None


def _gap(
    items: Sequence[ItemCells],
    lines: Sequence["OlistLine | None"],
    paid: Sequence[IncomingPayment | None],
    *,
    lost: bool,
) -> str:
    """What an order lacks, if it does; its lines are numbered from 1.

    With `lost`, there are records that no order claims: then an order whose payments and lines differ may lack them. In
    whole records such an order is imported as it is: one was never paid, and a few hundred differ by some cents.
    """
    numbers = [cells[2] for cells in items]
    if numbers != [str(n) for n in range(1, len(items) + 1)]:
        return f"its lines are numbered {', '.join(numbers)[:80]}, so one is missing"
    worth = sum(line.price + line.freight for line in lines if line)
    received = sum(payment.captured_minor for payment in paid if payment)
    if lost and lines and worth != received:
        return "its payments and lines differ, and there are records that belong to no order"
    return ""


def _latest(spool: Spool) -> datetime:
    """The time of the last order, at which the records end."""
    latest: tuple[str | None] = spool.db.execute(_LATEST).fetchone()
    (text,) = latest
    return moment_of(text) if text else datetime.fromtimestamp(0, UTC)


def _in_utc(text: str) -> str | None:
    """A time in a form that is sorted as it passes; None if it is none, which is reported with its order."""
    try:
        return moment_of(text).isoformat(timespec="microseconds")
    except ValueError:
        return None


def _file(directory: Path, name: str) -> Path | None:
    found = (directory / f"{name}{ending}" for ending in (".csv", ".csv.gz"))
    return next((path for path in found if path.exists()), None)
