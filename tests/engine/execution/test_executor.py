"""What the compiled executor promises beside equal results: batches, bounds, and nothing run twice."""

from collections.abc import AsyncIterator
from typing import Any, ClassVar

import pytest
import strawberry
from graphql import DocumentNode, parse
from strawberry.extensions import SchemaExtension
from strawberry.schema.config import StrawberryConfig

from engine.execution.computed import Row, batched, computed, row_value
from engine.execution.executor import MOST_VARIANTS, CompiledExecutor, Plans, execute

Rows = list[Row]
LAMPS: Rows = [
    {"name": "lamp", "parts": [{"name": "bulb"}, {"name": "foot"}]},
    {"name": "torch", "parts": [{"name": "cell"}]},
]
SPARES: Rows = [{"name": "fuse", "inside": [{"name": f"wire {n}"} for n in range(20)]}]


class Executor(CompiledExecutor):
    plans: ClassVar[Plans] = Plans()


class Calls:
    """What ran, as it ran."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.roots: list[str] = []


def lengths(rows: Rows, info: strawberry.Info, *, times: int = 1) -> list[int]:
    info.context.batches.append([row["name"] for row in rows])
    return [len(row["name"]) * times for row in rows]


def place_of(row: Row, info: strawberry.Info) -> str:
    return f"{row['name']}: {info.field_name} in {info.path.typename}, {len(info.selected_fields)} selected"


async def _slowly() -> list[str]:
    return ["slowly"]


@strawberry.type
class Part:
    name: str
    length: int | None = batched(lengths)
    inside: list["Part"] = computed(lambda row: row.get("inside", []))
    labels: list["Part"] = batched(lambda rows: (({"name": f"{row['name']} label"},) for row in rows))


@strawberry.type
class Lamp:
    name: str
    parts: list[Part]
    length: int = batched(lengths)
    spares: list[Part] = batched(lambda rows: [SPARES for _ in rows])
    first: Part | None = computed(lambda row: row["parts"][0])
    place: str = computed(place_of)

    @strawberry.field
    async def slow(self) -> str:
        return "slow"

    @strawberry.field
    def future(self) -> list[str]:
        return _slowly()  # type: ignore[return-value]  # an awaitable from a resolver that does not say so


@strawberry.type
class Query:
    @strawberry.field
    async def lamps(self, info: strawberry.Info) -> list[Lamp]:
        info.context.roots.append("lamps")
        return LAMPS  # type: ignore[return-value]  # rows

    @strawberry.field
    def broken(self, info: strawberry.Info) -> list[Lamp] | None:
        info.context.roots.append("broken")
        return [{"name": None, "parts": []}]  # type: ignore[list-item]  # a row


@strawberry.type
class Mutation:
    @strawberry.mutation
    async def break_lamp(self, info: strawberry.Info) -> Lamp | None:
        info.context.roots.append("break_lamp")
        return {"name": None, "parts": []}  # type: ignore[return-value]  # a row

    @strawberry.mutation
    async def add_lamp(self, info: strawberry.Info) -> Lamp:
        info.context.roots.append("add_lamp")
        return LAMPS[0]  # type: ignore[return-value]  # a row


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def lit(self) -> AsyncIterator[Lamp]:
        for lamp in LAMPS:
            yield lamp  # type: ignore[misc]  # a row


def schema_with(**options: Any) -> strawberry.Schema:
    config = StrawberryConfig(default_resolver=row_value)
    return strawberry.Schema(Query, Mutation, Subscription, config=config, execution_context_class=Executor, **options)


SCHEMA = schema_with()


@pytest.fixture(autouse=True)
def plans() -> Plans:
    Executor.plans = Plans()
    return Executor.plans


def said(document: str) -> type[SchemaExtension]:
    """An extension that gives every operation the same parsed document, as the registry does."""
    parsed = parse(document)

    class Parsed(SchemaExtension):
        def on_parse(self) -> Any:
            self.execution_context.graphql_document = parsed
            yield

    return Parsed


async def data_of(document: str, schema: strawberry.Schema = SCHEMA, **options: Any) -> tuple[Any, Calls]:
    calls = Calls()
    result = await schema.execute(document, context_value=calls, **options)
    assert result.errors is None, result.errors
    return result.data, calls


async def test_a_batched_field_is_computed_once_for_all_rows_of_its_place(plans: Plans) -> None:
    data, calls = await data_of("{ lamps { length parts { length twice: length(times: 2) } } }")
    assert data["lamps"][0] == {"length": 4, "parts": [{"length": 4, "twice": 8}, {"length": 4, "twice": 8}]}
    everything = ["bulb", "foot", "cell"]
    assert calls.batches == [["lamp", "torch"], everything, everything]
    assert plans.compiled == 1


async def test_an_object_that_several_rows_have_for_a_batched_value_is_completed_once(plans: Plans) -> None:
    data, calls = await data_of("{ lamps { name spares { name length } } }")
    spares = [{"name": "fuse", "length": 4}]
    assert data["lamps"] == [{"name": "lamp", "spares": spares}, {"name": "torch", "spares": spares}]
    assert calls.batches == [["fuse"]]
    assert plans.compiled == 1


async def test_batched_values_that_are_made_one_by_one_stay_each_their_rows_own(plans: Plans) -> None:
    data, _ = await data_of("{ lamps { spares { inside { labels { name } } } } }")
    labels = [part["labels"] for part in data["lamps"][0]["spares"][0]["inside"]]
    assert labels == [[{"name": f"wire {n} label"}] for n in range(20)]
    assert plans.compiled == 1


async def test_stock_computes_a_batched_field_row_by_row() -> None:
    data, calls = await data_of("{ lamps { slow length parts { length } } }")
    assert data["lamps"][0] == {"slow": "slow", "length": 4, "parts": [{"length": 4}, {"length": 4}]}
    assert calls.batches == [["lamp"], ["bulb"], ["foot"], ["torch"], ["cell"]]


async def test_arguments_of_a_batched_field_may_be_variables() -> None:
    document = "query ($times: Int!) { lamps { parts { length(times: $times) } } }"
    data, calls = await data_of(document, variable_values={"times": 3})
    assert data["lamps"][1] == {"parts": [{"length": 12}]}
    assert len(calls.batches) == 1


async def test_arguments_without_variables_are_converted_once_and_those_with_them_each_time(plans: Plans) -> None:
    for document in ("{ lamps { length(times: 3) } }", "query ($n: Int = 3) { lamps { length(times: $n) } }"):
        data, _ = await data_of(document)
        assert data["lamps"] == [{"length": 12}, {"length": 15}]
    constant, variable = (next(iter(plan.variants.values()))["lamps"] for plan in plans._known.values())
    assert constant is not None
    assert variable is not None
    assert "arguments(executor" not in constant.source
    assert "arguments(executor" in variable.source


async def test_a_computation_may_ask_for_everything_about_its_field(plans: Plans) -> None:
    data, _ = await data_of("{ lamps { place } }")
    assert data["lamps"][0] == {"place": "lamp: place in Lamp, 1 selected"}
    assert plans.compiled == 1


async def test_a_value_that_cannot_be_completed_is_completed_by_stock_without_asking_again(
    plans: Plans,
) -> None:
    calls = Calls()
    result = await SCHEMA.execute("{ broken { name } lamps { name } }", context_value=calls)
    assert result.data == {"broken": None, "lamps": [{"name": "lamp"}, {"name": "torch"}]}
    assert [error.path for error in result.errors or []] == [["broken", 0, "name"]]
    assert sorted(calls.roots) == ["broken", "lamps"]
    assert (plans.compiled, plans.given_back) == (1, 1)


async def test_a_mutation_whose_answer_cannot_be_completed_has_run_once() -> None:
    calls = Calls()
    result = await SCHEMA.execute("mutation { breakLamp { name } addLamp { name } }", context_value=calls)
    assert result.data == {"breakLamp": None, "addLamp": {"name": "lamp"}}
    assert [error.path for error in result.errors or []] == [["breakLamp", "name"]]
    assert calls.roots == ["break_lamp", "add_lamp"]


async def test_events_of_a_subscription_are_completed_by_generated_code(plans: Plans) -> None:
    names = [result.data async for result in await SCHEMA.subscribe("subscription { lit { name } }")]
    assert names == [{"lit": {"name": "lamp"}}, {"lit": {"name": "torch"}}]
    assert plans.compiled == 2


async def test_compiled_code_is_kept_for_each_document_and_each_switch(plans: Plans) -> None:
    document = "query ($short: Boolean!) { lamps { name parts @skip(if: $short) { name } } }"
    schema = schema_with(extensions=[said(document)])
    for short in (True, False, True, True):
        data, _ = await data_of(document, schema, variable_values={"short": short})
        assert ("parts" in data["lamps"][0]) is not short
    (plan,) = plans._known.values()
    assert sorted(plan.variants) == [(False,), (True,)]
    assert plans.compiled == 4


async def test_the_memory_of_documents_is_bounded() -> None:
    Executor.plans = plans = Plans(capacity=3)
    for number in range(10):
        await data_of(f"{{ lamps {{ name{number}: name }} }}")
    assert len(plans) == 3
    assert plans.compiled == 10


async def test_the_memory_of_switches_is_bounded(plans: Plans) -> None:
    names = [f"s{number}" for number in range(6)]
    fields = " ".join(f"f{name}: name @include(if: ${name})" for name in names)
    document = f"query ({' '.join(f'${name}: Boolean!' for name in names)}) {{ lamps {{ {fields} }} }}"
    schema = schema_with(extensions=[said(document)])
    for number in range(2 ** len(names)):
        values = {name: bool(number >> place & 1) for place, name in enumerate(names)}
        data, _ = await data_of(document, schema, variable_values=values)
        assert data["lamps"][0] == {f"f{name}": "lamp" for name in names if values[name]}
    (plan,) = plans._known.values()
    assert len(plan.variants) <= MOST_VARIANTS
    assert len(plan.roots) <= MOST_VARIANTS


async def test_a_schema_whose_extensions_resolve_fields_is_left_to_stock(plans: Plans) -> None:
    seen: list[str] = []

    class Watch(SchemaExtension):
        def resolve(self, _next: Any, root: Any, info: Any, *args: Any, **kwargs: Any) -> Any:
            seen.append(info.field_name)
            return _next(root, info, *args, **kwargs)

    await data_of("{ lamps { name } }", schema_with(extensions=[Watch]))
    assert seen == ["lamps", "name", "name"]
    assert (plans.compiled, plans.unsupported) == (0, 1)


async def test_introspection_is_left_to_stock(plans: Plans) -> None:
    data, _ = await data_of("{ __schema { queryType { name } } __typename lamps { __typename } }")
    assert data["__schema"] == {"queryType": {"name": "Query"}}
    assert data["__typename"] == "Query"
    assert (plans.compiled, plans.unsupported) == (2, 1)


async def test_a_nesting_too_deep_for_python_is_left_to_stock(plans: Plans) -> None:
    fields = "name"
    for _ in range(30):
        fields = f"name inside {{ {fields} }}"
    data, _ = await data_of(f"{{ lamps {{ first {{ {fields} }} }} }}")
    assert data["lamps"][1] == {"first": {"name": "cell", "inside": []}}
    assert (plans.compiled, plans.unsupported) == (0, 1)


async def test_the_generated_function_can_be_read(plans: Plans) -> None:
    await data_of("{ lamps { name } }")
    (plan,) = plans._known.values()
    completion = plan.variants[()]["lamps"]
    assert completion is not None
    assert "'name': t if type(t := r" in completion.source


async def test_a_batch_of_the_wrong_length_is_an_error_and_not_a_shift() -> None:
    @strawberry.type
    class Short:
        name: str
        odd: int = batched(lambda rows: [1 for _ in rows[1:]])

    @strawberry.type
    class SingleField:
        @strawberry.field
        def all(self) -> list[Short]:
            return [{"name": "a"}, {"name": "b"}]  # type: ignore[list-item]  # rows

    config = StrawberryConfig(default_resolver=row_value)
    schema = strawberry.Schema(SingleField, config=config, execution_context_class=Executor)
    result = await schema.execute("{ all { name odd } }")
    assert result.data is None
    assert result.errors


async def test_a_parsed_document_is_executed_directly(plans: Plans) -> None:
    document = parse("query A($n: Int!) { lamps { length(times: $n) } } mutation B { breakLamp { name } }")
    calls = Calls()
    result = await execute(SCHEMA, document, operation_name="A", variables={"n": 2}, context=calls)
    assert (result.data, result.errors) == ({"lamps": [{"length": 8}, {"length": 10}]}, None)
    broken = await execute(SCHEMA, document, operation_name="B", context=calls)
    assert broken.data == {"breakLamp": None}
    assert [error.path for error in broken.errors or []] == [["breakLamp", "name"]]
    assert calls.roots == ["lamps", "break_lamp"]
    assert (plans.compiled, plans.given_back) == (1, 1)


async def test_an_operation_that_cannot_begin_is_an_error_without_data() -> None:
    document = parse("query A($n: Int!) { lamps { length(times: $n) } }")
    for operation, variables in (("A", {}), ("A", {"n": "x"}), ("B", {"n": 1})):
        result = await execute(SCHEMA, document, operation_name=operation, variables=variables)
        assert result.data is None
        assert result.errors


async def test_one_event_of_a_subscription_is_executed_as_the_root(plans: Plans) -> None:
    document = parse("subscription { lit { name length } }")
    result = await execute(SCHEMA, document, root=LAMPS[1], context=Calls())
    assert result.data == {"lit": {"name": "torch", "length": 5}}
    assert plans.compiled == 1


async def test_a_schema_with_extensions_is_not_executed_past_them() -> None:
    with pytest.raises(ValueError, match="extensions"):
        await execute(schema_with(extensions=[SchemaExtension]), parse("{ __typename }"))


async def test_a_schema_with_incremental_delivery_is_left_to_stock(plans: Plans) -> None:
    config = StrawberryConfig(default_resolver=row_value, enable_experimental_incremental_execution=True)
    schema = strawberry.Schema(Query, config=config, execution_context_class=Executor)
    await data_of("{ lamps { name } }", schema)
    assert (plans.compiled, plans.unsupported) == (0, 1)


async def test_a_schema_that_reads_attributes_is_left_to_stock(plans: Plans) -> None:
    schema = strawberry.Schema(Query, execution_context_class=Executor)
    result = await schema.execute("{ lamps { name } }", context_value=Calls())
    assert result.errors
    assert (plans.compiled, plans.unsupported) == (0, 1)


async def test_an_awaitable_below_the_root_is_awaited_by_stock(plans: Plans) -> None:
    data, _ = await data_of("{ lamps { future } }")
    assert data["lamps"] == [{"future": ["slowly"]}, {"future": ["slowly"]}]
    assert (plans.compiled, plans.given_back) == (0, 1)


async def test_one_operation_with_other_fragments_is_another_plan() -> None:
    document = parse("{ lamps { ...F } } fragment F on Lamp { name }")
    others = parse("{ lamps { ...F } } fragment F on Lamp { length }")
    mixed = DocumentNode(definitions=(document.definitions[0], others.definitions[1]))
    first = await execute(SCHEMA, document, context=Calls())
    second = await execute(SCHEMA, mixed, context=Calls())
    assert first.data == {"lamps": [{"name": "lamp"}, {"name": "torch"}]}
    assert second.data == {"lamps": [{"length": 4}, {"length": 5}]}
