"""The edges of packages."""

from typing import Any

from domain.actions import Action, Effect
from domain.facts import (
    Handover,
    Moved,
    PackageFacts,
    Split,
)
from domain.words import (
    PackageStatus,
    Role,
    Subject,
)
from tests.domain.tables_by_hand.edges import OWNER, SELLER, SYSTEM, A, E, ExpectedEdge, F, K, Violation


def package(action: Action, source: PackageStatus | None, to: PackageStatus, *roles: Role, **rest: Any) -> ExpectedEdge:
    facts = PackageFacts(
        source,
        rest.pop("units", 2),
        assumed=rest.pop("assumed", False),
        unreported=rest.pop("unreported", False),
        former=rest.pop("former", None),
        active=rest.pop("active", {}),
    )
    return ExpectedEdge(Subject.PACKAGE, action, None, to, frozenset(roles), facts, **rest)


NEEDS_UNITS_LEFT = (Violation(F.PACKAGE_EMPTY, {"units": 0}),)


NEEDS_NO_UNITS_LEFT = (Violation(F.PACKAGE_NOT_EMPTY, {"units": 1}),)


DESPITE = Violation(F.CANCELLATION_WAITING, {"cancel_held": 1}, {"despite_requests": False}, about=("despiteRequests",))


KEEPS: dict[str, Any] = {"effects": (E.KEEP_FORMER,)}


SHIPS: dict[str, Any] = {"violations": NEEDS_UNITS_LEFT, "effects": (E.KEEP_FORMER, E.STAMP_SHIPPED, E.AGGREGATE)}


WARNED = SHIPS | {"violations": (*NEEDS_UNITS_LEFT, DESPITE), "input": Handover(despite_requests=True)}


DELIVERS: dict[str, Any] = {"effects": (E.KEEP_FORMER, E.STAMP_DELIVERED, E.AGGREGATE)}


MOVE = A.UPDATE_PACKAGE_STATUS


UNREPORTED: dict[str, Any] = {
    "unreported": True,
    "violations": (Violation(F.NOT_DUE, {"unreported": False}),),
    "effects": (E.ASSUME_DELIVERED, E.AGGREGATE),
}


ASSUMED: dict[str, Any] = {"assumed": True, "violations": (Violation(F.WRONG_STATUS, {"assumed": False}),)}


TAKEN_BACK = (E.KEEP_FORMER, E.UNSTAMP_DELIVERED, E.AGGREGATE)


SENT_AGAIN = (E.KEEP_FORMER, E.UNSTAMP_DELIVERED, E.STAMP_SHIPPED, E.AGGREGATE)


def reverted(source: PackageStatus, to: PackageStatus, *more: Effect) -> ExpectedEdge:
    """A change that is taken back, a moment after it was made."""
    return package(
        A.REVERT_PACKAGE_STATUS,
        source,
        to,
        *(SELLER, OWNER),
        former=to,
        violations=(
            *NEEDS_UNITS_LEFT,
            Violation(F.NOTHING_TO_REVERT, {"former": None}),
            Violation(F.REVERT_TOO_LATE, {"settled": True}),
            Violation(F.STATUS_RELIED_ON, {"returns": 1}),
        ),
        effects=(E.RESTORE_FORMER, E.AGGREGATE, *more),
    )


def split(status: PackageStatus) -> ExpectedEdge:
    """One of three lamps goes into another package, and a bulb stays."""
    wrong = ("items", "0", "quantity")
    return package(
        A.SPLIT_PACKAGE,
        status,
        status,
        *(SELLER, OWNER),
        active={"lamp": 3, "bulb": 1},
        input=Split((Moved("lamp", 1),)),
        violations=(
            Violation(F.CANCELLATION_WAITING, {"cancel_held": 1}),
            Violation(F.NOTHING_TO_SPLIT, {"active": {"lamp": 1}}, {"moved": ()}),
            Violation(F.QUANTITY_NOT_POSITIVE, input={"moved": (Moved("lamp", 0),)}, about=wrong),
            Violation(F.TOO_MANY_UNITS, {"active": {"lamp": 3, "bulb": 3}}, {"moved": (Moved("lamp", 4),)}, wrong),
            Violation(F.TOO_MANY_UNITS, input={"moved": (Moved("lamp", 3), Moved("bulb", 1))}, about=("items",)),
        ),
    )


