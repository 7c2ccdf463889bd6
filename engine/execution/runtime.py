"""What generated code calls while it completes values: see engine/execution/compiler.py."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Protocol

from graphql import (
    FieldNode,
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLField,
    GraphQLFloat,
    GraphQLID,
    GraphQLInt,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLString,
    Undefined,
)
from graphql.execution import Executor

from engine.compat.graphql_core import Path, get_argument_values
from engine.compat.strawberry import DEFINITION, convert_arguments, is_awaitable

ORDINARY = {
    GraphQLString: "type({read}) is str",
    GraphQLID: "type({read}) is str",
    GraphQLBoolean: "type({read}) is bool",
    GraphQLInt: "type({read}) is int and -2147483648 <= t <= 2147483647",
    GraphQLFloat: "type({read}) is float and t - t == 0",
}
"""The test of a value `t` that the serializer of a built-in scalar would return unchanged."""


class Mismatch(Exception):
    """A value that generated code does not complete."""


class FieldLike(Protocol):
    """A selected field."""

    @property
    def definition(self) -> GraphQLField: ...

    @property
    def nodes(self) -> list[FieldNode]: ...


Parts = tuple[GraphQLField, list[FieldNode], GraphQLObjectType, Path]
"""What an executor builds a resolve info from."""


class LateInfo:
    """A field's resolve info, which is built only if more of it is used than reads use."""

    __slots__ = ("_executor", "_parts", "context", "field_nodes", "schema", "variable_values")

    def __init__(self, executor: Executor[Any], parts: Parts) -> None:
        self.context = executor.context_value
        self.field_nodes = parts[1]
        self.schema = executor.schema
        self.variable_values = executor.variable_values.coerced
        self._executor, self._parts = executor, parts

    def __getattr__(self, name: str) -> Any:
        return getattr(self._executor.build_resolve_info(*self._parts), name)


@lru_cache(maxsize=512)
def enum_names(type_: GraphQLEnumType) -> dict[Any, str]:
    """The names of an enum's values, looked up by the value and by the member of the Python enum."""
    members = list(getattr(type_, "wrapped_cls", ()))
    values = [value.value for value in type_.values.values()]
    return {value: type_.coerce_output_value(value) for value in (*members, *values)}


@lru_cache(maxsize=512)
def serializer(type_: GraphQLScalarType) -> Callable[[Any], Any]:
    """The scalar's own serializer, between checks that graphql-core makes around it."""

    def serialize(value: Any) -> Any:
        if value is None:
            raise Mismatch(value)
        result = type_.coerce_output_value(settled(value))
        if result is None or result is Undefined:
            raise Mismatch(value)
        return result

    return serialize


def settled(value: Any) -> Any:
    """The value of a resolver; raises Mismatch if it is awaitable or an error."""
    if value is Undefined or isinstance(value, Exception) or is_awaitable(value):
        if hasattr(value, "close"):
            value.close()  # graphql-core calls the resolver again
        raise Mismatch(value)
    return value


def fields_of(value: Any, type_: type = object) -> dict[str, Any]:
    """The fields of an object that is no plain dict: an instance of `type_`."""
    if isinstance(value, dict):
        return value
    if not isinstance(value, type_):
        raise Mismatch(value)
    found: dict[str, Any] = vars(settled(value))
    return found


def known_type(answer: Any) -> None:
    if answer is not True:
        raise Mismatch(answer)


def list_of(value: Any) -> None:
    if not isinstance(value, list | tuple):
        raise Mismatch(value)


def arguments(executor: Executor[Any], place: FieldLike, field: Any = None, info: Any = None) -> dict[str, Any]:
    """The client's arguments of a field, as graphql-core coerces them; with `field` they are Python values."""
    raw = get_argument_values(
        place.definition, place.nodes[0], executor.variable_values, None, executor.hide_suggestions
    )
    if field is None:
        return raw
    schema = executor.schema.extensions[DEFINITION]
    registry = schema.schema_converter.scalar_registry
    return convert_arguments(raw, field.arguments, registry, schema.config, info)
