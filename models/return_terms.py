"""The versions of the terms: rules that say how returns go, one document a version."""

from tortoise import fields
from tortoise.fields import Field, JSONField
from tortoise.indexes import Index, PartialIndex
from tortoise.migrations.constraints import CheckConstraint

from domain.returns import Json
from domain.words import TermsStatus
from models.base import Row
from models.fields import NullableTextField, key, one_of, word


class TermsVersion(Row):
    """One version. Of those that are published, the one of the latest `effective_at` that has passed is in force; of
    two with one moment, the one with the higher `number`.

    `rules` are in the order in which they are tried (domain/terms.py). A draft has no number; it was written when the
    version `based_on` was the last one published, 0 if none was. `findings` are the rules that decide on nothing, by
    their places (domain/reach.py). `specific` says that its rules ask for more than the
    seller, or restrict what can be asked for. The database refuses to change a published version
    (migrations/0028_terms.py). `version` counts the changes of a draft.
    """

    id = key()
    status: Field[TermsStatus] = word(TermsStatus)
    number = fields.IntField(null=True, unique=True)
    based_on = fields.IntField()
    effective_at = fields.DatetimeField(null=True)
    published_at = fields.DatetimeField(null=True)
    published_by = fields.CharField(200, null=True)
    note = NullableTextField()
    rules: JSONField[list[Json]] = JSONField()
    findings: JSONField[list[Json]] = JSONField()
    specific = fields.BooleanField()
    created_at = fields.DatetimeField()
    updated_at = fields.DatetimeField()
    version: Field[int] = fields.IntField(default=1)

    class Meta:
        table = "terms_version"
        ordering = ("created_at", "id")
        indexes = (
            Index(fields=("created_at", "id")),
            Index(fields=("status", "created_at", "id")),
            PartialIndex(fields=("effective_at", "number"), condition={"status": "PUBLISHED"}, name="terms_in_force"),
        )
        constraints = (
            CheckConstraint(check=one_of("status", TermsStatus), name="terms_status"),
            CheckConstraint(
                check="(status = 'PUBLISHED') = (number is not null) and (number is null) = (effective_at is null)"
                " and (number is null) = (published_at is null) and (number is null) = (published_by is null)",
                name="terms_published",
            ),
            CheckConstraint(check="jsonb_typeof(rules) = 'array'", name="terms_rules"),
        )
