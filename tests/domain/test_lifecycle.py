"""The transition tables: every edge, every condition, and that offers and decisions agree."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain import guards
from domain.actions import Action
from domain.diagram import page
from domain.errors import Blocker, Refused
from domain.facts import (
    Actor,
    Decision,
    DisputeFacts,
    Facts,
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
from domain.law import WithdrawalStatus
from domain.lifecycle import EDGES, EDGES_OF_ACTION, allowed, check, check_actor, decide, is_final
from domain.refusals import Refusal
from domain.tables import STATUSES, TABLE, Edge
from domain.withdrawal import Stated, WithdrawalFacts
from domain.words import (
    DisputeStatus,
    LabelStatus,
    OrderStatus,
    PackageStatus,
    PlanStatus,
    RefundStatus,
    RefundTrigger,
    RequestStatus,
    ReturnStatus,
    Role,
    Subject,
    TransactionType,
    Word,
)
from tests.domain.tables_by_hand import EXPECTED_EDGES
from tests.domain.tables_by_hand.edges import ExpectedEdge, Violation
from tests.domain.tables_by_hand.openings import TO_CANCEL, UNSHIPPED_ITEM
from tests.domain.tables_by_hand.violations import GIVEN
from tests.examples import examples

VIOLATIONS = [
    pytest.param(expected, violation, id=f"{expected}-{violation.code}-{n}")
    for expected in EXPECTED_EDGES
    for n, violation in enumerate(expected.violations)
]


def decided(expected: ExpectedEdge, role: Role, **changes: Any) -> Edge:
    """What `decide` says of an expected edge, with some of the arguments changed."""
    arguments = {"input": expected.input, "transaction": expected.transaction, "target": expected.target} | changes
    return decide(expected.subject, expected.action, role, arguments.pop("facts", expected.facts), **arguments)


def refusal(*arguments: Any, **keywords: Any) -> tuple[Blocker, ...]:
    with pytest.raises(Refused) as refused:
        decide(*arguments, **keywords)
    return refused.value.blockers


@pytest.mark.parametrize("expected", EXPECTED_EDGES, ids=str)
def test_an_edge_is_taken_by_each_of_its_roles(expected: ExpectedEdge) -> None:
    for role in expected.roles:
        edge = decided(expected, role)
        assert (edge.source, edge.target, edge.effects) == (expected.source, expected.target, expected.effects)
        assert edge.on_behalf_of is expected.on_behalf_of


@pytest.mark.parametrize("expected", EXPECTED_EDGES, ids=str)
def test_an_edge_is_refused_to_every_other_role(expected: ExpectedEdge) -> None:
    same_action = (
        other
        for other in EXPECTED_EDGES
        if (other.subject, other.action, other.transaction) == (expected.subject, expected.action, expected.transaction)
    )
    may = {role for other in same_action for role in other.roles}
    for role in set(Role) - may:
        with pytest.raises(Refused) as refused:
            decided(expected, role)
        assert refused.value.code is Refusal.ROLE_NOT_ALLOWED


@pytest.mark.parametrize("expected", [expected for expected in EXPECTED_EDGES if expected.source], ids=str)
def test_an_edge_is_refused_from_every_other_status(expected: ExpectedEdge) -> None:
    sources = {
        other.source
        for other in EXPECTED_EDGES
        if (other.subject, other.action, other.transaction, other.target)
        == (expected.subject, expected.action, expected.transaction, expected.target)
    }
    changeable: Any = expected.facts  # all facts but those of an item have a status
    for status in set(STATUSES[expected.subject]) - sources:
        for role in expected.roles:
            with pytest.raises(Refused) as refused:
                decided(expected, role, facts=replace(changeable, status=status))
            assert refused.value.code is Refusal.WRONG_STATUS


def blockers_of(expected: ExpectedEdge, violation: Violation, role: Role) -> list[tuple[Refusal, tuple[str, ...]]]:
    """The codes and paths that the edge is refused with if one condition is violated; empty if it is taken."""
    facts = replace(expected.facts, **violation.facts)
    input = replace(expected.input, **violation.input) if violation.input else expected.input
    try:
        decided(expected, role, facts=facts, input=input)
    except Refused as refused:
        return [(blocker.code, blocker.about) for blocker in refused.blockers]
    return []


@pytest.mark.parametrize(("expected", "violation"), VIOLATIONS)
def test_one_violated_condition_alone_refuses_an_edge(expected: ExpectedEdge, violation: Violation) -> None:
    for role in expected.roles:
        blockers = blockers_of(expected, violation, role)
        assert (violation.code, violation.about) in blockers
        if violation.code is not Refusal.NO_UNITS_LEFT:  # without free units no quantity is valid either
            assert len(blockers) == 1


UNTYPED = set(Subject) - {Subject.REQUEST, Subject.PLAN}


def test_the_tables_have_no_other_edges() -> None:
    expected = {
        (edge.subject, edge.action, edge.transaction, edge.source, edge.target, role)
        for edge in EXPECTED_EDGES
        for role in edge.roles
    }
    actual = {
        (edge.subject, edge.action, transaction, edge.source, edge.target, role)
        for edge in TABLE
        for transaction in (
            (edge.transaction,) if edge.transaction or edge.subject in UNTYPED else tuple(TransactionType)
        )
        for role in edge.roles
    }
    assert actual == expected


def test_a_condition_taken_from_an_edge_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control of the test above: if any one condition is removed, some violation is no longer refused."""

    def is_refused(expected: ExpectedEdge, violation: Violation, role: Role) -> bool:
        return (violation.code, violation.about) in blockers_of(expected, violation, role)

    for expected in EXPECTED_EDGES:
        role = next(iter(expected.roles))
        edge = decided(expected, role)
        assert all(is_refused(expected, violation, role) for violation in expected.violations)
        for guard in edge.when + edge.given:
            without = replace(
                edge,
                when=tuple(other for other in edge.when if other is not guard),
                given=tuple(other for other in edge.given if other is not guard),
            )
            of_action = (expected.subject, expected.action)
            edges = tuple(without if other is edge else other for other in EDGES_OF_ACTION[of_action])
            with monkeypatch.context() as patch:
                patch.setitem(EDGES_OF_ACTION, of_action, edges)
                refused = [is_refused(expected, violation, role) for violation in expected.violations]
                assert not all(refused), (str(expected), guard.name)


