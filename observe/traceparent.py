"""The id by which logs, traces and other services know an operation: W3C Trace Context's."""

import random
import re

_PARENT = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}(?:-.*)?")
_NONE = "0" * 32


def trace_id(traceparent: str | None) -> str:
    """The caller's trace id, or a new one where it sends none that is valid."""
    if traceparent is not None:
        match = _PARENT.fullmatch(traceparent)
        if match is not None and match[1] != _NONE and not traceparent.startswith("ff"):
            return match[1]
    return f"{random.getrandbits(128):032x}"
