"""What is answered, in which media type, with which status."""

import gzip
import json
import logging
from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from tests.engine.conftest import Toy, Way, toy_server

JSON, GRAPHQL_JSON, EVENTS = "application/json", "application/graphql-response+json", "text/event-stream"


async def post(toy: Toy, query: str, accept: str = GRAPHQL_JSON, **headers: str) -> httpx.Response:
    return await toy.http.post("/graphql", json={"query": query}, headers={"accept": accept, **headers})


def code(answer: httpx.Response) -> Any:
    return answer.json()["errors"][0]["extensions"]["code"]


@pytest.mark.parametrize(
    ("accept", "answered"),
    [
        ("", JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        (JSON, JSON),
        (GRAPHQL_JSON, GRAPHQL_JSON),
        (f"{JSON}, {GRAPHQL_JSON}", GRAPHQL_JSON),
        (f"{GRAPHQL_JSON},{JSON};q=0.9", GRAPHQL_JSON),
        (f"{GRAPHQL_JSON};q=0.5, {JSON}", JSON),
        (f"{GRAPHQL_JSON};q=0, */*", JSON),
        (f"text/html, {JSON};q=nonsense, */*;q=0.8", None),
        ("text/html,application/xhtml+xml,*/*;q=0.8", JSON),
        (EVENTS, EVENTS),
        (f"{EVENTS}, multipart/mixed", EVENTS),
        (f"{EVENTS}, */*", EVENTS),
        (f"{GRAPHQL_JSON}, application/graphql+json, {JSON}, {EVENTS}, multipart/mixed", GRAPHQL_JSON),
        (f"{EVENTS}, {JSON}", JSON),
        ("text/html", None),
        (f"{EVENTS}, {JSON};q=0.1", EVENTS),
        (f"{JSON};q=0.1, {EVENTS}", EVENTS),
        (f"{EVENTS};q=0.1, {JSON}", JSON),
        (f"{EVENTS};q=0.9, {GRAPHQL_JSON};q=0.8, */*;q=0.1", EVENTS),
        (f"{EVENTS};q=0.5, */*", JSON),
        (f"{EVENTS};q=0", None),
        (f"{EVENTS};q=0, text/*", None),
        (f"{EVENTS};q=0, */*", JSON),
        (f"{JSON};q=0, {EVENTS};q=0.2", EVENTS),
        (f"{JSON};q=0", None),
        (f"{JSON};q=0, */*", GRAPHQL_JSON),
        (f"application/*;q=0, {EVENTS}", EVENTS),
        ("application/*;q=0, */*", EVENTS),
        ("*/*;q=0", None),
        ("text/*", EVENTS),
        ("text/*, application/json;q=0.5", EVENTS),
        ("text/*;q=0.5, application/json", JSON),
        ("TEXT/Event-Stream;Q=1.000", EVENTS),
        (f"{EVENTS};charset=utf-8;q=0.7, {JSON};q=0.6", EVENTS),
        (f'{EVENTS};note="a, {JSON}";q=0.7, {JSON};q=0.6', EVENTS),
        (f"{EVENTS};q=2", None),
        (f"{EVENTS};q=-1, {JSON}", None),
        (f"{EVENTS};q=1e-1", None),
        (", ,", None),
    ],
)
async def test_the_type_of_an_answer_follows_from_accept(toy: Toy, accept: str, answered: str | None) -> None:
    answer = await post(toy, "{ hello }", accept)
    if answered is None:
        assert answer.status_code == 406
        assert code(answer) == "BAD_INPUT"
    else:
        assert answer.status_code == 200
        assert answer.headers["content-type"] == f"{answered}; charset=utf-8"


@pytest.mark.parametrize(
    ("accept", "streamed"),
    [
        (f"{EVENTS}, {JSON};q=0.1", True),
        (f"{EVENTS}, {JSON}", True),
        (f"{JSON}, {EVENTS}", True),
        (f"{EVENTS};q=0.1, {JSON}", False),
        (f"{EVENTS};q=0, {JSON}", False),
        ("text/*", True),
        ("*/*", False),
        (JSON, False),
    ],
)
async def test_a_subscription_is_streamed_to_a_client_that_likes_events_no_less(
    toy: Toy, accept: str, streamed: bool
) -> None:
    body = {"query": "subscription { ticks }"}
    async with toy.http.stream("POST", "/graphql", json=body, headers={"accept": accept}) as answer:
        assert answer.headers["content-type"].startswith(EVENTS) is streamed


async def test_accept_may_come_on_several_lines(toy: Toy) -> None:
    lines = [("accept", f"{JSON};q=0.1"), ("accept", EVENTS), ("accept", "x/y;q=0.2")]
    answer = await toy.http.post("/graphql", json={"query": "{ hello }"}, headers=lines)
    assert answer.headers["content-type"].startswith(EVENTS)


REFUSALS = {
    "syntax": "{",
    "unknown field": "{ nonsense }",
    "missing variable": "query ($n: Int!) { whole(n: $n) }",
    "several operations": "query A { hello } query B { hello }",
    "subscription": "subscription { ticks }",
    "too costly": "{ things(first: 1000000) { nodes { id } } }",
    "too deep": "{ thing " + "{ parent " * 20 + "{ id }" + "}" * 21,
}


@pytest.mark.parametrize("query", REFUSALS.values(), ids=REFUSALS)
async def test_a_request_that_has_not_run_has_no_data_and_a_status_of_400_in_its_own_media_type(
    toy: Toy, query: str
) -> None:
    for accept, status in ((GRAPHQL_JSON, 400), (JSON, 200)):
        answer = await post(toy, query, accept)
        assert answer.status_code == status
        assert "data" not in answer.json()
        assert code(answer) in ("BAD_INPUT", "TOO_COMPLEX")


async def test_a_field_that_fails_leaves_the_others_and_null_rises_to_the_nearest_nullable(toy: Toy) -> None:
    beside = await post(toy, "{ hello broken }")
    assert beside.json()["data"] == {"hello": "hello world", "broken": None}
    for query in ("{ hello brokenHard }", "{ hello nothing }"):
        whole = await post(toy, query)
        assert whole.status_code == 200
        assert whole.json()["data"] is None
        assert whole.json()["errors"][0]["path"] in (["brokenHard"], ["nothing"])


@pytest.mark.parametrize("query", ["{ broken }", "{ nothing }"])
async def test_the_unforeseen_is_masked_and_the_log_repeats_its_number(
    toy: Toy, caplog: pytest.LogCaptureFixture, query: str
) -> None:
    with caplog.at_level(logging.ERROR, "retour.engine"):
        answer = await post(toy, query)
    error = answer.json()["errors"][0]
    assert error["extensions"]["code"] == "INTERNAL"
    assert "data" in answer.json()
    assert "select" not in answer.text
    [record] = caplog.records
    assert error["extensions"]["id"] in record.getMessage()
    assert record.exc_info


async def test_an_operation_that_takes_too_long_is_a_typed_error_and_says_that_something_may_have_run(toy: Toy) -> None:
    answer = (await post(toy, "{ slow }")).json()
    assert answer["data"] is None
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["TIMEOUT"]


@pytest.mark.parametrize(
    ("how", "expected"),
    [("input", "BAD_INPUT"), ("forbidden", "FORBIDDEN"), ("throttled", "THROTTLED"), ("who", "UNAUTHENTICATED")],
)
async def test_a_fault_of_a_field_keeps_its_sentence_and_its_code(toy: Toy, how: str, expected: str) -> None:
    answer = await post(toy, f'{{ refused(how: "{how}") }}')
    error = answer.json()["errors"][0]
    assert (error["message"], error["extensions"]["code"]) == (f"Refused: {how}.", expected)
    assert error["path"] == ["refused"]
    assert answer.json()["data"] == {"refused": None}


async def test_a_permission_of_strawberry_is_forbidden_in_its_own_words(toy: Toy) -> None:
    answer = await post(toy, "{ mine }")
    assert answer.json()["errors"][0]["message"] == "Sign in first."
    assert code(answer) == "FORBIDDEN"
    assert (await post(toy, "{ mine }", authorization="Bearer ada")).json()["data"] == {"mine": "yours"}


@pytest.mark.parametrize("accept", [JSON, GRAPHQL_JSON, EVENTS])
async def test_a_token_that_does_not_hold_is_401_in_every_type(toy: Toy, accept: str) -> None:
    answer = await post(toy, "{ hello }", accept, authorization="Bearer bad")
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert code(answer) == "UNAUTHENTICATED"
    assert "data" not in answer.json()


async def test_a_failure_before_the_operation_is_500_and_masked(toy: Toy) -> None:
    answer = await post(toy, "{ hello }", authorization="Bearer odd")
    assert answer.status_code == 500
    assert code(answer) == "INTERNAL"
    assert "select" not in answer.text


async def test_an_answer_tells_its_cost_and_is_not_stored(toy: Toy) -> None:
    answer = await post(toy, "{ things(first: 10) { nodes { id } } }")
    # the connection, ten things, a tenth for each of their ids
    assert answer.json()["extensions"]["cost"] == {"requested": 12, "limit": toy.engine.limits.cost}
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"


GETS: list[tuple[Mapping[str, str], int]] = [
    ({"query": "{ hello }"}, 200),
    ({"query": "query A { hello } query B { who }", "operationName": "A"}, 200),
    ({"query": "{ hello }", "variables": "", "extensions": "", "operationName": ""}, 200),
    ({"query": "query ($n: String!) { hello(name: $n) }", "variables": '{"n": "é\\u0000"}'}, 200),
    ({"query": "{ hello }", "variables": "[]"}, 400),
    ({"query": "{ hello }", "variables": "{"}, 400),
    ({"variables": "{}"}, 400),
    ({"query": "mutation { notify }"}, 405),
    ({"query": "query A { hello } mutation B { notify }", "operationName": "B"}, 405),
    ({"query": "subscription { ticks }"}, 400),
]


@pytest.mark.parametrize(("members", "status"), GETS)
async def test_get_serves_queries_and_nothing_else(toy: Toy, members: dict[str, str], status: int) -> None:
    before = len(toy.journal.ticks)
    answer = await toy.http.get("/graphql", params=members, headers={"accept": GRAPHQL_JSON})
    assert answer.status_code == status
    assert ("data" in answer.json()) == (status == 200)
    assert answer.headers.get("allow") == ("POST" if status == 405 else None)
    assert len(toy.journal.ticks) == before


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "TRACE"])
async def test_other_methods_are_refused_with_the_allowed_ones(toy: Toy, method: str) -> None:
    answer = await toy.http.request(method, "/graphql")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, POST"
    assert method == "HEAD" or code(answer) == "BAD_INPUT"


