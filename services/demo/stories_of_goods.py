"""Stories of returns whose money waits for the goods."""

from decimal import Decimal

from domain.words import Disposition, GoodsCondition
from services.demo.acts import (
    ChosenUnits,
    Confirm,
    Graded,
    Inspect,
    Lose,
    Move,
    Receive,
    ReceiveUnannounced,
    SendBack,
    SetReturnSettings,
    Story,
    Tender,
    Waive,
    Withdraw,
    Work,
)
from services.demo.cast import RETURN_SETTINGS
from services.demo.steps import FAILED, asked, delivered, on_its_way, package, shipped

GOODS = (
    Story(  # never sent: the return expires
        "dario",
        1187,
        (package(("cushion", 2)),),
        (
            (1186, SetReturnSettings(RETURN_SETTINGS)),
            *on_its_way(1187, 980, ChosenUnits(1, 2, "no-longer-wanted"), (540, Work())),
        ),
    ),
    Story(  # withdrawn before it is sent
        "hugo",
        1133,
        (package("curtain"),),
        on_its_way(1133, 880, ChosenUnits(1, 1, "not-as-described"), (860, Withdraw())),
    ),
    Story(  # damaged: a deduction with its reason, beside the fee
        "ben",
        1079,
        (package(("cushion", 2), "blanket"),),
        on_its_way(
            1079,
            780,
            ChosenUnits(1, 2, "no-longer-wanted"),
            (740, SendBack("00340434161094042557")),
            (650, Receive()),
            (
                630,
                Inspect(
                    (
                        Graded(1, 1),
                        Graded(
                            1,
                            1,
                            GoodsCondition.DAMAGED,
                            Disposition.REFURBISH,
                            Decimal("12.00"),
                            "The seam of one cushion is torn; we have it sewn.",
                        ),
                    )
                ),
            ),
            (629.9, Work()),
        ),
        tender=Tender.VOUCHER_AND_CARD,
    ),
    Story(  # lost on its way back: the money waits for the owner's decision
        "chloe",
        1026,
        (package("blanket"),),
        on_its_way(
            1026,
            740,
            ChosenUnits(1, 1, "no-longer-wanted"),
            (700, SendBack("00340434161094042564")),
            (400, Lose("The carrier has had no trace of the package for ten days.")),
        ),
    ),
    Story(  # waived: the customer keeps it and is paid back
        "finn",
        972,
        (package("cushion"),),
        on_its_way(
            972,
            690,
            ChosenUnits(1, 1, "damaged", "There is a hole in the cover."),
            (600, Waive("Keep it: sending it back costs more than it is worth.")),
            (599.9, Work()),
        ),
    ),
    Story(  # arrived without a request
        "greta",
        918,
        (package("curtain", "cushion"),),
        (
            *delivered(918),
            (500, ReceiveUnannounced((ChosenUnits(2, 1, "no-longer-wanted"),))),
            (480, Inspect((Graded(2, 1),))),
            (479.9, Work()),
        ),
    ),
    Story(  # arrived in part: one of two; the other one goes on as a return of its own
        "emine",
        864,
        (package(("blanket", 2)),),
        on_its_way(
            864,
            380,
            ChosenUnits(1, 2, "not-as-described"),
            (340, SendBack("00340434161094042571")),
            (60, Receive(((1, 1),))),
        ),
    ),
    Story(  # on its way back
        "hugo",
        811,
        (package("blanket", "curtain"),),
        on_its_way(811, 130, ChosenUnits(2, 1, "does-not-fit"), (90, SendBack("00340434161094042588"))),
    ),
    Story(  # to be sent by the customer
        "greta",
        757,
        (package(("cushion", 3)),),
        on_its_way(757, 80, ChosenUnits(1, 2, "no-longer-wanted")),
    ),
    Story(  # could not be delivered: the carrier brings it back, and no fee is kept
        "ben",
        703,
        (package("curtain"),),
        (
            *shipped(703),
            (620, Move(1, FAILED)),
            *asked(600, ChosenUnits(1, 1, "never-arrived")),
            (580, Confirm()),
            (500, Receive()),
            (490, Inspect((Graded(1, 1),))),
            (489.9, Work()),
        ),
    ),
)
"""Goods on their way back to Loom & Thread, whose returns are paid once they are inspected."""
