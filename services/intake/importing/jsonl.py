"""Reads orders from JSON Lines, one order a line, as `docs/import-format.md` describes."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, TypeAlias

import orjson

from domain.calendar import moment_of
from domain.errors import Path as FieldPath
from domain.words import PackageStatus
from services.currency import is_currency, parse_minor
from services.inputs import (
    IncomingAddress,
    IncomingItem,
    IncomingMovement,
    IncomingOrder,
    IncomingPackage,
    IncomingPart,
    IncomingPayment,
    WentBack,
)
from services.intake.importing.csvfile import opened
from services.intake.importing.entries import Entry, FilePosition, Problem, Sold
from services.intake.validation import LARGEST_MINOR, Fault

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"
LONGEST_LINE = 16 * 1024 * 1024
BYTE_ORDER_MARK = "\ufeff".encode()


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
                # files that were joined have a mark in the middle, too
                elif text := line.removeprefix(BYTE_ORDER_MARK).strip():
                    yield _entry(text, at)


def order_of(value: Json) -> IncomingOrder:
    """The order that a decoded line describes. Raises ValueError with each fault's path and a sentence."""
    order, found = read_order(value)
    if found:
        raise ValueError("\n".join(f"{'.'.join(path) or 'order'}: {sentence}" for path, sentence in found))
    return order


def read_order(value: Json) -> tuple[IncomingOrder, list[Fault]]:
    """The order that a decoded line describes, and every fault of its form; what cannot be read is replaced."""
    found: list[Fault] = []
    top = Fields(value, (), found)
    currency = top.currency("currency")
    customer = top.within("customer")
    order = IncomingOrder(
        number=top.text("number"),
        currency=currency or "EUR",
        placed_at=top.moment("placedAt"),
        customer_subject=customer.text("subject"),
        customer_name=customer.text("name"),
        customer_email=customer.text_or_none("email"),
        customer_phone=customer.text_or_none("phone"),
        parts=tuple(_part(part, currency) for part in top.each("sellerOrders")),
        payments=tuple(_payment(payment, currency) for payment in top.each("payments")),
        shipping_address=_address(top.within_or_none("shippingAddress")),
        billing_address=_address(top.within_or_none("billingAddress")),
        country=top.text_or_none("country"),
        tax_included=top.flag("taxIncluded"),
        market=top.text_or_none("market"),
    )
    customer.close()
    top.close()
    return order, found


