"""The table of the terms, as clients read it: a row a field of a rule."""

import strawberry

from domain.words import TermsDeadline, TermsFieldKind
from resolvers import queries


@strawberry.type(description="A choice of a field of a rule.")
class TermsChoice:
    value: str = strawberry.field(description="The value to send.")
    meaning: str = strawberry.field(description="What it says.")


@strawberry.type(description="A field of a rule of the terms: what it can ask of an item, or say of its requests.")
class TermsField:
    path: str = strawberry.field(description="The path of the field in a rule of `draftTerms`.")
    kind: TermsFieldKind = strawberry.field(description="What it holds.")
    meaning: str = strawberry.field(description="What it means.")
    needed: bool = strawberry.field(description="Whether it may not be left out where its group is given.")
    least: int | None = strawberry.field(
        description="The least number, or number of entries of a list; null if there is no such bound."
    )
    most: int | None = strawberry.field(
        description="The largest number, or number of entries of a list; null if there is no such bound."
    )
    longest: int | None = strawberry.field(
        description="The number of characters that a text has at most; null if it holds no text."
    )
    default: str | None = strawberry.field(description="What holds if it is left out; null if that is nothing.")
    choices: list[TermsChoice] = strawberry.field(description="The choices; empty if it has none.")
    deadline: TermsDeadline | None = strawberry.field(
        description="The deadline whose days it gives, which may count working days; null if it gives none."
    )


@strawberry.type
class TermsFieldQuery:
    @strawberry.field(description="The table of the terms: what a rule can ask of an item, and what it can say.")
    def terms_fields(self) -> list[TermsField]:
        return queries.terms_fields()
