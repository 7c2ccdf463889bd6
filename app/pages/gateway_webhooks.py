"""The routes that gateways report to. A signed and readable report is answered 200, whether it was news or not."""

from collections.abc import Awaitable, Callable
from hmac import compare_digest
from typing import TYPE_CHECKING

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from engine import is_outage
from gateways.payments.port import Answer
from services.acts.refunds import GatewayReport
from services.commands import Commands
from services.currency import exponent
from services.worker.gateway_reports import follow_hint, record, report, tell_dispute
from services.worker.labels import report_scans

if TYPE_CHECKING:
    from gateways.mail.bounces import ReturnPath

LARGEST = 256 * 1024
"""Bytes of a report; Stripe's have a few thousand."""


def stripe_routes(commands: Commands, secret: str | None) -> list[Route]:
    """POST /webhooks/stripe, for events signed with `secret`; no route without a secret."""
    if not secret:
        return []
    from gateways.payments.stripe_dispute import dispute_of
    from gateways.payments.stripe_refund import credit_of
    from gateways.payments.stripe_webhook import WebhookFact, WebhookRejected, parse_webhook

    async def apply(body: bytes, headers: Headers) -> bool:
        try:
            fact = parse_webhook(body, headers.get("stripe-signature", ""), secret)
        except WebhookRejected as rejected:
            raise ReportRejected(str(rejected)) from None
        return fact is not None and await apply_fact(fact)

    async def apply_fact(fact: WebhookFact) -> bool:
        if fact.dispute is not None:
            return await tell_dispute(commands, "stripe", dispute_of(fact.dispute, exponent, sent_at=fact.sent_at))
        if fact.made is None or fact.outcome is None:
            return bool(await follow_hint(commands, "stripe", fact.payment_references))
        answer = Answer(fact.outcome, fact.reference, fact.message)
        if fact.key is not None and await report(commands, "stripe", fact.key, GatewayReport(fact.retry, answer)):
            return True
        return await record(commands, "stripe", credit_of(fact.made, exponent))

    return [_receiving("/webhooks/stripe", apply)]


def easypost_routes(commands: Commands, secret: str | None) -> list[Route]:
    """POST /webhooks/easypost, for events signed with `secret`; no route without a secret."""
    if not secret:
        return []
    from gateways.carriers.easypost_webhook import TrackingRejected, parse_tracking

    async def apply(body: bytes, headers: Headers) -> bool:
        try:
            report = parse_tracking(body, headers.get("x-hmac-signature", ""), secret, commands.clock())
        except TrackingRejected as rejected:
            raise ReportRejected(str(rejected)) from None
        if report is None or not report.scans:
            return False
        return await report_scans(commands, "easypost", report.reference, report.event_id, report.scans)

    return [_receiving("/webhooks/easypost", apply)]


def bounce_routes(commands: Commands, path: "ReturnPath | None") -> list[Route]:
    """POST /webhooks/mail, for mail that has come back, as it is, with a bearer token; no route without an address."""
    if path is None:
        return []
    from gateways.mail.bounces import read_bounce
    from services.messages.bouncing import record_bounce

    async def apply(body: bytes, headers: Headers) -> bool:
        if not compare_digest(headers.get("authorization", "").encode(), f"Bearer {path.secret}".encode()):
            raise ReportRejected("the header authorization must be Bearer and MAIL_BOUNCES_SECRET.")
        bounce = read_bounce(body, path)
        return bounce is not None and await record_bounce(bounce, commands.clock())

    return [_receiving("/webhooks/mail", apply)]


class ReportRejected(Exception):
    """A report is not signed as it should be, or cannot be read."""


def _receiving(path: str, apply: Callable[[bytes, Headers], Awaitable[bool]]) -> Route:
    """The route of reports: `apply` says whether one is news, and raises ReportRejected."""

    async def receive(request: Request) -> Response:
        try:
            body = await _body(request)
        except ClientDisconnect:
            return PlainTextResponse("gone\n", 400)
        if body is None:
            return PlainTextResponse("too large\n", 413)
        try:
            news = await apply(body, request.headers)
        except ReportRejected as rejected:
            return PlainTextResponse(f"rejected: {rejected}\n", 400)
        except Exception as error:
            if not is_outage(error):
                raise
            return PlainTextResponse("try again\n", 503)  # who reports retries for days
        return PlainTextResponse("noted\n" if news else "nothing new\n")

    return Route(path, receive, methods=["POST"])


async def _body(request: Request) -> bytes | None:
    """The whole body, or None if it is larger than any report of a gateway."""
    parts, length = [], 0
    async for part in request.stream():
        length += len(part)
        if length > LARGEST:
            return None
        parts.append(part)
    return b"".join(parts)
