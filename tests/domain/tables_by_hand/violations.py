"""What must stop a decision on a request."""

from typing import Any

from domain.actions import Action
from domain.facts import (
    AskedAdjustment,
    Decision,
    RequestFacts,
)
from domain.refusals import Refusal
from domain.words import (
    AdjustmentKind,
    Bearer,
    OrderStatus,
    RequestStatus,
    Rest,
    Role,
    Subject,
    TransactionType,
)
from tests.domain.tables_by_hand.edges import CUSTOMER, E, ExpectedEdge, F, K, P, T, Violation


def request(
    action: Action, transaction: TransactionType, source: RequestStatus, to: RequestStatus, *roles: Role, **rest: Any
) -> ExpectedEdge:
    """A decision on a request of two units of one item, whose package has the status that the type requires."""
    unshipped = transaction is T.CANCEL
    facts = RequestFacts(
        source,
        transaction,
        packages=rest.pop("packages", frozenset({K.PREPARING if unshipped else K.DELIVERED})),
        seller_order=OrderStatus.WAITING_PACKAGING if unshipped else OrderStatus.DELIVERED,
        plan=rest.pop("plan", None),
        held={"item": rest.pop("units", 2)},
        overdue=rest.pop("overdue", False),
        opened_by=rest.pop("opened_by", CUSTOMER),
        money_held=rest.pop("money_held", False),
        goods=rest.pop("goods", None),
        statutory=rest.pop("statutory", False),
        objected=rest.pop("objected", False),
    )
    return ExpectedEdge(Subject.REQUEST, action, transaction, to, frozenset(roles), facts, **rest)


PACKAGES_SHIPPED = tuple(
    Violation(F.PACKAGE_HAS_LEFT, {"packages": frozenset({K.PREPARING, status})})
    for status in (K.SHIPPED, K.DELIVERED, K.DELIVERY_FAILED)
)


UNEXPLAINED = tuple(
    Violation(F.REJECTION_REASON_REQUIRED, input={"reason": reason}, about=("reason",)) for reason in (None, "", "  ")
)


NOT_WITH_SELLER = tuple(Violation(F.PLAN_NOT_WITH_SELLER, {"plan": plan}) for plan in (None, P.WAITING))


PLAN_NOT_COMPLETED = tuple(Violation(F.PLAN_NOT_COMPLETED, {"plan": plan}) for plan in (None, P.APPROVED, P.VOIDED))


NOT_HELD, NOT_POSITIVE = F.UNITS_NOT_HELD, F.QUANTITY_NOT_POSITIVE


KEPT = {"rest": Rest.KEEP_WAITING}


def wrong_units(choice: str, more: dict[str, Any]) -> tuple[Violation, ...]:
    """What may be wrong with the accepted units, which the input `choice` names. `more` makes the rest right."""

    def wrong(code: Refusal, *accepted: tuple[str, int], at: tuple[str, ...] = ()) -> Violation:
        return Violation(code, input={"accepted": accepted, **more}, about=(choice, *at))

    return (
        Violation(NOT_HELD, input={"accepted": (("item", 3),)}, about=(choice, "0", "quantity")),
        wrong(NOT_HELD, ("item", 1), ("other", 1), at=("1", "quantity")),
        wrong(NOT_HELD, ("item", 1), ("other", 0), at=("1", "quantity")),
        wrong(NOT_POSITIVE, ("item", 0)),
        wrong(NOT_POSITIVE),
        wrong(NOT_POSITIVE, ("other", -1), ("item", 1), at=("0", "quantity")),
    )


NOTHING_LEFT = tuple(
    violation
    for accepted in (None, (("item", 2),))
    for violation in (
        Violation(F.CONTRADICTORY_INPUT, input={"accepted": accepted, "rest": Rest.KEEP_WAITING}, about=("rest",)),
        Violation(F.CONTRADICTORY_INPUT, input={"accepted": accepted, "rest": Rest.RELEASE}, about=("rest",)),
        Violation(F.CONTRADICTORY_INPUT, input={"accepted": accepted, "rest_reason": "No"}, about=("restReason",)),
    )
)


REST_UNEXPLAINED = tuple(
    Violation(
        F.REST_REASON_REQUIRED,
        input={"accepted": (("item", 1),), "rest": rest, "rest_reason": reason},
        about=("restReason",),
    )
    for rest in (None, Rest.RELEASE)
    for reason in (None, "", "  ")
)


WITHOUT_NOTE = tuple(
    Violation(F.NOTE_REQUIRED, input={"note": note}, about=("note",)) for note in (None, "", " \u200b")
)


J, B = AdjustmentKind, Bearer


def asked(kind: AdjustmentKind, *, amount: int = 100, reason: str = "A scratch.", **more: Any) -> AskedAdjustment:
    return AskedAdjustment(kind, amount, reason, more.pop("bearer", B.SELLER), **more)


ITEM: dict[str, Any] = {"order_item_id": "item"}


PART: dict[str, Any] = {"seller_order_id": "part"}


EARLIER: dict[str, Any] = {"reverses_id": "adjustment"}


NOTHING: dict[str, Any] = {}


GIVEN = asked(J.ALLOWANCE, **ITEM)


def wrong_adjustment(code: Refusal, at: str, wrong: AskedAdjustment) -> Violation:
    """The second of two adjustments is wrong."""
    return Violation(code, input={"adjustments": (GIVEN, wrong)}, about=("adjustments", "1", at))


WRONG_THINGS = {
    J.ALLOWANCE: (NOTHING, EARLIER, ITEM | PART),
    J.SHIPPING: (NOTHING, ITEM, EARLIER, ITEM | PART),
    J.REVERSAL: (NOTHING, ITEM, PART, PART | EARLIER),
}


