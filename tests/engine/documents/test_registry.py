"""The registry: what it keeps, what it refuses, and with which sentences."""

import json
from hashlib import sha256
from pathlib import Path

import pytest
import strawberry

from engine.documents.limits import Limits
from engine.documents.registry import MOST_COSTS, Document, Documents, RequestErrors, listed_documents
from tests.engine.toy import make_schema

LISTED = "query Listed { hello }"


def digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def codes(documents: Documents, query: str | None, document_id: str | None = None) -> list[str]:
    with pytest.raises(RequestErrors) as refusal:
        documents.get(query, document_id)
    return [(error.extensions or {})["code"] for error in refusal.value.errors]


@pytest.fixture(scope="module")
def schema() -> strawberry.Schema:
    return make_schema()


def test_a_text_is_one_document_under_each_of_its_names(schema: strawberry.Schema) -> None:
    documents = Documents(schema)
    document = documents.get("{ hello }")
    assert document.hash == digest("{ hello }")
    assert documents.get("{ hello }") is document
    assert documents.get(None, f"sha256:{document.hash}") is document
    assert documents.get("{ hello }", f"sha256:{document.hash}") is document
    assert documents.get("{ hello  }") is not document


def test_an_identifier_of_another_text_or_of_none_is_refused(schema: strawberry.Schema) -> None:
    documents = Documents(schema)
    assert codes(documents, "{ hello }", f"sha256:{digest('{ who }')}") == ["BAD_INPUT"]
    assert codes(documents, None, "sha256:" + "0" * 64) == ["PERSISTED_QUERY_NOT_FOUND"]
    assert codes(documents, None, "x-own:1") == ["PERSISTED_QUERY_NOT_FOUND"]
    assert codes(documents, None) == ["BAD_INPUT"]


def test_the_longest_unused_documents_are_forgotten_first(schema: strawberry.Schema) -> None:
    documents = Documents(schema, capacity=2)
    first, second = documents.get("{ hello }"), documents.get("{ who }")
    documents.get("{ hello }")
    documents.get("{ thing { id } }")
    assert documents.get("{ hello }") is first
    assert codes(documents, None, f"sha256:{second.hash}") == ["PERSISTED_QUERY_NOT_FOUND"]


def test_long_documents_are_forgotten_for_their_length(schema: strawberry.Schema) -> None:
    documents = Documents(schema)
    first = documents.get("{ hello }")
    for number in range(21):
        documents.get(f"{{ hello }} # {number} " + "x" * 100_000)
    assert documents.get("{ hello }") is not first


def test_the_costs_that_a_document_remembers_are_bounded(schema: strawberry.Schema) -> None:
    document = Documents(schema).get("query ($n: Int!) { things(first: $n) { nodes { id } } }")
    costs = [document.cost(None, {"n": n}) for n in range(MOST_COSTS + 5)]
    assert len(set(costs)) > MOST_COSTS
    assert len(document._costs) <= MOST_COSTS


def test_production_serves_the_list_alone_and_by_every_name(schema: strawberry.Schema) -> None:
    documents = Documents(schema, listed={"md5-like": LISTED}, only_listed=True)
    document = documents.get(None, "md5-like")
    assert documents.get(None, f"sha256:{digest(LISTED)}") is document
    assert documents.get(LISTED) is document
    assert codes(documents, "{ hello }") == ["PERSISTED_QUERY_ONLY"]
    assert codes(documents, "{ hello }", f"sha256:{digest('{ hello }')}") == ["PERSISTED_QUERY_ONLY"]
    assert isinstance(documents.derived("query Derived { hello }"), Document)


@pytest.mark.parametrize("name", ["md5-like", f"sha256:{digest(LISTED)}", digest(LISTED)])
def test_a_document_is_known_by_each_of_its_names_once_it_has_been_served(schema: strawberry.Schema, name: str) -> None:
    documents = Documents(schema, listed={"md5-like": LISTED}, only_listed=True)
    assert not documents.knows(None, name)
    document = documents.get(LISTED)
    assert documents.knows(None, name)
    assert documents.get(None, name) is document


