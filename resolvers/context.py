"""What an operation of this server runs with: who is asking, when, in which language, and the services."""

from dataclasses import dataclass
from datetime import datetime

import strawberry

from domain.facts import Actor
from domain.words import Role
from engine import Forbidden, Unauthenticated
from engine import context as engine
from events.journal import Journal
from resolvers.reference import Reference
from services.commands import Commands
from services.guests import Guests
from services.privacy.erasing import KEEPING, Keeping
from services.tokens import Issuer
from services.visibility import sees_identity, sees_notes, sees_references, sees_statements, visibility_of


@dataclass(slots=True, kw_only=True)
class Context(engine.OperationContext):
    """One operation of one viewer: None for a caller without a token. `issued_at` is the unix second of the token."""

    viewer: Actor | None
    locale: str
    commands: Commands
    journal: Journal
    reference: Reference
    issued_at: float = 0.0
    guests: Guests | None = None
    issuer: Issuer | None = None
    private_webhooks: bool = False
    sellers_see_customers: bool = False
    keeping: Keeping = KEEPING

    def __post_init__(self) -> None:
        self.visibility = visibility_of(self.viewer)
        self.scope = (*self.visibility.scope, self.locale)
        if self.viewer is not None and self.viewer.actions is not None:
            self.scope = (*self.scope, self.viewer.actions)

    @property
    def now(self) -> datetime:
        """The present moment, asked anew each time: a stream lives long."""
        return self.commands.clock()

    @property
    def sees_identity(self) -> bool:
        """Whether the viewer may read a visible customer's email address, phone and subject."""
        return sees_identity(self.viewer, sellers=self.sellers_see_customers)

    @property
    def sees_statements(self) -> bool:
        """Whether the viewer may read the statement of a visible withdrawal, and where its receipt goes."""
        return sees_statements(self.viewer, sellers=self.sellers_see_customers)

    @property
    def sees_references(self) -> bool:
        """Whether the viewer may read a visible payment's id at its gateway."""
        return sees_references(self.viewer)

    @property
    def sees_notes(self) -> bool:
        """Whether the viewer may read the note of a visible decision."""
        return sees_notes(self.viewer)

    def signed_in(self) -> None:
        """Raise Unauthenticated if the caller has shown no token."""
        _ = self.actor

    @property
    def actor(self) -> Actor:
        """The actor; raises Unauthenticated if the caller has shown no token."""
        if self.viewer is None:
            raise Unauthenticated("This needs a token: send the header authorization: Bearer <token>.")
        return self.viewer

    def only(self, *roles: Role) -> None:
        """Raise Forbidden if a whole field is not for the viewer's role."""
        if self.actor.role not in roles:
            names = " or ".join(role.label.lower() for role in roles)
            raise Forbidden(f"This is for the {names} only.")


Info = strawberry.Info[Context, None]
