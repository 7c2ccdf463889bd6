"""What is touched of Tortoise's inside here: the names of a model's relations, and where it keeps what they lead to."""

from tortoise.models import Model


def forward_relations(model: type[Model]) -> set[str]:
    """The names of a model's relations to one row that its own columns name."""
    return model._meta.fk_fields | model._meta.o2o_fields


def preset_relation(model: type[Model], name: str, value: object) -> None:
    """Let a relation that was not read give `value`, where Tortoise would query. Relations that are read go before."""
    setattr(model, f"_{name}", value)
