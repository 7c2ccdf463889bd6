"""The mutations: an input is parsed, a command is executed, a payload is read. A refusal becomes `userErrors` here."""

from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeAlias, TypeVar

import models
from domain.actions import Action
from domain.errors import Blocker, Path, Refused
from domain.facts import Loss, Proof, Receipt
from domain.lifecycle import check_role
from engine import reads
from engine.conditions import Condition
from engine.reads import Row
from models.base import Row as ModelRow
from models.ids import MODELS_BY_PREFIX, prefix_of
from resolvers.context import Info
from resolvers.keyed_inputs import Keyed, check_texts, hash_of
from resolvers.sentences import sentence_of
from services.acts import adjustments, labels, packages, refunds, requests, returns
from services.commands import Command, Target
from services.idempotency import Done
from services.inputs import (
    AllowanceInput,
    ApplyInput,
    ChangedIds,
    DecisionInput,
    IncomingOrder,
    LabelInput,
    PackageMove,
    PackageRevert,
    PackageSplit,
    RawInspection,
    RefundInput,
    ReturnInput,
    ReturnMove,
    ShortfallInput,
    UnannouncedInput,
)
from services.intake import orders
from services.transition import Transition

Parsed = TypeVar("Parsed")
ParsedInput = TypeVar("ParsedInput", covariant=True)


class Input(Keyed, Protocol[ParsedInput]):
    """A mutation's input that names something of an order."""

    def target(self) -> Target:
        """What of an order it names. Raises `Refused`."""

    def parse(self) -> ParsedInput:
        """What it wants, as the services read it. Raises `Refused`."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A field of a payload: the model it shows, where its ids stand in what has changed, one or a list.

    `columns` are those that fields of the payload itself show, under their own names. What a command has `opened` is
    never shown with a refusal.
    """

    model: type[ModelRow]
    kind: str
    many: bool = False
    columns: tuple[str, ...] = ()
    opened: bool = False


Shows: TypeAlias = Mapping[str, Shown]
Outcome: TypeAlias = tuple[Row, Mapping[str, list[str]]]
"""What a payload says of a command, and the ids of the objects that it shows: as they are now, read as any query reads
them."""
ORDER: Shows = {"order": Shown(models.Order, "orders")}
REQUEST: Shows = {"request": Shown(models.CancellationRequest, "requests")}
REQUESTS: Shows = {"requests": Shown(models.CancellationRequest, "requests", many=True, columns=("submission_id",))}
REQUESTED: Shows = {**REQUESTS, "return_policy": Shown(models.ReturnPolicy, "policies")}
REQUEST_AND_PLAN: Shows = {**REQUEST, "plan": Shown(models.CancellationPlan, "plans")}
ALLOWANCE: Shows = {
    "request": Shown(models.CancellationRequest, "requests", opened=True),
    "plan": Shown(models.CancellationPlan, "plans", opened=True),
}
REQUESTS_AND_PLANS: Shows = {**REQUESTS, "plans": Shown(models.CancellationPlan, "plans", many=True)}
CONVERTED: Shows = {
    **REQUEST,
    "return_request": Shown(models.CancellationRequest, "returns", opened=True),
    "rest": Shown(models.CancellationRequest, "rests", opened=True),
}
PACKAGE: Shows = {"package": Shown(models.Package, "packages")}
SPLIT: Shows = {**PACKAGE, "new_package": Shown(models.Package, "new", opened=True)}
RETURN: Shows = {"return_shipment": Shown(models.ReturnShipment, "returns")}
RECEIVED: Shows = {**RETURN, "missing": Shown(models.ReturnShipment, "missing", opened=True)}
UNANNOUNCED: Shows = {"return_shipment": Shown(models.ReturnShipment, "returns", opened=True)}
LABEL: Shows = {**RETURN, "label": Shown(models.ReturnLabel, "labels")}
LABEL_ADDED: Shows = {**RETURN, "label": Shown(models.ReturnLabel, "labels", opened=True)}
PLAN: Shows = {"plan": Shown(models.CancellationPlan, "plans")}
REFUND: Shows = {"refund": Shown(models.Refund, "refunds")}


async def request_return(info: Info, input: Input[ReturnInput]) -> Row:
    """Open requests for units of an order, one for each seller and type."""
    payload = await run_command(info, Action.REQUEST_RETURN, input, requests.request_return, REQUESTED)
    payload["submission_id"] = next((request["submission_id"] for request in payload["requests"]), None)
    return payload


