"""The sixty orders of the demo: every status of everything occurs at least once.

The order of this list is the order of nothing; numbers are given by when an order was placed.
"""

from collections.abc import Iterator

from domain.words import PackageStatus, TransactionType
from services.demo.acts import (
    Act,
    Apply,
    ApplyTo,
    Ask,
    Confirm,
    Expire,
    Move,
    Parcel,
    Reject,
    Settle,
    Story,
    Tender,
    Wish,
    Withdraw,
    Work,
)

DAY = 24.0
SECOND = 1 / 3600
READY, SHIPPED = PackageStatus.READY_TO_SHIP, PackageStatus.SHIPPED
DELIVERED, FAILED = PackageStatus.DELIVERED, PackageStatus.DELIVERY_FAILED

Acts = tuple[tuple[float, Act], ...]


def parcel(*items: str | tuple[str, int]) -> Parcel:
    """A parcel of these, one unit each unless said otherwise."""
    return Parcel(tuple((item, 1) if isinstance(item, str) else item for item in items))


def shipped(placed: float, number: int = 1) -> Acts:
    """A parcel is packed and handed over within a day."""
    return (placed - 6, Move(number, READY)), (placed - 20, Move(number, SHIPPED))


def delivered(placed: float, number: int = 1) -> Acts:
    """A parcel arrives two and a half days after the order."""
    return (*shipped(placed, number), (placed - 60, Move(number, DELIVERED)))


def asked(hours: float, *wishes: Wish) -> Acts:
    """The customer asks for these units."""
    return ((hours, Ask(wishes)),)


def applied(hours: float, *, answers_lost: bool = False) -> Acts:
    """The owner cancels the first request, and the worker does the rest."""
    return (hours, Apply()), (hours - 0.01, Work(answers_lost))


def confirmed(hours: float, *accepted: tuple[int, int], answers_lost: bool = False) -> Acts:
    """The seller agrees to the first request, and the worker does the rest."""
    return (hours, Confirm(accepted=accepted)), (hours - 0.01, Work(answers_lost))


def overtaken(hours: float) -> Acts:
    """The owner cancels, but the parcel leaves a second later: the seller is asked."""
    return (hours, Apply()), (hours - SECOND, Move(1, SHIPPED)), (hours - 0.01, Work())


