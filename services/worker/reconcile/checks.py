"""Comparisons of our own rows with each other, each a row: a kind, a sentence, a statement."""

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import datetime

from tortoise.backends.base.client import BaseDBAsyncClient

from services.worker.reconcile.report import PATIENCE, Difference


@dataclass(frozen=True, slots=True)
class Check:
    """A kind of difference. The statement finds the rows that differ: `id`, and the columns that the sentence names.

    If it is `timed`, its parameter is the moment before which whatever is due counts as stuck.
    """

    kind: str
    sentence: str
    sql: str
    timed: bool = False


async def found_by(checks: Iterable[Check], db: BaseDBAsyncClient, now: datetime) -> AsyncIterator[Difference]:
    """What differs among the rows that a transaction sees."""
    for check in checks:
        for row in await db.execute_query_dict(check.sql, [now - PATIENCE] if check.timed else []):
            yield Difference(check.kind, row["id"], check.sentence.format(**row))
