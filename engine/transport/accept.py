"""What a client accepts, by RFC 9110: media ranges with weights, of which the most specific one counts for a type.

Starlette and uvicorn leave the header to the application.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

_PART = re.compile(r'(?:[^,"]|"(?:[^"\\]|\\.)*")+')
_PARAMETER = re.compile(r'(?:[^;"]|"(?:[^"\\]|\\.)*")+')
_WEIGHT = re.compile(r"(?:0?\.[0-9]{1,3}|0\.?|1(?:\.0{0,3})?)")

NOT_ACCEPTED = 0.0


@lru_cache(maxsize=256)
def weights(header: str) -> Mapping[str, float] | None:
    """The weight of each name that an Accept header lists, in small letters; None if a weight is no weight.

    Of a name that is listed twice the greater one counts. Parameters other than the weight are passed over.
    """
    found: dict[str, float] = {}
    for part in _PART.findall(header):
        name, *parameters = (piece.strip().lower() for piece in _PARAMETER.findall(part) or [""])
        if not name:
            continue
        weight = next((piece[2:] for piece in parameters if piece.startswith("q=")), "1")
        if not _WEIGHT.fullmatch(weight):
            return None
        found[name] = max(found.get(name, 0.0), float(weight))
    return found


def preferred(header: str, offered: Sequence[str], *, plain: str) -> str | None:
    """The offered media type with the greatest weight; None if none is accepted.

    Of equal ones a type that is named comes before one that only a wildcard covers. Then the order of `offered`
    decides; among those that only wildcards cover, `plain` comes first.
    """
    accepted = weights(header) if header.strip() else {"*/*": 1.0}
    if accepted is None:
        return None
    best: str | None = None
    best_rank = (NOT_ACCEPTED, 0, 0)
    for place, media in enumerate(offered):
        weight, named = _weight(accepted, media)
        rank = (weight, named, len(offered) if media == plain and named < _NAMED else -place)
        if weight > NOT_ACCEPTED and rank > best_rank:
            best, best_rank = media, rank
    return best


_NAMED = 2


def _weight(accepted: Mapping[str, float], media: str) -> tuple[float, int]:
    """The weight of the most specific range that covers a type, and how specific that is."""
    if media in accepted:
        return accepted[media], _NAMED
    wild = f"{media.partition('/')[0]}/*"
    if wild in accepted:
        return accepted[wild], 1
    return accepted.get("*/*", accepted.get("*", NOT_ACCEPTED)), 0
