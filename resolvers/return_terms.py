"""The owner's versions of the terms: drafts, publishing, and what a version says of orders and of the last returns."""

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.connection import get_connection

import models
from domain.actions import OwnerAction
from domain.calendar import Calendar
from domain.errors import Refused
from domain.facts import Actor
from domain.identifiers import identifier
from domain.reach import findings
from domain.returns import Json, ReturnTerms
from domain.rulebook import Rulebook
from domain.terms import TermsRule
from domain.terms_diff import diff
from domain.words import Role
from engine import BadInput, reads
from engine.conditions import Column, Condition, Fragment
from engine.reads import Row
from models.base import Row as ModelRow
from resolvers.context import Info
from resolvers.owner import answer, setter
from resolvers.queries import by_id
from services import return_terms
from services.return_terms import TermsDraft
from services.rulebooks import TERMS_IN_FORCE, rulebook_in_force
from services.simulation import MOST_RETURNS, DeliveredItem, items_of_order, rulebook_of_version, simulate
from services.terms_wanted import rules_of

if TYPE_CHECKING:  # the schema is above, and its inputs are what is read here
    from schema.return_terms import DiscardTermsInput, DraftTermsInput, PublishTermsInput

MOST_SHOWN = 100
"""Differences of a simulation, and rules that did not match, that are listed; all are counted."""
IS_IN_FORCE = Fragment(Column("id"), f" = {TERMS_IN_FORCE}->>'id'")
_IN_FORCE = Condition(IS_IN_FORCE)


async def version(info: Info, id: str | None, number: int | None) -> Row | None:
    """A version by its id or by its number, the one in force if neither is given."""
    info.context.only(Role.OWNER)
    if id is not None and number is not None:
        raise BadInput("Give either an id or a version, or neither for the version in force.")
    where = _IN_FORCE if number is None else Condition.equal("number", number)
    return await reads.one(info, models.TermsVersion, by_id(id) if id is not None else where)


def owner_only(info: Info) -> None:
    """Refuse everybody but the owner."""
    info.context.only(Role.OWNER)


async def draft(info: Info, input: "DraftTermsInput") -> Row:
    """Write a draft, or write it anew."""
    rules, problems = rules_of(input.parsed_rules()) if _may_draft(info.context.actor) else ([], [])
    found = [] if problems else await asyncio.to_thread(findings, rules)  # a second or two of arithmetic at most

    async def act(db: BaseDBAsyncClient) -> return_terms.Outcome:
        if problems:
            raise Refused(tuple(problems))
        wanted = TermsDraft(rules, found, input.note, input.id, input.expected_version)
        return await return_terms.draft(db, wanted, setter(info))

    return await answer(info, "draftTerms", input, act, _shown)


def _may_draft(actor: Actor) -> bool:
    return actor.role is Role.OWNER and actor.may(OwnerAction.DRAFT_TERMS)


async def discard(info: Info, input: "DiscardTermsInput") -> Row:
    """Throw a draft away."""

    async def act(db: BaseDBAsyncClient) -> return_terms.Outcome:
        return await return_terms.discard(db, input.id, setter(info), expected_version=input.expected_version)

    async def show(_: Info, outcome: return_terms.Outcome | None) -> Row:
        return {"discarded_id": outcome and outcome["id"]}

    return await answer(info, "discardTerms", input, act, show)


async def publish(info: Info, input: "PublishTermsInput") -> Row:
    """Publish a draft, now or at a moment."""

    async def act(db: BaseDBAsyncClient) -> return_terms.Outcome:
        return await return_terms.publish(db, input.id, input.at, setter(info), expected_version=input.expected_version)

    payload = await answer(info, "publishTerms", input, act, _shown)
    info.context.reference.expire()
    return payload


async def _shown(info: Info, outcome: return_terms.Outcome | None) -> Row:
    if outcome is None:
        return {"terms": None}
    return {"terms": await reads.one(info, models.TermsVersion, by_id(outcome["id"]), at="terms")}


