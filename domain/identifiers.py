"""Identifiers: what names an order, a payment, a person or a thing is spelled in one way, and all of it can be seen."""

from unicodedata import normalize

from domain.texts import shows_nothing

_LAST_PLANES = "\U000e0000"
"""From here on Unicode has tags, variation selectors and private characters: no font shows what they are."""


def identifier(text: str) -> str:
    """The one spelling of an identifier: without white space around it, its characters composed (Unicode NFC)."""
    return (text if text.isascii() else normalize("NFC", text)).strip()


def unseen_character(text: str) -> str | None:
    """The first character that nobody can see, or tell from a plain space; None if there is none."""
    if text.isascii() and text.isprintable():
        return None
    return next((char for char in text if char != " " and (char >= _LAST_PLANES or shows_nothing(char))), None)
