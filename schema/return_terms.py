"""The versions of the terms: types, inputs, queries and mutations."""

from enum import Enum
from typing import Annotated, Any, ClassVar

import strawberry

import models
from domain.law import Basis
from domain.refusals import Refusal
from domain.terms_table import meaning
from domain.words import TermsFault, TermsStatus
from engine.execution.computed import Needs, computed
from resolvers import filters, queries, return_terms
from resolvers.context import Info
from schema.arguments import After, Before, First, Id, Last
from schema.common import VERSION, Money, Node, PageInfo, money_of
from schema.inputs.base import repeatable, versioned
from schema.inputs.returns import ReturnTermsInput
from schema.lists import COUNT, CURSOR, EDGES, NODES, PAGE_INFO
from schema.orders import OrderItem
from schema.payloads import Payload
from schema.requests import CancellationRequest, ReturnTerms, terms_shown
from schema.scalars import Amount, CurrencyCode, DateTime
from services.terms_wanted import MatcherWanted, PriceWanted, RuleWanted

_LEFT_OUT = "If left out, it may be any."
_NULL = "Null if it may be any."
TermsNumber = Annotated[int | None, strawberry.argument(description="The number of a published version.")]
TermsId = Annotated[strawberry.ID, strawberry.argument(description="The id of a version, published or not.")]
Against = Annotated[
    strawberry.ID | None, strawberry.argument(description="The id of the version before. If left out, that in force.")
]
OrderId = Annotated[strawberry.ID, strawberry.argument(description="The id of the order.")]
Asked = Annotated[
    strawberry.ID | None, strawberry.argument(description="The id of the version to ask. If left out, that in force.")
]
Placed = Annotated[
    str | None,
    strawberry.argument(description="The market to ask for, as if the order was placed there. If left out, its own."),
]
Latest = Annotated[int, strawberry.argument(description="The number of returns, from 1 to 1000.")]


@strawberry.type(description="Prices of a unit before discount, both ends included.")
class TermsPrice:
    currency: CurrencyCode = strawberry.field(description="The currency: a price in another one is not among these.")
    from_: Money | None = computed(
        lambda row: _money(row, "from_minor"), name="from", description="The lowest price; null if there is none."
    )
    to: Money | None = computed(
        lambda row: _money(row, "to_minor"), description="The highest price; null if there is none."
    )


def _money(row: dict[str, Any], name: str) -> dict[str, str] | None:
    return None if row[name] is None else money_of(row[name], row["currency"])


def _values(stored: str, name: str) -> Any:
    return computed(lambda row: row.get(stored), description=f"{meaning(f'matcher.{name}')} {_NULL}")


@strawberry.type(description="What an item must have so that a rule decides on it: every condition must hold.")
class TermsMatcher:
    markets: list[str] | None = _values("markets", "markets")
    seller_ids: list[strawberry.ID] | None = _values("sellers", "sellerIds")
    countries: list[str] | None = _values("countries", "countries")
    categories: list[str] | None = _values("categories", "categories")
    tags: list[str] | None = _values("tags", "tags")
    bases: list[Basis] | None = _values("bases", "bases")
    price: TermsPrice | None = _values("price", "price")


@strawberry.type(description="A rule of the terms. Of all rules that match an item, the first one decides.")
class TermsRule:
    name: str = strawberry.field(description="The name, which no other rule of the version has.")
    matcher: TermsMatcher = strawberry.field(description="What an item must have.")
    terms: ReturnTerms = computed(lambda row: terms_shown(row["outcome"]), description="How its return goes.")
    revision: int = strawberry.field(
        description="How often a rule of this name has said something else, from version to version, counted from 1."
    )
    changed_at: DateTime | None = computed(
        lambda row: row["changedAt"], description="The time of the last such change; null in a draft."
    )


@strawberry.type(description="A rule that decides on nothing.")
class TermsFinding:
    rule: str = strawberry.field(description="The name of the rule.")
    fault: TermsFault = strawberry.field(description="Why it decides on nothing.")
    by: list[str] = strawberry.field(description="The names of the earlier rules that are the reason.")


def _rules(row: dict[str, Any]) -> list[dict[str, Any]]:
    return [return_terms.rule_row(rule, row["number"]) for rule in row["rules"]]


