"""Rows that change rarely and count everywhere: reasons of the drop-down, policy and terms in force, revoked tokens.

Kept per process and read again after a few seconds. Commands do not use it: they read the rows in their own
transaction, so that a stale row here leads to a refusal there at most.
"""

import time
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import TypedDict

import orjson
from tortoise.connection import get_connection

from domain.facts import Actor
from domain.refusals import Refusal
from domain.rulebook import Rulebook
from domain.words import ReasonAudience, Role, TransactionType
from engine.reads import Row, fetch_row
from resolvers.sentences import LANGUAGES
from services.policies import POLICY_IN_FORCE
from services.rulebooks import TERMS_IN_FORCE, InForce, rulebook_of

FRESH = 5.0
"""Seconds for which the reference is not read again."""

_SQL = f"""
select json_build_object(
  'reasons', (select json_agg(r order by r.position, r.id) from cancellation_reason r where r.active),
  'policy', (select to_json(p) from {POLICY_IN_FORCE}),
  'terms', {TERMS_IN_FORCE},
  'revoked', (select json_object_agg(subject, extract(epoch from revoked_at)) from token_revocation)
) as reference
"""


class _ReferenceJson(TypedDict):
    """The reference in the database's JSON."""

    reasons: list[Row] | None
    policy: Row | None
    terms: InForce | None
    revoked: dict[str, float] | None


@dataclass(slots=True)
class Reference:
    """Active reasons in the order of the drop-down, and the policy in force (None before one is published)."""

    reasons: list[Row] = field(default_factory=list)
    policy: Row | None = None
    rulebook: Rulebook | None = None
    """The rules of the terms in force."""
    languages: tuple[str, ...] = ()
    """The languages that any of their texts is in, or any sentence of the server's own, sorted."""
    revoked: dict[str, float] = field(default_factory=dict)
    """By the `sub` of owners and sellers: until when a token must have been issued to be revoked, in unix seconds."""
    _read_at: float | None = field(default=None, init=False)
    _being_read: bool = field(default=False, init=False)
    _offered: dict[tuple[TransactionType | None, ReasonAudience], list[Row]] = field(default_factory=dict, init=False)

    async def fresh(self) -> "Reference":
        """Itself, read again if it is older than a few seconds: by one caller, while the others take it as it is."""
        if self._read_at is None:
            await self._read()
        elif time.monotonic() - self._read_at > FRESH and not self._being_read:
            self._being_read = True
            try:
                await self._read()
            finally:
                self._being_read = False
        return self

    async def terms_if_outdated(self, refusals: Collection[str]) -> int | None:
        """The version of the terms in force, 0 for none, if a command was refused as outdated: it is read again then.

        Another process may have published what this one does not show yet.
        """
        if Refusal.POLICY_OUTDATED not in refusals:
            return None
        await self._read()
        return self.rulebook.number if self.rulebook else 0

    def revokes(self, viewer: Actor, issued_at: float) -> bool:
        """Whether a token of this viewer, issued at that unix second, is revoked. Customers' tokens never are."""
        until = self.revoked.get(viewer.id)
        return until is not None and issued_at <= until and viewer.role is not Role.CUSTOMER

    def expire(self) -> None:
        """Let the next caller read it again."""
        self._read_at = None

    async def _read(self) -> None:
        db = get_connection("default")
        found: _ReferenceJson = orjson.loads((await fetch_row(db, _SQL, []))["reference"])
        self.reasons, self.policy = found["reasons"] or [], found["policy"]
        self.rulebook = await rulebook_of(db, found["terms"]["id"]) if found["terms"] else None
        self.revoked = found["revoked"] or {}
        texts = [*(reason["labels"] for reason in self.reasons), *([self.policy["texts"]] if self.policy else [])]
        self.languages = tuple(sorted(LANGUAGES.union(*texts)))
        self._offered = {}
        self._read_at = time.monotonic()

    def reasons_for(self, transaction: TransactionType | None, audience: ReasonAudience) -> list[Row]:
        """The reasons offered to an audience for one type of request, or for both."""
        offered = self._offered.get((transaction, audience))
        if offered is None:
            offered = [
                row
                for row in self.reasons
                if transaction in (None, row["transaction"]) and audience in row["audiences"]
            ]
            self._offered[transaction, audience] = offered
        return offered


def audience_of(viewer: Actor | None) -> ReasonAudience:
    """The audience that a viewer is part of; a caller without a token reads what customers are offered."""
    return ReasonAudience.CUSTOMER if viewer is None else ReasonAudience(viewer.role)
