"""Classes that are made late lead to the statements that Tortoise's own state leads to, operation by operation."""

from typing import Any

import pytest
from tortoise import fields
from tortoise.connection import get_connection
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index, PartialIndex
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.migrations.migration import Migration
from tortoise.migrations.schema_editor import AsyncpgSchemaEditor
from tortoise.migrations.schema_generator.state import State
from tortoise.migrations.schema_generator.state_apps import StateApps

import database as db
from database.migration_state import LateState


def key() -> Any:
    return fields.CharField(primary_key=True, max_length=32)


def to(model: str, name: str) -> Any:
    return fields.ForeignKeyField(f"models.{model}", related_name=name, on_delete=OnDelete.RESTRICT)


def referring(name: str, *others: tuple[str, Any]) -> ops.CreateModel:
    return ops.CreateModel(name, [("id", key()), *others], {"table": name.lower(), "app": "models"})


class Small(Migration):
    """Each kind of operation that migrations/ has; the item is created before the order that it refers to."""

    operations = [  # noqa: RUF012  # as every migration has it
        referring("Item", ("order", to("Order", "items")), ("quantity", fields.IntField())),
        referring("Order", ("number", fields.CharField(max_length=64))),
        referring("Label", ("item", fields.OneToOneField("models.Item", related_name="label"))),
        ops.RunSQL("select 1"),
        ops.AddField("Order", "note", fields.TextField(null=True)),
        ops.AddField("Label", "order", to("Order", "labels")),
        ops.AlterField("Order", "number", fields.CharField(max_length=80, null=True)),
        ops.AddIndex("Item", Index(fields=("quantity", "id"), name="item_quantity")),
        ops.AddIndex("Label", PartialIndex(fields=("item_id",), name="label_item", condition={"id": "1"})),
        ops.AddConstraint("Item", CheckConstraint(check='"quantity" > 0', name="item_some")),
        ops.AddConstraint("Item", UniqueConstraint(fields=("order_id", "quantity"), name="item_once")),
        ops.RemoveConstraint("Item", "item_some"),
        ops.RemoveIndex("Item", name="item_quantity"),
        ops.RemoveField("Order", "note"),
    ]


async def statements(state: State, migration: type[Migration] = Small) -> list[str]:
    """What a migration sends."""
    editor = AsyncpgSchemaEditor(get_connection("default"), collect_sql=True)
    await migration("1", "models").apply(state, schema_editor=editor, collect_sql=True)
    return [line for line in editor.collected_sql if not line.startswith("--")]


CONNECTIONS = {"models": "default"}


async def test_both_states_send_the_same() -> None:
    async with db.offline():
        late = await statements(LateState.empty(CONNECTIONS))
        assert late == await statements(State({}, StateApps(CONNECTIONS)))
    assert len(late) >= len(Small.operations) - 2


async def test_a_relation_to_no_model_is_refused() -> None:
    class Broken(Migration):
        operations = Small.operations[:1]

    async with db.offline():
        with pytest.raises(RuntimeError, match=r"models\.Order"):
            await statements(LateState.empty(CONNECTIONS), Broken)


async def test_a_copy_is_changed_apart() -> None:
    async with db.offline():
        state = LateState.empty(CONNECTIONS)
        await statements(state)
        copy = state.clone()
        ops.RemoveField("Item", "quantity").state_forward("models", copy)
        assert "quantity" not in copy.apps.get_model("models.Item")._meta.fields_map
        assert "quantity" in state.apps.get_model("models.Item")._meta.fields_map
