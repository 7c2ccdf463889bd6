"""Clients that other people wrote, against the toy server."""

from tests.clients.node import run_client
from tests.engine.conftest import Toy


async def test_every_audit_of_graphql_over_http_passes(toy: Toy) -> None:
    audits = await run_client("audits.mjs", toy.url)
    assert len(audits) == 61
    assert [audit for audit in audits if audit["status"] != "ok"] == []


async def test_the_graphql_sse_client_subscribes_queries_and_reads_errors(toy: Toy) -> None:
    seen = await run_client("sse.mjs", toy.url)
    assert seen["ticks"] == [1, 2, 3]
    assert seen["invalid"]["errors"][0]["extensions"]["code"] == "BAD_INPUT"


async def test_urql_gets_json_for_queries_and_events_for_subscriptions(toy: Toy) -> None:
    seen = await run_client("urql.mjs", toy.url)
    assert seen["query"] == {"hello": "hello world"}
    assert seen["mutated"]
    assert seen["broken"] == "INTERNAL"
    assert seen["ticks"] == [1, 2, 3]
    offered = [accept for accept, _ in seen["seen"]]
    assert "text/event-stream" in offered[0], "urql no longer offers everything: this test proves nothing"
    kinds = [content.split(";")[0] for _, content in seen["seen"]]
    assert kinds == ["application/graphql-response+json"] * 3 + ["text/event-stream"]


async def test_apollo_sends_hashes_and_the_text_only_once(toy: Toy) -> None:
    seen = await run_client("apollo.mjs", toy.url, "Ada")
    assert seen["first"] == seen["again"] == {"hello": "hello Ada"}
    assert seen["mutated"]
    assert seen["invalid"] == "BAD_INPUT"
    unknown, received, known, *_ = seen["sent"]
    assert unknown[:2] == ["GET", False]
    assert received[1:] == [True, 200]
    assert known == ["GET", False, 200]
