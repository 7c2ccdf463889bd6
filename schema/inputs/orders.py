"""Inputs of orders that come in."""

import strawberry

import models
from domain.errors import Path, refuse
from domain.refusals import Refusal
from schema.inputs.base import repeatable
from schema.scalars import Amount, CurrencyCode, DateTime
from services.commands import Target
from services.currency import is_currency, parse_minor
from services.inputs import (
    IncomingAddress,
    IncomingItem,
    IncomingMovement,
    IncomingOrder,
    IncomingPackage,
    IncomingPart,
    IncomingPayment,
    WentBack,
)


@strawberry.input(description="An address.")
class AddressInput:
    name: str = strawberry.field(description="The person or company at the address.")
    lines: list[str] = strawberry.field(
        description="The lines between the name and the city: street, house, floor; at least one and at most six."
    )
    country: str = strawberry.field(description="The country: two letters of ISO 3166-1.")
    postal_code: str | None = strawberry.field(default=None, description="The postal code, if the address has one.")
    city: str | None = strawberry.field(default=None, description="The city, if the address has one.")
    region: str | None = strawberry.field(
        default=None, description="The state, province or region, if the address names one."
    )

    def parse(self) -> IncomingAddress:
        return IncomingAddress(
            name=self.name,
            lines=tuple(self.lines),
            country=self.country,
            postal_code=self.postal_code,
            city=self.city,
            region=self.region,
        )


@strawberry.input(description="The customer of a new order. A customer with a new subject is created.")
class CustomerInput:
    subject: str = strawberry.field(description="The subject (claim `sub`) of the customer's tokens.")
    name: str = strawberry.field(description="The name that people read.")
    email: str | None = strawberry.field(default=None, description="The email address, if it is known.")
    phone: str | None = strawberry.field(default=None, description="The telephone number, if it is known.")


@strawberry.input(
    description="Units of a new order's item that were canceled before it came in, and what was paid back for them. "
    "They stand in a completed plan of origin INTAKE."
)
class WentBackInput:
    quantity: int = strawberry.field(description="The number of units.")
    reason: str = strawberry.field(description="The handle of the reason, also of one that is no longer offered.")
    amount: Amount = strawberry.field(description="What was paid back for the goods; 0 if nothing was.")
    shipping: Amount | None = strawberry.field(
        default=None, description="What was paid back of the seller's shipping beside it."
    )


@strawberry.input(
    description="Money that went back to a payment before the order came in. What went back to all payments is what "
    "went back for all items."
)
class MovementInput:
    reference: str = strawberry.field(
        description="Its reference at the payment's gateway; no other order may state it."
    )
    amount: Amount = strawberry.field(description="The amount.")
    at: DateTime | None = strawberry.field(default=None, description="The time at which it went back, if it is known.")


@strawberry.input(description="An item of a new order.")
class OrderItemInput:
    sku: str = strawberry.field(description="The seller's stock keeping unit.")
    name: str = strawberry.field(description="The product's name.")
    quantity: int = strawberry.field(description="The number of units bought.")
    unit_price: Amount = strawberry.field(description="The price of one unit before discount.")
    discount: Amount | None = strawberry.field(default=None, description="The discount of all units together.")
    tax: Amount | None = strawberry.field(
        default=None,
        description="The tax of all units together. It is added to the price, or with `taxIncluded` a share of it.",
    )
    image_url: str | None = strawberry.field(default=None, description="The address of a picture.")
    weight_grams: int | None = strawberry.field(
        default=None, description="The weight of one unit in grams, if it is known."
    )
    category: str | None = strawberry.field(
        default=None, description="The category of the product, which terms can name; at most 200 characters."
    )
    tags: list[str] | None = strawberry.field(
        default=None,
        description="Tags of the product, which terms can name: at most 50 of at most 64 characters. An empty list is "
        "refused.",
    )
    canceled_before: WentBackInput | None = strawberry.field(
        default=None, description="The units that were canceled before the order came in."
    )


@strawberry.input(description="A package of a new order.")
class PackageInput:
    items: list[OrderItemInput] = strawberry.field(description="The items in the package.")


@strawberry.input(description="The part of a new order that one seller fulfills.")
class SellerOrderInput:
    seller: str = strawberry.field(description="The seller's handle. A seller with a new handle is created.")
    seller_name: str = strawberry.field(description="The seller's name that people read.")
    shipping: Amount | None = strawberry.field(default=None, description="What the customer pays for shipping.")
    shipping_surcharge: Amount | None = strawberry.field(
        default=None,
        description="The share of the shipping that the customer pays because it chose more than the least expensive "
        "delivery: a withdrawal from the contract does not bring it back.",
    )
    packages: list[PackageInput] = strawberry.field(description="The packages that the seller is to send.")


@strawberry.input(description="A captured payment of a new order.")
class PaymentInput:
    method: str = strawberry.field(description="The method, such as `card`.")
    captured: Amount = strawberry.field(description="The amount that was captured.")
    provider: str = strawberry.field(default="ledger", description="The gateway that pays refunds back.")
    reference: str = strawberry.field(
        default="", description="The payment's id at that gateway. No other order may have it without `paymentTotal`."
    )
    payment_total: Amount | None = strawberry.field(
        default=None,
        description="What the payment captured for several orders together. Each of them states the same total, and "
        "what they captured adds up to no more than it.",
    )
    paid_at: DateTime | None = strawberry.field(
        default=None, description="The time at which the customer paid, if it is known."
    )
    instrument: str | None = strawberry.field(
        default=None,
        description="What the customer recognizes, such as `Visa •••• 4242`. A whole card number is refused.",
    )
    paid_back_before: list[MovementInput] | None = strawberry.field(
        default=None,
        description="What went back to the payment before the order came in; nothing if the list is left out. An empty "
        "list is refused.",
    )


