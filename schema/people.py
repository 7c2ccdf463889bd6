"""Who buys, who sells, who is looking."""

from typing import ClassVar

import strawberry

from domain.words import Role
from schema.common import Node


@strawberry.type(description="Who fulfils a part of an order.")
class Seller(Node):
    prefix: ClassVar[str] = "seller"
    handle: str
    name: str


@strawberry.type(description="Who bought the order.")
class Customer(Node):
    prefix: ClassVar[str] = "customer"
    subject: str = strawberry.field(description="The `sub` of the customer's token.")
    name: str
    email: str | None


@strawberry.type(description="Who is asking, by the token.")
class Viewer:
    role: Role
    id: str = strawberry.field(description="The token's subject.")
    seller: Seller | None = strawberry.field(description="Who the viewer sells as, when the role is SELLER.")
    customer: Customer | None = strawberry.field(description="Who the viewer is, when the role is CUSTOMER.")
