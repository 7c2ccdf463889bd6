"""The owner's return settings."""

from typing import TYPE_CHECKING

from tortoise.backends.base.client import BaseDBAsyncClient

import models
from domain.words import Role
from engine import reads
from engine.conditions import Condition
from engine.reads import Row
from resolvers.context import Info
from resolvers.owner import answer, setter
from services import return_settings
from services.return_settings import FeeWanted, SettingsChange, TermsWanted

if TYPE_CHECKING:  # the schema is above, and its inputs are what is read here
    from schema.inputs import ReturnTermsInput, SetReturnSettingsInput


async def settings(info: Info) -> list[Row]:
    """All settings, the marketplace's first."""
    info.context.only(Role.OWNER)
    rows = await reads.many(info, models.ReturnSettings, order_by=("id",), columns=("seller_id",))
    return sorted(rows, key=lambda row: row["seller_id"] is not None)


async def set_settings(info: Info, input: "SetReturnSettingsInput") -> Row:
    """Set the settings of a seller, or of the marketplace."""

    async def act(db: BaseDBAsyncClient) -> return_settings.Outcome:
        terms = None if input.terms is None else _wanted(input.terms)
        change = SettingsChange(input.seller_id, terms, input.expected_version)
        return await return_settings.change(db, change, setter(info))

    return await answer(info, "setReturnSettings", input, act, _settings)


def _wanted(terms: "ReturnTermsInput") -> TermsWanted:
    return TermsWanted(
        trigger=terms.trigger,
        method=terms.method,
        ship_by_days=terms.ship_by_days,
        grace_days=terms.grace_days,
        inspection_days=terms.inspection_days,
        transit_days=terms.transit_days,
        fees=None
        if terms.fees is None
        else tuple(FeeWanted(fee.name, fee.bearer, fee.percent, fee.amount, fee.currency) for fee in terms.fees),
        address=terms.address.parse() if terms.address else None,
    )


async def _settings(info: Info, outcome: return_settings.Outcome | None) -> Row:
    """The settings as they are now; this process knows them from now on, the others within seconds."""
    if outcome is not None:
        info.context.reference.expire()
    if outcome is None or "id" not in outcome:
        return {"return_settings": None}
    where = Condition.equal("id", outcome["id"])
    return {"return_settings": await reads.one(info, models.ReturnSettings, where, at="return_settings")}
