"""Messages by mail: one row an event and address, and up to where the journal has become messages."""

from typing import ClassVar

from tortoise import fields
from tortoise.fields import Field
from tortoise.fields.db_defaults import SqlDefault
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from domain.messages import MessageState, MessageType
from domain.words import Role
from models.fields import NullableTextField, key, one_of, word
from models.orders import Order
from models.people import Customer, Seller
from models.requests import CancellationRequest


class Message(Model):
    """What is sent to one address about one event, kept byte for byte. Its id is its Message-ID, and never changes.

    `position` is the order in which the messages of an address are sent. While a worker sends one, `due_at` is the end
    of its lease; if nothing is to be done any more, it is null. `template_version` is null for a template of the files.
    `answer` is what the mail server said last, or why nothing is sent.
    """

    unread_columns: ClassVar[tuple[str, ...]] = ("position", "sender")

    id = key()
    position: Field[int] = fields.BigIntField(db_default=SqlDefault("nextval('message_position')"))
    event_id: Field[int] = fields.BigIntField()
    type = word(MessageType)
    audience = word(Role)
    locale = fields.CharField(35)
    template_version = fields.IntField(null=True)
    order: fields.ForeignKeyRelation[Order] = fields.ForeignKeyField(
        "models.Order", related_name=False, on_delete=fields.RESTRICT
    )
    order_id: str
    request: fields.ForeignKeyNullableRelation[CancellationRequest] = fields.ForeignKeyField(
        "models.CancellationRequest", related_name="messages", null=True, on_delete=fields.RESTRICT
    )
    request_id: str | None
    seller: fields.ForeignKeyRelation[Seller] = fields.ForeignKeyField(
        "models.Seller", related_name=False, on_delete=fields.RESTRICT
    )
    seller_id: str
    customer: fields.ForeignKeyRelation[Customer] = fields.ForeignKeyField(
        "models.Customer", related_name=False, on_delete=fields.RESTRICT
    )
    customer_id: str
    sender = fields.CharField(600)
    name = fields.CharField(200)
    address = fields.CharField(320)
    subject = fields.CharField(300)
    text = fields.TextField()
    html = fields.TextField()
    state = word(MessageState)
    attempts = fields.IntField(default=0)
    due_at = fields.DatetimeField(null=True)
    sent_at = fields.DatetimeField(null=True)
    answer = NullableTextField()
    created_at = fields.DatetimeField()
    updated_at = fields.DatetimeField()

    class Meta:
        table = "message"
        ordering = ("created_at", "id")
        indexes = (
            Index(fields=("created_at", "id")),
            Index(fields=("state", "created_at", "id")),
            Index(fields=("address", "created_at", "id")),
            Index(fields=("address", "state", "created_at", "id")),
            Index(fields=("request_id", "created_at", "id")),
            Index(fields=("customer_id",)),
        )
        constraints = (
            UniqueConstraint(fields=("event_id", "type", "audience", "address"), name="message_once"),
            CheckConstraint(check=one_of("type", MessageType), name="message_type"),
            CheckConstraint(check=one_of("audience", Role), name="message_audience"),
            CheckConstraint(check=one_of("state", MessageState), name="message_state"),
        )


class MessageCursor(Model):
    """Up to which event the journal has become messages: one row, or none before mail is first switched on."""

    id = fields.IntField(primary_key=True, generated=False)
    xid: Field[int] = fields.BigIntField()
    event_id: Field[int] = fields.BigIntField()

    class Meta:
        table = "message_cursor"


class MessageTemplate(Model):
    """A version of a template that the owner has written. Once published it is never edited.

    The latest published version of a type, audience and locale takes the place of the file of that name.
    """

    id = key()
    type = word(MessageType)
    audience = word(Role)
    locale = fields.CharField(35)
    version = fields.IntField()
    subject = fields.TextField()
    text = fields.TextField()
    mjml = fields.TextField()
    published_at = fields.DatetimeField(null=True)
    created_at = fields.DatetimeField()
    updated_at = fields.DatetimeField()

    class Meta:
        table = "message_template"
        ordering = ("type", "audience", "locale", "version")
        constraints = (
            UniqueConstraint(fields=("type", "audience", "locale", "version"), name="message_template_version"),
            CheckConstraint(check=one_of("type", MessageType), name="message_template_type"),
            CheckConstraint(check=one_of("audience", Role), name="message_template_audience"),
        )
