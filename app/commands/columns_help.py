"""The columns of exports, as a page of the documentation."""

from collections.abc import Iterator

from graphql import GraphQLObjectType, GraphQLSchema, get_named_type

from engine.compat.strawberry import graphql_schema
from schema.build import build
from services.exports.columns import LISTS, Listing

_HEAD = """# The columns of exports

What stands in the file of each list ([how to get one](desk.md#a-list-as-a-file)). A column shows a field of the API,
which is empty where the person who exports may not read it. This page is printed from `services/exports/columns.py`
by `python server.py docs`.
"""


def columns_page() -> str:
    """All columns as a Markdown page; `docs/export-columns.md` is printed from it."""
    return "\n".join([_HEAD, *(line for listing in LISTS.values() for line in _lines(listing))])


def _lines(listing: Listing) -> Iterator[str]:
    schema = graphql_schema(build())
    yield f"## `{listing.field}`\n"
    yield "| column | field | meaning |"
    yield "| --- | --- | --- |"
    for name, path in listing.columns:
        yield f"| `{name}` | `{path}` | {_meaning(schema, listing.field, path.removesuffix('.amount'))} |"
    yield ""


def _meaning(schema: GraphQLSchema, field: str, path: str) -> str:
    """What the schema says of the field at a path from a row of a list."""
    described = ""
    kind = schema.query_type
    for name in (field, "nodes", *path.split(".")):
        assert isinstance(kind, GraphQLObjectType)
        described = kind.fields[name].description or ""
        inner = get_named_type(kind.fields[name].type)
        kind = inner if isinstance(inner, GraphQLObjectType) else None
    return described
