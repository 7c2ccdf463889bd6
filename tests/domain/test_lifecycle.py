"""The transition tables: every edge, every condition, and that offering and deciding are the same."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain import guards, lifecycle
from domain.diagram import page
from domain.errors import Blocker, Refused
from domain.facts import (
    Decision,
    Facts,
    ItemChoice,
    ItemFacts,
    PackageFacts,
    PlanFacts,
    Reason,
    RefundFacts,
    RequestFacts,
    Settlement,
)
from domain.lifecycle import allowed, check, check_role, decide, is_final
from domain.tables import STATUSES, TABLE, Edge
from domain.words import (
    Action,
    OrderStatus,
    PackageStatus,
    PlanStatus,
    RefundStatus,
    Refusal,
    RequestStatus,
    Role,
    Subject,
    TransactionType,
    Word,
)
from tests.domain.ways import KEPT, TO_CANCEL, WAYS, Stop, Way

STOPS = [pytest.param(way, stop, id=f"{way}-{stop.code}-{n}") for way in WAYS for n, stop in enumerate(way.stops)]


def taken(way: Way, role: Role, **changes: Any) -> Edge:
    """What `decide` says of a way, with some of its arguments changed."""
    arguments = {"ask": way.ask, "kind": way.kind, "target": way.to} | changes
    return decide(way.subject, way.action, role, arguments.pop("facts", way.facts), **arguments)


def refusal(*arguments: Any, **keywords: Any) -> tuple[Blocker, ...]:
    with pytest.raises(Refused) as refused:
        decide(*arguments, **keywords)
    return refused.value.blockers


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_a_way_is_taken_by_those_it_is_for(way: Way) -> None:
    for role in way.who:
        edge = taken(way, role)
        assert (edge.source, edge.target, edge.effects) == (way.source, way.to, way.effects)


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_a_way_is_not_taken_by_anybody_else(way: Way) -> None:
    same = (other for other in WAYS if (other.subject, other.action, other.kind) == (way.subject, way.action, way.kind))
    may = {role for other in same for role in other.who}
    for role in set(Role) - may:
        with pytest.raises(Refused) as refused:
            taken(way, role)
        assert refused.value.code is Refusal.ROLE_NOT_ALLOWED


@pytest.mark.parametrize("way", [way for way in WAYS if way.source], ids=str)
def test_a_way_starts_nowhere_else(way: Way) -> None:
    starts = {
        other.source
        for other in WAYS
        if (other.subject, other.action, other.kind, other.to) == (way.subject, way.action, way.kind, way.to)
    }
    changeable: Any = way.facts  # all facts but those of an item have a status
    for status in set(STATUSES[way.subject]) - starts:
        for role in way.who:
            with pytest.raises(Refused) as refused:
                taken(way, role, facts=replace(changeable, status=status))
            assert refused.value.code is Refusal.WRONG_STATUS


@pytest.mark.parametrize(("way", "stop"), STOPS)
def test_a_condition_stops_a_way_by_itself(way: Way, stop: Stop) -> None:
    facts = replace(way.facts, **stop.facts)
    ask = replace(way.ask, **stop.ask) if stop.ask else way.ask
    for role in way.who:
        with pytest.raises(Refused) as refused:
            taken(way, role, facts=facts, ask=ask)
        found = [(one.code, one.about) for one in refused.value.blockers]
        assert (stop.code, stop.about) in found
        if stop.code is not Refusal.NO_UNITS_LEFT:  # then no quantity is right either
            assert len(found) == 1


UNTYPED = (Subject.PACKAGE, Subject.REFUND)


def test_the_table_has_no_other_ways() -> None:
    told = {(w.subject, w.action, w.kind, w.source, w.to, role) for w in WAYS for role in w.who}
    known = {
        (edge.subject, edge.action, kind, edge.source, edge.target, role)
        for edge in TABLE
        for kind in ((edge.transaction,) if edge.transaction or edge.subject in UNTYPED else TransactionType)
        for role in edge.who
    }
    assert known == told


def is_stopped(way: Way, stop: Stop, role: Role) -> bool:
    try:
        taken(
            way,
            role,
            facts=replace(way.facts, **stop.facts),
            ask=replace(way.ask, **stop.ask) if stop.ask else way.ask,
        )
    except Refused as refused:
        return (stop.code, stop.about) in [(one.code, one.about) for one in refused.blockers]
    return False


def test_a_condition_taken_from_an_edge_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control of the tests above: with any one condition gone, something is no longer stopped."""
    for way in WAYS:
        role = next(iter(way.who))
        edge = taken(way, role)
        assert all(is_stopped(way, stop, role) for stop in way.stops)
        for rule in edge.when + edge.given:
            without = replace(
                edge,
                when=tuple(one for one in edge.when if one is not rule),
                given=tuple(one for one in edge.given if one is not rule),
            )
            edges = tuple(without if one is edge else one for one in lifecycle._INDEX[way.subject])
            with monkeypatch.context() as patch:
                patch.setitem(lifecycle._INDEX, way.subject, edges)
                assert not all(is_stopped(way, stop, role) for stop in way.stops), (str(way), rule.name)


