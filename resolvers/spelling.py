"""The letters of a number, small or capital, as indexes have them."""

from collections.abc import Callable


def capitals_of(text: str) -> list[str]:
    """A text as an index of capitals may have it."""
    return list(dict.fromkeys(map(_capitals, _cases(text))))


def _cases(text: str) -> tuple[str, ...]:
    """A text as it is and, because upper() in the collation C leaves letters beyond Z alone, in capital and small ones.

    A letter of which more than one would come, as of "ß", stays.
    """
    if text.isascii():
        return (text,)
    return text, _each(text, str.upper), _each(text, str.lower)


def _each(text: str, change: Callable[[str], str]) -> str:
    return "".join(new if len(new := change(char)) == 1 else char for char in text)


def _capitals(text: str) -> str:
    """The letters A to Z as capitals, as PostgreSQL's upper() makes them in the collation C; others stay."""
    return "".join(char.upper() if char.isascii() else char for char in text)
