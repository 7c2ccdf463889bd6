"""The edges of return shipments and labels."""

from dataclasses import replace
from typing import Any

from domain.actions import Action
from domain.facts import (
    Arrived,
    Grade,
    Inspection,
    LabelFacts,
    Proof,
    Receipt,
    ReturnFacts,
)
from domain.refusals import Refusal
from domain.words import (
    Disposition,
    GoodsCondition,
    LabelStatus,
    RefundTrigger,
    ReturnStatus,
    Role,
    Subject,
)
from tests.domain.tables_by_hand.edges import CUSTOMER, OWNER, SELLER, SYSTEM, A, E, ExpectedEdge, F, L, V, Violation
from tests.domain.tables_by_hand.violations import PAID_ALREADY


def shipment(action: Action, source: ReturnStatus | None, to: ReturnStatus, *roles: Role, **rest: Any) -> ExpectedEdge:
    """An edge of a return shipment of two units of one item, of which one is ungraded once they have arrived."""
    facts = ReturnFacts(
        source,
        sent=rest.pop("sent", True),
        money_held=rest.pop("money_held", True),
        trigger=rest.pop("trigger", RefundTrigger.ON_INSPECTION),
        to_come={"item": 2},
        ungraded={"item": 2, "other": 0},
        overdue=rest.pop("overdue", False),
    )
    return ExpectedEdge(Subject.RETURN_SHIPMENT, action, None, to, frozenset(roles), facts, **rest)


NO_PROOF = tuple(
    Violation(F.PROOF_REQUIRED, input={"tracking_number": text, "drop_off": other}, about=("trackingNumber",))
    for text, other in ((None, None), ("", " "), ("  ", None))
)


def arrivals(*parts: tuple[str, int, int]) -> dict[str, Any]:
    return {"arrived": tuple(Arrived(*part) for part in parts)}


def receives(source: ReturnStatus) -> ExpectedEdge:
    at, negative = ("items", "0", "received"), ("items", "1", "received")
    again = source in (V.RECEIVED, V.INSPECTED, V.EXPIRED)
    return shipment(
        A.RECEIVE_RETURN,
        source,
        V.RECEIVED,
        SELLER,
        OWNER,
        input=Receipt((Arrived("item", 1),)),
        violations=(
            Violation(F.UNITS_NOT_EXPECTED, input=arrivals(("item", 3, 0)), about=at),
            Violation(F.UNITS_NOT_EXPECTED, input=arrivals(("item", 2, 1)), about=at),
            Violation(F.UNITS_NOT_EXPECTED, input=arrivals(("other", 0, 0), ("item", 1, 0)), about=at),
            Violation(F.QUANTITY_NOT_POSITIVE, input=arrivals(("item", 1, 0), ("item", 1, -1)), about=negative),
            Violation(F.QUANTITY_NOT_POSITIVE, input=arrivals(("item", 1, 0), ("item", -1, 1)), about=negative),
            Violation(F.QUANTITY_NOT_POSITIVE, input=arrivals(("item", 0, 0)), about=("items",)),
            Violation(F.QUANTITY_NOT_POSITIVE, input={"arrived": ()}, about=("items",)),
            *((Violation(F.NOTHING_MISSING, {"to_come": {"item": 0}}, {"arrived": None}),) if again else ()),
        ),
        effects=(E.STAMP_RETURN, E.COUNT_ARRIVED, E.RELEASE_IF_DUE, E.VOID_LABELS),
    )


def grade(quantity: int = 2, **changes: Any) -> Grade:
    """A grade of units that came back damaged, for which something is deducted."""
    values: dict[str, Any] = {"condition": GoodsCondition.DAMAGED, "disposition": Disposition.DISPOSE}
    values |= {"deduction_minor": 500, "reason": "The screen is broken."}
    return Grade("item", quantity, **values | changes)


def wrong_grade(code: Refusal, at: str, *grades: Grade, **facts: Any) -> Violation:
    about = ("grades", *at.split(".")) if at else ("grades",)
    return Violation(code, facts, {"grades": grades}, about)


BACK, WRONG = Disposition.SEND_BACK, GoodsCondition.WRONG_ITEM