WRONG_ADJUSTMENTS = (
    *(wrong_adjustment(F.INVALID_INPUT, "amount", asked(J.ALLOWANCE, amount=n, **ITEM)) for n in (0, -1)),
    *(wrong_adjustment(F.NOTE_REQUIRED, "reason", asked(J.ALLOWANCE, reason=text, **ITEM)) for text in ("", " ")),
    *(
        wrong_adjustment(F.CONTRADICTORY_INPUT, "kind", asked(kind, **about))
        for kind, wrong in WRONG_THINGS.items()
        for about in wrong
    ),
)


WRONG_CHARGES = tuple(
    wrong_adjustment(F.CONTRADICTORY_INPUT, "kind", asked(J.FEE, **about)) for about in (ITEM, PART, EARLIER)
)


WRONG_DEDUCTIONS = tuple(
    wrong_adjustment(F.CONTRADICTORY_INPUT, "kind", asked(J.DEDUCTION, **about))
    for about in (NOTHING, PART, EARLIER, ITEM | EARLIER)
)


OF_SELLER = (
    wrong_adjustment(F.ADJUSTMENT_NOT_ALLOWED, "kind", asked(J.FEE)),
    *(
        wrong_adjustment(F.ADJUSTMENT_NOT_ALLOWED, "bearer", asked(J.ALLOWANCE, bearer=bearer, **ITEM))
        for bearer in (B.OWNER, B.CARRIER)
    ),
    Violation(
        F.ADJUSTMENT_NOT_ALLOWED,
        {"goods_asked_for": True},
        {"adjustments": (asked(J.DEDUCTION, **ITEM),)},
        ("adjustments", "0", "kind"),
    ),
)


DECIDED_BEFORE = Violation(F.CONTRADICTORY_INPUT, input={"adjustments": (GIVEN,)}, about=("adjustments",))


BY_LAW = Violation(F.WITHDRAWN_BY_LAW, {"statutory": True})


PAID_ALREADY = Violation(F.MONEY_RELEASED, {"money_held": False})


CONFIRMS_FOR_SELLER = Decision(note="The seller has not answered for a week.")


CONFIRMS, REJECTS = Decision(confirm=True), Decision(reason="It has been packed.")


AGREED, ENDED = (E.CANCEL_UNITS, E.APPROVE_PLAN), (E.RELEASE_UNITS, E.CLOSE_PLAN)


RECALLED = (*AGREED, E.RECALL_GOODS)


NOT_BY_ITSELF = (
    *PACKAGES_SHIPPED,
    Violation(F.SELLER_HAS_SHIPPED, {"seller_order": OrderStatus.SHIPPING}),
    *(Violation(F.PLAN_EXISTS, {"plan": plan}) for plan in (P.WAITING, P.CONFIRMATION_WAITING, P.APPROVED)),
)


IN_TIME = (Violation(F.NOT_DUE, {"overdue": False}), Violation(F.NOT_DUE, {"acted": True}))


DELIVERED = Violation(F.PACKAGE_DELIVERED, {"packages": frozenset({K.SHIPPED, K.DELIVERED})})


SHIPPED_ITEM_OF_TWO: dict[str, Any] = {
    "packages": frozenset({K.PREPARING, K.SHIPPED}),
    "seller_order": OrderStatus.SHIPPING,
    "held": {"item": 2, "shipped": 2},
    "shipped": (frozenset({"shipped"}),),
}


NOT_WHOLE = Violation(F.PACKAGE_NOT_WHOLE, {"packages": frozenset({K.SHIPPED}), "whole": False})


APPLY_VIOLATIONS = (
    DELIVERED,
    NOT_WHOLE,
    *(Violation(F.PLAN_EXISTS, {"plan": plan}) for plan in (P.WAITING, P.CONFIRMATION_WAITING, P.APPROVED)),
    Violation(F.CONFIRMATION_REQUIRED, input={"confirm": False}, about=("confirm",)),
    Violation(F.SELLER_HAS_SHIPPED, {"seller_order": OrderStatus.SHIPPING}, about=("override",)),
    Violation(
        F.SELLER_HAS_SHIPPED, SHIPPED_ITEM_OF_TWO, {"accepted": (("item", 2),), "rest_reason": "Gone."}, ("override",)
    ),
    *(
        Violation(
            F.NOTE_REQUIRED, {"seller_order": OrderStatus.SHIPPING}, {"override": True, "note": note}, about=("note",)
        )
        for note in (None, "  ")
    ),
    Violation(
        F.PACKAGE_NOT_WHOLE,
        SHIPPED_ITEM_OF_TWO,
        {"accepted": (("item", 2), ("shipped", 1)), "rest_reason": "Gone."},
        ("accept",),
    ),
    *wrong_units("accept", KEPT),
    *NOTHING_LEFT,
    *REST_UNEXPLAINED,
    *WRONG_ADJUSTMENTS,
    *WRONG_CHARGES,
    wrong_adjustment(F.ADJUSTMENT_NOT_ALLOWED, "kind", asked(J.DEDUCTION, **ITEM)),
)


IN_PART = tuple(
    Violation(F.CONTRADICTORY_INPUT, input={"accepted": accepted}, about=("items",))
    for accepted in ((), (("item", 1),), (("item", 2),))
)


RECALLABLE: dict[str, Any] = {
    "plan": P.CONFIRMATION_WAITING,
    "violations": (*NOT_WITH_SELLER, DELIVERED, *IN_PART, *NOTHING_LEFT[:3], DECIDED_BEFORE),
}
