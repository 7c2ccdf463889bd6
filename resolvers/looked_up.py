"""Conditions whose rows are looked up first, for few of all have them. The value of a number is in capitals."""

from engine.conditions import Column, Fragment, Part, Value


def starts_with(number: Part) -> Fragment:
    """A number begins with the value, which is in capitals: a range, so an index serves it in any language."""
    capitals = Fragment("upper(", number, ' collate "C")')
    return Fragment(capitals, " >= ", Value(0), " and ", capitals, " < ", Value(0), " || chr(1114111)")


SELLERS = Fragment(
    Column("id"),
    " = any(",
    Value(0),
    "::text[]) and ",
    Column("sort_name"),
    " = any(array(select n.sort_name from seller n where n.id = any(",
    Value(0),
    "::text[])))",
)
"""Some sellers, and that they have their names: the index of the list's order leads to them by these."""
EITHER_NUMBER = Fragment(
    Column("id"),
    " = any(array(select n.id from cancellation_request n where ",
    starts_with("n.number"),
    ' union all select n.id from cancellation_request n where n.order_id = any(array(select o.id from "order" o where ',
    starts_with("o.number"),
    "))))",
)
"""The number of a request or of its order does: looked up first, for few of so many requests have it."""
DUE_BEFORE = Fragment(
    Column("id"),
    " = any(array(select n.id from cancellation_request n where n.status = 'WAITING' and n.due_at < ",
    Value(0),
    " union all select n.id from cancellation_request n where n.status = 'APPROVED' and n.due_at < ",
    Value(0),
    "))",
)
"""Requests of a deadline before a time: looked up first, for few of all requests wait for somebody, or for goods."""
REASONS = Fragment(
    Column("id"),
    " = any(array(select i.request_id from cancellation_reason r cross join lateral"
    " (select l.request_id from request_item l where l.reason_id = r.id offset 0) i where r.handle = any(",
    Value(0),
    "::text[])))",
)
"""Requests of a reason: looked up first, one reason after the other."""
RETURN_DUE_BEFORE = Fragment(
    Column("id"), " = any(array(select n.id from return_shipment n where n.due_at < ", Value(0), "))"
)
ON_PACKAGE = Fragment(
    Column("id"),
    " = any(array(select n.id from return_shipment n where ",
    starts_with("n.number"),
    " union all select n.id from return_shipment n where ",
    starts_with("n.tracking_number"),
    " union all select l.shipment_id from return_line l where ",
    'upper(l.sku collate "C") = ',
    Value(0),
    " and exists (select 1 from return_shipment n where n.id = l.shipment_id"
    " and n.status in ('AWAITING', 'IN_TRANSIT', 'RECEIVED', 'LOST'))))",
)
"""What a scanner reads: the number of the shipment, the carrier's, or what is on goods that are still to be handled."""
