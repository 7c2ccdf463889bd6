"""graphql-core is what engine/compat/graphql_core.py takes it for."""

import inspect
from typing import Any

from graphql import GraphQLArgument, GraphQLError, GraphQLInputObjectType, Undefined, build_schema, parse
from graphql.execution import Executor

from engine.compat import graphql_core as compat

SCHEMA = build_schema("""
    type Query { greeting(name: String = "you", size: Size): String  again: Query }
    input Size { width: Int = 3  depth: Int }
""")
DOCUMENT: Any = parse("""
    query Q($name: String!) { ...F }
    fragment F on Query { greeting(name: $name) again { greeting } }
""")


def built(**values: Any) -> Executor[Any]:
    executor = Executor.build(SCHEMA, DOCUMENT, None, {"of": "a request"}, values or {"name": "Ada"}, "Q")
    assert isinstance(executor, Executor)
    return executor


class Late(compat.LateAttributes, Executor[Any]):
    """An executor as prepared.py makes them."""


def prepared() -> Any:
    executor = Late.__new__(Late)
    vars(executor).update(compat.shared_attributes(built()))
    return executor


def test_an_executor_keeps_all_it_knows_in_its_attributes() -> None:
    names = set(vars(built()))
    assert {"schema", "operation", "fragments", "fragment_definitions", "variable_values", "context_value"} <= names
    assert {"root_value", "is_awaitable", "hide_suggestions", "middleware_manager", "abort_signal", "hooks"} <= names
    assert {"type_resolver", "collected_errors"} <= names


def test_what_an_execution_changes_is_a_container_and_not_shared() -> None:
    shared = compat.shared_attributes(built())
    late = shared["late_attributes"]
    assert {"collected_errors"} <= set(late)
    assert {"variable_values", "context_value", "async_helpers"}.isdisjoint(set(shared) | set(late))
    assert {"schema", "operation", "fragments", "fragment_definitions"} <= set(shared)
    for name, kind in late.items():
        assert len(kind()) == 0 if hasattr(kind, "__len__") else kind(), name


def test_a_late_attribute_is_made_once_and_has_the_type_of_a_built_one() -> None:
    executor, stock = prepared(), built()
    for name, kind in executor.late_attributes.items():
        made = getattr(executor, name)
        assert type(made) is kind is type(getattr(stock, name))
        assert getattr(executor, name) is made


def test_the_helpers_of_infos_are_made_of_two_methods_of_the_executor() -> None:
    executor, stock = prepared(), built()
    assert type(executor.async_helpers) is type(stock.async_helpers)
    assert executor.async_helpers.gather == executor.gather_async_work
    assert executor.async_helpers.track == executor.track_async_work


def test_the_hooks_that_are_overridden_take_what_they_took() -> None:
    def names(function: Any) -> list[str]:
        return list(inspect.signature(function).parameters)

    assert names(Executor.execute_operation) == ["self", "serially"]
    assert names(Executor.complete_value)[:6] == [
        "self",
        "return_type",
        "field_details_list",
        "info",
        "path",
        "result",
    ]
    assert names(Executor.handle_field_error)[1:4] == ["raw_error", "return_type", "field_details_list"]
    assert len(names(Executor.build_resolve_info)) == 5
    assert names(Executor.build_response)[1:] == ["data"]
    assert names(Executor.collect_subfields)[1:] == ["return_type", "field_details_list"]


def test_collected_errors_take_an_error_and_its_path() -> None:
    executor = built()
    executor.collected_errors.add(GraphQLError("x"), None)
    response: Any = executor.build_response(None)
    assert [error.message for error in response.errors] == ["x"]


def test_variables_have_a_signature_a_source_and_a_coerced_value() -> None:
    signature = compat.get_variable_signature(SCHEMA, DOCUMENT.definitions[0].variable_definitions[0])
    assert isinstance(signature, compat.GraphQLVariableSignature)
    assert (signature.name, str(signature.type)) == ("name", "String!")
    values = compat.get_variable_values(SCHEMA, DOCUMENT.definitions[0].variable_definitions, {"name": "Ada"})
    assert isinstance(values, compat.VariableValues)
    mine = compat.VariableValues({"name": compat.VariableValueSource(signature, "Ada")}, {"name": "Ada"})
    assert values.coerced == mine.coerced
    assert values.sources["name"].value == mine.sources["name"].value
    assert compat.VariableValueSource(signature).value is Undefined


def test_build_collects_fifty_errors_about_variables() -> None:
    names = [f"v{n}" for n in range(compat.MOST_VARIABLE_ERRORS + 20)]
    document = parse(f"query Q({' '.join(f'${name}: String!' for name in names)}) {{ greeting }}")
    errors = Executor.build(SCHEMA, document, None, None, {}, "Q")
    assert isinstance(errors, list)
    assert len(errors) == compat.MOST_VARIABLE_ERRORS + 1  # the last one says that there are more


def test_fields_are_collected_under_their_response_keys() -> None:
    executor = built()
    assert SCHEMA.query_type is not None
    collected = compat.collect_fields(
        SCHEMA, executor.fragments, executor.variable_values, SCHEMA.query_type, executor.operation, False
    )
    assert list(collected.grouped_field_set) == ["greeting", "again"]
    details = collected.grouped_field_set["again"]
    assert isinstance(details[0], compat.FieldDetails)
    assert (details[0].node.name.value, details[0].fragment_variable_values) == ("again", None)
    assert list(executor.collect_subfields(SCHEMA.query_type, details).grouped_field_set) == ["greeting"]


def test_arguments_are_coerced_from_the_node_the_variables_and_the_defaults() -> None:
    executor = built()
    assert SCHEMA.query_type is not None
    definition = SCHEMA.query_type.fields["greeting"]
    node = DOCUMENT.definitions[1].selection_set.selections[0]
    assert compat.get_argument_values(definition, node, executor.variable_values, None, False) == {"name": "Ada"}
    document: Any = parse("{ greeting }")
    assert compat.get_argument_values(definition, document.definitions[0].selection_set.selections[0]) == {
        "name": "you"
    }


def test_the_default_of_an_argument_or_input_field_is_coerced() -> None:
    size = SCHEMA.type_map["Size"]
    assert isinstance(size, GraphQLInputObjectType)
    assert compat.coerce_default_value(size.fields["width"]) == 3
    assert compat.coerce_default_value(size.fields["depth"]) is Undefined
    assert isinstance(SCHEMA.type_map["Query"].fields["greeting"].args["name"], GraphQLArgument)  # type: ignore[attr-defined]  # an object type


def test_a_path_is_a_chain_with_a_key_and_a_type() -> None:
    path = compat.Path(compat.Path(None, "a", "Query"), "b", "Query")
    assert (path.key, path.typename, path.as_list()) == ("b", "Query", ["a", "b"])
    assert path.prev is not None
    assert path.prev.prev is None
