"""The language of an answer: the header as RFC 9110 writes it, looked up as RFC 4647 says."""

from collections.abc import Iterator
from functools import lru_cache

from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

ENGLISH = "en"
LONGEST_HEADER = 1_000  # characters; browsers send a tenth of it


@lru_cache(maxsize=1024)
def language_of(accepted: str, languages: tuple[str, ...]) -> str:
    """The best of some languages for an Accept-Language header by its weights, or English.

    Browsers send few different headers, so most are parsed once; what no browser sends is not looked at.
    """
    if not accepted or len(accepted) > LONGEST_HEADER:
        return ENGLISH
    ranges = list(parse_accept_header(accepted, LanguageAccept))  # the best first
    refused = [name.lower() for name, weight in ranges if weight <= 0]
    offered = {language.lower(): language for language in languages if not _is_of(language.lower(), refused)}
    wanted = (narrower for name, weight in ranges if weight > 0 for narrower in _truncated(name.lower()))
    return next((offered[name] for name in wanted if name in offered), ENGLISH)


def _truncated(name: str) -> Iterator[str]:
    """A range and its parents: zh-hant-x-tw, zh-hant, zh. A subtag of one letter goes with the one after it."""
    subtags = name.split("-")
    while subtags:
        yield "-".join(subtags)
        subtags.pop()
        if subtags and len(subtags[-1]) == 1:
            subtags.pop()


def _is_of(language: str, ranges: list[str]) -> bool:
    return any(language == name or language.startswith(f"{name}-") for name in ranges)
