"""One GraphQL request as a client writes it, over any transport."""

from collections.abc import Mapping
from typing import Any, NamedTuple, TypeVar

import orjson

from engine.documents.registry import SHA256
from engine.errors import BadInput

T = TypeVar("T")
_NESTING = (dict, list)

PERSISTED_QUERY = "persistedQuery"
"""The extension that names a document as Apollo's clients do."""


class GraphQLRequest(NamedTuple):
    """The members of a request, of the right types."""

    query: str | None = None
    document_id: str | None = None
    operation_name: str | None = None
    variables: Mapping[str, Any] | None = None

    @classmethod
    def of(cls, members: object) -> "GraphQLRequest":
        """Check what a client sent; raises BadInput. Members that GraphQL does not know are ignored."""
        if not isinstance(members, dict):
            raise BadInput("A request is one JSON object; lists of requests are not served.")
        query = _member(members, "query", str)
        document_id = _member(members, "documentId", str)
        extensions = _member(members, "extensions", dict)
        if extensions and (persisted := extensions.get(PERSISTED_QUERY)) is not None:
            apollo_id = _apollo_id(persisted)
            if document_id not in (None, apollo_id):
                raise BadInput("documentId and extensions.persistedQuery name different documents.")
            document_id = apollo_id
        if query is None and document_id is None:
            raise BadInput("The request has neither a query nor a documentId.")
        return cls(
            query=query,
            document_id=document_id,
            operation_name=_member(members, "operationName", str) or None,
            variables=_member(members, "variables", dict),
        )


def read_json(text: bytes | str, nesting: int) -> Any:
    """Parse what a client sent; raises BadInput if it is no JSON, or nested deeper than `nesting`."""
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise BadInput("The request is not valid JSON in UTF-8.") from None
    depth, level = 0, [value] if type(value) in _NESTING else []
    while level:
        depth += 1
        if depth > nesting:
            raise BadInput(f"The request is nested deeper than {nesting} levels.")
        inside = [outer.values() if type(outer) is dict else outer for outer in level]
        level = [inner for values in inside for inner in values if type(inner) in _NESTING]
    return value


def _member(members: Mapping[str, Any], name: str, kind: type[T]) -> T | None:
    value = members.get(name)
    if value is not None and not isinstance(value, kind):
        raise BadInput(f"{name} must be {'a string' if kind is str else 'an object'}.")
    return value


def _apollo_id(persisted: Any) -> str:
    """Apollo's automatic persisted queries: the same registry under another name."""
    if not isinstance(persisted, dict) or persisted.get("version") != 1:
        raise BadInput("Only version 1 of extensions.persistedQuery is known.")
    digest = _member(persisted, "sha256Hash", str)
    if digest is None:
        raise BadInput("extensions.persistedQuery has no sha256Hash.")
    return SHA256 + digest
