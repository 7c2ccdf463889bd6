"""Everything of one order, in memory: what a command reads, decides on and changes.

A book is read with one statement; its rows are plain dicts with the columns' names. A preview works on a book
that is never written.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

import orjson
from tortoise.backends.base.client import BaseDBAsyncClient

from domain.derive import Units
from domain.guards import LIVE_PLANS
from domain.words import PackageStatus, PlanStatus
from engine.reads import fetch_row
from services.changes import Changes, Row

_SURVEY = """json_build_object(
  'order', to_json(o),
  'seller_orders', (select json_agg(r order by r.id) from seller_order r where r.order_id = o.id),
  'packages', (select json_agg(r order by r.number, r.id) from package r where r.order_id = o.id),
  'items', (select json_agg(r order by r.position, r.id) from order_item r where r.order_id = o.id),
  'payments', (select json_agg(r order by r.position, r.id) from payment r where r.order_id = o.id),
  'requests', (select json_agg(r order by r.created_at, r.id) from cancellation_request r where r.order_id = o.id),
  'request_items', (select json_agg(r order by r.position, r.id) from request_item r
                    join cancellation_request q on q.id = r.request_id where q.order_id = o.id),
  'plans', (select json_agg(r order by r.created_at, r.id) from cancellation_plan r where r.order_id = o.id),
  'plan_lines', (select json_agg(r order by r.position, r.id) from plan_line r
                 join cancellation_plan p on p.id = r.plan_id where p.order_id = o.id),
  'refunds', (select json_agg(r order by r.created_at, r.id) from refund r where r.order_id = o.id),
  'policy', (select json_build_object('id', p.id, 'version', p.version, 'window_days', p.window_days,
                                      'response_days', p.response_days) from return_policy p where p.current),
  'reasons', (select json_object_agg(r.handle, json_build_object('id', r.id, 'handle', r.handle,
                'transaction', r.transaction, 'needs_note', r.needs_note, 'active', r.active))
              from cancellation_reason r),
  'record', (select to_json(i) from idempotency_record i where i.caller = {0} and i.operation = {1} and i.key = {2})
)"""


def survey_of(first: int) -> str:
    """The expression that reads the book of an order's row `o`; three parameters from `first` on name the record."""
    return _SURVEY.format(*[f"${first + n}" for n in range(3)])


_LOAD = f'select {survey_of(2)} as book from "order" o where o.id = $1'


@dataclass(slots=True)
class Book:
    """The rows of one order and of what rules over it, with the changes that a command has made to them."""

    order: Row
    seller_orders: list[Row]
    packages: list[Row]
    items: list[Row]
    payments: list[Row]
    requests: list[Row]
    request_items: list[Row]
    plans: list[Row]
    plan_lines: list[Row]
    refunds: list[Row]
    policy: Row
    reasons: dict[str, Row]
    record: Row | None = None
    changes: Changes = field(default_factory=Changes)

    def one(self, rows: Iterable[Row], id: str) -> Row | None:
        """The row of this id among some of the book's, or None."""
        return next((row for row in rows if row["id"] == id), None)

    def item(self, id: str) -> Row:
        """An item that is known to be in the book."""
        return next(row for row in self.items if row["id"] == id)

    def package(self, id: str) -> Row:
        """A package that is known to be in the book."""
        return next(row for row in self.packages if row["id"] == id)

    def seller_order(self, id: str) -> Row:
        """A seller's part that is known to be in the book."""
        return next(row for row in self.seller_orders if row["id"] == id)

    def request(self, id: str) -> Row:
        """A request that is known to be in the book."""
        return next(row for row in self.requests if row["id"] == id)

    def plan(self, id: str) -> Row:
        """A plan that is known to be in the book."""
        return next(row for row in self.plans if row["id"] == id)

    def items_of(self, request: Row) -> list[Row]:
        """What a request asks for, line by line."""
        return [row for row in self.request_items if row["request_id"] == request["id"]]

    def packages_of(self, request: Row) -> frozenset[PackageStatus]:
        """How the parcels stand that a request's units are in."""
        ids = {self.item(row["order_item_id"])["package_id"] for row in self.items_of(request)}
        return frozenset(PackageStatus(row["status"]) for row in self.packages if row["id"] in ids)

    def plan_of(self, request: Row) -> Row | None:
        """The request's one plan, if it has come to that."""
        return next((row for row in self.plans if row["request_id"] == request["id"]), None)

    def refunds_of(self, plan: Row) -> list[Row]:
        """The movements of money of one plan."""
        return [row for row in self.refunds if row["plan_id"] == plan["id"]]

    def live_lines(self) -> list[Row]:
        """The lines of all plans that count: neither rejected nor voided."""
        live = {row["id"] for row in self.plans if row["status"] in LIVE_PLANS or row["status"] == PlanStatus.COMPLETED}
        return [row for row in self.plan_lines if row["plan_id"] in live]


async def load(db: BaseDBAsyncClient, order_id: str, record_of: tuple[str, str, str] = ("", "", "")) -> Book:
    """Read the book of an order, with the answer recorded for (caller, operation, key), if any."""
    return opened((await fetch_row(db, _LOAD, [order_id, *record_of]))["book"])


def opened(text: str) -> Book:
    """The book that a survey has read."""
    found = orjson.loads(text)
    return Book(**{name: [] if value is None and name in _LISTS else value for name, value in found.items()})


_LISTS = frozenset(
    {
        "seller_orders",
        "packages",
        "items",
        "payments",
        "requests",
        "request_items",
        "plans",
        "plan_lines",
        "refunds",
    }
)


def units(item: Row) -> Units:
    """The ledger of units of an order line."""
    return Units(item["active"], item["cancel_held"], item["canceled"], item["return_held"], item["returned"])


def moment(value: str | datetime | None) -> datetime | None:
    """A column's time, whether it came from the database's JSON or was just set."""
    return datetime.fromisoformat(value) if isinstance(value, str) else value
