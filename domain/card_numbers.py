"""Card numbers: what pays by card is shown by its last digits, so a whole number must be recognized to be refused."""

from collections.abc import Iterator
from unicodedata import category, decimal

SHORTEST, LONGEST = 12, 19
"""Digits of a card number (ISO/IEC 7812)."""


def holds_card_number(text: str) -> bool:
    """Whether a text has a whole card number in it, however its digits are grouped: 12 to 19 that fit its check digit.

    Letters end a number; spaces, dashes and whatever else stands between its groups do not.
    """
    return any(
        SHORTEST <= len(digits) <= LONGEST and _passes_luhn(digits)
        for groups in _runs(text)
        for first in range(len(groups))
        for digits in _joined(groups[first:])
    )


def _runs(text: str) -> Iterator[list[str]]:
    """The digits of a text, as groups between letters; digits of other scripts count as what they mean."""
    groups, group = list[str](), ""
    for char in text:
        digit = decimal(char, None)
        if digit is not None:
            group += str(digit)
            continue
        groups, group = [*groups, group] if group else groups, ""
        if category(char)[0] in "LM":
            yield groups
            groups = []
    yield [*groups, group] if group else groups


def _joined(groups: list[str]) -> Iterator[str]:
    """The first group, the first two joined, the first three, and so on, up to the longest card number."""
    digits = ""
    for group in groups:
        digits += group
        if len(digits) > LONGEST:
            return
        yield digits


def _passes_luhn(digits: str) -> bool:
    """Whether the last digit is the check digit of those before it (ISO/IEC 7812-1, Annex B)."""
    doubled = (int(digit) * (1 + n % 2) for n, digit in enumerate(reversed(digits)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0
