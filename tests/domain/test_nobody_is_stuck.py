"""Nobody is stuck: from every world that the tables can reach, the owner or a clock leads every subject to its end.

A world is one package with one request on it, its plan, one refund and the return shipment. The search takes every edge
that a person or the worker can take by itself; the edges that only effects take follow from those, as the services'
effects would have it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache

import pytest

from domain.actions import Action, Effect
from domain.derive import Units, seller_order_status
from domain.facts import Facts, LabelFacts, PackageFacts, PlanFacts, RefundFacts, RequestFacts, ReturnFacts
from domain.lifecycle import EDGES, is_final
from domain.tables import TABLE, Edge
from domain.words import (
    UNSENT,
    DisputeStatus,
    LabelStatus,
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

FOLLOWS = {
    Subject.PACKAGE: {Action.CANCEL_PACKAGE},
    Subject.REQUEST: {Action.COMPLETE_REQUEST},
    Subject.RETURN_SHIPMENT: {Action.CANCEL_RETURN},
    Subject.PLAN: set(Action) - {Action.ASK_SELLER, Action.SETTLE_SHORTFALL},
    Subject.REFUND: {Action.CREATE_REFUND, Action.COVER_REFUND, Action.BLOCK_REFUND, Action.UNBLOCK_REFUND},
    Subject.LABEL: set(Action),
    Subject.DISPUTE: set(Action),
    Subject.WITHDRAWAL: set(Action),
}
"""What nobody can do by itself: another subject's edge brings it about. Nothing waits for labels: see the end.

