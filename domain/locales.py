"""Names of languages, as BCP 47 writes them."""

import re

LONGEST = 35
"""Characters: what RFC 5646 says that every reader must be able to take."""
_LOCALE = re.compile(
    r"[a-z]{2,8}(-[a-z]{4})?(-([a-z]{2}|[0-9]{3}))?(-([a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*"
    r"(-[a-wyz0-9](-[a-z0-9]{2,8})+)*(-x(-[a-z0-9]{1,8})+)?",
    re.ASCII | re.IGNORECASE,
)
"""Language, script, region, variants, extensions, private use."""


def locale(text: str) -> str | None:
    """The one spelling of a language's name (`de-AT`, `zh-Hant`); None if it is not the name of a language."""
    if len(text) > LONGEST or not _LOCALE.fullmatch(text):
        return None
    first, *rest = text.lower().split("-")
    spelled = [first]
    for subtag in rest:
        special = len(spelled[-1]) == 1 or any(len(earlier) == 1 for earlier in spelled)
        if not special and subtag.isalpha() and len(subtag) in (2, 4):
            spelled.append(subtag.upper() if len(subtag) == 2 else subtag.title())
        else:
            spelled.append(subtag)
    return "-".join(spelled)
