"""What shows nothing is no text."""

import pytest

from domain.texts import control_character, has_web_address, is_blank

NOTHING = ["", " ", "\t\r\n", "\u00a0", "\u2003", "\u3000", "\u200b", "\u2060", "\ufeff", "\u00ad", "\u2800", "\u3164"]
MORE = ["\uffa0", "\u115f\u1160", "\u034f", "\u180e", "\ufe0f", "\u202e\u202c", "\U000e0020\U000e007f", "\U000e0100"]


@pytest.mark.parametrize("text", [None, *NOTHING, *MORE, "".join(NOTHING + MORE)])
def test_what_shows_nothing_is_blank(text: str | None) -> None:
    assert is_blank(text)


@pytest.mark.parametrize(
    "text", ["0", "-", ".", "\u200bno", "ひ", "\u3164가", "\u2800\u2801", "👍\ufe0f", "\u0301", "\U0001fae8"]
)
def test_what_shows_anything_is_not(text: str) -> None:
    assert not is_blank(text)


@pytest.mark.parametrize(
    "char", ["\n", "\r", "\t", "\0", "\x07", "\x1b", "\x85", "\u2028", "\u2029", "\u202e", "\u2066"]
)
def test_a_character_that_controls_how_a_line_is_shown_is_found(char: str) -> None:
    assert control_character(f"Elm{char}Street") == char


@pytest.mark.parametrize(
    "text", ["", "Elm Street 1", "می\u200cخواهم", "Zu\u0308rich", "👩\u200d🚀", "a\u00a0b", "\u3000"]
)
def test_a_line_of_any_script_controls_nothing(text: str) -> None:
    assert control_character(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "https://evil.example/login",
        "Win at HTTP:/evil",
        "Eve (evil.example)",
        "see evil.com, Gus",
        "eve@evil.example",
        "EVIL.EXAMPLE/N-1",
        "www.1und1",
        "bit.ly/3x",
        "evil\uff0eexample",
        "evil\u3002example",
        "ev\u200bil.\u2060com",
        "böse.пример",
        "evil.xn--e1afmkfd",
    ],
)
def test_what_may_become_a_link_is_found(text: str) -> None:
    assert has_web_address(text)


@pytest.mark.parametrize(
    "text",
    [
        "Gus Gast",
        "J. R. R. Tolkien",
        "J.R.R. Tolkien",
        "Dr. med. Ada Weber",
        "Sammy Davis Jr.",
        "Müller e.V.",
        "c/o Weber",
        "N-1001",
        "2026.11.001",
        "N.1001/2",
        "SHOP.DE-1001",
        "RQ:1001",
        "A.B-1",
        "(N-1)",
        "N\u00ba 5",
        "St.\u00a0John",
    ],
)
def test_names_and_numbers_become_no_link(text: str) -> None:
    assert not has_web_address(text)
