"""The domain's words as GraphQL enums, each value with its meaning."""

from enum import Enum

import strawberry

from domain import words

_NEW = "Clients must expect new members."


def _show(word: type[words.Word], name: str) -> None:
    strawberry.enum(word, name=name, description=f"{(word.__doc__ or '').strip()} {_NEW}")
    definition = vars(word)["__strawberry_definition__"]
    for value in definition.values:
        value.description = word[value.name].meaning


for _name in (
    "Role",
    "Subject",
    "TransactionType",
    "PackageStatus",
    "OrderStatus",
    "RequestStatus",
    "PlanStatus",
    "RefundStatus",
    "RefundState",
    "WaitingOn",
    "ItemStatus",
    "Action",
    "Effect",
    "DeliveryState",
):
    _show(getattr(words, _name), _name)
_show(words.Refusal, "ErrorCode")


@strawberry.enum(description="When a condition of a rule is looked at.")
class ConditionKind(Enum):
    OFFERED = strawberry.enum_value(
        "OFFERED", description="A fact of the world: decides whether the action is offered."
    )
    ACCEPTED = strawberry.enum_value(
        "ACCEPTED", description="About this command's input: decides whether it is accepted."
    )
