"""The owner's return settings."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.connection import get_connection

import models
from domain.rulebook import Rulebook
from domain.terms import TermsRule
from domain.words import Role
from engine import reads
from engine.conditions import Condition
from engine.reads import Row
from resolvers.context import Info
from resolvers.owner import answer, setter
from services import return_settings
from services.return_settings import SettingsChange, settings_in
from services.rulebooks import rulebook_in_force

if TYPE_CHECKING:  # the schema is above, and its inputs are what is read here
    from schema.inputs import SetReturnSettingsInput


async def settings(info: Info) -> list[Row]:
    """All settings, the marketplace's first."""
    info.context.only(Role.OWNER)
    info.context.statements += 1
    rulebook = await rulebook_in_force(get_connection("default"))
    found = settings_in(rulebook.rules) if rulebook else []
    return await _rows(info, found, rulebook, at="")


async def set_settings(info: Info, input: "SetReturnSettingsInput") -> Row:
    """Set the settings of a seller, or of the marketplace: the rule that is for them alone."""

    async def act(db: BaseDBAsyncClient) -> return_settings.Outcome:
        terms = None if input.terms is None else input.terms.parse()
        change = SettingsChange(input.seller_id, terms, input.expected_version)
        return await return_settings.change(db, change, setter(info))

    async def show(info: Info, outcome: return_settings.Outcome | None) -> Row:
        """The settings as they are now; this process knows them from now on, the others within seconds."""
        if outcome is None:
            return {"return_settings": None}
        info.context.reference.expire()
        info.context.statements += 1
        rulebook = await rulebook_in_force(get_connection("default"))
        rule = return_settings.rule_of(rulebook.rules, input.seller_id) if rulebook else None
        found = [(input.seller_id, rule)] if rule and outcome else []
        rows = await _rows(info, found, rulebook, at="return_settings")
        return {"return_settings": rows[0] if rows else None}

    return await answer(info, "setReturnSettings", input, act, show)


async def _rows(
    info: Info, found: Sequence[tuple[str | None, TermsRule]], rulebook: Rulebook | None, *, at: str
) -> list[Row]:
    """Settings with their sellers, in order."""
    ids = [seller_id for seller_id, _ in found if seller_id is not None]
    where, place = Condition.among("id", ids), f"{at}.seller".removeprefix(".")
    sellers = {row["id"]: row for row in await reads.many(info, models.Seller, where=where, at=place)} if ids else {}
    return [
        {
            "outcome": replace(rule.outcome, version=rulebook.number if rulebook else None, rule=rule.name).to_json(),
            "seller": sellers.get(seller_id or ""),
            "updated_at": rule.changed_at.isoformat() if rule.changed_at else None,
            "version": rule.revision,
        }
        for seller_id, rule in found
    ]
