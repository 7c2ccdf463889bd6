"""What the owner looks up to administer the marketplace: sellers by name, and what owners have set."""

from typing import TYPE_CHECKING

import models
from domain.words import Role
from engine import reads
from engine.reads import Ordering, Row
from resolvers import filters
from resolvers.context import Info

if TYPE_CHECKING:  # the schema is above, and its inputs are what is read here
    from schema.administration import OwnerEventFilter, SellerFilter

_BY_NAME = Ordering("name", ("sort_name",))
_NEWEST = Ordering("newest", ("-at",))


async def sellers(info: Info, given: "SellerFilter | None", window: Row) -> Row:
    """A page of the sellers, by their names."""
    info.context.only(Role.OWNER)
    return await reads.page(info, models.Seller, where=filters.sellers(given), order=_BY_NAME, **window)


async def owner_events(info: Info, given: "OwnerEventFilter | None", window: Row) -> Row:
    """A page of what owners have set, the latest first."""
    info.context.only(Role.OWNER)
    return await reads.page(info, models.OwnerEvent, where=filters.owner_events(given), order=_NEWEST, **window)
