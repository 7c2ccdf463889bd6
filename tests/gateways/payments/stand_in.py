"""localstripe as a process of the tests: a stateful server that speaks Stripe's API.

What it does not know: idempotency keys, the `created` filter of lists, and that a charge can be refunded
only once. So it counts every credit it was asked for, which is what the tests want to see.
"""

import asyncio
import os
import re
import sys
from dataclasses import dataclass
from typing import Any

import httpx

# It would save its store, after each write, to one file for all users of the machine.
_PROGRAM = """
from localstripe import resources
resources.Store.dump_to_disk = lambda store: None

class Dispute(resources.StripeObject):
    object, _id_prefix = "dispute", "du_"

    def __init__(self, charge, amount, status):
        super().__init__()
        self.charge, self.payment_intent, self.amount, self.status = charge, None, int(amount), status
        self.currency, self.reason = resources.Charge._api_retrieve(charge).currency, "fraudulent"
        self.evidence_details = {"due_by": self.created + 864000}

    @classmethod
    def _api_list_all(cls, url, **data):
        found = super()._api_list_all(url, **data)
        found._list.reverse()  # the newest first, as Stripe lists
        return found

for method, does in (("GET", lambda **data: Dispute._api_list_all("/v1/disputes", **data)), ("POST", Dispute)):
    resources.extra_apis.append((method, "/v1/disputes", does))
resources.extra_apis.append(("POST", "/v1/disputes/{id}", Dispute._api_update))
from localstripe import server
server.start()
"""

_KEY = "sk_test_stand_in"
_CARD = {
    "type": "card",
    "card[number]": "4242424242424242",
    "card[exp_month]": "12",
    "card[exp_year]": "2050",
    "card[cvc]": "123",
}


@dataclass(slots=True)
class StandIn:
    """A running localstripe and a plain client to look at it past every proxy."""

    process: asyncio.subprocess.Process
    port: int
    client: httpx.AsyncClient
    api_key: str = _KEY

    @classmethod
    async def start(cls) -> "StandIn":
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", _PROGRAM, "--from-scratch", "--port", "0"),
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        assert process.stdout is not None
        line = (await process.stdout.readline()).decode()
        found = re.search(r":(\d+) =", line)
        assert found, f"localstripe did not start: {line!r}"
        port = int(found.group(1))
        client = httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", auth=(_KEY, ""))
        return cls(process, port, client)

    async def stop(self) -> None:
        await self.client.aclose()
        self.process.kill()
        await self.process.communicate()

    async def charge(self, amount: int, currency: str = "brl") -> str:
        """A captured charge; its id."""
        card = await self._post("/v1/payment_methods", _CARD)
        made = {"source": card["id"], "amount": str(amount), "currency": currency}
        return str((await self._post("/v1/charges", made))["id"])

    async def intent(self, amount: int, currency: str = "brl") -> str:
        """A payment intent that succeeded; its id."""
        card = await self._post("/v1/payment_methods", _CARD)
        made = {
            "payment_method": card["id"],
            "amount": str(amount),
            "currency": currency,
            "confirm": "true",
        }
        return str((await self._post("/v1/payment_intents", made))["id"])

    async def credits(self, payment: str) -> list[dict[str, Any]]:
        """Every refund of a payment that the server carried out."""
        kind = "payment_intent" if payment.startswith("pi_") else "charge"
        answer = await self.client.get("/v1/refunds", params={kind: payment, "limit": 100})
        answer.raise_for_status()
        rows: list[dict[str, Any]] = answer.json()["data"]
        return rows

    async def dispute(self, charge: str, amount: int, status: str = "needs_response") -> str:
        """A dispute of a charge, which localstripe itself does not know; its id."""
        made = {"charge": charge, "amount": str(amount), "status": status}
        return str((await self._post("/v1/disputes", made))["id"])

    async def set_dispute(self, dispute: str, status: str) -> dict[str, Any]:
        """Change a dispute's status as a bank would; the dispute as Stripe shows it then."""
        return await self._post(f"/v1/disputes/{dispute}", {"status": status})

    async def set_status(self, reference: str, status: str) -> None:
        """Change a refund's status as a bank would, days later."""
        await self._post(f"/v1/refunds/{reference}", {"status": status})

    async def set_currency(self, of: str, id: str, currency: str) -> None:
        """Show a row of a list in another currency, which may be none."""
        await self._post(f"/v1/{of}/{id}", {"currency": currency})

    async def _post(self, path: str, data: dict[str, str]) -> dict[str, Any]:
        answer = await self.client.post(path, data=data)
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json()
        return body
