"""Arguments that many root fields take, each with its description."""

from typing import Annotated

import strawberry

from schema.scalars import Cursor

First = Annotated[
    int | None,
    strawberry.argument(description="The number of entries from the start of the list, or after `after`; at most 100."),
]
After = Annotated[
    str | None, strawberry.argument(description="The page starts after the entry that this cursor belongs to.")
]
Last = Annotated[
    int | None,
    strawberry.argument(description="The number of entries from the end of the list, or before `before`; at most 100."),
]
Before = Annotated[
    str | None, strawberry.argument(description="The page ends before the entry that this cursor belongs to.")
]
Since = Annotated[
    Cursor | None,
    strawberry.argument(
        description="Starts after this event: first the events since then, then new ones. If left out, new events only."
    ),
]
Id = Annotated[strawberry.ID | None, strawberry.argument(description="The object's id. Give either this or `number`.")]
Number = Annotated[str | None, strawberry.argument(description="The object's number. Give either this or `id`.")]
Locale = Annotated[
    str | None,
    strawberry.argument(
        description="The language of the text, such as `de` or `pt-BR`. If left out, Accept-Language decides."
    ),
]
