"""Labels through EasyPost, by EasyPost's own library.

EasyPost has no idempotency key. What prevents a second label is that a package is first made known (a shipment there,
which costs nothing), that its id is stored, and that one shipment gets one label: buying it again is refused. The
label's id is the shipment's `reference`, under which it is found if its id was lost. The library blocks, so it runs in
threads.
"""

import asyncio
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any, TypeVar

from easypost.easypost_client import EasyPostClient
from easypost.errors.general.easypost_error import EasyPostError

from gateways.carriers.port import CarrierUnknown, LabelAnswer, LabelOrder, LabelOutcome, PostalAddress, Scan

T = TypeVar("T")

GRAMS_IN_OUNCE = 28.349523125
AT_ONCE = 8
_ABOUT_US = frozenset({401, 403, 408, 429})
"""Refusals that say nothing about the label: a wrong key, too many requests."""
_DOUBT = frozenset({"SHIPMENT.PURCHASE.IN_PROGRESS", "SHIPMENT.PURCHASE.TIMED_OUT", "SHIPMENT.PURCHASE.NO_RESPONSE"})
"""Refusals after which the label may be bought all the same."""
_REFUNDS = {"submitted": LabelOutcome.VOIDING, "refunded": LabelOutcome.VOIDED}
_SCANNED = frozenset({"in_transit", "out_for_delivery", "delivered", "available_for_pickup", "return_to_sender"})


class _EasyPostRefusal(Exception):
    """EasyPost understood the request and refuses it; `missing` if there is no such shipment."""

    def __init__(self, message: str, *, missing: bool) -> None:
        super().__init__(message)
        self.message = message
        self.missing = missing


