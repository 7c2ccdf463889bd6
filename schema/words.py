"""GraphQL enums of the domain's words. Each value is described by its meaning."""

from enum import Enum

import strawberry

from domain import messages, words

_NEW = "Clients must accept values that are added later."


def _show(word: type[words.Word], name: str) -> None:
    strawberry.enum(word, name=name, description=f"{(word.__doc__ or '').strip()} {_NEW}")
    definition = vars(word)["__strawberry_definition__"]
    for value in definition.values:
        value.description = word[value.name].meaning


for _name in (
    "Role",
    "Subject",
    "TransactionType",
    "Rest",
    "PackageStatus",
    "OrderStatus",
    "RequestStatus",
    "PlanStatus",
    "RefundStatus",
    "RefundState",
    "DisputeStatus",
    "MovementKind",
    "PlanOrigin",
    "WaitingOn",
    "ReasonAudience",
    "ItemStatus",
    "Advice",
    "Action",
    "OwnerAction",
    "Effect",
    "DeliveryState",
    "RefundTrigger",
    "ReturnMethod",
    "ReturnKind",
    "ReturnStatus",
    "LabelStatus",
    "GoodsCondition",
    "Disposition",
    "AdjustmentKind",
    "Bearer",
    "AtDeadline",
    "Basis",
    "Exemption",
    "TermsStatus",
    "TermsFault",
):
    _show(getattr(words, _name), _name)
_show(words.Refusal, "ErrorCode")
_show(messages.MessageType, "MessageType")
_show(messages.MessageState, "MessageState")


@strawberry.enum(description="What a condition of an edge reads.")
class ConditionKind(Enum):
    OFFERED = strawberry.enum_value(
        "OFFERED", description="The condition reads facts and decides whether the action is offered."
    )
    ACCEPTED = strawberry.enum_value(
        "ACCEPTED", description="The condition reads the command's input and decides whether it is accepted."
    )
