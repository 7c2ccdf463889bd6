"""Messages by mail: one row an event and address, what people want, and up to where the journal has become messages."""

from typing import ClassVar

from tortoise import fields
from tortoise.fields import Field, JSONField
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
from models.withdrawals import Withdrawal


class Message(Model):
    """What is sent to one address about one event, kept byte for byte. Its id is its Message-ID, and never changes.

    A seller's digest is about a `day` instead, and about no event, order or customer. A link to an order is about no
    event and no seller; its secret stands in no row: sending puts it in. `unsubscribe` is the address of the page that
    stops messages of this type; null if they are not optional.
    `position` is the order in which the messages of an address are sent. While a worker sends one, `due_at` is the end
    of its lease; if nothing is to be done any more, it is null. `template_version` is null for a template of the files.
    `answer` is what the mail server said last, or why nothing is sent. `sha256` is the digest of the bytes of a legal
    receipt as they are sent; null for every other message.
    """

    unread_columns: ClassVar[tuple[str, ...]] = ("event_id", "day", "position", "sender", "unsubscribe")

    id = key()
    position: Field[int] = fields.BigIntField(db_default=SqlDefault("nextval('message_position')"))
    event_id = fields.BigIntField(null=True)
    day = fields.DateField(null=True)
    type = word(MessageType)
    audience = word(Role)
    locale = fields.CharField(35)
    template_version = fields.IntField(null=True)
    order: fields.ForeignKeyNullableRelation[Order] = fields.ForeignKeyField(
        "models.Order", related_name=False, null=True, on_delete=fields.RESTRICT
    )
    order_id: str | None
    request: fields.ForeignKeyNullableRelation[CancellationRequest] = fields.ForeignKeyField(
        "models.CancellationRequest", related_name="messages", null=True, on_delete=fields.RESTRICT
    )
    request_id: str | None
    withdrawal: fields.ForeignKeyNullableRelation[Withdrawal] = fields.ForeignKeyField(
        "models.Withdrawal", related_name="messages", null=True, on_delete=fields.RESTRICT
    )
    withdrawal_id: str | None
    seller: fields.ForeignKeyNullableRelation[Seller] = fields.ForeignKeyField(
        "models.Seller", related_name=False, null=True, on_delete=fields.RESTRICT
    )
    seller_id: str | None
    customer: fields.ForeignKeyNullableRelation[Customer] = fields.ForeignKeyField(
        "models.Customer", related_name=False, null=True, on_delete=fields.RESTRICT
    )
    customer_id: str | None
    sender = fields.CharField(600)
    name = fields.CharField(200)
    address = fields.CharField(320)
    subject = fields.CharField(300)
    text = fields.TextField()
    html = fields.TextField()
    unsubscribe = fields.CharField(500, null=True)
    sha256 = fields.CharField(64, null=True)
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
            UniqueConstraint(fields=("seller_id", "day"), name="message_digest"),
            CheckConstraint(
                check="case when day is not null then seller_id is not null"
                " and num_nonnulls(event_id, order_id, customer_id) = 0"
                " when type in ('ORDER_ACCESS', 'VERIFY_WITHDRAWAL') then event_id is null"
                " and num_nonnulls(order_id, customer_id) = 2"
                " when type = 'STATEMENT_RECEIPT' then event_id is null and num_nonnulls(order_id, customer_id) <> 1"
                " else num_nonnulls(event_id, order_id, customer_id, seller_id) = 4 end",
                name="message_subject",
            ),
            CheckConstraint(check=one_of("type", MessageType), name="message_type"),
            CheckConstraint(check=one_of("audience", Role), name="message_audience"),
            CheckConstraint(check=one_of("state", MessageState), name="message_state"),
        )


class MessagePreference(Model):
    """What a customer or a seller wants of messages; without a row, all of them in the language of the order.

    `unwanted` are types of OPTIONAL. `digest` is a seller's: one mail a day takes the place of those about each step.
    """

    id = fields.IntField(primary_key=True)
    customer: fields.OneToOneNullableRelation[Customer] = fields.OneToOneField(
        "models.Customer", related_name=False, null=True, on_delete=fields.RESTRICT
    )
    customer_id: str | None
    seller: fields.OneToOneNullableRelation[Seller] = fields.OneToOneField(
        "models.Seller", related_name=False, null=True, on_delete=fields.RESTRICT
    )
    seller_id: str | None
    locale = fields.CharField(35, null=True)
    unwanted: Field[list[str]] = JSONField(default=list)
    digest = fields.BooleanField(default=False)
    updated_at = fields.DatetimeField()

    class Meta:
        table = "message_preference"
        constraints = (
            CheckConstraint(check="num_nonnulls(customer_id, seller_id) = 1", name="message_preference_party"),
            CheckConstraint(check="not digest or seller_id is not null", name="message_preference_digest"),
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
