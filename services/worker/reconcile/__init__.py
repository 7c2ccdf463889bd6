"""Plans, refunds, payments, goods and the gateways' own books, compared: each difference is reported once.

A server at work changes rows while they are read, so a difference counts only if a second look finds it as well.
What is under way is no difference until it has been overdue for a while.
"""

from collections.abc import Mapping
from datetime import datetime

from tortoise.transactions import in_transaction

from domain.words import RefundStatus
from gateways.payments.port import Gateway
from services.worker.reconcile import disputes, figures, goods, references
from services.worker.reconcile.checks import found_by
from services.worker.reconcile.gateways import of_gateways
from services.worker.reconcile.money import Money
from services.worker.reconcile.report import Difference, Report

__all__ = ["Difference", "Report", "reconcile"]


CHECKS = (*goods.CHECKS, *disputes.CHECKS, *references.CHECKS, *figures.CHECKS)


async def reconcile(gateways: Mapping[str, Gateway], now: datetime, *, since: datetime | None = None) -> Report:
    """Compare everything, or what was refunded since an instant. Twice, where the first look finds something."""
    first = await _look(gateways, now, since)
    if not first.differences:
        return first
    second = await _look(gateways, now, since)
    second.differences = sorted(set(first.differences) & set(second.differences))
    return second


async def _look(gateways: Mapping[str, Gateway], now: datetime, since: datetime | None) -> Report:
    # Our side first, in one snapshot: what a gateway has done meanwhile then looks under way, not missing.
    async with in_transaction() as db:
        await db.execute_query("set transaction isolation level repeatable read, read only")
        money = await Money.read(db)
        checked = [difference async for difference in found_by(CHECKS, db, now)]
    report = Report(plans=len(money.plans), refunds=len(money.refunds))
    report.attention = sum(refund.status is RefundStatus.FAILED for refund in money.refunds)
    report.differences += [*money.differences(now), *checked]
    async for difference in of_gateways(gateways, money.refunds, now, since, report):
        report.differences.append(difference)
    return report
