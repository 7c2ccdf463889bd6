"""The floor: what an engineer writes by hand for these five operations, on Starlette and asyncpg.

One SQL statement a read, which builds the JSON; Python does what the server does there too (money, what may be
asked for). Commands lock the order's row, read what they need, check it, write with one statement and commit.
The bearer token is verified with PyJWT and, as in Retour, taken for verified for a minute.
Started with the database's address and the secret as arguments; says which port it listens on.
"""

import gc
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import jwt
import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from benchmarks import floor_writes as writes
from benchmarks.floor_shapes import dashboard, my_orders, order_details
from benchmarks.serving import serve

_DETAILS = """
select json_build_object('id', o.id, 'number', o.number, 'status', o.status, 'placedAt', o.placed_at,
  'version', o.version, 'customer', json_build_object('name', c.name, 'email', c.email),
  'currency', o.currency, 'items_minor', o.items_minor, 'shipping_minor', o.shipping_minor,
  'captured_minor', o.captured_minor,
  'payments', (select coalesce(json_agg(json_build_object('method', p.method, 'minor', p.captured_minor)
     order by p.position, p.id), '[]') from payment p where p.order_id = o.id),
  'packages', (select coalesce(json_agg(json_build_object('id', k.id, 'number', k.number, 'status', k.status,
     'trackingNumber', k.tracking_number, 'deliveredAt', k.delivered_at, 'seller', json_build_object('name', s.name))
     order by k.number, k.id), '[]') from package k join seller s on s.id = k.seller_id where k.order_id = o.id),
  'items', (select coalesce(json_agg(json_build_object('id', i.id, 'sku', i.sku, 'name', i.name,
     'imageUrl', i.image_url, 'quantity', i.quantity, 'active', i.active, 'unit_price_minor', i.unit_price_minor,
     'discount_minor', i.discount_minor, 'tax_minor', i.tax_minor, 'cancel_held', i.cancel_held,
     'canceled', i.canceled, 'return_held', i.return_held, 'returned', i.returned,
     'package', json_build_object('number', k.number), 'package_status', k.status, 'return_until', k.return_until,
     'part_status', t.status, 'open', exists (select 1 from request_item q where q.order_item_id = i.id and q.open))
     order by i.position, i.id), '[]')
     from order_item i join package k on k.id = i.package_id join seller_order t on t.id = i.seller_order_id
     where i.order_id = o.id),
  'requests', (select coalesce(json_agg(json_build_object('id', r.id, 'number', r.number, 'status', r.status,
     'transaction', r.transaction, 'waitingOn', r.waiting_on,
     'items', (select coalesce(json_agg(json_build_object('quantity', q.quantity,
        'orderItem', json_build_object('sku', i.sku),
        'reason', json_build_object('label', e.labels->>'en')) order by q.position, q.id), '[]')
        from request_item q join order_item i on i.id = q.order_item_id join cancellation_reason e on e.id = q.reason_id
        where q.request_id = r.id)) order by r.created_at, r.id), '[]')
     from cancellation_request r where r.order_id = o.id))::text
from "order" o join customer c on c.id = o.customer_id where o.id = $1 and c.subject = $2
"""

_DASHBOARD = """
select coalesce(json_agg(json_build_object('id', r.id, 'number', r.number, 'transaction', r.transaction,
  'status', r.status, 'waitingOn', r.waiting_on, 'dueAt', r.due_at, 'createdAt', r.created_at, 'version', r.version,
  'order', (select json_build_object('id', o.id, 'number', o.number, 'status', o.status, 'placedAt', o.placed_at)
     from "order" o where o.id = r.order_id),
  'customer', (select json_build_object('name', c.name) from customer c where c.id = r.customer_id),
  'items', (select coalesce(json_agg(json_build_object('quantity', q.quantity, 'note', q.note,
     'reason', json_build_object('handle', e.handle, 'label', e.labels->>'en'),
     'orderItem', json_build_object('sku', i.sku, 'name', i.name, 'imageUrl', i.image_url,
        'unit_price_minor', i.unit_price_minor, 'currency', i.currency)) order by q.position, q.id), '[]')
     from request_item q join order_item i on i.id = q.order_item_id join cancellation_reason e on e.id = q.reason_id
     where q.request_id = r.id and q.seller_id = $1),
  'plan', (select json_build_object('status', p.status, 'total_minor', p.total_minor, 'currency', p.currency)
     from cancellation_plan p where p.request_id = r.id))), '[]')::text
from (select * from cancellation_request where seller_id = $1 and status = 'WAITING'
  order by created_at desc, id desc limit $2) r
"""

