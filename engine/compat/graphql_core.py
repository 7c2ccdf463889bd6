"""What the engine uses of graphql-core's execution beside its documented interface: nothing else may name it.

`tests/engine/compat/test_graphql_core.py` has a test for each of these, which fails if graphql-core changes it.
"""

from typing import Any

from graphql.execution import Executor
from graphql.execution.collect_fields import FieldDetails, collect_fields
from graphql.execution.executor import CollectedErrors
from graphql.execution.get_variable_signature import GraphQLVariableSignature, get_variable_signature
from graphql.execution.values import VariableValues, VariableValueSource, get_argument_values, get_variable_values
from graphql.pyutils import Path
from graphql.pyutils.ref_map import RefMap
from graphql.type.definition import GraphQLResolveInfoHelpers
from graphql.utilities.coerce_input_value import coerce_default_value

__all__ = [
    "MOST_VARIABLE_ERRORS",
    "FieldDetails",
    "GraphQLVariableSignature",
    "LateAttributes",
    "Path",
    "VariableValueSource",
    "VariableValues",
    "coerce_default_value",
    "collect_fields",
    "get_argument_values",
    "get_variable_signature",
    "get_variable_values",
    "shared_attributes",
]

MOST_VARIABLE_ERRORS = 50
"""How many errors about variables `Executor.build` collects."""

_CONTAINERS = (dict, list, set, RefMap, CollectedErrors)
_OF_THE_DOCUMENT = ("fragments", "fragment_definitions")
_OF_THE_EXECUTION = ("variable_values", "context_value", "async_helpers")


class LateAttributes:
    """Mixed into an executor class: attributes that an execution changes are made at the first access."""

    def __getattr__(self, name: str) -> Any:
        if name == "async_helpers":
            # not kept: it would tie the executor into a cycle that only the garbage collector undoes
            executor: Any = self
            return GraphQLResolveInfoHelpers(gather=executor.gather_async_work, track=executor.track_async_work)
        kind = vars(self).get("late_attributes", {}).get(name)
        if kind is None:
            raise AttributeError(name)
        made = vars(self)[name] = kind()
        return made


def shared_attributes(executor: Executor[Any]) -> dict[str, Any]:
    """The attributes that all executors of one document share; `late_attributes` are the types of the others."""
    late: dict[str, type] = {}
    shared: dict[str, Any] = {"late_attributes": late}
    for name, value in vars(executor).items():
        if name in _OF_THE_EXECUTION:
            continue
        if isinstance(value, _CONTAINERS) and name not in _OF_THE_DOCUMENT:
            late[name] = type(value)
        else:
            shared[name] = value
    return shared