async def withdraw_request(info: Info, input: Input[DecisionInput]) -> Row:
    """Take a waiting request back."""
    return await run_command(info, Action.WITHDRAW_REQUEST, input, requests.withdraw_request, REQUEST)


async def apply_cancellation(info: Info, input: Input[ApplyInput]) -> Row:
    """Make the plan of a cancellation."""
    return await run_command(info, Action.APPLY_CANCELLATION, input, requests.apply_cancellation, REQUESTS_AND_PLANS)


async def confirm_request(info: Info, input: Input[DecisionInput]) -> Row:
    """Agree to a return, or to cancel a package that has left."""
    return await run_command(info, Action.CONFIRM_REQUEST, input, requests.confirm_request, REQUEST_AND_PLAN)


async def reject_request(info: Info, input: Input[DecisionInput]) -> Row:
    """Say no to a request, and why."""
    return await run_command(info, Action.REJECT_REQUEST, input, requests.reject_request, REQUEST)


async def convert_to_return(info: Info, input: Input[DecisionInput]) -> Row:
    """Turn a waiting cancellation whose package has left into a return."""
    return await run_command(info, Action.CONVERT_TO_RETURN, input, requests.convert_to_return, CONVERTED)


async def refund_allowance(info: Info, input: Input[AllowanceInput]) -> Row:
    """Pay money back without units."""
    return await run_command(info, Action.REFUND_ALLOWANCE, input, adjustments.refund_allowance, ALLOWANCE)


async def update_package_status(info: Info, input: Input[PackageMove]) -> Row:
    """Move a package on."""
    return await run_command(info, Action.UPDATE_PACKAGE_STATUS, input, packages.update_package_status, PACKAGE)


async def revert_package_status(info: Info, input: Input[PackageRevert]) -> Row:
    """Take the last change of a package's status back."""
    return await run_command(info, Action.REVERT_PACKAGE_STATUS, input, packages.revert_package_status, PACKAGE)


async def split_package(info: Info, input: Input[PackageSplit]) -> Row:
    """Put units of a package into a new one."""
    return await run_command(info, Action.SPLIT_PACKAGE, input, packages.split_package, SPLIT)


async def retry_refund(info: Info, input: Input[RefundInput]) -> Row:
    """Send a failed refund again."""
    return await run_command(info, Action.RETRY_REFUND, input, refunds.retry_refund, REFUND)


async def settle_refund(info: Info, input: Input[RefundInput]) -> Row:
    """Record that a refund was paid outside the gateway."""
    return await run_command(info, Action.SETTLE_REFUND, input, refunds.settle_refund, REFUND)


async def settle_shortfall(info: Info, input: Input[ShortfallInput]) -> Row:
    """Name the movement that paid what a plan's refunds fall short of."""
    return await run_command(info, Action.SETTLE_SHORTFALL, input, refunds.settle_shortfall, PLAN)


async def send_return(info: Info, input: Input[ReturnMove[Proof]]) -> Row:
    """Record that goods have been sent, or that the proof of it has been checked."""
    return await run_command(info, Action.SEND_RETURN, input, returns.send_return, RETURN)


async def receive_return(info: Info, input: Input[ReturnMove[Receipt]]) -> Row:
    """Record what has arrived."""
    return await run_command(info, Action.RECEIVE_RETURN, input, returns.receive_return, RECEIVED)


async def inspect_return(info: Info, input: Input[ReturnMove[RawInspection]]) -> Row:
    """Grade what has arrived."""
    return await run_command(info, Action.INSPECT_RETURN, input, returns.inspect_return, RETURN)


async def lose_return(info: Info, input: Input[ReturnMove[Loss]]) -> Row:
    """Record that goods under way have not arrived."""
    return await run_command(info, Action.LOSE_RETURN, input, returns.lose_return, RETURN)


async def waive_return(info: Info, input: Input[ReturnMove[None]]) -> Row:
    """Pay back without waiting for the goods, or for their inspection."""
    return await run_command(info, Action.WAIVE_RETURN, input, returns.waive_return, RETURN)


async def receive_unannounced(info: Info, input: Input[UnannouncedInput]) -> Row:
    """Record goods that have arrived without an approved return."""
    return await run_command(info, Action.RECEIVE_UNANNOUNCED, input, returns.receive_unannounced, UNANNOUNCED)


async def add_label(info: Info, input: Input[ReturnMove[None]]) -> Row:
    """Order a label for one more package of a return shipment."""
    return await run_command(info, Action.ADD_LABEL, input, labels.add_label, LABEL_ADDED)


