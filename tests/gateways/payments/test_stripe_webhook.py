"""Stripe's events: who signed them, and what they say."""

import json
import time
from typing import Any

import pytest
import stripe

from gateways.payments.port import Outcome
from gateways.payments.stripe_refund import read_refund
from gateways.payments.stripe_webhook import WebhookFact, WebhookRejected, parse_webhook

_SECRET = "whsec_of_the_tests"


def a_refund(status: str = "succeeded", **changes: Any) -> dict[str, Any]:
    return {
        "object": "refund",
        "id": "re_1",
        "amount": 400,
        "currency": "brl",
        "created": 1_700_000_000,
        "charge": "ch_1",
        "payment_intent": "pi_1",
        "status": status,
        "metadata": {"refund": "refund-1", "retry": "0", "payment": "pi_1"},
        **changes,
    }


def an_event(kind: str, shown: dict[str, Any]) -> bytes:
    return json.dumps({"object": "event", "id": "evt_1", "type": kind, "data": {"object": shown}}).encode()


def signed(payload: bytes, *, secret: str = _SECRET, age_s: int = 0) -> str:
    header: str = stripe.WebhookSignature.generate_signature_header(payload.decode(), secret, int(time.time()) - age_s)
    return header


def read(payload: bytes) -> WebhookFact | None:
    return parse_webhook(payload, signed(payload), _SECRET)


@pytest.mark.parametrize(
    ("kind", "status", "outcome"),
    [
        ("refund.created", "pending", Outcome.PENDING),
        ("refund.updated", "succeeded", Outcome.SUCCEEDED),
        ("charge.refund.updated", "succeeded", Outcome.SUCCEEDED),
        ("refund.updated", "canceled", Outcome.FAILED),
        ("refund.failed", "failed", Outcome.FAILED),
    ],
)
def test_an_event_about_our_refund_says_what_became_of_it(kind: str, status: str, outcome: Outcome) -> None:
    shown = a_refund(status, failure_reason="declined")
    assert read(an_event(kind, shown)) == WebhookFact(
        event_id="evt_1",
        key="refund-1",
        retry=0,
        payment_references=("pi_1", "ch_1"),
        reference="re_1",
        outcome=outcome,
        message="declined",
        made=read_refund(shown),
    )


def test_an_event_says_which_retry_it_is_about() -> None:
    shown = a_refund("failed", metadata={"refund": "refund-1", "retry": "2"})
    fact = read(an_event("refund.failed", shown))
    assert fact is not None
    assert fact.retry == 2


def test_a_refunded_charge_only_names_its_payment() -> None:
    fact = read(an_event("charge.refunded", {"object": "charge", "id": "ch_1", "payment_intent": {"id": "pi_1"}}))
    assert fact is not None
    assert (fact.key, fact.outcome, fact.payment_references) == (None, None, ("pi_1", "ch_1"))


@pytest.mark.parametrize("metadata", [None, {}, {"somebody": "else"}])
def test_an_event_about_a_refund_made_by_hand_shows_it_without_a_key(metadata: dict[str, str] | None) -> None:
    fact = read(an_event("refund.updated", a_refund(metadata=metadata)))
    assert fact is not None
    assert fact.made is not None
    assert (fact.key, fact.made.amount, fact.made.reference, fact.made.payments) == (
        None,
        400,
        "re_1",
        ("pi_1", "ch_1"),
    )


@pytest.mark.parametrize("ahead_s", [301, 10**6])
def test_an_event_signed_in_the_future_is_rejected(ahead_s: int) -> None:
    payload = an_event("refund.updated", a_refund())
    assert parse_webhook(payload, signed(payload, age_s=-200), _SECRET) is not None
    with pytest.raises(WebhookRejected, match="future"):
        parse_webhook(payload, signed(payload, age_s=-ahead_s), _SECRET)


@pytest.mark.parametrize("kind", ["charge.succeeded", "customer.created", "refund.never_heard_of"])
def test_an_event_about_something_else_is_ignored(kind: str) -> None:
    assert read(an_event(kind, {"object": "whatever", "id": "x_1"})) is None


def test_an_event_signed_with_another_secret_is_rejected() -> None:
    payload = an_event("refund.updated", a_refund())
    with pytest.raises(WebhookRejected):
        parse_webhook(payload, signed(payload, secret="whsec_of_an_intruder"), _SECRET)


