"""What a version of the terms would have said of the latest returns, and of the items of an order."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple, TypedDict

import orjson
from tortoise.backends.base.client import BaseDBAsyncClient

from domain.calendar import Calendar
from domain.facts import Window
from domain.law import Basis
from domain.refusals import Refusal
from domain.returns import Json, ReturnTerms
from domain.rulebook import Rulebook
from domain.terms import SoldItem
from domain.withdrawal import terms_on
from domain.words import Role
from engine.reads import fetch_row
from models import TermsVersion
from services.facts import window_end
from services.rulebooks import rules_in

MOST_RETURNS, SEEN_FOR_EACH = 1000, 20
"""So many returns are looked at, among so many times as many of the latest requests."""
_ITEM = """i.id as item, i.seller_id as seller, o.currency, i.unit_price_minor as price, o.market, o.country,
  i.category, i.tags, p.delivered_at, p.return_until"""
_RETURNS = f"""
select coalesce(json_agg(r), '[]')::text as found from (
  select q.id, q.return_terms as terms, q.opened_by, q.basis, q.at, {_ITEM}
  from (select r.id, r.order_id, r.return_terms, r.opened_by, r.basis,
          coalesce(r.submitted_at, r.created_at) as at, r.created_at
        from (select * from cancellation_request order by created_at desc, id desc limit $1::int * {SEEN_FOR_EACH}) r
        where r.transaction = 'REFUND' and not r.allowance order by r.created_at desc, r.id desc limit $1) q
  join request_item l on l.request_id = q.id join order_item i on i.id = l.order_item_id
  join package p on p.id = i.package_id join "order" o on o.id = q.order_id
  order by q.created_at desc, q.id desc, l.position) r
"""
_ITEMS = f"""
select (select json_agg(r) from (select {_ITEM} from order_item i join package p on p.id = i.package_id
  where i.order_id = o.id order by i.position, i.id) r)::text as found
from "order" o where o.id = $1
"""


class _SoldColumns(TypedDict):
    """An item as the database's JSON has it."""

    item: str
    seller: str
    currency: str
    price: int
    market: str | None
    country: str | None
    category: str | None
    tags: str | None
    delivered_at: str | None
    return_until: str | None


class _ReturnedColumns(_SoldColumns):
    """A line of a return as the database's JSON has it."""

    id: str
    terms: Mapping[str, Json] | None
    opened_by: str
    basis: str
    at: str


class DeliveredItem(NamedTuple):
    """An item of an order as rules read it, when it was delivered, and until when its package can be returned."""

    id: str
    sold: SoldItem
    delivered_at: datetime | None
    return_until: datetime | None

    def window_end(self, terms: ReturnTerms | None, calendar: Calendar) -> datetime | None:
        """When the window for a return on its basis closes; None before the delivery."""
        return window_end(terms, self.return_until, self.delivered_at, calendar, self.sold.basis)


class Divergence(NamedTuple):
    """A return of which a version says something else: of its item, the terms before and after.

    `refused` is why it could not have been requested, None if it could.
    """

    request_id: str
    item_id: str
    before: ReturnTerms | None
    after: ReturnTerms | None
    refused: Refusal | None


class Simulation(NamedTuple):
    """How many returns were looked at, and those that a version would have decided otherwise."""

    looked_at: int
    differences: list[Divergence]


async def rulebook_of_version(db: BaseDBAsyncClient, id: str) -> Rulebook | None:
    """The rules of a version, also of a draft; None if there is none."""
    version = await TermsVersion.get_or_none(id=id, using_db=db)
    return None if version is None else Rulebook(rules_in(version.rules), version.number)


async def simulate(db: BaseDBAsyncClient, rulebook: Rulebook, last: int, calendar: Calendar) -> Simulation:
    """Ask a version about the last so many returns, with one statement."""
    lines: list[_ReturnedColumns] = orjson.loads((await fetch_row(db, _RETURNS, [last]))["found"])
    returns = [list(of_one) for _, of_one in groupby(lines, itemgetter("id"))]
    found = (_difference(rulebook, of_one, calendar) for of_one in returns)
    return Simulation(len(returns), [each for each in found if each is not None])


async def items_of_order(db: BaseDBAsyncClient, order_id: str) -> list[DeliveredItem] | None:
    """The items of an order; None if there is no such order."""
    row = await fetch_row(db, _ITEMS, [order_id])
    if row is None:
        return None
    items: Sequence[_SoldColumns] = orjson.loads(row["found"] or "[]")
    return [_delivered(item) for item in items]


def _difference(rulebook: Rulebook, lines: Sequence[_ReturnedColumns], calendar: Calendar) -> Divergence | None:
    """The first line that cannot be requested, else the first of which something else is said."""
    found = list(_differences(rulebook, lines, calendar))
    refused = (each for each in found if each.refused)
    return next(refused, found[0] if found else None)


def _differences(rulebook: Rulebook, lines: Sequence[_ReturnedColumns], calendar: Calendar) -> Iterator[Divergence]:
    for line in lines:
        stored = line["terms"]
        before = None if stored is None else ReturnTerms.of_json(stored)
        basis = Basis(line["basis"])
        item = _delivered(line, basis)
        after = terms_on(basis, rulebook.terms_of(item.sold))
        refusable = line["opened_by"] == Role.CUSTOMER and basis is not Basis.STATUTORY
        refused = _refusal(after, item, datetime.fromisoformat(line["at"]), calendar) if after and refusable else None
        if refused or _said(before) != _said(after):
            yield Divergence(line["id"], line["item"], before, after, refused)


def _refusal(terms: ReturnTerms, item: DeliveredItem, at: datetime, calendar: Calendar) -> Refusal | None:
    """Why a customer could not have asked for a return at a moment."""
    if terms.exemption is not None and item.sold.basis is Basis.VOLUNTARY:
        return Refusal.EXEMPT
    is_open = Window(item.window_end(terms, calendar)).is_open(at)
    return None if not terms.windows or is_open else Refusal.RETURN_WINDOW_CLOSED


def _said(terms: ReturnTerms | None) -> Mapping[str, Json] | None:
    """What terms say of a return, wherever they come from."""
    if terms is None:
        return None
    return {name: value for name, value in terms.to_json().items() if name not in ("version", "rule", "cancellation")}


def _delivered(item: _SoldColumns, basis: Basis = Basis.VOLUNTARY) -> DeliveredItem:
    return DeliveredItem(item["item"], _sold(item, basis), _moment(item["delivered_at"]), _moment(item["return_until"]))


def _sold(item: _SoldColumns, basis: Basis) -> SoldItem:
    tags = item["tags"]
    return SoldItem(
        *(item["seller"], item["currency"], item["price"], item["market"], item["country"], item["category"]),
        frozenset(tags.split("\n")) if tags else frozenset(),
        basis,
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