async def retry_label(info: Info, input: Input[LabelInput]) -> Row:
    """Order a label again that the carrier has refused."""
    return await run_command(info, Action.RETRY_LABEL, input, labels.retry_label, LABEL)


async def void_label(info: Info, input: Input[LabelInput]) -> Row:
    """Void a label."""
    return await run_command(info, Action.VOID_LABEL, input, labels.void_label, LABEL)


async def create_order(info: Info, input: Input[IncomingOrder]) -> Row:
    """Create a paid order: the one mutation whose order does not exist before."""

    async def execute() -> Done[ChangedIds]:
        command = command_of(info, Action.CREATE_ORDER, input)
        return await orders.create_order(info.context.commands, command, input.parse())

    answer, ids = await _outcome(info, Action.CREATE_ORDER, execute, ORDER)
    return {**answer, **await _read(info, ORDER, ids)}


async def run_command(
    info: Info,
    action: Action,
    input: Input[Parsed],
    act: Callable[[Transition, Parsed], ChangedIds],
    shows: Shows,
) -> Row:
    """Parse an input, execute its command on the order that it names, and read the payload."""
    answer, ids = await outcome_of(info, action, input, act, shows)
    return {**answer, **await _read(info, shows, ids)}


def outcome_of(
    info: Info,
    action: Action,
    input: Input[Parsed],
    act: Callable[[Transition, Parsed], ChangedIds],
    shows: Shows,
) -> Coroutine[None, None, Outcome]:
    """The same without reading what the payload shows."""

    async def execute() -> Done[ChangedIds]:
        command, parsed = command_of(info, action, input), input.parse()
        return await info.context.commands.execute(command, lambda transition: act(transition, parsed))

    return _outcome(info, action, execute, shows)


def command_of(info: Info, action: Action, input: Input[Parsed]) -> Command:
    """The command of an input. Raises `Refused`, for the role first: it must tell nothing of the rest."""
    actor = info.context.actor
    check_role(action, actor.role)
    check_texts(input)
    return Command(action, actor, input.target(), input.idempotency_key, hash_of(input))


async def _outcome(
    info: Info, action: Action, execute: Callable[[], Awaitable[Done[ChangedIds]]], shows: Shows
) -> Outcome:
    """What came of a command, or the user errors."""
    try:
        done = await execute()
    except Refused as refused:
        return await _refused(info, refused, shows)
    ids = {field: done.changed.get(shown.kind, []) for field, shown in shows.items()}
    sentence = sentence_of(action, info.context.actor.role, done.changed)
    return {"user_errors": [], "replayed": done.replayed, "sentence": sentence, "terms_version": None}, ids


def user_errors(refused: Refused) -> list[Row]:
    """One error for each input that something is wrong with, with all that is."""
    by_field: dict[Path, list[Blocker]] = {}
    for blocker in refused.blockers:
        by_field.setdefault(blocker.about, []).append(blocker)
    return [
        {
            "code": blockers[0].code,
            "field": ["input", *about],
            "message": " ".join(blocker.message for blocker in blockers),
            "blockers": [{"code": blocker.code, "message": blocker.message} for blocker in blockers],
        }
        for about, blockers in by_field.items()
    ]


async def _refused(info: Info, refused: Refused, shows: Shows) -> Outcome:
    """Nothing has changed; of a stale object the present state is shown."""
    info.context.refusals.extend(blocker.code for blocker in refused.blockers)
    current = refused.current or ""
    model = MODELS_BY_PREFIX.get(prefix_of(current))
    ids = {
        field: [current] if model == shown.model.__name__ and not shown.opened else [] for field, shown in shows.items()
    }
    in_force = await info.context.reference.terms_if_outdated(info.context.refusals)
    answer = {"user_errors": user_errors(refused), "replayed": False, "sentence": None, "terms_version": in_force}
    return answer, ids


async def _read(info: Info, shows: Shows, ids: Mapping[str, list[str]]) -> Row:
    """The objects of a payload that are asked for, all with one statement, each field's in the order of its ids."""
    asked = reads.selected_names(info)
    fields = [name for name, shown in shows.items() if ids[name] and not asked.isdisjoint((name, *shown.columns))]
    wanted = [
        reads.Wanted(shows[field].model, Condition.among("id", ids[field]), field, shows[field].columns)
        for field in fields
    ]
    found = dict(zip(fields, await reads.several(info, wanted), strict=True)) if wanted else {}
    payload: Row = {}
    for field, shown in shows.items():
        rows = sorted(found.get(field, []), key=lambda row: ids[field].index(row["id"]))
        payload[field] = rows if shown.many else rows[0] if rows else None
    return payload