@pytest.mark.parametrize(
    ("statuses", "final"),
    [
        (PackageStatus, {"CANCELED"}),  # a delivery may only be assumed
        (RequestStatus, {"COMPLETED", "REJECTED", "WITHDRAWN", "EXPIRED", "CONVERTED"}),
        (PlanStatus, {"COMPLETED", "REJECTED", "VOIDED"}),
        (RefundStatus, {"SETTLED_MANUALLY"}),  # a bank may send back a refund that has succeeded
        (LabelStatus, {"VOIDED"}),
        (DisputeStatus, {"WON", "LOST"}),
        (WithdrawalStatus, {"COMPLETED", "REJECTED"}),
        (ReturnStatus, {"WAIVED", "CANCELED"}),  # what is missing or has expired may turn up
    ],
)
def test_no_edge_leaves_a_final_status(statuses: type[Word], final: set[str]) -> None:
    assert {str(status) for status in statuses if is_final(status)} == final


# Refusals.


def test_every_condition_that_fails_is_reported_at_once() -> None:
    facts = replace(UNSHIPPED_ITEM, package=PackageStatus.SHIPPED, seller_order=OrderStatus.SHIPPING)
    input, transaction = ItemChoice(0, None, policy_version="v1"), TransactionType.CANCEL
    blockers = refusal(
        Subject.REQUEST, Action.REQUEST_RETURN, Role.CUSTOMER, facts, input=input, transaction=transaction
    )
    assert [blocker.code for blocker in blockers] == [
        Refusal.PACKAGE_HAS_LEFT,
        Refusal.QUANTITY_NOT_POSITIVE,
        Refusal.REASON_UNKNOWN,
        Refusal.POLICY_OUTDATED,
    ]