class Fields:
    """The fields of one JSON object. Faults are collected; one that was not read when it is closed is a fault, too.

    A fault is reported once: what is missing from something that is no object is none of its own.
    """

    def __init__(self, value: Json, at: FieldPath, found: list[Fault]) -> None:
        self._left, self._at, self._found = dict(value) if isinstance(value, dict) else {}, at, found
        self._readable = isinstance(value, dict)
        if not self._readable:
            found.append((at, "This must be an object."))

    def text(self, name: str, default: str | None = None) -> str:
        """A text; it is required if there is no default."""
        value = self._take(name, default)
        if value is not None and not isinstance(value, str):
            self.fault(name, "This must be a text.")
        return value if isinstance(value, str) else ""

    def text_or_none(self, name: str) -> str | None:
        """A text, or None; an empty one is none."""
        return self.text(name, "") or None

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts."""
        value = self._take(name, None)
        if isinstance(value, list) and all(isinstance(text, str) for text in value):
            return tuple(str(text) for text in value)
        if value is not None:
            self.fault(name, "This must be a list of texts.")
        return ()

    def texts_or_none(self, name: str) -> tuple[str, ...] | None:
        """A list of texts, or None."""
        if self._left.get(name) is None:
            self._left.pop(name, None)
            return None
        return self.texts(name)

    def currency(self, name: str) -> str | None:
        """A currency; None if it is none, so that the decimals of amounts are unknown."""
        before, value = len(self._found), self.text(name)
        if is_currency(value):
            return value
        if len(self._found) == before and self._readable:
            self.fault(name, f"{value[:40]!r} is not a currency.")
        return None

    def amount(self, name: str, currency: str | None, default: str | None = None, *, unknown: int = 0) -> int:
        """An amount in minor units, from a text such as "12.30": a JSON number could have been rounded.

        `unknown` stands for an amount that cannot be read.
        """
        value = self._take(name, default)
        if value is None:
            return unknown
        if not isinstance(value, str):
            self.fault(name, 'This must be an amount as a text, such as "12.30".')
        elif currency:
            try:
                return parse_minor(value, currency)
            except ValueError as fault:
                self.fault(name, f"{fault}.")
        return unknown

    def amount_or_none(self, name: str, currency: str | None) -> int | None:
        """An amount in minor units, or None."""
        if self._left.get(name) is None:
            self._left.pop(name, None)
            return None
        return self.amount(name, currency)

    def whole(self, name: str) -> int:
        """A whole number."""
        value = self._take(name, None)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        if value is not None:
            self.fault(name, "This must be a whole number.")
        return 1

    def whole_or_none(self, name: str) -> int | None:
        """A whole number, or None."""
        if self._left.get(name) is None:
            self._left.pop(name, None)
            return None
        return self.whole(name)

    def flag(self, name: str) -> bool:
        """True or false; false if it is missing."""
        value = self._left.pop(name, None)
        if value is not None and not isinstance(value, bool):
            self.fault(name, "This must be true or false.")
        return value is True

    def moment(self, name: str) -> datetime:
        """A time with its zone."""
        before, value = len(self._found), self.text(name)
        try:
            return moment_of(value)
        except ValueError:
            if len(self._found) == before and self._readable:
                self.fault(name, "This must be a time with its zone, such as 2026-01-31T12:00:00Z.")
        return datetime.fromtimestamp(0, UTC)

    def moment_or_none(self, name: str) -> datetime | None:
        """A time with its zone, or None."""
        if self._left.get(name) is None:
            self._left.pop(name, None)
            return None
        return self.moment(name)

    def within(self, name: str) -> "Fields":
        """The object in a field."""
        value = self._take(name, None)
        if value is None:
            return Fields({}, (*self._at, name), [])  # it is missing, which has been reported
        return Fields(value, (*self._at, name), self._found)

    def within_or_none(self, name: str) -> "Fields | None":
        """The object in a field, or None."""
        if self._left.get(name) is None:
            self._left.pop(name, None)
            return None
        return self.within(name)

    def each(self, name: str) -> Iterator["Fields"]:
        """The objects of a list, each closed after its turn."""
        value = self._take(name, None)
        if not isinstance(value, list):
            if value is not None:
                self.fault(name, "This must be a list.")
            return
        for n, element in enumerate(value):
            fields = Fields(element, (*self._at, name, str(n)), self._found)
            yield fields
            fields.close()

    def each_or_none(self, name: str) -> Iterator["Fields"]:
        """The objects of a list that may be left out."""
        if self._left.get(name) is None:
            self._left.pop(name, None)
            return iter(())
        return self.each(name)

    def close(self) -> None:
        """Refuse unknown fields, so that a misspelled field is not lost silently."""
        for name in self._left:
            self.fault(name, "This field does not exist.")

    def fault(self, name: str, sentence: str) -> None:
        """Remember a fault of a field."""
        self._found.append(((*self._at, name), sentence))

    def _take(self, name: str, default: str | None) -> Json:
        """The value of a field; None if it is missing, which is a fault if there is no default."""
        value = self._left.pop(name, None)
        if value is None and default is None and self._readable:
            self.fault(name, "This is missing.")
        return default if value is None else value


def _part(part: Fields, currency: str | None) -> IncomingPart:
    return IncomingPart(
        part.text("seller"),
        part.text("sellerName"),
        part.amount("shipping", currency, "0"),
        tuple(_package(package, currency) for package in part.each("packages")),
        part.amount("shippingSurcharge", currency, "0"),
    )


def _package(package: Fields, currency: str | None) -> IncomingPackage:
    status = package.text("status", PackageStatus.PREPARING)
    if status not in PackageStatus.__members__:
        known = ", ".join(status for status in PackageStatus if status is not PackageStatus.CANCELED)
        package.fault("status", f"This must be one of {known}.")
        status = PackageStatus.DELIVERED  # which may have every time
    return IncomingPackage(
        tuple(_item(item, currency) for item in package.each("items")),
        PackageStatus(status),
        shipped_at=package.moment_or_none("shippedAt"),
        delivered_at=package.moment_or_none("deliveredAt"),
    )


def _item(item: Fields, currency: str | None) -> IncomingItem:
    return IncomingItem(
        sku=item.text("sku"),
        name=item.text("name"),
        quantity=item.whole("quantity"),
        unit_price_minor=item.amount("unitPrice", currency, unknown=LARGEST_MINOR),
        discount_minor=item.amount("discount", currency, "0"),
        tax_minor=item.amount("tax", currency, "0"),
        image_url=item.text_or_none("imageUrl"),
        weight_grams=item.whole_or_none("weightGrams"),
        canceled=_went_back(item.within_or_none("canceledBefore"), currency),
        returned=_went_back(item.within_or_none("returnedBefore"), currency),
        category=item.text_or_none("category"),
        tags=item.texts_or_none("tags"),
    )


def _went_back(back: Fields | None, currency: str | None) -> WentBack | None:
    if back is None:
        return None
    read = WentBack(
        quantity=back.whole("quantity"),
        reason=back.text("reason"),
        amount_minor=back.amount("amount", currency),
        shipping_minor=back.amount("shipping", currency, "0"),
    )
    back.close()
    return read


def _payment(payment: Fields, currency: str | None) -> IncomingPayment:
    return IncomingPayment(
        method=payment.text("method"),
        provider=payment.text("provider", "ledger"),
        reference=payment.text("reference", ""),
        captured_minor=payment.amount("captured", currency),
        total_minor=payment.amount_or_none("paymentTotal", currency),
        paid_at=payment.moment_or_none("paidAt"),
        instrument=payment.text_or_none("instrument"),
        paid_back=tuple(_movement(movement, currency) for movement in payment.each_or_none("paidBackBefore")),
    )


def _movement(movement: Fields, currency: str | None) -> IncomingMovement:
    return IncomingMovement(
        reference=movement.text("reference"),
        amount_minor=movement.amount("amount", currency, unknown=1),
        at=movement.moment_or_none("at"),
    )


def _address(address: Fields | None) -> IncomingAddress | None:
    if address is None:
        return None
    read = IncomingAddress(
        name=address.text("name"),
        lines=address.texts("lines"),
        country=address.text("country"),
        postal_code=address.text_or_none("postalCode"),
        city=address.text_or_none("city"),
        region=address.text_or_none("region"),
    )
    address.close()
    return read


def _entry(line: bytes, at: FilePosition) -> Entry:
    try:
        value: Json = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        return Problem(at, f"This is not JSON: {error}.")
    order, found = read_order(value)
    return Sold(order, at, tuple(found))


def _skip_line(stream: BinaryIO) -> None:
    while (rest := stream.readline(LONGEST_LINE)) and not rest.endswith(b"\n"):
        continue
