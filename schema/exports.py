"""Exports: lists as files."""

from typing import Annotated

import strawberry

from domain.words import ExportedList, ExportState
from resolvers import exports
from resolvers.context import Info
from schema.inputs.base import repeatable
from schema.lists import OrderFilter, PackageFilter, PlanFilter, RefundFilter, RequestFilter, ReturnFilter
from schema.payloads import Payload
from schema.scalars import DateTime
from schema.withdrawals import WithdrawalFilter


@strawberry.type(description="A list that is written to a file, as the person sees it who has started the export.")
class Export:
    id: strawberry.ID = strawberry.field(description="The id of the export.")
    list: ExportedList = strawberry.field(description="The list.")
    state: ExportState = strawberry.field(description="The state of the export.")
    done: int = strawberry.field(description="The number of rows that are written.")
    total: int | None = strawberry.field(description="The number of all rows; null until they have been counted.")
    message: str | None = strawberry.field(description="Why there is no file, for people; null unless it has failed.")
    created_at: DateTime = strawberry.field(description="The time at which the export was started.")
    finished_at: DateTime | None = strawberry.field(description="The time at which the export was ready, or failed.")
    expires_at: DateTime = strawberry.field(description="The time until which the export and its file are kept.")
    url: str | None = strawberry.field(
        description="The path of the file on this server, once it is ready: ask for it with the bearer token of the "
        "person who has started the export."
    )


def _filter_of(what: str) -> str:
    return f"Conditions on the {what}, if they are exported."


@strawberry.input(description="The input of `startExport`: a list, and its own filter.")
class StartExportInput:
    list: ExportedList = strawberry.field(description="The list.")
    orders: OrderFilter | None = strawberry.field(default=None, description=_filter_of("orders"))
    requests: RequestFilter | None = strawberry.field(default=None, description=_filter_of("requests"))
    plans: PlanFilter | None = strawberry.field(default=None, description=_filter_of("plans"))
    packages: PackageFilter | None = strawberry.field(default=None, description=_filter_of("packages"))
    refunds: RefundFilter | None = strawberry.field(default=None, description=_filter_of("refunds"))
    return_shipments: ReturnFilter | None = strawberry.field(default=None, description=_filter_of("return shipments"))
    withdrawals: WithdrawalFilter | None = strawberry.field(default=None, description=_filter_of("withdrawals"))
    idempotency_key: str | None = repeatable()


@strawberry.type(description="The result of the mutation `startExport`.")
class StartExportPayload(Payload):
    export: Export | None = strawberry.field(description="The export; null if the command was refused.")


@strawberry.type
class ExportQuery:
    @strawberry.field(description="An export of the viewer; null if it is gone, or another person's.")
    async def export(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="The id of the export.")]
    ) -> Export | None:
        return await exports.one(info, id)

    @strawberry.field(description="The exports that the viewer has started within a day, the newest first.")
    async def exports(self, info: Info) -> list[Export]:
        return await exports.listed(info)


@strawberry.type
class ExportMutation:
    @strawberry.mutation(
        description="Write a list to a file of CSV, in the background. For sellers and the owner. `export` says how "
        "far it is, and where the file can be downloaded."
    )
    async def start_export(self, info: Info, input: StartExportInput) -> StartExportPayload:
        return await exports.start(info, input)
