"""What a desk needs beside its lists: a search over all of them."""

from typing import Annotated

import strawberry

from domain.desk import SearchKind, SearchMatch
from resolvers import search
from resolvers.context import Info
from schema.common import Node

SearchText = Annotated[
    str,
    strawberry.argument(
        description="A part of a number, a name, an email address, an SKU, a tracking number or a note, at most "
        f"{search.LONGEST} characters; case and accents do not matter. One or two letters find only what begins with "
        "them."
    ),
]
FirstHits = Annotated[int, strawberry.argument(description=f"The number of hits; at most {search.MOST}.")]


@strawberry.type(description="Something that a search has found, once, by the text that fits best.")
class SearchHit:
    kind: SearchKind = strawberry.field(description="The type of the object.")
    node: Node = strawberry.field(description="The object: an order, a request, a return shipment or a withdrawal.")
    number: str = strawberry.field(description="The number of the object.")
    text: str = strawberry.field(description="The whole text that the search was found in.")
    matched: SearchMatch = strawberry.field(description="Which text of the object, or of what belongs to it, that is.")


@strawberry.type
class DeskQuery:
    @strawberry.field(
        description="What has a text, as far as the viewer may see it: what equals the text first, then what has it "
        "inside, each the newest first."
    )
    async def search(self, info: Info, text: SearchText, first: FirstHits = 10) -> list[SearchHit]:
        return await search.search(info, text, first)