Neither is a dispute in it. While one is open refunds wait for the bank, which decides: see the end as well."""


@dataclass(frozen=True, slots=True)
class World:
    """One package, a request for units of it, its plan and its refund. `others` says that more is in the package,
    `acted` that a clock has acted on the request, which it does once.

    `elsewhere` says that money has gone back outside of Retour, so that refunds fall short of the plan's total; `short`
    that they do.
    `trigger` is that of the request's terms, None if it has none. `held` says that the money waits for the goods,
    `none_kept` that no unit of these is paid back, `missing` that some have yet to arrive. `statutory` says that the
    customer has withdrawn from the contract, `objected` that the seller has objected to that.
    """

    package: PackageStatus
    transaction: TransactionType
    request: RequestStatus = RequestStatus.WAITING
    plan: PlanStatus | None = None
    refund: RefundStatus | None = None
    others: bool = False
    acted: bool = False
    trigger: RefundTrigger | None = None
    goods: ReturnStatus | None = None
    held: bool = False
    none_kept: bool = False
    missing: bool = False
    elsewhere: bool = False
    short: bool = False
    statutory: bool = False
    objected: bool = False

    def status(self, subject: Subject) -> Word | None:
        """Where a subject stands; None if there is none."""
        statuses: dict[Subject, Word | None] = {
            Subject.PACKAGE: self.package,
            Subject.REQUEST: self.request,
            Subject.PLAN: self.plan,
            Subject.REFUND: self.refund,
            Subject.RETURN_SHIPMENT: self.goods,
            Subject.LABEL: None,
            Subject.DISPUTE: None,
            Subject.WITHDRAWAL: None,
        }
        return statuses[subject]

    def at(self, status: Word) -> "World":
        """The same world with one subject somewhere else."""
        match status:
            case PackageStatus():
                return replace(self, package=status)
            case RequestStatus():
                return replace(self, request=status)
            case PlanStatus():
                return replace(self, plan=status)
            case RefundStatus():
                return replace(self, refund=status)
            case ReturnStatus():
                return replace(self, goods=status)
        raise AssertionError(status)

    def units(self) -> Units:
        """The units in the package."""
        gone = self.request is RequestStatus.COMPLETED or (
            self.transaction is TransactionType.CANCEL and self.request is RequestStatus.APPROVED
        )
        held = self.request is RequestStatus.WAITING or (self.request is RequestStatus.APPROVED and not gone)
        cancel = self.transaction is TransactionType.CANCEL
        return Units(
            active=self.others + (not held and not gone),
            cancel_held=int(held and cancel),
            canceled=int(gone and cancel),
            return_held=int(held and not cancel),
            returned=int(gone and not cancel),
        )

    def facts(self, subject: Subject) -> Facts:
        """What the rules see; time has always passed."""
        packages = frozenset({self.package})
        if subject is Subject.PACKAGE:
            units = self.units()
            return PackageFacts(
                self.package,
                units.remaining,
                units.cancel_held,
                former=PackageStatus.SHIPPED,
                returns=units.return_held + units.returned,
                active={"item": units.active, "other": units.active},
            )
        if subject is Subject.PLAN:
            refunds = () if self.refund is None else (self.refund,)
            return PlanFacts(self.plan, self.transaction, packages, refunds, self.held, int(self.short))
        if subject is Subject.REFUND:
            return RefundFacts(self.refund, amount_minor=1)
        if subject is Subject.RETURN_SHIPMENT:
            trigger = self.trigger or RefundTrigger.ON_CONFIRM
            to_come = {"item": int(self.missing or self.goods not in (ReturnStatus.RECEIVED, ReturnStatus.INSPECTED))}
            return ReturnFacts(self.goods, True, self.held, trigger, to_come, overdue=True, statutory=self.statutory)
        seller_order = seller_order_status([(self.package, [self.units()])])
        return RequestFacts(
            self.request,
            self.transaction,
            packages,
            seller_order,
            self.plan,
            held={"item": int(not self.none_kept)},
            overdue=True,
            acted=self.acted,
            money_held=self.held,
            goods=self.goods,
            statutory=self.statutory,
            objected=self.objected,
        )

    def ended(self) -> bool:
        """Whether nothing is left to do: an emptied package does not count, wherever it is."""
        subjects = [Subject.REQUEST, Subject.PLAN, Subject.REFUND, Subject.RETURN_SHIPMENT]
        if self.units().remaining:
            subjects.append(Subject.PACKAGE)
        settled = all(status is None or is_final(status) or status in SETTLED for status in map(self.status, subjects))
        return settled and not self.short


SETTLED = {RefundStatus.SUCCEEDED, PackageStatus.DELIVERED, ReturnStatus.INSPECTED}
"""Nobody waits for anything here, though a bank may send money back for ever, an assumed delivery be corrected, and
something turn up that an inspected return lacks."""


STAGES = (RefundTrigger.ON_CONFIRM, RefundTrigger.ON_SHIPMENT, RefundTrigger.ON_RECEIPT, RefundTrigger.ON_INSPECTION)
RECALLS = (None, RefundTrigger.ON_CONFIRM)
"""Of a cancellation that is recalled the money does not wait, whatever the settings say."""
REACHED = {ReturnStatus.IN_TRANSIT: 1, ReturnStatus.RECEIVED: 2, ReturnStatus.INSPECTED: 3}


def release(world: World, cause: Edge) -> World:
    return follow(Subject.PLAN, Action.RELEASE_PLAN)(world, cause)


def release_if_due(world: World, cause: Edge) -> World:
    """A return of which no unit is paid back ends here."""
    if world.held and world.none_kept:
        return follow(Subject.REQUEST, Action.REJECT_REQUEST)(world, cause)
    assert isinstance(cause.target, ReturnStatus)
    due = world.trigger is not None and STAGES.index(world.trigger) <= REACHED[cause.target]
    return release(world, cause) if due else world


def open_shipment(world: World, cause: Edge) -> World:
    """The money waits from now on, unless the terms release it at once."""
    if world.trigger is None:
        return world
    goods = ReturnStatus.IN_TRANSIT if world.package is PackageStatus.DELIVERY_FAILED else ReturnStatus.AWAITING
    return follow_opening(world, goods)


def follow_opening(world: World, goods: ReturnStatus) -> World:
    """A return shipment is opened in this status."""
    opening = next(edge for edge in EDGES[Subject.RETURN_SHIPMENT] if edge.source is None and edge.target is goods)
    return moved(replace(world, goods=goods), opening)


def open_approved_plan(world: World, cause: Edge) -> World:
    world = replace(world, held=world.trigger not in (None, RefundTrigger.ON_CONFIRM))
    return follow(Subject.PLAN)(world, cause)


def recall(world: World, cause: Edge) -> World:
    """The carrier brings back what has left, if there are return settings."""
    if world.trigger is None or world.package in UNSENT or world.others:
        return world
    return follow_opening(world, ReturnStatus.IN_TRANSIT)


def create_refunds(world: World, _cause: Edge) -> World:
    """If all of the money has gone back elsewhere, there is no refund, and all of the total is short."""
    if world.held:
        return world
    return replace(world, short=True) if world.elsewhere else world.at(RefundStatus.PENDING)


def cover_shortfall(world: World, cause: Edge) -> World:
    covered = replace(world, short=False).at(RefundStatus.SETTLED_MANUALLY)
    return follow(Subject.PLAN, Action.COMPLETE_PLAN)(covered, cause)


def unhold(world: World, _cause: Edge) -> World:
    return replace(world, held=False)


def count(world: World, _cause: Edge) -> World:
    return replace(world, missing=False)


def moved(world: World, edge: Edge) -> World:
    """The world after an edge, with what follows from it."""
    world = world.at(edge.target)
    for effect in edge.effects:
        world = FOLLOWING[effect](world, edge)
    return world


def nothing(world: World, _edge: Edge) -> World:
    return world


def acts(world: World, _edge: Edge) -> World:
    return replace(world, acted=True)


def follow(subject: Subject, *actions: Action) -> Callable[[World, Edge], World]:
    """Take the edge of one of these actions, or of the action that brought it about, if the tables have one."""

    def take(world: World, cause: Edge) -> World:
        for edge in EDGES[subject]:
            if edge.action in (actions or (cause.action,)) and fits(edge, world):
                return moved(world, edge)
        return world

    return take


def open_plan(world: World, _cause: Edge) -> World:
    return world.at(PlanStatus.WAITING if world.package in UNSENT else PlanStatus.CONFIRMATION_WAITING)


def close_plan(world: World, cause: Edge) -> World:
    if cause.roles == {Role.SELLER}:
        return follow(Subject.PLAN, Action.REJECT_REQUEST)(world, cause)
    return follow(Subject.PLAN, Action.VOID_PLAN)(world, cause)


def empty_package(world: World, cause: Edge) -> World:
    return follow(Subject.PACKAGE, Action.CANCEL_PACKAGE)(world, cause)


def change_basis(world: World, _cause: Edge) -> World:
    """Money that has not gone waits for no more than a proof, also where no terms were."""
    world = replace(world, statutory=True)
    if world.transaction is TransactionType.CANCEL or (world.plan is not None and not world.held):
        return world
    return replace(world, trigger=RefundTrigger.ON_SHIPMENT)


def release_reached(world: World, cause: Edge) -> World:
    """Goods that have arrived are paid; of those under way nobody has seen the proof."""
    if world.held and world.trigger and world.goods in (ReturnStatus.RECEIVED, ReturnStatus.INSPECTED):
        return release(world, cause)
    return world


def object_to(world: World, _cause: Edge) -> World:
    return replace(world, objected=True)


FOLLOWING: dict[Effect, Callable[[World, Edge], World]] = {
    **dict.fromkeys(Effect, nothing),
    Effect.OPEN_PLAN: open_plan,
    Effect.OPEN_APPROVED_PLAN: open_approved_plan,
    Effect.APPROVE_PLAN: follow(Subject.PLAN),
    Effect.CLOSE_PLAN: close_plan,
    Effect.CANCEL_UNITS: empty_package,
    Effect.CREATE_REFUNDS: create_refunds,
    Effect.COVER_SHORTFALL: cover_shortfall,
    Effect.UNHOLD_PLAN: unhold,
    Effect.OPEN_SHIPMENT: open_shipment,
    Effect.RECALL_GOODS: recall,
    Effect.RESUME_PLANS: follow(Subject.PLAN, Action.REVERT_PACKAGE_STATUS),
    Effect.CANCEL_SHIPMENT: follow(Subject.RETURN_SHIPMENT, Action.CANCEL_RETURN),
    Effect.COUNT_ARRIVED: count,
    Effect.RELEASE_IF_DUE: release_if_due,
    Effect.RELEASE_PLAN: release,
    Effect.EXPIRE_HELD: follow(Subject.REQUEST, Action.EXPIRE_REQUEST),
    Effect.COMPLETE_PLAN: follow(Subject.PLAN, Action.COMPLETE_PLAN),
    Effect.CHANGE_BASIS: change_basis,
    Effect.RELEASE_REACHED: release_reached,
    Effect.STAMP_OBJECTION: object_to,
    Effect.STAMP_REMINDED: acts,
    Effect.STAMP_ESCALATED: acts,
    Effect.COMPLETE_REQUEST: follow(Subject.REQUEST, Action.COMPLETE_REQUEST),
}


def fits(edge: Edge, world: World) -> bool:
    """Whether an edge leads on from a world, for any role."""
    facts = world.facts(edge.subject)
    return (
        edge.source is world.status(edge.subject)
        and edge.transaction in (None, world.transaction)
        and all(guard.holds(facts) for guard in edge.when)
    )


def steps(world: World) -> Iterator[tuple[Edge, World]]:
    """The edges that somebody can take by itself, and where each leads."""
    statuses = {subject: world.status(subject) for subject in Subject}
    for edge in TABLE:
        if edge.source is None or edge.source is not statuses[edge.subject] or edge.action in FOLLOWS[edge.subject]:
            continue
        if fits(edge, world):
            by_customer = edge.action is Action.DECLARE_WITHDRAWAL  # Retour takes the edge because a customer declares
            taken = replace(edge, roles=frozenset({Role.CUSTOMER})) if by_customer else edge
            if not (by_customer and world.statutory):  # what was withdrawn from is not taken over again
                yield taken, moved(world, edge)


def openings() -> set[World]:
    """Every way in which a request opens."""
    return {
        World(
            package,
            edge.transaction or TransactionType.CANCEL,
            others=others,
            trigger=trigger,
            none_kept=none_kept,
            elsewhere=elsewhere,
            statutory=edge.action is Action.DECLARE_WITHDRAWAL,
        )
        for edge in EDGES[Subject.REQUEST]
        for package in PackageStatus
        for others in (False, True)
        for trigger in ((None, *RefundTrigger) if edge.transaction is TransactionType.REFUND else RECALLS)
        for none_kept in (False, True)
        for elsewhere in (False, True)
        if edge.source is None and package is not PackageStatus.CANCELED and not (none_kept and trigger is None)
    }


@cache
def ways_on() -> dict[World, list[tuple[Edge, World]]]:
    """The steps from every world that there can be."""
    found: dict[World, list[tuple[Edge, World]]] = {}
    new = openings()
    while new:
        world = new.pop()
        found[world] = list(steps(world))
        new.update(after for _, after in found[world] if after not in found)
    return found


def reachable(without: frozenset[Action] = frozenset()) -> set[World]:
    """Every world that there can be, also if nobody could take these actions."""
    found, new = set[World](), openings()
    while new:
        world = new.pop()
        found.add(world)
        new.update(after for edge, after in ways_on()[world] if edge.action not in without and after not in found)
    return found


def stuck(roles: frozenset[Role], without: frozenset[Action] = frozenset()) -> set[World]:
    """The worlds from which these roles alone cannot lead everything to its end."""
    worlds = reachable(without)
    leading: dict[World, list[World]] = {}
    for world in worlds:
        for edge, after in ways_on()[world]:
            if edge.roles & roles and edge.action not in without:
                leading.setdefault(after, []).append(world)
    new = {world for world in worlds if world.ended()}
    while new:
        world = new.pop()
        worlds.discard(world)
        new.update(before for before in leading.get(world, ()) if before in worlds)
    return worlds


def test_the_owner_and_the_clocks_lead_every_world_to_its_end() -> None:
    left = stuck(frozenset({Role.OWNER, Role.SYSTEM}))
    assert not left, f"{len(left)} worlds, such as {min(left, key=repr)}"


def test_no_party_alone_is_needed_besides_the_owner() -> None:
    """A customer and a seller who do nothing hold nothing up; without the owner they would."""
    assert stuck(frozenset({Role.CUSTOMER, Role.SELLER}))


@pytest.mark.parametrize(
    "missing",
    [
        {
            Action.CONFIRM_REQUEST,
            Action.REJECT_REQUEST,
            Action.WITHDRAW_REQUEST,
            Action.CONVERT_TO_RETURN,
            Action.EXPIRE_REQUEST,
        },
        {Action.RETRY_REFUND, Action.SETTLE_REFUND},
        {Action.SETTLE_SHORTFALL},
        {Action.INSPECT_RETURN, Action.WAIVE_RETURN},
        {Action.WAIVE_RETURN, Action.RECEIVE_RETURN},
    ],
    ids=[
        "no way out of a request",
        "no way out of a failed refund",
        "no way out of a shortfall",
        "no way out of goods that arrived",
        "no way out of goods that are lost",
    ],
)
def test_the_search_notices_edges_that_are_missing(missing: set[Action]) -> None:
    assert stuck(frozenset({Role.OWNER, Role.SYSTEM}), frozenset(missing))


LABEL_ENDS = {LabelStatus.VOIDED, LabelStatus.ISSUED}
"""Nobody waits for anything here: the label is void, or it is printed and used."""


def ways(facts: LabelFacts, roles: frozenset[Role]) -> set[LabelStatus]:
    """Where these roles can lead a label that is known, at once or step by step."""
    found = {facts.status}
    while more := {step for status in found for step in _steps_of(replace(facts, status=status), roles)} - found:
        found |= more
    return {status for status in found if status is not None}


def _steps_of(facts: LabelFacts, roles: frozenset[Role]) -> Iterator[LabelStatus | None]:
    for edge in EDGES[Subject.LABEL]:
        if edge.source is facts.status and edge.roles & roles and all(guard.holds(facts) for guard in edge.when):
            assert isinstance(edge.target, LabelStatus)
            yield edge.target


@pytest.mark.parametrize("awaited", [True, False], ids=["awaited", "not awaited"])
@pytest.mark.parametrize("used", [True, False], ids=["used", "unused"])
@pytest.mark.parametrize("status", LabelStatus)
def test_the_owner_and_the_worker_lead_every_label_to_its_end(status: LabelStatus, used: bool, awaited: bool) -> None:
    facts = LabelFacts(status, awaited=awaited, used=used, carried=False)
    assert ways(facts, frozenset({Role.OWNER, Role.SYSTEM})) & LABEL_ENDS
    if status is not LabelStatus.FAILED:
        assert ways(facts, frozenset({Role.SYSTEM})) & {*LABEL_ENDS, LabelStatus.FAILED}


def test_an_unused_label_can_be_voided_wherever_it_stands() -> None:
    for status in LabelStatus:
        assert LabelStatus.VOIDED in ways(LabelFacts(status), frozenset({Role.SYSTEM}))


def test_every_dispute_ends_once_the_bank_decides_and_lets_go_what_it_stopped() -> None:
    edges = EDGES[Subject.DISPUTE]
    for status in DisputeStatus:
        ends = {edge.target for edge in edges if edge.source is status} & {DisputeStatus.WON, DisputeStatus.LOST}
        assert is_final(status) or len(ends) == 2
    for edge in edges:
        assert (Effect.UNBLOCK_REFUNDS in edge.effects) is is_final(edge.target)
    blocked = {edge.source for edge in EDGES[Subject.REFUND] if edge.action is Action.BLOCK_REFUND}
    assert blocked == {edge.source for edge in EDGES[Subject.REFUND] if edge.action is Action.UNBLOCK_REFUND}
    assert blocked | {RefundStatus.SUCCEEDED, RefundStatus.SETTLED_MANUALLY} == set(RefundStatus)