@pytest.mark.parametrize(
    ("action", "role", "facts", "target", "sentence"),
    [
        (
            Action.UPDATE_PACKAGE_STATUS,
            Role.SELLER,
            PackageFacts(PackageStatus.PREPARING, 1),
            PackageStatus.DELIVERED,
            "This package is Preparing; it can become Ready to ship or Shipped, not Delivered.",
        ),
        (
            Action.UPDATE_PACKAGE_STATUS,
            Role.SELLER,
            PackageFacts(PackageStatus.DELIVERED, 1),
            PackageStatus.PREPARING,
            "This package is Delivered; it cannot become Preparing.",
        ),
        (
            Action.UPDATE_PACKAGE_STATUS,
            Role.SELLER,
            PackageFacts(PackageStatus.DELIVERED, 1, assumed=True),
            PackageStatus.PREPARING,
            "This package is Delivered; it can become Delivered, Delivery failed or Shipped, not Preparing.",
        ),
        (
            Action.UPDATE_PACKAGE_STATUS,
            Role.SELLER,
            PackageFacts(PackageStatus.CANCELED, 0),
            PackageStatus.SHIPPED,
            "This package is Canceled; it cannot become Shipped.",
        ),
        (
            Action.UPDATE_PACKAGE_STATUS,
            Role.CUSTOMER,
            PackageFacts(PackageStatus.PREPARING, 1),
            PackageStatus.SHIPPED,
            "Your role may not do this: only the owner or the seller may.",
        ),
        (
            Action.CANCEL_PACKAGE,
            Role.OWNER,
            PackageFacts(PackageStatus.PREPARING, 0),
            None,
            "Only Retour itself does this.",
        ),
        (
            Action.CANCEL_PACKAGE,
            Role.SYSTEM,
            PackageFacts(PackageStatus.SHIPPED, 0),
            None,
            "This package is Shipped; this is possible only while it is Preparing or Ready to ship.",
        ),
    ],
)
def test_a_refusal_says_what_would_be_possible(
    action: Action, role: Role, facts: Facts, target: Word | None, sentence: str
) -> None:
    (blocker,) = refusal(Subject.PACKAGE, action, role, facts, target=target)
    assert blocker.message == sentence


def test_an_action_that_a_role_may_never_take_is_refused_before_any_look_up() -> None:
    with pytest.raises(Refused, match="owner") as refused:
        check_actor(Action.APPLY_CANCELLATION, Actor(Role.SELLER, "north"))
    assert refused.value.code is Refusal.ROLE_NOT_ALLOWED
    check_actor(Action.APPLY_CANCELLATION, Actor(Role.OWNER, "olga"))


def test_every_guard_is_listed_and_used_by_an_edge() -> None:
    assert {name: value for name, value in vars(guards).items() if isinstance(value, guards.Guard)} == guards.GUARDS
    names = ("packages", "items", "requests", "decisions", "adjustments", "plans", "returns", "labels", "withdrawals")
    pages = [getattr(guards, name) for name in names]
    rules = [rule for page in pages for rule in vars(page).values() if isinstance(rule, guards.Guard)]
    assert rules == list(guards.GUARDS.values()), "two guards have one name, or a page is left out"
    used = {guard.name for edge in TABLE for guard in edge.when + edge.given}
    assert used == set(guards.GUARDS)


def test_every_refusal_of_a_guard_is_a_sentence() -> None:
    sentences = [guard.sentence for guard in guards.GUARDS.values()]
    assert [text for text in sentences if not (text[0].isupper() and text.endswith("."))] == []
    assert len(set(sentences)) >= len(sentences) - 1  # two guards ask "Order Cancel?"


def test_every_word_says_what_it_means() -> None:
    enums: tuple[type[Word], ...] = (Role, Subject, Action, Refusal, TransactionType, *STATUSES.values())
    assert [word for enum in enums for word in enum if not word.meaning.endswith(".")] == []


# Offers.


