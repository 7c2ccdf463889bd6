"""Whose tokens are no longer accepted."""

from tortoise import fields

from models.base import Row


class TokenRevocation(Row):
    """The tokens of owners and sellers with this `subject` that were issued until `revoked_at` are not accepted.

    A row a person, with the time of the last revocation: it holds also for tokens that another issuer has signed.
    """

    subject = fields.CharField(200, primary_key=True)
    revoked_at = fields.DatetimeField()

    class Meta:
        table = "token_revocation"
