"""What EasyPost reports: events about trackers, signed as EasyPost signs them."""

import hashlib
import hmac
import json

SCANNED = "2026-03-02T10:00:00Z"


def tracker_event(id: str, *scans: str, package: str | None, status: str = "in_transit") -> bytes:
    """The body of an event: a package was made known, and scanned at these times."""
    details = [{"status": "pre_transit", "datetime": "2026-03-02T09:00:00Z"}]
    details += [{"status": status, "datetime": at} for at in scans]
    tracker = {"object": "Tracker", "id": "trk_1", "shipment_id": package, "tracking_details": details}
    return json.dumps({"id": id, "object": "Event", "description": "tracker.updated", "result": tracker}).encode()


def signature(body: bytes, secret: str) -> str:
    """The X-Hmac-Signature header of a body."""
    return f"hmac-sha256-hex={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}"
