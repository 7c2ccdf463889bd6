"""Labels of return shipments: how they are ordered and voided, and what a carrier reads of them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import orjson
from tortoise.connection import get_connection

from domain.actions import Action, Effect
from domain.facts import SYSTEM, Actor, LabelFacts
from domain.lifecycle import Edge
from domain.words import LabelStatus, ReturnStatus
from gateways.carriers.port import LabelOrder, PostalAddress
from models import ReturnLabel, ReturnShipment
from models.ids import new_id
from services import facts
from services.inputs import Given
from services.visibility import visibility_of
from services.writer import Writer

if TYPE_CHECKING:
    from services.transition import Transition


ENDED = frozenset({ReturnStatus.EXPIRED, ReturnStatus.CANCELED, ReturnStatus.WAIVED})
"""The goods are not expected any more."""
NOT_BOUGHT = frozenset({LabelStatus.PENDING, LabelStatus.FAILED})

_ORDER = """
select l.id, s.number, l.position, q.return_terms::json -> 'address' as recipient,
       (select to_json(a) from shipping_address a where a.order_id = l.order_id) as sender
from return_label l join return_shipment s on s.id = l.shipment_id join cancellation_request q on q.id = s.request_id
where l.id = $1
"""


def order_label(transition: "Transition", shipment: ReturnShipment, _edge: Edge, _given: Given) -> None:
    """The first label of a shipment, if labels are bought at all."""
    world = world_of(transition, shipment)
    if world.carried:
        insert_label(transition, shipment, Action.ORDER_LABEL, world, actor=SYSTEM)


def world_of(transition: "Transition", shipment: ReturnShipment) -> LabelFacts:
    """The facts of a label that is to be added to a shipment."""
    return facts.label_facts(transition.order_book, shipment, None, transition.now, carrier=transition.terms.carrier)


def insert_label(
    transition: "Transition", shipment: ReturnShipment, action: Action, world: LabelFacts, *, actor: Actor
) -> ReturnLabel:
    """Put a label into the order book and take the edge that opens it. Raises `Refused`."""
    order_book = transition.order_book
    label = order_book.changes.insert(
        ReturnLabel,
        id=new_id("label"),
        shipment_id=shipment.id,
        order_id=shipment.order_id,
        seller_id=shipment.seller_id,
        position=len(order_book.labels_of(shipment)) + 1,
        status=LabelStatus.PENDING,
        carrier=transition.terms.carrier or "",
        due_at=transition.now,
        created_at=transition.now,
        updated_at=transition.now,
    )
    order_book.labels.append(label)
    transition.open(action, label, world, actor=actor)
    return label


def void_labels(transition: "Transition", shipment: ReturnShipment, edge: Edge, _given: Given) -> None:
    """Void what is not bought yet, and what was bought for goods that are not expected any more."""
    if edge.source is not ReturnStatus.AWAITING:
        return
    for label in transition.order_book.labels_of(shipment):
        unused = label.status is LabelStatus.ISSUED and label.scanned_at is None
        if label.status in NOT_BOUGHT or (unused and edge.target in ENDED):
            void(transition, label, actor=SYSTEM)


def void_if_ended(transition: "Transition", label: ReturnLabel, edge: Edge, _given: Given) -> None:
    """What has become of the goods while the carrier was asked decides whether the label is still wanted."""
    shipment = transition.order_book.return_shipment(label.shipment_id)
    ended = shipment.status in ENDED and not facts.has_left(shipment)
    if ended or (edge.target is LabelStatus.FAILED and shipment.status is not ReturnStatus.AWAITING):
        void(transition, label, actor=SYSTEM)


def void(transition: "Transition", label: ReturnLabel, *, actor: Actor) -> None:
    """Void a label: at once if it was not bought, else by asking the carrier. Raises `Refused`."""
    transition.take(Action.VOID_LABEL, label, actor=actor)
    label.leased, label.due_at = False, transition.now if label.status is LabelStatus.VOIDING else None


async def order_of(label_id: str, *, grams: int) -> LabelOrder:
    """What a carrier reads of a label: its number and addresses, as they are now."""
    (row,) = await get_connection("default").execute_query_dict(_ORDER, [label_id])
    recipient, sender = (_address(row[side]) for side in ("recipient", "sender"))
    assert recipient is not None, "labels are ordered for goods that have an address"
    return LabelOrder(
        key=row["id"], number=f"{row['number']}-{row['position']}", recipient=recipient, sender=sender, grams=grams
    )


def _address(stored: str | None) -> PostalAddress | None:
    found = orjson.loads(stored) if stored else None
    return PostalAddress.of(found) if found else None


async def find_label(actor: Actor | None, id: str) -> ReturnLabel | None:
    """A label by its id, if the actor may see it."""
    seen = visibility_of(actor).of(ReturnLabel)
    where = seen.fragment.text("t", offset=1) if seen else "true"
    sql = f"select t.id from return_label t where t.id = $1 and {where}"
    rows = await get_connection("default").execute_query_dict(sql, [id, *(seen.values if seen else ())])
    return await ReturnLabel.get(id=rows[0]["id"]) if rows else None


OF_LABELS: Mapping[Effect, Writer[ReturnLabel]] = {Effect.VOID_IF_ENDED: void_if_ended}
