"""What a person reads once a command has been executed: one table for the payloads of all acts on requests."""

from collections.abc import Mapping
from typing import TypeAlias

from domain.actions import Action
from domain.words import Role
from services.inputs import ChangedIds

Texts: TypeAlias = Mapping[str, str]
"""A sentence in each language of this page, by its locale."""

SENTENCES: Mapping[Action, Texts] = {
    Action.REQUEST_RETURN: {
        "en": "Your request has been received and is under evaluation.",
        "de": "Ihre Anfrage ist eingegangen und wird geprüft.",
    },
    Action.APPLY_CANCELLATION: {
        "en": "A cancellation and refund plan has been created.",
        "de": "Ein Storno- und Erstattungsplan wurde angelegt.",
    },
    Action.CONFIRM_REQUEST: {
        "en": "The request has been confirmed, and the money is on its way back to the customer.",
        "de": "Die Anfrage ist bestätigt, und das Geld geht an den Kunden zurück.",
    },
    Action.REJECT_REQUEST: {
        "en": "The request has been rejected, and the customer can read why.",
        "de": "Die Anfrage ist abgelehnt, und der Kunde kann lesen, warum.",
    },
    Action.WITHDRAW_REQUEST: {
        "en": "The request has been withdrawn.",
        "de": "Die Anfrage ist zurückgezogen.",
    },
    Action.REFUND_ALLOWANCE: {
        "en": "The allowance has been made, and the money is on its way back to the customer.",
        "de": "Die Gutschrift ist angelegt, und das Geld geht an den Kunden zurück.",
    },
    Action.DECLARE_WITHDRAWAL: {
        "en": "Your withdrawal has arrived. You receive a receipt with its text, its date and its time.",
        "de": "Ihr Widerruf ist eingegangen. Sie erhalten eine Bestätigung mit Inhalt, Datum und Uhrzeit.",
    },
    Action.VERIFY_WITHDRAWAL: {
        "en": "The withdrawal is confirmed: it counts from the moment at which it was declared.",
        "de": "Der Widerruf ist bestätigt: Er gilt ab dem Zeitpunkt, zu dem er erklärt wurde.",
    },
    Action.REJECT_WITHDRAWAL: {
        "en": "The declaration has been rejected, and nothing follows from it.",
        "de": "Die Erklärung ist zurückgewiesen, und es folgt nichts aus ihr.",
    },
    Action.OBJECT_TO_WITHDRAWAL: {
        "en": "The objection has been recorded, and the marketplace decides.",
        "de": "Der Einwand ist festgehalten, und der Marktplatz entscheidet.",
    },
    Action.CONVERT_TO_RETURN: {
        "en": "The items are to be returned instead; the return waits for the seller.",
        "de": "Die Artikel werden stattdessen zurückgegeben; die Rückgabe wartet auf den Verkäufer.",
    },
}
HELD: Texts = {
    "en": "The request has been confirmed; the money waits for the goods.",
    "de": "Die Anfrage ist bestätigt; das Geld wartet auf die Ware.",
}
"""Of a confirmed return whose money is held."""
LANGUAGES = frozenset(locale for texts in SENTENCES.values() for locale in texts)


def sentence_of(action: Action, role: Role, changed: ChangedIds) -> Texts | None:
    """What to say of an action; None if nothing is said of it.

    A seller that opens a request has its plan at once, as if the owner had applied it; a return that the owner opens
    by applying waits for its seller, as any request does.
    """
    if action is Action.REQUEST_RETURN and role is Role.SELLER:
        action = Action.APPLY_CANCELLATION
    elif action is Action.APPLY_CANCELLATION and not changed.get("plans"):
        action = Action.REQUEST_RETURN
    elif action is Action.CONFIRM_REQUEST and changed.get("held"):
        return HELD
    return SENTENCES.get(action)