def test_an_offer_names_the_inputs_that_its_mutation_reads() -> None:
    offers = allowed(
        Subject.REQUEST,
        Role.CUSTOMER,
        UNSHIPPED_ITEM,
        transaction=TransactionType.CANCEL,
        actions=[Action.REQUEST_RETURN],
    )
    assert [(offer.action, offer.enabled, offer.requires) for offer in offers] == [
        (Action.REQUEST_RETURN, True, ("quantity", "reason", "note", "policyVersion"))
    ]


def test_an_offer_names_an_input_only_where_the_facts_ask_for_it() -> None:
    def requires(role: Role, facts: Facts, action: Action) -> tuple[str, ...]:
        subject = Subject.PACKAGE if isinstance(facts, PackageFacts) else Subject.REQUEST
        (offer,) = allowed(subject, role, facts, transaction=TransactionType.CANCEL, actions=[action])
        assert offer.enabled
        return offer.requires

    move, apply = Action.UPDATE_PACKAGE_STATUS, Action.APPLY_CANCELLATION
    assert requires(Role.SELLER, PackageFacts(PackageStatus.READY_TO_SHIP, 2, 1), move) == ("despiteRequests",)
    assert requires(Role.OWNER, PackageFacts(PackageStatus.READY_TO_SHIP, 2, 1), move) == ()
    assert requires(Role.SELLER, PackageFacts(PackageStatus.READY_TO_SHIP, 2, 0), move) == ()
    unsent = frozenset({PackageStatus.PREPARING})
    waiting = RequestFacts(RequestStatus.WAITING, TransactionType.CANCEL, unsent, OrderStatus.WAITING_PACKAGING)
    overriding = {"override", "note"}
    assert overriding.isdisjoint(requires(Role.OWNER, waiting, apply))
    second = replace(waiting, seller_order=OrderStatus.SHIPPING)
    assert overriding <= set(requires(Role.OWNER, second, apply))
    left = replace(second, packages=frozenset({PackageStatus.SHIPPED}))
    assert overriding.isdisjoint(requires(Role.OWNER, left, apply))
    item = replace(UNSHIPPED_ITEM, seller_order=OrderStatus.SHIPPING)
    assert overriding <= set(requires(Role.OWNER, item, apply))


@pytest.mark.parametrize(
    ("action", "role", "transaction", "plan", "inputs"),
    [
        (Action.CONFIRM_REQUEST, Role.SELLER, TransactionType.REFUND, None, ("items", "restReason")),
        (Action.CONFIRM_REQUEST, Role.OWNER, TransactionType.REFUND, None, ("items", "restReason", "note")),
        (Action.CONFIRM_REQUEST, Role.SELLER, TransactionType.CANCEL, PlanStatus.CONFIRMATION_WAITING, ()),
        (Action.CONFIRM_REQUEST, Role.OWNER, TransactionType.CANCEL, PlanStatus.CONFIRMATION_WAITING, ("note",)),
        (Action.APPLY_CANCELLATION, Role.OWNER, TransactionType.CANCEL, None, ("confirm", "accept", "restReason")),
    ],
)
def test_an_offer_names_inputs_of_the_mutation_itself_and_none_that_is_only_refused(
    action: Action, role: Role, transaction: TransactionType, plan: PlanStatus | None, inputs: tuple[str, ...]
) -> None:
    sent = frozenset({PackageStatus.SHIPPED})
    facts = RequestFacts(RequestStatus.WAITING, transaction, sent, OrderStatus.SHIPPING, plan, {"item": 2})
    (offer,) = allowed(Subject.REQUEST, role, facts, transaction=transaction, actions=[action])
    assert (offer.enabled, offer.requires) == (True, inputs)


def test_moving_a_package_is_offered_if_any_of_its_edges_is_open() -> None:
    def offer(status: PackageStatus, units: int) -> Any:
        moves = [Action.UPDATE_PACKAGE_STATUS]
        (found,) = allowed(Subject.PACKAGE, Role.SELLER, PackageFacts(status, units), actions=moves)
        return found.enabled, [blocker.code for blocker in found.blockers]

    assert offer(PackageStatus.PREPARING, 2) == (True, [])
    assert offer(PackageStatus.PREPARING, 0) == (False, [Refusal.PACKAGE_EMPTY])
    assert offer(PackageStatus.READY_TO_SHIP, 0) == (True, [])  # it can go back to Preparing
    assert offer(PackageStatus.DELIVERED, 2) == (False, [Refusal.WRONG_STATUS])


