"""The engine without a transport: what it reports, and what it masks."""

import asyncio

import pytest

from engine.documents.limits import Limits
from engine.documents.registry import Documents, RequestErrors
from engine.engine import Engine, Finished
from engine.subscriptions.hub import Hub
from tests.engine.toy import MemoryJournal, ToyContext, make_context, make_schema


@pytest.fixture
def reported() -> list[Finished]:
    return []


@pytest.fixture
def engine(reported: list[Finished]) -> Engine:
    schema, journal, limits = make_schema(), MemoryJournal(), Limits(operation_seconds=0.05)
    return Engine(
        schema,
        documents=Documents(schema, limits, suggestions=False),
        limits=limits,
        hub=Hub(journal),
        context=make_context(journal),
        finished=reported.append,
    )


@pytest.fixture
def context() -> ToyContext:
    return ToyContext(user="ada", journal=MemoryJournal())


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("query Asked { hello }", ()),
        ('query Asked { refused(how: "throttled") broken }', ("THROTTLED", "INTERNAL")),
        ("query Asked { slow }", ("TIMEOUT",)),
        ("query Asked { things(first: 99999) { nodes { id } } }", ("TOO_COMPLEX",)),
        ("subscription Asked { ticks }", ("BAD_INPUT",)),
        ("query Asked($c: Color!) { color(color: $c) }", ("BAD_INPUT",)),
    ],
)
async def test_the_end_of_an_operation_is_reported_once(
    engine: Engine, context: ToyContext, reported: list[Finished], query: str, codes: tuple[str, ...]
) -> None:
    document = engine.document(query)
    await engine.execute(document, "Asked", {"c": "REDD"}, context)
    [finished] = reported
    assert (finished.document, finished.operation_name) == (document, "Asked")
    assert finished.context is context
    assert set(finished.codes) == set(codes)
    assert finished.seconds >= 0


async def test_suggestions_that_are_off_are_off_for_variables_too(engine: Engine, context: ToyContext) -> None:
    document = engine.document("query ($c: Color!) { color(color: $c) }")
    response = await engine.execute(document, None, {"c": "REDD"}, context)
    assert response["errors"][0]["extensions"]["code"] == "BAD_INPUT"
    assert "Did you mean" not in response["errors"][0]["message"]


async def test_an_answer_holds_the_first_five_errors_only(engine: Engine, context: ToyContext) -> None:
    document = engine.document("{" + "".join(f"b{n}: broken " for n in range(9)) + "}")
    response = await engine.execute(document, None, None, context)
    assert len(response["errors"]) == engine.limits.errors
    assert len(response["data"]) == 9


async def test_a_value_that_json_cannot_hold_is_masked(engine: Engine) -> None:
    body = engine.encode({"data": {"x": object()}})
    assert b"INTERNAL" in body
    assert b"object" not in body


async def test_a_canceled_operation_is_canceled(engine: Engine, context: ToyContext) -> None:
    running = asyncio.create_task(engine.execute(engine.document("{ slow }"), None, None, context))
    await asyncio.sleep(0)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


@pytest.mark.parametrize("query", ["{ hello }", "mutation { notify }"])
async def test_only_subscriptions_are_streamed(engine: Engine, context: ToyContext, query: str) -> None:
    with pytest.raises(RequestErrors):
        engine.stream(engine.document(query), None, None, context)
