"""Strawberry is what engine/compat/strawberry.py takes it for."""

import asyncio
from dataclasses import fields
from enum import Enum
from typing import Any

import pytest
import strawberry
from graphql import GraphQLObjectType, GraphQLSchema, parse, validate
from graphql.execution import Executor
from strawberry.schema.config import StrawberryConfig
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.field import StrawberryField

from engine.compat import strawberry as compat
from tests.engine.toy import make_schema


@strawberry.enum
class Size(Enum):
    SMALL = "small"


@strawberry.input
class Choice:
    size: Size = Size.SMALL
    note: str | None = None
    tags: list[str] = strawberry.field(default_factory=list)
    maybe: strawberry.Maybe[int]


@strawberry.type
class Query:
    @strawberry.field
    async def chosen(self, choice: Choice) -> str:
        return f"{choice.size} {choice.note} {choice.tags} {choice.maybe}"

    @strawberry.field
    def plain(self) -> str:
        return "plain"

    @strawberry.field
    async def odd(self, choice: Choice | None = None) -> str | None:
        return None


SCHEMA = strawberry.Schema(Query)


def query_type(schema: strawberry.Schema = SCHEMA) -> GraphQLObjectType:
    kind = compat.graphql_schema(schema).query_type
    assert kind is not None
    return kind


def choice_argument() -> StrawberryArgument:
    field: StrawberryField = query_type().fields["chosen"].extensions[compat.DEFINITION]
    (argument,) = field.arguments
    return argument


def test_a_schema_holds_that_of_graphql_core() -> None:
    assert isinstance(compat.graphql_schema(SCHEMA), GraphQLSchema)


def test_schema_types_and_fields_hold_what_they_were_declared_with() -> None:
    kind = query_type()
    assert compat.graphql_schema(SCHEMA).extensions[compat.DEFINITION] is SCHEMA
    assert kind.extensions[compat.DEFINITION].origin is Query
    field = kind.fields["plain"].extensions[compat.DEFINITION]
    assert isinstance(field, StrawberryField)
    assert (field.python_name, field.is_async, field.is_basic_field) == ("plain", False, False)
    assert dict(field.metadata) == {}
    assert list(field.extensions) == []


def test_a_resolver_says_which_parameters_it_takes() -> None:
    resolver = query_type().fields["chosen"].extensions[compat.DEFINITION].base_resolver
    assert resolver.self_parameter is not None
    assert (resolver.info_parameter, resolver.root_parameter, resolver.parent_parameter) == (None, None, None)


def test_an_info_is_made_of_the_resolve_info_and_the_field_in_this_order() -> None:
    kind = StrawberryConfig().info_class
    assert [field.name for field in fields(kind)] == ["_raw_info", "_field"]
    assert compat.graphql_schema(SCHEMA).extensions[compat.DEFINITION].config.info_class is kind


async def test_only_what_can_be_awaited_is_awaitable() -> None:
    future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    assert compat.is_awaitable(future)
    for value in (None, 1, "x", [], {}, (), object()):
        assert not compat.is_awaitable(value)


def test_an_async_resolver_with_nothing_around_it_is_recognized() -> None:
    found = query_type().fields
    assert compat.is_plain_async_resolver(found["chosen"])
    assert not compat.is_plain_async_resolver(found["plain"])


def test_a_schema_executes_with_the_stock_executor_unless_told_otherwise() -> None:
    assert SCHEMA.execution_context_class is compat.StockExecutor
    assert issubclass(compat.StockExecutor, Executor)


def test_arguments_are_told_apart_by_the_classes_of_their_types() -> None:
    registry = SCHEMA.schema_converter.scalar_registry
    definition = compat.get_object_definition(Choice)
    assert definition is not None
    assert definition.is_input
    assert definition.from_input is None
    size, note, tags, maybe = (field.resolve_type(type_definition=definition) for field in definition.fields)
    assert isinstance(size, compat.StrawberryEnumDefinition)
    assert isinstance(note, compat.StrawberryOptional)
    assert not isinstance(note, compat.StrawberryMaybe)
    assert isinstance(tags, compat.StrawberryList)
    assert isinstance(maybe, compat.StrawberryMaybe)
    assert isinstance(maybe, compat.StrawberryOptional)
    assert compat.is_scalar(note.of_type, registry)
    assert not compat.is_scalar(Choice, registry)


def test_a_lazy_type_leads_to_its_class() -> None:
    lazy: Any = compat.LazyType("Choice", __name__)
    assert lazy.resolve_type().__name__ == "Choice"


def test_names_of_arguments_and_fields_are_converted_by_the_config() -> None:
    argument = choice_argument()
    assert SCHEMA.config.name_converter.from_argument(argument) == "choice"
    definition = compat.get_object_definition(Choice)
    assert definition is not None
    assert [SCHEMA.config.name_converter.from_field(field) for field in definition.fields][:2] == ["size", "note"]


def test_coerced_arguments_are_converted_to_instances_of_the_inputs() -> None:
    argument, registry = choice_argument(), SCHEMA.schema_converter.scalar_registry
    value = {"size": Size.SMALL, "note": "n", "tags": ["a"]}
    converted = compat.convert_argument(value, argument.type, registry, SCHEMA.config)
    assert isinstance(converted, Choice)
    assert (converted.size, converted.note, converted.tags, converted.maybe) == (Size.SMALL, "n", ["a"], None)
    both = compat.convert_arguments({"choice": value}, [argument], registry, SCHEMA.config, None)
    assert both == {"choice": converted}


def test_strawberry_checks_one_of_and_maybe_null_by_rules_of_its_own() -> None:
    schema = compat.graphql_schema(make_schema())
    both = parse("{ either(either: {left: 1, right: 2}) }")
    assert validate(schema, both, [compat.OneOfInputValidationRule])
    null = parse("{ chosen(choice: {maybe: null}) }")
    assert validate(compat.graphql_schema(SCHEMA), null, [compat.MaybeNullValidationRule])
    assert callable(compat.OneOfInputValidationRule.validate_one_of)


def test_a_null_where_none_may_be_is_refused_with_an_error_of_its_own_class() -> None:
    argument, registry = choice_argument(), SCHEMA.schema_converter.scalar_registry
    with pytest.raises(compat.StrawberryInputCoercionError):
        compat.convert_argument({"maybe": None}, argument.type, registry, SCHEMA.config)


async def test_the_raw_info_is_graphql_cores() -> None:
    """The fragments of a selection have their types there alone."""
    seen: list[tuple[str, str, bool]] = []

    @strawberry.type
    class Query:
        @strawberry.field
        def hello(self, info: strawberry.Info) -> str:
            raw = compat.raw_info(info)
            seen.append((raw.field_name, raw.field_nodes[0].name.value, raw.schema is info.schema._schema))
            return "hello"

    await strawberry.Schema(Query).execute("{ hello }")
    assert seen == [("hello", "hello", True)]