FACTS = {
    Subject.PACKAGE: st.builds(
        PackageFacts,
        st.sampled_from(PackageStatus),
        st.integers(0, 2),
        st.integers(0, 1),
        former=st.none() | st.sampled_from(PackageStatus),
        settled=st.booleans(),
        returns=st.integers(0, 1),
        active=st.just({"item": 2}) | st.just({"item": 1}),
    ),
    Subject.REQUEST: st.builds(
        RequestFacts,
        status=st.sampled_from(RequestStatus),
        transaction=st.sampled_from(TransactionType),
        packages=st.frozensets(st.sampled_from(PackageStatus), min_size=1, max_size=2),
        seller_order=st.sampled_from(OrderStatus),
        plan=st.none() | st.sampled_from(PlanStatus),
        overdue=st.booleans(),
        whole=st.booleans(),
        money_held=st.booleans(),
        goods=st.none() | st.sampled_from(ReturnStatus),
        statutory=st.booleans(),
        objected=st.booleans(),
    )
    | st.builds(
        ItemFacts,
        package=st.sampled_from(PackageStatus),
        seller_order=st.sampled_from(OrderStatus),
        active=st.integers(0, 2),
        window_open=st.booleans(),
        in_open_request=st.booleans(),
        policy_version=st.just("v2"),
        returns_on=st.booleans(),
    ),
    Subject.PLAN: st.builds(
        PlanFacts,
        status=st.sampled_from(PlanStatus),
        transaction=st.sampled_from(TransactionType),
        packages=st.frozensets(st.sampled_from(PackageStatus), min_size=1, max_size=2),
        refunds=st.tuples(st.sampled_from(RefundStatus)),
        money_held=st.booleans(),
        short_minor=st.integers(0, 1),
    ),
    Subject.REFUND: st.builds(RefundFacts, st.sampled_from(RefundStatus), disputed=st.booleans()),
    Subject.RETURN_SHIPMENT: st.builds(
        ReturnFacts,
        status=st.sampled_from(ReturnStatus),
        sent=st.booleans(),
        money_held=st.booleans(),
        trigger=st.sampled_from(RefundTrigger),
        to_come=st.just({"item": 1}),
        ungraded=st.just({}),
        overdue=st.booleans(),
        statutory=st.booleans(),
    ),
    Subject.LABEL: st.builds(
        LabelFacts,
        status=st.sampled_from([None, *LabelStatus]),
        awaited=st.booleans(),
        carried=st.booleans(),
        used=st.booleans(),
        lease_over=st.booleans(),
        labels=st.sampled_from([0, 19, 20]),
        slip_sent=st.booleans(),
    ),
    Subject.DISPUTE: st.builds(DisputeFacts, status=st.sampled_from([None, *DisputeStatus])),
    Subject.WITHDRAWAL: st.builds(
        WithdrawalFacts,
        status=st.sampled_from([None, *WithdrawalStatus]),
        left=st.sampled_from([{"item": 0}, {"item": 2}]),
        unverified=st.sampled_from([0, 20]),
        stale=st.booleans(),
        settled=st.booleans(),
        overdue=st.booleans(),
        reported=st.booleans(),
    ),
}