PACKAGES = (
    package(A.CREATE_ORDER, None, K.PREPARING, OWNER),
    package(A.IMPORT_ORDER, None, K.PREPARING, SYSTEM),
    package(A.IMPORT_ORDER, None, K.READY_TO_SHIP, SYSTEM),
    package(A.IMPORT_ORDER, None, K.SHIPPED, SYSTEM),
    package(A.IMPORT_ORDER, None, K.DELIVERED, SYSTEM),
    package(A.IMPORT_ORDER, None, K.DELIVERY_FAILED, SYSTEM),
    package(MOVE, K.PREPARING, K.READY_TO_SHIP, SELLER, OWNER, violations=NEEDS_UNITS_LEFT, **KEEPS),
    package(MOVE, K.READY_TO_SHIP, K.PREPARING, SELLER, OWNER, **KEEPS),
    package(MOVE, K.PREPARING, K.SHIPPED, SELLER, **WARNED),
    package(MOVE, K.PREPARING, K.SHIPPED, OWNER, **SHIPS),
    package(MOVE, K.READY_TO_SHIP, K.SHIPPED, SELLER, **WARNED),
    package(MOVE, K.READY_TO_SHIP, K.SHIPPED, OWNER, **SHIPS),
    package(MOVE, K.SHIPPED, K.DELIVERED, SELLER, OWNER, **DELIVERS),
    package(MOVE, K.SHIPPED, K.DELIVERY_FAILED, SELLER, OWNER, effects=(E.KEEP_FORMER, E.AGGREGATE)),
    package(MOVE, K.DELIVERY_FAILED, K.SHIPPED, SELLER, **WARNED),
    package(MOVE, K.DELIVERY_FAILED, K.SHIPPED, OWNER, **SHIPS),
    package(MOVE, K.DELIVERY_FAILED, K.DELIVERED, SELLER, OWNER, **DELIVERS),
    package(A.ASSUME_DELIVERY, K.SHIPPED, K.DELIVERED, SYSTEM, **UNREPORTED),
    package(A.ASSUME_DELIVERY, K.DELIVERED, K.DELIVERED, SYSTEM, **UNREPORTED),
    package(MOVE, K.DELIVERED, K.DELIVERED, SELLER, OWNER, **DELIVERS, **ASSUMED),
    package(MOVE, K.DELIVERED, K.DELIVERY_FAILED, SELLER, OWNER, effects=TAKEN_BACK, **ASSUMED),
    package(MOVE, K.DELIVERED, K.SHIPPED, SELLER, OWNER, effects=SENT_AGAIN, **ASSUMED),
    reverted(K.READY_TO_SHIP, K.PREPARING),
    reverted(K.PREPARING, K.READY_TO_SHIP),
    reverted(K.SHIPPED, K.PREPARING, E.RESUME_PLANS),
    reverted(K.SHIPPED, K.READY_TO_SHIP, E.RESUME_PLANS),
    reverted(K.SHIPPED, K.DELIVERY_FAILED),
    reverted(K.SHIPPED, K.DELIVERED),
    reverted(K.DELIVERED, K.SHIPPED),
    reverted(K.DELIVERED, K.DELIVERY_FAILED),
    reverted(K.DELIVERED, K.DELIVERED),
    reverted(K.DELIVERY_FAILED, K.SHIPPED),
    reverted(K.DELIVERY_FAILED, K.DELIVERED),
    package(A.SPLIT_PACKAGE, None, K.PREPARING, SELLER, OWNER),
    split(K.PREPARING),
    split(K.READY_TO_SHIP),
    package(A.CANCEL_PACKAGE, K.PREPARING, K.CANCELED, SYSTEM, units=0, violations=NEEDS_NO_UNITS_LEFT),
    package(A.CANCEL_PACKAGE, K.READY_TO_SHIP, K.CANCELED, SYSTEM, units=0, violations=NEEDS_NO_UNITS_LEFT),
)
