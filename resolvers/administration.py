"""What the owner looks up to administer the marketplace: sellers by name, what owners have set, how gateways stand."""

from typing import TYPE_CHECKING

from tortoise.connection import get_connection

import models
from domain.words import Role
from engine import reads
from engine.reads import Ordering, Row
from resolvers import filters
from resolvers.context import Info
from services import gateway_states

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


async def gateways(info: Info) -> list[gateway_states.State]:
    """The gateways, and what of them is not done."""
    info.context.only(Role.OWNER)
    info.context.statements += 1
    return await gateway_states.gateways(get_connection("default"), info.context.commands.terms.providers)


async def carriers(info: Info) -> list[gateway_states.State]:
    """The carriers, and what of them is not done."""
    info.context.only(Role.OWNER)
    info.context.statements += 1
    carrier = info.context.commands.terms.carrier
    return await gateway_states.carriers(get_connection("default"), [carrier] if carrier else [])
