"""A marketplace of the tests' own: real services on a real database, spoken to over HTTP as clients do."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import httpx
import orjson
from starlette.applications import Starlette
from tortoise.connection import get_connection

import database
from app.application import Application
from app.auth.tokens import mint
from app.routes import site as site_of
from domain.facts import Actor
from domain.words import Role
from events.notifier import ProcessNotifier
from gateways.payments.ledger import LedgerGateway, open_ledger
from services.worker.due import Worker
from settings import Settings

SECRET = "a secret of the tests, long enough for HS256"
OWNER = Actor(Role.OWNER, "olga")
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
POLICY = "2026-01"

_CREATE = """mutation Create($input: CreateOrderInput!) { createOrder(input: $input) {
  userErrors { code field message }
  order { id number items { id sku package { id } seller { id handle } } packages { id seller { handle } }
          sellerOrders { id seller { id handle } } } } }"""

TERMS = """
insert into return_policy (id, version, texts, window_days, response_days, refund_days, current, published_at,
  effective_at)
values ('policy_1', '2026-01', '{"en": "Fourteen days."}', 14, 3, 5, true, '2026-01-01Z', '2026-01-01Z'),
       ('policy_0', '2025-01', '{"en": "Seven days."}', 7, 3, 5, false, '2025-01-01Z', '2025-01-01Z');
insert into cancellation_reason (id, handle, transaction, labels, needs_note, active, position) values
  ('reason_1', 'changed_mind', 'CANCEL', '{"en": "Changed my mind", "de": "Anders überlegt"}', false, true, 1),
  ('reason_2', 'other_cancel', 'CANCEL', '{"en": "Something else"}', true, true, 2),
  ('reason_3', 'does_not_fit', 'REFUND', '{"en": "Does not fit", "de": "Passt nicht"}', false, true, 3),
  ('reason_4', 'damaged', 'REFUND', '{"en": "Damaged"}', true, true, 4),
  ('reason_5', 'retired', 'CANCEL', '{"en": "No longer offered"}', false, false, 5);
insert into cancellation_reason (id, handle, transaction, labels, needs_note, active, position, audiences) values
  ('reason_6', 'sold_out', 'CANCEL', '{"en": "Out of stock", "de": "Ausverkauft"}', false, true, 6,
   '["SELLER", "OWNER"]'),
  ('reason_7', 'customers_only', 'CANCEL', '{"en": "A surprise"}', false, true, 7, '["CUSTOMER"]');
"""


@dataclass(slots=True)
class Clock:
    """A clock that stands still until it is moved."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **time: float) -> None:
        """Let that much time pass."""
        self.now += timedelta(**time)


@dataclass(slots=True)
class Order:
    """An order that a test has made: ids of its items by sku, of packages and sellers by the seller's handle.

    A package of an item apart is named by the item's sku.
    """

    id: str
    number: str
    items: dict[str, str]
    packages: dict[str, str]
    sellers: dict[str, str]
    customer: str


