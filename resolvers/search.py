"""Search: what a text finds in the columns that the viewer may read; a filter of lists, and a root field.

A row of `SEARCHED` is a table with columns that are searched. Each is looked up first, by an index of its own
(migrations/0036_search.py), and only its visible rows find anything.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from tortoise.models import Model

import models
from domain.desk import SearchKind, SearchMatch
from engine import BadInput, reads
from engine.conditions import FALSE, TRUE, Column, Condition, Fragment, Selective, Value
from engine.reads import Row
from engine.reads.tables import table_of
from engine.visibility import Visibility
from resolvers.context import Context, Info

LONGEST = 200
MOST = 50


class Lead(NamedTuple):
    """How a row `f` that was found leads to a row of a list: the id of that, and joins on the way."""

    id: str
    joins: str = ""


@dataclass(frozen=True, slots=True)
class Searched:
    """A table with the columns that are searched, in the order of its index, and the lists that it leads to.

    It leads to any other list of what belongs to orders through the order. `hit` is what the root field shows of it,
    and `matches` name its columns there. Columns of `identity` are searched only for those who may read who a customer
    is.
    """

    model: type[Model]
    columns: tuple[str, ...]
    leads: Mapping[type[Model], Lead]
    hit: type[Model] | None = None
    matches: tuple[SearchMatch, ...] = ()
    identity: tuple[str, ...] = ()

    def shown(self, *, identity: bool) -> tuple[str, ...]:
        """The columns that a viewer searches."""
        return self.columns if identity else tuple([name for name in self.columns if name not in self.identity])


def _each(select: str) -> str:
    """A join that is looked up for each row: few of a big table belong to what was found."""
    return f"cross join lateral (select {select} offset 0) l"


_ITSELF = Lead("f.id")
_ORDER: dict[type[Model], Lead] = {models.Order: Lead("f.order_id")}
_OF_REQUEST = Lead("p.id", "join cancellation_plan p on p.request_id = f.request_id")
SEARCHED = (
    Searched(models.Order, ("number",), {models.Order: _ITSELF}, models.Order, (SearchMatch.ORDER_NUMBER,)),
    Searched(
        models.Customer,
        ("name", "email"),
        {models.Order: Lead("o.id", 'join "order" o on o.customer_id = f.id')},
        models.Order,
        (SearchMatch.CUSTOMER_NAME, SearchMatch.CUSTOMER_EMAIL),
        identity=("email",),
    ),
    Searched(models.ShippingAddress, ("name",), _ORDER, models.Order, (SearchMatch.RECIPIENT,)),
    Searched(models.BillingAddress, ("name",), _ORDER, models.Order, (SearchMatch.BILLED_TO,)),
    Searched(
        models.Package,
        ("number", "tracking_number"),
        {**_ORDER, models.Package: _ITSELF},
        models.Order,
        (SearchMatch.PACKAGE_NUMBER, SearchMatch.TRACKING_NUMBER),
    ),
    Searched(
        models.OrderItem,
        ("sku", "name"),
        {
            **_ORDER,
            models.Package: Lead("f.package_id"),
            models.CancellationRequest: Lead(
                "l.request_id", _each("request_id from request_item where order_item_id = f.id")
            ),
            models.ReturnShipment: Lead(
                "l.shipment_id",
                _each(
                    "shipment_id from return_shipment s join return_line r on r.shipment_id = s.id"
                    " where s.order_id = f.order_id and r.order_item_id = f.id"
                ),
            ),
            models.CancellationPlan: Lead(
                "l.plan_id",
                _each(
                    "plan_id from cancellation_plan p join plan_line r on r.plan_id = p.id"
                    " where p.order_id = f.order_id and r.order_item_id = f.id"
                ),
            ),
        },
        models.Order,
        (SearchMatch.SKU, SearchMatch.ITEM_NAME),
    ),
    Searched(
        models.CancellationRequest,
        ("number",),
        {
            **_ORDER,
            models.CancellationRequest: _ITSELF,
            models.CancellationPlan: Lead("p.id", "join cancellation_plan p on p.request_id = f.id"),
            models.ReturnShipment: Lead("s.id", "join return_shipment s on s.request_id = f.id"),
            models.Message: Lead("m.id", "join message m on m.request_id = f.id"),
        },
        models.CancellationRequest,
        (SearchMatch.REQUEST_NUMBER,),
    ),
    Searched(
        models.RequestItem,
        ("note",),
        {
            models.Order: Lead("q.order_id", "join cancellation_request q on q.id = f.request_id"),
            models.CancellationRequest: Lead("f.request_id"),
            models.CancellationPlan: _OF_REQUEST,
        },
        models.CancellationRequest,
        (SearchMatch.NOTE,),
    ),
    Searched(
        models.ReturnShipment,
        ("number", "tracking_number"),
        {
            **_ORDER,
            models.CancellationRequest: Lead("f.request_id"),
            models.CancellationPlan: _OF_REQUEST,
            models.ReturnShipment: _ITSELF,
        },
        models.ReturnShipment,
        (SearchMatch.RETURN_NUMBER, SearchMatch.TRACKING_NUMBER),
    ),
    Searched(
        models.ReturnLabel,
        ("tracking_number",),
        {
            **_ORDER,
            models.CancellationRequest: Lead("s.request_id", "join return_shipment s on s.id = f.shipment_id"),
            models.CancellationPlan: Lead(
                "p.id",
                "join return_shipment s on s.id = f.shipment_id"
                " join cancellation_plan p on p.request_id = s.request_id",
            ),
            models.ReturnShipment: Lead("f.shipment_id"),
        },
        models.ReturnShipment,
        (SearchMatch.TRACKING_NUMBER,),
    ),
    Searched(
        models.Withdrawal,
        ("number",),
        {**_ORDER, models.Withdrawal: _ITSELF},
        models.Withdrawal,
        (SearchMatch.WITHDRAWAL_NUMBER,),
    ),
    Searched(models.Message, ("address", "subject"), {models.Message: _ITSELF}),
)
KINDS: dict[type[Model], SearchKind] = {
    models.Order: SearchKind.ORDER,
    models.CancellationRequest: SearchKind.REQUEST,
    models.ReturnShipment: SearchKind.RETURN_SHIPMENT,
    models.Withdrawal: SearchKind.WITHDRAWAL,
}
_NEEDLE = Fragment("public.needle(", Value(0), ")")


def found(model: type[Model], text: str | None, context: Context) -> Condition | None:
    """The rows of a list that a text finds for a viewer. Raises BadInput."""
    if text is None:
        return None
    spelled = _spelled(text)
    if not spelled:
        return Condition.any(())
    fragment, values = _found(model, context.visibility, identity=context.sees_identity)
    return Condition(fragment, (spelled, *values), (Selective(),))


async def search(info: Info, text: str, first: int) -> list[Row]:
    """What a text finds of all kinds: what equals it, then what has it inside, each the newest first."""
    info.context.signed_in()
    spelled = _spelled(text)
    if not 0 <= first <= MOST:
        raise BadInput(f"`first` must be from 0 to {MOST}.")
    if not spelled or not first:
        return []
    statement, values = _hits(info.context.visibility, identity=info.context.sees_identity)
    hits = reads.parsed((await reads.run(info.context, statement, [spelled, first, *values]))["nodes"])
    if "node" not in reads.selected_names(info):
        return hits
    nodes = await _nodes(info, hits)
    return [{**hit, "node": nodes[hit["id"]]} for hit in hits if hit["id"] in nodes]


async def _nodes(info: Info, hits: list[Row]) -> dict[str, Row]:
    """What the hits show, by its id."""
    ids = {model: [hit["id"] for hit in hits if hit["kind"] == kind] for model, kind in KINDS.items()}
    wanted = [
        reads.Wanted(model, Condition.among("id", those), "node", type_name=model.__name__)
        for model, those in ids.items()
        if those
    ]
    return {row["id"]: row for rows in await reads.several(info, wanted) for row in rows} if wanted else {}


def _spelled(text: str) -> str:
    """A text with one blank between its words: two part the texts of an index."""
    spelled = " ".join(text.split())
    if len(spelled) > LONGEST:
        raise BadInput(f"A search has at most {LONGEST} characters.")
    return spelled


class _SharedValues:
    """The values of the visibility's conditions, each once, after so many others."""

    def __init__(self, others: int) -> None:
        self._others = others
        self._places: dict[tuple[Any, ...], int] = {}
        self.added: tuple[Any, ...] = ()

    def visible(self, condition: Condition | None, alias: str) -> Fragment:
        """A condition about the rows of an alias."""
        if condition is None:
            return TRUE
        place = self._places.setdefault(condition.values, self._others + len(self.added))
        if place == self._others + len(self.added):
            self.added += condition.values
        return condition.fragment.after(place).about(alias)


