"""What the console says in its two languages, as far as the tests that speak both read it off the screen."""

from collections.abc import Sequence
from dataclasses import dataclass

import pytest


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language. A text with `{}` has a gap for a name or a number."""

    locale: str
    """What the browser asks for."""
    sign_in_as: str
    store: str
    seller_center: str
    my_orders: str
    order: str
    order_details: str
    return_item: str
    reason_for: str
    changed_mind: str
    no_longer_wanted: str
    policy: str
    return_selected: str
    received: str
    expected_refund: str
    cancel_until: str
    return_possible: str
    request: str
    requests: str
    orders: str
    requests_page: str
    confirmed_automatically: str
    owner: str
    seller: str
    waiting_for: str
    products: str
    information: tuple[str, str, str, str]
    """Product, customer, order and payment information."""
    select: str
    apply_title: str
    transaction: str
    apply: str
    order_cancel: str
    yes: str
    plan: str
    plans: str
    confirm: str
    confirm_request: str
    cancel: str
    refund: str
    """The type of a plan."""
    return_type: str
    """The type of a request."""
    preparing: str
    waiting_packaging: str
    delivered: str
    waiting: str
    approved: str
    completed: str
    refunded: str
    canceled: str
    totals: str
    paid: str
    returned: str
    return_requested: str


ENGLISH = Words(
    locale="en-GB",
    sign_in_as="Sign in as {}",
    store="Store",
    seller_center="Seller Center",
    my_orders="My Orders",
    order="Order {}",
    order_details="Order Details",
    return_item="Return This Item: {}",
    reason_for="Reason for {}",
    changed_mind="I have changed my mind",
    no_longer_wanted="I no longer want it",
    policy="I accept that I read and understand the Return Policy",
    return_selected="Return Selected Items",
    received="Your request has been received and is under evaluation.",
    expected_refund="Expected refund",
    cancel_until="Can be canceled until the package is shipped",
    return_possible="Can be returned",
    request="Request {}",
    requests="Requests",
    orders="Orders",
    requests_page="Cancellation/Return Requests",
    confirmed_automatically="Confirmed automatically",
    owner="Owner",
    seller="Seller",
    waiting_for="Waiting for {}",
    products="Products",
    information=("Product Information", "Customer Information", "Order Information", "Payment Information"),
    select="Select {}",
    apply_title="Cancel/Return Selected Items",
    transaction="Transaction",
    apply="Apply",
    order_cancel="Order Cancel?",
    yes="Yes",
    plan="Cancellation plan · Request {}",
    plans="Cancellation and Refund Plans",
    confirm="Confirm",
    confirm_request="Confirm request {}",
    cancel="Cancel",
    refund="Refund",
    return_type="Refund",
    preparing="Preparing",
    waiting_packaging="Waiting Packaging",
    delivered="Delivered",
    waiting="Waiting",
    approved="Approved",
    completed="Completed",
    refunded="Refunded",
    canceled="Canceled",
    totals="Totals",
    paid="Paid",
    returned="Returned",
    return_requested="Return requested",
)

GERMAN = Words(
    locale="de-DE",
    sign_in_as="Anmelden als {}",
    store="Shop",
    seller_center="Händlerbereich",
    my_orders="Meine Bestellungen",
    order="Bestellung {}",
    order_details="Bestelldetails",
    return_item="Diesen Artikel zurückgeben: {}",
    reason_for="Grund für {}",
    changed_mind="Ich habe es mir anders überlegt",
    no_longer_wanted="Ich möchte es nicht mehr",
    policy="Ich habe die Rückgabebedingungen gelesen und verstanden und nehme sie an",
    return_selected="Ausgewählte Artikel zurückgeben",
    received="Ihre Anfrage ist eingegangen und wird geprüft.",
    expected_refund="Voraussichtliche Erstattung",
    cancel_until="Stornierbar, bis das Paket versandt wird",
    return_possible="Rückgabe möglich",
    request="Anfrage {}",
    requests="Anfragen",
    orders="Bestellungen",
    requests_page="Storno-/\u200bRückgabe-Anfragen",
    confirmed_automatically="Automatisch bestätigt",
    owner="Betreiber",
    seller="Händler",
    waiting_for="Wartet auf: {}",
    products="Produkte",
    information=("Produktdaten", "Kundendaten", "Bestelldaten", "Zahlungsdaten"),
    select="{} auswählen",
    apply_title="Ausgewählte Artikel stornieren/zurückgeben",
    transaction="Vorgang",
    apply="Anwenden",
    order_cancel="Bestellung stornieren?",
    yes="Ja",
    plan="Stornoplan · Anfrage {}",
    plans="Storno- und Erstattungspläne",
    confirm="Bestätigen",
    confirm_request="Anfrage {} bestätigen",
    cancel="Storno",
    refund="Erstattung",
    return_type="Rückgabe",
    preparing="In Vorbereitung",
    waiting_packaging="Wartet auf Verpackung",
    delivered="Zugestellt",
    waiting="Wartet",
    approved="Genehmigt",
    completed="Abgeschlossen",
    refunded="Erstattet",
    canceled="Storniert",
    totals="Summen",
    paid="Bezahlt",
    returned="Zurückgegeben",
    return_requested="Rückgabe angefragt",
)


def in_both_languages(
    names: Sequence[str], english: Sequence[object], german: Sequence[object]
) -> pytest.MarkDecorator:
    """A test whose languages differ in words alone: German comes with `make storm` and `make test-web`."""
    cases = [pytest.param(*english, id="english"), pytest.param(*german, id="german", marks=pytest.mark.storm)]
    return pytest.mark.parametrize(names, cases)
