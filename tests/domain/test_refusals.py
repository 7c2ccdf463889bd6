"""What a refusal carries: the code, the sentence of the rule that fails, and the input it is about."""

import pytest

from domain import guards
from domain.actions import Action, Effect
from domain.errors import Blocker, Refused, not_found, refuse
from domain.facts import Actor, Decision, PackageFacts, RefundFacts, RequestFacts, Settlement
from domain.lifecycle import allowed, check_actor, decide
from domain.refusals import Refusal
from domain.tables import Edge
from domain.tables.edge import table
from domain.words import OrderStatus, PackageStatus, RefundStatus, RequestStatus, Role, Subject, TransactionType


def refusal_of(refund: RefundStatus, action: Action, role: Role) -> str:
    """The first sentence that refuses an action on a refund."""
    with pytest.raises(Refused) as refused:
        decide(Subject.REFUND, action, role, RefundFacts(refund), input=Settlement("ref"))
    return refused.value.blockers[0].message


def test_a_refusal_says_its_code_its_message_and_its_input() -> None:
    assert refuse(Refusal.STALE_VERSION).blockers == (Blocker(Refusal.STALE_VERSION, Refusal.STALE_VERSION.meaning),)
    assert refuse(Refusal.NOT_FOUND, "Gone.", about=("id",)).blockers == (Blocker(Refusal.NOT_FOUND, "Gone.", ("id",)),)
    refused = not_found("order", about=("orderId",))
    assert (refused.code, refused.blockers[0].about) == (Refusal.NOT_FOUND, ("orderId",))
    assert "order" in refused.blockers[0].message


def test_a_guard_has_the_name_and_the_docstring_of_its_predicate() -> None:
    def two_lines(_facts: object) -> bool:
        """The first line
        and the second."""
        return True

    made = guards.guard(Refusal.NOT_FOUND, about="items.*.note")(two_lines)
    assert (made.name, made.code, made.sentence) == ("two_lines", Refusal.NOT_FOUND, "The first line and the second.")
    assert (made.about, made.holds) == (("items", "*", "note"), two_lines)
    assert guards.guard(Refusal.NOT_FOUND)(two_lines).about == ()

    def silent(_facts: object) -> bool:
        return True

    assert guards.guard(Refusal.NOT_FOUND)(silent).sentence == ""


def test_a_row_of_a_table_is_an_edge() -> None:
    when, given, effects = (guards.overdue,), (guards.rejection_explained,), (Effect.AGGREGATE,)
    row = (
        *(Action.EXPIRE_REQUEST, TransactionType.CANCEL, RequestStatus.WAITING, RequestStatus.EXPIRED),
        *({Role.SYSTEM}, when, given, effects),
    )
    assert table(Subject.REQUEST, [row]) == (
        Edge(
            Subject.REQUEST,
            Action.EXPIRE_REQUEST,
            TransactionType.CANCEL,
            RequestStatus.WAITING,
            RequestStatus.EXPIRED,
            frozenset({Role.SYSTEM}),
            when,
            given,
            effects,
        ),
    )


@pytest.mark.parametrize(
    ("action", "role", "takers"),
    [
        (Action.CONFIRM_REQUEST, Role.CUSTOMER, {Role.SELLER, Role.OWNER}),
        (Action.APPLY_CANCELLATION, Role.SELLER, {Role.OWNER}),
        (Action.REJECT_REQUEST, Role.CUSTOMER, {Role.SELLER, Role.OWNER}),
    ],
)
def test_the_wrong_role_is_told_the_right_ones(action: Action, role: Role, takers: set[Role]) -> None:
    with pytest.raises(Refused) as refused:
        check_actor(action, Actor(role, "somebody"))
    message = refused.value.blockers[0].message
    assert {taker for taker in Role if taker.label.lower() in message} == takers
    assert (" or " in message) is (len(takers) == 2)


