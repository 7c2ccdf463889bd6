"""The one spelling of identifiers, and the characters that nobody can see."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.identifiers import identifier, unseen_character

SAME = ["A-1 ", " A-1", "A-1\t", "\nA-1\r\n", "\u00a0A-1\u3000", "\u2003A-1", "\x1cA-1\x85"]
UNSEEN = [
    *("\u200b", "\u200d", "\ufeff", "\u2060", "\u00ad", "\u202e", "\u2066", "\u180e", "\u061c"),
    *("\u2800", "\u3164", "\u115f", "\uffa0", "\u034f", "\ufe0f", "\U000e0041", "\U000e0100"),
    *("\U00016fe4", "\U0001d159", "\u2065", "\U000f0000"),
    *("\x07", "\x7f", "\x9f", "\t", "\n", "\u2028", "\u00a0", "\u3000", "\u2009"),
]


@pytest.mark.parametrize("text", SAME)
def test_white_space_around_an_identifier_does_not_count(text: str) -> None:
    assert identifier(text) == "A-1"


@pytest.mark.parametrize(
    ("apart", "composed"), [("cafe\u0301", "caf\u00e9"), ("\u1112\u1161\u11ab", "\ud55c"), ("\u212b", "\u00c5")]
)
def test_an_identifier_is_composed(apart: str, composed: str) -> None:
    assert identifier(apart) == composed


@pytest.mark.parametrize("char", UNSEEN)
def test_what_cannot_be_seen_inside_an_identifier_is_found(char: str) -> None:
    assert unseen_character(f"A{char}1") == char


@pytest.mark.parametrize("text", ["A 1", "A-1", "a_b.c/d:e#f", "\u6ce8\u6587 7", "caf\u00e9", "\U0001f381"])
def test_what_can_be_seen_is_left_alone(text: str) -> None:
    assert (identifier(text), unseen_character(text)) == (text, None)


@given(st.text())
def test_a_spelling_is_its_own_spelling(text: str) -> None:
    assert identifier(identifier(text)) == identifier(text)
