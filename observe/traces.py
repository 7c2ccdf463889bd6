"""OpenTelemetry: a span for each operation, root field, SQL statement and call to a gateway.

This module is loaded only if TRACES is on, which needs requirements-traces.txt. OpenTelemetry's own OTEL_… variables
say where the spans go.
"""

import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from inspect import isawaitable
from typing import Any

from graphql import GraphQLSchema

from engine import Document
from engine.context import OperationContext
from gateways.payments.port import Answer, Credit, Gateway, GatewayUnknown, RefundOrder, ShownDispute
from observe.traceparent import PARENT, TRACE
from settings import OperatorError

try:
    from opentelemetry import trace
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor
    from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
except ImportError as error:
    raise OperatorError("TRACES=on needs more packages: run pip install -r requirements-traces.txt") from error


class _Ids(RandomIdGenerator):
    """Gives a trace that begins here the id that the log uses."""

    def generate_trace_id(self) -> int:
        known = TRACE.get()
        return int(known, 16) if known else super().generate_trace_id()


class Traces:
    """Makes the spans of one process and passes them to `processor`, by default OpenTelemetry's OTLP exporter."""

    def __init__(self, processor: SpanProcessor | None = None) -> None:
        self._provider = TracerProvider(resource=Resource.create({"service.name": "retour"}), id_generator=_Ids())
        self._provider.add_span_processor(processor or BatchSpanProcessor(OTLPSpanExporter()))
        self._tracer = self._provider.get_tracer("retour")

    def close(self) -> None:
        """Send the remaining spans."""
        self._provider.shutdown()

    @contextmanager
    def operation(self, document: Document, name: str | None, context: OperationContext) -> Iterator[None]:
        """The span of an operation, around its execution."""
        TRACE.set(context.trace)
        operation = document.operation(name)
        called = f"{operation.operation.value} {operation.name.value if operation.name else ''}".strip()
        attributes = {"graphql.operation.type": operation.operation.value, "graphql.document.hash": document.hash[:16]}
        with self._tracer.start_as_current_span(called, _parent(context.trace), attributes=attributes):
            yield

    def roots(self, schema: GraphQLSchema) -> None:
        """Give every root field of queries and mutations a span."""
        for kind in (schema.query_type, schema.mutation_type):
            for name, field in kind.fields.items() if kind is not None else ():
                if field.resolve is not None:
                    field.resolve = self._traced(name, field.resolve)

    def _traced(self, name: str, resolve: Callable[..., Any]) -> Callable[..., Any]:
        """A resolver with a span. Without functools.wraps, because single_field.py bypasses Strawberry's resolvers."""

        def traced(*args: Any, **values: Any) -> Any:
            span = self._tracer.start_span(name)
            with trace.use_span(span, end_on_exit=False):
                result = resolve(*args, **values)
            if isawaitable(result):
                return finished(span, result)
            span.end()
            return result

        async def finished(span: trace.Span, result: Any) -> Any:
            with trace.use_span(span, end_on_exit=True):
                return await result

        return traced

    def statement(self, done: Any) -> None:
        """A span for a statement that asyncpg has finished. Its text has parameters only, never values."""
        end = time.time_ns()
        verb = done.query.split(None, 1)[0].lower() if done.query.strip() else "sql"
        attributes = {"db.system.name": "postgresql", "db.query.text": done.query[:2_000]}
        span = self._tracer.start_span(
            verb, attributes=attributes, start_time=end - int(done.elapsed * 1e9), kind=trace.SpanKind.CLIENT
        )
        if done.exception is not None:
            span.set_status(trace.StatusCode.ERROR, type(done.exception).__name__)
        span.end(end)

    def gateway(self, gateway: Gateway) -> Gateway:
        """The same gateway, with a span for each call."""
        return _TracedGateway(gateway, self._tracer)


def _parent(trace_id: str) -> Any:
    """The caller's span, if it named one."""
    parent = PARENT.get()
    if not parent or not trace_id:
        return None
    flags = trace.TraceFlags(trace.TraceFlags.SAMPLED)
    remote = trace.SpanContext(int(trace_id, 16), int(parent, 16), is_remote=True, trace_flags=flags)
    return trace.set_span_in_context(trace.NonRecordingSpan(remote))


class _TracedGateway:
    """A gateway with a span for each call."""

    def __init__(self, inner: Gateway, tracer: trace.Tracer) -> None:
        self._inner = inner
        self._tracer = tracer

    @property
    def name(self) -> str:
        return self._inner.name

    async def refund(self, order: RefundOrder) -> Answer:
        with self._span("refund", order.key):
            return await self._inner.refund(order)

    async def find(self, key: str, payment_reference: str, *, retry: int = 0) -> Answer | None:
        with self._span("find", key):
            return await self._inner.find(key, payment_reference, retry=retry)

    def credits(self, since: datetime) -> AsyncIterator[Credit]:
        return self._inner.credits(since)

    def disputes(self, since: datetime) -> AsyncIterator[ShownDispute]:
        return self._inner.disputes(since)

    async def close(self) -> None:
        await self._inner.close()

    @contextmanager
    def _span(self, what: str, key: str) -> Iterator[None]:
        attributes = {"retour.gateway": self.name, "retour.refund": key}
        kind = trace.SpanKind.CLIENT
        options: dict[str, Any] = {"record_exception": False, "set_status_on_exception": False}
        with self._tracer.start_as_current_span(
            f"{self.name} {what}", attributes=attributes, kind=kind, **options
        ) as span:
            try:
                yield
            except GatewayUnknown:
                span.set_status(trace.StatusCode.ERROR, "unknown")
                raise