WRONG_GRADES = (
    wrong_grade(F.UNITS_NOT_GRADED, ""),
    wrong_grade(F.UNITS_NOT_GRADED, "", grade(1)),
    wrong_grade(F.UNITS_NOT_GRADED, "", grade(2), grade(1)),
    wrong_grade(F.UNITS_NOT_GRADED, "", grade(2), replace(grade(1), item="other")),
    Violation(F.UNITS_NOT_GRADED, input={"grades": None}, about=("grades",)),
    wrong_grade(F.QUANTITY_NOT_POSITIVE, "1.quantity", grade(3), grade(-1)),
    wrong_grade(F.INVALID_INPUT, "0.deduction", grade(deduction_minor=-1)),
    wrong_grade(F.MONEY_RELEASED, "0.deduction", grade(), money_held=False),
    wrong_grade(F.CONTRADICTORY_INPUT, "0.deduction", grade(disposition=BACK)),
    wrong_grade(F.CONTRADICTORY_INPUT, "0.deduction", grade(condition=WRONG)),
    *(wrong_grade(F.NOTE_REQUIRED, "0.reason", grade(reason=text)) for text in (None, "", "  ")),
    wrong_grade(F.NOTE_REQUIRED, "0.reason", grade(disposition=BACK, deduction_minor=0, reason=None)),
    wrong_grade(F.NOTE_REQUIRED, "0.reason", grade(condition=WRONG, deduction_minor=0, reason=None)),
)


LATE: dict[str, Any] = {"overdue": True, "violations": (Violation(F.NOT_DUE, {"overdue": False}),)}


STAMPED = E.STAMP_RETURN


RETURNS = (
    shipment(
        A.OPEN_RETURN,
        None,
        V.AWAITING,
        SYSTEM,
        sent=False,
        violations=(Violation(F.GOODS_UNDER_WAY, {"sent": True}),),
        effects=(STAMPED, E.ORDER_LABEL),
    ),
    *(
        shipment(
            action,
            None,
            to,
            *roles,
            violations=(Violation(F.GOODS_NOT_UNDER_WAY, {"sent": False}),),
            effects=(STAMPED, E.RELEASE_IF_DUE),
        )
        for action, to, roles in (
            (A.OPEN_RETURN, V.IN_TRANSIT, (SYSTEM,)),
            (A.RECEIVE_UNANNOUNCED, V.RECEIVED, (SELLER, OWNER)),
        )
    ),
    shipment(
        A.SEND_RETURN,
        V.AWAITING,
        V.IN_TRANSIT,
        CUSTOMER,
        input=Proof("1Z999"),
        violations=NO_PROOF,
        effects=(STAMPED, E.STAMP_PROOF, E.VOID_LABELS),
    ),
    shipment(
        A.SEND_RETURN,
        V.AWAITING,
        V.IN_TRANSIT,
        SELLER,
        OWNER,
        input=Proof(drop_off="Receipt 17"),
        violations=NO_PROOF,
        effects=(STAMPED, E.STAMP_PROOF, E.VOID_LABELS, E.RELEASE_IF_DUE),
    ),
    shipment(
        A.SEND_RETURN,
        V.IN_TRANSIT,
        V.IN_TRANSIT,
        SELLER,
        OWNER,
        trigger=RefundTrigger.ON_SHIPMENT,
        violations=(
            PAID_ALREADY,
            *(
                Violation(F.MONEY_RELEASED, {"trigger": trigger})
                for trigger in RefundTrigger
                if trigger is not RefundTrigger.ON_SHIPMENT
            ),
        ),
        effects=(STAMPED, E.STAMP_PROOF, E.VOID_LABELS, E.RELEASE_IF_DUE),
    ),
    shipment(
        A.SEND_RETURN,
        V.AWAITING,
        V.IN_TRANSIT,
        SYSTEM,
        effects=(STAMPED, E.VOID_LABELS, E.RELEASE_IF_DUE),
    ),
    shipment(
        A.SEND_RETURN,
        V.IN_TRANSIT,
        V.IN_TRANSIT,
        SYSTEM,
        trigger=RefundTrigger.ON_SHIPMENT,
        violations=(PAID_ALREADY, Violation(F.MONEY_RELEASED, {"trigger": RefundTrigger.ON_RECEIPT})),
        effects=(STAMPED, E.VOID_LABELS, E.RELEASE_IF_DUE),
    ),
    *map(receives, (V.AWAITING, V.IN_TRANSIT, V.LOST, V.EXPIRED, V.RECEIVED, V.INSPECTED)),
    shipment(
        A.INSPECT_RETURN,
        V.RECEIVED,
        V.INSPECTED,
        SELLER,
        OWNER,
        input=Inspection((grade(1), grade(1, deduction_minor=0, reason=None))),
        violations=WRONG_GRADES,
        effects=(STAMPED, E.GRADE_UNITS, E.RELEASE_IF_DUE),
    ),
    shipment(
        A.INSPECT_RETURN,
        V.RECEIVED,
        V.INSPECTED,
        SYSTEM,
        effects=(STAMPED, E.GRADE_UNITS, E.RELEASE_IF_DUE),
        **LATE,
    ),
    shipment(A.LOSE_RETURN, V.IN_TRANSIT, V.LOST, OWNER, effects=(STAMPED, E.RELEASE_LOST)),
    shipment(A.LOSE_RETURN, V.IN_TRANSIT, V.LOST, SYSTEM, effects=(STAMPED, E.RELEASE_LOST), **LATE),
    *(
        shipment(A.WAIVE_RETURN, source, V.WAIVED, SELLER, OWNER, effects=(STAMPED, E.RELEASE_PLAN, E.VOID_LABELS))
        for source in (V.AWAITING, V.IN_TRANSIT, V.LOST, V.RECEIVED)
    ),
    shipment(
        A.EXPIRE_RETURN,
        V.AWAITING,
        V.EXPIRED,
        SYSTEM,
        effects=(STAMPED, E.EXPIRE_HELD, E.VOID_LABELS),
        **LATE | {"violations": (*LATE["violations"], Violation(F.WITHDRAWN_BY_LAW, {"statutory": True}))},
    ),
    shipment(A.CANCEL_RETURN, V.AWAITING, V.CANCELED, SYSTEM, effects=(STAMPED, E.VOID_LABELS)),
    shipment(A.CANCEL_RETURN, V.LOST, V.CANCELED, SYSTEM, effects=(STAMPED, E.VOID_LABELS)),
)


