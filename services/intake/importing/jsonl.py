"""Reads orders from JSON Lines, one order a line, as `docs/import-format.md` describes."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from domain.words import PackageStatus
from services.currency import parse_minor
from services.inputs import IncomingItem, IncomingOrder, IncomingPackage, IncomingPart, IncomingPayment
from services.intake.importing.csvfile import opened
from services.intake.importing.entries import Entry, FilePosition, Problem, Sold

LONGEST_LINE = 16 * 1024 * 1024


class JsonLines:
    """One file, a pipe, or a gzipped file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.length: int | None = None
        self.done = 0
        self.notes: Counter[str] = Counter()

    def __iter__(self) -> Iterator[Entry]:
        with opened(self._path) as file:
            self.length = file.length
            number = 0
            while line := file.stream.readline(LONGEST_LINE):
                number += 1
                self.done = file.done
                at = FilePosition(self._path, number)
                if len(line) == LONGEST_LINE and not line.endswith(b"\n"):
                    yield Problem(at, "This line is longer than 16 MiB.")
                    _skip_line(file.stream)
                elif line.strip():
                    yield _entry(line, at)


def order_of(value: Any) -> IncomingOrder:
    """The order that a decoded line describes. Raises ValueError with the path of the fault and a sentence."""
    top = Fields(value, "order", "")
    currency = top.text("currency")
    customer = top.within("customer")
    order = IncomingOrder(
        number=top.text("number"),
        currency=currency,
        placed_at=top.moment("placedAt"),
        customer_subject=customer.text("subject"),
        customer_name=customer.text("name"),
        customer_email=customer.text("email", "") or None,
        parts=tuple(_part(part, currency) for part in top.each("sellerOrders")),
        payments=tuple(_payment(payment, currency) for payment in top.each("payments")),
    )
    customer.close()
    top.close()
    return order


class Fields:
    """The fields of one JSON object; fields that were not read when it is closed are refused."""

    def __init__(self, value: Any, name: str, at: str) -> None:
        if not isinstance(value, dict):
            raise ValueError(f"{at or name}: This must be an object.")
        self._left, self._at = dict(value), at

    def text(self, name: str, default: str | None = None) -> str:
        """A text; it is required if there is no default."""
        value = self._take(name, default)
        if not isinstance(value, str):
            raise self.fault(name, "This must be a text.")
        return value

    def amount(self, name: str, currency: str, default: str | None = None) -> int:
        """An amount in minor units, from a text such as "12.30": a JSON number could have been rounded."""
        value = self._take(name, default)
        if not isinstance(value, str):
            raise self.fault(name, 'This must be an amount as a text, such as "12.30".')
        try:
            return parse_minor(value, currency)
        except ValueError as fault:
            raise self.fault(name, f"{fault}.") from None

    def amount_or_none(self, name: str, currency: str) -> int | None:
        """An amount in minor units, or None."""
        if self._left.get(name) is None:
            self._left.pop(name, None)
            return None
        return self.amount(name, currency)

    def whole(self, name: str) -> int:
        """A whole number."""
        value = self._take(name, None)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.fault(name, "This must be a whole number.")
        return value

    def moment(self, name: str) -> datetime:
        """A time with its zone."""
        value = self.text(name)
        try:
            moment = datetime.fromisoformat(value)
            if moment.tzinfo is not None:
                return moment.astimezone(UTC)
        except (ValueError, OverflowError):
            pass
        raise self.fault(name, "This must be a time with its zone, such as 2026-01-31T12:00:00Z.")

    def moment_or_none(self, name: str) -> datetime | None:
        """A time with its zone, or None."""
        if self._left.get(name) is None:
            self._left.pop(name, None)
            return None
        return self.moment(name)

    def within(self, name: str) -> "Fields":
        """The object in a field."""
        return Fields(self._take(name, None), name, self._path(name))

    def each(self, name: str) -> Iterator["Fields"]:
        """The objects of a list, each closed after its turn."""
        value = self._take(name, None)
        if not isinstance(value, list):
            raise self.fault(name, "This must be a list.")
        for n, element in enumerate(value):
            fields = Fields(element, name, f"{self._path(name)}.{n}")
            yield fields
            fields.close()

    def close(self) -> None:
        """Raise ValueError for unknown fields, so that a misspelled field is not lost silently."""
        for name in self._left:
            raise self.fault(name, "This field does not exist.")

    def _take(self, name: str, default: str | None) -> Any:
        value = self._left.pop(name, None)
        if value is None and default is None:
            raise self.fault(name, "This is missing.")
        return default if value is None else value

    def _path(self, name: str) -> str:
        return f"{self._at}.{name}" if self._at else name

    def fault(self, name: str, sentence: str) -> ValueError:
        """The error to raise about a field."""
        return ValueError(f"{self._path(name)}: {sentence}")


def _part(part: Fields, currency: str) -> IncomingPart:
    return IncomingPart(
        part.text("seller"),
        part.text("sellerName"),
        part.amount("shipping", currency, "0"),
        tuple(_package(package, currency) for package in part.each("packages")),
    )


def _package(package: Fields, currency: str) -> IncomingPackage:
    status = package.text("status", PackageStatus.PREPARING)
    if status not in PackageStatus.__members__:
        known = ", ".join(status for status in PackageStatus if status is not PackageStatus.CANCELED)
        raise package.fault("status", f"This must be one of {known}.")
    return IncomingPackage(
        tuple(_item(item, currency) for item in package.each("items")),
        PackageStatus(status),
        shipped_at=package.moment_or_none("shippedAt"),
        delivered_at=package.moment_or_none("deliveredAt"),
    )


def _item(item: Fields, currency: str) -> IncomingItem:
    return IncomingItem(
        sku=item.text("sku"),
        name=item.text("name"),
        quantity=item.whole("quantity"),
        unit_price_minor=item.amount("unitPrice", currency),
        discount_minor=item.amount("discount", currency, "0"),
        tax_minor=item.amount("tax", currency, "0"),
        image_url=item.text("imageUrl", "") or None,
    )


def _payment(payment: Fields, currency: str) -> IncomingPayment:
    return IncomingPayment(
        method=payment.text("method"),
        provider=payment.text("provider", "ledger"),
        reference=payment.text("reference", ""),
        captured_minor=payment.amount("captured", currency),
        total_minor=payment.amount_or_none("paymentTotal", currency),
    )


def _entry(line: bytes, at: FilePosition) -> Entry:
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        return Problem(at, f"This is not JSON: {error}.")
    try:
        return Sold(order_of(value), at)
    except ValueError as fault:
        return Problem(at, str(fault))


def _skip_line(stream: BinaryIO) -> None:
    while (rest := stream.readline(LONGEST_LINE)) and not rest.endswith(b"\n"):
        continue