@dataclass(slots=True)
class Market:
    """The application with a clock to turn and a worker to step."""

    http: httpx.AsyncClient
    one: Application
    clock: Clock
    worker: Worker
    url: str
    _numbers: "count[int]" = field(default_factory=lambda: count(1))

    async def ask(self, actor: Actor | None, query: str, **variables: Any) -> dict[str, Any]:
        """The whole response of an operation."""
        headers = {"accept": "application/json"}
        if actor is not None:
            headers["authorization"] = f"Bearer {mint(SECRET, actor, ttl=86400 * 365)}"
        body = {"query": query, "variables": variables}
        response = await self.http.post("/graphql", content=orjson.dumps(body), headers=headers | JSON)
        answer: dict[str, Any] = response.json()
        return answer

    async def data(self, actor: Actor | None, query: str, **variables: Any) -> Any:
        """The data of an operation that has no errors."""
        answer = await self.ask(actor, query, **variables)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    async def do(self, actor: Actor, mutation: str, shows: str = "", **values: Any) -> Any:
        """The payload of a mutation by its name, with its user errors."""
        kind = INPUTS[mutation]
        text = f"mutation Act($input: {kind}!) {{ {mutation}(input: $input) {{ {shows} {ERRORS} }} }}"
        return (await self.data(actor, text, input=values))[mutation]

    async def order(
        self,
        *parts: "Part",
        customer: str = "ada",
        person: dict[str, str] | None = None,
        paid: tuple[str, ...] | None = None,
        **more: Any,
    ) -> Order:
        """Take in an order; paid with one card to the cent unless said otherwise. `more` are fields of the input."""
        number = f"N-{next(self._numbers)}"
        parts = parts or (Part("north", {"lamp": (2, "10.00"), "bulb": (1, "3.50")}, "4.90"),)
        captured = paid or (f"{sum(part.total for part in parts):.2f}",)
        values = {
            "number": number,
            "currency": "EUR",
            "placedAt": self.clock().isoformat(),
            "customer": {"subject": customer, "name": customer.title(), **(person or {})},
            "sellerOrders": [part.input() for part in parts],
            "payments": [
                {"method": "card", "captured": one, "reference": f"{number}/{n}"} for n, one in enumerate(captured)
            ],
            **more,
        }
        payload = (await self.data(OWNER, _CREATE, input=values))["createOrder"]
        assert payload["userErrors"] == [], payload
        made = payload["order"]
        apart = {sku for part in parts for sku in part.apart}
        items = [
            {"sku": item["sku"], "seller": item["seller"]["handle"], "package": item["package"]["id"]}
            for item in made["items"]
        ]
        return Order(
            made["id"],
            made["number"],
            {item["sku"]: item["id"] for item in made["items"]},
            {item["sku" if item["sku"] in apart else "seller"]: item["package"] for item in items},
            {part["seller"]["handle"]: part["seller"]["id"] for part in made["sellerOrders"]},
            customer,
        )

    async def move(self, order: Order, handle: str, *statuses: str, package: str | None = None) -> None:
        """Let a seller move its package on, or the one of a sku apart, also in spite of waiting cancellations."""
        moved: dict[str, Any] = {"packageId": order.packages[package or handle], "despiteRequests": True}
        for status in statuses:
            payload = await self.do(seller(order, handle), "updatePackageStatus", **moved, status=status)
            assert payload["userErrors"] == [], payload

    async def request(self, order: Order, **units: int) -> dict[str, Any]:
        """Let the customer ask for units of one seller by sku; the reason fits the package. The one request made."""
        eligibility = "query Q($id: ID!) { order(id: $id) { items { sku eligibility { transaction } } } }"
        found = await self.data(customer(order.customer), eligibility, id=order.id)
        ways = {item["sku"]: item["eligibility"]["transaction"] for item in found["order"]["items"]}
        reasons = {"CANCEL": "changed_mind", "REFUND": "does_not_fit"}
        items = [
            {"orderItemId": order.items[sku], "quantity": quantity, "reason": reasons[ways[sku]]}
            for sku, quantity in units.items()
        ]
        payload = await self.do(
            customer(order.customer), "requestReturn", REQUESTS, orderId=order.id, items=items, policyVersion=POLICY
        )
        assert payload["userErrors"] == [], payload
        (request,) = payload["requests"]
        return dict(request)

    async def apply(self, request: dict[str, Any]) -> dict[str, Any]:
        """Let the owner apply a waiting cancellation; the plan."""
        payload = await self.do(
            OWNER,
            "applyCancellation",
            "plans { id status total { amount } }",
            transaction="CANCEL",
            requestId=request["id"],
            confirm=True,
        )
        assert payload["userErrors"] == [], payload
        return dict(payload["plans"][0])

    async def work(self) -> None:
        """Let the worker do everything that is due now."""
        while await self.worker.once():
            pass

    async def rows(self, sql: str, *args: Any) -> list[dict[str, Any]]:
        """What stands in the database."""
        found: list[dict[str, Any]] = await get_connection("default").execute_query_dict(sql, list(args))
        return found

    async def fingerprint(self) -> str:
        """A digest of every row of every table: the same before and after what must change nothing."""
        tables = await self.rows("select tablename from pg_tables where schemaname = 'public' order by 1")
        parts = [
            f"(select coalesce(md5(string_agg(t::text, '|' order by t::text)), '') from \"{row['tablename']}\" t)"
            for row in tables
        ]
        return str((await self.rows(f"select {' || '.join(parts)} as digest"))[0]["digest"])


@dataclass(frozen=True, slots=True)
class Part:
    """One seller's part of an order to be made: sku → (units, unit price). Items `apart` have packages of their own."""

    handle: str
    items: dict[str, tuple[int, str]]
    shipping: str = "0.00"
    apart: tuple[str, ...] = ()
    surcharge: str | None = None

    @property
    def total(self) -> float:
        """What it costs."""
        return float(self.shipping) + sum(units * float(price) for units, price in self.items.values())

    def input(self) -> dict[str, Any]:
        """It as createOrder wants it."""
        items = {
            sku: {"sku": sku, "name": sku.title(), "quantity": units, "unitPrice": price}
            for sku, (units, price) in self.items.items()
        }
        together = [item for sku, item in items.items() if sku not in self.apart]
        return {
            "seller": self.handle,
            "sellerName": self.handle.title(),
            "shipping": self.shipping,
            "shippingSurcharge": self.surcharge,
            "packages": [{"items": together}, *({"items": [items[sku]]} for sku in self.apart)],
        }


