"""What an operation of this server runs with: who is asking, when, in which language, and the services."""

from dataclasses import dataclass, field
from datetime import datetime

import strawberry
from tortoise.models import Model

from domain.facts import Actor
from domain.words import Role
from engine import context as engine
from engine.context import Condition
from engine.errors import Forbidden, Unauthenticated
from events.journal import Journal
from resolvers.reference import Reference
from services.commands import Commands
from services.visibility import Sight, sight_of


@dataclass(slots=True, kw_only=True)
class Context(engine.Context):
    """One operation of one viewer; `viewer` is None for who has shown no token."""

    viewer: Actor | None
    locale: str
    commands: Commands
    journal: Journal
    reference: Reference
    private_webhooks: bool = False
    _sight: Sight = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._sight = sight_of(self.viewer)
        self.scope = (*self._sight.scope, self.locale)

    @property
    def sight(self) -> Sight:
        """What the viewer may see; shared by all of the same scope."""
        return self._sight

    def narrow(self, model: type[Model]) -> Condition | None:
        """What of a table the viewer may see."""
        return self._sight.narrow(model)

    def narrow_through(self, model: type[Model], relation: str, target: type[Model]) -> Condition | None:
        """What the viewer may see of the rows that a row in sight leads to."""
        return self._sight.narrow_through(model, relation, target)

    @property
    def now(self) -> datetime:
        """The moment; asked anew each time, for a stream lives long."""
        return self.commands.clock()

    def signed_in(self) -> None:
        """Raise Unauthenticated for who has shown no token."""
        _ = self.actor

    @property
    def actor(self) -> Actor:
        """Who acts; raises Unauthenticated for who has shown no token."""
        if self.viewer is None:
            raise Unauthenticated("This needs a token: send the header authorization: Bearer <token>.")
        return self.viewer

    def only(self, *roles: Role) -> None:
        """Raise Forbidden where a whole field is not for the viewer's role."""
        if self.actor.role not in roles:
            names = " or ".join(role.label.lower() for role in roles)
            raise Forbidden(f"This is for the {names} only.")


Info = strawberry.Info[Context, None]
