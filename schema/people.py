"""Customers, sellers and the viewer."""

from typing import ClassVar

import strawberry

from domain.words import Role
from schema.common import Node


@strawberry.type(description="A seller, who fulfills parts of orders.")
class Seller(Node):
    prefix: ClassVar[str] = "seller"
    handle: str = strawberry.field(description="The short name that the owner's systems give the seller.")
    name: str = strawberry.field(description="The name that people read.")


@strawberry.type(description="A customer, who places orders.")
class Customer(Node):
    prefix: ClassVar[str] = "customer"
    subject: str = strawberry.field(description="The subject (claim `sub`) of the customer's tokens.")
    name: str = strawberry.field(description="The name that people read.")
    email: str | None = strawberry.field(description="The email address, if it is known.")


@strawberry.type(description="The person or program that sends this operation, as its token says.")
class Viewer:
    role: Role = strawberry.field(description="The role in the token.")
    id: str = strawberry.field(description="The subject (claim `sub`) of the token.")
    seller: Seller | None = strawberry.field(description="The seller that the token names, if the role is SELLER.")
    customer: Customer | None = strawberry.field(description="The customer of the token, if the role is CUSTOMER.")
