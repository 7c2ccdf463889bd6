"""The transition tables written a second time, by hand: every edge, the roles that take it, and what must stop them.

The tests compare `domain/tables/` with this. A `Violation` changes the facts or the input that take an edge so that
exactly one condition fails, and names the code of the refusal.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from domain.actions import Action, Effect
from domain.facts import (
    Arrived,
    AskedAdjustment,
    Decision,
    DisputeFacts,
    Facts,
    Grade,
    Handover,
    Inspection,
    ItemChoice,
    ItemFacts,
    LabelFacts,
    Moved,
    PackageFacts,
    PlanFacts,
    Proof,
    Reason,
    Receipt,
    RefundFacts,
    RequestFacts,
    ReturnFacts,
    Settlement,
    Split,
)
from domain.refusals import Refusal
from domain.words import (
    AdjustmentKind,
    Bearer,
    Disposition,
    DisputeStatus,
    GoodsCondition,
    LabelStatus,
    OrderStatus,
    PackageStatus,
    PlanStatus,
    ReasonAudience,
    RefundStatus,
    RefundTrigger,
    RequestStatus,
    Rest,
    ReturnStatus,
    Role,
    Subject,
    TransactionType,
    Word,
)

A, E, F, T = Action, Effect, Refusal, TransactionType
K, Q, P, R, V, L = PackageStatus, RequestStatus, PlanStatus, RefundStatus, ReturnStatus, LabelStatus
CUSTOMER, SELLER, OWNER, SYSTEM = Role.CUSTOMER, Role.SELLER, Role.OWNER, Role.SYSTEM


@dataclass(frozen=True)
class Violation:
    """One condition that is violated: the code, changes to the facts and to the input, the path of the input."""

    code: Refusal
    facts: dict[str, Any] = field(default_factory=dict)
    input: dict[str, Any] = field(default_factory=dict)
    about: tuple[str, ...] = ()


@dataclass(frozen=True)
class ExpectedEdge:
    """One edge, with facts and an input that take it."""

    subject: Subject
    action: Action
    transaction: TransactionType | None
    target: Word
    roles: frozenset[Role]
    facts: Facts
    input: Any = None
    violations: tuple[Violation, ...] = ()
    effects: tuple[Effect, ...] = ()
    on_behalf_of: Role | None = None

    @property
    def source(self) -> Word | None:
        """The status that the edge starts from; None if it opens its subject."""
        return getattr(self.facts, "status", None)

    def __str__(self) -> str:
        roles = "+".join(sorted(self.roles))
        return f"{self.subject}-{self.action}-{self.transaction}-{self.source}-{self.target}-{roles}"


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

UNSHIPPED_ITEM = ItemFacts(K.PREPARING, OrderStatus.WAITING_PACKAGING, active=3, window_open=True, policy_version="v2")
SHIPPED_ITEM = ItemFacts(K.DELIVERED, OrderStatus.DELIVERED, active=3, window_open=True, policy_version="v2")
CANCELING = Reason("changed-mind", T.CANCEL, needs_note=False, active=True)
RETURNING = Reason("does-not-fit", T.REFUND, needs_note=False, active=True)
TO_CANCEL = ItemChoice(2, CANCELING, None, "v2", confirm=True)
TO_RETURN = ItemChoice(2, RETURNING, None, "v2", confirm=True)

PACKAGE_SHIPPED = tuple(
    Violation(F.PACKAGE_HAS_LEFT, {"package": status})
    for status in (K.SHIPPED, K.DELIVERED, K.DELIVERY_FAILED, K.CANCELED)
)
PACKAGE_NOT_SHIPPED = tuple(
    Violation(F.PACKAGE_HAS_NOT_LEFT, {"package": status}) for status in (K.PREPARING, K.READY_TO_SHIP, K.CANCELED)
)
IN_OPEN_REQUEST = (Violation(F.REQUEST_OPEN, {"in_open_request": True}),)
WINDOW_CLOSED = (Violation(F.RETURN_WINDOW_CLOSED, {"window_open": False}),)
NOT_TAKEN_BACK = (Violation(F.EXEMPT, {"exempt": True}),)
WITHOUT_NOTE = tuple(
    violation
    for fact in ({"window_open": False}, {"exempt": True})
    for violation in (
        Violation(F.NOTE_REQUIRED, fact, about=("note",)),
        Violation(F.NOTE_REQUIRED, fact, {"note": "  "}, ("note",)),
    )
)
NO_POLICY = (
    Violation(F.POLICY_NOT_ACCEPTED, input={"policy_version": None}, about=("input", "policyVersion")),
    Violation(F.POLICY_NOT_ACCEPTED, input={"policy_version": ""}, about=("input", "policyVersion")),
    Violation(F.POLICY_OUTDATED, input={"policy_version": "v1"}, about=("input", "policyVersion")),
)
WITHDRAWN = (Violation(F.WITHDRAWN_TOO_OFTEN, {"withdrawn_too_often": True}),)
NOT_CONFIRMED = (Violation(F.CONFIRMATION_REQUIRED, input={"confirm": False}, about=("input", "confirm")),)
SECOND_PACKAGE = (Violation(F.SELLER_HAS_SHIPPED, {"seller_order": OrderStatus.SHIPPING}),)
NOT_OVERRIDDEN = (
    Violation(F.SELLER_HAS_SHIPPED, {"seller_order": OrderStatus.SHIPPING}, about=("input", "override")),
    *(
        Violation(
            F.NOTE_REQUIRED,
            {"seller_order": OrderStatus.SHIPPING},
            {"override": True, "override_note": note},
            ("input", "note"),
        )
        for note in (None, "  ")
    ),
)


WRONG_QUANTITIES = (
    Violation(F.QUANTITY_NOT_POSITIVE, input={"quantity": 0}, about=("quantity",)),
    Violation(F.QUANTITY_NOT_POSITIVE, input={"quantity": -1}, about=("quantity",)),
    Violation(F.TOO_MANY_UNITS, input={"quantity": 4}, about=("quantity",)),
)


def violations_of_input(transaction: TransactionType, role: Role) -> tuple[Violation, ...]:
    """What may be wrong with one item of a request of this type by this role."""
    other = T.REFUND if transaction is T.CANCEL else T.CANCEL
    not_theirs = frozenset(ReasonAudience) - {ReasonAudience(role)}
    return (
        *WRONG_QUANTITIES,
        Violation(
            F.REASON_WRONG_AUDIENCE,
            input={"reason": Reason("x", transaction, False, True, audiences=not_theirs)},
            about=("reason",),
        ),
        Violation(F.REASON_UNKNOWN, input={"reason": None}, about=("reason",)),
        Violation(
            F.REASON_INACTIVE, input={"reason": Reason("old", transaction, False, active=False)}, about=("reason",)
        ),
        Violation(F.REASON_WRONG_TYPE, input={"reason": Reason("x", other, False, active=True)}, about=("reason",)),
        Violation(F.NOTE_REQUIRED, input={"reason": Reason("other", transaction, True, active=True)}, about=("note",)),
        Violation(
            F.NOTE_REQUIRED, input={"reason": Reason("other", transaction, True, True), "note": " "}, about=("note",)
        ),
    )


def opening(
    action: Action, transaction: TransactionType, role: Role, violations: tuple[Violation, ...], *more: Effect
) -> ExpectedEdge:
    facts, input = (UNSHIPPED_ITEM, TO_CANCEL) if transaction is T.CANCEL else (SHIPPED_ITEM, TO_RETURN)
    # Without free units no quantity is valid, so the quantity is zero here and is refused as well.
    none_left = Violation(F.NO_UNITS_LEFT, {"active": 0}, {"quantity": 0})
    return ExpectedEdge(
        Subject.REQUEST,
        action,
        transaction,
        Q.WAITING,
        frozenset({role}),
        facts,
        input,
        (*violations, none_left),
        (E.HOLD_UNITS, *more),
    )


def of_approved_return(action: Action, role: Role, *violations: Violation) -> ExpectedEdge:
    """The opening of a return that is approved at once. The facts have return settings."""
    edge = opening(action, T.REFUND, role, violations, *RETURN_BEGINS[:-1])
    return replace(edge, target=Q.APPROVED, facts=replace(SHIPPED_ITEM, returns_on=True))


def came_in(action: Action, transaction: TransactionType, role: Role) -> ExpectedEdge:
    """A request that was completed before its order came in: nothing is asked, and nothing follows."""
    facts = UNSHIPPED_ITEM if transaction is T.CANCEL else SHIPPED_ITEM
    return ExpectedEdge(Subject.REQUEST, action, transaction, Q.COMPLETED, frozenset({role}), facts)


RETURN_BEGINS = (E.KEEP_ACCEPTED_UNITS, E.START_RETURN, E.OPEN_APPROVED_PLAN, E.OPEN_SHIPMENT)

OPENINGS = (
    came_in(A.CREATE_ORDER, T.CANCEL, OWNER),
    *(came_in(A.IMPORT_ORDER, transaction, SYSTEM) for transaction in T),
    of_approved_return(A.OPEN_SUCCESSOR, SYSTEM, *WRONG_QUANTITIES),
    *(
        of_approved_return(
            A.RECEIVE_UNANNOUNCED,
            role,
            Violation(F.RETURNS_OFF, {"returns_on": False}),
            *PACKAGE_NOT_SHIPPED,
            *[each for each in violations_of_input(T.REFUND, role) if each.code is not F.REASON_WRONG_AUDIENCE],
        )
        for role in (SELLER, OWNER)
    ),
    opening(
        A.REQUEST_RETURN,
        T.CANCEL,
        CUSTOMER,
        PACKAGE_SHIPPED
        + SECOND_PACKAGE
        + IN_OPEN_REQUEST
        + violations_of_input(T.CANCEL, CUSTOMER)
        + NO_POLICY
        + WITHDRAWN,
    ),
    opening(
        A.REQUEST_RETURN,
        T.CANCEL,
        OWNER,
        PACKAGE_SHIPPED + SECOND_PACKAGE + IN_OPEN_REQUEST + violations_of_input(T.CANCEL, OWNER),
    ),
    opening(
        A.REQUEST_RETURN,
        T.CANCEL,
        SELLER,
        PACKAGE_SHIPPED + SECOND_PACKAGE + IN_OPEN_REQUEST + violations_of_input(T.CANCEL, SELLER),
        E.KEEP_ACCEPTED_UNITS,
        E.OPEN_PLAN,
    ),
    opening(
        A.REQUEST_RETURN,
        T.REFUND,
        CUSTOMER,
        PACKAGE_NOT_SHIPPED
        + IN_OPEN_REQUEST
        + WINDOW_CLOSED
        + NOT_TAKEN_BACK
        + violations_of_input(T.REFUND, CUSTOMER)
        + NO_POLICY
        + WITHDRAWN,
    ),
    opening(
        A.REQUEST_RETURN,
        T.REFUND,
        OWNER,
        PACKAGE_NOT_SHIPPED + IN_OPEN_REQUEST + WITHOUT_NOTE + violations_of_input(T.REFUND, OWNER),
    ),
    *(
        opening(A.OPEN_SUCCESSOR, transaction, SYSTEM, IN_OPEN_REQUEST + WRONG_QUANTITIES)
        for transaction in (T.CANCEL, T.REFUND)
    ),
    opening(
        A.APPLY_CANCELLATION,
        T.CANCEL,
        OWNER,
        PACKAGE_SHIPPED + IN_OPEN_REQUEST + violations_of_input(T.CANCEL, OWNER) + NOT_CONFIRMED + NOT_OVERRIDDEN,
        E.KEEP_ACCEPTED_UNITS,
        E.OPEN_PLAN,
    ),
    opening(
        A.APPLY_CANCELLATION,
        T.REFUND,
        OWNER,
        PACKAGE_NOT_SHIPPED + IN_OPEN_REQUEST + WITHOUT_NOTE + violations_of_input(T.REFUND, OWNER),
    ),
)


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


def decisions() -> Iterator[ExpectedEdge]:
    """Every decision on a waiting or approved request, and the allowance, which is decided as it is opened."""
    yield ExpectedEdge(
        Subject.REQUEST,
        A.REFUND_ALLOWANCE,
        T.REFUND,
        Q.APPROVED,
        frozenset({OWNER}),
        RequestFacts(None, T.REFUND, frozenset(), OrderStatus.SHIPPING),
        input=Decision(adjustments=(GIVEN,)),
        violations=(
            Violation(F.INVALID_INPUT, input={"adjustments": ()}, about=("adjustments",)),
            wrong_adjustment(F.ADJUSTMENT_NOT_ALLOWED, "kind", asked(J.FEE)),
            wrong_adjustment(F.ADJUSTMENT_NOT_ALLOWED, "kind", asked(J.DEDUCTION, **ITEM)),
            *WRONG_ADJUSTMENTS,
        ),
        effects=(E.OPEN_APPROVED_PLAN,),
    )
    yield request(
        A.APPLY_CANCELLATION,
        T.CANCEL,
        Q.WAITING,
        Q.WAITING,
        OWNER,
        input=CONFIRMS,
        violations=APPLY_VIOLATIONS,
        effects=(E.KEEP_ACCEPTED_UNITS, E.OPEN_PLAN),
    )
    yield request(
        A.AUTO_CONFIRM,
        T.CANCEL,
        Q.WAITING,
        Q.APPROVED,
        SYSTEM,
        plan=P.WAITING,
        violations=(
            *PACKAGES_SHIPPED,
            *(Violation(F.PLAN_NOT_WAITING, {"plan": plan}) for plan in (None, P.CONFIRMATION_WAITING)),
        ),
        effects=AGREED,
    )
    yield request(
        A.CONFIRM_REQUEST, T.CANCEL, Q.WAITING, Q.APPROVED, SELLER, input=CONFIRMS, effects=RECALLED, **RECALLABLE
    )
    yield request(
        A.CONFIRM_REQUEST,
        T.REFUND,
        Q.WAITING,
        Q.APPROVED,
        SELLER,
        input=CONFIRMS,
        violations=wrong_units("items", KEPT)
        + NOTHING_LEFT
        + REST_UNEXPLAINED
        + WRONG_ADJUSTMENTS
        + WRONG_DEDUCTIONS
        + OF_SELLER,
        effects=RETURN_BEGINS,
    )
    yield request(
        A.CONFIRM_REQUEST,
        T.CANCEL,
        Q.WAITING,
        Q.APPROVED,
        OWNER,
        input=CONFIRMS_FOR_SELLER,
        plan=P.CONFIRMATION_WAITING,
        violations=(*NOT_WITH_SELLER, DELIVERED, *IN_PART, *NOTHING_LEFT[:3], *WITHOUT_NOTE, DECIDED_BEFORE),
        effects=RECALLED,
        on_behalf_of=SELLER,
    )
    yield request(
        A.CONFIRM_REQUEST,
        T.REFUND,
        Q.WAITING,
        Q.APPROVED,
        OWNER,
        input=CONFIRMS_FOR_SELLER,
        violations=wrong_units("items", KEPT)
        + NOTHING_LEFT
        + REST_UNEXPLAINED
        + WITHOUT_NOTE
        + WRONG_ADJUSTMENTS
        + WRONG_DEDUCTIONS
        + WRONG_CHARGES,
        effects=RETURN_BEGINS,
        on_behalf_of=SELLER,
    )
    yield request(
        A.REJECT_REQUEST,
        T.CANCEL,
        Q.WAITING,
        Q.REJECTED,
        SELLER,
        input=REJECTS,
        plan=P.CONFIRMATION_WAITING,
        violations=NOT_WITH_SELLER + UNEXPLAINED,
        effects=ENDED,
    )
    yield request(
        A.REJECT_REQUEST, T.CANCEL, Q.WAITING, Q.REJECTED, OWNER, input=REJECTS, violations=UNEXPLAINED, effects=ENDED
    )
    yield request(
        A.REJECT_REQUEST,
        T.REFUND,
        Q.WAITING,
        Q.REJECTED,
        SELLER,
        OWNER,
        input=REJECTS,
        violations=UNEXPLAINED,
        effects=ENDED,
    )
    for transaction in T:
        yield request(A.WITHDRAW_REQUEST, transaction, Q.WAITING, Q.WITHDRAWN, OWNER, effects=ENDED)
        yield request(
            A.WITHDRAW_REQUEST,
            transaction,
            Q.WAITING,
            Q.WITHDRAWN,
            CUSTOMER,
            violations=(Violation(F.REQUEST_OF_OTHER_ROLE, {"opened_by": SELLER}),),
            effects=ENDED,
        )
        yield from at_deadline(transaction)
    yield request(
        A.CONVERT_TO_RETURN,
        T.CANCEL,
        Q.WAITING,
        Q.CONVERTED,
        CUSTOMER,
        OWNER,
        packages=frozenset({K.DELIVERED, K.PREPARING}),
        violations=(
            Violation(F.PACKAGE_HAS_NOT_LEFT, {"packages": frozenset({K.PREPARING, K.READY_TO_SHIP})}),
            Violation(F.REQUEST_OPEN, {"elsewhere": True}),
        ),
        effects=ENDED,
    )
    yield request(
        A.WITHDRAW_REQUEST,
        T.CANCEL,
        Q.WAITING,
        Q.WITHDRAWN,
        SELLER,
        opened_by=SELLER,
        violations=tuple(Violation(F.REQUEST_OF_OTHER_ROLE, {"opened_by": role}) for role in (CUSTOMER, OWNER)),
        effects=ENDED,
    )
    yield request(
        A.WITHDRAW_REQUEST,
        T.REFUND,
        Q.APPROVED,
        Q.WITHDRAWN,
        CUSTOMER,
        OWNER,
        money_held=True,
        goods=V.AWAITING,
        violations=(
            PAID_ALREADY,
            *(Violation(F.GOODS_UNDER_WAY, {"goods": at}) for at in V if at is not V.AWAITING),
        ),
        effects=(*ENDED, E.CANCEL_SHIPMENT),
    )
    yield request(
        A.EXPIRE_REQUEST,
        T.REFUND,
        Q.APPROVED,
        Q.EXPIRED,
        SYSTEM,
        money_held=True,
        goods=V.EXPIRED,
        violations=(PAID_ALREADY, *(Violation(F.NOT_DUE, {"goods": at}) for at in (None, *set(V) - {V.EXPIRED}))),
        effects=ENDED,
    )
    yield request(
        A.REJECT_REQUEST,
        T.REFUND,
        Q.APPROVED,
        Q.REJECTED,
        SYSTEM,
        units=0,
        money_held=True,
        input=REJECTS,
        violations=(PAID_ALREADY, Violation(F.UNITS_LEFT_TO_PAY, {"held": {"item": 0, "other": 1}}), *UNEXPLAINED),
        effects=ENDED,
    )
    yield request(
        A.REJECT_REQUEST,
        T.REFUND,
        Q.APPROVED,
        Q.REJECTED,
        OWNER,
        money_held=True,
        goods=V.LOST,
        input=REJECTS,
        violations=(
            PAID_ALREADY,
            *(Violation(F.GOODS_NOT_LOST, {"goods": at}) for at in V if at is not V.LOST),
            *UNEXPLAINED,
        ),
        effects=(*ENDED, E.CANCEL_SHIPMENT),
    )
    paid: dict[str, Any] = {"plan": P.COMPLETED, "violations": PLAN_NOT_COMPLETED}
    yield request(A.COMPLETE_REQUEST, T.CANCEL, Q.APPROVED, Q.COMPLETED, SYSTEM, **paid)
    yield request(
        A.COMPLETE_REQUEST, T.REFUND, Q.APPROVED, Q.COMPLETED, SYSTEM, effects=(E.RETURN_UNITS, E.AGGREGATE), **paid
    )


def at_deadline(transaction: TransactionType) -> Iterator[ExpectedEdge]:
    """What Retour itself may do once the deadline of a request has passed."""

    def late(action: Action, to: RequestStatus, *effects: Effect, **rest: Any) -> ExpectedEdge:
        violations = IN_TIME + rest.pop("violations", ())
        return request(
            action, transaction, Q.WAITING, to, SYSTEM, overdue=True, violations=violations, effects=effects, **rest
        )

    yield late(A.REMIND_REQUEST, Q.WAITING, E.STAMP_REMINDED)
    yield late(A.ESCALATE_REQUEST, Q.WAITING, E.STAMP_ESCALATED)
    yield late(A.EXPIRE_REQUEST, Q.EXPIRED, *ENDED)
    yield late(A.REJECT_REQUEST, Q.REJECTED, *ENDED, input=REJECTS, violations=UNEXPLAINED)
    if transaction is T.REFUND:
        yield late(A.CONFIRM_REQUEST, Q.APPROVED, *RETURN_BEGINS)
    else:
        yield late(A.APPLY_CANCELLATION, Q.WAITING, E.KEEP_ACCEPTED_UNITS, E.OPEN_PLAN, violations=NOT_BY_ITSELF)
        asked = {"plan": P.CONFIRMATION_WAITING, "violations": (*NOT_WITH_SELLER, DELIVERED, NOT_WHOLE)}
        yield late(A.CONFIRM_REQUEST, Q.APPROVED, *RECALLED, **asked)


def plan(
    action: Action, transaction: TransactionType, source: PlanStatus | None, to: PlanStatus, *roles: Role, **rest: Any
) -> ExpectedEdge:
    facts = PlanFacts(
        source,
        transaction,
        rest.pop("packages", frozenset({K.PREPARING})),
        rest.pop("refunds", ()),
        rest.pop("money_held", False),
        rest.pop("short_minor", 0),
        {"re_spent": 0, "re_rest": 1},
    )
    return ExpectedEdge(Subject.PLAN, action, transaction, to, frozenset(roles), facts, **rest)


PAYS, CONFIRMING = (E.CREATE_REFUNDS,), P.CONFIRMATION_WAITING
RELEASES = (E.PRICE_PLAN, E.CREATE_REFUNDS)
PACKAGES_NOT_SHIPPED = Violation(F.PACKAGE_HAS_NOT_LEFT, {"packages": frozenset({K.PREPARING, K.READY_TO_SHIP})})
REFUNDS_NOT_DONE = tuple(
    Violation(F.REFUNDS_NOT_DONE, {"refunds": (R.SUCCEEDED, status)})
    for status in (R.PENDING, R.PROCESSING, R.UNKNOWN, R.FAILED)
)
DONE_REFUNDS = (R.SUCCEEDED, R.SETTLED_MANUALLY)
NO_REFERENCE = tuple(
    Violation(F.REFERENCE_REQUIRED, input={"reference": text}, about=("reference",)) for text in (None, "", " ")
)

PLANS = (
    plan(A.CREATE_ORDER, T.CANCEL, None, P.COMPLETED, OWNER),
    *(plan(A.IMPORT_ORDER, transaction, None, P.COMPLETED, SYSTEM) for transaction in T),
    plan(A.REQUEST_RETURN, T.CANCEL, None, P.WAITING, SELLER),
    plan(A.APPLY_CANCELLATION, T.CANCEL, None, P.WAITING, OWNER, SYSTEM, violations=PACKAGES_SHIPPED),
    plan(
        A.APPLY_CANCELLATION,
        T.CANCEL,
        None,
        CONFIRMING,
        OWNER,
        packages=frozenset({K.SHIPPED}),
        violations=(PACKAGES_NOT_SHIPPED,),
    ),
    plan(A.AUTO_CONFIRM, T.CANCEL, P.WAITING, P.APPROVED, SYSTEM, violations=PACKAGES_SHIPPED, effects=RELEASES),
    plan(
        A.ASK_SELLER,
        T.CANCEL,
        P.WAITING,
        CONFIRMING,
        SYSTEM,
        packages=frozenset({K.SHIPPED}),
        violations=(PACKAGES_NOT_SHIPPED,),
    ),
    plan(A.CONFIRM_REQUEST, T.CANCEL, CONFIRMING, P.APPROVED, SELLER, SYSTEM, effects=RELEASES),
    plan(A.CONFIRM_REQUEST, T.CANCEL, CONFIRMING, P.APPROVED, OWNER, effects=RELEASES, on_behalf_of=SELLER),
    plan(A.REJECT_REQUEST, T.CANCEL, CONFIRMING, P.REJECTED, SELLER),
    plan(
        A.REVERT_PACKAGE_STATUS,
        T.CANCEL,
        CONFIRMING,
        P.WAITING,
        SYSTEM,
        violations=PACKAGES_SHIPPED,
        effects=(E.SCHEDULE_PLAN,),
    ),
    plan(A.CONFIRM_REQUEST, T.REFUND, None, P.APPROVED, SYSTEM, effects=PAYS),
    plan(A.OPEN_SUCCESSOR, T.REFUND, None, P.APPROVED, SYSTEM, effects=PAYS),
    plan(A.REFUND_ALLOWANCE, T.REFUND, None, P.APPROVED, SYSTEM, effects=PAYS),
    plan(A.RECEIVE_UNANNOUNCED, T.REFUND, None, P.APPROVED, SYSTEM, effects=PAYS),
    plan(
        A.RELEASE_PLAN,
        T.REFUND,
        P.APPROVED,
        P.APPROVED,
        SYSTEM,
        money_held=True,
        violations=(PAID_ALREADY,),
        effects=(E.UNHOLD_PLAN, *RELEASES),
    ),
    plan(
        A.VOID_PLAN,
        T.REFUND,
        P.APPROVED,
        P.VOIDED,
        SYSTEM,
        money_held=True,
        violations=(PAID_ALREADY,),
        effects=(E.UNHOLD_PLAN,),
    ),
    plan(A.VOID_PLAN, T.CANCEL, P.WAITING, P.VOIDED, SYSTEM),
    plan(A.VOID_PLAN, T.CANCEL, CONFIRMING, P.VOIDED, SYSTEM),
    *(
        plan(
            A.COMPLETE_PLAN,
            transaction,
            P.APPROVED,
            P.COMPLETED,
            SYSTEM,
            refunds=DONE_REFUNDS,
            violations=(
                *REFUNDS_NOT_DONE,
                Violation(F.MONEY_HELD, {"money_held": True}),
                Violation(F.REFUNDS_NOT_DONE, {"short_minor": 1}),
            ),
            effects=(E.COMPLETE_REQUEST,),
        )
        for transaction in T
    ),
    *(
        plan(
            A.SETTLE_SHORTFALL,
            transaction,
            P.APPROVED,
            P.APPROVED,
            OWNER,
            refunds=DONE_REFUNDS,
            short_minor=5,
            input=Settlement("re_rest"),
            violations=(
                Violation(F.NOTHING_SHORT, {"short_minor": 0}),
                Violation(F.PAYMENT_DISPUTED, {"disputed": True}),
                Violation(F.MOVEMENT_SPENT, input={"reference": "re_spent"}, about=("reference",)),
                *NO_REFERENCE,
            ),
            effects=(E.COVER_SHORTFALL,),
        )
        for transaction in T
    ),
)


def refund(action: Action, source: RefundStatus | None, to: RefundStatus, role: Role, **rest: Any) -> ExpectedEdge:
    facts = RefundFacts(source, amount_minor=10, left_of={"re_less": 9, "re_same": 10})
    return ExpectedEdge(Subject.REFUND, action, None, to, frozenset({role}), facts, **rest)


UNDISPUTED = (Violation(F.PAYMENT_DISPUTED, {"disputed": True}),)
SETTLED_BY_HAND: dict[str, Any] = {
    "input": Settlement("Bank transfer 1"),
    "violations": (
        *UNDISPUTED,
        *NO_REFERENCE,
        Violation(F.MOVEMENT_SPENT, input={"reference": "re_less"}, about=("reference",)),
    ),
    "effects": (E.COMPLETE_PLAN,),
}

REFUNDS = (
    refund(A.CREATE_REFUND, None, R.PENDING, SYSTEM),
    refund(A.SEND_REFUND, R.PENDING, R.PROCESSING, SYSTEM, violations=UNDISPUTED),
    refund(A.SEND_REFUND, R.UNKNOWN, R.PROCESSING, SYSTEM),
    refund(A.LOSE_REFUND, R.PROCESSING, R.UNKNOWN, SYSTEM),
    refund(
        A.CHECK_REFUND,
        R.PROCESSING,
        R.PROCESSING,
        SYSTEM,
        violations=(Violation(F.NOT_DUE, facts={"lease_over": False}),),
    ),
    refund(A.SUCCEED_REFUND, R.PROCESSING, R.SUCCEEDED, SYSTEM, effects=(E.COMPLETE_PLAN,)),
    refund(A.SUCCEED_REFUND, R.UNKNOWN, R.SUCCEEDED, SYSTEM, effects=(E.COMPLETE_PLAN,)),
    refund(A.FAIL_REFUND, R.PROCESSING, R.FAILED, SYSTEM),
    refund(A.FAIL_REFUND, R.UNKNOWN, R.FAILED, SYSTEM),
    refund(A.BOUNCE_REFUND, R.SUCCEEDED, R.FAILED, SYSTEM, effects=(E.UNCOUNT_REFUND,)),
    refund(A.RETRY_REFUND, R.FAILED, R.PENDING, OWNER, violations=UNDISPUTED),
    *(
        refund(A.COVER_REFUND, source, R.SETTLED_MANUALLY, SYSTEM, effects=(E.COMPLETE_PLAN,))
        for source in (None, R.PENDING, R.FAILED, R.UNKNOWN)
    ),
    refund(A.SETTLE_REFUND, R.FAILED, R.SETTLED_MANUALLY, OWNER, **SETTLED_BY_HAND),
    refund(A.SETTLE_REFUND, R.UNKNOWN, R.SETTLED_MANUALLY, OWNER, **SETTLED_BY_HAND),
    *(
        refund(action, source, source, SYSTEM, effects=(effect,))
        for action, effect in ((A.BLOCK_REFUND, E.BLOCK_REFUND), (A.UNBLOCK_REFUND, E.UNBLOCK_REFUND))
        for source in (R.PENDING, R.PROCESSING, R.UNKNOWN, R.FAILED)
    ),
)


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
    shipment(A.EXPIRE_RETURN, V.AWAITING, V.EXPIRED, SYSTEM, effects=(STAMPED, E.EXPIRE_HELD, E.VOID_LABELS), **LATE),
    shipment(A.CANCEL_RETURN, V.AWAITING, V.CANCELED, SYSTEM, effects=(STAMPED, E.VOID_LABELS)),
    shipment(A.CANCEL_RETURN, V.LOST, V.CANCELED, SYSTEM, effects=(STAMPED, E.VOID_LABELS)),
)


def label(action: Action, source: LabelStatus | None, to: LabelStatus, *roles: Role, **rest: Any) -> ExpectedEdge:
    facts = LabelFacts(source, labels=rest.pop("labels", 0))
    return ExpectedEdge(Subject.LABEL, action, None, to, frozenset(roles), facts, **rest)


WANTED = (Violation(F.NO_CARRIER, {"carried": False}), Violation(F.LABEL_NOT_WANTED, {"awaited": False}))
USED = (Violation(F.LABEL_USED, {"used": True}),)
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
    label(A.VOID_LABEL, L.ISSUED, L.VOIDING, OWNER, SYSTEM, violations=USED),
    label(A.SEND_VOID, L.VOIDING, L.VOIDING, SYSTEM, violations=(Violation(F.NOT_DUE, {"lease_over": False}),)),
    label(A.SEND_VOID, L.VOID_UNKNOWN, L.VOIDING, SYSTEM),
    label(A.LOSE_VOID, L.VOIDING, L.VOID_UNKNOWN, SYSTEM),
    label(A.FINISH_VOID, L.VOIDING, L.VOIDED, SYSTEM),
    label(A.FINISH_VOID, L.VOID_UNKNOWN, L.VOIDED, SYSTEM),
    label(A.REFUSE_VOID, L.VOIDING, L.ISSUED, SYSTEM),
)


def dispute(action: Action, source: DisputeStatus | None, to: DisputeStatus, *effects: Effect) -> ExpectedEdge:
    return ExpectedEdge(Subject.DISPUTE, action, None, to, frozenset({SYSTEM}), DisputeFacts(source), effects=effects)


D = DisputeStatus
DISPUTES = (
    dispute(A.OPEN_DISPUTE, None, D.INQUIRY),
    dispute(A.OPEN_DISPUTE, None, D.OPEN, E.BLOCK_REFUNDS),
    dispute(A.OPEN_DISPUTE, D.INQUIRY, D.OPEN, E.BLOCK_REFUNDS),
    dispute(A.UPDATE_DISPUTE, D.INQUIRY, D.INQUIRY),
    dispute(A.UPDATE_DISPUTE, D.OPEN, D.OPEN),
    *(dispute(A.WIN_DISPUTE, source, D.WON, E.UNBLOCK_REFUNDS) for source in (None, D.INQUIRY, D.OPEN)),
    *(dispute(A.LOSE_DISPUTE, source, D.LOST, E.UNBLOCK_REFUNDS) for source in (None, D.INQUIRY, D.OPEN)),
)

EXPECTED_EDGES: tuple[ExpectedEdge, ...] = (
    *PACKAGES,
    *OPENINGS,
    *decisions(),
    *PLANS,
    *REFUNDS,
    *RETURNS,
    *LABELS,
    *DISPUTES,
)
