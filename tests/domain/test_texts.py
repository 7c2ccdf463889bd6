"""What shows nothing is no text."""

import pytest

from domain.texts import is_blank

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