class EasyPostCarrier:
    """One EasyPost account; `api_base` is another server. `timeout_s` limits each request as a whole."""

    name = "easypost"

    def __init__(self, api_key: str, *, api_base: str | None = None, timeout_s: float = 10.0) -> None:
        self._api_key, self._timeout_s = api_key, timeout_s
        self._options = {"api_base": api_base} if api_base else {}
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="easypost")
        self._own = threading.local()

    async def register(self, order: LabelOrder) -> LabelAnswer:
        """Make a shipment, which buys nothing. For a return, EasyPost wants the addresses of the way out."""
        if order.sender is None:
            message = "The order has no shipping address, so the carrier does not know where the package comes from."
            return LabelAnswer(LabelOutcome.REFUSED, message=message)
        wanted = {
            "to_address": _address(order.sender),
            "from_address": _address(order.recipient),
            "parcel": {"weight": round(order.grams / GRAMS_IN_OUNCE, 1)},
            "is_return": True,
            "reference": order.key,
            "options": {"label_format": "PDF", "print_custom_1": order.number},
        }
        try:
            return _read(await self._call(lambda client: client.shipment.create(**wanted)))
        except _EasyPostRefusal as refusal:
            return LabelAnswer(LabelOutcome.REFUSED, message=refusal.message)

    async def buy(self, order: LabelOrder, reference: str) -> LabelAnswer:
        """Buy the cheapest rate. A refusal counts only if the shipment shows no label: the first try may have it."""
        shipment = await self._shipment(reference)
        if shipment is None:
            return LabelAnswer(LabelOutcome.REFUSED, message="EasyPost does not know this package.")
        if _read(shipment).outcome is not LabelOutcome.REGISTERED:
            return _read(shipment)
        rates = sorted(shipment.get("rates") or (), key=lambda rate: float(rate["rate"]))
        if not rates:
            return LabelAnswer(LabelOutcome.REFUSED, reference, message=_why_no_rate(shipment))
        try:
            rate = {"id": rates[0]["id"]}
            return _read(await self._call(lambda client: client.shipment.buy(reference, rate=rate)))
        except _EasyPostRefusal as refusal:
            found = await self.find(order.key, reference)
            if found is not None and found.outcome is not LabelOutcome.REGISTERED:
                return found
            return LabelAnswer(LabelOutcome.REFUSED, reference, message=refusal.message)

    async def find(self, key: str, reference: str | None) -> LabelAnswer | None:
        """The shipment by its id, or by our key, which EasyPost takes in the place of an id."""
        shipment = await self._shipment(reference or key)
        return None if shipment is None else _read(shipment)

    async def void(self, key: str, reference: str) -> LabelAnswer:
        """Ask for the postage back. A refusal counts only if no refund is under way."""
        try:
            shipment = await self._call(lambda client: client.shipment.refund(reference))
        except _EasyPostRefusal as refusal:
            found = await self.find(key, reference)
            if found is not None and found.outcome in _REFUNDS.values():
                return found
            return LabelAnswer(LabelOutcome.REFUSED, reference, message=refusal.message)
        answer = _read(shipment)
        if answer.outcome in _REFUNDS.values():
            return answer
        message = f"EasyPost does not refund this label: {shipment.get('refund_status') or 'it was not bought'}."
        return LabelAnswer(LabelOutcome.REFUSED, reference, message=message)

    async def scans(self, reference: str) -> tuple[Scan, ...]:
        """What the shipment's tracker has seen."""
        shipment = await self._shipment(reference)
        tracker = (shipment or {}).get("tracker") or {}
        return scans_in(tracker.get("tracking_details") or ())

    async def close(self) -> None:
        """Wait for nothing: what is still under way is unknown."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _shipment(self, id: str) -> dict[str, Any] | None:
        try:
            return await self._call(lambda client: client.shipment.retrieve(id))
        except _EasyPostRefusal as refusal:
            if refusal.missing:
                return None
            raise CarrierUnknown(f"EasyPost refuses to show the package: {refusal.message}") from refusal

    async def _call(self, request: Callable[[EasyPostClient], Any]) -> dict[str, Any]:
        """The shipment that a request answers with. Raises _EasyPostRefusal and CarrierUnknown.

        The library limits each read; a server that drips is given up as a whole, and its thread ends by itself.
        """

        def work() -> dict[str, Any]:
            return dict(request(self._client()).to_dict())

        try:
            async with asyncio.timeout(self._timeout_s):
                return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        except TimeoutError:
            raise CarrierUnknown("EasyPost did not answer in time.") from None
        except EasyPostError as error:
            status, code = getattr(error, "http_status", None), getattr(error, "code", None)
            if status is None or not 400 <= status < 500 or status in _ABOUT_US or code in _DOUBT:
                raise CarrierUnknown(f"EasyPost did not answer: {error}") from error
            raise _EasyPostRefusal(_clean(str(error)) or "refused", missing=status == 404) from error

    def _client(self) -> EasyPostClient:
        """The client of this thread: its connections are not to be shared."""
        if not hasattr(self._own, "client"):
            seconds = max(1, round(self._timeout_s))
            self._own.client = EasyPostClient(self._api_key, timeout=seconds, **self._options)
        client: EasyPostClient = self._own.client
        return client


def scans_in(details: object) -> tuple[Scan, ...]:
    """The scans among a tracker's details; one that cannot be read is left out."""
    found = []
    for detail in details if isinstance(details, list | tuple) else ():
        try:
            at = datetime.fromisoformat(str(detail["datetime"]))
            if detail["status"] in _SCANNED and at.tzinfo is not None:
                found.append(Scan(at.astimezone(UTC)))
        except (KeyError, TypeError, ValueError, OverflowError):
            continue
    return tuple(found)


def _read(shipment: Mapping[str, Any]) -> LabelAnswer:
    """How a package stands, as its shipment says."""
    label = shipment.get("postage_label") or {}
    issued = LabelOutcome.ISSUED if label else LabelOutcome.REGISTERED
    outcome = _REFUNDS.get(str(shipment.get("refund_status")), issued)
    url = _address_of_file(label.get("label_pdf_url") or label.get("label_url"))
    return LabelAnswer(outcome, str(shipment["id"]), _clean(shipment.get("tracking_code")), url)


def _address_of_file(url: object) -> str | None:
    """The address of a label's file if it is one that a browser may be led to and a column can hold."""
    found = str(url or "")
    return found if found.startswith("https://") and found.isprintable() and len(found) <= 2000 else None


def _clean(text: object) -> str | None:
    """A text of the carrier's, as a column can hold it: printable and not too long."""
    kept = "".join(letter for letter in str(text or "") if letter.isprintable()).strip()
    return kept[:200] or None


def _why_no_rate(shipment: Mapping[str, Any]) -> str:
    said = [str(message.get("message")) for message in shipment.get("messages") or ()]
    return _clean(" ".join(["No carrier offers a rate for this package.", *said])) or ""


def _address(address: PostalAddress) -> dict[str, str | None]:
    return {
        "name": address.name,
        "street1": address.lines[0] if address.lines else None,
        "street2": ", ".join(address.lines[1:]) or None,
        "city": address.city,
        "state": address.region,
        "zip": address.postal_code,
        "country": address.country,
    }