@pytest.mark.parametrize(
    ("statuses", "final"),
    [
        (PackageStatus, {"DELIVERED", "CANCELED"}),
        (RequestStatus, {"COMPLETED", "REJECTED", "WITHDRAWN", "EXPIRED"}),
        (PlanStatus, {"COMPLETED", "REJECTED", "VOIDED"}),
        (RefundStatus, {"SETTLED_MANUALLY"}),  # a bank may send back what had succeeded
    ],
)
def test_final_statuses_have_no_way_out(statuses: type[Word], final: set[str]) -> None:
    assert {str(status) for status in statuses if is_final(status)} == final


# Refusals.


def test_all_that_fails_is_reported_at_once() -> None:
    facts = replace(KEPT, package=PackageStatus.SHIPPED, seller_order=OrderStatus.SHIPPING)
    ask = ItemChoice(0, None, policy_version="v1")
    found = refusal(Subject.REQUEST, Action.REQUEST_RETURN, Role.CUSTOMER, facts, ask=ask, kind=TransactionType.CANCEL)
    assert [one.code for one in found] == [
        Refusal.PACKAGE_HAS_LEFT,
        Refusal.SELLER_HAS_SHIPPED,
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
            PackageFacts(PackageStatus.CANCELED, 0),
            PackageStatus.SHIPPED,
            "This package is Canceled; it cannot become Shipped.",
        ),
        (
            Action.UPDATE_PACKAGE_STATUS,
            Role.CUSTOMER,
            PackageFacts(PackageStatus.PREPARING, 1),
            PackageStatus.SHIPPED,
            "This is for the owner or seller to do.",
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
    (found,) = refusal(Subject.PACKAGE, action, role, facts, target=target)
    assert found.message == sentence


def test_an_action_that_is_never_a_roles_is_refused_before_anything_is_looked_up() -> None:
    with pytest.raises(Refused, match="owner") as refused:
        check_role(Action.APPLY_CANCELLATION, Role.SELLER)
    assert refused.value.code is Refusal.ROLE_NOT_ALLOWED
    check_role(Action.APPLY_CANCELLATION, Role.OWNER)


def test_every_sentence_is_one() -> None:
    sentences = [rule.sentence for rule in guards.ALL.values()]
    assert [text for text in sentences if not (text[0].isupper() and text.endswith("."))] == []
    assert len(set(sentences)) >= len(sentences) - 1  # "Order Cancel?" is asked in two places


def test_every_word_says_what_it_means() -> None:
    kinds: tuple[type[Word], ...] = (Role, Subject, Action, Refusal, TransactionType, *STATUSES.values())
    assert [word for kind in kinds for word in kind if not word.meaning.endswith(".")] == []


# Offers.


def test_an_offer_names_the_inputs_that_will_be_wanted() -> None:
    offers = allowed(Subject.REQUEST, Role.CUSTOMER, KEPT, kind=TransactionType.CANCEL, actions=[Action.REQUEST_RETURN])
    assert [(offer.action, offer.enabled, offer.requires) for offer in offers] == [
        (Action.REQUEST_RETURN, True, ("quantity", "reason", "note", "policyVersion"))
    ]


def test_a_package_is_offered_to_move_when_any_way_is_open() -> None:
    def offer(status: PackageStatus, units: int) -> Any:
        (found,) = allowed(Subject.PACKAGE, Role.SELLER, PackageFacts(status, units))
        return found.enabled, [one.code for one in found.blockers]

    assert offer(PackageStatus.PREPARING, 2) == (True, [])
    assert offer(PackageStatus.PREPARING, 0) == (False, [Refusal.PACKAGE_EMPTY])
    assert offer(PackageStatus.READY_TO_SHIP, 0) == (True, [])  # back to the bench
    assert offer(PackageStatus.DELIVERED, 2) == (False, [Refusal.WRONG_STATUS])


WORLDS = {
    Subject.PACKAGE: st.builds(PackageFacts, st.sampled_from(PackageStatus), st.integers(0, 2)),
    Subject.REQUEST: st.builds(
        RequestFacts,
        status=st.sampled_from(RequestStatus),
        transaction=st.sampled_from(TransactionType),
        packages=st.frozensets(st.sampled_from(PackageStatus), min_size=1, max_size=2),
        seller_order=st.sampled_from(OrderStatus),
        plan=st.none() | st.sampled_from(PlanStatus),
        overdue=st.booleans(),
    )
    | st.builds(
        ItemFacts,
        package=st.sampled_from(PackageStatus),
        seller_order=st.sampled_from(OrderStatus),
        active=st.integers(0, 2),
        window_open=st.booleans(),
        in_open_request=st.booleans(),
        policy_version=st.just("v2"),
    ),
    Subject.PLAN: st.builds(
        PlanFacts,
        status=st.sampled_from(PlanStatus),
        transaction=st.sampled_from(TransactionType),
        packages=st.frozensets(st.sampled_from(PackageStatus), min_size=1, max_size=2),
        refunds=st.tuples(st.sampled_from(RefundStatus)),
    ),
    Subject.REFUND: st.builds(RefundFacts, st.sampled_from(RefundStatus)),
}


def best_ask(subject: Subject, facts: Facts, kind: TransactionType) -> Any:
    """An ask in which nothing is wrong, so that only the world can refuse it."""
    if isinstance(facts, ItemFacts):
        return replace(TO_CANCEL, quantity=1, reason=Reason("r", kind, False, active=True), note="Because.")
    return Settlement("ref") if subject is Subject.REFUND else Decision(confirm=True, reason="Because.")


@settings(deadline=None, max_examples=400)
@given(st.data())
def test_what_is_offered_is_what_is_then_accepted(data: st.DataObject) -> None:
    subject = data.draw(st.sampled_from(Subject))
    facts = data.draw(WORLDS[subject])
    role = data.draw(st.sampled_from(Role))
    kind = getattr(facts, "transaction", None) or data.draw(st.sampled_from(TransactionType))
    ask = best_ask(subject, facts, kind)
    for offer in allowed(subject, role, facts, kind=kind):
        refusals = []
        for target in (None,) if subject is not Subject.PACKAGE else PackageStatus:
            try:
                decide(subject, offer.action, role, facts, ask=ask, kind=kind, target=target)
            except Refused as refused:
                refusals.append(refused.blockers)
            else:
                refusals = []
                break
        assert offer.enabled == (not refusals), (offer, refusals)
        if subject is not Subject.PACKAGE and offer.blockers[:1] and offer.blockers[0].code is not Refusal.WRONG_STATUS:
            assert set(offer.blockers) <= set(refusals[0])


# The checks at import.


def test_a_table_with_two_edges_for_one_ask_is_no_table() -> None:
    with pytest.raises(ValueError, match="Two edges"):
        check((*TABLE, TABLE[0]))
    untyped = next(edge for edge in TABLE if edge.action is Action.WITHDRAW_REQUEST)
    with pytest.raises(ValueError, match="Two edges"):
        check((*TABLE, replace(untyped, transaction=TransactionType.CANCEL)))


def test_a_table_with_a_status_that_nobody_reaches_is_no_table() -> None:
    with pytest.raises(ValueError, match="VOIDED"):
        check([edge for edge in TABLE if edge.target is not PlanStatus.VOIDED])
    cut = [edge for edge in TABLE if edge.action is not Action.CREATE_REFUND]
    with pytest.raises(ValueError, match="SUCCEEDED"):
        check([edge for edge in cut if edge.action is not Action.RETRY_REFUND])


def test_a_table_with_a_silent_condition_is_no_table() -> None:
    silent = replace(guards.refunds_done, sentence="")
    broken = [replace(e, when=(silent,)) if guards.refunds_done in e.when else e for e in TABLE]
    with pytest.raises(ValueError, match="refunds_done has no sentence"):
        check(broken)


def test_the_table_in_use_is_checked() -> None:
    check(TABLE)
    assert sum(map(len, lifecycle._INDEX.values())) == len(TABLE)


# The page.


def test_the_printed_page_is_fresh() -> None:
    printed = Path(__file__).parents[2] / "docs" / "lifecycle.md"
    assert printed.read_text() == page(), "Run: python server.py docs"


def test_the_page_shows_every_way_and_every_status() -> None:
    text = page()
    arrows = [line for line in text.splitlines() if "-->" in line]
    for edge in TABLE:
        start = f"  {edge.source or '[*]'} --> {edge.target} : {edge.action.label} ("
        assert any(line.startswith(start) for line in arrows)
    for kind in STATUSES.values():
        assert all(f"| `{status}` | {status.meaning} |" in text for status in kind)
