"""A stand-in for EasyPost: a real HTTP server with those five requests that the adapter sends, and a book of labels.

It keeps the law that the documentation gives: making a shipment buys nothing, and one shipment gets one label. How many
were bought stands in `bought`, which counts, and knows nothing of what the adapter believes.
"""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

KEY = "EZTK_stand_in"


@dataclass
class EasyPostStandIn:
    """The shipments of one account by id. `no_rates` and `no_money` refuse what is asked for next."""

    shipments: dict[str, dict[str, Any]] = field(default_factory=dict)
    bought: list[str] = field(default_factory=list)
    refunded: list[str] = field(default_factory=list)
    no_rates: bool = False
    no_money: bool = False
    knows_keys: bool = True
    refunds: str = "submitted"
    port: int = 0

    def app(self) -> Starlette:
        """The requests, under the version of the API."""
        one = "/v2/shipments/{id}"
        return Starlette(
            routes=[
                Route("/v2/shipments", self._create, methods=["POST"]),
                Route(one, self._retrieve, methods=["GET"]),
                Route(f"{one}/buy", self._buy, methods=["POST"]),
                Route(f"{one}/refund", self._refund, methods=["POST"]),
            ]
        )

    def of_key(self, key: str) -> list[dict[str, Any]]:
        """The shipments that were made under one of our keys."""
        return [shipment for shipment in self.shipments.values() if shipment["reference"] == key]

    def use(self, key: str) -> None:
        """The package that was registered under one of our keys has been handed over, with its label on it."""
        for shipment in self.of_key(key):
            if shipment["tracker"]:
                details = {"status": "in_transit", "datetime": datetime.now(UTC).isoformat()}
                shipment["tracker"]["tracking_details"].append(details)

    async def _create(self, request: Request) -> Response:
        if refusal := _unsigned(request):
            return refusal
        wanted = (await request.json())["shipment"]
        if not wanted["to_address"]["street1"]:
            return _error(422, "ADDRESS.PARAMETERS.INVALID", "The address has no street.")
        id = f"shp_{len(self.shipments):04}"
        rates = [{"id": f"rate_{n}", "rate": price, "currency": "USD"} for n, price in enumerate(("12.50", "7.90"))]
        self.shipments[id] = {
            "id": id,
            "object": "Shipment",
            "reference": wanted["reference"],
            "is_return": wanted["is_return"],
            "rates": [] if self.no_rates else rates,
            "messages": [{"message": "Too heavy."}] if self.no_rates else [],
            "postage_label": None,
            "tracking_code": None,
            "tracker": None,
            "refund_status": None,
            "to_address": wanted["to_address"],
        }
        return JSONResponse(self.shipments[id], 201)

    async def _retrieve(self, request: Request) -> Response:
        shipment = self._find(request)
        return _unsigned(request) or (JSONResponse(shipment) if shipment else _missing())

    async def _buy(self, request: Request) -> Response:
        shipment, wanted = self._find(request), await request.json()
        if refusal := _unsigned(request) or (None if shipment else _missing()):
            return refusal
        assert shipment is not None, "answered above"
        if shipment["postage_label"]:
            return _error(422, "SHIPMENT.POSTAGE.EXISTS", "Postage already exists for this shipment.")
        if self.no_money:
            return _error(402, "PAYMENT.INSUFFICIENT_FUNDS", "There is not enough money in the account.")
        self.bought.append(shipment["reference"])
        shipment["selected_rate"] = wanted["rate"]
        shipment["tracking_code"] = f"EZ{shipment['id'][4:]}"
        shipment["postage_label"] = {
            "object": "PostageLabel",
            "label_url": f"https://easypost.example/{shipment['id']}.pdf",
        }
        shipment["tracker"] = {"object": "Tracker", "status": "pre_transit", "tracking_details": []}
        return JSONResponse(shipment)

    async def _refund(self, request: Request) -> Response:
        shipment = self._find(request)
        if refusal := _unsigned(request) or (None if shipment else _missing()):
            return refusal
        assert shipment is not None, "answered above"
        if not shipment["postage_label"]:
            return _error(422, "SHIPMENT.REFUND.UNAVAILABLE", "This shipment has no postage.")
        if shipment["tracker"]["tracking_details"]:
            shipment["refund_status"] = "rejected"
        elif shipment["refund_status"] is None:
            self.refunded.append(shipment["reference"])
            shipment["refund_status"] = self.refunds
        return JSONResponse(shipment)

    def _find(self, request: Request) -> dict[str, Any] | None:
        id = request.path_params["id"]
        by_key = self.of_key(id) if self.knows_keys else []
        return self.shipments.get(id) or next(iter(by_key), None)


def _unsigned(request: Request) -> Response | None:
    if request.headers.get("authorization") == f"Bearer {KEY}":
        return None
    return _error(401, "APIKEY.INACTIVE", "This key is not active.")


def _missing() -> Response:
    return _error(404, "NOT_FOUND", "The requested resource could not be found.")


def _error(status: int, code: str, message: str) -> Response:
    return JSONResponse({"error": {"code": code, "message": message, "errors": []}}, status)


@asynccontextmanager
async def running() -> AsyncIterator[EasyPostStandIn]:
    """A stand-in that listens on a port of its own."""
    stand_in, listening = EasyPostStandIn(), socket.create_server(("127.0.0.1", 0))
    stand_in.port = listening.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(stand_in.app(), log_level="warning", lifespan="off"))
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield stand_in
    finally:
        server.should_exit = True
        await serving
