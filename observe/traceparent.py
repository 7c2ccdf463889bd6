"""W3C Trace Context: the id of an operation in logs, traces and other services."""

import random
import re
from contextvars import ContextVar

TRACE: ContextVar[str] = ContextVar("trace", default="")
"""The trace id of this task's operation."""

PARENT: ContextVar[str] = ContextVar("parent", default="")
"""The caller's span, if it named one."""

_PARENT = re.compile(r"(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(?:-.*)?")
_NONE = "0" * 32


def begin(traceparent: str | None) -> str:
    """Join the caller's trace, or begin a new one if it names no valid trace; returns the trace id."""
    trace, parent = trace_of(traceparent)
    TRACE.set(trace)
    PARENT.set(parent)
    return trace


def trace_of(traceparent: str | None) -> tuple[str, str]:
    """The caller's trace and span, or a new trace and no span."""
    if traceparent is not None:
        match = _PARENT.fullmatch(traceparent)
        if match is not None and match[1] != _NONE and match[2] != _NONE[:16]:
            return match[1], match[2]
    return f"{random.getrandbits(128) or 1:032x}", ""
