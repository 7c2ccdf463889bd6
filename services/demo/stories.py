"""The sixty orders of the demo: every status occurs at least once.

The order of the list has no meaning: numbers follow the times at which orders were placed.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from domain.words import Rest, TransactionType
from services.demo.acts import (
    Apply,
    ApplyTo,
    ChosenUnits,
    Confirm,
    Convert,
    Declare,
    DeclareWithoutAccount,
    DisputePayment,
    Escalate,
    Expire,
    Move,
    OutOfStock,
    PayAllowance,
    Reject,
    Settle,
    Story,
    Tender,
    Withdraw,
    Work,
)
from services.demo.steps import (
    DAY,
    DELIVERED,
    FAILED,
    READY,
    SHIPPED,
    Acts,
    applied,
    asked,
    confirmed,
    delivered,
    overtaken,
    package,
    shipped,
)
from services.demo.stories_of_goods import GOODS

CANCELLATIONS = (
    Story("ada", 9, (package("teapot", ("tea-bowl", 4)),), asked(5, ChosenUnits(1, 1, "changed-mind"))),
    Story(
        "ben",
        30,
        (package(("bottle", 3), "backpack"),),
        asked(22, ChosenUnits(1, 2, "cancel-other", "My brother has bought two already.")),
    ),
    Story(
        "chloe", 50, (package("kite"),), (*asked(45, ChosenUnits(1, 1, "takes-too-long")), (26, Apply(unhurried=True)))
    ),
    Story("dario", 70, (package("floor-lamp"),), (*asked(64, ChosenUnits(1, 1, "changed-mind")), *overtaken(52))),
    Story(
        "emine",
        12 * DAY,
        (package("desk-lamp", "bulbs"),),
        (
            *asked(285, ChosenUnits(1, 1, "ordered-by-mistake"), ChosenUnits(2, 1, "ordered-by-mistake")),
            *overtaken(284),
            *confirmed(270),
        ),
    ),
    Story(
        "finn",
        15 * DAY,
        (package("backpack"),),
        (
            *asked(357, ChosenUnits(1, 1, "changed-mind")),
            *overtaken(355),
            (340, Reject("The carrier cannot call the package back; please return it once it is there.")),
            (310, Move(1, DELIVERED)),
        ),
    ),
    Story(
        "ada",
        20 * DAY,
        (package(("calendar", 2), "notebook"),),
        (*asked(478, ChosenUnits(1, 2, "changed-mind"), ChosenUnits(2, 1, "changed-mind")), *applied(470)),
        discount_percent=10,
    ),
    Story(
        "greta",
        8 * DAY,
        (package(("plate", 6), ("tea-bowl", 2)),),
        (
            *asked(190, ChosenUnits(1, 2, "ordered-by-mistake")),
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
        (package("fountain-pen", ("notebook", 3)),),
        (
            (140, ApplyTo(TransactionType.CANCEL, (ChosenUnits(1, 1, "out-of-stock"),))),
            (139.9, Work()),
            (130, Move(1, READY)),
            (120, Move(1, SHIPPED)),
        ),
    ),
    Story(
        "ben",
        5 * DAY,
        (package("puzzle"),),
        (
            *asked(110, ChosenUnits(1, 1, "changed-mind")),
            (100, Move(1, READY)),
            (90, Move(1, SHIPPED)),
            (80, Convert()),
            (70, Confirm(request=2)),
            (69.99, Work()),
        ),
    ),
    Story(
        "chloe",
        4 * DAY,
        (package("train", "kite"),),
        (*asked(90, ChosenUnits(2, 1, "takes-too-long")), (88, Apply(unhurried=True)), (80, Withdraw())),
    ),
    Story(
        "dario",
        11 * DAY,
        (package("wool-hat"),),
        (
            *asked(260, ChosenUnits(1, 1, "changed-mind")),
            (255, Reject("It is being packed right now; you can return it for free.", by_owner=True)),
            *delivered(250),
        ),
    ),
    Story(
        "emine",
        10 * DAY,
        (package("bulbs"),),
        (*asked(238, ChosenUnits(1, 1, "takes-too-long")), (160, Expire()), *delivered(158)),
    ),
    Story(
        "finn",
        18 * DAY,
        (package("teapot"),),
        (*asked(430, ChosenUnits(1, 1, "ordered-by-mistake")), *applied(428)),
        tender=Tender.VOUCHER_AND_CARD,
    ),
    Story(
        "greta",
        3 * DAY,
        (package("desk-lamp"),),
        (*asked(70, ChosenUnits(1, 1, "changed-mind")), *applied(66)),
        tender=Tender.GIFT_CARD,
    ),
    Story(
        "hugo",
        16 * DAY,
        (package("kite", "puzzle"),),
        (*asked(380, ChosenUnits(1, 1, "ordered-by-mistake")), *applied(378), (360, Settle("Bank transfer 4711"))),
        tender=Tender.GIFT_CARD,
    ),
    Story(
        "ada",
        2 * DAY,
        (package("train"),),
        (*asked(40, ChosenUnits(1, 1, "changed-mind")), *applied(0.4)),
        tender=Tender.BANK_SLIP,
    ),
    Story(
        "ben",
        28,
        (package("plate"),),
        (*asked(20, ChosenUnits(1, 1, "changed-mind")), *applied(0.05, answers_lost=True)),
    ),
)


RETURNS = (
    Story("ada", 7 * DAY, (package("backpack"),), (*delivered(7 * DAY), *asked(30, ChosenUnits(1, 1, "does-not-fit")))),
    Story(
        "ben",
        9 * DAY,
        (package(("tea-bowl", 4)),),
        (*delivered(9 * DAY), *asked(44, ChosenUnits(1, 2, "damaged", "Two of the bowls have a crack at the rim."))),
    ),
    Story(
        "chloe",
        24 * DAY,
        (package("desk-lamp"),),
        (
            *delivered(24 * DAY),
            *asked(480, ChosenUnits(1, 1, "not-as-described")),
            (462, DisputePayment("product_unacceptable")),
            *confirmed(460),
        ),
        tender=Tender.BANK_SLIP,
    ),
    Story(
        "dario",
        22 * DAY,
        (package(("plate", 4), "teapot"),),
        (
            *delivered(22 * DAY),
            *asked(420, ChosenUnits(1, 2, "damaged", "Chipped, both of them."), ChosenUnits(2, 1, "no-longer-wanted")),
            *confirmed(400, (1, 1), (2, 1), rest_reason="Only one of the two plates is chipped."),
        ),
    ),
    Story(
        "emine",
        19 * DAY,
        (package("fountain-pen"),),
        (
            *delivered(19 * DAY),
            *asked(350, ChosenUnits(1, 1, "no-longer-wanted")),
            (330, Reject("The nib has been written with; this pen cannot be sold again.")),
            (
                310,
                PayAllowance(
                    1,
                    Decimal("12.50"),
                    "As goodwill: the picture showed a broader nib.",
                    "The picture has been replaced.",
                ),
            ),
            (309.9, Work()),
        ),
    ),
    Story(
        "finn",
        13 * DAY,
        (package("wool-hat", "bottle"),),
        (*delivered(13 * DAY), *asked(200, ChosenUnits(1, 1, "does-not-fit")), (190, Withdraw())),
    ),
    Story(
        "greta",
        14 * DAY,
        (package("floor-lamp"),),
        (
            *shipped(14 * DAY),
            (290, Move(1, FAILED)),
            *asked(280, ChosenUnits(1, 1, "never-arrived")),
            (190, Confirm(note="Lumen has not answered for three days; the carrier says the lamp is on its way back.")),
            (189.99, Work()),
        ),
    ),
    Story("hugo", 4.5 * DAY, (package("kite"),), (*shipped(4.5 * DAY), *asked(33, ChosenUnits(1, 1, "never-arrived")))),
    Story(
        "ada",
        60 * DAY,
        (package("bulbs", "desk-lamp"),),
        (
            *delivered(60 * DAY),
            (
                60,
                ApplyTo(
                    TransactionType.REFUND,
                    (ChosenUnits(2, 1, "return-other", "Recalled by the maker; taken back after the window."),),
                ),
            ),
        ),
    ),
    Story(
        "emine",
        21 * DAY,
        (package(("tea-bowl", 2)),),
        (*delivered(21 * DAY), *asked(370, ChosenUnits(1, 2, "not-as-described")), *confirmed(350)),
        currency="JPY",
    ),
    Story(
        "chloe",
        6.5 * DAY,
        (package("notebook", "calendar"),),
        (
            *delivered(6.5 * DAY),
            *asked(49, ChosenUnits(1, 1, "no-longer-wanted"), ChosenUnits(2, 1, "wrong-item")),
            (0.01, Confirm(accepted=((2, 1),), rest=Rest.KEEP_WAITING)),
        ),
    ),
)


SEVERAL_SELLERS = (
    Story(
        "ada",
        5.5 * DAY,
        (package("bottle", "wool-hat"), package("teapot"), package(("notebook", 5))),
        (
            *delivered(5.5 * DAY),
            *asked(12, ChosenUnits(1, 1, "damaged", "The lid leaks."), ChosenUnits(3, 1, "takes-too-long")),
        ),
        tender=Tender.VOUCHER_AND_CARD,
        discount_percent=5,
    ),
    Story("ben", 3.5 * DAY, (package("train"), package("kite"), package("bulbs")), shipped(3.5 * DAY)),
    Story(
        "dario",
        10.5 * DAY,
        (package("desk-lamp"), package("plate"), package("backpack")),
        (
            *delivered(10.5 * DAY),
            *asked(240, ChosenUnits(2, 1, "changed-mind")),
            *applied(236),
            *delivered(230, 3),
        ),
    ),
    Story(
        "greta",
        17 * DAY,
        (package("fountain-pen"), package("puzzle")),
        (
            *asked(400, ChosenUnits(1, 1, "changed-mind"), ChosenUnits(2, 1, "changed-mind")),
            (396, Apply(1)),
            (395, Apply(2)),
            (394.9, Work()),
        ),
    ),
    Story(
        "hugo",
        1.5 * DAY,
        (package("teapot"), package(("bulbs", 2), "floor-lamp")),
        (
            (20, Move(1, READY)),
            (18, OutOfStock((ChosenUnits(3, 1, "damaged-in-stock"),))),
            (17.9, Work()),
        ),
    ),
    Story(
        "finn",
        25 * DAY,
        (package("calendar"), package("wool-hat")),
        (
            *delivered(25 * DAY),
            *delivered(25 * DAY - 30, 2),
            *asked(100, ChosenUnits(2, 1, "does-not-fit")),
            (27, Escalate()),
        ),
        discount_percent=20,
    ),
)


TOUR = (
    Story("ada", 3, (package("desk-lamp", ("bulbs", 2)),)),
    Story("ada", 4.2 * DAY, (package("kite", "puzzle"),), delivered(4.2 * DAY)),
)
"""Orders for the README: one to cancel and one to return, both of ada and without requests."""


DECLARED: Mapping[int, Acts] = {
    0: ((2, Declare()), (1.9, Work())),
    1: ((4, DeclareWithoutAccount("Chloé Martin", "chloe@home.example")),),
    2: ((30, Declare()),),
}
"""Of the quiet orders below, those that are withdrawn from: one is canceled, one to be verified, one to come back."""


def quiet() -> Iterator[Story]:
    """Orders without requests, in every status, but for those that are withdrawn from."""
    shoppers = ("ben", "chloe", "dario", "emine", "finn", "greta", "hugo")
    carts = (
        (package("tea-bowl"),),
        (package(("bottle", 2)),),
        (package("notebook", "fountain-pen"),),
        (package("floor-lamp"),),
        (package("puzzle", "train"),),
        (package("wool-hat"), package("plate")),
    )
    for n in range(13):
        placed, cart = 5.3 + n * 53.7, carts[n % len(carts)]
        steps: tuple[Acts, ...] = tuple(delivered(placed, k) for k in range(1, len(cart) + 1))
        acts = sorted((act for step in (*steps, DECLARED.get(n, ())) for act in step), key=lambda act: -act[0])
        tender = Tender.VOUCHER_AND_CARD if n % 5 == 0 else Tender.CARD
        yield Story(
            shoppers[n % len(shoppers)],
            placed,
            cart,
            tuple(act for act in acts if act[0] > 0),
            tender,
            discount_percent=15 if n % 4 == 1 else 0,
        )


STORIES: tuple[Story, ...] = (*CANCELLATIONS, *RETURNS, *GOODS, *SEVERAL_SELLERS, *TOUR, *quiet())
