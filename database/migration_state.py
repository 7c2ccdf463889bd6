"""What Tortoise knows of the models while migrations run, with no more classes made than the operations look at.

Tortoise itself makes the class of every model anew, twice for each operation: two hundred operations took thirteen
seconds. `tests/database/test_migration_state.py` holds both to the same statements.
"""

from tortoise.fields.relational import ForeignKeyFieldInstance
from tortoise.migrations.executor import MigrationExecutor
from tortoise.migrations.graph import MigrationKey
from tortoise.migrations.schema_generator.state import ModelState, State
from tortoise.migrations.schema_generator.state_apps import StateApps
from tortoise.models import Model

States = dict[tuple[str, str], ModelState]
"""The models by app and name, with their fields and options; no classes."""


class LateExecutor(MigrationExecutor):
    """Tortoise's executor on a state whose classes are made late."""

    async def _project_state(self, applied: set[MigrationKey], *, upto: MigrationKey | None = None) -> State:
        state: State = LateState.empty(
            {label: app["default_connection"] for label, app in self.loader.apps_config.items()}
        )
        for key in self._full_plan():
            if key == upto:
                break
            migration = self.loader.graph.nodes[key]
            if migration is not None and key in applied:
                await migration.apply(state, dry_run=True)
        return state


class LateApps(StateApps):
    """The classes of the models: each is made when it is asked for, with those that it refers to."""

    def __init__(self, default_connections: dict[str, str], states: States) -> None:
        super().__init__(default_connections)
        self._states = states

    def get_model(self, app_label: str, model_name: str | None = None) -> type[Model]:
        """Raises KeyError if there is no such model."""
        key = self.split_reference(app_label) if model_name is None else (app_label, model_name)
        self.make(key)
        return super().get_model(*key)

    def make(self, *keys: tuple[str, str]) -> None:
        """Make the classes of these models unless they are made."""
        made = [self._make(key) for key in keys]
        if any(made):
            self._init_relations()
            self._build_initial_querysets()

    def of(self, states: States) -> "LateApps":
        """None made yet, of these."""
        return LateApps(self._default_connections, states)

    def _make(self, key: tuple[str, str]) -> bool:
        """Whether it was to be made. What a field refers to may be created later: `StateApps` leaves that open."""
        app, name = key
        if name in self.apps.get(app, {}) or key not in self._states:
            return False
        self.register_model(app, self._states[key].render(self))
        for field in self._states[key].fields.values():
            if isinstance(field, ForeignKeyFieldInstance):
                self._make(self.split_reference(field.model_name))
        return True


class LateState(State):
    """Tortoise's state, which makes no class when it changes or is copied."""

    models: States
    apps: LateApps

    @classmethod
    def empty(cls, default_connections: dict[str, str]) -> "LateState":
        """Without models. `default_connections` has a name for each app."""
        states: States = {}
        return cls(states, LateApps(default_connections, states))

    def clone(self) -> "LateState":
        """The same models, to be changed apart."""
        states = {key: model.clone() for key, model in self.models.items()}
        return LateState(states, self.apps.of(states))

    def validate_relations_initialized(self) -> None:
        """Raises RuntimeError if a model refers to one that there is not. No class is made for it."""
        referred = {
            self.apps.split_reference(field.model_name)
            for model in self.models.values()
            for field in model.fields.values()
            if isinstance(field, ForeignKeyFieldInstance)
        }
        if missing := sorted(".".join(key) for key in referred - self.models.keys()):
            raise RuntimeError(f"Migrations refer to models that they do not make: {', '.join(missing)}.")

    def _reload(self, models_to_reload: set[tuple[str, str]]) -> None:
        self.apps = self.apps.of(self.models)

    def _find_related_models(self, app_label: str, model_name: str) -> set[tuple[str, str]]:
        return set()
