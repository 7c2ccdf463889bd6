"""The people and products of the demo. All of them are invented."""

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from domain.words import Bearer, RefundTrigger, ReturnMethod
from services.inputs import IncomingAddress
from services.outcomes import FeeWanted, TermsWanted

PICTURES = Path(__file__).with_name("pictures")


@dataclass(frozen=True, slots=True)
class Merchant:
    """A seller of the demo; `handle` is also the subject of its token."""

    handle: str
    name: str
    tax_percent: int


@dataclass(frozen=True, slots=True)
class Shopper:
    """A customer of the demo; `subject` is the `sub` of the token.

    `phone` is of the numbers that regulators keep for films, `card` what the customer pays with; `firm` gets the bills.
    """

    subject: str
    name: str
    phone: str
    card: str
    street: str
    postal_code: str
    city: str
    country: str = "DE"
    firm: str | None = None

    @property
    def email(self) -> str:
        """An email address in a domain that nobody can own."""
        return f"{self.subject}@customers.example"


@dataclass(frozen=True, slots=True)
class Product:
    """A product; its price is in euro cents before tax, its picture is `pictures/<sku>.svg`."""

    sku: str
    name: str
    seller: str
    price_minor: int

    @property
    def image_url(self) -> str:
        """The path of the picture on this server."""
        return f"/pictures/{self.sku}.svg"


OWNER = "owner"
"""The subject of the owner's token."""

SELLERS = {
    merchant.handle: merchant
    for merchant in (
        Merchant("lumen", "Lumen Lights", 19),
        Merchant("kumo", "Kumo Ceramics", 19),
        Merchant("alpina", "Alpina Outdoor", 19),
        Merchant("papier", "Papier & Ink", 7),
        Merchant("tinker", "Tinker Workshop", 19),
        Merchant("loom", "Loom & Thread", 19),
    )
}

RETURN_SETTINGS = TermsWanted(
    trigger=RefundTrigger.ON_INSPECTION,
    method=ReturnMethod.MAIL,
    ship_by_days=14,
    grace_days=3,
    inspection_days=7,
    transit_days=21,
    fees=(FeeWanted("Return handling", Bearer.SELLER, amount=Decimal("2.90"), currency="EUR"),),
    free_label=False,  # the demo has the built-in carrier only: a slip, whose postage the customer pays
    address=IncomingAddress("Loom & Thread, returns", ("Weberhof 12",), "DE", postal_code="04103", city="Leipzig"),
)
"""How returns of Loom & Thread go; all others pay as soon as they are confirmed."""

CUSTOMERS = {
    shopper.subject: shopper
    for shopper in (
        Shopper("ada", "Ada Brandt", "+49 30 23125 014", "Visa •••• 4242", "Lindenhof 7", "10999", "Berlin"),
        Shopper(
            "ben",
            "Ben Okafor",
            "+44 20 7946 0321",
            "Mastercard •••• 4444",
            "14 Juniper Row",
            "E8 3RT",
            "London",
            "GB",
            firm="Okafor Studio Ltd",
        ),
        Shopper(
            "chloe",
            "Chloé Martin",
            "+33 1 99 00 27 41",
            "Visa •••• 0077",
            "3 rue des Cerisiers",
            "75011",
            "Paris",
            "FR",
        ),
        Shopper("dario", "Dario Conti", "+49 89 99998 207", "Amex •••• 0005", "Ulmenweg 22", "81543", "München"),
        Shopper("emine", "Emine Yıldız", "+49 221 4710 633", "girocard •••• 3106", "Am Speicher 5", "50667", "Köln"),
        Shopper("finn", "Finn O'Shea", "+353 20 915 4420", "Visa •••• 1881", "Harbour House", "T12 X4F1", "Cork", "IE"),
        Shopper(
            "greta",
            "Greta Lindqvist",
            "+46 8 465 004 12",
            "Visa •••• 9236",
            "Björkgatan 9",
            "118 26",
            "Stockholm",
            "SE",
        ),
        Shopper(
            "hugo",
            "Hugo Carvalho",
            "+49 40 66969 158",
            "Mastercard •••• 5100",
            "Kapitänsgang 31",
            "20457",
            "Hamburg",
            firm="Carvalho & Filhos",
        ),
    )
}

PRODUCTS = {
    product.sku: product
    for product in (
        Product("desk-lamp", "Desk lamp Halo", "lumen", 4990),
        Product("floor-lamp", "Floor lamp Reed", "lumen", 12900),
        Product("bulbs", "Warm bulbs, set of four", "lumen", 1490),
        Product("tea-bowl", "Tea bowl Moss", "kumo", 2450),
        Product("teapot", "Teapot Ember", "kumo", 6800),
        Product("plate", "Plate Tide", "kumo", 1875),
        Product("backpack", "Backpack Ridge, 28 l", "alpina", 8995),
        Product("bottle", "Bottle Brook, 0.7 l", "alpina", 1999),
        Product("wool-hat", "Wool hat Fern", "alpina", 2799),
        Product("notebook", "Notebook Dot, A5", "papier", 1290),
        Product("fountain-pen", "Fountain pen Heron", "papier", 5350),
        Product("calendar", "Desk calendar", "papier", 1733),
        Product("train", "Wooden train", "tinker", 3999),
        Product("puzzle", "Puzzle Harbour, 500 pieces", "tinker", 1649),
        Product("kite", "Kite Swift", "tinker", 2325),
        Product("blanket", "Blanket Meadow", "loom", 8900),
        Product("cushion", "Cushion Pebble", "loom", 3450),
        Product("curtain", "Curtain Dune", "loom", 6400),
    )
}
