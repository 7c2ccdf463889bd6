"""Documents that no server has seen: each valid, accepted, and another than all before."""

import random

from graphql import (
    GraphQLField,
    GraphQLObjectType,
    build_schema,
    get_named_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
)

from schema.build import build

_SCHEMA = build_schema(build().as_str())


def unknown_document(number: int, *, length: int = 3_000, root: str = "order(id: $id)") -> str:
    """A query of about `length` characters on one order; the same number gives the same text."""
    dice = random.Random(number)
    kind = _SCHEMA.type_map["Order"]
    assert isinstance(kind, GraphQLObjectType)
    selection, left = "", length - 60
    for _ in range(24):
        part = _selection(kind, dice, depth=6, size=min(left, length // 3))
        if len(part) > left:
            break
        selection += f" {part}"
        left -= len(part) + 1
    return f"query Unknown{number}($id: ID!) {{ {root} {{ number{selection} }} }}"


def _selection(kind: GraphQLObjectType, dice: random.Random, *, depth: int, size: int) -> str:
    """Some leaves of a type, and one to three of its relations with theirs, about `size` characters in all."""
    leaves: list[tuple[str, GraphQLField]] = []
    relations: list[tuple[str, GraphQLField]] = []
    for name, field in kind.fields.items():
        if any(is_non_null_type(argument.type) for argument in field.args.values()) or name == "timeline":
            continue
        (leaves if is_leaf_type(get_named_type(field.type)) else relations).append((name, field))
    chosen = [name for name, _ in dice.sample(leaves, min(len(leaves), dice.randint(1, 5)))]
    lists = 0
    for name, field in dice.sample(relations, min(len(relations), dice.randint(1, 4))) if depth else []:
        below = get_named_type(field.type)
        outer = field.type.of_type if is_non_null_type(field.type) else field.type
        lists += is_list_type(outer)
        used = sum(map(len, chosen))
        if isinstance(below, GraphQLObjectType) and used < size and not (lists > 1 and is_list_type(outer)):
            chosen.append(f"{name} {{ {_selection(below, dice, depth=depth - 1, size=size - used)} }}")
    return " ".join(chosen) or "__typename"
