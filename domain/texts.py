"""Texts that people write: whether there is anything to read in them, and nothing that disturbs the reader."""

import re
from unicodedata import category, normalize

_NOTHING = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})
"""Control and format characters, spaces."""
_BLANK = frozenset(
    {
        *(0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2065, 0x2800, 0x3164, 0xFFA0, 0x16FE4, 0x1D159, 0x13441, 0x13442),
        *range(0x180B, 0x1810),
        *range(0xFE00, 0xFE10),
        *range(0xFFF0, 0xFFF9),
        *range(0xE0000, 0xE1000),
    }
)
"""Letters and signs that are drawn as nothing: fillers, Braille without a dot, joiners, variation selectors."""
_CONTROL = frozenset({"Cc", "Zl", "Zp"})
_DIRECTING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that turn the direction of what follows, so that a text reads otherwise than it is."""

_WEB_ADDRESS = re.compile(r"\w:/|\bwww[.\u3002]|\w[.\u3002](?:[^\W\d_]{2,}|xn--[a-z0-9-]+)(?![\w-])", re.IGNORECASE)
"""A scheme, or a name of the web: a dot between a letter or digit and a word of letters only."""


def control_character(text: str) -> str | None:
    """The first character that controls how a line is shown, such as a line break; None if none does."""
    if text.isprintable():
        return None
    return next((char for char in text if char in _DIRECTING or category(char) in _CONTROL), None)


def one_line(text: str) -> str:
    """A text without anything that could begin another line, or turn the direction of what follows."""
    return " ".join("".join(" " if control_character(char) else char for char in text).split())


def on_a_line(text: str) -> str:
    """A text as a terminal can show it on one line: what cannot be printed is escaped as in Python."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def has_web_address(text: str) -> bool:
    """Whether a program that shows a text may make a link of a part of it; an email address is one as well."""
    seen = "".join(char for char in text if category(char) != "Cf" and ord(char) not in _BLANK)
    return _WEB_ADDRESS.search(normalize("NFKC", seen)) is not None


def is_blank(text: str | None) -> bool:
    """Whether a text shows nothing to its reader, so that it is as good as none."""
    return text is None or all(map(shows_nothing, text))


def shows_nothing(char: str) -> bool:
    """Whether a character is drawn as nothing, or as space."""
    return category(char) in _NOTHING or ord(char) in _BLANK
