"""The edges that open requests."""

from dataclasses import replace

from domain.actions import Action, Effect
from domain.facts import (
    ItemChoice,
    ItemFacts,
    Reason,
)
from domain.words import (
    OrderStatus,
    ReasonAudience,
    Role,
    Subject,
    TransactionType,
)
from tests.domain.tables_by_hand.edges import CUSTOMER, OWNER, SELLER, SYSTEM, A, E, ExpectedEdge, F, K, Q, T, Violation

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
    *(
        opening(A.DECLARE_WITHDRAWAL, transaction, role, violations + IN_OPEN_REQUEST + WRONG_QUANTITIES)
        for transaction, violations in ((T.CANCEL, PACKAGE_SHIPPED), (T.REFUND, PACKAGE_NOT_SHIPPED))
        for role in (CUSTOMER, OWNER)
    ),
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
