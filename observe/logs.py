"""Structured logs by the standard library's logging: one line for each record and for each operation.

No line contains a token, a password, a person's address or a value of the database: the fields of operations have none
of them, the texts of records are redacted, and of exceptions a line has types and places (observe/tracebacks.py).
"""

import asyncio
import logging
import re
import sys
import time
from functools import lru_cache
from typing import Any, TextIO

import orjson

from engine import Finished
from observe.operation_names import operation_of
from observe.tracebacks import in_a_line, traced
from observe.traceparent import TRACE
from settings import LogFormat, LogLevel

operations = logging.getLogger("retour.operation")

FLUSH = 0.1
"""Seconds for which lines without a problem may wait to be written together."""
_LONGEST = 20_000

_SECRETS = re.compile(
    r"eyJ[\w-]{8,}\.[\w-]+\.[\w-]*"  # a JSON Web Token
    r"|\b(?:sk|rk|whsec|pk)_\w{8,}"  # a gateway's key
    r"|(?<=://)[^\s/@]+@"  # the user and password of an address
    r"|[\w.+-]+@[\w-]+\.[\w.-]+"  # a person's address
    r"|(?i:bearer\s+)\S+"
)
_DETAIL = re.compile(r"^(\s*DETAIL:).*(?:\n(?!\s*(?:HINT|Traceback|File)\b).*)?", re.MULTILINE)
"""PostgreSQL's explanation of an error, which quotes the row."""


def redacted(text: str) -> str:
    """The text without secrets, addresses of persons and rows."""
    return _DETAIL.sub(r"\1 …", _SECRETS.sub("…", text))[:_LONGEST]


def _message(record: logging.LogRecord) -> str:
    """The text of a record; exceptions among its arguments, and those that asyncio quotes, show no value."""
    if record.name == "asyncio":  # after the first line it prints tasks and futures, each with its exception
        return redacted(record.getMessage().partition("\n")[0])
    if isinstance(record.args, tuple) and any(isinstance(value, BaseException) for value in record.args):
        shown = [in_a_line(value) if isinstance(value, BaseException) else value for value in record.args]
        return redacted(str(record.msg) % tuple(shown))
    return redacted(record.getMessage())


def note(finished: Finished) -> None:
    """Log an operation that was executed or refused.

    If our handler is the only one, the line is made when lines are written: many at a time cost a third.
    """
    if operations.isEnabledFor(logging.INFO):
        handlers = logging.root.handlers
        if len(handlers) == 1 and isinstance(handlers[0], LineHandler):
            handlers[0].keep(finished)
        else:
            operations.info("operation", extra={"operation": _fields(finished)})


def _fields(finished: Finished) -> dict[str, Any]:
    document, context = finished.document, finished.context
    operation = operation_of(finished)
    viewer = getattr(context, "viewer", None)
    return {
        "name": operation.name.value if operation is not None and operation.name is not None else "",
        "document": document.hash[:16],
        "role": viewer.role if viewer is not None else "",
        "ms": round(finished.seconds * 1000, 2),
        "statements": context.statements,
        "outcome": finished.codes[0] if finished.codes else context.refusals[0] if context.refusals else "OK",
        "trace": context.trace,
    }


class LineHandler(logging.Handler):
    """Writes each record as a line; lines without a problem are written many at a time."""

    def __init__(self, stream: TextIO, formatter: "JsonFormatter | TextFormatter") -> None:
        super().__init__()
        self.setFormatter(formatter)
        self._lines = formatter
        self._stream = stream
        self._waiting: list[str | tuple[float, Finished]] = []
        self._timer: asyncio.TimerHandle | None = None

    def keep(self, finished: Finished) -> None:
        """Write a line for an operation together with the next lines."""
        self._waiting.append((time.time(), finished))
        if self._timer is None and not self._later():
            self.flush()

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self._waiting.append(self.format(record))
            if record.levelno > logging.INFO or not self._later():
                self.flush()
        except Exception:
            self.handleError(record)

    def _later(self) -> bool:
        """Whether the waiting lines will be written later: by the running loop, if there is one."""
        if self._timer is not None:
            return True
        try:
            self._timer = asyncio.get_running_loop().call_later(FLUSH, self.flush)
        except RuntimeError:
            return False
        return True

    def flush(self) -> None:
        """Write the waiting lines."""
        self.acquire()
        try:
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
            waiting, self._waiting = self._waiting, []
            if waiting:
                lines = [line if isinstance(line, str) else self._lines.operation(*line) for line in waiting]
                self._stream.write("\n".join(lines) + "\n")
                self._stream.flush()
        finally:
            self.release()


class JsonFormatter(logging.Formatter):
    """Formats a record as a line with a JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {"time": _moment(record.created), "level": record.levelname, "logger": record.name}
        operation = getattr(record, "operation", None)
        if operation is not None:
            return orjson.dumps(line | operation).decode()
        line["message"] = _message(record)
        if TRACE.get():
            line["trace"] = TRACE.get()
        if record.exc_info and record.exc_info[1] is not None:
            line["exception"] = redacted(traced(record.exc_info[1]))
        return orjson.dumps(line).decode()

    def operation(self, created: float, finished: Finished) -> str:
        """The line of an operation."""
        start = {"time": _moment(created), "level": "INFO", "logger": operations.name}
        return orjson.dumps(start | _fields(finished)).decode()


class TextFormatter(logging.Formatter):
    """Formats a record as a line for people; an exception takes several lines."""

    def format(self, record: logging.LogRecord) -> str:
        start = _start(record.created, record.levelname, record.name)
        operation = getattr(record, "operation", None)
        if operation is not None:
            return start + _pairs(operation)
        text = f"{start} {_message(record)}"
        if record.exc_info and record.exc_info[1] is not None:
            text += "\n" + redacted(traced(record.exc_info[1]).rstrip())
        return text

    def operation(self, created: float, finished: Finished) -> str:
        """The line of an operation."""
        return _start(created, "INFO", operations.name) + _pairs(_fields(finished))


def _start(created: float, level: str, name: str) -> str:
    return f"{_moment(created)} {level.lower():<7} {name}"


def _pairs(fields: dict[str, Any]) -> str:
    return "".join([f" {name}={value}" for name, value in fields.items() if value != ""])


def _moment(created: float) -> str:
    return f"{_second(int(created))}.{int(created % 1 * 1000):03d}Z"


@lru_cache(maxsize=2)
def _second(created: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(created))


def configure(level: LogLevel, format: LogFormat, stream: TextIO | None = None) -> LineHandler:
    """Send all logs of this process, those of libraries too, to `stream` (by default stderr) in one format."""
    handler = LineHandler(stream or sys.stderr, JsonFormatter() if format == "json" else TextFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("retour").setLevel(level.upper())
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    # our lines show none of these, so logging need not look them up
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging._srcfile = None
    return handler
