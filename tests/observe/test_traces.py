"""Traces, where they are wanted: one tree of spans for an operation, in the caller's trace and without values."""

import asyncio
from collections.abc import Iterator

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

import database
from engine.compat.strawberry import graphql_schema
from gateways.payments.port import Answer, GatewayUnknown, Outcome, RefundOrder
from observe.traces import Traces
from schema.build import build
from tests.market import OWNER, opened

TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"


@pytest.fixture
def exporter(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemorySpanExporter]:
    """Where the spans of the test go; what was wrapped for them is unwrapped again."""
    exporter = InMemorySpanExporter()
    traces = Traces(SimpleSpanProcessor(exporter))
    monkeypatch.setattr("app.parts.traces", lambda: traces)
    monkeypatch.setattr("app.health.traces", lambda: traces)
    schema = graphql_schema(build())
    kinds = [kind for kind in (schema.query_type, schema.mutation_type) if kind is not None]
    fields = [field for kind in kinds for field in kind.fields.values()]
    before = [field.resolve for field in fields]
    yield exporter
    for field, resolve in zip(fields, before, strict=True):
        field.resolve = resolve
    database.watch_statements(None)


def one(spans: tuple[ReadableSpan, ...], name: str) -> ReadableSpan:
    (found,) = [span for span in spans if span.name == name]
    return found


async def test_an_operation_is_a_tree_of_spans_in_the_callers_trace(
    database_url: str, exporter: InMemorySpanExporter
) -> None:
    async with opened(database_url, traces=True) as market:
        exporter.clear()
        market.http.headers["traceparent"] = f"00-{TRACE}-{SPAN}-01"
        await market.data(OWNER, 'query Mine { orders: order(number: "Lovelace") { id } }')
    spans = exporter.get_finished_spans()
    operation, root = one(spans, "query Mine"), one(spans, "order")
    statement = next(
        span for span in spans if (span.attributes or {}).get("db.system.name") and span.parent == root.context
    )
    assert operation.parent is not None
    assert (f"{operation.context.trace_id:032x}", f"{operation.parent.span_id:016x}") == (TRACE, SPAN)
    assert root.parent == operation.context
    assert statement.context.trace_id == operation.context.trace_id
    assert "Lovelace" not in "".join(span.to_json() for span in spans), "a value in the trace"


async def test_equal_concurrent_operations_have_a_statement_span_each(
    database_url: str, exporter: InMemorySpanExporter
) -> None:
    async with opened(database_url, traces=True) as market:
        await market.data(OWNER, "{ orders { totalCount } }")
        exporter.clear()
        await asyncio.gather(*[market.data(OWNER, '{ order(number: "Lovelace") { id } }') for _ in range(4)])
    spans = exporter.get_finished_spans()
    roots = [span.context.span_id for span in spans if span.name == "order"]
    above = [span.parent.span_id for span in spans if span.name == "select" and span.parent is not None]
    assert len(roots) == 4
    assert sorted(one for one in above if one in roots) == sorted(roots)


async def test_a_gateways_calls_have_spans_and_its_silence_is_an_error(exporter: InMemorySpanExporter) -> None:
    class Silent:
        name = "silent"

        async def refund(self, order: RefundOrder) -> Answer:
            raise GatewayUnknown("card 4242 of ada@example.org")

        async def find(self, key: str, payment_reference: str, *, retry: int = 0) -> Answer | None:
            return Answer(Outcome.SUCCEEDED)

    traced = Traces(SimpleSpanProcessor(exporter)).gateway(Silent())  # type: ignore[arg-type]  # it has no book
    with pytest.raises(GatewayUnknown):
        await traced.refund(RefundOrder(key="refund_1", payment_reference="p", amount_minor=1, currency="EUR"))
    assert await traced.find("refund_1", "p") == Answer(Outcome.SUCCEEDED)
    lost, found = exporter.get_finished_spans()
    assert (lost.name, lost.status.is_ok, found.name) == ("silent refund", False, "silent find")
    assert "ada@" not in lost.to_json()
