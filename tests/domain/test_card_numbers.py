"""A whole card number is recognized however it is written, and what a person recognizes is not taken for one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.card_numbers import LONGEST, SHORTEST, holds_card_number

CARDS = [
    "4242424242424242",
    "378282246310005",
    "6011000990139424",
    "36700102000000",
    "6304000000000000000",
    "501800000009",
]


@pytest.mark.parametrize("card", CARDS)
@pytest.mark.parametrize("text", ["{}", "Visa {}", "{} Visa", "{}, 12/27, 123", "no. {}!", "12/27 {}", "•{}•"])
def test_a_card_number_is_found_wherever_it_stands(card: str, text: str) -> None:
    assert holds_card_number(text.format(card))


@pytest.mark.parametrize("gap", [" ", "-", ".", "/", "\u00a0", "\u2009", "\u2013", "•", "_", " - "])
def test_a_card_number_is_found_however_it_is_grouped(gap: str) -> None:
    assert holds_card_number(gap.join(["4242"] * 4))
    assert holds_card_number(gap.join("4242424242424242"))


@pytest.mark.parametrize("zero", ["\uff10", "\u0660", "\u0966", "\U0001d7ce"])
def test_digits_of_other_scripts_are_digits(zero: str) -> None:
    assert holds_card_number("".join(chr(ord(zero) + int(digit)) for digit in "4242424242424242"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Visa •••• 4242",
        "4242",
        "424242•••••• 4242",
        "4242424242424243",
        "42424242424",
        "DE89370400440532013000",
        "Invoice 536365",
        "4242 4242 then 4242 4242",
        "42424242424242424242",
        "²4242424242424",
    ],
)
def test_what_a_person_recognizes_is_no_card_number(text: str) -> None:
    assert not holds_card_number(text)


@given(st.text("0123456789", min_size=SHORTEST - 1, max_size=LONGEST - 1))
def test_of_ten_last_digits_one_makes_a_card_number(start: str) -> None:
    assert [holds_card_number(f"{start}{digit}") for digit in range(10)].count(True) == 1


@given(st.text("0123456789 ", max_size=80) | st.text(max_size=80))
def test_any_text_gets_an_answer(text: str) -> None:
    assert holds_card_number(text) in (True, False)
