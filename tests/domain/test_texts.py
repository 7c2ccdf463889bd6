"""What shows nothing is no text."""

import pytest

from domain.texts import control_character, is_blank

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
