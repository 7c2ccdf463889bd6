"""Withdrawals from a contract: what a customer has declared to one seller, and about which units."""

from tortoise import fields
from tortoise.fields import Field
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from domain.law import Exemption, WithdrawalStatus
from domain.words import Role
from models.base import Row, StatusRow
from models.fields import key, one_of, units, word
from models.orders import Order, OrderItem, SellerOrder
from models.people import Customer, Seller


class Withdrawal(StatusRow):
    """A customer's statement that it withdraws from the contract with one seller, kept as it was confirmed.

    `statement` is the part of the confirmed text that is about this seller; `hash` is the SHA-256 of the whole text,
    which has the statements to all sellers of one declaration in the order of their numbers. The database lets neither
    change (migrations/0032_withdrawals.py). `receipt_to` is the address that the customer has named for the receipt.
    `overdue_at` is when Retour has said that the money was not paid back in time.
    """

    id = key()
    number = fields.CharField(80, unique=True)
    status: Field[WithdrawalStatus] = word(WithdrawalStatus)
    order: fields.ForeignKeyRelation[Order] = fields.ForeignKeyField(
        "models.Order", related_name="withdrawals", on_delete=fields.RESTRICT
    )
    order_id: str
    seller_order: fields.ForeignKeyRelation[SellerOrder] = fields.ForeignKeyField(
        "models.SellerOrder", related_name="withdrawals", on_delete=fields.RESTRICT
    )
    seller_order_id: str
    seller: fields.ForeignKeyRelation[Seller] = fields.ForeignKeyField(
        "models.Seller", related_name=False, on_delete=fields.RESTRICT
    )
    seller_id: str
    customer: fields.ForeignKeyRelation[Customer] = fields.ForeignKeyField(
        "models.Customer", related_name=False, on_delete=fields.RESTRICT
    )
    customer_id: str
    declared_by = word(Role)
    declared_at = fields.DatetimeField()
    locale = fields.CharField(35)
    receipt_to = fields.CharField(320, null=True)
    statement = fields.TextField()
    hash = fields.CharField(64)
    refund_due_at = fields.DatetimeField()
    overdue_at = fields.DatetimeField(null=True)
    updated_at = fields.DatetimeField()
    version: Field[int] = fields.IntField(default=1)

    class Meta:
        table = "withdrawal"
        ordering = ("declared_at", "id")
        indexes = (
            Index(fields=("order_id",)),
            Index(fields=("declared_at", "id")),
            Index(fields=("refund_due_at", "id")),
            Index(fields=("status", "declared_at", "id")),
            Index(fields=("status", "refund_due_at", "id")),
            Index(fields=("seller_id", "declared_at", "id")),
            Index(fields=("seller_id", "refund_due_at", "id")),
            Index(fields=("customer_id", "declared_at", "id")),
        )
        constraints = (
            CheckConstraint(check=one_of("status", WithdrawalStatus), name="withdrawal_status"),
            CheckConstraint(check=one_of("declared_by", Role), name="withdrawal_declared_by"),
        )


class WithdrawalItem(Row):
    """The units of one item that a customer has withdrawn from.

    `until` is the last moment to withdraw as it stood then, null while the window had not begun; `exemption` is why the
    law gives no right of withdrawal, if it gives none.
    """

    id = key()
    withdrawal: fields.ForeignKeyRelation[Withdrawal] = fields.ForeignKeyField(
        "models.Withdrawal", related_name="items", on_delete=fields.RESTRICT
    )
    withdrawal_id: str
    order_item: fields.ForeignKeyRelation[OrderItem] = fields.ForeignKeyField(
        "models.OrderItem", related_name=False, on_delete=fields.RESTRICT
    )
    order_item_id: str
    seller: fields.ForeignKeyRelation[Seller] = fields.ForeignKeyField(
        "models.Seller", related_name=False, on_delete=fields.RESTRICT
    )
    seller_id: str
    position = fields.IntField()
    quantity = units(None)
    until = fields.DatetimeField(null=True)
    exemption = word(Exemption, null=True)

    class Meta:
        table = "withdrawal_item"
        ordering = ("position", "id")
        constraints = (
            UniqueConstraint(fields=("withdrawal_id", "order_item_id"), name="withdrawal_item_once"),
            CheckConstraint(check="quantity > 0", name="withdrawal_item_quantity"),
            CheckConstraint(check=one_of("exemption", Exemption), name="withdrawal_item_exemption"),
        )
