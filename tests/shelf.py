"""A plain model of the returns of one item: its units, where their goods are, and what goes back of the money."""

from dataclasses import dataclass, field

TRIGGERS = ("ON_CONFIRM", "ON_SHIPMENT", "ON_RECEIPT", "ON_INSPECTION")


@dataclass
class Shipment:
    """The goods of one return: its units that are still asked to be paid back, and where they are.

    `whole` says that this return pays the fees that are due once, not what goes on of another.
    """

    units: int
    held: bool
    status: str = "AWAITING"
    sent: bool = False
    to_come: int = 0
    ungraded: int = 0
    whole: bool = True

    @property
    def here(self) -> bool:
        """Whether something has arrived."""
        return self.status in ("RECEIVED", "INSPECTED")


@dataclass
class Shelf:
    """One item of an order, with the returns of its units. The money of a return waits until its trigger.

    `price` is of a unit, `share` and `once` are the fees: basis points of the goods, and an amount a return. A package
    that could not be delivered comes back `to_sender` by itself, without fees.
    """

    trigger: str
    units: int = 4
    price: int = 999
    shipping: int = 490
    share: int = 0
    once: int = 0
    to_sender: bool = False
    active: int = 0
    released: int = 0
    owed: int = 0
    closed: bool = False
    shipments: list[Shipment] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.active = self.units

    def open(self, units: int) -> bool:
        """Ask for units back, and let the seller agree."""
        if self.closed or not 1 <= units <= self.active:
            return False
        self.active -= units
        held = self.trigger not in (("ON_CONFIRM", "ON_SHIPMENT") if self.to_sender else ("ON_CONFIRM",))
        status = "IN_TRANSIT" if self.to_sender else "AWAITING"
        self.shipments.append(Shipment(units, True, status, self.to_sender, to_come=units))
        if not held:
            self._pay(self.shipments[-1])
        return True

    def unannounced(self, units: int) -> bool:
        """Goods come that nobody has asked for."""
        if not 1 <= units <= self.active:
            return False
        self.active -= units
        self.shipments.append(Shipment(units, True, "RECEIVED", ungraded=units))
        if self.trigger != "ON_INSPECTION":
            self._pay(self.shipments[-1])
        return True

    def send(self, one: Shipment, by: str) -> bool:
        """Say that goods were sent; a seller has checked it, and a carrier has seen it."""
        checked = by in ("SELLER", "CARRIER") and one.held and self.trigger == "ON_SHIPMENT"
        if one.status != "AWAITING" and not (one.status == "IN_TRANSIT" and checked):
            return False
        one.status, one.sent = "IN_TRANSIT", True
        if checked:
            self._pay(one)
        return True

    def receive(self, one: Shipment, received: int, wrong: int) -> bool:
        """Count what comes; while the money waits, what does not come goes on by itself."""
        again = one.here or one.status == "EXPIRED"
        expected = one.status in ("AWAITING", "IN_TRANSIT", "LOST") or (again and one.to_come > 0)
        if not expected or received + wrong < 1 or received + wrong > one.to_come:
            return False
        missing = one.to_come - received - wrong
        one.status, one.to_come = "RECEIVED", 0 if one.held else missing
        one.ungraded += received
        if one.held:
            self.active += wrong
            one.units -= wrong + missing
            if missing:
                status = "IN_TRANSIT" if one.sent else "AWAITING"
                self.shipments.append(Shipment(missing, True, status, one.sent, to_come=missing, whole=False))
            if self.trigger != "ON_INSPECTION" or not one.units:
                self._pay(one)
        return True

    def inspect(self, one: Shipment, back: int, deduction: int) -> bool:
        """Grade all that came, some of it to be sent back."""
        if one.status != "RECEIVED" or (deduction and not one.held):
            return False
        one.status, one.ungraded = "INSPECTED", 0
        if one.held:
            self.active += back
            one.units -= back
            self._pay(one, deduction)
        return True

    def lose(self, one: Shipment, bearer: str | None) -> bool:
        """Goods under way are lost; the one who bears it pays, and a carrier that was to bring them back bears it."""
        if one.status != "IN_TRANSIT":
            return False
        one.status = "LOST"
        if one.held and (bearer or self.to_sender):
            self._pay(one)
        return True

    def waive(self, one: Shipment) -> bool:
        """Pay without the goods, or without looking at them."""
        if one.status not in ("AWAITING", "IN_TRANSIT", "LOST", "RECEIVED"):
            return False
        one.status = "WAIVED"
        if one.held:
            self._pay(one)
        return True

    def withdraw(self, one: Shipment) -> bool:
        """The customer keeps the goods."""
        if not one.held or one.status != "AWAITING":
            return False
        self._keep(one, "CANCELED")
        return True

    def wait(self) -> None:
        """All deadlines of the goods pass."""
        for one in self.shipments:
            if one.status == "AWAITING" and one.held:
                self._keep(one, "EXPIRED")
            elif one.status == "AWAITING":
                one.status = "EXPIRED"
            elif one.status == "IN_TRANSIT":
                self.lose(one, None)
            elif one.status == "RECEIVED":
                self.inspect(one, 0, 0)

    def _pay(self, one: Shipment, deduction: int = 0) -> None:
        """The money of a return goes: shipping with the last units of all, and fees only from what there is."""
        one.held = False
        self.released += one.units
        goods = one.units * self.price
        if one.units and self.released == self.units:
            goods += self.shipping
        fees = 0 if self.to_sender else one.units * self.price * self.share // 10_000 + self.once * one.whole
        self.owed += max(0, goods - deduction - fees)

    def _keep(self, one: Shipment, status: str) -> None:
        self.active += one.units
        one.status, one.held, one.to_come = status, False, 0

    def picture(self) -> list[tuple[str, bool]]:
        """Where the goods of each return are, and whether its money waits."""
        return sorted((one.status, one.held) for one in self.shipments)