def _findings(row: dict[str, Any]) -> list[dict[str, Any]]:
    names = [rule["name"] for rule in row["rules"]]
    return [
        {**found, "rule": names[found["rule"]], "by": [names[place] for place in found["by"]]}
        for found in row["findings"]
    ]


@strawberry.type(
    description="A version of the terms. Of the published ones, that of the latest `effectiveAt` that has passed is in "
    "force, of two at one moment that of the higher `number`."
)
class TermsVersion(Node):
    prefix: ClassVar[str] = "terms"
    status: TermsStatus = strawberry.field(description="The status of the version.")
    number: int | None = strawberry.field(description="The number, counted from 1; null of a draft.")
    based_on: int = strawberry.field(
        description="The number of the last version that was published before this was written; 0 if none was."
    )
    in_force: bool = computed(
        lambda row: bool(row["in_force"]),
        needs=Needs("id", derived={"in_force": return_terms.IS_IN_FORCE}),
        description="Whether this version is in force now.",
    )
    effective_at: DateTime | None = strawberry.field(description="The time from which on it rules; null of a draft.")
    published_at: DateTime | None = strawberry.field(description="The time of its publishing; null of a draft.")
    published_by: str | None = strawberry.field(
        description="The subject of the token of the owner who published it; null of a draft."
    )
    note: str | None = strawberry.field(description="What the owner has noted on it.")
    rules: list[TermsRule] = computed(
        _rules, needs=Needs("rules", "number"), description="The rules, in the order in which they are tried."
    )
    findings: list[TermsFinding] = computed(
        _findings, needs=Needs("rules", "findings"), description="The rules that decide on nothing."
    )
    created_at: DateTime = strawberry.field(description="The time at which it was first written.")
    updated_at: DateTime = strawberry.field(description="The time of the last change.")
    version: int = strawberry.field(description=VERSION)


@strawberry.type(description="A version of the terms on a page, with its cursor.")
class TermsVersionEdge:
    cursor: str = strawberry.field(description=CURSOR)
    node: TermsVersion = strawberry.field(description="The version.")


@strawberry.type(description="A page of versions of the terms.")
class TermsVersionConnection:
    edges: list[TermsVersionEdge] = strawberry.field(description=EDGES)
    nodes: list[TermsVersion] = strawberry.field(description=NODES)
    page_info: PageInfo = strawberry.field(description=PAGE_INFO)
    total_count: int = strawberry.field(description=COUNT)


@strawberry.input(description="Conditions on versions of the terms. An empty list finds nothing.")
class TermsFilter:
    status: list[TermsStatus] | None = strawberry.field(default=None, description="The status is one of these.")


@strawberry.enum(description="The sort order of versions of the terms.")
class TermsOrder(Enum):
    CREATED_AT_DESC = strawberry.enum_value("-created_at", description="The newest first.")
    CREATED_AT_ASC = strawberry.enum_value("created_at", description="The oldest first.")


@strawberry.type(description="A rule that two versions of the terms have, but not in the same way.")
class TermsRuleChange:
    before: TermsRule = strawberry.field(description="The rule before.")
    after: TermsRule = strawberry.field(description="The rule after.")
    fields: list[str] = strawberry.field(
        description="What has changed of it, such as `matcher.tags` or `terms.windows`."
    )
    moved: bool = strawberry.field(description="Whether it stands elsewhere among the rules that both versions have.")


@strawberry.type(description="How two versions of the terms differ. Rules with one name are one rule.")
class TermsDiff:
    added: list[TermsRule] = strawberry.field(description="The rules that only the later version has.")
    removed: list[TermsRule] = strawberry.field(description="The rules that only the earlier version has.")
    changed: list[TermsRuleChange] = strawberry.field(description="The rules that have changed or moved.")


@strawberry.type(description="A rule that does not match an item.")
class TermsPassedOver:
    rule: str = strawberry.field(description="The name of the rule.")
    failed: list[str] = strawberry.field(
        description="The conditions that do not hold, such as `tags` or `price`, by the names that a matcher has."
    )