CANCELLATIONS = (
    Story("ada", 9, (parcel("teapot", ("tea-bowl", 4)),), asked(5, Wish(1, 1, "changed-mind"))),
    Story(
        "ben",
        30,
        (parcel(("bottle", 3), "backpack"),),
        asked(22, Wish(1, 2, "cancel-other", "My brother has bought two already.")),
    ),
    Story("chloe", 50, (parcel("kite"),), (*asked(45, Wish(1, 1, "takes-too-long")), (26, Apply(unhurried=True)))),
    Story("dario", 70, (parcel("floor-lamp"),), (*asked(64, Wish(1, 1, "changed-mind")), *overtaken(52))),
    Story(
        "emine",
        12 * DAY,
        (parcel("desk-lamp", "bulbs"),),
        (
            *asked(285, Wish(1, 1, "ordered-by-mistake"), Wish(2, 1, "ordered-by-mistake")),
            *overtaken(284),
            *confirmed(270),
        ),
    ),
    Story(
        "finn",
        15 * DAY,
        (parcel("backpack"),),
        (
            *asked(357, Wish(1, 1, "changed-mind")),
            *overtaken(355),
            (340, Reject("The carrier cannot call the parcel back; please return it once it is there.")),
            (310, Move(1, DELIVERED)),
        ),
    ),
    Story(
        "ada",
        20 * DAY,
        (parcel(("calendar", 2), "notebook"),),
        (*asked(478, Wish(1, 2, "changed-mind"), Wish(2, 1, "changed-mind")), *applied(470)),
        discount_percent=10,
    ),
    Story(
        "greta",
        8 * DAY,
        (parcel(("plate", 6), ("tea-bowl", 2)),),
        (
            *asked(190, Wish(1, 2, "ordered-by-mistake")),
            *applied(188),
            (180, Move(1, READY)),
            (172, Move(1, SHIPPED)),
            (130, Move(1, DELIVERED)),
        ),
        tender=Tender.VOUCHER_AND_CARD,
    ),
    Story(
        "hugo",
        6 * DAY,
        (parcel("fountain-pen", ("notebook", 3)),),
        (
            (140, ApplyTo(TransactionType.CANCEL, (Wish(1, 1, "out-of-stock"),))),
            (139.9, Work()),
            (130, Move(1, READY)),
            (120, Move(1, SHIPPED)),
        ),
    ),
    Story(
        "ben",
        5 * DAY,
        (parcel("puzzle"),),
        (*asked(110, Wish(1, 1, "changed-mind")), (108, Withdraw()), (100, Move(1, READY)), (90, Move(1, SHIPPED))),
    ),
    Story(
        "chloe",
        4 * DAY,
        (parcel("train", "kite"),),
        (*asked(90, Wish(2, 1, "takes-too-long")), (88, Apply(unhurried=True)), (80, Withdraw())),
    ),
    Story(
        "dario",
        11 * DAY,
        (parcel("wool-hat"),),
        (
            *asked(260, Wish(1, 1, "changed-mind")),
            (255, Reject("It is being packed right now; you can return it for free.", by_owner=True)),
            *delivered(250),
        ),
    ),
    Story(
        "emine",
        10 * DAY,
        (parcel("bulbs"),),
        (*asked(238, Wish(1, 1, "takes-too-long")), (160, Expire()), *delivered(158)),
    ),
    Story(
        "finn",
        18 * DAY,
        (parcel("teapot"),),
        (*asked(430, Wish(1, 1, "ordered-by-mistake")), *applied(428)),
        tender=Tender.VOUCHER_AND_CARD,
    ),
    Story(
        "greta",
        3 * DAY,
        (parcel("desk-lamp"),),
        (*asked(70, Wish(1, 1, "changed-mind")), *applied(66)),
        tender=Tender.GIFT_CARD,
    ),
    Story(
        "hugo",
        16 * DAY,
        (parcel("kite", "puzzle"),),
        (*asked(380, Wish(1, 1, "ordered-by-mistake")), *applied(378), (360, Settle("Bank transfer 4711"))),
        tender=Tender.GIFT_CARD,
    ),
    Story(
        "ada",
        2 * DAY,
        (parcel("train"),),
        (*asked(40, Wish(1, 1, "changed-mind")), *applied(0.4)),
        tender=Tender.BANK_SLIP,
    ),
    Story("ben", 28, (parcel("plate"),), (*asked(20, Wish(1, 1, "changed-mind")), *applied(0.05, answers_lost=True))),
)

RETURNS = (
    Story("ada", 7 * DAY, (parcel("backpack"),), (*delivered(7 * DAY), *asked(30, Wish(1, 1, "does-not-fit")))),
    Story(
        "ben",
        9 * DAY,
        (parcel(("tea-bowl", 4)),),
        (*delivered(9 * DAY), *asked(44, Wish(1, 2, "damaged", "Two of the bowls have a crack at the rim."))),
    ),
    Story(
        "chloe",
        24 * DAY,
        (parcel("desk-lamp"),),
        (*delivered(24 * DAY), *asked(480, Wish(1, 1, "not-as-described")), *confirmed(460)),
    ),
    Story(
        "dario",
        22 * DAY,
        (parcel(("plate", 4), "teapot"),),
        (
            *delivered(22 * DAY),
            *asked(420, Wish(1, 2, "damaged", "Chipped, both of them."), Wish(2, 1, "no-longer-wanted")),
            *confirmed(400, (1, 1), (2, 1)),
        ),
    ),
    Story(
        "emine",
        19 * DAY,
        (parcel("fountain-pen"),),
        (
            *delivered(19 * DAY),
            *asked(350, Wish(1, 1, "no-longer-wanted")),
            (330, Reject("The nib has been written with; this pen cannot be sold again.")),
        ),
    ),
    Story(
        "finn",
        13 * DAY,
        (parcel("wool-hat", "bottle"),),
        (*delivered(13 * DAY), *asked(200, Wish(1, 1, "does-not-fit")), (190, Withdraw())),
    ),
    Story(
        "greta",
        14 * DAY,
        (parcel("floor-lamp"),),
        (*shipped(14 * DAY), (270, Move(1, FAILED)), *asked(250, Wish(1, 1, "never-arrived")), *confirmed(240)),
    ),
    Story("hugo", 4.5 * DAY, (parcel("kite"),), (*shipped(4.5 * DAY), *asked(33, Wish(1, 1, "never-arrived")))),
    Story(
        "ada",
        60 * DAY,
        (parcel("bulbs", "desk-lamp"),),
        (
            *delivered(60 * DAY),
            (
                60,
                ApplyTo(
                    TransactionType.REFUND,
                    (Wish(2, 1, "return-other", "Recalled by the maker; taken back after the window."),),
                ),
            ),
        ),
    ),
    Story(
        "emine",
        21 * DAY,
        (parcel(("tea-bowl", 2)),),
        (*delivered(21 * DAY), *asked(370, Wish(1, 2, "not-as-described")), *confirmed(350)),
        currency="JPY",
    ),
    Story(
        "chloe",
        6.5 * DAY,
        (parcel("notebook", "calendar"),),
        (*delivered(6.5 * DAY), *asked(49, Wish(2, 1, "wrong-item")), (0.01, Confirm())),
    ),
)