_MY_ORDERS = """
select coalesce(json_agg(json_build_object('id', o.id, 'number', o.number, 'status', o.status, 'placedAt', o.placed_at,
  'captured_minor', o.captured_minor, 'currency', o.currency,
  'packages', (select coalesce(json_agg(json_build_object('status', k.status) order by k.number, k.id), '[]')
     from package k where k.order_id = o.id),
  'items', (select coalesce(json_agg(json_build_object('name', i.name, 'imageUrl', i.image_url,
     'quantity', i.quantity, 'active', i.active, 'cancel_held', i.cancel_held, 'canceled', i.canceled,
     'return_held', i.return_held, 'returned', i.returned) order by i.position, i.id), '[]')
     from order_item i where i.order_id = o.id),
  'requests', (select coalesce(json_agg(json_build_object('id', r.id, 'status', r.status)
     order by r.created_at, r.id), '[]') from cancellation_request r where r.order_id = o.id))), '[]')::text
from (select * from "order" where customer_id = (select c.id from customer c where c.subject = $1)
  order by placed_at desc, id desc limit $2) o
"""

Claims = dict[str, Any]
_verified: dict[str, tuple[Claims, float]] = {}


class Unauthorized(Exception):
    """No token, or none that holds."""


def claims_of(request: Request, secret: str) -> Claims:
    """Who asks, by the bearer token; raises Unauthorized."""
    token = request.headers.get("authorization", "").removeprefix("Bearer ")
    now = time.time()
    known = _verified.get(token)
    if known is not None and now < known[1]:
        return known[0]
    try:
        claims = jwt.decode(token, secret, algorithms=["HS256"], leeway=60, options={"require": ["exp", "sub", "role"]})
    except jwt.PyJWTError as fault:
        raise Unauthorized from fault
    _verified[token] = (claims, min(claims["exp"] + 60, now + 60))
    return claims


Work = Callable[[asyncpg.Pool, Claims, dict[str, Any]], Awaitable[Any]]


async def _order_details(pool: asyncpg.Pool, claims: Claims, asked: dict[str, Any]) -> Any:
    found = await pool.fetchval(_DETAILS, asked["id"], claims["sub"])
    return {"order": order_details(orjson.loads(found)) if found else None}


async def _dashboard(pool: asyncpg.Pool, claims: Claims, asked: dict[str, Any]) -> Any:
    found = await pool.fetchval(_DASHBOARD, claims["seller"], asked["first"] + 1)
    return {"requests": dashboard(orjson.loads(found), asked["first"])}


async def _my_orders(pool: asyncpg.Pool, claims: Claims, asked: dict[str, Any]) -> Any:
    found = await pool.fetchval(_MY_ORDERS, claims["sub"], asked["first"] + 1)
    return {"orders": my_orders(orjson.loads(found), asked["first"])}


WORKS: dict[str, Work] = {
    "order_details": _order_details,
    "dashboard": _dashboard,
    "my_orders": _my_orders,
    "request_return": writes.request_return,
    "confirm_request": writes.confirm_request,
}


def endpoint(work: Work, secret: str) -> Callable[[Request], Awaitable[Response]]:
    """The route's function of one operation."""

    async def answer(request: Request) -> Response:
        try:
            claims = claims_of(request, secret)
        except Unauthorized:
            return Response(status_code=401)
        data = await work(request.app.state.pool, claims, orjson.loads(await request.body()))
        return Response(orjson.dumps({"data": data}), media_type="application/json")

    return answer


def build(url: str, secret: str) -> Starlette:
    """The application."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async def keep(_connection: asyncpg.Connection) -> None:
            """No reset query, as in Retour: nothing sets session state."""

        async with asyncpg.create_pool(
            url, min_size=1, max_size=10, reset=keep, server_settings={"timezone": "UTC"}
        ) as app.state.pool:
            gc.collect()
            gc.freeze()
            yield

    routes = [Route(f"/{name}", endpoint(work, secret), methods=["POST"]) for name, work in WORKS.items()]
    return Starlette(routes=routes, lifespan=lifespan)


if __name__ == "__main__":
    serve(build(sys.argv[1], sys.argv[2]), loop="uvloop", http="httptools")