def label(action: Action, source: LabelStatus | None, to: LabelStatus, *roles: Role, **rest: Any) -> ExpectedEdge:
    facts = LabelFacts(source, labels=rest.pop("labels", 0))
    return ExpectedEdge(Subject.LABEL, action, None, to, frozenset(roles), facts, **rest)


WANTED = (Violation(F.NO_CARRIER, {"carried": False}), Violation(F.LABEL_NOT_WANTED, {"awaited": False}))


USED = (Violation(F.LABEL_USED, {"used": True}),)


SLIP_SENT = (Violation(F.LABEL_USED, {"slip_sent": True}),)


MANY = Violation(F.TOO_MANY_LABELS, {"labels": 20})


KNOWN: dict[str, Any] = {"effects": (E.VOID_IF_ENDED,)}


LABELS = (
    label(A.ORDER_LABEL, None, L.PENDING, SYSTEM, violations=WANTED),
    label(A.ADD_LABEL, None, L.PENDING, SELLER, OWNER, labels=19, violations=(*WANTED, MANY)),
    label(A.BUY_LABEL, L.PENDING, L.PROCESSING, SYSTEM),
    label(A.BUY_LABEL, L.UNKNOWN, L.PROCESSING, SYSTEM),
    label(A.LOSE_LABEL, L.PROCESSING, L.UNKNOWN, SYSTEM),
    label(A.ISSUE_LABEL, L.PROCESSING, L.ISSUED, SYSTEM, **KNOWN),
    label(A.ISSUE_LABEL, L.UNKNOWN, L.ISSUED, SYSTEM, **KNOWN),
    label(A.FAIL_LABEL, L.PROCESSING, L.FAILED, SYSTEM, **KNOWN),
    label(A.RETRY_LABEL, L.FAILED, L.PENDING, OWNER, violations=WANTED),
    label(A.SCAN_LABEL, L.ISSUED, L.ISSUED, SYSTEM, violations=USED),
    label(A.VOID_LABEL, L.PENDING, L.VOIDED, OWNER, SYSTEM),
    label(A.VOID_LABEL, L.FAILED, L.VOIDED, OWNER, SYSTEM),
    label(A.VOID_LABEL, L.ISSUED, L.VOIDING, OWNER, SYSTEM, violations=(*USED, *SLIP_SENT)),
    label(A.SEND_VOID, L.VOIDING, L.VOIDING, SYSTEM, violations=(Violation(F.NOT_DUE, {"lease_over": False}),)),
    label(A.SEND_VOID, L.VOID_UNKNOWN, L.VOIDING, SYSTEM),
    label(A.LOSE_VOID, L.VOIDING, L.VOID_UNKNOWN, SYSTEM),
    label(A.FINISH_VOID, L.VOIDING, L.VOIDED, SYSTEM),
    label(A.FINISH_VOID, L.VOID_UNKNOWN, L.VOIDED, SYSTEM),
    label(A.REFUSE_VOID, L.VOIDING, L.ISSUED, SYSTEM),
)