SEVERAL_SELLERS = (
    Story(
        "ada",
        5.5 * DAY,
        (parcel("bottle", "wool-hat"), parcel("teapot"), parcel(("notebook", 5))),
        (
            *delivered(5.5 * DAY),
            *asked(12, Wish(1, 1, "damaged", "The lid leaks."), Wish(3, 1, "takes-too-long")),
        ),
        tender=Tender.VOUCHER_AND_CARD,
        discount_percent=5,
    ),
    Story("ben", 3.5 * DAY, (parcel("train"), parcel("kite"), parcel("bulbs")), shipped(3.5 * DAY)),
    Story(
        "dario",
        10.5 * DAY,
        (parcel("desk-lamp"), parcel("plate"), parcel("backpack")),
        (
            *delivered(10.5 * DAY),
            *asked(240, Wish(2, 1, "changed-mind")),
            *applied(236),
            *delivered(230, 3),
        ),
    ),
    Story(
        "greta",
        17 * DAY,
        (parcel("fountain-pen"), parcel("puzzle")),
        (
            *asked(400, Wish(1, 1, "changed-mind"), Wish(2, 1, "changed-mind")),
            (396, Apply(1)),
            (395, Apply(2)),
            (394.9, Work()),
        ),
    ),
    Story("hugo", 1.5 * DAY, (parcel("teapot"), parcel(("bulbs", 2), "floor-lamp")), ((20, Move(1, READY)),)),
    Story(
        "finn",
        25 * DAY,
        (parcel("calendar"), parcel("wool-hat")),
        (*delivered(25 * DAY), *delivered(25 * DAY - 30, 2)),
        discount_percent=20,
    ),
)

TOUR = (
    Story("ada", 3, (parcel("desk-lamp", ("bulbs", 2)),)),
    Story("ada", 4.2 * DAY, (parcel("kite", "puzzle"),), delivered(4.2 * DAY)),
)
"""What the README plays with: one order to cancel, one to return. Both of ada, both untouched."""


def quiet() -> Iterator[Story]:
    """Orders of which nobody wants anything back, at every stage of their way."""
    shoppers = ("ben", "chloe", "dario", "emine", "finn", "greta", "hugo")
    carts = (
        (parcel("tea-bowl"),),
        (parcel(("bottle", 2)),),
        (parcel("notebook", "fountain-pen"),),
        (parcel("floor-lamp"),),
        (parcel("puzzle", "train"),),
        (parcel("wool-hat"), parcel("plate")),
    )
    for n in range(23):
        placed, cart = 5.3 + n * 53.7, carts[n % len(carts)]
        ways: tuple[Acts, ...] = tuple(delivered(placed, k) for k in range(1, len(cart) + 1))
        acts = sorted((act for way in ways for act in way), key=lambda act: -act[0])
        tender = Tender.VOUCHER_AND_CARD if n % 5 == 0 else Tender.CARD
        yield Story(
            shoppers[n % len(shoppers)],
            placed,
            cart,
            tuple(act for act in acts if act[0] > 0),
            tender,
            discount_percent=15 if n % 4 == 1 else 0,
        )


STORIES: tuple[Story, ...] = (*CANCELLATIONS, *RETURNS, *SEVERAL_SELLERS, *TOUR, *quiet())