def valid_input(subject: Subject, action: Action, facts: Facts, transaction: TransactionType) -> Any:
    """An input in which nothing is wrong, so that only the facts can refuse it."""
    if subject is Subject.WITHDRAWAL:
        return Decision(note="Because.") if action is Action.REJECT_WITHDRAWAL else Stated(None)
    if subject is Subject.RETURN_SHIPMENT:
        inputs = {Action.RECEIVE_RETURN: Receipt(), Action.INSPECT_RETURN: Inspection(())}
        return inputs.get(action, Proof("1Z999"))
    if action is Action.REFUND_ALLOWANCE:
        return Decision(adjustments=(GIVEN,))
    if isinstance(facts, ItemFacts):
        reason = Reason("r", transaction, False, active=True)
        return replace(TO_CANCEL, quantity=1, reason=reason, note="Because.", override=True, override_note="Because.")
    if subject is Subject.PACKAGE:
        return Split((Moved("item", 1),)) if action is Action.SPLIT_PACKAGE else Handover(despite_requests=True)
    if subject is Subject.REFUND or action is Action.SETTLE_SHORTFALL:
        return Settlement("ref")
    return Decision(confirm=True, reason="Because.", override=True, note="Because.")


@settings(deadline=None, max_examples=examples(400))
@given(st.data())
def test_an_action_is_accepted_exactly_if_it_is_offered(data: st.DataObject) -> None:
    subject = data.draw(st.sampled_from(Subject))
    facts = data.draw(FACTS[subject])
    role = data.draw(st.sampled_from(Role))
    transaction = getattr(facts, "transaction", None) or data.draw(st.sampled_from(TransactionType))
    for offer in allowed(subject, role, facts, transaction=transaction):
        input = valid_input(subject, offer.action, facts, transaction)
        refusals = []
        targets = {edge.target for edge in EDGES[subject] if edge.action is offer.action and role in edge.roles}
        for target in targets if len(targets) > 1 else (None,):
            try:
                decide(subject, offer.action, role, facts, input=input, transaction=transaction, target=target)
            except Refused as refused:
                refusals.append(refused.blockers)
            else:
                refusals = []
                break
        assert offer.enabled == (not refusals), (offer, refusals)
        if len(targets) == 1 and offer.blockers[:1] and offer.blockers[0].code is not Refusal.WRONG_STATUS:
            assert set(offer.blockers) <= set(refusals[0])


# The checks at import.


def test_a_table_in_which_two_edges_fit_one_command_is_refused() -> None:
    with pytest.raises(ValueError, match="Two edges"):
        check((*TABLE, TABLE[0]))
    untyped = next(edge for edge in TABLE if edge.action is Action.WITHDRAW_REQUEST)
    with pytest.raises(ValueError, match="Two edges"):
        check((*TABLE, replace(untyped, transaction=TransactionType.CANCEL)))


def test_a_table_with_a_status_that_no_edge_reaches_is_refused() -> None:
    with pytest.raises(ValueError, match="VOIDED"):
        check([edge for edge in TABLE if edge.target is not PlanStatus.VOIDED])
    cut = [edge for edge in TABLE if edge.action is not Action.CREATE_REFUND]
    with pytest.raises(ValueError, match="SUCCEEDED"):
        check([edge for edge in cut if edge.action is not Action.RETRY_REFUND])


def test_a_table_with_a_guard_without_a_sentence_is_refused() -> None:
    silent = replace(guards.refunds_done, sentence="")
    broken = [replace(edge, when=(silent,)) if guards.refunds_done in edge.when else edge for edge in TABLE]
    with pytest.raises(ValueError, match="refunds_done has no sentence"):
        check(broken)


def test_the_table_in_use_is_checked() -> None:
    check(TABLE)
    assert sum(map(len, EDGES.values())) == sum(map(len, EDGES_OF_ACTION.values())) == len(TABLE)


# The page.


def test_the_printed_page_is_up_to_date() -> None:
    printed = Path(__file__).parents[2] / "docs" / "lifecycle.md"
    assert printed.read_text() == page(), "Run: python server.py docs"


def test_the_page_shows_every_edge_and_every_status() -> None:
    text = page()
    arrows = [line for line in text.splitlines() if "-->" in line]
    for edge in TABLE:
        start = f"  {edge.source or '[*]'} --> {edge.target} : {edge.action.label} ("
        assert any(line.startswith(start) for line in arrows)
    for statuses in STATUSES.values():
        assert all(f"| `{status}` | {status.meaning} |" in text for status in statuses)