@strawberry.input(description="The input of `createOrder`: a paid order.")
class CreateOrderInput:
    number: str = strawberry.field(description="The number that people read; no other order may have it.")
    currency: CurrencyCode = strawberry.field(description="The currency of all amounts.")
    placed_at: DateTime = strawberry.field(description="The time at which the customer placed the order.")
    customer: CustomerInput = strawberry.field(description="The customer who placed the order.")
    seller_orders: list[SellerOrderInput] = strawberry.field(description="The sellers' parts of the order.")
    payments: list[PaymentInput] = strawberry.field(
        description="The payments, in the order in which refunds fill them."
    )
    shipping_address: AddressInput | None = strawberry.field(
        default=None, description="The address that the order is delivered to. The sellers read it."
    )
    billing_address: AddressInput | None = strawberry.field(
        default=None, description="The address that the order is billed to. The sellers do not read it."
    )
    country: str | None = strawberry.field(
        default=None,
        description="The country that the order is delivered to: two letters of ISO 3166-1. If left out, it is that of "
        "the shipping address.",
    )
    tax_included: bool = strawberry.field(
        default=False, description="Whether prices include the tax. Then the taxes of the items are shares of prices."
    )
    market: str | None = strawberry.field(
        default=None,
        description="The market that the order was placed in, by a name of your own, which terms can name; at most 64 "
        "characters.",
    )
    idempotency_key: str | None = repeatable()

    def target(self) -> Target:
        return Target(models.Order, "", "number")

    def parse(self) -> IncomingOrder:
        if not is_currency(self.currency):
            message = "This is not an ISO 4217 currency code with a minor unit."
            raise refuse(Refusal.INVALID_INPUT, message, about=("currency",))
        return IncomingOrder(
            number=self.number,
            currency=self.currency,
            placed_at=self.placed_at,
            customer_subject=self.customer.subject,
            customer_name=self.customer.name,
            customer_email=self.customer.email,
            customer_phone=self.customer.phone,
            parts=tuple(self._part(part, ("sellerOrders", str(n))) for n, part in enumerate(self.seller_orders)),
            payments=tuple(self._payment(payment, ("payments", str(n))) for n, payment in enumerate(self.payments)),
            shipping_address=self.shipping_address.parse() if self.shipping_address else None,
            billing_address=self.billing_address.parse() if self.billing_address else None,
            country=self.country,
            tax_included=self.tax_included,
            market=self.market,
        )

    def _payment(self, payment: PaymentInput, at: Path) -> IncomingPayment:
        total = payment.payment_total
        return IncomingPayment(
            method=payment.method,
            provider=payment.provider,
            reference=payment.reference,
            captured_minor=self._minor(payment.captured, (*at, "captured")),
            total_minor=None if total is None else self._minor(total, (*at, "paymentTotal")),
            paid_at=payment.paid_at,
            instrument=payment.instrument,
            paid_back=self._paid_back(payment, (*at, "paidBackBefore")),
        )

    def _paid_back(self, payment: PaymentInput, at: Path) -> tuple[IncomingMovement, ...]:
        if payment.paid_back_before == []:
            raise refuse(Refusal.INVALID_INPUT, "This list is empty: leave it out if nothing went back.", about=at)
        return tuple(
            IncomingMovement(
                reference=movement.reference,
                amount_minor=self._minor(movement.amount, (*at, str(n), "amount")),
                at=movement.at,
            )
            for n, movement in enumerate(payment.paid_back_before or ())
        )

    def _part(self, part: SellerOrderInput, at: Path) -> IncomingPart:
        packages = tuple(
            IncomingPackage(
                tuple(
                    self._item(item, (*at, "packages", str(n), "items", str(k))) for k, item in enumerate(package.items)
                )
            )
            for n, package in enumerate(part.packages)
        )
        return IncomingPart(
            part.seller,
            part.seller_name,
            self._minor(part.shipping, (*at, "shipping")),
            packages,
            shipping_surcharge_minor=self._minor(part.shipping_surcharge, (*at, "shippingSurcharge")),
        )

    def _item(self, item: OrderItemInput, at: Path) -> IncomingItem:
        return IncomingItem(
            sku=item.sku,
            name=item.name,
            quantity=item.quantity,
            unit_price_minor=self._minor(item.unit_price, (*at, "unitPrice")),
            discount_minor=self._minor(item.discount, (*at, "discount")),
            tax_minor=self._minor(item.tax, (*at, "tax")),
            image_url=item.image_url,
            weight_grams=item.weight_grams,
            canceled=self._went_back(item.canceled_before, (*at, "canceledBefore")),
            category=item.category,
            tags=None if item.tags is None else tuple(item.tags),
        )

    def _went_back(self, back: WentBackInput | None, at: Path) -> WentBack | None:
        if back is None:
            return None
        return WentBack(
            quantity=back.quantity,
            reason=back.reason,
            amount_minor=self._minor(back.amount, (*at, "amount")),
            shipping_minor=self._minor(back.shipping, (*at, "shipping")),
        )

    def _minor(self, amount: Amount | None, about: Path) -> int:
        if amount is None:
            return 0
        try:
            return parse_minor(amount, self.currency)
        except ValueError as fault:
            raise refuse(Refusal.INVALID_INPUT, f"{fault}.", about=about) from None
