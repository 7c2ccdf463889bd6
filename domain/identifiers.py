"""Identifiers: what names an order, a payment, a person or a thing is spelled in one way, and all of it can be seen."""

from unicodedata import category, normalize

_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0")
"""Characters that show nothing, although Unicode counts them as letters, marks or symbols."""
_UNSEEN = frozenset({"Cc", "Cf", "Zl", "Zp", "Zs"})
"""Control and format characters, and white space other than the plain space."""


def identifier(text: str) -> str:
    """The one spelling of an identifier: without white space around it, its characters composed (Unicode NFC)."""
    return (text if text.isascii() else normalize("NFC", text)).strip()


def unseen_character(text: str) -> str | None:
    """The first character that nobody can see, or tell from a plain space; None if there is none."""
    if text.isascii() and text.isprintable():
        return None
    return next((char for char in text if char != " " and _is_unseen(char)), None)


def _is_unseen(char: str) -> bool:
    return char in _BLANK or category(char) in _UNSEEN or "\ufe00" <= char <= "\ufe0f" or char >= "\U000e0000"