@lru_cache(maxsize=1024)
def _found(model: type[Model], visibility: Visibility, *, identity: bool) -> tuple[Fragment, tuple[Any, ...]]:
    values = _SharedValues(1)
    selects: list[Fragment] = []
    orders: list[Fragment] = []
    for source in _visible(visibility):
        lead = source.leads.get(model) or source.leads.get(models.Order)
        if lead is not None:
            about = _about(source, values.visible(visibility.of(source.model), "f"), identity=identity)
            select = Fragment(f"select {lead.id} from {table_of(source.model).name} f {lead.joins} where ", about)
            (selects if model in source.leads else orders).append(select)
    if orders:
        listed = f"select t.id from {table_of(model).name} t where t.order_id = any(array("
        selects.append(Fragment(listed, _all_of(orders), "))"))
    return Fragment(Column("id"), " = any(array(", _all_of(selects), "))") if selects else FALSE, values.added


@lru_cache(maxsize=1024)
def _hits(visibility: Visibility, *, identity: bool) -> tuple[str, tuple[Any, ...]]:
    values = _SharedValues(2)
    selects: list[Fragment] = []
    for place, source in enumerate(_visible(visibility)):
        if source.hit is None:
            continue
        lead, shown = source.leads[source.hit], source.shown(identity=identity)
        texts = ", ".join([f"('{match}', f.{name})" for name, match in zip(shown, source.matches, strict=False)])
        select = (
            f"(select * from (select distinct on (t.id) t.id, t.number, '{KINDS[source.hit]}' as kind, m.matched,"
            f" m.text, {place} as place, public.fold(m.text) <> public.fold("
        )
        rows = (
            f") as loose from {table_of(source.model).name} f {lead.joins} join {table_of(source.hit).name} t"
            f" on t.id = {lead.id} cross join lateral (values {texts}) m (matched, text)"
            " where strpos(public.fold('  ' || m.text), "
        )
        about = _about(source, values.visible(visibility.of(source.model), "f"), identity=identity)
        seen = values.visible(visibility.of(source.hit), "t")
        end = Fragment(" order by t.id, loose, length(m.text)) s order by loose, id desc limit ", Value(1), ")")
        selects.append(Fragment(select, Value(0), rows, _NEEDLE, ") > 0 and ", about, " and (", seen, ")", end))
    if not selects:
        return "select '[]' as nodes", ()
    whole = Fragment(
        "select coalesce(json_agg(h), '[]')::text as nodes from (select * from (select distinct on (id) * from (",
        _all_of(selects),
        ") u order by id, loose, length(text), place) d order by loose, split_part(id, '_', 2) desc limit ",
        Value(1),
        ") h",
    )
    return whole.text(""), values.added


def _visible(visibility: Visibility) -> list[Searched]:
    """The tables of which a viewer may see anything."""
    rules = [(source, visibility.of(source.model)) for source in SEARCHED]
    return [source for source, rule in rules if rule is None or rule.fragment != FALSE]


def _about(source: Searched, seen: Fragment, *, identity: bool) -> Fragment:
    """A row `f` has the text, and may be seen: first what the index finds, then what the viewer may read of it."""
    pieces = f"public.grams({_texts(source, source.columns)}) @> public.grams("
    inside = f") and strpos(public.fold({_texts(source, source.shown(identity=identity))}), "
    return Fragment(pieces, _NEEDLE, inside, _NEEDLE, ") > 0 and (", seen, ")")


def _texts(source: Searched, names: tuple[str, ...]) -> str:
    """Columns as one text, two blanks before each, so that none goes over into the next."""
    table = table_of(source.model)
    return " || ".join([f"'  ' || coalesce(f.{n}, '')" if table.field(n).null else f"'  ' || f.{n}" for n in names])


def _all_of(selects: list[Fragment]) -> Fragment:
    parts: list[Fragment | str] = []
    for select in selects:
        parts += [" union all ", select]
    return Fragment(*parts[1:])
