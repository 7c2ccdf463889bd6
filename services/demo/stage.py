"""Plays the demo's stories through the real services, in the order of their times.

All of it is one transaction: the demo is complete or absent, and if two processes create it, the second one finds it.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from tortoise.connection import get_connection
from tortoise.transactions import in_transaction

import models
from domain.actions import Action
from domain.deadlines import STEPS
from domain.facts import Actor, Arrived, Loss, Proof, Receipt
from domain.withdrawal import REASONS, TypedStatement
from domain.words import AdjustmentKind, AtDeadline, Bearer, DisputeStatus, PackageStatus, Role, TransactionType
from events.notifier import ProcessNotifier
from gateways.carriers.slip import SlipCarrier
from gateways.payments.port import PROVIDERS, Gateway, ShownDispute
from models.ids import new_id
from services import return_settings
from services.acts import adjustments, clocks, packages, refunds, requests, returns, verification, withdrawals
from services.acts.verification import Declared
from services.acts.withdrawals import WithdrawalInput
from services.commands import Act, Command, Commands, Target
from services.demo import acts, cast
from services.demo.gateways import DemoLedger, SlowBank
from services.demo.orders import incoming_order
from services.demo.stories import STORIES
from services.inputs import (
    AllowanceInput,
    ApplyInput,
    ChangedIds,
    DecisionInput,
    ItemInput,
    PackageMove,
    RawAdjustment,
    RawGrade,
    RawInspection,
    RefundInput,
    ReturnInput,
    ReturnMove,
    UnannouncedInput,
    UnannouncedItem,
)
from services.intake.orders import create_order
from services.owner_events import Setter
from services.terms import ensure_terms
from services.transition import Terms
from services.worker.due import Worker
from services.worker.gateway_reports import tell_dispute

OWNER = Actor(Role.OWNER, cast.OWNER)
FIRST_NUMBER = 1001
TERMS = Terms(providers=PROVIDERS | {"bank", "gift-cards"}, carrier=SlipCarrier.name)
UNHURRIED = replace(TERMS, confirm_after=timedelta(days=60))
EXPIRING = replace(TERMS, at_deadline=dict.fromkeys(STEPS.values(), AtDeadline.EXPIRE))
_LOCK = "select pg_advisory_xact_lock(7391640119)"
_EMPTY = 'select not exists (select 1 from "order") as empty'
_ITEMS = "select id from order_item where order_id = $1 order by position"
_PACKAGES = """
select p.id, p.seller_id, s.handle from package p join seller s on s.id = p.seller_id
where p.order_id = $1 order by p.number
"""
_SELLER = """
select r.seller_id, s.handle from seller s join (
  select id, seller_id from cancellation_request union all select id, seller_id from order_item
) r on r.seller_id = s.id where r.id = $1
"""
# In a domain that nobody can own.
_ADDRESSES = "update seller set email = handle || '@sellers.example'"
_SHIPMENT = "select id from return_shipment where request_id = $1"
_PAYMENT = "select provider, reference, currency, captured_minor from payment where order_id = $1 and position = 1"
_FAILED = "select id from refund where order_id = $1 and status = 'FAILED'"
_ORDER = 'select $1 as id, id as order_id from "order" where id = $2 for no key update'
_REQUEST = """
select r.id, r.order_id from cancellation_request r join "order" o on o.id = r.order_id
where r.id = $1 for no key update of o
"""


async def make_demo(now: datetime) -> int:
    """Fill an empty database with the demo as of `now`, to the minute; returns the number of orders created.

    If there are orders, it does nothing and returns 0.
    """
    async with in_transaction() as db:
        await db.execute_query(_LOCK)
        found: list[dict[str, bool]] = await db.execute_query_dict(_EMPTY)
        if not found[0]["empty"]:
            return 0
        policy = await ensure_terms()
        await Stage(now.replace(second=0, microsecond=0), policy.version).play()
        await db.execute_query(_ADDRESSES)
    return len(STORIES)


@dataclass(slots=True)
class Played:
    """A created order: the ids behind the numbers in its story."""

    story: acts.Story
    number: str
    order_id: str
    items: list[str]
    packages: list[tuple[str, Actor]]
    requests: list[str] = field(default_factory=list)

    @property
    def customer(self) -> Actor:
        """The customer of the order."""
        return Actor(Role.CUSTOMER, self.story.customer)

    def wanted(self, choices: tuple[acts.ChosenUnits, ...]) -> tuple[ItemInput, ...]:
        """The choices as an input of the services."""
        return tuple(
            ItemInput(self.items[choice.line - 1], choice.units, choice.reason, choice.note) for choice in choices
        )


class Stage:
    """Plays the stories on a clock of its own."""

    def __init__(self, now: datetime, policy_version: str) -> None:
        self.now, self.policy_version = now, policy_version
        self._clock = now
        self.commands = Commands(clock=lambda: self._clock, notify=lambda: None, terms=TERMS)
        self.unhurried = replace(self.commands, terms=UNHURRIED)
        self.expiring = replace(self.commands, terms=EXPIRING)
        self.ledger = DemoLedger()
        gateways: dict[str, Gateway] = {"ledger": self.ledger, "bank": SlowBank()}
        self.worker = Worker(self.commands, gateways, ProcessNotifier(), carriers={SlipCarrier.name: SlipCarrier()})

    async def play(self) -> None:
        """Play all acts of all orders in the order of their times."""
        stories = sorted(STORIES, key=lambda story: -story.placed)
        script: list[tuple[float, int, acts.StoryAct | None]] = []
        for n, story in enumerate(stories):
            script += [(story.placed, n, None), *((hours, n, act) for hours, act in story.acts)]
        played: dict[int, Played] = {}
        for hours, n, act in sorted(script, key=lambda entry: -entry[0]):
            self._clock = self.now - timedelta(hours=hours)
            if act is None:
                played[n] = await self._create(stories[n], f"D-{FIRST_NUMBER + n}")
            else:
                await self._perform(played[n], act)

    async def _create(self, story: acts.Story, number: str) -> Played:
        command = Command(Action.CREATE_ORDER, OWNER, Target(models.Order, "", "number"))
        done = await create_order(self.commands, command, incoming_order(story, number, self._clock))
        (order_id,) = done.changed["orders"]
        db = get_connection("default")
        items: list[dict[str, str]] = await db.execute_query_dict(_ITEMS, [order_id])
        packages: list[dict[str, str]] = await db.execute_query_dict(_PACKAGES, [order_id])
        sent = [(row["id"], _seller(row)) for row in packages]
        return Played(story, number, order_id, [row["id"] for row in items], sent)

    async def _perform(self, order: Played, act: acts.StoryAct) -> None:
        match act:
            case acts.Work():
                await self._work(answers_lost=act.answers_lost)
            case acts.Move():
                await self._move(order, act)
            case acts.RequestReturn() | acts.OutOfStock() | acts.ApplyTo():
                await self._open(order, act)
            case acts.ReceiveUnannounced():
                await self._receive_unannounced(order, act)
            case acts.SendBack() | acts.Receive() | acts.Inspect() | acts.Lose() | acts.Waive():
                await self._handle_goods(order, act)
            case acts.PayAllowance():
                await self._pay_allowance(order, act)
            case acts.Declare():
                await self._declare(order)
            case acts.DeclareWithoutAccount():
                await self._declare_without_account(order, act)
            case acts.DisputePayment():
                await self._dispute(order, act)
            case acts.SetReturnSettings():
                change = return_settings.SettingsChange(order.packages[0][1].seller_id, act.terms)
                await return_settings.change(get_connection("default"), change, Setter(OWNER, self._clock))
            case acts.Settle():
                await self._settle(order, act)
            case acts.Expire() | acts.Escalate():
                commands = self.expiring if isinstance(act, acts.Expire) else self.commands
                await commands.work_on_due(
                    _REQUEST,
                    [order.requests[act.request - 1]],
                    lambda transition, due: clocks.act_on_deadline(transition, due.id),
                )
            case _:
                await self._decide(order, act)

    async def _work(self, *, answers_lost: bool) -> None:
        self.ledger.loses_answers = answers_lost
        while await self.worker.once():
            pass

    async def _move(self, order: Played, act: acts.Move) -> None:
        package_id, seller = order.packages[act.package - 1]
        tracking = f"TRK-{order.number}-{act.package}" if act.to is PackageStatus.SHIPPED else None
        ask = PackageMove(package_id, act.to, tracking, despite_requests=True)
        target = Target(models.Package, package_id, "packageId")
        await self._do(
            Action.UPDATE_PACKAGE_STATUS, seller, target, lambda step: packages.update_package_status(step, ask)
        )

    async def _open(self, order: Played, act: acts.RequestReturn | acts.OutOfStock | acts.ApplyTo) -> None:
        wanted = order.wanted(act.choices)
        target = Target(models.Order, order.order_id, "orderId", tuple(item.reason for item in wanted))
        if not isinstance(act, acts.ApplyTo):
            begun = isinstance(act, acts.OutOfStock)
            actor = await self._seller_of(wanted[0].order_item_id) if begun else order.customer
            ask = ReturnInput(wanted, None if begun else self.policy_version)
            outcome = await self._do(
                Action.REQUEST_RETURN, actor, target, lambda step: requests.request_return(step, ask)
            )
        else:
            decision = ApplyInput(act.transaction, confirm=True, items=wanted)
            outcome = await self._do(
                Action.APPLY_CANCELLATION, OWNER, target, lambda step: requests.apply_cancellation(step, decision)
            )
        order.requests += outcome["requests"]

    async def _decide(self, order: Played, act: acts.Decision) -> None:
        request_id = order.requests[act.request - 1]
        seller = await self._seller_of(request_id)
        action, actor, deed = _decision(order, act, request_id, seller)
        unhurried = isinstance(act, acts.Apply) and act.unhurried
        target = Target(models.CancellationRequest, request_id, "requestId")
        outcome = await self._do(action, actor, target, deed, by=self.unhurried if unhurried else None)
        order.requests += outcome.get("returns", [])

    async def _receive_unannounced(self, order: Played, act: acts.ReceiveUnannounced) -> None:
        wanted = order.wanted(act.choices)
        items = tuple(UnannouncedItem(item.order_item_id, item.quantity, item.reason, item.note) for item in wanted)
        outcome = await self._do(
            Action.RECEIVE_UNANNOUNCED,
            await self._seller_of(items[0].order_item_id),
            Target(models.Order, order.order_id, "orderId", tuple(item.reason for item in wanted)),
            lambda step: returns.receive_unannounced(step, UnannouncedInput(items)),
        )
        order.requests += outcome["requests"]

    async def _handle_goods(self, order: Played, act: acts.Goods) -> None:
        request_id = order.requests[0]
        (found,) = await get_connection("default").execute_query_dict(_SHIPMENT, [request_id])
        action, actor, deed = _handling(order, act, found["id"], await self._seller_of(request_id))
        await self._do(action, actor, Target(models.ReturnShipment, found["id"], "returnId"), deed)

    async def _pay_allowance(self, order: Played, act: acts.PayAllowance) -> None:
        item = order.items[act.line - 1]
        paid = RawAdjustment(AdjustmentKind.ALLOWANCE, act.amount, act.reason, Bearer.SELLER, order_item_id=item)
        allowance = AllowanceInput((paid,), act.note)
        await self._do(
            Action.REFUND_ALLOWANCE,
            OWNER,
            Target(models.Order, order.order_id, "orderId"),
            lambda step: adjustments.refund_allowance(step, allowance),
        )

    async def _declare(self, order: Played) -> None:
        target = Target(models.Order, order.order_id, "orderId", tuple(REASONS.values()))
        everything = WithdrawalInput(None)
        await self._do(
            Action.DECLARE_WITHDRAWAL,
            order.customer,
            target,
            lambda step: withdrawals.declare_withdrawal(step, everything),
        )

    async def _declare_without_account(self, order: Played, act: acts.DeclareWithoutAccount) -> None:
        stated = TypedStatement(order.number, act.name, act.email, "en")
        access = await models.OrderAccess.create(
            id=new_id("access"),
            number=stated.order,
            email=stated.address,
            caller="",
            name=stated.name,
            locale=stated.locale,
            requested_at=self._clock,
            handled=True,
        )
        declared = Declared(access.id, stated, self._clock, own=False)
        await self.commands.work_on_due(
            _ORDER, [access.id, order.order_id], lambda step, _: verification.record(step, declared)
        )

    async def _dispute(self, order: Played, act: acts.DisputePayment) -> None:
        (paid,) = await get_connection("default").execute_query_dict(_PAYMENT, [order.order_id])
        shown = ShownDispute(
            reference=f"dispute-{order.number}",
            payments=(paid["reference"],),
            status=DisputeStatus.OPEN,
            amount_minor=paid["captured_minor"],
            currency=paid["currency"],
            opened_at=self._clock,
            reason=act.reason,
            evidence_due_at=self.now + timedelta(days=7),
        )
        await tell_dispute(self.commands, paid["provider"], shown)

    async def _seller_of(self, id: str) -> Actor:
        """The seller of a request or of an item."""
        return _seller((await get_connection("default").execute_query_dict(_SELLER, [id]))[0])

    async def _settle(self, order: Played, act: acts.Settle) -> None:
        failed: list[dict[str, str]] = await get_connection("default").execute_query_dict(_FAILED, [order.order_id])
        refund_id = failed[0]["id"]
        ask = RefundInput(refund_id, act.reference)
        target = Target(models.Refund, refund_id, "refundId")
        await self._do(Action.SETTLE_REFUND, OWNER, target, lambda step: refunds.settle_refund(step, ask))

    async def _do(
        self, action: Action, actor: Actor, target: Target, deed: Act, *, by: Commands | None = None
    ) -> ChangedIds:
        return (await (by or self.commands).execute(Command(action, actor, target), deed)).changed


def _decision(order: Played, act: acts.Decision, request_id: str, seller: Actor) -> tuple[Action, Actor, Act]:
    """The action, the actor and the act of a decision on a request."""
    ask = DecisionInput(request_id)
    match act:
        case acts.Apply():
            yes = ApplyInput(TransactionType.CANCEL, confirm=True, request_id=request_id)
            return Action.APPLY_CANCELLATION, OWNER, lambda step: requests.apply_cancellation(step, yes)
        case acts.Confirm():
            units = None if act.accepted is None else tuple((order.items[line - 1], n) for line, n in act.accepted)
            agreed = replace(ask, accepted=units, rest=act.rest, rest_reason=act.rest_reason, note=act.note)
            actor = OWNER if act.note else seller
            return Action.CONFIRM_REQUEST, actor, lambda step: requests.confirm_request(step, agreed)
        case acts.Reject():
            rejection, actor = replace(ask, reason=act.reason), OWNER if act.by_owner else seller
            return Action.REJECT_REQUEST, actor, lambda step: requests.reject_request(step, rejection)
        case acts.Convert():
            return Action.CONVERT_TO_RETURN, order.customer, lambda step: requests.convert_to_return(step, ask)
        case acts.Withdraw():
            return Action.WITHDRAW_REQUEST, order.customer, lambda step: requests.withdraw_request(step, ask)


def _handling(order: Played, act: acts.Goods, id: str, seller: Actor) -> tuple[Action, Actor, Act]:
    """The action, the actor and the act of what is done with goods on their way back."""
    match act:
        case acts.SendBack():
            proof = ReturnMove(id, Proof(act.tracking_number))
            return Action.SEND_RETURN, order.customer, lambda step: returns.send_return(step, proof)
        case acts.Receive():
            counts = None if act.arrived is None else tuple(Arrived(order.items[n - 1], k) for n, k in act.arrived)
            receipt = ReturnMove(id, Receipt(counts))
            return Action.RECEIVE_RETURN, seller, lambda step: returns.receive_return(step, receipt)
        case acts.Inspect():
            found = ReturnMove(id, RawInspection(tuple(_graded(order, grade) for grade in act.grades)))
            return Action.INSPECT_RETURN, seller, lambda step: returns.inspect_return(step, found)
        case acts.Lose():
            loss = ReturnMove(id, Loss(), note=act.note)
            return Action.LOSE_RETURN, OWNER, lambda step: returns.lose_return(step, loss)
        case acts.Waive():
            waived = ReturnMove(id, None, note=act.note)
            return Action.WAIVE_RETURN, seller, lambda step: returns.waive_return(step, waived)


def _graded(order: Played, grade: acts.Graded) -> RawGrade:
    item = order.items[grade.line - 1]
    return RawGrade(item, grade.units, grade.condition, grade.disposition, grade.deduction, grade.reason)


def _seller(row: dict[str, str]) -> Actor:
    return Actor(Role.SELLER, row["handle"], row["seller_id"])
