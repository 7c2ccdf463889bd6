"""What the house uses of Strawberry beside its documented interface: nothing else may name it.

`tests/engine/compat/test_strawberry.py` has a test for each of these, which fails if Strawberry changes it.
"""

from collections.abc import Awaitable, Callable
from typing import Any, TypeGuard, cast

import strawberry
from graphql import GraphQLField, GraphQLResolveInfo, GraphQLSchema
from strawberry.exceptions import StrawberryInputCoercionError
from strawberry.execution import optimized_is_awaitable
from strawberry.scalars import is_scalar
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext as StockExecutor
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule
from strawberry.types.arguments import convert_argument, convert_arguments
from strawberry.types.base import StrawberryList, StrawberryMaybe, StrawberryOptional, get_object_definition
from strawberry.types.enum import StrawberryEnumDefinition
from strawberry.types.lazy_type import LazyType

__all__ = [
    "DEFINITION",
    "LazyType",
    "MaybeNullValidationRule",
    "OneOfInputValidationRule",
    "StockExecutor",
    "StrawberryEnumDefinition",
    "StrawberryInputCoercionError",
    "StrawberryList",
    "StrawberryMaybe",
    "StrawberryOptional",
    "convert_argument",
    "convert_arguments",
    "get_object_definition",
    "graphql_schema",
    "is_awaitable",
    "is_plain_async_resolver",
    "is_scalar",
    "raw_info",
]

DEFINITION = "strawberry-definition"
"""The extension under which a part of the GraphQL schema holds what it was declared with."""

is_awaitable = cast(Callable[[Any], TypeGuard[Awaitable[Any]]], optimized_is_awaitable)
"""Strawberry's quick form of graphql-core's function of the same name."""

_ASYNC_RESOLVER = "from_resolver.<locals>._async_resolver"


def graphql_schema(schema: strawberry.Schema) -> GraphQLSchema:
    """graphql-core's schema inside one of Strawberry's."""
    return schema._schema


def raw_info(info: strawberry.Info[Any, Any]) -> GraphQLResolveInfo[Any]:
    """What graphql-core knows of the field; Strawberry's public selections lose the types of fragments."""
    return info._raw_info


def is_plain_async_resolver(definition: GraphQLField) -> bool:
    """Whether Strawberry calls the field's own async resolver with nothing around it."""
    return getattr(definition.resolve, "__qualname__", "").endswith(_ASYNC_RESOLVER)