async def test_persisted_documents_come_by_their_sha256(toy: Toy) -> None:
    from hashlib import sha256

    query = "query Persisted { hello }"
    name = f"sha256:{sha256(query.encode()).hexdigest()}"
    unknown = await toy.http.post("/graphql", json={"documentId": name}, headers={"accept": GRAPHQL_JSON})
    assert unknown.status_code == 400
    assert code(unknown) == "PERSISTED_QUERY_NOT_FOUND"
    assert len(unknown.json()["errors"]) == 1
    await post(toy, query)
    for answer in (
        await toy.http.post("/graphql", json={"documentId": name}),
        await toy.http.get("/graphql", params={"documentId": name}),
    ):
        assert answer.json()["data"] == {"hello": "hello world"}
    none = await toy.http.post("/graphql", json={"query": query, "extensions": {"persistedQuery": None}})
    assert none.json()["data"] == {"hello": "hello world"}  # null says nothing
    wrong = await toy.http.post(
        "/graphql", json={"query": "{ hello }", "documentId": name}, headers={"accept": GRAPHQL_JSON}
    )
    assert wrong.status_code == 400


async def raw(toy: Toy, size: int, accept_encoding: str | None, accept: str = JSON) -> tuple[httpx.Headers, bytes]:
    """The headers and the bytes of an answer of so many characters, as they were sent."""
    headers = {"accept": accept, **({} if accept_encoding is None else {"accept-encoding": accept_encoding})}
    request = toy.http.build_request(
        "POST", "/graphql", json={"query": f"{{ long(size: {size}) }}"}, headers={"accept-encoding": "", **headers}
    )
    if accept_encoding is None:
        del request.headers["accept-encoding"]
    answer = await toy.http.send(request, stream=True)
    try:
        return answer.headers, b"".join([chunk async for chunk in answer.aiter_raw()])
    finally:
        await answer.aclose()