def customer(name: str) -> Actor:
    """A customer by the subject of the token."""
    return Actor(Role.CUSTOMER, name)


def seller(order: Order, handle: str) -> Actor:
    """One of the order's sellers."""
    return Actor(Role.SELLER, f"{handle}-clerk", order.sellers[handle])


JSON = {"content-type": "application/json"}
ERRORS = "userErrors { code field message blockers { code message } } replayed"
REQUESTS = (
    "submissionId requests { id number status transaction waitingOn version items { quantity orderItem { sku } } }"
)
SWITCHES = {"executor": "EXECUTOR", "batching": "BATCHING"}
"""Settings that switch to the stock way, with their variables."""
INPUTS = {
    "requestReturn": "RequestReturnInput",
    "withdrawRequest": "WithdrawRequestInput",
    "applyCancellation": "ApplyCancellationInput",
    "confirmRequest": "ConfirmRequestInput",
    "rejectRequest": "RejectRequestInput",
    "convertToReturn": "ConvertToReturnInput",
    "refundAllowance": "RefundAllowanceInput",
    "pauseRefunds": "PauseRefundsInput",
    "resumeRefunds": "ResumeRefundsInput",
    "updatePackageStatus": "UpdatePackageStatusInput",
    "revertPackageStatus": "RevertPackageStatusInput",
    "splitPackage": "SplitPackageInput",
    "createOrder": "CreateOrderInput",
    "retryRefund": "RetryRefundInput",
    "settleRefund": "SettleRefundInput",
    "settleShortfall": "SettleShortfallInput",
    "upsertReason": "UpsertReasonInput",
    "publishReturnPolicy": "PublishReturnPolicyInput",
    "sendReturn": "SendReturnInput",
    "receiveReturn": "ReceiveReturnInput",
    "inspectReturn": "InspectReturnInput",
    "loseReturn": "LoseReturnInput",
    "waiveReturn": "WaiveReturnInput",
    "receiveUnannounced": "ReceiveUnannouncedInput",
    "addLabel": "AddLabelInput",
    "retryLabel": "RetryLabelInput",
    "voidLabel": "VoidLabelInput",
    "setReturnSettings": "SetReturnSettingsInput",
    "saveMessageTemplate": "SaveMessageTemplateInput",
    "publishMessageTemplate": "PublishMessageTemplateInput",
    "resendMessage": "ResendMessageInput",
    "setSellerEmail": "SetSellerEmailInput",
    "clearBounce": "ClearBounceInput",
    "setMessagePreferences": "SetMessagePreferencesInput",
    "draftTerms": "DraftTermsInput",
    "discardTerms": "DiscardTermsInput",
    "publishTerms": "PublishTermsInput",
    "declareWithdrawal": "DeclareWithdrawalInput",
    "objectToWithdrawal": "ObjectToWithdrawalInput",
    "verifyWithdrawal": "VerifyWithdrawalInput",
    "rejectWithdrawal": "RejectWithdrawalInput",
    "erasePerson": "ErasePersonInput",
    "startExport": "StartExportInput",
    "createWebhookEndpoint": "CreateWebhookEndpointInput",
    "updateWebhookEndpoint": "UpdateWebhookEndpointInput",
    "rotateWebhookSecret": "WebhookEndpointInput",
    "deleteWebhookEndpoint": "WebhookEndpointInput",
    "replayWebhookDeliveries": "ReplayWebhookDeliveriesInput",
    "issueToken": "IssueTokenInput",
    "revokeTokens": "RevokeTokensInput",
    "saveView": "SaveViewInput",
    "deleteView": "DeleteViewInput",
}


def switches() -> dict[str, Any]:
    """The switches for incidents, as the environment of the tests sets them: `make storm` runs the suite so."""
    read = Settings.read({name: os.environ[name] for name in SWITCHES.values() if name in os.environ})
    return {field: getattr(read, field) for field in SWITCHES}


@asynccontextmanager
async def opened(url: str, **settings: Any) -> AsyncIterator[Market]:
    """A market on a migrated database, without a worker running by itself, for callers as fast as they can be."""
    clock = Clock()
    given: dict[str, Any] = {"worker": False, "notifier_url": "process", "rate_limit": 0.0} | settings
    one = Application(Settings(**(switches() | given)), url, SECRET, clock=clock)
    site: Starlette = site_of(one, one.lifespan)
    ledger: LedgerGateway = await open_ledger(url)
    async with site.router.lifespan_context(site):
        await get_connection("default").execute_script(TERMS)
        transport = httpx.ASGITransport(app=site)
        async with httpx.AsyncClient(transport=transport, base_url="http://market") as http:
            yield Market(http, one, clock, Worker(one.commands, {"ledger": ledger}, ProcessNotifier()), url)
    await ledger.close()
    await database.close()
