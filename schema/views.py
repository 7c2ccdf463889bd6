"""Saved views: lists with their filters and order, kept under a name."""

from typing import Annotated

import strawberry

from domain.desk import ViewedList
from engine.execution.computed import Needs, computed
from resolvers import views
from resolvers.context import Info
from resolvers.keyed_inputs import LONGEST
from schema.common import VERSION
from schema.inputs.base import repeatable, versioned
from schema.payloads import Payload
from schema.scalars import DateTime
from services.views import MOST, NAME

_QUERY = (
    "The filters and the order, as the query of the list's address in the console: `status=WAITING&order=DUE_AT_ASC`"
)
_SHARED = "Whether it is for all people of the owner, or of the same seller."
OfList = Annotated[ViewedList, strawberry.argument(description="The list that the views are of.")]


@strawberry.type(
    description="A list with its filters and order, kept under a name by somebody of the owner or a seller."
)
class SavedView:
    id: strawberry.ID = strawberry.field(description="The id.")
    list: ViewedList = strawberry.field(description="The list.")
    name: str = strawberry.field(description="The name.")
    query: str = strawberry.field(description=f"{_QUERY}.")
    shared: bool = strawberry.field(description=_SHARED)
    mine: bool = computed(views.is_mine, needs=Needs("person"), description="Whether the viewer has saved it.")
    updated_at: DateTime = strawberry.field(description="The time of the last change.")
    version: int = strawberry.field(description=VERSION)


@strawberry.input(description="The input of `saveView`.")
class SaveViewInput:
    id: strawberry.ID | None = strawberry.field(
        default=None,
        description="The view that is changed: one of the viewer's own, or a shared one. If left out, a new one.",
    )
    list: ViewedList = strawberry.field(description="The list.")
    name: str = strawberry.field(description=f"The name, at most {NAME.longest} characters on a line.")
    query: str = strawberry.field(
        description=f"{_QUERY}; at most {LONGEST['query']} characters. Only its form is checked."
    )
    shared: bool | None = strawberry.field(
        default=None,
        description=f"{_SHARED} If left out, it stays as it is, and a new one is personal. Only the person who has "
        "saved a view can make it personal again.",
    )
    expected_version: int | None = versioned()
    idempotency_key: str | None = repeatable()


@strawberry.input(description="The input of `deleteView`.")
class DeleteViewInput:
    id: strawberry.ID = strawberry.field(description="The view: one of the viewer's own, or a shared one.")
    expected_version: int | None = versioned()
    idempotency_key: str | None = repeatable()


@strawberry.type(description="The result of the mutation `saveView`.")
class SaveViewPayload(Payload):
    view: SavedView | None = strawberry.field(description="The view as it is now; null if the command was refused.")


@strawberry.type(description="The result of the mutation `deleteView`.")
class DeleteViewPayload(Payload):
    deleted_id: strawberry.ID | None = strawberry.field(
        description="The id of the view that was deleted; null if the command was refused."
    )


@strawberry.type
class ViewQuery:
    @strawberry.field(
        description="The views of a list that the viewer has saved, and those that others have shared with it, by "
        "their names. For the owner and sellers."
    )
    async def saved_views(self, info: Info, list: OfList) -> list[SavedView]:
        return await views.saved(info, list)


@strawberry.type
class ViewMutation:
    @strawberry.mutation(
        description="Save a view of a list, or change one. For the owner and sellers. A shared view may be changed by "
        f"everybody it is shared with. One person has at most {MOST} views."
    )
    async def save_view(self, info: Info, input: SaveViewInput) -> SaveViewPayload:
        return await views.save(info, input)

    @strawberry.mutation(
        description="Delete a view. For the owner and sellers. A shared view may be deleted by everybody it is "
        "shared with."
    )
    async def delete_view(self, info: Info, input: DeleteViewInput) -> DeleteViewPayload:
        return await views.delete(info, input)