def test_an_event_changed_on_its_way_is_rejected() -> None:
    payload = an_event("refund.updated", a_refund("failed"))
    with pytest.raises(WebhookRejected):
        parse_webhook(payload.replace(b"failed", b"succeeded"), signed(payload), _SECRET)


def test_a_recorded_event_sent_again_much_later_is_rejected() -> None:
    payload = an_event("refund.updated", a_refund())
    assert parse_webhook(payload, signed(payload, age_s=60), _SECRET) is not None
    with pytest.raises(WebhookRejected):
        parse_webhook(payload, signed(payload, age_s=3600), _SECRET)


@pytest.mark.parametrize("header", ["", "nonsense", "t=1", "t=x,v1=y", "v1=00", "t=1700000000,v0=00"])
def test_an_event_without_a_readable_signature_is_rejected(header: str) -> None:
    with pytest.raises(WebhookRejected):
        parse_webhook(an_event("refund.updated", a_refund()), header, _SECRET)


@pytest.mark.parametrize("secret", ["", "  "])
def test_without_a_secret_of_our_own_every_event_is_rejected(secret: str) -> None:
    payload = an_event("refund.updated", a_refund())
    with pytest.raises(WebhookRejected):
        parse_webhook(payload, signed(payload, secret=secret), secret)


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"null",
        b"[]",
        b"7",
        b"{}",
        b"{",
        b'{"type": "refund.updated", "id": "evt_1", "data": null}',
        an_event("refund.updated", {"id": "re_1", "metadata": {"refund": "r", "retry": "one"}}),
        an_event("refund.updated", {"metadata": {"refund": "r"}}),
    ],
)
def test_a_signed_body_that_is_not_an_event_is_rejected(payload: bytes) -> None:
    with pytest.raises(WebhookRejected):
        read(payload)


def test_a_body_that_is_not_text_is_rejected() -> None:
    with pytest.raises(WebhookRejected):
        parse_webhook(b"\xff\xfe", "t=1,v1=00", _SECRET)


def test_a_rejection_repeats_neither_the_body_nor_the_secret() -> None:
    payload = an_event("refund.updated", a_refund(receipt="a-customers-name"))
    with pytest.raises(WebhookRejected) as rejected:
        parse_webhook(payload, signed(payload, secret="whsec_other"), _SECRET)
    said = f"{rejected.value!r} {vars(rejected.value.__cause__) if rejected.value.__cause__ else ''}"
    assert "a-customers-name" not in said
    assert _SECRET not in said


@pytest.mark.parametrize(
    "metadata", [{"retry": "first"}, {"refund": 5}, {"refund": "\ud800"}, "none", ["refund"], {"payment": 5}]
)
def test_a_refund_that_somebody_else_made_is_read_whatever_they_noted_on_it(metadata: Any) -> None:
    made = read_refund(a_refund(metadata=metadata))
    assert (made.key, made.retry, made.payments[-1]) == (None, 0, "ch_1")


@pytest.mark.parametrize(
    "changes",
    [{"id": 123}, {"id": None}, {"id": [1]}, {"id": "re\0"}, {"id": "r" * 201}, {"currency": "e\0r"}, {"currency": 5}],
)
@pytest.mark.parametrize("kind", ["refund.created", "charge.dispute.created"])
def test_what_cannot_be_stored_is_no_event(kind: str, changes: dict[str, Any]) -> None:
    with pytest.raises(WebhookRejected, match="cannot be read"):
        read(an_event(kind, a_refund(**changes)))


@pytest.mark.parametrize("body", [b"[" * 200_000, b'{"a":' * 40_000])
def test_a_body_that_is_nested_without_end_is_no_event(body: bytes) -> None:
    with pytest.raises(WebhookRejected, match="nested"):
        read(body)


@pytest.mark.parametrize("created", [-(10**12), -(10**18), "now"])
def test_an_event_of_no_time_is_none(created: Any) -> None:
    dispute = {**a_refund("needs_response"), "id": "du_1"}
    event = {"type": "charge.dispute.created", "id": "evt_1", "created": created, "data": {"object": dispute}}
    with pytest.raises(WebhookRejected, match="time of the event"):
        read(json.dumps(event).encode())


def test_a_sentence_of_stripes_is_stored_without_what_controls_a_screen() -> None:
    message = read_refund(a_refund("failed", failure_reason="\x1b[31m<b>\0" + "x" * 500)).message
    assert message is not None
    assert message.startswith("[31m<b>xxx")
    assert len(message) == 200
