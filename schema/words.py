"""GraphQL enums of the domain's words. Each value is described by its meaning."""

from enum import Enum

import strawberry

from domain import actions, desk, law, messages, refusals, words

_NEW = "Clients must accept values that are added later."


def _show(word: type[words.Word], name: str) -> None:
    strawberry.enum(word, name=name, description=f"{(word.__doc__ or '').strip()} {_NEW}")
    definition = vars(word)["__strawberry_definition__"]
    for value in definition.values:
        value.description = word[value.name].meaning


for _word in (
    words.Role,
    words.Subject,
    words.TransactionType,
    words.Rest,
    words.PackageStatus,
    words.OrderStatus,
    words.RequestStatus,
    words.PlanStatus,
    words.RefundStatus,
    words.RefundState,
    words.DisputeStatus,
    words.MovementKind,
    words.PlanOrigin,
    words.WaitingOn,
    words.ReasonAudience,
    words.ItemStatus,
    words.Advice,
    actions.Action,
    actions.OwnerAction,
    actions.Effect,
    words.DeliveryState,
    words.RefundTrigger,
    words.ReturnMethod,
    words.ReturnKind,
    words.ReturnStatus,
    words.LabelStatus,
    words.GoodsCondition,
    words.Disposition,
    words.AdjustmentKind,
    words.Bearer,
    words.AtDeadline,
    words.ExportedList,
    words.ExportState,
    law.Basis,
    law.Exemption,
    law.WithdrawalStatus,
    law.ObjectionGround,
    law.KeptGround,
    words.TermsStatus,
    words.TermsFault,
    words.TermsDeadline,
    words.TermsFieldKind,
    messages.MessageType,
    messages.MessageState,
    desk.SearchKind,
    desk.SearchMatch,
    desk.ViewedList,
):
    _show(_word, _word.__name__)
_show(refusals.Refusal, "ErrorCode")


@strawberry.enum(description="What a condition of an edge reads.")
class ConditionKind(Enum):
    OFFERED = strawberry.enum_value(
        "OFFERED", description="The condition reads facts and decides whether the action is offered."
    )
    ACCEPTED = strawberry.enum_value(
        "ACCEPTED", description="The condition reads the command's input and decides whether it is accepted."
    )
