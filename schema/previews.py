"""What a mutation would bring about, without its happening."""

import strawberry

from domain.words import TransactionType
from schema.common import Money, amount_of
from schema.orders import Payment
from schema.payloads import UserError
from schema.people import Seller
from schema.plans import PlanLine


@strawberry.type(description="What would go back to one payment.")
class Tender:
    payment: Payment
    method: str
    amount: Money = amount_of("amount_minor")


@strawberry.type(description="A plan that would be made, if everybody agreed now.")
class PreviewPlan:
    transaction: TransactionType
    seller: Seller
    lines: list[PlanLine]
    tenders: list[Tender] = strawberry.field(
        description="In the order in which the payments are filled. Empty for sellers."
    )
    total: Money = amount_of("total_minor")


@strawberry.type(description="What the mutation of the same input would do now. Nothing has changed.")
class Preview:
    plans: list[PreviewPlan] = strawberry.field(description="Empty when the mutation would be refused.")
    user_errors: list[UserError] = strawberry.field(description="Why it would be refused.")
