"""THE TABLES: every change of a status is one edge here. Nothing else in the program changes a status.

An edge says which roles may take it, when it is *offered* (guards of the facts), when a command is *accepted* (guards of
facts and input), and which effects follow. An edge without a source opens its subject; an edge without a type is for
both types. Commands, allowed actions, previews, the API's `transitions` and the docs all read these rows.

So that a row fits on a line, the tables abbreviate:

    A Action    E Effect    T TransactionType    g domain.guards
    K PackageStatus    Q RequestStatus    P PlanStatus    R RefundStatus    V ReturnStatus    L LabelStatus
    D DisputeStatus    W WithdrawalStatus
    ANY for both types    OPENS without a source    FOR_SELLER the owner, who decides for the seller
"""

from domain.law import WithdrawalStatus
from domain.tables.disputes import DISPUTES
from domain.tables.edge import Edge
from domain.tables.labels import LABELS
from domain.tables.packages import PACKAGES
from domain.tables.plans import PLANS
from domain.tables.refunds import REFUNDS
from domain.tables.requests import REQUESTS
from domain.tables.returns import RETURNS
from domain.tables.withdrawals import WITHDRAWALS
from domain.words import (
    DisputeStatus,
    LabelStatus,
    PackageStatus,
    PlanStatus,
    RefundStatus,
    RequestStatus,
    ReturnStatus,
    Subject,
    Word,
)

__all__ = [
    "DISPUTES",
    "LABELS",
    "PACKAGES",
    "PLANS",
    "REFUNDS",
    "REQUESTS",
    "RETURNS",
    "STATUSES",
    "TABLE",
    "WITHDRAWALS",
    "Edge",
]

STATUSES: dict[Subject, type[Word]] = {
    Subject.PACKAGE: PackageStatus,
    Subject.REQUEST: RequestStatus,
    Subject.PLAN: PlanStatus,
    Subject.REFUND: RefundStatus,
    Subject.RETURN_SHIPMENT: ReturnStatus,
    Subject.LABEL: LabelStatus,
    Subject.DISPUTE: DisputeStatus,
    Subject.WITHDRAWAL: WithdrawalStatus,
}

TABLE: tuple[Edge, ...] = PACKAGES + REQUESTS + PLANS + REFUNDS + RETURNS + LABELS + DISPUTES + WITHDRAWALS