@strawberry.type(description="Which rule of the terms decides on an item, and why none before it does.")
class TermsExplanation:
    order_item: OrderItem = strawberry.field(description="The item.")
    version: int | None = strawberry.field(description="The number of the version; null of a draft, and without terms.")
    rule: str | None = strawberry.field(description="The name of the rule; null if none matches.")
    return_terms: ReturnTerms | None = computed(
        lambda row: terms_shown(row["return_terms"]), description="How a return goes; null if no rule matches."
    )
    window_ends_at: DateTime | None = strawberry.field(
        description="The last moment of the window for a voluntary return, by these terms or else by the return "
        "policy; null before the delivery."
    )
    passed_over_count: int = strawberry.field(description="The number of rules before that do not match.")
    passed_over: list[TermsPassedOver] = strawberry.field(
        description="The last hundred rules before that do not match, in order."
    )


@strawberry.type(description="A return of which a version of the terms says something else than was decided by.")
class TermsDifference:
    request: CancellationRequest = strawberry.field(description="The return.")
    order_item: OrderItem = strawberry.field(description="The item of it that the difference is about.")
    refused: Refusal | None = strawberry.field(
        description="Why the customer could not have requested it; null if it could have been."
    )
    before: ReturnTerms | None = computed(
        lambda row: terms_shown(row["before"]), description="The terms that it has; null if no rule was for it."
    )
    after: ReturnTerms | None = computed(
        lambda row: terms_shown(row["after"]), description="The terms of the version; null if no rule is for it."
    )


@strawberry.type(description="What a version of the terms would have said of the latest returns.")
class TermsSimulation:
    looked_at: int = strawberry.field(description="The number of returns that were looked at.")
    otherwise: int = strawberry.field(description="The number of those of which it says something else.")
    refused: int = strawberry.field(description="The number of those that could not have been requested.")
    differences: list[TermsDifference] = strawberry.field(description="The first hundred of them, the newest first.")


@strawberry.input(description="Prices of a unit before discount: `from`, `to` or both; both ends are included.")
class TermsPriceInput:
    currency: CurrencyCode = strawberry.field(description="The currency.")
    from_: Amount | None = strawberry.field(default=None, name="from", description="The lowest price.")
    to: Amount | None = strawberry.field(default=None, description="The highest price.")


def _asked(name: str) -> Any:
    return strawberry.field(default=None, description=f"{meaning(f'matcher.{name}')} {_LEFT_OUT}")


@strawberry.input(
    description="What an item must have: every condition that is given must hold. Without any, each item matches. An "
    "empty list is refused."
)
class TermsMatcherInput:
    markets: list[str] | None = _asked("markets")
    seller_ids: list[strawberry.ID] | None = _asked("sellerIds")
    countries: list[str] | None = _asked("countries")
    categories: list[str] | None = _asked("categories")
    tags: list[str] | None = _asked("tags")
    bases: list[Basis] | None = _asked("bases")
    price: TermsPriceInput | None = _asked("price")

    def parse(self) -> MatcherWanted:
        price = self.price
        return MatcherWanted(
            markets=_tuple(self.markets),
            seller_ids=_tuple(self.seller_ids),
            countries=_tuple(self.countries),
            categories=_tuple(self.categories),
            tags=_tuple(self.tags),
            bases=None if self.bases is None else tuple(self.bases),
            price=PriceWanted(price.currency, price.from_, price.to) if price else None,
        )


def _tuple(values: list[Any] | None) -> tuple[str, ...] | None:
    return None if values is None else tuple(map(str, values))


@strawberry.input(description="A rule of the terms.")
class TermsRuleInput:
    name: str = strawberry.field(description="The name, of at most 100 characters, which no other rule has.")
    terms: ReturnTermsInput = strawberry.field(description="How the return of an item goes that the rule decides on.")
    matcher: TermsMatcherInput | None = strawberry.field(
        default=None, description="What an item must have. If left out, each item matches."
    )

    def parse(self) -> RuleWanted:
        return RuleWanted(self.name, self.matcher.parse() if self.matcher else MatcherWanted(), self.terms.parse())


