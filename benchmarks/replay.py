"""Real cancellations, again: those of the Olist records become requests, and each must give back what was paid.

`python -m benchmarks.replay [DIR]` takes all records into a database of its own, starts a real server and plays,
through its API alone, every order that was canceled before it had left (392 with the unavailable ones) as a
cancellation and every one that was canceled later (75) as a return. What was paid is read from the records, not
from the importer. Exit code 1 when anything differs. The records are never part of the project.
"""

import asyncio
import csv
import gzip
import os
import secrets
import socket
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from time import perf_counter
from typing import Any

import httpx

from app.auth.tokens import mint
from domain.facts import Actor
from domain.words import Role

ROOT = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("RETOUR_DATA", ROOT.parent / "shared" / "data"))
AT_ONCE = 64
PATIENCE = 120.0
"""Seconds for a request to be completed."""
CANCEL, REFUND = "CANCEL", "REFUND"
OWNER = Actor(Role.OWNER, "owner")
NOTE = "Canceled after the package had left; the return window was over."

_ORDER = """query Order($number: String!) { order(number: $number) { id status
  items { id active eligibility { quantity } }
  totals { captured { amount } refunded { amount } }
  payments { id captured { amount } }
  requests { status transaction seller { id } plan { status refundState total { amount }
    refunds { status amount { amount } payment { id } } } } } }"""
_POLICY = "{ returnPolicy { version } }"
_REQUEST = """mutation Request($input: RequestReturnInput!) { requestReturn(input: $input) {
  requests { id transaction seller { id } } userErrors { code field message } } }"""
_APPLY = """mutation Apply($input: ApplyCancellationInput!) { applyCancellation(input: $input) {
  requests { id transaction seller { id } } userErrors { code field message } } }"""
_CONFIRM = """mutation Confirm($input: ConfirmRequestInput!) { confirmRequest(input: $input) {
  request { id } userErrors { code field message } } }"""


@dataclass(frozen=True, slots=True)
class Case:
    """One order that somebody did not want any more, as the records have it."""

    number: str
    customer: str
    transaction: str
    reason: str
    paid: Decimal


@dataclass(slots=True)
class Replay:
    """The cases being played against a server, and what differs from what was to be expected."""

    url: str
    secret: str
    policy: str = ""
    differences: list[str] = field(default_factory=list)
    ways: Counter[str] = field(default_factory=Counter)
    refunded: Decimal = Decimal(0)
    refunds: int = 0

    async def play(self, cases: list[Case]) -> None:
        """All cases, some at once, each from the request to the money."""
        turns = asyncio.Semaphore(AT_ONCE)
        async with httpx.AsyncClient(base_url=self.url, timeout=30) as http:
            self.policy = (await self._ask(http, OWNER, _POLICY))["returnPolicy"]["version"]

            async def one(case: Case) -> None:
                async with turns:
                    try:
                        await self._play(http, case)
                    except (Different, httpx.HTTPError) as error:
                        self.differences.append(f"{case.number}: {error!r}")

            await asyncio.gather(*map(one, cases))

    async def _play(self, http: httpx.AsyncClient, case: Case) -> None:
        customer = Actor(Role.CUSTOMER, case.customer)
        order = (await self._ask(http, customer, _ORDER, number=case.number))["order"]
        requests = await self._request(http, customer, case, order)
        for request in requests:
            if request["transaction"] != case.transaction:
                raise Different(f"a {request['transaction']} where a {case.transaction} was expected")
            if case.transaction == CANCEL:
                applied = {"transaction": CANCEL, "confirm": True, "requestId": request["id"]}
                await self._do(http, OWNER, _APPLY, applied)
            else:
                seller = request["seller"]["id"]
                await self._do(http, Actor(Role.SELLER, "seller", seller), _CONFIRM, {"requestId": request["id"]})
        self._compare(case, await self._completed(http, case))

    async def _request(
        self, http: httpx.AsyncClient, customer: Actor, case: Case, order: Mapping[str, Any]
    ) -> list[dict[str, Any]]:
        """The customer asks; where the return window is over the owner does, and says why."""
        items = [{"orderItemId": one["id"], "quantity": one["active"], "reason": case.reason} for one in order["items"]]
        if all(one["eligibility"]["quantity"] for one in order["items"]):
            self.ways[f"{case.transaction} asked by the customer"] += 1
            wanted = {"orderId": order["id"], "items": items, "policyVersion": self.policy}
            answer = await self._do(http, customer, _REQUEST, wanted)
        else:
            self.ways[f"{case.transaction} opened by the owner, out of time"] += 1
            items = [one | {"note": NOTE} for one in items]
            wanted = {"orderId": order["id"], "items": items, "transaction": case.transaction, "confirm": True}
            answer = await self._do(http, OWNER, _APPLY, wanted)
        requests: list[dict[str, Any]] = answer["requests"]
        return requests

    async def _completed(self, http: httpx.AsyncClient, case: Case) -> Mapping[str, Any]:
        """The order, once all that was asked for is over."""
        until = perf_counter() + PATIENCE
        while True:
            order: Mapping[str, Any] = (await self._ask(http, OWNER, _ORDER, number=case.number))["order"]
            if all(request["status"] == "COMPLETED" for request in order["requests"]):
                return order
            if perf_counter() > until:
                raise Different(f"still {[request['status'] for request in order['requests']]}")
            await asyncio.sleep(1)

    def _compare(self, case: Case, order: Mapping[str, Any]) -> None:
        """What has come back, against what the records say was paid: in all, and payment by payment."""
        plans = [request["plan"] for request in order["requests"]]
        refunds = [refund for plan in plans for refund in plan["refunds"]]
        back: dict[str, Decimal] = defaultdict(Decimal)
        for refund in refunds:
            back[refund["payment"]["id"]] += Decimal(refund["amount"]["amount"])
        expected = {
            "order status": ("CANCELED" if case.transaction == CANCEL else "REFUNDED", order["status"]),
            "captured": (case.paid, Decimal(order["totals"]["captured"]["amount"])),
            "refunded": (case.paid, Decimal(order["totals"]["refunded"]["amount"])),
            "refunds": (case.paid, sum(back.values(), Decimal(0))),
            "plans": (case.paid, sum((Decimal(plan["total"]["amount"]) for plan in plans), Decimal(0))),
            "plan statuses": ({"COMPLETED"}, {plan["status"] for plan in plans}),
            "refund statuses": ({"SUCCEEDED"}, {refund["status"] for refund in refunds}),
            "by payment": (
                {one["id"]: paid for one in order["payments"] if (paid := Decimal(one["captured"]["amount"]))},
                dict(back),
            ),
        }
        wrong = [f"{what} is {is_} and not {due}" for what, (due, is_) in expected.items() if due != is_]
        if wrong:
            raise Different("; ".join(wrong))
        self.refunded += case.paid
        self.refunds += len(refunds)

    async def _do(self, http: httpx.AsyncClient, actor: Actor, mutation: str, wanted: Mapping[str, Any]) -> Any:
        """A mutation's payload; a refusal is a difference."""
        (payload,) = (await self._ask(http, actor, mutation, input=wanted)).values()
        if payload["userErrors"]:
            raise Different(payload["userErrors"])
        return payload

    async def _ask(self, http: httpx.AsyncClient, actor: Actor, document: str, **variables: Any) -> dict[str, Any]:
        headers = {"authorization": f"Bearer {mint(self.secret, actor, ttl=3600)}"}
        answer = await http.post("/graphql", json={"query": document, "variables": variables}, headers=headers)
        body: dict[str, Any] = answer.json()
        if "errors" in body:
            raise Different(body["errors"])
        data: dict[str, Any] = body["data"]
        return data