def test_a_wrong_status_names_the_present_one_and_those_that_would_do() -> None:
    settle = refusal_of(RefundStatus.PENDING, Action.SETTLE_REFUND, Role.OWNER)
    assert all(word in settle for word in ("Pending", "Failed or Unknown"))
    assert "Failed" in refusal_of(RefundStatus.SUCCEEDED, Action.RETRY_REFUND, Role.OWNER)
    opened = RequestFacts(None, TransactionType.CANCEL, frozenset(), OrderStatus.SHIPPING)
    with pytest.raises(Refused) as refused:
        decide(Subject.REQUEST, Action.WITHDRAW_REQUEST, Role.CUSTOMER, opened, transaction=TransactionType.CANCEL)
    assert "request" in refused.value.blockers[0].message
    assert "Waiting" in refused.value.blockers[0].message


def test_an_offer_that_the_status_forbids_names_the_statuses_of_its_own_edges_only() -> None:
    offers = {offer.action: offer for offer in allowed(Subject.REFUND, Role.OWNER, RefundFacts(RefundStatus.SUCCEEDED))}
    assert set(offers) == {Action.RETRY_REFUND, Action.SETTLE_REFUND}
    (retry,), (settle,) = offers[Action.RETRY_REFUND].blockers, offers[Action.SETTLE_REFUND].blockers
    assert (retry.code, settle.code) == (Refusal.WRONG_STATUS, Refusal.WRONG_STATUS)
    assert "Succeeded" in retry.message
    assert "Failed" in retry.message
    assert "Unknown" not in retry.message
    assert "Failed or Unknown" in settle.message


def test_all_statuses_that_would_do_are_named() -> None:
    with pytest.raises(Refused) as refused:
        decide(Subject.PACKAGE, Action.UPDATE_PACKAGE_STATUS, Role.SELLER, PackageFacts(PackageStatus.CANCELED, 0))
    assert "Delivery failed, Preparing, Ready to ship or Shipped" in refused.value.blockers[0].message


def test_of_blocked_edges_the_one_that_the_status_allows_is_shown() -> None:
    (offer,) = allowed(
        Subject.PACKAGE, Role.SELLER, PackageFacts(PackageStatus.PREPARING, 0), actions=[Action.UPDATE_PACKAGE_STATUS]
    )
    assert [blocker.message for blocker in offer.blockers] == [guards.units_left_in_package.sentence]


def test_only_the_offers_that_are_asked_for_are_made() -> None:
    wanted = [Action.SETTLE_REFUND]
    offers = allowed(Subject.REFUND, Role.OWNER, RefundFacts(RefundStatus.FAILED), actions=wanted)
    assert [offer.action for offer in offers] == wanted


def test_what_blocks_an_offer_or_a_command_is_said_by_its_guard() -> None:
    left = frozenset({PackageStatus.SHIPPED})
    facts = RequestFacts(
        *(RequestStatus.WAITING, TransactionType.CANCEL, left | {PackageStatus.DELIVERED}, OrderStatus.SHIPPING),
        held={"i": 1},
        whole=False,
    )
    (offer,) = allowed(
        Subject.REQUEST, Role.OWNER, facts, transaction=TransactionType.CANCEL, actions=[Action.APPLY_CANCELLATION]
    )
    sentences = [guards.package_can_be_recalled.sentence, guards.recalls_whole_packages.sentence]
    assert [blocker.message for blocker in offer.blockers] == sentences
    with pytest.raises(Refused) as refused:
        decide(
            Subject.REQUEST,
            Action.REJECT_REQUEST,
            Role.OWNER,
            facts,
            input=Decision(),
            transaction=TransactionType.CANCEL,
        )
    assert [blocker.message for blocker in refused.value.blockers] == [guards.rejection_explained.sentence]
    returned = RequestFacts(RequestStatus.WAITING, TransactionType.REFUND, left, OrderStatus.SHIPPING, held={"i": 1})
    with pytest.raises(Refused) as too_many:
        decide(
            *(Subject.REQUEST, Action.CONFIRM_REQUEST, Role.SELLER, returned),
            input=Decision(accepted=(("i", 2),)),
            transaction=TransactionType.REFUND,
        )
    assert guards.accepts_held_units.sentence in [blocker.message for blocker in too_many.value.blockers]
