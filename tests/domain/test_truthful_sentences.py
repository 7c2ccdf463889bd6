"""No sentence of a refusal lies, and none advises what is then refused: every state that shows one is looked at."""

from collections.abc import Iterator
from itertools import chain, combinations, product

import pytest

from domain import derive
from domain.actions import Action
from domain.derive import Units
from domain.errors import Blocker, Refused
from domain.facts import Decision, ItemFacts, RequestFacts
from domain.lifecycle import allowed, decide
from domain.refusals import Refusal
from domain.words import (
    SENT,
    UNSENT,
    OrderStatus,
    PackageStatus,
    PlanStatus,
    RequestStatus,
    Role,
    Subject,
    TransactionType,
)

PEOPLE = (Role.CUSTOMER, Role.SELLER, Role.OWNER)
A, T = Action, TransactionType


def orders_of(packages: frozenset[PackageStatus]) -> Iterator[OrderStatus]:
    """How a seller's part may stand that has these packages, each with units left, and perhaps one more."""
    for other in (None, *PackageStatus):
        statuses = [*packages, *([] if other is None else [other])]
        yield derive.seller_order_status(
            (status, [Units(0 if status is PackageStatus.CANCELED else 1)]) for status in statuses
        )


def requests() -> Iterator[RequestFacts]:
    """Every state that a waiting request can be in."""
    statuses = [status for status in PackageStatus if status is not PackageStatus.CANCELED]
    for packages in map(frozenset, chain(combinations(statuses, 1), combinations(statuses, 2))):
        left = bool(packages & SENT)
        for order in sorted(set(orders_of(packages))):
            if packages <= SENT:
                yield RequestFacts(RequestStatus.WAITING, T.REFUND, packages, order)
            held = {str(status): 1 for status in packages}
            shipped = tuple(frozenset({str(status)}) for status in sorted(packages & SENT))
            for plan, whole in product(
                (None, PlanStatus.WAITING, PlanStatus.CONFIRMATION_WAITING), (True, False) if left else (True,)
            ):
                if plan is not PlanStatus.CONFIRMATION_WAITING or left:
                    yield RequestFacts(
                        *(RequestStatus.WAITING, T.CANCEL, packages, order, plan, held),
                        whole=whole,
                        shipped=shipped,
                    )


def items() -> Iterator[tuple[ItemFacts, TransactionType]]:
    """Every state that an item can be in, with both types of a request on it."""
    for package, active, window, open_request, transaction in product(
        PackageStatus, (0, 1), (True, False), (True, False), T
    ):
        if package is PackageStatus.CANCELED and active:
            continue
        for order in sorted(set(orders_of(frozenset({package})))):
            yield (
                ItemFacts(package, order, active, window or package is not PackageStatus.DELIVERED, open_request),
                transaction,
            )


def offers(role: Role, facts: RequestFacts) -> dict[Action, bool]:
    """The actions of a role, and whether each is offered."""
    return {
        offer.action: offer.enabled for offer in allowed(Subject.REQUEST, role, facts, transaction=facts.transaction)
    }


def shown(facts: RequestFacts) -> Iterator[tuple[Role, Action, Blocker]]:
    """What blocks the actions of all people, and the owner's apply as it is sent first, without an override."""
    for role in PEOPLE:
        for offer in allowed(Subject.REQUEST, role, facts, transaction=facts.transaction):
            for blocker in offer.blockers:
                yield role, offer.action, blocker
    yield from ((Role.OWNER, A.APPLY_CANCELLATION, blocker) for blocker in without_override(facts))


def without_override(facts: RequestFacts) -> tuple[Blocker, ...]:
    if facts.transaction is T.REFUND:
        return ()
    try:
        decide(
            *(Subject.REQUEST, A.APPLY_CANCELLATION, Role.OWNER, facts),
            input=Decision(confirm=True),
            transaction=facts.transaction,
        )
    except Refused as refused:
        return tuple(blocker for blocker in refused.blockers if blocker.about)
    return ()


@pytest.mark.parametrize("facts", list(requests()))  # a set in an id would differ between processes
def test_what_blocks_a_decision_on_a_request_is_true_and_its_advice_can_be_taken(facts: RequestFacts) -> None:
    owner, customer = offers(Role.OWNER, facts), offers(Role.CUSTOMER, facts)
    for role, action, blocker in shown(facts):
        text = blocker.message
        case = (role, action, text)
        if "has been delivered" in text:
            assert PackageStatus.DELIVERED in facts.packages, case
        if "has been shipped, and" in text:
            assert facts.packages & SENT, case
            assert not facts.whole, case
        if "No package of this request has been shipped" in text:
            assert not facts.packages & SENT, case
        if "another part of this order" in text:
            assert facts.packages & UNSENT, case
            assert facts.seller_order is OrderStatus.SHIPPING, case
        if "already been applied" in text:
            assert facts.plan is not None, case
        if "has not been asked" in text:
            assert facts.plan is not PlanStatus.CONFIRMATION_WAITING, case
        if "convert" in text:
            assert owner[A.CONVERT_TO_RETURN], case
            assert customer[A.CONVERT_TO_RETURN], case
        if "reject" in text:
            assert owner[A.REJECT_REQUEST], case
        if "override: true" in text:
            assert owner[A.APPLY_CANCELLATION], case
        assert "request a return" not in text, case


@pytest.mark.parametrize("facts", list(requests()))  # a set in an id would differ between processes
def test_somebody_leads_on_from_every_state_of_a_waiting_request(facts: RequestFacts) -> None:
    """Besides the customer: the owner, always; the seller is never the only one."""
    owner = offers(Role.OWNER, facts)
    assert owner[A.REJECT_REQUEST]
    if facts.transaction is T.CANCEL and facts.packages & SENT:
        assert owner[A.CONVERT_TO_RETURN]


def test_what_blocks_a_request_on_an_item_is_true_and_its_advice_can_be_taken() -> None:
    seen = set()
    for facts, transaction in items():
        for role in (Role.CUSTOMER, Role.OWNER):
            for offer in allowed(
                Subject.REQUEST, role, facts, transaction=transaction, actions=[A.REQUEST_RETURN, A.APPLY_CANCELLATION]
            ):
                for blocker in offer.blockers:
                    seen.add(blocker.message)
                    says_the_truth(facts, role, offer.action, blocker)
    assert len(seen) == 9


def says_the_truth(facts: ItemFacts, role: Role, action: Action, blocker: Blocker) -> None:
    text, case = blocker.message, (facts, role, action, blocker.message)
    if "can only be returned" in text:
        assert facts.package in SENT, case
    if "can only be canceled" in text:
        assert facts.package in UNSENT, case
    if "was closed" in text or "is closed" in text:
        assert facts.package is PackageStatus.CANCELED, case
    if "another part of this order" in text:
        assert facts.package in UNSENT, case
        assert facts.seller_order is OrderStatus.SHIPPING, case
    if "ask the marketplace" in text:
        assert role is Role.CUSTOMER, case
    if "override: true" in text:
        assert (role, action) == (Role.OWNER, A.REQUEST_RETURN), case
    if blocker.code is Refusal.RETURN_WINDOW_CLOSED:
        assert facts.package is PackageStatus.DELIVERED, case
    assert "request a return" not in text, case
    assert "request a cancellation" not in text, case