@strawberry.input(description="The input of `draftTerms`.")
class DraftTermsInput:
    id: strawberry.ID | None = strawberry.field(
        default=None, description="The draft to write anew. If left out, a new one is written."
    )
    rules: list[TermsRuleInput] | None = strawberry.field(
        default=None,
        description="All rules of the version, in the order in which they are tried; at most 1000. If left out, the "
        "version has none, so that nothing is waited for. An empty list is refused.",
    )
    note: str | None = strawberry.field(default=None, description="A note for the owner, such as why it was written.")
    expected_version: int | None = versioned()
    idempotency_key: str | None = repeatable()

    def parsed_rules(self) -> tuple[RuleWanted, ...] | None:
        return None if self.rules is None else tuple(rule.parse() for rule in self.rules)


@strawberry.input(description="The input of `publishTerms`.")
class PublishTermsInput:
    id: strawberry.ID = strawberry.field(description="The draft.")
    at: DateTime | None = strawberry.field(
        default=None, description="The time from which on it rules, which has not passed. If left out, at once."
    )
    expected_version: int | None = versioned()
    idempotency_key: str | None = repeatable()


@strawberry.input(description="The input of `discardTerms`.")
class DiscardTermsInput:
    id: strawberry.ID = strawberry.field(description="The draft.")
    expected_version: int | None = versioned()
    idempotency_key: str | None = repeatable()


@strawberry.type(description="The result of the mutations `draftTerms` and `publishTerms`.")
class TermsPayload(Payload):
    terms: TermsVersion | None = strawberry.field(description="The version; null if the command was refused.")


@strawberry.type(description="The result of the mutation `discardTerms`.")
class DiscardTermsPayload(Payload):
    discarded_id: strawberry.ID | None = strawberry.field(
        description="The id of the draft that was thrown away; null if the command was refused."
    )


@strawberry.type
class TermsQuery:
    @strawberry.field(
        description="A version of the terms by its id or its number, the one in force if neither is given; null if "
        "there is none. For the owner only."
    )
    async def terms(self, info: Info, id: Id = None, version: TermsNumber = None) -> TermsVersion | None:
        return await return_terms.version(info, id, version)

    @strawberry.field(description="The versions of the terms, published ones and drafts. For the owner only.")
    async def terms_versions(
        self,
        info: Info,
        filter: TermsFilter | None = None,
        order_by: TermsOrder = TermsOrder.CREATED_AT_DESC,
        first: First = 20,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> TermsVersionConnection:
        return_terms.owner_only(info)
        window = {"first": first, "after": after, "last": last, "before": before}
        return await queries.page(info, models.TermsVersion, filters.terms(filter), order_by, window)

    @strawberry.field(
        description="How a version of the terms differs from another; null if one does not exist. For the owner only."
    )
    async def diff_terms(self, info: Info, id: TermsId, before: Against = None) -> TermsDiff | None:
        return await return_terms.difference(info, before, id)

    @strawberry.field(
        description="Which rule of the terms decides on each item of an order, and why the rules before it do not; "
        "null if the order or the version does not exist. For the owner only."
    )
    async def explain_terms(
        self, info: Info, order_id: OrderId, terms_id: Asked = None, market: Placed = None
    ) -> list[TermsExplanation] | None:
        return await return_terms.explain(info, order_id, terms_id, market)

    @strawberry.field(
        description="What a version of the terms, such as a draft, would have said of the latest returns; null if it "
        "does not exist. For the owner only."
    )
    async def simulate_terms(self, info: Info, id: TermsId, latest: Latest = 100) -> TermsSimulation | None:
        return await return_terms.simulation(info, id, latest)


@strawberry.type
class TermsMutation:
    @strawberry.mutation(
        description="Write a draft of the terms, or write one anew. It rules over nothing before it is published. For "
        "the owner."
    )
    async def draft_terms(self, info: Info, input: DraftTermsInput) -> TermsPayload:
        return await return_terms.draft(info, input)

    @strawberry.mutation(description="Throw a draft of the terms away. A published version is refused. For the owner.")
    async def discard_terms(self, info: Info, input: DiscardTermsInput) -> DiscardTermsPayload:
        return await return_terms.discard(info, input)

    @strawberry.mutation(
        description="Publish a draft of the terms, at once or at a moment. A published version is never changed. For "
        "the owner."
    )
    async def publish_terms(self, info: Info, input: PublishTermsInput) -> TermsPayload:
        return await return_terms.publish(info, input)
