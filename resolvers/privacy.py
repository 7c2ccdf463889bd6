"""Privacy: find a person, see what erasing would do, erase. For the owner only."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.connection import get_connection

import models
from domain.mail_addresses import spellings
from domain.words import Role
from engine import reads
from engine.conditions import Column, Condition, Fragment, Value
from engine.reads import Row
from resolvers.context import Info
from resolvers.owner import answer, setter
from services.privacy import erasing
from services.privacy.erasing import KeptRecord, OpenMatter

if TYPE_CHECKING:  # the schema is above, and its inputs are what is read here
    from schema.privacy import ErasePersonInput

_BY_EMAIL = Fragment("lower(", Column("email"), ") in (", Value(0), ", ", Value(1), ", ", Value(2), ")")


async def customers(info: Info, email: str) -> list[Row]:
    """The customers with an email address, in any case, its domain in Unicode or in ASCII."""
    info.context.only(Role.OWNER)
    return await reads.many(info, models.Customer, where=Condition(_BY_EMAIL, spellings(email)))


async def preview(info: Info, customer_id: str) -> Row | None:
    """What `erasePerson` would find and keep now; of a person who was erased, what is kept."""
    info.context.only(Role.OWNER)
    db = get_connection("default")
    customer = None if "\0" in customer_id else await models.Customer.get_or_none(id=customer_id, using_db=db)
    if customer is None:
        return None
    if customer.erased_at:
        return _shown(customer, [], await erasing.kept_of(db, customer_id))
    open_matters = await erasing.open_matters(db, customer_id)
    return _shown(customer, open_matters, await erasing.would_be_kept(db, customer_id, info.context.keeping))


async def erase(info: Info, input: "ErasePersonInput") -> Row:
    """Erase a person."""
    id = str(input.customer_id)

    async def act(db: BaseDBAsyncClient) -> dict[str, str]:
        await erasing.erase(db, id, info.context.keeping, setter(info))
        return {"id": id}

    async def show(info: Info, outcome: dict[str, str] | None) -> Row:
        return {"erasure": None if outcome is None else await preview(info, outcome["id"])}

    return await answer(info, "erasePerson", input, act, show)


def _shown(customer: models.Customer, open_matters: Sequence[OpenMatter], kept: Sequence[KeptRecord]) -> Row:
    return {
        "customer_id": customer.id,
        "erased_at": customer.erased_at,
        "open": [{"subject": each.subject, "id": each.id, "number": each.number} for each in open_matters],
        "kept": [
            {"source": each.source, "columns": list(each.columns), "ground": each.ground, "until": each.until}
            for each in kept
        ],
    }
