"""Exceptions as a log may show them: types, places in the code, tables and columns, never a value of a row.

Texts of exceptions quote what they are about: a date that cannot be read, a key that is missing, the row that the
database refuses. So a text is shown only where it is known to speak of the program or of the system.
"""

import traceback
from collections.abc import Iterator

from engine import GraphQLFault
from settings import OperatorError

_SPEAK_OF_THE_PROGRAM = (
    AttributeError,
    NameError,
    TypeError,
    ImportError,
    NotImplementedError,
    RecursionError,
    OSError,
    GraphQLFault,
    OperatorError,
)
_QUOTES_VALUES = ("22", "44", "P0", "XX", "HV")
"""Classes of PostgreSQL's errors whose first line may quote a value; those of the others name tables and columns."""
_NAMED = ("schema_name", "table_name", "column_name", "constraint_name", "data_type_name")
_CAUSE = "\nThe above exception was the direct cause of the following exception:\n\n"
_CONTEXT = "\nDuring handling of the above exception, another exception occurred:\n\n"
_DEEPEST = 20
"""Causes of causes that are shown."""


def in_a_line(error: BaseException) -> str:
    """An exception in one line: its type, and what can be said of it without a value."""
    kind = type(error)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    text = _text_of(error)
    return f"{name}: {text}" if text else name


def traced(error: BaseException) -> str:
    """An exception with its traceback, its causes and the exceptions of a group."""
    return "".join(_lines(error, set()))


def _text_of(error: BaseException) -> str:
    state = getattr(error, "sqlstate", None)
    if isinstance(state, str):
        spoken = "" if state.startswith(_QUOTES_VALUES) else str(error.args[0] if error.args else "").partition("\n")[0]
        named = [f"{name.removesuffix('_name')} {value}" for name in _NAMED if (value := getattr(error, name, None))]
        return ", ".join([f"[{state}] {spoken}".rstrip(), *named])
    return str(error) if isinstance(error, _SPEAK_OF_THE_PROGRAM) else ""


def _lines(error: BaseException, seen: set[int]) -> Iterator[str]:
    seen.add(id(error))
    before, between = error.__cause__, _CAUSE
    if before is None and not error.__suppress_context__:
        before, between = error.__context__, _CONTEXT
    if before is not None and id(before) not in seen and len(seen) < _DEEPEST:
        yield from _lines(before, seen)
        yield between
    if error.__traceback__ is not None:
        yield "Traceback (most recent call last):\n"
        yield from traceback.format_tb(error.__traceback__)
    yield in_a_line(error) + "\n"
    if isinstance(error, BaseExceptionGroup):
        for part in error.exceptions:
            yield f"of the group {type(error).__qualname__}:\n"
            yield from _lines(part, seen)