@pytest.mark.parametrize(
    "accepted",
    ["gzip", "gzip, deflate, br, zstd", "br;q=1.0, gzip;q=0.8, *;q=0.1", "*", "GZIP", "gzip;q=0.5, identity;q=0.5"],
)
@pytest.mark.parametrize("size", [5_000, 400_000])
async def test_a_long_answer_is_compressed_for_clients_that_accept_it(toy: Toy, accepted: str, size: int) -> None:
    headers, sent = await raw(toy, size, accepted)
    assert headers["content-encoding"] == "gzip"
    assert int(headers["content-length"]) == len(sent) < size / 10
    assert len(json.loads(gzip.decompress(sent))["data"]["long"]) == size
    assert "accept-encoding" in headers["vary"]


@pytest.mark.parametrize(
    "accepted",
    [None, "", ",", "identity", "br", "deflate", "gzip;q=0", "*;q=0", "*, gzip;q=0", "identity, gzip;q=.5", "gzip;q=2"],
)
async def test_an_answer_is_plain_for_all_other_clients(toy: Toy, accepted: str | None) -> None:
    headers, sent = await raw(toy, 5_000, accepted)
    assert "content-encoding" not in headers
    assert len(json.loads(sent)["data"]["long"]) == 5_000
    assert "accept-encoding" in headers["vary"]


async def test_a_short_answer_is_not_worth_compressing(toy: Toy) -> None:
    headers, _ = await raw(toy, 4_000, "gzip")
    assert "content-encoding" not in headers


async def test_events_are_never_compressed(toy: Toy) -> None:
    headers, sent = await raw(toy, 5_000, "gzip", EVENTS)
    assert "content-encoding" not in headers
    assert sent.startswith(b"event: next\n")


async def test_compression_can_be_left_to_a_proxy() -> None:
    async with toy_server(Way.COMPILED, compress=False) as toy:
        headers, sent = await raw(toy, 5_000, "gzip")
    assert "content-encoding" not in headers
    assert json.loads(sent)
