"""What the last change of a package's status has replaced, so that it can be taken back for a while.

It is stored with the package as JSON. What nobody has set is left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.returns import Json
from domain.words import PackageStatus


@dataclass(frozen=True, slots=True)
class Former:
    """A package as it was before a change at `at`, which gave it `version`."""

    status: PackageStatus
    at: datetime
    version: int
    shipped_at: datetime | None = None
    under_way_since: datetime | None = None
    delivered_at: datetime | None = None
    return_until: datetime | None = None
    tracking_number: str | None = None
    delivery_assumed: bool = False

    def is_settled(self, now: datetime, within: timedelta) -> bool:
        """Whether the time to take the change back has passed."""
        return self.at + within <= now

    def to_json(self) -> dict[str, Json]:
        """It as it is stored."""
        times = {name: value.isoformat() for name in TIMES if isinstance(value := getattr(self, name), datetime)}
        more: dict[str, Json] = {"tracking_number": self.tracking_number} if self.tracking_number else {}
        if self.delivery_assumed:
            more["delivery_assumed"] = True
        return {"status": str(self.status), "version": self.version, **times, **more}

    @classmethod
    def of_json(cls, stored: Mapping[str, Json]) -> "Former":
        """It as it was stored."""
        tracking_number, version = stored.get("tracking_number"), stored["version"]
        assert isinstance(version, int), version
        at = _time(stored["at"])
        assert at is not None
        return cls(
            status=PackageStatus(str(stored["status"])),
            at=at,
            version=version,
            shipped_at=_time(stored.get("shipped_at")),
            under_way_since=_time(stored.get("under_way_since")),
            delivered_at=_time(stored.get("delivered_at")),
            return_until=_time(stored.get("return_until")),
            tracking_number=str(tracking_number) if tracking_number else None,
            delivery_assumed=bool(stored.get("delivery_assumed")),
        )


REPLACED = (
    "shipped_at",
    "under_way_since",
    "delivered_at",
    "return_until",
    "tracking_number",
    "delivery_assumed",
)
"""The columns besides the status that a change may replace."""
TIMES = ("at", *REPLACED[:4])


def _time(value: Json) -> datetime | None:
    return datetime.fromisoformat(value) if isinstance(value, str) else None