def test_a_document_that_is_used_by_its_identifier_is_not_the_first_to_be_forgotten(schema: strawberry.Schema) -> None:
    documents = Documents(schema, capacity=2)
    used, identifier = documents.get("{ hello }"), f"sha256:{digest('{ hello }')}"
    documents.get("{ hello } # second")
    assert documents.get(None, identifier) is used
    documents.get("{ hello } # third")
    assert documents.get(None, identifier) is used


@pytest.mark.parametrize(
    "content",
    [
        {digest(LISTED): LISTED},
        {f"sha256:{digest(LISTED)}": LISTED},
        {
            "format": "apollo-persisted-query-manifest",
            "version": 1,
            "operations": [{"id": digest(LISTED), "name": "Listed", "type": "query", "body": LISTED}],
        },
    ],
)
def test_lists_are_read_as_the_tools_write_them(tmp_path: Path, content: object) -> None:
    path = tmp_path / "documents.json"
    path.write_text(json.dumps(content))
    assert listed_documents(path) == {digest(LISTED): LISTED}


@pytest.mark.parametrize("content", ["[]", '{"a": 1}', '"x"'])
def test_a_list_of_another_kind_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "documents.json"
    path.write_text(content)
    with pytest.raises(ValueError, match="not a list of persisted documents"):
        listed_documents(path)


def test_at_most_five_errors_are_reported_each_with_its_code_and_location(schema: strawberry.Schema) -> None:
    with pytest.raises(RequestErrors) as refusal:
        Documents(schema).get("{" + " ".join(f"x{n}" for n in range(9)) + "}")
    errors = [error.formatted for error in refusal.value.errors]
    assert len(errors) == Limits().errors
    assert {error["extensions"]["code"] for error in errors} == {"BAD_INPUT"}
    assert errors[0]["locations"] == [{"line": 1, "column": 2}]


def test_a_message_does_not_give_back_all_that_was_sent(schema: strawberry.Schema) -> None:
    with pytest.raises(RequestErrors) as refusal:
        Documents(schema).get("{" + "x" * 100_000 + "}")
    assert len(refusal.value.errors[0].message) < 600


@pytest.mark.parametrize(
    "query", ["{ helo }", "{ color(color: REDD) }", "{ hello(nam: 1) }", '{ __type(nam: "x") { name } }']
)
def test_suggestions_can_be_off(schema: strawberry.Schema, query: str) -> None:
    def message_of(documents: Documents) -> str:
        with pytest.raises(RequestErrors) as refusal:
            documents.get(query)
        return refusal.value.errors[0].message

    assert "Did you mean" in message_of(Documents(schema))
    assert "Did you mean" not in message_of(Documents(schema, suggestions=False))


def test_introspection_can_be_off(schema: strawberry.Schema) -> None:
    documents = Documents(schema, introspection=False)
    assert set(codes(documents, "{ __schema { types { name } } }")) == {"BAD_INPUT"}
    assert set(codes(documents, '{ __type(name: "Query") { name } }')) == {"BAD_INPUT"}
    assert documents.get("{ __typename thing { __typename } }")


def test_strawberry_s_own_rules_hold_wherever_the_fragment_stands(schema: strawberry.Schema) -> None:
    documents = Documents(schema)
    assert codes(documents, "{ either(either: {left: 1, right: 2}) }") == ["BAD_INPUT"]
    assert codes(documents, "query ($n: Int) { either(either: {left: $n}) }") == ["BAD_INPUT"]
    assert codes(documents, "{ either(either: {left: $n}) }") == ["BAD_INPUT"]
    fragment = "fragment F on Query { either(either: {left: $n}) }"
    assert documents.get(f"{fragment} query ($n: Int!) {{ ...F }}")


def test_an_operation_is_named_where_there_are_several(schema: strawberry.Schema) -> None:
    document = Documents(schema).get("query A { hello } mutation B { notify }")
    assert document.kind("A").value == "query"
    assert document.kind("B").value == "mutation"
    for name in (None, "", "C"):
        with pytest.raises(RequestErrors):
            document.operation(name)
