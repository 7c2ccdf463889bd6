"""The same slice of the schema as tutorials write it: Strawberry types over Tortoise's objects, stock view and server.

Relations are prefetched, a token is decoded for every request, JSON is the standard library's, the loop is asyncio's.
Started with the database's address and the secret as arguments; says which port it listens on.
"""

import sys
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import jwt
import orjson
import strawberry
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL

import database
import models
from benchmarks import naive_types as t
from benchmarks import naive_writes as writes
from benchmarks.serving import serve

Info = strawberry.Info[dict[str, Any], None]


def _page_info(name: str, column: str, found: list[Any], first: int) -> t.PageInfo:
    last = found[:first][-1] if found else None
    place = [name, getattr(last, column).isoformat(), last.id] if last else None
    cursor = urlsafe_b64encode(orjson.dumps(place)).rstrip(b"=").decode() if place else None
    return t.PageInfo(has_next_page=len(found) > first, end_cursor=cursor)


@strawberry.type
class Query:
    @strawberry.field
    async def order(self, info: Info, id: strawberry.ID) -> t.Order | None:
        found: Any = await models.Order.get_or_none(
            id=id, customer__subject=info.context["claims"]["sub"]
        ).prefetch_related(
            *("customer", "payments", "packages__seller", "items__package", "items__seller_order"),
            *("items__request_items", "requests__items__order_item", "requests__items__reason"),
        )
        order: t.Order | None = found
        return order

    @strawberry.field
    async def requests(self, info: Info, filter: t.RequestFilter, first: int = 20) -> t.RequestConnection:
        found: Any = (
            await models.CancellationRequest.filter(
                seller_id=info.context["claims"]["seller"], status__in=[one.value for one in filter.status]
            )
            .order_by("-created_at", "-id")
            .limit(first + 1)
            .prefetch_related("order", "customer", "items__reason", "items__order_item", "plan")
        )
        return t.RequestConnection(
            nodes=found[:first], page_info=_page_info("CREATED_AT_DESC", "created_at", found, first)
        )

    @strawberry.field
    async def orders(self, info: Info, first: int = 20) -> t.OrderConnection:
        found: Any = (
            await models.Order.filter(customer__subject=info.context["claims"]["sub"])
            .order_by("-placed_at", "-id")
            .limit(first + 1)
            .prefetch_related("packages", "items", "requests")
        )
        return t.OrderConnection(nodes=found[:first], page_info=_page_info("PLACED_AT_DESC", "placed_at", found, first))


@strawberry.type
class Mutation:
    @strawberry.mutation
    async def request_return(self, info: Info, input: t.RequestReturnInput) -> t.RequestReturnPayload:
        request: Any = await writes.request_return(info.context["claims"], input)
        return t.RequestReturnPayload(requests=[request], user_errors=[], replayed=False)

    @strawberry.mutation
    async def confirm_request(self, info: Info, input: t.ConfirmRequestInput) -> t.ConfirmRequestPayload:
        request, plan = await writes.confirm_request(info.context["claims"], input)
        return t.ConfirmRequestPayload(request=request, plan=plan, user_errors=[], replayed=False)


class View(GraphQL[dict[str, Any], None]):
    def __init__(self, schema: strawberry.Schema, secret: str) -> None:
        super().__init__(schema)
        self._secret = secret

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> dict[str, Any]:
        token = request.headers["authorization"].removeprefix("Bearer ")
        return {"claims": jwt.decode(token, self._secret, algorithms=["HS256"])}


def build(url: str, secret: str) -> Starlette:
    """The application."""

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        await database.open(url)
        yield
        await database.close()

    view = View(strawberry.Schema(Query, Mutation), secret)
    return Starlette(routes=[Route("/graphql", view)], lifespan=lifespan)


if __name__ == "__main__":
    serve(build(sys.argv[1], sys.argv[2]), loop="asyncio", http="h11")