class Different(Exception):
    """Something is not as the records say it must be."""


def cases_of(directory: Path) -> list[Case]:
    """Everything that was called off, from the records themselves."""
    lines = {row["order_id"] for row in _rows(directory, "olist_order_items_dataset")}
    people = {row["customer_id"]: row["customer_unique_id"] for row in _rows(directory, "olist_customers_dataset")}
    paid: dict[str, Decimal] = defaultdict(Decimal)
    for row in _rows(directory, "olist_order_payments_dataset"):
        paid[row["order_id"]] += Decimal(row["payment_value"])
    cases = []
    for row in _rows(directory, "olist_orders_dataset"):
        number, status = row["order_id"], row["order_status"]
        if number not in lines or status not in ("canceled", "unavailable"):
            continue
        left = status == "canceled" and row["order_delivered_carrier_date"]
        reason = "never-arrived" if left else "out-of-stock" if status == "unavailable" else "changed-mind"
        cases.append(Case(number, people[row["customer_id"]], REFUND if left else CANCEL, reason, paid[number]))
    return cases


def _rows(directory: Path, name: str) -> Iterator[dict[str, str]]:
    with gzip.open(directory / f"{name}.csv.gz", "rt", encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


@contextmanager
def serving(environment: Mapping[str, str]) -> Iterator[None]:
    """A server of its own, from when it listens to its orderly end."""
    process = subprocess.Popen([sys.executable, "server.py"], cwd=ROOT, env=environment, stdout=subprocess.PIPE)
    try:
        if not (process.stdout and process.stdout.readline()):
            raise SystemExit("replay: the server did not start")
        yield
    finally:
        process.terminate()
        process.communicate(timeout=30)


def main() -> None:
    directory = Path(sys.argv[1]) if len(sys.argv) > 1 else DATA
    if not (directory / "olist_orders_dataset.csv.gz").exists():
        raise SystemExit(f"replay: the Olist records are not in {directory}; name their directory")
    cases = cases_of(directory)
    with tempfile.TemporaryDirectory(prefix="retour-") as home, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port, secret = free.getsockname()[1], secrets.token_hex(32)
        free.close()
        environment = {**os.environ, "RETOUR_HOME": home, "PORT": str(port), "SECRET": secret, "RATE_LIMIT": "0"}
        environment.pop("DATABASE_URL", None)
        began = perf_counter()
        subprocess.run(
            [sys.executable, "server.py", "import", "olist", str(directory)], cwd=ROOT, env=environment, check=True
        )
        imported = perf_counter()
        replay = Replay(f"http://127.0.0.1:{port}", secret)
        with serving(environment):
            asyncio.run(replay.play(cases))
        ended = perf_counter()
    kinds = Counter(case.transaction for case in cases)
    print(f"\nTaken in, in {imported - began:.1f} s; replayed, in {ended - imported:.1f} s.")
    print(f"{kinds[CANCEL]} cancellations and {kinds[REFUND]} returns:")
    for way, number in sorted(replay.ways.items()):
        print(f"  {number:>4}  {way}")
    paid = sum(case.paid for case in cases)
    print(f"{replay.refunds} refunds, BRL {replay.refunded:,.2f} of {paid:,.2f} that was paid.")
    for difference in replay.differences:
        print(f"DIFFERENT  {difference}", file=sys.stderr)
    print(f"{len(replay.differences)} differences.")
    sys.exit(1 if replay.differences else 0)


if __name__ == "__main__":
    main()
