"""THE TABLES: every change of a status is one edge here, and nothing else in the program knows another.

An edge says who may take it, when it is *offered* (guards of the world), what a command must satisfy to be
*accepted*, and which effects follow. A source of None opens; a type of None is for both types.
Everything reads these rows: commands, what clients are offered, previews, the API's `transitions`, the docs.
"""

from domain.tables.edge import Edge
from domain.tables.packages import PACKAGES
from domain.tables.plans import PLANS
from domain.tables.refunds import REFUNDS
from domain.tables.requests import REQUESTS
from domain.words import PackageStatus, PlanStatus, RefundStatus, RequestStatus, Subject, Word

__all__ = ["PACKAGES", "PLANS", "REFUNDS", "REQUESTS", "STATUSES", "TABLE", "Edge"]

STATUSES: dict[Subject, type[Word]] = {
    Subject.PACKAGE: PackageStatus,
    Subject.REQUEST: RequestStatus,
    Subject.PLAN: PlanStatus,
    Subject.REFUND: RefundStatus,
}

TABLE: tuple[Edge, ...] = PACKAGES + REQUESTS + PLANS + REFUNDS
