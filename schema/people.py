"""Customers, sellers and the viewer."""

from typing import Any, ClassVar

import strawberry

from domain.words import Role
from engine.execution.computed import Needs, computed
from resolvers.context import Info
from schema.common import Node
from services.visibility import HIDDEN, sees_email_of_seller


def _email_of_seller(row: dict[str, Any], info: Info) -> str | None:
    email: str | None = row["email"]
    return email if sees_email_of_seller(info.context.viewer, row["id"]) else None


@strawberry.type(description="A seller, who fulfills parts of orders.")
class Seller(Node):
    prefix: ClassVar[str] = "seller"
    handle: str = strawberry.field(description="The short name that the owner's systems give the seller.")
    name: str = strawberry.field(description="The name that people read.")
    email: str | None = computed(
        _email_of_seller,
        needs=Needs("id", "email"),
        description="The address that the seller's messages go to, for the owner and the seller; null for others, and "
        "if none is known.",
    )


def _subject(row: dict[str, Any], info: Info) -> str:
    return str(row["subject"]) if info.context.sees_identity else HIDDEN


def _email(row: dict[str, Any], info: Info) -> str | None:
    email: str | None = row["email"]
    return email if info.context.sees_identity else None


def _phone(row: dict[str, Any], info: Info) -> str | None:
    phone: str | None = row["phone"]
    return phone if info.context.sees_identity else None


@strawberry.type(description="A customer, who places orders.")
class Customer(Node):
    prefix: ClassVar[str] = "customer"
    subject: str = computed(
        _subject,
        needs=Needs("subject"),
        description="The subject (claim `sub`) of the customer's tokens; empty for sellers, unless the marketplace "
        "shows them who their customers are.",
    )
    name: str = strawberry.field(description="The name that people read.")
    email: str | None = computed(
        _email,
        needs=Needs("email"),
        description="The email address, if it is known; null for sellers, unless the marketplace shows them who their "
        "customers are.",
    )
    phone: str | None = computed(
        _phone,
        needs=Needs("phone"),
        description="The telephone number, if it is known; null for sellers, unless the marketplace shows them who "
        "their customers are.",
    )


@strawberry.type(description="The person or program that sends this operation, as its token says.")
class Viewer:
    role: Role = strawberry.field(description="The role in the token.")
    id: str = strawberry.field(description="The subject (claim `sub`) of the token.")
    actions: list[str] | None = strawberry.field(
        description="The actions that the token allows, of all that the role may do, each named as its mutation: "
        "CONFIRM_REQUEST is `confirmRequest`. Empty for a token that only reads; null for one that names none, and "
        "allows all."
    )
    seller: Seller | None = strawberry.field(description="The seller that the token names, if the role is SELLER.")
    customer: Customer | None = strawberry.field(description="The customer of the token, if the role is CUSTOMER.")
