"""EasyPost's webhooks: signed events about trackers, which arrive late, twice and in any order."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from easypost.errors.general.signature_verification_error import SignatureVerificationError
from easypost.util import validate_webhook

from gateways.carriers.easypost import scans_in
from gateways.carriers.port import Scan


class TrackingRejected(Exception):
    """The request is not signed with our secret, is not an event, or is dated in the future."""


@dataclass(frozen=True, slots=True)
class TrackingReport:
    """What an event says: the ids of the event and of the package, and when the carrier had it in its hands."""

    event_id: str
    reference: str
    scans: tuple[Scan, ...]


def parse_tracking(payload: bytes, signature: str, secret: str, now: datetime) -> TrackingReport | None:
    """Read an event; None if it is about no package. Raises TrackingRejected.

    `payload` is the unchanged body, `signature` the X-Hmac-Signature header. It has no time in it, so an event can be
    sent again by anybody who has seen it: its id is remembered where it is applied.
    """
    event = _verified(payload, signature, secret)
    try:
        if event["description"] not in ("tracker.created", "tracker.updated"):
            return None
        tracker = event["result"]
        event_id, reference = event["id"], tracker["shipment_id"]
        if not reference:
            return None
        if not _is_id(event_id) or not _is_id(reference):
            raise TrackingRejected("the event's ids are not texts of at most 200 printable characters")
        scans = scans_in(tracker["tracking_details"])
    except (KeyError, TypeError, AttributeError) as error:
        raise TrackingRejected(f"the event cannot be read: {error!r}") from error
    if any(scan.is_dated_ahead(now) for scan in scans):
        raise TrackingRejected("the event has a scan that is dated in the future")
    return TrackingReport(event_id, reference, scans)


def _verified(payload: bytes, signature: str, secret: str) -> Mapping[str, Any]:
    try:
        # The library looks the header up by this spelling alone.
        event = validate_webhook(payload, {"X-Hmac-Signature": signature}, secret)
    except (SignatureVerificationError, TypeError):  # TypeError: a signature that is not ASCII
        raise TrackingRejected("the signature is missing or not ours") from None
    except (ValueError, RecursionError):
        raise TrackingRejected("the body is not JSON") from None
    if not isinstance(event, dict):
        raise TrackingRejected("the body is not an event")
    return event


def _is_id(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 200 and value.isprintable()
