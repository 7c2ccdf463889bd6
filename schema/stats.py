"""Figures of returns, by day."""

import strawberry

from domain.figures import BrokenDeadline
from domain.words import RefundState, TransactionType
from engine.execution.computed import Row, computed
from resolvers import stats
from resolvers.context import Info
from schema.common import Money, amount_of, money_of
from schema.people import Seller
from schema.scalars import Day
from schema.terms import CancellationReason

RATE = "Returned units of a hundred ordered ones, in basis points; null if nothing was ordered."


def _refunded(row: Row) -> list[dict[str, str]]:
    return [money_of(minor, currency) for currency, minor in row["refunded"]]


@strawberry.input(description="Which days, whose figures.")
class ReturnStatsFilter:
    from_: Day = strawberry.field(name="from", description="The first day.")
    to: Day = strawberry.field(description="The last day; at most a year and a day later.")
    seller_id: strawberry.ID | None = strawberry.field(
        default=None, description="The figures of this seller alone. For a seller, all others have none."
    )
    transaction: TransactionType | None = strawberry.field(
        default=None, description="The figures of one type of requests. Ordered units are those of both."
    )


@strawberry.type(description="What was counted, of one day or of several.")
class ReturnFigures:
    ordered_units: int = strawberry.field(description="The units of orders that were placed.")
    canceled_units: int = strawberry.field(description="The units of cancellations that are complete.")
    returned_units: int = strawberry.field(description="The units of returns that are complete.")
    return_rate: int | None = strawberry.field(description=RATE)
    opened: int = strawberry.field(description="The requests that were opened.")
    confirmed: int = strawberry.field(description="The requests that were approved.")
    rejected: int = strawberry.field(description="The requests that were rejected.")
    withdrawn: int = strawberry.field(description="The requests that were withdrawn.")
    expired: int = strawberry.field(description="The requests whose time passed.")
    completed: int = strawberry.field(description="The requests whose money has gone back.")
    deadlines_broken: int = strawberry.field(description="The deadlines that somebody let pass.")
    refunded: list[Money] = computed(
        _refunded, description="The money of requests that were completed, an entry for each currency."
    )


@strawberry.type(description="The figures of a day.")
class ReturnDay:
    day: Day = strawberry.field(description="The day.")
    figures: ReturnFigures = strawberry.field(description="What was counted.")


@strawberry.type(description="How many took a time in these bounds.")
class TimeBucket:
    from_: int = computed(lambda row: row["from"], name="from", description="The least, in seconds.")
    to: int | None = strawberry.field(description="The time that it is less than, in seconds; null for no bound.")
    count: int = strawberry.field(description="How many.")


@strawberry.type(description="How long something took. Buckets add up over days and sellers.")
class TimesTaken:
    count: int = strawberry.field(description="How many.")
    median: int | None = strawberry.field(
        description="The time that half of them took at most, in seconds, read from the buckets; null without any."
    )
    p95: int | None = strawberry.field(
        description="The time that 95 of a hundred took at most, in seconds, read from the buckets; null without any."
    )
    buckets: list[TimeBucket] = strawberry.field(description="The buckets that have any, the shortest first.")


@strawberry.type(description="How often a deadline was let pass.")
class BrokenDeadlines:
    deadline: BrokenDeadline = strawberry.field(description="The deadline.")
    count: int = strawberry.field(description="How often.")


@strawberry.type(description="A reason, with the units that were asked for with it.")
class ReasonFigure:
    reason: CancellationReason = strawberry.field(description="The reason.")
    units: int = strawberry.field(description="The units of requests that were opened.")


@strawberry.type(description="A product, with the units of it that were asked for.")
class ProductFigure:
    seller: Seller = strawberry.field(description="The seller of the product.")
    sku: str = computed(lambda row: row["key"], description="The seller's number of the product.")
    name: str = strawberry.field(description="A name of the product in the orders.")
    units: int = strawberry.field(description="The units of requests that were opened.")


@strawberry.type(description="A seller, with its returned units.")
class SellerFigure:
    seller: Seller = strawberry.field(description="The seller.")
    ordered_units: int = computed(lambda row: row["ordered"], description="The units of orders that were placed.")
    returned_units: int = computed(lambda row: row["units"], description="The units of returns that are complete.")
    return_rate: int | None = computed(lambda row: row["rate"], description=RATE)


@strawberry.type(description="Money of plans that has not gone back, in one currency.")
class WaitingMoney:
    state: RefundState = strawberry.field(description="Why it waits.")
    plans: int = strawberry.field(description="The number of plans.")
    total: Money = amount_of("total_minor", description="The money of the plans together.")


@strawberry.type(
    description="Figures of returns. The worker counts them from the journal a few seconds behind; money that waits is "
    "that of now. docs/figures.md defines each."
)
class ReturnStats:
    from_: Day = computed(lambda row: row["from"], name="from", description="The first day.")
    to: Day = strawberry.field(description="The last day.")
    zone: str | None = strawberry.field(description="The time zone of the days; null before anything is counted.")
    totals: ReturnFigures = strawberry.field(description="All days together.")
    days: list[ReturnDay] = strawberry.field(description="Each day, also one without anything.")
    time_to_answer: TimesTaken = strawberry.field(description="From a request to the decision.")
    time_to_receive: TimesTaken = strawberry.field(description="From the agreement on a return to the goods' arrival.")
    time_to_refund: TimesTaken = strawberry.field(description="From a request to its completion.")
    deadlines_broken: list[BrokenDeadlines] = strawberry.field(
        description="The deadlines that were let pass, the most frequent first."
    )
    reasons: list[ReasonFigure] = strawberry.field(description="The ten most frequent reasons.")
    products: list[ProductFigure] = strawberry.field(description="The ten products that were asked for most.")
    sellers: list[SellerFigure] = strawberry.field(description="The ten sellers with the most returned units.")
    money_waiting: list[WaitingMoney] = strawberry.field(description="The money that waits now.")


@strawberry.type
class StatsQuery:
    @strawberry.field(
        description="Figures of returns and cancellations by day. The owner is shown those of all, a seller its own."
    )
    async def return_stats(self, info: Info, filter: ReturnStatsFilter) -> ReturnStats:
        return await stats.figures(info, filter)
