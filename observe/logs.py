"""Structured logs by the standard library's logging: one line an event, one for each operation.

No line carries a token, a password, an address of a person or a value out of the database: what is logged on purpose
has fields for none of them, and what an exception says is redacted.
"""

import asyncio
import logging
import re
import sys
import time
import traceback
from functools import lru_cache
from typing import Any, TextIO

import orjson

from engine.engine import Finished
from observe.operation_names import operation_of
from observe.traceparent import TRACE
from settings import LogFormat, LogLevel

operations = logging.getLogger("retour.operation")

FLUSH = 0.1
"""Seconds for which lines that report nothing wrong may wait to be written together."""
_LONGEST = 20_000

_SECRETS = re.compile(
    r"eyJ[\w-]{8,}\.[\w-]+\.[\w-]*"  # a JSON Web Token
    r"|\b(?:sk|rk|whsec|pk)_\w{8,}"  # a gateway's key
    r"|(?<=://)[^\s/@]+@"  # the user and password of an address
    r"|[\w.+-]+@[\w-]+\.[\w.-]+"  # a person's address
    r"|(?i:bearer\s+)\S+"
)
_DETAIL = re.compile(r"^(\s*DETAIL:).*(?:\n(?!\s*(?:HINT|Traceback|File)\b).*)?", re.MULTILINE)
"""PostgreSQL's explanation of an error quotes the row."""


def redacted(text: str) -> str:
    """The text without what must stand in no log."""
    return _DETAIL.sub(r"\1 …", _SECRETS.sub("…", text))[:_LONGEST]


def note(finished: Finished) -> None:
    """One line for an operation that was executed or refused.

    Where nobody but us listens it becomes one when lines are written: made many at a time they cost a third.
    """
    if operations.isEnabledFor(logging.INFO):
        handlers = logging.root.handlers
        if len(handlers) == 1 and isinstance(handlers[0], Lines):
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


class Lines(logging.Handler):
    """Writes each record as a line, those that report nothing wrong many at a time."""

    def __init__(self, stream: TextIO, form: "Json | Text") -> None:
        super().__init__()
        self.setFormatter(form)
        self._form = form
        self._stream = stream
        self._waiting: list[str | tuple[float, Finished]] = []
        self._timer: asyncio.TimerHandle | None = None

    def keep(self, finished: Finished) -> None:
        """Write a line for an operation with the next ones."""
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
        """Whether somebody will write what waits: the running loop, if there is one."""
        if self._timer is not None:
            return True
        try:
            self._timer = asyncio.get_running_loop().call_later(FLUSH, self.flush)
        except RuntimeError:
            return False
        return True

    def flush(self) -> None:
        """Write what waits."""
        self.acquire()
        try:
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
            waiting, self._waiting = self._waiting, []
            if waiting:
                lines = [one if isinstance(one, str) else self._form.operation(*one) for one in waiting]
                self._stream.write("\n".join(lines) + "\n")
                self._stream.flush()
        finally:
            self.release()


class Json(logging.Formatter):
    """A JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {"time": _moment(record.created), "level": record.levelname, "logger": record.name}
        operation = getattr(record, "operation", None)
        if operation is not None:
            return orjson.dumps(line | operation).decode()
        line["message"] = redacted(record.getMessage())
        if TRACE.get():
            line["trace"] = TRACE.get()
        if record.exc_info:
            line["exception"] = redacted("".join(traceback.format_exception(*record.exc_info)))
        return orjson.dumps(line).decode()

    def operation(self, created: float, finished: Finished) -> str:
        """The line of an operation."""
        start = {"time": _moment(created), "level": "INFO", "logger": operations.name}
        return orjson.dumps(start | _fields(finished)).decode()


class Text(logging.Formatter):
    """A line for people; an exception takes several."""

    def format(self, record: logging.LogRecord) -> str:
        start = _start(record.created, record.levelname, record.name)
        operation = getattr(record, "operation", None)
        if operation is not None:
            return start + _pairs(operation)
        text = f"{start} {redacted(record.getMessage())}"
        if record.exc_info:
            text += "\n" + redacted("".join(traceback.format_exception(*record.exc_info)).rstrip())
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


def configure(level: LogLevel, format: LogFormat, stream: TextIO | None = None) -> Lines:
    """Let everything that is logged in this process, by libraries too, go to `stream` (stderr) in one form."""
    handler = Lines(stream or sys.stderr, Json() if format == "json" else Text())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("retour").setLevel(level.upper())
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    # what no line of ours shows need not be found out for each
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging._srcfile = None
    return handler
