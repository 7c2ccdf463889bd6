"""A plain model of one order: what the seed's rules allow, written without looking at the tables."""

from dataclasses import dataclass, field
from typing import Any, Literal

UNSENT = ("PREPARING", "READY_TO_SHIP")
SENT = ("SHIPPED", "DELIVERED", "DELIVERY_FAILED")
MOVES = {
    "PREPARING": ("READY_TO_SHIP", "SHIPPED"),
    "READY_TO_SHIP": ("PREPARING", "SHIPPED"),
    "SHIPPED": ("DELIVERED", "DELIVERY_FAILED"),
    "DELIVERY_FAILED": ("SHIPPED", "DELIVERED"),
}


@dataclass
class Line:
    """A line's units, by what has become of them."""

    active: int
    held: int = 0
    canceled: int = 0
    returned: int = 0


@dataclass
class Asked:
    """A request: its units, its way, how far it is."""

    units: dict[str, int]
    way: Literal["CANCEL", "REFUND"]
    status: str = "WAITING"
    plan: str | None = None
    by: str = "CUSTOMER"


@dataclass
class OneOrder:
    """An order of one seller and one package, with everything asked about it."""

    lines: dict[str, Line]
    package: str = "PREPARING"
    asked: list[Asked] = field(default_factory=list)

    def move(self, to: str) -> bool:
        """Move the package on, if it can."""
        something_left = any(line.active + line.held for line in self.lines.values())
        may_be_empty = to in ("DELIVERY_FAILED", "PREPARING")
        ok = to in MOVES.get(self.package, ()) and (something_left or may_be_empty)
        if ok:
            self.package = to
        return ok

    def ask(self, units: dict[str, int], by: str = "CUSTOMER") -> bool:
        """Ask for units by line; the package decides which way. A seller can cancel only, and has a plan at once."""
        open_lines = {sku for one in self.asked if one.status == "WAITING" for sku in one.units}
        ok = (
            bool(units)
            and self.package in (UNSENT if by == "SELLER" else UNSENT + SENT)
            and all(0 < wanted <= self.lines[sku].active for sku, wanted in units.items())
            and not open_lines & set(units)
        )
        if ok:
            plan = "WAITING" if by == "SELLER" else None
            self.asked.append(Asked(units, "CANCEL" if self.package in UNSENT else "REFUND", plan=plan, by=by))
            self._shift(units, "active", "held")
        return ok

    def apply(self, one: Asked) -> bool:
        """The owner applies a cancellation."""
        ok = one.status == "WAITING" and one.way == "CANCEL" and one.plan is None and self.package in UNSENT
        if ok:
            one.plan = "WAITING"
        return ok

    def tick(self) -> None:
        """What happens by itself when time passes: confirmations, and all refunds."""
        for one in self.asked:
            if one.plan == "WAITING" and one.status == "WAITING":
                if self.package in SENT:
                    one.plan = "CONFIRMATION_WAITING"
                else:
                    self._agree(one)
        for one in self.asked:
            if one.status == "APPROVED":
                one.status = one.plan = "COMPLETED"
                if one.way == "REFUND":
                    self._shift(one.units, "held", "returned")

    def confirm(self, one: Asked, accepted: dict[str, int] | None) -> bool:
        """The seller agrees, to all or to a part."""
        if one.status != "WAITING":
            return False
        if one.way == "CANCEL":
            if one.plan != "CONFIRMATION_WAITING" or accepted or self.package == "DELIVERED":
                return False
            self._agree(one)
            return True
        kept = accepted or dict(one.units)
        if not all(0 <= n <= one.units.get(sku, 0) for sku, n in kept.items()) or not any(kept.values()):
            return False
        given_back = {sku: n - kept.get(sku, 0) for sku, n in one.units.items()}
        self._shift(given_back, "held", "active")
        one.units = {sku: n for sku, n in kept.items() if n}
        one.status = one.plan = "APPROVED"
        return True

    def reject(self, one: Asked, by: str) -> bool:
        """The seller or the owner says no."""
        with_seller = one.way == "REFUND" or one.plan == "CONFIRMATION_WAITING"
        return self._end(one, "REJECTED", allowed=by == "OWNER" or with_seller, by=by)

    def withdraw(self, one: Asked, by: str) -> bool:
        """The one who has begun takes it back, or the owner."""
        begun = "SELLER" if one.by == "SELLER" else "CUSTOMER"
        return self._end(one, "WITHDRAWN", allowed=by in ("OWNER", begun), by=by)

    def _end(self, one: Asked, status: str, *, allowed: bool, by: str) -> bool:
        if one.status != "WAITING" or not allowed:
            return False
        one.status = status
        if one.plan:
            one.plan = "REJECTED" if status == "REJECTED" and by == "SELLER" else "VOIDED"
        self._shift(one.units, "held", "active")
        return True

    def _agree(self, one: Asked) -> None:
        one.status = one.plan = "APPROVED"
        self._shift(one.units, "held", "canceled")
        if self.package in UNSENT and not any(line.active + line.held for line in self.lines.values()):
            self.package = "CANCELED"

    def _shift(self, units: dict[str, int], source: str, target: str) -> None:
        for sku, n in units.items():
            line = self.lines[sku]
            setattr(line, source, getattr(line, source) - n)
            setattr(line, target, getattr(line, target) + n)

    def picture(self) -> dict[str, Any]:
        """How everything stands, to be held against the server's answer."""
        return {
            "package": self.package,
            "lines": {sku: (one.active, one.held, one.canceled, one.returned) for sku, one in self.lines.items()},
            "requests": [(one.way, one.status, one.plan) for one in self.asked],
        }