async def difference(info: Info, before: str | None, after: str) -> Row | None:
    """How a version differs from another, from the one in force if none is named."""
    info.context.only(Role.OWNER)
    later = await _rulebook(info, after)
    earlier = await _rulebook(info, before)
    if later is None or (before is not None and earlier is None):
        return None
    found = diff(earlier.rules if earlier else (), later.rules)
    return {
        "added": [rule_row(rule.to_json(), None) for rule in found.added],
        "removed": [rule_row(rule.to_json(), None) for rule in found.removed],
        "changed": [
            {
                "before": rule_row(each.before.to_json(), None),
                "after": rule_row(each.after.to_json(), None),
                "fields": list(each.fields),
                "moved": each.moved,
            }
            for each in found.changed
        ],
    }


async def explain(info: Info, order_id: str, terms_id: str | None, market: str | None) -> list[Row] | None:
    """For each item of an order: the rule that decides on it, and why those before it did not match.

    With a `market`, as if the order had been placed there.
    """
    info.context.only(Role.OWNER)
    rulebook, items = await _rulebook(info, terms_id), await items_of_order(get_connection("default"), order_id)
    calendar = info.context.commands.terms.calendar
    info.context.statements += 1
    if items is None or (terms_id is not None and rulebook is None):
        return None
    rows = await _by_id(info, models.OrderItem, [item.id for item in items], at="order_item")
    if market is not None:
        items = [item._replace(sold=item.sold._replace(market=identifier(market))) for item in items]
    return [_explained(rows[item.id], item, rulebook, calendar) for item in items]


def _explained(row: Row, item: DeliveredItem, rulebook: Rulebook | None, calendar: Calendar) -> Row:
    sold = item.sold
    rule = rulebook.first(sold) if rulebook else None
    rules = rulebook.rules if rulebook else ()
    passed = rules[: rules.index(rule)] if rule else rules
    return {
        "order_item": row,
        "version": rulebook.number if rulebook else None,
        "rule": rule.name if rule else None,
        "return_terms": _said(rule, rulebook),
        "window_ends_at": item.window_end(rule.outcome if rule else None, calendar),
        "passed_over_count": len(passed),
        "passed_over": [
            {"rule": each.name, "failed": list(each.matcher.failures(sold))} for each in passed[-MOST_SHOWN:]
        ],
    }


async def simulation(info: Info, id: str, latest: int) -> Row | None:
    """What a version would have said of the last returns."""
    info.context.only(Role.OWNER)
    if not 1 <= latest <= MOST_RETURNS:
        raise BadInput(f"`latest` is a number of returns from 1 to {MOST_RETURNS}.")
    rulebook = await _rulebook(info, id)
    if rulebook is None:
        return None
    info.context.statements += 1
    found = await simulate(get_connection("default"), rulebook, latest, info.context.commands.terms.calendar)
    shown = found.differences[:MOST_SHOWN]
    requests = await _by_id(
        info, models.CancellationRequest, [each.request_id for each in shown], at="differences.request"
    )
    items = await _by_id(info, models.OrderItem, [each.item_id for each in shown], at="differences.order_item")
    return {
        "looked_at": found.looked_at,
        "otherwise": len(found.differences),
        "refused": sum(each.refused is not None for each in found.differences),
        "differences": [
            {
                "request": requests[each.request_id],
                "order_item": items[each.item_id],
                "before": _stored(each.before),
                "after": _stored(each.after),
                "refused": each.refused,
            }
            for each in shown
        ],
    }


def rule_row(stored: Row, number: int | None) -> Row:
    """A rule as it is stored, with the version that it is of."""
    outcome = {**stored["outcome"], "rule": stored["name"]}
    return {**stored, "outcome": {**outcome, "version": number} if number is not None else outcome}


async def _rulebook(info: Info, id: str | None) -> Rulebook | None:
    """The rules of a version, those in force if none is named."""
    info.context.statements += 1
    db = get_connection("default")
    return await rulebook_in_force(db) if id is None else await rulebook_of_version(db, id)


def _said(rule: TermsRule | None, rulebook: Rulebook | None) -> Row | None:
    if rule is None or rulebook is None:
        return None
    return _stored(replace(rule.outcome, version=rulebook.number, rule=rule.name))


def _stored(terms: ReturnTerms | None) -> dict[str, Json] | None:
    return terms.to_json() if terms else None


async def _by_id(info: Info, model: type[ModelRow], ids: list[str], *, at: str) -> dict[str, Row]:
    if not ids:
        return {}
    found = await reads.many(info, model, where=Condition.among("id", ids), at=at, columns=("id",))
    return {row["id"]: row for row in found}
